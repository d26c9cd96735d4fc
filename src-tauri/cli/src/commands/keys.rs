//! `keys`: where the keys of a connection are kept, and moving them.

use crate::arguments::{Global, KeepWord, Keys};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::shown::shown;
use crate::surroundings::{self, NEW_PASSPHRASE, PASSPHRASE};
use crate::{home, session, vault};
use bridge::vault::{FileState, Keep};
use serde_json::json;
use std::io::IsTerminal;

pub(super) fn run(wanted: &Keys, global: &Global, console: &Console) -> Result<Exit, Failure> {
    match wanted {
        Keys::Where => tell(global, console),
        Keys::Move { to } => carry(*to, global, console),
        Keys::Passphrase => change(global, console),
        Keys::StartOver { yes } => start_over(*yes, global, console),
    }
}

fn tell(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let stores = vault::stores(global)?;
    let rows = home::open_to_read(global)?.read().connections()?;
    let file = stores
        .file()
        .state()
        .map_err(|error| vault::in_words(&error))?;
    let mut listed = Vec::new();
    for row in &rows {
        let keep = stores
            .place(&row.key)
            .map_err(|error| vault::in_words(&error))?;
        console.say(&format!("\"{}\": {}", shown(&row.name), in_words(keep)));
        listed.push(json!({"connection": row.name, "kept_in": keep}));
    }
    if file != FileState::Absent {
        console.say("The passphrase file keys.sealed is in the home folder.");
    }
    console.json(&json!({"connections": listed, "file": file}));
    Ok(Exit::Done)
}

fn carry(to: KeepWord, global: &Global, console: &Console) -> Result<Exit, Failure> {
    if to == KeepWord::Session {
        return Err(Failure::usage(
            "session",
            "A command's session ends with the command, so the keys would be lost. Give them for each run with \
             HUBSPOT_TOKEN and TUCO_API_KEY instead.",
        ));
    }
    // Whoever writes the file holds the home.
    let writing = home::open_to_write(global, console)?;
    let row = session::choose(&writing.store.read(), global)?;
    let stores = vault::prepare(Some(to.into()), global, console)?;
    if stores.needs_passphrase(&row.key).unwrap_or_default() {
        vault::unlock(&stores, console)?;
    }
    let moved = stores
        .move_to(to.into(), &row.key)
        .map_err(|error| vault::in_words(&error))?;
    console.json(&json!({
        "connection": row.name,
        "from": moved.from,
        "kept_in": Keep::from(to),
        "left_behind": moved.left_behind.is_some(),
    }));
    let done = format!(
        "The keys of \"{}\" are in {}.",
        shown(&row.name),
        in_words(to.into())
    );
    console.say(&console.paint(&done, Tone::Good));
    drop(writing.lock);
    match moved.left_behind {
        None => Ok(Exit::Done),
        Some(error) => {
            console.warn(&format!(
                "They could not be taken away from where they were. {error}"
            ));
            Ok(Exit::Failed)
        }
    }
}

fn change(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let writing = home::open_to_write(global, console)?;
    let stores = vault::stores(global)?;
    let old = match surroundings::given_key(PASSPHRASE)? {
        Some(given) => given,
        None => vault::ask(console, "The passphrase as it is now:")?,
    };
    let new = match surroundings::given_passphrase(NEW_PASSPHRASE)? {
        Some(given) => given,
        None => vault::new_passphrase(console)?,
    };
    stores
        .file()
        .change_passphrase(&old, &new)
        .map_err(|error| vault::in_words(&error))?;
    drop(writing.lock);
    console.json(&json!({"changed": true}));
    console.say(&console.paint("The passphrase was changed.", Tone::Good));
    Ok(Exit::Done)
}

fn start_over(yes: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    const WORDS: &str = "start over";
    let writing = home::open_to_write(global, console)?;
    let stores = vault::stores(global)?;
    if !yes {
        if !std::io::stdin().is_terminal() {
            return Err(Failure::usage(
                "not_confirmed",
                "The file with the keys is deleted only when somebody agrees: add --yes. Nothing was changed.",
            ));
        }
        console.note(&format!(
            "The file with the keys is deleted. Connections, log, links and mapping stay; the keys have to be given \
             anew. Type {WORDS} to go on:"
        ));
        let mut typed = String::new();
        let _nothing_typed = std::io::stdin().read_line(&mut typed);
        if !typed.trim().eq_ignore_ascii_case(WORDS) {
            return Err(Failure::usage("not_confirmed", "Nothing was changed."));
        }
    }
    stores
        .give_up_file()
        .map_err(|error| vault::in_words(&error))?;
    drop(writing.lock);
    console.json(&json!({"started_over": true}));
    console.say("The file with the keys is deleted. Next, for each connection: tuco-hubspot connect --connection NAME");
    Ok(Exit::Done)
}

/// A place, for people.
pub(super) fn in_words(keep: Keep) -> &'static str {
    match keep {
        Keep::Keychain => "the system's keychain",
        Keep::File => "the passphrase file",
        Keep::Session => "this run's memory",
    }
}
