//! The main job.

use crate::theatre::Theatre;
use serde_json::{Value, json};

#[test]
fn the_first_sync_mirrors_the_world_and_the_second_finds_nothing_to_do() {
    let theatre = Theatre::open();
    let first = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(first.code, 0, "{}", first.err);
    // The names and their order are what scripts were promised.
    let names: Vec<usize> = [
        "events_new",
        "entries_written",
        "skipped",
        "waiting",
        "failed",
        "requests",
        "duration_ms",
    ]
    .iter()
    .map(|name| first.out.find(&format!("\"{name}\":")).unwrap())
    .collect();
    assert!(names.is_sorted(), "{}", first.out);
    assert_eq!(
        first.json().as_object().unwrap().len(),
        7,
        "no error where all went well"
    );
    let written = first.json()["entries_written"].as_u64().unwrap();
    let timeline = theatre.timeline();
    assert!(written > 50, "a world worth the name: {written}");
    assert_eq!(timeline.len() as u64, written);
    for entry in &timeline {
        assert_eq!(entry["contact_ids"].as_array().unwrap().len(), 1, "{entry}");
    }

    let second = theatre.run(&["sync", "--once", "--json"]);
    let line = second.json();
    assert_eq!(second.code, 0);
    assert_eq!(
        (&line["events_new"], &line["entries_written"]),
        (&json!(0), &json!(0))
    );
    for side in ["hubspot", "tuco"] {
        assert!(
            line["requests"][side].as_u64().unwrap() <= 3,
            "an idle look is cheap: {line}"
        );
    }
    assert_eq!(theatre.timeline().len() as u64, written);
}

#[test]
fn every_mirrored_event_is_on_its_contacts_timeline_at_its_own_time() {
    let theatre = Theatre::synced();
    let timeline = theatre.timeline();
    let log = theatre.log(&["--limit", "100000"]);
    let written: Vec<&Value> = log
        .iter()
        .filter(|event| event["stage"] == "written")
        .collect();
    assert_eq!(written.len(), timeline.len(), "one entry an event");
    for event in written {
        let fits = |entry: &&Value| {
            entry["at"] == event["occurred_at"] && entry["contact_ids"][0] == event["contact_id"]
        };
        assert!(timeline.iter().any(|entry| fits(&entry)), "{event}");
    }
}

#[test]
fn a_reply_that_just_came_in_is_one_entry_more() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let before = theatre.timeline().len();
    let message = theatre.reply(&phone, "Is the blue one <b>still</b> there?");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.json()["entries_written"], 1, "{}", run.out);
    let timeline = theatre.timeline();
    assert_eq!(timeline.len(), before + 1);
    let body = "Is the blue one &lt;b&gt;still&lt;/b&gt; there?";
    assert!(
        timeline
            .iter()
            .any(|entry| entry["body"].as_str().unwrap().contains(body))
    );

    let told = theatre.run(&["explain", "--json", &message]).json();
    assert_eq!(told["events"][0]["stopped_at"], Value::Null, "{told}");
    let begin: String = message.chars().take(message.len() - 2).collect();
    let by_beginning = theatre.run(&["explain", "--json", &begin]);
    assert_eq!(
        by_beginning.json()["message_id"],
        message.as_str(),
        "{}",
        by_beginning.out
    );
    assert_eq!(theatre.run(&["explain", "zzzzzzzz"]).code, 1);
    assert_eq!(theatre.run(&["explain", "zz"]).code, 2);
}

#[test]
fn without_unique_properties_the_ledger_road_is_taken_and_named() {
    let theatre = Theatre::open();
    theatre.control(
        "POST",
        "options",
        &json!({"hubspot": {"unique_on_communications": false}}),
    );
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(
        theatre.timeline().len() as u64,
        run.json()["entries_written"].as_u64().unwrap()
    );
    let status = theatre.run(&["status", "--json"]).json();
    assert_eq!(status["road"], "ledger", "{status}");
    assert_eq!(
        theatre.run(&["sync", "--once", "--json"]).json()["entries_written"],
        0
    );
}

#[test]
fn two_homes_on_one_portal_write_each_event_once() {
    let theatre = Theatre::synced();
    let other = tempfile::tempdir().unwrap();
    let mut command = theatre.command(&["sync", "--once", "--json"]);
    command.env("TUCO_HUBSPOT_HOME", other.path());
    let run = crate::theatre::finish(&mut command);
    assert_eq!(run.code, 0, "{}", run.err);
    // Communications carry a key that HubSpot takes only once; notes can have none.
    let after = theatre.timeline();
    let communications = after
        .iter()
        .filter(|entry| entry["kind"] == "communication")
        .count();
    let keys: std::collections::BTreeSet<&str> = after
        .iter()
        .filter_map(|entry| entry["properties"]["tuco_event_key"].as_str())
        .collect();
    assert_eq!(keys.len(), communications, "no key stands twice");
}

#[test]
fn the_demonstration_shows_what_it_mirrored() {
    let home = tempfile::tempdir().unwrap();
    let run = crate::theatre::finish(&mut crate::theatre::bare(
        home.path(),
        &["demo", "--limit", "5"],
    ));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("in HubSpot"), "{}", run.out);
    assert!(
        run.out.contains("of a kind that is not mirrored") && !run.out.contains("kind_off"),
        "words, not codes: {}",
        run.out
    );
    assert!(
        run.out.contains("cargo xtask run"),
        "it says how to open the window"
    );
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        0,
        "nothing of it is kept"
    );
}
