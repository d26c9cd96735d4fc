//! What is to be sent, and what is known of the person, the line and the workspace.

use crate::Timestamp;
use crate::quiet::QuietHours;
use crate::zone::Whereabouts;

/// By which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// iMessage; the service takes another way where it can't.
    IMessage,
    /// A text message.
    Sms,
    /// E-mail.
    Email,
}

/// A message as somebody wants it sent. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// What to say.
    pub text: String,
    /// Public addresses of files.
    pub attachments: Vec<String>,
    /// By which way.
    pub channel: Way,
    /// From which line; none lets Tuco choose.
    pub line_id: Option<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// Whether Tuco may send a text message where this one fails.
    pub sms_fallback: bool,
}

impl Draft {
    /// A text by iMessage, now, from any line.
    pub fn of(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            attachments: Vec::new(),
            channel: Way::IMessage,
            line_id: None,
            at: None,
            sms_fallback: false,
        }
    }

    /// When it would leave.
    pub fn leaves_at(&self, now: Timestamp) -> Timestamp {
        self.at.map_or(now, |at| at.max(now))
    }
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Draft")
            .field("channel", &self.channel)
            .field("line_id", &self.line_id)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// The person said no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptedOut {
    /// When.
    pub since: Timestamp,
    /// Where it was said: `reply`, `tuco`, `hubspot` or `by_hand`.
    pub source: String,
}

/// Whether the person agreed to be written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// The owner does not ask for it.
    NotAsked,
    /// Agreed.
    Given,
    /// The property does not say so.
    Missing {
        /// Its name.
        property: String,
    },
    /// It is asked for, and there is no contact that could tell.
    NoContact,
}

/// An earlier send of the same text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub state: String,
}

/// The line that it would go out on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineFact {
    /// It can send.
    Ready,
    /// There is no such line, it is switched off or out of order; or none is left at all.
    Inactive {
        /// Its name; none where any would do.
        line: Option<String>,
    },
    /// It has no room left today.
    Full {
        /// Its name; none where any would do.
        line: Option<String>,
        /// Messages allowed a day.
        cap: u32,
        /// When the day ends for Tuco: midnight UTC.
        until: Timestamp,
    },
}

/// Whether the keys are those of the connection, and the message is meant for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portal {
    /// Yes.
    Right,
    /// No.
    Wrong {
        /// The connection's portal.
        expected: String,
        /// The other one.
        found: String,
    },
}

/// Everything that [`super::judge`] looks at. It has no default on purpose: each fact is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The time.
    pub now: Timestamp,
    /// Opted out here, in Tuco or in HubSpot.
    pub opted_out: Option<OptedOut>,
    /// Something that they wrote waits to be read by a person since then.
    pub in_review: Option<Timestamp>,
    /// Consent.
    pub consent: Consent,
    /// The number, E.164.
    pub phone: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Quiet hours; none where they are off.
    pub quiet: Option<QuietHours>,
    /// Where the person is.
    pub whereabouts: Whereabouts,
    /// The line.
    pub line: LineFact,
    /// The same text to the same person within a day.
    pub same_text: Option<Earlier>,
    /// Messages to this person in the last seven days.
    pub this_week: u32,
    /// As many are allowed; none where there is no bound.
    pub most_a_week: Option<u32>,
    /// The workspace may not send.
    pub read_only: bool,
    /// Whose keys these are.
    pub portal: Portal,
    /// Nobody has written to this person, and they have not written.
    pub first_touch: bool,
    /// Messages in a row that they have not answered.
    pub unanswered: u32,
}
