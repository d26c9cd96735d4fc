//! How far a road has been read. Moved in the same transaction as the rows that it covers.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

impl Reader<'_> {
    /// The cursor of that name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn cursor(&self, connection: i64, name: &str) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT value FROM cursor WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
            |row| Ok(row.get(0)?),
        )
    }

    /// The cursor of that name as a number, such as a moment.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] where it holds something else.
    pub fn cursor_number(&self, connection: i64, name: &str) -> Result<Option<i64>, StoreError> {
        self.cursor(connection, name)?
            .map(|value| {
                value.parse().map_err(|_| StoreError::Unreadable {
                    column: "cursor.value",
                })
            })
            .transpose()
    }

    /// The cursor of that name and when it was set.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn cursor_and_time(
        &self,
        connection: i64,
        name: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        self.row(
            "SELECT value, moved_at FROM cursor WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl Writer<'_> {
    /// Moves it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_cursor(
        &self,
        connection: i64,
        name: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO cursor (connection_id, name, value, moved_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET value = excluded.value, moved_at = excluded.moved_at",
            params![connection, name, value, now],
        )?;
        Ok(())
    }

    /// Forgets it: the road is read from its start again.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_cursor(&self, connection: i64, name: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM cursor WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
        )?;
        Ok(())
    }
}
