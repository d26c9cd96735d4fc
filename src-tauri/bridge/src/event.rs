//! What Tuco reports about a message, and how far we have come with it.

use crate::reason::Reason;
use serde::{Deserialize, Serialize};
use wire::Timestamp;

/// A stored word for a closed set of cases.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub enum $name {
            $($(#[$case_doc])* #[serde(rename = $word)] $case,)+
        }

        impl $name {
            /// Every case, in order.
            pub const ALL: &'static [Self] = &[$(Self::$case),+];

            /// The word that is stored and printed.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $word,)+ }
            }

            /// The case for a stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$case),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What happened to a message.
    Kind {
        /// Tuco's provider took it.
        Sent = "sent",
        /// The device confirmed it.
        Delivered = "delivered",
        /// Given up after all retries.
        Failed = "failed",
        /// No iMessage; went, or should go, another way.
        Fallback = "fallback",
        /// Read receipt.
        Opened = "opened",
        /// An inbound message.
        Reply = "reply",
    }
}

words! {
    /// How a message travels.
    Channel {
        /// Apple's.
        IMessage = "imessage",
        /// A text message.
        Sms = "sms",
        /// E-mail.
        Email = "email",
        /// Tuco did not say (replies and parent messages carry no channel).
        Unknown = "unknown",
    }
}

words! {
    /// By which road we learnt of an event.
    Source {
        /// An item of the replies list.
        Replies = "replies",
        /// Only a mention as the message that a reply answers.
        Parent = "parent",
        /// The messages list.
        Messages = "messages",
        /// Tuco's answer to a send of our own.
        OwnSend = "own_send",
        /// A webhook.
        Webhook = "webhook",
    }
}

words! {
    /// Whether the text is all there.
    TextState {
        /// As Tuco has it.
        Whole = "whole",
        /// Cut by Tuco at 200 characters, and the rest could not be had.
        Cut = "cut",
        /// Known to exist, not to be had at all.
        Unreadable = "unreadable",
    }
}

words! {
    /// Where an event stands.
    Stage {
        /// Stored; nobody has looked at it yet.
        New = "new",
        /// Held for a reason that may pass; looked at again at `look_at`.
        Waiting = "waiting",
        /// Not mirrored, for a reason that will not pass by itself.
        Skipped = "skipped",
        /// Its timeline entry is in the outbox.
        Queued = "queued",
        /// Its timeline entry is in HubSpot.
        Written = "written",
        /// Its timeline entry was given up and waits for a person.
        Failed = "failed",
    }
}

/// A file that came with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Public address.
    pub url: String,
    /// Name to show; may be empty.
    pub name: String,
}

/// One look at a message: what a source says about it, before it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Tuco's id of the message.
    pub message_id: String,
    /// What happened.
    pub kind: Kind,
    /// How it travelled.
    pub channel: Channel,
    /// The lead, where Tuco names one.
    pub lead_id: Option<String>,
    /// The other side's phone, as Tuco writes it.
    pub phone: Option<String>,
    /// The other side's e-mail address.
    pub email: Option<String>,
    /// The other side's name, as Tuco has it.
    pub name: Option<String>,
    /// The sending line.
    pub line_id: Option<String>,
    /// What was written.
    pub text: String,
    /// Whether that is all of it.
    pub text_state: TextState,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// When it happened, by Tuco's clock.
    pub occurred_at: Timestamp,
    /// By which road we know.
    pub source: Source,
    /// The sender's own label of the message.
    pub batch_id: Option<String>,
    /// The campaign in Tuco that it is a step of: its name, or its id where Tuco tells no name.
    pub campaign: Option<String>,
    /// The HubSpot contact that Tuco has on the message or the lead.
    pub hs_contact_id: Option<String>,
    /// Tuco's words on a failure or fallback.
    pub detail: String,
}

/// A stored event. (connection, message, kind) is unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Row id; grows with the order of arrival.
    pub id: i64,
    /// Whose.
    pub connection_id: i64,
    /// What was seen, the best of all sightings.
    pub sighting: Sighting,
    /// When we first saw it.
    pub seen_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
    /// Why it waits, was skipped or failed.
    pub reason: Option<Reason>,
    /// How often it was looked at in vain.
    pub looks: u32,
    /// When to look again, for a waiting event.
    pub look_at: Option<Timestamp>,
    /// The contact it was decided for.
    pub contact_id: Option<String>,
    /// How that contact was found: a word of [`crate::person::How`].
    pub how: Option<String>,
}

/// Whoever is on the other side of a message, as a stable key: the lead, else the address.
pub fn person_key(
    lead_id: Option<&str>,
    phone: Option<&str>,
    email: Option<&str>,
) -> Option<String> {
    fn given(text: Option<&str>) -> Option<&str> {
        text.map(str::trim).filter(|text| !text.is_empty())
    }
    given(lead_id)
        .map(|id| format!("lead:{id}"))
        .or_else(|| given(phone).map(|phone| format!("phone:{phone}")))
        .or_else(|| given(email).map(|email| format!("email:{}", email.to_lowercase())))
}

impl Sighting {
    /// See [`person_key`].
    pub fn person(&self) -> Option<String> {
        person_key(
            self.lead_id.as_deref(),
            self.phone.as_deref(),
            self.email.as_deref(),
        )
    }
}
