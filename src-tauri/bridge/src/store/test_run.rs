//! Runs of the connection tester. The last [`KEPT`] of a connection stay.

use super::failure::StoreError;
use super::row::{json, to_json};
use super::{Reader, Writer};
use crate::tester::Check;
use rusqlite::params;
use wire::Timestamp;

/// Older runs are forgotten.
pub const KEPT: i64 = 20;

/// One run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestRun {
    /// Row id.
    pub id: i64,
    /// When it was made.
    pub at: Timestamp,
    /// What it found.
    pub checks: Vec<Check>,
}

impl Reader<'_> {
    /// The runs of a connection, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn test_runs(&self, connection: i64, limit: u32) -> Result<Vec<TestRun>, StoreError> {
        self.rows(
            "SELECT id, at, checks FROM test_run WHERE connection_id = ?1 ORDER BY id DESC LIMIT ?2",
            params![connection, limit],
            |row| {
                Ok(TestRun {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    checks: json("test_run.checks", row.get_ref(2)?.as_str().unwrap_or_default())?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Keeps a run, and forgets the oldest where there are too many. Its row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_test_run(
        &self,
        connection: i64,
        checks: &[Check],
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO test_run (connection_id, at, checks) VALUES (?1, ?2, ?3)",
            params![connection, now, to_json("test_run.checks", checks)?],
        )?;
        let id = self.last_id();
        self.change(
            "DELETE FROM test_run WHERE connection_id = ?1 AND id <= (
                 SELECT id FROM test_run WHERE connection_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            params![connection, KEPT],
        )?;
        Ok(id)
    }
}
