//! The listener of a connection: where it is, and what is registered at Tuco for it.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// How a connection's listener is set up. Its secrets are in the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Whose.
    pub connection_id: i64,
    /// Whether it is to listen.
    pub enabled: bool,
    /// On which port of this computer.
    pub port: u16,
    /// 128 random bits in the address, as 32 hexadecimal digits.
    pub path: String,
    /// Where the tunnel or relay is that leads here, such as `https://name.example`; empty without one.
    pub tunnel: String,
    /// Tuco's id of the registration; empty without one.
    pub webhook_id: String,
    /// A change at Tuco was begun: what stands there and is not `webhook_id` has to go.
    pub pending: bool,
    /// How often a signature was good only for the body written anew.
    pub rewritten: u64,
    /// Since when two secrets hold; 0 while there is one.
    pub rotating_since: Timestamp,
}

macro_rules! select_webhook {
    ($rest:literal) => {
        concat!(
            "SELECT connection_id, enabled, port, path, tunnel, webhook_id, pending, rewritten, \
             rotating_since FROM webhook ",
            $rest
        )
    };
}

fn read(row: &rusqlite::Row<'_>) -> Result<WebhookRow, StoreError> {
    Ok(WebhookRow {
        connection_id: row.get(0)?,
        enabled: row.get(1)?,
        port: row.get(2)?,
        path: row.get(3)?,
        tunnel: row.get(4)?,
        webhook_id: row.get(5)?,
        pending: row.get(6)?,
        rewritten: row.get(7)?,
        rotating_since: row.get(8)?,
    })
}

impl Reader<'_> {
    /// The listener of a connection, where one was ever set up.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn webhook(&self, connection: i64) -> Result<Option<WebhookRow>, StoreError> {
        self.row(
            select_webhook!("WHERE connection_id = ?1"),
            params![connection],
            read,
        )
    }

    /// All listeners of this home.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn webhooks(&self) -> Result<Vec<WebhookRow>, StoreError> {
        self.rows(select_webhook!("ORDER BY connection_id"), [], read)
    }
}

impl Writer<'_> {
    /// Keeps the set-up of a listener.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_webhook(&self, row: &WebhookRow, now: Timestamp) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO webhook (connection_id, enabled, port, path, tunnel, webhook_id, pending,
                 rewritten, rotating_since, changed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT DO UPDATE SET enabled = excluded.enabled, port = excluded.port,
                 path = excluded.path, tunnel = excluded.tunnel,
                 webhook_id = excluded.webhook_id, pending = excluded.pending,
                 rotating_since = excluded.rotating_since, changed_at = excluded.changed_at",
            params![
                row.connection_id,
                row.enabled,
                row.port,
                row.path,
                row.tunnel,
                row.webhook_id,
                row.pending,
                row.rewritten,
                row.rotating_since,
                now
            ],
        )?;
        Ok(())
    }

    /// Counts bodies that had to be written anew.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn count_rewritten(&self, connection: i64, more: u64) -> Result<(), StoreError> {
        self.change(
            "UPDATE webhook SET rewritten = rewritten + ?2 WHERE connection_id = ?1",
            params![connection, more],
        )?;
        Ok(())
    }
}
