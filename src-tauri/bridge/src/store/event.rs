//! Events: what Tuco reported, and where each stands.

use super::failure::StoreError;
use super::row::{given, json, to_json, word};
use super::{Reader, Writer};
use crate::event::{Channel, Event, Kind, Sighting, Source, Stage, TextState};
use crate::reason::Reason;
use rusqlite::{Row, params};
use std::collections::BTreeSet;
use wire::Timestamp;

/// What came of a look at a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The event's row.
    pub id: i64,
    /// It was not known.
    pub news: bool,
    /// It was known, and this look knew more.
    pub improved: bool,
}

/// How many events there are of one sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCount {
    /// What happened.
    pub kind: Kind,
    /// Where they stand.
    pub stage: Stage,
    /// Code of the reason; empty where there is none.
    pub reason_code: String,
    /// How many.
    pub events: u64,
}

/// How many events there are of each sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// Only sorts of which there are any.
    pub groups: Vec<EventCount>,
}

impl EventCounts {
    /// All that stand there.
    pub fn of_stage(&self, stage: Stage) -> u64 {
        self.sum(|group| group.stage == stage)
    }

    /// All of that kind.
    pub fn of_kind(&self, kind: Kind) -> u64 {
        self.sum(|group| group.kind == kind)
    }

    /// All.
    pub fn total(&self) -> u64 {
        self.sum(|_| true)
    }

    fn sum(&self, takes: impl Fn(&EventCount) -> bool) -> u64 {
        self.groups
            .iter()
            .filter(|group| takes(group))
            .map(|group| group.events)
            .sum()
    }
}

/// Somebody whose events wait, with the addresses that are known.
pub type Waiting = (String, Vec<String>);

/// A number of rows as SQLite takes it.
pub(super) fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

macro_rules! select_event {
    ($rest:literal) => {
        concat!(
            "SELECT id, connection_id, message_id, kind, channel, lead_id, phone, email, name, ",
            "line_id, text, text_state, attachments, occurred_at, seen_at, source, batch_id, ",
            "hs_contact_id, detail, stage, reason, looks, look_at, contact_id, how, campaign FROM event ",
            $rest
        )
    };
}
pub(super) use select_event;

fn stored<T>(
    row: &Row<'_>,
    column: usize,
    name: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    word(
        name,
        parse,
        row.get_ref(column)?.as_str().unwrap_or_default(),
    )
}

pub(super) fn read(row: &Row<'_>) -> Result<Event, StoreError> {
    let reason: String = row.get(20)?;
    Ok(Event {
        id: row.get(0)?,
        connection_id: row.get(1)?,
        sighting: Sighting {
            message_id: row.get(2)?,
            kind: stored(row, 3, "event.kind", Kind::parse)?,
            channel: stored(row, 4, "event.channel", Channel::parse)?,
            lead_id: given(row.get(5)?),
            phone: given(row.get(6)?),
            email: given(row.get(7)?),
            name: given(row.get(8)?),
            line_id: given(row.get(9)?),
            text: row.get(10)?,
            text_state: stored(row, 11, "event.text_state", TextState::parse)?,
            attachments: json(
                "event.attachments",
                row.get_ref(12)?.as_str().unwrap_or_default(),
            )?,
            occurred_at: row.get(13)?,
            source: stored(row, 15, "event.source", Source::parse)?,
            batch_id: given(row.get(16)?),
            campaign: given(row.get(25)?),
            hs_contact_id: given(row.get(17)?),
            detail: row.get(18)?,
        },
        seen_at: row.get(14)?,
        stage: stored(row, 19, "event.stage", Stage::parse)?,
        reason: if reason.is_empty() {
            None
        } else {
            Some(json("event.reason", &reason)?)
        },
        looks: row.get(21)?,
        look_at: row.get(22)?,
        contact_id: given(row.get(23)?),
        how: given(row.get(24)?),
    })
}

impl Reader<'_> {
    /// One event.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn event(&self, id: i64) -> Result<Option<Event>, StoreError> {
        self.row(select_event!("WHERE id = ?1"), params![id], read)
    }

    /// All that happened to a message.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn events_of_message(
        &self,
        connection: i64,
        message_id: &str,
    ) -> Result<Vec<Event>, StoreError> {
        self.rows(
            select_event!("WHERE connection_id = ?1 AND message_id = ?2 ORDER BY occurred_at, id"),
            params![connection, message_id],
            read,
        )
    }

    /// Those of these messages of which anything is known.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn known_messages(
        &self,
        connection: i64,
        ids: &[String],
    ) -> Result<BTreeSet<String>, StoreError> {
        let mut known = BTreeSet::new();
        for id in ids {
            let found = self.row(
                "SELECT 1 FROM event WHERE connection_id = ?1 AND message_id = ?2 LIMIT 1",
                params![connection, id],
                |row| Ok(row.get::<_, i64>(0)?),
            )?;
            if found.is_some() {
                known.insert(id.clone());
            }
        }
        Ok(known)
    }

    /// Events to be decided now: new ones, and waiting ones whose time has come; oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_events(
        &self,
        connection: i64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let limit = count(limit);
        let mut open = self.rows(
            select_event!(
                "WHERE connection_id = ?1 AND stage = 'new' ORDER BY occurred_at, id LIMIT ?2"
            ),
            params![connection, limit],
            read,
        )?;
        let waiting = self.rows(
            select_event!("WHERE connection_id = ?1 AND stage = 'waiting' AND look_at <= ?2 ORDER BY look_at, id LIMIT ?3"),
            params![connection, now, limit],
            read,
        )?;
        open.extend(waiting);
        open.sort_by_key(|event| (event.sighting.occurred_at, event.id));
        Ok(open)
    }

    /// When the next waiting event is to be looked at.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_look_at(&self, connection: i64) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT look_at FROM event WHERE connection_id = ?1 AND stage = 'waiting'
             ORDER BY look_at, id LIMIT 1",
            params![connection],
            |row| Ok(row.get(0)?),
        )
    }

    /// A person's events, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn events_by_person(
        &self,
        connection: i64,
        person: &str,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        self.rows(
            select_event!("WHERE connection_id = ?1 AND person = ?2 ORDER BY occurred_at DESC, id DESC LIMIT ?3"),
            params![connection, person, count(limit)],
            read,
        )
    }

    /// What was written to a contact's timeline, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn written_to_contact(
        &self,
        connection: i64,
        contact_id: &str,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        self.rows(
            select_event!(
                "WHERE connection_id = ?1 AND contact_id = ?2 AND contact_id <> ''
                 AND stage = 'written' ORDER BY occurred_at DESC, id DESC LIMIT ?3"
            ),
            params![connection, contact_id, count(limit)],
            read,
        )
    }

    /// The newest replies from a number.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn newest_replies_of(
        &self,
        connection: i64,
        phone: &str,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        self.rows(
            select_event!("WHERE connection_id = ?1 AND phone = ?2 AND kind = 'reply' ORDER BY occurred_at DESC LIMIT ?3"),
            params![connection, phone, count(limit)],
            read,
        )
    }

    /// Everybody whose events wait for a contact.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn waiting_people(
        &self,
        connection: i64,
        limit: usize,
    ) -> Result<Vec<Waiting>, StoreError> {
        let rows = self.rows(
            "SELECT DISTINCT event.person, event.phone, event.email,
                    coalesce(lead.phones, '[]'), coalesce(lead.emails, '[]')
             FROM event LEFT JOIN lead
               ON lead.connection_id = event.connection_id AND lead.lead_id = event.lead_id
             WHERE event.connection_id = ?1 AND event.stage = 'waiting' LIMIT ?2",
            params![connection, count(limit)],
            |row| {
                let phones: Vec<String> =
                    json("lead.phones", row.get_ref(3)?.as_str().unwrap_or_default())?;
                let emails: Vec<String> =
                    json("lead.emails", row.get_ref(4)?.as_str().unwrap_or_default())?;
                let own = [row.get::<_, String>(1)?, row.get::<_, String>(2)?];
                let all = own
                    .into_iter()
                    .chain(phones)
                    .chain(emails)
                    .filter(|one| !one.is_empty());
                Ok((row.get::<_, String>(0)?, all.collect()))
            },
        )?;
        Ok(rows)
    }

    /// How many there are of each sort.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn event_counts(&self, connection: i64) -> Result<EventCounts, StoreError> {
        let groups = self.rows(
            "SELECT kind, stage, reason_code, events FROM event_count
             WHERE connection_id = ?1 AND events > 0",
            params![connection],
            |row| {
                Ok(EventCount {
                    kind: stored(row, 0, "event_count.kind", Kind::parse)?,
                    stage: stored(row, 1, "event_count.stage", Stage::parse)?,
                    reason_code: row.get(2)?,
                    events: u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0),
                })
            },
        )?;
        Ok(EventCounts { groups })
    }
}

impl Writer<'_> {
    /// Moves an event to a stage that needs no time.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_stage(
        &self,
        id: i64,
        stage: Stage,
        reason: Option<&Reason>,
    ) -> Result<(), StoreError> {
        let words = reason
            .map(|reason| to_json("event.reason", reason))
            .transpose()?;
        self.change(
            "UPDATE event SET stage = ?2, reason_code = ?3, reason = ?4, look_at = NULL WHERE id = ?1",
            params![
                id,
                stage.as_str(),
                reason.map_or("", Reason::code),
                words.unwrap_or_default()
            ],
        )?;
        Ok(())
    }

    /// Holds an event until a time.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn wait(
        &self,
        id: i64,
        reason: &Reason,
        looks: u32,
        look_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE event SET stage = 'waiting', reason_code = ?2, reason = ?3, looks = ?4, look_at = ?5
             WHERE id = ?1",
            params![id, reason.code(), to_json("event.reason", reason)?, looks, look_at],
        )?;
        Ok(())
    }

    /// The contact is known.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn decided(
        &self,
        id: i64,
        contact_id: &str,
        how: &str,
        stage: Stage,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE event SET stage = ?4, contact_id = ?2, how = ?3, reason_code = '', reason = '',
                 look_at = NULL WHERE id = ?1",
            params![id, contact_id, how, stage.as_str()],
        )?;
        Ok(())
    }

    /// Lets these people's waiting events be looked at now.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn wake(
        &self,
        connection: i64,
        people: &[String],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for person in people {
            self.change(
                "UPDATE event SET look_at = ?3
                 WHERE connection_id = ?1 AND person = ?2 AND stage = 'waiting'",
                params![connection, person, now],
            )?;
        }
        Ok(())
    }

    /// Lets every waiting event be looked at now.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn wake_all(&self, connection: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE event SET look_at = ?2 WHERE connection_id = ?1 AND stage = 'waiting'",
            params![connection, now],
        )?;
        Ok(())
    }
}
