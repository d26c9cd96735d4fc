//! What came in over the listener: the last requests, how many ended how, and every body that was ever
//! taken, by its sum. No body, no header and no address of a sender is kept.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::listener::Verdict;
use rusqlite::params;
use std::collections::BTreeMap;
use wire::Timestamp;

/// Older ones are forgotten; their counts stay.
pub const KEPT: u32 = 200;

/// A request that reached the listener's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Row id.
    pub id: i64,
    /// When it came.
    pub at: Timestamp,
    /// Its event, as far as that could be read.
    pub event: String,
    /// Tuco's id of the message, where it was taken.
    pub message_id: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The event is much older, or newer, than its arrival.
    pub late: bool,
    /// From the request to the durable row, in microseconds.
    pub latency_us: u64,
    /// Length of the body.
    pub bytes: u64,
}

impl Reader<'_> {
    /// The last requests, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn deliveries(&self, connection: i64, limit: u32) -> Result<Vec<DeliveryRow>, StoreError> {
        self.rows(
            "SELECT id, at, event, message_id, verdict, late, latency_us, bytes FROM delivery
             WHERE connection_id = ?1 ORDER BY id DESC LIMIT ?2",
            params![connection, limit],
            |row| {
                Ok(DeliveryRow {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    event: row.get(2)?,
                    message_id: row.get(3)?,
                    verdict: word(
                        "delivery.verdict",
                        Verdict::parse,
                        row.get_ref(4)?.as_str().unwrap_or_default(),
                    )?,
                    late: row.get(5)?,
                    latency_us: row.get(6)?,
                    bytes: row.get(7)?,
                })
            },
        )
    }

    /// How many requests ended how, since the listener was first turned on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn delivery_counts(&self, connection: i64) -> Result<BTreeMap<String, u64>, StoreError> {
        let rows = self.rows(
            "SELECT verdict, deliveries FROM delivery_count WHERE connection_id = ?1",
            params![connection],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(rows.into_iter().collect())
    }
}

impl Writer<'_> {
    /// Remembers a body for good. True where it was not known.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remember_body(&self, connection: i64, sum: &[u8; 32]) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT INTO webhook_seen (connection_id, body_sum) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            params![connection, sum.as_slice()],
        )?;
        Ok(added > 0)
    }

    /// Keeps a request among the last ones; its `id` is given here.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_delivery(&self, connection: i64, row: &DeliveryRow) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO delivery (connection_id, at, event, message_id, verdict, late, latency_us, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                connection,
                row.at,
                row.event,
                row.message_id,
                row.verdict.as_str(),
                row.late,
                row.latency_us,
                row.bytes
            ],
        )?;
        Ok(())
    }

    /// Forgets all but the last [`KEPT`].
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn trim_deliveries(&self, connection: i64) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM delivery WHERE connection_id = ?1 AND id <=
                 (SELECT id FROM delivery WHERE connection_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
            params![connection, KEPT],
        )?;
        Ok(())
    }

    /// Counts for good.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn count_deliveries(
        &self,
        connection: i64,
        verdict: Verdict,
        more: u64,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO delivery_count (connection_id, verdict, deliveries) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET deliveries = deliveries + excluded.deliveries",
            params![connection, verdict.as_str(), more],
        )?;
        Ok(())
    }
}
