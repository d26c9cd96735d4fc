//! Mappings that were applied, and documents of which a connection has one each.

use super::super::failure::StoreError;
use super::super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A mapping that holds or held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingVersion {
    /// Its number.
    pub id: i64,
    /// Since when.
    pub at: Timestamp,
    /// What it changed, in words.
    pub says: String,
    /// The mapping, as its file.
    pub body: String,
}

impl Reader<'_> {
    /// Mappings that were applied, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn mapping_versions(
        &self,
        connection: i64,
        most: usize,
    ) -> Result<Vec<MappingVersion>, StoreError> {
        self.rows(
            "SELECT id, at, says, body FROM mapping_version WHERE connection_id = ?1
             ORDER BY id DESC LIMIT ?2",
            params![connection, most],
            |row| {
                Ok(MappingVersion {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    says: row.get(2)?,
                    body: row.get(3)?,
                })
            },
        )
    }

    /// A document and when it was kept.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_document(
        &self,
        connection: i64,
        name: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        self.row(
            "SELECT body, changed_at FROM people_document WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Documents whose names begin alike, with their bodies.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_documents(
        &self,
        connection: i64,
        beginning: &str,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.rows(
            "SELECT name, body FROM people_document
             WHERE connection_id = ?1 AND substr(name, 1, length(?2)) = ?2 ORDER BY name",
            params![connection, beginning],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl Writer<'_> {
    /// Keeps a mapping as the one that holds. Its number.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_mapping_version(
        &self,
        connection: i64,
        says: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO mapping_version (connection_id, at, says, body) VALUES (?1, ?2, ?3, ?4)",
            params![connection, now, says, body],
        )?;
        Ok(self.last_id())
    }

    /// Keeps a document; one of the same name is replaced.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_people_document(
        &self,
        connection: i64,
        name: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO people_document (connection_id, name, body, changed_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at",
            params![connection, name, body, now],
        )?;
        Ok(())
    }

    /// Forgets a document.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_people_document(&self, connection: i64, name: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM people_document WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
        )?;
        Ok(())
    }
}
