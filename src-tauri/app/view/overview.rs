//! What the first screen answers: is it working, what happened, what needs a person.

use super::activity::Filter;
use super::words::{Kind, Stage};
use serde::Serialize;
use specta::Type;

/// How many events of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tally {
    /// What happened.
    pub(crate) kind: Kind,
    /// Where they stand now.
    pub(crate) stage: Stage,
    /// How many.
    pub(crate) events: u64,
}

/// One day, by the time zone that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Day {
    /// As in `2026-06-02`.
    pub(crate) date: String,
    /// When it begins.
    pub(crate) from: i64,
    /// When it ends.
    pub(crate) to: i64,
    /// What happened on it.
    pub(crate) tallies: Vec<Tally>,
}

/// Something that waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum NeedKind {
    /// Several contacts fit.
    Ambiguous,
    /// Nobody in HubSpot has the address.
    NoContact,
    /// The entry was given up.
    Parked,
    /// A message of which nobody knows whether it went out; see `unknownSends`.
    UnknownSend,
    /// Somebody wrote what may ask for an end; see `optOutReviews`.
    OptOutReview,
    /// A rule paused itself.
    PausedRule,
}

/// So many things of one sort that wait for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Need {
    /// What.
    pub(crate) kind: NeedKind,
    /// How many.
    pub(crate) count: u64,
    /// The filter of the log that shows them; none for sends, which have a list of their own.
    pub(crate) filter: Option<Filter>,
}

/// See the module. State, budgets and queue are in the snapshot, lines in `lines`.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overview {
    /// Fourteen days, the oldest first; the last one is today.
    pub(crate) days: Vec<Day>,
    /// Only what there is any of, the most pressing first.
    pub(crate) needs: Vec<Need>,
}
