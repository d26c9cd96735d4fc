//! Writes to either side, and conflicts.

use super::super::failure::StoreError;
use super::super::row::{given, text, to_json};
use super::super::{Reader, Writer};
use mapping::Values;
use rusqlite::{Row, params};
use wire::Timestamp;

/// A write that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPeopleEffect<'a> {
    /// `lead_create`, `lead_update`, `contact_create` or `contact_update`.
    pub kind: &'a str,
    /// The contact, where it is known.
    pub contact_id: &'a str,
    /// The lead, where it is known.
    pub lead_id: &'a str,
    /// What is written.
    pub values: &'a Values,
}

/// A conflict that has just been found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConflict<'a> {
    /// The contact.
    pub contact_id: &'a str,
    /// The lead.
    pub lead_id: &'a str,
    /// The mapping's row.
    pub row_key: &'a str,
    /// What HubSpot held.
    pub contact: &'a str,
    /// What Tuco held.
    pub lead: &'a str,
    /// `contact`, `lead`, or none.
    pub winner: Option<&'a str>,
    /// The rule.
    pub rule: &'a str,
}

/// A conflict as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// Its number.
    pub id: i64,
    /// The contact.
    pub contact_id: String,
    /// The lead.
    pub lead_id: String,
    /// The mapping's row.
    pub row_key: String,
    /// What HubSpot held.
    pub contact: String,
    /// What Tuco held.
    pub lead: String,
    /// `contact`, `lead`, or none.
    pub winner: Option<String>,
    /// The rule.
    pub rule: String,
    /// When.
    pub at: Timestamp,
    /// When it was put back by hand.
    pub undone_at: Option<Timestamp>,
}

fn read_conflict(row: &Row<'_>) -> Result<ConflictRow, StoreError> {
    Ok(ConflictRow {
        id: row.get(0)?,
        contact_id: row.get(1)?,
        lead_id: row.get(2)?,
        row_key: row.get(3)?,
        contact: row.get(4)?,
        lead: row.get(5)?,
        winner: given(row.get(6)?),
        rule: row.get(7)?,
        at: row.get(8)?,
        undone_at: row.get(9)?,
    })
}

impl Reader<'_> {
    /// Conflicts, the newest first; of one contact where it is named.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn conflicts(
        &self,
        connection: i64,
        contact_id: Option<&str>,
        most: usize,
    ) -> Result<Vec<ConflictRow>, StoreError> {
        self.rows(
            "SELECT id, contact_id, lead_id, row_key, contact_value, lead_value, winner, rule, at, undone_at
             FROM people_conflict
             WHERE connection_id = ?1 AND (?2 = '' OR contact_id = ?2) ORDER BY id DESC LIMIT ?3",
            params![connection, text(contact_id), most],
            read_conflict,
        )
    }

    /// One conflict.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn conflict(&self, connection: i64, id: i64) -> Result<Option<ConflictRow>, StoreError> {
        self.row(
            "SELECT id, contact_id, lead_id, row_key, contact_value, lead_value, winner, rule, at, undone_at
             FROM people_conflict WHERE connection_id = ?1 AND id = ?2",
            params![connection, id],
            read_conflict,
        )
    }

    /// Writes that were on their way when the program ended: number, contact and lead.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_effects_in_flight(
        &self,
        connection: i64,
    ) -> Result<Vec<(i64, String, String)>, StoreError> {
        self.rows(
            "SELECT id, contact_id, lead_id FROM people_effect
             WHERE connection_id = ?1 AND progress = 'sending' ORDER BY id",
            [connection],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    /// What HubSpot said when it last refused to make or to change a person's contact, in words; nothing where it
    /// did not refuse the last time, or the stable word was all.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_refusal(
        &self,
        connection: i64,
        contact: Option<&str>,
        lead: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        let found: Option<(String, String)> = self.row(
            "SELECT progress, cause FROM people_effect
             WHERE connection_id = ?1 AND kind IN ('contact_update', 'contact_create')
                 AND ((?2 <> '' AND contact_id = ?2) OR (?3 <> '' AND lead_id = ?3))
             ORDER BY id DESC LIMIT 1",
            params![connection, text(contact), text(lead)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(found
            .filter(|(progress, cause)| progress == "refused" && cause.contains(' '))
            .map(|(_, cause)| cause))
    }

    /// When a write about a lead was last left with an unknown outcome.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn unknown_since(
        &self,
        connection: i64,
        lead_id: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT max(created_at) FROM people_effect
             WHERE connection_id = ?1 AND lead_id = ?2 AND progress = 'unknown'",
            params![connection, lead_id],
            |row| Ok(row.get(0)?),
        )
        .map(Option::flatten)
    }
}

impl Writer<'_> {
    /// Writes down what is about to leave. Its number.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn begin_people_effect(
        &self,
        connection: i64,
        effect: &NewPeopleEffect<'_>,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO people_effect (connection_id, kind, contact_id, lead_id, content, hash, progress,
                 created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'sending', ?7)",
            params![
                connection,
                effect.kind,
                effect.contact_id,
                effect.lead_id,
                to_json("people_effect.content", effect.values)?,
                mapping::content::of_all(effect.values),
                now
            ],
        )?;
        Ok(self.last_id())
    }

    /// How a write ended: `done`, `refused` or `unknown`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn end_people_effect(
        &self,
        id: i64,
        progress: &str,
        cause: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE people_effect SET progress = ?2, cause = ?3, done_at = ?4 WHERE id = ?1",
            params![id, progress, cause, now],
        )?;
        Ok(())
    }

    /// Keeps a conflict with both values, unless it is the newest of its kind already: a write that was cut off
    /// is tried again. Whether it was kept.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_conflict(
        &self,
        connection: i64,
        conflict: &NewConflict<'_>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT INTO people_conflict (connection_id, contact_id, lead_id, row_key, contact_value,
                 lead_value, winner, rule, at)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
             WHERE (?5, ?6, ?7) IS NOT (SELECT contact_value, lead_value, winner FROM people_conflict
                 WHERE connection_id = ?1 AND contact_id = ?2 AND lead_id = ?3 AND row_key = ?4
                     AND undone_at IS NULL
                 ORDER BY id DESC LIMIT 1)",
            params![
                connection,
                conflict.contact_id,
                conflict.lead_id,
                conflict.row_key,
                conflict.contact,
                conflict.lead,
                text(conflict.winner),
                conflict.rule,
                now
            ],
        )?;
        Ok(added > 0)
    }

    /// A person said which value stays: `contact` or `lead`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn settle_conflict(&self, id: i64, winner: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE people_conflict SET winner = ?2, rule = 'by_hand', undone_at = NULL WHERE id = ?1",
            params![id, winner],
        )?;
        Ok(())
    }

    /// What lost was put back.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn undo_conflict(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE people_conflict SET undone_at = ?2 WHERE id = ?1",
            params![id, now],
        )?;
        Ok(())
    }
}
