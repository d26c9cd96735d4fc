//! What an opt-out, or its end, still has to be told to. Each step may be done any number of times.

use super::failure::StoreError;
use super::row::{given, text, word};
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// Whom to tell what, in this order.
    Step {
        /// Tuco's do-not-contact list.
        Dnc = "dnc",
        /// What waits at Tuco is withdrawn.
        Cancel = "cancel",
        /// The contact's properties in HubSpot.
        HubSpot = "hubspot",
        /// Off Tuco's list again.
        DncRemove = "dnc_remove",
        /// The contact's properties in HubSpot: again.
        HubSpotIn = "hubspot_in",
    }
}

/// Whose, and since when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewStep {
    /// Number.
    pub phone: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Lead.
    pub lead_id: Option<String>,
    /// Contact.
    pub contact_id: Option<String>,
    /// When the person said so.
    pub at: Timestamp,
}

/// A step as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Row id.
    pub id: i64,
    /// What to do.
    pub step: Step,
    /// Whose.
    pub of: NewStep,
    /// Tries so far.
    pub attempts: u32,
    /// Why it is not done yet.
    pub detail: String,
}

fn read(row: &Row<'_>) -> Result<StepRow, StoreError> {
    Ok(StepRow {
        id: row.get(0)?,
        step: word(
            "opt_out_step.step",
            Step::parse,
            row.get_ref(1)?.as_str().unwrap_or_default(),
        )?,
        of: NewStep {
            phone: given(row.get(2)?),
            email: given(row.get(3)?),
            lead_id: given(row.get(4)?),
            contact_id: given(row.get(5)?),
            at: row.get(6)?,
        },
        attempts: row.get(7)?,
        detail: row.get(8)?,
    })
}

impl Reader<'_> {
    /// Steps that are due, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn due_steps(
        &self,
        connection: i64,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<StepRow>, StoreError> {
        self.rows(
            "SELECT id, step, phone, email, lead_id, contact_id, at, attempts, detail FROM opt_out_step
             WHERE connection_id = ?1 AND progress = 'open' AND due_at <= ?2 ORDER BY id LIMIT ?3",
            params![connection, now, limit],
            read,
        )
    }

    /// Whether a step of a number is yet to be done.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn is_step_open(
        &self,
        connection: i64,
        step: Step,
        phone: &str,
    ) -> Result<bool, StoreError> {
        let open = self.open_steps(connection)?;
        Ok(open
            .iter()
            .any(|row| row.step == step && row.of.phone.as_deref() == Some(phone)))
    }

    /// All that are not done.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_steps(&self, connection: i64) -> Result<Vec<StepRow>, StoreError> {
        self.due_steps(connection, i64::MAX, 100_000)
    }
}

impl Writer<'_> {
    /// Adds a step. One that is known stays as it is.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_step(
        &self,
        connection: i64,
        step: Step,
        of: &NewStep,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO opt_out_step (connection_id, step, phone, email, lead_id, contact_id, at, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            params![
                connection,
                step.as_str(),
                text(of.phone.as_deref()),
                text(of.email.as_deref()),
                text(of.lead_id.as_deref()),
                text(of.contact_id.as_deref()),
                of.at,
                now
            ],
        )
        .map(drop)
    }

    /// It is done, or there is nothing to do.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn step_done(&self, id: i64, detail: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE opt_out_step SET progress = 'done', detail = ?2, attempts = attempts + 1
             WHERE id = ?1",
            params![id, detail],
        )
        .map(drop)
    }

    /// Not yet, and why.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn step_later(&self, id: i64, due_at: Timestamp, detail: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE opt_out_step SET due_at = ?2, detail = ?3, attempts = attempts + 1 WHERE id = ?1",
            params![id, due_at, detail],
        )
        .map(drop)
    }
}
