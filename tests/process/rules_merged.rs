//! Rules and contacts that are merged: who they become has their past.

use crate::rules::{contact, ready, round, rounds_until, runs, set_title, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

const CONTACTS: &str = "/crm/objects/2026-03/contacts";

/// What both became.
fn merge(theatre: &Theatre, contact: &str) -> String {
    let other = json!({"properties": {"email": "twice@example.com"}});
    let other = theatre.in_hubspot("POST", CONTACTS, &other);
    let body = json!({"primaryObjectId": contact, "objectIdToMerge": other["id"]});
    let merged = theatre.in_hubspot("POST", &format!("{CONTACTS}/merge"), &body);
    let id = merged["id"].as_str().unwrap().to_owned();
    assert_ne!(id, contact);
    id
}

#[test]
fn what_a_rule_was_set_off_by_before_a_merge_does_not_set_it_off_again_and_once_stays_once() {
    let theatre = ready();
    let contact = contact(&theatre);
    let note = |name: &str, often: &str| {
        format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ property = \"contact.jobtitle\", becomes = \"gold\" }}\n\
             limits = {{ per_person = \"{often}\" }}\ndo = [{{ note = \"{name}\" }}]\n"
        )
    };
    turn_on(&theatre, &note("Once", "once"), "Once");
    turn_on(&theatre, &note("Always", "every time"), "Always");
    set_title(&theatre, &contact, "gold");
    rounds_until(&theatre, 2);

    let merged = merge(&theatre, &contact);
    for _ in 0..3 {
        round(&theatre);
    }
    let told = runs(&theatre);
    let of = |rule: &str, told: &[Value]| {
        let mut all: Vec<(String, String)> = told
            .iter()
            .filter(|run| run["rule"] == rule)
            .map(|run| (run["state"].to_string(), run["contact_id"].to_string()))
            .collect();
        all.sort();
        all
    };
    let done = |contact: &str| ("\"done\"".to_owned(), format!("\"{contact}\""));
    assert_eq!(of("Once", &told), [done(&contact)], "{told:?}");
    assert_eq!(of("Always", &told), [done(&contact)], "{told:?}");

    for title in ["silver", "gold"] {
        set_title(&theatre, &merged, title);
    }
    rounds_until(&theatre, told.len() + 2);
    let told = runs(&theatre);
    let refused = ("\"refused\"".to_owned(), format!("\"{merged}\""));
    assert_eq!(of("Once", &told), [done(&contact), refused], "{told:?}");
    assert_eq!(
        of("Always", &told),
        [done(&contact), done(&merged)],
        "{told:?}"
    );
}

#[test]
fn a_line_that_was_given_before_a_merge_holds_after_it_and_can_be_taken_away() {
    let theatre = ready();
    let contact = contact(&theatre);
    let lines = theatre.tuco("GET", "/api/lines/by-user", &Value::Null);
    let lines = lines["lines"].as_array().unwrap();
    let works = |line: &&Value| line["isActive"] == true && line["phone"].is_string();
    let line = lines.iter().find(works).unwrap()["_id"].as_str().unwrap();
    let give = |name: &str, title: &str, line: &str| {
        let text = format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ property = \"contact.jobtitle\", becomes = \"{title}\" }}\n\
             do = [{{ assign_line = \"{line}\" }}]\n"
        );
        turn_on(&theatre, &text, name);
    };
    give("Give", "gold", line);
    give("Take", "plain", "any");
    let line_of = |contact: &str| {
        let words = [
            "send",
            "--to",
            contact,
            "--text",
            "x",
            "--dry-run",
            "--json",
        ];
        theatre.run(&words).json()["line"].clone()
    };
    set_title(&theatre, &contact, "gold");
    rounds_until(&theatre, 1);
    assert_eq!(line_of(&contact), line);
    let merged = merge(&theatre, &contact);
    assert_eq!(line_of(&merged), line);
    set_title(&theatre, &merged, "plain");
    rounds_until(&theatre, 2);
    assert_eq!(line_of(&merged), Value::Null);
}

#[test]
fn what_waits_for_whom_somebody_was_before_a_merge_is_stopped_too() {
    let theatre = ready();
    let contact = contact(&theatre);
    let rule = |name: &str, title: &str, rest: &str| {
        let text = format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ property = \"contact.jobtitle\", becomes = \"{title}\" }}\n{rest}"
        );
        turn_on(&theatre, &text, name);
    };
    let later = "timing = { wait = \"3 days\" }\ndo = [{ note = \"Later\" }]\n";
    rule("Later", "gold", later);
    rule("Stop", "plain", "do = [{ stop_other_rules = true }]\n");
    set_title(&theatre, &contact, "gold");
    let waits = rounds_until(&theatre, 1);
    assert_eq!(waits[0]["state"], "waiting", "{waits:?}");
    let merged = merge(&theatre, &contact);
    set_title(&theatre, &merged, "plain");
    rounds_until(&theatre, 2);
    let told = runs(&theatre);
    let later = told.iter().find(|run| run["rule"] == "Later").unwrap();
    assert_eq!(
        (&later["state"], &later["contact_id"]),
        (&json!("stopped"), &json!(contact)),
        "{told:?}"
    );
}
