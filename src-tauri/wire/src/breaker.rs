//! Leaves a host alone that doesn't answer.
//!
//! Opens after five failures in a row, lets one call through every half minute to see whether the
//! host is back, and closes with the first answer. It counts answers, not what they say: a refusal is
//! an answer, a server error is not. What can go wrong: a clock that jumps, after which the next
//! probe waits at most half a minute more.

use crate::surroundings::Timestamp;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures in a row that open it.
pub const FAILURES_TO_OPEN: u32 = 5;

/// Time between two probes while it is open: at most two a minute.
pub const PROBE_EVERY: Duration = Duration::from_secs(30);

/// See the module.
#[derive(Debug, Default)]
pub struct Breaker {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    /// When it opened, or when the last probe left.
    tried_at: Timestamp,
}

impl State {
    fn wait(&mut self, now: Timestamp) -> Duration {
        if self.failures < FAILURES_TO_OPEN {
            return Duration::ZERO;
        }
        // A clock set back would keep the breaker shut for as long as it was set back by.
        self.tried_at = self.tried_at.min(now);
        let since = Duration::from_millis(now.abs_diff(self.tried_at));
        PROBE_EVERY.saturating_sub(since)
    }
}

impl Breaker {
    /// Closed, with nothing counted.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long until a call may go out; zero where one may go now. Takes nothing.
    pub fn wait(&self, now: Timestamp) -> Duration {
        self.lock().wait(now)
    }

    /// Asks for leave to send now. While it is open, the one call that is let through is the probe.
    pub fn admit(&self, now: Timestamp) -> Result<(), Duration> {
        let mut state = self.lock();
        let wait = state.wait(now);
        if !wait.is_zero() {
            return Err(wait);
        }
        if state.failures >= FAILURES_TO_OPEN {
            state.tried_at = now;
        }
        Ok(())
    }

    /// The host answered.
    pub fn succeeded(&self) {
        self.lock().failures = 0;
    }

    /// No answer came, or a server error.
    pub fn failed(&self, now: Timestamp) {
        let mut state = self.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures == FAILURES_TO_OPEN {
            state.tried_at = now;
        }
    }

    /// True while calls are held back.
    pub fn is_open(&self) -> bool {
        self.lock().failures >= FAILURES_TO_OPEN
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
