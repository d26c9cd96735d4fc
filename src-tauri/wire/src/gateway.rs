//! The way to one host for one account.

use crate::pace::Priority;
use crate::transport::{Request, Response};
use crate::{Failure, Transport};
use std::sync::Arc;

/// Whether a call may be made again when nobody knows if it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// A read, or a write that says the same thing however often it is said.
    Safe,
    /// A write that would happen twice.
    Once,
}

/// A request and how to treat it.
#[derive(Debug, Clone)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// Names of the pace's windows that it counts against, beside those that count everything.
    pub groups: &'static [&'static str],
    /// Whether a person waits for it.
    pub priority: Priority,
    /// See [`Repeat`].
    pub repeat: Repeat,
    /// A short name for logs, such as `contacts.search`. Never anything that came from outside.
    pub name: &'static str,
}

/// See the module.
#[derive(Clone)]
pub struct Gateway {
    #[expect(dead_code, reason = "skeleton")]
    transport: Arc<dyn Transport>,
}

impl Gateway {
    /// Makes the call once: waits for its turn, sends, tells pace and breaker what came back, logs
    /// (name, status, milliseconds, correlation id; never a body, a query or a header's value).
    ///
    /// A response of any status is a success here; what it means is the client's to say.
    pub async fn call(&self, _call: Call) -> Result<Response, Failure> {
        Err(Failure::BreakerOpen { wait: std::time::Duration::ZERO })
    }

    /// Calls that really went out since the gateway was made, refused and failed ones included.
    pub fn calls(&self) -> u64 {
        0
    }
}
