//! What is wrong with a row, and the button that mends it.

use super::fields::{FieldKind, NewMappingProperty};
use super::row::MappingRow;
use bridge::people::editing::{EditedProblem, EditedRow};
use mapping::check::{At, Wrong};
use mapping::{Direction, Source};
use serde::Serialize;
use specta::Type;

/// Which sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RowProblemCode {
    /// An end of the row is missing.
    Incomplete,
    /// The types don't go together.
    TypeClash,
    /// Nobody can write the property.
    ReadOnly,
    /// The key lacks a scope.
    MissingScope,
    /// Two rows write one field.
    WrittenTwice,
    /// A value would run in a circle.
    Loop,
    /// The property takes no such value.
    UnknownOption,
    /// The portal has no such property.
    Gone,
    /// The property changed its type.
    TypeChanged,
    /// A step has no way back.
    OneWay,
    /// A step names a field that is not there.
    UnknownField,
    /// A step makes no sense.
    Parameter,
}

/// Which part of the row it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RowPart {
    /// The value in HubSpot.
    Source,
    /// The lead's field.
    Lead,
    /// Which way it goes.
    Direction,
    /// What becomes of it.
    Transforms,
    /// The row as a whole.
    Row,
}

/// What a button does about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "mend")]
pub(crate) enum RowMend {
    /// This row in its place.
    Row {
        /// Which.
        row: Box<MappingRow>,
        /// What stands on the button.
        label: String,
    },
    /// Without this row.
    Remove {
        /// What stands on the button.
        label: String,
    },
    /// Make the property.
    CreateProperty {
        /// Which.
        property: Box<NewMappingProperty>,
    },
    /// Ask the portal again.
    RefreshFields,
    /// Go to the connection.
    Connection {
        /// What stands on the button.
        label: String,
    },
}

/// Something is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct RowProblem {
    /// Which row; none where it is about the whole.
    pub(crate) row: Option<i64>,
    /// Which sort.
    pub(crate) code: RowProblemCode,
    /// What is wrong.
    pub(crate) says: String,
    /// What to do about it.
    pub(crate) todo: String,
    /// It can't be applied like this.
    pub(crate) blocks: bool,
    /// Which part it is about.
    pub(crate) at: RowPart,
    /// Which step, where it is about one.
    pub(crate) transform: Option<usize>,
    /// What mends it.
    pub(crate) mends: Vec<RowMend>,
}

impl RowProblem {
    pub(crate) fn of(problem: EditedProblem, rows: &[EditedRow]) -> Self {
        let row = rows.iter().find(|row| row.id == problem.row);
        let mends = row.map_or_else(Vec::new, |row| mends(problem.wrong.as_ref(), row));
        let (at, transform) = match problem.at {
            At::Source => (RowPart::Source, None),
            At::Lead => (RowPart::Lead, None),
            At::Direction => (RowPart::Direction, None),
            At::Step(place) => (RowPart::Transforms, Some(place)),
            At::Row => (RowPart::Row, None),
        };
        Self {
            row: Some(problem.row),
            code: code(problem.wrong.as_ref()),
            says: problem.says,
            todo: problem.todo,
            blocks: problem.blocks,
            at,
            transform,
            mends,
        }
    }
}

fn code(wrong: Option<&Wrong>) -> RowProblemCode {
    use RowProblemCode as Code;
    match wrong {
        None => Code::Incomplete,
        Some(Wrong::TypeClash { .. }) => Code::TypeClash,
        Some(Wrong::ReadOnly { .. }) => Code::ReadOnly,
        Some(Wrong::MissingScope { .. } | Wrong::NotAsked { .. }) => Code::MissingScope,
        Some(Wrong::WrittenTwice { .. }) => Code::WrittenTwice,
        Some(Wrong::Loop { .. }) => Code::Loop,
        Some(Wrong::UnknownOption { .. }) => Code::UnknownOption,
        Some(Wrong::Gone { .. }) => Code::Gone,
        Some(Wrong::TypeChanged { .. }) => Code::TypeChanged,
        Some(Wrong::OneWay { .. }) => Code::OneWay,
        Some(Wrong::UnknownField { .. }) => Code::UnknownField,
        Some(Wrong::Parameter { .. }) => Code::Parameter,
    }
}

fn mends(wrong: Option<&Wrong>, row: &EditedRow) -> Vec<RowMend> {
    let with = |direction, label: &str| RowMend::Row {
        row: Box::new(
            EditedRow {
                direction,
                ..row.clone()
            }
            .into(),
        ),
        label: label.to_owned(),
    };
    let off = || with(Direction::Off, "Turn it off");
    let to_tuco = || with(Direction::ToTuco, "To Tuco only");
    let both = row.direction == Direction::Both;
    match wrong {
        None | Some(Wrong::TypeClash { .. }) => vec![off()],
        Some(Wrong::ReadOnly { .. }) => vec![to_tuco()],
        Some(Wrong::OneWay { .. }) => vec![to_tuco()],
        Some(Wrong::Loop { .. }) if both => vec![to_tuco()],
        Some(Wrong::Loop { .. }) => vec![off()],
        Some(Wrong::NotAsked { .. }) => vec![off()],
        Some(Wrong::MissingScope { .. }) => vec![
            RowMend::Connection {
                label: "To the connection".to_owned(),
            },
            off(),
        ],
        Some(Wrong::WrittenTwice { .. }) => vec![
            RowMend::Remove {
                label: "Remove this row".to_owned(),
            },
            off(),
        ],
        Some(Wrong::Gone { .. }) => {
            let mut all = Vec::new();
            if let Some(Source::Contact(name)) = &row.hubspot {
                all.push(RowMend::CreateProperty {
                    property: Box::new(new_property(name)),
                });
            }
            all.extend([RowMend::RefreshFields, off()]);
            all
        }
        Some(Wrong::TypeChanged { .. }) => vec![RowMend::RefreshFields],
        Some(
            Wrong::UnknownOption { .. } | Wrong::UnknownField { .. } | Wrong::Parameter { .. },
        ) => Vec::new(),
    }
}

/// A property as it may have been: its name as a label.
fn new_property(name: &str) -> NewMappingProperty {
    let words = name.replace('_', " ");
    let mut chars = words.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    NewMappingProperty {
        object: "contact".to_owned(),
        name: name.to_owned(),
        label: format!("{first}{}", chars.as_str()),
        description: String::new(),
        group: String::new(),
        kind: FieldKind::Text,
        options: Vec::new(),
    }
}
