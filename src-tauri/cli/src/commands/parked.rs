//! `parked`: timeline entries that were given up, retried or dropped by hand.

use crate::arguments::{Global, Parked};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::home;
use crate::session;
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use bridge::effect::{Effect, Progress};
use bridge::explain::sentence;
use bridge::mirror::iso;
use bridge::store::StoreError;
use serde_json::{Value, json};

/// More than this are not looked through by hand.
const MOST: usize = 1_000;

pub(super) fn run(wanted: &Parked, global: &Global, console: &Console) -> Result<Exit, Failure> {
    match wanted {
        Parked::List => list(global, console),
        Parked::Retry { id } => decide(*id, true, global, console),
        Parked::Drop { id } => decide(*id, false, global, console),
    }
}

fn list(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let parked = store.read().parked_effects(connection.id, MOST)?;
    console.json(&Value::Array(parked.iter().map(as_json).collect()));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    if parked.is_empty() {
        console.say("Nothing was given up.");
        return Ok(Exit::Done);
    }
    let rows = parked
        .iter()
        .map(|effect| {
            let cause = effect.cause.as_ref().map(sentence).unwrap_or_default();
            vec![
                toned(&effect.id.to_string(), Tone::Strong),
                cell(effect.write.word()),
                cell(&effect.contact_id),
                cell(&cause),
            ]
        })
        .collect();
    console.say(&tall_table(
        console,
        &["ID", "Write", "Contact", "Why, and what to do"],
        rows,
    ));
    console.say(
        "Try one again: tuco-hubspot parked retry ID. Let one go: tuco-hubspot parked drop ID.",
    );
    Ok(Exit::Done)
}

fn as_json(effect: &Effect) -> Value {
    json!({
        "id": effect.id,
        "write": effect.write.word(),
        "contact_id": effect.contact_id,
        "event_id": effect.event_id,
        "attempts": effect.attempts,
        "cause": effect.cause,
        "correlation_id": effect.correlation_id,
        "created_at": iso(effect.created_at),
    })
}

fn decide(id: i64, retry: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let effect = writing.store.read().effect(id)?;
    let is_parked = effect.is_some_and(|effect| {
        effect.connection_id == connection.id && effect.progress == Progress::Parked
    });
    if !is_parked {
        return Err(Failure::usage(
            "not_parked",
            format!(
                "Nothing with the number {id} was given up. `tuco-hubspot parked list` shows what was."
            ),
        ));
    }
    let now = surroundings::now();
    writing
        .store
        .write(|rows| {
            if retry {
                rows.retry_effect(id, now).map(drop)
            } else {
                rows.drop_effect(id)
            }
        })
        .map_err(|error: StoreError| Failure::from(error))?;
    let word = if retry { "retried" } else { "dropped" };
    console.json(&json!({"id": id, word: true}));
    console.say(if retry {
        "It is tried again with the next sync."
    } else {
        "It will not be written. The event stays in the log."
    });
    drop(writing.lock);
    Ok(Exit::Done)
}
