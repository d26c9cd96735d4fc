//! "Send with Tuco": what a workflow in HubSpot asks for, and what it hears.

use crate::rules::{armed, contact, messages, ready, round, rounds_until, runs};
use crate::theatre::Theatre;
use serde_json::{Value, json};

fn asking() -> (Theatre, String) {
    let theatre = ready();
    let run = theatre.run(&["rules", "workflow", "--create", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let told = run.json();
    assert_eq!(
        (&told["missing"], &told["on"]),
        (&json!([]), &json!(false)),
        "{told}"
    );
    let contact = contact(&theatre);
    (theatre, contact)
}

fn on(theatre: &Theatre) {
    let run = theatre.run(&["rules", "enable", "Send with Tuco"]);
    assert_eq!(run.code, 0, "{}", run.err);
    armed(theatre);
}

fn path(contact: &str) -> String {
    format!("/crm/objects/2026-03/contacts/{contact}")
}

fn ask(theatre: &Theatre, contact: &str, properties: &Value) {
    theatre.in_hubspot("PATCH", &path(contact), &json!({"properties": properties}));
}

fn read(theatre: &Theatre, contact: &str, name: &str) -> String {
    let path = format!("{}?properties={name}", path(contact));
    let record = theatre.hubspot("GET", &path);
    record["properties"][name]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Rounds until HubSpot was told this.
fn until_told(theatre: &Theatre, contact: &str, state: &str) {
    let mut told = String::new();
    for _ in 0..100 {
        round(theatre);
        told = read(theatre, contact, "tuco_send_state");
        if told == state {
            return;
        }
    }
    assert_eq!(
        told,
        state,
        "what HubSpot was told last: {:?} {}",
        runs(theatre),
        theatre.run(&["rules", "list", "--json"]).out
    );
}

#[test]
fn what_a_workflow_asks_for_is_sent_once_and_it_hears_so() {
    let (theatre, contact) = asking();
    on(&theatre);
    ask(
        &theatre,
        &contact,
        &json!({"tuco_send_template": "Hello gold"}),
    );
    until_told(&theatre, &contact, "sent");
    assert_eq!(messages(&theatre), 1);
    assert_eq!(read(&theatre, &contact, "tuco_send_template"), "");
    assert_eq!(read(&theatre, &contact, "tuco_send_error"), "");
    assert_ne!(read(&theatre, &contact, "tuco_send_last_sent"), "");
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!((messages(&theatre), runs(&theatre).len()), (1, 1));
}

#[test]
fn a_request_that_stood_there_before_the_road_was_opened_is_not_sent() {
    let (theatre, contact) = asking();
    ask(
        &theatre,
        &contact,
        &json!({"tuco_send_template": "Hello gold"}),
    );
    // In the second before an activation nobody can tell what came first.
    round(&theatre);
    on(&theatre);
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!((messages(&theatre), runs(&theatre).len()), (0, 0));
}

#[test]
fn a_template_or_a_line_that_is_not_there_is_told_and_the_road_stays_open() {
    let (theatre, contact) = asking();
    on(&theatre);
    ask(&theatre, &contact, &json!({"tuco_send_template": "Nobody"}));
    until_told(&theatre, &contact, "failed: no template");
    let error = read(&theatre, &contact, "tuco_send_error");
    assert_eq!(error, "There is no one template \"Nobody\".");
    ask(
        &theatre,
        &contact,
        &json!({"tuco_send_template": "Hello gold", "tuco_send_line": "Nobody's"}),
    );
    until_told(&theatre, &contact, "failed: no line");
    ask(
        &theatre,
        &contact,
        &json!({"tuco_send_template": "Hello gold", "tuco_send_line": ""}),
    );
    until_told(&theatre, &contact, "sent");
    assert_eq!(messages(&theatre), 1);
}

#[test]
fn k1_a_workflow_hears_that_the_person_opted_out_and_nothing_goes() {
    let (theatre, contact) = asking();
    let phone = theatre.somebody();
    on(&theatre);
    theatre.reply(&phone, "STOP");
    ask(
        &theatre,
        &contact,
        &json!({"tuco_send_template": "Hello gold"}),
    );
    until_told(&theatre, &contact, "skipped: opted out");
    assert_eq!(messages(&theatre), 0);
    assert_eq!(read(&theatre, &contact, "tuco_send_template"), "");
}

#[test]
fn the_road_is_not_opened_without_its_properties() {
    let theatre = ready();
    let text = "[[rule]]\nname = \"Ask\"\nwhen = { asked_in_hubspot = true }\n\
                do = [{ send_what_is_asked = true }]\n";
    assert_eq!(crate::rules::import(&theatre, text).code, 0);
    let run = theatre.run(&["rules", "enable", "Ask", "--json"]);
    assert_eq!((run.code, run.error_code().as_str()), (2, "not_ready"));
    assert!(run.err.contains("rules workflow --create"), "{}", run.err);
    let told = theatre.run(&["rules", "workflow", "--json"]).json();
    assert_eq!(told["missing"].as_array().unwrap().len(), 5, "{told}");
    assert_eq!(rounds_until(&theatre, 0).len(), 0);
}
