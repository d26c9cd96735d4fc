//! Addresses, and people, that must not be written to. A lifted one is kept: the history is the proof.

use super::failure::StoreError;
use super::row::given;
use super::{Reader, Writer};
use rusqlite::{Row, params};
use wire::Timestamp;

/// An opt-out as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutRow {
    /// Row id.
    pub id: i64,
    /// A phone number, an e-mail address or a person's key.
    pub address: String,
    /// Who said so: `reply`, `tuco`, `hubspot` or `by_hand`.
    pub source: String,
    /// The message that said it.
    pub message_id: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// Until when; none while it is in force.
    pub lifted_at: Option<Timestamp>,
}

fn read(row: &Row<'_>) -> Result<OptOutRow, StoreError> {
    Ok(OptOutRow {
        id: row.get(0)?,
        address: row.get(1)?,
        source: row.get(2)?,
        message_id: given(row.get(3)?),
        since: row.get(4)?,
        lifted_at: row.get(5)?,
    })
}

impl Reader<'_> {
    /// The first of these addresses that must not be written to.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_out_in_force<S: AsRef<str>>(
        &self,
        connection: i64,
        addresses: impl IntoIterator<Item = S>,
    ) -> Result<Option<OptOutRow>, StoreError> {
        for address in addresses {
            let found = self.row(
                "SELECT id, address, source, message_id, since, lifted_at FROM opt_out
                 WHERE connection_id = ?1 AND address = ?2 AND lifted_at IS NULL
                 ORDER BY since LIMIT 1",
                params![connection, address.as_ref()],
                read,
            )?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// All that ever were, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_outs(&self, connection: i64) -> Result<Vec<OptOutRow>, StoreError> {
        self.rows(
            "SELECT id, address, source, message_id, since, lifted_at FROM opt_out
             WHERE connection_id = ?1 ORDER BY since DESC, id DESC",
            [connection],
            read,
        )
    }
}

impl Writer<'_> {
    /// Notes one. False where it is known: a message counts once, so that reading it again does not
    /// bring back what was lifted; without a message it counts unless the same is in force.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_opt_out(
        &self,
        connection: i64,
        address: &str,
        source: &str,
        message_id: &str,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let added = self.change(
            "INSERT INTO opt_out (connection_id, address, source, message_id, since)
             SELECT ?1, ?2, ?3, ?4, ?5
             WHERE ?4 <> '' OR NOT EXISTS (
                 SELECT 1 FROM opt_out WHERE connection_id = ?1 AND address = ?2 AND source = ?3
                    AND lifted_at IS NULL)
             ON CONFLICT DO NOTHING",
            params![connection, address, source, message_id, since],
        )?;
        Ok(added > 0)
    }

    /// The address may be written to again. How many entries that ended.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn lift_opt_out(
        &self,
        connection: i64,
        address: &str,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.change(
            "UPDATE opt_out SET lifted_at = ?3
             WHERE connection_id = ?1 AND address = ?2 AND lifted_at IS NULL",
            params![connection, address, now],
        )
    }
}
