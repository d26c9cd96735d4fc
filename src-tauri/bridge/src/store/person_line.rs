//! Which line a rule gave a person.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

impl Reader<'_> {
    /// Since when a contact has which line.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn line_of_person(
        &self,
        connection: i64,
        contact: &str,
    ) -> Result<Option<(Timestamp, String)>, StoreError> {
        self.row(
            "SELECT since, line_id FROM person_line WHERE connection_id = ?1 AND contact_id = ?2",
            params![connection, contact],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

impl Writer<'_> {
    /// Gives a contact this line; without one it has none any more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn give_line(
        &self,
        connection: i64,
        contact: &str,
        line: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match line {
            Some(line) => self.change(
                "INSERT INTO person_line (connection_id, contact_id, line_id, since)
                 VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET line_id = excluded.line_id, since = excluded.since",
                params![connection, contact, line, now],
            ),
            None => self.change(
                "DELETE FROM person_line WHERE connection_id = ?1 AND contact_id = ?2",
                params![connection, contact],
            ),
        }
        .map(drop)
    }
}
