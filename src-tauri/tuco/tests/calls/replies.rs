//! Replies: one item per lead, texts cut, shapes of older servers.

use crate::support::{answer, client};
use serde_json::json;
use tuco::{ErrorKind, RepliesQuery};
use wire::RetryClass;

fn item(id: &str) -> serde_json::Value {
    json!({
        "leadId": "6b1f00000000000000000a01", "messageId": id, "message": "Sounds good",
        "respondedAtUtc": "2026-06-02T16:10:00.000Z", "recipientPhone": "+12025550143",
        "recipientEmail": null, "name": "Ana Ruiz",
        "recentReplies": [
            {"messageId": id, "message": "Sounds good", "receivedAtUtc": "2026-06-02T16:10:00.000Z"},
            {"messageId": "b0", "message": "x".repeat(200), "receivedAtUtc": "2026-06-02T16:00:00Z"},
        ],
        "parentMessages": [{"messageId": "b1", "message": "Hello Ana",
            "sentAtUtc": "2026-06-02T15:00:05.000Z", "batchId": null, "stepIndex": null}],
    })
}

#[tokio::test]
async fn the_documented_page_is_read() {
    let page =
        json!({"replies": [item("b9")], "total": 101, "page": 2, "limit": 50, "totalPages": 3});
    let (tuco, script) = client(vec![answer(200, page.to_string())]);
    let query = RepliesQuery {
        phone: Some("+12025550143".into()),
        from: Some(1_780_416_600_007),
        to: Some(1_780_416_600_000),
        page: 2,
        limit: 500,
        ..RepliesQuery::default()
    };
    let page = tuco.replies(&query).await.unwrap();
    assert_eq!(
        (page.total, page.page, page.total_pages, page.skipped),
        (101, 2, 3, 0)
    );
    let reply = &page.items[0];
    assert_eq!(reply.at, 1_780_416_600_000);
    assert_eq!(reply.text.as_deref(), Some("Sounds good"));
    assert_eq!(
        (reply.phone.as_deref(), reply.email.as_deref()),
        (Some("+12025550143"), None)
    );
    let cut: Vec<bool> = reply
        .recent
        .iter()
        .map(tuco::RecentReply::may_be_cut)
        .collect();
    assert_eq!(cut, [false, true]);
    assert_eq!(reply.parents[0].batch_id, None);
    let asked = script.asked.lock().unwrap();
    // The plus of a number must not arrive as a space, and the server takes no more than 100.
    assert_eq!(
        asked[0].url.as_str(),
        "https://app.tuco.ai/api/replies?recipientPhone=%2B12025550143\
         &dateFrom=2026-06-02T16%3A10%3A00.007Z&dateTo=2026-06-02T16%3A10%3A00.000Z\
         &page=2&limit=100"
    );
    assert!(asked[0].headers["authorization"].is_sensitive());
}

#[tokio::test]
async fn one_bad_item_does_not_sink_the_page() {
    let mut half = item("b8");
    half["recentReplies"] = json!([{"message": "no id"}, 7, null]);
    half["respondedAtUtc"] = json!("1780416600000");
    let page = json!({"replies": [
        {"leadId": "a"}, null, "b", half, {"messageId": "c", "respondedAtUtc": "soon"},
    ]});
    let (tuco, _) = client(vec![answer(200, page.to_string())]);
    let page = tuco.replies(&RepliesQuery::default()).await.unwrap();
    assert_eq!((page.items.len(), page.skipped), (1, 4));
    assert_eq!(
        (page.items[0].at, page.items[0].skipped),
        (1_780_416_600_000, 3)
    );
    assert_eq!((page.total, page.total_pages), (1, 1));
}

#[tokio::test]
async fn older_shapes_are_read() {
    let page = json!({"replies": [
        // The first version had neither text nor list of recent ones.
        {"leadId": null, "messageId": "b1", "respondedAtUtc": "2026-06-02T16:10:00Z"},
        {"message": {"_id": {"$oid": "b2"}, "message": "Yes"}, "repliedAtUtc": {"$date": 1_780_416_600_000_i64}},
    ]});
    let (tuco, _) = client(vec![answer(200, page.to_string())]);
    let items = tuco.replies(&RepliesQuery::default()).await.unwrap().items;
    assert_eq!(
        (items[0].text.as_deref(), items[0].lead_id.as_deref()),
        (None, None)
    );
    assert_eq!(
        (items[1].message_id.as_str(), items[1].text.as_deref()),
        ("b2", Some("Yes"))
    );
}

#[tokio::test]
async fn half_an_emoji_at_the_cut_does_not_sink_the_page() {
    // JavaScript cuts between the halves of a pair and writes the rest as an escape that is no
    // character. The backslash before the second one is a text, not the start of an escape.
    let body = format!(
        r#"{{"replies":[{{"messageId":"b1","message":"C:\\ud83d \ud83d\ude00","respondedAtUtc":"2026-06-02T16:10:00Z",
        "recentReplies":[{{"messageId":"b0","message":"{}\ud83d","receivedAtUtc":"2026-06-02T16:10:00Z"}}]}}]}}"#,
        "x".repeat(199)
    );
    let (tuco, _) = client(vec![answer(200, body)]);
    let page = tuco.replies(&RepliesQuery::default()).await.unwrap();
    assert_eq!(page.items[0].text.as_deref(), Some("C:\\ud83d 😀"));
    assert!(page.items[0].recent[0].may_be_cut());
    assert!(
        page.items[0].recent[0]
            .text
            .as_deref()
            .unwrap()
            .ends_with("x\u{fffd}")
    );
}

#[tokio::test]
async fn an_unknown_shape_is_not_an_empty_page() {
    for body in ["{}", r#"{"replies":null}"#, r#"{"success":true}"#, ""] {
        let (tuco, _) = client(vec![answer(200, body)]);
        let error = tuco.replies(&RepliesQuery::default()).await.unwrap_err();
        // Read as empty, it would let the cursor run past replies that were never seen.
        assert_eq!(error.kind, ErrorKind::Unexpected, "{body}");
        assert_eq!(error.retry_class(), RetryClass::Transient { wait: None });
    }
}

#[tokio::test]
async fn an_older_server_that_knows_no_dates_can_be_told() {
    let (tuco, _) = client(vec![answer(400, r#"{"error":"Invalid dateFrom"}"#)]);
    let error = tuco.replies(&RepliesQuery::default()).await.unwrap_err();
    assert!(error.mentions("dateFrom") && !error.mentions("dateTo"));
}
