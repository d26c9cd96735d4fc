use super::*;
use crate::fallback::Fallback;
use crate::store::{Asked, SendState};

const NOW: Timestamp = 1_768_478_400_000;

fn row(state: SendState, reason: &str) -> SendRow {
    SendRow {
        id: 1,
        connection_id: 1,
        key: "k".to_owned(),
        contact_id: Some("501".to_owned()),
        lead_id: None,
        phone: Some("+12025550143".to_owned()),
        email: None,
        channel: Channel::IMessage,
        line_id: None,
        text: "Hi".to_owned(),
        text_hash: String::new(),
        state,
        reason: reason.to_owned(),
        message_id: None,
        scheduled_at: None,
        attempts: 0,
        due_at: NOW + 10_000,
        sent_at: Some(NOW - 5),
        looks: 2,
        created_at: NOW - 10,
        changed_at: NOW - 1,
        asked: Asked::default(),
        intent: None,
        fallback: Fallback::Nothing,
        fallback_at: None,
        fallback_why: String::new(),
    }
}

#[test]
fn a_send_can_be_taken_back_for_as_long_as_it_waits_for_that() {
    let undoable = row(SendState::Queued, "undo");
    assert_eq!(
        standing(&undoable, &[], NOW),
        Standing::Undoable {
            until: NOW + 10_000
        }
    );
    assert_eq!(
        standing(&undoable, &[], NOW + 10_000),
        Standing::Queued {
            why: "undo".to_owned(),
            until: None
        }
    );
}

#[test]
fn what_tuco_waits_for_is_told_by_its_words() {
    let mut waits = row(
        SendState::Scheduled,
        "Daily limit reached; scheduled for later.",
    );
    waits.scheduled_at = Some(NOW + 60_000);
    let until = Some(NOW + 60_000);
    let why = Wait::Cap;
    assert_eq!(standing(&waits, &[], NOW), Standing::Waiting { why, until });
    "".clone_into(&mut waits.reason);
    let why = Wait::Scheduled;
    assert_eq!(standing(&waits, &[], NOW), Standing::Waiting { why, until });
    assert_eq!(
        standing(&row(SendState::Pending, ""), &[], NOW),
        Standing::AtTuco
    );
}

#[test]
fn whoever_took_it_back_is_named() {
    let cancelled = row(SendState::Cancelled, "taken back by Dana Lane");
    assert_eq!(
        standing(&cancelled, &[], NOW),
        Standing::Cancelled {
            at: NOW - 1,
            by: "Dana Lane".to_owned()
        }
    );
}
