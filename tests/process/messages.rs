//! Messages and compliance, as a person at a terminal meets them.

use crate::theatre::{Run, Theatre};
use serde_json::{Value, json};

/// Sends whatever the hour is where the person lives: the tests run at any time.
fn send(theatre: &Theatre, words: &[&str]) -> Run {
    let any_hour = [
        "send",
        "--json",
        "--override",
        "quiet_hours",
        "--why",
        "a test at any hour",
    ];
    let words: Vec<&str> = any_hour.iter().chain(words).copied().collect();
    theatre.run(&words)
}

fn made(theatre: &Theatre, text: &str) -> usize {
    let listed = theatre.tuco("GET", "/api/messages?limit=100", &Value::Null);
    let all = listed["messages"].as_array().unwrap();
    all.iter()
        .filter(|message| message["message"] == text)
        .count()
}

fn on_tucos_list(theatre: &Theatre, phone: &str) -> bool {
    let search = phone.trim_start_matches('+');
    let listed = theatre.tuco("GET", &format!("/api/dnc?search={search}"), &Value::Null);
    !listed["entries"].as_array().unwrap().is_empty()
}

#[test]
fn k1_k2_an_opt_out_word_holds_everywhere_within_one_poll() {
    for word in ["Quit", "END.", "revoke", "cancel"] {
        let theatre = Theatre::synced();
        let phone = theatre.somebody();
        theatre.reply(&phone, word);
        let run = theatre.run(&["sync", "--once", "--json"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(on_tucos_list(&theatre, &phone), "{word}: Tuco is told");
        let list = theatre.run(&["optout", "list", "--json"]).json();
        let out = list["opted_out"].as_array().unwrap();
        assert!(
            out.iter().any(|row| row["address"] == phone.as_str()),
            "{list}"
        );
        assert_eq!(list["yet_to_be_told"], 0, "{list}");
        let run = send(&theatre, &["--to", &phone, "--text", "One more"]);
        assert_eq!(
            (run.code, &run.json()["reason"]),
            (1, &json!("opted_out")),
            "{}",
            run.out
        );
    }
}

#[test]
fn an_opt_out_is_on_the_contact_in_hubspot_and_one_made_there_holds_here() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let contact =
        send(&theatre, &["--to", &phone, "--text", "x", "--dry-run"]).json()["contact_id"]
            .as_str()
            .unwrap()
            .to_owned();
    theatre.reply(&phone, "STOP");
    theatre.run(&["sync", "--once"]);
    let there = theatre.hubspot(
        "GET",
        &format!("/crm/objects/2026-03/contacts/{contact}?properties=tuco_opted_out_at"),
    );
    assert!(
        there["properties"]["tuco_opted_out_at"].is_string(),
        "{there}"
    );

    let lifted = theatre.run(&["optout", "lift", &contact, "--why", "she called", "--json"]);
    assert_eq!(lifted.code, 0, "{}", lifted.err);
    assert!(!on_tucos_list(&theatre, &phone), "{}", lifted.out);
    let run = send(
        &theatre,
        &["--to", &contact, "--text", "Good to hear from you"],
    );
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

#[test]
fn k3_free_wording_is_held_until_somebody_decides() {
    held_until_decided("please remove me from your texts");
}

#[test]
fn a_word_above_a_signature_is_held_until_somebody_decides() {
    held_until_decided("STOP\n\nSent from my iPhone");
}

fn held_until_decided(text: &str) {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, text);
    let run = send(&theatre, &["--to", &phone, "--text", "Hello again"]);
    assert_eq!(
        (run.code, &run.json()["reason"]),
        (1, &json!("in_review")),
        "{}",
        run.out
    );
    let review = theatre.run(&["optout", "list", "--json"]).json()["reviews"][0].clone();
    assert_eq!(review["kind"], "free_wording");
    let id = review["id"].to_string();
    assert_eq!(theatre.run(&["optout", "decide", &id, "harmless"]).code, 0);
    let run = send(&theatre, &["--to", &phone, "--text", "Hello again"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

#[test]
fn a_harmless_sentence_opts_nobody_out_and_a_misreading_of_tucos_can_be_lifted() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, "I'll stop by at 3");
    theatre.run(&["sync", "--once"]);
    assert!(!on_tucos_list(&theatre, &phone));
    theatre.tuco(
        "POST",
        "/api/dnc",
        &json!({"phone": phone, "reason": "STOP"}),
    );
    let run = send(&theatre, &["--to", &phone, "--text", "See you at 3"]);
    assert_eq!(run.json()["reason"], "opted_out", "{}", run.out);
    let list = theatre.run(&["optout", "list", "--json"]).json();
    assert_eq!(list["reviews"][0]["kind"], "harmless", "{list}");
    assert_eq!(
        theatre
            .run(&["optout", "lift", &phone, "--why", "he is coming"])
            .code,
        0
    );
    let run = send(&theatre, &["--to", &phone, "--text", "See you at 3"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

#[test]
fn an_opt_in_undoes_only_what_the_person_said() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, "STOP");
    theatre.run(&["sync", "--once"]);
    theatre.reply(&phone, "START");
    theatre.run(&["sync", "--once"]);
    let run = send(&theatre, &["--to", &phone, "--text", "Welcome back"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(
        theatre
            .run(&["optout", "add", &phone, "--why", "asked on the phone"])
            .code,
        0
    );
    theatre.reply(&phone, "START");
    theatre.run(&["sync", "--once"]);
    let run = send(&theatre, &["--to", &phone, "--text", "Welcome back again"]);
    assert_eq!(run.json()["reason"], "opted_out", "{}", run.out);
}

#[test]
fn what_waits_is_held_by_an_opt_out_of_the_number_that_it_was_kept_for() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    // Nothing but this program stands between.
    theatre.control("POST", "options", &json!({"blocked_send": "sent"}));
    theatre.control(
        "POST",
        "faults",
        &json!([{"side": "tuco", "method": "POST", "path": "/api/messages", "times": 1,
            "fault": {"named": "rate_limited"}}]),
    );
    let words = ["--to", &phone, "--text", "Kept for later"];
    let run = send(&theatre, &words);
    let told = run.json();
    assert_eq!(told["state"], "queued", "{told}");
    let contact = told["contact_id"].as_str().unwrap();
    theatre.in_hubspot(
        "PATCH",
        &format!("/crm/objects/2026-03/contacts/{contact}"),
        &json!({"properties": {"phone": "+13035550999", "mobilephone": ""}}),
    );
    // The whole list was read a moment ago, so it is not read again in this round.
    theatre.tuco(
        "POST",
        "/api/dnc",
        &json!({"phone": phone, "reason": "asked at the counter"}),
    );
    assert_eq!(theatre.run(&["sync", "--once", "--json"]).code, 0);
    assert_eq!(made(&theatre, "Kept for later"), 0);
    let again = send(&theatre, &words);
    assert_eq!(
        again.json()["reason"],
        "opted_out",
        "{} {}",
        again.out,
        again.err
    );
}

#[test]
fn an_opt_out_holds_when_two_contacts_become_one() {
    let theatre = Theatre::synced();
    let mut phones: Vec<String> = theatre
        .log(&["--kind", "reply", "--limit", "500"])
        .iter()
        .filter(|event| event["stage"] == "written")
        .filter_map(|event| event["phone"].as_str().map(str::to_owned))
        .collect();
    phones.sort();
    phones.dedup();
    let mut contacts = Vec::new();
    for phone in &phones {
        let seen = send(&theatre, &["--to", phone, "--text", "x", "--dry-run"]);
        if seen.code == 0 && seen.json()["contact_id"].is_string() {
            contacts.push(seen.json()["contact_id"].as_str().unwrap().to_owned());
        }
    }
    let [out, stays, ..] = contacts.as_slice() else {
        panic!("{contacts:?}");
    };
    let run = theatre.run(&["optout", "add", out, "--why", "asked on the phone"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = send(&theatre, &["--to", stays, "--text", "x", "--dry-run"]);
    assert_eq!(
        run.code, 0,
        "the other one is somebody else yet: {}",
        run.out
    );
    let merged = theatre.in_hubspot(
        "POST",
        "/crm/objects/2026-09/contacts/merge",
        &json!({"primaryObjectId": stays, "objectIdToMerge": out}),
    );
    for to in [merged["id"].as_str().unwrap(), stays, out] {
        let run = send(&theatre, &["--to", to, "--text", "Hello"]);
        assert_eq!(
            (run.code, &run.json()["reason"]),
            (1, &json!("opted_out")),
            "{to}: {}",
            run.out
        );
    }
}

#[test]
fn s5_a_send_that_arrived_without_an_answer_is_found_and_not_repeated() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.control(
        "POST",
        "faults",
        &json!([{"side": "tuco", "method": "POST", "path": "/api/messages", "times": 1, "fault": "reset_after_commit"}]),
    );
    let run = send(&theatre, &["--to", &phone, "--text", "Only once, please"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    send(&theatre, &["--to", &phone, "--text", "Only once, please"]);
    assert_eq!(made(&theatre, "Only once, please"), 1);
}

#[test]
fn an_open_place_and_a_file_of_this_computer_are_refused_before_anything_is_sent() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    let run = send(
        &theatre,
        &["--to", &phone, "--text", "Hi {{contact.nothing_here}}"],
    );
    assert_eq!(
        (run.code, &run.json()["reason"]),
        (1, &json!("unresolved")),
        "{}",
        run.out
    );
    let run = send(
        &theatre,
        &[
            "--to",
            &phone,
            "--text",
            "Hi {{contact.nothing_here|there}}",
            "--dry-run",
        ],
    );
    assert_eq!(run.json()["text"], "Hi there", "{}", run.out);
    assert_eq!(run.json()["state"], "would_send");
    let run = send(
        &theatre,
        &[
            "--to",
            &phone,
            "--text",
            "See",
            "--attach",
            "/home/ana/a.png",
        ],
    );
    assert_eq!((run.code, run.error_code().as_str()), (2, "bad_attachment"));
    let run = theatre.run(&[
        "send",
        "--to",
        &phone,
        "--text",
        "x",
        "--override",
        "opted_out",
        "--why",
        "y",
    ]);
    assert_eq!(run.code, 2, "an opt-out is never set aside");
    let run = theatre.run(&[
        "send",
        "--to",
        &phone,
        "--text",
        "x",
        "--override",
        "quiet_hours",
    ]);
    assert_eq!(run.code, 2, "setting aside needs a why");
}

#[test]
fn templates_travel_in_a_file_and_keep_their_versions() {
    let theatre = Theatre::synced();
    let file = theatre.home().join("templates.toml");
    let write = |text: &str| {
        let body =
            format!("[[template]]\nname = \"Hello\"\nfolder = \"First\"\ntext = \"{text}\"\n");
        std::fs::write(&file, body).unwrap();
    };
    let path = file.to_str().unwrap();
    write("Hi {{contact.firstname|there}}");
    let run = theatre.run(&["templates", "import", path, "--json"]);
    assert_eq!(run.json(), json!({"added": 1, "changed": 0}), "{}", run.err);
    write("Hello {{contact.firstname|there}}");
    assert_eq!(
        theatre.run(&["templates", "import", path, "--json"]).json()["changed"],
        1
    );
    let listed = theatre.run(&["templates", "list", "--json"]).json();
    assert_eq!(
        (&listed[0]["version"], &listed[0]["name"]),
        (&json!(2), &json!("Hello"))
    );
    write("Hello {{contact.firstname");
    assert_eq!(theatre.run(&["templates", "import", path]).code, 2);
    let out = theatre.run(&["templates", "export", "-"]).out;
    assert!(out.contains("Hello {{contact.firstname|there}}"), "{out}");
    let phone = theatre.somebody();
    let run = send(&theatre, &["--to", &phone, "--template", "Hello"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(run.json()["text"].as_str().unwrap().starts_with("Hello "));
}

#[test]
fn s11_a_list_goes_through_row_by_row_and_nobody_gets_it_twice() {
    let theatre = Theatre::synced();
    let mut phones: Vec<String> = theatre
        .log(&["--kind", "reply", "--limit", "500"])
        .iter()
        .filter_map(|event| event["phone"].as_str().map(str::to_owned))
        .collect();
    phones.sort();
    phones.dedup();
    phones.truncate(3);
    theatre.reply(&phones[1], "STOP");
    let list = theatre.home().join("people.csv");
    let rows: Vec<String> = phones.iter().map(|phone| format!("{phone},")).collect();
    std::fs::write(&list, format!("to,text\n{}\nnobody,x\n", rows.join("\n"))).unwrap();
    let path = list.to_str().unwrap();
    let words = ["--list", path, "--text", "News for everybody"];
    let dry: Vec<&str> = words.iter().chain(&["--dry-run"]).copied().collect();
    let run = send(&theatre, &dry);
    assert_eq!(
        (run.code, &run.json()["going"]),
        (0, &json!(2)),
        "{} {}",
        run.out,
        run.err
    );
    assert_eq!(made(&theatre, "News for everybody"), 0);

    // The workspace is read-only: all of it stops, and the same command goes on later.
    theatre.control("POST", "options", &json!({"tuco": {"read_only": true}}));
    let run = send(&theatre, &words);
    assert_eq!(
        (run.code, &run.json()["state"]),
        (1, &json!("stopped")),
        "{} {}",
        run.out,
        run.err
    );
    assert_eq!(made(&theatre, "News for everybody"), 0);
}
