//! `demo`: the whole way on the sandbox, without an account and without a window.
//!
//! Starts a world in this process, runs one full round in a home of its own, and shows what was
//! mirrored. Nothing of it is kept.

use crate::arguments::Demo;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::home;
use crate::session::Session;
use crate::stop::Stop;
use crate::surroundings;
use crate::waiting::Notices;
use bridge::connect::{Keys, establish, identify};
use bridge::engine::Engine;
use bridge::event::{Kind, Stage};
use bridge::store::PageQuery;
use sandbox::launch::{Endpoints, Launch};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use wire::{Origin, Secret};

pub(super) async fn run(wanted: &Demo, console: &Console) -> Result<Exit, Failure> {
    let mut stop = Stop::listen().map_err(|error| {
        Failure::failed("no_signals", format!("Signals can't be heard: {error}."))
    })?;
    let launch = Launch {
        seed: wanted.seed,
        ..Launch::default()
    };
    let launched = launch
        .start()
        .await
        .map_err(|error| super::sandbox::in_words(&error))?;
    let folder = Folder::new()?;
    console
        .note("A simulated HubSpot and Tuco are running in this program; one full round begins.");
    let session = session(&folder.path, &launched.endpoints, console).await?;
    let round = super::sync::round(&session, console, &mut Notices::default(), &mut stop)
        .await
        .ok_or_else(|| Failure::failed("interrupted", "Stopped before the round was over."))?;
    console.json(&super::sync::line(&round));
    if !console.is_json() {
        show(&session, wanted.limit, console)?;
        super::sync::summary(&round, console);
        if let Some(trouble) = &round.trouble {
            console.explain(&Failure::of_trouble(trouble));
        }
        what_next(console);
    }
    drop(session);
    launched.served.shutdown().await;
    Ok(super::sync::exit_of(&round))
}

async fn session(
    folder: &Path,
    endpoints: &Endpoints,
    console: &Console,
) -> Result<Session, Failure> {
    let origin = |address: &str| {
        Origin::loopback(address).map_err(|error| {
            Failure::failed("bad_url", format!("The sandbox's own address: {error}."))
        })
    };
    let access = surroundings::access_to(
        origin(&endpoints.hubspot_url)?,
        origin(&endpoints.tuco_url)?,
        &Arc::default(),
    )?;
    let keys = Keys {
        hubspot: Secret::new(endpoints.hubspot_token.clone()).into(),
        tuco: Secret::new(endpoints.tuco_api_key.clone()),
    };
    let mut writing = home::open_folder_to_write(folder, console)?;
    let (outside, identity) = identify(&access, &keys, "").await?;
    let row = establish(&mut writing.store, &identity, Some("Sandbox"), &access)?;
    let engine = Engine::new(writing.store, row, outside);
    engine.keys_checked();
    Ok(Session {
        engine,
        waits: access.waits,
        writing: writing.lock,
    })
}

/// The newest entries on the simulated timelines, as a person would see them in the log.
fn show(session: &Session, limit: usize, console: &Console) -> Result<(), Failure> {
    let connection = session.engine.connection();
    let query = PageQuery {
        connection: connection.id,
        limit,
        stage: Some(Stage::Written),
        ..PageQuery::default()
    };
    let (events, counts) = session
        .engine
        .read(|rows| Ok((rows.page(&query)?, rows.event_counts(connection.id)?)))?;
    let written = counts.of_stage(Stage::Written);
    let replies: u64 = counts
        .groups
        .iter()
        .filter(|group| group.stage == Stage::Written && group.kind == Kind::Reply)
        .map(|group| group.events)
        .sum();
    console.say(&console.paint(
        &format!(
            "\nOn the timelines of portal {} now: {written} entries, {replies} of them replies. The newest {}:",
            connection.portal_id,
            events.len()
        ),
        Tone::Strong,
    ));
    console.say(&super::log::events_table(&events, &connection, console));
    console.say("");
    Ok(())
}

fn what_next(console: &Console) {
    console.say(&format!(
        "\n{}\n  With a screen, `cargo xtask run` opens the window on the same sandbox.\n  With your own keys: \
         tuco-hubspot connect, then tuco-hubspot sync --once.\n  To play with the sandbox: tuco-hubspot sandbox.",
        console.paint("All of this was made up and nothing of it is kept.", Tone::Quiet)
    ));
}

/// A folder for this run alone, removed at its end.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new() -> Result<Self, Failure> {
        let name = format!("tuco-hubspot-demo-{}", surroundings::random_name());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).map_err(|error| {
            Failure::failed(
                "no_folder",
                format!("No folder for the demo could be made: {error}."),
            )
        })?;
        Ok(Self { path })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What can't be removed is in the folder for temporary files, which the system empties.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
