//! The webhook listener: for those who have a tunnel or a relay that is always on. Off by default.
//!
//! It is reached by anybody on this computer and, through the tunnel, by anybody at all, so it trusts
//! nothing but a signature. It binds `127.0.0.1` and `::1` only. The [door] looks at the head of a
//! request: the host must be one of ours, nothing that a browser sends is let in, and the one path holds
//! 128 random bits. [`check`] looks at the body: the signature over the bytes as they came, then the two
//! documented shapes. HubSpot has a path of its own beside Tuco's, and [`reported`] checks what comes there. What is good is handed to the thread that owns the store, which commits a batch of
//! deliveries in one transaction ([`intake`]) and only then are they acknowledged: Tuco sends once.
//!
//! A connection carries one request and is closed, so that nothing can be smuggled behind a first one
//! and sixty-four connections serve any number of senders. A connection that has not shown a good head
//! makes room for the next one when all are taken.
//!
//! Polling stays the truth: a lost delivery is found by the next round, and a delivered event is the
//! same row as a polled one. No body, header or sender is ever logged; refusals are counted by reason.

pub mod check;
pub mod door;
pub mod intake;
pub mod refusals;
pub mod registration;
pub mod reported;
mod room;
pub mod serve;
#[cfg(test)]
pub(crate) mod tests;
pub mod trial;

pub use serve::{ListenError, Open, Plan, hubspot_address, local_address, open};

use crate::event::words;

/// A body may be so long.
pub const MOST_BODY_BYTES: usize = 1 << 20;
/// A head may be so long.
pub const MOST_HEAD_BYTES: usize = 16 << 10;
/// Connections at once.
pub const MOST_CONNECTIONS: usize = 64;

words! {
    /// What became of a request.
    Verdict {
        /// Stored: an event that was not known.
        Taken = "taken",
        /// Good, and known already, by an earlier delivery or by polling.
        Again = "again",
        /// A test: its signature is good, and it is about no message.
        Test = "test",
        /// It is meant for another host.
        WrongHost = "wrong_host",
        /// It comes from a web page.
        Browser = "browser",
        /// Not the listener's address.
        WrongPath = "wrong_path",
        /// Not a POST.
        WrongMethod = "wrong_method",
        /// The body is too long.
        TooLarge = "too_large",
        /// The body did not come in time, or was cut off.
        Incomplete = "incomplete",
        /// There is no signature, or more than one.
        NoSignature = "no_signature",
        /// The signature is not 64 hexadecimal digits.
        MalformedSignature = "malformed_signature",
        /// The signature belongs to another body or another secret.
        BadSignature = "bad_signature",
        /// There is no secret to check with.
        NoSecret = "no_secret",
        /// The body is no JSON that reads one way only.
        Unreadable = "unreadable",
        /// The header names another event than the body, or none.
        EventDiffers = "event_differs",
        /// An event that nobody asked for.
        UnknownEvent = "unknown_event",
        /// No message is named.
        NoMessage = "no_message",
        /// Its time stamp is more than five minutes away.
        Stale = "stale",
        /// It is from another portal.
        OtherPortal = "other_portal",
        /// It is from another workspace.
        OtherWorkspace = "other_workspace",
        /// It could not be stored in time.
        NotStored = "not_stored",
    }
}

impl Verdict {
    /// The status that answers it.
    pub fn status(self) -> u16 {
        match self {
            Self::Taken | Self::Again | Self::Test => 200,
            Self::WrongHost | Self::Browser | Self::OtherWorkspace | Self::OtherPortal => 403,
            Self::WrongPath => 404,
            Self::WrongMethod => 405,
            Self::TooLarge => 413,
            Self::Incomplete => 408,
            Self::NoSignature | Self::MalformedSignature | Self::BadSignature | Self::Stale => 401,
            Self::Unreadable | Self::EventDiffers => 400,
            Self::UnknownEvent | Self::NoMessage => 422,
            Self::NoSecret | Self::NotStored => 503,
        }
    }

    /// Whether the signature was good and the delivery was taken in.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Taken | Self::Again | Self::Test)
    }

    /// Whether it was turned away before its body was looked at. Anybody can cause these, so they are
    /// counted and not listed.
    pub fn is_at_the_door(self) -> bool {
        matches!(
            self,
            Self::WrongHost | Self::Browser | Self::WrongPath | Self::WrongMethod
        )
    }

    /// What it means and what to do, in whole sentences; empty where the word says all.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Taken | Self::Again | Self::Test => "",
            Self::WrongHost => {
                "The request named another host than this computer or your tunnel. Check the address of the \
                 tunnel."
            }
            Self::Browser => "A web page sent it. Only Tuco and HubSpot may.",
            Self::WrongPath => "It was not for this address. Register the address again.",
            Self::WrongMethod => "It was not a POST.",
            Self::TooLarge => "The body was longer than 1 MiB.",
            Self::Incomplete => "The body did not come whole within three seconds.",
            Self::NoSignature => {
                "It bore no signature. Check that your tunnel passes all headers on."
            }
            Self::MalformedSignature => "What stood for a signature is not one.",
            Self::BadSignature => {
                "The signature was made with another secret, or your tunnel changed the body. Register again \
                 if it stays so."
            }
            Self::NoSecret => {
                "There is no secret to check it with. For Tuco, register first; for HubSpot, sign in with your own \
                 app."
            }
            Self::Unreadable => "The body can't be read without doubt.",
            Self::EventDiffers => "The header and the body name different events.",
            Self::UnknownEvent => "It reports something that this program did not ask for.",
            Self::NoMessage => "It names no message.",
            Self::Stale => {
                "Its time stamp is more than five minutes away. Set this computer's clock by the network; HubSpot \
                 sends it again."
            }
            Self::OtherPortal => "It is from another HubSpot portal than this connection's.",
            Self::OtherWorkspace => "It is from another Tuco workspace than this connection's.",
            Self::NotStored => {
                "It could not be stored in time. Polling finds the event; if it stays so, free some disk space."
            }
        }
    }
}
