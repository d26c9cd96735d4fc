//! Bodies that are awkward JSON, well signed: taken whole or refused, and the next delivery is served.

use super::{SECRET, Sent, Stage, WORKSPACE, reply, sign};

/// A delivery about `m`, with this in the place of its text, and this behind its last field.
fn body(m: &str, text: &str, more: &str) -> Vec<u8> {
    format!(
        "{{\"event\":\"message.reply\",\"timestamp\":\"2026-06-02T16:10:03.000Z\",\"workspaceId\":\"{WORKSPACE}\",\
         \"messageId\":\"{m}\",\"phone\":\"+12025550143\",\"message\":{text}{more}}}"
    )
    .into_bytes()
}

fn nested(depth: usize) -> String {
    format!(",\"deep\":{}{}", "[".repeat(depth), "]".repeat(depth))
}

fn with(body: &[u8], before: &[u8], after: &[u8]) -> Vec<u8> {
    [before, body, after].concat()
}

/// What each is, and whether it is taken.
fn bodies() -> Vec<(&'static str, Vec<u8>, bool)> {
    let plain = body("x", "\"hi\"", "");
    let wide: Vec<u8> = String::from_utf8(plain.clone())
        .unwrap()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    vec![
        (
            "a key twice",
            body("x", "\"hi\"", ",\"phone\":\"+1\""),
            false,
        ),
        (
            "a key twice, one in escapes",
            body("x", "\"hi\"", ",\"message\\u0049d\":\"y\""),
            false,
        ),
        (
            "a key twice, within",
            body("x", "\"hi\"", ",\"data\":{\"a\":1,\"a\":1}"),
            false,
        ),
        ("a number past all numbers", body("x", "1e400", ""), false),
        (
            "a number of many digits",
            body("n1", &"9".repeat(400_000), ""),
            false,
        ),
        (
            "a number that loses digits",
            body("n2", "12345678901234567890123", ""),
            true,
        ),
        ("minus nought", body("n3", "-0.0", ",\"n\":1E+2"), true),
        (
            "a number with a nought before it",
            body("x", "01", ""),
            false,
        ),
        (
            "half an emoji at the end",
            body("h1", "\"hi \\ud83d\"", ""),
            true,
        ),
        (
            "half an emoji at the beginning",
            body("h2", "\"\\ude00 hi\"", ""),
            true,
        ),
        (
            "two halves in the wrong order",
            body("h3", "\"\\ude00\\ud83d\"", ""),
            true,
        ),
        (
            "half an emoji for an id",
            body("\\ud83d", "\"hi\"", ""),
            true,
        ),
        (
            "nought within a text",
            body("z1", "\"a\\u0000b\"", ""),
            true,
        ),
        ("nought within an id", body("z\\u00002", "\"hi\"", ""), true),
        ("a raw nought", body("x", "\"a\0b\"", ""), false),
        ("a raw line break", body("x", "\"a\nb\"", ""), false),
        ("deep", body("d1", "\"hi\"", &nested(100)), true),
        ("too deep", body("x", "\"hi\"", &nested(128)), false),
        ("far too deep", body("x", "\"hi\"", &nested(400_000)), false),
        (
            "deep and open",
            body("x", "\"hi\"", &",\"deep\":[".repeat(50_000)),
            false,
        ),
        (
            "a byte order mark",
            with(&plain, b"\xef\xbb\xbf", b""),
            false,
        ),
        ("another value behind it", with(&plain, b"", b"{}"), false),
        ("a nought behind it", with(&plain, b"", b"\0"), false),
        (
            "blanks around it",
            with(&body("b1", "\"hi\"", ""), b" \r\n\t", b"\n\n "),
            true,
        ),
        ("two bytes a letter", wide, false),
        (
            "not UTF-8",
            with(&body("x", "\"hi\"", ",\"n\":\""), b"", b"\xc3\x28\"}"),
            false,
        ),
        ("a list for a text", body("t1", "[\"hi\"]", ""), true),
        (
            "an object for a text",
            body("t2", "{\"message\":{\"message\":7}}", ""),
            true,
        ),
        ("a truth value for a text", body("t3", "true", ""), true),
        (
            "ten thousand keys",
            body("k1", "\"hi\"", &keys(10_000)),
            true,
        ),
        (
            "times past all times",
            body("i1", "\"hi\"", ",\"repliedAtUtc\":9223372036854775807"),
            true,
        ),
        (
            "times before all times",
            body("i2", "\"hi\"", ",\"repliedAtUtc\":-9223372036854775808"),
            true,
        ),
        (
            "a time of 1e300",
            body("i3", "\"hi\"", ",\"repliedAtUtc\":1e300"),
            true,
        ),
    ]
}

fn keys(many: usize) -> String {
    (0..many).map(|one| format!(",\"k{one}\":{one}")).collect()
}

#[test]
fn awkward_json_is_taken_whole_or_refused_and_the_next_delivery_is_served() {
    let mut stage = Stage::new();
    let mut taken = 0;
    for (at, (what, body, good)) in bodies().into_iter().enumerate() {
        let status = stage.send(&Sent {
            headers: vec![
                ("X-Tuco-Signature", sign(SECRET, &body).into_bytes()),
                ("X-Tuco-Event", b"message.reply".to_vec()),
            ],
            body,
            ..Sent::to(stage.port())
        });
        assert_eq!(status, if good { 200 } else { 400 }, "{what}");
        assert_eq!(stage.deliver(&reply(&format!("after{at}"))), 200, "{what}");
        taken += 1 + u64::from(good);
    }
    let connection = stage.connection;
    let store = stage.end();
    let rows = store.read();
    assert_eq!(rows.delivery_counts(connection).unwrap()["taken"], taken);
    for (message, text) in [
        ("h1", "hi \u{fffd}"),
        ("h2", "\u{fffd} hi"),
        ("h3", "\u{fffd}\u{fffd}"),
        ("z1", "a\0b"),
        ("t3", "true"),
    ] {
        let events = rows.events_of_message(connection, message).unwrap();
        let texts: Vec<&str> = events
            .iter()
            .map(|event| event.sighting.text.as_str())
            .collect();
        assert_eq!(texts, [text], "{message}");
    }
}
