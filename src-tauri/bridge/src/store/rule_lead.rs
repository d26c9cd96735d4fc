//! Leads that are still to be told which rule, or which send to many, wrote to them.

use super::failure::StoreError;
use super::row::{given, word};
use super::send::SendState;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A day: the tries, windows and daily limits of Tuco are over by then, or it has said so.
pub const SILENT_MS: i64 = 24 * 60 * 60 * 1_000;

/// What is to be written into a lead once the message went out. `Debug` shows no name.
#[derive(Clone, PartialEq, Eq)]
pub struct RuleLeadRow {
    /// The message.
    pub send_id: i64,
    /// The rule; 0 for a send to many.
    pub rule_id: i64,
    /// What it said and did; 0 for a send to many.
    pub run_id: i64,
    /// The lead's field.
    pub field: String,
    /// The name that it gets.
    pub rule: String,
    /// Tries so far.
    pub tries: u32,
}

impl std::fmt::Debug for RuleLeadRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RuleLeadRow")
            .field("send_id", &self.send_id)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// What became of its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where the message stands.
    pub state: SendState,
    /// Tuco's lead, as far as it is known.
    pub lead_id: Option<String>,
}

impl Reader<'_> {
    /// Those whose message has an outcome and that are due, in the order in which the messages were asked for.
    /// What Tuco has taken and said nothing more of for [`SILENT_MS`] counts as gone out: without the list of
    /// messages and without webhooks nothing more is ever heard of most of them.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn leads_to_tell(
        &self,
        connection: i64,
        now: Timestamp,
        most: u32,
    ) -> Result<Vec<(RuleLeadRow, Outcome)>, StoreError> {
        self.rows(
            "SELECT r.send_id, r.rule_id, r.run_id, r.field, r.rule, r.tries, s.state,
                 coalesce(nullif(s.lead_id, ''),
                     (SELECT lead_id FROM pair WHERE connection_id = ?1
                          AND contact_id = s.contact_id AND s.contact_id <> ''),
                     (SELECT lead_id FROM event WHERE connection_id = ?1
                          AND message_id = s.message_id AND s.message_id <> '' AND lead_id <> '' LIMIT 1),
                     '')
             FROM rule_lead AS r JOIN send AS s ON s.id = r.send_id
             WHERE r.connection_id = ?1 AND r.due_at <= ?2
               AND (s.state NOT IN ('queued', 'sending', 'unknown', 'pending', 'scheduled')
                   OR s.state IN ('pending', 'scheduled')
                       AND max(s.changed_at, coalesce(s.scheduled_at, 0)) <= ?4)
             ORDER BY r.send_id LIMIT ?3",
            params![connection, now, most, now.saturating_sub(SILENT_MS)],
            |row| {
                let state = row.get_ref(6)?;
                let row_of = RuleLeadRow {
                    send_id: row.get(0)?,
                    rule_id: row.get(1)?,
                    run_id: row.get(2)?,
                    field: row.get(3)?,
                    rule: row.get(4)?,
                    tries: row.get(5)?,
                };
                let outcome = Outcome {
                    state: word(
                        "send.state",
                        SendState::parse,
                        state.as_str().unwrap_or_default(),
                    )?,
                    lead_id: given(row.get(7)?),
                };
                Ok((row_of, outcome))
            },
        )
    }
}

impl Writer<'_> {
    /// The lead of this message is to be told. Once a message, however often it is said.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn tell_lead(
        &self,
        connection: i64,
        row: &RuleLeadRow,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT OR IGNORE INTO rule_lead (send_id, connection_id, rule_id, run_id, field, rule, tries,
                 due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                row.send_id,
                connection,
                row.rule_id,
                row.run_id,
                row.field,
                row.rule,
                row.tries,
                now
            ],
        )
        .map(drop)
    }

    /// To be tried again then.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn tell_lead_later(&self, send: i64, due_at: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE rule_lead SET tries = tries + 1, due_at = ?2 WHERE send_id = ?1",
            params![send, due_at],
        )
        .map(drop)
    }

    /// Nothing more is to be told of this message. Why not stands with what the rule did, where it did all.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn lead_told(&self, row: &RuleLeadRow, why_not: &str) -> Result<(), StoreError> {
        self.change("DELETE FROM rule_lead WHERE send_id = ?1", [row.send_id])?;
        if why_not.is_empty() {
            return Ok(());
        }
        self.change(
            "UPDATE rule_run SET words = ?2 WHERE id = ?1 AND state = 'done'",
            params![row.run_id, why_not],
        )
        .map(drop)
    }
}
