//! Rules, with every version that they ever had.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// Whether a rule looks at what happens.
    RuleState {
        /// It does not.
        Off = "off",
        /// It does.
        On = "on",
        /// It failed too often and does not, until somebody turns it on again.
        Paused = "paused",
    }
}

/// A rule as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// Row id.
    pub id: i64,
    /// One a connection.
    pub name: String,
    /// As its file would say it.
    pub body: String,
    /// Grows with every change.
    pub version: i64,
    /// See [`RuleState`].
    pub state: RuleState,
    /// Why it paused itself.
    pub reason: String,
    /// What happened before sets nothing off.
    pub enabled_at: Timestamp,
    /// The same by HubSpot's clock; 0 before it was heard.
    pub armed_at: Timestamp,
    /// Runs that failed since one went well.
    pub failures: i64,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// Who changed it.
    pub changed_by: String,
}

pub(super) fn read(row: &Row<'_>) -> Result<RuleRow, StoreError> {
    Ok(RuleRow {
        id: row.get(0)?,
        name: row.get(1)?,
        body: row.get(2)?,
        version: row.get(3)?,
        state: word(
            "rule.state",
            RuleState::parse,
            row.get_ref(4)?.as_str().unwrap_or_default(),
        )?,
        reason: row.get(5)?,
        enabled_at: row.get(6)?,
        armed_at: row.get(7)?,
        failures: row.get(8)?,
        changed_at: row.get(9)?,
        changed_by: row.get(10)?,
    })
}

macro_rules! select_rule {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, body, version, state, reason, enabled_at, armed_at, failures, ",
            "changed_at, changed_by FROM rule ",
            $rest
        )
    };
}

pub(super) use select_rule;

impl Reader<'_> {
    /// All that a connection lists, by name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rules(&self, connection: i64) -> Result<Vec<RuleRow>, StoreError> {
        self.rows(
            select_rule!("WHERE connection_id = ?1 AND removed = 0 ORDER BY name"),
            [connection],
            read,
        )
    }

    /// A rule as it was in this version.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_body(&self, rule: i64, version: i64) -> Result<Option<String>, StoreError> {
        self.row(
            "SELECT body FROM rule_version WHERE rule_id = ?1 AND version = ?2",
            params![rule, version],
            |row| Ok(row.get(0)?),
        )
    }

    /// The rule of that name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn rule_named(&self, connection: i64, name: &str) -> Result<Option<RuleRow>, StoreError> {
        self.row(
            select_rule!("WHERE connection_id = ?1 AND name = ?2"),
            params![connection, name],
            read,
        )
    }
}

impl Writer<'_> {
    /// Adds a rule, which is off, or changes the one of its name, which is off from then on: nobody has
    /// looked at what the changed one would do. False where it said the same already.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_rule(
        &self,
        connection: i64,
        name: &str,
        body: &str,
        who: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.change(
            "INSERT INTO rule (connection_id, name, body, version, changed_at, changed_by)
             VALUES (?1, ?2, ?3, 1, ?4, ?5)
             ON CONFLICT (connection_id, name) DO UPDATE SET
                 body = excluded.body, version = version + 1,
                 reason = CASE WHEN state = 'off' THEN reason
                     ELSE 'It was changed. Look at it, and turn it on again.' END,
                 state = 'off', removed = 0,
                 changed_at = excluded.changed_at, changed_by = excluded.changed_by
             WHERE body <> excluded.body OR removed = 1",
            params![connection, name, body, now, who],
        )?;
        self.change(
            "INSERT OR IGNORE INTO rule_version (rule_id, version, body, changed_at, changed_by)
             SELECT id, version, body, changed_at, changed_by FROM rule
             WHERE connection_id = ?1 AND name = ?2",
            params![connection, name],
        )?;
        Ok(changed > 0)
    }

    /// Turns a rule on or off. What happened before this moment sets it off no more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_rule_state(
        &self,
        rule: i64,
        state: RuleState,
        reason: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule SET state = ?2, reason = ?3, failures = 0,
                 enabled_at = CASE WHEN ?2 = 'on' AND state <> 'on' THEN ?4 ELSE enabled_at END,
                 armed_at = CASE WHEN ?2 = 'on' AND state <> 'on' THEN 0 ELSE armed_at END
             WHERE id = ?1",
            params![rule, state.as_str(), reason, now],
        )
        .map(drop)
    }

    /// The moment of its activation by HubSpot's clock.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn arm_rule(&self, rule: i64, at: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule SET armed_at = ?2 WHERE id = ?1 AND armed_at = 0",
            params![rule, at],
        )
        .map(drop)
    }

    /// Removes a rule with all that it said.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_rule(&self, rule: i64) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM rule_backfill_person WHERE backfill_id IN
                 (SELECT id FROM rule_backfill WHERE rule_id = ?1)",
            "DELETE FROM rule_backfill WHERE rule_id = ?1",
            "DELETE FROM rule_run WHERE rule_id = ?1",
            "DELETE FROM rule_version WHERE rule_id = ?1",
            "DELETE FROM rule WHERE id = ?1",
        ] {
            self.change(statement, [rule])?;
        }
        Ok(())
    }

    /// Every rule that is on stops, for this reason, and what rules had still to do is not done: it may
    /// have been done already.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn distrust_rules(&self, connection: i64, reason: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule SET state = 'paused', reason = ?2 WHERE connection_id = ?1 AND state = 'on'",
            params![connection, reason],
        )?;
        self.change(
            "DELETE FROM rule_backfill_person WHERE backfill_id IN
                 (SELECT id FROM rule_backfill WHERE connection_id = ?1)",
            [connection],
        )?;
        self.change(
            "UPDATE rule_backfill SET state = 'stopped', reason = ?2
             WHERE connection_id = ?1 AND state = 'on'",
            params![connection, reason],
        )?;
        self.change(
            "DELETE FROM rule_lead WHERE connection_id = ?1",
            [connection],
        )?;
        self.change(
            "UPDATE rule_run SET state = 'stopped', reason = 'restored', to_tell = 0,
                 words = 'A copy of the data file was put back, which knows less than happened.'
             WHERE connection_id = ?1 AND state IN ('waiting', 'doing')",
            [connection],
        )
        .map(drop)
    }

    /// One run ended well, or failed. How many failed in a row.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn count_rule(&self, rule: i64, well: bool) -> Result<i64, StoreError> {
        self.change(
            "UPDATE rule SET failures = CASE WHEN ?2 THEN 0 ELSE failures + 1 END WHERE id = ?1",
            params![rule, well],
        )?;
        let failures = self.row("SELECT failures FROM rule WHERE id = ?1", [rule], |row| {
            Ok(row.get(0)?)
        })?;
        Ok(failures.unwrap_or_default())
    }
}
