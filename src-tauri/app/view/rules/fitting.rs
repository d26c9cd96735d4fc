//! A rule run on those who fit it already: who that would be, and how it goes.

use bridge::rules::{Backfilled, Fitting};
use bridge::store::rule_backfill::{BackfillRow, BackfillState};
use serde::Serialize;
use specta::Type;
use std::collections::BTreeMap;

use super::looked::RuleWould;
use crate::view::problem::{Answer, Code, Problem};

/// More are not shown.
const MOST_ROWS: usize = 500;

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleBackfillState {
    /// Somebody is still to be looked at.
    On,
    /// Everybody was looked at.
    Done,
    /// It ended before that.
    Stopped,
}

/// The last time that a rule was run on those who fit it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleBackfill {
    /// How far it came.
    pub(crate) state: RuleBackfillState,
    /// Why it stopped; may be empty.
    pub(crate) reason: String,
    /// How many it began with.
    pub(crate) people: u64,
    /// How many are still to be looked at.
    pub(crate) left: u64,
    /// When it began.
    pub(crate) started_at: i64,
    /// By whose word.
    pub(crate) started_by: String,
}

impl From<BackfillRow> for RuleBackfill {
    fn from(row: BackfillRow) -> Self {
        Self {
            state: match row.state {
                BackfillState::On => RuleBackfillState::On,
                BackfillState::Done => RuleBackfillState::Done,
                BackfillState::Stopped => RuleBackfillState::Stopped,
            },
            reason: row.reason,
            people: row.people,
            left: row.left,
            started_at: row.started_at,
            started_by: row.started_by,
        }
    }
}

/// Who fits a rule now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleFitting {
    /// How many fit its conditions.
    pub(crate) fit: usize,
    /// For how many it would be run: whom its limits let.
    pub(crate) people: usize,
    /// For how many of those nothing stands against it now.
    pub(crate) acts: usize,
    /// Those that fit, at most five hundred.
    pub(crate) rows: Vec<RuleWould>,
}

impl RuleFitting {
    pub(crate) fn of(fitting: &Fitting, names: &BTreeMap<String, String>) -> Self {
        let would = &fitting.would;
        Self {
            fit: would.len(),
            people: fitting.people().count(),
            acts: would.iter().filter(|one| one.acts()).count(),
            rows: would
                .iter()
                .take(MOST_ROWS)
                .map(|one| RuleWould::of(one, names.get(&one.contact_id)))
                .collect(),
        }
    }
}

/// What became of running a rule on those who fit it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "is")]
pub(crate) enum RuleBackfilled {
    /// It has begun.
    Begun {
        /// With so many.
        people: usize,
    },
    /// Nobody fits whom it would still act for.
    Nobody,
    /// So many people have to be typed first.
    Confirm {
        /// How many.
        people: usize,
    },
}

impl RuleBackfilled {
    pub(crate) fn of(done: Backfilled) -> Answer<Self> {
        Ok(match done {
            Backfilled::Begun { people } => Self::Begun { people },
            Backfilled::Nobody => Self::Nobody,
            Backfilled::Confirm { people } => Self::Confirm { people },
            Backfilled::NotPossible(why) => return Err(Problem::new(Code::Refused, why)),
        })
    }
}
