//! A rule tried on one person, step by step, with the same reading and the same guard as when it is on. It
//! writes nothing.

use super::Called;
use super::at_tuco::LeadStep;
use super::dry_run::{Guard, Would};
use super::place::Part;
use crate::compose::Recipient;
use crate::engine::Engine;
use crate::mirror::iso;
use crate::trouble::Trouble;
use ::rules::condition::{FailedTest, Looked};
use ::rules::rule::{Action, Rule};
use ::rules::verdict::Verdict;
use ::rules::words;
use wire::Timestamp;

/// What was found of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It is so, or would be done.
    Yes,
    /// It is not so, or would not be done.
    No,
    /// It would be done later.
    Later,
    /// Something before it says no.
    NotAsked,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Of what.
    pub part: Part,
    /// What is asked or done, in words.
    pub what: String,
    /// How it stands.
    pub says: Says,
    /// Why; may be empty.
    pub words: String,
}

/// All of them.
#[derive(Debug, Clone)]
pub struct Trial {
    /// What the rule says in the end.
    pub would: Would,
    /// One after the other.
    pub steps: Vec<Step>,
}

impl Engine {
    /// [`Self::rule_test`] with every step of it. None where there is no such contact.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_trial(&self, rule: &Rule, to: &Recipient) -> Result<Option<Trial>, Trouble> {
        let Some(would) = self.rule_test(rule, to).await? else {
            return Ok(None);
        };
        let contact = would.contact_id.clone();
        let Some(known) = self.known_for(rule, &contact, None).await? else {
            return Ok(None);
        };
        let names = self.read(|rows| Called::read(&rows, self.id()))?;
        let mut steps: Vec<Step> = rule
            .trigger
            .iter()
            .map(|trigger| taken_as_given(trigger, &names))
            .collect();
        if let Some(condition) = &rule.condition {
            steps.extend(
                condition
                    .each(&known.facts)
                    .iter()
                    .map(|looked| of_test(looked, &names)),
            );
        }
        let acts = would.verdict == Verdict::Acts;
        let due = rule.timing.due(would.at, &known.place);
        if acts && due > would.at {
            steps.push(later(due));
        }
        for (at, action) in (0..).zip(&rule.actions) {
            let (says, words) = if acts {
                self.try_action(rule, &contact, action).await?
            } else {
                (Says::NotAsked, String::new())
            };
            steps.push(Step {
                part: Part::Action(at),
                what: words::action(action, &names),
                says,
                words,
            });
        }
        Ok(Some(Trial { would, steps }))
    }

    async fn try_action(
        &self,
        rule: &Rule,
        contact: &str,
        action: &Action,
    ) -> Result<(Says, String), Trouble> {
        Ok(match action {
            Action::Send(message) => match self.guard_of_message(rule, contact, message).await? {
                None => (Says::Yes, "Nothing stands against it.".to_owned()),
                Some(guard) => of_guard(guard),
            },
            Action::SendAsked => (
                Says::NotAsked,
                "Nothing is asked for in a test. Name a template on the contact in HubSpot to see it.".to_owned(),
            ),
            Action::UpsertLead => self.try_lead(contact).await?,
            Action::UpsertContact => (
                Says::Yes,
                "What its lead says is written to the contact, as the mapping has it.".to_owned(),
            ),
            Action::Enrol { .. } => match self.stands_against(contact).await? {
                Some(guard) => of_guard(guard),
                None => self.try_lead(contact).await?,
            },
            _ => (Says::Yes, String::new()),
        })
    }

    async fn try_lead(&self, contact: &str) -> Result<(Says, String), Trouble> {
        Ok(match self.lead_step(contact).await? {
            Ok(LeadStep::Make) => (Says::Yes, "The lead would be made.".to_owned()),
            Ok(LeadStep::Change(1)) => {
                (Says::Yes, "One field of the lead would change.".to_owned())
            }
            Ok(LeadStep::Change(fields)) => (
                Says::Yes,
                format!("{fields} fields of the lead would change."),
            ),
            Ok(LeadStep::InStep) => (Says::Yes, "The lead says the same already.".to_owned()),
            Err((_, words)) => (Says::No, words),
        })
    }
}

fn taken_as_given(trigger: &::rules::rule::Trigger, names: &Called) -> Step {
    Step {
        part: Part::Trigger,
        what: format!("When {}", words::trigger(trigger, names)),
        says: Says::Yes,
        words: "Taken as if it had just happened.".to_owned(),
    }
}

fn of_test(looked: &Looked, names: &Called) -> Step {
    let what = words::test(&looked.test, names);
    let (says, words) = match &looked.saw {
        None => (Says::Yes, String::new()),
        Some(saw) => {
            let failed = FailedTest {
                test: looked.test.clone(),
                saw: saw.clone(),
            };
            (Says::No, format!("{}.", failed.in_words(names)))
        }
    };
    Step {
        part: Part::Condition(looked.path.clone()),
        what,
        says,
        words,
    }
}

fn later(due: Timestamp) -> Step {
    Step {
        part: Part::Timing,
        what: "It waits until its time has come".to_owned(),
        says: Says::Later,
        words: format!("It would act at {}.", iso(due)),
    }
}

fn of_guard(guard: Guard) -> (Says, String) {
    let says = if guard.passes_at.is_some() {
        Says::Later
    } else {
        Says::No
    };
    (says, guard.words)
}
