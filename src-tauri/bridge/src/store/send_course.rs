//! How sends go on after Tuco took them, and whether anything about messages changed.

use super::failure::StoreError;
use super::send::{SendRow, read, select_send};
use super::{Reader, SendState, Writer};
use rusqlite::params;
use wire::Timestamp;

/// The state of everything about messages, to be compared with a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessagesMark {
    /// The sends that changed last, with their states.
    pub sends: String,
    /// Opt-outs, their ends, and what waits to be read, as one text.
    pub opt_outs: String,
    /// The runs and their states, as one text.
    pub runs: String,
    /// Rules and what they said, as one text.
    pub rules: String,
}

impl Reader<'_> {
    /// See [`MessagesMark`]. Costs nearly the same at any size.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn messages_mark(&self, connection: i64) -> Result<MessagesMark, StoreError> {
        let word = |select| -> Result<String, StoreError> {
            let found = self.row(select, [connection], |row| {
                Ok(row.get::<_, Option<String>>(0)?)
            })?;
            Ok(found.flatten().unwrap_or_default())
        };
        Ok(MessagesMark {
            sends: word(
                "SELECT group_concat(changed_at || ' ' || id || state) FROM send
                 WHERE connection_id = ?1 AND changed_at = (
                     SELECT max(changed_at) FROM send WHERE connection_id = ?1)",
            )?,
            opt_outs: word(
                "SELECT (SELECT count(*) || ' ' || count(lifted_at) FROM opt_out WHERE connection_id = ?1)
                     || ' ' || (SELECT count(*) FROM review
                                WHERE connection_id = ?1 AND outcome = 'open')
                     || ' ' || (SELECT count(*) FROM opt_out_step
                                WHERE connection_id = ?1 AND progress = 'open')",
            )?,
            runs: word(
                "SELECT group_concat(id || state) FROM run WHERE connection_id = ?1 AND state <> 'ready'",
            )?,
            rules: self.rules_mark(connection)?,
        })
    }
}

impl Reader<'_> {
    /// Messages that did not arrive, and whose other way is still to be taken or decided against.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn unreached_sends(&self, connection: i64) -> Result<Vec<SendRow>, StoreError> {
        self.rows(
            select_send!(
                "WHERE connection_id = ?1 AND fallback IN ('sms', 'task') AND fallback_at IS NULL
                   AND state IN ('failed', 'fallback') ORDER BY id LIMIT 200"
            ),
            [connection],
            read,
        )
    }
}

impl Writer<'_> {
    /// The other way of a message is taken, or with a reason decided against. False where it was before:
    /// whoever gets true, and nobody else, goes it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) fn settle_fallback(
        &self,
        id: i64,
        why: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let settled = self.change(
            "UPDATE send SET fallback_at = ?2, fallback_why = ?3, changed_at = ?2
             WHERE id = ?1 AND fallback_at IS NULL",
            params![id, now, why],
        )?;
        Ok(settled > 0)
    }

    /// In a copy that was put back nobody knows which text messages followed meanwhile: none follows now.
    /// Tasks are looked up before they are made.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) fn distrust_fallbacks(
        &self,
        connection: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE send SET fallback_at = ?2, fallback_why = 'restored'
             WHERE connection_id = ?1 AND fallback = 'sms' AND fallback_at IS NULL",
            params![connection, now],
        )
        .map(drop)
    }

    /// Tuco says how a message of ours went on. One that has ended stays as it is.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) fn send_goes_on(
        &self,
        connection: i64,
        message_id: &str,
        (state, reason): (SendState, &str),
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE send SET state = ?3, reason = ?4, changed_at = ?5
             WHERE connection_id = ?1 AND message_id = ?2 AND message_id <> ''
               AND state <> ?3
               AND (state IN ('pending', 'scheduled')
                    OR (state IN ('sent', 'fallback') AND ?3 IN ('delivered', 'failed'))
                    OR (state = 'sent' AND ?3 = 'fallback'))",
            params![connection, message_id, state.as_str(), reason, now],
        )
        .map(drop)
    }
}
