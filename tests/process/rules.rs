//! Rules, as an admin at a terminal meets them. Named after what users of such products reported.

use crate::theatre::{Run, Theatre, patiently};
use serde_json::{Value, json};
use std::time::Duration;

pub(crate) const GOLD: &str = "\
[[rule]]
name = \"Gold\"
when = { property = \"contact.jobtitle\", becomes = \"gold\" }
do = [{ send = \"Hello gold\", line = \"any\" }]
";

/// Messages go at any hour, and the template is there.
pub(crate) fn ready() -> Theatre {
    let theatre = Theatre::synced();
    let set = theatre.run(&["settings", "set", "quiet.hours", "off"]);
    assert_eq!(set.code, 0, "{}", set.err);
    let text = "[[template]]\nname = \"Hello gold\"\ntext = \"Gold at last\"\n";
    let run = theatre.run(&["templates", "import", &file(&theatre, "templates", text)]);
    assert_eq!(run.code, 0, "{}", run.err);
    theatre
}

fn file(theatre: &Theatre, name: &str, text: &str) -> String {
    let path = theatre.home().join(format!("{name}.toml"));
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

pub(crate) fn import(theatre: &Theatre, text: &str) -> Run {
    theatre.run(&["rules", "import", &file(theatre, "rules", text), "--json"])
}

pub(crate) fn turn_on(theatre: &Theatre, text: &str, name: &str) {
    let run = import(theatre, text);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = theatre.run(&["rules", "enable", name]);
    assert_eq!(run.code, 0, "{}", run.err);
    armed(theatre);
}

/// HubSpot tells its time in whole seconds: what happens in the second of an activation sets nothing off.
/// Its changes are dated to the millisecond, so the one in which that second ends is waited for too.
#[expect(
    clippy::disallowed_methods,
    reason = "processes live by the real clock"
)]
pub(crate) fn armed(theatre: &Theatre) {
    let mut last = None;
    patiently("a round that arms what is on", || {
        round(theatre);
        last = looks_from(theatre);
        last.is_some()
    });
    patiently("the second after an activation", || {
        last.is_none_or(|last| std::time::SystemTime::now() > last + Duration::from_millis(1))
    });
}

/// Since when the last of the rules that are on looks; none before each of them does.
fn looks_from(theatre: &Theatre) -> Option<std::time::SystemTime> {
    let list = theatre.run(&["rules", "list", "--json"]).json();
    let rules = list.as_array().unwrap().iter();
    let on = rules.filter(|rule| rule["state"] == "on");
    let from = on.map(|rule| {
        let at = chrono::DateTime::parse_from_rfc3339(rule["looks_from"].as_str()?).ok()?;
        Some(std::time::SystemTime::from(at))
    });
    from.collect::<Option<Vec<_>>>()?.into_iter().max()
}

pub(crate) fn round(theatre: &Theatre) -> Value {
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    run.json()
}

pub(crate) fn runs(theatre: &Theatre) -> Vec<Value> {
    let run = theatre.run(&["rules", "runs", "--json"]);
    run.json().as_array().unwrap().clone()
}

/// Rounds until the index shows what was changed.
pub(crate) fn rounds_until(theatre: &Theatre, count: usize) -> Vec<Value> {
    for _ in 0..100 {
        round(theatre);
        let runs = runs(theatre);
        if runs.len() >= count {
            return runs;
        }
    }
    let (runs, rules) = (runs(theatre), theatre.run(&["rules", "list", "--json"]));
    assert!(
        runs.len() >= count,
        "no rule looked at it: {runs:?} {}",
        rules.out
    );
    runs
}

/// The contact of somebody with a phone that messages reach.
pub(crate) fn contact(theatre: &Theatre) -> String {
    let phone = theatre.somebody();
    let run = theatre.run(&["send", "--to", &phone, "--text", "x", "--dry-run", "--json"]);
    run.json()["contact_id"].as_str().unwrap().to_owned()
}

/// How many records of a kind say this, read without the index.
pub(crate) fn how_many(theatre: &Theatre, kind: &str, property: &str, text: &str) -> usize {
    let (mut count, mut after) = (0, String::new());
    loop {
        let path =
            format!("/crm/objects/2026-03/{kind}?limit=100&properties={property}&after={after}");
        let page = theatre.hubspot("GET", &path);
        let all = page["results"].as_array().unwrap().iter();
        count += all
            .filter(|one| one["properties"][property] == text)
            .count();
        match page.pointer("/paging/next/after").and_then(Value::as_str) {
            Some(next) => after = next.to_owned(),
            None => return count,
        }
    }
}

pub(crate) fn set_title(theatre: &Theatre, contact: &str, title: &str) {
    let path = format!("/crm/objects/2026-03/contacts/{contact}");
    theatre.in_hubspot("PATCH", &path, &json!({"properties": {"jobtitle": title}}));
}

pub(crate) fn messages(theatre: &Theatre) -> usize {
    let listed = theatre.tuco("GET", "/api/messages?limit=100", &Value::Null);
    let all = listed["messages"].as_array().unwrap();
    all.iter()
        .filter(|message| message["message"] == "Gold at last")
        .count()
}

#[test]
fn r11_what_was_so_before_a_rule_was_turned_on_sets_nothing_off() {
    let theatre = ready();
    let contact = contact(&theatre);
    set_title(&theatre, &contact, "gold");
    round(&theatre);
    turn_on(&theatre, GOLD, "Gold");
    // A new contact that has the value from its creation on another property, and one that has none.
    theatre.in_hubspot(
        "POST",
        "/crm/objects/2026-03/contacts",
        &json!({"properties": {"email": "new@example.com", "firstname": "gold"}}),
    );
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(runs(&theatre), Vec::<Value>::new());
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn a_change_sends_once_however_often_it_is_looked_at() {
    let theatre = ready();
    let contact = contact(&theatre);
    turn_on(&theatre, GOLD, "Gold");
    round(&theatre);
    set_title(&theatre, &contact, "gold");
    let first = rounds_until(&theatre, 1);
    assert_eq!(first[0]["state"], "done", "{first:?}");
    assert_eq!(first[0]["contact_id"], contact.as_str());
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(runs(&theatre).len(), 1);
    assert_eq!(messages(&theatre), 1);
}

#[test]
fn a_value_that_came_and_went_between_two_looks_is_seen_in_its_history() {
    let theatre = ready();
    let contact = contact(&theatre);
    turn_on(&theatre, GOLD, "Gold");
    round(&theatre);
    set_title(&theatre, &contact, "gold");
    set_title(&theatre, &contact, "silver");
    let runs = rounds_until(&theatre, 1);
    assert_eq!(runs[0]["state"], "done", "{runs:?}");
    assert_eq!(messages(&theatre), 1);
}

#[test]
fn a_condition_that_fails_is_told_with_the_value_that_it_saw() {
    let theatre = ready();
    let contact = contact(&theatre);
    let text = GOLD.replace(
        "when =",
        "if = { field = \"contact.jobtitle\", is = \"platinum\" }\nwhen =",
    );
    turn_on(&theatre, &text, "Gold");
    round(&theatre);
    set_title(&theatre, &contact, "gold");
    let runs = rounds_until(&theatre, 1);
    assert_eq!(
        (&runs[0]["state"], &runs[0]["why"]),
        (
            &json!("refused"),
            &json!("Not so: contact.jobtitle is platinum, but it is gold.")
        )
    );
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn k1_a_rule_writes_to_nobody_who_opted_out_in_the_same_round() {
    let theatre = ready();
    let contact = contact(&theatre);
    let phone = theatre.somebody();
    turn_on(&theatre, GOLD, "Gold");
    round(&theatre);
    theatre.reply(&phone, "STOP");
    set_title(&theatre, &contact, "gold");
    let runs = rounds_until(&theatre, 1);
    assert_eq!(
        (&runs[0]["state"], &runs[0]["reason"]),
        (&json!("left_out"), &json!("opted_out")),
        "{runs:?}"
    );
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn r14_a_rule_without_trigger_property_template_or_line_is_kept_and_not_turned_on() {
    let theatre = ready();
    for (text, code) in [
        ("do = [{ note = \"x\" }]", "no trigger"),
        (
            "when = { property = \"contact.\" }\ndo = [{ note = \"x\" }]",
            "names no property",
        ),
        (
            "when = { created = \"contact\" }\ndo = [{ send = \"\", line = \"any\" }]",
            "without a template",
        ),
        (
            "when = { created = \"contact\" }\ndo = [{ send = \"Hello gold\" }]",
            "names no line",
        ),
        (
            "when = { created = \"contact\" }\ndo = [{ send = \"Nobody\", line = \"any\" }]",
            "There is no one template \"Nobody\"",
        ),
    ] {
        let run = import(&theatre, &format!("[[rule]]\nname = \"Draft\"\n{text}\n"));
        assert_eq!(run.code, 0, "{}", run.err);
        let run = theatre.run(&["rules", "enable", "Draft", "--json"]);
        assert_eq!((run.code, run.error_code().as_str()), (2, "not_ready"));
        assert!(run.err.contains(code), "{}", run.err);
    }
    let list = theatre.run(&["rules", "list", "--json"]).json();
    assert_eq!(list[0]["state"], "off", "{list}");
}

#[test]
fn r13_the_dry_run_tells_what_then_happens() {
    let theatre = ready();
    let contact = contact(&theatre);
    assert_eq!(import(&theatre, GOLD).code, 0);
    set_title(&theatre, &contact, "gold");
    let mut told = Value::Null;
    for _ in 0..100 {
        told = theatre.run(&["rules", "dry-run", "Gold", "--json"]).json();
        if told["would_act"] != 0 {
            break;
        }
    }
    assert_eq!(told["looked"][0]["contact_id"], contact.as_str(), "{told}");
    assert_eq!(runs(&theatre), Vec::<Value>::new(), "nothing is kept");
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn s12_a_rule_that_would_write_to_many_is_turned_on_by_their_number_alone() {
    let theatre = ready();
    let text = GOLD.replace(
        "when = { property = \"contact.jobtitle\", becomes = \"gold\" }",
        "when = { created = \"contact\" }",
    );
    assert_eq!(import(&theatre, &text).code, 0);
    for number in 0..30 {
        let email = format!("many{number}@example.com");
        theatre.in_hubspot(
            "POST",
            "/crm/objects/2026-03/contacts",
            &json!({"properties": {"email": email}}),
        );
    }
    let mut run = theatre.run(&["rules", "enable", "Gold", "--json"]);
    for _ in 0..100 {
        if run.code != 0 {
            break;
        }
        // The index did not show them yet.
        assert_eq!(theatre.run(&["rules", "disable", "Gold"]).code, 0);
        run = theatre.run(&["rules", "enable", "Gold", "--json"]);
    }
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (3, "not_confirmed"),
        "{}",
        run.err
    );
    let few = theatre.run(&["rules", "enable", "Gold", "--people", "5", "--json"]);
    assert_eq!(few.error_code(), "not_confirmed");
    let meant = theatre.run(&["rules", "enable", "Gold", "--people", "200"]);
    assert_eq!(meant.code, 0, "{}", meant.err);
}

#[test]
fn rules_that_are_off_cost_no_call_and_one_that_is_on_costs_one_search() {
    let theatre = ready();
    // The first rounds set their marks, and a call may be repeated: what an idle round costs is the least.
    let idle = || {
        let rounds = (0..4).map(|_| round(&theatre)["requests"]["hubspot"].as_u64().unwrap());
        rounds.min().unwrap()
    };
    idle();
    let before = idle();
    assert_eq!(import(&theatre, GOLD).code, 0);
    assert_eq!(idle(), before);
    assert_eq!(theatre.run(&["rules", "enable", "Gold"]).code, 0);
    assert_eq!(idle(), before + 1);
}

#[test]
fn a_file_with_a_mistake_is_told_with_its_line_and_changes_nothing() {
    let theatre = ready();
    let text = format!("{GOLD}\n[[rule]]\nname = \"B\"\nwen = {{}}\n");
    let run = import(&theatre, &text);
    assert_eq!((run.code, run.error_code().as_str()), (2, "bad_rules"));
    assert!(
        run.err.contains("line 8: A rule has no \"wen\"."),
        "{}",
        run.err
    );
    let list = theatre.run(&["rules", "list", "--json"]).json();
    assert_eq!(list, json!([]));
}

#[test]
fn what_is_exported_is_imported_as_the_same() {
    let theatre = ready();
    let examples = theatre.run(&["rules", "examples"]);
    assert_eq!(examples.code, 0);
    let run = import(&theatre, &examples.out);
    assert_eq!(
        run.json(),
        json!({"read": 19, "changed": 19}),
        "{}",
        run.err
    );
    let exported = theatre.run(&["rules", "export"]).out;
    let again = import(&theatre, &exported);
    assert_eq!(again.json(), json!({"read": 19, "changed": 0}));
}
