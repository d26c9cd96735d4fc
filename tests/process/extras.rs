//! What is read beside contacts, each by its switch: a person's companies, deals, tickets and timeline, and
//! the portal's own kinds of records, also in the mapping.

use crate::theatre::Theatre;
use serde_json::{Value, json};

const ANA: &str = "501";

fn theatre() -> Theatre {
    let theatre = Theatre::with(&["--contacts", "40", "--no-limits"]);
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    theatre
}

fn extras(theatre: &Theatre, words: &[&str]) {
    let words: Vec<&str> = ["people", "extras"].iter().chain(words).copied().collect();
    let run = theatre.run(&words);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

fn show(theatre: &Theatre, words: &[&str]) -> Value {
    let words: Vec<&str> = ["people", "show", "--json", "--contact", ANA]
        .iter()
        .chain(words)
        .copied()
        .collect();
    let run = theatre.run(&words);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    run.json()
}

fn section(shown: &Value, kind: &str) -> Value {
    let all = shown["beside"].as_array().unwrap();
    let found = all.iter().find(|one| one["kind"] == kind);
    found.cloned().unwrap_or(Value::Null)
}

/// Calls at HubSpot about records, since they were last forgotten.
fn calls_about_records(theatre: &Theatre) -> u64 {
    let told = theatre.control("GET", "requests", &Value::Null);
    let paths = told["hubspot"]["paths"].as_object().unwrap().clone();
    paths
        .iter()
        .filter(|(path, _)| path.contains("/crm/objects/") || path.contains("/crm/associations/"))
        .map(|(_, many)| many.as_u64().unwrap())
        .sum()
}

fn forget_calls(theatre: &Theatre) {
    theatre.control("DELETE", "requests", &Value::Null);
}

/// Where HubSpot refuses a path for want of a scope, until faults are taken away.
fn refuse(theatre: &Theatre, path: &str) {
    let rule = json!({"side": "hubspot", "path": path, "fault": {"named": "missing_scopes"}});
    theatre.control("POST", "faults", &json!({"rules": [rule]}));
}

#[test]
fn nothing_is_read_beside_a_person_until_it_is_chosen() {
    let theatre = theatre();
    forget_calls(&theatre);
    let shown = show(&theatre, &[]);
    assert_eq!(shown["beside"], json!([]));
    assert_eq!(calls_about_records(&theatre), 0);
}

#[test]
fn a_person_is_shown_with_stages_amounts_and_notes_as_plain_text_and_read_once_in_five_minutes() {
    let theatre = theatre();
    extras(&theatre, &["--on", "deals,engagements"]);
    forget_calls(&theatre);
    let shown = show(&theatre, &[]);
    let deal = section(&shown, "deals")["records"][0].clone();
    assert_eq!(deal["title"], "Ana Ruiz - new order");
    // The label, not what is stored.
    assert_eq!(deal["stage"], "Appointment Scheduled");
    assert_ne!(deal["amount"], "");
    let note = section(&shown, "notes")["records"][0].clone();
    assert_eq!(note["text"], "Asked about insurance & parking\nCall <back>");
    let call = section(&shown, "calls")["records"][0].clone();
    assert_eq!(call["note"], "Outgoing, 3 min, Completed");
    assert_eq!(section(&shown, "tickets"), Value::Null, "not chosen");
    // Two for each of five kinds, and no more.
    assert!(calls_about_records(&theatre) <= 10);
    forget_calls(&theatre);
    assert_eq!(show(&theatre, &[]), shown);
    assert_eq!(calls_about_records(&theatre), 0, "it was read just now");
    show(&theatre, &["--fresh"]);
    assert_ne!(calls_about_records(&theatre), 0);
}

#[test]
fn what_was_read_stays_where_hubspot_is_out_of_reach_and_goes_with_its_switch() {
    let theatre = theatre();
    extras(&theatre, &["--on", "deals"]);
    let shown = show(&theatre, &[]);
    let rule =
        json!({"side": "hubspot", "path": "/crm/objects/*", "fault": {"status": {"status": 400}}});
    theatre.control("POST", "faults", &json!({"rules": [rule]}));
    assert_eq!(show(&theatre, &["--fresh"]), shown);
    assert_eq!(show(&theatre, &["--offline"]), shown);
    theatre.control("DELETE", "faults", &Value::Null);
    extras(&theatre, &["--off", "deals"]);
    extras(&theatre, &["--on", "deals"]);
    assert_eq!(show(&theatre, &["--offline"])["beside"], json!([]));
}

#[test]
fn a_missing_scope_is_named_beside_its_kind_and_the_others_are_read() {
    let theatre = theatre();
    extras(&theatre, &["--on", "deals,tickets"]);
    refuse(
        &theatre,
        "/crm/objects/2026-09/contacts/501/associations/tickets",
    );
    let shown = show(&theatre, &[]);
    assert_ne!(section(&shown, "tickets")["missing_scopes"], json!([]));
    assert_eq!(section(&shown, "deals")["total"], 1);
}

#[test]
fn a_switch_that_lacks_a_scope_says_so_with_what_to_do_when_it_is_turned_on() {
    let theatre = theatre();
    let told = |words: &[&str]| {
        let words: Vec<&str> = ["people", "extras", "--json"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        let run = theatre.run(&words);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
        let all = run.json()["extras"].as_array().unwrap().clone();
        let of = |extra: &str| {
            all.iter()
                .find(|one| one["extra"] == extra)
                .unwrap()
                .clone()
        };
        (of("engagements"), of("objects"), run.err)
    };
    let scopes = json!([
        "oauth",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write"
    ]);
    theatre.control("POST", "options", &json!({"hubspot": {"scopes": scopes}}));
    let (engagements, objects, err) = told(&["--on", "engagements"]);
    assert_eq!(engagements["lacks"], json!(["sales-email-read"]));
    let todo = engagements["todo"].as_str().unwrap();
    assert!(
        todo.contains("can't read the text of e-mails") && todo.contains("Add what is lacking"),
        "{todo}"
    );
    assert!(err.contains(todo), "{err}");
    // What is off is not complained about.
    assert_eq!(objects["todo"], Value::Null);
    assert_eq!(
        objects["lacks"],
        json!(["crm.schemas.custom.read", "crm.objects.custom.read"])
    );
    // A key that was given the scope meanwhile is asked again by the next switch.
    let all = [
        "oauth",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "sales-email-read",
    ];
    theatre.control("POST", "options", &json!({"hubspot": {"scopes": all}}));
    let (engagements, ..) = told(&["--on", "companies"]);
    assert_eq!(
        (&engagements["lacks"], &engagements["todo"]),
        (&json!([]), &Value::Null)
    );
}

#[test]
fn a_contact_that_is_not_there_is_a_failure_that_says_so() {
    let theatre = theatre();
    extras(&theatre, &["--on", "deals"]);
    for id in ["99999999", "../../contacts/501"] {
        let run = theatre.run(&["people", "show", "--json", "--contact", id]);
        assert_eq!(run.code, 1, "{id}: {} {}", run.out, run.err);
        assert_eq!(run.error_code(), "unknown_contact", "{}", run.out);
    }
}

const MAPPED: &str = r#"
[[row]]
hubspot = "email"
lead = "email"
direction = "to_tuco"

[[row]]
hubspot = "phone"
lead = "phone"
direction = "to_tuco"
transforms = [{ kind = "phone" }]

[[row]]
hubspot = "object(treatments).treatment_name"
lead = "customFields.treatment"
direction = "to_tuco"

[[row]]
hubspot = "count(treatments)"
lead = "customFields.treatments"
direction = "to_tuco"
"#;

fn ana(theatre: &Theatre) -> Value {
    let found = theatre.tuco("GET", "/api/leads?search=Ana%20Ruiz", &Value::Null);
    let leads = found["leads"].as_array().unwrap().clone();
    let of = leads.iter().find(|lead| lead["hsContactId"] == ANA);
    of.unwrap_or(&leads[0]).clone()
}

#[test]
fn a_custom_object_is_mapped_like_a_deal_and_a_scope_that_is_lost_empties_nothing() {
    let theatre = theatre();
    let refresh = theatre.run(&["mapping", "refresh"]);
    assert_eq!(refresh.code, 0, "{}", refresh.err);
    let file = theatre.home().join("mapping.toml");
    std::fs::write(&file, MAPPED).unwrap();
    let file = file.to_str().unwrap().to_owned();
    let check = theatre.run(&["mapping", "check", &file]);
    assert!(
        format!("{}{}", check.out, check.err).contains("people extras --on objects"),
        "{} {}",
        check.out,
        check.err
    );
    extras(&theatre, &["--on", "objects"]);
    let import = theatre.run(&["mapping", "import", &file]);
    assert_eq!(import.code, 0, "{} {}", import.out, import.err);
    let enable = theatre.run(&[
        "people",
        "enable",
        "--direction",
        "to-tuco",
        "--yes",
        "--json",
    ]);
    assert_eq!(enable.code, 0, "{} {}", enable.out, enable.err);
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(
        ana(&theatre)["customFields"]["treatment"],
        "Crown, upper left"
    );
    assert_eq!(ana(&theatre)["customFields"]["treatments"], "1");
    // What may not be read any more is not the same as nothing: the lead keeps what it has.
    refuse(&theatre, "/crm/associations/*");
    for words in [&["--full"][..], &["--only", "objects"]] {
        let words: Vec<&str> = ["sync", "--once", "--json"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        let run = theatre.run(&words);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
        assert_eq!(
            ana(&theatre)["customFields"]["treatment"],
            "Crown, upper left"
        );
    }
    extras(&theatre, &["--off", "objects"]);
    let run = theatre.run(&["sync", "--once", "--full", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(
        ana(&theatre)["customFields"]["treatment"],
        "Crown, upper left"
    );
}
