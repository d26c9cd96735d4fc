//! Sending, and withdrawing what has not gone out.
//!
//! There is no documented protection against a message that is sent twice, so a send whose answer
//! doesn't come is told as [`crate::ErrorKind::UnknownOutcome`] and never repeated here.

use crate::client::{Ask, SEND, Tuco, sanitised, unexpected};
use crate::lenient::Fields;
use crate::messages::{Message, Status, read};
use crate::{Error, ErrorKind, debug_by, time};
use message::guard::{Cleared, Way};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use wire::{Method, Repeat, Timestamp};

/// The API may hold a send until the delivery is verified, up to about 90 s.
const SEND_TIMEOUT: Duration = Duration::from_secs(120);

/// A message to be sent (<https://docs.tuco.ai/api-reference/endpoint/send-message>), as it goes over
/// the wire. It is made of a [`Cleared`] message and in no other way: what to say, to whom and how is
/// the guard's word.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewMessage<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    message: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    attachment_urls: &'a [String],
    message_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_line_id: Option<&'a str>,
    #[serde(rename = "scheduledDate", skip_serializing_if = "Option::is_none")]
    scheduled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_window_start: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    send_window_end: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    send_fallback_sms_on_failed: bool,
    #[serde(flatten)]
    marks: &'a Marks,
}

/// What goes with a message besides: labels, and where it belongs. Nothing here decides who gets it.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Marks {
    /// Names to show for the attachments, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachment_names: Vec<String>,
    /// The recipient's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_name: Option<String>,
    /// A label of our own, by which the message may be found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// The HubSpot contact, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_contact_id: Option<String>,
    /// The HubSpot portal, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_portal_id: Option<String>,
    /// The workspace user who owns the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_owner_email: Option<String>,
    /// For finding the call in the API's own logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}
debug_by!(Marks, batch_id);

impl<'a> NewMessage<'a> {
    fn of(cleared: &'a Cleared, marks: &'a Marks) -> Self {
        let draft = cleared.draft();
        let window = cleared.window();
        Self {
            message: &draft.text,
            attachment_urls: &draft.attachments,
            message_type: match draft.channel {
                Way::IMessage => "imessage",
                Way::Sms => "sms",
                Way::Email => "email",
            },
            recipient_phone: cleared.phone(),
            recipient_email: cleared.email(),
            from_line_id: draft.line_id.as_deref(),
            scheduled_at: draft.at.map(time::write),
            timezone: window.map(|window| window.zone.as_str()),
            send_window_start: window.map(|window| window.start.as_str()),
            send_window_end: window.map(|window| window.end.as_str()),
            send_fallback_sms_on_failed: draft.sms_fallback,
            marks,
        }
    }
}

/// What the API made of a send.
#[derive(Clone, PartialEq, Eq)]
pub struct SendOutcome {
    /// What became of it so far. A deferred one is scheduled; that is no error.
    pub status: Status,
    /// The message, where the answer holds it.
    pub message: Option<Message>,
    /// Its id, where told.
    pub message_id: Option<String>,
    /// The lead that it went to, found or made.
    pub lead_id: Option<String>,
    /// When it is to go out, if not now.
    pub scheduled_at: Option<Timestamp>,
    /// Why it is deferred, or why it failed; masked.
    pub reason: Option<String>,
    /// The message was held to be the same as this one shortly before, and not sent. Empty where the
    /// answer names none.
    pub skipped_original: Option<String>,
    /// The recipient was a lead already (a 200 instead of a 201).
    pub matched_existing_lead: bool,
}
debug_by!(SendOutcome, status, message_id, skipped_original);

/// Whose messages to withdraw; at least one of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CancelFor {
    /// Of this lead.
    pub lead_id: Option<String>,
    /// To this number.
    pub phone: Option<String>,
    /// To this address.
    pub email: Option<String>,
}
debug_by!(CancelFor, lead_id);

/// What was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// How many messages; none is an answer too.
    pub count: u32,
    /// The lead, where one was found.
    pub lead_id: Option<String>,
    /// Which messages.
    pub message_ids: Vec<String>,
}

impl Tuco {
    /// Sends what the guard has cleared, once: the clearance is used up. See the module on what no
    /// answer means.
    ///
    /// ```compile_fail
    /// // A text that nobody cleared is no message.
    /// async fn around(tuco: &tuco::Tuco) {
    ///     let text = message::guard::Draft::of("Hello");
    ///     let _ = tuco.send(text, &tuco::Marks::default()).await;
    /// }
    /// ```
    pub async fn send(&self, cleared: Cleared, marks: &Marks) -> Result<SendOutcome, Error> {
        const NAME: &str = "messages.send";
        let mut ask = Ask::new(NAME, Method::POST, &["api", "messages"]);
        ask.groups = SEND;
        ask.repeat = Repeat::Once;
        ask.timeout = SEND_TIMEOUT;
        ask.body = serde_json::to_value(NewMessage::of(&cleared, marks)).ok();
        let (status, answer) = self.ask(ask).await?;
        let told = outcome(&answer, status == wire::transport::StatusCode::OK);
        match told {
            Some(outcome) => Ok(outcome),
            None => Err(unsaid(&answer, NAME)),
        }
    }

    /// Withdraws all that waits for a lead or an address; what is being sent goes out.
    pub async fn cancel_for_lead(&self, whose: &CancelFor) -> Result<Cancelled, Error> {
        const NAME: &str = "messages.cancel";
        let mut ask = Ask::new(NAME, Method::POST, &["api", "messages", "cancel-for-lead"]);
        let named = [
            ("leadId", &whose.lead_id),
            ("recipientPhone", &whose.phone),
            ("recipientEmail", &whose.email),
        ];
        let named = named
            .into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), Value::String(value.clone()?))));
        ask.body = Some(Value::Object(named.collect()));
        let (_, answer) = self.ask(ask).await?;
        let fields = Fields::of(&answer).ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        let message_ids = fields.words(&["messageIds"]);
        let counted = u32::try_from(message_ids.len()).unwrap_or(u32::MAX);
        Ok(Cancelled {
            count: fields
                .count(&["cancelledCount", "canceledCount"])
                .unwrap_or(counted),
            lead_id: fields.word(&["leadId"]),
            message_ids,
        })
    }
}

/// None where the answer says nothing about a message.
fn outcome(answer: &Value, existing: bool) -> Option<SendOutcome> {
    let top = Fields::of(answer)?;
    // Some answers may wrap everything in `data`.
    let top = top
        .inner("data")
        .filter(|_| top.any(&["status", "message"]).is_none())
        .unwrap_or(top);
    let message = top.inner("message").and_then(read);
    let skipped = top.flag(&["skipped"]).unwrap_or(false);
    let original = top.word(&["originalMessageId"]).unwrap_or_default();
    let word = top.word(&["status"]).or_else(|| {
        let message = message.as_ref()?;
        Some(message.status.as_str().to_owned())
    });
    let message_id = top
        .word(&["messageId"])
        .or_else(|| message.as_ref().map(|m| m.id.clone()));
    let refused = top.flag(&["success"]) == Some(false);
    if !skipped && (word.is_none() && message_id.is_none()) && (refused || !said(top)) {
        return None;
    }
    let reason = top
        .raw(&["reason", "error"])
        .or_else(|| message.as_ref()?.error_message.clone());
    Some(SendOutcome {
        status: Status::read(&word.unwrap_or_default()),
        message_id,
        lead_id: top
            .word(&["leadId"])
            .or_else(|| {
                top.words(&["leadIds", "existingLeadIds"])
                    .into_iter()
                    .next()
            })
            .or_else(|| message.as_ref()?.lead_id.clone()),
        scheduled_at: top
            .time(&["scheduledDate"])
            .or_else(|| message.as_ref()?.scheduled_at),
        reason: reason
            .map(|reason| sanitised(&reason))
            .filter(|reason| !reason.is_empty()),
        skipped_original: skipped.then_some(original),
        matched_existing_lead: !skipped
            && top
                .flag(&["duplicateOnly"])
                .unwrap_or_else(|| existing && !top.words(&["existingLeadIds"]).is_empty()),
        message,
    })
}

/// At least one word that only an answer to a send has.
fn said(top: Fields<'_>) -> bool {
    top.any(&["success", "leadId", "leadIds", "duplicateOnly"])
        .is_some()
}

/// A 2xx that reports no message: a refusal where it says so, else nobody knows.
fn unsaid(answer: &Value, call: &'static str) -> Error {
    let top = Fields::of(answer);
    if top.and_then(|top| top.flag(&["success"])) == Some(false)
        && let Some(text) = top.and_then(|top| top.word(&["error"]))
    {
        let code = top
            .and_then(|top| top.word(&["code"]))
            .map(|code| sanitised(&code));
        return Error {
            kind: ErrorKind::BadRequest {
                text: sanitised(&text),
                code,
            },
            call,
        };
    }
    unexpected(call, Repeat::Once)
}
