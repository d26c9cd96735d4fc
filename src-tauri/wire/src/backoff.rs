//! How long to wait before the next try.
//!
//! Only says how long; the one retry loop above decides whether. It refuses to name a wait for what
//! must not be repeated. What can go wrong: many clients that come back at the same moment, which is
//! why every wait is drawn anew (full jitter) and never near zero (the floor).

use crate::failure::RetryClass;
use crate::surroundings::Entropy;
use std::time::Duration;

/// Exponential waits with full jitter between a floor and a growing ceiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Ceiling of the first wait; it doubles with each further one.
    pub base: Duration,
    /// The ceiling never grows over this.
    pub cap: Duration,
    /// No wait is shorter than this (or than the cap, where that is less).
    pub floor: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(1),
            cap: Duration::from_secs(300),
            floor: Duration::from_millis(250),
        }
    }
}

impl Backoff {
    /// The wait after the `attempt`-th failure in a row, counted from 1 (0 counts as 1).
    ///
    /// A wait that the server named is never undercut, and drawn out by at most a tenth; one shorter
    /// than the floor says nothing and counts as none. `None` where the call must not be repeated.
    pub fn delay(
        &self,
        attempt: u32,
        class: RetryClass,
        entropy: &dyn Entropy,
    ) -> Option<Duration> {
        match class {
            RetryClass::NeedsSignIn | RetryClass::Permanent | RetryClass::UnknownOutcome => None,
            RetryClass::Transient { wait: Some(wait) } if wait >= self.floor => {
                Some(wait.saturating_add(scaled(wait, entropy.fraction() * 0.1)))
            }
            RetryClass::Network | RetryClass::Transient { .. } => {
                let ceiling = self.ceiling(attempt);
                let floor = self.floor.min(ceiling);
                Some(floor + scaled(ceiling - floor, entropy.fraction()))
            }
        }
    }

    fn ceiling(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let grown = self.base.checked_mul(1 << doublings).unwrap_or(self.cap);
        // The ceiling is at least the floor, or a floor over the base would take the jitter away.
        grown.max(self.floor.saturating_mul(2)).min(self.cap)
    }
}

/// A share of a duration; nothing for one too long to be multiplied.
fn scaled(duration: Duration, share: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * share).unwrap_or(Duration::ZERO)
}
