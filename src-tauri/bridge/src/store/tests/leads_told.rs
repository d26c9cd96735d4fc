//! When a lead gets the name of what its message came from.

use super::{Fixture, NOW};
use crate::event::Channel;
use crate::fallback::Fallback;
use crate::store::rule_lead::{RuleLeadRow, SILENT_MS};
use crate::store::{Asked, SendRow, SendState};
use wire::Timestamp;

fn send(connection: i64, key: &str, state: SendState) -> SendRow {
    SendRow {
        id: 0,
        connection_id: connection,
        key: key.to_owned(),
        contact_id: Some("501".to_owned()),
        lead_id: Some("ana".to_owned()),
        phone: Some("+12025550143".to_owned()),
        email: None,
        channel: Channel::IMessage,
        line_id: None,
        text: "Hi".to_owned(),
        text_hash: String::new(),
        state,
        reason: String::new(),
        message_id: Some(key.to_owned()),
        scheduled_at: None,
        attempts: 1,
        due_at: NOW,
        sent_at: Some(NOW),
        looks: 0,
        created_at: NOW,
        changed_at: NOW,
        asked: Asked::default(),
        intent: None,
        fallback: Fallback::Nothing,
        fallback_at: None,
        fallback_why: String::new(),
    }
}

fn told(fixture: &mut Fixture, now: Timestamp) -> Vec<SendState> {
    let connection = fixture.connection;
    let all = fixture.write(|rows| rows.leads_to_tell(connection, now, 20));
    all.unwrap()
        .into_iter()
        .map(|(_, outcome)| outcome.state)
        .collect()
}

#[test]
fn what_tuco_took_and_never_spoke_of_again_counts_as_gone_out_after_a_day() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let scheduled_for = NOW + 7 * SILENT_MS;
    for (key, state, scheduled_at) in [
        ("a", SendState::Sent, None),
        ("b", SendState::Pending, None),
        ("c", SendState::Scheduled, Some(scheduled_for)),
        ("d", SendState::Unknown, None),
        ("e", SendState::Queued, None),
    ] {
        let row = SendRow {
            scheduled_at,
            ..send(connection, key, state)
        };
        fixture
            .write(|rows| {
                let send = rows.insert_send(&row)?;
                let lead = RuleLeadRow {
                    send_id: send.id,
                    rule_id: 1,
                    run_id: 1,
                    field: "customFields.sentByRule".to_owned(),
                    rule: "Gold".to_owned(),
                    tries: 0,
                };
                rows.tell_lead(connection, &lead, NOW)
            })
            .unwrap();
    }
    let (sent, pending, scheduled) = (SendState::Sent, SendState::Pending, SendState::Scheduled);
    assert_eq!(told(&mut fixture, NOW + SILENT_MS - 1), [sent]);
    assert_eq!(told(&mut fixture, NOW + SILENT_MS), [sent, pending]);
    assert_eq!(
        told(&mut fixture, scheduled_for + SILENT_MS - 1),
        [sent, pending],
        "it is not to go before"
    );
    assert_eq!(
        told(&mut fixture, scheduled_for + SILENT_MS),
        [sent, pending, scheduled],
        "of the others nobody knows whether they left"
    );
}
