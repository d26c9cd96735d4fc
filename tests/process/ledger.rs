//! What another home wrote, or a file that was lost, is not written again.

use crate::theatre::Theatre;
use serde_json::{Value, json};

fn a_second_home_adds_nothing(unique: bool) {
    let theatre = Theatre::with(&["--contacts", "60"]);
    let switches = json!({
        "hubspot": {"unique_on_communications": unique, "rate_per_10s": 0},
        "tuco": {"limits": false},
    });
    theatre.control("POST", "options", &switches);
    let first = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let entries = theatre.timeline().len();
    assert!(
        theatre
            .timeline()
            .iter()
            .any(|entry| entry["kind"] == "note"),
        "notes go by the ledger everywhere, so some are needed: {}",
        theatre.timeline()[0]
    );

    let other = tempfile::tempdir().unwrap();
    let home = other.path().join("home").display().to_string();
    let second = theatre.run(&["--home", &home, "sync", "--once", "--json"]);
    assert_eq!(second.code, 0, "{}", second.err);
    assert_eq!(theatre.timeline().len(), entries, "{}", second.out);
    let log = theatre.run(&["--home", &home, "log", "--json", "--limit", "100000"]);
    let log: Vec<Value> = log.json().as_array().unwrap().clone();
    let written = log.iter().filter(|event| event["stage"] == "written");
    assert_eq!(written.count(), entries, "the second home knows them all");
}

#[test]
fn a_second_home_adds_nothing_where_keys_are_unique() {
    a_second_home_adds_nothing(true);
}

#[test]
fn a_second_home_adds_nothing_where_only_the_ledger_knows() {
    a_second_home_adds_nothing(false);
}

#[test]
fn a_key_property_that_somebody_deleted_is_made_anew() {
    let theatre = Theatre::synced();
    let somebody = theatre.somebody();
    let entries = theatre.timeline().len();
    let path = "/crm/v3/properties/communications/tuco_event_key";
    theatre.hubspot("DELETE", path);
    theatre.reply(&somebody, "Is anybody there?");
    theatre.reply(&somebody, "I shall wait.");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(theatre.timeline().len(), entries + 2, "{}", run.out);
}
