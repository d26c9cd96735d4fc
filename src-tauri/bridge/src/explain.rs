//! "Why is this not in HubSpot?": an event's chain of decisions, with the step that stopped it.
//!
//! Pure: the rows go in, words come out. Also the one place where a reason or a trouble becomes
//! sentences for whoever has no page to write them.

mod reason;
mod trouble;

pub use reason::{happened, in_short, of_many, sentence, to_do};
pub(crate) use trouble::tell_without_id;
pub use trouble::{Told, in_words, store_code, tell};

use crate::effect::{Effect, EntryObject, Progress, Write};
use crate::event::{Event, Kind, Source, Stage, TextState};
use crate::mirror::KEY_PROPERTY;
use crate::reason::{Candidate, Reason};
use crate::settings::Settings;
use crate::store::{ConnectionRow, Reader, StoreError};
use serde::Serialize;
use wire::Timestamp;

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Passed.
    Done,
    /// Under way, or to be done by itself.
    Pending,
    /// The chain stopped here.
    Stopped,
    /// Never reached.
    NotReached,
}

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// `tuco`, `settings`, `contact`, `effect` or `hubspot`.
    pub step: &'static str,
    /// How it went.
    pub state: State,
    /// Sentences.
    pub text: String,
}

/// The whole story of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// What happened to the message.
    pub kind: Kind,
    /// Where the event stands.
    pub stage: Stage,
    /// In order.
    pub steps: Vec<Step>,
    /// Name of the step that stopped it.
    pub stopped_at: Option<&'static str>,
    /// What to do, or that there is nothing to do.
    pub advice: String,
    /// HubSpot's id of the entry.
    pub entry_id: Option<String>,
    /// HubSpot's id of the last call.
    pub correlation_id: Option<String>,
}

/// What the chain is told from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The event.
    pub event: &'a Event,
    /// Its effects, all of them.
    pub effects: &'a [Effect],
    /// Other contacts that fit as well: see [`others`].
    pub also: &'a [Candidate],
    /// The settings as they are now.
    pub settings: &'a Settings,
    /// Its connection.
    pub connection: &'a ConnectionRow,
    /// How a moment is written.
    pub clock: &'a dyn Fn(Timestamp) -> String,
}

/// See the module.
pub fn chain(facts: &Facts<'_>) -> Chain {
    let event = facts.event;
    let entry = facts
        .effects
        .iter()
        .find(|effect| matches!(effect.write, Write::Entry { .. }));
    let mut steps = vec![
        reported(facts),
        allowed(facts),
        found(facts),
        decided(facts, entry),
    ];
    steps.push(answered(facts, entry));
    let stopped_at = steps
        .iter()
        .find(|step| step.state == State::Stopped)
        .map(|step| step.step);
    Chain {
        kind: event.sighting.kind,
        stage: event.stage,
        advice: advice(facts, entry, stopped_at),
        steps,
        stopped_at,
        entry_id: entry.and_then(|effect| effect.result_id.clone()),
        correlation_id: entry.and_then(|effect| effect.correlation_id.clone()),
    }
}

fn step(step: &'static str, state: State, text: impl Into<String>) -> Step {
    Step {
        step,
        state,
        text: text.into(),
    }
}

fn reported(facts: &Facts<'_>) -> Step {
    let sighting = &facts.event.sighting;
    let road = match sighting.source {
        Source::Replies => "in the list of replies",
        Source::Parent => "only as the message that a reply answers",
        Source::Messages => "in the list of messages",
        Source::OwnSend => "in the answer to a send from here",
        Source::Webhook => "by a webhook",
    };
    let text_state = match sighting.text_state {
        TextState::Whole => "",
        TextState::Cut => " Tuco gives only the first 200 characters of its text.",
        TextState::Unreadable => " Its text could not be read any more.",
    };
    let text = format!(
        "Tuco reported \"{}\" of {}, {road}. It was first seen here {}.{text_state}",
        sighting.kind,
        (facts.clock)(sighting.occurred_at),
        (facts.clock)(facts.event.seen_at),
    );
    step("tuco", State::Done, text)
}

/// Reasons by which an event stays in the log whoever it belongs to.
fn is_by_settings(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::KindOff { .. } | Reason::BeforeLookBack | Reason::Unreadable | Reason::Dropped
    )
}

fn allowed(facts: &Facts<'_>) -> Step {
    let event = facts.event;
    let kind = event.sighting.kind;
    match &event.reason {
        Some(reason) if event.stage == Stage::Skipped && is_by_settings(reason) => {
            step("settings", State::Stopped, happened(reason))
        }
        _ if event.stage == Stage::New => step(
            "settings",
            State::Pending,
            "Nobody has looked at it yet; the next round does.",
        ),
        _ if facts.settings.mirrored.contains(&kind) => step(
            "settings",
            State::Done,
            format!("Events of this kind are mirrored (mirror.{kind})."),
        ),
        _ => step(
            "settings",
            State::Done,
            format!("It was let through when it was decided. It is off now (mirror.{kind})."),
        ),
    }
}

/// Other contacts that fit an event whose contact was chosen among several.
///
/// # Errors
/// See [`StoreError`].
pub fn others(rows: &Reader<'_>, event: &Event) -> Result<Vec<Candidate>, StoreError> {
    let Some(person) = event.sighting.person() else {
        return Ok(Vec::new());
    };
    let link = rows.link(event.connection_id, &person)?;
    let link = link.filter(|link| event.contact_id.as_ref() == Some(&link.contact_id));
    Ok(link.map(|link| link.also).unwrap_or_default())
}

/// Others that fit, in words; empty where there are none.
fn also(others: &[Candidate]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let named: Vec<String> = others
        .iter()
        .map(|one| match one.name.trim() {
            "" => one.contact_id.clone(),
            name => format!("{name} ({})", one.contact_id),
        })
        .collect();
    format!(
        " Others fit as well: {}. It can be moved to one of them.",
        named.join(", ")
    )
}

fn found(facts: &Facts<'_>) -> Step {
    let event = facts.event;
    match (event.stage, &event.reason, &event.contact_id) {
        (Stage::New, ..) => step("contact", State::NotReached, "Not looked for yet."),
        (Stage::Skipped, Some(reason), _) if is_by_settings(reason) => {
            step("contact", State::NotReached, "Not looked for.")
        }
        (Stage::Skipped | Stage::Waiting, Some(reason), _) => {
            let next = event.look_at.map(|at| {
                let times = if event.looks == 1 {
                    "once".to_owned()
                } else {
                    format!("{} times", event.looks)
                };
                format!(
                    " Looked at {times}; the next look is due {}.",
                    (facts.clock)(at)
                )
            });
            step(
                "contact",
                State::Stopped,
                format!("{}{}", happened(reason), next.unwrap_or_default()),
            )
        }
        (_, _, Some(contact)) => {
            let how = how_in_words(event.how.as_deref().unwrap_or_default());
            step(
                "contact",
                State::Done,
                format!(
                    "It belongs to contact {contact}, {how}.{}",
                    also(facts.also)
                ),
            )
        }
        _ => step(
            "contact",
            State::Pending,
            "The contact is being looked for.",
        ),
    }
}

fn how_in_words(how: &str) -> &'static str {
    match how {
        "hs_contact_id" => "whose id Tuco has on the message or the lead",
        "email" => "found by the e-mail address",
        "phone" => "found by the phone number",
        "last_messaged" => "one of several that fit, chosen because it was written to last",
        "newest_active" => "one of several that fit, chosen by the setting match.several",
        "by_hand" => "linked by hand",
        _ => "found earlier",
    }
}

fn decided(facts: &Facts<'_>, entry: Option<&Effect>) -> Step {
    let Some(effect) = entry else {
        return step(
            "effect",
            State::NotReached,
            "No timeline entry was decided.",
        );
    };
    let Write::Entry { object, properties } = &effect.write else {
        return step(
            "effect",
            State::NotReached,
            "No timeline entry was decided.",
        );
    };
    let what = match object {
        EntryObject::Communication => "A communication on the timeline",
        EntryObject::Note => "A note on the timeline",
        EntryObject::Task => "A task for the owner",
    };
    let once = if properties.contains_key(KEY_PROPERTY) {
        "HubSpot itself refuses a second one with the same key"
    } else {
        "the contact's entries are read back before it could be written a second time"
    };
    let body = if facts.settings.whole_body {
        "the whole text"
    } else {
        "a summary"
    };
    let text = format!(
        "{what} with {body} was decided {}; {once}.",
        (facts.clock)(effect.created_at)
    );
    step("effect", State::Done, text)
}

fn answered(facts: &Facts<'_>, entry: Option<&Effect>) -> Step {
    let Some(effect) = entry else {
        return step(
            "hubspot",
            State::NotReached,
            "HubSpot was not asked to write anything.",
        );
    };
    let correlation = effect
        .correlation_id
        .as_deref()
        .map(|id| format!(" (correlation id {id})"))
        .unwrap_or_default();
    let cause = effect
        .cause
        .as_ref()
        .map(|cause| format!(" {}", happened(cause)))
        .unwrap_or_default();
    let tries = effect.attempts;
    match effect.progress {
        Progress::Done => {
            let id = effect.result_id.as_deref().filter(|id| !id.is_empty());
            let id = id.map(|id| format!(" as {id}")).unwrap_or_default();
            let at = effect
                .done_at
                .map(|at| format!(" {}", (facts.clock)(at)))
                .unwrap_or_default();
            step(
                "hubspot",
                State::Done,
                format!("It is in HubSpot{id}, since{at}{correlation}."),
            )
        }
        Progress::Queued if tries == 0 => {
            step("hubspot", State::Pending, "It is next in the outbox.")
        }
        Progress::Queued => step(
            "hubspot",
            State::Pending,
            format!(
                "Tried {tries} times{correlation}; the next try is due {}.{cause}",
                (facts.clock)(effect.due_at)
            ),
        ),
        Progress::Sending => step(
            "hubspot",
            State::Pending,
            "It is on its way to HubSpot right now.",
        ),
        Progress::Unknown => step(
            "hubspot",
            State::Pending,
            "It left and no clear answer came. It is looked up in HubSpot before anything is written again.",
        ),
        Progress::Parked => step(
            "hubspot",
            State::Stopped,
            format!("Given up after {tries} tries{correlation}.{cause}"),
        ),
        Progress::Dropped => step(
            "hubspot",
            State::Stopped,
            "A person decided that this entry is not to be written.",
        ),
    }
}

fn advice(facts: &Facts<'_>, entry: Option<&Effect>, stopped_at: Option<&str>) -> String {
    if facts.connection.paused {
        return "The connection is paused: nothing is read or written until it is taken up again."
            .into();
    }
    match (stopped_at, entry) {
        (Some("hubspot"), Some(effect)) if effect.progress == Progress::Parked => format!(
            "Mend the cause, then: tuco-hubspot parked retry {id}. Or let it go: tuco-hubspot parked drop {id}",
            id = effect.id
        ),
        (Some(_), _) => match &facts.event.reason {
            Some(reason) => to_do(reason),
            None => "Nothing more happens by itself.".into(),
        },
        (None, Some(effect)) if effect.progress == Progress::Done => {
            "Nothing to do: it is in HubSpot, exactly once.".into()
        }
        (None, Some(effect)) if matches!(effect.cause, Some(Reason::MissingScopes { .. })) => {
            "Add the scope to the key in HubSpot; it is written by itself then.".into()
        }
        (None, _) => {
            "Nothing to do: it goes on with the next round (tuco-hubspot sync --once).".into()
        }
    }
}

#[cfg(test)]
mod tests;
