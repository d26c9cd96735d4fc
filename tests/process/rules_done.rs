//! What rules do in HubSpot, and what sets them off beside a contact's own properties.

use crate::rules::{
    contact, how_many, messages, ready, round, rounds_until, runs, set_title, turn_on,
};
use crate::theatre::Theatre;
use serde_json::{Value, json};

fn of_contact(theatre: &Theatre, contact: &str, name: &str) -> Value {
    let path = format!("/crm/objects/2026-03/contacts/{contact}?properties={name}");
    theatre.hubspot("GET", &path)["properties"][name].clone()
}

fn deal_of(theatre: &Theatre, contact: &str, properties: &Value) -> String {
    let body = json!({
        "properties": properties,
        "associations": [{
            "to": {"id": contact},
            "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}],
        }],
    });
    let made = theatre.in_hubspot("POST", "/crm/objects/2026-03/deals", &body);
    made["id"].as_str().unwrap().to_owned()
}

const EVERYTHING: &str = "\
[[rule]]
name = \"Everything\"
when = { property = \"contact.jobtitle\", becomes = \"gold\" }
do = [
    { set = \"contact.company\", to = \"Gold club\" },
    { task = \"Call the gold one\", due_in_days = 1 },
    { note = \"Became gold.\" },
    { stop_other_rules = true },
]

[[rule]]
name = \"Much later\"
order = -5
when = { property = \"contact.jobtitle\", becomes = \"gold\" }
timing = { wait = \"3 days\" }
do = [{ send = \"Hello gold\", line = \"any\" }]
";

#[test]
fn a_rule_sets_a_property_makes_a_task_and_a_note_and_stops_the_others_each_once() {
    let theatre = ready();
    let contact = contact(&theatre);
    turn_on(&theatre, EVERYTHING, "Everything");
    assert_eq!(theatre.run(&["rules", "enable", "Much later"]).code, 0);
    crate::rules::armed(&theatre);
    set_title(&theatre, &contact, "gold");
    rounds_until(&theatre, 2);
    round(&theatre);
    let told = runs(&theatre);
    let state = |name: &str| {
        let run = told.iter().find(|run| run["rule"] == name).unwrap();
        (run["state"].clone(), run["reason"].clone())
    };
    assert_eq!(
        state("Everything"),
        (json!("done"), json!("done")),
        "{told:?}"
    );
    assert_eq!(
        state("Much later"),
        (json!("stopped"), json!("stopped_by_a_rule")),
        "{told:?}"
    );
    assert_eq!(of_contact(&theatre, &contact, "company"), "Gold club");
    round(&theatre);
    for (kind, property, text) in [
        ("tasks", "hs_task_subject", "Call the gold one"),
        ("notes", "hs_note_body", "Became gold."),
    ] {
        assert_eq!(how_many(&theatre, kind, property, text), 1, "{kind}");
    }
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn a_deal_that_is_won_writes_to_its_contact() {
    let theatre = ready();
    let contact = contact(&theatre);
    let deal = deal_of(
        &theatre,
        &contact,
        &json!({"dealname": "Harbor", "dealstage": "appointmentscheduled"}),
    );
    let text = "[[rule]]\nname = \"Won\"\nwhen = { deal_stage = \"closedwon\" }\n\
                do = [{ send = \"Hello gold\", line = \"any\" }]\n";
    turn_on(&theatre, text, "Won");
    let path = format!("/crm/objects/2026-03/deals/{deal}");
    theatre.in_hubspot(
        "PATCH",
        &path,
        &json!({"properties": {"dealstage": "closedwon"}}),
    );
    let first = rounds_until(&theatre, 1);
    assert_eq!(
        (&first[0]["state"], &first[0]["contact_id"]),
        (&json!("done"), &json!(contact)),
        "{first:?}"
    );
    assert_eq!(messages(&theatre), 1);
}
