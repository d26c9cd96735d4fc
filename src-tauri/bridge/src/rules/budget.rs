//! What rules ask of HubSpot and Tuco, by rule.
//!
//! What several rules watch is read once for all of them: such calls are counted for the reading, and told as
//! shared. What a rule's conditions and actions ask for is the rule's own. A rule that is off keeps what it
//! asked for while it was on; a shared reading is told of the rules that are on.

use super::look::watched;
use super::{Armed, joined, left, near};
use crate::engine::Engine;
use crate::mirror::iso;
use crate::settings::Settings;
use crate::store::connection::Method;
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
    /// HubSpot's change journal, for all rules.
    Journal,
    /// One rule's own.
    Own(i64),
}

impl Reading<'_> {
    fn key(self) -> String {
        match self {
            Self::Kind(object) => format!("kind:{}", object.as_str()),
            Self::Joins(list) => format!("joins:{list}"),
            Self::Leaves(list) => format!("leaves:{list}"),
            Self::Journal => "journal".to_owned(),
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

/// How often something is asked for once while nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Often {
    /// In every round.
    Round,
    /// Every fifteen minutes.
    QuarterHour,
    /// At most every hour; a list in as many calls as it has pages.
    Hour,
}

impl Often {
    /// For a script.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Round => "round",
            Self::QuarterHour => "quarter_hour",
            Self::Hour => "hour",
        }
    }

    /// For a person.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Round => "every round",
            Self::QuarterHour => "every 15 minutes",
            Self::Hour => "at most every hour",
        }
    }
}

/// A reading that several rules may share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What is read, in words: "changed contact records", "who joins Gold club".
    pub what: String,
    /// Names of the rules that are on and need it.
    pub rules: Vec<String>,
    /// How often it is asked for where nothing changed.
    pub often: Often,
    /// Calls since midnight, UTC.
    pub today: Calls,
    /// Calls of the last seven days.
    pub week: Calls,
}

/// What a rule asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub rule: String,
    /// How often it asks where nothing changed; none where it does not.
    pub often: Option<Often>,
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

impl Budget {
    /// Calls to HubSpot of a round in which nothing changed.
    pub fn idle_round(&self) -> usize {
        let each_round = |one: &&Shared| one.often == Often::Round;
        self.shared.iter().filter(each_round).count()
    }
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
    let journal = reads_journal(rows, connection)?;
    let mut needed: BTreeMap<String, (Need, Vec<String>)> = BTreeMap::new();
    for row in all.iter().filter(|row| row.state == RuleState::On) {
        for need in super::rule_of(row)
            .iter()
            .flat_map(|rule| needs(rule, journal))
        {
            let entry = needed.entry(need.key.clone()).or_insert((need, Vec::new()));
            entry.1.push(row.name.clone());
        }
    }
    let shared = needed.into_iter().map(|(key, (need, rules))| Shared {
        what: need.what,
        rules,
        often: need.often,
        today: of(&today, &key),
        week: of(&week, &key),
    });
    let own = |row: &RuleRow| {
        let key = Reading::Own(row.id).key();
        let on = row.state == RuleState::On;
        let dates = on && super::rule_of(row).is_some_and(|rule| near::watches_a_date(&rule));
        Own {
            id: row.id,
            rule: row.name.clone(),
            often: dates.then_some(Often::QuarterHour),
            today: of(&today, &key),
            week: of(&week, &key),
        }
    };
    Ok(Budget {
        shared: shared.collect(),
        own: all.iter().map(own).collect(),
    })
}

/// Whether rounds ask HubSpot's change journal, which a key that was pasted does not open.
fn reads_journal(rows: &Reader<'_>, connection: i64) -> Result<bool, StoreError> {
    let signed_in = rows
        .connection(connection)?
        .is_some_and(|row| row.method == Method::SignIn);
    Ok(signed_in && Settings::from_stored(&rows.settings(connection)?, "US").journal)
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

/// Something that has to be read for a rule.
struct Need {
    key: String,
    what: String,
    often: Often,
}

fn needs(rule: &Rule, journal: bool) -> Vec<Need> {
    let need = |reading: Reading<'_>, what: String, often| Need {
        key: reading.key(),
        what,
        often,
    };
    let kinds = watched(std::slice::from_ref(rule), None);
    let mut all = Vec::new();
    if journal && !kinds.is_empty() {
        let what = "HubSpot's change journal".to_owned();
        all.push(need(Reading::Journal, what, Often::Round));
    }
    all.extend(kinds.iter().map(|one| {
        let what = format!("changed {} records", one.object.as_str());
        need(Reading::Kind(one.object), what, Often::Round)
    }));
    all.extend(joined::list_of(rule).map(|list| {
        need(
            Reading::Joins(list),
            format!("who joins {list}"),
            Often::Round,
        )
    }));
    all.extend(left::list_of(rule).map(|list| {
        need(
            Reading::Leaves(list),
            format!("who leaves {list}"),
            Often::Hour,
        )
    }));
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
