//! What can come back instead of an answer.

use std::time::Duration;
use wire::{Failure, RetryClass};

/// A call that brought no usable answer. Its text holds no message, number, name or key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Tuco, {call}: {kind}")]
pub struct Error {
    /// What happened.
    pub kind: ErrorKind,
    /// The short name of the call, such as `replies.list`.
    pub call: &'static str,
}

/// See [`Error`]. The statuses are those of <https://docs.tuco.ai/api-reference/errors>.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// No response.
    #[error(transparent)]
    Wire(Failure),
    /// 400 `No active workspace`: the key is known and belongs to no workspace that is active.
    #[error("the key has no active workspace")]
    NoWorkspace,
    /// 401, or a key that can't be one.
    #[error("the key is not accepted")]
    Unauthorized,
    /// 402 or code `READ_ONLY`: writing is blocked for billing; reading may go on.
    #[error("the workspace is read-only for billing")]
    ReadOnly {
        /// The API's word for why, such as `past_due`.
        reason: Option<String>,
    },
    /// 403.
    #[error("the key has no permission for this")]
    Forbidden,
    /// 404: not in this workspace.
    #[error("this is not in the workspace")]
    NotFound,
    /// 400 and every other refusal of what the request says.
    #[error("the request was refused as wrong")]
    BadRequest {
        /// The API's text, masked and at most 300 characters.
        text: String,
        /// Its code, such as `FALLBACK_NOT_CONFIGURED`.
        code: Option<String>,
    },
    /// 409.
    #[error("it is in conflict with what is there")]
    Conflict,
    /// 429; nothing was changed.
    #[error("too many calls in a short time")]
    RateLimited {
        /// How long the API asks to wait.
        wait: Option<Duration>,
    },
    /// 5xx.
    #[error("the service has an error (status {status})")]
    ServerError {
        /// The status.
        status: u16,
        /// How long the API asks to wait.
        wait: Option<Duration>,
    },
    /// 502 with a text of the API's own: the relay to a device failed.
    #[error("the service could not reach the sending device")]
    RelayFault,
    /// Something other than JSON, as a captive portal or a proxy sends it.
    #[error("something other than the service answered")]
    NotJson,
    /// JSON without the part that makes it an answer.
    #[error("the service answered in a form that is not known")]
    Unexpected,
    /// This call is not open to this key, although others are. Only of the list of messages.
    #[error("this key may not list messages")]
    NotOffered,
    /// A write that would happen twice may have happened once.
    #[error("no answer came; it may have been done")]
    UnknownOutcome,
}

impl Error {
    /// What a repetition would mean.
    pub fn retry_class(&self) -> RetryClass {
        match &self.kind {
            ErrorKind::Wire(failure) => failure.retry_class(),
            ErrorKind::Unauthorized | ErrorKind::NoWorkspace => RetryClass::NeedsSignIn,
            ErrorKind::ReadOnly { .. }
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::BadRequest { .. }
            | ErrorKind::Conflict
            | ErrorKind::NotOffered => RetryClass::Permanent,
            ErrorKind::RateLimited { wait } | ErrorKind::ServerError { wait, .. } => {
                RetryClass::Transient { wait: *wait }
            }
            ErrorKind::RelayFault | ErrorKind::Unexpected => RetryClass::Transient { wait: None },
            ErrorKind::NotJson => RetryClass::Network,
            ErrorKind::UnknownOutcome => RetryClass::UnknownOutcome,
        }
    }

    /// True where the API's own text speaks of `word`, such as the parameter `dateFrom` that an older
    /// server doesn't know.
    pub fn mentions(&self, word: &str) -> bool {
        matches!(&self.kind, ErrorKind::BadRequest { text, .. } if text.contains(word))
    }
}
