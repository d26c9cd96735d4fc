//! What changed in leads from one reading to the next, for the rules that watch it.
//!
//! Nothing is kept where no rule watches leads, and what was looked at is forgotten.

use super::failure::StoreError;
use super::people::{CopyRow, PeopleSide};
use super::row::json;
use super::{Reader, Writer};
use mapping::Values;
use rusqlite::params;
use wire::Timestamp;

/// Cursor: since when leads are watched, a slash, and the fields that are, parted by lines.
pub const WATCHED: &str = "rules.leads";

/// One field that changed. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct LeadChange {
    /// Row id.
    pub id: i64,
    /// Of which lead.
    pub lead: String,
    /// The field.
    pub name: String,
    /// What it was; empty for nothing.
    pub was: String,
    /// What it is; empty for nothing.
    pub became: String,
    /// After this moment, by this computer's clock.
    pub since: Timestamp,
    /// When the lead changed last, by Tuco's word, where that is after `since`.
    pub changed_at: Timestamp,
}

impl std::fmt::Debug for LeadChange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("LeadChange")
            .field("id", &self.id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// The oldest ones that nobody has looked at.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn lead_changes(&self, connection: i64, most: u32) -> Result<Vec<LeadChange>, StoreError> {
        self.rows(
            "SELECT id, lead_id, name, was, became, since, changed_at FROM lead_change
             WHERE connection_id = ?1 ORDER BY id LIMIT ?2",
            params![connection, most],
            |row| {
                Ok(LeadChange {
                    id: row.get(0)?,
                    lead: row.get(1)?,
                    name: row.get(2)?,
                    was: row.get(3)?,
                    became: row.get(4)?,
                    since: row.get(5)?,
                    changed_at: row.get(6)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Those up to this one were looked at.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_lead_changes(&self, connection: i64, until: i64) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM lead_change WHERE connection_id = ?1 AND id <= ?2",
            params![connection, until],
        )
        .map(drop)
    }

    /// Keeps what is news in a lead that was read before. Called before the copy is written over.
    pub(super) fn note_lead_change(
        &self,
        connection: i64,
        copy: &CopyRow,
    ) -> Result<(), StoreError> {
        let Some(watched) = self.cursor(connection, WATCHED)? else {
            return Ok(());
        };
        let before: Option<(Values, Timestamp)> = self.row(
            "SELECT content, read_at FROM person_copy
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, PeopleSide::Lead.as_str(), copy.id],
            |row| {
                let text = row.get_ref(0)?;
                let text = text.as_str().unwrap_or_default();
                Ok((json("person_copy.content", text)?, row.get(1)?))
            },
        )?;
        let Some((before, since)) = before else {
            return Ok(());
        };
        let names = watched.split_once('/').map_or("", |(_, names)| names);
        let told = copy
            .changed_at
            .filter(|at| (since..=copy.read_at).contains(at));
        for name in names.lines() {
            let was = before.get(name).map_or("", String::as_str);
            let became = copy.values.get(name).map_or("", String::as_str);
            if was == became {
                continue;
            }
            self.change(
                "INSERT INTO lead_change (connection_id, lead_id, name, was, became, since, changed_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![connection, copy.id, name, was, became, since, told.unwrap_or(since)],
            )?;
        }
        Ok(())
    }
}
