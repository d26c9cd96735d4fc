//! What somebody wrote that a person has to read before anything else is sent to them.

use super::failure::StoreError;
use super::row::{given, text, word};
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// Why it has to be read.
    ReviewKind {
        /// It may be an opt-out. Sends are held.
        FreeWording = "free_wording",
        /// Tuco took it for an opt-out, and it seems to be none.
        Harmless = "harmless",
    }
}

/// A review to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReview {
    /// Why.
    pub kind: ReviewKind,
    /// Tuco's id of the message.
    pub message_id: String,
    /// From this number.
    pub phone: Option<String>,
    /// From this address.
    pub email: Option<String>,
    /// From this lead.
    pub lead_id: Option<String>,
    /// Name to show; may be empty.
    pub name: String,
    /// What they wrote.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

/// A review as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRow {
    /// Row id.
    pub id: i64,
    /// What it is about.
    pub of: NewReview,
}

fn read(row: &Row<'_>) -> Result<ReviewRow, StoreError> {
    Ok(ReviewRow {
        id: row.get(0)?,
        of: NewReview {
            kind: word(
                "review.kind",
                ReviewKind::parse,
                row.get_ref(1)?.as_str().unwrap_or_default(),
            )?,
            message_id: row.get(2)?,
            phone: given(row.get(3)?),
            email: given(row.get(4)?),
            lead_id: given(row.get(5)?),
            name: row.get(6)?,
            text: row.get(7)?,
            at: row.get(8)?,
        },
    })
}

impl Reader<'_> {
    /// Those that nobody has decided, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_reviews(&self, connection: i64) -> Result<Vec<ReviewRow>, StoreError> {
        self.rows(
            "SELECT id, kind, message_id, phone, email, lead_id, name, text, at FROM review
             WHERE connection_id = ?1 AND outcome = 'open' ORDER BY at, id",
            [connection],
            read,
        )
    }

    /// When one of these wrote something that holds sends.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn held_by_review(
        &self,
        connection: i64,
        addresses: &[String],
    ) -> Result<Option<Timestamp>, StoreError> {
        let open = self.open_reviews(connection)?;
        Ok(open
            .iter()
            .filter(|row| row.of.kind == ReviewKind::FreeWording)
            .find(|row| {
                let lead = row.of.lead_id.as_ref().map(|lead| format!("lead:{lead}"));
                [row.of.phone.as_ref(), row.of.email.as_ref(), lead.as_ref()]
                    .into_iter()
                    .flatten()
                    .any(|address| addresses.contains(address))
            })
            .map(|row| row.of.at))
    }
}

impl Writer<'_> {
    /// Adds one. A message is read once.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_review(&self, connection: i64, new: &NewReview) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO review (connection_id, kind, message_id, phone, email, lead_id, name, text, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
            params![
                connection,
                new.kind.as_str(),
                new.message_id,
                text(new.phone.as_deref()),
                text(new.email.as_deref()),
                text(new.lead_id.as_deref()),
                new.name,
                new.text,
                new.at
            ],
        )
        .map(drop)
    }

    /// Somebody read it. False where somebody had before.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn decide_review(
        &self,
        connection: i64,
        id: i64,
        opted_out: bool,
        who: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let outcome = if opted_out { "opted_out" } else { "harmless" };
        let changed = self.change(
            "UPDATE review SET outcome = ?3, decided_by = ?4, decided_at = ?5
             WHERE connection_id = ?1 AND id = ?2 AND outcome = 'open'",
            params![connection, id, outcome, who, now],
        )?;
        Ok(changed > 0)
    }
}
