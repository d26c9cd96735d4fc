//! The clock and the dice, handed in so that a simulation can hold both.

use crate::transport::BoxFuture;
use rand::TryRngCore;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Milliseconds since 1970-01-01T00:00:00Z, the only form of time that the house stores.
pub type Timestamp = i64;

/// What time it is, and waiting.
pub trait Clock: Send + Sync {
    /// Wall-clock time now. It may jump, in both directions.
    fn now(&self) -> Timestamp;

    /// How long this process has been at it, by a clock that nobody sets: for waits that must have been
    /// waited, whatever the wall clock says meanwhile.
    #[expect(
        clippy::disallowed_methods,
        reason = "the machine's steady clock, for every form of this trait that has none of its own"
    )]
    fn steady(&self) -> Duration {
        static BEGAN: OnceLock<Instant> = OnceLock::new();
        BEGAN.get_or_init(Instant::now).elapsed()
    }

    /// Waits. A sleeping machine may wake long after the time has passed.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Where random numbers come from.
pub trait Entropy: Send + Sync {
    /// 64 random bits.
    fn next_u64(&self) -> u64;

    /// A number in `0.0..1.0`.
    fn fraction(&self) -> f64 {
        // 53 bits are what a f64 holds exactly.
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Random bytes straight from the operating system, for what nobody may guess; none where it has none.
/// Never from an [`Entropy`]: a simulation must not be able to decide these.
pub fn unguessable<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).ok()?;
    Some(bytes)
}

/// The machine's own clock.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
        }
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's random numbers.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn next_u64(&self) -> u64 {
        rand::random()
    }
}
