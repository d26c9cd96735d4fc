//! What a contact is tied to, as it was read when somebody looked at it.

use crate::store::{Reader, StoreError, Writer};
use rusqlite::params;
use wire::Timestamp;

const MONTH_MS: i64 = 30 * 24 * 60 * 60_000;

impl Reader<'_> {
    /// Of each kind of record what was kept of it, and when.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn beside(
        &self,
        connection: i64,
        contact: &str,
    ) -> Result<Vec<(String, String, Timestamp)>, StoreError> {
        self.rows(
            "SELECT kind, body, read_at FROM person_beside
             WHERE connection_id = ?1 AND contact_id = ?2 ORDER BY kind",
            params![connection, contact],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }
}

impl Writer<'_> {
    /// Keeps what was read of one kind; what was read before is replaced.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_beside(
        &self,
        connection: i64,
        contact: &str,
        kind: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO person_beside (connection_id, contact_id, kind, body, read_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET body = excluded.body, read_at = excluded.read_at",
            params![connection, contact, kind, body, now],
        )?;
        // Whoever was not looked at for a month is not kept.
        self.change(
            "DELETE FROM person_beside WHERE connection_id = ?1 AND read_at < ?2",
            params![connection, now - MONTH_MS],
        )?;
        Ok(())
    }

    /// Forgets what was read of a contact; of every contact where none is named.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_beside(&self, connection: i64, contact: Option<&str>) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM person_beside
             WHERE connection_id = ?1 AND (?2 IS NULL OR contact_id = ?2)",
            params![connection, contact],
        )?;
        Ok(())
    }
}
