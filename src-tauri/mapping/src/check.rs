//! What is wrong with a mapping, beside the row that it belongs to.

mod circles;
mod sources;

use crate::portal::{Kind, Portal, Property};
use crate::row::{Direction, Mapping, Row};
use crate::source::Source;
use crate::transform::{DateForm, Pattern, Transform, Unmatched};
use std::collections::BTreeSet;

/// Which part of a row it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The value in HubSpot.
    Source,
    /// The lead's field.
    Lead,
    /// The direction.
    Direction,
    /// One of the steps.
    Step(usize),
    /// The row as a whole.
    Row,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The types don't go together.
    #[error("{from} holds {held}, and {to} takes {taken}")]
    TypeClash {
        /// Where the value is from.
        from: String,
        /// What it holds.
        held: &'static str,
        /// Where it goes.
        to: String,
        /// What that takes.
        taken: &'static str,
    },
    /// Nobody can write the property.
    #[error("{property} can't be written: {why}")]
    ReadOnly {
        /// Which.
        property: String,
        /// Why.
        why: &'static str,
    },
    /// The key lacks a scope.
    #[error("the HubSpot key lacks {}", scopes.join(" or "))]
    MissingScope {
        /// One of these is needed.
        scopes: Vec<String>,
    },
    /// The portal's own kinds of records are not read.
    #[error(
        "{object} is no kind of record that every portal has, and the portal's own are not read"
    )]
    NotAsked {
        /// Which.
        object: String,
    },
    /// Two rows write one field.
    #[error("row {other} writes {target} too")]
    WrittenTwice {
        /// The other row, counted from 1.
        other: usize,
        /// The field.
        target: String,
    },
    /// A value would run round in a circle.
    #[error("a value would run in a circle, through row {other} back to where it came from")]
    Loop {
        /// Another row of the circle, counted from 1.
        other: usize,
    },
    /// The property takes no such value.
    #[error("{property} has no option \"{option}\"")]
    UnknownOption {
        /// Which property.
        property: String,
        /// The value.
        option: String,
    },
    /// The portal has no such property.
    #[error("{object} have no property {property} in this portal{}", if *.before { " any more" } else { "" })]
    Gone {
        /// The kind of record.
        object: String,
        /// The property.
        property: String,
        /// Whether it was there once.
        before: bool,
    },
    /// The property changed its type.
    #[error("{property} was of type {before} and is of type {now} now")]
    TypeChanged {
        /// Which.
        property: String,
        /// What it was.
        before: String,
        /// What it is.
        now: String,
    },
    /// A step has no way back.
    #[error("the transform {step} goes one way only, and the row goes both")]
    OneWay {
        /// Which.
        step: &'static str,
    },
    /// A template or a join names a field that is not there.
    #[error("{step} names {field}, which is not there")]
    UnknownField {
        /// Which step.
        step: &'static str,
        /// The field.
        field: String,
    },
    /// A step says something that makes no sense.
    #[error("{step}: {says}")]
    Parameter {
        /// Which step.
        step: &'static str,
        /// What.
        says: String,
    },
}

impl Wrong {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TypeClash { .. } => "type_clash",
            Self::ReadOnly { .. } => "read_only",
            Self::MissingScope { .. } => "missing_scope",
            Self::NotAsked { .. } => "not_asked",
            Self::WrittenTwice { .. } => "written_twice",
            Self::Loop { .. } => "loop",
            Self::UnknownOption { .. } => "unknown_option",
            Self::Gone { .. } => "gone",
            Self::TypeChanged { .. } => "type_changed",
            Self::OneWay { .. } => "one_way",
            Self::UnknownField { .. } => "unknown_field",
            Self::Parameter { .. } => "parameter",
        }
    }

    /// What to do about it.
    pub fn todo(&self) -> &'static str {
        match self {
            Self::TypeClash { .. } => {
                "Choose another field, or a transform that brings one into the form of the other."
            }
            Self::ReadOnly { .. } => "Let the row go to Tuco only, or choose another property.",
            Self::MissingScope { .. } => {
                "Add the scope to the key or the app in HubSpot and connect again, or turn the row off."
            }
            Self::NotAsked { .. } => {
                "Turn custom objects on under people sync, or by: tuco-hubspot people extras --on objects"
            }
            Self::WrittenTwice { .. } => {
                "Turn one of the two rows off, or let it go the other way only."
            }
            Self::Loop { .. } => "Let one of the rows go one way only.",
            Self::UnknownOption { .. } => {
                "Take one of the property's own options, by its internal value."
            }
            Self::Gone { .. } => {
                "Create the property in HubSpot, choose another one, or turn the row off."
            }
            Self::TypeChanged { .. } => {
                "Look whether the transforms still fit, and apply the mapping again."
            }
            Self::OneWay { .. } => "Let the row go one way only, or take the transform out.",
            Self::UnknownField { .. } => "Correct the name between the braces.",
            Self::Parameter { .. } => "Correct the transform.",
        }
    }

    /// Whether the mapping can't be applied like this.
    pub fn blocks(&self) -> bool {
        !matches!(
            self,
            Self::TypeChanged { .. } | Self::MissingScope { .. } | Self::NotAsked { .. }
        )
    }
}

/// Something is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its place, counted from 0.
    pub row: usize,
    /// What.
    pub wrong: Wrong,
    /// Which part of it.
    pub at: At,
}

/// Everything that is wrong with a mapping in this portal. Rows that are off are let be.
pub fn check(mapping: &Mapping, portal: &Portal) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, row) in mapping.rows.iter().enumerate() {
        if row.direction == Direction::Off {
            continue;
        }
        let mut tell = |wrong, at| {
            problems.push(Problem {
                row: place,
                wrong,
                at,
            });
        };
        sources::check(row, portal, &mut tell);
        steps(row, portal, &mut tell);
        types(row, portal, &mut tell);
    }
    problems.extend(circles::written_twice(mapping));
    problems.extend(circles::loops(mapping));
    problems.sort_by_key(|problem| problem.row);
    problems
}

type Tell<'t> = dyn FnMut(Wrong, At) + 't;

fn steps(row: &Row, portal: &Portal, tell: &mut Tell<'_>) {
    for (place, step) in row.transforms.iter().enumerate() {
        let word = step.word();
        if step.is_one_way() && row.direction == Direction::Both {
            tell(Wrong::OneWay { step: word }, At::Step(place));
        }
        for field in step.fields() {
            let known = if row.direction == Direction::ToHubspot {
                field.parse::<crate::LeadField>().is_ok()
            } else {
                field
                    .parse::<Source>()
                    .is_ok_and(|source| there(&source, portal))
            };
            if !known {
                let field = field.to_owned();
                tell(Wrong::UnknownField { step: word, field }, At::Step(place));
            }
        }
        if let Some(says) = senseless(step, row.direction) {
            tell(Wrong::Parameter { step: word, says }, At::Step(place));
        }
        options(row, step, place, portal, tell);
    }
}

/// Whether the portal has it, as far as is known.
fn there(source: &Source, portal: &Portal) -> bool {
    match (source.object(), source.property()) {
        (Some(object), Some(property)) => portal
            .object(object)
            .is_none_or(|object| object.properties.contains_key(property)),
        _ => true,
    }
}

fn senseless(step: &Transform, direction: Direction) -> Option<String> {
    match step {
        Transform::Phone { region } if region != "auto" && !crate::address::is_region(region) => {
            Some(format!(
                "\"{region}\" is no country; it takes auto or two letters such as US"
            ))
        }
        Transform::Number {
            thousands, point, ..
        } if thousands == point
            || [thousands, point]
                .iter()
                .any(|s| s.chars().any(|c| c.is_ascii_digit())) =>
        {
            Some(
                "what stands between thousands and before decimals must differ, and be no digit"
                    .into(),
            )
        }
        Transform::YesNo { yes, no } if yes.trim().to_lowercase() == no.trim().to_lowercase() => {
            Some("yes and no must be two words".into())
        }
        Transform::Pairs { pairs, .. } if pairs.is_empty() => Some("there is no pair".into()),
        Transform::Pairs { pairs, .. } if direction == Direction::Both => {
            let mut seen = BTreeSet::new();
            let twice = pairs
                .iter()
                .find(|pair| !seen.insert(pair.to.trim().to_lowercase()));
            twice.map(|pair| {
                format!(
                    "\"{}\" stands for two values, so there is no way back",
                    pair.to
                )
            })
        }
        Transform::Date {
            to: DateForm::Text,
            pattern,
            ..
        } if direction != Direction::ToTuco && !Pattern::of(pattern).is_whole() => {
            Some("a date can't be read back without its year in four digits, month and day".into())
        }
        Transform::List { by, .. } if by.trim().is_empty() && direction != Direction::ToTuco => {
            Some("a blank between values can't be told from a blank in them".into())
        }
        Transform::Text { longest: Some(0) } => Some("nothing would be left of the text".into()),
        Transform::Template { text } if text.matches('{').count() != text.matches('}').count() => {
            Some("a brace has no other half".into())
        }
        _ => None,
    }
}

/// Values that a step writes into an enumeration must be among its options.
fn options(row: &Row, step: &Transform, place: usize, portal: &Portal, tell: &mut Tell<'_>) {
    let found = row
        .hubspot
        .object()
        .zip(row.hubspot.property())
        .and_then(|(object, property)| portal.property(object, property));
    let Some(found) = found.filter(|found| {
        matches!(found.kind(), Kind::Choice | Kind::Choices) && !found.choices.is_empty()
    }) else {
        return;
    };
    let written: Vec<&str> = match step {
        Transform::Pairs { pairs, otherwise } => {
            let mut all: Vec<&str> = pairs.iter().map(|pair| pair.from.as_str()).collect();
            match otherwise {
                Unmatched::Use { value } if row.direction == Direction::ToHubspot => {
                    all.push(value);
                }
                _ => {}
            }
            all
        }
        Transform::Default { value } if row.direction.writes_contact() => vec![value],
        _ => vec![],
    };
    for option in written.into_iter().filter(|option| !option.is_empty()) {
        if !found.choices.iter().any(|choice| choice.value == option) {
            let wrong = Wrong::UnknownOption {
                property: found.name.clone(),
                option: option.to_owned(),
            };
            tell(wrong, At::Step(place));
        }
    }
}

/// Fields whose form is their own: what is no number, no address, is refused by the other side.
fn types(row: &Row, portal: &Portal, tell: &mut Tell<'_>) {
    let Some(property) = row.hubspot.contact_property() else {
        return;
    };
    let Some(found) = portal.property("contacts", property) else {
        return;
    };
    if row.transforms.iter().any(|step| {
        !matches!(
            step,
            Transform::Trim | Transform::Case { .. } | Transform::Text { .. }
        )
    }) {
        return;
    }
    let held = words(found);
    let taken = if row.lead.is_phone() {
        "phone numbers"
    } else if row.lead.is_email() {
        "e-mail addresses"
    } else {
        "text"
    };
    let odd = matches!(
        found.kind(),
        Kind::Number
            | Kind::Date
            | Kind::DateTime
            | Kind::Choice
            | Kind::Choices
            | Kind::YesNo
            | Kind::Owner
    );
    let (property, lead) = (property.to_owned(), row.lead.to_string());
    if row.lead.identifies() && odd && row.direction.writes_lead() {
        tell(
            Wrong::TypeClash {
                from: property,
                held,
                to: lead,
                taken,
            },
            At::Lead,
        );
    } else if row.lead.custom().is_none() && odd && row.direction.writes_contact() {
        tell(
            Wrong::TypeClash {
                from: lead,
                held: taken,
                to: property,
                taken: held,
            },
            At::Source,
        );
    }
}

fn words(property: &Property) -> &'static str {
    match property.kind() {
        Kind::Text => "text",
        Kind::Number => "a number",
        Kind::Date => "a date",
        Kind::DateTime => "a date with its time",
        Kind::Choice => "one of its options",
        Kind::Choices => "several of its options",
        Kind::YesNo => "yes or no",
        Kind::Phone => "a phone number",
        Kind::Owner => "an owner",
    }
}

#[cfg(test)]
mod tests;
