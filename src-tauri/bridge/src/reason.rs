//! Why something was skipped, held or refused: a typed cause, never a bare sentence.

use crate::event::Kind;
use serde::{Deserialize, Serialize};

/// A contact that an event might belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// HubSpot's id.
    pub contact_id: String,
    /// Name as HubSpot has it; may be empty.
    pub name: String,
    /// What of it matched, such as `phone`.
    pub matched: String,
}

/// The cause. The code is stable; settings, filters and scripts may name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// The settings say that events of this kind stay in the log.
    KindOff {
        /// The kind that is off.
        kind: Kind,
    },
    /// No contact has the lead's addresses.
    NoContact {
        /// What was looked for, in words such as `phone +12025550143`.
        looked_for: Vec<String>,
    },
    /// Several contacts fit and no rule decides.
    Ambiguous {
        /// All that fit.
        candidates: Vec<Candidate>,
    },
    /// The event names no lead, phone or e-mail address.
    NoAddress,
    /// Older than the first look-back.
    BeforeLookBack,
    /// Tuco lists at most ten replies a lead, and the older ones could not be read.
    Unreadable,
    /// A person said that this event is not to be mirrored.
    Dropped,
    /// The contact was archived or merged away after it was found; it is looked for again.
    ContactGone {
        /// The contact that is gone.
        contact_id: String,
    },
    /// HubSpot refuses the entry.
    Refused {
        /// Code of the refusal, such as `INVALID_OWNER_ID`.
        refusal: String,
        /// HubSpot's words, masked.
        message: String,
        /// HubSpot's id of the call.
        correlation_id: String,
    },
    /// The key has not the scopes that the write needs.
    MissingScopes {
        /// Any of these, unless HubSpot said all.
        scopes: Vec<String>,
    },
}

impl Reason {
    /// Every word that [`Self::code`] can answer.
    pub const CODES: [&str; 10] = [
        "kind_off",
        "no_contact",
        "ambiguous",
        "no_address",
        "before_look_back",
        "unreadable",
        "dropped",
        "contact_gone",
        "refused",
        "missing_scopes",
    ];

    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::KindOff { .. } => "kind_off",
            Self::NoContact { .. } => "no_contact",
            Self::Ambiguous { .. } => "ambiguous",
            Self::NoAddress => "no_address",
            Self::BeforeLookBack => "before_look_back",
            Self::Unreadable => "unreadable",
            Self::Dropped => "dropped",
            Self::ContactGone { .. } => "contact_gone",
            Self::Refused { .. } => "refused",
            Self::MissingScopes { .. } => "missing_scopes",
        }
    }
}
