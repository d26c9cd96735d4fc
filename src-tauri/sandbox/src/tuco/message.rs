//! Messages in both directions, and the statuses that they move through.

use super::id::ObjectId;
use super::lead::LeadNo;
use super::line::Line;
use crate::moment::{Iso, SendWindow};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    IMessage,
    Sms,
    Email,
}

/// Where a message stands. `Received` is for inbound ones only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Waits for limits, window or gaps.
    Queued,
    /// Given to a line, which is busy.
    Pending,
    /// Has a date in the future.
    Scheduled,
    /// Being transmitted.
    Sending,
    /// The provider took it.
    Sent,
    /// The device confirmed it.
    Delivered,
    /// Given up after all retries.
    Failed,
    /// No iMessage; an SMS went out if one is set up.
    Fallback,
    /// By a person or by the system.
    Cancelled,
    /// Inbound.
    Received,
}

/// Who made a send, so that a test can tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// Part of the world from its start.
    Start,
    /// Through `POST /api/messages`.
    Api,
    /// Made elsewhere: the dashboard, a campaign, `POST /_sandbox/send`.
    Elsewhere,
}

/// One message.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: ObjectId,
    pub(crate) origin: Origin,
    pub(crate) text: String,
    pub(crate) channel: Channel,
    pub(crate) status: Status,
    pub(crate) line: usize,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) lead: Option<LeadNo>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// When it was or will be put on the way, or for an inbound one when it came in.
    pub(crate) at: i64,
    pub(crate) sent: Option<i64>,
    pub(crate) delivered: Option<i64>,
    pub(crate) read: Option<i64>,
    pub(crate) scheduled: Option<i64>,
    pub(crate) reason: Option<&'static str>,
    pub(crate) error: Option<&'static str>,
    pub(crate) window: Option<SendWindow>,
    pub(crate) fallback_on_failed: bool,
    pub(crate) attachments: Vec<String>,
    /// `batchId`, `hsContactId`, `hsPortalId`, `ghlContactId`, `ghlLocationId`, `correlationId`.
    pub(crate) marks: BTreeMap<&'static str, String>,
    /// The transitions that are still to come, earliest first.
    pub(crate) plan: Vec<(i64, Step)>,
}

/// A transition that lies ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    To(Status),
    Opened,
}

impl Message {
    /// A message that is not on its way yet.
    pub(crate) fn new(id: ObjectId, channel: Channel, text: String, line: usize, now: i64) -> Self {
        Self {
            id,
            origin: Origin::Api,
            text,
            channel,
            status: Status::Pending,
            line,
            phone: None,
            email: None,
            name: None,
            lead: None,
            created: now,
            updated: now,
            at: now,
            sent: None,
            delivered: None,
            read: None,
            scheduled: None,
            reason: None,
            error: None,
            window: None,
            fallback_on_failed: false,
            attachments: Vec::new(),
            marks: BTreeMap::new(),
            plan: Vec::new(),
        }
    }

    pub(crate) fn inbound(&self) -> bool {
        self.status == Status::Received
    }

    /// The address it goes to or came from.
    pub(crate) fn address(&self) -> Option<&str> {
        match self.channel {
            Channel::Email => self.email.as_deref().or(self.phone.as_deref()),
            Channel::IMessage | Channel::Sms => self.phone.as_deref().or(self.email.as_deref()),
        }
    }

    /// Performs one transition.
    pub(crate) fn step(&mut self, at: i64, step: Step) {
        self.updated = self.updated.max(at);
        match step {
            Step::Opened => self.read = Some(at),
            Step::To(status) => {
                self.status = status;
                match status {
                    Status::Sent => self.sent = Some(at),
                    Status::Delivered => self.delivered = Some(at),
                    Status::Failed => {
                        self.error = self
                            .error
                            .or(Some("Message could not be sent after 5 attempts"));
                    }
                    Status::Fallback => {
                        self.error = Some("No iMessage address found for this recipient");
                    }
                    _ => {}
                }
            }
        }
    }

    /// The message as the API shows it.
    pub(crate) fn view(
        &self,
        workspace: &str,
        lead: Option<ObjectId>,
        line: Option<&Line>,
    ) -> Value {
        let mut view = json!({
            "_id": self.id,
            "message": self.text,
            "messageType": self.channel,
            "status": self.status,
            "direction": if self.inbound() { "received" } else { "sent" },
            "fromLineId": line.map(|line| line.id),
            "recipientPhone": self.phone,
            "recipientEmail": self.email,
            "recipientName": self.name,
            "leadId": lead,
            "workspaceId": workspace,
            "createdAt": Iso(self.created),
            "updatedAt": Iso(self.updated),
        });
        let Value::Object(object) = &mut view else {
            return view;
        };
        let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
        for (name, time) in [
            ("sentAt", self.sent),
            ("deliveredAt", self.delivered),
            ("readAt", self.read),
            ("scheduledDate", self.scheduled),
        ] {
            if let Some(time) = time {
                put(name, json!(Iso(time)));
            }
        }
        if let Some(line) = line {
            put("fromLinePhone", json!(line.phone));
            put("fromLineEmail", json!(line.email));
        }
        if let Some(error) = self.error {
            put("errorMessage", json!(error));
        }
        if self.status == Status::Fallback {
            put(
                "checkedAddresses",
                json!(self.address().into_iter().collect::<Vec<_>>()),
            );
        }
        if !self.inbound() {
            put("sendFallbackSmsOnFailed", json!(self.fallback_on_failed));
        }
        if !self.attachments.is_empty() {
            put("attachmentUrls", json!(self.attachments));
        }
        if let Some(sent) = self.sent.filter(|_| self.channel == Channel::IMessage) {
            put(
                "externalMessageId",
                json!(format!("SANDBOX-{}-{}", self.id, sent % 1000)),
            );
        }
        if let Some(window) = &self.window {
            put(
                "settings",
                json!({
                    "timezone": window.zone.name(),
                    "sendWindowStart": hours(window.start),
                    "sendWindowEnd": hours(window.end),
                    "allowedDaysOfWeek": window.days,
                }),
            );
        }
        for (name, value) in self
            .marks
            .iter()
            .filter(|(name, _)| !matches!(**name, "correlationId" | "campaignName"))
        {
            put(name, json!(value));
        }
        view
    }
}

fn hours(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
