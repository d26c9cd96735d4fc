//! Messages that were asked for here. A row says `sending` before the first byte leaves.

use super::failure::StoreError;
use super::row::{given, json, text, to_json, word};
use super::{Reader, Writer};
use crate::event::{Channel, words};
use crate::fallback::Fallback;
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use wire::Timestamp;

words! {
    /// Where a send stands.
    SendState {
        /// To leave at `due_at`.
        Queued = "queued",
        /// On its way. Found like this at the start, it was interrupted: the outcome is unknown.
        Sending = "sending",
        /// It left and no answer came. Looked up, never sent again blindly.
        Unknown = "unknown",
        /// Tuco has it and it is under way.
        Pending = "pending",
        /// Tuco has it for later.
        Scheduled = "scheduled",
        /// Tuco's provider took it.
        Sent = "sent",
        /// The device confirmed it.
        Delivered = "delivered",
        /// No iMessage; it goes, or should go, another way.
        Fallback = "fallback",
        /// Tuco said no, or gave up.
        Failed = "failed",
        /// The guard said no before it left.
        Refused = "refused",
        /// Taken back.
        Cancelled = "cancelled",
    }
}

/// How a send is to go, who asked for it, and what they set aside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Public addresses of files.
    pub attachments: Vec<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// Whether Tuco may send a text message where this one fails.
    pub sms_fallback: bool,
    /// Reasons that were set aside, by their words.
    pub overrides: Vec<String>,
    /// Why.
    pub why: String,
    /// Who asked for it.
    pub who: String,
    /// The run to many that it belongs to.
    pub run: Option<i64>,
    /// By Tuco's clock: the newest message that was listed when this was asked for. Whatever Tuco made of
    /// this is newer.
    pub listed_until: Option<Timestamp>,
    /// How far the services' clock was ahead of this machine's then, in milliseconds.
    pub clock_ahead: Option<i64>,
    /// The person's name when it was asked for; may be empty.
    pub name: String,
    /// The draft as whoever wrote it keeps it.
    pub written: String,
}

/// A send as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendRow {
    /// Row id; 0 before it is stored.
    pub id: i64,
    /// Whose.
    pub connection_id: i64,
    /// Our own label, by which it is found again; unique.
    pub key: String,
    /// The HubSpot contact.
    pub contact_id: Option<String>,
    /// Tuco's lead.
    pub lead_id: Option<String>,
    /// To this number.
    pub phone: Option<String>,
    /// To this address.
    pub email: Option<String>,
    /// How.
    pub channel: Channel,
    /// From this line.
    pub line_id: Option<String>,
    /// What.
    pub text: String,
    /// By which the same text is recognised.
    pub text_hash: String,
    /// Where it stands.
    pub state: SendState,
    /// Why, as a code; may be empty.
    pub reason: String,
    /// Tuco's id.
    pub message_id: Option<String>,
    /// When Tuco will send it.
    pub scheduled_at: Option<Timestamp>,
    /// Tries so far.
    pub attempts: u32,
    /// When to go on with it.
    pub due_at: Timestamp,
    /// When the last try left.
    pub sent_at: Option<Timestamp>,
    /// How often an unknown one was looked up.
    pub looks: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// How it is to go.
    pub asked: Asked,
    /// The same intent never becomes a second send.
    pub intent: Option<String>,
    /// The other way, where it does not arrive.
    pub fallback: Fallback,
    /// When that way was taken, or decided against.
    pub fallback_at: Option<Timestamp>,
    /// Why it was decided against, as a code; empty where it was taken.
    pub fallback_why: String,
}

macro_rules! select_send {
    ($rest:literal) => {
        concat!(
            "SELECT id, connection_id, key, contact_id, lead_id, phone, email, channel, line_id, ",
            "text, text_hash, state, reason, message_id, scheduled_at, attempts, due_at, sent_at, ",
            "looks, created_at, changed_at, asked, intent, fallback, fallback_at, fallback_why ",
            "FROM send ",
            $rest
        )
    };
}

pub(super) use select_send;

pub(super) fn read(row: &Row<'_>) -> Result<SendRow, StoreError> {
    let stored = |column: usize| {
        row.get_ref(column)
            .map(|value| value.as_str().unwrap_or_default())
    };
    Ok(SendRow {
        id: row.get(0)?,
        connection_id: row.get(1)?,
        key: row.get(2)?,
        contact_id: given(row.get(3)?),
        lead_id: given(row.get(4)?),
        phone: given(row.get(5)?),
        email: given(row.get(6)?),
        channel: word("send.channel", Channel::parse, stored(7)?)?,
        line_id: given(row.get(8)?),
        text: row.get(9)?,
        text_hash: row.get(10)?,
        state: word("send.state", SendState::parse, stored(11)?)?,
        reason: row.get(12)?,
        message_id: given(row.get(13)?),
        scheduled_at: row.get(14)?,
        attempts: row.get(15)?,
        due_at: row.get(16)?,
        sent_at: row.get(17)?,
        looks: row.get(18)?,
        created_at: row.get(19)?,
        changed_at: row.get(20)?,
        asked: json("send.asked", stored(21)?)?,
        intent: given(row.get(22)?),
        fallback: word("send.fallback", Fallback::parse, stored(23)?)?,
        fallback_at: row.get(24)?,
        fallback_why: row.get(25)?,
    })
}

/// A row that changed so much later than now was written before the clock was set back.
const CLOCK_SET_MS: i64 = 60_000;

impl Reader<'_> {
    /// By row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn send(&self, id: i64) -> Result<Option<SendRow>, StoreError> {
        self.row(select_send!("WHERE id = ?1"), [id], read)
    }

    /// Sends to go on with, the oldest first: queued and unknown ones that are due, and all that say
    /// `sending`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_sends(&self, connection: i64, now: Timestamp) -> Result<Vec<SendRow>, StoreError> {
        let mut open = self.rows(
            select_send!("WHERE connection_id = ?1 AND state = 'sending'"),
            [connection],
            read,
        )?;
        open.extend(self.rows(
            select_send!("WHERE connection_id = ?1 AND state = 'queued' AND due_at <= ?2"),
            params![connection, now],
            read,
        )?);
        // Written in the future: the clock was set back since, and what it was to wait says nothing.
        open.extend(self.rows(
            select_send!(
                "WHERE connection_id = ?1 AND state = 'unknown' AND (due_at <= ?2 OR changed_at > ?3)"
            ),
            params![connection, now, now.saturating_add(CLOCK_SET_MS)],
            read,
        )?);
        open.sort_by_key(|row| row.id);
        Ok(open)
    }

    /// When the next queued or unknown send is due.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_send_due(&self, connection: i64) -> Result<Option<Timestamp>, StoreError> {
        let first = |select| self.row(select, [connection], |row| Ok(row.get::<_, Timestamp>(0)?));
        let queued = first(
            "SELECT due_at FROM send WHERE connection_id = ?1 AND state = 'queued'
             ORDER BY due_at LIMIT 1",
        )?;
        let unknown = first(
            "SELECT due_at FROM send WHERE connection_id = ?1 AND state = 'unknown'
             ORDER BY due_at LIMIT 1",
        )?;
        Ok(queued.into_iter().chain(unknown).min())
    }
}

impl Writer<'_> {
    /// Marks a queued send as on its way, before its first byte leaves. None where it is not queued any
    /// more: somebody else took it, or took it back.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn claim_send(&self, id: i64, now: Timestamp) -> Result<Option<SendRow>, StoreError> {
        let claimed = self.change(
            "UPDATE send SET state = 'sending', sent_at = ?2, attempts = attempts + 1, changed_at = ?2
             WHERE id = ?1 AND state = 'queued'",
            params![id, now],
        )?;
        if claimed == 0 {
            return Ok(None);
        }
        self.send(id)
    }

    /// Stores a new one and answers it with its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the key is in use.
    pub fn insert_send(&self, new: &SendRow) -> Result<SendRow, StoreError> {
        self.change(
            "INSERT INTO send (connection_id, key, contact_id, lead_id, phone, email, channel,
                 line_id, text, text_hash, state, reason, message_id, scheduled_at, attempts, due_at,
                 sent_at, looks, created_at, changed_at, asked, intent, fallback)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20, ?21, ?22, ?23)",
            params![
                new.connection_id,
                new.key,
                text(new.contact_id.as_deref()),
                text(new.lead_id.as_deref()),
                text(new.phone.as_deref()),
                text(new.email.as_deref()),
                new.channel.as_str(),
                text(new.line_id.as_deref()),
                new.text,
                new.text_hash,
                new.state.as_str(),
                new.reason,
                text(new.message_id.as_deref()),
                new.scheduled_at,
                new.attempts,
                new.due_at,
                new.sent_at,
                new.looks,
                new.created_at,
                new.changed_at,
                to_json("send.asked", &new.asked)?,
                text(new.intent.as_deref()),
                new.fallback.as_str()
            ],
        )?;
        Ok(SendRow {
            id: self.last_id(),
            ..new.clone()
        })
    }

    /// Writes what may change: all but to whom, what, and when it was asked for.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn update_send(&self, row: &SendRow) -> Result<(), StoreError> {
        self.change(
            "UPDATE send SET lead_id = ?2, line_id = ?3, state = ?4, reason = ?5, message_id = ?6,
                 scheduled_at = ?7, attempts = ?8, due_at = ?9, sent_at = ?10, looks = ?11,
                 changed_at = ?12
             WHERE id = ?1",
            params![
                row.id,
                text(row.lead_id.as_deref()),
                text(row.line_id.as_deref()),
                row.state.as_str(),
                row.reason,
                text(row.message_id.as_deref()),
                row.scheduled_at,
                row.attempts,
                row.due_at,
                row.sent_at,
                row.looks,
                row.changed_at
            ],
        )?;
        Ok(())
    }
}
