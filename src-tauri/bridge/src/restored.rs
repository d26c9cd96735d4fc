//! What a copy that was put back does not know.
//!
//! Between the copy and its return, entries were written and messages went out of which it says nothing,
//! or says that they are still to come. Entries are therefore looked up before they are written, and a
//! message that the copy would send is left to a person where Tuco does not tell of it: nobody is texted
//! twice because a file was put back.

use crate::connect::LEDGER_SINCE;
use crate::store::{SendState, Store, StoreError, Writer};
use wire::Timestamp;

/// The reason that such a send shows.
pub const RESTORED: &str = "restored";

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
        }
    }
}
