//! What was given up, and what a person does about it.

use crate::theatre::Theatre;
use bridge::effect::{EntryObject, Write};
use bridge::event::Stage;
use bridge::reason::Reason;
use bridge::store::{NewEffect, PageQuery, Store};
use std::collections::BTreeMap;

/// Gives up an entry of a waiting or skipped event, as five refusals by name would, but without the
/// half a minute that those take. The effect's number and the message.
fn give_up(theatre: &Theatre) -> (String, String) {
    let mut store = Store::open(&theatre.database(), 1).unwrap().store;
    let connection = store.read().connections().unwrap()[0].id;
    let query = PageQuery {
        connection,
        limit: 1,
        stage: Some(Stage::Skipped),
        ..PageQuery::default()
    };
    let event = store.read().page(&query).unwrap().remove(0);
    let reason = Reason::Refused {
        refusal: "INVALID_OWNER_ID".into(),
        message: "masked words".into(),
        correlation_id: "c0ffee".into(),
    };
    let properties = BTreeMap::from([
        (
            "hs_timestamp".to_owned(),
            "2026-01-05T12:00:00.000Z".to_owned(),
        ),
        ("hs_note_body".to_owned(), "a note".to_owned()),
    ]);
    let contact = theatre.timeline()[0]["contact_ids"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let new = NewEffect {
        connection_id: connection,
        key: "a key of our own for this test".into(),
        event_id: Some(event.id),
        contact_id: contact,
        write: Write::Entry {
            object: EntryObject::Note,
            properties,
        },
        due_at: 1,
        created_at: 1,
        doubtful: false,
    };
    store
        .write(|rows| {
            rows.enqueue(&new)?;
            let id = rows.effects_by_event(event.id)?[0].id;
            rows.park(id, &reason)?;
            Ok::<_, bridge::store::StoreError>((id.to_string(), event.sighting.message_id.clone()))
        })
        .unwrap()
}

#[test]
fn what_was_given_up_is_shown_explained_and_tried_again_by_hand() {
    let theatre = Theatre::synced();
    let before = theatre.timeline().len();
    let (id, message) = give_up(&theatre);
    let sync = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(
        (sync.code, &sync.json()["failed"]),
        (1, &serde_json::json!(1)),
        "{}",
        sync.err
    );
    let list = theatre.run(&["parked", "list"]);
    assert!(list.out.contains("INVALID_OWNER_ID"), "{}", list.out);
    let told = theatre.run(&["explain", &message]);
    assert!(
        told.out.contains("c0ffee"),
        "the correlation id: {}",
        told.out
    );
    assert!(
        told.out.contains(&format!("parked retry {id}")),
        "{}",
        told.out
    );
    assert_eq!(theatre.run(&["parked", "retry", "999999"]).code, 2);
    assert_eq!(theatre.run(&["parked", "retry", &id]).code, 0);
    let again = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(
        (again.code, &again.json()["failed"]),
        (0, &serde_json::json!(0)),
        "{}",
        again.out
    );
    assert_eq!(theatre.timeline().len(), before + 1);
}

#[test]
fn what_is_dropped_is_never_written() {
    let theatre = Theatre::synced();
    let before = theatre.timeline().len();
    let (id, _) = give_up(&theatre);
    assert_eq!(theatre.run(&["parked", "drop", &id]).code, 0);
    let sync = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(sync.code, 0, "{}", sync.err);
    assert_eq!(theatre.timeline().len(), before);
    assert_eq!(
        theatre.run(&["parked", "list", "--json"]).json(),
        serde_json::json!([])
    );
}
