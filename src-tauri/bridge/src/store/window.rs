//! What a window asks of single rows: whether anything changed, sends that nobody knows the end of,
//! and a person's word on an event, a link or a send.

use super::failure::StoreError;
use super::{Reader, SendRow, SendState, Writer};
use crate::event::{Event, Stage};
use rusqlite::params;
use wire::Timestamp;

/// The state of the log, to be compared with a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogMark {
    /// Row id of the event that came last.
    pub newest: i64,
    /// Events by kind, stage and reason, as one text.
    pub events: String,
    /// Effects by progress, as one text.
    pub effects: String,
}

impl Reader<'_> {
    /// See [`LogMark`]. Costs the same at any size.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn log_mark(&self, connection: i64) -> Result<LogMark, StoreError> {
        let newest = self.row(
            "SELECT id FROM event WHERE connection_id = ?1 AND id = (SELECT max(id) FROM event)",
            [connection],
            |row| Ok(row.get(0)?),
        )?;
        let events = self.row(
            "SELECT group_concat(kind || stage || reason_code || events) FROM event_count
             WHERE connection_id = ?1",
            [connection],
            |row| Ok(row.get::<_, Option<String>>(0)?),
        )?;
        let effects = self.row(
            "SELECT group_concat(word || progress || effects) FROM effect_count
             WHERE connection_id = ?1",
            [connection],
            |row| Ok(row.get::<_, Option<String>>(0)?),
        )?;
        Ok(LogMark {
            newest: newest.unwrap_or_default(),
            events: events.flatten().unwrap_or_default(),
            effects: effects.flatten().unwrap_or_default(),
        })
    }

    /// Events that came after a row, in the order of arrival.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn arrived_after(
        &self,
        connection: i64,
        id: i64,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let ids: Vec<i64> = self.rows(
            "SELECT id FROM event WHERE id > ?2 AND connection_id = ?1 ORDER BY id LIMIT ?3",
            params![connection, id, super::event::count(limit)],
            |row| Ok(row.get(0)?),
        )?;
        self.events_of(ids)
    }

    /// Sends of which nobody knows whether they went out, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn unknown_sends(&self, connection: i64) -> Result<Vec<SendRow>, StoreError> {
        let ids: Vec<i64> = self.rows(
            "SELECT id FROM send WHERE connection_id = ?1 AND state = 'unknown' ORDER BY id",
            [connection],
            |row| Ok(row.get(0)?),
        )?;
        let mut rows = Vec::new();
        for id in ids {
            rows.extend(self.send(id)?);
        }
        Ok(rows)
    }
}

impl Writer<'_> {
    /// A person looked in Tuco and says how an unknown send ended. False where it is not unknown.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn settle_unknown_send(
        &self,
        connection: i64,
        id: i64,
        went_out: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (state, reason) = if went_out {
            (SendState::Sent, "")
        } else {
            (SendState::Failed, "not_sent_says_a_person")
        };
        let changed = self.change(
            "UPDATE send SET state = ?3, reason = ?4, changed_at = ?5
             WHERE id = ?2 AND connection_id = ?1 AND state = 'unknown'",
            params![connection, id, state.as_str(), reason, now],
        )?;
        Ok(changed > 0)
    }

    /// Lets an event be decided again from the start. Its effect, where there is one, must have been
    /// taken back or revived before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn decide_again(&self, id: i64) -> Result<(), StoreError> {
        self.set_stage(id, Stage::New, None)
    }

    /// An effect that a person had dropped is to be done after all. False where it is not dropped.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn revive_effect(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        let changed = self.change(
            "UPDATE effect SET progress = 'queued', due_at = ?2, refusals = 0, cause = ''
             WHERE id = ?1 AND progress = 'dropped'",
            params![id, now],
        )?;
        if changed > 0 {
            self.stage_of_entry(id, "queued", None)?;
        }
        Ok(changed > 0)
    }

    /// Forgets a connection with everything that was kept of it. What stands in HubSpot and in Tuco
    /// stays there.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_connection(&self, id: i64) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM effect WHERE connection_id = ?1",
            "DELETE FROM event WHERE connection_id = ?1",
            "DELETE FROM event_count WHERE connection_id = ?1",
            "DELETE FROM event_hour WHERE connection_id = ?1",
            "DELETE FROM event_day WHERE connection_id = ?1",
            "DELETE FROM effect_count WHERE connection_id = ?1",
            "DELETE FROM setting WHERE connection_id = ?1",
            "DELETE FROM cursor WHERE connection_id = ?1",
            "DELETE FROM lead WHERE connection_id = ?1",
            "DELETE FROM link WHERE connection_id = ?1",
            "DELETE FROM pending_message WHERE connection_id = ?1",
            "DELETE FROM run_row WHERE run_id IN (SELECT id FROM run WHERE connection_id = ?1)",
            "DELETE FROM run WHERE connection_id = ?1",
            "DELETE FROM draft WHERE connection_id = ?1",
            "DELETE FROM guard_log WHERE connection_id = ?1",
            "DELETE FROM send WHERE connection_id = ?1",
            "DELETE FROM review WHERE connection_id = ?1",
            "DELETE FROM opt_out_step WHERE connection_id = ?1",
            "DELETE FROM opt_out WHERE connection_id = ?1",
            "DELETE FROM call_count WHERE connection_id = ?1",
            "DELETE FROM view WHERE connection_id = ?1",
            "DELETE FROM webhook WHERE connection_id = ?1",
            "DELETE FROM webhook_seen WHERE connection_id = ?1",
            "DELETE FROM delivery WHERE connection_id = ?1",
            "DELETE FROM delivery_count WHERE connection_id = ?1",
            "DELETE FROM test_run WHERE connection_id = ?1",
            "DELETE FROM hubspot_event WHERE connection_id = ?1",
            "DELETE FROM mapping_version WHERE connection_id = ?1",
            "DELETE FROM people_document WHERE connection_id = ?1",
            "DELETE FROM person_copy WHERE connection_id = ?1",
            "DELETE FROM person_address WHERE connection_id = ?1",
            "DELETE FROM person_beside WHERE connection_id = ?1",
            "DELETE FROM pair WHERE connection_id = ?1",
            "DELETE FROM not_pair WHERE connection_id = ?1",
            "DELETE FROM pair_step WHERE connection_id = ?1",
            "DELETE FROM people_effect WHERE connection_id = ?1",
            "DELETE FROM people_conflict WHERE connection_id = ?1",
            "DELETE FROM rule_backfill_person WHERE backfill_id IN
                 (SELECT id FROM rule_backfill WHERE connection_id = ?1)",
            "DELETE FROM rule_backfill WHERE connection_id = ?1",
            "DELETE FROM rule_lead WHERE connection_id = ?1",
            "DELETE FROM rule_call WHERE connection_id = ?1",
            "DELETE FROM person_line WHERE connection_id = ?1",
            "DELETE FROM list_member WHERE connection_id = ?1",
            "DELETE FROM lead_change WHERE connection_id = ?1",
            "DELETE FROM rule_write WHERE connection_id = ?1",
            "DELETE FROM rule_seen WHERE connection_id = ?1",
            "DELETE FROM rule_run WHERE connection_id = ?1",
            "DELETE FROM rule_version WHERE rule_id IN (SELECT id FROM rule WHERE connection_id = ?1)",
            "DELETE FROM rule WHERE connection_id = ?1",
            "DELETE FROM connection WHERE id = ?1",
        ] {
            self.change(statement, [id])?;
        }
        Ok(())
    }
}
