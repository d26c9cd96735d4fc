//! A row between the page and the engine, both ways and case by case.

use super::row::{
    MappingCase, MappingConflictRule, MappingDateForm, MappingDirection, MappingOnly, MappingPair,
    MappingRow, MappingSource, MappingTake, MappingTransform, MappingUnmatched, MappingWhich,
    MappingZone, NamePart,
};
use bridge::people::editing::EditedRow;
use mapping::source::{Only, Take};
use mapping::transform::{Case, DateForm, Pair, Part, Unmatched, ZoneOf};
use mapping::{ConflictRule, Direction, Source, Transform};

/// `companies` on our side is `company` on the page's.
pub(crate) fn page_object(object: &str) -> String {
    match object {
        "contacts" => "contact",
        "companies" => "company",
        "deals" => "deal",
        "tickets" => "ticket",
        other => other,
    }
    .to_owned()
}

/// The other way about.
pub(crate) fn api_object(object: &str) -> String {
    match object {
        "contact" => "contacts",
        "company" => "companies",
        "deal" => "deals",
        "ticket" => "tickets",
        other => other,
    }
    .to_owned()
}

macro_rules! both_ways {
    ($page:ty, $own:ty { $($one:ident = $other:ident),+ $(,)? }) => {
        impl From<$own> for $page {
            fn from(own: $own) -> Self {
                match own { $(<$own>::$other => Self::$one),+ }
            }
        }
        impl From<$page> for $own {
            fn from(page: $page) -> Self {
                match page { $(<$page>::$one => Self::$other),+ }
            }
        }
    };
}

both_ways!(MappingDirection, Direction { Both = Both, ToTuco = ToTuco, ToHubSpot = ToHubspot, Off = Off });
both_ways!(MappingConflictRule, ConflictRule {
    Newest = Newest, HubSpot = Hubspot, Tuco = Tuco, FillEmpty = FillEmpty
});
both_ways!(MappingTake, Take { Newest = Newest, NewestOpen = NewestOpen, LargestOpen = LargestOpen });
both_ways!(MappingOnly, Only { All = All, Open = Open, Won = Won });
both_ways!(MappingCase, Case { Lower = Lower, Upper = Upper, Title = Title });
both_ways!(NamePart, Part { First = First, Last = Last });
both_ways!(MappingDateForm, DateForm { Date = Date, DateTime = DateTime, Text = Text });
both_ways!(MappingZone, ZoneOf { Portal = Portal, Utc = Utc });

impl From<Option<Source>> for MappingSource {
    fn from(source: Option<Source>) -> Self {
        let which = |take: Take, pipeline| MappingWhich {
            take: take.into(),
            pipeline,
        };
        match source {
            None => Self::Nothing,
            Some(Source::Contact(property)) => Self::Contact { property },
            Some(Source::Company(property)) => Self::Company { property },
            Some(Source::Deal {
                property,
                take,
                pipeline,
            }) => Self::Deal {
                property,
                which: which(take, pipeline),
            },
            Some(Source::Ticket {
                property,
                take,
                pipeline,
            }) => Self::Ticket {
                property,
                which: which(take, pipeline),
            },
            Some(Source::Owner(property)) => Self::Owner { property },
            Some(Source::Object { object, property }) => Self::Object { object, property },
            Some(Source::Count { object, only }) => Self::Count {
                object: page_object(&object),
                only: only.into(),
            },
            Some(Source::Sum {
                object,
                property,
                only,
            }) => Self::Sum {
                object: page_object(&object),
                property,
                only: only.into(),
            },
        }
    }
}

impl From<MappingSource> for Option<Source> {
    fn from(source: MappingSource) -> Self {
        Some(match source {
            MappingSource::Nothing => return None,
            MappingSource::Contact { property } => Source::Contact(property),
            MappingSource::Company { property } => Source::Company(property),
            MappingSource::Deal { property, which } => Source::Deal {
                property,
                take: which.take.into(),
                pipeline: which.pipeline,
            },
            MappingSource::Ticket { property, which } => Source::Ticket {
                property,
                take: which.take.into(),
                pipeline: which.pipeline,
            },
            MappingSource::Owner { property } => Source::Owner(property),
            MappingSource::Object { object, property } => Source::Object { object, property },
            MappingSource::Count { object, only } => Source::Count {
                object: api_object(&object),
                only: only.into(),
            },
            MappingSource::Sum {
                object,
                property,
                only,
            } => Source::Sum {
                object: api_object(&object),
                property,
                only: only.into(),
            },
        })
    }
}

impl From<Unmatched> for MappingUnmatched {
    fn from(own: Unmatched) -> Self {
        match own {
            Unmatched::Keep => Self::Keep,
            Unmatched::LeaveOut => Self::LeaveOut,
            Unmatched::Refuse => Self::Refuse,
            Unmatched::Use { value } => Self::Use { value },
        }
    }
}

impl From<MappingUnmatched> for Unmatched {
    fn from(page: MappingUnmatched) -> Self {
        match page {
            MappingUnmatched::Keep => Self::Keep,
            MappingUnmatched::LeaveOut => Self::LeaveOut,
            MappingUnmatched::Refuse => Self::Refuse,
            MappingUnmatched::Use { value } => Self::Use { value },
        }
    }
}

impl From<Transform> for MappingTransform {
    fn from(own: Transform) -> Self {
        match own {
            Transform::Trim => Self::Trim,
            Transform::Case { to } => Self::Case { to: to.into() },
            Transform::Text { longest } => Self::Text { longest },
            Transform::NamePart { part } => Self::NamePart { part: part.into() },
            Transform::Join { fields, by } => Self::Join { fields, by },
            Transform::Phone { region } => Self::Phone { region },
            Transform::Email => Self::Email,
            Transform::Date { to, zone, pattern } => Self::Date {
                to: to.into(),
                zone: zone.into(),
                pattern,
            },
            Transform::Pairs { pairs, otherwise } => Self::Pairs {
                pairs: pairs
                    .into_iter()
                    .map(|Pair { from, to }| MappingPair { from, to })
                    .collect(),
                otherwise: otherwise.into(),
            },
            Transform::YesNo { yes, no } => Self::YesNo { yes, no },
            Transform::List { by, labels } => Self::List { by, labels },
            Transform::Number {
                decimals,
                thousands,
                point,
            } => Self::Number {
                decimals,
                thousands,
                point,
            },
            Transform::Default { value } => Self::Default { value },
            Transform::Template { text } => Self::Template { text },
        }
    }
}

impl From<MappingTransform> for Transform {
    fn from(page: MappingTransform) -> Self {
        use MappingTransform as Page;
        match page {
            Page::Trim => Self::Trim,
            Page::Case { to } => Self::Case { to: to.into() },
            Page::Text { longest } => Self::Text { longest },
            Page::NamePart { part } => Self::NamePart { part: part.into() },
            Page::Join { fields, by } => Self::Join { fields, by },
            Page::Phone { region } => Self::Phone { region },
            Page::Email => Self::Email,
            Page::Date { to, zone, pattern } => Self::Date {
                to: to.into(),
                zone: zone.into(),
                pattern,
            },
            Page::Pairs { pairs, otherwise } => Self::Pairs {
                pairs: pairs
                    .into_iter()
                    .map(|MappingPair { from, to }| Pair { from, to })
                    .collect(),
                otherwise: otherwise.into(),
            },
            Page::YesNo { yes, no } => Self::YesNo { yes, no },
            Page::List { by, labels } => Self::List { by, labels },
            Page::Number {
                decimals,
                thousands,
                point,
            } => Self::Number {
                decimals,
                thousands,
                point,
            },
            Page::Default { value } => Self::Default { value },
            Page::Template { text } => Self::Template { text },
        }
    }
}

impl From<EditedRow> for MappingRow {
    fn from(row: EditedRow) -> Self {
        Self {
            id: row.id,
            source: row.hubspot.into(),
            lead: row.lead,
            direction: row.direction.into(),
            transforms: row.transforms.into_iter().map(Into::into).collect(),
            conflict: row.conflict.into(),
            required: row.required,
        }
    }
}

impl From<MappingRow> for EditedRow {
    fn from(row: MappingRow) -> Self {
        Self {
            id: row.id,
            hubspot: row.source.into(),
            lead: row.lead,
            direction: row.direction.into(),
            transforms: row.transforms.into_iter().map(Into::into).collect(),
            conflict: row.conflict.into(),
            required: row.required,
        }
    }
}
