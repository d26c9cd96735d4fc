//! Entries that a person moved from one contact to another.

use super::Writer;
use super::failure::StoreError;
use crate::person::How;
use rusqlite::params;

impl Writer<'_> {
    /// An entry stands on another contact now, because a person said so; its event does too.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn entry_moved(&self, entry: i64, contact_id: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE effect SET contact_id = ?2 WHERE id = ?1",
            params![entry, contact_id],
        )?;
        self.change(
            "UPDATE event SET contact_id = ?2, how = ?3
             WHERE id = (SELECT event_id FROM effect WHERE id = ?1)",
            params![entry, contact_id, How::ByHand.as_str()],
        )?;
        Ok(())
    }
}
