//! Bodies of webhooks, changed at random: what may come in at the listener's door from anybody.
//!
//! Nothing that is read there may panic, and what a signature is good for must be exactly the bytes that
//! are read afterwards.

use crate::dice::Dice;
use serde_json::{Value, json};
use wire::Secret;

const SECRET: &str = "5f9a1c0e2b7d4866a1b2c3d4e5f60718";
/// Where a body is worth breaking.
const MARKS: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\"",
    b"\\",
    b"\\u0000",
    b"\\ud83d",
    b"null",
    b"true",
    b"-0",
    b"1e999",
    b"9223372036854775808",
    b"NaN",
    b" ",
    b"\r\n",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff",
    b"\"event\":",
    b"\"data\":",
    b"\"testMode\":true,",
    b"\"eventId\":",
    b"[[[[[[[[[[[[[[[[",
];
/// A body is not let grow beyond this, so that many can be tried.
const MOST_BYTES: usize = 4_096;

/// What became of them.
#[derive(Debug, Default)]
pub struct Tally {
    /// Bodies.
    pub tried: u64,
    /// Read as a delivery of Tuco.
    pub deliveries: u64,
    /// Read as a report of HubSpot.
    pub reports: u64,
    /// Written anew, and the same as it came.
    pub compact: u64,
    /// What must not be.
    pub violations: Vec<String>,
}

/// Tries so many, from this seed on.
pub fn run(seed: u64, bodies: u64) -> Tally {
    let dice = Dice::new(seed);
    let good = examples();
    let secrets = [Secret::new(SECRET)];
    let mut tally = Tally::default();
    let mut body = Vec::new();
    for _ in 0..bodies {
        // One change after the other leads further from what is good, and back to it now and then.
        if body.is_empty() || body.len() > MOST_BYTES || dice.chance(12) {
            body = dice.pick(&good).cloned().unwrap_or_default();
        }
        change(&mut body, &dice);
        look(&body, &secrets, &mut tally);
    }
    tally
}

fn look(body: &[u8], secrets: &[Secret], tally: &mut Tally) {
    let mut wrong = |what: &str| {
        tally
            .violations
            .push(format!("{what}: {}", body.escape_ascii()));
    };
    let is_json = serde_json::from_slice::<Value>(body).is_ok();
    let signature = tuco::signature::sign(body, &Secret::new(SECRET));
    if tuco::signature::verify(body, &signature, secrets).is_err() {
        wrong("a good signature was refused");
    }
    match tuco::signature::verify_reserialised(body, &signature, secrets) {
        Ok((_, written)) if written != body => wrong("other bytes are read than were signed"),
        Ok(_) if !is_json => wrong("what is no JSON was written anew"),
        Ok(_) => tally.compact += 1,
        Err(_) => {}
    }
    if hubspot::reported::read_reported(body).is_ok() {
        tally.reports += 1;
        if !is_json {
            wrong("what is no JSON was read as a report");
        }
    }
    if tuco::read_delivered(body).is_ok() {
        tally.deliveries += 1;
    }
    tally.tried += 1;
}

/// One change: a byte, a cut, a piece twice, a piece elsewhere, or a mark put in.
fn change(body: &mut Vec<u8>, dice: &Dice) {
    let at = place(body.len(), dice);
    match dice.between(0, 5) {
        0 => {
            if let Some(byte) = body.get_mut(at) {
                *byte ^= u8::try_from(1_u64 << dice.between(0, 7)).unwrap_or(1);
            }
        }
        1 => body.truncate(at),
        2 => {
            let end = (at + place(64, dice)).min(body.len());
            let piece: Vec<u8> = body.get(at..end).unwrap_or_default().to_vec();
            let to = place(body.len(), dice);
            drop(body.splice(to..to, piece));
        }
        3 => {
            let end = (at + place(16, dice)).min(body.len());
            drop(body.drain(at..end));
        }
        _ => {
            if let Some(mark) = dice.pick(MARKS) {
                drop(body.splice(at..at, mark.iter().copied()));
            }
        }
    }
}

/// A place in so many bytes, the end included.
fn place(length: usize, dice: &Dice) -> usize {
    usize::try_from(dice.between(0, u64::try_from(length).unwrap_or(0))).unwrap_or(0)
}

/// What both services send.
fn examples() -> Vec<Vec<u8>> {
    let message = json!({
        "messageId": "m1", "phone": "+12025550123", "leadId": "lead1", "firstName": "Ana",
        "message": "See you \u{1f44b} on Friday", "parentMessages": ["one", "two"],
        "timestamp": "2026-03-02T08:00:00.000Z", "attachments": [{"url": "https://files.example/a.png"}],
    });
    let mut all: Vec<Value> = ["sent", "delivered", "reply", "failed", "fallback"]
        .iter()
        .flat_map(|event| {
            let name = format!("message.{event}");
            let mut flat = message.clone();
            if let Some(fields) = flat.as_object_mut() {
                fields.insert("event".to_owned(), json!(name));
                fields.insert("workspaceId".to_owned(), json!("org_1"));
            }
            let deep = json!({"event": name, "timestamp": 1_772_438_400_000_i64, "data": message});
            [flat, deep]
        })
        .collect();
    all.push(json!([{
        "eventId": 1, "subscriptionId": 12, "portalId": 4_400_001, "occurredAt": 1_772_438_400_000_i64,
        "subscriptionType": "contact.propertyChange", "attemptNumber": 0, "objectId": 1_001,
        "propertyName": "lifecyclestage", "propertyValue": "marketingqualifiedlead", "changeSource": "CRM",
    }, {
        "eventId": 2, "portalId": 4_400_001, "occurredAt": 1_772_438_400_000_i64,
        "subscriptionType": "contact.merge", "attemptNumber": 1, "objectId": 1_001,
        "primaryObjectId": 1_001, "mergedObjectIds": [1_002, 1_003], "newObjectId": 1_004,
    }]));
    all.push(json!({
        "callbackId": "c1", "origin": {"portalId": 4_400_001}, "object": {"objectId": 1_001, "objectType": "CONTACT"},
        "inputFields": {"template": "Welcome"},
    }));
    all.iter()
        .map(|body| body.to_string().into_bytes())
        .collect()
}
