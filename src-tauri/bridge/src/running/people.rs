//! People and the mapping in the running engine. What a screen shows of them it reads itself, with
//! [`super::Handle::read`]; here is what changes something or asks one of the services.

mod asking;

use super::Notice;
use super::handle::HandleError;
use super::owner::House;
use super::request::{Reply, give};
use crate::people::beside::Section;
use crate::people::by_hand::Reconciled;
use crate::people::editing::{EditedRow, keep_draft};
use crate::people::mappings::{self, ApplyError};
use crate::people::settling::{FoundPerson, put_aside};
use crate::people::trial::Trial;
use crate::people::{DryRun, PeopleTally, Setup, change_setup};
use crate::store::{ConflictRow, PeopleSide, StoreError, Writer};
use hubspot::{NewProperty, ObjectKind};
use mapping::Mapping;
use mapping::merge::Side;
use std::rc::Rc;

/// What can be asked for about people.
pub(super) enum Ask {
    KeepDraft(Option<Vec<EditedRow>>, Reply<()>),
    Apply(Mapping, String, Reply<Result<i64, ApplyError>>),
    KeepDocument(String, Option<String>, Reply<()>),
    ReadPortal(bool, Reply<()>),
    CreateProperty(ObjectKind, Box<NewProperty>, String, Reply<()>),
    Try(Option<Mapping>, PeopleSide, String, Reply<Trial>),
    WriteOne(
        Option<Mapping>,
        PeopleSide,
        String,
        Side,
        Reply<PeopleTally>,
    ),
    Find(String, Option<PeopleSide>, Reply<Vec<FoundPerson>>),
    ReadPerson(Option<String>, Option<String>, Reply<()>),
    ReadBeside(String, bool, Reply<Vec<Section>>),
    Link(String, String, Reply<()>),
    Unlink(String, Reply<()>),
    MoveEntries(String, String, Reply<usize>),
    PutAside(Option<String>, Option<String>, bool, Reply<()>),
    Refuse(String, String, Reply<()>),
    Settle(i64, Side, Reply<ConflictRow>),
    Undo(i64, Reply<ConflictRow>),
    DryRun(Box<Setup>, Reply<DryRun>),
    ChangeSetup(Box<Setup>, Reply<()>),
    Reconcile(bool, Reply<Reconciled>),
}

impl House {
    fn people_changed(&self, connection: i64) {
        self.tell(Notice::People { connection });
    }

    pub(super) async fn answer_people(self: &Rc<Self>, id: i64, ask: Ask) {
        match ask {
            Ask::KeepDraft(..)
            | Ask::Apply(..)
            | Ask::KeepDocument(..)
            | Ask::PutAside(..)
            | Ask::Refuse(..)
            | Ask::ChangeSetup(..) => self.answer_people_here(id, ask),
            Ask::ReadPortal(now, reply) => give(reply, self.read_portal(id, now).await),
            Ask::CreateProperty(kind, new, group, reply) => {
                give(reply, self.create_property(id, kind, *new, &group).await);
            }
            Ask::Try(mapping, side, record, reply) => {
                give(reply, self.try_mapping(id, mapping, side, &record).await);
            }
            Ask::WriteOne(mapping, side, record, to, reply) => {
                give(reply, self.write_one(id, mapping, side, &record, to).await);
            }
            Ask::Find(words, only, reply) => give(reply, self.find_people(id, &words, only).await),
            Ask::ReadPerson(contact, lead, reply) => {
                let read = self.read_person(id, contact.as_deref(), lead.as_deref());
                give(reply, read.await);
            }
            Ask::ReadBeside(contact, now, reply) => {
                give(reply, self.read_beside(id, &contact, now).await);
            }
            Ask::Link(contact, lead, reply) => {
                give(reply, self.link_people(id, &contact, &lead).await);
            }
            Ask::Unlink(record, reply) => give(reply, self.unlink_people(id, &record).await),
            Ask::MoveEntries(from, to, reply) => {
                give(reply, self.move_entries(id, &from, &to).await);
            }
            Ask::Settle(conflict, keep, reply) => {
                give(reply, self.settle_conflict(id, conflict, Some(keep)).await);
            }
            Ask::Undo(conflict, reply) => {
                give(reply, self.settle_conflict(id, conflict, None).await);
            }
            Ask::DryRun(setup, reply) => give(reply, self.dry_run(id, *setup).await),
            Ask::Reconcile(repair, reply) => give(reply, self.reconcile(id, repair).await),
        }
    }

    /// What is one transaction, and no question to anybody outside.
    fn answer_people_here(&self, id: i64, ask: Ask) {
        let now = self.now();
        // Of a connection that is gone nothing can be written, and the answer says so.
        let again = || {
            if let Ok(slot) = self.known(id) {
                slot.again();
            }
        };
        match ask {
            Ask::KeepDraft(rows, reply) => {
                let kept = self.write_of(id, |writer| keep_draft(writer, id, rows.as_deref(), now));
                give(reply, kept.map_err(stored));
            }
            Ask::Apply(mapping, says, reply) => {
                let applied = self.write_of(id, |writer| {
                    match mappings::apply(writer, id, &mapping, &says, now) {
                        Err(ApplyError::Store(error)) => Err(error),
                        answer => Ok(answer),
                    }
                });
                self.people_changed(id);
                again();
                give(reply, applied.map_err(stored));
            }
            Ask::KeepDocument(name, body, reply) => {
                let kept = self.write_of(id, |writer| match &body {
                    Some(body) => writer.keep_people_document(id, &name, body, now),
                    None => writer.forget_people_document(id, &name),
                });
                give(reply, kept.map_err(stored));
            }
            Ask::PutAside(contact, lead, aside, reply) => {
                let (contact, lead) = (contact.as_deref(), lead.as_deref());
                let put = self.write_of(id, |writer| {
                    put_aside(writer, id, contact, lead, aside, now)
                });
                self.people_changed(id);
                again();
                give(reply, put.map_err(stored));
            }
            Ask::Refuse(contact, lead, reply) => {
                let refused = self.write_of(id, |writer| {
                    writer.set_no_pair(id, &contact, &lead, true)?;
                    // With one fewer who fits, somebody may be the only one now.
                    writer.soil_copy(id, PeopleSide::Contact, &contact)?;
                    writer.soil_copy(id, PeopleSide::Lead, &lead)
                });
                self.people_changed(id);
                again();
                give(reply, refused.map_err(stored));
            }
            Ask::ChangeSetup(setup, reply) => {
                let changed = self.write_of(id, |writer| change_setup(writer, id, &setup, now));
                self.people_changed(id);
                again();
                give(reply, changed.map_err(stored));
            }
            _ => {}
        }
    }

    /// A transaction about a connection; where that is gone, nothing is written and the answer says so.
    pub(super) fn write_of<T>(
        &self,
        id: i64,
        work: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write(|writer| {
            writer.connection(id)?.ok_or(StoreError::Missing)?;
            work(writer)
        })
    }

    async fn read_portal(&self, id: i64, now: bool) -> Result<(), HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        engine.portal_fields(now).await?;
        Ok(engine.count_calls()?)
    }

    async fn create_property(
        &self,
        id: i64,
        kind: ObjectKind,
        new: NewProperty,
        group: &str,
    ) -> Result<(), HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        engine.create_property(kind, new, group).await?;
        Ok(engine.count_calls()?)
    }

    async fn try_mapping(
        &self,
        id: i64,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: &str,
    ) -> Result<Trial, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let trial = engine.try_mapping(mapping, side, record).await?;
        engine.count_calls()?;
        Ok(trial)
    }

    async fn write_one(
        &self,
        id: i64,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: &str,
        to: Side,
    ) -> Result<PeopleTally, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let tally = engine.write_one(mapping, side, record, Some(to)).await?;
        engine.count_calls()?;
        self.people_changed(id);
        Ok(tally)
    }

    async fn find_people(
        &self,
        id: i64,
        words: &str,
        only: Option<PeopleSide>,
    ) -> Result<Vec<FoundPerson>, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let found = engine.find_people(words, only).await?;
        engine.count_calls()?;
        Ok(found)
    }

    async fn read_person(
        &self,
        id: i64,
        contact: Option<&str>,
        lead: Option<&str>,
    ) -> Result<(), HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        engine.read_person(contact, lead).await?;
        engine.count_calls()?;
        self.people_changed(id);
        Ok(())
    }

    async fn read_beside(
        &self,
        id: i64,
        contact: &str,
        now: bool,
    ) -> Result<Vec<Section>, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let read = engine.read_beside(contact, now).await;
        engine.count_calls()?;
        Ok(read?)
    }

    async fn link_people(&self, id: i64, contact: &str, lead: &str) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        let engine = slot.engine(self).await?;
        engine.link_people(contact, lead).await?;
        engine.count_calls()?;
        self.people_changed(id);
        slot.again();
        Ok(())
    }

    async fn unlink_people(&self, id: i64, record: &str) -> Result<(), HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        engine.unlink_people(record)?;
        self.people_changed(id);
        Ok(())
    }

    async fn move_entries(&self, id: i64, from: &str, to: &str) -> Result<usize, HandleError> {
        let slot = self.known(id)?;
        let engine = slot.engine(self).await?;
        let wish = engine.plan_move_of_all(from, to).await?;
        engine.count_calls()?;
        let begun = engine.begin_move(&wish)?;
        self.people_changed(id);
        slot.again();
        Ok(begun)
    }

    /// One value stays; without a wish what lost is put back.
    async fn settle_conflict(
        &self,
        id: i64,
        conflict: i64,
        keep: Option<Side>,
    ) -> Result<ConflictRow, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let settled = match keep {
            Some(keep) => engine.settle_conflict(conflict, keep).await?,
            None => engine.undo_conflict(conflict).await?,
        };
        engine.count_calls()?;
        self.people_changed(id);
        Ok(settled)
    }

    async fn dry_run(&self, id: i64, setup: Setup) -> Result<DryRun, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let run = engine.dry_run(setup).await?;
        engine.count_calls()?;
        self.people_changed(id);
        Ok(run)
    }

    async fn reconcile(&self, id: i64, repair: bool) -> Result<Reconciled, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let told = engine.reconcile_people(repair).await?;
        engine.count_calls()?;
        if repair {
            self.people_changed(id);
        }
        Ok(told)
    }
}

fn stored(error: StoreError) -> HandleError {
    error.into()
}
