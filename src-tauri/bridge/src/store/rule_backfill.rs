//! A rule that is run on those who fit it already: who is still to be looked at.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// How far it came.
    BackfillState {
        /// Somebody is still to be looked at.
        On = "on",
        /// Everybody was looked at.
        Done = "done",
        /// It ended before that; the reason says why.
        Stopped = "stopped",
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackfillRow {
    /// Row id.
    pub id: i64,
    /// Which rule.
    pub rule_id: i64,
    /// As it was in this version.
    pub version: i64,
    /// See [`BackfillState`].
    pub state: BackfillState,
    /// Why it stopped; empty where it did not.
    pub reason: String,
    /// How many it began with.
    pub people: u64,
    /// How many of them are still to be looked at.
    pub left: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// By whose word.
    pub started_by: String,
}

fn read(row: &Row<'_>) -> Result<BackfillRow, StoreError> {
    Ok(BackfillRow {
        id: row.get(0)?,
        rule_id: row.get(1)?,
        version: row.get(2)?,
        state: word(
            "rule_backfill.state",
            BackfillState::parse,
            row.get_ref(3)?.as_str().unwrap_or_default(),
        )?,
        reason: row.get(4)?,
        people: row.get(5)?,
        left: row.get(6)?,
        started_at: row.get(7)?,
        started_by: row.get(8)?,
    })
}

macro_rules! select_backfill {
    ($rest:literal) => {
        concat!(
            "SELECT id, rule_id, version, state, reason, people, ",
            "(SELECT count(*) FROM rule_backfill_person WHERE backfill_id = rule_backfill.id), ",
            "started_at, started_by FROM rule_backfill ",
            $rest
        )
    };
}

impl Reader<'_> {
    /// The last one of a rule.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn backfill_of(&self, rule: i64) -> Result<Option<BackfillRow>, StoreError> {
        self.row(
            select_backfill!("WHERE rule_id = ?1 ORDER BY id DESC LIMIT 1"),
            [rule],
            read,
        )
    }

    /// Those in which somebody is still to be looked at, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_backfills(&self, connection: i64) -> Result<Vec<BackfillRow>, StoreError> {
        self.rows(
            select_backfill!("WHERE connection_id = ?1 AND state = 'on' ORDER BY id"),
            [connection],
            read,
        )
    }

    /// Who is next.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn backfill_people(&self, backfill: i64, most: u32) -> Result<Vec<String>, StoreError> {
        self.rows(
            "SELECT contact_id FROM rule_backfill_person WHERE backfill_id = ?1
             ORDER BY length(contact_id), contact_id LIMIT ?2",
            params![backfill, most],
            |row| Ok(row.get(0)?),
        )
    }
}

impl Writer<'_> {
    /// Begins one. False where one of the rule is on its way.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn start_backfill(
        &self,
        (connection, rule, version): (i64, i64, i64),
        people: &[String],
        by: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let many = i64::try_from(people.len()).unwrap_or(i64::MAX);
        let begun: Option<i64> = self.row(
            "INSERT INTO rule_backfill (connection_id, rule_id, version, people, started_at,
                 started_by, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5) ON CONFLICT DO NOTHING RETURNING id",
            params![connection, rule, version, many, now, by],
            |row| Ok(row.get(0)?),
        )?;
        let Some(id) = begun else {
            return Ok(false);
        };
        for contact in people {
            self.change(
                "INSERT OR IGNORE INTO rule_backfill_person (backfill_id, contact_id) VALUES (?1, ?2)",
                params![id, contact],
            )?;
        }
        Ok(true)
    }

    /// This one was looked at; with the last one it is done.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn backfill_looked_at(
        &self,
        backfill: i64,
        contact: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM rule_backfill_person WHERE backfill_id = ?1 AND contact_id = ?2",
            params![backfill, contact],
        )?;
        self.change(
            "UPDATE rule_backfill SET changed_at = ?2, state = CASE WHEN EXISTS
                 (SELECT 1 FROM rule_backfill_person WHERE backfill_id = ?1) THEN 'on' ELSE 'done' END
             WHERE id = ?1 AND state = 'on'",
            params![backfill, now],
        )
        .map(drop)
    }

    /// Whoever is left is not looked at. How many that were.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn stop_backfill_of(
        &self,
        rule: i64,
        reason: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let left = self.change(
            "DELETE FROM rule_backfill_person WHERE backfill_id IN
                 (SELECT id FROM rule_backfill WHERE rule_id = ?1 AND state = 'on')",
            [rule],
        )?;
        self.change(
            "UPDATE rule_backfill SET state = 'stopped', reason = ?2, changed_at = ?3
             WHERE rule_id = ?1 AND state = 'on'",
            params![rule, reason, now],
        )?;
        Ok(left)
    }
}
