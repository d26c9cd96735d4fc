//! "Send with Tuco": a workflow, an import or a person in HubSpot names a template on a contact, the rule
//! that answers sends it, and HubSpot is told how it stands, so that a workflow can branch on that.
//!
//! The properties are made when somebody asks for them, never by themselves. A request is a change in the
//! property's history: however often it is read, and though the property is emptied once the message is on
//! its way, it is one request, and one that came meanwhile is not lost. What is told may be told twice.
//!
//! What can go wrong: a request that is filled in with what stands there already is no change. That is
//! why the property is emptied.

use super::act::intent;
use crate::engine::Engine;
use crate::mirror::iso;
use crate::store::rule_run::{RuleRunRow, RunStep};
use crate::store::{SendRow, SendState};
use crate::trouble::Trouble;
use ::rules::rule::asked;
use hubspot::{NewProperty, ObjectKind};
use std::collections::BTreeMap;
use wire::{RetryClass, Timestamp};

/// The group that they stand in.
pub const GROUP: &str = "send_with_tuco";
/// Answers of one round.
const MOST_ANSWERS: u32 = 200;
/// What became of a message is told for so long.
const TOLD_FOR_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

/// The properties, in the order in which they are looked at.
pub fn properties() -> Vec<NewProperty> {
    let property = |name: &str, label: &str, description: &str, kind: (&str, &str)| NewProperty {
        name: name.to_owned(),
        label: label.to_owned(),
        description: description.to_owned(),
        value_type: kind.0.to_owned(),
        field_type: kind.1.to_owned(),
        group: GROUP.to_owned(),
        ..NewProperty::default()
    };
    let text = ("string", "text");
    vec![
        property(
            asked::TEMPLATE,
            "Tuco: template to send",
            "Name a template of Tuco for HubSpot here and it is sent. Emptied once it is on its way.",
            text,
        ),
        property(
            asked::LINE,
            "Tuco: line to send from",
            "An id, number, address or name of a line, or \"owner\". Empty is any. Set it before the template.",
            text,
        ),
        property(
            asked::STATE,
            "Tuco: state of the message",
            "waiting, sending, sent, or skipped or failed with the reason. Written by Tuco for HubSpot.",
            text,
        ),
        property(
            asked::ERROR,
            "Tuco: last error",
            "Why the last message did not go out. Written by Tuco for HubSpot.",
            ("string", "textarea"),
        ),
        property(
            asked::SENT,
            "Tuco: last sent",
            "When the last message that was asked for went out. Written by Tuco for HubSpot.",
            ("datetime", "date"),
        ),
    ]
}

/// How a request stands.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    state: String,
    error: String,
    sent_at: Option<Timestamp>,
    /// The message is on its way, or none will be: the property is emptied.
    taken: bool,
    /// It may stand otherwise later.
    open: bool,
}

/// Words with spaces, as people compare them in a workflow.
fn spaced(head: &str, reason: &str) -> String {
    if reason.is_empty() {
        head.to_owned()
    } else {
        format!("{head}: {}", reason.replace('_', " "))
    }
}

/// Reasons that whoever set it up can mend, and the person has nothing to do with.
fn is_failure(reason: &str) -> bool {
    matches!(
        reason,
        "no_template" | "no_line" | "line_inactive" | "read_only" | "wrong_portal" | "unresolved"
    )
}

fn standing(run: &RuleRunRow, send: Option<&SendRow>) -> Standing {
    let over = |state: String, error: &str| Standing {
        state,
        error: error.to_owned(),
        sent_at: None,
        taken: true,
        open: false,
    };
    match (run.state, send) {
        (RunStep::Waiting, None) => Standing {
            taken: false,
            open: true,
            ..over(
                match run.reason.as_str() {
                    "acts" | "busy" | "changed" => "waiting".to_owned(),
                    reason => spaced("waiting", reason),
                },
                "",
            )
        },
        (RunStep::Refused, _) => over(spaced("skipped", &run.reason), &run.words),
        (RunStep::LeftOut, _) if is_failure(&run.reason) => {
            let reason = match run.reason.as_str() {
                "line_inactive" => "no_line",
                "unresolved" => "empty_field",
                other => other,
            };
            over(spaced("failed", reason), &run.words)
        }
        (RunStep::LeftOut, _) => over(spaced("skipped", &run.reason), &run.words),
        (RunStep::Expired | RunStep::Stopped, None) => {
            over(spaced("skipped", &run.reason), &run.words)
        }
        (RunStep::Failed, None) => over(spaced("failed", &run.reason), &run.words),
        (_, None) => over("unknown".to_owned(), &run.words),
        (_, Some(send)) => of_send(send, over),
    }
}

fn of_send(send: &SendRow, over: impl Fn(String, &str) -> Standing) -> Standing {
    match send.state {
        SendState::Queued
        | SendState::Sending
        | SendState::Unknown
        | SendState::Pending
        | SendState::Scheduled => Standing {
            open: true,
            ..over("sending".to_owned(), "")
        },
        SendState::Sent | SendState::Delivered | SendState::Fallback => Standing {
            sent_at: send.sent_at,
            open: send.state == SendState::Sent,
            ..over("sent".to_owned(), "")
        },
        SendState::Failed => over(
            spaced("failed", &send.reason),
            "Tuco did not take the message, or gave it up.",
        ),
        SendState::Refused => over(
            spaced("skipped", &send.reason),
            "It was refused before it left.",
        ),
        SendState::Cancelled => over("skipped: taken back".to_owned(), "It was taken back."),
    }
}

impl Engine {
    /// The properties of "Send with Tuco" that the portal lacks.
    ///
    /// # Errors
    /// Why the portal's properties could not be read.
    pub async fn missing_asked_properties(&self) -> Result<Vec<NewProperty>, Trouble> {
        self.lacking(properties()).await
    }

    /// Makes these, and their group where it is lacking. One that somebody else made meanwhile counts.
    ///
    /// # Errors
    /// Why one could not be made; those before it stand.
    pub async fn create_asked_properties(&self, new: &[NewProperty]) -> Result<(), Trouble> {
        self.create_in_group(GROUP, "Send with Tuco", new).await
    }

    /// Tells HubSpot how what it asked for stands, where that is news.
    pub(super) async fn answer_hubspot(&self) -> Result<(), Trouble> {
        let id = self.id();
        for run in self.read(|rows| rows.rule_answers(id, MOST_ANSWERS))? {
            if self.read(|rows| rows.rule_asked_later(&run))? {
                self.write(|rows| rows.rule_told(run.id, &run.told, false))?;
                continue;
            }
            let send = self.sent_for(&run)?;
            let standing = standing(&run, send.as_ref());
            let long_ago = self.now().saturating_sub(run.seen_at) > TOLD_FOR_MS;
            let more = standing.open && !(standing.taken && long_ago);
            let told = self.answer(&run, &standing).await?;
            if told != run.told || !more {
                self.write(|rows| rows.rule_told(run.id, &told, more))?;
            }
        }
        Ok(())
    }

    /// The message of a run, at whatever step.
    fn sent_for(&self, run: &RuleRunRow) -> Result<Option<SendRow>, Trouble> {
        let id = self.id();
        for step in 0..=run.step {
            let at = RuleRunRow {
                step,
                ..run.clone()
            };
            let found = self.read(|rows| rows.send_of_intent(id, &intent(&at)))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// What HubSpot knows after it.
    async fn answer(&self, run: &RuleRunRow, standing: &Standing) -> Result<String, Trouble> {
        if run.told == standing.state {
            return Ok(run.told.clone());
        }
        let mut change = BTreeMap::from([
            (asked::STATE.to_owned(), standing.state.clone()),
            (asked::ERROR.to_owned(), standing.error.clone()),
        ]);
        let emptied = !run.told.is_empty() && !run.told.starts_with("waiting");
        if standing.taken && !emptied {
            change.insert(asked::TEMPLATE.to_owned(), String::new());
        }
        if let Some(at) = standing.sent_at {
            change.insert(asked::SENT.to_owned(), iso(at));
        }
        let hubspot = &self.outside.hubspot;
        let told = self
            .attempt(|| hubspot.update(ObjectKind::Contacts, &run.contact_id, &change))
            .await;
        match told {
            Ok(_) => Ok(standing.state.clone()),
            // The contact is gone, or the properties: there is nobody to tell.
            Err(trouble @ Trouble::HubSpot(_))
                if trouble.retry_class() == RetryClass::Permanent =>
            {
                Ok(standing.state.clone())
            }
            Err(trouble) => Err(trouble),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: RunStep, reason: &str) -> RuleRunRow {
        RuleRunRow {
            id: 1,
            rule_id: 1,
            fact: "f".to_owned(),
            version: 1,
            contact_id: "7".to_owned(),
            object: "contact".to_owned(),
            record: "7".to_owned(),
            chain: 0,
            state,
            reason: reason.to_owned(),
            words: "Words.".to_owned(),
            step: 0,
            happened_at: 0,
            seen_at: 0,
            meant_at: 0,
            due_at: 0,
            asked: "Welcome".to_owned(),
            told: String::new(),
        }
    }

    #[test]
    fn a_workflow_can_branch_on_how_a_request_ended() {
        for (state, reason, expected, taken) in [
            (RunStep::Waiting, "acts", "waiting", false),
            (
                RunStep::Waiting,
                "quiet_hours",
                "waiting: quiet hours",
                false,
            ),
            (RunStep::LeftOut, "opted_out", "skipped: opted out", true),
            (RunStep::LeftOut, "line_inactive", "failed: no line", true),
            (RunStep::LeftOut, "no_template", "failed: no template", true),
            (RunStep::Expired, "too_late", "skipped: too late", true),
            (RunStep::Failed, "refused", "failed: refused", true),
        ] {
            let standing = standing(&run(state, reason), None);
            assert_eq!((standing.state.as_str(), standing.taken), (expected, taken));
        }
    }

    #[test]
    fn every_property_stands_in_the_group_and_says_what_it_is_for() {
        for property in properties() {
            assert_eq!(property.group, GROUP);
            assert!(property.name.starts_with("tuco_send_"), "{}", property.name);
            assert!(!property.description.is_empty());
        }
    }
}
