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

    /// The longest that the wait after the `attempt`-th failure can be where the server named none.
    pub fn ceiling(&self, attempt: u32) -> Duration {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Fixed(u64);
    impl Entropy for Fixed {
        fn next_u64(&self) -> u64 {
            self.0
        }
    }

    const NONE: RetryClass = RetryClass::Transient { wait: None };

    proptest! {
        #[test]
        fn a_servers_wait_is_never_undercut_and_hardly_overdrawn(
            millis in 250_u64..10_000_000, attempt in 0_u32..100, dice: u64,
        ) {
            let wait = Duration::from_millis(millis);
            let class = RetryClass::Transient { wait: Some(wait) };
            let delay = Backoff::default().delay(attempt, class, &Fixed(dice)).unwrap();
            prop_assert!(delay >= wait);
            prop_assert!(delay <= wait + wait / 10 + Duration::from_nanos(1));
        }

        #[test]
        fn a_wait_lies_between_floor_and_cap(
            base in 1_u64..100_000, cap in 1_u64..1_000_000, floor in 0_u64..10_000,
            attempt: u32, dice: u64,
        ) {
            let ms = Duration::from_millis;
            let backoff = Backoff { base: ms(base), cap: ms(cap), floor: ms(floor) };
            for class in [NONE, RetryClass::Network] {
                let delay = backoff.delay(attempt, class, &Fixed(dice)).unwrap();
                prop_assert!(delay >= backoff.floor.min(backoff.cap));
                prop_assert!(delay <= backoff.cap);
            }
        }

        #[test]
        fn no_time_is_too_long(seconds: u64, dice: u64) {
            let class = RetryClass::Transient { wait: Some(Duration::from_secs(seconds)) };
            let delay = Backoff::default().delay(1, class, &Fixed(dice)).unwrap();
            prop_assert!(seconds == 0 || delay >= Duration::from_secs(seconds));
        }
    }

    #[test]
    fn the_ceiling_doubles_until_the_cap() {
        let ceilings: Vec<u64> = (0..12)
            .map(|attempt| {
                let delay = Backoff::default()
                    .delay(attempt, NONE, &Fixed(u64::MAX))
                    .unwrap();
                delay.as_secs_f64().round() as u64
            })
            .collect();
        assert_eq!(ceilings, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }

    #[test]
    fn the_jitter_is_full_down_to_the_floor() {
        let lowest = Backoff::default().delay(10, NONE, &Fixed(0)).unwrap();
        assert_eq!(lowest, Duration::from_millis(250));
    }

    #[test]
    fn what_must_not_be_repeated_has_no_wait() {
        for class in [
            RetryClass::Permanent,
            RetryClass::NeedsSignIn,
            RetryClass::UnknownOutcome,
        ] {
            assert_eq!(Backoff::default().delay(1, class, &Fixed(7)), None);
        }
    }
}
