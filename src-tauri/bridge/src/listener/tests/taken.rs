//! What becomes of a good delivery: one event, for good.

use super::{SECRET, Sent, Stage, WORKSPACE, reply, sign};
use crate::event::{Kind, Source};
use crate::poll::see_one;
use crate::store::WebhookRow;
use serde_json::{Value, json};

fn kinds(stage: &mut Stage, message: &str) -> Vec<Kind> {
    let connection = stage.connection;
    let store = stage.end();
    let events = store.read().events_of_message(connection, message).unwrap();
    events.iter().map(|event| event.sighting.kind).collect()
}

#[test]
fn a_delivery_sent_ten_times_over_restarts_is_one_event() {
    let mut stage = Stage::new();
    let bodies: Vec<Vec<u8>> = (0..20).map(|number| reply(&format!("m{number}"))).collect();
    for time in 0..10 {
        for body in &bodies {
            assert_eq!(stage.deliver(body), 200);
        }
        if time % 3 == 2 {
            stage.restart(&[SECRET]);
        }
    }
    let connection = stage.connection;
    let store = stage.end();
    let counts = store.read().delivery_counts(connection).unwrap();
    assert_eq!((counts["taken"], counts["again"]), (20, 180));
    assert_eq!(
        store
            .read()
            .event_counts(connection)
            .unwrap()
            .of_kind(Kind::Reply),
        20
    );
}

#[test]
fn the_same_event_in_another_body_is_no_second_one() {
    let mut stage = Stage::new();
    let mut other: Value = serde_json::from_slice(&reply("m1")).unwrap();
    other["timestamp"] = json!("2026-06-02T16:11:00.000Z");
    assert_eq!(stage.deliver(&reply("m1")), 200);
    assert_eq!(stage.deliver(other.to_string().as_bytes()), 200);
    assert_eq!(kinds(&mut stage, "m1"), [Kind::Reply]);
}

const FIVE: [&str; 5] = ["sent", "failed", "fallback", "opened", "reply"];

/// A report of an event, as one page of the vendor shows it or as the other does: all of it at the top,
/// with the message as an object unless it is a reply, or all of it inside `data`.
fn report(event: &str, at_the_top: bool, message_id: &str) -> Value {
    let mut body = json!({
        "event": format!("message.{event}"), "timestamp": "2026-06-02T16:10:03.000Z",
        "workspaceId": WORKSPACE,
    });
    let more = match (at_the_top, event) {
        (false, _) => json!({"data": {
            "messageId": message_id, "recipientPhone": "+12025550143", "message": "Hello",
            "lineId": "l1", "error": "why",
        }}),
        (true, "reply") => json!({
            "messageId": message_id, "phone": "+12025550143", "message": "Hello", "fromLineId": "l1",
        }),
        (true, _) => json!({
            "messageId": message_id, "data": {"error": "why"},
            "message": {"_id": message_id, "recipientPhone": "+12025550143", "message": "Hello",
                        "fromLineId": "l1", "messageType": "imessage"},
        }),
    };
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn all_five_events_of_both_shapes_become_events() {
    let mut stage = Stage::new();
    for (at_the_top, message) in [(true, "m1"), (false, "m2")] {
        for event in FIVE {
            let body = report(event, at_the_top, message).to_string();
            assert_eq!(stage.deliver(body.as_bytes()), 200, "{event} {at_the_top}");
        }
    }
    let connection = stage.connection;
    let store = stage.end();
    for message in ["m1", "m2"] {
        let events = store.read().events_of_message(connection, message).unwrap();
        let mut kinds: Vec<Kind> = events.iter().map(|event| event.sighting.kind).collect();
        kinds.sort();
        assert_eq!(
            kinds,
            [
                Kind::Sent,
                Kind::Failed,
                Kind::Fallback,
                Kind::Opened,
                Kind::Reply
            ],
            "{message}"
        );
        for event in events {
            assert_eq!(event.sighting.source, Source::Webhook);
            assert_eq!(event.sighting.text, "Hello");
            assert_eq!(event.sighting.phone.as_deref(), Some("+12025550143"));
        }
    }
    let last = store.read().deliveries(connection, 20).unwrap();
    assert_eq!(last.len(), 10);
    assert!(
        last.iter().all(|one| one.late),
        "they are years old, or years ahead, and marked"
    );
}

#[test]
fn the_header_must_name_the_event_of_the_body() {
    let mut stage = Stage::new();
    let mut refused = 0;
    for at_the_top in [true, false] {
        for event in FIVE {
            for named in FIVE.iter().filter(|named| **named != event) {
                let body = report(event, at_the_top, "m1").to_string().into_bytes();
                let status = stage.send(&Sent {
                    headers: vec![
                        ("X-Tuco-Signature", sign(SECRET, &body).into_bytes()),
                        ("X-Tuco-Event", format!("message.{named}").into_bytes()),
                    ],
                    body,
                    ..Sent::to(stage.port())
                });
                assert_eq!(status, 400, "{event} named {named}");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, 40);
    assert!(kinds(&mut stage, "m1").is_empty());
}

#[test]
fn a_test_is_taken_and_reaches_nothing() {
    let mut stage = Stage::new();
    for event in FIVE {
        for at_the_top in [true, false] {
            for (place, mark) in [("top", "testMode"), ("data", "testMode"), ("data", "test")] {
                let mut body = report(event, at_the_top, "m1");
                // Words that would stop everything if they were believed.
                body["message"] = json!("STOP");
                if place == "top" {
                    body[mark] = json!(true);
                } else {
                    body["data"][mark] = json!(true);
                }
                assert_eq!(stage.deliver(body.to_string().as_bytes()), 200, "{body}");
            }
        }
    }
    let connection = stage.connection;
    let store = stage.end();
    let rows = store.read();
    let counts = rows.delivery_counts(connection).unwrap();
    assert_eq!((counts.len(), counts["test"]), (1, 30), "{counts:?}");
    // No event is no entry: whatever is written begins with one.
    assert!(rows.events_of_message(connection, "m1").unwrap().is_empty());
    let addresses = ["+12025550143".to_owned()];
    let opted_out = rows.opt_out_in_force(connection, &addresses).unwrap();
    assert!(opted_out.is_none());
}

#[test]
fn an_event_that_was_polled_before_is_not_news() {
    let mut stage = Stage::new();
    let connection = stage.connection;
    let mut store = stage.end();
    let polled = tuco::read_delivered(&reply("m1")).unwrap();
    let mut sighting = crate::poll::of_delivered(&polled, 0).unwrap();
    sighting.source = Source::Replies;
    store
        .write(|rows| see_one(rows, connection, &sighting, "US", 1))
        .unwrap();
    stage.begin(store, &[SECRET]);
    assert_eq!(stage.deliver(&reply("m1")), 200);
    let store = stage.end();
    let counts = store.read().delivery_counts(connection).unwrap();
    assert_eq!(counts.get("again"), Some(&1), "{counts:?}");
    assert_eq!(
        store
            .read()
            .events_of_message(connection, "m1")
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_opt_out_that_was_delivered_is_in_force_at_once() {
    let mut stage = Stage::new();
    let mut stop: Value = serde_json::from_slice(&reply("m1")).unwrap();
    stop["message"] = json!("STOP");
    assert_eq!(stage.deliver(stop.to_string().as_bytes()), 200);
    let connection = stage.connection;
    let store = stage.end();
    let addresses = ["+12025550143".to_owned()];
    assert!(
        store
            .read()
            .opt_out_in_force(connection, &addresses)
            .unwrap()
            .is_some()
    );
}

#[test]
fn two_secrets_hold_while_one_takes_the_others_place() {
    let mut stage = Stage::new();
    let signed_by = |stage: &Stage, secret: &str, message: &str| {
        let body = reply(message);
        stage.send(&Sent {
            headers: vec![
                ("X-Tuco-Signature", sign(secret, &body).into_bytes()),
                ("X-Tuco-Event", b"message.reply".to_vec()),
            ],
            body,
            ..Sent::to(stage.port())
        })
    };
    assert_eq!(signed_by(&stage, "the new one", "m1"), 401);
    let both = ["the new one", SECRET].map(wire::Secret::new).to_vec();
    stage.open.as_ref().unwrap().set_secrets(both);
    assert_eq!(signed_by(&stage, SECRET, "m2"), 200);
    assert_eq!(signed_by(&stage, "the new one", "m3"), 200);
    stage.restart(&["the new one"]);
    assert_eq!(signed_by(&stage, SECRET, "m4"), 401);
    assert_eq!(signed_by(&stage, "the new one", "m5"), 200);
    stage.restart(&[]);
    assert_eq!(signed_by(&stage, "the new one", "m6"), 503);
}

#[test]
fn the_set_up_of_a_listener_is_kept() {
    let mut stage = Stage::new();
    let connection = stage.connection;
    let mut store = stage.end();
    let mut row = WebhookRow {
        connection_id: connection,
        enabled: true,
        port: 47_800,
        path: super::PATH.to_owned(),
        tunnel: "https://hooks.example".to_owned(),
        webhook_id: "w1".to_owned(),
        pending: true,
        rewritten: 0,
        rotating_since: 5,
    };
    store.write(|rows| rows.put_webhook(&row, 1)).unwrap();
    assert_eq!(
        store.read().webhook(connection).unwrap().as_ref(),
        Some(&row)
    );
    row.enabled = false;
    row.pending = false;
    store
        .write(|rows| {
            rows.put_webhook(&row, 2)?;
            rows.count_rewritten(connection, 3)
        })
        .unwrap();
    row.rewritten = 3;
    assert_eq!(store.read().webhooks().unwrap(), [row]);
}
