//! Whether a body comes from Tuco, and what it says. Pure.
//!
//! The signature covers the body and nothing else, so nothing else is believed: the event in the header
//! must be that of the body, and the time in the header is not read at all. There is no window of time:
//! Tuco sends once, and an event that was never seen must not be lost because a clock is wrong. What is
//! sent again is known by the sum of its body and by its event and message.

use super::Verdict;
use super::door::only;
use hyper::HeaderMap;
use sha2::{Digest, Sha256};
use tuco::signature::{self, Refused};
use tuco::{Delivered, read_delivered};
use wire::Secret;

const SIGNATURE: &str = "x-tuco-signature";
const EVENT: &str = "x-tuco-event";

/// A delivery whose signature is good.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What it says.
    pub delivered: Delivered,
    /// SHA-256 of the bytes that were signed.
    pub sum: [u8; 32],
    /// The signature was good only for the body written anew.
    pub rewritten: bool,
    /// Which secret it was signed with, the newest being 0.
    pub secret: usize,
}

/// Checks a request that the door let in.
///
/// # Errors
/// The verdict.
pub fn check(
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[Secret],
    workspace_id: &str,
) -> Result<Checked, Verdict> {
    let given = only(headers, SIGNATURE).ok_or(Verdict::NoSignature)?;
    let given = given.to_str().map_err(|_| Verdict::MalformedSignature)?;
    if given.trim().is_empty() {
        return Err(Verdict::NoSignature);
    }
    let checked = match signature::verify(body, given, secrets) {
        Ok(verified) => read(body, verified.secret, false)?,
        Err(Refused::Mismatch) => match signature::verify_reserialised(body, given, secrets) {
            Ok((verified, bytes)) => read(&bytes, verified.secret, true)?,
            Err(_) => return Err(Verdict::BadSignature),
        },
        Err(Refused::NoSecret) => return Err(Verdict::NoSecret),
        Err(Refused::Malformed | Refused::Ambiguous) => return Err(Verdict::MalformedSignature),
    };
    let delivered = &checked.delivered;
    let named = only(headers, EVENT).and_then(|event| event.to_str().ok());
    if named != Some(delivered.name.as_str()) {
        return Err(Verdict::EventDiffers);
    }
    let other = |given: &String| !workspace_id.is_empty() && given != workspace_id;
    if delivered.workspace_id.as_ref().is_some_and(other) {
        return Err(Verdict::OtherWorkspace);
    }
    if delivered.event.is_none() {
        return Err(Verdict::UnknownEvent);
    }
    if !delivered.test && delivered.message.is_none() {
        return Err(Verdict::NoMessage);
    }
    Ok(checked)
}

/// Reads exactly the bytes that the signature is good for.
fn read(signed: &[u8], secret: usize, rewritten: bool) -> Result<Checked, Verdict> {
    Ok(Checked {
        delivered: read_delivered(signed).map_err(|_| Verdict::Unreadable)?,
        sum: Sha256::digest(signed).into(),
        rewritten,
        secret,
    })
}
