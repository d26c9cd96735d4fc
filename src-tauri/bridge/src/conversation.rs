//! What was said between a contact and us, and where each message of ours stands.
//!
//! Two sources are joined: what Tuco reported, which is in the log, and what was asked for here, which may
//! not have left yet. A message that is in both is shown once. It reads rows and decides nothing.

mod standing;

pub use standing::{Standing, Then, Wait, standing};

use crate::event::{Attachment, Channel, Event, Kind, TextState};
use crate::store::{ActivityFilter, Reader, SendRow, Start, StoreError};
use std::collections::BTreeSet;
use wire::Timestamp;

/// Messages of a page.
const PAGE: usize = 50;
/// Events that are looked through for them: a message has a few.
const LOOKED_THROUGH: usize = 300;
/// Sends to one contact that are looked at.
const SENDS: u32 = 400;

/// One message of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Stays the same while the states go on.
    pub key: String,
    /// Our own send.
    pub send: Option<i64>,
    /// Its first event in the log.
    pub event: Option<i64>,
    /// They wrote it.
    pub inbound: bool,
    /// How it travelled.
    pub channel: Channel,
    /// Tuco's id of the line; may be empty.
    pub line_id: String,
    /// Who asked for it here; may be empty.
    pub by: String,
    /// What.
    pub text: String,
    /// Only its beginning is known.
    pub cut: bool,
    /// Files.
    pub files: Vec<Attachment>,
    /// When.
    pub at: Timestamp,
    /// Where it stands; none for what came in.
    pub standing: Option<Standing>,
}

/// A part of what was said, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Thread {
    /// The messages.
    pub messages: Vec<Said>,
    /// There are older ones.
    pub more: bool,
}

/// When somebody was last written to, and last wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spoken {
    /// We wrote.
    pub out: Option<Timestamp>,
    /// They wrote.
    pub back: Option<Timestamp>,
}

/// Somebody as the log knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownPerson {
    /// May be empty.
    pub name: String,
    /// Number.
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
}

/// The newest messages, or those before a moment.
///
/// # Errors
/// See [`StoreError`].
pub fn thread(
    rows: &Reader<'_>,
    connection: i64,
    contact: &str,
    before: Option<Timestamp>,
    now: Timestamp,
) -> Result<Thread, StoreError> {
    let page = rows.activity(
        &ActivityFilter {
            to: before,
            ..of(connection, contact)
        },
        Start::Newest,
        LOOKED_THROUGH,
    )?;
    let sends = rows.sends_to_contact(connection, contact, SENDS)?;
    let mut seen = BTreeSet::new();
    let mut messages = Vec::new();
    for event in &page.events {
        let message = event.sighting.message_id.clone();
        if seen.insert(message.clone()) {
            let all = rows.events_of_message(connection, &message)?;
            let send = sends
                .iter()
                .find(|row| row.message_id.as_deref() == Some(message.as_str()));
            messages.extend(of_message(&all, send, now));
        }
    }
    for send in &sends {
        let known = send.message_id.as_ref().is_some_and(|id| seen.contains(id));
        if !known {
            messages.push(of_send(send, &[], now));
        }
    }
    // A message is as old as its first event, which may be older than what was asked for.
    messages.retain(|said| before.is_none_or(|before| said.at < before));
    messages.sort_by(|a, b| (b.at, &b.key).cmp(&(a.at, &a.key)));
    let more = page.more_below || messages.len() > PAGE;
    messages.truncate(PAGE);
    messages.reverse();
    Ok(Thread { messages, more })
}

/// See [`Spoken`].
///
/// # Errors
/// See [`StoreError`].
pub fn last_spoken(
    rows: &Reader<'_>,
    connection: i64,
    contact: &str,
) -> Result<Spoken, StoreError> {
    let last = |kind| -> Result<Option<Timestamp>, StoreError> {
        let filter = ActivityFilter {
            kinds: vec![kind],
            ..of(connection, contact)
        };
        let page = rows.activity(&filter, Start::Newest, 1)?;
        Ok(page.events.first().map(|event| event.sighting.occurred_at))
    };
    Ok(Spoken {
        out: last(Kind::Sent)?,
        back: last(Kind::Reply)?,
    })
}

/// See [`KnownPerson`]. None where the log knows nothing.
///
/// # Errors
/// See [`StoreError`].
pub fn known_person(
    rows: &Reader<'_>,
    connection: i64,
    contact: &str,
) -> Result<Option<KnownPerson>, StoreError> {
    let page = rows.activity(&of(connection, contact), Start::Newest, 20)?;
    if page.events.is_empty() {
        return Ok(None);
    }
    let find = |part: fn(&Event) -> Option<&String>| page.events.iter().find_map(part).cloned();
    Ok(Some(KnownPerson {
        name: find(|event| event.sighting.name.as_ref()).unwrap_or_default(),
        phone: find(|event| event.sighting.phone.as_ref()),
        email: find(|event| event.sighting.email.as_ref()),
    }))
}

fn of(connection: i64, contact: &str) -> ActivityFilter {
    ActivityFilter {
        connection,
        contact: Some(contact.to_owned()),
        ..ActivityFilter::default()
    }
}

/// The event that tells a message as it went out or came in.
fn of_message(events: &[Event], send: Option<&SendRow>, now: Timestamp) -> Option<Said> {
    if let Some(send) = send {
        return Some(of_send(send, events, now));
    }
    let best = events
        .iter()
        .find(|event| matches!(event.sighting.kind, Kind::Reply | Kind::Sent))
        .or_else(|| events.first())?;
    let sighting = &best.sighting;
    let inbound = sighting.kind == Kind::Reply;
    Some(Said {
        key: format!("message-{}", sighting.message_id),
        send: None,
        event: Some(best.id),
        inbound,
        channel: sighting.channel,
        line_id: sighting.line_id.clone().unwrap_or_default(),
        by: String::new(),
        text: sighting.text.clone(),
        cut: sighting.text_state == TextState::Cut,
        files: sighting.attachments.clone(),
        at: sighting.occurred_at,
        standing: (!inbound).then(|| standing::told(events)).flatten(),
    })
}

fn of_send(row: &SendRow, events: &[Event], now: Timestamp) -> Said {
    let line = events
        .iter()
        .find_map(|event| event.sighting.line_id.clone());
    Said {
        key: format!("send-{}", row.id),
        send: Some(row.id),
        event: events.first().map(|event| event.id),
        inbound: false,
        channel: row.channel,
        line_id: line.or_else(|| row.line_id.clone()).unwrap_or_default(),
        by: row.asked.who.clone(),
        text: row.text.clone(),
        cut: false,
        files: row
            .asked
            .attachments
            .iter()
            .map(|url| Attachment {
                url: url.clone(),
                name: String::new(),
            })
            .collect(),
        at: row.created_at,
        standing: Some(standing(row, events, now)),
    }
}

#[cfg(test)]
mod tests;
