//! Closed sets of words, mirrored from the bridge's.

use bridge::event;
use bridge::reason;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Mirrors an enum without data, in both directions.
macro_rules! mirrored {
    ($(#[$doc:meta])* $name:ident = $of:path { $($(#[$case_doc:meta])* $case:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
        #[serde(rename_all = "camelCase")]
        pub(crate) enum $name {
            $($(#[$case_doc])* $case,)+
        }

        impl From<$of> for $name {
            fn from(word: $of) -> Self {
                use $of as Of;
                match word { $(Of::$case => Self::$case,)+ }
            }
        }

        impl From<$name> for $of {
            fn from(word: $name) -> Self {
                use $of as Of;
                match word { $($name::$case => Of::$case,)+ }
            }
        }
    };
}
pub(crate) use mirrored;

mirrored! {
    /// What happened to a message.
    Kind = event::Kind {
        /// Tuco's provider took it.
        Sent,
        /// The device confirmed it.
        Delivered,
        /// Given up after all tries.
        Failed,
        /// No iMessage; it went, or should go, another way.
        Fallback,
        /// Read.
        Opened,
        /// Somebody wrote back.
        Reply,
    }
}

mirrored! {
    /// How a message travels.
    MessageChannel = event::Channel {
        /// Apple's.
        IMessage,
        /// A text message.
        Sms,
        /// E-mail.
        Email,
        /// Tuco did not say.
        Unknown,
    }
}

mirrored! {
    /// Where an event stands.
    Stage = event::Stage {
        /// Stored; nobody has looked at it yet.
        New,
        /// Held for a reason that may pass.
        Waiting,
        /// In the log only.
        Skipped,
        /// On its way to HubSpot.
        Queued,
        /// In HubSpot.
        Written,
        /// Given up; waits for a person.
        Failed,
    }
}

mirrored! {
    /// By which road an event was learnt of.
    Source = event::Source {
        /// The list of replies.
        Replies,
        /// The message that a reply answers.
        Parent,
        /// The list of messages.
        Messages,
        /// The answer to a send from here.
        OwnSend,
        /// A webhook.
        Webhook,
    }
}

mirrored! {
    /// Whether the text is all there.
    TextState = event::TextState {
        /// As Tuco has it.
        Whole,
        /// Only the first 200 characters.
        Cut,
        /// Not to be had any more.
        Unreadable,
    }
}

mirrored! {
    /// How a step of a story went.
    StepState = bridge::explain::State {
        /// Passed.
        Done,
        /// Under way, or done by itself later.
        Pending,
        /// The story stopped here.
        Stopped,
        /// Never reached.
        NotReached,
    }
}

/// Why an event waits, stays in the log or was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ReasonCode {
    /// The settings keep this kind in the log.
    KindOff,
    /// Nobody in HubSpot has the address.
    NoContact,
    /// Several contacts fit.
    Ambiguous,
    /// Tuco names no address.
    NoAddress,
    /// Older than the first look-back.
    BeforeLookBack,
    /// Tuco no longer lists it.
    Unreadable,
    /// A person said no.
    Dropped,
    /// The contact was archived or merged away.
    ContactGone,
    /// HubSpot refuses the entry.
    Refused,
    /// The key lacks a scope.
    MissingScopes,
}

impl From<&reason::Reason> for ReasonCode {
    fn from(reason: &reason::Reason) -> Self {
        use reason::Reason;
        match reason {
            Reason::KindOff { .. } => Self::KindOff,
            Reason::NoContact { .. } => Self::NoContact,
            Reason::Ambiguous { .. } => Self::Ambiguous,
            Reason::NoAddress => Self::NoAddress,
            Reason::BeforeLookBack => Self::BeforeLookBack,
            Reason::Unreadable => Self::Unreadable,
            Reason::Dropped => Self::Dropped,
            Reason::ContactGone { .. } => Self::ContactGone,
            Reason::Refused { .. } => Self::Refused,
            Reason::MissingScopes { .. } => Self::MissingScopes,
        }
    }
}

impl ReasonCode {
    /// The word in the store.
    pub(crate) fn stored(self) -> &'static str {
        match self {
            Self::KindOff => "kind_off",
            Self::NoContact => "no_contact",
            Self::Ambiguous => "ambiguous",
            Self::NoAddress => "no_address",
            Self::BeforeLookBack => "before_look_back",
            Self::Unreadable => "unreadable",
            Self::Dropped => "dropped",
            Self::ContactGone => "contact_gone",
            Self::Refused => "refused",
            Self::MissingScopes => "missing_scopes",
        }
    }
}
