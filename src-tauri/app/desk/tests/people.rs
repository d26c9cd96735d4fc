//! People, and what somebody decides about them.

use super::*;
use crate::view::mapping::RecordSide;

/// To Tuco, everybody, with the portal's name typed.
async fn in_step(bench: &Bench, connection: i64) {
    let portal = bench
        .desk
        .snapshot()
        .await
        .connections
        .remove(0)
        .portal_name;
    let choice = json!({
        "toTuco": true, "toHubSpot": false, "createLeads": false, "createContacts": false,
        "which": {"who": "everybody"}, "companies": false, "deals": false, "tickets": false,
        "engagements": false, "objects": false,
    });
    let choice = serde_json::from_value(choice).unwrap();
    let on = bench.desk.change_sync(connection, choice, Some(portal));
    on.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_was_written_to_the_wrong_contact_is_moved_to_the_right_one() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let written = Filter {
        stages: vec![Stage::Written],
        ..Filter::default()
    };
    let rows = bench.page(connection, written, PageStart::Newest).await;
    let ids: Vec<String> = rows.into_iter().filter_map(|row| row.contact_id).collect();
    let from = ids[0].clone();
    let to = ids.into_iter().find(|id| *id != from).unwrap();
    in_step(&bench, connection).await;
    let known = async |contact: &str| {
        let id = until(async || {
            let side = RecordSide::Contact;
            desk.person_of(connection, side, contact.to_owned())
                .await
                .unwrap()
        });
        id.await
    };
    let (wrong, right) = (known(&from).await, known(&to).await);
    let entries = async |person: i64| desk.person(connection, person).await.unwrap().entries;
    let (many, before) = (entries(wrong).await, entries(right).await);
    assert!(many > 0 && before > 0);

    let same = desk.move_entries(connection, wrong, from).await;
    assert_eq!(same.unwrap_err().code, Code::BadInput);
    let nobody = desk.move_entries(connection, wrong, "1".to_owned()).await;
    assert!(nobody.is_err());
    assert_eq!(entries(wrong).await, many);

    let begun = desk.move_entries(connection, wrong, to).await.unwrap();
    assert_eq!(u64::from(begun), many);
    until(async || (entries(wrong).await == 0).then_some(())).await;
    assert_eq!(entries(right).await, before + many);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_beside_a_person_opens_on_the_portals_own_pages_and_nowhere_else() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let written = bench
        .page(connection, Filter::default(), PageStart::Newest)
        .await;
    let contact = written.into_iter().find_map(|row| row.contact_id).unwrap();
    in_step(&bench, connection).await;
    let person = until(async || {
        let side = RecordSide::Contact;
        desk.person_of(connection, side, contact.clone())
            .await
            .unwrap()
    });
    let person = person.await;
    let page = async |kind: &str, id: &str| {
        let page = desk.beside_page(connection, person, kind, id).await;
        page.map(|url| url[url::Position::BeforePath..].to_owned())
    };
    let portal = bench.launched.endpoints.portal_id;
    for (kind, opened) in [
        ("companies", "0-2/77".to_owned()),
        ("deals", "0-3/77".to_owned()),
        ("tickets", "0-5/77".to_owned()),
        ("2-345", "2-345/77".to_owned()),
        ("notes", format!("0-1/{contact}?engagement=77")),
        ("emails", format!("0-1/{contact}?engagement=77")),
    ] {
        let whole = format!("/contacts/{portal}/record/{opened}");
        assert_eq!(page(kind, "77").await.unwrap(), whole);
    }
    for (kind, id) in [
        ("deals", "../../settings"),
        ("deals", ""),
        ("notes", "7&x=https://example.com"),
        ("contacts", "77"),
        ("objects", "77"),
        ("2-3/../4", "77"),
        ("https://example.com/2-3", "77"),
    ] {
        let refused = page(kind, id).await.unwrap_err();
        assert_eq!(refused.code, Code::BadInput, "{kind} {id}");
    }
    desk.close(Duration::from_secs(5)).await;
}
