//! `GET /api/replies` and its traps.

use crate::calls::{MINUTE, SECOND, START, call, get, post, quiet};
use sandbox::moment::Iso;
use sandbox::tuco::options::{NewerParameters, RepliesRange};
use serde_json::{Value, json};

const ANA: &str = "+12025550143";

/// A world in which Ana has a lead and wrote at these minutes.
fn with_replies(minutes: &[i64]) -> sandbox::world::World {
    let mut world = quiet();
    let now = START + 1000 * MINUTE;
    post(
        &mut world,
        START,
        "/api/leads",
        &json!({"leads": [{"firstName": "Ana", "phone": ANA}]}),
    );
    for minute in minutes {
        let at = START + minute * MINUTE;
        let body = json!({"from": ANA, "text": format!("at {minute}"), "at": at});
        assert_eq!(post(&mut world, now, "/_sandbox/reply", &body).0, 201);
    }
    world
}

fn range(from: i64, to: i64) -> String {
    let (from, to) = (Iso(START + from * MINUTE), Iso(START + to * MINUTE));
    format!("/api/replies?dateFrom={from}&dateTo={to}")
}

fn texts(page: &Value, list: &str) -> Vec<String> {
    let items = page["replies"][0][list]
        .as_array()
        .cloned()
        .unwrap_or_default();
    items
        .iter()
        .map(|item| item["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_lead_is_one_item_with_its_ten_newest() {
    let minutes: Vec<i64> = (1..=13).collect();
    let mut world = with_replies(&minutes);
    let (status, page) = get(&mut world, START + 1000 * MINUTE, "/api/replies");
    assert_eq!((status, page["total"].as_u64()), (200, Some(1)));
    assert_eq!(page["replies"][0]["message"], "at 13");
    let recent = texts(&page, "recentReplies");
    assert_eq!(recent.len(), 10, "three older replies are out of sight");
    assert_eq!((recent[0].as_str(), recent[9].as_str()), ("at 13", "at 4"));
}

#[test]
fn texts_are_cut_but_the_latest_is_whole() {
    let mut world = quiet();
    let long = "x".repeat(300);
    post(
        &mut world,
        START,
        "/_sandbox/send",
        &json!({"to": ANA, "text": long, "at": START}),
    );
    post(
        &mut world,
        START + 10,
        "/_sandbox/reply",
        &json!({"from": ANA, "text": long}),
    );
    let (_, page) = get(&mut world, START + 20, "/api/replies");
    assert_eq!(
        page["replies"][0]["message"].as_str().map(str::len),
        Some(300)
    );
    assert_eq!(texts(&page, "recentReplies")[0].len(), 200);
    assert_eq!(texts(&page, "parentMessages")[0].len(), 200);
    assert_eq!(page["replies"][0]["parentMessages"][0].get("status"), None);
}

#[test]
fn a_range_looks_at_the_latest_reply_or_into_the_past() {
    let mut world = with_replies(&[10, 20, 30]);
    let now = START + 1000 * MINUTE;
    // By the latest: the reply at 20 cannot be asked for any more, since 30 is the latest.
    assert_eq!(get(&mut world, now, &range(15, 25)).1["total"], 0);
    assert_eq!(
        get(&mut world, now, &range(30, 30)).1["total"],
        1,
        "both ends are included"
    );
    world.workspace.options.replies_range = RepliesRange::Within;
    let (_, page) = get(&mut world, now, &range(15, 25));
    assert_eq!(page["replies"][0]["message"], "at 20");
    assert_eq!(texts(&page, "recentReplies"), ["at 20"]);
}

#[test]
fn an_old_server_refuses_or_ignores_dates() {
    let mut world = with_replies(&[10]);
    let now = START + 1000 * MINUTE;
    world.workspace.options.replies_newer_parameters = NewerParameters::Rejected;
    let (status, body) = get(&mut world, now, &range(50, 60));
    assert_eq!(
        (status, body["error"].as_str()),
        (400, Some("Invalid dateFrom"))
    );
    world.workspace.options.replies_newer_parameters = NewerParameters::Ignored;
    assert_eq!(get(&mut world, now, &range(50, 60)).1["total"], 1);
}

#[test]
fn refusals_are_in_the_documented_words() {
    let mut world = with_replies(&[10]);
    for (query, status, text) in [
        ("leadId=12", 400, "Invalid leadId"),
        (
            "leadId=6b1f00000000000000000a01",
            404,
            "Lead not found or access denied",
        ),
        ("campaignId=x", 400, "Invalid campaignId"),
        (
            "campaignId=6b1f00000000000000000a01",
            404,
            "Campaign not found",
        ),
        ("lineId=x", 400, "Invalid lineId"),
        ("dateFrom=yesterday", 400, "Invalid dateFrom"),
        ("dateTo=x", 400, "Invalid dateTo"),
        (
            "dateFrom=2026-02-02&dateTo=2026-01-01",
            400,
            "dateFrom must be <= dateTo",
        ),
    ] {
        let (got, body) = get(&mut world, START, &format!("/api/replies?{query}"));
        assert_eq!(
            (got, body["error"].as_str()),
            (status, Some(text)),
            "{query}"
        );
    }
}

#[test]
fn a_plus_must_be_encoded() {
    let mut world = with_replies(&[10]);
    let now = START + 1000 * MINUTE;
    assert_eq!(
        get(
            &mut world,
            now,
            "/api/replies?recipientPhone=%2B12025550143"
        )
        .1["total"],
        1
    );
    assert_eq!(
        get(&mut world, now, "/api/replies?recipientPhone=+12025550143").1["total"],
        0
    );
}

#[test]
fn a_sender_without_a_lead_is_listed_only_on_request() {
    let mut world = quiet();
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": "(202) 555-0111", "text": "hi"}),
    );
    assert_eq!(get(&mut world, START, "/api/replies").1["total"], 0);
    world.workspace.options.replies_without_lead = true;
    let (_, page) = get(&mut world, START, "/api/replies");
    assert_eq!(page["replies"][0]["leadId"], Value::Null);
    assert_eq!(page["replies"][0]["recipientPhone"], "+12025550111");
}

#[test]
fn a_reply_from_the_future_is_not_there_yet() {
    let mut world = quiet();
    post(
        &mut world,
        START,
        "/api/leads",
        &json!({"leads": [{"phone": ANA}]}),
    );
    let later = START + 5 * SECOND;
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": ANA, "text": "soon", "at": later}),
    );
    assert_eq!(get(&mut world, START, "/api/replies").1["total"], 0);
    assert_eq!(
        get(&mut world, START, "/api/messages").1["pagination"]["totalCount"],
        0
    );
    assert_eq!(get(&mut world, later, "/api/replies").1["total"], 1);
}

#[test]
fn an_opt_out_word_stops_sends_and_stop_by_does_not() {
    let mut world = quiet();
    let send = json!({"recipientPhone": ANA, "message": "Hello"});
    assert_eq!(post(&mut world, START, "/api/messages", &send).0, 201);
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": ANA, "text": "I'll stop by at 3"}),
    );
    assert_eq!(post(&mut world, START, "/api/messages", &send).0, 200);
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": ANA, "text": "Stop."}),
    );
    assert_eq!(post(&mut world, START, "/api/messages", &send).0, 403);
    let (_, list) = get(&mut world, START, "/api/dnc");
    assert_eq!(list["entries"][0]["phone"], ANA);
}

#[test]
fn the_pages_of_a_listing_hold_everybody_once() {
    let mut world = quiet();
    let leads: Vec<Value> = (0..237)
        .map(|no| json!({"phone": format!("+1305555{no:04}")}))
        .collect();
    post(&mut world, START, "/api/leads", &json!({"leads": leads}));
    post(&mut world, START, "/_sandbox/reply", &json!({"count": 237}));
    let mut seen = std::collections::BTreeSet::new();
    for page in 1..=3 {
        let (_, body) = get(
            &mut world,
            START,
            &format!("/api/replies?limit=1000&page={page}"),
        );
        assert_eq!(body["limit"], 100, "a hundred is the most");
        assert_eq!(body["totalPages"], 3);
        for item in body["replies"].as_array().unwrap() {
            assert!(seen.insert(item["leadId"].as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(seen.len(), 237);
}

#[test]
fn a_cut_can_leave_half_a_character_in_the_json() {
    let mut world = quiet();
    post(
        &mut world,
        START,
        "/api/leads",
        &json!({"leads": [{"phone": ANA}]}),
    );
    let text = format!("a{}", "😀".repeat(150));
    post(
        &mut world,
        START,
        "/_sandbox/reply",
        &json!({"from": ANA, "text": text}),
    );
    world.workspace.options.replies_cut_splits_pairs = true;
    let answer = call(&mut world, START, "GET", "/api/replies", &Value::Null).response;
    let json = String::from_utf8(answer.body).unwrap();
    assert!(
        json.contains(r"\ud83d"),
        "what JSON.stringify writes for a lone half"
    );
    assert!(
        serde_json::from_str::<Value>(&json).is_err(),
        "a strict reader refuses the whole page"
    );
}
