//! The one place from which a message leaves.

use crate::engine::Engine;
use crate::event::Source;
use crate::guard::READ_ONLY;
use crate::planted::Defect;
use crate::poll::{Found, of_message};
use crate::refusal;
use crate::store::{SendRow, SendState};
use crate::trouble::Trouble;
use message::guard::Cleared;
use std::time::Duration;
use tuco::{Marks, SendOutcome, Status};
use wire::RetryClass;

impl Engine {
    /// Sends what is cleared. The row says `sending` already, and the clearance is used up.
    pub(super) async fn dispatch(
        &self,
        cleared: Cleared,
        row: SendRow,
    ) -> Result<SendRow, Trouble> {
        let marks = Marks {
            batch_id: Some(row.key.clone()),
            correlation_id: Some(row.key.clone()),
            hs_contact_id: row.contact_id.clone(),
            hs_portal_id: row.contact_id.as_ref().map(|_| self.connection().portal_id),
            ..Marks::default()
        };
        match self.outside.tuco.send(cleared, &marks).await {
            Ok(outcome) => self.sent(row, &outcome),
            Err(error) => match error.retry_class() {
                RetryClass::UnknownOutcome if self.planted(Defect::ResendUnknown) => {
                    self.settle_send(row, SendState::Queued, "no_answer", Some(5_000))
                }
                RetryClass::UnknownOutcome => {
                    let row =
                        self.settle_send(row, SendState::Unknown, "no_answer", Some(5_000))?;
                    self.look_for(row).await
                }
                RetryClass::Network | RetryClass::Transient { .. } => {
                    let delay = self.retry.delay(row.attempts, error.retry_class());
                    let delay = delay.unwrap_or(Duration::from_secs(60)).as_millis();
                    let delay = i64::try_from(delay).unwrap_or(i64::MAX);
                    self.settle_send(row, SendState::Queued, "waiting_for_tuco", Some(delay))
                }
                RetryClass::NeedsSignIn => {
                    self.settle_send(row, SendState::Queued, "sign_in", Some(60_000))?;
                    Err(Trouble::Tuco(error))
                }
                RetryClass::Permanent => {
                    if matches!(error.kind, tuco::ErrorKind::ReadOnly { .. }) {
                        let (id, now) = (self.id(), self.now());
                        self.write(|rows| rows.set_cursor(id, READ_ONLY, &now.to_string(), now))?;
                    }
                    let reason = refusal::tuco_code(&error);
                    self.settle_send(row, SendState::Failed, &reason, None)
                }
            },
        }
    }

    pub(super) fn settle_send(
        &self,
        mut row: SendRow,
        state: SendState,
        reason: &str,
        due_in_ms: Option<i64>,
    ) -> Result<SendRow, Trouble> {
        let now = self.now();
        row.state = state;
        reason.clone_into(&mut row.reason);
        row.due_at = now.saturating_add(due_in_ms.unwrap_or(0));
        row.changed_at = now;
        self.write(|rows| rows.update_send(&row))?;
        Ok(row)
    }

    /// Tuco has it: keep what it says, and whatever has happened already as an event like any other.
    fn sent(&self, mut row: SendRow, outcome: &SendOutcome) -> Result<SendRow, Trouble> {
        let region = self.settings()?.phone_region;
        row.message_id = outcome
            .message_id
            .clone()
            .or_else(|| outcome.skipped_original.clone());
        row.lead_id.clone_from(&outcome.lead_id);
        row.scheduled_at = outcome.scheduled_at;
        row.reason = outcome.reason.clone().unwrap_or_default();
        row.state = state_of(&outcome.status);
        row.changed_at = self.now();
        let mut sightings = match &outcome.message {
            Some(message) => of_message(message, Source::OwnSend),
            None => Vec::new(),
        };
        for sighting in &mut sightings {
            sighting.hs_contact_id = sighting
                .hs_contact_id
                .take()
                .or_else(|| row.contact_id.clone());
            sighting.lead_id = sighting.lead_id.take().or_else(|| row.lead_id.clone());
        }
        self.write(|rows| {
            rows.update_send(&row)?;
            self.see(rows, &mut sightings, &region, &Found::default())?;
            if let Some(message) = &outcome.message {
                self.keep_pending(rows, message)?;
            }
            Ok(())
        })?;
        Ok(row)
    }
}

pub(super) fn state_of(status: &Status) -> SendState {
    match status {
        Status::Sent => SendState::Sent,
        Status::Delivered => SendState::Delivered,
        Status::Failed => SendState::Failed,
        Status::Fallback => SendState::Fallback,
        Status::Scheduled => SendState::Scheduled,
        Status::Cancelled => SendState::Cancelled,
        Status::Queued | Status::Pending | Status::Sending | Status::Other(_) => SendState::Pending,
    }
}
