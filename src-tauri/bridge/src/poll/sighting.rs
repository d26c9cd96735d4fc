//! From Tuco's words to ours.

use crate::event::{Attachment, Channel, Kind, Sighting, Source, TextState};
use tuco::{Message, MessageType, ParentMessage, RecentReply, ReplyItem, Status};
use wire::Timestamp;

/// Tuco cuts the texts of recent replies and parent messages to this many characters.
pub(crate) const CUT_AT: usize = 200;

/// A text of exactly the length at which Tuco cuts may go on; nothing in it tells.
pub(crate) fn state_of(text: &str) -> TextState {
    if text.chars().count() >= CUT_AT { TextState::Cut } else { TextState::Whole }
}

fn of_item(item: &ReplyItem) -> Sighting {
    Sighting {
        message_id: String::new(),
        kind: Kind::Reply,
        channel: Channel::Unknown,
        lead_id: item.lead_id.clone(),
        phone: item.phone.clone(),
        email: item.email.clone(),
        name: item.name.clone(),
        line_id: None,
        text: String::new(),
        text_state: TextState::Whole,
        attachments: Vec::new(),
        occurred_at: 0,
        source: Source::Replies,
        batch_id: None,
        hs_contact_id: None,
        detail: String::new(),
    }
}

/// The item's own reply, whose text is whole.
pub(crate) fn latest(item: &ReplyItem) -> Option<Sighting> {
    Some(Sighting {
        message_id: item.message_id.clone()?,
        text: item.text.clone(),
        occurred_at: item.at?,
        ..of_item(item)
    })
}

/// One of its earlier replies.
pub(crate) fn recent(item: &ReplyItem, reply: &RecentReply) -> Option<Sighting> {
    Some(Sighting {
        message_id: reply.message_id.clone(),
        text: reply.text.clone(),
        text_state: state_of(&reply.text),
        occurred_at: reply.at?,
        ..of_item(item)
    })
}

/// A message that went out, known only because a reply answers it.
pub(crate) fn parent(item: &ReplyItem, parent: &ParentMessage) -> Option<Sighting> {
    Some(Sighting {
        message_id: parent.message_id.clone(),
        kind: Kind::Sent,
        text: parent.text.clone(),
        text_state: state_of(&parent.text),
        occurred_at: parent.at?,
        source: Source::Parent,
        batch_id: parent.batch_id.clone(),
        ..of_item(item)
    })
}

/// What a whole message tells: nothing while it is on its way, one event when it has ended, two where
/// it was delivered as well.
pub(crate) fn of_message(message: &Message, source: Source) -> Vec<Sighting> {
    let base = Sighting {
        message_id: message.id.clone(),
        kind: Kind::Sent,
        channel: match &message.message_type {
            MessageType::IMessage => Channel::IMessage,
            MessageType::Sms => Channel::Sms,
            MessageType::Email => Channel::Email,
            MessageType::Other(_) => Channel::Unknown,
        },
        lead_id: message.lead_id.clone(),
        phone: message.phone.clone(),
        email: message.email.clone(),
        name: message.name.clone(),
        line_id: message.line_id.clone(),
        text: message.text.clone(),
        text_state: TextState::Whole,
        attachments: message
            .attachment_urls
            .iter()
            .map(|url| Attachment { url: url.clone(), name: String::new() })
            .collect(),
        occurred_at: 0,
        source,
        batch_id: message.batch_id.clone(),
        hs_contact_id: message.hs_contact_id.clone(),
        detail: message.error_message.clone().unwrap_or_default(),
    };
    let at = |kind, moment: Option<Timestamp>| {
        let occurred_at = moment?;
        Some(Sighting { kind, occurred_at, ..base.clone() })
    };
    let left = message.sent_at.or(message.created_at).or(message.updated_at);
    if message.inbound {
        return at(Kind::Reply, left).into_iter().collect();
    }
    let ended = message.updated_at.or(left);
    let opened = message.read_at.and_then(|read| at(Kind::Opened, Some(read)));
    let events = match message.status {
        Status::Sent => [at(Kind::Sent, left), None, opened],
        Status::Delivered => {
            [at(Kind::Sent, left), at(Kind::Delivered, message.delivered_at.or(ended)), opened]
        }
        Status::Failed => [at(Kind::Failed, ended), None, None],
        Status::Fallback => [at(Kind::Fallback, ended), None, None],
        Status::Queued
        | Status::Pending
        | Status::Scheduled
        | Status::Sending
        | Status::Cancelled
        | Status::Other(_) => [None, None, None],
    };
    events.into_iter().flatten().collect()
}
