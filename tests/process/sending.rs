//! Sending, once.

use crate::theatre::{Run, Theatre};
use serde_json::json;

/// Quiet hours are aside: the tests run at any time.
fn at_any_hour(theatre: &Theatre, phone: &str, text: &str) -> Run {
    theatre.run(&[
        "send",
        "--to",
        phone,
        "--text",
        text,
        "--json",
        "--override",
        "quiet_hours",
        "--why",
        "any hour",
    ])
}

#[test]
fn a_message_goes_out_once_and_the_same_again_is_refused() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let words = [
        "send",
        "--to",
        &phone,
        "--text",
        "See you on Monday at nine",
        "--json",
        "--override",
        "quiet_hours",
        "--why",
        "any hour",
    ];
    let first = theatre.run(&words);
    assert_eq!(first.code, 0, "{} {}", first.out, first.err);
    assert!(first.json()["message_id"].is_string(), "{}", first.out);
    let second = theatre.run(&words);
    assert_eq!(second.code, 1, "{}", second.out);
    assert_eq!(
        second.json()["refusal"]["reason"],
        "duplicate",
        "{}",
        second.out
    );
    assert_eq!(
        theatre.run(&["send", "--to", "nobody", "--text", "x"]).code,
        2
    );
    assert_eq!(
        theatre.run(&["send", "--to", &phone, "--text", "  "]).code,
        2
    );
}

#[test]
fn whoever_said_stop_is_not_written_to() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, "STOP");
    // Not even a sync in between: what was said last is asked for before the message leaves.
    let run = theatre.run(&["send", "--to", &phone, "--text", "One more thing", "--json"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert_eq!(run.json()["refusal"]["reason"], "opted_out", "{}", run.out);
}

#[test]
fn a_contact_that_the_portal_does_not_have_is_said_to_be_missing() {
    let theatre = Theatre::synced();
    let run = theatre.run(&["send", "--to", "9", "--text", "Hello"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.err.contains("no such contact"), "{}", run.err);
}

#[test]
fn a_send_without_an_answer_needs_a_person_and_is_not_repeated() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let rule = serde_json::json!([{
        "side": "tuco", "method": "POST", "path": "/api/messages", "times": 1, "fault": "reset_before"
    }]);
    theatre.control("POST", "faults", &rule);
    let words = [
        "send",
        "--to",
        &phone,
        "--text",
        "Are you there?",
        "--json",
        "--override",
        "quiet_hours",
        "--why",
        "any hour",
    ];
    let run = theatre.run(&words);
    assert_eq!(run.code, 3, "{} {}", run.out, run.err);
    assert_eq!(run.json()["state"], "unknown");
    let again = theatre.run(&words);
    assert_eq!(
        again.json()["state"],
        "unknown",
        "asked again it is looked up, not sent: {}",
        again.out
    );
}

#[test]
fn a_person_says_what_became_of_a_send_without_an_answer() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let unanswered = |text: &str| {
        let rule = serde_json::json!([{
            "side": "tuco", "method": "POST", "path": "/api/messages", "times": 1, "fault": "reset_before"
        }]);
        theatre.control("POST", "faults", &rule);
        let run = at_any_hour(&theatre, &phone, text);
        assert_eq!(run.json()["state"], "unknown", "{}", run.out);
        run.json()["id"].to_string()
    };
    let went_out = unanswered("It did go out");
    let did_not = unanswered("It did not");
    let listed = theatre.run(&["parked", "list", "--json"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(listed[0]["write"], "send", "{listed}");
    assert_eq!(
        theatre.run(&["status", "--json"]).json()["unknown_sends"],
        2
    );
    let words = theatre.run(&["parked", "list"]);
    assert!(words.out.contains("parked settle"), "{}", words.out);

    for (id, outcome, state) in [
        (&went_out, "sent", "sent"),
        (&did_not, "not-sent", "failed"),
    ] {
        let run = theatre.run(&["parked", "settle", id, outcome, "--json"]);
        assert_eq!(
            (run.code, &run.json()["state"]),
            (0, &state.into()),
            "{}",
            run.err
        );
        assert_eq!(
            theatre.run(&["parked", "settle", id, outcome]).code,
            2,
            "it is settled once"
        );
    }
    let again = at_any_hour(&theatre, &phone, "It did go out");
    assert_eq!(
        again.json()["refusal"]["reason"],
        "duplicate",
        "{}",
        again.out
    );
    let anew = at_any_hour(&theatre, &phone, "It did not");
    assert_eq!(anew.code, 0, "{} {}", anew.out, anew.err);
}

#[test]
fn what_somebody_sent_from_elsewhere_counts_too() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let text = "Your table is ready at seven";
    theatre.control("POST", "send", &json!({"to": phone, "text": text}));
    assert_eq!(theatre.run(&["sync", "--once", "--json"]).code, 0);
    let same = at_any_hour(&theatre, &phone, text);
    assert_eq!(
        (same.code, &same.json()["reason"]),
        (1, &json!("duplicate")),
        "{} {}",
        same.out,
        same.err
    );
    let set = theatre.run(&["settings", "set", "guard.most_a_week", "1"]);
    assert_eq!(set.code, 0, "{}", set.err);
    let other = at_any_hour(&theatre, &phone, "And something else");
    assert_eq!(
        (other.code, &other.json()["reason"]),
        (1, &json!("too_many")),
        "{} {}",
        other.out,
        other.err
    );
}
