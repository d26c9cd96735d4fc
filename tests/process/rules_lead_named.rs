//! The name of a rule, or of a send to many, on the lead that its message went to.

use crate::rules::{GOLD, contact, messages, ready, round, rounds_until, runs, set_title, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

const FIELD: &str = "customFields.sentByRule";

fn set(theatre: &Theatre, key: &str, value: &str) {
    let run = theatre.run(&["settings", "set", key, value]);
    assert_eq!(run.code, 0, "{}", run.err);
}

fn lead(theatre: &Theatre) -> Value {
    let phone = theatre.somebody();
    let found = theatre.tuco(
        "GET",
        &format!("/api/leads?search={}", phone.trim_start_matches('+')),
        &Value::Null,
    );
    let leads = found["leads"].as_array().unwrap();
    assert_eq!(leads.len(), 1, "{found}");
    leads[0].clone()
}

/// Somebody becomes gold while a rule looks for that, and its message goes out.
fn gold(theatre: &Theatre) {
    let contact = contact(theatre);
    turn_on(theatre, GOLD, "Gold");
    set_title(theatre, &contact, "gold");
    let told = rounds_until(theatre, 1);
    assert_eq!(told[0]["state"], "done", "{told:?}");
    for _ in 0..3 {
        round(theatre);
    }
    assert_eq!(messages(theatre), 1);
}

fn writes_of_leads(theatre: &Theatre) -> u64 {
    let told = theatre.control("GET", "requests", &Value::Null);
    let all = told["tuco"]["paths"].as_object().unwrap();
    let of_leads = |path: &String| path.starts_with("PUT /api/leads");
    all.iter()
        .filter(|(path, _)| of_leads(path))
        .filter_map(|(_, count)| count.as_u64())
        .sum()
}

#[test]
fn the_lead_says_which_rule_wrote_to_it_beside_what_it_said_before() {
    let theatre = ready();
    set(&theatre, "rules.lead_field", FIELD);
    let before = lead(&theatre);
    let id = before["_id"].as_str().unwrap();
    let own = json!({"customFields": {"colour": "green", "sentByRule": "Another one"}});
    theatre.tuco("PUT", &format!("/api/leads/{id}"), &own);
    theatre.control("DELETE", "requests", &Value::Null);
    gold(&theatre);
    let after = lead(&theatre);
    assert_eq!(
        (
            &after["customFields"]["sentByRule"],
            &after["customFields"]["colour"]
        ),
        (&json!("Gold"), &json!("green")),
        "{after}"
    );
    assert_eq!(writes_of_leads(&theatre), 1, "once");
    assert_eq!(runs(&theatre)[0]["why"], "Everything is so; it acts.");
}

#[test]
fn a_lead_that_takes_no_change_stops_no_message_and_sends_none_again() {
    let theatre = ready();
    set(&theatre, "rules.lead_field", FIELD);
    theatre.control("POST", "options", &json!({"lead_update": "absent"}));
    gold(&theatre);
    let told = runs(&theatre);
    assert_eq!((told.len(), &told[0]["state"]), (1, &json!("done")));
    let why = told[0]["why"].as_str().unwrap();
    assert!(
        why.starts_with("The message went out.") && why.contains("does not take changes"),
        "{why}"
    );
    assert_eq!(lead(&theatre)["customFields"]["sentByRule"], Value::Null);
}

#[test]
fn a_process_that_dies_while_a_rule_acts_loses_no_name_and_writes_no_other() {
    let theatre = ready();
    set(&theatre, "rules.lead_field", FIELD);
    let contact = contact(&theatre);
    turn_on(&theatre, GOLD, "Gold");
    theatre.control("DELETE", "requests", &Value::Null);
    set_title(&theatre, &contact, "gold");
    theatre.killed_early_and_late();
    rounds_until(&theatre, 1);
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!((runs(&theatre).len(), messages(&theatre)), (1, 1));
    assert_eq!(lead(&theatre)["customFields"]["sentByRule"], "Gold");
    // A write whose answer was cut off may be said again; whoever finds the name there says nothing.
    let writes = writes_of_leads(&theatre);
    assert!((1..=2).contains(&writes), "{writes}");
    round(&theatre);
    assert_eq!(writes_of_leads(&theatre), writes, "it is over");
}

#[test]
fn where_no_field_is_named_no_lead_is_written() {
    let theatre = ready();
    theatre.control("DELETE", "requests", &Value::Null);
    gold(&theatre);
    assert_eq!(writes_of_leads(&theatre), 0);
    for bad in ["email", "customFields.", "sentByRule"] {
        let run = theatre.run(&["settings", "set", "rules.lead_field", bad]);
        assert_eq!(run.code, 2, "{bad}: {}", run.err);
    }
}

#[test]
fn a_send_to_many_is_named_on_the_timeline_and_on_the_lead() {
    let theatre = ready();
    set(&theatre, "rules.lead_field", FIELD);
    set(&theatre, "rules.in_entry", "on");
    let list = theatre.home().join("VIP & <b>friends<b>.csv");
    std::fs::write(&list, format!("to\n{}\n", theatre.somebody())).unwrap();
    let list = list.to_str().unwrap();
    let run = theatre.run(&["send", "--list", list, "--text", "Gold at last", "--json"]);
    assert_eq!(run.json()["sent"], 1, "{} {}", run.out, run.err);
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(
        lead(&theatre)["customFields"]["sentByRule"],
        "VIP & <b>friends<b>.csv"
    );
    let told = theatre.timeline();
    let bodies = told.iter().filter_map(|entry| entry["body"].as_str());
    let bodies: Vec<&str> = bodies.filter(|one| one.contains("Gold at last")).collect();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let named = "<p>Sent to many at once: VIP &amp; &lt;b&gt;friends&lt;b&gt;.csv</p>";
    assert!(bodies[0].contains(named), "{bodies:?}");
    assert_eq!(runs(&theatre).len(), 0, "no rule did");
}
