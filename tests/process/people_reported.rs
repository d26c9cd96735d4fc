//! Merges and deletions that HubSpot reports, followed before any search or list shows them.

use crate::listening::{Watch, reported};
use crate::theatre::{Theatre, patiently};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SECRET: &str = "the client secret of an own app";
const CONTACTS: &str = "/crm/objects/2026-09/contacts";

fn report(theatre: &Theatre, address: &str, number: u32, what: &str, more: &Value) {
    let mut event = json!({
        "eventId": number, "portalId": theatre.portal(), "attemptNumber": 0,
        "subscriptionType": what, "occurredAt": 1_795_186_800_000_i64,
    });
    event
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let body = json!([event]).to_string();
    let signature = hex::encode(Sha256::digest(format!("{SECRET}POST{address}{body}")));
    reported(address, &body, &signature);
}

fn make(theatre: &Theatre, properties: &Value) -> String {
    let made = theatre.in_hubspot("POST", CONTACTS, &json!({"properties": properties}));
    made["id"].as_str().unwrap().to_owned()
}

/// The contact that a lead is linked with.
fn contact_of(theatre: &Theatre, lead: &Value) -> Value {
    let list = theatre.run(&["people", "list", "--limit", "500", "--json"]);
    let list = list.json();
    let all = list["people"].as_array().unwrap();
    let one = all.iter().find(|one| one["lead"] == *lead);
    one.map_or(Value::Null, |one| one["contact"].clone())
}

#[test]
fn a_reported_merge_and_a_reported_deletion_are_followed_at_once() {
    let theatre = Theatre::with(&["--contacts", "40", "--no-limits"]);
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    let on = [
        "people",
        "enable",
        "--direction",
        "to-tuco",
        "--create",
        "tuco",
        "--json",
    ];
    let run = theatre.run(&on);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let uma = make(
        &theatre,
        &json!({"firstname": "Uma", "email": "uma.one@example.com"}),
    );
    let twin = make(
        &theatre,
        &json!({"firstname": "Uma", "phone": "+14155550190"}),
    );
    let gone = make(
        &theatre,
        &json!({"firstname": "Ned", "email": "ned@example.com"}),
    );
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let lead = |search: &str| {
        let path = format!("/api/leads?search={search}");
        theatre.tuco("GET", &path, &Value::Null)["leads"][0]["_id"].clone()
    };
    let (lead_of_uma, lead_of_ned) = (lead("uma.one@example.com"), lead("ned@example.com"));
    assert_eq!(contact_of(&theatre, &lead_of_uma), json!(uma));
    assert_eq!(contact_of(&theatre, &lead_of_ned), json!(gone));

    // From here on no search shows what happens, and what is archived was listed a moment ago.
    theatre.control(
        "POST",
        "options",
        &json!({"hubspot": {"index_lag_ms": 3_600_000}}),
    );
    let port = theatre.free_port().to_string();
    let on = theatre.listener(&["on", "--port", &port], "unused");
    assert_eq!(on.code, 0, "{} {}", on.out, on.err);
    let address = on.json()["hubspot_address"].as_str().unwrap().to_owned();
    let watch = Watch::begin_with(&theatre, "unused", &[("HUBSPOT_CLIENT_SECRET", SECRET)]);
    theatre.until_listening("unused");
    // It says of one who is there that they are gone.
    let number = |id: &str| json!(id.parse::<u64>().unwrap());
    report(
        &theatre,
        &address,
        1,
        "contact.deletion",
        &json!({"objectId": number(&uma)}),
    );
    let ids = json!({"primary": uma, "secondary": twin});
    let merged = theatre.control("POST", "merge", &ids)["id"].clone();
    let told = json!({
        "objectId": number(&uma), "primaryObjectId": number(&uma),
        "mergedObjectIds": [number(&twin)], "newObjectId": number(merged.as_str().unwrap()),
    });
    report(&theatre, &address, 2, "contact.merge", &told);
    patiently("the link to follow the merge", || {
        contact_of(&theatre, &lead_of_uma) == merged
    });
    theatre.control("POST", "archive", &json!({"contact": gone}));
    let told = json!({"objectId": number(&gone)});
    report(&theatre, &address, 3, "contact.privacyDeletion", &told);
    patiently("the deleted contact to be forgotten", || {
        contact_of(&theatre, &lead_of_ned) == Value::Null
    });
    drop(watch);
}
