//! What a webhook's delivery says (<https://docs.tuco.ai/api-reference/message-webhooks>).
//!
//! Two pages of the vendor show two shapes: everything at the top with the message as an object (a text
//! for replies), or everything inside `data`. Both are read, and where both speak the top is believed.
//! Reading takes the bytes that the signature is good for and nothing else; headers are none of its
//! business. It refuses a body in which a key stands twice in one object, because two readers could
//! each see another value. What it does not know, an event of another name, is told as such.

use crate::lenient::{Fields, without_halves};
use crate::messages;
use crate::{Message, debug_by};
use serde_json::{Map, Value};
use wire::{Timestamp, unique_json};

/// The five events that can be subscribed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveredEvent {
    /// The provider took a message.
    Sent,
    /// It was given up after all retries.
    Failed,
    /// No iMessage there.
    Fallback,
    /// Somebody wrote.
    Reply,
    /// A read receipt.
    Opened,
}

impl DeliveredEvent {
    /// All of them, to subscribe to.
    pub const ALL: [Self; 5] = [
        Self::Sent,
        Self::Failed,
        Self::Fallback,
        Self::Reply,
        Self::Opened,
    ];

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "message.sent",
            Self::Failed => "message.failed",
            Self::Fallback => "message.fallback",
            Self::Reply => "message.reply",
            Self::Opened => "message.opened",
        }
    }

    fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}

/// A delivery, read.
#[derive(Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The event's name as the body has it, at most 40 characters.
    pub name: String,
    /// The event, where it is one of the five.
    pub event: Option<DeliveredEvent>,
    /// True for a test, which is about no message.
    pub test: bool,
    /// When Tuco made the delivery.
    pub at: Option<Timestamp>,
    /// The workspace.
    pub workspace_id: Option<String>,
    /// The message; none where no id is given.
    pub message: Option<Message>,
    /// When it happened to the message, where that is told apart from the delivery.
    pub happened_at: Option<Timestamp>,
    /// Names of what is attached, in the order of the addresses.
    pub attachment_names: Vec<String>,
    /// Tuco's words on a failure or a fallback.
    pub detail: String,
}
debug_by!(Delivered, name, test);

/// Why a body is not a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body can't be read without doubt")]
pub struct Unreadable;

/// Reads a body whose signature was found good.
pub fn read_delivered(body: &[u8]) -> Result<Delivered, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    let body = unique_json(text)
        // A text that was cut within an emoji ends in half a character.
        .or_else(|| unique_json(&without_halves(text)))
        .ok_or(Unreadable)?;
    let top = Fields::of(&body).ok_or(Unreadable)?;
    let data = top.inner("data");
    let name = top.word(&["event"]).ok_or(Unreadable)?;
    let event = DeliveredEvent::read(&name);
    let marked = |place: Fields<'_>| place.flag(&["testMode", "test"]) == Some(true);
    let together = joined(top, data);
    let all = Fields(&together);
    let mut message = messages::read(all);
    if let Some(message) = &mut message {
        message.name = message.name.take().or_else(|| full_name(all));
        message.inbound = event == Some(DeliveredEvent::Reply);
    }
    let happened_at = message
        .as_ref()
        .and_then(|message| happened(event?, message, all));
    Ok(Delivered {
        name: name.chars().take(40).collect(),
        event,
        test: marked(top) || data.is_some_and(marked),
        at: all.time(&["timestamp"]),
        workspace_id: all.word(&["workspaceId"]),
        happened_at,
        attachment_names: all.words(&["attachmentNames"]),
        detail: detail(message.as_ref(), all),
        message,
    })
}

/// The fields of `data.reply`, of `data` and of the top in one object; the later speaks.
fn joined(top: Fields<'_>, data: Option<Fields<'_>>) -> Map<String, Value> {
    let reply = data.and_then(|data| data.inner("reply"));
    let places = [reply, data, Some(top)];
    let told = |place: Fields<'_>| {
        let fields = place.0.iter().filter(|(_, value)| !value.is_null());
        fields
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<Vec<_>>()
    };
    places.into_iter().flatten().flat_map(told).collect()
}

fn full_name(all: Fields<'_>) -> Option<String> {
    let parts = [all.word(&["firstName"]), all.word(&["lastName"])];
    let name: Vec<String> = parts.into_iter().flatten().collect();
    Some(name.join(" ")).filter(|name| !name.is_empty())
}

/// The same moments that the lists tell of, so that an event that is also polled has the same time.
fn happened(event: DeliveredEvent, message: &Message, all: Fields<'_>) -> Option<Timestamp> {
    match event {
        DeliveredEvent::Sent => message.sent_at.or(message.created_at),
        DeliveredEvent::Failed | DeliveredEvent::Fallback => message.updated_at,
        DeliveredEvent::Opened => message.read_at,
        DeliveredEvent::Reply => all
            .time(&["repliedAtUtc", "respondedAtUtc", "receivedAtUtc"])
            .or(message.sent_at)
            .or(message.created_at),
    }
}

fn detail(message: Option<&Message>, all: Fields<'_>) -> String {
    message
        .and_then(|message| message.error_message.clone())
        .or_else(|| all.word(&["error", "reason"]))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
