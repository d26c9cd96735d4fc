//! A lead's fields as what sets rules off.

use crate::rules::{how_many, import, ready, round, runs, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

const RULES: &str = "\
[[rule]]
name = \"Gold lead\"
when = { property = \"lead.jobTitle\", becomes = \"gold\" }
limits = { per_person = \"every time\" }
do = [{ note = \"The lead is gold\" }]

[[rule]]
name = \"No tier\"
when = { property = \"lead.customFields.tier\", is_cleared = true }
limits = { per_person = \"every time\" }
do = [{ note = \"The lead has no tier\" }]
";

/// A contact and the lead that it has.
fn nova(theatre: &Theatre) -> (String, String) {
    let body = json!({"properties": {"email": "nova@example.com", "firstname": "Nova"}});
    let made = theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
    let lead = json!({"leads": [{"firstName": "Nova", "email": "nova@example.com", "jobTitle": "captain"}]});
    theatre.tuco("POST", "/api/leads", &lead);
    let found = theatre.tuco("GET", "/api/leads?search=nova@example.com", &Value::Null);
    let lead = found["leads"][0]["_id"].as_str().unwrap().to_owned();
    (made["id"].as_str().unwrap().to_owned(), lead)
}

fn keep_in_step(theatre: &Theatre) {
    let enabled = theatre.run(&["people", "enable", "--direction", "both", "--yes", "--json"]);
    assert_eq!(enabled.code, 0, "{} {}", enabled.out, enabled.err);
    read_all(theatre);
}

fn read_all(theatre: &Theatre) {
    let read = theatre.run(&["sync", "--once", "--full", "--json"]);
    assert_eq!(read.code, 0, "{} {}", read.out, read.err);
}

fn entitle(theatre: &Theatre, lead: &str, title: &str) {
    change(theatre, lead, &json!({"jobTitle": title}));
}

fn change(theatre: &Theatre, lead: &str, fields: &Value) {
    theatre.tuco("PUT", &format!("/api/leads/{lead}"), fields);
}

/// What the leads say is read, and rules look at it.
fn seen(theatre: &Theatre) -> Vec<(String, String)> {
    read_all(theatre);
    round(theatre);
    let word = |run: &Value, name: &str| run[name].as_str().unwrap().to_owned();
    let told = runs(theatre);
    told.iter()
        .map(|run| (word(run, "rule"), word(run, "state")))
        .collect()
}

/// Nothing that was so before sets it off, each change once, and what a lead is cleared of is seen too.
#[test]
fn a_field_of_a_lead_sets_rules_off_once_a_change_and_not_by_what_was_so_before() {
    let theatre = ready();
    let (contact, lead) = nova(&theatre);
    keep_in_step(&theatre);
    entitle(&theatre, &lead, "gold");
    turn_on(&theatre, RULES, "Gold lead");
    assert_eq!(theatre.run(&["rules", "enable", "No tier"]).code, 0);
    crate::rules::armed(&theatre);
    assert_eq!(seen(&theatre), []);
    entitle(&theatre, &lead, "silver");
    change(&theatre, &lead, &json!({"customFields": {"tier": "A"}}));
    assert_eq!(seen(&theatre), []);
    entitle(&theatre, &lead, "gold");
    let gold = ("Gold lead".to_owned(), "done".to_owned());
    assert_eq!(seen(&theatre), std::slice::from_ref(&gold));
    assert_eq!(seen(&theatre), std::slice::from_ref(&gold));
    assert_eq!(runs(&theatre)[0]["contact_id"], contact);
    change(&theatre, &lead, &json!({"customFields": {"tier": ""}}));
    let cleared = ("No tier".to_owned(), "done".to_owned());
    assert_eq!(seen(&theatre), [cleared, gold]);
    let notes = how_many(&theatre, "notes", "hs_note_body", "The lead is gold");
    assert_eq!(notes, 1);
}

#[test]
fn a_rule_that_watches_leads_says_what_it_needs_and_how_late_it_sees() {
    let theatre = ready();
    let (_, lead) = nova(&theatre);
    assert_eq!(import(&theatre, RULES).code, 0);
    let refused = theatre.run(&["rules", "enable", "Gold lead"]);
    assert_ne!(refused.code, 0);
    assert!(
        refused.err.contains("people enable") && refused.err.contains("once an hour"),
        "{}",
        refused.err
    );
    keep_in_step(&theatre);
    let on = theatre.run(&["rules", "enable", "Gold lead"]);
    assert_eq!(on.code, 0, "{}", on.err);
    assert!(on.err.contains("up to an hour"), "{}", on.err);
    let dry = theatre.run(&["rules", "dry-run", "Gold lead"]);
    assert!(
        dry.err.contains("keeps no history"),
        "{} {}",
        dry.out,
        dry.err
    );
    // Where nobody reads leads any more it does not look as if it were at work.
    crate::rules::armed(&theatre);
    assert_eq!(theatre.run(&["people", "disable"]).code, 0);
    entitle(&theatre, &lead, "gold");
    round(&theatre);
    let list = theatre.run(&["rules", "list", "--json"]).json();
    let state = |name: &str| {
        let all = list.as_array().unwrap().iter();
        let mut one = all.filter(|rule| rule["name"] == name);
        one.next().unwrap()["state"].clone()
    };
    assert_eq!(state("Gold lead"), "paused", "{list}");
    let unknown = "[[rule]]\nname = \"No\"\nwhen = { property = \"lead.jobtitle\" }\ndo = [{ note = \"x\" }]\n";
    assert_eq!(import(&theatre, unknown).code, 0);
    let refused = theatre.run(&["rules", "enable", "No"]);
    assert!(refused.err.contains("jobTitle"), "{}", refused.err);
}
