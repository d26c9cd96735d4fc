//! Faults as a simulation sees them.

use crate::calls::{START, call, get, post, quiet};
use sandbox::world::Manner;
use serde_json::json;

fn plan(world: &mut sandbox::world::World, fault: &serde_json::Value) {
    world.clear_faults();
    let body = json!({"rules": [{"path": "/api/messages", "method": "POST", "fault": fault}]});
    assert_eq!(post(world, START, "/_sandbox/faults", &body).0, 200);
}

#[test]
fn before_means_nothing_was_done_and_after_means_it_was() {
    let mut world = quiet();
    let send = json!({"recipientPhone": "+12125550100", "message": "Hello"});
    for (fault, manner, made) in [
        ("reset_before", Manner::ResetBefore, 0),
        ("hang_before", Manner::Hang, 0),
        ("reset_after_commit", Manner::ResetAfter, 1),
        ("hang_after_commit", Manner::Hang, 2),
        ("wrong_length", Manner::WrongLength, 3),
    ] {
        plan(&mut world, &json!(fault));
        let answer = call(&mut world, START, "POST", "/api/messages", &send);
        assert_eq!(answer.manner, manner, "{fault}");
        assert_eq!(world.workspace.sends_made().len(), made, "{fault}");
    }
}

#[test]
fn an_answer_can_be_any_status_with_a_known_body() {
    let mut world = quiet();
    let send = json!({"recipientPhone": "+12125550100", "message": "Hello"});
    plan(
        &mut world,
        &json!({"status": {"status": 429, "retry_after": 7}}),
    );
    let answer = call(&mut world, START, "POST", "/api/messages", &send).response;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (429, Some("7"))
    );
    assert_eq!(answer.body, br#"{"error":"Rate limit exceeded"}"#);
    plan(&mut world, &json!({"named": "read_only"}));
    assert_eq!(post(&mut world, START, "/api/messages", &send).0, 402);
    plan(&mut world, &json!("html200"));
    let answer = call(&mut world, START, "POST", "/api/messages", &send).response;
    assert_eq!(answer.status, 200);
    assert!(answer.body.starts_with(b"<!DOCTYPE html>"));
    assert_eq!(world.workspace.sends_made().len(), 0);
}

#[test]
fn half_of_a_batch_can_be_refused() {
    let mut world = quiet();
    let rule = json!([{"side": "hubspot", "path": "/crm/*/batch/create", "fault": "partial207"}]);
    post(&mut world, START, "/_sandbox/faults", &rule);
    let inputs: Vec<_> = (0..4)
        .map(|no| {
            json!({"objectWriteTraceId": format!("t{no}"),
                         "properties": {"email": format!("p{no}@example.com")}})
        })
        .collect();
    let path = "/crm/objects/2026-09/contacts/batch/create";
    let (code, body) = post(&mut world, START, path, &json!({"inputs": inputs}));
    assert_eq!((code, body["numErrors"].as_u64()), (207, Some(2)));
    assert_eq!(body["results"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        body["errors"][0]["context"]["objectWriteTraceId"],
        json!(["t1"])
    );
}

#[test]
fn chance_is_decided_by_its_seed() {
    let run = |seed: u64| {
        let mut world = quiet();
        let body = json!({"random": {"seed": seed, "rate": 0.3}});
        assert_eq!(post(&mut world, START, "/_sandbox/faults", &body).0, 200);
        (0..200)
            .map(|no| {
                format!(
                    "{:?}",
                    call(
                        &mut world,
                        START + no * 600,
                        "GET",
                        "/api/replies",
                        &json!(null)
                    )
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[test]
fn control_calls_are_never_disturbed() {
    let mut world = quiet();
    post(
        &mut world,
        START,
        "/_sandbox/faults",
        &json!([{"fault": "hang_before"}]),
    );
    assert_eq!(
        call(&mut world, START, "GET", "/_sandbox/world", &json!(null)).manner,
        Manner::Whole
    );
    assert_eq!(
        get(&mut world, START, "/_sandbox/requests").1["tuco"]["total"],
        0
    );
}
