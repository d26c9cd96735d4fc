//! What rules said to what happened, what they have still to do, and what they wrote.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// How far a rule came with something that happened.
    RunStep {
        /// It did not act; the reason says why.
        Refused = "refused",
        /// It acts when it is due.
        Waiting = "waiting",
        /// An action that must not be repeated has begun.
        Doing = "doing",
        /// All is done.
        Done = "done",
        /// The guard let no message go, or nothing is there to act on.
        LeftOut = "left_out",
        /// An action was refused for good.
        Failed = "failed",
        /// Nobody knows whether an action was done; it is not repeated.
        Unknown = "unknown",
        /// It was too late.
        Expired = "expired",
        /// Another rule, or a person, stopped it.
        Stopped = "stopped",
    }
}

impl RunStep {
    /// For a person: the words of the page.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Refused => "does not fit",
            Self::Waiting => "waits",
            Self::Doing => "under way",
            Self::Done => "done",
            Self::LeftOut => "left out",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Expired => "too late",
            Self::Stopped => "stopped",
        }
    }
}

/// See the module. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct RuleRunRow {
    /// Row id; 0 before it is stored.
    pub id: i64,
    /// Whose.
    pub rule_id: i64,
    /// What happened, and to whom.
    pub fact: String,
    /// The version of the rule that looked.
    pub version: i64,
    /// The person.
    pub contact_id: String,
    /// The kind of record that it happened to.
    pub object: String,
    /// That record.
    pub record: String,
    /// How many rules led to it.
    pub chain: u32,
    /// See [`RunStep`].
    pub state: RunStep,
    /// A word.
    pub reason: String,
    /// For a person.
    pub words: String,
    /// Actions that are done.
    pub step: u32,
    /// When it happened.
    pub happened_at: Timestamp,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// When it was to be done.
    pub meant_at: Timestamp,
    /// When it is to go on.
    pub due_at: Timestamp,
    /// What HubSpot asked for; empty where it asked for nothing.
    pub asked: String,
    /// What HubSpot was told last of how it stands.
    pub told: String,
}

impl std::fmt::Debug for RuleRunRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RuleRunRow")
            .field("id", &self.id)
            .field("rule_id", &self.rule_id)
            .field("state", &self.state)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

pub(super) fn read(row: &Row<'_>) -> Result<RuleRunRow, StoreError> {
    Ok(RuleRunRow {
        id: row.get(0)?,
        rule_id: row.get(1)?,
        fact: row.get(2)?,
        contact_id: row.get(3)?,
        object: row.get(4)?,
        record: row.get(5)?,
        chain: row.get(6)?,
        state: word(
            "rule_run.state",
            RunStep::parse,
            row.get_ref(7)?.as_str().unwrap_or_default(),
        )?,
        reason: row.get(8)?,
        words: row.get(9)?,
        step: row.get(10)?,
        happened_at: row.get(11)?,
        seen_at: row.get(12)?,
        due_at: row.get(13)?,
        version: row.get(14)?,
        meant_at: row.get(15)?,
        asked: row.get(16)?,
        told: row.get(17)?,
    })
}

macro_rules! select_run {
    ($rest:literal) => {
        concat!(
            "SELECT id, rule_id, fact, contact_id, object, record, chain, state, reason, words, ",
            "step, happened_at, seen_at, due_at, version, meant_at, asked, told FROM rule_run ",
            $rest
        )
    };
}

pub(super) use select_run;

impl Reader<'_> {
    /// The last ones, the newest first; of one rule where one is named.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_runs(
        &self,
        connection: i64,
        rule: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RuleRunRow>, StoreError> {
        self.rows(
            select_run!(
                "WHERE connection_id = ?1 AND (?2 IS NULL OR rule_id = ?2) ORDER BY id DESC LIMIT ?3"
            ),
            params![connection, rule, limit],
            read,
        )
    }

    /// What the rule said to this, where it has looked at it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_said(&self, rule: i64, fact: &str) -> Result<Option<RunStep>, StoreError> {
        let row = self.row(
            select_run!("WHERE rule_id = ?1 AND fact = ?2"),
            params![rule, fact],
            read,
        )?;
        Ok(row.map(|row| row.state))
    }

    /// When the rule last acted for this person, or is about to.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_acted_for(
        &self,
        rule: i64,
        contact: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let last = self.row(
            "SELECT max(seen_at) FROM rule_run WHERE rule_id = ?1 AND contact_id = ?2
                 AND state IN ('waiting', 'doing', 'done', 'unknown')",
            params![rule, contact],
            |row| Ok(row.get::<_, Option<i64>>(0)?),
        )?;
        Ok(last.flatten())
    }

    /// How often the rule acted since then, for anybody.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_acted_since(&self, rule: i64, since: Timestamp) -> Result<u32, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM rule_run WHERE rule_id = ?1 AND seen_at >= ?2
                 AND state IN ('waiting', 'doing', 'done', 'unknown')",
            params![rule, since],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// What rules that are on have to do now, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn due_rule_runs(
        &self,
        connection: i64,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<RuleRunRow>, StoreError> {
        self.rows(
            select_run!(
                "WHERE connection_id = ?1 AND state IN ('waiting', 'doing') AND due_at <= ?2
                     AND rule_id IN (SELECT id FROM rule WHERE state = 'on')
                 ORDER BY due_at, id LIMIT ?3"
            ),
            params![connection, now, limit],
            read,
        )
    }

    /// In which state a record was read last.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_seen(
        &self,
        connection: i64,
        object: &str,
        record: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.row(
            "SELECT modified_at FROM rule_seen
             WHERE connection_id = ?1 AND object = ?2 AND record = ?3",
            params![connection, object, record],
            |row| Ok(row.get(0)?),
        )
    }

    /// How many rules led to this value, where it is one that a rule wrote not long before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_chain(
        &self,
        connection: i64,
        (object, record): (&str, &str),
        (name, value): (&str, &str),
    ) -> Result<u32, StoreError> {
        let chain = self.row(
            "SELECT chain FROM rule_write WHERE connection_id = ?1 AND object = ?2
                 AND record = ?3 AND name = ?4 AND value = ?5",
            params![connection, object, record, name, value],
            |row| Ok(row.get(0)?),
        )?;
        Ok(chain.unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Keeps what a rule said, once for what happened. False where it was kept before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_rule_run(&self, connection: i64, row: &RuleRunRow) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT OR IGNORE INTO rule_run (connection_id, rule_id, fact, contact_id, object, record,
                 chain, state, reason, words, step, happened_at, seen_at, due_at, changed_at,
                 version, meant_at, asked, to_tell)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?13, ?15, ?16, ?17,
                 ?17 <> '')",
            params![
                connection,
                row.rule_id,
                row.fact,
                row.contact_id,
                row.object,
                row.record,
                row.chain,
                row.state.as_str(),
                row.reason,
                row.words,
                row.step,
                row.happened_at,
                row.seen_at,
                row.due_at,
                row.version,
                row.meant_at,
                row.asked
            ],
        )?;
        Ok(added > 0)
    }

    /// How far it came.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn move_rule_run(&self, row: &RuleRunRow, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule_run SET state = ?2, reason = ?3, words = ?4, step = ?5, due_at = ?6,
                 changed_at = ?7
             WHERE id = ?1",
            params![
                row.id,
                row.state.as_str(),
                row.reason,
                row.words,
                row.step,
                row.due_at,
                now
            ],
        )
        .map(drop)
    }

    /// What rules other than this one have still to do for this contact is not done. How many runs that were.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn stop_other_runs(
        &self,
        rule: i64,
        contact: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.change(
            "UPDATE rule_run SET state = 'stopped', reason = 'stopped_by_a_rule', changed_at = ?3,
                 words = 'Another rule stopped what was still to do for this person.'
             WHERE contact_id = ?2 AND state = 'waiting' AND rule_id <> ?1
                 AND connection_id = (SELECT connection_id FROM rule WHERE id = ?1)",
            params![rule, contact, now],
        )
    }

    /// What a rule has still to do is not done, and whoever it was to be run on is not looked at: it was
    /// turned off. How many runs that were.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn stop_runs_of(&self, rule: i64, now: Timestamp) -> Result<usize, StoreError> {
        self.stop_backfill_of(rule, "The rule was turned off.", now)?;
        self.change(
            "UPDATE rule_run SET state = 'stopped', reason = 'turned_off', changed_at = ?2,
                 words = 'The rule was turned off before this was done.'
             WHERE rule_id = ?1 AND state = 'waiting'",
            params![rule, now],
        )
    }

    /// A record was read in this state.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn see_for_rules(
        &self,
        connection: i64,
        object: &str,
        record: &str,
        modified_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO rule_seen (connection_id, object, record, modified_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET modified_at = excluded.modified_at",
            params![connection, object, record, modified_at],
        )
        .map(drop)
    }

    /// Forgets records that no search shows again, and writes that are long over.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_for_rules(
        &self,
        connection: i64,
        object: &str,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM rule_seen WHERE connection_id = ?1 AND object = ?2 AND modified_at < ?3",
            params![connection, object, before],
        )?;
        self.change(
            "DELETE FROM rule_write WHERE connection_id = ?1 AND object = ?2 AND at < ?3",
            params![
                connection,
                object,
                before.saturating_sub(24 * 60 * 60 * 1_000)
            ],
        )
        .map(drop)
    }

    /// A rule is about to write this.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn note_rule_write(
        &self,
        connection: i64,
        (object, record): (&str, &str),
        (name, value): (&str, &str),
        chain: u32,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO rule_write (connection_id, object, record, name, value, chain, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET chain = excluded.chain, at = excluded.at",
            params![connection, object, record, name, value, chain, at],
        )
        .map(drop)
    }
}
