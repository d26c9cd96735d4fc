//! The mapping of a connection: what holds, what held, and what is wrong with it in its portal.

use super::contacts::FIRST_PASS;
use super::discovery;
use crate::engine::Engine;
use crate::store::{MappingVersion, Reader, StoreError};
use mapping::check::{Problem, check};
use mapping::{Mapping, defaults, file};

const DRAFT: &str = "draft";

/// The mapping that holds: the one that was applied last, else the one from the start.
///
/// # Errors
/// See [`StoreError`].
pub fn current(rows: &Reader<'_>, connection: i64) -> Result<Mapping, StoreError> {
    let newest = rows.mapping_versions(connection, 1)?;
    match newest.first() {
        Some(version) => of_version(version),
        None => Ok(defaults::from_the_start()),
    }
}

/// The mapping of a version.
///
/// # Errors
/// [`StoreError::Unreadable`] where it can't be read.
pub fn of_version(version: &MappingVersion) -> Result<Mapping, StoreError> {
    file::parse(&version.body).map_err(|_| StoreError::Unreadable {
        column: "mapping_version.body",
    })
}

/// What somebody changed and has not applied.
///
/// # Errors
/// See [`StoreError`].
pub fn draft(rows: &Reader<'_>, connection: i64) -> Result<Option<Mapping>, StoreError> {
    let stored = rows.people_document(connection, DRAFT)?;
    Ok(stored.and_then(|(body, _)| file::parse(&body).ok()))
}

/// What is wrong with a mapping in the portal as it was read last.
///
/// # Errors
/// See [`StoreError`].
pub fn problems(
    rows: &Reader<'_>,
    connection: i64,
    mapping: &Mapping,
) -> Result<Vec<Problem>, StoreError> {
    let (portal, _) = discovery::kept(rows, connection)?;
    Ok(check(mapping, &portal))
}

impl Engine {
    /// Applies a mapping: it holds from now on, and everybody is looked at with it. Its number.
    ///
    /// Values that were not read so far are read by the next round.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn apply_mapping(&self, mapping: &Mapping, says: &str) -> Result<i64, StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            let before = current(rows, id)?.sources();
            let number = rows.add_mapping_version(id, says, &file::print(mapping), now)?;
            rows.forget_people_document(id, DRAFT)?;
            if mapping
                .sources()
                .iter()
                .any(|source| !before.contains(source))
            {
                rows.remove_cursor(id, FIRST_PASS)?;
            }
            rows.soil_all_copies(id)?;
            Ok(number)
        })
    }

    /// Keeps what somebody changed without applying it, or forgets it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_draft(&self, mapping: Option<&Mapping>) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| match mapping {
            Some(mapping) => rows.keep_people_document(id, DRAFT, &file::print(mapping), now),
            None => rows.forget_people_document(id, DRAFT),
        })
    }
}
