//! `rename`, `pause`, `resume`: what a connection is called, and whether it works.

use crate::arguments::Global;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::shown::shown;
use crate::{home, session};
use bridge::store::StoreError;
use serde_json::json;

pub(super) fn rename(name: &str, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(Failure::usage(
            "bad_name",
            "A name has 1 to 100 characters, on one line.",
        ));
    }
    let mut writing = home::open_to_write(global, console)?;
    let row = session::choose(&writing.store.read(), global)?;
    writing
        .store
        .write(|rows| rows.rename_connection(row.id, name))
        .map_err(|error: StoreError| match error {
            StoreError::Taken => Failure::usage(
                "taken",
                format!(
                    "Another connection is called \"{}\" already. Choose another name.",
                    shown(name)
                ),
            ),
            error => Failure::from(error),
        })?;
    console.json(&json!({"connection": name, "before": row.name}));
    console.say(&format!(
        "\"{}\" is called \"{}\" now.",
        shown(&row.name),
        shown(name)
    ));
    drop(writing.lock);
    Ok(Exit::Done)
}

pub(super) fn pause(paused: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let mut row = session::choose(&writing.store.read(), global)?;
    row.paused = paused;
    writing
        .store
        .write(|rows| rows.update_connection(&row))
        .map_err(|error: StoreError| Failure::from(error))?;
    console.json(&json!({"connection": row.name, "paused": paused}));
    let name = shown(&row.name);
    console.say(&if paused {
        format!("\"{name}\" is paused: nothing is read or written until tuco-hubspot resume.")
    } else {
        format!("\"{name}\" goes on with the next sync.")
    });
    drop(writing.lock);
    Ok(Exit::Done)
}
