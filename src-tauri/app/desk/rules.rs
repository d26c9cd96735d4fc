//! Rules: listed, edited, turned on, tried, and what they did.

mod budget;
mod fitting;
mod kept;

use bridge::compose::Recipient;
use bridge::rules::pure::rule::{Action, Rule};
use bridge::rules::pure::{circle, examples, file, words};
use bridge::rules::{Called, Obstacle, asked_properties, obstacles, rule_in, rule_of};
use bridge::running::RuleEdit;
use bridge::store::rule::{RuleRow, RuleState};
use bridge::store::rule_edit::PAUSED_TOGETHER;
use bridge::store::{Reader, StoreError};
use wire::{Clock, SystemClock};

use super::Desk;
use super::compose::me;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::rules::draft::RuleDraft;
use crate::view::rules::looked::{RuleCount, RuleDryRun, RuleTest};
use crate::view::rules::runs::{RuleRun, RuleRuns};
use crate::view::rules::{
    RuleChecked, RuleExample, RuleOpened, RuleProblem, RuleProperty, RuleShown, RuleTurnedOn,
    RuleWorkflow, RulesShown, reading,
};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// More are not shown at once.
const MOST_RUNS: u32 = 200;
/// HubSpot's search shows changes of a month in a time that somebody waits for.
const MOST_DAYS: u16 = 30;

impl Desk {
    pub(crate) async fn rules(&self, connection: i64) -> Answer<RulesShown> {
        self.row(connection).await?;
        let now = SystemClock.now();
        let today = now - now.rem_euclid(DAY_MS);
        self.engine()?
            .read(move |rows| listed(rows, connection, today))
            .await
    }

    pub(crate) async fn pause_rules(&self, connection: i64, paused: bool) -> Answer<()> {
        self.edit_rules(connection, RuleEdit::Pause(paused))
            .await
            .map(drop)
    }

    pub(crate) async fn rule(&self, connection: i64, rule: i64) -> Answer<RuleOpened> {
        let (row, rule) = self.rule_row(connection, rule).await?;
        let names = self.rule_names(connection).await?;
        Ok(RuleOpened::of(&row, &rule, &names))
    }

    async fn rule_names(&self, connection: i64) -> Answer<Called> {
        self.engine()?
            .read(move |rows| Ok::<_, Problem>(Called::read(rows, connection)?))
            .await
    }

    /// A rule that is listed, and can be read.
    async fn rule_row(&self, connection: i64, rule: i64) -> Answer<(RuleRow, Rule)> {
        self.engine()?
            .read(move |rows| {
                let row = rows.rule(connection, rule)?.ok_or(StoreError::Missing)?;
                let rule = rule_of(&row).ok_or_else(|| {
                    Problem::new(
                        Code::Refused,
                        "This version can't read the rule. Nothing is lost: take the newest version of this program.",
                    )
                })?;
                Ok::<_, Problem>((row, rule))
            })
            .await
    }

    async fn edit_rules(&self, connection: i64, edit: RuleEdit) -> Answer<Option<i64>> {
        Ok(self.engine()?.edit_rules(connection, edit, me()).await?)
    }

    /// With `ask` the services are asked whether what it names is there.
    pub(crate) async fn check_rule(
        &self,
        connection: i64,
        draft: RuleDraft,
        ask: bool,
    ) -> Answer<RuleChecked> {
        self.row(connection).await?;
        let (rule, mut problems) = reading::read(&draft);
        let blocked = !problems.is_empty();
        let found = if ask && !blocked {
            self.engine()?
                .rule_obstacles(connection, rule.clone())
                .await?
        } else {
            let asked = rule.clone();
            self.engine()?
                .read(move |rows| known_obstacles(rows, &asked))
                .await?
        };
        problems.extend(RuleProblem::all(&rule, &found));
        let names = self.rule_names(connection).await?;
        Ok(RuleChecked {
            sentence: words::sentence(&rule, &names),
            text: if blocked {
                String::new()
            } else {
                file::print(&rule)
            },
            problems,
        })
    }

    pub(crate) async fn turn_on_rule(
        &self,
        connection: i64,
        id: i64,
        typed: Option<u32>,
    ) -> Answer<RuleTurnedOn> {
        let (_, rule) = self.rule_row(connection, id).await?;
        let agreed = typed.and_then(|typed| usize::try_from(typed).ok());
        let turned = self
            .engine()?
            .turn_on_rule(connection, id, rule.clone(), agreed)
            .await?;
        Ok(RuleTurnedOn::of(&rule, turned))
    }

    /// How many runs that waited are not done.
    pub(crate) async fn turn_off_rule(&self, connection: i64, rule: i64) -> Answer<i64> {
        let stopped = self.edit_rules(connection, RuleEdit::Off(rule)).await?;
        Ok(stopped.unwrap_or_default())
    }

    pub(crate) async fn order_rules(&self, connection: i64, rules: Vec<i64>) -> Answer<RulesShown> {
        self.edit_rules(connection, RuleEdit::Order(rules)).await?;
        self.rules(connection).await
    }

    pub(crate) async fn count_rule(&self, connection: i64, draft: RuleDraft) -> Answer<RuleCount> {
        let (rule, problems) = reading::read(&draft);
        let wrong = problems.iter().find(|one| {
            // Only the conditions are counted.
            matches!(one.part, crate::view::rules::RulePart::Condition)
        });
        if let Some(wrong) = wrong {
            return Err(Problem::input(wrong.says.clone()));
        }
        Ok(self.engine()?.rule_count(connection, rule).await?.into())
    }

    pub(crate) async fn dry_run_rule(
        &self,
        connection: i64,
        draft: RuleDraft,
        days: u16,
    ) -> Answer<RuleDryRun> {
        if !(1..=MOST_DAYS).contains(&days) {
            return Err(Problem::input(format!(
                "A dry run looks at 1 to {MOST_DAYS} days. Choose another number."
            )));
        }
        let rule = whole(&draft)?;
        let looked = self.engine()?.rule_dry_run(connection, rule, days).await?;
        Ok(RuleDryRun::of(days, &looked))
    }

    pub(crate) async fn test_rule(
        &self,
        connection: i64,
        draft: RuleDraft,
        to: String,
    ) -> Answer<RuleTest> {
        let rule = whole(&draft)?;
        let to = Recipient::parse(&to).ok_or_else(|| {
            Problem::input(
                "Name a person by a contact's id, a phone number that begins with +, or an e-mail address.",
            )
        })?;
        let (trial, name) = self
            .engine()?
            .try_rule(connection, rule, to)
            .await?
            .ok_or_else(|| {
                Problem::new(
                    Code::NotFound,
                    "This portal has no such contact. Choose somebody else.",
                )
            })?;
        Ok(RuleTest::of(&trial, name))
    }

    pub(crate) async fn rule_runs(
        &self,
        connection: i64,
        rule: Option<i64>,
        before: Option<i64>,
        limit: u32,
    ) -> Answer<RuleRuns> {
        self.row(connection).await?;
        let limit = limit.clamp(1, MOST_RUNS);
        self.engine()?
            .read(move |rows| runs(rows, connection, (rule, before), limit))
            .await
    }

    pub(crate) async fn rule_examples(&self, connection: i64) -> Answer<Vec<RuleExample>> {
        self.row(connection).await?;
        let names = self.rule_names(connection).await?;
        let all = examples::all();
        Ok(all.iter().map(|one| RuleExample::of(one, &names)).collect())
    }

    /// With `create` what is missing is made first.
    pub(crate) async fn rule_workflow(
        &self,
        connection: i64,
        create: bool,
    ) -> Answer<RuleWorkflow> {
        let road = self
            .engine()?
            .workflow_road(connection, create, me())
            .await?;
        let is_missing = |name: &str| road.missing.iter().any(|one| one.name == name);
        let rule = road.rule.as_ref();
        Ok(RuleWorkflow {
            properties: asked_properties()
                .into_iter()
                .map(|property| RuleProperty {
                    missing: is_missing(&property.name),
                    name: property.name,
                    label: property.label,
                })
                .collect(),
            rule: rule.map(|row| row.id),
            rule_name: rule.map(|row| row.name.clone()).unwrap_or_default(),
            on: rule.is_some_and(|row| row.state == RuleState::On),
            steps: bridge::rules::ROAD_STEPS.map(str::to_owned).to_vec(),
        })
    }
}

/// A rule that nothing stands against keeping.
fn whole(draft: &RuleDraft) -> Answer<Rule> {
    let (rule, problems) = reading::read(draft);
    match problems.into_iter().next() {
        Some(wrong) => Err(Problem::input(wrong.says)),
        None => Ok(rule),
    }
}

fn listed(rows: &Reader<'_>, connection: i64, today: i64) -> Answer<RulesShown> {
    let names = Called::read(rows, connection)?;
    let all = rows.rules(connection)?;
    let mut rules = Vec::new();
    for row in &all {
        let tally = rows.rule_tally(row.id, today)?;
        let backfill = rows.backfill_of(row.id)?;
        rules.push(RuleShown::of(row, tally, backfill, &names));
    }
    rules.sort_by_key(|one| (one.order, one.id));
    let together = all
        .iter()
        .filter(|row| row.state == RuleState::Paused && row.reason == PAUSED_TOGETHER);
    let read: Vec<Rule> = all.iter().filter_map(rule_of).collect();
    Ok(RulesShown {
        rules,
        paused_by_hand: u32::try_from(together.count()).unwrap_or(u32::MAX),
        circles: circle::circles(&read),
    })
}

/// What stands against it, as far as nobody has to be asked.
fn known_obstacles(rows: &Reader<'_>, rule: &Rule) -> Answer<Vec<Obstacle>> {
    let mut found = obstacles(rule);
    for action in &rule.actions {
        if let Action::Send(message) = action
            && !message.template.trim().is_empty()
            && rows.templates_named(message.template.trim())?.len() != 1
        {
            found.push(Obstacle::NoTemplate(message.template.trim().to_owned()));
        }
    }
    Ok(found)
}

fn runs(
    rows: &Reader<'_>,
    connection: i64,
    (rule, before): (Option<i64>, Option<i64>),
    limit: u32,
) -> Answer<RuleRuns> {
    let names = Called::read(rows, connection)?;
    let found = rows.rule_runs_below(connection, rule, before, limit)?;
    let full = u32::try_from(found.len()).is_ok_and(|many| many == limit);
    let next = found.last().map(|row| row.id).filter(|_| full);
    let mut runs = Vec::new();
    for row in found {
        let name = rows.name_of_contact(connection, &row.contact_id)?;
        let of = rows.rule(connection, row.rule_id)?;
        let body = rows.rule_body(row.rule_id, row.version)?;
        let rule = body.as_deref().and_then(rule_in);
        let rule_name = of.map(|row| row.name).unwrap_or_default();
        runs.push(RuleRun::of(row, rule.as_ref(), rule_name, name, &names));
    }
    Ok(RuleRuns { runs, next })
}
