//! Sending, and withdrawing what has not gone out.
//!
//! There is no documented protection against a message that is sent twice, so a send whose answer
//! doesn't come is told as [`crate::ErrorKind::UnknownOutcome`] and never repeated here.

use crate::client::{Ask, SEND, Tuco, sanitised, unexpected};
use crate::lenient::Fields;
use crate::messages::{Message, MessageType, Status, read};
use crate::{Error, ErrorKind, debug_by, time};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use wire::{Method, Repeat, Timestamp};

/// The API may hold a send until the delivery is verified, up to about 90 s.
const SEND_TIMEOUT: Duration = Duration::from_secs(120);

/// A message to be sent (<https://docs.tuco.ai/api-reference/endpoint/send-message>). What to say is
/// settled when it is made; to whom and how is filled in afterwards.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMessage {
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachment_urls: Vec<String>,
    /// Names to show for the attachments, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachment_names: Vec<String>,
    /// How; the API's default is iMessage.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "type_word")]
    pub message_type: Option<MessageType>,
    /// To this number, E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_phone: Option<String>,
    /// To this email address or Apple ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_email: Option<String>,
    /// The recipient's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_name: Option<String>,
    /// To this lead; with an address given too, only linked to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<String>,
    /// Over this line; the API takes turns among the active ones otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_line_id: Option<String>,
    /// Further number, stored on the lead.
    #[serde(rename = "altPhone1", skip_serializing_if = "Option::is_none")]
    pub alt_phone_1: Option<String>,
    /// Further number, stored on the lead.
    #[serde(rename = "altPhone2", skip_serializing_if = "Option::is_none")]
    pub alt_phone_2: Option<String>,
    /// Further number, stored on the lead.
    #[serde(rename = "altPhone3", skip_serializing_if = "Option::is_none")]
    pub alt_phone_3: Option<String>,
    /// Further address, stored on the lead.
    #[serde(rename = "altEmail1", skip_serializing_if = "Option::is_none")]
    pub alt_email_1: Option<String>,
    /// Further address, stored on the lead.
    #[serde(rename = "altEmail2", skip_serializing_if = "Option::is_none")]
    pub alt_email_2: Option<String>,
    /// Further address, stored on the lead.
    #[serde(rename = "altEmail3", skip_serializing_if = "Option::is_none")]
    pub alt_email_3: Option<String>,
    /// Not before this time.
    #[serde(
        rename = "scheduledDate",
        skip_serializing_if = "Option::is_none",
        serialize_with = "iso"
    )]
    pub scheduled_at: Option<Timestamp>,
    /// IANA zone of the window below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Not before this time of day, `HH:mm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_window_start: Option<String>,
    /// Not after this time of day, `HH:mm`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_window_end: Option<String>,
    /// Only on these days, 0 is Sunday.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_days_of_week: Vec<u8>,
    /// Send a text message where the sending fails. Refused where no fallback is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub send_fallback_sms_on_failed: Option<bool>,
    /// Go straight to the fallback; attachments are dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub force_fallback: Option<bool>,
    /// A label of our own, by which the message may be found again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// The HubSpot contact, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_contact_id: Option<String>,
    /// The HubSpot portal, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_portal_id: Option<String>,
    /// The contact of another CRM, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ghl_contact_id: Option<String>,
    /// The location in that CRM, echoed back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ghl_location_id: Option<String>,
    /// The workspace user who owns the contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_owner_email: Option<String>,
    /// For finding the call in the API's own logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
}
debug_by!(NewMessage, lead_id, from_line_id, batch_id);

/// Why nothing can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// Neither a text nor an attachment.
    #[error("there is nothing to send: no text and no attachment")]
    Empty,
    /// The API takes two.
    #[error("a message can carry at most two attachments")]
    TooManyAttachments,
}

impl NewMessage {
    /// A message with this text and these attachments (public addresses, at most two).
    pub fn new(text: impl Into<String>, attachment_urls: Vec<String>) -> Result<Self, Unsendable> {
        let message = text.into();
        if message.trim().is_empty() && attachment_urls.is_empty() {
            return Err(Unsendable::Empty);
        }
        if attachment_urls.len() > 2 {
            return Err(Unsendable::TooManyAttachments);
        }
        Ok(Self {
            message,
            attachment_urls,
            attachment_names: Vec::new(),
            message_type: None,
            recipient_phone: None,
            recipient_email: None,
            recipient_name: None,
            lead_id: None,
            from_line_id: None,
            alt_phone_1: None,
            alt_phone_2: None,
            alt_phone_3: None,
            alt_email_1: None,
            alt_email_2: None,
            alt_email_3: None,
            scheduled_at: None,
            timezone: None,
            send_window_start: None,
            send_window_end: None,
            allowed_days_of_week: Vec::new(),
            send_fallback_sms_on_failed: None,
            force_fallback: None,
            batch_id: None,
            hs_contact_id: None,
            hs_portal_id: None,
            ghl_contact_id: None,
            ghl_location_id: None,
            contact_owner_email: None,
            correlation_id: None,
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.message
    }

    /// The attachments.
    pub fn attachment_urls(&self) -> &[String] {
        &self.attachment_urls
    }
}

#[expect(clippy::ref_option, reason = "the form that serde asks for")]
fn type_word<S: serde::Serializer>(kind: &Option<MessageType>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(kind.as_ref().map_or("imessage", MessageType::as_str))
}

#[expect(clippy::ref_option, reason = "the form that serde asks for")]
fn iso<S: serde::Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&time::write(at.unwrap_or_default()))
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
    /// Sends, once. See the module on what no answer means.
    pub async fn send(&self, message: &NewMessage) -> Result<SendOutcome, Error> {
        const NAME: &str = "messages.send";
        let mut ask = Ask::new(NAME, Method::POST, &["api", "messages"]);
        ask.groups = SEND;
        ask.repeat = Repeat::Once;
        ask.timeout = SEND_TIMEOUT;
        ask.body = serde_json::to_value(message).ok();
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
