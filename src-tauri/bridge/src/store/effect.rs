//! The outbox, which is also the ledger of everything that was written.

use super::event::count;
use super::failure::StoreError;
use super::row::{given, json, text, to_json, word};
use super::{Reader, Writer};
use crate::effect::{Effect, Progress, Write};
use crate::mirror::kept;
use crate::reason::Reason;
use rusqlite::{Row, params};
use std::collections::BTreeMap;
use wire::Timestamp;

/// An effect to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEffect {
    /// Whose.
    pub connection_id: i64,
    /// See [`Effect::key`].
    pub key: String,
    /// The event behind it.
    pub event_id: Option<i64>,
    /// On whom.
    pub contact_id: String,
    /// What.
    pub write: Write,
    /// Not before.
    pub due_at: Timestamp,
    /// When it was decided.
    pub created_at: Timestamp,
    /// Whether it may have been done before this file was kept: then it is looked up first.
    pub doubtful: bool,
}

/// How many effects there are in each progress.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EffectCounts {
    /// To be done.
    pub queued: u64,
    /// On their way.
    pub sending: u64,
    /// Without an answer.
    pub unknown: u64,
    /// Done.
    pub done: u64,
    /// Waiting for a person.
    pub parked: u64,
    /// A person said no.
    pub dropped: u64,
}

impl EffectCounts {
    /// Those that the loop has still to deal with.
    pub fn open(&self) -> u64 {
        self.queued + self.sending + self.unknown
    }
}

macro_rules! select_effect {
    ($rest:literal) => {
        concat!(
            "SELECT id, connection_id, key, event_id, contact_id, write, progress, attempts, ",
            "refusals, due_at, sent_at, cause, result_id, correlation_id, created_at, done_at ",
            "FROM effect ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<Effect, StoreError> {
    let stored = |column: usize| {
        row.get_ref(column)
            .map(|value| value.as_str().unwrap_or_default())
    };
    let cause = stored(11)?;
    Ok(Effect {
        id: row.get(0)?,
        connection_id: row.get(1)?,
        key: row.get(2)?,
        event_id: row.get(3)?,
        contact_id: row.get(4)?,
        write: json("effect.write", stored(5)?)?,
        progress: word("effect.progress", Progress::parse, stored(6)?)?,
        attempts: row.get(7)?,
        refusals: row.get(8)?,
        due_at: row.get(9)?,
        sent_at: row.get(10)?,
        cause: if cause.is_empty() {
            None
        } else {
            Some(json("effect.cause", cause)?)
        },
        result_id: given(row.get(12)?),
        correlation_id: given(row.get(13)?),
        created_at: row.get(14)?,
        done_at: row.get(15)?,
    })
}

impl Reader<'_> {
    /// By row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effect(&self, id: i64) -> Result<Option<Effect>, StoreError> {
        self.row(select_effect!("WHERE id = ?1"), [id], read)
    }

    /// All that an event led to.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effects_by_event(&self, event_id: i64) -> Result<Vec<Effect>, StoreError> {
        self.rows(
            select_effect!("WHERE event_id = ?1 ORDER BY id"),
            [event_id],
            read,
        )
    }

    /// Queued effects that are due, the longest due first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn due_effects(
        &self,
        connection: i64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Effect>, StoreError> {
        self.rows(
            select_effect!(
                "WHERE connection_id = ?1 AND progress = 'queued' AND due_at <= ?2
                 ORDER BY due_at, id LIMIT ?3"
            ),
            params![connection, now, count(limit)],
            read,
        )
    }

    /// Effects that are on their way or whose outcome is unknown, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effects_in_flight(&self, connection: i64) -> Result<Vec<Effect>, StoreError> {
        let mut found = self.rows(
            select_effect!("WHERE connection_id = ?1 AND progress = 'sending' ORDER BY id"),
            [connection],
            read,
        )?;
        found.extend(self.rows(
            select_effect!("WHERE connection_id = ?1 AND progress = 'unknown'"),
            [connection],
            read,
        )?);
        found.sort_by_key(|effect| effect.id);
        Ok(found)
    }

    /// When the next queued or unknown effect is due.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_effect_due(&self, connection: i64) -> Result<Option<Timestamp>, StoreError> {
        let first = |select| self.row(select, [connection], |row| Ok(row.get::<_, Timestamp>(0)?));
        let queued = first(
            "SELECT due_at FROM effect WHERE connection_id = ?1 AND progress = 'queued'
             ORDER BY due_at LIMIT 1",
        )?;
        let unknown = first(
            "SELECT due_at FROM effect WHERE connection_id = ?1 AND progress = 'unknown'
             ORDER BY due_at LIMIT 1",
        )?;
        Ok(queued.into_iter().chain(unknown).min())
    }

    /// Effects that wait for a person, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn parked_effects(&self, connection: i64, limit: usize) -> Result<Vec<Effect>, StoreError> {
        self.rows(
            select_effect!("WHERE connection_id = ?1 AND progress = 'parked' ORDER BY id LIMIT ?2"),
            params![connection, count(limit)],
            read,
        )
    }

    /// How many there are in each progress. Kept by the writes, so it costs the same at any size.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effect_counts(&self, connection: i64) -> Result<EffectCounts, StoreError> {
        let rows = self.rows(
            "SELECT progress, sum(effects) FROM effect_count WHERE connection_id = ?1
             GROUP BY progress",
            [connection],
            |row| {
                let progress = row.get_ref(0)?.as_str().unwrap_or_default();
                let progress = word("effect_count.progress", Progress::parse, progress)?;
                Ok((progress, row.get::<_, u64>(1)?))
            },
        )?;
        let mut counts = EffectCounts::default();
        for (progress, effects) in rows {
            *match progress {
                Progress::Queued => &mut counts.queued,
                Progress::Sending => &mut counts.sending,
                Progress::Unknown => &mut counts.unknown,
                Progress::Done => &mut counts.done,
                Progress::Parked => &mut counts.parked,
                Progress::Dropped => &mut counts.dropped,
            } = effects;
        }
        Ok(counts)
    }
}

impl Writer<'_> {
    /// Puts an effect into the outbox. False where one of the same key is or was there: this is what
    /// keeps one event from being written twice.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn enqueue(&self, new: &NewEffect) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT INTO effect (connection_id, key, event_id, contact_id, word, write, progress,
                 due_at, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, iif(?9, 'unknown', 'queued'), ?7, ?8)
             ON CONFLICT (connection_id, key) DO NOTHING",
            params![
                new.connection_id,
                new.key,
                new.event_id,
                new.contact_id,
                new.write.word(),
                to_json("effect.write", &new.write)?,
                new.due_at,
                new.created_at,
                new.doubtful
            ],
        )?;
        Ok(added > 0)
    }

    /// Keeps properties of a contact up to date: one queued effect a contact, in which a later value
    /// takes the place of an earlier one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_upkeep(
        &self,
        connection: i64,
        contact_id: &str,
        properties: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let queued = self.row(
            select_effect!(
                "WHERE connection_id = ?1 AND contact_id = ?2 AND progress = 'queued'
                   AND word = 'upkeep'"
            ),
            params![connection, contact_id],
            read,
        )?;
        if let Some(queued) = queued
            && let Write::Upkeep {
                properties: mut merged,
            } = queued.write
        {
            // Events are not always decided in the order in which they happened.
            let news = kept::news(|name| merged.get(name).map(String::as_str), properties);
            merged.extend(news);
            let write = Write::Upkeep { properties: merged };
            self.change(
                "UPDATE effect SET write = ?2 WHERE id = ?1",
                params![queued.id, to_json("effect.write", &write)?],
            )?;
            return Ok(());
        }
        // Upkeep may be repeated, so its key only has to be new.
        let last: i64 = self
            .row(
                "SELECT seq FROM sqlite_sequence WHERE name = 'effect'",
                [],
                |row| Ok(row.get(0)?),
            )?
            .unwrap_or_default();
        self.enqueue(&NewEffect {
            connection_id: connection,
            key: format!("upkeep:{contact_id}:{}", last.saturating_add(1)),
            event_id: None,
            contact_id: contact_id.to_owned(),
            write: Write::Upkeep {
                properties: properties.clone(),
            },
            due_at: now,
            created_at: now,
            doubtful: false,
        })?;
        Ok(())
    }

    /// Lets everything that waits for another try be tried now: a new run does not wait out the old
    /// one's back-offs.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn hurry_effects(&self, connection: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET due_at = ?2
             WHERE connection_id = ?1 AND progress = 'queued' AND due_at > ?2",
            params![connection, now],
        )?;
        Ok(())
    }

    /// Notes, before the first byte leaves, that these are on their way. How many of them were queued
    /// or unknown until now; the others are left alone.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn mark_sending(&self, ids: &[i64], now: Timestamp) -> Result<usize, StoreError> {
        let mut marked = 0;
        for id in ids {
            marked += self.change(
                "UPDATE effect SET progress = 'sending', sent_at = ?2, attempts = attempts + 1
                 WHERE id = ?1 AND progress IN ('queued', 'unknown')",
                params![id, now],
            )?;
        }
        Ok(marked)
    }

    /// It is in HubSpot. The event of a timeline entry is written with it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effect_done(
        &self,
        id: i64,
        result_id: &str,
        correlation_id: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET progress = 'done', result_id = ?2, correlation_id = ?3, done_at = ?4,
                 cause = ''
             WHERE id = ?1",
            params![id, result_id, text(correlation_id), now],
        )?;
        self.stage_of_entry(id, "written", None)
    }

    /// To be tried again. `attempts` and `refusals` are the new totals.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn requeue(
        &self,
        id: i64,
        due_at: Timestamp,
        attempts: u32,
        refusals: u32,
        cause: Option<&Reason>,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET progress = 'queued', due_at = ?2, attempts = ?3, refusals = ?4,
                 cause = ?5
             WHERE id = ?1",
            params![id, due_at, attempts, refusals, stored_cause(cause)?],
        )?;
        Ok(())
    }

    /// It left and no answer came; to be looked up at `due_at`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn effect_unknown(&self, id: i64, due_at: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET progress = 'unknown', due_at = ?2 WHERE id = ?1",
            params![id, due_at],
        )?;
        Ok(())
    }

    /// Given up until a person looks. The event of a timeline entry has failed with it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn park(&self, id: i64, reason: &Reason) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET progress = 'parked', cause = ?2 WHERE id = ?1",
            params![id, stored_cause(Some(reason))?],
        )?;
        self.stage_of_entry(id, "failed", Some(reason))
    }

    /// A person said no. The event of a timeline entry stays in the log.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn drop_effect(&self, id: i64) -> Result<(), StoreError> {
        self.change("UPDATE effect SET progress = 'dropped' WHERE id = ?1", [id])?;
        self.stage_of_entry(id, "skipped", Some(&Reason::Dropped))
    }

    /// A person says to try a parked one again. False where it is not parked.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn retry_effect(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let changed = self.change(
            "UPDATE effect SET progress = 'queued', due_at = ?2, refusals = 0, cause = ''
             WHERE id = ?1 AND progress = 'parked'",
            params![id, now],
        )?;
        if changed > 0 {
            self.stage_of_entry(id, "queued", None)?;
        }
        Ok(changed > 0)
    }

    /// Another content, to be tried at once.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rewrite(&self, id: i64, write: &Write, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET write = ?2, progress = 'queued', due_at = ?3
             WHERE id = ?1 AND progress IN ('queued', 'sending', 'unknown', 'parked')",
            params![id, to_json("effect.write", write)?, now],
        )?;
        Ok(())
    }

    /// Removes an effect that was certainly not done, and makes its event new, so that it is decided
    /// again. The event's id; none where there is no such effect, or it is done, dropped or unknown.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn take_back(&self, id: i64) -> Result<Option<i64>, StoreError> {
        let event: Option<Option<i64>> = self.row(
            "DELETE FROM effect WHERE id = ?1 AND progress IN ('queued', 'sending', 'parked')
             RETURNING iif(word = 'entry', event_id, NULL)",
            [id],
            |row| Ok(row.get(0)?),
        )?;
        let Some(Some(event)) = event else {
            return Ok(None);
        };
        self.change(
            "UPDATE event SET stage = 'new', reason_code = '', reason = '', look_at = NULL,
                 contact_id = '', how = ''
             WHERE id = ?1",
            [event],
        )?;
        Ok(Some(event))
    }

    /// Only a timeline entry is what its event is about; upkeep goes its own way.
    pub(super) fn stage_of_entry(
        &self,
        id: i64,
        stage: &str,
        reason: Option<&Reason>,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE event SET stage = ?2, reason_code = ?3, reason = ?4, look_at = NULL
             WHERE id = (SELECT event_id FROM effect WHERE id = ?1 AND word = 'entry')",
            params![
                id,
                stage,
                reason.map_or("", Reason::code),
                stored_cause(reason)?
            ],
        )?;
        Ok(())
    }
}

fn stored_cause(cause: Option<&Reason>) -> Result<String, StoreError> {
    Ok(cause
        .map(|cause| to_json("effect.cause", cause))
        .transpose()?
        .unwrap_or_default())
}
