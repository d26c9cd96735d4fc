//! What HubSpot reports: checked, stored before it is answered, and taken once.

use super::{CLIENT_SECRET, PATH, SECRET, Sent, Stage, reply, sign};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use hubspot::reported::ReportedKind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wire::{Clock, SystemClock};

const CALLED: &str = "https://hooks.example/hubspot/00112233445566778899aabbccddeeff";

type Headers = Vec<(&'static str, Vec<u8>)>;

fn first(secret: &str, body: &[u8]) -> Headers {
    let sum = Sha256::digest([secret.as_bytes(), body].concat());
    vec![
        ("X-HubSpot-Signature", hex::encode(sum).into_bytes()),
        ("X-HubSpot-Signature-Version", b"v1".to_vec()),
    ]
}

fn second(secret: &str, address: &str, body: &[u8]) -> Headers {
    let what = [secret.as_bytes(), b"POST", address.as_bytes(), body].concat();
    vec![
        (
            "X-HubSpot-Signature",
            hex::encode(Sha256::digest(what)).into_bytes(),
        ),
        ("X-HubSpot-Signature-Version", b"v2".to_vec()),
    ]
}

fn third(secret: &str, address: &str, body: &[u8], at: i64) -> Headers {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&[b"POST", address.as_bytes(), body, at.to_string().as_bytes()].concat());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    vec![
        ("X-HubSpot-Signature-v3", signature.into_bytes()),
        ("X-HubSpot-Request-Timestamp", at.to_string().into_bytes()),
    ]
}

impl Stage {
    fn report(&self, headers: &Headers, body: &[u8]) -> u16 {
        self.send(&Sent {
            target: format!("/hubspot/{PATH}"),
            host: Some("hooks.example".to_owned()),
            headers: headers.clone(),
            body: body.to_vec(),
            ..Sent::to(self.port())
        })
    }
}

fn creation(event: u64, attempt: u32) -> Value {
    json!({
        "eventId": event, "subscriptionId": 12, "portalId": 4_400_001, "appId": 54,
        "occurredAt": 1_780_416_603_000_i64, "subscriptionType": "contact.creation",
        "attemptNumber": attempt, "objectId": 501,
    })
}

fn list(events: &[Value]) -> Vec<u8> {
    Value::from(events.to_vec()).to_string().into_bytes()
}

#[test]
fn all_three_signatures_are_believed_and_what_they_sign_is_stored() {
    let mut stage = Stage::new();
    let now = SystemClock.now();
    let one = list(&[creation(1, 0)]);
    assert_eq!(stage.report(&first(CLIENT_SECRET, &one), &one), 200);
    let two = list(&[creation(2, 0), creation(3, 0)]);
    let signed = third(CLIENT_SECRET, CALLED, &two, now);
    assert_eq!(stage.report(&signed, &two), 200);
    let action = json!({
        "callbackId": "ap-1", "origin": {"portalId": 4_400_001}, "context": {"workflowId": 77},
        "object": {"objectId": 501, "objectType": "CONTACT"}, "inputFields": {"text": "Hello"},
    })
    .to_string()
    .into_bytes();
    let signed = second(CLIENT_SECRET, CALLED, &action);
    assert_eq!(stage.report(&signed, &action), 200);
    let plain = json!({"vid": 502, "portal-id": 4_400_001})
        .to_string()
        .into_bytes();
    // Where several signatures stand, the strongest is the one that counts.
    let mut both = third(CLIENT_SECRET, CALLED, &plain, now);
    both.extend(first("another", &plain));
    assert_eq!(stage.report(&both, &plain), 200);

    let connection = stage.connection;
    let store = stage.end();
    let rows = store.read();
    let events = rows.hubspot_events_after(connection, 0, 100).unwrap();
    let told: Vec<(ReportedKind, &str, &str)> = events
        .iter()
        .map(|event| (event.kind, event.name.as_str(), event.object_id.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (ReportedKind::Record, "contact.creation", "501"),
            (ReportedKind::Record, "contact.creation", "501"),
            (ReportedKind::Record, "contact.creation", "501"),
            (ReportedKind::Action, "", "501"),
            (ReportedKind::Workflow, "", "502"),
        ]
    );
    assert_eq!(events[0].occurred_at, 1_780_416_603_000);
    assert!(events[4].occurred_at >= now);
    assert_eq!(events[3].workflow_id, "77");
    let body: Value = serde_json::from_str(&events[3].body).unwrap();
    assert_eq!(body["inputFields"]["text"], "Hello");
    // Whoever reads on begins behind what it has read.
    let rest = rows.hubspot_events_after(connection, events[3].id, 100);
    assert_eq!(rest.unwrap(), events[4..]);
    let last = rows.last_hubspot_events(connection, 1).unwrap();
    assert_eq!(last, events[4..]);
    // They are no events of Tuco's messages.
    assert_eq!(rows.event_counts(connection).unwrap().total(), 0);
    let listed = rows.deliveries(connection, 10).unwrap();
    assert_eq!(listed.len(), 4);
    assert_eq!(listed[3].event, "hubspot record contact.creation");
}

#[test]
fn another_attempt_and_a_replay_are_no_second_event_for_good() {
    let mut stage = Stage::new();
    for attempt in 0..5 {
        let body = list(&[creation(1, attempt)]);
        assert_eq!(stage.report(&first(CLIENT_SECRET, &body), &body), 200);
        // In another list, beside something new.
        let more = list(&[creation(1, attempt), creation(10 + u64::from(attempt), 0)]);
        let signed = third(CLIENT_SECRET, CALLED, &more, SystemClock.now());
        assert_eq!(stage.report(&signed, &more), 200);
        stage.restart(&[SECRET]);
    }
    let connection = stage.connection;
    let mut store = stage.end();
    let events = store
        .read()
        .hubspot_events_after(connection, 0, 100)
        .unwrap();
    assert_eq!(events.len(), 6);
    let counts = store.read().delivery_counts(connection).unwrap();
    assert_eq!((counts["taken"], counts["again"]), (6, 4), "{counts:?}");
    store
        .write(|rows| rows.remove_connection(connection))
        .unwrap();
    let left = store.read().hubspot_events_after(connection, 0, 100);
    assert!(left.unwrap().is_empty());
}

struct Case {
    what: String,
    headers: Headers,
    body: Vec<u8>,
    status: u16,
}

fn case(what: impl Into<String>, headers: Headers, body: &[u8], status: u16) -> Case {
    Case {
        what: what.into(),
        headers,
        body: body.to_vec(),
        status,
    }
}

/// One thing is changed after it was signed.
fn changed(body: &[u8], now: i64) -> Vec<Case> {
    let ways = [
        first(CLIENT_SECRET, body),
        second(CLIENT_SECRET, CALLED, body),
        third(CLIENT_SECRET, CALLED, body, now),
    ];
    let mut cases = Vec::new();
    for (way, signed) in ways.iter().enumerate() {
        for step in 0..40 {
            let at = step * body.len() / 40;
            let mut flipped = body.to_vec();
            flipped[at] ^= 1 << (step % 7);
            let what = format!("way {way}, bit at {at}");
            cases.push(case(what, signed.clone(), &flipped, 401));
        }
        for at in 0..signed[0].1.len() {
            let mut other = signed.clone();
            let digit = &mut other[0].1[at];
            *digit = if *digit == b'1' { b'2' } else { b'1' };
            cases.push(case(format!("way {way}, digit {at}"), other, body, 401));
        }
        for header in 0..2 {
            let mut missing = signed.clone();
            missing.remove(header);
            cases.push(case(
                format!("way {way} without {header}"),
                missing,
                body,
                401,
            ));
            let mut twice = signed.clone();
            twice.push(signed[header].clone());
            cases.push(case(format!("way {way}, {header} twice"), twice, body, 401));
        }
    }
    cases
}

/// Signed for something else, or by somebody else, or well signed and yet not to be read.
fn strange(body: &[u8], now: i64) -> Vec<Case> {
    let minutes = |minutes: i64| third(CLIENT_SECRET, CALLED, body, now + minutes * 60_000);
    let elsewhere = "https://hooks.example/hubspot/other";
    let plainly = CALLED.replace("https", "http");
    let mut named = first(CLIENT_SECRET, body);
    named[1].1 = b"v3".to_vec();
    let mut tucos = vec![("X-Tuco-Signature", sign(CLIENT_SECRET, body).into_bytes())];
    tucos.push(("X-Tuco-Event", b"message.reply".to_vec()));
    let mut cases = vec![
        case("v1 of another app", first("another", body), body, 401),
        case(
            "v2 of another app",
            second("another", CALLED, body),
            body,
            401,
        ),
        case(
            "v3 of another app",
            third("another", CALLED, body, now),
            body,
            401,
        ),
        case(
            "v2 of another address",
            second(CLIENT_SECRET, elsewhere, body),
            body,
            401,
        ),
        case(
            "v3 of another address",
            third(CLIENT_SECRET, elsewhere, body, now),
            body,
            401,
        ),
        case(
            "v3 of http",
            third(CLIENT_SECRET, &plainly, body, now),
            body,
            401,
        ),
        case("v3 of six minutes ago", minutes(-6), body, 401),
        case("v3 of six minutes ahead", minutes(6), body, 401),
        case("v3 of a year ago", minutes(-525_600), body, 401),
        case("an unknown way", named, body, 401),
        case("nothing", vec![], body, 401),
        case("as Tuco signs", tucos, body, 401),
    ];
    // Whoever has seen a v1 signature can sign what it is followed by, without the secret: padding first.
    let mut extended = body.to_vec();
    extended.push(0x80);
    extended.extend([0; 60]);
    extended.extend(br#"[{"subscriptionType":"contact.deletion","objectId":9}]"#);
    let mut other: Value = creation(1, 0);
    other["portalId"] = json!(99);
    for (what, body, status) in [
        ("with more behind it", extended, 400),
        ("nothing", Vec::new(), 400),
        ("an empty list", b"[]".to_vec(), 400),
        ("a number", b"1".to_vec(), 400),
        ("a key twice", br#"{"vid":1,"vid":2}"#.to_vec(), 400),
        ("of another portal", list(&[other]), 403),
        ("nested too deep", "[".repeat(5_000).into_bytes(), 400),
        ("longer than 1 MiB", vec![b' '; (1 << 20) + 1], 413),
    ] {
        cases.push(case(what, first(CLIENT_SECRET, &body), &body, status));
        let signed = third(CLIENT_SECRET, CALLED, &body, now);
        cases.push(case(what, signed, &body, status));
    }
    cases
}

#[test]
fn of_many_mutated_reports_none_is_taken() {
    let mut stage = Stage::new();
    let now = SystemClock.now();
    let body = list(&[creation(1, 0)]);
    let cases: Vec<Case> = [changed, strange]
        .iter()
        .flat_map(|make| make(&body, now))
        .collect();
    assert!(cases.len() >= 320, "{}", cases.len());
    for case in &cases {
        let status = stage.report(&case.headers, &case.body);
        // Whoever writes on after the refusal may find the connection gone.
        let cut_off = case.status == 413 && status == 0;
        assert!(status == case.status || cut_off, "{status}: {}", case.what);
    }
    // The door is the same for both: no browser, no other host, no other method.
    let signed = first(CLIENT_SECRET, &body);
    let knock = |change: &dyn Fn(&mut Sent)| {
        let mut sent = Sent {
            target: format!("/hubspot/{PATH}"),
            headers: signed.clone(),
            body: body.clone(),
            ..Sent::to(stage.port())
        };
        change(&mut sent);
        stage.send(&sent)
    };
    assert_eq!(knock(&|sent| sent.method = "GET"), 405);
    assert_eq!(knock(&|sent| sent.target.push_str("?x=1")), 404);
    assert_eq!(knock(&|sent| sent.target = "/hubspot/".to_owned()), 404);
    assert_eq!(knock(&|sent| sent.target = format!("/tuco/{PATH}")), 401);
    assert_eq!(
        knock(&|sent| sent.host = Some("evil.example".to_owned())),
        403
    );
    let origin = ("Origin", b"https://hooks.example".to_vec());
    assert_eq!(knock(&|sent| sent.headers.push(origin.clone())), 403);
    // What is signed for Tuco's address is nothing at HubSpot's.
    let delivered = reply("m1");
    let tucos: Headers = vec![
        ("X-Tuco-Signature", sign(SECRET, &delivered).into_bytes()),
        ("X-Tuco-Event", b"message.reply".to_vec()),
    ];
    assert_eq!(stage.report(&tucos, &delivered), 401);

    // Without a secret nothing can be believed, and HubSpot is asked to try again.
    stage.open.as_ref().unwrap().set_client_secret(None);
    assert_eq!(stage.report(&signed, &body), 503);
    let later = Some(wire::Secret::new(CLIENT_SECRET));
    stage.open.as_ref().unwrap().set_client_secret(later);

    let connection = stage.connection;
    assert_eq!(
        stage.report(&signed, &body),
        200,
        "the one that nobody touched"
    );
    let store = stage.end();
    let events = store.read().hubspot_events_after(connection, 0, 100);
    assert_eq!(events.unwrap().len(), 1);
    let counts = store.read().delivery_counts(connection).unwrap();
    for reason in [
        "bad_signature",
        "malformed_signature",
        "no_signature",
        "stale",
        "unreadable",
        "other_portal",
        "too_large",
        "no_secret",
    ] {
        assert!(counts.contains_key(reason), "{reason}: {counts:?}");
    }
}
