//! Which contact a person is.

use super::failure::StoreError;
use super::row::{given, json, text, to_json};
use super::{Reader, Writer};
use crate::person::How;
use crate::reason::Candidate;
use rusqlite::{Row, params};
use std::collections::BTreeMap;
use wire::Timestamp;

/// A link as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// See [`crate::event::person_key`].
    pub person: String,
    /// The contact.
    pub contact_id: String,
    /// A word of [`How`].
    pub how: String,
    /// The contact's owner when it was found.
    pub owner_id: Option<String>,
    /// Others that fit too.
    pub also: Vec<Candidate>,
    /// When it was found.
    pub since: Timestamp,
}

fn read(row: &Row<'_>) -> Result<LinkRow, StoreError> {
    Ok(LinkRow {
        person: row.get(0)?,
        contact_id: row.get(1)?,
        how: row.get(2)?,
        owner_id: given(row.get(3)?),
        also: json("link.also", row.get_ref(4)?.as_str().unwrap_or_default())?,
        since: row.get(5)?,
    })
}

impl Reader<'_> {
    /// The link of a person.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn link(&self, connection: i64, person: &str) -> Result<Option<LinkRow>, StoreError> {
        self.row(
            "SELECT person, contact_id, how, owner_id, also, since FROM link
             WHERE connection_id = ?1 AND person = ?2",
            params![connection, person],
            read,
        )
    }

    /// Those that are stored, by person.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn links<S: AsRef<str>>(
        &self,
        connection: i64,
        people: impl IntoIterator<Item = S>,
    ) -> Result<BTreeMap<String, LinkRow>, StoreError> {
        let mut found = BTreeMap::new();
        for person in people {
            if let Some(link) = self.link(connection, person.as_ref())? {
                found.insert(link.person.clone(), link);
            }
        }
        Ok(found)
    }
}

impl Writer<'_> {
    /// Adds or replaces one. A link made by hand is never replaced by a found one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_link(&self, connection: i64, link: &LinkRow) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO link (connection_id, person, contact_id, how, owner_id, also, since)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET contact_id = excluded.contact_id, how = excluded.how,
                 owner_id = excluded.owner_id, also = excluded.also, since = excluded.since
             WHERE link.how <> ?8 OR excluded.how = ?8",
            params![
                connection,
                link.person,
                link.contact_id,
                link.how,
                text(link.owner_id.as_deref()),
                to_json("link.also", &link.also)?,
                link.since,
                How::ByHand.as_str()
            ],
        )?;
        Ok(())
    }

    /// Forgets every link to a contact: it is gone.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn remove_links_to(&self, connection: i64, contact_id: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM link WHERE connection_id = ?1 AND contact_id = ?2",
            params![connection, contact_id],
        )?;
        Ok(())
    }
}
