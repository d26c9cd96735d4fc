//! What a batch did, input by input.
//!
//! Results come in no order and are never matched by position. An input that is neither among the
//! records nor among the refusals has an unknown outcome: HubSpot cuts its lists of errors short.

use crate::error::{Error, ErrorKind};
use crate::lenient;
use crate::record::Record;
use serde_json::Value;
use std::fmt;
use wire::Repeat;

/// The most inputs that HubSpot takes in one batch of records.
pub const MAX_INPUTS: usize = 100;

/// What became of a batch that HubSpot took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchOutcome {
    /// Records as they are after the write.
    pub records: Vec<Record>,
    /// Inputs that were refused.
    pub refusals: Vec<Refusal>,
}

/// A refusal of one input, or of several for the same reason.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Trace ids of the inputs, where they were sent with any.
    pub trace_ids: Vec<String>,
    /// Record ids of the inputs, where HubSpot names them.
    pub ids: Vec<String>,
    /// The record that already holds the unique value.
    pub existing_id: Option<String>,
    /// Why.
    pub problem: ErrorKind,
    /// HubSpot's name for the call, for its support.
    pub correlation_id: Option<String>,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In an upsert the ids may be email addresses.
        formatter
            .debug_struct("Refusal")
            .field("trace_ids", &self.trace_ids)
            .field("existing_id", &self.existing_id)
            .field("problem", &self.problem)
            .field("correlation_id", &self.correlation_id)
            .finish_non_exhaustive()
    }
}

/// Reads `results` and `errors`; nothing where the body has no results at all.
pub(crate) fn read(
    body: &Value,
    repeat: Repeat,
    correlation_id: Option<&String>,
) -> Option<BatchOutcome> {
    let results = body.get("results")?.as_array()?;
    let refusals = lenient::items(body.get("errors"))
        .iter()
        .map(|error| crate::error::refusal(error, repeat, correlation_id.cloned()))
        .collect();
    Some(BatchOutcome {
        records: Record::read_all(results),
        refusals,
    })
}

/// The first refusal that says more than "there can be no such record", as the failure of a whole
/// read: whoever took these records for absent would lose them.
pub(crate) fn first_failure(outcome: &BatchOutcome, call: &'static str) -> Option<Error> {
    let means_absent = |problem: &ErrorKind| match problem {
        ErrorKind::NotFound | ErrorKind::InvalidProperties(_) => true,
        ErrorKind::Refused { category, .. } => category.starts_with("VALIDATION_ERROR"),
        _ => false,
    };
    let refusal = outcome
        .refusals
        .iter()
        .find(|refusal| !means_absent(&refusal.problem))?;
    Some(Error {
        kind: refusal.problem.clone(),
        correlation_id: refusal.correlation_id.clone(),
        call,
    })
}
