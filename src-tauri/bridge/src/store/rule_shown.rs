//! What rules said and did, as somebody looks at it: counted, and one page after another.

use super::Reader;
use super::failure::StoreError;
use super::rule_edit::PAUSED_TOGETHER;
use super::rule_run::{RuleRunRow, read, select_run};
use rusqlite::params;
use wire::Timestamp;

/// What a rule said and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleTally {
    /// How often it acted since the moment that was asked for, or is about to.
    pub acted: u32,
    /// How often it did not, since then.
    pub refused: u32,
    /// What it has still to do.
    pub waiting: u32,
    /// When it last acted.
    pub last_acted_at: Option<Timestamp>,
}

impl Reader<'_> {
    /// See [`RuleTally`].
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_tally(&self, rule: i64, since: Timestamp) -> Result<RuleTally, StoreError> {
        let tally = self.row(
            "SELECT
                 (SELECT count(*) FROM rule_run WHERE rule_id = ?1 AND seen_at >= ?2
                     AND state IN ('waiting', 'doing', 'done', 'unknown')),
                 (SELECT count(*) FROM rule_run WHERE rule_id = ?1 AND seen_at >= ?2
                     AND state IN ('refused', 'left_out', 'expired')),
                 (SELECT count(*) FROM rule_run WHERE rule_id = ?1
                     AND state IN ('waiting', 'doing')),
                 (SELECT max(changed_at) FROM rule_run WHERE rule_id = ?1 AND state = 'done')",
            params![rule, since],
            |row| {
                Ok(RuleTally {
                    acted: row.get(0)?,
                    refused: row.get(1)?,
                    waiting: row.get(2)?,
                    last_acted_at: row.get(3)?,
                })
            },
        )?;
        Ok(tally.unwrap_or_default())
    }

    /// How many rules paused themselves, or were paused after a loss: somebody has to look at them.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rules_to_look_at(&self, connection: i64) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM rule WHERE connection_id = ?1 AND removed = 0
                 AND state = 'paused' AND reason <> ?2",
            params![connection, PAUSED_TOGETHER],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// What rules said, the newest first, from below a run on; of one rule where one is named.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_runs_below(
        &self,
        connection: i64,
        rule: Option<i64>,
        below: Option<i64>,
        limit: u32,
    ) -> Result<Vec<RuleRunRow>, StoreError> {
        self.rows(
            select_run!(
                "WHERE connection_id = ?1 AND (?2 IS NULL OR rule_id = ?2) AND (?3 IS NULL OR id < ?3)
                 ORDER BY id DESC LIMIT ?4"
            ),
            params![connection, rule, below, limit],
            read,
        )
    }

    /// A contact's name, as its newest event or its copy says it; empty where nobody here knows it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn name_of_contact(&self, connection: i64, contact: &str) -> Result<String, StoreError> {
        let of_event = self.row(
            "SELECT name FROM event WHERE connection_id = ?1 AND contact_id = ?2 AND contact_id <> ''
                 AND name IS NOT NULL AND name <> '' ORDER BY occurred_at DESC LIMIT 1",
            params![connection, contact],
            |row| Ok(row.get(0)?),
        )?;
        if let Some(name) = of_event {
            return Ok(name);
        }
        let of_copy = self.person_copy(connection, super::PeopleSide::Contact, contact)?;
        Ok(of_copy.map(|copy| copy.name).unwrap_or_default())
    }

    /// Everything about rules and their runs in one text, to be compared with a later one. Costs nearly the
    /// same at any size.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rules_mark(&self, connection: i64) -> Result<String, StoreError> {
        let mark = self.row(
            "SELECT ifnull((SELECT group_concat(id || state || version || removed || failures || reason)
                            FROM rule WHERE connection_id = ?1), '')
                 || ' ' || ifnull((SELECT group_concat(changed_at || ' ' || id || state) FROM rule_run
                     WHERE connection_id = ?1 AND changed_at = (
                         SELECT max(changed_at) FROM rule_run WHERE connection_id = ?1)), '')
                 || ' ' || ifnull((SELECT max(id) FROM rule_run WHERE connection_id = ?1), 0)",
            [connection],
            |row| Ok(row.get(0)?),
        )?;
        Ok(mark.unwrap_or_default())
    }
}
