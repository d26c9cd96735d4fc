//! The mapping and the fields of both sides, as the page sees them.

mod fields;
mod problems;
mod row;
mod trial;
mod ways;

pub(crate) use fields::{MappingFields, NewMappingProperty};
pub(crate) use problems::RowProblem;
pub(crate) use row::MappingRow;
pub(crate) use trial::{
    MappingSamples, MappingTrial, PersonFound, PersonName, RecordSide, samples,
};

use bridge::people::editing::{Change, EditedRow};
use serde::Serialize;
use specta::Type;

/// What holds, and what somebody changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingState {
    /// The number of what holds; 0 while it is as from the start.
    pub(crate) version: i64,
    /// Since when it holds.
    pub(crate) applied_at: Option<i64>,
    /// What holds.
    pub(crate) rows: Vec<MappingRow>,
    /// What somebody changed and has not applied.
    pub(crate) draft: Option<Vec<MappingRow>>,
    /// Of the draft, else of what holds.
    pub(crate) problems: Vec<RowProblem>,
    /// Whether anything follows the mapping.
    pub(crate) in_use: bool,
}

/// A version that held or holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct MappingVersionShown {
    /// Its number; 0 is the one from the start.
    pub(crate) version: i64,
    /// Since when.
    pub(crate) at: i64,
    /// How many rows it has.
    pub(crate) rows: usize,
    /// What it changed, in words.
    pub(crate) says: String,
    /// Whether it holds.
    pub(crate) holds: bool,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RowChanged {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
}

impl From<Change> for RowChanged {
    fn from(change: Change) -> Self {
        match change {
            Change::Added => Self::Added,
            Change::Changed => Self::Changed,
            Change::Removed => Self::Removed,
        }
    }
}

/// A change of a row, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct RowChange {
    /// The row.
    pub(crate) row: i64,
    /// What.
    pub(crate) what: RowChanged,
    /// Which, in a few words.
    pub(crate) says: String,
}

/// People who are left as they are, by reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct LeftOut {
    /// Why.
    pub(crate) says: String,
    /// How many.
    pub(crate) people: u64,
}

/// A value that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ApplyExample {
    /// Whose.
    pub(crate) name: String,
    /// On which side.
    pub(crate) side: RecordSide,
    /// Which field.
    pub(crate) field: String,
    /// What is there.
    pub(crate) before: Option<String>,
    /// What would be.
    pub(crate) after: Option<String>,
}

/// What applying would do, counted with the people that are known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplyPreview {
    /// Row by row.
    pub(crate) changes: Vec<RowChange>,
    /// Linked people who were looked at.
    pub(crate) people: u64,
    /// Leads that would change.
    pub(crate) leads_change: u64,
    /// Contacts that would change.
    pub(crate) contacts_change: u64,
    /// Facts in conflict.
    pub(crate) conflicts: u64,
    /// Who is left as they are.
    pub(crate) skipped: Vec<LeftOut>,
    /// A few of them.
    pub(crate) examples: Vec<ApplyExample>,
    /// What has to be typed first, since so many people change.
    pub(crate) type_name: Option<String>,
}

/// A mapping to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct MappingPreset {
    /// The word for it.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) about: String,
    /// How many rows it has.
    pub(crate) rows: usize,
    /// Somebody kept it.
    pub(crate) own: bool,
}

/// A line of a file that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct FileFault {
    /// Counted from 1.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) text: String,
    /// What is wrong with it.
    pub(crate) reason: String,
}

/// A file was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "result")]
pub(crate) enum ImportedMapping {
    /// It is the draft now.
    Draft {
        /// Its name.
        file: String,
        /// How it stands.
        state: Box<MappingState>,
        /// How many rows it has.
        rows: usize,
    },
    /// It is refused, and nothing has changed.
    Refused {
        /// Its name.
        file: String,
        /// Every line that is wrong.
        faults: Vec<FileFault>,
    },
}

pub(crate) fn shown_rows(rows: Vec<EditedRow>) -> Vec<MappingRow> {
    rows.into_iter().map(Into::into).collect()
}

pub(crate) fn edited_rows(rows: Vec<MappingRow>) -> Vec<EditedRow> {
    rows.into_iter().map(Into::into).collect()
}

/// An empty value is none on the page.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
