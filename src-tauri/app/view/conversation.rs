//! What was said between a contact and us.

use super::activity::FoundContact;
use super::send_state::SendState;
use super::story::AttachedFile;
use super::words::MessageChannel;
use serde::Serialize;
use specta::Type;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Direction {
    /// From them.
    In,
    /// From us.
    Out,
}

/// One message of a thread.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreadMessage {
    /// Stays the same while the states go on.
    pub(crate) key: String,
    /// Our own send, as long as this program made it.
    pub(crate) send: Option<i64>,
    /// Its event in the log, once there is one.
    pub(crate) event: Option<i64>,
    /// Which way.
    pub(crate) direction: Direction,
    /// How it travelled.
    pub(crate) way: MessageChannel,
    /// Name of the line; empty where nobody said.
    pub(crate) line: String,
    /// Who pressed Send; empty for what was sent elsewhere.
    pub(crate) by: String,
    /// What.
    pub(crate) text: String,
    /// Only the first 200 characters are known.
    pub(crate) cut: bool,
    /// Files.
    pub(crate) files: Vec<AttachedFile>,
    /// When.
    pub(crate) at: i64,
    /// None for what came in.
    pub(crate) state: Option<SendState>,
}

/// A part of what was said.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Thread {
    /// Oldest first.
    pub(crate) messages: Vec<ThreadMessage>,
    /// There are older ones.
    pub(crate) more: bool,
}

impl Thread {
    /// `line` gives a line its name.
    pub(crate) fn of(thread: bridge::conversation::Thread, line: impl Fn(&str) -> String) -> Self {
        let messages = thread.messages.into_iter().map(|said| ThreadMessage {
            key: said.key,
            send: said.send,
            event: said.event,
            direction: if said.inbound {
                Direction::In
            } else {
                Direction::Out
            },
            way: said.channel.into(),
            line: line(&said.line_id),
            by: said.by,
            text: said.text,
            cut: said.cut,
            files: said
                .files
                .into_iter()
                .map(|file| AttachedFile {
                    name: file.name,
                    url: file.url,
                })
                .collect(),
            at: said.at,
            state: said.standing.map(Into::into),
        });
        Self {
            messages: messages.collect(),
            more: thread.more,
        }
    }
}

/// Contacts that words find, and how many there are.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountedContacts {
    /// The first twenty.
    pub(crate) contacts: Vec<FoundContact>,
    /// How many in all.
    pub(crate) total: u64,
}
