//! How many calls went to each side on a day, for the budget that people are shown.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;

impl Reader<'_> {
    /// Calls to a side from one day to another, both included. Days as `2026-06-02`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn calls(
        &self,
        connection: i64,
        side: &str,
        first_day: &str,
        last_day: &str,
    ) -> Result<u64, StoreError> {
        let sum = self.row(
            "SELECT coalesce(sum(calls), 0) FROM call_count
             WHERE connection_id = ?1 AND side = ?2 AND day BETWEEN ?3 AND ?4",
            params![connection, side, first_day, last_day],
            |row| Ok(row.get(0)?),
        )?;
        Ok(sum.unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Adds calls to a day.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_calls(
        &self,
        connection: i64,
        day: &str,
        side: &str,
        calls: u64,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO call_count (connection_id, day, side, calls) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET calls = calls + excluded.calls",
            params![
                connection,
                day,
                side,
                i64::try_from(calls).unwrap_or(i64::MAX)
            ],
        )?;
        Ok(())
    }
}
