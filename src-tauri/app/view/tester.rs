//! Tests of a connection that were made earlier.

use bridge::store::TestRun;
use bridge::tester;
use serde::Serialize;
use specta::Type;

use super::connection::{Check, Verdict};

/// One of them.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptRun {
    /// Its id.
    pub(crate) id: i64,
    /// When it was made.
    pub(crate) at: i64,
    /// What it came to.
    pub(crate) verdict: Verdict,
    /// What it found.
    pub(crate) checks: Vec<Check>,
}

impl From<TestRun> for KeptRun {
    fn from(run: TestRun) -> Self {
        Self {
            id: run.id,
            at: run.at,
            verdict: tester::verdict(&run.checks).into(),
            checks: run.checks.iter().map(Into::into).collect(),
        }
    }
}
