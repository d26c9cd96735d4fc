//! What a copy that was put back does not know.
//!
//! Between the copy and its return, entries were written and messages went out of which it says nothing,
//! or says that they are still to come. Entries are therefore looked up before they are written, and a
//! message that the copy would send is left to a person where Tuco does not tell of it: nobody is texted
//! twice because a file was put back. Rules wait until somebody turns them on again, from then on.

use crate::connect::LEDGER_SINCE;
use crate::store::{SendState, Store, StoreError, Writer};
use wire::Timestamp;

/// The reason that such a send shows.
pub const RESTORED: &str = "restored";

/// Why rules are paused in such a file: it does not know what they did since.
const RULES_WAIT: &str = "The data file is a copy that was put back, and does not know what rules did \
    since. Turn it on again to go on from now.";

/// Marks everything in the file that may have happened since it was copied. To be called before the
/// engine starts on it.
///
/// # Errors
/// See [`StoreError`].
pub fn distrust(store: &mut Store, now: Timestamp) -> Result<(), StoreError> {
    store.write(|rows| {
        for connection in rows.connections()? {
            rows.set_cursor(connection.id, LEDGER_SINCE, &now.to_string(), now)?;
            distrust_sends(rows, connection.id, now)?;
            rows.distrust_rules(connection.id, RULES_WAIT)?;
            rows.distrust_fallbacks(connection.id, now)?;
            for effect in rows.due_effects(connection.id, Timestamp::MAX, usize::MAX)? {
                rows.effect_unknown(effect.id, now)?;
            }
        }
        Ok(())
    })
}

fn distrust_sends(rows: &Writer<'_>, connection: i64, now: Timestamp) -> Result<(), StoreError> {
    for mut row in rows.open_sends(connection, Timestamp::MAX)? {
        if row.state != SendState::Unknown {
            row.state = SendState::Unknown;
            RESTORED.clone_into(&mut row.reason);
            row.due_at = now;
            row.changed_at = now;
            rows.update_send(&row)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::{Effect, EntryObject, Progress, Write};
    use crate::event::Channel;
    use crate::store::rule::RuleState;
    use crate::store::rule_run::{RuleRunRow, RunStep};
    use crate::store::{Asked, NewConnection, NewEffect, SendRow};
    use std::collections::BTreeMap;

    const COPIED: Timestamp = 1_000;
    const NOW: Timestamp = 900_000;

    #[test]
    fn what_a_copy_would_do_again_is_looked_up_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bridge.db"), COPIED)
            .unwrap()
            .store;
        let connection = store
            .write(|rows| {
                let new = NewConnection {
                    name: "Harbor".into(),
                    portal_id: "1".into(),
                    workspace_id: "w".into(),
                    look_back_from: 0,
                };
                let connection = rows.insert_connection(&new, COPIED)?;
                rows.enqueue(&NewEffect {
                    connection_id: connection,
                    key: "k".into(),
                    event_id: None,
                    contact_id: "501".into(),
                    write: Write::Entry {
                        object: EntryObject::Note,
                        properties: BTreeMap::new(),
                    },
                    due_at: NOW * 2,
                    created_at: COPIED,
                    doubtful: false,
                })?;
                rows.insert_send(&send(connection))?;
                Ok::<_, StoreError>(connection)
            })
            .unwrap();

        distrust(&mut store, NOW).unwrap();

        let rows = store.read();
        let effects: Vec<Effect> = rows.effects_in_flight(connection).unwrap();
        assert_eq!(effects[0].progress, Progress::Unknown);
        let sends = rows.open_sends(connection, NOW).unwrap();
        assert_eq!(
            (sends[0].state, sends[0].reason.as_str()),
            (SendState::Unknown, RESTORED),
            "it is never simply sent"
        );
        assert_eq!(
            rows.cursor_number(connection, LEDGER_SINCE).unwrap(),
            Some(NOW)
        );
    }

    #[test]
    fn rules_of_a_copy_wait_for_somebody_and_do_nothing_that_may_have_been_done() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bridge.db"), COPIED)
            .unwrap()
            .store;
        let connection = store
            .write(|rows| {
                let new = NewConnection {
                    name: "Harbor".into(),
                    portal_id: "1".into(),
                    workspace_id: "w".into(),
                    look_back_from: 0,
                };
                let connection = rows.insert_connection(&new, COPIED)?;
                rows.keep_rule(connection, "Gold", "body", "ana", COPIED)?;
                rows.set_rule_state(1, RuleState::On, "", COPIED)?;
                rows.add_rule_run(connection, &waiting())?;
                Ok::<_, StoreError>(connection)
            })
            .unwrap();
        assert_eq!(
            store
                .read()
                .due_rule_runs(connection, NOW, 9)
                .unwrap()
                .len(),
            1
        );

        distrust(&mut store, NOW).unwrap();

        let rule = store
            .read()
            .rule_named(connection, "Gold")
            .unwrap()
            .unwrap();
        assert_eq!(
            (rule.state, rule.reason.as_str()),
            (RuleState::Paused, RULES_WAIT)
        );
        store
            .write(|rows| rows.set_rule_state(1, RuleState::On, "", NOW))
            .unwrap();
        let due = store.read().due_rule_runs(connection, NOW, 9).unwrap();
        assert_eq!(due, [], "it may have been done since the copy was made");
    }

    fn waiting() -> RuleRunRow {
        RuleRunRow {
            id: 0,
            rule_id: 1,
            fact: "created:contact:7/7".into(),
            version: 1,
            contact_id: "7".into(),
            object: "contact".into(),
            record: "7".into(),
            chain: 0,
            state: RunStep::Waiting,
            reason: "acts".into(),
            words: String::new(),
            step: 0,
            happened_at: COPIED,
            seen_at: COPIED,
            meant_at: COPIED,
            due_at: COPIED,
            asked: String::new(),
            told: String::new(),
        }
    }

    fn send(connection: i64) -> SendRow {
        SendRow {
            id: 0,
            connection_id: connection,
            key: "label".into(),
            contact_id: None,
            lead_id: None,
            phone: Some("+12025550123".into()),
            email: None,
            channel: Channel::Sms,
            line_id: None,
            text: "Hello".into(),
            text_hash: "hash".into(),
            state: SendState::Queued,
            reason: String::new(),
            message_id: None,
            scheduled_at: None,
            attempts: 0,
            due_at: NOW * 2,
            sent_at: None,
            looks: 0,
            created_at: COPIED,
            changed_at: COPIED,
            asked: Asked::default(),
            intent: None,
            fallback: crate::fallback::Fallback::Nothing,
            fallback_at: None,
            fallback_why: String::new(),
        }
    }
}
