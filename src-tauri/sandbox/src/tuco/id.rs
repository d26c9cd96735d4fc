//! Ids as Tuco has them: 24 hexadecimal digits, MongoDB's ObjectId.

use crate::dice::Dice;
use serde::{Serialize, Serializer};
use std::fmt;

/// An ObjectId: seconds, five bytes of the machine, a counter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId([u8; 12]);

impl ObjectId {
    /// Reads 24 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 12];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0_u8; 24];
        // Twelve bytes always fill twenty-four digits.
        hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
        formatter.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Hands out ids. The same seed and the same calls give the same ids.
#[derive(Debug, Clone)]
pub(crate) struct IdMint {
    machine: [u8; 5],
    counter: u32,
}

impl IdMint {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "ids");
        let mut machine = [0; 5];
        for (place, byte) in machine.iter_mut().zip(dice.number().to_be_bytes()) {
            *place = byte;
        }
        Self {
            machine,
            counter: (dice.number() & 0x000f_ffff) as u32,
        }
    }

    /// A new id made at this time, in milliseconds.
    pub(crate) fn next(&mut self, now: i64) -> ObjectId {
        self.counter = self.counter.wrapping_add(1) & 0x00ff_ffff;
        let seconds = u32::try_from(now.div_euclid(1000))
            .unwrap_or_default()
            .to_be_bytes();
        let counter = self.counter.to_be_bytes();
        let bytes = seconds
            .into_iter()
            .chain(self.machine)
            .chain(counter.into_iter().skip(1));
        let mut id = [0; 12];
        for (place, byte) in id.iter_mut().zip(bytes) {
            *place = byte;
        }
        ObjectId(id)
    }
}
