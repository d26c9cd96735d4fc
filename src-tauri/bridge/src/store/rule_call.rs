//! What rules asked HubSpot and Tuco on a day, by what was read.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use std::collections::BTreeMap;

/// Calls to HubSpot and to Tuco.
pub type Calls = (u64, u64);

impl Reader<'_> {
    /// By reading, from one day to another, both included. Days as `2026-06-02`.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_calls(
        &self,
        connection: i64,
        first_day: &str,
        last_day: &str,
    ) -> Result<BTreeMap<String, Calls>, StoreError> {
        let rows = self.rows(
            "SELECT reading, sum(hubspot), sum(tuco) FROM rule_call
             WHERE connection_id = ?1 AND day BETWEEN ?2 AND ?3 GROUP BY reading",
            params![connection, first_day, last_day],
            |row| Ok((row.get::<_, String>(0)?, (row.get(1)?, row.get(2)?))),
        )?;
        Ok(rows.into_iter().collect())
    }
}

impl Writer<'_> {
    /// Adds calls to a day; days before `kept_from` are forgotten.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_rule_calls(
        &self,
        connection: i64,
        (day, kept_from): (&str, &str),
        reading: &str,
        (hubspot, tuco): Calls,
    ) -> Result<(), StoreError> {
        let bounded = |calls| i64::try_from(calls).unwrap_or(i64::MAX);
        self.change(
            "INSERT INTO rule_call (connection_id, day, reading, hubspot, tuco) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET hubspot = hubspot + excluded.hubspot, tuco = tuco + excluded.tuco",
            params![connection, day, reading, bounded(hubspot), bounded(tuco)],
        )?;
        self.change(
            "DELETE FROM rule_call WHERE connection_id = ?1 AND day < ?2",
            params![connection, kept_from],
        )
        .map(drop)
    }
}
