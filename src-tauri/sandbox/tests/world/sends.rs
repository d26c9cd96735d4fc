//! Sends: their statuses over time, their gaps and caps, and what webhooks hear of them.

use crate::calls::{MINUTE, SECOND, START, call, get, post, quiet, quiet_options};
use sandbox::tuco::options::BlockedSend;
use sandbox::tuco::webhook::sign;
use sandbox::world::World;
use serde_json::{Value, json};

fn number(no: i64) -> String {
    format!("+1212555{no:04}")
}

fn send(world: &mut World, now: i64, no: i64) -> (u16, Value) {
    post(
        world,
        now,
        "/api/messages",
        &json!({"recipientPhone": number(no), "message": "Hello"}),
    )
}

fn status(world: &mut World, now: i64, id: &Value) -> String {
    let (_, list) = get(world, now, "/api/messages?limit=100");
    let found = list["messages"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["_id"] == *id);
    found.unwrap()["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_free_line_sends_at_once_and_a_busy_one_later() {
    let mut world = quiet();
    // Two phone lines and one for email take turns; the fourth message finds its line busy.
    for no in 0..3 {
        let (code, body) = send(&mut world, START, no);
        assert_eq!((code, body["status"].as_str()), (201, Some("sent")));
    }
    let (_, body) = send(&mut world, START, 3);
    assert_eq!(body["status"], "pending");
    let id = body["message"]["_id"].clone();
    // The contact gap of 45 s holds, not the device gap of 30 s: it is a first message.
    assert_eq!(status(&mut world, START + 44 * SECOND, &id), "pending");
    assert_eq!(status(&mut world, START + 45 * SECOND, &id), "sending");
    assert_eq!(status(&mut world, START + 54 * SECOND, &id), "sent");
    assert_eq!(status(&mut world, START + 3 * MINUTE, &id), "delivered");
}

#[test]
fn a_spent_cap_defers_to_nine_in_new_york_the_next_day() {
    let mut options = quiet_options();
    options.workspace.device_gap_ms = 0;
    options.workspace.contact_gap_ms = 0;
    let mut world = World::new(&options, 7, START);
    // Three lines with fifty new conversations a day each; spread over minutes for the rate limit.
    for no in 0..150 {
        let (code, body) = send(&mut world, START + no * 2 * SECOND, no);
        assert_eq!(
            (code, body["status"].as_str()),
            (201, Some("sent")),
            "number {no}"
        );
    }
    let now = START + 10 * MINUTE;
    let (code, body) = send(&mut world, now, 150);
    assert_eq!((code, body["status"].as_str()), (201, Some("scheduled")));
    assert_eq!(body["scheduledDate"], "2026-11-21T14:00:00.000Z");
    assert!(
        body["reason"]
            .as_str()
            .unwrap()
            .starts_with("Daily limit reached")
    );
    let (_, lines) = get(&mut world, now, "/api/lines/by-user");
    assert_eq!(lines["lines"][0]["usage"]["newConversationsCount"], 50);
}

#[test]
fn a_window_that_is_shut_defers_to_its_opening() {
    let mut world = quiet();
    let body = json!({
        "recipientPhone": number(1), "message": "Hello", "timezone": "America/New_York",
        "sendWindowStart": "14:00", "sendWindowEnd": "16:00",
    });
    let (_, answer) = post(&mut world, START, "/api/messages", &body);
    assert_eq!(answer["scheduledDate"], "2026-11-20T19:00:00.000Z");
    let id = answer["message"]["_id"].clone();
    let lead = answer["leadId"].clone();
    let (_, cancelled) = post(
        &mut world,
        START + MINUTE,
        "/api/messages/cancel-for-lead",
        &json!({"leadId": lead}),
    );
    assert_eq!(cancelled["messageIds"], json!([id]));
    assert_eq!(status(&mut world, START + 600 * MINUTE, &id), "cancelled");
}

#[test]
fn refusals_are_in_the_documented_words() {
    let mut world = quiet();
    let phone = number(1);
    for (body, text) in [
        (json!([1]), "Request body must be a JSON object"),
        (
            json!({"recipientPhone": phone}),
            "Message and attachmentUrls cannot both be empty",
        ),
        (
            json!({"message": "x", "messageType": "fax"}),
            "Invalid messageType. Must be email, sms, or imessage",
        ),
        (
            json!({"message": "x", "attachmentUrls": "y"}),
            "attachmentUrls must be an array",
        ),
        (
            json!({"message": "x", "attachmentUrls": ["a", "b", "c"]}),
            "Maximum 2 attachments per message",
        ),
        (
            json!({"message": "x", "scheduledDate": "soon"}),
            "Invalid scheduledDate format",
        ),
        (
            json!({"message": "x"}),
            "Either recipientEmail or recipientPhone is required (in body or on the lead when \
             leadId is provided).",
        ),
    ] {
        let (code, answer) = post(&mut world, START, "/api/messages", &body);
        assert_eq!((code, answer["error"].as_str()), (400, Some(text)));
    }
    assert_eq!(world.workspace.sends_made().len(), 0);
}

#[test]
fn a_known_recipient_answers_200_and_marks_are_echoed() {
    let mut world = quiet();
    let body = json!({
        "recipientPhone": number(1), "message": "Hi {{firstName}}", "recipientName": "Ana Ruiz",
        "batchId": "b-1", "hsContactId": 90210, "hsPortalId": "44",
    });
    let (code, first) = post(&mut world, START, "/api/messages", &body);
    assert_eq!((code, first["hsContactId"].as_str()), (201, Some("90210")));
    assert_eq!(first["message"]["message"], "Hi Ana");
    assert_eq!(first["message"]["batchId"], "b-1");
    let (code, second) = post(&mut world, START, "/api/messages", &body);
    assert_eq!((code, second["duplicateOnly"].as_bool()), (200, Some(true)));
    assert_eq!(second["leadIds"], json!([first["leadId"]]));
}

#[test]
fn outcomes_can_be_set_for_an_address() {
    let mut options = quiet_options();
    for (no, outcome) in [(1, "failed"), (2, "fallback"), (3, "failed_now")] {
        options
            .workspace
            .outcomes
            .insert(number(no), outcome.to_owned());
    }
    let mut world = World::new(&options, 7, START);
    let failing = send(&mut world, START, 1).1["message"]["_id"].clone();
    assert_eq!(send(&mut world, START, 2).1["status"], "fallback");
    assert_eq!(send(&mut world, START, 3).1["status"], "failed");
    assert_eq!(status(&mut world, START + 3 * MINUTE, &failing), "sending");
    assert_eq!(status(&mut world, START + 4 * MINUTE, &failing), "failed");
}

#[test]
fn the_limit_of_a_minute_says_how_long_to_wait() {
    let mut world = quiet();
    for no in 0..60 {
        assert_eq!(send(&mut world, START + no * 500, no).0, 201);
    }
    let now = START + 30 * SECOND;
    let body = json!({"recipientPhone": number(99), "message": "Hello"});
    let refused = call(&mut world, now, "POST", "/api/messages", &body).response;
    assert_eq!(
        (refused.status, refused.header("retry-after")),
        (429, Some("30"))
    );
    assert_eq!(
        send(&mut world, now + 30 * SECOND, 99).0,
        201,
        "waiting so long is enough"
    );
    // Another group is not concerned.
    assert_eq!(get(&mut world, now, "/api/replies").0, 200);
}

#[test]
fn a_read_only_workspace_reads_and_does_not_write() {
    let mut world = quiet();
    let (code, _) = post(
        &mut world,
        START,
        "/_sandbox/options",
        &json!({"read_only": true}),
    );
    assert_eq!(code, 200);
    let (code, body) = send(&mut world, START, 1);
    assert_eq!((code, body["code"].as_str()), (402, Some("READ_ONLY")));
    assert_eq!(get(&mut world, START, "/api/replies").0, 200);
}

#[test]
fn a_missing_guard_lets_a_blocked_send_out() {
    let mut world = quiet();
    post(
        &mut world,
        START,
        "/api/dnc",
        &json!({"phone": number(1), "reason": "asked"}),
    );
    world.workspace.options.blocked_send = BlockedSend::Sent;
    assert_eq!(send(&mut world, START, 1).0, 201);
    world.workspace.options.blocked_send = BlockedSend::Failed;
    assert_eq!(send(&mut world, START, 1).1["status"], "failed");
}

#[test]
fn webhooks_are_told_once_and_signed() {
    let mut world = quiet();
    let hook = json!({
        "url": "http://127.0.0.1:9/hook", "name": "desk",
        "events": ["message.sent", "message.reply"],
    });
    let (code, made) = post(&mut world, START, "/api/webhooks", &hook);
    assert_eq!(code, 201);
    let secret = made["secret"].as_str().unwrap().to_owned();
    let (_, listed) = get(&mut world, START, "/api/webhooks");
    assert_eq!(
        listed["webhooks"][0].get("secret"),
        None,
        "it is shown only once"
    );
    send(&mut world, START, 1);
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": number(1), "text": "Sounds good"}),
    );
    let told = world.take_deliveries();
    assert_eq!(told.len(), 2);
    assert_eq!(world.take_deliveries().len(), 0);
    for one in &told {
        let header = |name: &str| {
            one.headers
                .iter()
                .find(|(key, _)| key == name)
                .unwrap()
                .1
                .clone()
        };
        assert_eq!(header("x-tuco-signature"), sign(&secret, &one.body));
    }
    let reply: Value = serde_json::from_slice(&told[1].body).unwrap();
    assert_eq!(
        reply["message"], "Sounds good",
        "for a reply it is a text, not an object"
    );
    assert_eq!(reply["data"]["reply"]["messageId"], reply["messageId"]);
}
