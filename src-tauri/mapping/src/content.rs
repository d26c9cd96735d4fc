//! Hashes of what stands in a record, by which an echo of our own write is recognised.

use crate::Values;
use sha2::{Digest, Sha256};

/// Sixteen hexadecimal digits that stand for a value.
pub fn of(text: &str) -> String {
    short(Sha256::digest(text.as_bytes()).as_slice())
}

/// The same for a whole record; empty values count as absent.
pub fn of_all(values: &Values) -> String {
    let mut hash = Sha256::new();
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        for part in [name, value] {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    short(hash.finalize().as_slice())
}

fn short(digest: &[u8]) -> String {
    digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
