//! What rules said to what happened, and what they did.

use bridge::rules::Called;
use bridge::rules::pure::rule::Rule;
use bridge::rules::pure::words;
use bridge::store::rule_run::{RuleRunRow, RunStep};
use serde::Serialize;
use specta::Type;

/// How far a rule came with something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleRunState {
    /// It did not act.
    Refused,
    /// It acts when it is due.
    Waiting,
    /// Something that must not be repeated has begun.
    Doing,
    /// All is done.
    Done,
    /// The guard let no message go, or nothing is there to act on.
    LeftOut,
    /// An action was refused for good.
    Failed,
    /// Nobody knows whether an action was done; it is not repeated.
    Unknown,
    /// It was too late.
    Expired,
    /// Another rule, or a person, stopped it.
    Stopped,
}

impl From<RunStep> for RuleRunState {
    fn from(state: RunStep) -> Self {
        match state {
            RunStep::Refused => Self::Refused,
            RunStep::Waiting => Self::Waiting,
            RunStep::Doing => Self::Doing,
            RunStep::Done => Self::Done,
            RunStep::LeftOut => Self::LeftOut,
            RunStep::Failed => Self::Failed,
            RunStep::Unknown => Self::Unknown,
            RunStep::Expired => Self::Expired,
            RunStep::Stopped => Self::Stopped,
        }
    }
}

/// What one rule said to one thing that happened to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleRun {
    /// Its number.
    pub(crate) id: i64,
    /// The rule's.
    pub(crate) rule: i64,
    /// The rule's name.
    pub(crate) rule_name: String,
    /// The version that looked.
    pub(crate) version: i64,
    /// To whom.
    pub(crate) contact_id: String,
    /// Their name; empty where nobody here knows it.
    pub(crate) name: String,
    /// What happened, in words.
    pub(crate) what: String,
    /// How far it came.
    pub(crate) state: RuleRunState,
    /// A stable word.
    pub(crate) reason: String,
    /// Which condition was not so and what it saw, or what went wrong.
    pub(crate) says: String,
    /// Actions that are done.
    pub(crate) steps_done: u32,
    /// Of so many.
    pub(crate) steps: usize,
    /// When it happened.
    pub(crate) happened_at: i64,
    /// When it was seen.
    pub(crate) seen_at: i64,
    /// When it was to be done.
    pub(crate) meant_at: i64,
    /// When it goes on, or was done.
    pub(crate) due_at: i64,
    /// How late it was seen, or is, in milliseconds.
    pub(crate) late_ms: i64,
    /// The template that HubSpot asked for; may be empty.
    pub(crate) asked: String,
    /// What HubSpot was told of it; may be empty.
    pub(crate) told: String,
}

impl RuleRun {
    pub(crate) fn of(
        row: RuleRunRow,
        rule: Option<&Rule>,
        rule_name: String,
        name: String,
        names: &Called,
    ) -> Self {
        Self {
            what: words::happened(&row.fact, names),
            id: row.id,
            rule: row.rule_id,
            rule_name,
            version: row.version,
            contact_id: row.contact_id,
            name,
            state: row.state.into(),
            reason: row.reason,
            says: row.words,
            steps_done: row.step,
            steps: rule.map_or(0, |rule| rule.actions.len()),
            happened_at: row.happened_at,
            seen_at: row.seen_at,
            meant_at: row.meant_at,
            due_at: row.due_at,
            late_ms: (row.due_at.max(row.seen_at) - row.meant_at).max(0),
            asked: row.asked,
            told: row.told,
        }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleRuns {
    /// The newest first.
    pub(crate) runs: Vec<RuleRun>,
    /// Where the next page begins; none where this is the last one.
    pub(crate) next: Option<i64>,
}
