//! What holds whatever is asked.

use super::*;
use proptest::prelude::*;

fn method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "BREW"])
}

/// Paths made of the words that paths are made of, and of others.
fn path() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "crm",
        "v3",
        "v4",
        "2026-03",
        "2026-09",
        "objects",
        "contacts",
        "0-1",
        "notes",
        "companies",
        "communications",
        "batch",
        "read",
        "create",
        "update",
        "upsert",
        "archive",
        "search",
        "merge",
        "gdpr-delete",
        "associations",
        "default",
        "labels",
        "properties",
        "groups",
        "owners",
        "lists",
        "memberships",
        "join-order",
        "add",
        "account-info",
        "details",
        "oauth",
        "token",
        "501",
        "502",
        "ada",
        "%zz",
        "%F0%28",
        "18446744073709551616",
        "",
    ]);
    prop::collection::vec(word, 0..8).prop_map(|words| format!("/{}", words.join("/")))
}

fn body() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop::sample::select(vec![
            "501",
            "email",
            "ada@example.com",
            "hs_timestamp",
            "2026-01-05",
            "",
            " x ",
            "*",
            "EQ",
            "BETWEEN",
            "CONTAINS_TOKEN",
            "lastmodifieddate",
            "hs_object_id",
            "HUBSPOT_DEFINED",
        ])
        .prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let key = prop::sample::select(vec![
            "inputs",
            "id",
            "properties",
            "idProperty",
            "associations",
            "to",
            "from",
            "types",
            "associationTypeId",
            "associationCategory",
            "filterGroups",
            "filters",
            "propertyName",
            "operator",
            "value",
            "values",
            "highValue",
            "sorts",
            "limit",
            "after",
            "query",
            "email",
            "phone",
            "hs_timestamp",
            "objectWriteTraceId",
            "name",
            "primaryObjectId",
            "objectIdToMerge",
            "objectId",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..6).prop_map(|map| {
                map.into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect::<Value>()
            }),
        ]
    })
}

/// Runs the same requests and answers what came back.
fn run(requests: &[(&str, String, Value)]) -> Vec<HttpResponse> {
    let mut desk = Desk::with(|options| options.shuffle_batches = true);
    let ada = properties(&[("email", "ada@example.com"), ("phone", "202 555 0123")]);
    desk.portal.seed_record("contacts", ada, NOW);
    requests
        .iter()
        .map(|(method, path, body)| {
            desk.now += 700;
            desk.ask(method, path, Some(body))
        })
        .collect()
}

fn person() -> impl Strategy<Value = (String, String, String)> {
    ("[a-c]{1,2}", "[0-3]{0,4}", "[xyzXYZ]{0,2}")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_request_gets_an_answer_and_the_same_one_again(
        requests in prop::collection::vec((method(), path(), body()), 1..12),
    ) {
        let answers = run(&requests);
        for answer in &answers {
            prop_assert!((200..500).contains(&answer.status), "{}", answer.status);
            if answer.status >= 400 {
                let body: Value = serde_json::from_slice(&answer.body).unwrap();
                prop_assert_eq!(&body["correlationId"], answer.header("x-hubspot-correlation-id").unwrap());
            }
        }
        prop_assert_eq!(answers, run(&requests));
    }

    /// The quick way by an index of values and the slow way by looking at every record agree: `city`
    /// holds the same text as `phone` and has no index.
    #[test]
    fn the_index_finds_what_a_scan_finds(
        people in prop::collection::vec(person(), 1..20),
        changes in prop::collection::vec((0..20_usize, person()), 0..20),
        gone in prop::collection::vec(0..20_usize, 0..4),
        operator in prop::sample::select(vec!["EQ", "CONTAINS_TOKEN"]),
        wanted in "[*]?[0-3xyzXYZ]{1,3}[*]?",
    ) {
        let mut desk = Desk::with(|options| options.index_lag_ms = 0);
        let text = |one: &(String, String, String)| {
            let value = format!("{} {}", one.1, one.2).trim().to_owned();
            properties(&[("phone", &value), ("city", &value), ("firstname", &one.0)])
        };
        let ids: Vec<u64> = people
            .iter()
            .map(|one| desk.portal.seed_record("contacts", text(one), NOW))
            .collect();
        for (place, person) in &changes {
            let id = ids[place % ids.len()];
            desk.portal.change_record("contacts", id, &text(person), NOW);
        }
        for place in &gone {
            desk.portal.archive("contacts", ids[place % ids.len()], NOW);
        }
        let ask = |name: &str| json!({"limit": 200, "filters": [
            {"propertyName": name, "operator": operator, "value": wanted}]});
        let by_index = desk.search("contacts", ask("phone"));
        let by_scan = desk.search("contacts", ask("city"));
        prop_assert_eq!(by_index, by_scan);
    }
}
