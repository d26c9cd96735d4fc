//! Who may be the same person, and what happened to a link.

use super::super::Reader;
use super::super::failure::StoreError;
use super::{CopyRow, PeopleSide};
use rusqlite::params;
use wire::Timestamp;

/// Nobody has more people to choose from than this.
const MOST_SUGGESTED: usize = 12;

/// Why two records may be one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// An e-mail address that both have.
    Email,
    /// A number that both have.
    Phone,
    /// Numbers that end alike.
    LastDigits,
    /// The same name.
    Name,
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// The record.
    pub copy: CopyRow,
    /// Why.
    pub likeness: Likeness,
    /// What is alike.
    pub what: String,
}

/// A step in the history of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairStep {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// `linked`, `unlinked`, `merged`, `ignored` or `heeded`.
    pub what: String,
    /// Why, or how it was found.
    pub how: String,
    /// The contact.
    pub contact_id: String,
    /// The lead.
    pub lead_id: String,
}

impl Reader<'_> {
    /// Records of the other side that may be the same person, the most alike first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn suggested(&self, connection: i64, copy: &CopyRow) -> Result<Vec<Suggested>, StoreError> {
        let other = copy.side.other();
        let mut found: Vec<Suggested> = Vec::new();
        let mut take = |id: String, likeness, what: &str| -> Result<(), StoreError> {
            let known = found.iter().any(|one| one.copy.id == id);
            let refused = match copy.side {
                PeopleSide::Contact => self.is_no_pair(connection, &copy.id, &id)?,
                PeopleSide::Lead => self.is_no_pair(connection, &id, &copy.id)?,
            };
            if known || refused || found.len() >= MOST_SUGGESTED {
                return Ok(());
            }
            if let Some(copy) = self.person_copy(connection, other, &id)? {
                found.push(Suggested {
                    copy,
                    likeness,
                    what: what.to_owned(),
                });
            }
            Ok(())
        };
        for address in &copy.addresses {
            let likeness = if address.contains('@') {
                Likeness::Email
            } else {
                Likeness::Phone
            };
            for id in self.with_address(connection, other, address)? {
                take(id, likeness, address)?;
            }
        }
        for number in copy.addresses.iter().filter(|one| !one.contains('@')) {
            let place = number.len().saturating_sub(7);
            let Some(tail) = number.get(place..).filter(|tail| tail.len() == 7) else {
                continue;
            };
            let ids: Vec<String> = self.rows(
                "SELECT record_id FROM person_address
                 WHERE connection_id = ?1 AND side = ?2 AND substr(address, -7) = ?3
                 ORDER BY record_id LIMIT 12",
                params![connection, other.as_str(), tail],
                |row| Ok(row.get(0)?),
            )?;
            for id in ids {
                take(id, Likeness::LastDigits, tail)?;
            }
        }
        // One word is many people's name.
        if copy.name.trim().contains(' ') {
            let ids: Vec<String> = self.rows(
                "SELECT record_id FROM person_copy
                 WHERE connection_id = ?1 AND sort = ?2 AND side = ?3 ORDER BY number LIMIT 12",
                params![connection, copy.sort(), other.as_str()],
                |row| Ok(row.get(0)?),
            )?;
            for id in ids {
                take(id, Likeness::Name, copy.name.trim())?;
            }
        }
        Ok(found)
    }

    /// What happened to the link of a contact or a lead, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn pair_steps(
        &self,
        connection: i64,
        contact_id: &str,
        lead_id: &str,
        most: usize,
    ) -> Result<Vec<PairStep>, StoreError> {
        self.rows(
            "SELECT id, at, what, how, contact_id, lead_id FROM pair_step
             WHERE connection_id = ?1 AND ((?2 <> '' AND contact_id = ?2) OR (?3 <> '' AND lead_id = ?3))
             ORDER BY id DESC LIMIT ?4",
            params![connection, contact_id, lead_id, most],
            |row| {
                Ok(PairStep {
                    id: row.get(0)?,
                    at: row.get(1)?,
                    what: row.get(2)?,
                    how: row.get(3)?,
                    contact_id: row.get(4)?,
                    lead_id: row.get(5)?,
                })
            },
        )
    }

    /// Timeline entries that were written to a contact from here.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entries_of(&self, connection: i64, contact_id: &str) -> Result<u64, StoreError> {
        let count = self.row(
            "SELECT count(*) FROM event WHERE connection_id = ?1 AND contact_id = ?2
             AND contact_id <> '' AND stage = 'written'",
            params![connection, contact_id],
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or_default())
    }
}
