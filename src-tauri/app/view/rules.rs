//! Rules: the list, one that is open, what is wrong with it, and turning it on.

pub(crate) mod budget;
pub(crate) mod draft;
pub(crate) mod fitting;
pub(crate) mod looked;
pub(crate) mod reading;
pub(crate) mod runs;
mod showing;

use bridge::rules::pure::rule::Rule;
use bridge::rules::pure::{file, words};
use bridge::rules::{Called, Obstacle, Part, TurnedOn, obstacles, places, rule_in, rule_of};
use bridge::store::rule::{self, RuleRow};
use bridge::store::rule_backfill::BackfillRow;
use bridge::store::rule_edit::RuleVersionRow;
use bridge::store::rule_shown::RuleTally;
use serde::Serialize;
use specta::Type;

use draft::RuleDraft;
use fitting::RuleBackfill;

/// Shown in place of a sentence.
const UNREADABLE: &str =
    "This version can't read the rule. Nothing is lost: a newer version wrote it.";

/// Whether a rule looks at what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleState {
    /// It does not.
    Off,
    /// It does.
    On,
    /// It does not, until somebody turns it on again; the reason says why.
    Paused,
}

impl From<rule::RuleState> for RuleState {
    fn from(state: rule::RuleState) -> Self {
        match state {
            rule::RuleState::Off => Self::Off,
            rule::RuleState::On => Self::On,
            rule::RuleState::Paused => Self::Paused,
        }
    }
}

/// A rule in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleShown {
    /// Its number.
    pub(crate) id: i64,
    /// One a connection.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) about: String,
    /// What it does, in words.
    pub(crate) sentence: String,
    /// False where this version can't read it.
    pub(crate) readable: bool,
    /// Whether it looks at what happens.
    pub(crate) state: RuleState,
    /// Why it is paused, or off by itself; may be empty.
    pub(crate) reason: String,
    /// Lower numbers look first.
    pub(crate) order: i64,
    /// Grows with every change.
    pub(crate) version: i64,
    /// What stands against turning it on, as far as nobody has to be asked.
    pub(crate) obstacles: Vec<String>,
    /// How often it acted today, by days of UTC.
    pub(crate) acted_today: u32,
    /// How often it did not.
    pub(crate) refused_today: u32,
    /// What it has still to do.
    pub(crate) waiting: u32,
    /// When it last acted.
    pub(crate) last_acted_at: Option<i64>,
    /// Runs that failed since one went well.
    pub(crate) failures_in_a_row: i64,
    /// When it changed last.
    pub(crate) changed_at: i64,
    /// Who changed it.
    pub(crate) changed_by: String,
    /// The last time that it was run on those who fit it already.
    pub(crate) backfill: Option<RuleBackfill>,
}

impl RuleShown {
    pub(crate) fn of(
        row: &RuleRow,
        tally: RuleTally,
        backfill: Option<BackfillRow>,
        names: &Called,
    ) -> Self {
        let rule = rule_of(row);
        let against = rule.as_ref().map(obstacles).unwrap_or_default();
        Self {
            id: row.id,
            name: row.name.clone(),
            about: rule
                .as_ref()
                .map(|rule| rule.about.clone())
                .unwrap_or_default(),
            sentence: sentence(rule.as_ref(), names),
            readable: rule.is_some(),
            state: row.state.into(),
            reason: row.reason.clone(),
            order: rule.map_or(0, |rule| rule.order),
            version: row.version,
            obstacles: against.iter().map(Obstacle::in_words).collect(),
            acted_today: tally.acted,
            refused_today: tally.refused,
            waiting: tally.waiting,
            last_acted_at: tally.last_acted_at,
            failures_in_a_row: row.failures,
            changed_at: row.changed_at,
            changed_by: row.changed_by.clone(),
            backfill: backfill.map(Into::into),
        }
    }
}

fn sentence(rule: Option<&Rule>, names: &Called) -> String {
    rule.map_or_else(
        || UNREADABLE.to_owned(),
        |rule| words::sentence(rule, names),
    )
}

/// All of a connection, in the order in which they look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RulesShown {
    /// The rules.
    pub(crate) rules: Vec<RuleShown>,
    /// How many were paused all at once and would go on.
    pub(crate) paused_by_hand: u32,
    /// Rules that may set each other off in a circle, by name.
    pub(crate) circles: Vec<Vec<String>>,
}

/// A rule that is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleOpened {
    /// Its number.
    pub(crate) id: i64,
    /// Which version this is.
    pub(crate) version: i64,
    /// Whether it looks at what happens.
    pub(crate) state: RuleState,
    /// To be edited.
    pub(crate) draft: RuleDraft,
    /// As its file says it.
    pub(crate) text: String,
    /// What it does, in words.
    pub(crate) sentence: String,
}

impl RuleOpened {
    pub(crate) fn of(row: &RuleRow, rule: &Rule, names: &Called) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: row.state.into(),
            draft: rule.into(),
            text: row.body.clone(),
            sentence: words::sentence(rule, names),
        }
    }
}

/// A part of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RulePart {
    /// All of it.
    Whole,
    /// Its name.
    Name,
    /// What sets it off.
    Trigger,
    /// A test or a group; the path says which.
    Condition,
    /// When it acts.
    Timing,
    /// An action; the path says which, and is empty for all of them.
    Action,
    /// How often.
    Limits,
}

/// A part with its path.
pub(crate) fn placed(part: &Part) -> (RulePart, Vec<u32>) {
    match part {
        Part::Trigger => (RulePart::Trigger, Vec::new()),
        Part::Condition(path) => (RulePart::Condition, path.clone()),
        Part::Timing => (RulePart::Timing, Vec::new()),
        Part::Actions => (RulePart::Action, Vec::new()),
        Part::Action(at) => (RulePart::Action, vec![*at]),
    }
}

/// Something that is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleProblem {
    /// Where.
    pub(crate) part: RulePart,
    /// Which test, through the groups, or which action.
    pub(crate) path: Vec<u32>,
    /// A stable word.
    pub(crate) code: String,
    /// What it is and what to do about it.
    pub(crate) says: String,
    /// It can't even be kept so; else it can be kept, and not be turned on.
    pub(crate) blocks: bool,
}

impl RuleProblem {
    /// An obstacle at every place at which it stands.
    pub(crate) fn of(rule: &Rule, obstacle: &Obstacle) -> Vec<Self> {
        let mut at: Vec<_> = places(rule, obstacle).iter().map(placed).collect();
        if at.is_empty() {
            at.push((RulePart::Whole, Vec::new()));
        }
        at.into_iter()
            .map(|(part, path)| Self {
                part,
                path,
                code: obstacle.code().to_owned(),
                says: obstacle.in_words(),
                blocks: false,
            })
            .collect()
    }

    /// All of them.
    pub(crate) fn all(rule: &Rule, obstacles: &[Obstacle]) -> Vec<Self> {
        let each = obstacles.iter().flat_map(|one| Self::of(rule, one));
        each.collect()
    }
}

/// What a draft says and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleChecked {
    /// In words.
    pub(crate) sentence: String,
    /// As its file would say it; empty while something blocks.
    pub(crate) text: String,
    /// What is wrong.
    pub(crate) problems: Vec<RuleProblem>,
}

/// A mistake in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleMistake {
    /// Counted from one.
    pub(crate) line: usize,
    /// For a person.
    pub(crate) says: String,
}

/// What a text says: every rule, or every mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleTextRead {
    /// To be edited.
    pub(crate) rules: Vec<RuleDraft>,
    /// In words, one each.
    pub(crate) sentences: Vec<String>,
    /// In the order of their lines.
    pub(crate) mistakes: Vec<RuleMistake>,
}

impl RuleTextRead {
    pub(crate) fn of(text: &str) -> Self {
        let (rules, mistakes) = match file::read(text) {
            Ok(rules) => (rules, Vec::new()),
            Err(mistakes) => (Vec::new(), mistakes),
        };
        Self {
            rules: rules.iter().map(Into::into).collect(),
            sentences: rules
                .iter()
                .map(|rule| words::sentence(rule, &words::AsWritten))
                .collect(),
            mistakes: mistakes
                .into_iter()
                .map(|mistake| RuleMistake {
                    line: mistake.line,
                    says: mistake.reason,
                })
                .collect(),
        }
    }
}

/// What became of turning a rule on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "is")]
pub(crate) enum RuleTurnedOn {
    /// It is on.
    On,
    /// This stands against it.
    NotReady {
        /// What.
        problems: Vec<RuleProblem>,
    },
    /// So many people a day have to be typed first.
    Confirm {
        /// The most of one day of the last week.
        people: usize,
    },
}

impl RuleTurnedOn {
    pub(crate) fn of(rule: &Rule, turned: TurnedOn) -> Self {
        match turned {
            TurnedOn::On { .. } => Self::On,
            TurnedOn::NotReady(obstacles) => Self::NotReady {
                problems: RuleProblem::all(rule, &obstacles),
            },
            TurnedOn::Confirm { people } => Self::Confirm { people },
        }
    }
}

/// A rule as it was once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleVersion {
    /// Which.
    pub(crate) version: i64,
    /// Since when.
    pub(crate) at: i64,
    /// Who changed it.
    pub(crate) by: String,
    /// In words.
    pub(crate) sentence: String,
    /// As its file said it.
    pub(crate) text: String,
    /// It is the newest.
    pub(crate) holds: bool,
}

impl RuleVersion {
    pub(crate) fn of(row: RuleVersionRow, newest: i64, names: &Called) -> Self {
        Self {
            version: row.version,
            at: row.changed_at,
            by: row.changed_by,
            sentence: sentence(rule_in(&row.body).as_ref(), names),
            text: row.body,
            holds: row.version == newest,
        }
    }
}

/// A rule to start from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleExample {
    /// Its name.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) about: String,
    /// In words.
    pub(crate) sentence: String,
    /// As its file says it.
    pub(crate) text: String,
    /// To be edited.
    pub(crate) draft: RuleDraft,
}

impl RuleExample {
    pub(crate) fn of(rule: &Rule, names: &Called) -> Self {
        Self {
            name: rule.name.clone(),
            about: rule.about.clone(),
            sentence: words::sentence(rule, names),
            text: file::print(rule),
            draft: rule.into(),
        }
    }
}

/// Rules that came with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RulesTaken {
    /// How many there are.
    pub(crate) read: usize,
    /// How many of them are new or changed, and off.
    pub(crate) changed: i64,
}

/// A property of the road by workflows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleProperty {
    /// Its internal name.
    pub(crate) name: String,
    /// As HubSpot shows it.
    pub(crate) label: String,
    /// The portal does not have it.
    pub(crate) missing: bool,
}

/// The road by workflows in HubSpot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleWorkflow {
    /// What it needs.
    pub(crate) properties: Vec<RuleProperty>,
    /// The rule that answers; none where there is none.
    pub(crate) rule: Option<i64>,
    /// Its name; empty where there is none.
    pub(crate) rule_name: String,
    /// Whether it looks.
    pub(crate) on: bool,
    /// How a workflow is built, step by step.
    pub(crate) steps: Vec<String>,
}
