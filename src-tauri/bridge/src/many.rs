//! One message to many people: a run with a row for each, in the background, one by one.
//!
//! Each row is an order of its own with an intent of its own, so that a restart goes on where it was and
//! nobody gets anything twice. One row's failure never sinks the rest; what holds for all of them (a
//! read-only workspace, a key that is no longer good) stops the run where it is.

mod audience;
mod plan;
mod result;
pub mod table;

pub use audience::Audience;
pub use plan::{LineShare, ManyPlan, Planned, RowSeen, type_to_start};
pub use result::write_result;

use crate::compose::{Order, OrderError, Recipient, Sending};
use crate::engine::Engine;
use crate::event::Channel;
use crate::fallback::Fallback;
use crate::guard::{Code, Overrides, READ_ONLY, Refusal};
use crate::store::{RowProgress, RunRow, RunRowRow, RunState, SendState, StoreError};
use crate::trouble::{Outlook, Trouble};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wire::Timestamp;

/// A row that met a busy service is tried again after this.
const BUSY_MS: i64 = 30_000;

/// What one person of a run is to get.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManyOrder {
    /// As [`Recipient::parse`] reads it.
    pub to: String,
    /// What to say, with its places.
    pub text: String,
    /// By which way; none is automatic.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// From which line.
    #[serde(default)]
    pub line: Option<String>,
    /// Reasons that are set aside, by their words.
    #[serde(default)]
    pub overrides: Vec<String>,
    /// Why.
    #[serde(default)]
    pub why: String,
    /// From the line that bears the name of the contact's owner.
    #[serde(default, skip_serializing_if = "is_off")]
    pub owner_line: bool,
    /// Public addresses of files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// Not before this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// The other way where it does not arrive; none is as the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// What the writer filled in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filled: BTreeMap<String, String>,
    /// The name of the template that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// [`Order::seen`]: what a dry run has shown of this person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_off(switch: &bool) -> bool {
    !switch
}

/// The key of a run: of everything that was asked for, so that the same again is the same run.
pub fn key(orders: &str) -> String {
    let mut key = hex::encode(Sha256::digest(orders));
    key.truncate(32);
    key
}

/// How a run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A row was done; there may be more.
    Row(i64),
    /// Those that are left wait for an hour that is not quiet, or for room.
    Wait {
        /// Until then.
        until: Timestamp,
    },
    /// Everybody was reached or left out.
    Finished,
    /// Somebody, or something that holds for all, stopped it.
    Stopped,
}

impl ManyOrder {
    /// The order for one row of a run.
    pub fn order(&self, run: &RunRow, row: i64) -> Option<Order> {
        let codes = self.overrides.iter().filter_map(|word| Code::parse(word));
        Some(Order {
            channel: self.channel,
            line_id: self.line.clone(),
            overrides: Overrides::new(codes).unwrap_or_default(),
            why: self.why.clone(),
            owner_line: self.owner_line,
            attachments: self.attachments.clone(),
            at: self.at,
            fallback: self.fallback,
            filled: self.filled.clone(),
            template: self.template.clone(),
            seen: self.seen.clone(),
            who: run.who.clone(),
            intent: Some(format!("run:{}:{row}", run.key)),
            run: Some(run.id),
            ..Order::new(Recipient::parse(&self.to)?, self.text.clone())
        })
    }
}

impl Engine {
    /// The run of this key: the one that was begun before, or a new one with these rows.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn begin_run(
        &self,
        key: &str,
        name: &str,
        who: &str,
        orders: &[(i64, ManyOrder)],
    ) -> Result<RunRow, StoreError> {
        let (id, now) = (self.id(), self.now());
        let orders: Vec<(i64, String)> = orders
            .iter()
            .filter_map(|(row, order)| Some((*row, serde_json::to_string(order).ok()?)))
            .collect();
        self.write(|rows| {
            if let Some(run) = rows.run_by_key(id, key)? {
                return Ok(run);
            }
            let run = rows.add_run(id, key, name, who, &orders, now)?;
            rows.run(run)?.ok_or(StoreError::Missing)
        })
    }

    /// Sets a run going, or stops it for a while or for good.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn set_run(&self, run: i64, state: RunState, why: &str) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            if state == RunState::Running {
                // Whoever sets it going says that the workspace can be written to again; Tuco says else.
                rows.remove_cursor(id, READ_ONLY)?;
            }
            rows.set_run_state(run, state, why, now)
        })
    }

    /// Does the next row of a run that is under way.
    ///
    /// # Errors
    /// The data file. All else is kept with the run.
    pub async fn run_next(&self, run: i64) -> Result<Next, StoreError> {
        let now = self.now();
        let standing = self
            .read(|rows| rows.run_of(self.id(), run))?
            .ok_or(StoreError::Missing)?;
        if standing.state != RunState::Running {
            return Ok(Next::Stopped);
        }
        let Some(row) = self.read(|rows| rows.next_run_row(run, now))? else {
            let waits = self.read(|rows| rows.next_run_row_due(run))?;
            return match waits {
                Some(until) => Ok(Next::Wait { until }),
                None => {
                    self.set_run(run, RunState::Finished, "")?;
                    Ok(Next::Finished)
                }
            };
        };
        let place = row.row;
        self.do_row(&standing, row).await?;
        Ok(Next::Row(place))
    }

    async fn do_row(&self, run: &RunRow, row: RunRowRow) -> Result<(), StoreError> {
        let order = serde_json::from_str::<ManyOrder>(&row.order).ok();
        let Some(order) = order.and_then(|order| order.order(run, row.row)) else {
            return self.settle_row(run, row, RowProgress::Failed, "bad_recipient");
        };
        match self.send(&order).await {
            Ok(Sending::Row(send)) => {
                if send.state == SendState::Failed && send.reason == "workspace_read_only" {
                    // It holds for all, and this one is to be sent when it is over.
                    self.write(|rows| rows.forget_intent(send.id))?;
                    return self.set_run(run.id, RunState::Stopped, "read_only");
                }
                self.lead_is_told_of_many(run, &send)?;
                let row = RunRowRow {
                    contact_id: send.contact_id.clone().unwrap_or_default(),
                    send_id: Some(send.id),
                    ..row
                };
                let progress = match send.state {
                    SendState::Failed => RowProgress::Failed,
                    SendState::Refused => RowProgress::LeftOut,
                    _ => RowProgress::Done,
                };
                self.settle_row(run, row, progress, &send.reason)
            }
            Ok(Sending::Refused { refusal, preview }) => {
                let row = RunRowRow {
                    contact_id: preview.contact_id.clone().unwrap_or_default(),
                    ..row
                };
                match refusal {
                    None => self.settle_row(run, row, RowProgress::LeftOut, "unresolved"),
                    Some(refusal) => self.row_refused(run, row, &refusal),
                }
            }
            // What a dry run lists is what happens, and nothing else.
            Ok(Sending::Changed(preview)) => {
                let row = RunRowRow {
                    contact_id: preview.contact_id.clone().unwrap_or_default(),
                    ..row
                };
                self.settle_row(run, row, RowProgress::LeftOut, "changed")
            }
            Err(OrderError::Template(_)) => {
                self.settle_row(run, row, RowProgress::Failed, "bad_template")
            }
            Err(OrderError::Attachment(_)) => {
                self.settle_row(run, row, RowProgress::Failed, "bad_attachment")
            }
            Err(OrderError::Trouble(trouble)) => self.row_in_trouble(run, &row, &trouble),
        }
    }

    fn row_refused(
        &self,
        run: &RunRow,
        row: RunRowRow,
        refusal: &Refusal,
    ) -> Result<(), StoreError> {
        let code = refusal.code();
        let later = match refusal {
            Refusal::QuietHours { opens_at, .. } => Some(*opens_at),
            Refusal::LineFull { until, .. } => Some(*until),
            _ => None,
        };
        match (code, later) {
            (_, Some(due)) => {
                self.write(|rows| rows.put_off_run_row(run.id, row.row, due, code.as_str()))
            }
            (Code::ReadOnly | Code::WrongPortal | Code::LineInactive, None) => {
                self.set_run(run.id, RunState::Stopped, code.as_str())
            }
            (_, None) => self.settle_row(run, row, RowProgress::LeftOut, code.as_str()),
        }
    }

    fn row_in_trouble(
        &self,
        run: &RunRow,
        row: &RunRowRow,
        trouble: &Trouble,
    ) -> Result<(), StoreError> {
        match trouble.outlook() {
            Outlook::TryAgain => {
                let due = self.now().saturating_add(BUSY_MS);
                self.write(|rows| rows.put_off_run_row(run.id, row.row, due, "busy"))
            }
            Outlook::NeedsPerson | Outlook::Broken => {
                self.set_run(run.id, RunState::Stopped, &trouble.to_string())
            }
        }
    }

    fn settle_row(
        &self,
        run: &RunRow,
        row: RunRowRow,
        progress: RowProgress,
        reason: &str,
    ) -> Result<(), StoreError> {
        let row = RunRowRow {
            progress,
            reason: reason.to_owned(),
            ..row
        };
        self.write(|rows| rows.settle_run_row(run.id, &row))
    }
}
