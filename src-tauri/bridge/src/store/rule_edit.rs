//! Rules as somebody edits them by hand: kept under their number, taken off the list and brought back, put
//! in order, paused together.

use super::failure::StoreError;
use super::rule::{RuleRow, RuleState, read, select_rule};
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// Why rules are paused that somebody paused all at once; only these go on together.
pub const PAUSED_TOGETHER: &str = "All rules were paused together.";

/// A rule as it was once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVersionRow {
    /// Which.
    pub version: i64,
    /// As its file would say it.
    pub body: String,
    /// Since when.
    pub changed_at: Timestamp,
    /// Who changed it.
    pub changed_by: String,
}

impl Reader<'_> {
    /// A rule of this connection, listed or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule(&self, connection: i64, rule: i64) -> Result<Option<RuleRow>, StoreError> {
        self.row(
            select_rule!("WHERE connection_id = ?1 AND id = ?2"),
            params![connection, rule],
            read,
        )
    }

    /// Every version of a rule, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_versions(&self, rule: i64) -> Result<Vec<RuleVersionRow>, StoreError> {
        self.rows(
            "SELECT version, body, changed_at, changed_by FROM rule_version
             WHERE rule_id = ?1 ORDER BY version DESC",
            [rule],
            |row| {
                Ok(RuleVersionRow {
                    version: row.get(0)?,
                    body: row.get(1)?,
                    changed_at: row.get(2)?,
                    changed_by: row.get(3)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Changes a rule, its name too, as [`Self::keep_rule`] does. False where it said the same already.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another rule has the name; else see [`StoreError`].
    pub fn change_rule(
        &self,
        rule: i64,
        (name, body): (&str, &str),
        who: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.change(
            "UPDATE rule SET name = ?2, body = ?3, version = version + 1,
                 reason = CASE WHEN state = 'off' THEN reason
                     ELSE 'It was changed. Look at it, and turn it on again.' END,
                 state = 'off', changed_at = ?4, changed_by = ?5
             WHERE id = ?1 AND body <> ?3",
            params![rule, name, body, now, who],
        )?;
        self.keep_rule_version(rule)?;
        Ok(changed > 0)
    }

    /// Says in which order a rule looks, which `body` is about, and leaves it on: what it says to a change
    /// stays the same.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn order_rule(
        &self,
        rule: i64,
        body: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule SET body = ?2, version = version + 1, changed_at = ?3, changed_by = ?4
             WHERE id = ?1 AND body <> ?2",
            params![rule, body, now, who],
        )?;
        self.keep_rule_version(rule)
    }

    fn keep_rule_version(&self, rule: i64) -> Result<(), StoreError> {
        self.change(
            "INSERT OR IGNORE INTO rule_version (rule_id, version, body, changed_at, changed_by)
             SELECT id, version, body, changed_at, changed_by FROM rule WHERE id = ?1",
            [rule],
        )
        .map(drop)
    }

    /// Takes a rule off the list, off and with nothing left to do, or brings it back.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn hide_rule(&self, rule: i64, hidden: bool, now: Timestamp) -> Result<(), StoreError> {
        if hidden {
            self.set_rule_state(rule, RuleState::Off, "", now)?;
            self.stop_runs_of(rule, now)?;
        }
        self.change(
            "UPDATE rule SET removed = ?2 WHERE id = ?1",
            params![rule, hidden],
        )
        .map(drop)
    }

    /// Pauses every rule that is on, or turns on again those that were paused so.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn pause_rules(
        &self,
        connection: i64,
        paused: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        for row in self.rules(connection)? {
            match row.state {
                RuleState::On if paused => {
                    self.set_rule_state(row.id, RuleState::Paused, PAUSED_TOGETHER, now)?;
                }
                RuleState::Paused if !paused && row.reason == PAUSED_TOGETHER => {
                    self.set_rule_state(row.id, RuleState::On, "", now)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
