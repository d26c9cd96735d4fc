//! The way to one host for one account.
//!
//! Decides when a call may go (pace, breaker), makes it once, and says in one log line what came of
//! it. It refuses to retry, to follow a redirect, and to log anything that came from outside: no
//! address, query, body or header but the correlation id. What can go wrong is told as [`Failure`].

use crate::breaker::Breaker;
use crate::pace::{Pace, Priority};
use crate::surroundings::{Clock, Timestamp};
use crate::transport::{Request, Response, Transport, TransportError};
use crate::{Failure, redact};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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

/// See the module. A clone is the same way, with the same counts.
#[derive(Clone)]
pub struct Gateway {
    inner: Arc<Inner>,
}

struct Inner {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    pace: Arc<Pace>,
    breaker: Breaker,
    side: &'static str,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    /// How far the service's clock is ahead of this machine's, in milliseconds; [`NOT_TOLD`] before that.
    ahead: AtomicI64,
}

const NOT_TOLD: i64 = i64::MIN;

impl Gateway {
    /// A way through `transport`, kept to `pace`. `side` is the word for it in the log.
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        pace: Arc<Pace>,
        side: &'static str,
    ) -> Self {
        let (breaker, counts) = (Breaker::new(), Mutex::default());
        Self {
            inner: Arc::new(Inner {
                transport,
                clock,
                pace,
                breaker,
                side,
                counts,
                ahead: AtomicI64::new(NOT_TOLD),
            }),
        }
    }

    /// Makes the call once: waits for its turn, sends, tells pace and breaker what came back, logs
    /// (name, status, milliseconds, correlation id; never a body, a query or a header's value).
    ///
    /// A response of any status is a success here; what it means is the client's to say.
    pub async fn call(&self, call: Call) -> Result<Response, Failure> {
        let inner = &*self.inner;
        let shut = inner.breaker.wait(inner.clock.now());
        if !shut.is_zero() {
            return Err(Failure::BreakerOpen { wait: shut });
        }
        let turn = inner
            .pace
            .turn(call.groups, call.priority, &*inner.clock)
            .await?;
        let started = inner.clock.now();
        if let Err(wait) = inner.breaker.admit(started) {
            // The place stays taken: a server that isn't there can spare it.
            inner.pace.finished(&turn, None, started);
            return Err(Failure::BreakerOpen { wait });
        }
        *inner
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(call.name)
            .or_default() += 1;
        let (method, timeout) = (call.request.method.clone(), call.request.timeout);
        let answer = tokio::select! {
            biased;
            answer = inner.transport.send(call.request) => answer,
            // The transport keeps the time too; this is for one that hangs nevertheless.
            () = inner.clock.sleep(timeout) => Err(TransportError::Lost),
        };
        let now = inner.clock.now();
        inner.pace.finished(&turn, answer.as_ref().ok(), now);
        if let Some(there) = answer.as_ref().ok().and_then(date) {
            inner
                .ahead
                .store(there.saturating_sub(now), Ordering::Relaxed);
        }
        match &answer {
            Ok(response) if !response.status.is_server_error() => inner.breaker.succeeded(),
            _ => inner.breaker.failed(now),
        }
        inner.log(call.name, &method, &answer, now.abs_diff(started));
        answer.map_err(|error| Failure::Transport {
            error,
            once: call.repeat == Repeat::Once,
        })
    }

    /// Calls that really went out since the gateway was made, refused and failed ones included.
    pub fn calls(&self) -> u64 {
        self.inner
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .sum()
    }

    /// The same by the calls' names.
    pub fn calls_by_name(&self) -> BTreeMap<&'static str, u64> {
        self.inner
            .counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How far the service's clock is ahead of this machine's by its last answer, in milliseconds and to the
    /// second; none before it told. This machine's clock may have been set meanwhile, the service's was not.
    pub fn clock_ahead(&self) -> Option<i64> {
        Some(self.inner.ahead.load(Ordering::Relaxed)).filter(|ahead| *ahead != NOT_TOLD)
    }

    /// A way to another host through the same transport: with counts and a breaker of its own, so that trouble
    /// there says nothing of this one, and without a pace.
    #[must_use]
    pub fn beside(&self, side: &'static str) -> Self {
        let (transport, clock) = (self.inner.transport.clone(), self.inner.clock.clone());
        Self::new(transport, clock, Arc::new(Pace::new(vec![])), side)
    }

    /// The pace that calls are kept to.
    pub fn pace(&self) -> &Arc<Pace> {
        &self.inner.pace
    }

    /// True while the host doesn't answer and calls are held back.
    pub fn is_broken(&self) -> bool {
        self.inner.breaker.is_open()
    }
}

impl Inner {
    fn log(
        &self,
        name: &'static str,
        method: &http::Method,
        answer: &Result<Response, TransportError>,
        ms: u64,
    ) {
        let side = self.side;
        match answer {
            Ok(response) => {
                let status = response.status.as_u16();
                let correlation = correlation_id(response);
                tracing::debug!(target: "wire", side, name, %method, status, ms, correlation);
            }
            Err(error) => tracing::debug!(target: "wire", side, name, %method, ms, %error),
        }
    }
}

/// What time it was at the service when it answered (RFC 9110, 6.6.1).
pub fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers.get(http::header::DATE)?.to_str().ok()?;
    let moment = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    Some(moment.timestamp_millis())
}

/// The id by which the service's support finds a call; only if it looks like one.
fn correlation_id(response: &Response) -> String {
    let header = response.headers.get("x-hubspot-correlation-id");
    let text = header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if text.len() <= 64 {
        redact::mask(text)
    } else {
        String::new()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Gateway to {}", self.inner.side)
    }
}
