//! The log, for people and for scripts.

use crate::theatre::Theatre;

#[test]
fn hostile_texts_never_steer_the_terminal() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let hostile = "zz-mark\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}gnp.exe\u{2066}\r\n\u{9b}31m\u{200f}";
    let message = theatre.reply(&phone, hostile);
    assert_eq!(theatre.run(&["sync", "--once"]).code, 0);
    for words in [
        &["log", "--limit", "5"][..],
        &["explain", &message],
        &["log", "--search", "zz"],
    ] {
        let run = theatre.run(words);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains("zz-mark"), "{words:?}: {}", run.out);
        let steering = |c: char| {
            (c.is_control() && c != '\n') || matches!(c, '\u{200f}' | '\u{202e}' | '\u{2066}')
        };
        assert!(!run.out.contains(steering), "{:?}", run.out);
    }
    let log = theatre.log(&["--limit", "1"]);
    assert!(
        log[0]["text"].as_str().unwrap().contains("zz-mark"),
        "scripts get the text as it is"
    );
}

#[test]
fn a_reply_of_a_hundred_kilobytes_is_mirrored_and_shown_short() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, &"wörter مرحبا 👩‍👩‍👧 ".repeat(3_000));
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(
        (run.code, &run.json()["entries_written"]),
        (0, &serde_json::json!(1)),
        "{}",
        run.out
    );
    let table = theatre.run(&["log", "--limit", "1"]);
    assert!(table.out.lines().count() < 6, "{}", table.out);
}

#[test]
fn the_log_is_searched_and_filtered() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, "quixotic greetings");
    assert_eq!(theatre.run(&["sync", "--once"]).code, 0);
    assert_eq!(theatre.log(&["--search", "quixo"]).len(), 1);
    assert_eq!(
        theatre
            .log(&["--search", "quixotic greetings", "--kind", "reply"])
            .len(),
        1
    );
    assert_eq!(
        theatre
            .log(&["--search", "quixotic", "--kind", "sent"])
            .len(),
        0
    );
    assert!(
        theatre
            .log(&["--since", "1h"])
            .iter()
            .any(|event| event["text"] == "quixotic greetings")
    );
    assert!(theatre.log(&["--since", "1h"]).len() < theatre.log(&[]).len());
    let off = theatre.log(&["--reason", "kind_off", "--limit", "1000"]);
    assert!(!off.is_empty());
    for event in off {
        assert_eq!(event["stage"], "skipped");
        assert_eq!(event["reason"]["code"], "kind_off");
    }
    assert_eq!(theatre.run(&["log", "--since", "yesterday"]).code, 2);
}

#[test]
fn a_waiting_event_says_why_and_what_to_do() {
    let theatre = Theatre::synced();
    let message = theatre.reply("+12025550987", "who am I");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "waiting is no failure: {}", run.err);
    let told = theatre.run(&["explain", "--json", &message]).json();
    assert_eq!(told["events"][0]["stopped_at"], "contact", "{told}");
    let advice = told["events"][0]["advice"].as_str().unwrap();
    assert!(
        told.to_string()
            .contains("No contact in HubSpot has phone +12025550987"),
        "{told}"
    );
    assert!(advice.contains("Create the contact"), "{advice}");
}

#[test]
fn what_the_log_shows_can_be_explained_by_its_number() {
    let theatre = Theatre::synced();
    let waiting = theatre.log(&["--stage", "waiting", "--limit", "1"]);
    let number = waiting[0]["id"].to_string();
    let table = theatre.run(&["log", "--stage", "waiting", "--limit", "1"]);
    assert!(
        table.out.split_whitespace().any(|word| word == number),
        "{}",
        table.out
    );
    let told = theatre.run(&["explain", &number, "--json"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(told.json()["message_id"], waiting[0]["message_id"]);
    assert_eq!(told.json()["events"].as_array().unwrap().len(), 1);
}
