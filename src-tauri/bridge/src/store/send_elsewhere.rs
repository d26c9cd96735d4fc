//! What somebody was sent from elsewhere: Tuco's own page, a campaign, this program on another computer.
//!
//! It is known from the events, so only as far as it was polled or delivered.

use super::Reader;
use super::failure::StoreError;
use rusqlite::params;
use std::collections::BTreeMap;
use wire::Timestamp;

/// No more of one person are looked at.
const MOST: u32 = 200;

/// A message that went out, and that no send of this file stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// When.
    pub(crate) at: Timestamp,
    /// What it said.
    pub(crate) text: String,
}

macro_rules! select_elsewhere {
    ($of:literal) => {
        concat!(
            "SELECT id, occurred_at, text FROM event AS e WHERE connection_id = ?1 AND ",
            $of,
            " AND occurred_at >= ?3 AND kind = 'sent'
              AND NOT EXISTS (SELECT 1 FROM send WHERE connection_id = ?1
                  AND message_id = e.message_id AND message_id <> '')
              AND NOT EXISTS (SELECT 1 FROM send WHERE connection_id = ?1
                  AND key = e.batch_id AND e.batch_id <> '')
              AND NOT EXISTS (SELECT 1 FROM event AS f WHERE f.connection_id = ?1
                  AND f.message_id = e.message_id AND f.kind = 'failed')
              ORDER BY occurred_at DESC, id DESC LIMIT ?4"
        )
    };
}

impl Reader<'_> {
    /// Messages to a contact, or to these people as events name them, since then; the newest first.
    pub(crate) fn sent_elsewhere(
        &self,
        connection: i64,
        contact_id: Option<&str>,
        people: &[String],
        since: Timestamp,
    ) -> Result<Vec<Elsewhere>, StoreError> {
        let by_contact = contact_id.map(|id| {
            (
                select_elsewhere!("contact_id = ?2 AND contact_id <> ''"),
                id,
            )
        });
        let by_person = people
            .iter()
            .map(|person| (select_elsewhere!("person = ?2"), person.as_str()));
        let mut found = BTreeMap::new();
        for (select, key) in by_contact.into_iter().chain(by_person) {
            let values = params![connection, key, since, MOST];
            found.extend(self.rows(select, values, |row| {
                let one = Elsewhere {
                    at: row.get(1)?,
                    text: row.get(2)?,
                };
                Ok((row.get::<_, i64>(0)?, one))
            })?);
        }
        let mut found: Vec<Elsewhere> = found.into_values().collect();
        found.sort_by_key(|one| std::cmp::Reverse(one.at));
        Ok(found)
    }
}
