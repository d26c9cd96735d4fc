//! Whether a body comes from HubSpot, and what it reports. Pure.
//!
//! HubSpot signs with the client secret of the app, so only a connection that signed in with an app of the
//! user's own, or whose secret is given for a run, can hear it. The strongest signature that is there
//! counts: v3 covers the address and a time that must be within five minutes; v1 and v2 cover no time, so
//! that every event is remembered for good. All of them are HubSpot's to choose; a relay that drops v3
//! gains nothing, since v2 covers the same but the time, and what was there before changes nothing.

use super::Verdict;
use super::door::only;
use hubspot::reported::{ReportedEvent, read_reported};
use hubspot::signature::{Claim, NotHubSpot, Signed, verify};
use hyper::HeaderMap;
use wire::{Secret, Timestamp};

const HEADERS: [&str; 4] = [
    "x-hubspot-signature",
    "x-hubspot-signature-version",
    "x-hubspot-signature-v3",
    "x-hubspot-request-timestamp",
];

/// What HubSpot's requests are held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'e> {
    /// The address that HubSpot calls, as it was given there.
    pub address: &'e str,
    /// The app's client secret, where there is one.
    pub secret: Option<&'e Secret>,
    /// The connection's portal; empty where it is not known.
    pub portal_id: &'e str,
}

/// Checks a request that the door let in as HubSpot's. At least one event.
///
/// # Errors
/// The verdict.
pub fn check_reported(
    headers: &HeaderMap,
    body: &[u8],
    expected: Expected<'_>,
    now: Timestamp,
) -> Result<Vec<ReportedEvent>, Verdict> {
    let twice = |name: &str| headers.get_all(name).iter().nth(1).is_some();
    if HEADERS.iter().any(|name| twice(name)) {
        return Err(Verdict::MalformedSignature);
    }
    let claim = Claim::of(|name| only(headers, name)?.to_str().ok());
    let claim = claim.ok_or(Verdict::NoSignature)?;
    let request = Signed {
        method: "POST",
        address: expected.address,
        body,
    };
    let secret = expected.secret.ok_or(Verdict::NoSecret)?;
    verify(request, claim, secret, now).map_err(|refused| match refused {
        NotHubSpot::NoSecret => Verdict::NoSecret,
        NotHubSpot::Malformed => Verdict::MalformedSignature,
        NotHubSpot::Stale => Verdict::Stale,
        NotHubSpot::Mismatch => Verdict::BadSignature,
    })?;
    let mut events = read_reported(body).map_err(|_| Verdict::Unreadable)?;
    let other = |portal: &String| !expected.portal_id.is_empty() && portal != expected.portal_id;
    // An app that is installed in several portals has one address for all of them.
    events.retain(|event| !event.portal_id.as_ref().is_some_and(other));
    if events.is_empty() {
        return Err(Verdict::OtherPortal);
    }
    Ok(events)
}
