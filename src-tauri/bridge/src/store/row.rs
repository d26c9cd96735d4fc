//! Between columns and the words and lists of the house.

use super::damage;
use super::failure::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::Path;

/// The case of a stored word.
pub(super) fn word<T>(
    column: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
    stored: &str,
) -> Result<T, StoreError> {
    parse(stored).ok_or(StoreError::Unreadable { column })
}

/// A stored list or cause.
pub(super) fn json<T: DeserializeOwned>(
    column: &'static str,
    stored: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(stored).map_err(|_| StoreError::Unreadable { column })
}

/// The form in which a list or a cause is stored.
pub(super) fn to_json<T: Serialize + ?Sized>(
    column: &'static str,
    value: &T,
) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable { column })
}

/// Columns hold an empty text where there is nothing.
pub(super) fn given(stored: String) -> Option<String> {
    if stored.is_empty() {
        None
    } else {
        Some(stored)
    }
}

/// The other way about.
pub(super) fn text(value: Option<&str>) -> &str {
    value.unwrap_or_default()
}

impl super::Reader<'_> {
    /// A failure of SQLite as ours. Damage is remembered for the next opening.
    pub(super) fn failed(&self, error: rusqlite::Error) -> StoreError {
        let error = StoreError::from(error);
        if matches!(error, StoreError::Damaged)
            && let Some(path) = self.connection.path()
        {
            damage::suspect(Path::new(path));
        }
        error
    }

    /// All rows of a statement.
    pub(super) fn rows<T>(
        &self,
        select: &str,
        values: impl rusqlite::Params,
        mut read: impl FnMut(&rusqlite::Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let failed = |error| self.failed(error);
        let mut statement = self.connection.prepare_cached(select).map_err(failed)?;
        let mut rows = statement.query(values).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// The first row of a statement.
    pub(super) fn row<T>(
        &self,
        select: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let failed = |error| self.failed(error);
        let mut statement = self.connection.prepare_cached(select).map_err(failed)?;
        let mut rows = statement.query(values).map_err(failed)?;
        rows.next().map_err(failed)?.map(read).transpose()
    }
}

impl super::Writer<'_> {
    /// How many rows a statement changed.
    pub(super) fn change(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
    ) -> Result<usize, StoreError> {
        let failed = |error| self.failed(error);
        self.connection
            .prepare_cached(statement)
            .map_err(failed)?
            .execute(values)
            .map_err(failed)
    }

    /// The id of the row that was inserted last.
    pub(super) fn last_id(&self) -> i64 {
        self.connection.last_insert_rowid()
    }
}
