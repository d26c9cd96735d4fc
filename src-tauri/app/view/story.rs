//! The whole story of an event, as a chain of steps.

use super::activity::Row;
use super::words::{Source, StepState, TextState};
use bridge::by_hand::{can_link, can_replay};
use bridge::effect::{Effect, Progress, Write};
use bridge::event::Event;
use bridge::explain::{Chain, Step};
use bridge::reason::Reason;
use bridge::store::{SendRow, StoreError};
use serde::Serialize;
use specta::Type;

/// Which step of a story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum StepName {
    /// What Tuco reported.
    Tuco,
    /// What the settings say.
    Settings,
    /// How the contact was found.
    Contact,
    /// What was decided to be written.
    Effect,
    /// What HubSpot answered.
    HubSpot,
}

/// One step.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoryStep {
    /// Which.
    pub(crate) name: StepName,
    /// How it went.
    pub(crate) state: StepState,
    /// Whole sentences.
    pub(crate) text: String,
}

impl From<&Step> for StoryStep {
    fn from(step: &Step) -> Self {
        Self {
            name: step_name(step.step),
            state: step.state.into(),
            text: step.text.clone(),
        }
    }
}

/// The bridge's words for steps are not an enum; the last one stands for what is not known.
fn step_name(word: &str) -> StepName {
    match word {
        "tuco" => StepName::Tuco,
        "settings" => StepName::Settings,
        "contact" => StepName::Contact,
        "effect" => StepName::Effect,
        _ => StepName::HubSpot,
    }
}

/// A file that came with a message.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AttachedFile {
    /// Name to show; may be empty.
    pub(crate) name: String,
    /// Where Tuco keeps it.
    pub(crate) url: String,
}

/// A contact that an event might belong to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Candidate {
    /// HubSpot's id.
    pub(crate) contact_id: String,
    /// May be empty.
    pub(crate) name: String,
    /// What of it matched, such as `phone`.
    pub(crate) matched: String,
}

/// See the module.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Story {
    /// The event as in the list.
    pub(crate) row: Row,
    /// The whole text.
    pub(crate) text: String,
    /// Whether that is all of it.
    pub(crate) text_state: TextState,
    /// Files.
    pub(crate) files: Vec<AttachedFile>,
    /// Number of the other side.
    pub(crate) phone: Option<String>,
    /// Address of the other side.
    pub(crate) email: Option<String>,
    /// Tuco's id of the lead.
    pub(crate) lead_id: Option<String>,
    /// How it was learnt of.
    pub(crate) source: Source,
    /// Tuco's words on a failure; empty where there are none.
    pub(crate) detail: String,
    /// In order.
    pub(crate) steps: Vec<StoryStep>,
    /// The step that stopped it.
    pub(crate) stopped_at: Option<StepName>,
    /// What to do, or that there is nothing to do.
    pub(crate) advice: String,
    /// Contacts that fit, where several do.
    pub(crate) candidates: Vec<Candidate>,
    /// What was looked for, where nobody was found: words such as `phone +12025550143`.
    pub(crate) looked_for: Vec<String>,
    /// HubSpot's id of the timeline entry.
    pub(crate) entry_id: Option<String>,
    /// HubSpot's id of the last call, for its support.
    pub(crate) correlation_id: Option<String>,
    /// The contact's page in HubSpot.
    pub(crate) contact_url: Option<String>,
    /// When it is looked at again by itself.
    pub(crate) look_at: Option<i64>,
    /// Whether Replay can do anything.
    pub(crate) can_replay: bool,
    /// Whether it can be given to another contact.
    pub(crate) can_link: bool,
    /// The given-up entry, which can be tried again or let go.
    pub(crate) parked_effect: Option<i64>,
    /// Other events of the same message, oldest first.
    pub(crate) same_message: Vec<Row>,
}

/// What a story is told from.
pub(crate) struct Told {
    pub(crate) event: Event,
    pub(crate) effects: Vec<Effect>,
    pub(crate) chain: Chain,
    pub(crate) contact_url: Option<String>,
    pub(crate) same_message: Vec<Event>,
}

impl From<Told> for Story {
    fn from(told: Told) -> Self {
        let (event, chain) = (&told.event, &told.chain);
        let sighting = &event.sighting;
        let parked = told.effects.iter().find(|effect| {
            effect.progress == Progress::Parked && matches!(effect.write, Write::Entry { .. })
        });
        Self {
            row: Row::from(event),
            text: sighting.text.clone(),
            text_state: sighting.text_state.into(),
            files: sighting
                .attachments
                .iter()
                .map(|file| AttachedFile {
                    name: file.name.clone(),
                    url: file.url.clone(),
                })
                .collect(),
            phone: sighting.phone.clone(),
            email: sighting.email.clone(),
            lead_id: sighting.lead_id.clone(),
            source: sighting.source.into(),
            detail: sighting.detail.clone(),
            steps: chain.steps.iter().map(StoryStep::from).collect(),
            stopped_at: chain.stopped_at.map(step_name),
            advice: chain.advice.clone(),
            candidates: candidates(event.reason.as_ref()),
            looked_for: looked_for(event.reason.as_ref()),
            entry_id: chain.entry_id.clone(),
            correlation_id: chain.correlation_id.clone(),
            contact_url: told.contact_url,
            look_at: event.look_at,
            can_replay: can_replay(event),
            can_link: can_link(event),
            parked_effect: parked.map(|effect| effect.id),
            same_message: told.same_message.iter().map(Row::from).collect(),
        }
    }
}

fn candidates(reason: Option<&Reason>) -> Vec<Candidate> {
    let Some(Reason::Ambiguous { candidates }) = reason else {
        return Vec::new();
    };
    candidates
        .iter()
        .map(|one| Candidate {
            contact_id: one.contact_id.clone(),
            name: one.name.clone(),
            matched: one.matched.clone(),
        })
        .collect()
}

fn looked_for(reason: Option<&Reason>) -> Vec<String> {
    match reason {
        Some(Reason::NoContact { looked_for }) => looked_for.clone(),
        _ => Vec::new(),
    }
}

/// A message of which nobody knows whether it went out.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnknownSend {
    /// Its id.
    pub(crate) id: i64,
    /// Number or address that it was for.
    pub(crate) to: String,
    /// HubSpot's id of the contact.
    pub(crate) contact_id: Option<String>,
    /// What it says.
    pub(crate) text: String,
    /// When it left.
    pub(crate) sent_at: Option<i64>,
    /// How often it was looked for at Tuco.
    pub(crate) looks: u32,
}

impl From<SendRow> for UnknownSend {
    fn from(row: SendRow) -> Self {
        Self {
            id: row.id,
            to: row.phone.or(row.email).unwrap_or_default(),
            contact_id: row.contact_id,
            text: row.text,
            sent_at: row.sent_at,
            looks: row.looks,
        }
    }
}

/// An entry that was given up.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ParkedEntry {
    /// Its id, for `retryParked` and `dropParked`.
    pub(crate) effect: i64,
    /// The event behind it; none for a property that is kept up to date.
    pub(crate) event: Option<i64>,
    /// On whom.
    pub(crate) contact_id: String,
    /// Why, and what to do.
    pub(crate) why: String,
    /// Tries so far.
    pub(crate) attempts: u32,
    /// When it was decided.
    pub(crate) created_at: i64,
}

impl From<Effect> for ParkedEntry {
    fn from(effect: Effect) -> Self {
        Self {
            effect: effect.id,
            event: effect.event_id,
            contact_id: effect.contact_id,
            why: effect
                .cause
                .as_ref()
                .map(bridge::explain::sentence)
                .unwrap_or_default(),
            attempts: effect.attempts,
            created_at: effect.created_at,
        }
    }
}

/// A row that was asked for by a wrong id, or is gone.
pub(crate) fn missing() -> StoreError {
    StoreError::Missing
}
