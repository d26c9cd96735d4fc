//! A field of one's own on a lead, written for somebody else's purpose: the name of the rule that wrote to it.

use super::records;
use super::writing::{ASK_AGAIN_MS, NO_LEAD_UPDATE};
use crate::engine::Engine;
use crate::refusal;
use crate::store::{PeopleSide, StoreError};
use crate::trouble::Trouble;
use mapping::{LeadField, Values};
use tuco::{ErrorKind, Lead};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// It stands there.
    Written,
    /// There is no such lead any more.
    Gone,
    /// Tuco does not take changes of leads.
    NotOffered,
    /// Tuco refused this one.
    Refused,
}

impl Engine {
    /// Writes a text into one field of a lead, unless it stands there. May be said any number of times.
    pub(crate) async fn name_on_lead(
        &self,
        lead: &str,
        field: &LeadField,
        text: &str,
    ) -> Result<Named, Trouble> {
        if !self.lead_changes_offered()? {
            return Ok(Named::NotOffered);
        }
        // Fields of one's own are written together: nobody else may write this lead meanwhile.
        let _alone = self.people.lock().await;
        let tuco = &self.outside.tuco;
        let Some(found) = self.attempt(|| tuco.lead(lead)).await? else {
            return Ok(Named::Gone);
        };
        let region = self.settings()?.phone_region;
        let held = records::of_lead(&found, &region, self.now()).values;
        if mapping::value(&held, field.as_str()) == text {
            return Ok(Named::Written);
        }
        let wanted = Values::from([(field.to_string(), text.to_owned())]);
        let fields = records::lead_fields(&wanted, &held);
        match self.attempt(|| tuco.update_lead(lead, &fields)).await {
            Ok(answer) => {
                self.keep_what_was_written(lead, answer, &region).await?;
                Ok(Named::Written)
            }
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                // It was there a moment ago: it is the call that is not.
                if error.kind != ErrorKind::NotOffered {
                    return Ok(Named::Refused);
                }
                let (id, now) = (self.id(), self.now());
                self.write(|rows| rows.set_cursor(id, NO_LEAD_UPDATE, "refused", now))?;
                Ok(Named::NotOffered)
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// What Tuco answered within a day.
    pub(super) fn lead_changes_offered(&self) -> Result<bool, StoreError> {
        let id = self.id();
        Ok(self
            .read(|rows| rows.cursor_and_time(id, NO_LEAD_UPDATE))?
            .is_none_or(|(_, at)| self.now().saturating_sub(at) > ASK_AGAIN_MS))
    }

    /// A copy that is kept of the lead would else take the field away with the next change.
    async fn keep_what_was_written(
        &self,
        lead: &str,
        answer: Option<Lead>,
        region: &str,
    ) -> Result<(), Trouble> {
        let id = self.id();
        let kept = self.read(|rows| rows.person_copy(id, PeopleSide::Lead, lead))?;
        if kept.is_none() {
            return Ok(());
        }
        let tuco = &self.outside.tuco;
        let now = match answer.filter(|answer| answer.id == lead) {
            Some(answer) => Some(answer),
            None => self.attempt(|| tuco.lead(lead)).await?,
        };
        if let Some(now) = now {
            let copy = records::of_lead(&now, region, self.now());
            self.write(|rows| rows.put_copy(id, &copy, copy.read_at).map(drop))?;
        }
        Ok(())
    }
}
