//! What rules asked HubSpot and Tuco for, by rule.

use bridge::rules::{self, BUDGET_DAYS, Calls, Often};
use serde::Serialize;
use specta::Type;

/// How often something is asked for while nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleOften {
    /// In every round.
    Round,
    /// Every fifteen minutes.
    QuarterHour,
    /// At most every hour.
    Hour,
}

impl From<Often> for RuleOften {
    fn from(often: Often) -> Self {
        match often {
            Often::Round => Self::Round,
            Often::QuarterHour => Self::QuarterHour,
            Often::Hour => Self::Hour,
        }
    }
}

/// Calls to both services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleCalls {
    /// To HubSpot since midnight, UTC.
    pub(crate) hubspot_today: u64,
    /// To Tuco since then.
    pub(crate) tuco_today: u64,
    /// To HubSpot in the days that are kept.
    pub(crate) hubspot: u64,
    /// To Tuco in these days.
    pub(crate) tuco: u64,
}

impl RuleCalls {
    fn of(today: Calls, all: Calls) -> Self {
        Self {
            hubspot_today: today.hubspot,
            tuco_today: today.tuco,
            hubspot: all.hubspot,
            tuco: all.tuco,
        }
    }
}

/// What is read once for several rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleReading {
    /// In words.
    pub(crate) what: String,
    /// Names of the rules that are on and need it.
    pub(crate) rules: Vec<String>,
    /// While nothing happens.
    pub(crate) often: RuleOften,
    /// What was asked for.
    pub(crate) calls: RuleCalls,
}

/// What one rule asked for by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleAsked {
    /// The rule's number.
    pub(crate) rule: i64,
    /// Its name.
    pub(crate) name: String,
    /// While nothing happens; none where it asks for nothing then.
    pub(crate) often: Option<RuleOften>,
    /// What was asked for.
    pub(crate) calls: RuleCalls,
}

/// What rules asked for, today and in the days that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleBudget {
    /// Days that are kept, today included.
    pub(crate) days: i64,
    /// Calls to HubSpot of a round in which nothing changed.
    pub(crate) idle_round: usize,
    /// Seconds from round to round while the window is open.
    pub(crate) round_seconds: u32,
    /// Read once for all rules that need it.
    pub(crate) shared: Vec<RuleReading>,
    /// Of each rule alone.
    pub(crate) own: Vec<RuleAsked>,
}

impl RuleBudget {
    pub(crate) fn of(budget: rules::Budget, round_seconds: u32) -> Self {
        let idle_round = budget.idle_round();
        let shared = budget.shared.into_iter().map(|one| RuleReading {
            what: one.what,
            rules: one.rules,
            often: one.often.into(),
            calls: RuleCalls::of(one.today, one.week),
        });
        let own = budget.own.into_iter().map(|one| RuleAsked {
            rule: one.id,
            name: one.rule,
            often: one.often.map(RuleOften::from),
            calls: RuleCalls::of(one.today, one.week),
        });
        Self {
            days: BUDGET_DAYS,
            idle_round,
            round_seconds,
            shared: shared.collect(),
            own: own.collect(),
        }
    }
}
