//! One connection at work: what it holds.
//!
//! The engine owns the store's writer. Everything else asks it. It starts no thread and no task of its
//! own: whoever drives its futures decides where it runs, and dropping them is a clean stop at the next
//! await, because rows move only in whole transactions between awaits.

use crate::compose::{Definitions, Remembered};
use crate::mirror::Guarantee;
use crate::region;
use crate::retry::{Patience, Retry, Waits};
use crate::round::Tally;
use crate::rules::Called;
use crate::settings::Settings;
use crate::store::{ConnectionRow, Kept, Reader, Road, Store, StoreError, Writer};
use crate::trouble::Trouble;
use hubspot::{HubSpot, Owner};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tuco::{Line, Tuco};
use wire::{Clock, Entropy, Timestamp};

/// The outside, handed in.
#[derive(Clone)]
pub struct Outside {
    /// HubSpot, signed in.
    pub hubspot: HubSpot,
    /// Tuco, signed in.
    pub tuco: Tuco,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Dice.
    pub entropy: Arc<dyn Entropy>,
    /// What the retry loop is waiting for.
    pub waits: Arc<Waits>,
}

/// See the module.
pub struct Engine {
    pub(crate) outside: Outside,
    pub(crate) retry: Retry,
    pub(crate) tally: Mutex<Tally>,
    /// The workspace's lines, and when they were read.
    lines: Mutex<Option<(Timestamp, Vec<Line>)>>,
    /// Since when, by the steady clock, this process has been looking for a send in vain.
    pub(crate) looked_since: Mutex<BTreeMap<i64, Duration>>,
    /// Held while people are compared and written: a round and a person never write one record at once.
    pub(crate) people: tokio::sync::Mutex<()>,
    /// Who is being written to.
    pub(crate) remembered: Mutex<Option<Remembered>>,
    /// The portal's owners, and when they were read.
    pub(crate) owners: Mutex<Option<(Timestamp, Vec<Owner>)>>,
    /// What properties the portal has, and when that was read.
    /// What the portal calls what rules name, and when that was read.
    called: Mutex<Option<(Timestamp, Arc<Called>)>>,
    pub(crate) definitions: Mutex<Option<(Timestamp, Definitions)>>,
    store: Mutex<Store>,
    connection: Mutex<ConnectionRow>,
    #[cfg(feature = "planted")]
    pub(crate) planted: Option<crate::planted::Defect>,
}

impl Engine {
    /// An engine for a connection that is in the store.
    pub fn new(store: Store, connection: ConnectionRow, outside: Outside) -> Self {
        let retry = Retry::new(
            outside.clock.clone(),
            outside.entropy.clone(),
            Patience::LOOP,
            outside.waits.clone(),
        );
        Self {
            outside,
            retry,
            tally: Mutex::default(),
            lines: Mutex::default(),
            looked_since: Mutex::default(),
            people: tokio::sync::Mutex::default(),
            remembered: Mutex::default(),
            owners: Mutex::default(),
            definitions: Mutex::default(),
            called: Mutex::default(),
            store: Mutex::new(store),
            connection: Mutex::new(connection),
            #[cfg(feature = "planted")]
            planted: None,
        }
    }

    /// The engine with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.retry = Retry::new(
            self.outside.clock.clone(),
            self.outside.entropy.clone(),
            patience,
            self.outside.waits.clone(),
        );
        self
    }

    /// As it was read within the last minute, or now.
    pub(crate) fn called(&self, rows: &Reader<'_>) -> Result<Arc<Called>, StoreError> {
        const FRESH_MS: u64 = 60_000;
        let now = self.now();
        let mut kept = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, called)) = kept.as_ref()
            && now.abs_diff(*at) < FRESH_MS
        {
            return Ok(called.clone());
        }
        let called = Arc::new(Called::read(rows, self.id())?);
        *kept = Some((now, called.clone()));
        Ok(called)
    }

    pub(crate) fn kept_lines(&self) -> Option<(Timestamp, Vec<Line>)> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn keep_lines(&self, at: Timestamp, lines: &[Line]) {
        *self.lines.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, lines.to_vec()));
    }

    /// Gives the store back.
    pub fn into_store(self) -> Store {
        self.store
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection as it stands.
    pub fn connection(&self) -> ConnectionRow {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn id(&self) -> i64 {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .id
    }

    /// Changes the connection, in the store and here.
    pub(crate) fn change_connection(
        &self,
        change: impl FnOnce(&mut ConnectionRow),
    ) -> Result<(), StoreError> {
        let mut changed = self.connection();
        change(&mut changed);
        self.write(|rows| rows.update_connection(&changed))?;
        *self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = changed;
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }

    /// How far the services' clock is ahead of this machine's, in milliseconds; none before either told.
    pub(crate) fn clock_ahead(&self) -> Option<i64> {
        let (tuco, hubspot) = (&self.outside.tuco, &self.outside.hubspot);
        tuco.clock_ahead().or_else(|| hubspot.clock_ahead())
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads rows.
    pub fn read<T>(
        &self,
        read: impl FnOnce(Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read(self.store().read())
    }

    /// One transaction.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.store().write(write)
    }

    /// See [`Store::keep_in_memory`].
    pub(crate) fn keep_in_memory(&self, kept: Kept) -> Result<(), StoreError> {
        self.store().keep_in_memory(kept)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        let connection = self.connection();
        self.read(|rows| settings_of(&rows, &connection))
    }

    pub(crate) fn guarantee(&self) -> Guarantee {
        match self.connection().road {
            Road::KeyProperty => Guarantee::KeyProperty,
            Road::Ledger | Road::Unknown => Guarantee::Ledger,
        }
    }

    /// See [`Retry::run`].
    pub(crate) async fn attempt<T, E, F>(&self, call: impl FnMut() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, E>>,
        E: Into<Trouble>,
    {
        self.retry.run(call).await
    }
}

/// The settings of a connection as they are now.
pub(crate) fn settings_of(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
) -> Result<Settings, StoreError> {
    let stored = rows.settings(connection.id)?;
    let guessed = if connection.phone_region.is_empty() {
        region::guess(&connection.time_zone, None)
    } else {
        &connection.phone_region
    };
    Ok(Settings::from_stored(&stored, guessed))
}
