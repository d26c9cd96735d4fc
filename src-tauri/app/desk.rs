//! Between the page's commands and the engine: asks, and turns the answer into what the page sees.
//!
//! It holds the one engine that is at work, which is the user's own or the sandbox's, and decides
//! nothing about messages or contacts. Tests drive it without a window.

mod connections;
mod log;
mod overview;
mod settings;

use std::sync::{Arc, PoisonError, RwLock};

use bridge::running::{self, Handle};
use tauri::ipc::Channel;

use crate::hub::Hub;
use crate::places::Places;
use crate::preferences::PreferencesFile;
use crate::view::connection::Mode;
use crate::view::notice::Notice;
use crate::view::problem::{Answer, Problem};

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) hub: Hub,
    pub(crate) preferences: Arc<PreferencesFile>,
    current: Arc<RwLock<Current>>,
}

/// What is at work.
#[derive(Clone)]
struct Current {
    mode: Mode,
    places: Places,
    engine: Result<Handle, Problem>,
}

impl Desk {
    /// Begins with the rounds. Where that can't be, the page is told why by every answer.
    pub(crate) fn open(places: Places) -> Self {
        let hub = Hub::new();
        let preferences = Arc::new(PreferencesFile::of(&places.home));
        let current = Current::start(Mode::Real, places, &hub);
        Self {
            hub,
            preferences,
            current: Arc::new(RwLock::new(current)),
        }
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
}

impl Current {
    fn start(mode: Mode, places: Places, hub: &Hub) -> Self {
        let engine = places.ground().and_then(|ground| {
            let engine = running::start(ground)?;
            tauri::async_runtime::spawn(hub.clone().follow(engine.clone()));
            Ok(engine)
        });
        Self {
            mode,
            places,
            engine,
        }
    }
}
