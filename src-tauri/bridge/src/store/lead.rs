//! What Tuco knows of its leads, as it was read last.

use super::failure::StoreError;
use super::row::{given, json, text, to_json};
use super::{Reader, Writer};
use rusqlite::{Row, params};
use std::collections::BTreeMap;
use wire::Timestamp;

/// A lead as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadRow {
    /// Tuco's id.
    pub lead_id: String,
    /// Name to show; may be empty.
    pub name: String,
    /// All phone numbers, the main one first, as Tuco writes them.
    pub phones: Vec<String>,
    /// All e-mail addresses, the main one first.
    pub emails: Vec<String>,
    /// The HubSpot contact that Tuco has on it.
    pub hs_contact_id: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
}

fn read(row: &Row<'_>) -> Result<LeadRow, StoreError> {
    Ok(LeadRow {
        lead_id: row.get(0)?,
        name: row.get(1)?,
        phones: json("lead.phones", row.get_ref(2)?.as_str().unwrap_or_default())?,
        emails: json("lead.emails", row.get_ref(3)?.as_str().unwrap_or_default())?,
        hs_contact_id: given(row.get(4)?),
        read_at: row.get(5)?,
    })
}

impl Reader<'_> {
    /// One lead.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn lead(&self, connection: i64, lead_id: &str) -> Result<Option<LeadRow>, StoreError> {
        self.row(
            "SELECT lead_id, name, phones, emails, hs_contact_id, read_at FROM lead
             WHERE connection_id = ?1 AND lead_id = ?2",
            params![connection, lead_id],
            read,
        )
    }

    /// Those of them that are stored, by id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn leads<S: AsRef<str>>(
        &self,
        connection: i64,
        lead_ids: impl IntoIterator<Item = S>,
    ) -> Result<BTreeMap<String, LeadRow>, StoreError> {
        let mut found = BTreeMap::new();
        for lead_id in lead_ids {
            if let Some(lead) = self.lead(connection, lead_id.as_ref())? {
                found.insert(lead.lead_id.clone(), lead);
            }
        }
        Ok(found)
    }
}

impl Writer<'_> {
    /// Adds or replaces one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn upsert_lead(&self, connection: i64, lead: &LeadRow) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO lead (connection_id, lead_id, name, phones, emails, hs_contact_id, read_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET name = excluded.name, phones = excluded.phones,
                 emails = excluded.emails, hs_contact_id = excluded.hs_contact_id,
                 read_at = excluded.read_at",
            params![
                connection,
                lead.lead_id,
                lead.name,
                to_json("lead.phones", &lead.phones)?,
                to_json("lead.emails", &lead.emails)?,
                text(lead.hs_contact_id.as_deref()),
                lead.read_at
            ],
        )?;
        Ok(())
    }
}
