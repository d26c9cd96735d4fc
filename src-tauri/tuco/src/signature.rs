//! Whether a webhook's delivery comes from the workspace.
//!
//! `X-Tuco-Signature` is the hexadecimal HMAC-SHA256 of the body, with no prefix
//! (<https://docs.tuco.ai/api-reference/message-webhooks>). It is checked over the bytes as they came,
//! in constant time. The vendor's samples sign the body written anew from the parsed JSON; for a body
//! that something on the way has reformatted there is [`verify_reserialised`], which hands back the
//! very bytes that the signature is good for, so that nothing else is trusted. The time stamp of a
//! delivery is not part of what is signed: a replayed one has to be known by its message id.

mod compact;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wire::Secret;

/// The signature is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Which of the secrets it was made with, counted from 0.
    pub secret: usize,
}

/// The signature is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No secret to check with.
    #[error("there is no secret to check the signature with")]
    NoSecret,
    /// Not 64 hexadecimal digits.
    #[error("the signature is not of the right form")]
    Malformed,
    /// Made with another secret, or for another body.
    #[error("the signature does not belong to this body")]
    Mismatch,
    /// The body is no JSON that reads one way only: broken, too deep, or a key twice in one object.
    #[error("the body can't be read without doubt")]
    Ambiguous,
}

/// The signature of a body, as Tuco makes it: for a test that one sends to oneself.
pub fn sign(body: &[u8], secret: &Secret) -> String {
    // HMAC takes keys of every length.
    Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(body);
            hex::encode(mac.finalize().into_bytes())
        },
    )
}

/// Checks the signature over the bytes as they came. Several secrets during a rotation.
pub fn verify(
    raw_body: &[u8],
    signature_header: &str,
    secrets: &[Secret],
) -> Result<Verified, Refused> {
    let text = signature_header.trim();
    let mut signature = [0_u8; 32];
    if text.len() != 64 || hex::decode_to_slice(text, &mut signature).is_err() {
        return Err(Refused::Malformed);
    }
    let mut found = None;
    let mut any = false;
    for (at, secret) in secrets
        .iter()
        .enumerate()
        .filter(|(_, secret)| !secret.is_empty())
    {
        any = true;
        // All secrets are tried, whichever is right, so that time doesn't tell which one it was.
        if is_of(secret.expose().as_bytes(), raw_body, &signature) && found.is_none() {
            found = Some(Verified { secret: at });
        }
    }
    found.ok_or(if any {
        Refused::Mismatch
    } else {
        Refused::NoSecret
    })
}

/// Compares in constant time.
fn is_of(key: &[u8], body: &[u8], signature: &[u8; 32]) -> bool {
    // HMAC takes keys of every length.
    Hmac::<Sha256>::new_from_slice(key).is_ok_and(|mut mac| {
        mac.update(body);
        mac.verify_slice(signature).is_ok()
    })
}

/// Checks the signature over the body written anew as `JSON.stringify` would, and hands back exactly
/// the bytes that it is good for: read those, not the ones that came.
pub fn verify_reserialised(
    raw_body: &[u8],
    signature_header: &str,
    secrets: &[Secret],
) -> Result<(Verified, Vec<u8>), Refused> {
    let compact = compact::rewrite(raw_body).ok_or(Refused::Ambiguous)?;
    let verified = verify(&compact, signature_header, secrets)?;
    Ok((verified, compact))
}

#[cfg(test)]
mod tests;
