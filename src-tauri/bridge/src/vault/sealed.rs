//! What stands in the passphrase file: every connection's secrets, sealed under one passphrase.
//!
//! A head in the clear, then a box. The head says how the key is made of the passphrase and which
//! connections are inside, and is authenticated with the box: changing one byte of it makes the box
//! refuse to open. The key is made by Argon2id, the box by XChaCha20-Poly1305 with a new random nonce
//! each time. A head that asks for less work than [`Cost::USUAL`], or for so much that it would bring
//! the machine down, is refused before any work is done.

use super::VaultError;
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use std::collections::BTreeMap;
use wire::{Entropy, Secret, SystemEntropy};
use zeroize::Zeroizing;

const MARK: &[u8; 4] = b"TfHs";
const FORMAT: u8 = 1;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;

/// Records by the key of their connection.
pub(super) type Records = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// How much work it is to try one passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// 64 MiB and three passes, the second choice of RFC 9106 with one lane.
    pub(super) const USUAL: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// More than this in a file is somebody's prank.
    const MOST: Self = Self {
        memory_kib: 1024 * 1024,
        passes: 16,
        lanes: 16,
    };

    fn is_sound(self) -> bool {
        (Self::USUAL.memory_kib..=Self::MOST.memory_kib).contains(&self.memory_kib)
            && (Self::USUAL.passes..=Self::MOST.passes).contains(&self.passes)
            && (1..=Self::MOST.lanes).contains(&self.lanes)
    }
}

/// What opens a file: made of the passphrase, and good for one salt.
#[derive(Clone)]
pub(super) struct Key {
    cost: Cost,
    salt: [u8; SALT_BYTES],
    bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    /// A key for a new file.
    pub(super) fn new(passphrase: &Secret) -> Result<Self, VaultError> {
        Self::derive(passphrase, Cost::USUAL, random())
    }

    /// The key that a file asks for; whether it fits shows when the file is opened.
    pub(super) fn of_file(passphrase: &Secret, file: &[u8]) -> Result<Self, VaultError> {
        let head = Head::read(file)?;
        Self::derive(passphrase, head.cost, head.salt)
    }

    fn derive(passphrase: &Secret, cost: Cost, salt: [u8; SALT_BYTES]) -> Result<Self, VaultError> {
        let failed = |_| VaultError::Other("there is not enough memory for the passphrase".into());
        let params =
            Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(failed)?;
        let mut bytes = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &salt, &mut *bytes)
            .map_err(failed)?;
        Ok(Self { cost, salt, bytes })
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305, VaultError> {
        XChaCha20Poly1305::new_from_slice(&*self.bytes).map_err(|_| VaultError::FileDamaged)
    }
}

struct Head<'f> {
    cost: Cost,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
    names: Vec<String>,
    /// The head itself, for the box to authenticate.
    bytes: &'f [u8],
    sealed: &'f [u8],
}

impl<'f> Head<'f> {
    fn read(file: &'f [u8]) -> Result<Self, VaultError> {
        let head = Self::parse(file).ok_or(VaultError::FileDamaged)?;
        if head.cost.is_sound() {
            Ok(head)
        } else {
            Err(VaultError::FileDamaged)
        }
    }

    fn parse(file: &'f [u8]) -> Option<Self> {
        let rest = file.strip_prefix(MARK)?.strip_prefix(&[FORMAT])?;
        let (memory_kib, rest) = number(rest)?;
        let (passes, rest) = number(rest)?;
        let (lanes, rest) = number(rest)?;
        let (salt, rest) = rest.split_first_chunk()?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (count, mut rest) = number(rest)?;
        let mut names = Vec::new();
        for _ in 0..count {
            let (name, more) = piece(rest)?;
            names.push(std::str::from_utf8(name).ok()?.to_owned());
            rest = more;
        }
        Some(Self {
            cost: Cost {
                memory_kib,
                passes,
                lanes,
            },
            salt: *salt,
            nonce: *nonce,
            names,
            bytes: file.get(..file.len().checked_sub(rest.len())?)?,
            sealed: rest,
        })
    }
}

/// Which connections a file holds; needs no passphrase.
pub(super) fn names(file: &[u8]) -> Result<Vec<String>, VaultError> {
    Ok(Head::read(file)?.names)
}

/// Whether a file was sealed under this key's passphrase and salt, as far as its head says.
pub(super) fn is_of(file: &[u8], key: &Key) -> Result<bool, VaultError> {
    let head = Head::read(file)?;
    Ok(head.salt == key.salt && head.cost == key.cost)
}

/// The bytes of a file with these records.
pub(super) fn seal(records: &Records, key: &Key) -> Result<Vec<u8>, VaultError> {
    let nonce: [u8; NONCE_BYTES] = random();
    let mut file = Vec::with_capacity(4_096);
    file.extend_from_slice(MARK);
    file.push(FORMAT);
    for part in [key.cost.memory_kib, key.cost.passes, key.cost.lanes] {
        file.extend_from_slice(&part.to_be_bytes());
    }
    file.extend_from_slice(&key.salt);
    file.extend_from_slice(&nonce);
    file.extend_from_slice(&length(records.len())?);
    let most: usize = records.values().map(|record| record.len() + 4).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(most));
    for (name, record) in records {
        file.extend_from_slice(&length(name.len())?);
        file.extend_from_slice(name.as_bytes());
        plain.extend_from_slice(&length(record.len())?);
        plain.extend_from_slice(record);
    }
    let sealed = key
        .cipher()?
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: &plain,
                aad: &file,
            },
        )
        .map_err(|_| VaultError::Other("the secrets could not be sealed".into()))?;
    file.extend_from_slice(&sealed);
    Ok(file)
}

/// The records of a file. A wrong key and a changed file can't be told apart, and are not.
pub(super) fn open(file: &[u8], key: &Key) -> Result<Records, VaultError> {
    let head = Head::read(file)?;
    let plain = key
        .cipher()?
        .decrypt(
            &XNonce::from(head.nonce),
            Payload {
                msg: head.sealed,
                aad: head.bytes,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| VaultError::WrongPassphrase)?;
    let mut rest = plain.as_slice();
    let mut records = Records::new();
    for name in head.names {
        let (record, more) = piece(rest).ok_or(VaultError::FileDamaged)?;
        records.insert(name, Zeroizing::new(record.to_vec()));
        rest = more;
    }
    Ok(records)
}

fn length(length: usize) -> Result<[u8; 4], VaultError> {
    u32::try_from(length)
        .map(u32::to_be_bytes)
        .map_err(|_| VaultError::TooLong)
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*number), rest))
}

/// A length and as many bytes.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = number(bytes)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

fn random<const BYTES: usize>() -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for chunk in bytes.chunks_mut(8) {
        let dice = SystemEntropy.next_u64().to_be_bytes();
        for (to, from) in chunk.iter_mut().zip(dice) {
            *to = from;
        }
    }
    bytes
}
