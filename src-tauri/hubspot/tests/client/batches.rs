//! Answers input by input.

use crate::script::{Script, answer};
use hubspot::{ErrorKind, NewRecord, ObjectKind, PropertyCode, PropertyProblem, RecordUpdate};
use serde_json::json;
use wire::{Repeat, RetryClass};

const PARTIAL: &str = r#"{"status":"COMPLETE","startedAt":"2026-01-05T10:00:00Z","completedAt":"2026-01-05T10:00:00Z","numErrors":3,
 "results":[{"id":"777","properties":{"tuco_key":"k3"},"createdAt":"2026-01-05T10:00:00Z","updatedAt":"2026-01-05T10:00:00Z","archived":false,"objectWriteTraceId":"a-3"}, "junk", {"properties":{}}],
 "errors":[{"status":"error","category":"CONFLICT","message":"Contact already exists. Existing ID: 501","context":{"objectWriteTraceId":["a-1"],"existingId":["501"]}},
           {"status":"error","category":"VALIDATION_ERROR","message":"Property values were not valid: [{\"isValid\":false,\"message\":\"x\",\"error\":\"INVALID_OWNER_ID\",\"name\":\"hubspot_owner_id\"}]","context":{"objectWriteTraceId":["a-2"]}},
           {"status":"error","category":"VALIDATION_ERROR","message":"Cannot set PropertyValueCoordinates{propertyName=tuco_key, value=k} on 900. 502 already has that value.","context":{"objectWriteTraceId":["a-4"]}}]}"#;

fn traced(trace_id: &str) -> NewRecord {
    NewRecord {
        trace_id: Some(trace_id.into()),
        ..NewRecord::default()
    }
}

#[tokio::test]
async fn each_input_is_answered_for_by_its_trace_id() {
    let (client, script) = Script::client([answer(207, PARTIAL)]);
    let inputs = ["a-1", "a-2", "a-3", "a-4"].map(traced);
    let outcome = client
        .batch_create(ObjectKind::Communications, &inputs, Repeat::Once)
        .await
        .unwrap();
    // What can't be read is left out, and the rest stays.
    assert_eq!(outcome.records.len(), 1);
    assert_eq!(outcome.records[0].trace_id.as_deref(), Some("a-3"));
    let told: Vec<_> = outcome
        .refusals
        .iter()
        .map(|refusal| {
            (
                refusal.trace_ids[0].as_str(),
                refusal.existing_id.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("a-1", Some("501")), ("a-2", None), ("a-4", Some("502"))]
    );
    let owner = PropertyProblem {
        property: Some("hubspot_owner_id".into()),
        code: PropertyCode::InvalidOwner,
    };
    assert_eq!(
        outcome.refusals[1].problem,
        ErrorKind::InvalidProperties(vec![owner])
    );
    let (_, url, body) = script.only();
    assert_eq!(url, "/crm/objects/2026-09/communications/batch/create");
    assert_eq!(body["inputs"][0]["objectWriteTraceId"], "a-1");
}

#[tokio::test]
async fn records_that_do_not_exist_are_absent_and_other_failures_are_not() {
    let missing = r#"{"status":"COMPLETE","results":[{"id":501,"properties":{}}],"numErrors":1,"errors":[{"category":"OBJECT_NOT_FOUND","message":"Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.","context":{"ids":["999"]}}]}"#;
    let limited = r#"{"results":[],"errors":[{"category":"RATE_LIMITS","message":"x"}]}"#;
    let failed = r#"{"results":[],"errors":[{"category":"INTERNAL_ERROR","message":"x"}]}"#;
    let (client, script) = Script::client([
        answer(207, missing),
        answer(207, limited),
        answer(207, failed),
    ]);
    let ids = ["501", "999", "501"].map(str::to_owned);
    let read = || client.batch_read(ObjectKind::Contacts, None, &ids, &["email"]);
    let found = read().await.unwrap();
    assert_eq!(
        found
            .iter()
            .map(|record| record.id.as_str())
            .collect::<Vec<_>>(),
        ["501"]
    );
    let body: serde_json::Value = serde_json::from_slice(&script.requests()[0].body).unwrap();
    assert_eq!(
        body["inputs"],
        json!([{"id": "501"}, {"id": "999"}]),
        "each id once"
    );
    // To conclude from these that the records are gone would lose them.
    for _ in 0..2 {
        let class = read().await.unwrap_err().retry_class();
        assert!(matches!(class, RetryClass::Transient { .. }), "{class:?}");
    }
}

#[tokio::test]
async fn addresses_are_asked_for_once_and_in_lower_case() {
    let (client, script) = Script::client([answer(200, r#"{"results":[]}"#)]);
    let ids = ["Ada@Example.com", " ada@example.com", ""].map(str::to_owned);
    client
        .batch_read(ObjectKind::Contacts, Some("email"), &ids, &[])
        .await
        .unwrap();
    let (_, _, body) = script.only();
    assert_eq!(body["inputs"], json!([{"id": "ada@example.com"}]));
    assert_eq!(body["idProperty"], "email");
}

#[tokio::test]
async fn an_upsert_says_which_records_are_new() {
    let results =
        r#"{"status":"COMPLETE","results":[{"id":"2","new":false},{"id":"1","new":true}]}"#;
    let (client, script) = Script::client([answer(200, results)]);
    let update = RecordUpdate {
        id: "k1".into(),
        ..RecordUpdate::default()
    };
    let outcome = client
        .batch_upsert(ObjectKind::Notes, "tuco_key", &[update])
        .await
        .unwrap();
    let new: Vec<_> = outcome
        .records
        .iter()
        .map(|record| (record.id.as_str(), record.new))
        .collect();
    assert_eq!(new, [("2", Some(false)), ("1", Some(true))]);
    assert_eq!(script.only().2["inputs"][0]["idProperty"], "tuco_key");
}

#[tokio::test]
async fn a_batch_that_may_be_repeated_is_not_unknown() {
    for (repeat, class) in [
        (Repeat::Once, RetryClass::UnknownOutcome),
        (Repeat::Safe, RetryClass::Transient { wait: None }),
    ] {
        let (client, _) = Script::client([answer(502, "<html>")]);
        let outcome = client
            .batch_create(ObjectKind::Notes, &[traced("a")], repeat)
            .await;
        assert_eq!(outcome.unwrap_err().retry_class(), class);
    }
}
