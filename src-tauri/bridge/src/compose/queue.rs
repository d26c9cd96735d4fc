//! Sends that wait here: for ten seconds in which they can be taken back, for Tuco, for an hour that is
//! not quiet. Each is judged again before it leaves.

use super::{Kept, Order, OrderError, Recipient, Sending};
use crate::engine::Engine;
use crate::guard::{Code, Overrides, Refusal, way};
use crate::store::{SendRow, SendState, StoreError};
use crate::trouble::Trouble;
use message::guard::Draft;
use std::time::Duration;
use tuco::CancelFor;
use wire::Timestamp;

/// A call to send takes 120 s at most; whatever says `sending` for longer was left behind.
const LONGEST_SEND_MS: i64 = 150_000;
/// A send that is held until somebody decides is looked at this often.
const HELD_MS: i64 = 10 * 60 * 1_000;

/// It can't be taken back any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "It has left already, so it can't be taken back. What waits at Tuco can still be cancelled."
)]
pub struct TooLate;

impl Engine {
    /// As [`Self::send`], but nothing leaves before `undo` is over. Whoever asked drives
    /// [`Self::send_queued`] then; the next round does it else.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn queue(&self, order: &Order, undo: Duration) -> Result<Sending, OrderError> {
        if let Some(row) = self.same_intent(order)? {
            return Ok(Sending::Row(Box::new(row)));
        }
        let looked = self.look(order).await?;
        if let Some(row) = looked
            .judged
            .pending
            .clone()
            .filter(|_| looked.rendered.open.is_empty())
        {
            return Ok(Sending::Row(Box::new(row)));
        }
        // The same may have been asked twice at once, and the other one is kept by now.
        if let Some(row) = self.same_intent(order)? {
            return Ok(Sending::Row(Box::new(row)));
        }
        if let Some(changed) = super::changed(order, &looked) {
            return Ok(changed);
        }
        let (cleared, kept): (_, Kept) = match self.clear(order, looked)? {
            Ok(cleared) => cleared,
            Err(refused) => return Ok(refused),
        };
        let mut row = self.send_row_of(order, &cleared, &kept)?;
        let undo = i64::try_from(undo.as_millis()).unwrap_or(i64::MAX);
        row.due_at = row.created_at.saturating_add(undo);
        "undo".clone_into(&mut row.reason);
        Ok(Sending::Row(Box::new(self.keep_row(
            order,
            &row,
            &kept.overridden,
        )?)))
    }

    /// Lets one queued send go, if it still may and is due.
    ///
    /// # Errors
    /// See [`Trouble`]; the row stays queued.
    pub async fn send_queued(&self, id: i64) -> Result<Option<SendRow>, Trouble> {
        let row = self.own_send(id)?;
        match row.filter(|row| row.state == SendState::Queued && row.due_at <= self.now()) {
            Some(row) => self.go_on(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Takes a send back that has not left yet.
    ///
    /// # Errors
    /// [`TooLate`] inside where it has.
    pub fn undo(&self, id: i64, by: &str) -> Result<Result<SendRow, TooLate>, StoreError> {
        let (connection, now) = (self.id(), self.now());
        self.write(|rows| {
            if !rows.cancel_queued(connection, id, by, now)? {
                return Ok(Err(TooLate));
            }
            Ok(rows.send(id)?.ok_or(TooLate))
        })
    }

    /// Stops what waits: here this one send, at Tuco everything that waits for the person, because Tuco
    /// cancels by person only. How many were stopped.
    ///
    /// # Errors
    /// Why Tuco could not be told.
    pub async fn cancel_send(&self, id: i64, by: &str) -> Result<u32, Trouble> {
        if self.undo(id, by)?.is_ok() {
            return Ok(1);
        }
        let Some(row) = self.own_send(id)? else {
            return Ok(0);
        };
        if !matches!(row.state, SendState::Pending | SendState::Scheduled) {
            return Ok(0);
        }
        let whose = CancelFor {
            lead_id: row.lead_id.clone(),
            phone: row.phone.clone(),
            email: row.email.clone().filter(|_| row.phone.is_none()),
        };
        let tuco = &self.outside.tuco;
        let cancelled = self.attempt(|| tuco.cancel_for_lead(&whose)).await?;
        let theirs = |message: &String| cancelled.message_ids.contains(message);
        if row.message_id.as_ref().is_some_and(theirs) {
            self.settle_send(
                row,
                SendState::Cancelled,
                &format!("taken back by {by}"),
                None,
            )?;
        }
        Ok(cancelled.count)
    }

    /// Looks at Tuco now for a send without an answer; any other is answered as it stands.
    ///
    /// # Errors
    /// Why Tuco could not be asked.
    pub async fn look_up_send(&self, id: i64) -> Result<Option<SendRow>, Trouble> {
        match self.own_send(id)? {
            Some(row) if row.state == SendState::Unknown => self.look_for(row).await.map(Some),
            row => Ok(row),
        }
    }

    /// A send of this connection; one of another is none, for its person is known to another workspace.
    fn own_send(&self, id: i64) -> Result<Option<SendRow>, StoreError> {
        let row = self.read(|rows| rows.send(id))?;
        Ok(row.filter(|row| row.connection_id == self.id()))
    }

    /// What is left of earlier sends: those that never left go now, unknown ones are looked up.
    pub(crate) async fn follow_sends(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        for row in self.read(|rows| rows.open_sends(id, now))? {
            // As it is now: it may have moved on while another one was under way.
            let Some(row) = self.read(|rows| rows.send(row.id))? else {
                continue;
            };
            match row.state {
                // Nobody is at it any more: it was interrupted, and the bytes may have left.
                SendState::Sending if self.is_abandoned(&row) => {
                    let row = self.settle_send(row, SendState::Unknown, "interrupted", Some(0))?;
                    self.look_for(row).await?;
                }
                SendState::Unknown => {
                    self.look_for(row).await?;
                }
                SendState::Queued => {
                    self.go_on(row).await?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Left by a process that ended, or under way for longer than any call may take.
    fn is_abandoned(&self, row: &SendRow) -> bool {
        let waited = self.now().saturating_sub(row.changed_at);
        // A clock that was set back must not leave it for ever.
        !(0..LONGEST_SEND_MS).contains(&waited)
    }

    /// A queued send: judged again, as if it were new.
    async fn go_on(&self, row: SendRow) -> Result<SendRow, Trouble> {
        let to = match (&row.contact_id, &row.phone, &row.email) {
            (Some(id), ..) => Recipient::Contact(id.clone()),
            (None, Some(phone), _) => Recipient::Phone(phone.clone()),
            (None, None, Some(email)) => Recipient::Email(email.clone()),
            (None, None, None) => {
                return self.settle_send(row, SendState::Refused, "no_address", None);
            }
        };
        // To the address that was seen when it was asked for.
        let at = (row.phone.as_deref(), row.email.as_deref());
        let who = self.who_at(&to, at.0, at.1).await?;
        if who.gone {
            return self.settle_send(row, SendState::Refused, "contact_gone", None);
        }
        let mut order = Order::new(to, String::new());
        let codes = row
            .asked
            .overrides
            .iter()
            .filter_map(|word| Code::parse(word));
        order.overrides = Overrides::new(codes).unwrap_or_default();
        let draft = Draft {
            text: row.text.clone(),
            attachments: row.asked.attachments.clone(),
            channel: way(Some(row.channel)),
            line_id: row.line_id.clone(),
            at: row.asked.at.filter(|at| *at > self.now()),
            sms_fallback: row.asked.sms_fallback,
        };
        let judged = self.judge(&who, draft, &order, row.id).await?;
        let now = self.now();
        match judged.judgement.verdict {
            Ok(cleared) => {
                let Some(claimed) = self.write(|rows| rows.claim_send(row.id, now))? else {
                    return Ok(self.read(|rows| rows.send(row.id))?.unwrap_or(row));
                };
                self.dispatch(cleared, claimed).await
            }
            Err(refusal) => self.put_off_or_refuse(&row, &refusal),
        }
    }

    /// What passes by itself is waited for; all else ends it.
    fn put_off_or_refuse(&self, row: &SendRow, refusal: &Refusal) -> Result<SendRow, Trouble> {
        let now = self.now();
        let later: Option<Timestamp> = match refusal {
            Refusal::QuietHours { opens_at, .. } => Some(*opens_at),
            Refusal::LineFull { until, .. } => Some(*until),
            Refusal::InReview { .. } | Refusal::ReadOnly | Refusal::LineInactive { .. } => {
                Some(now.saturating_add(HELD_MS))
            }
            _ => None,
        };
        let (state, due) = match later {
            Some(due) => (SendState::Queued, due),
            None => (SendState::Refused, now),
        };
        // Somebody may have taken it back while it was judged.
        self.write(|rows| {
            let Some(mut standing) = rows.send(row.id)? else {
                return Ok(row.clone());
            };
            if standing.state == SendState::Queued {
                standing.state = state;
                refusal.code().as_str().clone_into(&mut standing.reason);
                standing.due_at = due;
                standing.changed_at = now;
                rows.update_send(&standing)?;
            }
            Ok::<_, StoreError>(standing)
        })
        .map_err(Trouble::Store)
    }
}
