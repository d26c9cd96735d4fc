//! A rule that is run on those who match it already: asked for by itself, counted and confirmed.

use crate::rules::{contact, how_many, messages, ready, round, runs, set_title, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

const GOLD: &str = "\
[[rule]]
name = \"Gold\"
when = { property = \"contact.jobtitle\", becomes = \"gold\" }
do = [{ note = \"Was gold already\" }]
";

fn backfill(theatre: &Theatre, words: &[&str]) -> crate::theatre::Run {
    let all: Vec<&str> = ["rules", "backfill", "Gold", "--json"]
        .iter()
        .chain(words)
        .copied()
        .collect();
    theatre.run(&all)
}

fn begun_and_left(theatre: &Theatre) -> Value {
    let list = theatre.run(&["rules", "list", "--json"]).json();
    list[0]["backfill"].clone()
}

fn some_gold(theatre: &Theatre, many: usize) {
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    for no in 0..many {
        let body = json!({"properties": {
            "email": format!("gold{no}@example.com"), "firstname": "Nova", "jobtitle": "gold",
        }});
        theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
    }
}

fn notes(theatre: &Theatre) -> usize {
    how_many(theatre, "notes", "hs_note_body", "Was gold already")
}

/// R11: nobody who was there before is touched by an activation, and S12: so many people are confirmed by
/// their number, and then each once, in steps that a new start goes on with.
#[test]
fn those_who_match_are_run_once_each_when_somebody_says_how_many_they_are() {
    let theatre = ready();
    some_gold(&theatre, 60);
    turn_on(&theatre, GOLD, "Gold");
    round(&theatre);
    assert_eq!((runs(&theatre).len(), notes(&theatre)), (0, 0));
    let dry = backfill(&theatre, &["--dry-run"]).json();
    assert_eq!(
        (&dry["fit"], &dry["would_act"]),
        (&json!(60), &json!(60)),
        "{dry}"
    );
    for words in [vec![], vec!["--people", "59"]] {
        let refused = backfill(&theatre, &words);
        assert_ne!(refused.code, 0);
        assert!(refused.err.contains("60 people"), "{}", refused.err);
    }
    let begun = backfill(&theatre, &["--people", "60"]);
    assert_eq!(begun.code, 0, "{}", begun.err);
    let again = backfill(&theatre, &["--people", "60"]);
    assert!(again.err.contains("already being run"), "{}", again.err);
    assert_eq!(notes(&theatre), 0, "nothing is done outside a round");
    round(&theatre);
    let stands = begun_and_left(&theatre);
    assert_eq!(
        (&stands["state"], &stands["left"]),
        (&json!("on"), &json!(10)),
        "{stands}"
    );
    // Every command is another process: what was begun is found again.
    round(&theatre);
    round(&theatre);
    assert_eq!(begun_and_left(&theatre)["state"], "done");
    assert_eq!(notes(&theatre), 60);
    // Once per person holds: nobody is left whom it would act for.
    let later = backfill(&theatre, &[]);
    assert_eq!(later.json()["begun"], false, "{}", later.out);
    let dry = backfill(&theatre, &["--dry-run"]).json();
    assert_eq!(
        (&dry["fit"], &dry["would_act"]),
        (&json!(60), &json!(0)),
        "{dry}"
    );
}

#[test]
fn who_fits_no_more_when_their_turn_comes_is_left_out_and_turning_off_ends_it() {
    let theatre = ready();
    some_gold(&theatre, 3);
    let off = backfill(&theatre, &[]);
    assert_ne!(off.code, 0, "there is no such rule yet");
    turn_on(&theatre, GOLD, "Gold");
    assert_eq!(backfill(&theatre, &[]).code, 0);
    let found = theatre.hubspot(
        "GET",
        "/crm/objects/2026-03/contacts/gold0@example.com?idProperty=email",
    );
    set_title(&theatre, found["id"].as_str().unwrap(), "silver");
    round(&theatre);
    assert_eq!(notes(&theatre), 2);
    let not: Vec<Value> = runs(&theatre)
        .into_iter()
        .filter(|run| run["reason"] == "condition")
        .collect();
    assert_eq!(not.len(), 1, "{not:?}");
    some_gold_more(&theatre);
    assert_eq!(backfill(&theatre, &[]).code, 0);
    assert_eq!(theatre.run(&["rules", "disable", "Gold"]).code, 0);
    assert_eq!(begun_and_left(&theatre)["state"], "stopped");
    assert_eq!(theatre.run(&["rules", "enable", "Gold"]).code, 0);
    crate::rules::armed(&theatre);
    round(&theatre);
    assert_eq!(notes(&theatre), 2);
}

fn some_gold_more(theatre: &Theatre) {
    let body = json!({"properties": {"email": "late@example.com", "jobtitle": "gold"}});
    theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
}

/// An opt-out is first here too.
#[test]
fn the_guard_is_told_before_and_holds_when_the_rule_is_run_on_those_who_match() {
    let theatre = ready();
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    let (phone, contact) = (theatre.somebody(), contact(&theatre));
    set_title(&theatre, &contact, "gold");
    turn_on(&theatre, crate::rules::GOLD, "Gold");
    theatre.reply(&phone, "STOP");
    round(&theatre);
    let dry = backfill(&theatre, &["--dry-run"]).json();
    assert_eq!(dry["would_act"], 0, "{dry}");
    assert_eq!(dry["fits"][0]["guard"]["reason"], "opted_out", "{dry}");
    assert_eq!(backfill(&theatre, &[]).code, 0);
    for _ in 0..2 {
        round(&theatre);
    }
    assert_eq!(messages(&theatre), 0);
    assert_eq!(runs(&theatre)[0]["reason"], "opted_out");
}
