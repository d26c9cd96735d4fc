//! Messages by the beginning of their id, as people type it.

use super::Reader;
use super::failure::StoreError;
use rusqlite::params;

impl Reader<'_> {
    /// Ids of messages that begin like this, at most `limit`, in the order of the ids.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn messages_beginning(
        &self,
        connection: i64,
        beginning: &str,
        limit: usize,
    ) -> Result<Vec<String>, StoreError> {
        // By the order of bytes, which the unique index follows: nothing is a wildcard here.
        let after = format!("{beginning}\u{10ffff}");
        self.rows(
            "SELECT DISTINCT message_id FROM event
             WHERE connection_id = ?1 AND message_id >= ?2 AND message_id < ?3
             ORDER BY message_id LIMIT ?4",
            params![
                connection,
                beginning,
                after,
                i64::try_from(limit).unwrap_or(i64::MAX)
            ],
            |row| Ok(row.get(0)?),
        )
    }
}
