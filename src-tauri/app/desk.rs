//! Between the page's commands and the engine: asks, and turns the answer into what the page sees.
//!
//! It holds the one engine that is at work, which is the user's own or the sandbox's, and decides
//! nothing about messages or contacts. Tests drive it without a window.

mod compose;
mod connections;
mod keys;
mod links;
mod listener;
mod log;
mod many;
mod mapping;
mod opt_outs;
mod overview;
mod pasted;
mod people;
mod rules;
mod runs;
mod safety;
mod sandbox;
mod settings;
mod sign_in;
mod templates;
mod tester;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use bridge::running::{self, Handle};
use tauri::ipc::Channel;

use crate::hub::Hub;
use crate::places::Places;
use crate::preferences::PreferencesFile;
use crate::view::connection::Mode;
use crate::view::notice::{Destination, News, Notice};
use crate::view::problem::{Answer, Problem};

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) hub: Hub,
    pub(crate) preferences: Arc<PreferencesFile>,
    current: Arc<RwLock<Current>>,
    /// The user's own, while the page sees the sandbox.
    behind: Arc<Mutex<Option<Current>>>,
    sandbox: Arc<Mutex<Option<sandbox::Open>>>,
    stop_export: Arc<Mutex<Option<Arc<AtomicBool>>>>,
    destination: Arc<Mutex<Option<Destination>>>,
    /// The sign-in in the browser that is under way.
    signing_in: Arc<Mutex<Option<sign_in::SigningIn>>>,
    /// Keys on their way into a connection.
    pasted: Arc<Mutex<pasted::Pasted>>,
    /// Connections whose keys no place took, with why.
    unkept: Arc<Mutex<BTreeMap<i64, String>>>,
    leading: Arc<Mutex<links::Leading>>,
}

/// What is at work.
#[derive(Clone)]
struct Current {
    mode: Mode,
    places: Places,
    engine: Result<Handle, Problem>,
    /// What was said of people and lines, for showing it again.
    named: Arc<Mutex<Named>>,
}

/// Names to show, as they were last heard, and files that were chosen.
#[derive(Default)]
struct Named {
    /// Of contacts, by connection and id.
    contacts: BTreeMap<(i64, String), String>,
    /// Of lines, by connection and id.
    lines: BTreeMap<i64, BTreeMap<String, String>>,
    /// Texts of files with people that were chosen; the first one has the number 1.
    files: Vec<String>,
}

impl Desk {
    /// Begins with the rounds. Where that can't be, the page is told why by every answer.
    pub(crate) fn open(places: Places) -> Self {
        let hub = Hub::new();
        let preferences = Arc::new(PreferencesFile::of(&places.home));
        let current = Current::start(Mode::Real, places, &hub);
        let desk = Self {
            hub,
            preferences,
            current: Arc::new(RwLock::new(current)),
            behind: Arc::default(),
            sandbox: Arc::default(),
            stop_export: Arc::default(),
            destination: Arc::default(),
            signing_in: Arc::default(),
            pasted: Arc::default(),
            unkept: Arc::default(),
            leading: Arc::default(),
        };
        desk.lead_on();
        desk
    }

    fn current(&self) -> Current {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Sends everything that happens from now on to a page.
    pub(crate) fn subscribe(&self, page: Channel<Vec<Notice>>) {
        tauri::async_runtime::spawn(self.hub.clone().push(page));
    }

    /// The engine at work.
    pub(crate) fn engine(&self) -> Answer<Handle> {
        self.current().engine
    }

    /// Where things are.
    pub(crate) fn places(&self) -> Places {
        self.current().places
    }

    pub(crate) fn mode(&self) -> Mode {
        self.current().mode
    }

    fn sandbox(&self) -> MutexGuard<'_, Option<sandbox::Open>> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks something up in the names, or adds one.
    fn named<T>(&self, with: impl FnOnce(&mut Named) -> T) -> T {
        let named = self.current().named;
        let mut named = named.lock().unwrap_or_else(PoisonError::into_inner);
        with(&mut named)
    }

    fn stop_export(&self) -> MutexGuard<'_, Option<Arc<AtomicBool>>> {
        self.stop_export
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Leads the page somewhere, now or when it asks for the first time.
    pub(crate) fn go(&self, to: Destination) {
        *self
            .destination
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(to.clone());
        self.hub.tell(News::Go { to });
    }

    /// Where the page was to be led before it listened.
    pub(crate) fn take_destination(&self) -> Option<Destination> {
        self.destination
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Whether somebody looks at the window.
    pub(crate) async fn watched(&self, watched: bool) {
        if let Ok(engine) = self.engine() {
            engine.watched(watched).await;
        }
    }

    /// Lets the running effect come to its end, for at most so long.
    pub(crate) async fn close(&self, patience: Duration) {
        // The sandbox has nothing that is worth waiting for.
        let left = self.leave_sandbox().await;
        if let Ok(engine) = self.engine() {
            engine.stop(patience).await;
        }
        drop(left);
    }
}

impl Current {
    fn start(mode: Mode, places: Places, hub: &Hub) -> Self {
        let engine = places.ground().and_then(|ground| {
            let engine = running::start(ground)?;
            tauri::async_runtime::spawn(hub.clone().follow(mode, engine.notices()));
            Ok(engine)
        });
        Self {
            mode,
            places,
            engine,
            named: Arc::default(),
        }
    }
}
