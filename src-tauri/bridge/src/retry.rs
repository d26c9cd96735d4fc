//! The one retry loop.
//!
//! Clients make a call once and class its failure; this reads the class. Reads, and writes that may
//! safely be repeated, are tried again here. All other writes wait in the outbox, where the same
//! [`Backoff`] says when they are due.

use crate::explain::tell;
use crate::trouble::Trouble;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wire::{Backoff, Clock, Entropy, RetryClass, Timestamp};

/// A wait for the service to ask for longer than this is worth a word.
const WORTH_A_WORD: Duration = Duration::from_secs(2);

/// How long one step may be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A single wait longer than this ends the step; the next round takes it up again.
    pub longest_wait: Duration,
    /// Tries of one read in a row.
    pub tries: u32,
    /// The same while neither service has answered at all: then it is the network, and nobody has asked
    /// for patience.
    pub tries_unreached: u32,
}

impl Patience {
    /// For work that nobody stands beside: waits out back-offs of up to a minute.
    pub const LOOP: Self = Self {
        longest_wait: Duration::from_secs(60),
        tries: 8,
        tries_unreached: 4,
    };
    /// For a question that a person waits for: one second try, soon.
    pub const PERSON: Self = Self {
        longest_wait: Duration::from_secs(3),
        tries: 2,
        tries_unreached: 2,
    };
    /// For a test of a connection, beside which its own rounds go on: that both together are too many
    /// calls for a second is no fault of the connection.
    pub const TEST: Self = Self {
        longest_wait: Duration::from_secs(12),
        tries: 8,
        tries_unreached: 2,
    };
}

/// What is being waited out, for whoever stands beside and wonders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What happened, in one sentence.
    pub why: String,
    /// Until when it is tried again, as far as it can be told.
    pub until: Timestamp,
}

/// Where the loop writes down what it waits for.
#[derive(Debug, Default)]
pub struct Waits(Mutex<Option<Waiting>>);

impl Waits {
    /// What is being waited out right now.
    pub fn now(&self) -> Option<Waiting> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, waiting: Option<Waiting>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = waiting;
    }
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Retry {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    backoff: Backoff,
    patience: Patience,
    waits: Arc<Waits>,
    /// Whether either service has answered since [`Self::begin`].
    reached: Arc<AtomicBool>,
}

impl Retry {
    /// A loop with this patience.
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        patience: Patience,
        waits: Arc<Waits>,
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
            waits,
            reached: Arc::default(),
        }
    }

    /// A new piece of work begins: whether there is a network is to be seen again.
    pub(crate) fn begin(&self) {
        self.reached.store(false, Ordering::Relaxed);
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
            let began = self.clock.now();
            let trouble: Trouble = match call().await {
                Ok(answer) => {
                    self.reached.store(true, Ordering::Relaxed);
                    self.waits.set(None);
                    return Ok(answer);
                }
                Err(error) => error.into(),
            };
            tried += 1;
            let class = trouble.retry_class();
            if !trouble.is_unreached() {
                self.reached.store(true, Ordering::Relaxed);
            }
            // That calls are held back says less than why they are.
            let trouble = match cause.take() {
                Some(earlier) if trouble.is_held_back() => earlier,
                _ => trouble,
            };
            match self.delay(tried, class) {
                Some(delay) if tried < self.tries() && delay <= self.patience.longest_wait => {
                    if tried > 1 || trouble.is_unreached() || delay > WORTH_A_WORD {
                        self.waits
                            .set(Some(self.waiting(&trouble, tried, delay, began)));
                    }
                    cause = Some(trouble);
                    self.clock.sleep(delay).await;
                }
                _ => {
                    self.waits.set(None);
                    return Err(trouble);
                }
            }
        }
    }

    fn tries(&self) -> u32 {
        if self.reached.load(Ordering::Relaxed) {
            self.patience.tries
        } else {
            self.patience.tries_unreached
        }
    }

    fn waiting(&self, trouble: &Trouble, tried: u32, delay: Duration, began: Timestamp) -> Waiting {
        let now = self.clock.now();
        let told = tell(trouble).message;
        let why = told
            .split_once(". ")
            .map_or(told.as_str(), |(first, _)| first);
        let later: Duration = (tried + 1..self.tries())
            .map(|tried| self.backoff.ceiling(tried).min(self.patience.longest_wait))
            .sum();
        let left = i64::try_from((delay + later).as_millis()).unwrap_or(i64::MAX);
        // A call that ran into its limit will do so again.
        let calls =
            now.saturating_sub(began).max(0) * i64::from(self.tries().saturating_sub(tried));
        Waiting {
            why: why.trim_end_matches('.').to_owned(),
            until: now.saturating_add(left).saturating_add(calls),
        }
    }
}

#[cfg(test)]
mod tests;
