//! From Tuco's words to ours.

use crate::event::{Attachment, Channel, Kind, Sighting, Source, TextState};
use tuco::{
    Delivered, DeliveredEvent, Message, MessageType, ParentMessage, RecentReply, ReplyItem, Status,
};
use wire::Timestamp;

/// A text of the length at which Tuco cuts may go on; nothing in it tells.
fn state_of(may_be_cut: bool) -> TextState {
    if may_be_cut {
        TextState::Cut
    } else {
        TextState::Whole
    }
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
        line_id: item.line_id.clone(),
        text: String::new(),
        text_state: TextState::Whole,
        attachments: Vec::new(),
        occurred_at: 0,
        source: Source::Replies,
        batch_id: None,
        campaign: None,
        hs_contact_id: None,
        detail: String::new(),
    }
}

/// The item's own reply, whose text is whole.
pub(crate) fn latest(item: &ReplyItem) -> Sighting {
    // Where an older server leaves the text out, the item's own list of replies has it, maybe cut.
    let in_list = item
        .recent
        .iter()
        .find(|reply| reply.message_id == item.message_id);
    let text = item
        .text
        .clone()
        .or_else(|| in_list?.text.clone())
        .unwrap_or_default();
    let cut = item.text.is_none() && in_list.is_some_and(RecentReply::may_be_cut);
    Sighting {
        message_id: item.message_id.clone(),
        text,
        text_state: state_of(cut),
        occurred_at: item.at,
        ..of_item(item)
    }
}

/// One of its earlier replies.
pub(crate) fn recent(item: &ReplyItem, reply: &RecentReply) -> Sighting {
    Sighting {
        message_id: reply.message_id.clone(),
        text: reply.text.clone().unwrap_or_default(),
        text_state: state_of(reply.may_be_cut()),
        occurred_at: reply.at,
        ..of_item(item)
    }
}

/// A message that went out, known only because a reply answers it.
pub(crate) fn parent(item: &ReplyItem, parent: &ParentMessage) -> Option<Sighting> {
    Some(Sighting {
        message_id: parent.message_id.clone(),
        kind: Kind::Sent,
        text: parent.text.clone().unwrap_or_default(),
        text_state: state_of(parent.may_be_cut()),
        occurred_at: parent.at?,
        source: Source::Parent,
        batch_id: parent.batch_id.clone(),
        ..of_item(item)
    })
}

fn of_whole(message: &Message, source: Source) -> Sighting {
    Sighting {
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
            .map(|url| Attachment {
                url: url.clone(),
                name: String::new(),
            })
            .collect(),
        occurred_at: 0,
        source,
        batch_id: message.batch_id.clone(),
        campaign: message
            .campaign_name
            .clone()
            .or_else(|| message.campaign_id.clone()),
        hs_contact_id: message.hs_contact_id.clone(),
        detail: message.error_message.clone().unwrap_or_default(),
    }
}

/// What a webhook tells: one event. None where it names no message.
pub(crate) fn of_delivered(delivered: &Delivered, arrived: Timestamp) -> Option<Sighting> {
    let message = delivered.message.as_ref()?;
    let kind = match delivered.event? {
        DeliveredEvent::Sent => Kind::Sent,
        DeliveredEvent::Failed => Kind::Failed,
        DeliveredEvent::Fallback => Kind::Fallback,
        DeliveredEvent::Reply => Kind::Reply,
        DeliveredEvent::Opened => Kind::Opened,
    };
    let mut sighting = of_whole(message, Source::Webhook);
    for (attachment, name) in sighting
        .attachments
        .iter_mut()
        .zip(&delivered.attachment_names)
    {
        attachment.name.clone_from(name);
    }
    Some(Sighting {
        kind,
        occurred_at: delivered.happened_at.or(delivered.at).unwrap_or(arrived),
        detail: delivered.detail.clone(),
        ..sighting
    })
}

/// What a whole message tells: nothing while it is on its way, one event when it has ended, two where
/// it was delivered as well.
pub(crate) fn of_message(message: &Message, source: Source) -> Vec<Sighting> {
    let base = of_whole(message, source);
    let at = |kind, moment: Option<Timestamp>| {
        let occurred_at = moment?;
        Some(Sighting {
            kind,
            occurred_at,
            ..base.clone()
        })
    };
    let left = message
        .sent_at
        .or(message.created_at)
        .or(message.updated_at);
    if message.inbound {
        return at(Kind::Reply, left).into_iter().collect();
    }
    let ended = message.updated_at.or(left);
    let opened = message
        .read_at
        .and_then(|read| at(Kind::Opened, Some(read)));
    let events = match message.status {
        Status::Sent => [at(Kind::Sent, left), None, opened],
        Status::Delivered => [
            at(Kind::Sent, left),
            at(Kind::Delivered, message.delivered_at.or(ended)),
            opened,
        ],
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
