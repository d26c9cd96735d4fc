//! HubSpot's own reports as a road of rules: faster than a search, and never a second time.

use crate::listening::{Watch, reported};
use crate::rules::{GOLD, contact, messages, ready, round, runs, set_title, turn_on};
use crate::theatre::{Theatre, patiently};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SECRET: &str = "the client secret of an own app";

fn index_shows_nothing_for(theatre: &Theatre, ms: u64) {
    theatre.control("POST", "options", &json!({"index_lag_ms": ms}));
}

/// As HubSpot signs what it posts.
fn report(theatre: &Theatre, address: &str, number: u32, contact: &str, value: &str) {
    let body = json!([{
        "eventId": number, "portalId": theatre.portal(), "attemptNumber": 0,
        "subscriptionType": "contact.propertyChange", "objectId": contact.parse::<u64>().unwrap(),
        "propertyName": "jobtitle", "propertyValue": value, "occurredAt": 1_795_186_800_000_i64,
    }])
    .to_string();
    let signature = hex::encode(Sha256::digest(format!("{SECRET}POST{address}{body}")));
    reported(address, &body, &signature);
}

#[test]
fn a_reported_change_acts_before_any_search_shows_it_and_once_by_both_roads() {
    let theatre = ready();
    let contact = contact(&theatre);
    turn_on(&theatre, GOLD, "Gold");
    index_shows_nothing_for(&theatre, 3_600_000);
    let port = theatre.free_port().to_string();
    let on = theatre.listener(&["on", "--port", &port], "unused");
    assert_eq!(on.code, 0, "{} {}", on.out, on.err);
    let address = on.json()["hubspot_address"].as_str().unwrap().to_owned();
    let watch = Watch::begin_with(&theatre, "unused", &[("HUBSPOT_CLIENT_SECRET", SECRET)]);
    theatre.until_listening("unused");
    // It says what the contact's history does not show.
    report(&theatre, &address, 1, &contact, "gold");
    set_title(&theatre, &contact, "silver");
    report(&theatre, &address, 2, &contact, "silver");
    set_title(&theatre, &contact, "gold");
    report(&theatre, &address, 3, &contact, "gold");
    patiently("the rule to act on the report", || {
        let told = runs(&theatre);
        told.first().is_some_and(|run| run["state"] == "done")
    });
    drop(watch);
    index_shows_nothing_for(&theatre, 0);
    // With this the search shows the contact, and its history once more.
    let path = format!("/crm/objects/2026-03/contacts/{contact}");
    theatre.in_hubspot("PATCH", &path, &json!({"properties": {"company": "Acme"}}));
    for _ in 0..3 {
        round(&theatre);
    }
    let told = runs(&theatre);
    assert_eq!((told.len(), messages(&theatre)), (1, 1), "{told:?}");
    assert_ne!(told[0]["contact_id"], Value::Null);
}
