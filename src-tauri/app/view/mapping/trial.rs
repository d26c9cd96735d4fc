//! One person's values on their way, and what would be written.

use super::some;
use bridge::people::settling::FoundPerson;
use bridge::people::shown::{Sample, Samples, stopped, why};
use bridge::people::trial::{Outcome, Trial, TrialRow};
use bridge::store::{CopyRow, PeopleSide};
use mapping::merge::{Field, Made, Side, Why};
use mapping::trace::Trace;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Whose record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RecordSide {
    /// HubSpot's.
    Contact,
    /// Tuco's.
    Lead,
}

impl From<PeopleSide> for RecordSide {
    fn from(side: PeopleSide) -> Self {
        match side {
            PeopleSide::Contact => Self::Contact,
            PeopleSide::Lead => Self::Lead,
        }
    }
}

impl From<RecordSide> for PeopleSide {
    fn from(side: RecordSide) -> Self {
        match side {
            RecordSide::Contact => Self::Contact,
            RecordSide::Lead => Self::Lead,
        }
    }
}

impl From<Side> for RecordSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Contact => Self::Contact,
            Side::Lead => Self::Lead,
        }
    }
}

impl From<RecordSide> for Side {
    fn from(side: RecordSide) -> Self {
        match side {
            RecordSide::Contact => Self::Contact,
            RecordSide::Lead => Self::Lead,
        }
    }
}

/// A person's record on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct PersonName {
    /// Whose.
    pub(crate) of: RecordSide,
    /// Its id there.
    pub(crate) id: String,
}

/// Somebody who was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonFound {
    /// Whose record.
    pub(crate) of: RecordSide,
    /// Its id there.
    pub(crate) id: String,
    /// Name; may be empty.
    pub(crate) name: String,
    /// The first address.
    pub(crate) email: Option<String>,
    /// The first number.
    pub(crate) phone: Option<String>,
    /// The company.
    pub(crate) company: Option<String>,
}

impl From<FoundPerson> for PersonFound {
    fn from(found: FoundPerson) -> Self {
        Self {
            of: found.side.into(),
            id: found.id,
            name: found.name,
            email: found.email,
            phone: found.phone,
            company: found.company,
        }
    }
}

impl From<&CopyRow> for PersonFound {
    fn from(copy: &CopyRow) -> Self {
        FoundPerson::from(copy).into()
    }
}

/// The value of one row on its way. None is an empty value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct MappingSample {
    /// The row.
    pub(crate) row: i64,
    /// What the source holds.
    pub(crate) before: Option<String>,
    /// After each transform, in the order in which they work.
    pub(crate) after: Vec<Option<String>>,
    /// What the target gets.
    pub(crate) result: Option<String>,
    /// Why there is no result; empty where there is one.
    pub(crate) why: String,
}

impl MappingSample {
    fn of(row: i64, trace: &Trace) -> Self {
        let (result, why) = match &trace.result {
            Ok(text) => (some(text), String::new()),
            Err(ended) => (None, stopped(ended)),
        };
        Self {
            row,
            before: some(&trace.before),
            after: trace.after.iter().map(|text| some(text)).collect(),
            result,
            why,
        }
    }
}

/// The values of rows for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingSamples {
    /// Whose; none where nobody is known yet.
    pub(crate) whose: Option<PersonFound>,
    /// Towards Tuco.
    pub(crate) to_tuco: Vec<MappingSample>,
    /// Towards HubSpot.
    pub(crate) to_hub_spot: Vec<MappingSample>,
}

/// `ids` are the numbers of the rows that were tried, in their order.
pub(crate) fn samples(told: &Samples, ids: &[i64]) -> MappingSamples {
    let all = |samples: &[Sample]| {
        let of = |one: &Sample| Some(MappingSample::of(*ids.get(one.place)?, &one.trace));
        samples.iter().filter_map(of).collect()
    };
    MappingSamples {
        whose: told.whose.as_ref().map(Into::into),
        to_tuco: all(&told.to_tuco),
        to_hub_spot: all(&told.to_hubspot),
    }
}

/// What becomes of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TrialDoes {
    /// A value is written.
    Writes,
    /// Both say the same.
    Same,
    /// What is there stays.
    Keeps,
    /// There is no value.
    Empty,
    /// The value can't be read.
    Refused,
}

/// One row of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct TrialRowShown {
    /// The row.
    pub(crate) row: i64,
    /// What the source holds.
    pub(crate) before: Option<String>,
    /// After each transform.
    pub(crate) after: Vec<Option<String>>,
    /// What the target would get.
    pub(crate) result: Option<String>,
    /// Why there is no result.
    pub(crate) why: String,
    /// What the target holds now.
    pub(crate) holds: Option<String>,
    /// What becomes of it.
    pub(crate) does: TrialDoes,
    /// Why, in a sentence.
    pub(crate) says: String,
}

/// What would happen on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TrialSideDoes {
    /// A record is made.
    Creates,
    /// It is changed.
    Updates,
    /// Nothing.
    Nothing,
    /// It would be refused.
    Refused,
}

/// One side of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct TrialSideShown {
    /// What happens.
    pub(crate) does: TrialSideDoes,
    /// In words.
    pub(crate) answer: String,
    /// Row by row.
    pub(crate) rows: Vec<TrialRowShown>,
}

/// One real person, both directions, without writing anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingTrial {
    /// The contact.
    pub(crate) contact: Option<PersonFound>,
    /// The lead.
    pub(crate) lead: Option<PersonFound>,
    /// What happens in Tuco.
    pub(crate) to_tuco: TrialSideShown,
    /// What happens in HubSpot.
    pub(crate) to_hub_spot: TrialSideShown,
}

impl MappingTrial {
    /// `ids` are the numbers of the rows by their keys.
    pub(crate) fn of(trial: &Trial, ids: &[(String, i64)]) -> Self {
        Self {
            contact: trial.contact.as_ref().map(Into::into),
            lead: trial.lead.as_ref().map(Into::into),
            to_tuco: side(trial, Side::Lead, ids),
            to_hub_spot: side(trial, Side::Contact, ids),
        }
    }
}

fn side(trial: &Trial, target: Side, ids: &[(String, i64)]) -> TrialSideShown {
    let rows = trial
        .rows
        .iter()
        .filter_map(|row| {
            let trace = match target {
                Side::Lead => row.to_tuco.as_ref()?,
                Side::Contact => row.to_hubspot.as_ref()?,
            };
            let id = ids.iter().find(|(key, _)| *key == row.key)?.1;
            Some(trial_row(id, row, trace, target, &trial.outcome))
        })
        .collect();
    let (does, answer) = answer(trial, target);
    TrialSideShown { does, answer, rows }
}

fn trial_row(
    id: i64,
    row: &TrialRow,
    trace: &Trace,
    target: Side,
    outcome: &Outcome,
) -> TrialRowShown {
    let sample = MappingSample::of(id, trace);
    let holds = match target {
        Side::Lead => &row.lead,
        Side::Contact => &row.contact,
    };
    let (does, says) = match (&trace.result, &row.field, outcome) {
        (Err(ended), ..) => (TrialDoes::Refused, stopped(ended)),
        (Ok(_), Some(field), _) => decided(field, target, sample.result.is_none()),
        (
            Ok(text),
            None,
            Outcome::LeadMade(Made::Values(_)) | Outcome::ContactMade(Made::Values(_)),
        ) if !text.is_empty() => (
            TrialDoes::Writes,
            "The new record gets this value.".to_owned(),
        ),
        (Ok(text), ..) if text.is_empty() => (TrialDoes::Empty, "There is no value.".to_owned()),
        (Ok(_), ..) => (
            TrialDoes::Keeps,
            "Nothing is written for this person.".to_owned(),
        ),
    };
    TrialRowShown {
        row: id,
        before: sample.before,
        after: sample.after,
        result: sample.result,
        why: sample.why,
        holds: some(holds),
        does,
        says,
    }
}

fn decided(field: &Field, target: Side, empty: bool) -> (TrialDoes, String) {
    let does = match (&field.write, &field.why) {
        (Some((side, _)), _) if *side == target => TrialDoes::Writes,
        (None, Why::Same) => TrialDoes::Same,
        (None, Why::Unreadable(_)) => TrialDoes::Refused,
        _ if empty => TrialDoes::Empty,
        _ => TrialDoes::Keeps,
    };
    (does, why(&field.why))
}

fn counted(many: usize) -> String {
    match many {
        1 => "1 field".to_owned(),
        many => format!("{many} fields"),
    }
}

fn answer(trial: &Trial, target: Side) -> (TrialSideDoes, String) {
    use TrialSideDoes::{Creates, Nothing, Refused, Updates};
    let (record, other) = match target {
        Side::Lead => ("lead", "contact"),
        Side::Contact => ("contact", "lead"),
    };
    match (&trial.outcome, target) {
        (Outcome::Held(reason), _) => (Nothing, bridge::people::reasons::words(reason).to_owned()),
        (Outcome::Compared(plan), _) => {
            let values = match target {
                Side::Lead => &plan.to_lead,
                Side::Contact => &plan.to_contact,
            };
            if values.is_empty() {
                let says = format!("The {record} is as it should be. Nothing would be written.");
                return (Nothing, says);
            }
            if target == Side::Lead && !trial.lead_update {
                let says = bridge::people::reasons::words("lead_update_not_offered");
                return (Refused, says.to_owned());
            }
            let many = counted(values.len());
            (
                Updates,
                format!("The {record} is there. {many} would be written."),
            )
        }
        (Outcome::LeadMade(made), Side::Lead) | (Outcome::ContactMade(made), Side::Contact) => {
            match made {
                Made::Values(values) => {
                    let many = counted(values.len());
                    (
                        Creates,
                        format!("There is no {record} yet. It would be made with {many}."),
                    )
                }
                Made::Lacks(row) => (
                    Refused,
                    format!("No {record} is made: the required row {row} has no value."),
                ),
            }
        }
        (Outcome::LeadMade(_) | Outcome::ContactMade(_), _) => (
            Nothing,
            format!("There is no {other} that anything could come from."),
        ),
    }
}
