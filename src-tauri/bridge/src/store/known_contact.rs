//! Contacts that the log knows, by a name, a number or an address that somebody types.
//!
//! It reads the index of words and not HubSpot, so it answers as fast as somebody types and without a
//! network. What it refuses: whoever only occurs in the text of messages, and going through all matches
//! of a common word; the newest [`LOOKED_THROUGH`] are enough to find whom somebody has in mind.

use super::Reader;
use super::event::count;
use super::failure::StoreError;
use super::row::given;
use rusqlite::params;
use std::collections::BTreeSet;
use wire::Timestamp;

/// Matches that are looked through for whose they are.
const LOOKED_THROUGH: usize = 2_000;

/// A contact as its newest event names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownContact {
    /// HubSpot's id.
    pub contact_id: String,
    /// Its name, where Tuco has one.
    pub name: Option<String>,
    /// Its number.
    pub phone: Option<String>,
    /// Its address.
    pub email: Option<String>,
    /// When something last happened.
    pub last_at: Timestamp,
}

struct Match {
    contact: KnownContact,
    text: String,
}

impl Reader<'_> {
    /// Whose name, number or address holds what was typed, whoever was written with last first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn known_contacts(
        &self,
        connection: i64,
        typed: &str,
        limit: usize,
    ) -> Result<Vec<KnownContact>, StoreError> {
        let Some(wanted) = self.expression(typed)? else {
            return Ok(Vec::new());
        };
        let mut seen = BTreeSet::new();
        let matches = self.rows(
            "SELECT contact_id, name, phone, email, occurred_at, text FROM event
             JOIN (SELECT rowid AS found FROM event_text
                   WHERE event_text MATCH ?1 ORDER BY rowid DESC LIMIT ?2) ON id = found
             WHERE connection_id = ?3 AND contact_id <> '' ORDER BY found DESC",
            params![wanted, count(LOOKED_THROUGH), connection],
            |row| {
                Ok(Match {
                    contact: KnownContact {
                        contact_id: row.get(0)?,
                        name: given(row.get(1)?),
                        phone: given(row.get(2)?),
                        email: given(row.get(3)?),
                        last_at: row.get(4)?,
                    },
                    text: row.get(5)?,
                })
            },
        )?;
        let words = lower_words(typed);
        Ok(matches
            .into_iter()
            .filter(|found| found.is_of_the_person(&words))
            .map(|found| found.contact)
            .filter(|contact| seen.insert(contact.contact_id.clone()))
            .take(limit)
            .collect())
    }
}

impl Match {
    /// The index does not say in which column a word was found, and folds accents that a plain
    /// comparison does not. So a match counts where the person has the words, and also where the text
    /// has not: then only the person can have been found.
    fn is_of_the_person(&self, words: &[String]) -> bool {
        let of = |part: &Option<String>| part.as_deref().unwrap_or_default().to_lowercase();
        let contact = &self.contact;
        let person = format!(
            "{} {} {}",
            of(&contact.name),
            of(&contact.phone),
            of(&contact.email)
        );
        let text = self.text.to_lowercase();
        words.iter().all(|word| person.contains(word.as_str()))
            || words.iter().any(|word| !text.contains(word.as_str()))
    }
}

fn lower_words(typed: &str) -> Vec<String> {
    typed.split_whitespace().map(str::to_lowercase).collect()
}
