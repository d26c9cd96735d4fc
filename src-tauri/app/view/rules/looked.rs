//! A rule before it is on: how many it fits, what it would have done, and one person tried.

use bridge::rules::{Bound, Count, Guard, Says, Step, Trial, Would, busiest_day};
use bridge::running::Looked;
use serde::Serialize;
use specta::Type;

use super::{RulePart, placed};

/// How a count is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleBound {
    /// So many.
    Exact,
    /// So many at most.
    AtMost,
    /// Nobody knows.
    Unknown,
}

/// How many contacts the conditions fit now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleCount {
    /// None where a search can't count them.
    pub(crate) people: Option<u64>,
    /// How that is meant.
    pub(crate) bound: RuleBound,
    /// In words.
    pub(crate) says: String,
}

impl From<Count> for RuleCount {
    fn from(count: Count) -> Self {
        Self {
            people: count.people,
            bound: match count.bound {
                Bound::Exact => RuleBound::Exact,
                Bound::AtMost => RuleBound::AtMost,
                Bound::Unknown => RuleBound::Unknown,
            },
            says: count.in_words(),
        }
    }
}

/// What the guard says to the message, by what is so now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleGuard {
    /// A stable word.
    pub(crate) reason: String,
    /// For a person.
    pub(crate) says: String,
    /// When it passes by itself; the message would go then.
    pub(crate) passes_at: Option<i64>,
}

impl From<&Guard> for RuleGuard {
    fn from(guard: &Guard) -> Self {
        Self {
            reason: guard.reason.clone(),
            says: guard.words.clone(),
            passes_at: guard.passes_at,
        }
    }
}

/// What a rule would have said to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleWould {
    /// To whom.
    pub(crate) contact_id: String,
    /// Their name; may be empty.
    pub(crate) name: String,
    /// When it happened.
    pub(crate) at: i64,
    /// It would do it, now or once what stands against it has passed.
    pub(crate) acts: bool,
    /// A stable word.
    pub(crate) verdict: String,
    /// Why, in words.
    pub(crate) says: String,
    /// What stands against the message.
    pub(crate) guard: Option<RuleGuard>,
}

impl RuleWould {
    pub(super) fn of(would: &Would, name: Option<&String>) -> Self {
        Self {
            contact_id: would.contact_id.clone(),
            name: name.cloned().unwrap_or_default(),
            at: would.at,
            acts: would.acts(),
            verdict: would.verdict.code().to_owned(),
            says: would.says.clone(),
            guard: would.guard.as_ref().map(Into::into),
        }
    }
}

/// What a rule would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleDryRun {
    /// In so many days.
    pub(crate) days: u16,
    /// How often it would have acted.
    pub(crate) acts: usize,
    /// For how many people on the busiest day, whatever the guard says.
    pub(crate) busiest_day: usize,
    /// How often it looked.
    pub(crate) looked: usize,
    /// The newest first; at most five hundred.
    pub(crate) rows: Vec<RuleWould>,
}

impl RuleDryRun {
    pub(crate) fn of(days: u16, looked: &Looked) -> Self {
        /// More are not shown.
        const MOST_ROWS: usize = 500;
        let would = &looked.would;
        Self {
            days,
            acts: would.iter().filter(|one| one.acts()).count(),
            busiest_day: busiest_day(would),
            looked: would.len(),
            rows: would
                .iter()
                .rev()
                .take(MOST_ROWS)
                .map(|one| RuleWould::of(one, looked.names.get(&one.contact_id)))
                .collect(),
        }
    }
}

/// What was found of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleStepVerdict {
    /// It is so, or would be done.
    Yes,
    /// It is not so, or would not be done.
    No,
    /// It would be done later.
    Later,
    /// Something before it says no, or it can't be tried.
    NotAsked,
}

/// A step of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleTestStep {
    /// Of what.
    pub(crate) part: RulePart,
    /// Which test, through the groups, or which action.
    pub(crate) path: Vec<u32>,
    /// What is asked or done.
    pub(crate) what: String,
    /// How it stands.
    pub(crate) verdict: RuleStepVerdict,
    /// Why; may be empty.
    pub(crate) says: String,
}

impl From<&Step> for RuleTestStep {
    fn from(step: &Step) -> Self {
        let (part, path) = placed(&step.part);
        Self {
            part,
            path,
            what: step.what.clone(),
            verdict: match step.says {
                Says::Yes => RuleStepVerdict::Yes,
                Says::No => RuleStepVerdict::No,
                Says::Later => RuleStepVerdict::Later,
                Says::NotAsked => RuleStepVerdict::NotAsked,
            },
            says: step.words.clone(),
        }
    }
}

/// What a rule says to one person now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleTest {
    /// Who.
    pub(crate) contact_id: String,
    /// Their name; may be empty.
    pub(crate) name: String,
    /// It would do it, now or later.
    pub(crate) acts: bool,
    /// In the end, in words.
    pub(crate) says: String,
    /// One after the other.
    pub(crate) steps: Vec<RuleTestStep>,
}

impl RuleTest {
    pub(crate) fn of(trial: &Trial, name: String) -> Self {
        let would = &trial.would;
        let says = match &would.guard {
            None => would.says.clone(),
            Some(guard) if guard.passes_at.is_some() => format!("It acts later. {}", guard.words),
            Some(guard) => format!("It acts, and no message goes. {}", guard.words),
        };
        Self {
            contact_id: would.contact_id.clone(),
            name,
            acts: would.acts(),
            says,
            steps: trial.steps.iter().map(Into::into).collect(),
        }
    }
}
