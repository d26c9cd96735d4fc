//! The engine at work for a program that stays open: one thread that owns all state, and a handle for
//! everybody else.
//!
//! The thread holds the home's lock and its one writer, and runs the rounds of every connection. The
//! handle sends it typed requests over a bounded channel, and each is answered. What happened is told
//! as [`Notice`]s; whoever listens too slowly is told that it missed some. Reading goes past the
//! thread altogether: [`Handle::read`] has readers of its own, so that a screen never waits for a round.
//!
//! It knows no window and no terminal, asks nobody anything, and keeps no keys but in the
//! [vault](crate::vault). A round that panics is reported and begun anew with an engine of its own; a
//! thread that ends takes no row with it, because rows move only in whole transactions.

mod composing;
mod connection;
mod handle;
mod keys;
mod listening;
mod many;
mod messages;
mod owner;
mod people;
mod request;
mod rules;
#[cfg(test)]
mod tests;

pub use handle::{Handle, HandleError};
pub use keys::Saved;
pub use listening::{ListenerState, Wish};
pub use many::Looking;
pub use rules::{Fits, Looked, RuleEdit};

use crate::connect::Access;
use crate::home::{Home, HomeError};
use crate::store::StoreError;
use crate::vault::Vault;
use std::path::PathBuf;
use std::sync::Arc;
use wire::Timestamp;

/// What a running engine stands on.
#[derive(Clone)]
pub struct Ground {
    /// The folder.
    pub home: Home,
    /// The way out.
    pub access: Access,
    /// Where keys are kept.
    pub vault: Arc<dyn Vault>,
}

/// Where a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Keys are read and both services asked whose they are.
    SigningIn,
    /// Tuco is read, and what is new is written to HubSpot.
    Working,
}

/// Why the loop waits longer than usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// A stable word, as in [`crate::explain::Told`].
    pub code: &'static str,
    /// Whole sentences.
    pub message: String,
}

/// Where the loop of a connection stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopState {
    /// All is well; the next round begins at this moment.
    Idle {
        /// When.
        next_at: Timestamp,
    },
    /// A round is under way.
    Running {
        /// How far.
        phase: Phase,
        /// Since when.
        since: Timestamp,
    },
    /// A service asked for patience, or has trouble of its own.
    Waiting {
        /// When it is tried again.
        until: Timestamp,
        /// Why.
        why: Cause,
    },
    /// No network.
    Offline {
        /// Since when.
        since: Timestamp,
        /// When it is tried again.
        next_at: Timestamp,
        /// In words.
        why: Cause,
    },
    /// A person has to give a key, or scopes. It is tried again only when told to, or rarely.
    NeedsSignIn {
        /// Why.
        why: Cause,
    },
    /// A person said to stop.
    Paused,
    /// Something that waiting does not mend. It is tried again all the same, rarely.
    Stopped {
        /// When it is tried again.
        next_at: Timestamp,
        /// What.
        why: Cause,
    },
}

/// What the portal and the workspace have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    /// Properties of contacts.
    pub properties: usize,
    /// Lines of the workspace.
    pub lines: usize,
    /// Of those, the ones that send.
    pub active_lines: usize,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The loop of a connection went on.
    Loop {
        /// Whose.
        connection: i64,
        /// Where it stands.
        state: LoopState,
    },
    /// Rows of the log are new, or changed.
    Log {
        /// Whose.
        connection: i64,
        /// Row id of the event that came last.
        newest: i64,
    },
    /// Somebody replied, and it was not long ago.
    Reply {
        /// Whose.
        connection: i64,
        /// The event.
        event: i64,
        /// Who, as Tuco has the name; none where it has none.
        name: Option<String>,
    },
    /// Nothing was mirrored for two rounds: whoever does not look is told, once until it works again.
    Stalled {
        /// Whose.
        connection: i64,
        /// Why.
        why: Cause,
    },
    /// More waits for a person than before.
    NeedsPerson {
        /// Whose.
        connection: i64,
        /// How many.
        more: u64,
    },
    /// A connection was made, renamed, changed or removed.
    Connections,
    /// A setting of a connection changed.
    Settings {
        /// Whose.
        connection: i64,
    },
    /// A kept filter of the log changed.
    Views {
        /// Whose.
        connection: i64,
    },
    /// Somebody among the people of a connection changed, or how they are kept in step.
    People {
        /// Whose.
        connection: i64,
    },
    /// The listener of a connection was turned on or off, or something was done at Tuco for it.
    Listener {
        /// Whose.
        connection: i64,
    },
    /// Sends of a connection are new, or went on.
    Sends {
        /// Whose.
        connection: i64,
    },
    /// A run to many went on.
    Runs {
        /// Whose.
        connection: i64,
        /// Which; 0 is any.
        run: i64,
    },
    /// Rules of a connection, or what they said, are new or changed.
    Rules {
        /// Whose.
        connection: i64,
    },
    /// Templates changed. All connections share them.
    Templates,
    /// Opt-outs changed, or what waits to be read.
    OptOuts {
        /// Whose.
        connection: i64,
    },
    /// A damaged data file was moved aside when the store was opened.
    DamageMoved {
        /// Where to.
        path: PathBuf,
    },
}

/// Why there is no running engine.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder, or another program that works on it.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no thread.
    #[error("The system gave no thread to work on: {0}.")]
    Thread(std::io::Error),
}

/// Takes the lock, opens the store and begins with the rounds.
///
/// # Errors
/// See [`StartError`].
pub fn start(ground: Ground) -> Result<Handle, StartError> {
    owner::start(ground)
}
