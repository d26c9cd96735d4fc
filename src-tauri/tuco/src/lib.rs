//! A client for the Tuco messaging API.
//!
//! Every call is made exactly once and answers with what the API said or with a typed [`Error`] whose
//! [`Error::retry_class`] tells what a repetition would mean. Nothing here retries, keeps state about
//! messages or decides anything. Answers are read leniently: unknown fields and values, nulls, numbers
//! in quotation marks and missing fields never sink an answer, and an item that can't be read is
//! counted and passed over. What can go wrong: an answer of a shape nobody has seen, which is told as
//! such and never read as "nothing there".

mod campaigns;
mod client;
mod delivered;
mod dnc;
mod error;
mod leads;
mod lenient;
mod lines;
mod messages;
mod replies;
mod send;
pub mod signature;
mod time;
mod webhooks;

pub use campaigns::Enrolled;
pub use client::Tuco;
pub use delivered::{Delivered, DeliveredEvent, Unreadable, read_delivered};
pub use dnc::{DncEntry, DncPage};
pub use error::{Error, ErrorKind};
pub use leads::{CreatedLeads, Lead, LeadsPage, LeadsQuery, NewLead, NewLeads};
pub use lines::Line;
pub use messages::{Message, MessageType, MessagesPage, MessagesQuery, Status};
pub use replies::{ParentMessage, RecentReply, RepliesPage, RepliesQuery, ReplyItem};
pub use send::{CancelFor, Cancelled, Marks, SendOutcome};
pub use webhooks::{HealthCheck, NewWebhook, WebhookChange, WebhookRegistration};

/// Gives a type a `Debug` that names it and its id, since everything else is somebody's.
macro_rules! debug_by {
    ($name:ident, $($field:ident),*) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter
                    .debug_struct(stringify!($name))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use debug_by;
