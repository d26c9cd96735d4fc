//! What takes the place of a message that does not arrive: one way, once, whatever happens in between.

use crate::theatre::{Run, Theatre, patiently};
use serde_json::{Value, json};
use std::process::Stdio;

/// Sends whatever the hour is where the person lives: the tests run at any time.
fn send(theatre: &Theatre, phone: &str, text: &str, fallback: &str) -> Run {
    theatre.run(&[
        "send",
        "--json",
        "--override",
        "quiet_hours",
        "--why",
        "a test at any hour",
        "--to",
        phone,
        "--text",
        text,
        "--fallback",
        fallback,
    ])
}

/// A world in which it is never quiet.
fn at_any_hour() -> Theatre {
    let theatre = Theatre::synced();
    let run = theatre.run(&["settings", "set", "quiet.hours", "off"]);
    assert_eq!(run.code, 0, "{}", run.err);
    theatre
}

fn ends_as(theatre: &Theatre, phone: &str, outcome: &str) {
    let outcomes = json!({"tuco": {"outcomes": {phone: outcome}}});
    theatre.control("POST", "options", &outcomes);
}

/// Kinds of the messages at Tuco that say just this. Asked past Tuco's limits, as often as need be.
fn made(theatre: &Theatre, text: &str) -> Vec<String> {
    let world = theatre.control("GET", "world", &Value::Null);
    let all = world["sends"].as_array().unwrap();
    let mut kinds: Vec<String> = all
        .iter()
        .filter(|message| message["text"] == text)
        .map(|message| message["channel"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds
}

fn tasks(theatre: &Theatre) -> Vec<Value> {
    let mut entries = theatre.timeline();
    entries.retain(|entry| entry["kind"] == "task");
    entries
}

fn sync(theatre: &Theatre) {
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

/// A message that failed, and a person who is reached from now on.
fn failed(theatre: &Theatre, text: &str, fallback: &str) -> String {
    let phone = theatre.somebody();
    ends_as(theatre, &phone, "failed_now");
    let run = send(theatre, &phone, text, fallback);
    assert!(
        run.json()["message_id"].is_string(),
        "{} {}",
        run.out,
        run.err
    );
    ends_as(theatre, &phone, "sent");
    phone
}

#[test]
fn a_text_message_takes_the_place_of_a_failed_imessage_once() {
    let theatre = at_any_hour();
    failed(&theatre, "Your table is ready", "sms");
    for _ in 0..3 {
        sync(&theatre);
    }
    assert_eq!(made(&theatre, "Your table is ready"), ["imessage", "sms"]);
    assert!(tasks(&theatre).is_empty(), "one way, never two");
}

#[test]
fn an_opt_out_in_between_holds_for_what_would_take_its_place() {
    for (fallback, text) in [("sms", "By text"), ("task", "By task")] {
        let theatre = at_any_hour();
        let phone = failed(&theatre, text, fallback);
        theatre.reply(&phone, "STOP");
        sync(&theatre);
        sync(&theatre);
        assert_eq!(made(&theatre, text), ["imessage"], "{fallback}");
        assert!(tasks(&theatre).is_empty(), "{fallback}");
    }
}

#[test]
fn where_tuco_sends_its_own_text_message_none_follows_from_here() {
    let theatre = at_any_hour();
    let phone = theatre.somebody();
    ends_as(&theatre, &phone, "fallback");
    let run = send(&theatre, &phone, "No iMessage there", "sms");
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    sync(&theatre);
    sync(&theatre);
    assert_eq!(made(&theatre, "No iMessage there"), ["imessage"]);

    // Asked for Tuco's own, nothing of ours follows a failure either.
    ends_as(&theatre, &phone, "failed_now");
    send(&theatre, &phone, "Tuco's own", "tuco");
    sync(&theatre);
    sync(&theatre);
    assert_eq!(made(&theatre, "Tuco's own"), ["imessage"]);
    assert!(tasks(&theatre).is_empty());
}

#[test]
fn a_task_is_on_the_contact_for_its_owner_once_also_after_a_crash() {
    let theatre = at_any_hour();
    let set = theatre.run(&["settings", "set", "send.fallback", "task"]);
    assert_eq!(set.code, 0, "{}", set.err);
    let phone = theatre.somebody();
    ends_as(&theatre, &phone, "failed_now");
    // As the settings say, where the message does not.
    let run = theatre.run(&[
        "send",
        "--json",
        "--to",
        &phone,
        "--text",
        "Call me <b>back</b>",
    ]);
    let contact = run.json()["contact_id"].as_str().unwrap().to_owned();

    // The process dies when HubSpot has made the task and nobody here knows.
    let fault = json!([{
        "side": "hubspot", "method": "POST", "path": "/crm/objects/*/tasks/batch/create",
        "times": 1, "fault": "hang_after_commit"
    }]);
    theatre.control("POST", "faults", &fault);
    let mut dying = theatre
        .command(&["sync", "--once"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    patiently("the task whose answer never comes", || {
        tasks(&theatre).len() == 1
    });
    dying.kill().unwrap();
    dying.wait().unwrap();
    theatre.control("DELETE", "faults", &Value::Null);
    patiently("an end to what was unknown", || {
        sync(&theatre);
        theatre.run(&["status", "--json"]).json()["queue"] == json!(0)
    });
    let made = tasks(&theatre);
    assert_eq!(made.len(), 1, "{made:?}");
    assert_eq!(made[0]["contact_ids"], json!([contact]));
    let told = made[0].to_string();
    assert!(told.contains("did not arrive"), "{told}");
    assert!(
        !told.contains("<b>back"),
        "what was written stays text: {told}"
    );
    assert_eq!(self::made(&theatre, "Call me <b>back</b>"), ["imessage"]);
}

#[test]
fn a_crash_while_the_text_message_leaves_makes_no_second_one() {
    let theatre = at_any_hour();
    failed(&theatre, "Only once more", "sms");
    let fault = json!([{
        "side": "tuco", "method": "POST", "path": "/api/messages", "times": 1,
        "fault": "hang_after_commit"
    }]);
    theatre.control("POST", "faults", &fault);
    let mut dying = theatre
        .command(&["sync", "--once"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    patiently("the text message whose answer never comes", || {
        made(&theatre, "Only once more").len() == 2
    });
    dying.kill().unwrap();
    dying.wait().unwrap();
    theatre.control("DELETE", "faults", &Value::Null);
    for _ in 0..3 {
        sync(&theatre);
    }
    assert_eq!(made(&theatre, "Only once more"), ["imessage", "sms"]);
}

#[test]
fn without_the_right_to_make_tasks_everything_else_still_goes() {
    let theatre = at_any_hour();
    let phone = failed(&theatre, "Nobody is told", "task");
    theatre.reply(&phone, "still-mirrored");
    let fault = json!([{
        "side": "hubspot", "method": "POST", "path": "/crm/objects/*/tasks/batch/create",
        "fault": {"named": "missing_scopes"}
    }]);
    theatre.control("POST", "faults", &fault);
    theatre.run(&["sync", "--once"]);
    let parked = theatre.run(&["parked", "list", "--json"]).json();
    assert_eq!(parked.as_array().unwrap().len(), 1, "{parked}");
    let mirrored = theatre.timeline();
    let mirrored = mirrored.iter().any(|entry| {
        entry["body"]
            .as_str()
            .is_some_and(|body| body.contains("still-mirrored"))
    });
    assert!(mirrored);
    theatre.control("DELETE", "faults", &Value::Null);
    let id = parked[0]["id"].to_string();
    let run = theatre.run(&["parked", "retry", &id]);
    assert_eq!(run.code, 0, "{}", run.err);
    sync(&theatre);
    assert_eq!(tasks(&theatre).len(), 1);
}
