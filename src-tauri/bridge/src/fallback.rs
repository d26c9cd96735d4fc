//! The other way of a message that does not arrive: one that its owner chose before it left, and never two.
//!
//! Tuco documents two ends. `fallback` is "no iMessage", after which Tuco itself sends a text message
//! wherever Twilio is set up, whatever we ask for; nothing of ours may follow it to the person. `failed` is
//! "given up", after which Tuco sends one only where the message said so. So a text message from here
//! follows `failed` alone, and only where Tuco was not asked for its own.
//!
//! The way is kept with the send and settled once, in the transaction that queues what takes its place: a
//! text message is a send of its own that the guard judges anew with nothing set aside, a task goes through
//! the outbox. An opt-out, a review or a quiet hour in between holds for it as for any other. What can't go
//! (files, a failure that is found out a day later) is decided against and told with the message.

use crate::compose::Recipient;
use crate::connect::LEDGER_SINCE;
use crate::effect::{EntryObject, Write};
use crate::engine::Engine;
use crate::entry::escaped;
use crate::event::{Channel, words};
use crate::guard::Who;
use crate::mirror::{iso, reference};
use crate::store::send_cause::IN_PLACE_OF;
use crate::store::{Asked, NewEffect, SendRow, SendState};
use crate::trouble::Trouble;
use message::guard::Way;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wire::Timestamp;

words! {
    /// See the module.
    #[derive(Default)]
    Fallback {
        /// Nothing takes its place.
        #[default]
        Nothing = "none",
        /// Tuco's own text message, over Twilio.
        Tuco = "tuco",
        /// A text message from here, on the same line.
        Sms = "sms",
        /// A task for the contact's owner in HubSpot.
        Task = "task",
    }
}

impl Fallback {
    /// As far as it makes sense for such a message: only an iMessage to a number can go as a text message
    /// instead.
    pub(crate) fn of(self, way: Way, phone: Option<&str>) -> Self {
        match self {
            Self::Sms if way != Way::IMessage || phone.is_none() => Self::Nothing,
            chosen => chosen,
        }
    }
}

/// A text message that follows so much later is not what was meant.
const STILL_MEANT_MS: i64 = 24 * 60 * 60 * 1_000;
/// The reason that a queued text message shows.
pub(crate) const IN_ITS_PLACE: &str = "fallback";

impl Engine {
    /// Takes the other way of every message that did not arrive. To be called when everything that was said
    /// is heard, before anything is sent.
    pub(crate) async fn take_fallbacks(&self) -> Result<(), Trouble> {
        let id = self.id();
        for row in self.read(|rows| rows.unreached_sends(id))? {
            if row.message_id.is_none() {
                // Tuco never took it: whoever sent it was told so at once.
                self.decide_against(&row, "not_taken")?;
                continue;
            }
            match (row.fallback, row.state) {
                (Fallback::Sms, SendState::Failed) => self.as_text_message(&row)?,
                (Fallback::Sms, _) => self.decide_against(&row, "tuco_may_have")?,
                (Fallback::Task, _) => self.task_for_owner(&row).await?,
                (Fallback::Nothing | Fallback::Tuco, _) => {}
            }
        }
        Ok(())
    }

    fn decide_against(&self, row: &SendRow, why: &str) -> Result<(), Trouble> {
        let now = self.now();
        self.write(|rows| rows.settle_fallback(row.id, why, now))?;
        Ok(())
    }

    fn as_text_message(&self, row: &SendRow) -> Result<(), Trouble> {
        let now = self.now();
        let left = [row.sent_at, row.scheduled_at, Some(row.created_at)];
        let left = left.into_iter().flatten().max().unwrap_or(now);
        if now.saturating_sub(left) > STILL_MEANT_MS {
            return self.decide_against(row, "too_late");
        }
        if !row.asked.attachments.is_empty() {
            return self.decide_against(row, "files");
        }
        let (id, key) = (self.id(), self.new_key());
        self.write(|rows| {
            if !rows.settle_fallback(row.id, "", now)? {
                return Ok(());
            }
            let line_id = match (&row.line_id, &row.message_id) {
                (Some(line), _) => Some(line.clone()),
                (None, Some(message)) => rows
                    .events_of_message(id, message)?
                    .into_iter()
                    .find_map(|event| event.sighting.line_id),
                (None, None) => None,
            };
            rows.insert_send(&SendRow {
                id: 0,
                key: key.clone(),
                channel: Channel::Sms,
                line_id,
                state: SendState::Queued,
                reason: IN_ITS_PLACE.to_owned(),
                message_id: None,
                scheduled_at: None,
                attempts: 0,
                due_at: now,
                sent_at: None,
                looks: 0,
                created_at: now,
                changed_at: now,
                asked: Asked {
                    who: row.asked.who.clone(),
                    name: row.asked.name.clone(),
                    listed_until: rows.cursor_number(id, "messages.until")?,
                    clock_ahead: self.clock_ahead(),
                    ..Asked::default()
                },
                // A second one of the same message is refused by the store itself.
                intent: Some(format!("{IN_PLACE_OF}{}", row.key)),
                fallback: Fallback::Nothing,
                fallback_at: None,
                fallback_why: String::new(),
                ..row.clone()
            })?;
            Ok(())
        })?;
        Ok(())
    }

    async fn task_for_owner(&self, row: &SendRow) -> Result<(), Trouble> {
        let Some(contact) = row.contact_id.clone() else {
            return self.decide_against(row, "no_contact");
        };
        let who = self.who(&Recipient::Contact(contact)).await?;
        let Some(contact_id) = who.contact_id.clone().filter(|_| !who.gone) else {
            return self.decide_against(row, "contact_gone");
        };
        let (id, now) = (self.id(), self.now());
        let key = task_key(&self.connection().workspace_id, row);
        let whole = self.settings()?.whole_body;
        let write = Write::Entry {
            object: EntryObject::Task,
            properties: task(row, &who, &key, whole, now),
        };
        self.write(|rows| {
            if rows.held_by_review(id, &who.keys)?.is_some() {
                return Ok(());
            }
            if rows.opt_out_in_force(id, &who.keys)?.is_some() {
                return rows.settle_fallback(row.id, "opted_out", now).map(drop);
            }
            if rows.settle_fallback(row.id, "", now)? {
                let since = rows.cursor_number(id, LEDGER_SINCE)?;
                rows.enqueue(&NewEffect {
                    connection_id: id,
                    key: key.clone(),
                    event_id: None,
                    contact_id: contact_id.clone(),
                    write: write.clone(),
                    due_at: now,
                    created_at: now,
                    // A copy of the file that was put back does not know whether it was made.
                    doubtful: since.is_some_and(|since| row.created_at < since),
                })?;
            }
            Ok(())
        })?;
        Ok(())
    }
}

/// The same for the same message, in a copy of the file too.
fn task_key(workspace_id: &str, row: &SendRow) -> String {
    let parts = ["tuco-for-hubspot 1", workspace_id, &row.key, "task"];
    let mut key = hex::encode(Sha256::digest(parts.join("\n")));
    key.truncate(32);
    key
}

fn task(
    row: &SendRow,
    who: &Who,
    key: &str,
    whole: bool,
    now: Timestamp,
) -> BTreeMap<String, String> {
    let address = row.phone.as_deref().or(row.email.as_deref()).unwrap_or("?");
    let name = match who.name.trim() {
        "" => address,
        name => name,
    };
    let what = match row.channel {
        Channel::Email => "e-mail",
        Channel::Sms => "text message",
        Channel::IMessage | Channel::Unknown => "iMessage",
    };
    let mut body = format!(
        "<p>The {what} to {} ({}) did not arrive.</p>",
        escaped(name),
        escaped(address)
    );
    if row.state == SendState::Fallback {
        body.push_str(
            "<p>iMessage does not reach this person. Where Twilio is set up in Tuco, a text message went in \
             its place: look at the timeline before you write again.</p>",
        );
    } else if !row.reason.is_empty() {
        body.push_str(&format!("<p>Tuco says: {}</p>", escaped(&row.reason)));
    }
    if whole {
        let text: String = row.text.chars().take(5_000).collect();
        body.push_str(&format!("<p>{}</p>", escaped(&text).replace('\n', "<br>")));
    }
    body.push_str(&format!("<p>{}</p>", reference(key)));
    let mut properties = BTreeMap::from([
        ("hs_timestamp".to_owned(), iso(now)),
        (
            "hs_task_subject".to_owned(),
            format!("Message to {name} did not arrive"),
        ),
        ("hs_task_body".to_owned(), body),
        ("hs_task_status".to_owned(), "NOT_STARTED".to_owned()),
        ("hs_task_type".to_owned(), "TODO".to_owned()),
    ]);
    if let Some(owner) = who.property("hubspot_owner_id") {
        properties.insert("hubspot_owner_id".to_owned(), owner.to_owned());
    }
    properties
}
