//! What HubSpot reported over the listener, in the order in which it came. Rules read it from where they
//! were; a repeat never gets here.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use hubspot::reported::{ReportedEvent, ReportedKind};
use rusqlite::params;
use wire::Timestamp;

/// An event of HubSpot.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSpotEventRow {
    /// Row id; later events have higher ones.
    pub id: i64,
    /// Where it comes from.
    pub kind: ReportedKind,
    /// Such as `contact.propertyChange`; empty for what a workflow sends.
    pub name: String,
    /// Such as `contact`; empty where it is not told.
    pub object_type: String,
    /// The record; empty where none is named.
    pub object_id: String,
    /// The property that changed.
    pub property: String,
    /// Its new value.
    pub value: String,
    /// The workflow, where it is named.
    pub workflow_id: String,
    /// By HubSpot's clock; the time of arrival where it names none.
    pub occurred_at: Timestamp,
    /// When it came.
    pub arrived_at: Timestamp,
    /// The whole event, as JSON.
    pub body: String,
}

impl HubSpotEventRow {
    /// A row to be added; its `id` is given then.
    pub fn of(event: &ReportedEvent, arrived_at: Timestamp) -> Self {
        Self {
            id: 0,
            kind: event.kind,
            name: event.name.clone(),
            object_type: event.object_type.clone(),
            object_id: event.object_id.clone(),
            property: event.property.clone(),
            value: event.value.clone(),
            workflow_id: event.workflow_id.clone(),
            occurred_at: event.occurred_at.unwrap_or(arrived_at),
            arrived_at,
            body: event.body.clone(),
        }
    }
}

impl std::fmt::Debug for HubSpotEventRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("HubSpotEventRow")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

macro_rules! select_hubspot_event {
    ($rest:literal) => {
        concat!(
            "SELECT id, kind, name, object_type, object_id, property, value, workflow_id, occurred_at, \
             arrived_at, body FROM hubspot_event ",
            $rest
        )
    };
}

fn read(row: &rusqlite::Row<'_>) -> Result<HubSpotEventRow, StoreError> {
    Ok(HubSpotEventRow {
        id: row.get(0)?,
        kind: word(
            "hubspot_event.kind",
            ReportedKind::parse,
            row.get_ref(1)?.as_str().unwrap_or_default(),
        )?,
        name: row.get(2)?,
        object_type: row.get(3)?,
        object_id: row.get(4)?,
        property: row.get(5)?,
        value: row.get(6)?,
        workflow_id: row.get(7)?,
        occurred_at: row.get(8)?,
        arrived_at: row.get(9)?,
        body: row.get(10)?,
    })
}

impl Reader<'_> {
    /// What came after this row, the oldest first: for whoever goes on where it was.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn hubspot_events_after(
        &self,
        connection: i64,
        after: i64,
        limit: u32,
    ) -> Result<Vec<HubSpotEventRow>, StoreError> {
        self.rows(
            select_hubspot_event!("WHERE connection_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"),
            params![connection, after, limit],
            read,
        )
    }

    /// The last ones, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn last_hubspot_events(
        &self,
        connection: i64,
        limit: u32,
    ) -> Result<Vec<HubSpotEventRow>, StoreError> {
        self.rows(
            select_hubspot_event!("WHERE connection_id = ?1 ORDER BY id DESC LIMIT ?2"),
            params![connection, limit],
            read,
        )
    }
}

impl Writer<'_> {
    /// Forgets the oldest rows, up to this one and from before that moment, a thousand at most: the next call goes
    /// on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn forget_hubspot_events(
        &self,
        connection: i64,
        until: i64,
        before: Timestamp,
    ) -> Result<(), StoreError> {
        self.change(
            "DELETE FROM hubspot_event WHERE arrived_at < ?3 AND id IN (
                 SELECT id FROM hubspot_event WHERE connection_id = ?1 AND id <= ?2 ORDER BY id LIMIT 1000)",
            params![connection, until, before],
        )
        .map(drop)
    }

    /// Adds an event that was not known. Its row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn add_hubspot_event(
        &self,
        connection: i64,
        row: &HubSpotEventRow,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO hubspot_event (connection_id, kind, name, object_type, object_id, property,
                 value, workflow_id, occurred_at, arrived_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                connection,
                row.kind.as_str(),
                row.name,
                row.object_type,
                row.object_id,
                row.property,
                row.value,
                row.workflow_id,
                row.occurred_at,
                row.arrived_at,
                row.body
            ],
        )?;
        Ok(self.last_id())
    }
}
