//! What is kept: one SQLite file a home.
//!
//! The engine's task owns the one [`Store`] and is the only writer; everybody else opens a
//! [`ReadStore`] of their own, which sees each finished transaction and never waits for the writer.
//! The store is synchronous, has no thread and reads no clock: time is handed in.
//!
//! It refuses to open a file that a newer version wrote, to write outside a transaction, and to keep
//! secrets: those are in the [vault](crate::vault). What can go wrong is a closed list,
//! [`StoreError`], and each case says what to do. A damaged file is moved aside, never deleted, and
//! what can be read of it is carried over, the ledger of what was written to HubSpot first of all.

mod activity;
mod activity_count;
pub mod call_count;
pub mod connection;
pub mod cursor;
mod damage;
pub mod delivery;
pub mod draft;
pub mod effect;
pub mod event;
mod failure;
mod guard_log;
pub mod hubspot_event;
mod known_contact;
pub mod lead;
pub mod lead_change;
pub mod link;
mod list_member;
mod message_id;
mod migrate;
mod moved;
mod open;
pub mod opt_out;
pub mod opt_out_step;
mod page;
pub mod pending_message;
pub mod people;
pub mod person_line;
pub mod review;
mod row;
pub mod rule;
mod rule_answer;
pub mod rule_backfill;
pub mod rule_call;
pub mod rule_edit;
pub mod rule_event;
pub mod rule_lead;
pub mod rule_run;
pub mod rule_shown;
pub mod run;
mod run_plan;
mod search;
mod see;
pub mod send;
pub(crate) mod send_cause;
mod send_course;
mod send_elsewhere;
mod send_past;
pub mod setting;
pub mod template;
pub mod test_run;
mod upkeep;
mod view;
mod webhook;
mod window;
mod words;

#[cfg(test)]
mod tests;

pub use activity::{ActivityFilter, ActivityPage, Place, Start};
pub use connection::{ConnectionRow, Listing, Method, NewConnection, Road};
pub use delivery::DeliveryRow;
pub use draft::DraftRow;
pub use effect::{EffectCounts, NewEffect};
pub use event::{EventCount, EventCounts, Seen};
pub use failure::StoreError;
pub use guard_log::GuardLogRow;
pub use hubspot_event::HubSpotEventRow;
pub use known_contact::KnownContact;
pub use lead::LeadRow;
pub use link::LinkRow;
pub(crate) use open::Kept;
pub use opt_out::OptOutRow;
pub use opt_out_step::{NewStep, Step, StepRow};
pub use page::PageQuery;
pub use pending_message::PendingMessage;
pub use people::{ConflictRow, CopyRow, MappingVersion, PairRow, PeopleCounts, PeopleSide};
pub use review::{NewReview, ReviewKind, ReviewRow};
pub use run::{RowProgress, RunRow, RunRowRow, RunState};
pub use run_plan::{NewRunRow, RunPart};
pub use send::{Asked, SendRow, SendState};
pub use send_course::MessagesMark;
pub(crate) use send_elsewhere::Elsewhere;
pub(crate) use send_past::Past;
pub use template::{TemplateBody, TemplateRow, TemplateVersion};
pub use test_run::TestRun;
pub use upkeep::{BackupError, back_up, check_backup};
pub use view::ViewRow;
pub use webhook::WebhookRow;
pub use window::LogMark;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use wire::Timestamp;

/// The writer. There is one a home, guarded by [`crate::home::Home::lock_for_writing`].
pub struct Store {
    connection: Connection,
}

/// A store that was just opened.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Where a damaged file was moved to. The user is told in one sentence.
    pub damaged_moved_to: Option<PathBuf>,
}

impl Store {
    /// Opens the file, making or migrating it where needed.
    ///
    /// # Errors
    /// See [`StoreError`]. A file that was found damaged is not an error: it is moved aside.
    pub fn open(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        open::open(path, now, &open::Options::real())
    }

    /// As [`Store::open`], but without waiting for the disk: a process may crash, the machine not.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn open_for_simulation(path: &Path, now: Timestamp) -> Result<Opened, StoreError> {
        open::open(path, now, &open::Options::simulation())
    }

    /// Does some work in one transaction: all of it is kept, or on an error or a panic nothing.
    ///
    /// # Errors
    /// What the work answers, or why the transaction could not begin or end.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
                .map_err(|error| E::from(self.read().failed(error)))?;
        let done = work(&Writer {
            reader: Reader {
                connection: &transaction,
            },
        })?;
        transaction
            .commit()
            .map_err(|error| E::from(self.read().failed(error)))?;
        Ok(done)
    }

    /// Keeps more or less of the file in memory from here on.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) fn keep_in_memory(&self, kept: Kept) -> Result<(), StoreError> {
        open::keep_in_memory(&self.connection, kept)
    }

    /// The reading half, on the writer's own connection.
    pub fn read(&self) -> Reader<'_> {
        Reader {
            connection: &self.connection,
        }
    }
}

/// A reader of its own, which works beside a running writer.
pub struct ReadStore {
    connection: Connection,
}

impl ReadStore {
    /// Opens the file for reading only.
    ///
    /// # Errors
    /// [`StoreError::NoFile`] where there is none yet, and the other cases of [`StoreError`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = open::open_to_read(path)?;
        Ok(Self { connection })
    }

    /// The reading functions.
    pub fn read(&self) -> Reader<'_> {
        Reader {
            connection: &self.connection,
        }
    }

    /// Several reads that see one and the same moment.
    ///
    /// # Errors
    /// What the work answers, or why the snapshot could not be taken.
    pub fn snapshot<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction =
            Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)
                .map_err(|error| E::from(self.read().failed(error)))?;
        work(&Reader {
            connection: &transaction,
        })
    }
}

/// Everything that only reads.
#[derive(Clone, Copy)]
pub struct Reader<'c> {
    connection: &'c Connection,
}

/// Everything that writes; it exists only inside [`Store::write`].
pub struct Writer<'c> {
    reader: Reader<'c>,
}

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}
