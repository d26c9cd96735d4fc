//! Where the name of what a message came from goes with it.

use crate::rules::{GOLD, contact, messages, ready, round, rounds_until, runs, set_title, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

/// A name as somebody might give it who means the timeline ill.
const HOSTILE: &str = "Gold <img src=x onerror=alert(1)> & 'more'";
const AS_TEXT: &str =
    "<p>Sent by the rule: Gold &lt;img src=x onerror=alert(1)&gt; &amp; &#39;more&#39;</p>";

fn set(theatre: &Theatre, key: &str, value: &str) {
    let run = theatre.run(&["settings", "set", key, value]);
    assert_eq!(run.code, 0, "{}", run.err);
}

/// The rule of that name, for every change.
fn turned_on(theatre: &Theatre, name: &str) {
    let text = GOLD.replace("\"Gold\"", &format!("\"{name}\""));
    let text = format!("{text}limits = {{ per_person = \"every time\" }}\n");
    turn_on(theatre, &text, name);
}

/// Bodies of the entries of the rule's messages, in their order.
fn entries(theatre: &Theatre) -> Vec<String> {
    let all = theatre.timeline();
    let bodies = all.iter().filter_map(|entry| entry["body"].as_str());
    bodies
        .filter(|body| body.contains("Gold at last"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_rule_is_named_on_the_timeline_from_when_that_is_asked_for() {
    let theatre = ready();
    let contact = contact(&theatre);
    turned_on(&theatre, HOSTILE);
    set_title(&theatre, &contact, "gold");
    rounds_until(&theatre, 1);
    round(&theatre);
    let unnamed = entries(&theatre);
    assert_eq!(unnamed.len(), 1, "{unnamed:?}");
    assert!(!unnamed[0].contains("the rule"), "{unnamed:?}");

    set(&theatre, "rules.in_entry", "on");
    let text = "[[template]]\nname = \"Hello gold\"\ntext = \"Gold at last again\"\n";
    let file = theatre.home().join("again.toml");
    std::fs::write(&file, text).unwrap();
    let run = theatre.run(&["templates", "import", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    set_title(&theatre, &contact, "silver");
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 2);
    assert_eq!(told[0]["state"], "done", "{told:?}");
    round(&theatre);
    let named = entries(&theatre);
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named.contains(&unnamed[0]), "what was written stays");
    let named: Vec<&String> = named.iter().filter(|body| body.contains(AS_TEXT)).collect();
    assert_eq!(named.len(), 1, "{named:?}");
    assert!(named[0].contains("Gold at last again"), "{named:?}");

    let phone = theatre.somebody();
    theatre.reply(&phone, "Gold at last, thank you");
    round(&theatre);
    let answer = entries(&theatre);
    let answer = answer.iter().find(|body| body.contains("thank you"));
    assert!(!answer.unwrap().contains("the rule"), "{answer:?}");
}

#[test]
fn a_process_that_dies_while_a_rule_acts_is_named_on_one_entry() {
    let theatre = ready();
    set(&theatre, "rules.in_entry", "on");
    let contact = contact(&theatre);
    turned_on(&theatre, HOSTILE);
    set_title(&theatre, &contact, "gold");
    theatre.killed_early_and_late();
    rounds_until(&theatre, 1);
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!((runs(&theatre).len(), messages(&theatre)), (1, 1));
    let entries = entries(&theatre);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert!(entries[0].contains(AS_TEXT), "{entries:?}");
}

#[test]
fn what_somebody_sends_by_hand_names_no_rule() {
    let theatre = ready();
    set(&theatre, "rules.in_entry", "on");
    let phone = theatre.somebody();
    let run = theatre.run(&["send", "--to", &phone, "--text", "Gold at last", "--json"]);
    assert!(run.json()["message_id"] != Value::Null, "{}", run.err);
    round(&theatre);
    let entries = entries(&theatre);
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert!(!entries[0].contains("the rule"), "{entries:?}");
}

#[test]
fn a_step_of_a_campaign_names_it_by_its_id_where_tuco_tells_no_name() {
    let theatre = ready();
    set(&theatre, "rules.in_entry", "on");
    let step = json!({
        "to": theatre.somebody(), "text": "Gold at last",
        "campaignId": "6b1f00000000000000000e01", "campaignName": "Spring",
    });
    theatre.control("POST", "send", &step);
    round(&theatre);
    let entries = entries(&theatre);
    assert_eq!(entries.len(), 1, "{entries:?}");
    // The list of messages tells no names.
    let named = "<p>Sent by the campaign in Tuco: 6b1f00000000000000000e01</p>";
    assert!(entries[0].contains(named), "{entries:?}");
}
