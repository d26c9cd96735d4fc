//! Whatever comes back, no call panics.

use crate::support::{answer, client};
use proptest::prelude::*;
use serde_json::{Map, Value};
use tuco::{LeadsQuery, MessagesQuery, NewLeads, NewWebhook, RepliesQuery};

const NAMES: [&str; 28] = [
    "replies",
    "messages",
    "message",
    "leads",
    "lead",
    "lines",
    "data",
    "pagination",
    "totalPages",
    "total",
    "limit",
    "page",
    "_id",
    "id",
    "messageId",
    "status",
    "respondedAtUtc",
    "recentReplies",
    "parentMessages",
    "receivedAtUtc",
    "createdAt",
    "success",
    "skipped",
    "$date",
    "$oid",
    "hsContactId",
    "integrationIds",
    "secret",
];

/// JSON with the API's own names in it, all in the wrong places.
fn json() -> impl Strategy<Value = Value> {
    let name =
        prop_oneof![3 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => ".{0,3}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("2026-06-02T16:10:00.000Z")),
        Just(Value::from("+999999-12-31T23:59:60Z")),
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|fields| Value::from(Map::from_iter(fields))),
        ]
    })
}

async fn every_call(status: u16, body: &[u8]) {
    let (tuco, script) = client((0..14).map(|_| answer(status, body)).collect());
    let webhook = NewWebhook {
        url: String::new(),
        events: vec![],
        name: String::new(),
        description: None,
    };
    drop(tuco.lines().await);
    drop(tuco.replies(&RepliesQuery::default()).await);
    drop(tuco.messages(&MessagesQuery::default()).await);
    drop(tuco.lead("a").await);
    drop(tuco.leads(&LeadsQuery::default()).await);
    let cleared = crate::support::cleared(message::guard::Draft::of("x"));
    drop(tuco.send(cleared, &tuco::Marks::default()).await);
    drop(tuco.cancel_for_lead(&tuco::CancelFor::default()).await);
    drop(tuco.dnc_list(1, 1, None).await);
    drop(tuco.dnc_add("1", None).await);
    drop(tuco.create_leads(&NewLeads::default()).await);
    drop(tuco.webhooks().await);
    drop(tuco.create_webhook(&webhook).await);
    drop(tuco.health_check("a").await);
    drop(tuco.dnc_remove("a").await);
    // Server errors open the breaker after five calls; all else reaches the transport.
    assert!(status >= 500 || script.asked.lock().unwrap().len() == 14);
}

fn run(status: u16, body: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(every_call(status, body));
}

proptest! {
    #[test]
    fn json_of_any_kind(status in prop::sample::select(vec![200_u16, 201, 400, 402, 404, 500]), body in json()) {
        run(status, body.to_string().as_bytes());
    }

    #[test]
    fn bytes_of_any_kind(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        run(status, &body);
    }

    #[test]
    fn broken_escapes(body in r#"\[(\{"message":")?(\\u[dD][89a-fA-F0-9][0-9a-f]{2}|\\|u|é|"|x){0,12}"?\}?\]"#) {
        run(200, body.as_bytes());
    }
}
