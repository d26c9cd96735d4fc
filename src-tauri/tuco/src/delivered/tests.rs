use super::*;
use serde_json::json;

fn read_json(body: &Value) -> Delivered {
    read_delivered(body.to_string().as_bytes()).unwrap()
}

#[test]
fn a_reply_with_everything_at_the_top() {
    let read = read_json(&json!({
        "event": "message.reply", "timestamp": "2026-06-02T16:10:03.000Z",
        "workspaceId": "org_1", "messageId": "6b1f00000000000000000b09",
        "leadId": "6b1f00000000000000000a01", "firstName": "Ana", "lastName": "Ruiz",
        "phone": "+12025550143", "fromLineId": "6b1f00000000000000000c01",
        "repliedAtUtc": "2026-06-02T16:10:00.000Z", "message": "Sounds good",
        "parentMessages": [], "campaignId": null,
        "data": {"reply": {"messageId": "6b1f00000000000000000b09",
                           "respondedAtUtc": "2026-06-02T16:10:00.000Z"}},
    }));
    assert_eq!(read.event, Some(DeliveredEvent::Reply));
    assert!(!read.test);
    assert_eq!(read.at, Some(1_780_416_603_000));
    assert_eq!(read.happened_at, Some(1_780_416_600_000));
    assert_eq!(read.workspace_id.as_deref(), Some("org_1"));
    let message = read.message.unwrap();
    assert_eq!(message.id, "6b1f00000000000000000b09");
    assert_eq!(message.text, "Sounds good");
    assert_eq!(message.phone.as_deref(), Some("+12025550143"));
    assert_eq!(message.name.as_deref(), Some("Ana Ruiz"));
    assert_eq!(message.line_id.as_deref(), Some("6b1f00000000000000000c01"));
    assert!(message.inbound);
}

#[test]
fn a_reply_with_everything_inside_data() {
    let read = read_json(&json!({
        "event": "message.reply", "timestamp": "2026-04-15T12:00:00Z", "workspaceId": "org_1",
        "data": {"messageId": "msg_1", "recipientPhone": "+12025550143",
                 "message": "Yes, I'm interested!", "status": "received", "lineId": "line_1",
                 "firstName": "Jane", "lastName": "Smith",
                 "attachmentUrls": ["https://files.example/a.png"], "attachmentNames": ["a.png"]},
    }));
    let message = read.message.unwrap();
    assert_eq!(message.id, "msg_1");
    assert_eq!(message.text, "Yes, I'm interested!");
    assert_eq!(message.phone.as_deref(), Some("+12025550143"));
    assert_eq!(message.line_id.as_deref(), Some("line_1"));
    assert_eq!(message.name.as_deref(), Some("Jane Smith"));
    assert_eq!(message.attachment_urls, ["https://files.example/a.png"]);
    assert_eq!(read.attachment_names, ["a.png"]);
    assert_eq!(read.happened_at, None);
    assert_eq!(read.at, Some(1_776_254_400_000));
}

#[test]
fn the_four_others_with_the_message_as_an_object() {
    let of = |event: &str, message: Value, data: Value| {
        read_json(&json!({
            "event": event, "timestamp": "2026-06-02T16:10:09.000Z", "messageId": "m1",
            "hsContactId": "90210", "message": message, "data": data,
        }))
    };
    let object = |more: Value| {
        let mut message = json!({
            "_id": "m1", "message": "Hello Ana", "messageType": "imessage",
            "recipientPhone": "+12025550143", "fromLineId": "l1", "leadId": "a1",
            "createdAt": "2026-06-02T15:00:00.000Z", "updatedAt": "2026-06-02T15:00:07.000Z",
        });
        message
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        message
    };
    let sent = of(
        "message.sent",
        object(json!({"sentAt": "2026-06-02T15:00:05.000Z"})),
        json!({}),
    );
    assert_eq!(sent.happened_at, Some(1_780_412_405_000));
    let message = sent.message.unwrap();
    assert_eq!(
        (message.text.as_str(), message.hs_contact_id.as_deref()),
        ("Hello Ana", Some("90210"))
    );
    assert!(!message.inbound);
    let failed = of(
        "message.failed",
        object(json!({})),
        json!({"error": "Line is down"}),
    );
    assert_eq!(failed.detail, "Line is down");
    assert_eq!(failed.happened_at, Some(1_780_412_407_000));
    let fallback = of(
        "message.fallback",
        object(json!({})),
        json!({"reason": "no iMessage", "checkedAddresses": ["+12025550143"]}),
    );
    assert_eq!(fallback.detail, "no iMessage");
    let opened = of(
        "message.opened",
        object(json!({})),
        json!({"readAt": "2026-06-02T15:30:00.000Z"}),
    );
    assert_eq!(opened.happened_at, Some(1_780_414_200_000));
}

#[test]
fn both_marks_of_a_test_are_known_wherever_they_stand() {
    for body in [
        json!({"event": "message.sent", "testMode": true}),
        json!({"event": "message.sent", "data": {"testMode": true, "messageId": "m1"}}),
        json!({"event": "message.sent", "data": {"test": true, "message": "This is a test"}}),
        json!({"event": "message.reply", "testMode": "true", "messageId": "m1", "message": "x"}),
    ] {
        assert!(read_json(&body).test, "{body}");
    }
    assert!(!read_json(&json!({"event": "message.sent", "testMode": false})).test);
}

#[test]
fn a_body_that_reads_in_two_ways_is_refused() {
    for body in [
        r#"{"event":"message.reply","event":"message.sent"}"#,
        r#"{"event":"message.reply","data":{"messageId":"a","messag\u0065Id":"b"}}"#,
        r#"{"event":"message.reply"} {}"#,
        r#"{"event":NaN}"#,
        r#"["message.reply"]"#,
        "{}",
        "",
        "\u{feff}{\"event\":\"message.reply\"}",
        &format!(
            "{{\"event\":\"message.reply\",\"a\":{}1{}}}",
            "[".repeat(200),
            "]".repeat(200)
        ),
    ] {
        assert_eq!(read_delivered(body.as_bytes()), Err(Unreadable), "{body}");
    }
    assert_eq!(
        read_delivered(b"{\"event\":\"message.reply\xff\"}"),
        Err(Unreadable)
    );
}

#[test]
fn a_text_cut_within_an_emoji_is_no_reason_to_lose_the_reply() {
    let read =
        read_delivered(br#"{"event":"message.reply","messageId":"m1","message":"Yes \ud83d"}"#);
    assert_eq!(read.unwrap().message.unwrap().text, "Yes \u{fffd}");
}

#[test]
fn an_event_of_another_name_is_told_as_such() {
    let read = read_json(&json!({"event": "lead.created", "messageId": "m1"}));
    assert_eq!((read.event, read.name.as_str()), (None, "lead.created"));
}

proptest::proptest! {
    /// Whatever has been signed, reading it ends with an answer.
    #[test]
    fn any_bytes_at_all_are_read_or_refused(body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        let _read_or_refused = read_delivered(&body);
    }

    /// A delivery with something else in the place of any of its fields.
    #[test]
    fn any_field_may_hold_anything(
        name in "event|testMode|data|message|messageId|phone|timestamp|repliedAtUtc|workspaceId|attachmentUrls",
        inner in "_id|message|sentAt|reply|recipientPhone|messageType|status",
        text in ".{0,40}",
        number: f64,
        kind in 0..6_u8,
    ) {
        let value = match kind {
            0 => json!(null),
            1 => json!(text),
            2 => json!(number),
            3 => json!([text, number, {"x": []}]),
            4 => json!({(inner.clone()): text}),
            _ => json!({(inner): {"_id": number}}),
        };
        let mut body = json!({"event": "message.reply", "messageId": "m1", "message": "Hello"});
        body[&name] = value;
        if let Ok(read) = read_delivered(body.to_string().as_bytes()) {
            proptest::prop_assert!(read.name.chars().count() <= 40);
        }
    }
}
