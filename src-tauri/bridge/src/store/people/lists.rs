//! People as they are listed.

use super::super::Reader;
use super::super::failure::StoreError;
use super::super::row::{given, json};
use super::PeopleSide;
use mapping::Values;
use rusqlite::params;
use std::collections::BTreeMap;
use wire::Timestamp;

/// How many people there are of each sort.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleCounts {
    /// Contacts that are known.
    pub contacts: u64,
    /// Leads that are known.
    pub leads: u64,
    /// Linked.
    pub linked: u64,
    /// In step with nobody, by reason.
    pub held: BTreeMap<String, u64>,
    /// Conflicts that were found.
    pub conflicts: u64,
}

/// One person in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// The contact's id, where there is one.
    pub contact_id: Option<String>,
    /// The lead's id, where there is one.
    pub lead_id: Option<String>,
    /// Name.
    pub name: String,
    /// Mapped values of the record that is listed.
    pub values: Values,
    /// How the two were found to be one.
    pub how: Option<String>,
    /// Why it is in step with nobody.
    pub held: Option<String>,
    /// When it last changed.
    pub changed_at: Option<Timestamp>,
}

impl Reader<'_> {
    /// How many people there are of each sort.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_counts(&self, connection: i64) -> Result<PeopleCounts, StoreError> {
        let held = self.rows(
            "SELECT held, count(*) FROM person_copy WHERE connection_id = ?1 AND held <> '' GROUP BY held",
            [connection],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let conflicts = self.row(
            "SELECT count(*) FROM people_conflict WHERE connection_id = ?1",
            [connection],
            |row| Ok(row.get(0)?),
        )?;
        Ok(PeopleCounts {
            contacts: self.copy_count(connection, PeopleSide::Contact)?,
            leads: self.copy_count(connection, PeopleSide::Lead)?,
            linked: self.pair_count(connection)?,
            held: held.into_iter().collect(),
            conflicts: conflicts.unwrap_or_default(),
        })
    }

    /// Linked people, after a contact id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn linked_people(
        &self,
        connection: i64,
        after: &str,
        most: usize,
    ) -> Result<Vec<PersonLine>, StoreError> {
        self.rows(
            "SELECT pair.contact_id, pair.lead_id, ifnull(copy.name, ''), ifnull(copy.content, '{}'),
                 pair.how, '', copy.changed_at
             FROM pair LEFT JOIN person_copy AS copy ON copy.connection_id = pair.connection_id
                 AND copy.side = 'contact' AND copy.record_id = pair.contact_id
             WHERE pair.connection_id = ?1 AND pair.contact_id > ?2 ORDER BY pair.contact_id LIMIT ?3",
            params![connection, after, most],
            read,
        )
    }

    /// People in step with nobody for a reason, or for any where it is empty.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn held_people(
        &self,
        connection: i64,
        reason: &str,
        most: usize,
    ) -> Result<Vec<PersonLine>, StoreError> {
        self.rows(
            "SELECT iif(side = 'contact', record_id, ''), iif(side = 'lead', record_id, ''), name, content,
                 '', held, changed_at
             FROM person_copy WHERE connection_id = ?1 AND held <> '' AND (?2 = '' OR held = ?2)
             ORDER BY held, side, record_id LIMIT ?3",
            params![connection, reason, most],
            read,
        )
    }
}

fn read(row: &rusqlite::Row<'_>) -> Result<PersonLine, StoreError> {
    Ok(PersonLine {
        contact_id: given(row.get(0)?),
        lead_id: given(row.get(1)?),
        name: row.get(2)?,
        values: json(
            "person_copy.content",
            row.get_ref(3)?.as_str().unwrap_or_default(),
        )?,
        how: given(row.get(4)?),
        held: given(row.get(5)?),
        changed_at: row.get(6)?,
    })
}
