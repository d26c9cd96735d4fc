//! What HubSpot asked for and has still to be told how it stands.

use super::failure::StoreError;
use super::rule_run::{RuleRunRow, read, select_run};
use super::{Reader, Writer};
use rusqlite::params;

impl Reader<'_> {
    /// Runs that may have something to tell, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_answers(&self, connection: i64, limit: u32) -> Result<Vec<RuleRunRow>, StoreError> {
        self.rows(
            select_run!("WHERE connection_id = ?1 AND to_tell = 1 ORDER BY id LIMIT ?2"),
            params![connection, limit],
            read,
        )
    }

    /// Whether the same person was asked for again later: then only that is told.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_asked_later(&self, run: &RuleRunRow) -> Result<bool, StoreError> {
        let later = self.row(
            "SELECT 1 FROM rule_run WHERE rule_id = ?1 AND contact_id = ?2 AND id > ?3
                 AND asked <> ''",
            params![run.rule_id, run.contact_id, run.id],
            |_| Ok(()),
        )?;
        Ok(later.is_some())
    }
}

impl Writer<'_> {
    /// HubSpot was told this; `more` where it may change again.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_told(&self, run: i64, told: &str, more: bool) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule_run SET told = ?2, to_tell = ?3 WHERE id = ?1",
            params![run, told, more],
        )
        .map(drop)
    }
}
