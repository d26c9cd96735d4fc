use super::*;
use crate::event::{Channel, Sighting};
use crate::store::{Listing, Method, Road};
use std::collections::BTreeMap;

fn event(stage: Stage, reason: Option<Reason>) -> Event {
    Event {
        id: 1,
        connection_id: 1,
        sighting: Sighting {
            message_id: "m1".into(),
            kind: Kind::Reply,
            channel: Channel::Unknown,
            lead_id: None,
            phone: Some("+12025550143".into()),
            email: None,
            name: None,
            line_id: None,
            text: "hello".into(),
            text_state: TextState::Whole,
            attachments: Vec::new(),
            occurred_at: 1_000,
            source: Source::Replies,
            batch_id: None,
            campaign: None,
            hs_contact_id: None,
            detail: String::new(),
        },
        seen_at: 2_000,
        stage,
        reason,
        looks: 2,
        look_at: Some(9_000),
        contact_id: matches!(stage, Stage::Queued | Stage::Written | Stage::Failed)
            .then(|| "7".into()),
        how: Some("phone".into()),
    }
}

fn effect(progress: Progress, cause: Option<Reason>) -> Effect {
    Effect {
        id: 4,
        connection_id: 1,
        key: "k".into(),
        event_id: Some(1),
        contact_id: "7".into(),
        write: Write::Entry {
            object: EntryObject::Communication,
            properties: BTreeMap::from([(KEY_PROPERTY.to_owned(), "k".to_owned())]),
        },
        progress,
        attempts: 5,
        refusals: 5,
        due_at: 5_000,
        sent_at: Some(3_000),
        cause,
        result_id: Some("88".into()),
        correlation_id: Some("c-1".into()),
        created_at: 2_500,
        done_at: Some(3_100),
    }
}

fn told(event: &Event, effects: &[Effect]) -> Chain {
    let connection = ConnectionRow {
        id: 1,
        key: String::new(),
        name: "a".into(),
        portal_id: "1".into(),
        workspace_id: "w".into(),
        portal_name: String::new(),
        ui_domain: String::new(),
        hubspot_region: String::new(),
        time_zone: "UTC".into(),
        phone_region: "US".into(),
        road: Road::KeyProperty,
        road_why: String::new(),
        listing: Listing::Offered,
        listing_at: 0,
        look_back_from: 0,
        paused: false,
        created_at: 0,
        last_round_at: 0,
        last_error: String::new(),
        method: Method::Key,
        signed_in_at: 0,
    };
    chain(&Facts {
        event,
        effects,
        also: &[],
        settings: &Settings::from_stored(&BTreeMap::new(), "US"),
        connection: &connection,
        clock: &|at| format!("at {at}"),
    })
}

#[test]
fn the_step_that_stopped_it_is_named() {
    let kind = Kind::Reply;
    let off = told(&event(Stage::Skipped, Some(Reason::KindOff { kind })), &[]);
    assert_eq!(off.stopped_at, Some("settings"));
    let nobody = Reason::NoContact {
        looked_for: vec!["phone +12025550143".into()],
    };
    let waiting = told(&event(Stage::Waiting, Some(nobody)), &[]);
    assert_eq!(waiting.stopped_at, Some("contact"));
    assert!(
        waiting.steps[2].text.contains("+12025550143"),
        "{waiting:?}"
    );
    assert!(waiting.advice.contains("Create the contact"), "{waiting:?}");
    let cause = Reason::MissingScopes { scopes: Vec::new() };
    let parked = told(
        &event(Stage::Failed, Some(cause.clone())),
        &[effect(Progress::Parked, Some(cause))],
    );
    assert_eq!(parked.stopped_at, Some("hubspot"));
    assert!(parked.advice.contains("parked retry 4"), "{parked:?}");
}

#[test]
fn what_is_in_hubspot_names_the_record_and_the_call() {
    let done = told(
        &event(Stage::Written, None),
        &[effect(Progress::Done, None)],
    );
    assert_eq!(done.stopped_at, None);
    assert_eq!(done.entry_id.as_deref(), Some("88"));
    assert_eq!(done.correlation_id.as_deref(), Some("c-1"));
    assert!(
        done.steps.iter().all(|step| step.state == State::Done),
        "{done:?}"
    );
}

#[test]
fn what_is_still_under_way_did_not_stop() {
    for stage in [Stage::New, Stage::Queued] {
        let effects = [effect(Progress::Unknown, None)];
        let effects = if stage == Stage::Queued {
            &effects[..]
        } else {
            &[]
        };
        let chain = told(&event(stage, None), effects);
        assert_eq!(chain.stopped_at, None, "{chain:?}");
        assert!(chain.advice.starts_with("Nothing to do"), "{chain:?}");
    }
}
