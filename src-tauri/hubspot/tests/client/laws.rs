//! What holds for every input.

use crate::script::{Script, answer};
use hubspot::{Filter, MAX_BODY, Misuse, ObjectKind, Search};
use proptest::prelude::*;
use serde_json::Value;

/// JSON with the names that the readers look for, and others.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(Value::from(
            "Cannot set {propertyName=é, value=} on 9. 1 already has that value"
        )),
        Just(Value::from("Existing ID: ")),
        Just(Value::from("values: [{\"isValid\":false,\"name\":\"ü\"")),
        Just(Value::from("Missing '' permission")),
        Just(Value::from("İ expired 99999999999999999999999 day(s) ago")),
    ];
    let name = prop_oneof![
        prop::sample::select(vec![
            "id",
            "results",
            "errors",
            "message",
            "category",
            "context",
            "paging",
            "next",
            "after",
            "properties",
            "portalId",
            "hubId",
            "total",
            "name",
            "options",
            "ids",
            "createdAt",
            "INVALID_OBJECT_IDS",
            "objectId",
            "validationResults",
            "identityProfile",
            "code",
        ])
        .prop_map(str::to_owned),
        ".{0,6}",
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        3 => json().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]
}

/// Every reader gets the answer; what it makes of it does not matter, that it lives does.
async fn feed(status: u16, body: &[u8]) {
    let (client, _) = Script::client((0..10).map(|_| answer(status, body)));
    let kind = ObjectKind::Contacts;
    let ids = ["1".to_owned()];
    let mut said = String::new();
    let mut say = |error: Option<hubspot::Error>| {
        said.extend(error.map(|error| format!("{error} {error:?} {:?}", error.retry_class())));
    };
    say(client.record(kind, "1", &[]).await.err());
    say(client.search(kind, &Search::new()).await.err());
    say(client.list(kind, &[], None, 1, false).await.err());
    say(client.batch_read(kind, None, &ids, &[]).await.err());
    say(client.associated(kind, "1", kind, None).await.err());
    say(client.associate(kind, "1", kind, "2").await.err());
    say(client.account().await.err());
    say(client.token_info().await.err());
    say(client.properties(kind).await.err());
    say(client.owners(None).await.err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_answer_brings_the_client_down(
        status in prop_oneof![
            prop::sample::select(vec![200_u16, 207, 400, 401, 403, 404, 409, 429, 488, 530]),
            100_u16..=999,
        ],
        body in body(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(feed(status, &body));
    }
}

#[test]
fn a_split_is_as_coarse_as_it_can_be() {
    let numbers: Vec<String> = (0..1_000)
        .map(|number| format!("202555{number:04}"))
        .collect();
    let build = |part: &[String]| Search::new().group([Filter::one_of("phone", part)]);
    let searches = Search::split(&numbers, build).unwrap();
    // 13 characters a number with its quotation marks and comma: more than 200 fit into 3,000.
    assert!(searches.len() <= 5, "{}", searches.len());
    let alone = Search::split(&["x".repeat(MAX_BODY)], |part| {
        Search::new().group([Filter::one_of("phone", part)])
    });
    assert!(matches!(alone, Err(Misuse::BodyTooLong { .. })));
}

#[test]
fn the_limits_of_a_search() {
    let filters = |count: usize| (0..count).map(|_| Filter::eq("a", "b"));
    let groups = |groups: usize, count: usize| {
        (0..groups).fold(Search::new(), |search, _| search.group(filters(count)))
    };
    assert_eq!(groups(5, 3).check(), Ok(()));
    assert_eq!(groups(3, 6).check(), Ok(()));
    assert_eq!(
        groups(6, 1).check(),
        Err(Misuse::TooManyGroups { given: 6, most: 5 })
    );
    assert_eq!(
        groups(1, 7).check(),
        Err(Misuse::TooManyFilters { given: 7, most: 6 })
    );
    assert_eq!(
        groups(4, 5).check(),
        Err(Misuse::TooManyFilters {
            given: 20,
            most: 18
        })
    );
    let reach = Search::new().limit(200).after(Some("9900".into()));
    assert_eq!(reach.check(), Err(Misuse::BeyondReach { most: 10_000 }));
}
