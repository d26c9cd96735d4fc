//! What the guard said no to, and what somebody set aside: the proof.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardLogRow {
    /// When.
    pub at: Timestamp,
    /// `refused` or `overridden`.
    pub what: String,
    /// The reason's word.
    pub code: String,
    /// The contact, where one was found; may be empty.
    pub contact_id: String,
    /// The send that went all the same.
    pub send_id: Option<i64>,
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
}

impl Reader<'_> {
    /// The newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn guard_log(&self, connection: i64, limit: u32) -> Result<Vec<GuardLogRow>, StoreError> {
        self.rows(
            "SELECT at, what, code, contact_id, send_id, who, why FROM guard_log
             WHERE connection_id = ?1 ORDER BY id DESC LIMIT ?2",
            params![connection, limit],
            |row| {
                Ok(GuardLogRow {
                    at: row.get(0)?,
                    what: row.get(1)?,
                    code: row.get(2)?,
                    contact_id: row.get(3)?,
                    send_id: row.get(4)?,
                    who: row.get(5)?,
                    why: row.get(6)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Adds a line.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn log_guard(&self, connection: i64, row: &GuardLogRow) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO guard_log (connection_id, at, what, code, contact_id, send_id, who, why)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                connection,
                row.at,
                row.what,
                row.code,
                row.contact_id,
                row.send_id,
                row.who,
                row.why
            ],
        )
        .map(drop)
    }
}
