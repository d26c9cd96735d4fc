//! What somebody began to write, one for a contact. The draft itself is the page's own text.

use super::failure::StoreError;
use super::{Reader, Writer};
use rusqlite::params;
use wire::Timestamp;

/// A draft as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// For whom.
    pub contact_id: String,
    /// As whoever writes it keeps it.
    pub draft: String,
    /// When.
    pub kept_at: Timestamp,
}

impl Reader<'_> {
    /// The newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn drafts(&self, connection: i64) -> Result<Vec<DraftRow>, StoreError> {
        self.rows(
            "SELECT contact_id, draft, kept_at FROM draft WHERE connection_id = ?1
             ORDER BY kept_at DESC, contact_id",
            [connection],
            |row| {
                Ok(DraftRow {
                    contact_id: row.get(0)?,
                    draft: row.get(1)?,
                    kept_at: row.get(2)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Keeps one in place of another.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_draft(&self, connection: i64, row: &DraftRow) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO draft (connection_id, contact_id, draft, kept_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET draft = excluded.draft, kept_at = excluded.kept_at",
            params![connection, row.contact_id, row.draft, row.kept_at],
        )
        .map(drop)
    }

    /// Forgets one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_draft(&self, connection: i64, contact: &str) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM draft WHERE connection_id = ?1 AND contact_id = ?2",
            params![connection, contact],
        )
        .map(drop)
    }
}
