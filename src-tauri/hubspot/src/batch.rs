//! What a batch did, input by input.
//!
//! Results come in no order and are never matched by position. An input that is neither among the
//! records nor among the refusals has an unknown outcome: HubSpot cuts its lists of errors short.

use crate::error::{Error, ErrorKind};
use crate::lenient;
use crate::record::Record;
use serde_json::Value;

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
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// Reads `results` and `errors`; nothing where the body has no results at all.
pub(crate) fn read(body: &Value, correlation_id: Option<&String>) -> Option<BatchOutcome> {
    let results = body.get("results")?.as_array()?;
    let refusals = lenient::items(body.get("errors"))
        .iter()
        .map(|error| crate::error::refusal(error, correlation_id.cloned()))
        .collect();
    Some(BatchOutcome {
        records: Record::read_all(results),
        refusals,
    })
}

/// The first refusal that says more than "there is no such record", as the failure of a whole read.
pub(crate) fn first_failure(outcome: &BatchOutcome, call: &'static str) -> Option<Error> {
    let refusal = outcome.refusals.iter().find(|refusal| {
        !matches!(
            refusal.problem.retry_class(),
            wire::RetryClass::Permanent | wire::RetryClass::UnknownOutcome
        )
    })?;
    Some(Error {
        kind: refusal.problem.clone(),
        correlation_id: refusal.correlation_id.clone(),
        call,
    })
}
