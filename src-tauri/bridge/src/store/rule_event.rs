//! What Tuco told of messages, as far as a rule has not looked at it.
//!
//! An event counts once its contact is found, which may be some rounds after it came. What a rule said to
//! one is kept under the message, so that it is looked at once, whoever it is moved to later.

use super::Reader;
use super::failure::StoreError;
use rusqlite::{Row, params};
use wire::Timestamp;

/// A message of which something was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleEvent {
    /// Which.
    pub message: String,
    /// Whose.
    pub contact_id: String,
    /// When it was told of, or sent.
    pub at: Timestamp,
}

fn read(row: &Row<'_>) -> Result<RuleEvent, StoreError> {
    Ok(RuleEvent {
        message: row.get(0)?,
        contact_id: row.get(1)?,
        at: row.get(2)?,
    })
}

impl Reader<'_> {
    /// Events of this kind since then on which this rule has said nothing yet, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn events_for_rule(
        &self,
        connection: i64,
        rule: i64,
        kind: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<RuleEvent>, StoreError> {
        self.rows(
            "SELECT message_id, contact_id, occurred_at FROM event AS e
             WHERE connection_id = ?1 AND kind = ?3 AND occurred_at > ?4 AND contact_id <> ''
                 AND NOT EXISTS (SELECT 1 FROM rule_run WHERE rule_id = ?2
                     AND fact >= ?3 || ':' || e.message_id || '/'
                     AND fact < ?3 || ':' || e.message_id || '0')
             ORDER BY occurred_at, id LIMIT ?5",
            params![connection, rule, kind, since, limit],
            read,
        )
    }

    /// Leads of whom this was told since then and whom no contact is known for, each once, with the person of
    /// the event.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn strangers_told_of(
        &self,
        connection: i64,
        kind: &str,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<(String, String)>, StoreError> {
        self.rows(
            "SELECT lead_id, person FROM event
             WHERE connection_id = ?1 AND kind = ?2 AND occurred_at > ?3 AND contact_id = ''
                 AND lead_id <> '' AND stage = 'waiting' AND reason_code = 'no_contact'
             GROUP BY lead_id, person ORDER BY min(occurred_at), min(id) LIMIT ?4",
            params![connection, kind, since, limit],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The last message to each person, where it went out in this span and nobody answered.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn silences_for_rule(
        &self,
        connection: i64,
        (rule, days): (i64, u32),
        (after, until): (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<RuleEvent>, StoreError> {
        self.rows(
            "SELECT message_id, contact_id, occurred_at FROM event AS e
             WHERE connection_id = ?1 AND kind = 'sent' AND occurred_at > ?4 AND occurred_at <= ?5
                 AND contact_id <> ''
                 AND NOT EXISTS (SELECT 1 FROM event AS later
                     WHERE later.connection_id = ?1 AND later.contact_id = e.contact_id
                         AND later.kind IN ('reply', 'sent')
                         AND (later.occurred_at, later.id) > (e.occurred_at, e.id))
                 AND NOT EXISTS (SELECT 1 FROM rule_run WHERE rule_id = ?2
                     AND fact >= 'silence:' || ?3 || ':' || e.message_id || '/'
                     AND fact < 'silence:' || ?3 || ':' || e.message_id || '0')
             ORDER BY occurred_at, id LIMIT ?6",
            params![connection, rule, days, after, until, limit],
            read,
        )
    }
}
