//! What becomes of a good delivery: one event, for good.

use super::{SECRET, Sent, Stage, WORKSPACE, reply, sign};
use crate::event::{Kind, Source};
use crate::listener::Verdict;
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

#[test]
fn all_five_events_become_events_and_a_test_none() {
    let mut stage = Stage::new();
    for event in ["sent", "failed", "fallback", "opened", "reply"] {
        let body = json!({
            "event": format!("message.{event}"), "timestamp": "2026-06-02T16:10:03.000Z",
            "workspaceId": WORKSPACE,
            "data": {"messageId": "m1", "recipientPhone": "+12025550143", "message": "Hello",
                     "lineId": "l1", "error": "why"},
        });
        assert_eq!(stage.deliver(body.to_string().as_bytes()), 200);
    }
    let test = json!({
        "event": "message.reply", "testMode": true, "messageId": "m2", "message": "test",
        "phone": "+12025550143",
    });
    assert_eq!(stage.deliver(test.to_string().as_bytes()), 200);
    let connection = stage.connection;
    let store = stage.end();
    let events = store.read().events_of_message(connection, "m1").unwrap();
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
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event.sighting.source == Source::Webhook)
    );
    assert!(
        store
            .read()
            .events_of_message(connection, "m2")
            .unwrap()
            .is_empty()
    );
    let last = store.read().deliveries(connection, 10).unwrap();
    assert_eq!(last.len(), 6);
    assert_eq!(last[0].verdict, Verdict::Test);
    assert!(last[1].late, "it is years old, or years ahead, and marked");
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
