//! Rules in the running engine: edited by hand, turned on, tried, and counted.

use super::Notice;
use super::handle::{Handle, HandleError};
use super::owner::House;
use super::request::{Reply, Request, give};
use crate::compose::Recipient;
use crate::engine::Engine;
use crate::rules::{Backfilled, Count, Fitting, Obstacle, Road, Trial, TurnedOn, Would, rule_of};
use crate::store::rule::RuleState;
use crate::store::{StoreError, Writer};
use ::rules::file;
use ::rules::rule::Rule;
use std::collections::BTreeMap;
use std::rc::Rc;
use wire::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Names of more are not asked for.
const MOST_NAMED: usize = 500;

/// Something that somebody changes about rules; it is one transaction.
#[derive(Debug, Clone)]
pub enum RuleEdit {
    /// Keeps a new rule, or changes the one of this number, where its version is still this one.
    Keep {
        /// The number and the version that was edited; none for a new one.
        of: Option<(i64, i64)>,
        /// As it is to be.
        rule: Box<Rule>,
    },
    /// Keeps all of these by their names.
    Take(Vec<Rule>),
    /// These look in this order.
    Order(Vec<i64>),
    /// Off the list, or on it again.
    Hide(i64, bool),
    /// Off; what it had still to do is not done.
    Off(i64),
    /// Whoever a rule was to be run on and was not looked at yet is not.
    StopBackfill(i64),
    /// All that are on are paused, or those that were paused so go on.
    Pause(bool),
}

/// What a rule would have done, with the names of those whom it is about.
#[derive(Debug, Clone)]
pub struct Looked {
    /// The oldest first.
    pub would: Vec<Would>,
    /// By contact.
    pub names: BTreeMap<String, String>,
}

/// Who fits a rule now, with the names of those whom it is about; in words where that can't be told.
pub type Fits = Result<(Fitting, BTreeMap<String, String>), String>;

/// What can be asked for.
pub(super) enum Ask {
    Fitting(i64, Box<Rule>, Reply<Fits>),
    Backfill(String, Option<usize>, String, Reply<Backfilled>),
    Edit(RuleEdit, String, Reply<Option<i64>>),
    Obstacles(Box<Rule>, Reply<Vec<Obstacle>>),
    TurnOn(i64, Box<Rule>, Option<usize>, Reply<TurnedOn>),
    Count(Box<Rule>, Reply<Count>),
    DryRun(Box<Rule>, u16, Reply<Looked>),
    Try(Box<Rule>, Recipient, Reply<Option<(Trial, String)>>),
    Road(bool, String, Reply<Road>),
}

impl Handle {
    async fn rules<T>(
        &self,
        connection: i64,
        ask: impl FnOnce(Reply<T>) -> Ask,
    ) -> Result<T, HandleError> {
        self.ask(|reply| Request::Rules(connection, ask(reply)))
            .await
    }

    /// Changes something about rules; `by` is who does. The answer is the number of the rule that was kept, or
    /// how many rules or runs are other ones now; none where the rule was changed meanwhile.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn edit_rules(
        &self,
        connection: i64,
        edit: RuleEdit,
        by: String,
    ) -> Result<Option<i64>, HandleError> {
        self.rules(connection, |reply| Ask::Edit(edit, by, reply))
            .await
    }

    /// Everything that stands against turning a rule on.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn rule_obstacles(
        &self,
        connection: i64,
        rule: Rule,
    ) -> Result<Vec<Obstacle>, HandleError> {
        self.rules(connection, |reply| Ask::Obstacles(Box::new(rule), reply))
            .await
    }

    /// Turns a rule on, where nothing stands against it and no more people a day are meant than were agreed.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn turn_on_rule(
        &self,
        connection: i64,
        id: i64,
        rule: Rule,
        agreed: Option<usize>,
    ) -> Result<TurnedOn, HandleError> {
        self.rules(connection, |reply| {
            Ask::TurnOn(id, Box::new(rule), agreed, reply)
        })
        .await
    }

    /// How many contacts the conditions of a rule fit now.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn rule_count(&self, connection: i64, rule: Rule) -> Result<Count, HandleError> {
        self.rules(connection, |reply| Ask::Count(Box::new(rule), reply))
            .await
    }

    /// What a rule would have done in the last days.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn rule_dry_run(
        &self,
        connection: i64,
        rule: Rule,
        days: u16,
    ) -> Result<Looked, HandleError> {
        self.rules(connection, |reply| Ask::DryRun(Box::new(rule), days, reply))
            .await
    }

    /// Who fits a kept rule now, and what stands against each.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn rule_fitting(
        &self,
        connection: i64,
        id: i64,
        rule: Rule,
    ) -> Result<Fits, HandleError> {
        self.rules(connection, |reply| Ask::Fitting(id, Box::new(rule), reply))
            .await
    }

    /// Begins to run the rule of this name on those who fit it now, where no more than `agreed` do.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn backfill_rule(
        &self,
        connection: i64,
        name: String,
        agreed: Option<usize>,
        by: String,
    ) -> Result<Backfilled, HandleError> {
        self.rules(connection, |reply| Ask::Backfill(name, agreed, by, reply))
            .await
    }

    /// What a rule says to one person now, step by step, and their name. None where there is no such contact.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn try_rule(
        &self,
        connection: i64,
        rule: Rule,
        to: Recipient,
    ) -> Result<Option<(Trial, String)>, HandleError> {
        self.rules(connection, |reply| Ask::Try(Box::new(rule), to, reply))
            .await
    }

    /// How the road by workflows in HubSpot stands; with `create` what is missing is made first.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn workflow_road(
        &self,
        connection: i64,
        create: bool,
        by: String,
    ) -> Result<Road, HandleError> {
        self.rules(connection, |reply| Ask::Road(create, by, reply))
            .await
    }
}

impl House {
    pub(super) async fn answer_rules(self: Rc<Self>, id: i64, ask: Ask) {
        let ask = match ask {
            Ask::Edit(edit, by, reply) => {
                let now = self.now();
                let done = self.write_of(id, |rows| edited(rows, id, &edit, &by, now));
                self.tell(Notice::Rules { connection: id });
                give(reply, done.map_err(HandleError::from));
                return;
            }
            ask => ask,
        };
        let engine = match self.known(id) {
            Ok(slot) => slot.engine(&self).await,
            Err(error) => Err(error),
        };
        macro_rules! answer {
            ($reply:expr, $engine:ident => $work:expr) => {{
                let answer = match engine {
                    Ok($engine) => {
                        let answer = $work.await.map_err(HandleError::from);
                        let _counted_by_the_next_round = $engine.count_calls();
                        answer
                    }
                    Err(error) => Err(error),
                };
                give($reply, answer);
            }};
        }
        match ask {
            Ask::Obstacles(rule, reply) => answer!(reply, engine => engine.rule_obstacles(&rule)),
            Ask::TurnOn(rule_id, rule, agreed, reply) => {
                answer!(reply, engine => engine.turn_on_rule_for(rule_id, &rule, agreed));
                self.tell(Notice::Rules { connection: id });
                if let Ok(slot) = self.known(id) {
                    // The next round hears HubSpot's clock, from which on it looks.
                    slot.again();
                }
            }
            Ask::Count(rule, reply) => answer!(reply, engine => engine.rule_count(&rule)),
            Ask::DryRun(rule, days, reply) => {
                answer!(reply, engine => looked(&engine, &rule, days));
            }
            Ask::Fitting(of, rule, reply) => answer!(reply, engine => fits(&engine, of, &rule)),
            Ask::Backfill(name, agreed, by, reply) => {
                answer!(reply, engine => engine.begin_backfill(&name, agreed, &by));
                self.tell(Notice::Rules { connection: id });
                if let Ok(slot) = self.known(id) {
                    slot.again();
                }
            }
            Ask::Try(rule, to, reply) => answer!(reply, engine => tried(&engine, &rule, &to)),
            Ask::Road(create, by, reply) => {
                answer!(reply, engine => engine.workflow_road(create, &by));
                if create {
                    self.tell(Notice::Rules { connection: id });
                }
            }
            Ask::Edit(..) => {}
        }
        // Whoever was looked up may have said something.
        self.tell_messages(id);
    }
}

async fn looked(
    engine: &Engine,
    rule: &Rule,
    days: u16,
) -> Result<Looked, crate::trouble::Trouble> {
    let since = engine.now().saturating_sub(i64::from(days) * DAY_MS);
    let would = engine.rule_dry_run(rule, since).await?;
    let newest = would.iter().rev().take(MOST_NAMED);
    let ids: std::collections::BTreeSet<String> =
        newest.map(|one| one.contact_id.clone()).collect();
    let names = engine.contact_names(ids).await?;
    Ok(Looked { would, names })
}

async fn fits(engine: &Engine, of: i64, rule: &Rule) -> Result<Fits, crate::trouble::Trouble> {
    Ok(match engine.rule_fitting(of, rule).await? {
        Err(why) => Err(why),
        Ok(fitting) => {
            let shown = fitting.would.iter().take(MOST_NAMED);
            let ids: Vec<String> = shown.map(|one| one.contact_id.clone()).collect();
            let names = engine.contact_names(ids).await?;
            Ok((fitting, names))
        }
    })
}

async fn tried(
    engine: &Engine,
    rule: &Rule,
    to: &Recipient,
) -> Result<Option<(Trial, String)>, crate::trouble::Trouble> {
    let Some(trial) = engine.rule_trial(rule, to).await? else {
        return Ok(None);
    };
    let id = trial.would.contact_id.clone();
    let mut names = engine.contact_names([id.clone()]).await?;
    Ok(Some((trial, names.remove(&id).unwrap_or_default())))
}

fn edited(
    rows: &Writer<'_>,
    connection: i64,
    edit: &RuleEdit,
    by: &str,
    now: Timestamp,
) -> Result<Option<i64>, StoreError> {
    let listed = |rule: i64| {
        rows.rule(connection, rule)?
            .ok_or(StoreError::Missing)
            .map(drop)
    };
    match edit {
        RuleEdit::Keep { of, rule } => keep(rows, connection, *of, rule, (by, now)),
        RuleEdit::Take(rules) => {
            let mut changed = 0;
            for rule in rules {
                let body = file::print(rule);
                changed += i64::from(rows.keep_rule(connection, &rule.name, &body, by, now)?);
            }
            Ok(Some(changed))
        }
        RuleEdit::Order(order) => {
            for (place, id) in (1_i64..).zip(order) {
                let row = rows.rule(connection, *id)?.ok_or(StoreError::Missing)?;
                // What this version can't read keeps its place.
                if let Some(mut rule) = rule_of(&row) {
                    rule.order = place * 10;
                    rows.order_rule(*id, &file::print(&rule), by, now)?;
                }
            }
            Ok(Some(i64::try_from(order.len()).unwrap_or(i64::MAX)))
        }
        RuleEdit::Hide(rule, hidden) => {
            listed(*rule)?;
            rows.hide_rule(*rule, *hidden, now)?;
            Ok(Some(1))
        }
        RuleEdit::Off(rule) => {
            listed(*rule)?;
            rows.set_rule_state(*rule, RuleState::Off, "", now)?;
            let stopped = rows.stop_runs_of(*rule, now)?;
            Ok(Some(i64::try_from(stopped).unwrap_or(i64::MAX)))
        }
        RuleEdit::StopBackfill(rule) => {
            listed(*rule)?;
            let left = rows.stop_backfill_of(*rule, "Somebody stopped it.", now)?;
            Ok(Some(i64::try_from(left).unwrap_or(i64::MAX)))
        }
        RuleEdit::Pause(paused) => {
            rows.pause_rules(connection, *paused, now)?;
            Ok(Some(0))
        }
    }
}

fn keep(
    rows: &Writer<'_>,
    connection: i64,
    of: Option<(i64, i64)>,
    rule: &Rule,
    (by, now): (&str, Timestamp),
) -> Result<Option<i64>, StoreError> {
    let (name, body) = (rule.name.as_str(), file::print(rule));
    let named = rows.rules(connection)?;
    // A file of rules tells names apart without regard to capitals.
    let namesake = named
        .iter()
        .find(|row| row.name.to_lowercase() == name.to_lowercase())
        .map(|row| row.id);
    let Some((id, version)) = of else {
        if namesake.is_some() {
            return Err(StoreError::Taken);
        }
        rows.keep_rule(connection, name, &body, by, now)?;
        return Ok(rows.rule_named(connection, name)?.map(|row| row.id));
    };
    if namesake.is_some_and(|other| other != id) {
        return Err(StoreError::Taken);
    }
    let row = rows.rule(connection, id)?.ok_or(StoreError::Missing)?;
    if row.version != version {
        return Ok(None);
    }
    rows.change_rule(id, (name, &body), by, now)?;
    Ok(Some(id))
}
