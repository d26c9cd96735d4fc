//! The list that may not be there.

use crate::support::{answer, client};
use serde_json::json;
use tuco::{ErrorKind, MessageType, MessagesQuery, RepliesQuery, Status};

fn flat(id: &str) -> serde_json::Value {
    json!({"_id": id, "message": "Hello", "messageType": "sms", "status": "delivered",
        "direction": "sent", "deliveredAt": "2026-06-02T15:00:05Z", "fromLineId": "c1"})
}

#[tokio::test]
async fn several_shapes_are_read() {
    let nested = json!({"direction": "received", "leadId": {"_id": "a1"}, "fromLine": {"_id": "c2"},
        "message": {"id": "b2", "message": "Yes", "status": "queued_somewhere", "messageType": "rcs"}});
    for (body, pages) in [
        (json!([flat("b1"), nested]), None),
        (
            json!({"messages": [flat("b1"), nested],
            "pagination": {"page": 1, "limit": 50, "totalCount": 101}}),
            Some(3),
        ),
        (
            json!({"data": [flat("b1"), nested], "totalPages": "2"}),
            Some(2),
        ),
        (
            json!({"success": true, "data": {"messages": [flat("b1"), nested]}}),
            None,
        ),
    ] {
        let (tuco, _) = client(vec![answer(200, body.to_string())]);
        let page = tuco.messages(&MessagesQuery::default()).await.unwrap();
        assert_eq!((page.total_pages, page.skipped), (pages, 0));
        let [first, second] = &page.items[..] else {
            panic!("two messages")
        };
        assert_eq!((first.id.as_str(), first.inbound), ("b1", false));
        assert_eq!(
            (&first.status, &first.message_type),
            (&Status::Delivered, &MessageType::Sms)
        );
        assert_eq!(
            (second.id.as_str(), second.inbound, &*second.text),
            ("b2", true, "Yes")
        );
        assert_eq!(second.status, Status::Other("queued_somewhere".into()));
        assert_eq!(second.message_type, MessageType::Other("rcs".into()));
        assert_eq!(second.lead_id.as_deref(), Some("a1"));
        assert_eq!(second.line_id.as_deref(), Some("c2"));
    }
}

#[tokio::test]
async fn an_empty_list_is_offered_and_an_unknown_shape_is_not() {
    let (tuco, _) = client(vec![
        answer(200, r#"{"messages":[]}"#),
        answer(200, r#"{"ok":true}"#),
        answer(200, r#"{"messages":[{"nothing":"known"}]}"#),
        answer(403, "{}"),
        answer(404, "<html>not found</html>"),
        answer(405, ""),
    ]);
    assert!(
        tuco.messages(&MessagesQuery::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    for _ in 0..5 {
        let error = tuco.messages(&MessagesQuery::default()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotOffered);
    }
}

#[tokio::test]
async fn a_401_is_about_the_key_unless_the_key_works_elsewhere() {
    let unauthorized = || answer(401, r#"{"error":"Unauthorized"}"#);
    let (tuco, _) = client(vec![
        unauthorized(),
        answer(200, r#"{"replies":[]}"#),
        unauthorized(),
        unauthorized(),
        unauthorized(),
    ]);
    let query = MessagesQuery::default();
    assert_eq!(
        tuco.messages(&query).await.unwrap_err().kind,
        ErrorKind::Unauthorized
    );
    tuco.replies(&RepliesQuery::default()).await.unwrap();
    let same = tuco.with_priority(wire::Priority::Interactive);
    assert_eq!(
        same.messages(&query).await.unwrap_err().kind,
        ErrorKind::NotOffered
    );
    // Revoked since: that must not be remembered as "not offered".
    tuco.replies(&RepliesQuery::default()).await.unwrap_err();
    assert_eq!(
        tuco.messages(&query).await.unwrap_err().kind,
        ErrorKind::Unauthorized
    );
}

#[tokio::test]
async fn a_bad_minute_is_not_remembered_as_not_offered() {
    let (tuco, _) = client(vec![
        answer(500, "{}"),
        answer(429, "{}"),
        answer(200, "<html>Log in to the WiFi</html>"),
    ]);
    for _ in 0..3 {
        let error = tuco.messages(&MessagesQuery::default()).await.unwrap_err();
        assert_ne!(error.kind, ErrorKind::NotOffered);
    }
}
