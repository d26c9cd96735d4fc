//! Rules that Tuco sets off, rules that change, and a process that dies in the middle.

use crate::rules::{
    GOLD, contact, how_many, import, messages, ready, round, rounds_until, runs, set_title, turn_on,
};
use serde_json::json;

const ANSWER: &str = "\
[[rule]]
name = \"Answer\"
when = { tuco = \"reply\" }
limits = { per_person = \"every time\" }
do = [{ task = \"Answer the reply\" }]
";

#[test]
fn a_reply_becomes_one_task_and_those_from_before_become_none() {
    let theatre = ready();
    let phone = theatre.somebody();
    turn_on(&theatre, ANSWER, "Answer");
    assert_eq!(runs(&theatre).len(), 0, "replies from before");
    theatre.reply(&phone, "When can you come?");
    let first = rounds_until(&theatre, 1);
    assert_eq!(first[0]["state"], "done", "{first:?}");
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(runs(&theatre).len(), 1);
    let tasks = how_many(&theatre, "tasks", "hs_task_subject", "Answer the reply");
    assert_eq!(tasks, 1);
}

#[test]
fn a_rule_that_is_changed_is_off_until_somebody_has_looked_at_it() {
    let theatre = ready();
    turn_on(&theatre, GOLD, "Gold");
    let run = import(&theatre, &GOLD.replace("\"gold\"", "\"silver\""));
    assert_eq!(run.json(), json!({"read": 1, "changed": 1}));
    let list = theatre.run(&["rules", "list", "--json"]).json();
    assert_eq!(
        (&list[0]["state"], &list[0]["reason"]),
        (
            &json!("off"),
            &json!("It was changed. Look at it, and turn it on again.")
        )
    );
    let run = theatre.run(&["rules", "remove", "Gold"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let list = theatre.run(&["rules", "list", "--json"]).json();
    assert_eq!(list, json!([]));
}

#[test]
fn a_test_on_one_person_tells_the_rules_word_and_the_guards() {
    let theatre = ready();
    let phone = theatre.somebody();
    let contact = contact(&theatre);
    assert_eq!(import(&theatre, GOLD).code, 0);
    let test = ["rules", "test", "Gold", "--to", contact.as_str(), "--json"];
    let told = theatre.run(&test).json();
    assert_eq!(
        (&told["verdict"], &told["acts"]),
        (&json!("acts"), &json!(true)),
        "{told}"
    );
    theatre.reply(&phone, "STOP");
    round(&theatre);
    let told = theatre.run(&test).json();
    assert_eq!(
        (&told["acts"], &told["guard"]["reason"]),
        (&json!(false), &json!("opted_out")),
        "{told}"
    );
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn a_process_that_dies_while_a_rule_acts_sends_once() {
    let theatre = ready();
    let contact = contact(&theatre);
    let text = format!("{GOLD}limits = {{ per_person = \"every time\" }}\n");
    turn_on(&theatre, &text, "Gold");
    set_title(&theatre, &contact, "gold");
    theatre.killed_early_and_late();
    let runs = rounds_until(&theatre, 1);
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert_eq!(messages(&theatre), 1);
}

#[test]
fn who_joins_a_list_is_written_to_and_r11_who_was_on_it_is_not() {
    let theatre = ready();
    let contact = contact(&theatre);
    let made = theatre.in_hubspot(
        "POST",
        "/crm/lists/2026-09",
        &json!({"name": "Gold club", "objectTypeId": "0-1", "processingType": "MANUAL"}),
    );
    let list = made["list"]["listId"].as_str().unwrap().to_owned();
    let path = format!("/crm/lists/2026-09/{list}/memberships/add");
    let other = theatre.hubspot("GET", "/crm/objects/2026-03/contacts?limit=5");
    let others: Vec<&str> = other["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .filter(|id| *id != contact)
        .collect();
    theatre.in_hubspot("PUT", &path, &json!(others));
    let text = GOLD.replace(
        "property = \"contact.jobtitle\", becomes = \"gold\"",
        "joins_list = \"Gold club\"",
    );
    turn_on(&theatre, &text, "Gold");
    assert_eq!(runs(&theatre).len(), 0, "they were on it before");
    theatre.in_hubspot("PUT", &path, &json!([contact]));
    let first = rounds_until(&theatre, 1);
    assert_eq!(
        (&first[0]["state"], &first[0]["contact_id"]),
        (&json!("done"), &json!(contact)),
        "{first:?}"
    );
    round(&theatre);
    assert_eq!((runs(&theatre).len(), messages(&theatre)), (1, 1));
}
