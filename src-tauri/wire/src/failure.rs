//! What a failure means for whoever thinks of trying again.

use crate::transport::TransportError;
use std::time::Duration;

/// The one thing that the retry loop reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryClass {
    /// Nothing left the machine, or a harmless read got no answer: try again when there is a network.
    Network,
    /// The other side asks for patience. `wait` is its own word for how long, never to be undercut.
    Transient {
        /// The server's wait, where it named one.
        wait: Option<Duration>,
    },
    /// The credentials are refused. A person has to act.
    NeedsSignIn,
    /// The request is refused for what it says. The same request will be refused again.
    Permanent,
    /// A write left and no answer came: it may have happened. To be looked up, never repeated blindly.
    UnknownOutcome,
}

/// A call that brought no usable response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// See [`TransportError`]; `once` tells that the call must not be repeated blindly.
    #[error("{error}")]
    Transport {
        /// What went wrong.
        error: TransportError,
        /// Whether the call was [`crate::Repeat::Once`].
        once: bool,
    },
    /// Too many failures in a row at this host; nothing was sent.
    #[error("the service has not been answering; waiting before the next try")]
    BreakerOpen {
        /// Until the next probe is allowed.
        wait: Duration,
    },
    /// The service asked for a wait that is too long to be waited out in line; nothing was sent.
    #[error("the service asked to wait before the next try")]
    Held {
        /// What is left of the wait.
        wait: Duration,
    },
    /// A daily limit is nearly used up and the call can wait; nothing was sent.
    #[error("the daily limit is nearly used up; background work waits")]
    DailyLimit {
        /// Until the limit is counted anew.
        wait: Duration,
    },
}

impl Failure {
    /// See [`RetryClass`].
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::Transport {
                error: TransportError::NotSent,
                ..
            }
            | Self::Transport {
                error: TransportError::Lost,
                once: false,
            } => RetryClass::Network,
            Self::Transport {
                error: TransportError::Lost,
                once: true,
            } => RetryClass::UnknownOutcome,
            Self::BreakerOpen { wait } | Self::Held { wait } | Self::DailyLimit { wait } => {
                RetryClass::Transient { wait: Some(*wait) }
            }
        }
    }
}
