//! From arguments to an engine that may work: home, lock, store, keys, connection.
//!
//! Two roads lead to keys. Given in the environment, both of them, they serve this run alone: whose
//! they are is asked, and the connection is the one of that portal and workspace in this home, made on
//! first use. Else they come from the keychain of a connection that was made before.

use crate::arguments::Global;
use crate::console::Console;
use crate::counted::Calls;
use crate::failure::Failure;
use crate::home::{self, Writing};
use crate::surroundings::{self, HUBSPOT_TOKEN, TUCO_API_KEY};
use crate::vault;
use bridge::connect::{Access, Identity, Keys, establish, identify};
use bridge::engine::Engine;
use bridge::retry::Waits;
use bridge::store::{ConnectionRow, ReadStore, Reader};
use std::sync::Arc;
use wire::Timestamp;

/// A clock that is off by more than this is told about.
const SKEW_MS: i64 = 5 * 60 * 1_000;

/// An engine, and the lock that lets it write.
pub(crate) struct Session {
    pub(crate) engine: Engine,
    /// What the engine is waiting for.
    pub(crate) waits: Arc<Waits>,
    pub(crate) writing: home::Lock,
}

/// Everything up to the first call: what can be found wrong without a network.
pub(crate) struct Prepared {
    access: Access,
    keys: Keys,
    /// The connection whose keys these are; none where the environment gave them.
    row: Option<ConnectionRow>,
    name: Option<String>,
    writing: Writing,
}

/// Opens the home and finds the keys.
pub(crate) fn prepare(global: &Global, console: &Console) -> Result<Prepared, Failure> {
    prepare_counted(global, console, &Arc::default())
}

/// The same, counting what goes out.
pub(crate) fn prepare_counted(
    global: &Global,
    console: &Console,
    calls: &Arc<Calls>,
) -> Result<Prepared, Failure> {
    let access = surroundings::counted_access(calls)?;
    let given = surroundings::given_keys()?;
    let writing = home::open_to_write(global, console)?;
    let name = global.connection.clone();
    let (keys, row) = match given {
        Some(keys) => (keys, None),
        None => {
            let row = choose(&writing.store.read(), global)?;
            refuse_paused(&row)?;
            (kept_keys(&row, &access, global, console)?, Some(row))
        }
    };
    Ok(Prepared {
        access,
        keys,
        row,
        name,
        writing,
    })
}

impl Prepared {
    /// What signing in is waiting for.
    pub(crate) fn waits(&self) -> Arc<Waits> {
        self.access.waits.clone()
    }

    /// Makes the engine. With keys of the environment this asks whose they are, and may be tried again
    /// where there was no network.
    pub(crate) async fn sign_in(
        mut self,
        console: &Console,
    ) -> Result<Session, (Box<Self>, Failure)> {
        let Some(row) = self.row.clone() else {
            return match self.identify(console).await {
                Ok((outside, row)) => {
                    let engine = Engine::new(self.writing.store, row, outside);
                    engine.keys_checked();
                    Ok(Session {
                        engine,
                        waits: self.access.waits,
                        writing: self.writing.lock,
                    })
                }
                Err(failure) => Err((Box::new(self), failure)),
            };
        };
        let outside = self.access.sign_in(&self.keys, &row.hubspot_region);
        let engine = Engine::new(self.writing.store, row, outside);
        Ok(Session {
            engine,
            waits: self.access.waits,
            writing: self.writing.lock,
        })
    }

    async fn identify(
        &mut self,
        console: &Console,
    ) -> Result<(bridge::engine::Outside, ConnectionRow), Failure> {
        let (outside, mut identity) = identify(&self.access, &self.keys, "").await?;
        let now = surroundings::now();
        warn_of_skew(&identity, now, console);
        if let Some(name) = &self.name {
            refuse_other_portal(&self.writing.store.read(), name, &mut identity)?;
        }
        let row = establish(
            &mut self.writing.store,
            &identity,
            self.name.as_deref(),
            &self.access,
        )?;
        warn_of_other_name(&row, self.name.as_deref(), console);
        refuse_paused(&row)?;
        Ok((outside, row))
    }
}

/// A name that is taken by a connection of another portal or workspace means wrong keys.
pub(crate) fn refuse_other_portal(
    rows: &Reader<'_>,
    name: &str,
    identity: &mut Identity,
) -> Result<(), Failure> {
    let Some(row) = rows.connection_by_name(name)? else {
        return Ok(());
    };
    identity.belong_to(&row)?;
    Ok(())
}

/// Says so where this computer's clock is far off: the look-back and all waits follow it.
pub(crate) fn warn_of_skew(identity: &Identity, now: Timestamp, console: &Console) {
    let Some(there) = identity.account.date else {
        return;
    };
    let skew = now.saturating_sub(there);
    if skew.abs() <= SKEW_MS {
        return;
    }
    let minutes = skew.abs() / 60_000;
    let span = match minutes {
        0..=119 => format!("{minutes} minutes"),
        120..=2_879 => format!("{} hours", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    };
    let word = if skew > 0 { "ahead of" } else { "behind" };
    console.warn(&format!(
        "The clock of this computer is {span} {word} HubSpot's. Entries keep Tuco's times, but how far back \
         to look and when to try again follow this clock: set it by the network."
    ));
}

/// Says so where a name was asked for that these keys do not have here: one portal and one workspace are
/// one connection.
pub(crate) fn warn_of_other_name(row: &ConnectionRow, asked: Option<&str>, console: &Console) {
    if let Some(asked) = asked.filter(|asked| *asked != row.name) {
        console.warn(&format!(
            "These keys are of portal {} and its workspace, which are connected as \"{}\" already. That connection \
             is used; \"{asked}\" was not made. Another name for it: tuco-hubspot rename --connection \"{}\" \"{asked}\".",
            row.portal_id, row.name, row.name
        ));
    }
}

/// Somebody paused it, here or in the window.
fn refuse_paused(row: &ConnectionRow) -> Result<(), Failure> {
    if !row.paused {
        return Ok(());
    }
    Err(Failure::failed(
        "paused",
        format!(
            "The connection \"{}\" is paused, so nothing is read or written. Go on with: tuco-hubspot resume \
             --connection \"{}\"",
            row.name, row.name
        ),
    ))
}

/// The keys that `connect` kept.
pub(crate) fn kept_keys(
    row: &ConnectionRow,
    access: &Access,
    global: &Global,
    console: &Console,
) -> Result<Keys, Failure> {
    match vault::read(&row.key, access, global, console) {
        Ok(Some(keys)) => Ok(keys),
        Ok(None) => Err(Failure::needs_person(
            "no_keys",
            format!(
                "No keys are kept for the connection \"{}\". Run `tuco-hubspot connect --connection \
                 \"{}\"`, or set {HUBSPOT_TOKEN} and {TUCO_API_KEY} for this run.",
                row.name, row.name
            ),
        )),
        Err(failure) => Err(failure),
    }
}

fn not_connected() -> Failure {
    Failure::needs_person(
        "not_connected",
        format!(
            "Nothing is connected in this home yet. Run `tuco-hubspot connect`, or set {HUBSPOT_TOKEN} and \
             {TUCO_API_KEY} and run `tuco-hubspot sync --once`. Without an account: `tuco-hubspot demo`."
        ),
    )
}

/// The one connection that is meant.
pub(crate) fn choose(rows: &Reader<'_>, global: &Global) -> Result<ConnectionRow, Failure> {
    let mut all = rows.connections()?;
    if let Some(name) = &global.connection {
        let names: Vec<String> = all.iter().map(|row| row.name.clone()).collect();
        return all
            .into_iter()
            .find(|row| row.name == *name)
            .ok_or_else(|| {
                let known = if names.is_empty() {
                    "none yet".to_owned()
                } else {
                    names.join(", ")
                };
                Failure::usage(
                    "no_such_connection",
                    format!("There is no connection \"{name}\" in this home. There are: {known}."),
                )
            });
    }
    match (all.pop(), all.len()) {
        (None, _) => Err(not_connected()),
        (Some(row), 0) => Ok(row),
        (Some(last), _) => {
            let names: Vec<String> = all
                .into_iter()
                .chain([last])
                .map(|row| format!("\"{}\"", row.name))
                .collect();
            Err(Failure::usage(
                "which_connection",
                format!(
                    "There are several connections: {}. Say which one with --connection NAME.",
                    names.join(", ")
                ),
            ))
        }
    }
}

/// A reader beside whatever runs, and the connection that is meant.
pub(crate) fn read(global: &Global) -> Result<(ReadStore, ConnectionRow), Failure> {
    let store = home::open_to_read(global).map_err(|failure| match failure.code {
        "no_database" => not_connected(),
        _ => failure,
    })?;
    let row = choose(&store.read(), global)?;
    Ok((store, row))
}
