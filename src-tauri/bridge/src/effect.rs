//! One write to the outside, kept in the outbox until it is done.

use crate::event::words;
use crate::reason::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wire::Timestamp;

words! {
    /// Where an effect stands.
    Progress {
        /// To be done at `due_at`.
        Queued = "queued",
        /// On its way. Found like this at the start, it was interrupted: the outcome is unknown.
        Sending = "sending",
        /// It left and no answer came. To be looked up before anything else.
        Unknown = "unknown",
        /// Done.
        Done = "done",
        /// Given up; waits for a person.
        Parked = "parked",
        /// A person said no.
        Dropped = "dropped",
    }
}

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Write {
    /// A timeline entry on a contact.
    Entry {
        /// `communication`, `note` or `task`.
        object: EntryObject,
        /// HubSpot's properties, body and time among them.
        properties: BTreeMap<String, String>,
    },
    /// Properties of a contact that are kept up to date.
    Upkeep {
        /// Property and value; a datetime is written only where it is later than what stands there.
        properties: BTreeMap<String, String>,
    },
    /// A timeline entry that stands on another contact, and belongs to this one: a person said so.
    Move {
        /// Its kind.
        object: EntryObject,
        /// Its id in HubSpot.
        record_id: String,
        /// The contact that it stands on.
        from: String,
        /// The effect that wrote it.
        entry: i64,
    },
}

words! {
    /// The kinds of timeline entry.
    EntryObject {
        /// For messages that are some kind of text message.
        Communication = "communication",
        /// Where no channel fits.
        Note = "note",
        /// Something for the contact's owner to do.
        Task = "task",
    }
}

impl Write {
    /// The stored word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Entry { .. } => "entry",
            Self::Upkeep { .. } => "upkeep",
            Self::Move { .. } => "move",
        }
    }
}

/// An outbox row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Row id; effects are done in this order.
    pub id: i64,
    /// Whose.
    pub connection_id: i64,
    /// Derived from (workspace, message, kind, write), so that a repeat is recognised everywhere.
    pub key: String,
    /// The event behind it.
    pub event_id: Option<i64>,
    /// On whom.
    pub contact_id: String,
    /// What.
    pub write: Write,
    /// Where it stands.
    pub progress: Progress,
    /// Tries so far.
    pub attempts: u32,
    /// Refusals by name so far; five park it.
    pub refusals: u32,
    /// Not before.
    pub due_at: Timestamp,
    /// When the last try left.
    pub sent_at: Option<Timestamp>,
    /// Why it is parked, or what the last try met.
    pub cause: Option<Reason>,
    /// HubSpot's id of what was written.
    pub result_id: Option<String>,
    /// HubSpot's id of the last call, for its support.
    pub correlation_id: Option<String>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}
