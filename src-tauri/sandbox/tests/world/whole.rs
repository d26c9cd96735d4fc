//! The default world as a whole: the same for the same seed, believable, and never shaken.

use crate::calls::{START, call, get, post, request};
use proptest::prelude::*;
use sandbox::message::HttpRequest;
use sandbox::world::{Side, World, WorldOptions};
use serde_json::{Value, json};

fn default_world(seed: u64) -> World {
    World::new(&WorldOptions::default(), seed, START)
}

#[test]
fn the_same_seed_and_calls_give_the_same_bytes() {
    let run = |seed: u64| {
        let mut world = default_world(seed);
        let mut seen = Vec::new();
        for (no, target) in [
            "/api/replies?limit=100",
            "/api/leads?limit=100",
            "/api/messages?limit=100",
            "/crm/objects/2026-09/contacts?limit=100",
            "/_sandbox/world",
        ]
        .into_iter()
        .enumerate()
        {
            let now = START + i64::try_from(no).unwrap() * 7_000;
            seen.push(
                call(&mut world, now, "GET", target, &Value::Null)
                    .response
                    .body,
            );
        }
        let send = json!({"recipientPhone": "+12125550100", "message": "Hello"});
        seen.push(
            call(&mut world, START + 60_000, "POST", "/api/messages", &send)
                .response
                .body,
        );
        seen
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn the_default_world_has_what_people_complain_about() {
    let mut world = default_world(1);
    let (_, page) = get(&mut world, START, "/api/replies?limit=100");
    let items = page["replies"].as_array().unwrap();
    assert!(
        (60..=70).contains(&items.len()),
        "{} leads replied",
        items.len()
    );
    let count = |item: &Value| item["recentReplies"].as_array().unwrap().len();
    assert!(
        items.iter().filter(|item| count(item) == 10).count() >= 2,
        "more than ten replies"
    );
    let whole = |item: &&Value| item["message"].as_str().unwrap().chars().count() > 200;
    let cut = items
        .iter()
        .flat_map(|item| item["recentReplies"].as_array().unwrap());
    let cut = cut
        .filter(|text| text["message"].as_str().unwrap().len() >= 199)
        .count();
    assert!(
        cut > 3 && items.iter().filter(whole).count() > 0,
        "long texts"
    );
    let nobody = |item: &&Value| {
        item["name"] == "" && item["recipientPhone"].is_null() && item["recipientEmail"].is_null()
    };
    assert_eq!(
        items.iter().filter(nobody).count(),
        1,
        "a lead with nothing at all"
    );
    let (_, shared) = get(
        &mut world,
        START,
        "/api/replies?recipientPhone=%2B19042956129",
    );
    assert_eq!(shared["total"], 1);
    let filter = json!({"filterGroups": [{"filters": [{
        "propertyName": "hs_searchable_calculated_phone_number", "operator": "EQ",
        "value": "9042956129",
    }]}]});
    let path = "/crm/objects/2026-09/contacts/search";
    let (code, found) = post(&mut world, START, path, &filter);
    assert_eq!(
        (code, found["total"].as_u64()),
        (200, Some(5)),
        "five contacts share a number"
    );
    let (_, dnc) = get(&mut world, START, "/api/dnc");
    assert!(
        dnc["entries"].as_array().unwrap().len() >= 5,
        "some opted out"
    );
    for status in ["failed", "fallback", "scheduled", "delivered"] {
        let (_, list) = get(&mut world, START, &format!("/api/messages?status={status}"));
        assert!(
            list["pagination"]["totalCount"].as_u64() > Some(0),
            "{status}"
        );
    }
    let (_, view) = get(&mut world, START, "/_sandbox/world");
    assert_eq!(
        view["sends"],
        json!([]),
        "nobody was texted since the world began"
    );
}

#[test]
fn nothing_of_the_past_lies_in_the_future() {
    let mut world = default_world(9);
    let (_, page) = get(
        &mut world,
        START,
        "/api/replies?limit=100&dateFrom=2026-11-20T15:00:01Z",
    );
    assert_eq!(page["total"], 0);
    let (_, old) = get(
        &mut world,
        START,
        "/api/replies?limit=100&dateTo=2026-10-20T00:00:00Z",
    );
    assert_eq!(old["total"], 0, "nor before the last thirty days");
}

#[test]
fn many_replies_at_once_reach_new_leads_too() {
    let mut world = default_world(2);
    let (code, made) = post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"count": 1000, "step_ms": 0}),
    );
    assert_eq!(code, 201);
    assert!(made["leads"].as_u64() > Some(300), "{made}");
    let (_, view) = get(&mut world, START, "/_sandbox/world");
    assert!(view["counts"]["replies"].as_u64() >= Some(1000));
}

#[test]
fn a_reply_can_come_from_a_contact_by_its_id() {
    let mut world = default_world(1);
    let (_, found) = get(&mut world, START, "/crm/objects/2026-09/contacts?limit=1");
    let contact = found["results"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({"from": contact, "text": "It's me"});
    let (code, made) = post(&mut world, START, "/_sandbox/reply", &body);
    assert_eq!(code, 201);
    let lead = made["leadId"].as_str().unwrap();
    let (_, page) = get(&mut world, START, &format!("/api/replies?leadId={lead}"));
    assert_eq!(page["replies"][0]["message"], "It's me");
}

#[test]
fn switches_are_all_turned_or_none() {
    let mut world = default_world(1);
    let (code, view) = post(
        &mut world,
        START,
        "/_sandbox/options",
        &json!({
            "unique_on_communications": false, "tuco": {"messages_listing": "absent"},
        }),
    );
    assert_eq!(
        (code, view["hubspot"]["unique_on_communications"].as_bool()),
        (200, Some(false))
    );
    assert_eq!(get(&mut world, START, "/api/messages").0, 404);
    let (code, _) = post(
        &mut world,
        START,
        "/_sandbox/options",
        &json!({
            "read_only": true, "messages_listing": "perhaps",
        }),
    );
    assert_eq!(code, 400);
    assert!(!world.workspace.options.read_only);
    post(
        &mut world,
        START,
        "/_sandbox/options",
        &json!({"token_revoked": true}),
    );
    assert_eq!(
        get(&mut world, START, "/crm/objects/2026-09/contacts").0,
        401
    );
}

#[test]
fn a_key_that_was_replaced_stops_at_once_or_when_it_was_said() {
    for (side, target) in [
        ("hubspot", "/crm/objects/2026-09/contacts"),
        ("tuco", "/api/replies"),
    ] {
        let mut world = default_world(1);
        let first = request(&world, "GET", target, &Value::Null);
        let on = if side == "tuco" {
            Side::Tuco
        } else {
            Side::HubSpot
        };
        let rotate = "/_sandbox/rotate";
        let (code, _) = post(&mut world, START, rotate, &json!({"side": "both"}));
        assert_eq!(code, 400);
        let later = json!({"side": side, "old_works_ms": 60_000});
        assert_eq!(post(&mut world, START, rotate, &later).0, 200);
        let second = request(&world, "GET", target, &Value::Null);
        let mut asked =
            |request: &HttpRequest, at: i64| world.handle(on, request, START + at).response.status;
        assert_eq!((asked(&first, 59_999), asked(&second, 59_999)), (200, 200));
        assert_eq!((asked(&first, 60_000), asked(&second, 60_000)), (401, 200));
        let (_, answer) = post(&mut world, START + 60_000, rotate, &json!({"side": side}));
        let told = answer.as_object().unwrap().values().next().unwrap().clone();
        let third = request(&world, "GET", target, &Value::Null);
        let named = format!("Bearer {}", told.as_str().unwrap());
        assert_eq!(third.header("authorization"), Some(named.as_str()));
        let mut asked =
            |request: &HttpRequest| world.handle(on, request, START + 60_001).response.status;
        assert_eq!((asked(&second), asked(&third)), (401, 200));
    }
}

#[test]
fn the_clock_can_be_moved() {
    let mut world = default_world(1);
    let (_, clock) = post(
        &mut world,
        START,
        "/_sandbox/clock",
        &json!({"advance_ms": 5000}),
    );
    assert_eq!(
        (clock["now"].as_i64(), world.clock_offset()),
        (Some(START + 5000), 5000)
    );
    post(
        &mut world,
        START + 5000,
        "/_sandbox/clock",
        &json!({"now": START + 9000}),
    );
    assert_eq!(world.clock_offset(), 9000);
}

#[test]
fn a_lead_takes_its_messages_with_it() {
    let mut world = default_world(1);
    let (_, page) = get(&mut world, START, "/api/replies?limit=1");
    let total = page["total"].as_u64().unwrap();
    let lead = page["replies"][0]["leadId"].clone();
    let gone = call(
        &mut world,
        START,
        "DELETE",
        "/api/leads",
        &json!({"ids": [lead]}),
    );
    assert_eq!(gone.response.body, br#"{"deletedCount":1}"#);
    assert_eq!(
        get(&mut world, START, "/api/replies").1["total"].as_u64(),
        Some(total - 1)
    );
    let target = format!("/api/messages?leadId={}", lead.as_str().unwrap());
    assert_eq!(get(&mut world, START, &target).0, 404);
}

fn any_target() -> impl Strategy<Value = (String, String)> {
    let methods = prop_oneof![
        Just("GET"),
        Just("POST"),
        Just("PUT"),
        Just("PATCH"),
        Just("DELETE")
    ];
    let paths = prop_oneof![
        Just("/api/messages"),
        Just("/api/messages/cancel-for-lead"),
        Just("/api/messages/react"),
        Just("/api/replies"),
        Just("/api/leads"),
        Just("/api/leads/check-availability"),
        Just("/api/check-availability"),
        Just("/api/check-availability-rr"),
        Just("/api/lines/by-user"),
        Just("/api/dnc"),
        Just("/api/webhooks"),
        Just("/api/webhooks/x/health-check"),
        Just("/_sandbox/reply"),
        Just("/_sandbox/send"),
        Just("/_sandbox/faults"),
        Just("/_sandbox/clock"),
        Just("/_sandbox/options"),
    ];
    let query = "(\\?(page|limit|leadId|dateFrom|search|id)=[-0-9a-zA-Z%+]{0,24})?";
    (methods, paths, query)
        .prop_map(|(method, path, query)| (method.to_owned(), path.to_owned() + &query))
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just(json!("+12125550100")),
        Just(json!("a@b.co")),
        Just(json!(null)),
        Just(json!([])),
        Just(json!(["x", 1])),
        any::<i64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(|text| json!(text)),
    ];
    let name = prop_oneof![
        Just("message"),
        Just("recipientPhone"),
        Just("recipientEmail"),
        Just("leadId"),
        Just("scheduledDate"),
        Just("timezone"),
        Just("sendWindowStart"),
        Just("allowedDaysOfWeek"),
        Just("leads"),
        Just("ids"),
        Just("from"),
        Just("to"),
        Just("at"),
        Just("now"),
        Just("advance_ms"),
        Just("text"),
        Just("url"),
        Just("events"),
        Just("rules"),
        Just("phone"),
    ];
    let object = proptest::collection::btree_map(name, value, 0..6)
        .prop_map(|fields| json!(fields).to_string().into_bytes());
    prop_oneof![4 => object, 1 => proptest::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever is asked, there is an answer with a status that HTTP knows.
    #[test]
    fn no_request_shakes_the_world(
        calls in proptest::collection::vec((any_target(), any_body(), 0_i64..100_000), 1..40),
    ) {
        let options = WorldOptions { contacts: 30, limits: false, ..WorldOptions::default() };
        let mut world = World::new(&options, 11, START);
        let mut now = START;
        for ((method, target), body, pause) in calls {
            now += pause;
            let template = request(&world, &method, &target, &Value::Null);
            let answer = world.handle(Side::Tuco, &HttpRequest { body, ..template }, now);
            prop_assert!((200..600).contains(&answer.response.status));
        }
    }
}
