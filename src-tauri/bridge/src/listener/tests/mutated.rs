//! Requests in which one thing was changed: what is accepted is exactly what was signed.

use super::{SECRET, Sent, Stage, WORKSPACE, reply, sign};
use serde_json::{Value, json};

struct Case {
    what: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Vec<u8>,
    chunked: bool,
    good: bool,
}

fn case(what: impl Into<String>, signature: &str, body: &[u8], good: bool) -> Case {
    Case {
        what: what.into(),
        headers: vec![
            ("X-Tuco-Signature", signature.as_bytes().to_vec()),
            ("X-Tuco-Event", b"message.reply".to_vec()),
        ],
        body: body.to_vec(),
        chunked: false,
        good,
    }
}

/// A body that was changed before it was signed.
fn signed(what: &str, body: &[u8], good: bool) -> Case {
    case(what, &sign(SECRET, body), body, good)
}

fn signatures(body: &[u8]) -> Vec<Case> {
    let right = sign(SECRET, body);
    let mut cases = vec![
        case("as it is", &right, body, true),
        case("in capitals", &right.to_uppercase(), body, true),
        case("with blanks around", &format!("  {right}\t"), body, true),
        case("empty", "", body, false),
        case("63 digits", right.get(1..).unwrap(), body, false),
        case("65 digits", &format!("{right}0"), body, false),
        case("with a prefix", &format!("sha256={right}"), body, false),
        case("twice in one", &format!("{right},{right}"), body, false),
        case("with another secret", &sign("other", body), body, false),
        case("of nothing", &sign(SECRET, b""), body, false),
        case(
            "base64",
            "W9y/EqXx0nqg1Lx1sVv1bq3Xb7VtLzXQyR0Xn0Y2m9Q=",
            body,
            false,
        ),
        case("not ASCII", &"\u{e9}".repeat(32), body, false),
    ];
    for at in 0..64 {
        let mut other = right.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        let other = String::from_utf8(other).unwrap();
        cases.push(case(format!("digit {at} changed"), &other, body, false));
    }
    let mut twice = case("twice", &right, body, false);
    twice
        .headers
        .push(("X-Tuco-Signature", right.clone().into_bytes()));
    let mut missing = case("missing", &right, body, false);
    missing.headers.remove(0);
    cases.extend([twice, missing]);
    cases
}

fn bodies(body: &[u8]) -> Vec<Case> {
    let right = sign(SECRET, body);
    let mut cases = Vec::new();
    for step in 0..100 {
        let at = step * body.len() / 100;
        let mut flipped = body.to_vec();
        flipped[at] ^= 1 << (step % 7);
        cases.push(case(format!("bit at {at}"), &right, &flipped, false));
        let mut longer = body.to_vec();
        longer.insert(at, b'x');
        cases.push(case(format!("x before {at}"), &right, &longer, false));
        let cut = body.get(..at).unwrap();
        cases.push(case(format!("cut at {at}"), &right, cut, false));
    }
    let text = std::str::from_utf8(body).unwrap();
    let read: Value = serde_json::from_slice(body).unwrap();
    let pretty = serde_json::to_string_pretty(&read).unwrap();
    let windows = pretty.replace('\n', "\r\n");
    let escaped = text.replace('\u{e9}', "\\u00e9");
    let doubled = text.replacen('{', "{\"messageId\":\"other\",", 1);
    let reordered = format!("{{\"zz\":1,{}", text.get(1..).unwrap());
    for (what, other, good) in [
        ("made pretty on the way", pretty.as_str(), true),
        ("with CR LF", &windows, true),
        ("with an end of line", &format!("{text}\n"), true),
        ("with blanks before", &format!("  {text}"), true),
        ("with another escape", &escaped, true),
        ("with a byte order mark", &format!("\u{feff}{text}"), false),
        ("with a key twice", &doubled, false),
        ("with a key more", &reordered, false),
        ("twice", &format!("{text}{text}"), false),
    ] {
        cases.push(case(what, &right, other.as_bytes(), good));
    }
    let mut chunked = case("in pieces", &right, body, true);
    chunked.chunked = true;
    cases.push(chunked);
    cases
}

/// Well signed, and yet not to be read, or not for us.
fn contents(body: &[u8]) -> Vec<Case> {
    let text = std::str::from_utf8(body).unwrap();
    let read: Value = serde_json::from_slice(body).unwrap();
    let with = |name: &str, value: Value| {
        let mut other = read.clone();
        other[name] = value;
        other.to_string().into_bytes()
    };
    let without = |name: &str| {
        let mut other = read.clone();
        other.as_object_mut().unwrap().remove(name);
        other.to_string().into_bytes()
    };
    let long = |bytes: usize| {
        let room = bytes - with("pad", json!("")).len();
        with("pad", json!("x".repeat(room)))
    };
    let deep = format!(
        "{{\"deep\":{}{},{}",
        "[".repeat(130),
        "]".repeat(130),
        text.get(1..).unwrap()
    );
    let doubled = text.replacen('{', "{\"messageId\":\"other\",", 1);
    let mut broken = body.to_vec();
    let last = broken.len() - 3;
    broken[last] = 0xff;
    vec![
        signed("of 1 MiB", &long(1 << 20), true),
        signed("of 1 MiB and a byte", &long((1 << 20) + 1), false),
        signed("nested too deep", deep.as_bytes(), false),
        signed("a key twice, signed", doubled.as_bytes(), false),
        signed("not UTF-8, signed", &broken, false),
        signed("NaN", text.replace("null", "NaN").as_bytes(), false),
        signed("a list", b"[]", false),
        signed("nothing", b"", false),
        signed("no JSON", b"hello", false),
        signed(
            "another event",
            &with("event", json!("message.sent")),
            false,
        ),
        signed("no event", &without("event"), false),
        signed("no message", &without("messageId"), false),
        signed("an empty message", &with("messageId", json!("")), false),
        signed(
            "another workspace",
            &with("workspaceId", json!("org_2")),
            false,
        ),
        signed("no workspace", &without("workspaceId"), true),
        signed("no time", &without("timestamp"), true),
        signed(
            "a time long past",
            &with("timestamp", json!("2016-06-02T16:10:03.000Z")),
            true,
        ),
        signed(
            "a time far ahead",
            &with("timestamp", json!("2036-06-02T16:10:03.000Z")),
            true,
        ),
        signed("a test", &with("testMode", json!(true)), true),
        signed(
            "an unknown field",
            &with("later", json!([1, {"x": null}])),
            true,
        ),
    ]
}

fn headers(body: &[u8]) -> Vec<Case> {
    let right = sign(SECRET, body);
    let mut cases = Vec::new();
    for event in [
        "message.sent",
        "message.failed",
        "Message.Reply",
        "message.reply2",
        "",
        "reply",
    ] {
        let mut other = case(format!("event header {event}"), &right, body, false);
        other.headers[1].1 = event.as_bytes().to_vec();
        cases.push(other);
    }
    let mut no_event = case("no event header", &right, body, false);
    no_event.headers.remove(1);
    let mut twice = case("event header twice", &right, body, false);
    twice
        .headers
        .push(("X-Tuco-Event", b"message.reply".to_vec()));
    cases.extend([no_event, twice]);
    for at in [
        "1970-01-01T00:00:00Z",
        "2999-01-01T00:00:00Z",
        "soon",
        "",
        "0",
    ] {
        let mut stamped = case(format!("time header {at}"), &right, body, true);
        stamped
            .headers
            .push(("X-Tuco-Timestamp", at.as_bytes().to_vec()));
        cases.push(stamped);
    }
    let mut packed = case("said to be packed", &right, b"\x1f\x8b\x08\x00", false);
    packed.headers.push(("Content-Encoding", b"gzip".to_vec()));
    cases.push(packed);
    cases
}

#[test]
fn of_400_mutated_requests_exactly_the_signed_ones_are_accepted() {
    let mut stage = Stage::new();
    assert_eq!(WORKSPACE, "org_EXAMPLE1");
    let body = reply("m1");
    let cases: Vec<Case> = [signatures, bodies, contents, headers]
        .iter()
        .flat_map(|make| make(&body))
        .collect();
    assert!(cases.len() >= 400, "{}", cases.len());
    for case in &cases {
        let status = stage.send(&Sent {
            headers: case.headers.clone(),
            body: case.body.clone(),
            chunked: case.chunked,
            ..Sent::to(stage.port())
        });
        assert_eq!(status == 200, case.good, "{status}: {}", case.what);
    }
    let connection = stage.connection;
    let store = stage.end();
    let rows = store.read();
    // All the good ones are about one message, so there is one event.
    assert_eq!(rows.events_of_message(connection, "m1").unwrap().len(), 1);
    let counts = rows.delivery_counts(connection).unwrap();
    let counted: u64 = counts.values().sum();
    assert_eq!(counted, u64::try_from(cases.len()).unwrap(), "{counts:?}");
    assert_eq!(counts["taken"], 1);
    assert_eq!(counts["test"], 1);
    for reason in [
        "again",
        "no_signature",
        "malformed_signature",
        "bad_signature",
        "unreadable",
        "event_differs",
        "no_message",
        "other_workspace",
        "too_large",
    ] {
        assert!(counts.contains_key(reason), "{reason}: {counts:?}");
    }
}
