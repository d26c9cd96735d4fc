//! What a handle can ask about people and the mapping.

use super::Ask;
use crate::people::beside::Section;
use crate::people::by_hand::Reconciled;
use crate::people::editing::EditedRow;
use crate::people::mappings::ApplyError;
use crate::people::settling::FoundPerson;
use crate::people::trial::Trial;
use crate::people::{DryRun, PeopleTally, Setup};
use crate::running::handle::{Handle, HandleError};
use crate::running::request::{Reply, Request};
use crate::store::{ConflictRow, PeopleSide};
use hubspot::{NewProperty, ObjectKind};
use mapping::Mapping;
use mapping::merge::Side;

impl Handle {
    async fn people<T>(
        &self,
        connection: i64,
        ask: impl FnOnce(Reply<T>) -> Ask,
    ) -> Result<T, HandleError> {
        self.ask(|reply| Request::People(connection, ask(reply)))
            .await
    }

    /// Keeps what is edited of the mapping, or forgets it.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keep_mapping_draft(
        &self,
        connection: i64,
        rows: Option<Vec<EditedRow>>,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::KeepDraft(rows, reply))
            .await
    }

    /// Applies a mapping. The number of its version.
    ///
    /// # Errors
    /// See [`HandleError`]; [`ApplyError`] inside where it can't be kept.
    pub async fn apply_mapping(
        &self,
        connection: i64,
        mapping: Mapping,
        says: String,
    ) -> Result<Result<i64, ApplyError>, HandleError> {
        self.people(connection, |reply| Ask::Apply(mapping, says, reply))
            .await
    }

    /// Keeps a document of people and the mapping, or forgets it.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keep_people_document(
        &self,
        connection: i64,
        name: String,
        body: Option<String>,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::KeepDocument(name, body, reply))
            .await
    }

    /// Reads what the portal has, where that was not done lately; or now, whatever was read.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn read_portal(&self, connection: i64, now: bool) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::ReadPortal(now, reply))
            .await
    }

    /// Makes a property in HubSpot.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn create_property(
        &self,
        connection: i64,
        kind: ObjectKind,
        property: NewProperty,
        group: String,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| {
            Ask::CreateProperty(kind, Box::new(property), group, reply)
        })
        .await
    }

    /// Tries a mapping on one real person. Writes nothing.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn try_mapping(
        &self,
        connection: i64,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: String,
    ) -> Result<Trial, HandleError> {
        self.people(connection, |reply| Ask::Try(mapping, side, record, reply))
            .await
    }

    /// Writes what a trial shows to one side of one person.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn write_one(
        &self,
        connection: i64,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: String,
        to: Side,
    ) -> Result<PeopleTally, HandleError> {
        self.people(connection, |reply| {
            Ask::WriteOne(mapping, side, record, to, reply)
        })
        .await
    }

    /// Contacts and leads by words.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn find_people(
        &self,
        connection: i64,
        words: String,
        only: Option<PeopleSide>,
    ) -> Result<Vec<FoundPerson>, HandleError> {
        self.people(connection, |reply| Ask::Find(words, only, reply))
            .await
    }

    /// Reads the records of a person afresh.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn read_person(
        &self,
        connection: i64,
        contact: Option<String>,
        lead: Option<String>,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::ReadPerson(contact, lead, reply))
            .await
    }

    /// Reads what a contact has beside it, where that was not done lately; or now, whatever was read.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn read_beside(
        &self,
        connection: i64,
        contact: String,
        now: bool,
    ) -> Result<Vec<Section>, HandleError> {
        self.people(connection, |reply| Ask::ReadBeside(contact, now, reply))
            .await
    }

    /// A lead is a contact, because a person says so.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn link_people(
        &self,
        connection: i64,
        contact: String,
        lead: String,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::Link(contact, lead, reply))
            .await
    }

    /// A contact and its lead are not the same person.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn unlink_people(&self, connection: i64, record: String) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::Unlink(record, reply))
            .await
    }

    /// Begins to move everything that was written to a contact to another one, and what comes of the same
    /// people later. How many entries; the outbox moves them one by one.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn move_entries(
        &self,
        connection: i64,
        from: String,
        to: String,
    ) -> Result<usize, HandleError> {
        self.people(connection, |reply| Ask::MoveEntries(from, to, reply))
            .await
    }

    /// Puts a person aside, or takes them up again.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn put_aside(
        &self,
        connection: i64,
        contact: Option<String>,
        lead: Option<String>,
        aside: bool,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| {
            Ask::PutAside(contact, lead, aside, reply)
        })
        .await
    }

    /// A suggestion does not fit: the two are never linked by themselves.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn refuse_pair(
        &self,
        connection: i64,
        contact: String,
        lead: String,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::Refuse(contact, lead, reply))
            .await
    }

    /// One value of a conflict stays on both sides.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn settle_conflict(
        &self,
        connection: i64,
        conflict: i64,
        keep: Side,
    ) -> Result<ConflictRow, HandleError> {
        self.people(connection, |reply| Ask::Settle(conflict, keep, reply))
            .await
    }

    /// What lost a conflict is put back.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn undo_conflict(
        &self,
        connection: i64,
        conflict: i64,
    ) -> Result<ConflictRow, HandleError> {
        self.people(connection, |reply| Ask::Undo(conflict, reply))
            .await
    }

    /// Counts what a choice would do. Writes nothing outside.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn dry_run_people(
        &self,
        connection: i64,
        setup: Setup,
    ) -> Result<DryRun, HandleError> {
        self.people(connection, |reply| Ask::DryRun(Box::new(setup), reply))
            .await
    }

    /// Turns the switches of people sync.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn change_people_setup(
        &self,
        connection: i64,
        setup: Setup,
    ) -> Result<(), HandleError> {
        self.people(connection, |reply| Ask::ChangeSetup(Box::new(setup), reply))
            .await
    }

    /// The portal's and the workspace's totals beside ours; with `repair` what differs is mended.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn reconcile_people(
        &self,
        connection: i64,
        repair: bool,
    ) -> Result<Reconciled, HandleError> {
        self.people(connection, |reply| Ask::Reconcile(repair, reply))
            .await
    }
}
