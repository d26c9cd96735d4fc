//! What goes out.

use crate::script::{Script, TOKEN, answer};
use hubspot::{Association, Filter, NewProperty, NewRecord, ObjectKind, Operator, Search};
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test]
async fn an_address_stays_inside_its_segment() {
    for (email, encoded) in [
        ("ada+work@example.com", "ada%2Bwork%40example.com"),
        ("zoë@example.com", "zo%C3%AB%40example.com"),
        (
            "a/../b?c#d%40@example.com",
            "a%2F..%2Fb%3Fc%23d%2540%40example.com",
        ),
    ] {
        let (client, script) = Script::client([answer(200, r#"{"id":"501"}"#)]);
        client
            .contact_by_email(email, &["email", "phone"])
            .await
            .unwrap()
            .unwrap();
        let (method, url, _) = script.only();
        assert_eq!(method, "GET");
        assert_eq!(
            url,
            format!(
                "/crm/objects/2026-09/contacts/{encoded}?idProperty=email&properties=email%2Cphone"
            )
        );
    }
}

#[tokio::test]
async fn the_token_goes_into_the_header_and_into_one_body_only() {
    let info = r#"{"userId":1,"hubId":1234567,"appId":9,"scopes":["oauth","crm.lists.read"]}"#;
    let (client, script) = Script::client([answer(200, info)]);
    let info = client.token_info().await.unwrap();
    assert_eq!((info.portal_id.as_str(), info.scopes.len()), ("1234567", 2));
    let (_, url, body) = script.only();
    assert_eq!(url, "/oauth/v2/private-apps/get/access-token-info");
    assert_eq!(body, json!({"tokenKey": TOKEN}));
    let request = &script.requests()[0];
    let bearer = &request.headers["authorization"];
    assert_eq!(bearer.to_str().unwrap(), format!("Bearer {TOKEN}"));
    assert!(bearer.is_sensitive());
    assert!(!format!("{client:?} {request:?} {:?}", request.headers).contains("pat-"));
}

#[tokio::test]
async fn a_new_record_carries_its_tie() {
    let (client, script) = Script::client([answer(201, r#"{"id":"601"}"#)]);
    let new = NewRecord {
        trace_id: Some("only in batches".into()),
        properties: BTreeMap::from([("hs_note_body".into(), "<p>Hello</p>".into())]),
        associations: vec![Association::to_contact(ObjectKind::Notes, "501")],
    };
    client.create(ObjectKind::Notes, &new).await.unwrap();
    assert_eq!(
        script.only().2,
        json!({
            "properties": {"hs_note_body": "<p>Hello</p>"},
            "associations": [{
                "to": {"id": "501"},
                "types": [{
                    "associationCategory": "HUBSPOT_DEFINED",
                    "associationTypeId": 202,
                }],
            }],
        })
    );
    assert!(!format!("{new:?}").contains("Hello"));
}

#[tokio::test]
async fn a_search_reads_as_hubspot_wants_it() {
    let search = Search::new()
        .group([Filter::one_of(
            "email",
            ["ADA@example.com", "ada@example.com"],
        )])
        .group([
            Filter::one_option_of("channel", ["SMS"]),
            Filter::between("createdate", "1", "2"),
            Filter::has("phone"),
            Filter::new("amount", Operator::Lte("5".into())),
        ])
        .ascending("hs_object_id")
        .properties(["email"])
        .limit(500)
        .after(Some("200".into()));
    let (client, script) = Script::client([answer(
        200,
        r#"{"total":238,"results":[{"id":"1"},null],"paging":{"next":{"after":400}}}"#,
    )]);
    let page = client.search(ObjectKind::Contacts, &search).await.unwrap();
    assert_eq!(
        (page.total, page.records.len(), page.after.as_deref()),
        (238, 1, Some("400"))
    );
    let (_, url, body) = script.only();
    assert_eq!(url, "/crm/objects/2026-09/contacts/search");
    assert_eq!(
        body,
        json!({
            "filterGroups": [
                {"filters": [
                    {"propertyName": "email", "operator": "IN", "values": ["ada@example.com"]},
                ]},
                {"filters": [
                    {"propertyName": "channel", "operator": "IN", "values": ["SMS"]},
                    {"propertyName": "createdate", "operator": "BETWEEN", "value": "1", "highValue": "2"},
                    {"propertyName": "phone", "operator": "HAS_PROPERTY"},
                    {"propertyName": "amount", "operator": "LTE", "value": "5"},
                ]},
            ],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "properties": ["email"],
            "limit": 200,
            "after": "200",
        })
    );
    assert_eq!(search.body_len(), script.requests()[0].body.len());
    assert!(!format!("{search:?}").contains("ada@"));
}

#[tokio::test]
async fn paths_of_the_other_calls() {
    let results = r#"{"results":[]}"#;
    let (client, script) = Script::client([
        answer(200, results),
        answer(200, results),
        answer(204, ""),
        answer(200, r#"{"id":"501"}"#),
        answer(200, results),
        answer(201, r#"{"name":"tuco_key"}"#),
        answer(200, results),
        answer(200, results),
    ]);
    use ObjectKind::{Communications, Contacts};
    client
        .associated(Contacts, "501", Communications, Some("9"))
        .await
        .unwrap();
    client
        .associate(Communications, "601", Contacts, "501")
        .await
        .unwrap();
    client.archive(Communications, "601").await.unwrap();
    client
        .update(Contacts, "501", &BTreeMap::new())
        .await
        .unwrap();
    client
        .list(Contacts, &["email"], Some("7"), 1000, true)
        .await
        .unwrap();
    let new = NewProperty {
        name: "tuco_key".into(),
        unique: true,
        ..NewProperty::default()
    };
    client.create_property(Communications, &new).await.unwrap();
    client.property_groups(Contacts).await.unwrap();
    client.owners(Some("3")).await.unwrap();
    let sent: Vec<String> = script
        .requests()
        .iter()
        .map(|request| {
            let query = request
                .url
                .query()
                .map(|query| format!("?{query}"))
                .unwrap_or_default();
            format!("{} {}{query}", request.method, request.url.path())
        })
        .collect();
    assert_eq!(
        sent,
        [
            "GET /crm/objects/2026-09/contacts/501/associations/communications?limit=500&after=9",
            "PUT /crm/objects/2026-09/communications/601/associations/default/contacts/501",
            "DELETE /crm/objects/2026-09/communications/601",
            "PATCH /crm/objects/2026-09/contacts/501",
            "GET /crm/objects/2026-09/contacts?limit=100&properties=email&after=7&archived=true",
            "POST /crm/properties/2026-09/communications",
            "GET /crm/properties/2026-09/contacts/groups",
            "GET /crm/owners/2026-09?limit=100&after=3",
        ]
    );
    assert_eq!(client.calls(), 8);
}

#[tokio::test]
async fn who_is_not_there_is_told_when_a_list_is_changed() {
    let (client, script) = Script::client([answer(
        200,
        r#"{"recordsIdsAdded":["501"],"recordIdsMissing":[502],"recordIdsRemoved":[]}"#,
    )]);
    let missing = client.change_list("7", &["501", "502"], &[]).await;
    assert_eq!(missing.unwrap(), ["502"]);
    let (method, url, body) = script.only();
    assert_eq!(
        (method.as_str(), url.as_str()),
        ("PUT", "/crm/lists/2026-09/7/memberships/add-and-remove")
    );
    assert_eq!(
        body,
        json!({"recordIdsToAdd": ["501", "502"], "recordIdsToRemove": []})
    );
}
