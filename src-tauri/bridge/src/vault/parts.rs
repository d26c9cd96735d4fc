//! One record over as many entries as it needs.
//!
//! The first entry is named by the connection's key and begins with a head: a mark, the number of
//! parts, the length of all and a checksum. Further parts are named by key, checksum and number, so
//! that writing new ones leaves the old record whole until the first entry is replaced.

use super::VaultError;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What Windows takes in one entry: `CRED_MAX_CREDENTIAL_BLOB_SIZE`, 5 * 512 bytes.
pub(super) const ENTRY_BYTES: usize = 2_560;

const MARK: &[u8; 4] = b"TfH1";
const SUM_BYTES: usize = 16;
const HEAD_BYTES: usize = MARK.len() + 2 + 4 + SUM_BYTES;

/// Single entries, by name. The keychain, or a test's stand-in.
pub(super) trait Entries: Send + Sync {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError>;
    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError>;
    /// It is no error where there is none.
    fn delete(&self, name: &str) -> Result<(), VaultError>;
}

/// The head of a record.
struct Head {
    parts: u16,
    length: u32,
    sum: [u8; SUM_BYTES],
}

impl Head {
    fn of(record: &[u8]) -> Result<Self, VaultError> {
        let first = ENTRY_BYTES - HEAD_BYTES;
        let more = record.len().saturating_sub(first).div_ceil(ENTRY_BYTES);
        Ok(Self {
            parts: u16::try_from(1 + more).map_err(|_| VaultError::TooLong)?,
            length: u32::try_from(record.len()).map_err(|_| VaultError::TooLong)?,
            sum: sum(record),
        })
    }

    fn write(&self, entry: &mut Vec<u8>) {
        entry.extend_from_slice(MARK);
        entry.extend_from_slice(&self.parts.to_be_bytes());
        entry.extend_from_slice(&self.length.to_be_bytes());
        entry.extend_from_slice(&self.sum);
    }

    /// The head, and what of the record follows it.
    fn read(entry: &[u8]) -> Option<(Self, &[u8])> {
        let rest = entry.strip_prefix(MARK)?;
        let (parts, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let (sum, rest) = rest.split_first_chunk()?;
        let head = Self {
            parts: u16::from_be_bytes(*parts),
            length: u32::from_be_bytes(*length),
            sum: *sum,
        };
        Some((head, rest))
    }

    /// Names of the parts after the first.
    fn names<'a>(&'a self, key: &'a str) -> impl Iterator<Item = String> + 'a {
        let sum = hex::encode(self.sum);
        (2..=self.parts).map(move |part| format!("{key}.{sum}.{part}"))
    }
}

fn sum(record: &[u8]) -> [u8; SUM_BYTES] {
    let mut sum = [0; SUM_BYTES];
    for (to, from) in sum.iter_mut().zip(Sha256::digest(record)) {
        *to = from;
    }
    sum
}

/// Reads a record and checks it.
pub(super) fn load(
    entries: &dyn Entries,
    key: &str,
) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let Some(first) = entries.get(key)? else {
        return Ok(None);
    };
    let (head, begin) = Head::read(&first).ok_or(VaultError::Damaged)?;
    let length = usize::try_from(head.length).map_err(|_| VaultError::Damaged)?;
    let mut record = Zeroizing::new(Vec::with_capacity(length));
    record.extend_from_slice(begin);
    for name in head.names(key) {
        let part = entries.get(&name)?.ok_or(VaultError::Damaged)?;
        record.extend_from_slice(&part);
    }
    if record.len() != length || sum(&record) != head.sum {
        return Err(VaultError::Damaged);
    }
    Ok(Some(record))
}

/// Writes a record: its further parts, then the first, then the old one's further parts go.
pub(super) fn store(entries: &dyn Entries, key: &str, record: &[u8]) -> Result<(), VaultError> {
    let head = Head::of(record)?;
    let old = old_names(entries, key)?;
    let (begin, rest) = record.split_at(record.len().min(ENTRY_BYTES - HEAD_BYTES));
    for (name, part) in head.names(key).zip(rest.chunks(ENTRY_BYTES)) {
        entries.set(&name, part)?;
    }
    let mut first = Zeroizing::new(Vec::with_capacity(ENTRY_BYTES));
    head.write(&mut first);
    first.extend_from_slice(begin);
    entries.set(key, &first)?;
    let new: Vec<String> = head.names(key).collect();
    old.iter()
        .filter(|name| !new.contains(name))
        .try_for_each(|name| entries.delete(name))
}

/// Removes a record, the first entry last: while it stands, the others can be found.
pub(super) fn forget(entries: &dyn Entries, key: &str) -> Result<(), VaultError> {
    old_names(entries, key)?
        .iter()
        .try_for_each(|name| entries.delete(name))?;
    entries.delete(key)
}

fn old_names(entries: &dyn Entries, key: &str) -> Result<Vec<String>, VaultError> {
    let first = entries.get(key)?;
    let head = first.as_deref().and_then(|entry| Head::read(entry));
    Ok(head
        .map(|(head, _)| head.names(key).collect())
        .unwrap_or_default())
}
