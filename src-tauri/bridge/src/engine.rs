//! One connection at work: what it holds, and the one retry loop.
//!
//! The engine owns the store's writer. Everything else asks it. It starts no thread and no task of its
//! own: whoever drives its futures decides where it runs, and dropping them is a clean stop at the next
//! await, because rows move only in whole transactions between awaits.

use crate::mirror::Guarantee;
use crate::region;
use crate::settings::Settings;
use crate::store::{ConnectionRow, Reader, Road, Store, StoreError, Writer};
use crate::trouble::Trouble;
use hubspot::HubSpot;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tuco::Tuco;
use wire::{Backoff, Clock, Entropy, Timestamp};

/// How long one step may be waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A single wait longer than this ends the step; the next round takes it up again.
    pub longest_wait: Duration,
    /// Tries of one read in a row.
    pub tries: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self { longest_wait: Duration::from_secs(60), tries: 7 }
    }
}

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
}

/// See the module.
pub struct Engine {
    pub(crate) outside: Outside,
    pub(crate) patience: Patience,
    pub(crate) backoff: Backoff,
    store: Mutex<Store>,
    connection: Mutex<ConnectionRow>,
    #[cfg(feature = "planted")]
    pub(crate) defects: crate::planted::Defects,
}

impl Engine {
    /// An engine for a connection that is in the store.
    pub fn new(store: Store, connection: ConnectionRow, outside: Outside) -> Self {
        Self {
            outside,
            patience: Patience::default(),
            backoff: Backoff::default(),
            store: Mutex::new(store),
            connection: Mutex::new(connection),
            #[cfg(feature = "planted")]
            defects: crate::planted::Defects::default(),
        }
    }

    /// The engine with another patience.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// Gives the store back.
    pub fn into_store(self) -> Store {
        self.store.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// The connection as it stands.
    pub fn connection(&self) -> ConnectionRow {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn id(&self) -> i64 {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).id
    }

    /// Changes the connection, in the store and here.
    pub(crate) fn change_connection(
        &self,
        change: impl FnOnce(&mut ConnectionRow),
    ) -> Result<(), StoreError> {
        let mut changed = self.connection();
        change(&mut changed);
        self.write(|rows| rows.update_connection(&changed))?;
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = changed;
        Ok(())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads rows.
    pub fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        read(self.store().read())
    }

    /// One transaction.
    pub(crate) fn write<T>(
        &self,
        write: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.store().write(write)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Result<Settings, StoreError> {
        let connection = self.connection();
        let stored = self.read(|rows| rows.settings(connection.id))?;
        let guessed = if connection.phone_region.is_empty() {
            region::guess(&connection.time_zone, None)
        } else {
            &connection.phone_region
        };
        Ok(Settings::from_stored(&stored, guessed))
    }

    pub(crate) fn guarantee(&self) -> Guarantee {
        match self.connection().road {
            Road::KeyProperty => Guarantee::KeyProperty,
            Road::Ledger | Road::Unknown => Guarantee::Ledger,
        }
    }

    /// The one retry loop: makes a call that may safely be made again, until it succeeds, is refused,
    /// or asks for more patience than there is. Writes do not come here: their rows wait in the outbox.
    pub(crate) async fn attempt<T, E, F>(&self, mut call: impl FnMut() -> F) -> Result<T, Trouble>
    where
        F: Future<Output = Result<T, E>>,
        E: Into<Trouble>,
    {
        let mut tried = 0;
        loop {
            let trouble: Trouble = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error.into(),
            };
            tried += 1;
            let delay =
                self.backoff.delay(tried, trouble.retry_class(), self.outside.entropy.as_ref());
            match delay {
                Some(delay) if tried < self.patience.tries && delay <= self.patience.longest_wait => {
                    self.outside.clock.sleep(delay).await;
                }
                _ => return Err(trouble),
            }
        }
    }
}
