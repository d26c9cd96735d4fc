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

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(at: Timestamp) -> Breaker {
        let breaker = Breaker::new();
        (0..FAILURES_TO_OPEN).for_each(|_| breaker.failed(at));
        breaker
    }

    #[test]
    fn four_failures_and_an_answer_leave_it_shut() {
        let breaker = Breaker::new();
        for _ in 0..3 {
            (0..4).for_each(|_| breaker.failed(0));
            breaker.succeeded();
        }
        assert!(breaker.admit(0).is_ok());
    }

    #[test]
    fn at_most_two_probes_in_any_minute() {
        let breaker = opened(1_000);
        let mut probes = Vec::new();
        for now in (1_000..600_000).step_by(100) {
            if breaker.admit(now).is_ok() {
                probes.push(now);
                breaker.failed(now + 50);
            }
        }
        assert!(probes.len() >= 18, "it does probe: {}", probes.len());
        for at in &probes {
            let minute = probes
                .iter()
                .filter(|probe| (*at..at + 60_000).contains(*probe))
                .count();
            assert!(minute <= 2, "{minute} probes in the minute after {at}");
        }
    }

    #[test]
    fn an_answer_closes_it() {
        let breaker = opened(0);
        assert_eq!(breaker.admit(10_000), Err(Duration::from_secs(20)));
        assert!(breaker.admit(30_000).is_ok());
        assert!(breaker.admit(30_000).is_err(), "one probe only");
        breaker.succeeded();
        assert!(breaker.admit(30_001).is_ok() && breaker.admit(30_001).is_ok());
    }

    #[test]
    fn a_clock_set_back_by_a_day_costs_half_a_minute() {
        let breaker = opened(86_400_000);
        assert_eq!(breaker.admit(0), Err(PROBE_EVERY));
        assert!(breaker.admit(30_000).is_ok());
    }
}
