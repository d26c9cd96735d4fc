//! The store over real files.

mod damage;
mod leads_told;
mod misfortune;
mod opening;
mod outbox;
mod paging;
mod people;
mod plans;
mod removing;

use super::{NewConnection, NewEffect, Store, StoreError};
use crate::effect::{EntryObject, Write};
use crate::event::{Channel, Kind, Sighting, Source, TextState};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tempfile::TempDir;
use wire::Timestamp;

/// 2 June 2026, some afternoon.
pub(super) const NOW: Timestamp = 1_780_412_400_000;

/// A folder with a store that has one connection.
pub(super) struct Fixture {
    pub(super) folder: TempDir,
    pub(super) store: Store,
    pub(super) connection: i64,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bridge.db");
        let mut store = Store::open_for_simulation(&path, NOW).unwrap().store;
        let connection = store
            .write(|rows| rows.insert_connection(&joined("1"), NOW))
            .unwrap();
        Self {
            folder,
            store,
            connection,
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("bridge.db")
    }

    /// Closes the store and keeps the folder.
    pub(super) fn close(self) -> (TempDir, PathBuf, i64) {
        let path = self.path();
        (self.folder, path, self.connection)
    }

    pub(super) fn see(&mut self, sighting: &Sighting) -> i64 {
        let connection = self.connection;
        self.write(|rows| rows.see(connection, sighting, NOW))
            .unwrap()
            .id
    }

    pub(super) fn write<T>(
        &mut self,
        work: impl FnOnce(&super::Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.store.write(work)
    }
}

pub(super) fn joined(portal: &str) -> NewConnection {
    NewConnection {
        name: format!("portal {portal}"),
        portal_id: portal.to_owned(),
        workspace_id: "org_1".to_owned(),
        look_back_from: 0,
    }
}

/// A reply of Ana's.
pub(super) fn reply(message: &str, text: &str, at: Timestamp) -> Sighting {
    Sighting {
        message_id: message.to_owned(),
        kind: Kind::Reply,
        channel: Channel::Unknown,
        lead_id: Some("ana".to_owned()),
        phone: Some("+12025550143".to_owned()),
        email: None,
        name: Some("Ana Ruiz".to_owned()),
        line_id: None,
        text: text.to_owned(),
        text_state: TextState::Whole,
        attachments: Vec::new(),
        occurred_at: at,
        source: Source::Replies,
        batch_id: None,
        campaign: None,
        hs_contact_id: None,
        detail: String::new(),
    }
}

pub(super) fn entry(connection: i64, key: &str, event: i64) -> NewEffect {
    let properties = BTreeMap::from([("hs_timestamp".to_owned(), "1".to_owned())]);
    NewEffect {
        connection_id: connection,
        key: key.to_owned(),
        event_id: Some(event),
        contact_id: "501".to_owned(),
        write: Write::Entry {
            object: EntryObject::Communication,
            properties,
        },
        due_at: NOW,
        created_at: NOW,
        doubtful: false,
    }
}
