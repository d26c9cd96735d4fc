//! Sends: what each answer means, and what no answer means.

use crate::support::{answer, answer_with, client};
use message::guard::{Cleared, Draft, Way};
use serde_json::{Value, json};
use std::time::Duration;
use tuco::{CancelFor, ErrorKind, Marks, Status};
use wire::{RetryClass, TransportError};

fn message() -> Cleared {
    crate::support::cleared(Draft::of("Hello Ana"))
}

fn sent() -> Value {
    json!({
        "success": true, "status": "sent", "leadId": "a1", "hsContactId": "90210",
        "message": {"_id": "b1", "message": "Hello Ana", "messageType": "imessage", "status": "sent",
            "fromLineId": "c1", "recipientPhone": "+12025550143", "leadId": "a1",
            "workspaceId": "org_EXAMPLE1", "createdAt": "2026-06-02T15:00:00.000Z",
            "sentAt": "2026-06-02T15:00:05.000Z"},
    })
}

#[tokio::test]
async fn the_body_is_what_the_api_documents() {
    let (tuco, script) = client(vec![answer(201, sent().to_string())]);
    let draft = Draft {
        channel: Way::Sms,
        at: Some(1_780_416_600_000),
        line_id: Some("c1".into()),
        sms_fallback: true,
        attachments: vec!["https://x.example/a.png".into()],
        ..Draft::of("Hello Ana")
    };
    let marks = Marks {
        batch_id: Some("tfh-1".into()),
        hs_contact_id: Some("90210".into()),
        ..Marks::default()
    };
    tuco.send(crate::support::cleared(draft), &marks)
        .await
        .unwrap();
    let asked = script.asked.lock().unwrap();
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    let expected = json!({
        "message": "Hello Ana", "recipientPhone": "+12025550143", "messageType": "sms",
        "attachmentUrls": ["https://x.example/a.png"], "fromLineId": "c1",
        "scheduledDate": "2026-06-02T16:10:00.000Z", "sendFallbackSmsOnFailed": true,
        "timezone": "America/New_York", "sendWindowStart": "08:00", "sendWindowEnd": "20:00",
        "batchId": "tfh-1", "hsContactId": "90210",
    });
    assert_eq!(body, expected);
    // The server may hold a send for 90 s.
    assert_eq!(asked[0].timeout, Duration::from_secs(120));
}

#[tokio::test]
async fn a_new_and_a_known_recipient_are_both_success() {
    let mut known = sent();
    known["duplicateOnly"] = json!(true);
    known["existingLeadIds"] = json!(["a1"]);
    let (tuco, _) = client(vec![
        answer(201, sent().to_string()),
        answer(200, known.to_string()),
    ]);
    let (new, known) = (
        tuco.send(message(), &Marks::default()).await.unwrap(),
        tuco.send(message(), &Marks::default()).await.unwrap(),
    );
    assert!(!new.matched_existing_lead && known.matched_existing_lead);
    for outcome in [new, known] {
        assert_eq!(outcome.status, Status::Sent);
        assert_eq!(outcome.message_id.as_deref(), Some("b1"));
        assert_eq!(outcome.lead_id.as_deref(), Some("a1"));
        assert_eq!(outcome.skipped_original, None);
        assert_eq!(outcome.message.unwrap().sent_at, Some(1_780_412_405_000));
    }
}

#[tokio::test]
async fn a_deferred_send_is_scheduled_without_its_message() {
    let body = json!({"success": true, "status": "scheduled", "leadId": "a1",
        "scheduledDate": "2026-06-03T13:00:00.000Z", "reason": "Daily limit reached"});
    let (tuco, _) = client(vec![answer(201, body.to_string())]);
    let outcome = tuco.send(message(), &Marks::default()).await.unwrap();
    assert_eq!(outcome.status, Status::Scheduled);
    assert!(!outcome.status.is_final());
    assert_eq!(outcome.scheduled_at, Some(1_780_491_600_000));
    assert_eq!(outcome.reason.as_deref(), Some("Daily limit reached"));
    assert_eq!(outcome.message, None);
}

#[tokio::test]
async fn a_suppressed_duplicate_says_so() {
    let body = json!({"success": true, "skipped": true, "reason": "duplicate_send_recent",
        "originalMessageId": "b1", "secondsSinceOriginal": 12});
    let (tuco, _) = client(vec![answer(200, body.to_string())]);
    let outcome = tuco.send(message(), &Marks::default()).await.unwrap();
    assert_eq!(outcome.skipped_original.as_deref(), Some("b1"));
    assert_eq!(outcome.message_id, None, "the original is not this message");
    assert!(!outcome.matched_existing_lead);
}

#[tokio::test]
async fn whatever_may_hide_a_sent_message_is_an_unknown_outcome() {
    for response in [
        Err(TransportError::Lost),
        answer(500, r#"{"error":"Internal server error"}"#),
        answer(502, r#"{"error":"relay"}"#),
        answer(504, "<html>"),
        answer(408, ""),
        answer(200, "<html>Log in to the WiFi</html>"),
        answer(201, r#"{"half":"#),
        answer(201, "{}"),
        answer(201, ""),
    ] {
        let (tuco, _) = client(vec![response]);
        let error = tuco.send(message(), &Marks::default()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::UnknownOutcome);
        assert_eq!(error.retry_class(), RetryClass::UnknownOutcome);
    }
}

#[tokio::test]
async fn what_surely_was_not_sent_is_told_apart() {
    let wait = Some(Duration::from_secs(7));
    let wrong = |error: &str, code: Option<&str>| ErrorKind::BadRequest {
        text: error.to_owned(),
        code: code.map(str::to_owned),
    };
    for (response, kind, class) in [
        (
            answer_with(
                429,
                r#"{"error":"Rate limit exceeded"}"#,
                &[("retry-after", "7")],
            ),
            ErrorKind::RateLimited { wait },
            RetryClass::Transient { wait },
        ),
        (
            answer(
                402,
                r#"{"error":"READ_ONLY","code":"READ_ONLY","reason":"past_due"}"#,
            ),
            ErrorKind::ReadOnly {
                reason: Some("past_due".into()),
            },
            RetryClass::Permanent,
        ),
        (
            answer(
                400,
                r#"{"error":"No fallback","code":"FALLBACK_NOT_CONFIGURED"}"#,
            ),
            wrong("No fallback", Some("FALLBACK_NOT_CONFIGURED")),
            RetryClass::Permanent,
        ),
        (
            answer(200, r#"{"success":false,"error":"Recipient opted out"}"#),
            wrong("Recipient opted out", None),
            RetryClass::Permanent,
        ),
        (
            answer(404, r#"{"error":"Lead not found or access denied"}"#),
            ErrorKind::NotFound,
            RetryClass::Permanent,
        ),
        (
            answer(401, r#"{"error":"Unauthorized"}"#),
            ErrorKind::Unauthorized,
            RetryClass::NeedsSignIn,
        ),
    ] {
        let (tuco, _) = client(vec![response]);
        let error = tuco.send(message(), &Marks::default()).await.unwrap_err();
        assert_eq!((error.retry_class(), error.kind), (class, kind));
    }
    let (tuco, _) = client(vec![Err(TransportError::NotSent)]);
    let error = tuco.send(message(), &Marks::default()).await.unwrap_err();
    assert_eq!(error.retry_class(), RetryClass::Network);
}

#[tokio::test]
async fn cancelling_nothing_is_an_answer() {
    let body = r#"{"success":true,"cancelledCount":0,"jobsRemovedFromQueue":0,"leadId":null,"messageIds":[]}"#;
    let (tuco, script) = client(vec![answer(200, body)]);
    let whose = CancelFor {
        lead_id: Some("a1".into()),
        ..CancelFor::default()
    };
    let cancelled = tuco.cancel_for_lead(&whose).await.unwrap();
    assert_eq!((cancelled.count, cancelled.lead_id), (0, None));
    assert_eq!(
        &*script.asked.lock().unwrap()[0].body,
        br#"{"leadId":"a1"}"#
    );
}
