//! Messages as the API lists them.
//!
//! The list is hardly documented, and it is not known whether a key may use it at all
//! (<https://docs.tuco.ai/api-reference/messages>). Where it may not, that is told as
//! [`ErrorKind::NotOffered`], to be remembered until the key changes.

use crate::client::{Ask, Tuco};
use crate::lenient::{Fields, list_in, read_items, total_pages};
use crate::{Error, ErrorKind, debug_by};
use wire::{Method, Timestamp};

pub(crate) const LIST: &str = "messages.list";

/// Which messages; newest first, as far as is known.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct MessagesQuery {
    /// With this lead.
    pub lead_id: Option<String>,
    /// Over this line.
    pub line_id: Option<String>,
    /// The page; 0 counts as 1.
    pub page: u32,
    /// Items a page; 0 counts as 50, the server's own default.
    pub limit: u32,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessagesPage {
    /// The messages.
    pub items: Vec<Message>,
    /// How many pages there are, where told.
    pub total_pages: Option<u32>,
    /// Items that could not be read.
    pub skipped: u32,
}

/// How a message travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageType {
    /// Over Apple's service.
    IMessage,
    /// As a text message.
    Sms,
    /// As an email.
    Email,
    /// A word that isn't documented.
    Other(String),
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Waits for a limit, a window or a gap.
    Queued,
    /// Given to a line.
    Pending,
    /// Waits for its time.
    Scheduled,
    /// On its way out.
    Sending,
    /// Taken by the provider; may still become delivered.
    Sent,
    /// On the device.
    Delivered,
    /// Given up for a technical reason.
    Failed,
    /// No iMessage there; a text message went instead where that is set up.
    Fallback,
    /// Withdrawn.
    Cancelled,
    /// A word that isn't documented, or none.
    Other(String),
}

impl MessageType {
    pub(crate) fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "imessage" => Self::IMessage,
            "sms" | "text" => Self::Sms,
            "email" => Self::Email,
            _ => Self::Other(word.chars().take(40).collect()),
        }
    }

    /// As the API writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::IMessage => "imessage",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Other(word) => word,
        }
    }
}

impl Status {
    pub(crate) fn read(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "queued" => Self::Queued,
            "pending" => Self::Pending,
            "scheduled" => Self::Scheduled,
            "sending" => Self::Sending,
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "failed" => Self::Failed,
            "fallback" => Self::Fallback,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Other(word.chars().take(40).collect()),
        }
    }

    /// As the API writes it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Queued => "queued",
            Self::Pending => "pending",
            Self::Scheduled => "scheduled",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Fallback => "fallback",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        }
    }

    /// True where nothing but a delivery receipt can follow.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Sent | Self::Delivered | Self::Failed | Self::Fallback | Self::Cancelled => true,
            Self::Queued | Self::Pending | Self::Scheduled | Self::Sending | Self::Other(_) => {
                false
            }
        }
    }
}

/// A message, as listed or as answered to a send.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// Its text; empty where it has none.
    pub text: String,
    /// How it travels.
    pub message_type: MessageType,
    /// What became of it.
    pub status: Status,
    /// True where somebody wrote it to us.
    pub inbound: bool,
    /// Our line.
    pub line_id: Option<String>,
    /// The other's number.
    pub phone: Option<String>,
    /// The other's address.
    pub email: Option<String>,
    /// The other's name.
    pub name: Option<String>,
    /// The other's lead.
    pub lead_id: Option<String>,
    /// The workspace.
    pub workspace_id: Option<String>,
    /// The batch it is part of.
    pub batch_id: Option<String>,
    /// When it is to go out.
    pub scheduled_at: Option<Timestamp>,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
    /// When it arrived.
    pub delivered_at: Option<Timestamp>,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// Addresses of what is attached.
    pub attachment_urls: Vec<String>,
    /// The HubSpot contact it was linked to by whoever sent it.
    pub hs_contact_id: Option<String>,
    /// The campaign it is a step of.
    pub campaign_id: Option<String>,
    /// What that one is called; only webhooks tell it.
    pub campaign_name: Option<String>,
}
debug_by!(Message, id, status, inbound);

impl Tuco {
    /// A page of messages, where this key may see them. Not offered is told apart by a 401 to a key
    /// that another call has just been accepted with, so make one of those first.
    pub async fn messages(&self, query: &MessagesQuery) -> Result<MessagesPage, Error> {
        let limit = if query.limit == 0 { 50 } else { query.limit };
        let ask = Ask::new(LIST, Method::GET, &["api", "messages"])
            .with("leadId", query.lead_id.as_deref())
            .with("lineId", query.line_id.as_deref())
            .with("page", Some(query.page.max(1)))
            .with("limit", Some(limit));
        let not_offered = || Error {
            kind: ErrorKind::NotOffered,
            call: LIST,
        };
        let answer = match self.ask(ask).await {
            Ok((_, answer)) => answer,
            Err(error) => {
                let closed = match &error.kind {
                    ErrorKind::Unauthorized => self.key_works(),
                    ErrorKind::Forbidden | ErrorKind::NotFound => true,
                    ErrorKind::BadRequest { code, .. } => code.as_deref() == Some(METHOD_REFUSED),
                    _ => false,
                };
                return Err(if closed { not_offered() } else { error });
            }
        };
        let items = list_in(&answer, &["messages"]).ok_or_else(not_offered)?;
        let (items, skipped) = read_items(items, read);
        if items.is_empty() && skipped > 0 {
            return Err(not_offered());
        }
        Ok(MessagesPage {
            items,
            total_pages: total_pages(&answer),
            skipped,
        })
    }
}

/// The code that the client gives to a 405, which has none of its own.
pub(crate) const METHOD_REFUSED: &str = "METHOD_NOT_ALLOWED";

/// Reads a message that stands by itself or, as in events, under `message`.
pub(crate) fn read(item: Fields<'_>) -> Option<Message> {
    let inner = item.inner("message");
    // The inner object speaks first; what it leaves out stands beside it.
    let places = [inner, Some(item)];
    let word = |names: &[&str]| places.iter().flatten().find_map(|place| place.word(names));
    let time = |names: &[&str]| places.iter().flatten().find_map(|place| place.time(names));
    let part = |object: &str, names: &[&str]| {
        places
            .iter()
            .flatten()
            .find_map(|place| place.inner(object)?.word(names))
    };
    let status = word(&["status"]).unwrap_or_default();
    let attachments = inner
        .unwrap_or(item)
        .words(&["attachmentUrls", "attachments"]);
    Some(Message {
        id: word(&["_id", "id", "messageId"])?,
        text: inner
            .unwrap_or(item)
            .raw(&["message", "text", "body"])
            .unwrap_or_default(),
        message_type: MessageType::read(&word(&["messageType", "channel"]).unwrap_or_default()),
        inbound: is_inbound(&places, &status),
        status: Status::read(&status),
        line_id: word(&["fromLineId", "lineId"]).or_else(|| part("fromLine", &["_id", "id"])),
        phone: word(&["recipientPhone", "phone"]).or_else(|| part("recipient", &["phone"])),
        email: word(&["recipientEmail", "email"]).or_else(|| part("recipient", &["email"])),
        name: word(&["recipientName", "name"]).or_else(|| part("recipient", &["name"])),
        lead_id: word(&["leadId"])
            .or_else(|| part("leadId", &["_id"]))
            .or_else(|| part("lead", &["_id", "id"])),
        workspace_id: word(&["workspaceId"]),
        batch_id: word(&["batchId"]),
        scheduled_at: time(&["scheduledDate", "scheduledAt"]),
        sent_at: time(&["sentAt", "sentAtUtc"]),
        delivered_at: time(&["deliveredAt"]),
        read_at: time(&["readAt"]),
        created_at: time(&["createdAt"]),
        updated_at: time(&["updatedAt"]),
        error_message: word(&["errorMessage"]),
        attachment_urls: attachments,
        hs_contact_id: word(&["hsContactId"]),
        campaign_id: word(&["campaignId"]),
        campaign_name: word(&["campaignName"]),
    })
}

/// The direction is in no list of fields, only in examples, so several ways of telling are known.
fn is_inbound(places: &[Option<Fields<'_>>], status: &str) -> bool {
    let told = places
        .iter()
        .flatten()
        .find_map(|place| place.word(&["direction"]));
    let direction = told.map(|word| word.to_ascii_lowercase());
    match direction.as_deref() {
        Some("received" | "inbound" | "incoming" | "in") => true,
        Some("sent" | "outbound" | "outgoing" | "out") => false,
        _ => {
            let flag = |names: &[&str]| places.iter().flatten().find_map(|place| place.flag(names));
            let from_me = flag(&["isFromMe", "fromMe"]);
            flag(&["isInbound", "inbound", "isReply"])
                .or(from_me.map(|mine| !mine))
                .unwrap_or_else(|| status.eq_ignore_ascii_case("received"))
        }
    }
}
