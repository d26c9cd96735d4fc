//! The mapping of a connection: what holds, what held, and what is wrong with it in its portal.

use super::contacts::FIRST_PASS;
use super::discovery;
use super::editing::keep_draft;
use crate::engine::Engine;
use crate::store::{MappingVersion, Reader, StoreError, Writer};
use mapping::check::{Problem, check};
use mapping::{Mapping, defaults, file};
use wire::Timestamp;

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

/// Why a mapping can't be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It can't be written down so that it reads the same.
    #[error("This mapping can't be kept: {0}.")]
    Unwritable(String),
}

/// Applies a mapping: it holds from now on, and everybody is looked at with it. Its number.
///
/// Values that were not read so far are read by the next round.
///
/// # Errors
/// See [`ApplyError`]. Nothing was changed then.
pub fn apply(
    rows: &Writer<'_>,
    connection: i64,
    mapping: &Mapping,
    says: &str,
    now: Timestamp,
) -> Result<i64, ApplyError> {
    let body = file::print(mapping);
    let read = file::parse(&body).map_err(|faults| {
        let first = faults.first().map(|fault| fault.reason.clone());
        ApplyError::Unwritable(first.unwrap_or_default())
    })?;
    if read != *mapping {
        let says = "a name in it has a character that a mapping can't hold".to_owned();
        return Err(ApplyError::Unwritable(says));
    }
    let before = current(rows, connection)?.sources();
    let number = rows.add_mapping_version(connection, says, &body, now)?;
    keep_draft(rows, connection, None, now)?;
    let mut sources = mapping.sources().into_iter();
    if sources.any(|source| !before.contains(&source)) {
        rows.remove_cursor(connection, FIRST_PASS)?;
    }
    rows.soil_all_copies(connection)?;
    Ok(number)
}

impl Engine {
    /// See [`apply`].
    ///
    /// # Errors
    /// See [`ApplyError`].
    pub fn apply_mapping(&self, mapping: &Mapping, says: &str) -> Result<i64, ApplyError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| match apply(rows, id, mapping, says, now) {
            Ok(number) => Ok(Ok(number)),
            Err(ApplyError::Store(error)) => Err(error),
            Err(refused) => Ok(Err(refused)),
        })?
    }
}
