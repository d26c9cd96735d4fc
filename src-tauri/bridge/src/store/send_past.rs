//! What was sent to a person before, as the guard asks for it.

use super::Reader;
use super::failure::StoreError;
use super::row::text;
use super::send::{SendRow, read, select_send};
use rusqlite::params;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use wire::Timestamp;

/// By what a person's sends are found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Past<'a> {
    pub(crate) contact_id: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    /// A row that does not count, because it is the one that is asked about.
    pub(crate) except: i64,
}

impl Reader<'_> {
    /// Sends of the same text to the same person, the newest first, without those that were refused, failed
    /// or were taken back.
    pub(crate) fn newest_same(
        &self,
        connection: i64,
        past: Past<'_>,
        text_hash: &str,
    ) -> Result<Vec<SendRow>, StoreError> {
        // One text may go to many: found by the person, never by the text.
        let by_key = [
            (
                select_send!(
                    "WHERE connection_id = ?1 AND phone = ?2 AND phone <> '' AND +text_hash = ?3
                       AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')
                     ORDER BY id DESC LIMIT 20"
                ),
                past.phone,
            ),
            (
                select_send!(
                    "WHERE connection_id = ?1 AND email = ?2 AND email <> '' AND +text_hash = ?3
                       AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')
                     ORDER BY id DESC LIMIT 20"
                ),
                past.email,
            ),
            (
                select_send!(
                    "WHERE connection_id = ?1 AND contact_id = ?2 AND contact_id <> ''
                       AND +text_hash = ?3
                       AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')
                     ORDER BY id DESC LIMIT 20"
                ),
                past.contact_id,
            ),
        ];
        let mut same = BTreeMap::new();
        for (select, key) in by_key {
            if let Some(key) = key.filter(|key| !key.is_empty()) {
                let values = params![connection, key, text_hash, past.except];
                let rows = self.rows(select, values, read)?;
                same.extend(rows.into_iter().map(|row| (Reverse(row.id), row)));
            }
        }
        Ok(same.into_values().collect())
    }

    /// How many sends went, or are to go, to this person since then.
    pub(crate) fn sends_to(
        &self,
        connection: i64,
        past: Past<'_>,
        since: Timestamp,
    ) -> Result<u32, StoreError> {
        let mut ids = BTreeSet::new();
        for (select, key) in [
            (
                "SELECT id FROM send WHERE connection_id = ?1 AND phone = ?2 AND phone <> ''
                   AND created_at >= ?3 AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')",
                past.phone,
            ),
            (
                "SELECT id FROM send WHERE connection_id = ?1 AND email = ?2 AND email <> ''
                   AND created_at >= ?3 AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')",
                past.email,
            ),
            (
                "SELECT id FROM send WHERE connection_id = ?1 AND contact_id = ?2 AND contact_id <> ''
                   AND created_at >= ?3 AND id <> ?4 AND state NOT IN ('refused', 'failed', 'cancelled')",
                past.contact_id,
            ),
        ] {
            if let Some(key) = key.filter(|key| !key.is_empty()) {
                ids.extend(self.rows(
                    select,
                    params![connection, key, since, past.except],
                    |row| Ok(row.get::<_, i64>(0)?),
                )?);
            }
        }
        Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX))
    }

    /// The send of this intent.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn send_of_intent(
        &self,
        connection: i64,
        intent: &str,
    ) -> Result<Option<SendRow>, StoreError> {
        self.row(
            select_send!("WHERE connection_id = ?1 AND intent = ?2 AND intent <> ''"),
            params![connection, intent],
            read,
        )
    }

    /// The newest sends, whatever became of them.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn newest_sends(&self, connection: i64, limit: u32) -> Result<Vec<SendRow>, StoreError> {
        self.rows(
            select_send!("WHERE connection_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2"),
            params![connection, limit],
            read,
        )
    }

    /// Sends to a contact, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn sends_to_contact(
        &self,
        connection: i64,
        contact: &str,
        limit: u32,
    ) -> Result<Vec<SendRow>, StoreError> {
        self.rows(
            select_send!(
                "WHERE connection_id = ?1 AND contact_id = ?2 AND contact_id <> ''
                 ORDER BY created_at DESC, id DESC LIMIT ?3"
            ),
            params![connection, contact, limit],
            read,
        )
    }
}

impl super::Writer<'_> {
    /// Takes a send back that has not left yet. False where it has.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn cancel_queued(
        &self,
        connection: i64,
        id: i64,
        who: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.change(
            "UPDATE send SET state = 'cancelled', reason = 'taken back by ' || ?3, changed_at = ?4
             WHERE id = ?2 AND connection_id = ?1 AND state = 'queued'",
            params![connection, id, who, now],
        )?;
        Ok(changed > 0)
    }

    /// The intent may become another send: this one certainly did not go out.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_intent(&self, id: i64) -> Result<(), StoreError> {
        self.change(
            "UPDATE send SET intent = '' WHERE id = ?1 AND state = 'failed'",
            [id],
        )
        .map(drop)
    }

    /// Nothing that waits here leaves for this address any more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn refuse_queued(
        &self,
        connection: i64,
        phone: Option<&str>,
        email: Option<&str>,
        reason: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.change(
            "UPDATE send SET state = 'refused', reason = ?4, changed_at = ?5
             WHERE connection_id = ?1 AND state = 'queued'
               AND ((?2 <> '' AND phone = ?2) OR (?3 <> '' AND email = ?3))",
            params![connection, text(phone), text(email), reason, now],
        )
    }
}
