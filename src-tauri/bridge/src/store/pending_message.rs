//! Outbound messages whose end is not known yet.

use super::event::count;
use super::failure::StoreError;
use super::row::{given, text};
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A message that is still on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMessage {
    /// Whose.
    pub connection_id: i64,
    /// Tuco's id.
    pub message_id: String,
    /// By whom it can be asked for.
    pub lead_id: Option<String>,
    /// Tuco's word.
    pub status: String,
    /// How often it was looked at.
    pub looks: u32,
    /// When to look next.
    pub look_at: Timestamp,
}

impl Reader<'_> {
    /// Messages to be looked at, the longest due first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn due_pending(
        &self,
        connection: i64,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<PendingMessage>, StoreError> {
        self.rows(
            "SELECT connection_id, message_id, lead_id, status, looks, look_at FROM pending_message
             WHERE connection_id = ?1 AND look_at <= ?2 ORDER BY look_at LIMIT ?3",
            params![connection, now, count(limit)],
            |row| {
                Ok(PendingMessage {
                    connection_id: row.get(0)?,
                    message_id: row.get(1)?,
                    lead_id: given(row.get(2)?),
                    status: row.get(3)?,
                    looks: row.get(4)?,
                    look_at: row.get(5)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Remembers one. True where it was not there yet. Seen again with another status it is looked at
    /// afresh; with the same one it keeps its turn.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_pending(&self, message: &PendingMessage) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT INTO pending_message (connection_id, message_id, lead_id, status, looks, look_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
            params![
                message.connection_id,
                message.message_id,
                text(message.lead_id.as_deref()),
                message.status,
                message.looks,
                message.look_at
            ],
        )?;
        if added == 0 {
            self.change(
                "UPDATE pending_message SET status = ?3, looks = ?4, look_at = ?5,
                     lead_id = iif(lead_id = '', ?6, lead_id)
                 WHERE connection_id = ?1 AND message_id = ?2 AND status <> ?3",
                params![
                    message.connection_id,
                    message.message_id,
                    message.status,
                    message.looks,
                    message.look_at,
                    text(message.lead_id.as_deref())
                ],
            )?;
        }
        Ok(added > 0)
    }

    /// It was looked at in vain.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn pending_looked(
        &self,
        connection: i64,
        message_id: &str,
        looks: u32,
        look_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE pending_message SET looks = ?3, look_at = ?4
             WHERE connection_id = ?1 AND message_id = ?2",
            params![connection, message_id, looks, look_at],
        )?;
        Ok(())
    }

    /// It has ended.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_pending(&self, connection: i64, message_id: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM pending_message WHERE connection_id = ?1 AND message_id = ?2",
            params![connection, message_id],
        )?;
        Ok(())
    }
}
