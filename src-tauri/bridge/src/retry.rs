//! The one retry loop.
//!
//! Clients make a call once and class its failure; this reads the class. Reads, and writes that may
//! safely be repeated, are tried again here. All other writes wait in the outbox, where the same
//! [`Backoff`] says when they are due.

use crate::trouble::Trouble;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use wire::{Backoff, Clock, Entropy, RetryClass};

/// How long one step may be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A single wait longer than this ends the step; the next round takes it up again.
    pub longest_wait: Duration,
    /// Tries of one read in a row.
    pub tries: u32,
}

impl Patience {
    /// For work that nobody stands beside: waits out back-offs of up to a minute.
    pub const LOOP: Self = Self {
        longest_wait: Duration::from_secs(60),
        tries: 8,
    };
    /// For a question that a person waits for: one second try, soon.
    pub const PERSON: Self = Self {
        longest_wait: Duration::from_secs(3),
        tries: 2,
    };
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Retry {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    backoff: Backoff,
    patience: Patience,
}

impl Retry {
    /// A loop with this patience.
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        patience: Patience,
    ) -> Self {
        let backoff = Backoff {
            base: Duration::from_millis(500),
            // Above the longest wait of a single run, so that an outage ends it.
            cap: Duration::from_secs(300),
            floor: Duration::from_millis(200),
        };
        Self {
            clock,
            entropy,
            backoff,
            patience,
        }
    }

    /// The longest wait that a step is worth.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.patience.longest_wait
    }

    /// When to try again after so many tries; none where trying again is no use.
    pub(crate) fn delay(&self, tried: u32, class: RetryClass) -> Option<Duration> {
        self.backoff.delay(tried, class, self.entropy.as_ref())
    }

    /// Makes the call until it succeeds, is refused, or asks for more patience than there is.
    pub(crate) async fn run<T, E, F>(&self, mut call: impl FnMut() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, E>>,
        E: Into<Trouble>,
    {
        let mut tried = 0;
        let mut cause: Option<Trouble> = None;
        loop {
            let trouble: Trouble = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.into(),
            };
            tried += 1;
            let class = trouble.retry_class();
            // That calls are held back says less than why they are.
            let trouble = match cause.take() {
                Some(earlier) if trouble.is_held_back() => earlier,
                _ => trouble,
            };
            match self.delay(tried, class) {
                Some(delay)
                    if tried < self.patience.tries && delay <= self.patience.longest_wait =>
                {
                    cause = Some(trouble);
                    self.clock.sleep(delay).await;
                }
                _ => return Err(trouble),
            }
        }
    }
}
