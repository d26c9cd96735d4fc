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
    /// Who made it here, and why.
    pub by: String,
    /// Why.
    pub why: String,
}

fn read(row: &Row<'_>) -> Result<OptOutRow, StoreError> {
    Ok(OptOutRow {
        id: row.get(0)?,
        address: row.get(1)?,
        source: row.get(2)?,
        message_id: given(row.get(3)?),
        since: row.get(4)?,
        lifted_at: row.get(5)?,
        by: row.get(6)?,
        why: row.get(7)?,
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
                "SELECT id, address, source, message_id, since, lifted_at, who, why FROM opt_out
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

    /// Those of an address that are in force.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_outs_of(
        &self,
        connection: i64,
        address: &str,
    ) -> Result<Vec<OptOutRow>, StoreError> {
        self.rows(
            "SELECT id, address, source, message_id, since, lifted_at, who, why FROM opt_out
             WHERE connection_id = ?1 AND address = ?2 AND lifted_at IS NULL ORDER BY since, id",
            params![connection, address],
            read,
        )
    }

    /// When the last one of an address ended that is over now.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_out_lifted(
        &self,
        connection: i64,
        address: &str,
    ) -> Result<Option<Timestamp>, StoreError> {
        let lifted = self.row(
            "SELECT max(lifted_at) FROM opt_out WHERE connection_id = ?1 AND address = ?2",
            params![connection, address],
            |row| Ok(row.get::<_, Option<Timestamp>>(0)?),
        )?;
        Ok(lifted.flatten())
    }

    /// Whether one of exactly this moment is known, in force or not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_out_since(
        &self,
        connection: i64,
        address: &str,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let known = self.row(
            "SELECT id FROM opt_out WHERE connection_id = ?1 AND address = ?2 AND since = ?3",
            params![connection, address, since],
            |row| Ok(row.get::<_, i64>(0)?),
        )?;
        Ok(known.is_some())
    }

    /// All that ever were, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn opt_outs(&self, connection: i64) -> Result<Vec<OptOutRow>, StoreError> {
        self.rows(
            "SELECT id, address, source, message_id, since, lifted_at, who, why FROM opt_out
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

    /// Says who made the newest one of an address here, and why.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn sign_opt_out(
        &self,
        connection: i64,
        address: &str,
        who: &str,
        why: &str,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE opt_out SET who = ?3, why = ?4 WHERE id = (
                 SELECT max(id) FROM opt_out WHERE connection_id = ?1 AND address = ?2)",
            params![connection, address, who, why],
        )
        .map(drop)
    }

    /// The address may be written to again: those that came from there (all, with no source) end. How
    /// many did.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn lift_opt_out(
        &self,
        connection: i64,
        address: &str,
        source: Option<&str>,
        lifted: (&str, &str),
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        self.change(
            "UPDATE opt_out SET lifted_at = ?3, lifted_by = ?5, lifted_why = ?6
             WHERE connection_id = ?1 AND address = ?2 AND lifted_at IS NULL
               AND (?4 = '' OR source = ?4)",
            params![
                connection,
                address,
                now,
                source.unwrap_or_default(),
                lifted.0,
                lifted.1
            ],
        )
    }
}
