//! What comes in.

use crate::script::{Script, answer, answer_with};
use hubspot::{ErrorKind, ObjectKind, instant};

#[tokio::test]
async fn a_record_is_read_whatever_its_generation() {
    let merged = r#"{"id":900,"properties":{"email":"ada@example.com","phone":null,"nick":"","n":17},"createdAt":"2026-01-05T10:00:00Z","updatedAt":"1767607200000","archived":false,"later":{"x":[1]}}"#;
    let (client, _) = Script::client([answer(200, merged)]);
    // Asked by an id from before a merge, HubSpot answers with the new one.
    let record = client
        .record(ObjectKind::Contacts, "501", &["email"])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(record.id, "900");
    assert_eq!(record.text("email"), Some("ada@example.com"));
    assert_eq!(record.text("n"), Some("17"));
    // Null, cleared and never asked for are the same.
    assert_eq!(
        (record.text("phone"), record.text("nick"), record.text("x")),
        (None, None, None)
    );
    assert_eq!(record.created_at, record.updated_at);
    assert!(!format!("{record:?}").contains("ada@"));
}

#[tokio::test]
async fn nobody_there_is_no_error() {
    let body = r#"{"status":"error","message":"resource not found","correlationId":"a-b"}"#;
    let (client, script) = Script::client((0..4).map(|_| answer(404, body)));
    assert_eq!(
        client.record(ObjectKind::Contacts, "9", &[]).await.unwrap(),
        None
    );
    assert_eq!(
        client
            .contact_by_email("ada@example.com", &[])
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        client.property(ObjectKind::Contacts, "x").await.unwrap(),
        None
    );
    // A list has no such answer.
    assert_eq!(
        client.owners(None).await.unwrap_err().kind,
        ErrorKind::NotFound
    );
    // No address names nobody, and nobody is asked.
    assert_eq!(client.contact_by_email(" ", &[]).await.unwrap(), None);
    assert_eq!(script.requests().len(), 4);
}

#[tokio::test]
async fn a_tie_with_several_labels_is_one_tie() {
    let body = r#"{"results":[{"toObjectId":701,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":1,"label":"Primary"}]},{"toObjectId":"701"},{"toObjectId":702},{}],"paging":{"next":{"after":"x","link":"https://elsewhere.example/"}}}"#;
    let (client, _) = Script::client([answer(200, body)]);
    let page = client
        .associated(ObjectKind::Contacts, "501", ObjectKind::Companies, None)
        .await
        .unwrap();
    assert_eq!(page.ids, ["701", "702"]);
    assert_eq!(page.after.as_deref(), Some("x"));
}

#[tokio::test]
async fn the_account_tells_zone_host_and_the_servers_clock() {
    let body = r#"{"portalId":1234567,"accountType":"STANDARD","timeZone":"US/Eastern","companyCurrency":"USD","additionalCurrencies":[],"utcOffset":"-05:00","utcOffsetMilliseconds":-18000000,"uiDomain":"app-eu1.hubspot.com","dataHostingLocation":"eu1","portalName":"Acme"}"#;
    let date = [("date", "Mon, 05 Jan 2026 10:00:00 GMT")];
    let (client, _) = Script::client([answer_with(200, &date, body)]);
    let account = client.account().await.unwrap();
    assert_eq!(account.portal_id, "1234567");
    assert_eq!(account.time_zone, "US/Eastern");
    assert_eq!(account.utc_offset_ms, Some(-18_000_000));
    assert_eq!(account.ui_domain, "app-eu1.hubspot.com");
    assert_eq!(account.date, instant("2026-01-05T10:00:00Z"));
}

#[tokio::test]
async fn definitions_and_owners() {
    let properties = r#"{"results":[{"name":"color","label":"Colour","type":"enumeration","fieldType":"select","groupName":"g","options":[{"label":"Red","value":"r","displayOrder":0,"hidden":false}],"hasUniqueValue":false,"modificationMetadata":{"readOnlyValue":true}},{"label":"without a name"}]}"#;
    let owners = r#"{"results":[{"id":11349275740,"email":"o@example.com","type":"PERSON","firstName":"O","userId":null,"userIdIncludingInactive":5,"archived":false}],"paging":{"next":{"after":"2"}}}"#;
    let (client, _) = Script::client([answer(200, properties), answer(200, owners)]);
    let properties = client.properties(ObjectKind::Contacts).await.unwrap();
    assert_eq!(properties.len(), 1);
    assert_eq!(
        (
            properties[0].options[0].value.as_str(),
            properties[0].writable()
        ),
        ("r", false)
    );
    let page = client.owners(None).await.unwrap();
    assert_eq!(page.owners[0].id, "11349275740");
    assert_eq!(page.owners[0].user_id.as_deref(), Some("5"));
}
