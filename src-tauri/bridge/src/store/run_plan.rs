//! Runs that were looked at before they begin: dry runs, their rows by what became of them, and counts.

use super::failure::StoreError;
use super::run::{RunRowRow, read_row};
use super::{Reader, RowProgress, SendState, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A person of a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRunRow {
    /// Its place.
    pub row: i64,
    /// What is to be sent.
    pub order: String,
    /// What was found out.
    pub seen: String,
    /// To be done, or left out.
    pub progress: RowProgress,
    /// Why it is left out.
    pub reason: String,
    /// The contact; may be empty.
    pub contact_id: String,
}

/// Which rows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPart {
    /// All.
    All,
    /// Who gets it, or is to.
    Going,
    /// Who is left out.
    LeftOut,
    /// What went out.
    Done,
    /// What is yet to go, or under way.
    Open,
    /// What failed, or nobody knows.
    Failed,
}

impl RunPart {
    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Going => "going",
            Self::LeftOut => "left_out",
            Self::Done => "done",
            Self::Open => "open",
            Self::Failed => "failed",
        }
    }
}

/// The condition on a row and its send, for `RunPart` as parameter 2.
macro_rules! of_part {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " FROM run_row r LEFT JOIN send s ON s.id = r.send_id WHERE r.run_id = ?1 AND CASE ?2 ",
            "WHEN 'going' THEN r.progress <> 'left_out' ",
            "WHEN 'left_out' THEN r.progress = 'left_out' ",
            "WHEN 'done' THEN r.progress = 'done' AND coalesce(s.state, 'sent') IN ",
            "('sent', 'delivered', 'fallback') ",
            "WHEN 'open' THEN r.progress = 'open' OR (r.progress = 'done' AND s.state IN ",
            "('queued', 'sending', 'pending', 'scheduled')) ",
            "WHEN 'failed' THEN r.progress = 'failed' OR coalesce(s.state, '') IN ",
            "('failed', 'refused', 'cancelled', 'unknown') ELSE 1 END ",
            $after
        )
    };
}

impl Reader<'_> {
    /// Rows of a part, from a place among them on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_part(
        &self,
        run: i64,
        part: RunPart,
        from: u32,
        limit: u32,
    ) -> Result<Vec<RunRowRow>, StoreError> {
        self.rows(
            of_part!(
                "SELECT r.row, r.order_, r.progress, r.reason, r.contact_id, r.send_id, r.seen",
                "ORDER BY r.row LIMIT ?3 OFFSET ?4"
            ),
            params![run, part.word(), limit, from],
            read_row,
        )
    }

    /// How many there are of a part.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_part_count(&self, run: i64, part: RunPart) -> Result<u64, StoreError> {
        let counted = self.row(
            of_part!("SELECT count(*)", ""),
            params![run, part.word()],
            |row| Ok(row.get(0)?),
        )?;
        Ok(counted.unwrap_or_default())
    }

    /// How many rows stand where, with the state of their send.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn run_course(
        &self,
        run: i64,
    ) -> Result<Vec<(RowProgress, Option<SendState>, u64)>, StoreError> {
        let rows = self.rows(
            "SELECT r.progress, coalesce(s.state, ''), count(*) FROM run_row r
             LEFT JOIN send s ON s.id = r.send_id WHERE r.run_id = ?1 GROUP BY 1, 2",
            [run],
            |row| {
                let (progress, state): (String, String) = (row.get(0)?, row.get(1)?);
                Ok((progress, state, row.get::<_, u64>(2)?))
            },
        )?;
        Ok(rows
            .into_iter()
            .filter_map(|(progress, state, count)| {
                Some((
                    RowProgress::parse(&progress)?,
                    SendState::parse(&state),
                    count,
                ))
            })
            .collect())
    }
}

impl Writer<'_> {
    /// Keeps a dry run, ready to be started. Its id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_plan(
        &self,
        connection: i64,
        key: &str,
        (name, who): (&str, &str),
        rows: &[NewRunRow],
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let id = self.add_run(connection, key, name, who, &[], now)?;
        for row in rows {
            self.change(
                "INSERT INTO run_row (run_id, row, order_, progress, reason, contact_id, seen)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    id,
                    row.row,
                    row.order,
                    row.progress.as_str(),
                    row.reason,
                    row.contact_id,
                    row.seen
                ],
            )?;
        }
        Ok(id)
    }

    /// Dry runs that nobody started.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_unstarted_plans(&self, connection: i64) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM run_row WHERE run_id IN (
                 SELECT id FROM run WHERE connection_id = ?1 AND state = 'ready' AND key LIKE 'plan:%')",
            [connection],
        )?;
        self.change(
            "DELETE FROM run WHERE connection_id = ?1 AND state = 'ready' AND key LIKE 'plan:%'",
            [connection],
        )
        .map(drop)
    }

    /// Somebody set a dry run going. False where that was done before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn start_plan(
        &self,
        connection: i64,
        run: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let started = self.change(
            "UPDATE run SET state = 'running', started_at = ?3, changed_at = ?3
             WHERE id = ?2 AND connection_id = ?1 AND state = 'ready'",
            params![connection, run, now],
        )?;
        Ok(started > 0)
    }
}
