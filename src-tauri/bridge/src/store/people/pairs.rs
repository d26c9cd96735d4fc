//! Which lead is which contact.

use super::super::failure::StoreError;
use super::super::row::{json, to_json};
use super::super::{Reader, Writer};
use super::PeopleSide;
use mapping::merge::Mirror;
use rusqlite::{Row, params};
use wire::Timestamp;

/// A lead that is a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairRow {
    /// The contact.
    pub contact_id: String,
    /// The lead.
    pub lead_id: String,
    /// How it was found: `by_hand`, `hs_contact_id`, `email`, `phone`, `created`.
    pub how: String,
    /// Since when.
    pub since: Timestamp,
    /// What the two last agreed on.
    pub mirror: Mirror,
}

const PAIR: &str = "SELECT contact_id, lead_id, how, since, mirror FROM pair ";

fn read(row: &Row<'_>) -> Result<PairRow, StoreError> {
    Ok(PairRow {
        contact_id: row.get(0)?,
        lead_id: row.get(1)?,
        how: row.get(2)?,
        since: row.get(3)?,
        mirror: json("pair.mirror", row.get_ref(4)?.as_str().unwrap_or_default())?,
    })
}

impl Reader<'_> {
    /// The pair that a record is in.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn pair_of(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<Option<PairRow>, StoreError> {
        let statement = match side {
            PeopleSide::Contact => format!("{PAIR} WHERE connection_id = ?1 AND contact_id = ?2"),
            PeopleSide::Lead => format!("{PAIR} WHERE connection_id = ?1 AND lead_id = ?2"),
        };
        self.row(&statement, params![connection, id], read)
    }

    /// Whether a person said that these two are not the same.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn is_no_pair(
        &self,
        connection: i64,
        contact_id: &str,
        lead_id: &str,
    ) -> Result<bool, StoreError> {
        let found = self.row(
            "SELECT 1 FROM not_pair WHERE connection_id = ?1 AND contact_id = ?2 AND lead_id = ?3",
            params![connection, contact_id, lead_id],
            |row| Ok(row.get::<_, i64>(0)?),
        )?;
        Ok(found.is_some())
    }

    /// How many pairs there are.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn pair_count(&self, connection: i64) -> Result<u64, StoreError> {
        Ok(self
            .row(
                "SELECT count(*) FROM pair WHERE connection_id = ?1",
                [connection],
                |row| Ok(row.get(0)?),
            )?
            .unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Adds or replaces a pair. Others that one of the two was in end.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_pair(&self, connection: i64, pair: &PairRow) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM pair WHERE connection_id = ?1 AND lead_id = ?2 AND contact_id <> ?3",
            params![connection, pair.lead_id, pair.contact_id],
        )?;
        self.change(
            "INSERT INTO pair (connection_id, contact_id, lead_id, how, since, mirror)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (connection_id, contact_id) DO UPDATE SET lead_id = excluded.lead_id,
                 how = excluded.how, since = excluded.since, mirror = excluded.mirror",
            params![
                connection,
                pair.contact_id,
                pair.lead_id,
                pair.how,
                pair.since,
                to_json("pair.mirror", &pair.mirror)?
            ],
        )?;
        Ok(())
    }

    /// Ends a pair.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn end_pair(&self, connection: i64, contact_id: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM pair WHERE connection_id = ?1 AND contact_id = ?2",
            params![connection, contact_id],
        )?;
        Ok(())
    }

    /// These two are not the same person, or after all they are.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_no_pair(
        &self,
        connection: i64,
        contact_id: &str,
        lead_id: &str,
        different: bool,
    ) -> Result<(), StoreError> {
        let statement = if different {
            "INSERT OR IGNORE INTO not_pair (connection_id, contact_id, lead_id) VALUES (?1, ?2, ?3)"
        } else {
            "DELETE FROM not_pair WHERE connection_id = ?1 AND contact_id = ?2 AND lead_id = ?3"
        };
        self.change(statement, params![connection, contact_id, lead_id])?;
        Ok(())
    }

    /// Writes down that a link was made or ended.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_pair_step(
        &self,
        connection: i64,
        what: &str,
        how: &str,
        contact_id: &str,
        lead_id: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO pair_step (connection_id, at, what, how, contact_id, lead_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![connection, now, what, how, contact_id, lead_id],
        )?;
        Ok(())
    }
}
