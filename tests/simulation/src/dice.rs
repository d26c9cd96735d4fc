//! Seeded dice, the same on every machine.

use std::cell::Cell;
use std::sync::Mutex;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough for drawing lots.
#[derive(Debug)]
pub struct Dice(Mutex<Cell<u64>>);

impl Dice {
    /// Dice of this seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Cell::new(seed)))
    }

    /// 64 bits.
    pub fn roll(&self) -> u64 {
        let state = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let next = state.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        state.set(next);
        let mixed = (next ^ (next >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        low + self.roll() % (high - low + 1)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&self, percent: u64) -> bool {
        self.roll() % 100 < percent
    }

    /// One of these; none of nothing.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(from.len()).ok().filter(|count| *count > 0)?;
        from.get(usize::try_from(self.roll() % count).ok()?)
    }
}

impl wire::Entropy for Dice {
    fn next_u64(&self) -> u64 {
        self.roll()
    }
}
