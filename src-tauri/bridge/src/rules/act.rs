//! Doing what rules have decided, step by step.
//!
//! A step is kept as done before the next one begins. One that can be taken again with the same result
//! (a message by its intent, a property) is taken again after a crash; one that can't (a task, a note) is
//! marked before it begins, and left to a person where nobody knows how it ended.

use super::order::refused;
use super::{Armed, MOST_FAILURES};
use crate::compose::{Order, OrderError, Sending};
use crate::engine::Engine;
use crate::guard::{Code, Refusal};
use crate::planted::Defect;
use crate::store::rule_run::{RuleRunRow, RunStep};
use crate::store::send_cause::OF_RULE;
use crate::store::{SendState, StoreError};
use crate::trouble::{Outlook, Trouble};
use ::rules::rule::{Action, ListStep, Message};
use ::rules::verdict::Verdict;
use wire::{RetryClass, Timestamp};

/// Steps of one round; the next one goes on.
const MOST_RUNS: u32 = 200;
/// A busy service is asked again after this.
const BUSY_MS: i64 = 30_000;

/// How a step ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// Done.
    Well,
    /// To be taken again then.
    Later(Timestamp, String),
    /// The guard, or nothing to act on: the run ends, and the rule is well.
    LeftOut(String, String),
    /// Refused for good.
    Failed(String, String),
    /// Nobody knows.
    Unknown(String),
}

impl Engine {
    /// Takes every step that is due.
    pub(super) async fn act_on_rules(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        let due = self.read(|rows| rows.due_rule_runs(id, now, MOST_RUNS))?;
        for run in due {
            let Some(one) = armed.iter().find(|one| one.row.id == run.rule_id) else {
                continue;
            };
            // Another run may have stopped this one, or its rule, meanwhile.
            let said = self.read(|rows| rows.rule_said(run.rule_id, &run.fact))?;
            if said == Some(run.state) && !self.is_paused(one)? {
                match self.as_it_was(one, run.version)? {
                    Some(one) => {
                        let acted = self.act_on_run(&one, run);
                        self.counted_for(Self::own_reading(&one), acted).await?;
                    }
                    None => self.pause_rule(one.row.id, "This version can't read the rule.")?,
                }
            }
        }
        Ok(())
    }

    /// What was decided is done as the rule was then.
    fn as_it_was(&self, armed: &Armed, version: i64) -> Result<Option<Armed>, StoreError> {
        if armed.row.version == version {
            return Ok(Some(armed.clone()));
        }
        let body = self.read(|rows| rows.rule_body(armed.row.id, version))?;
        let rules = body.and_then(|body| ::rules::file::read(&body).ok());
        let rule = rules.and_then(|rules| rules.into_iter().next());
        Ok(rule.map(|rule| Armed {
            row: armed.row.clone(),
            rule,
        }))
    }

    fn is_paused(&self, armed: &Armed) -> Result<bool, StoreError> {
        let id = self.id();
        let row = self.read(|rows| rows.rule_named(id, &armed.row.name))?;
        Ok(row.is_none_or(|row| row.state != crate::store::rule::RuleState::On))
    }

    async fn act_on_run(&self, armed: &Armed, mut run: RuleRunRow) -> Result<(), Trouble> {
        let id = self.id();
        // A message that left before the program ended is followed, however late it is.
        let left = self
            .read(|rows| rows.send_of_intent(id, &intent(&run)))?
            .is_some();
        if run.step == 0 && !left && armed.rule.timing.is_too_late(run.meant_at, self.now()) {
            run.state = RunStep::Expired;
            run.reason = "too_late".to_owned();
            run.words = "It was too late when this program was on again.".to_owned();
            return Ok(self.keep_run(&run)?);
        }
        if run.state == RunStep::Doing && !self.planted(Defect::StepAgain) {
            let words = "The program ended while this was being done. Look whether it is there.";
            return Ok(self.end_run(armed, run, Ended::Unknown(words.to_owned()))?);
        }
        if !left {
            match self.outside_its_hours(armed, &run).await {
                Ok(None) => {}
                Ok(Some(opens)) => {
                    run.due_at = opens;
                    run.reason = Verdict::Acts.code().to_owned();
                    return Ok(self.keep_run(&run)?);
                }
                Err(trouble) => {
                    let ended = self.ended_in(trouble)?;
                    return Ok(self.end_run(armed, run, ended)?);
                }
            }
        }
        while let Some(action) = usize::try_from(run.step)
            .ok()
            .and_then(|step| armed.rule.actions.get(step))
        {
            let ended = match self.take_step(armed, &mut run, action).await {
                Ok(ended) => ended,
                Err(trouble) => self.ended_in(trouble)?,
            };
            if !matches!(ended, Ended::Well) {
                return Ok(self.end_run(armed, run, ended)?);
            }
            run.step += 1;
            run.state = RunStep::Waiting;
            self.keep_run(&run)?;
        }
        run.state = RunStep::Done;
        run.reason = "done".to_owned();
        self.keep_run(&run)?;
        self.write(|rows| rows.count_rule(armed.row.id, true))?;
        Ok(())
    }

    fn ended_in(&self, trouble: Trouble) -> Result<Ended, Trouble> {
        // That holds for all of them, and for the whole round.
        if trouble.retry_class() == RetryClass::NeedsSignIn {
            return Err(trouble);
        }
        Ok(self.of_trouble(&trouble))
    }

    pub(super) fn of_trouble(&self, trouble: &Trouble) -> Ended {
        match trouble.outlook() {
            Outlook::TryAgain => {
                Ended::Later(self.now().saturating_add(BUSY_MS), "busy".to_owned())
            }
            Outlook::NeedsPerson | Outlook::Broken => {
                Ended::Failed("refused".to_owned(), trouble.to_string())
            }
        }
    }

    pub(super) fn keep_run(&self, run: &RuleRunRow) -> Result<(), StoreError> {
        let now = self.now();
        self.write(|rows| rows.move_rule_run(run, now))
    }

    fn end_run(&self, armed: &Armed, mut run: RuleRunRow, ended: Ended) -> Result<(), StoreError> {
        let mut failed = false;
        match ended {
            Ended::Well => {}
            Ended::Later(due, reason) => {
                run.state = RunStep::Waiting;
                run.due_at = due;
                run.reason = reason;
            }
            Ended::LeftOut(reason, words) => {
                run.state = RunStep::LeftOut;
                run.reason = reason;
                run.words = words;
            }
            Ended::Failed(reason, words) => {
                failed = true;
                run.state = RunStep::Failed;
                run.reason = reason;
                run.words = words;
            }
            Ended::Unknown(words) => {
                run.state = RunStep::Unknown;
                run.reason = "no_answer".to_owned();
                run.words = words;
            }
        }
        self.keep_run(&run)?;
        if failed {
            let failures = self.write(|rows| rows.count_rule(armed.row.id, false))?;
            if failures >= MOST_FAILURES {
                let why = format!("It failed {failures} times in a row, last: {}", run.words);
                self.pause_rule(armed.row.id, &why)?;
            }
        }
        Ok(())
    }

    async fn take_step(
        &self,
        armed: &Armed,
        run: &mut RuleRunRow,
        action: &Action,
    ) -> Result<Ended, Trouble> {
        match action {
            Action::Send(message) => self.rule_sends(armed, run, message).await,
            Action::SendAsked => {
                let message = self.message_asked(&run.contact_id, &run.asked).await?;
                self.rule_sends(armed, run, &message).await
            }
            Action::SetProperty { field, value } => self.rule_sets(run, field, value).await,
            Action::MoveDeal { stage } => self.rule_moves_deal(run, stage).await,
            Action::AssignOwner { owner } => self.rule_assigns(run, owner).await,
            Action::CreateTask {
                title,
                text,
                due_in_days,
            } => {
                self.rule_makes_task(run, (title.as_str(), text.as_str()), *due_in_days)
                    .await
            }
            Action::AddNote { text } => self.rule_adds_note(run, text).await,
            Action::StopOthers => {
                // What waits for a contact that was merged into this one is theirs too.
                let ids = self.ids_of(&run.contact_id).await?;
                let now = self.now();
                self.write(|rows| {
                    ids.iter().try_for_each(|contact| {
                        rows.stop_other_runs(run.rule_id, contact, now).map(drop)
                    })
                })?;
                Ok(Ended::Well)
            }
            Action::UpsertLead => self.rule_upserts_lead(run).await,
            Action::Enrol { campaign } => self.rule_enrols(run, campaign).await,
            Action::AssignLine { line } => self.rule_gives_line(run, line).await,
            Action::AddToList { list } => self.rule_changes_list(run, list, ListStep::Joins).await,
            Action::RemoveFromList { list } => {
                self.rule_changes_list(run, list, ListStep::Leaves).await
            }
            Action::UpsertContact => self.rule_upserts_contact(run).await,
        }
    }

    async fn rule_sends(
        &self,
        armed: &Armed,
        run: &RuleRunRow,
        message: &Message,
    ) -> Result<Ended, Trouble> {
        let order = match self
            .rule_order(&armed.rule, &run.contact_id, message)
            .await?
        {
            Ok(order) => order,
            // Whoever asked named it, which is no fault of the rule.
            Err((reason, words)) if armed.rule.answers() => {
                return Ok(Ended::LeftOut(reason.to_owned(), words));
            }
            Err((reason, words)) => return Ok(Ended::Failed(reason.to_owned(), words)),
        };
        let order = Order {
            intent: Some(intent(run)),
            ..order
        };
        match self.send(&order).await {
            // What is on its way already is another run's, or somebody's own.
            Ok(Sending::Row(row)) if row.intent != order.intent => Ok(Ended::LeftOut(
                Code::Duplicate.as_str().to_owned(),
                "The same text is on its way to this person already.".to_owned(),
            )),
            Ok(Sending::Row(row)) => Ok(match row.state {
                SendState::Failed => Ended::Failed(
                    row.reason.clone(),
                    format!("The message failed: {}.", row.reason),
                ),
                SendState::Refused => Ended::LeftOut(
                    row.reason.clone(),
                    format!("The message was refused: {}.", row.reason),
                ),
                _ => {
                    self.lead_is_told(armed, run, &row)?;
                    Ended::Well
                }
            }),
            Ok(Sending::Refused { refusal, preview }) => {
                let (reason, words) = refused(refusal.as_ref(), &preview);
                // Quiet hours and a full line pass; everything else is the end of it.
                Ok(match refusal.as_ref().and_then(Refusal::passes_at) {
                    Some(then) => Ended::Later(then, reason.to_owned()),
                    None => Ended::LeftOut(reason.to_owned(), words),
                })
            }
            Ok(Sending::Changed(_)) => {
                let then = self.now().saturating_add(BUSY_MS);
                Ok(Ended::Later(then, "changed".to_owned()))
            }
            Err(OrderError::Trouble(trouble)) => Err(trouble),
            Err(error) => Ok(Ended::Failed("bad_template".to_owned(), error.to_string())),
        }
    }
}

/// Of the message of this step: a step that is taken again is the same message.
pub(super) fn intent(run: &RuleRunRow) -> String {
    format!("{OF_RULE}{}:{}:{}", run.rule_id, run.fact, run.step)
}
