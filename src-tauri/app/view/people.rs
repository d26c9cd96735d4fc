//! People, as the page sees them.

mod beside;
mod person;
mod sync;

pub(crate) use beside::{BesideSection, ExtraShown, PersonBeside};
pub(crate) use person::{
    Person, PersonConflict, PersonMessage, PersonOptOut, PersonSide, Suggestion,
};
pub(crate) use sync::{DryRunShown, ReconciledShown, SyncChoice, SyncStateShown, read_at};

use bridge::store::people::pages::{PeopleFilter, PeopleList, PeopleStart, PersonEntry};
use bridge::store::{CopyRow, PeopleSide};
use serde::{Deserialize, Serialize};
use specta::Type;

/// The lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PeopleListName {
    /// A contact and a lead that are one.
    Linked,
    /// On one side only.
    Unmatched,
    /// Several fit.
    Ambiguous,
    /// Must not be written to.
    OptedOut,
    /// Changed lately.
    Changed,
    /// Both sides changed one fact.
    Conflict,
}

impl From<PeopleListName> for PeopleList {
    fn from(name: PeopleListName) -> Self {
        match name {
            PeopleListName::Linked => Self::Linked,
            PeopleListName::Unmatched => Self::Unmatched,
            PeopleListName::Ambiguous => Self::Ambiguous,
            PeopleListName::OptedOut => Self::OptedOut,
            PeopleListName::Changed => Self::Changed,
            PeopleListName::Conflict => Self::Conflict,
        }
    }
}

/// How many there are in each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PeopleCountsShown {
    /// See [`PeopleListName`].
    pub(crate) linked: u64,
    /// See [`PeopleListName`].
    pub(crate) unmatched: u64,
    /// See [`PeopleListName`].
    pub(crate) ambiguous: u64,
    /// See [`PeopleListName`].
    pub(crate) opted_out: u64,
    /// See [`PeopleListName`].
    pub(crate) changed: u64,
    /// See [`PeopleListName`].
    pub(crate) conflict: u64,
}

/// Of which side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PeopleSideWish {
    /// Of either.
    Both,
    /// HubSpot's.
    Contact,
    /// Tuco's.
    Lead,
}

/// Who is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PeopleFilterWish {
    /// Of which list.
    pub(crate) list: PeopleListName,
    /// Words in the name, the address, the number or the company.
    pub(crate) words: String,
    /// Of the unmatched: those of one side only.
    pub(crate) side: PeopleSideWish,
    /// Also who was put aside.
    pub(crate) ignored: bool,
}

impl From<PeopleFilterWish> for PeopleFilter {
    fn from(wish: PeopleFilterWish) -> Self {
        let side = match wish.side {
            PeopleSideWish::Both => None,
            PeopleSideWish::Contact => Some(PeopleSide::Contact),
            PeopleSideWish::Lead => Some(PeopleSide::Lead),
        };
        let list = wish.list.into();
        Self {
            list,
            words: wish.words,
            side: side.filter(|_| list == PeopleList::Unmatched),
            ignored: wish.ignored,
        }
    }
}

/// A place in a list: that of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct PersonPlace {
    /// What the row is ordered by.
    pub(crate) sort: String,
    /// Its number.
    pub(crate) id: i64,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "from")]
pub(crate) enum PeopleStartWish {
    /// At the top.
    First,
    /// After this row.
    After {
        /// Which.
        place: PersonPlace,
    },
    /// So many rows from the top.
    Position {
        /// How many.
        above: u64,
    },
}

impl From<PeopleStartWish> for PeopleStart {
    fn from(wish: PeopleStartWish) -> Self {
        match wish {
            PeopleStartWish::First => Self::First,
            PeopleStartWish::After { place } => Self::After {
                sort: place.sort,
                number: place.id,
            },
            PeopleStartWish::Position { above } => Self::Position(above),
        }
    }
}

/// Why a contact and a lead are the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MatchReason {
    /// A person said so.
    ByHand,
    /// Tuco has the contact's id.
    HubSpotId,
    /// The same address.
    Email,
    /// The same number.
    Phone,
    /// Numbers that end alike.
    LastDigits,
    /// The same name and company.
    NameAndCompany,
    /// One was made from the other.
    Created,
}

fn linked_by(how: &str) -> MatchReason {
    match how {
        "by_hand" => MatchReason::ByHand,
        "hs_contact_id" => MatchReason::HubSpotId,
        "phone" => MatchReason::Phone,
        "created" => MatchReason::Created,
        _ => MatchReason::Email,
    }
}

/// One person in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonRow {
    /// The program's own number.
    pub(crate) id: i64,
    /// The contact's id.
    pub(crate) contact: Option<String>,
    /// The lead's id.
    pub(crate) lead: Option<String>,
    /// Name; may be empty.
    pub(crate) name: String,
    /// The first address.
    pub(crate) email: Option<String>,
    /// The first number.
    pub(crate) phone: Option<String>,
    /// The company.
    pub(crate) company: Option<String>,
    /// How the two were found to be one.
    pub(crate) linked_by: Option<MatchReason>,
    /// Who may be the same person.
    pub(crate) suggestions: usize,
    /// Fields in conflict.
    pub(crate) conflicts: usize,
    /// Must not be written to.
    pub(crate) opted_out: bool,
    /// Put aside.
    pub(crate) ignored: bool,
    /// When something last changed on either side.
    pub(crate) changed_at: i64,
    /// What changed, in a few words; may be empty.
    pub(crate) changed: String,
}

/// What a list shows beside the records themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beside {
    pub(crate) suggestions: usize,
    pub(crate) conflicts: usize,
    pub(crate) opted_out: bool,
}

impl PersonRow {
    pub(crate) fn of(entry: &PersonEntry, beside: Beside) -> Self {
        let (contact, lead) = (entry.contact.as_ref(), entry.lead.as_ref());
        let records = || contact.into_iter().chain(lead);
        let first = |of: fn(&CopyRow) -> Option<&str>| records().find_map(of).map(str::to_owned);
        let at = |copy: Option<&CopyRow>| copy.and_then(|copy| copy.changed_at);
        let (contact_at, lead_at) = (at(contact), at(lead));
        let changed = match (contact_at, lead_at) {
            (None, None) => "",
            (contact, lead) if contact >= lead => "Changed in HubSpot",
            _ => "Changed in Tuco",
        };
        Self {
            id: entry.number,
            contact: contact.map(|copy| copy.id.clone()),
            lead: lead.map(|copy| copy.id.clone()),
            name: records()
                .map(|copy| copy.name.clone())
                .find(|name| !name.trim().is_empty())
                .unwrap_or_default(),
            email: first(CopyRow::email),
            phone: first(CopyRow::phone),
            company: first(CopyRow::company),
            linked_by: entry.pair.as_ref().map(|pair| linked_by(&pair.how)),
            suggestions: beside.suggestions,
            conflicts: beside.conflicts,
            opted_out: beside.opted_out,
            ignored: records().any(|copy| copy.ignored),
            changed_at: contact_at.max(lead_at).unwrap_or_default(),
            changed: changed.to_owned(),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PeoplePage {
    /// The rows.
    pub(crate) rows: Vec<PersonRow>,
    /// Where the next page begins; none at the end.
    pub(crate) next: Option<PersonPlace>,
    /// How many the filter lets through.
    pub(crate) total: u64,
}
