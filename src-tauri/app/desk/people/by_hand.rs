//! What somebody decides about a person.

use bridge::store::PeopleSide;

use super::{Desk, gone};
use crate::view::mapping::RecordSide;
use crate::view::people::Person;
use crate::view::problem::Answer;

impl Desk {
    pub(crate) async fn link_people(
        &self,
        connection: i64,
        contact: String,
        lead: String,
    ) -> Answer<Person> {
        self.engine()?
            .link_people(connection, contact.clone(), lead)
            .await?;
        self.person_with(connection, PeopleSide::Contact, contact)
            .await
    }

    pub(crate) async fn unlink_person(&self, connection: i64, person: i64) -> Answer<Person> {
        let entry = self.entry(connection, person).await?;
        let contact = entry.contact.ok_or_else(gone)?.id;
        self.engine()?.unlink_people(connection, contact).await?;
        self.person(connection, person).await
    }

    /// How many entries are on their way to the other contact.
    pub(crate) async fn move_entries(
        &self,
        connection: i64,
        person: i64,
        contact: String,
    ) -> Answer<u32> {
        let entry = self.entry(connection, person).await?;
        let from = entry.contact.ok_or_else(gone)?.id;
        let begun = self
            .engine()?
            .move_entries(connection, from, contact)
            .await?;
        Ok(u32::try_from(begun).unwrap_or(u32::MAX))
    }

    pub(crate) async fn ignore_person(
        &self,
        connection: i64,
        person: i64,
        ignored: bool,
    ) -> Answer<Person> {
        let entry = self.entry(connection, person).await?;
        let (contact, lead) = (
            entry.contact.map(|one| one.id),
            entry.lead.map(|one| one.id),
        );
        self.engine()?
            .put_aside(connection, contact, lead, ignored)
            .await?;
        self.person(connection, person).await
    }

    pub(crate) async fn refuse_suggestion(
        &self,
        connection: i64,
        person: i64,
        of: RecordSide,
        id: String,
    ) -> Answer<Person> {
        let entry = self.entry(connection, person).await?;
        let (contact, lead) = match of {
            RecordSide::Contact => (id, entry.lead.ok_or_else(gone)?.id),
            RecordSide::Lead => (entry.contact.ok_or_else(gone)?.id, id),
        };
        self.engine()?
            .refuse_pair(connection, contact, lead)
            .await?;
        self.person(connection, person).await
    }

    pub(crate) async fn settle_conflict(
        &self,
        connection: i64,
        conflict: i64,
        keep: RecordSide,
    ) -> Answer<Person> {
        let settled = self
            .engine()?
            .settle_conflict(connection, conflict, keep.into())
            .await?;
        self.person_with(connection, PeopleSide::Contact, settled.contact_id)
            .await
    }

    pub(crate) async fn undo_conflict(&self, connection: i64, conflict: i64) -> Answer<Person> {
        let undone = self.engine()?.undo_conflict(connection, conflict).await?;
        self.person_with(connection, PeopleSide::Contact, undone.contact_id)
            .await
    }
}
