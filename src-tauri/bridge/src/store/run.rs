//! One message to many: the run, and a row for each person. A row is done once.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use std::collections::BTreeMap;
use wire::Timestamp;

words! {
    /// Where a run stands.
    RunState {
        /// Looked at, and not begun.
        Ready = "ready",
        /// Under way.
        Running = "running",
        /// Somebody said to wait.
        Paused = "paused",
        /// Something holds for all of it, such as a workspace that is read-only.
        Stopped = "stopped",
        /// Everybody was reached or left out.
        Finished = "finished",
        /// Nobody who has not got it gets it.
        Cancelled = "cancelled",
    }
}

words! {
    /// Where a person of it stands.
    RowProgress {
        /// To be done.
        Open = "open",
        /// A send was made; see there.
        Done = "done",
        /// The guard said no.
        LeftOut = "left_out",
        /// It could not be done.
        Failed = "failed",
    }
}

/// A run as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Row id.
    pub id: i64,
    /// Of what was asked for.
    pub key: String,
    /// Name to show.
    pub name: String,
    /// Where it stands.
    pub state: RunState,
    /// Why it stopped; may be empty.
    pub why: String,
    /// Who began it.
    pub who: String,
    /// When.
    pub started_at: Timestamp,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// What holds for all of it, as whoever made it keeps it; may be empty.
    pub about: String,
}

/// A person of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRowRow {
    /// Its place, as in the file.
    pub row: i64,
    /// What is to be sent to whom, as whoever made the run keeps it.
    pub order: String,
    /// Where it stands.
    pub progress: RowProgress,
    /// Why it was left out or failed.
    pub reason: String,
    /// The contact; may be empty.
    pub contact_id: String,
    /// The send.
    pub send_id: Option<i64>,
    /// What a dry run found out, as whoever made it keeps it; may be empty.
    pub seen: String,
}

fn read_run(row: &Row<'_>) -> Result<RunRow, StoreError> {
    Ok(RunRow {
        id: row.get(0)?,
        key: row.get(1)?,
        name: row.get(2)?,
        state: word(
            "run.state",
            RunState::parse,
            row.get_ref(3)?.as_str().unwrap_or_default(),
        )?,
        why: row.get(4)?,
        who: row.get(5)?,
        started_at: row.get(6)?,
        changed_at: row.get(7)?,
        about: row.get(8)?,
    })
}

pub(super) fn read_row(row: &Row<'_>) -> Result<RunRowRow, StoreError> {
    Ok(RunRowRow {
        row: row.get(0)?,
        order: row.get(1)?,
        progress: word(
            "run_row.progress",
            RowProgress::parse,
            row.get_ref(2)?.as_str().unwrap_or_default(),
        )?,
        reason: row.get(3)?,
        contact_id: row.get(4)?,
        send_id: row.get(5)?,
        seen: row.get(6)?,
    })
}

impl Reader<'_> {
    /// The run of what was asked for.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_by_key(&self, connection: i64, key: &str) -> Result<Option<RunRow>, StoreError> {
        self.row(
            "SELECT id, key, name, state, why, who, started_at, changed_at, about FROM run
             WHERE connection_id = ?1 AND key = ?2",
            params![connection, key],
            read_run,
        )
    }

    /// By row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run(&self, id: i64) -> Result<Option<RunRow>, StoreError> {
        self.row(
            "SELECT id, key, name, state, why, who, started_at, changed_at, about FROM run WHERE id = ?1",
            [id],
            read_run,
        )
    }

    /// By row id, of one connection: a run of another is none.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_of(&self, connection: i64, id: i64) -> Result<Option<RunRow>, StoreError> {
        self.row(
            "SELECT id, key, name, state, why, who, started_at, changed_at, about FROM run
             WHERE id = ?2 AND connection_id = ?1",
            [connection, id],
            read_run,
        )
    }

    /// The newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn runs(&self, connection: i64) -> Result<Vec<RunRow>, StoreError> {
        self.rows(
            "SELECT id, key, name, state, why, who, started_at, changed_at, about FROM run
             WHERE connection_id = ?1 ORDER BY id DESC",
            [connection],
            read_run,
        )
    }

    /// The first person who is to be done by now.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_run_row(&self, run: i64, now: Timestamp) -> Result<Option<RunRowRow>, StoreError> {
        self.row(
            "SELECT row, order_, progress, reason, contact_id, send_id, seen FROM run_row
             WHERE run_id = ?1 AND progress = 'open' AND due_at <= ?2 ORDER BY row LIMIT 1",
            params![run, now],
            read_row,
        )
    }

    /// When the next person who is left is to be done.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn next_run_row_due(&self, run: i64) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT due_at FROM run_row WHERE run_id = ?1 AND progress = 'open' ORDER BY due_at LIMIT 1",
            [run],
            |row| Ok(row.get(0)?),
        )
    }

    /// Rows from a place on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_rows(&self, run: i64, from: i64, limit: u32) -> Result<Vec<RunRowRow>, StoreError> {
        self.rows(
            "SELECT row, order_, progress, reason, contact_id, send_id, seen FROM run_row
             WHERE run_id = ?1 AND row >= ?2 ORDER BY row LIMIT ?3",
            params![run, from, limit],
            read_row,
        )
    }

    /// How many rows stand where.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_counts(&self, run: i64) -> Result<BTreeMap<RowProgress, u64>, StoreError> {
        let rows = self.rows(
            "SELECT progress, count(*) FROM run_row WHERE run_id = ?1 GROUP BY progress",
            [run],
            |row| {
                let progress = word(
                    "run_row.progress",
                    RowProgress::parse,
                    row.get_ref(0)?.as_str().unwrap_or_default(),
                )?;
                Ok((progress, row.get(1)?))
            },
        )?;
        Ok(rows.into_iter().collect())
    }
}

impl Writer<'_> {
    /// Adds a run with its rows. Its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where there is one of that key.
    pub fn add_run(
        &self,
        connection: i64,
        key: &str,
        name: &str,
        who: &str,
        orders: &[(i64, String)],
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO run (connection_id, key, name, state, who, started_at, changed_at)
             VALUES (?1, ?2, ?3, 'ready', ?4, ?5, ?5)",
            params![connection, key, name, who, now],
        )?;
        let id = self.last_id();
        for (row, order) in orders {
            self.change(
                "INSERT INTO run_row (run_id, row, order_) VALUES (?1, ?2, ?3)",
                params![id, row, order],
            )?;
        }
        Ok(id)
    }

    /// Where a run stands from now on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_run_state(
        &self,
        id: i64,
        state: RunState,
        why: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE run SET state = ?2, why = ?3, changed_at = ?4 WHERE id = ?1",
            params![id, state.as_str(), why, now],
        )
        .map(drop)
    }

    /// What became of a person.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn settle_run_row(&self, run: i64, row: &RunRowRow) -> Result<(), StoreError> {
        self.change(
            "UPDATE run_row SET progress = ?3, reason = ?4, contact_id = ?5, send_id = ?6
             WHERE run_id = ?1 AND row = ?2",
            params![
                run,
                row.row,
                row.progress.as_str(),
                row.reason,
                row.contact_id,
                row.send_id
            ],
        )
        .map(drop)
    }

    /// A person who is to be done later.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_off_run_row(
        &self,
        run: i64,
        row: i64,
        due_at: Timestamp,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE run_row SET due_at = ?3, reason = ?4 WHERE run_id = ?1 AND row = ?2",
            params![run, row, due_at, reason],
        )
        .map(drop)
    }
}
