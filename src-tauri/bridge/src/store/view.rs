//! Filters of the log that somebody kept under a name.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A kept filter. What is in it is the affair of whoever keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewRow {
    /// Row id.
    pub id: i64,
    /// Unique within the connection.
    pub name: String,
    /// The filter, as text.
    pub filter: String,
}

impl Reader<'_> {
    /// All of a connection, by name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn views(&self, connection: i64) -> Result<Vec<ViewRow>, StoreError> {
        self.rows(
            "SELECT id, name, filter FROM view WHERE connection_id = ?1 ORDER BY name, id",
            [connection],
            |row| {
                Ok(ViewRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    filter: row.get(2)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Keeps a filter; one of the same name is replaced. Its row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_view(
        &self,
        connection: i64,
        name: &str,
        filter: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let id = self.row(
            "INSERT INTO view (connection_id, name, filter, changed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (connection_id, name)
             DO UPDATE SET filter = excluded.filter, changed_at = excluded.changed_at
             RETURNING id",
            params![connection, name, filter, now],
            |row| Ok(row.get(0)?),
        )?;
        id.ok_or(StoreError::Missing)
    }

    /// Forgets one. It is no error where it is gone already.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_view(&self, connection: i64, id: i64) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM view WHERE connection_id = ?1 AND id = ?2",
            params![connection, id],
        )?;
        Ok(())
    }
}
