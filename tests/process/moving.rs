//! A timeline entry on the wrong contact, moved to the right one.

use crate::theatre::Theatre;
use serde_json::{Value, json};

const SHARED: &str = "+19042956129";

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

/// A portal of five contacts that share a number, two of them with an owner, and a lead of that number.
fn theatre() -> (Theatre, Vec<String>) {
    let theatre = Theatre::with(&["--contacts", "0", "--no-limits"]);
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    let owner = theatre.hubspot("GET", "/crm/owners/2026-09")["results"][0]["id"].clone();
    let written = [
        "(904) 295-6129",
        "904.295.6129 x3",
        "+1 904-295-6129",
        "19042956129",
        "9042956129",
    ];
    let five = (0..).zip(written).map(|(place, phone)| {
        let mut properties = json!({"firstname": format!("Number {place}"), "phone": phone});
        if place < 2 {
            properties["hubspot_owner_id"] = owner.clone();
        }
        let made = theatre.in_hubspot("POST", CONTACTS, &json!({"properties": properties}));
        made["id"].as_str().unwrap().to_owned()
    });
    let five = five.collect();
    for number in [SHARED, "+12025550199"] {
        theatre.tuco(
            "POST",
            "/api/leads",
            &json!({"leads": [{"firstName": "Switch", "phone": number}]}),
        );
    }
    (theatre, five)
}

/// A reply of the shared number that is on one of the five; the event's number.
fn one_of_five(theatre: &Theatre) -> i64 {
    sync(theatre);
    let set = theatre.run(&["settings", "set", "match.several", "newest_active"]);
    assert_eq!(set.code, 0, "{}", set.err);
    theatre.reply(SHARED, "Zanzibar it is");
    sync(theatre);
    let log = theatre.log(&["--search", "Zanzibar"]);
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!(log[0]["stage"], "written", "{log:?}");
    log[0]["id"].as_i64().unwrap()
}

fn sync(theatre: &Theatre) {
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
}

fn standing(theatre: &Theatre, text: &str) -> Vec<Value> {
    let all = theatre.timeline().into_iter();
    all.filter(|entry| entry["body"].as_str().unwrap_or_default().contains(text))
        .collect()
}

/// M1: five contacts share a number, and one reply is one entry, on the one that the rule names; the others are told,
/// and one command moves it, with whatever comes later.
#[test]
fn a_shared_number_is_one_entry_and_can_be_moved_to_the_right_contact() {
    let (theatre, five) = theatre();
    let event = one_of_five(&theatre);
    let entries = standing(&theatre, "Zanzibar");
    assert_eq!(entries.len(), 1, "{entries:?}");
    let on = entries[0]["contact_ids"].clone();
    assert!(
        five[..2].iter().any(|id| on == json!([id])),
        "{on} of {five:?}"
    );
    let number = event.to_string();
    let told = theatre
        .run(&["explain", &number, "--json"])
        .json()
        .to_string();
    for other in five.iter().filter(|id| on != json!([id])) {
        assert!(told.contains(other.as_str()), "{other} is told: {told}");
    }
    let right = &five[4];
    let moved = theatre.run(&["people", "move", &number, right, "--thread", "--json"]);
    assert_eq!(moved.code, 0, "{} {}", moved.out, moved.err);
    let moved = moved.json();
    assert_eq!(
        (&moved["moved"], &moved["waiting"]),
        (&json!(1), &json!(0)),
        "{moved}"
    );
    let entries = standing(&theatre, "Zanzibar");
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(entries[0]["contact_ids"], json!([right]));
    let again = theatre.run(&["people", "move", &number, right, "--json"]);
    assert_eq!(
        (again.code, again.error_code().as_str()),
        (1, "same_contact"),
        "{}",
        again.out
    );
    theatre.reply(SHARED, "And once more");
    assert_eq!(theatre.run(&["sync", "--once", "--json"]).code, 0);
    let later = standing(&theatre, "And once more");
    assert_eq!(later.len(), 1);
    assert_eq!(
        later[0]["contact_ids"],
        json!([right]),
        "what comes later goes there"
    );
    assert_eq!(standing(&theatre, "Zanzibar").len(), 1);
}

#[test]
fn a_move_that_is_cut_off_ends_in_one_entry_on_one_contact() {
    for fault in ["reset_after_commit", "reset_before", "html502"] {
        for after in [0, 1] {
            let (theatre, five) = theatre();
            let event = one_of_five(&theatre);
            let rule = json!({"side": "hubspot", "path": "/crm/*/associations/*", "after": after, "times": 1,
                "fault": fault});
            theatre.control("POST", "faults", &json!({"rules": [rule]}));
            let run = theatre.run(&["people", "move", &event.to_string(), &five[3], "--json"]);
            assert_eq!(run.code, 0, "{} {}", run.out, run.err);
            let entries = standing(&theatre, "Zanzibar");
            assert_eq!(entries.len(), 1, "{fault} {after}: {entries:?}");
            assert!(
                !entries[0]["contact_ids"].as_array().unwrap().is_empty(),
                "never on nobody's"
            );
            for _ in 0..2 {
                assert_eq!(theatre.run(&["sync", "--once", "--json"]).code, 0);
            }
            let entries = standing(&theatre, "Zanzibar");
            assert_eq!(entries.len(), 1);
            assert_eq!(
                entries[0]["contact_ids"],
                json!([five[3]]),
                "{fault} {after}"
            );
            let log = theatre.log(&["--search", "Zanzibar"]);
            assert_eq!(log[0]["contact_id"], json!(five[3]), "{log:?}");
        }
    }
}

#[test]
fn what_is_not_there_or_nobodys_is_not_moved() {
    let (theatre, _) = theatre();
    let event = one_of_five(&theatre);
    theatre.reply("+12025550199", "Nobody knows me");
    sync(&theatre);
    let nobody = theatre.run(&["people", "move", &event.to_string(), "999999999", "--json"]);
    assert_eq!(
        (nobody.code, nobody.error_code().as_str()),
        (1, "no_contact"),
        "{}",
        nobody.out
    );
    let waits = theatre.log(&["--stage", "waiting", "--limit", "1"]);
    let waits = waits[0]["id"].to_string();
    let early = theatre.run(&["people", "move", &waits, "501", "--json"]);
    assert_eq!(
        (early.code, early.error_code().as_str()),
        (1, "not_there_yet"),
        "{}",
        early.out
    );
}
