//! Contacts and leads as they were read last, who belongs to whom, and what they agreed on.

mod beside;
mod documents;
mod effects;
pub mod likeness;
mod lists;
pub mod pages;
mod pairs;

pub use documents::MappingVersion;
pub use effects::{ConflictRow, NewConflict, NewPeopleEffect};
pub use lists::{PeopleCounts, PersonLine};
pub use pairs::PairRow;

use super::failure::StoreError;
use super::row::{json, to_json, word};
use super::{Reader, Writer};
use crate::event::words;
use mapping::Values;
use rusqlite::{Row, params};
use std::collections::BTreeSet;
use wire::Timestamp;

words! {
    /// Whose record it is.
    PeopleSide {
        /// HubSpot's.
        Contact = "contact",
        /// Tuco's.
        Lead = "lead",
    }
}

impl PeopleSide {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Contact => Self::Lead,
            Self::Lead => Self::Contact,
        }
    }
}

/// A record as it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    /// By which it is shown; 0 before it was kept.
    pub number: i64,
    /// Whose.
    pub side: PeopleSide,
    /// Its id there.
    pub id: String,
    /// Name to show; may be empty.
    pub name: String,
    /// Mapped values.
    pub values: Values,
    /// Addresses and numbers in the form in which they are compared.
    pub addresses: BTreeSet<String>,
    /// Of a lead, the contact that it names; empty for none.
    pub claim: String,
    /// When it last changed, by its own service.
    pub changed_at: Option<Timestamp>,
    /// When it was read.
    pub read_at: Timestamp,
    /// Why it is in step with nobody; empty where it is or was not looked at.
    pub held: String,
    /// A person put it aside: it is in step with nobody.
    pub ignored: bool,
}

impl CopyRow {
    /// The name as lists are ordered by it: names of every script, then numbers and marks, then nothing.
    pub(super) fn sort(&self) -> String {
        let name = self.name.trim().to_lowercase();
        let shown = if name.is_empty() {
            self.addresses.first().map_or("", String::as_str)
        } else {
            &name
        };
        let place = match shown.chars().next() {
            Some(first) if first.is_alphabetic() => 0,
            Some(_) => 1,
            None => 2,
        };
        format!("{place}{shown}")
    }

    /// Stands for everything in it that matters.
    pub fn hash(&self) -> String {
        let mut all = self.values.clone();
        all.insert(" claim".to_owned(), self.claim.clone());
        let addresses: Vec<&str> = self.addresses.iter().map(String::as_str).collect();
        all.insert(" addresses".to_owned(), addresses.join(" "));
        mapping::content::of_all(&all)
    }
}

/// What became of a copy that was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Put {
    /// Something of it is news.
    pub changed: bool,
    /// It was not read before in this run.
    pub first_in_run: bool,
}

pub(super) const COPY: &str = "SELECT side, record_id, name, content, addresses, claim, changed_at, read_at, held, number, ignored
    FROM person_copy ";

pub(super) fn read_copy(row: &Row<'_>) -> Result<CopyRow, StoreError> {
    let text = |at: usize| {
        row.get_ref(at)
            .map(|value| value.as_str().unwrap_or_default())
    };
    Ok(CopyRow {
        side: word("person_copy.side", PeopleSide::parse, text(0)?)?,
        id: row.get(1)?,
        name: row.get(2)?,
        values: json("person_copy.content", text(3)?)?,
        addresses: json("person_copy.addresses", text(4)?)?,
        claim: row.get(5)?,
        changed_at: row.get(6)?,
        read_at: row.get(7)?,
        held: row.get(8)?,
        number: row.get(9)?,
        ignored: row.get(10)?,
    })
}

impl Reader<'_> {
    /// One copy.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn person_copy(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<Option<CopyRow>, StoreError> {
        self.row(
            &format!("{COPY} WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3"),
            params![connection, side.as_str(), id],
            read_copy,
        )
    }

    /// One copy, where it has news.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn dirty_copy(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<Option<CopyRow>, StoreError> {
        self.row(
            &format!(
                "{COPY} WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3 AND dirty = 1"
            ),
            params![connection, side.as_str(), id],
            read_copy,
        )
    }

    /// Copies that have news, after a place, in the order of their ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn dirty_copies(
        &self,
        connection: i64,
        side: PeopleSide,
        after: &str,
        most: usize,
    ) -> Result<Vec<CopyRow>, StoreError> {
        self.rows(
            &format!(
                "{COPY} WHERE connection_id = ?1 AND side = ?2 AND dirty = 1 AND record_id > ?3
                 ORDER BY record_id LIMIT ?4"
            ),
            params![connection, side.as_str(), after, most],
            read_copy,
        )
    }

    /// All copies of a side, after a place, in the order of their ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn copies_after(
        &self,
        connection: i64,
        side: PeopleSide,
        after: &str,
        most: usize,
    ) -> Result<Vec<CopyRow>, StoreError> {
        self.rows(
            &format!(
                "{COPY} WHERE connection_id = ?1 AND side = ?2 AND record_id > ?3
                 ORDER BY record_id LIMIT ?4"
            ),
            params![connection, side.as_str(), after, most],
            read_copy,
        )
    }

    /// Ids of the records of a side that have this address.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn with_address(
        &self,
        connection: i64,
        side: PeopleSide,
        address: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.rows(
            "SELECT record_id FROM person_address
             WHERE connection_id = ?1 AND address = ?2 AND side = ?3 ORDER BY record_id LIMIT 50",
            params![connection, address, side.as_str()],
            |row| Ok(row.get(0)?),
        )
    }

    /// Leads that name this contact by themselves.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn leads_claiming(
        &self,
        connection: i64,
        contact_id: &str,
    ) -> Result<Vec<String>, StoreError> {
        self.rows(
            "SELECT record_id FROM person_copy
             WHERE connection_id = ?1 AND claim = ?2 AND claim <> '' AND side = 'lead' LIMIT 50",
            params![connection, contact_id],
            |row| Ok(row.get(0)?),
        )
    }

    /// Records of a side that were not read since a moment: they may be gone.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn copies_not_read_since(
        &self,
        connection: i64,
        side: PeopleSide,
        since: Timestamp,
        most: usize,
    ) -> Result<Vec<String>, StoreError> {
        self.rows(
            "SELECT record_id FROM person_copy
             WHERE connection_id = ?1 AND side = ?2 AND read_at < ?3 ORDER BY read_at LIMIT ?4",
            params![connection, side.as_str(), since, most],
            |row| Ok(row.get(0)?),
        )
    }

    /// How many copies of a side there are.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn copy_count(&self, connection: i64, side: PeopleSide) -> Result<u64, StoreError> {
        Ok(self
            .row(
                "SELECT count(*) FROM person_copy WHERE connection_id = ?1 AND side = ?2",
                params![connection, side.as_str()],
                |row| Ok(row.get(0)?),
            )?
            .unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Keeps a copy as it was read. It is dirty from then on where something of it is news.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn put_copy(&self, connection: i64, copy: &CopyRow, run: i64) -> Result<Put, StoreError> {
        let hash = copy.hash();
        let before: Option<(String, i64)> = self.row(
            "SELECT hash, run FROM person_copy
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, copy.side.as_str(), copy.id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let first_in_run = before.as_ref().is_none_or(|(_, last)| *last != run);
        if before.as_ref().is_some_and(|(known, _)| *known == hash) {
            self.change(
                // A record's date moves with whatever is written to it, our own timeline entries too. Who was
                // last is asked about these values, and they are the same: they keep their date.
                "UPDATE person_copy SET changed_at = coalesce(changed_at, ?4), read_at = ?5, run = ?6,
                     name = ?7, sort = ?8
                 WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
                params![
                    connection,
                    copy.side.as_str(),
                    copy.id,
                    copy.changed_at,
                    copy.read_at,
                    run,
                    copy.name,
                    copy.sort()
                ],
            )?;
            return Ok(Put {
                changed: false,
                first_in_run,
            });
        }
        if before.is_some() {
            if copy.side == PeopleSide::Lead {
                self.note_lead_change(connection, copy)?;
            }
            self.forget_addresses(connection, copy.side, &copy.id)?;
        }
        self.change(
            "INSERT INTO person_copy (connection_id, side, record_id, name, content, hash, addresses,
                 claim, changed_at, read_at, run, dirty, held, sort)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1, '', ?12)
             ON CONFLICT DO UPDATE SET name = excluded.name, sort = excluded.sort, content = excluded.content,
                 hash = excluded.hash, addresses = excluded.addresses, claim = excluded.claim,
                 changed_at = excluded.changed_at, read_at = excluded.read_at, run = excluded.run,
                 dirty = 1, held = ''",
            params![
                connection,
                copy.side.as_str(),
                copy.id,
                copy.name,
                to_json("person_copy.content", &copy.values)?,
                hash,
                to_json("person_copy.addresses", &copy.addresses)?,
                copy.claim,
                copy.changed_at,
                copy.read_at,
                run,
                copy.sort()
            ],
        )?;
        for address in &copy.addresses {
            self.change(
                "INSERT OR IGNORE INTO person_address (connection_id, address, side, record_id)
                 VALUES (?1, ?2, ?3, ?4)",
                params![connection, address, copy.side.as_str(), copy.id],
            )?;
        }
        Ok(Put {
            changed: true,
            first_in_run,
        })
    }

    fn forget_addresses(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<(), StoreError> {
        let Some(known) = self.person_copy(connection, side, id)? else {
            return Ok(());
        };
        for address in &known.addresses {
            self.change(
                "DELETE FROM person_address
                 WHERE connection_id = ?1 AND address = ?2 AND side = ?3 AND record_id = ?4",
                params![connection, address, side.as_str(), id],
            )?;
        }
        Ok(())
    }

    /// A record is still there, though nothing of it was read.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn touch_copy(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE person_copy SET read_at = ?4
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, side.as_str(), id, now],
        )?;
        Ok(())
    }

    /// Forgets a record that is gone, with everything of it that is kept here.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_copy(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<(), StoreError> {
        self.forget_addresses(connection, side, id)?;
        if side == PeopleSide::Contact {
            self.forget_beside(connection, Some(id))?;
        }
        self.change(
            "DELETE FROM person_copy WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, side.as_str(), id],
        )?;
        Ok(())
    }

    /// A record has been dealt with: in step, or held for a reason.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn settle_copy(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
        held: &str,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE person_copy SET dirty = 0, held = ?4
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, side.as_str(), id, held],
        )?;
        Ok(())
    }

    /// A record is to be looked at again.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn soil_copy(&self, connection: i64, side: PeopleSide, id: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE person_copy SET dirty = 1
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, side.as_str(), id],
        )?;
        Ok(())
    }

    /// Puts a record aside, or takes it up again.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_aside(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
        aside: bool,
    ) -> Result<(), StoreError> {
        self.change(
            "UPDATE person_copy SET ignored = ?4, dirty = 1, held = ''
             WHERE connection_id = ?1 AND side = ?2 AND record_id = ?3",
            params![connection, side.as_str(), id, aside],
        )?;
        Ok(())
    }

    /// Everybody is to be looked at again: the mapping or the switches changed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn soil_all_copies(&self, connection: i64) -> Result<(), StoreError> {
        self.change(
            "UPDATE person_copy SET dirty = 1 WHERE connection_id = ?1",
            [connection],
        )?;
        Ok(())
    }
}
