//! Why a rule sent nothing: each cause in words of its own.

use crate::rules::{GOLD, contact, messages, ready, round, rounds_until, runs, set_title, turn_on};
use crate::theatre::Theatre;
use serde_json::{Value, json};

fn lines(theatre: &Theatre, none: bool) {
    let fault = json!([{
        "side": "tuco", "method": "GET", "path": "/api/lines/by-user",
        "fault": {"status": {"status": 200, "body": "{\"lines\": []}"}}
    }]);
    if none {
        theatre.control("POST", "faults", &fault);
    } else {
        theatre.control("DELETE", "faults", &Value::Null);
    }
}

/// "Workflow action fails to send": the key, the line, the contact's phone and address.
#[test]
fn s8_a_rule_says_of_each_cause_why_nothing_went() {
    let theatre = ready();
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    let reached = contact(&theatre);
    let body = json!({"properties": {"firstname": "Nobody"}});
    let made = theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
    let unreachable = made["id"].as_str().unwrap().to_owned();
    turn_on(
        &theatre,
        &GOLD.replace("do =", "limits = { per_person = \"every time\" }\ndo ="),
        "Gold",
    );

    set_title(&theatre, &unreachable, "gold");
    let told = rounds_until(&theatre, 1);
    assert_eq!(told[0]["reason"], "no_address", "{told:?}");
    let no_address = told[0]["why"].as_str().unwrap().to_owned();

    lines(&theatre, true);
    set_title(&theatre, &reached, "gold");
    let told = rounds_until(&theatre, 2);
    assert_eq!(told[0]["reason"], "line_inactive", "{told:?}");
    assert_ne!(told[0]["why"], no_address);
    lines(&theatre, false);

    theatre.control("POST", "options", &json!({"tuco": {"key_revoked": true}}));
    set_title(&theatre, &reached, "silver");
    set_title(&theatre, &reached, "gold");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_ne!(run.code, 0, "{}", run.out);
    assert!(run.err.contains("key"), "{}", run.err);

    // The change is not lost while the key is refused.
    theatre.control("POST", "options", &json!({"tuco": {"key_revoked": false}}));
    assert_eq!(messages(&theatre), 0);
    rounds_until(&theatre, 3);
    round(&theatre);
    assert_eq!(messages(&theatre), 1, "{:?}", runs(&theatre));
}
