//! The user's choices for a connection, as text. What a key means is the settings' own affair.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use std::collections::BTreeMap;
use wire::Timestamp;

impl Reader<'_> {
    /// All that were ever set.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn settings(&self, connection: i64) -> Result<BTreeMap<String, String>, StoreError> {
        let rows = self.rows(
            "SELECT key, value FROM setting WHERE connection_id = ?1",
            [connection],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(rows.into_iter().collect())
    }
}

impl Writer<'_> {
    /// Sets one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_setting(
        &self,
        connection: i64,
        key: &str,
        value: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO setting (connection_id, key, value, changed_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
            params![connection, key, value, now],
        )?;
        Ok(())
    }

    /// Goes back to the default.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn unset_setting(&self, connection: i64, key: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM setting WHERE connection_id = ?1 AND key = ?2",
            params![connection, key],
        )?;
        Ok(())
    }
}
