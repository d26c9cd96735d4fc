//! Who was on a list when it was last read whole.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use std::collections::BTreeSet;

impl Reader<'_> {
    /// Contacts that were on it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn list_members(
        &self,
        connection: i64,
        list: &str,
    ) -> Result<BTreeSet<String>, StoreError> {
        let all = self.rows(
            "SELECT contact_id FROM list_member WHERE connection_id = ?1 AND list_id = ?2",
            params![connection, list],
            |row| Ok(row.get(0)?),
        )?;
        Ok(all.into_iter().collect())
    }
}

impl Writer<'_> {
    /// These are on it now, and those are not any more.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn change_list_members<'a>(
        &self,
        connection: i64,
        list: &str,
        joined: impl IntoIterator<Item = &'a String>,
        left: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), StoreError> {
        for contact in joined {
            self.change(
                "INSERT OR IGNORE INTO list_member (connection_id, list_id, contact_id)
                 VALUES (?1, ?2, ?3)",
                params![connection, list, contact],
            )?;
        }
        for contact in left {
            self.change(
                "DELETE FROM list_member
                 WHERE connection_id = ?1 AND list_id = ?2 AND contact_id = ?3",
                params![connection, list, contact],
            )?;
        }
        Ok(())
    }
}
