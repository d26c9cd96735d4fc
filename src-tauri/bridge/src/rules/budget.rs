//! What rules ask of HubSpot and Tuco, by rule.
//!
//! What several rules watch is read once for all of them: such calls are counted for the reading, and told as
//! shared. What a rule's conditions and actions ask for is the rule's own. A rule that is off keeps what it
//! asked for while it was on; a shared reading is told of the rules that are on.

use super::look::watched;
use super::{Armed, joined, left};
use crate::engine::Engine;
use crate::mirror::iso;
use crate::store::rule::{RuleRow, RuleState};
use crate::store::{Reader, StoreError};
use ::rules::field::Object;
use ::rules::rule::Rule;
use std::collections::BTreeMap;
use std::pin::pin;
use wire::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Days that are kept and told, today included.
pub const DAYS: i64 = 7;

/// What was read, and so who shares it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading<'a> {
    /// The records of a kind that changed.
    Kind(Object),
    /// Who joined a list.
    Joins(&'a str),
    /// Who left one.
    Leaves(&'a str),
    /// One rule's own.
    Own(i64),
}

impl Reading<'_> {
    fn key(self) -> String {
        match self {
            Self::Kind(object) => format!("kind:{}", object.as_str()),
            Self::Joins(list) => format!("joins:{list}"),
            Self::Leaves(list) => format!("leaves:{list}"),
            Self::Own(rule) => format!("rule:{rule}"),
        }
    }
}

/// Calls to both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// To HubSpot.
    pub hubspot: u64,
    /// To Tuco.
    pub tuco: u64,
}

impl Calls {
    fn plus(self, other: Self) -> Self {
        Self {
            hubspot: self.hubspot.saturating_add(other.hubspot),
            tuco: self.tuco.saturating_add(other.tuco),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            hubspot: self.hubspot.saturating_sub(other.hubspot),
            tuco: self.tuco.saturating_sub(other.tuco),
        }
    }

    fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// A reading that several rules may share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What is read, in words: "changed contact records", "who joins Gold club".
    pub what: String,
    /// Names of the rules that are on and need it.
    pub rules: Vec<String>,
    /// Calls since midnight, UTC.
    pub today: Calls,
    /// Calls of the last seven days.
    pub week: Calls,
}

/// What a rule asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its name.
    pub rule: String,
    /// Calls since midnight, UTC.
    pub today: Calls,
    /// Calls of the last seven days.
    pub week: Calls,
}

/// What rules ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Budget {
    /// For several rules at once.
    pub shared: Vec<Shared>,
    /// For one rule alone: its conditions and what it does.
    pub own: Vec<Own>,
}

/// What rules asked for today and in the last week.
///
/// # Errors
/// See [`StoreError`].
pub fn budget(rows: &Reader<'_>, connection: i64, now: Timestamp) -> Result<Budget, StoreError> {
    let days = (day(now), day(now.saturating_sub((DAYS - 1) * DAY_MS)));
    let week = calls(rows, connection, (&days.1, &days.0))?;
    let today = calls(rows, connection, (&days.0, &days.0))?;
    let of = |all: &BTreeMap<String, Calls>, key: &str| all.get(key).copied().unwrap_or_default();
    let all = rows.rules(connection)?;
    let mut needed: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for row in all.iter().filter(|row| row.state == RuleState::On) {
        for (key, what) in super::rule_of(row).iter().flat_map(needs) {
            let entry = needed.entry(key).or_insert((what, Vec::new()));
            entry.1.push(row.name.clone());
        }
    }
    let shared = needed.into_iter().map(|(key, (what, rules))| Shared {
        what,
        rules,
        today: of(&today, &key),
        week: of(&week, &key),
    });
    let own = |row: &RuleRow| {
        let key = Reading::Own(row.id).key();
        Own {
            rule: row.name.clone(),
            today: of(&today, &key),
            week: of(&week, &key),
        }
    };
    Ok(Budget {
        shared: shared.collect(),
        own: all.iter().map(own).collect(),
    })
}

fn day(at: Timestamp) -> String {
    iso(at).chars().take(10).collect()
}

fn calls(
    rows: &Reader<'_>,
    connection: i64,
    (first, last): (&str, &str),
) -> Result<BTreeMap<String, Calls>, StoreError> {
    let all = rows.rule_calls(connection, first, last)?;
    let all = all.into_iter();
    Ok(all
        .map(|(key, (hubspot, tuco))| (key, Calls { hubspot, tuco }))
        .collect())
}

/// What has to be read for a rule, by key and in words.
fn needs(rule: &Rule) -> Vec<(String, String)> {
    let kinds = watched(std::slice::from_ref(rule), None).into_iter();
    let mut all: Vec<(String, String)> = kinds
        .map(|one| {
            let words = format!("changed {} records", one.object.as_str());
            (Reading::Kind(one.object).key(), words)
        })
        .collect();
    all.extend(
        joined::list_of(rule).map(|list| (Reading::Joins(list).key(), format!("who joins {list}"))),
    );
    all.extend(
        left::list_of(rule).map(|list| (Reading::Leaves(list).key(), format!("who leaves {list}"))),
    );
    all
}

impl Engine {
    /// Does it, and counts the calls that were made by it alone: others go on beside it. What was counted
    /// within it for somebody else is theirs.
    pub(super) async fn counted_for<F: Future>(&self, reading: Reading<'_>, work: F) -> F::Output {
        let (hubspot, tuco) = (&self.outside.hubspot, &self.outside.tuco);
        let made = || Calls {
            hubspot: hubspot.calls(),
            tuco: tuco.calls(),
        };
        let mut work = pin!(work);
        let mut own = Calls::default();
        let within = self.calls_of_rules();
        let done = std::future::poll_fn(|context| {
            let before = made();
            let polled = work.as_mut().poll(context);
            own = own.plus(made().minus(before));
            polled
        })
        .await;
        let own = own.minus(self.calls_of_rules().minus(within));
        if !own.is_none() {
            self.with_tally(|tally| {
                let sum = tally.rule_calls.entry(reading.key()).or_default();
                *sum = sum.plus(own);
            });
        }
        done
    }

    fn calls_of_rules(&self) -> Calls {
        let mut sum = Calls::default();
        self.with_tally(|tally| {
            sum = tally
                .rule_calls
                .values()
                .fold(sum, |sum, one| sum.plus(*one));
        });
        sum
    }

    /// Keeps what was counted since the last time.
    pub(super) fn keep_rule_calls(&self) -> Result<(), StoreError> {
        let mut counted = BTreeMap::new();
        self.with_tally(|tally| counted = std::mem::take(&mut tally.rule_calls));
        if counted.is_empty() {
            return Ok(());
        }
        let (id, now) = (self.id(), self.now());
        let days = (day(now), day(now.saturating_sub((DAYS - 1) * DAY_MS)));
        self.write(|rows| {
            counted.iter().try_for_each(|(key, calls)| {
                let days = (days.0.as_str(), days.1.as_str());
                rows.add_rule_calls(id, days, key, (calls.hubspot, calls.tuco))
            })
        })
    }

    /// A rule's own reading.
    pub(super) fn own_reading(armed: &Armed) -> Reading<'static> {
        Reading::Own(armed.row.id)
    }
}
