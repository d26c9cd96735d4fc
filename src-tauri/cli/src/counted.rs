//! Counts what really leaves this machine, also where a run ends before there is an engine to ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use wire::{BoxFuture, Origin, Request, ReqwestTransport, Response, Transport, TransportError};

/// Calls so far.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    hubspot: AtomicU64,
    tuco: AtomicU64,
}

impl Calls {
    /// To HubSpot.
    pub(crate) fn hubspot(&self) -> u64 {
        self.hubspot.load(Ordering::Relaxed)
    }

    /// To Tuco.
    pub(crate) fn tuco(&self) -> u64 {
        self.tuco.load(Ordering::Relaxed)
    }
}

/// The real transport, counting.
pub(crate) struct Counted {
    inner: ReqwestTransport,
    tuco: url::Origin,
    calls: Arc<Calls>,
}

impl Counted {
    /// What does not go to `tuco` goes to HubSpot, whose regions have hosts of their own.
    pub(crate) fn new(inner: ReqwestTransport, tuco: &Origin, calls: Arc<Calls>) -> Self {
        Self {
            inner,
            tuco: tuco.url("/", &[]).origin(),
            calls,
        }
    }
}

impl Transport for Counted {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let side = if request.url.origin() == self.tuco {
            &self.calls.tuco
        } else {
            &self.calls.hubspot
        };
        side.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request)
    }

    fn close_idle(&self) {
        self.inner.close_idle();
    }
}
