//! `parked`: what waits for a person. Timeline entries that were given up are retried or dropped by hand;
//! a send that got no answer is settled by whoever looked in Tuco.

use crate::arguments::{Global, Outcome, Parked};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::home;
use crate::session;
use crate::shown::{cut, shown};
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use crate::zone::{moment, zone};
use bridge::effect::{Effect, Progress};
use bridge::explain::sentence;
use bridge::mirror::iso;
use bridge::store::{ConnectionRow, SendRow, StoreError};
use serde_json::{Value, json};

/// More than this are not looked through by hand.
const MOST: usize = 1_000;

pub(super) fn run(wanted: &Parked, global: &Global, console: &Console) -> Result<Exit, Failure> {
    match wanted {
        Parked::List => list(global, console),
        Parked::Settle { id, outcome } => settle(*id, *outcome, global, console),
        Parked::Retry { id } => decide(*id, true, global, console),
        Parked::Drop { id } => decide(*id, false, global, console),
    }
}

fn list(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let parked = store.read().parked_effects(connection.id, MOST)?;
    let unknown = store.read().unknown_sends(connection.id)?;
    let sends = unknown.iter().map(send_as_json);
    console.json(&Value::Array(
        parked.iter().map(as_json).chain(sends).collect(),
    ));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    if parked.is_empty() && unknown.is_empty() {
        console.say("Nothing was given up, and no send waits for its outcome.");
    }
    show_entries(&parked, console);
    show_sends(&unknown, &connection, console);
    Ok(Exit::Done)
}

fn show_entries(parked: &[Effect], console: &Console) {
    if parked.is_empty() {
        return;
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
}

fn show_sends(unknown: &[SendRow], connection: &ConnectionRow, console: &Console) {
    if unknown.is_empty() {
        return;
    }
    let zone = zone(&connection.time_zone);
    let rows = unknown
        .iter()
        .map(|send| {
            let to = send.phone.as_deref().or(send.email.as_deref());
            vec![
                toned(&send.id.to_string(), Tone::Strong),
                cell(&moment(send.sent_at.unwrap_or(send.created_at), zone)),
                cell(to.unwrap_or_default()),
                cell(&cut(&shown(&send.text), 60)),
            ]
        })
        .collect();
    console.say("\nThese sends got no answer: they may or may not have gone out.");
    console.say(&tall_table(
        console,
        &["ID", &format!("Left ({zone})"), "To", "Text"],
        rows,
    ));
    console.say(
        "Each sync looks for them at Tuco. Where it finds nothing, look in Tuco yourself, then say what became of \
         it:\ntuco-hubspot parked settle ID sent, or tuco-hubspot parked settle ID not-sent.",
    );
}

fn send_as_json(send: &SendRow) -> Value {
    json!({
        "id": send.id,
        "write": "send",
        "state": send.state,
        "contact_id": send.contact_id,
        "phone": send.phone,
        "email": send.email,
        "channel": send.channel,
        "text": send.text,
        "looks": send.looks,
        "created_at": iso(send.created_at),
        "key": send.key,
    })
}

/// What a person saw in Tuco. Kept with the send, as decided by hand.
fn settle(id: i64, outcome: Outcome, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let (now, went_out) = (surroundings::now(), outcome == Outcome::Sent);
    let settled = writing
        .store
        .write(|rows| rows.settle_unknown_send(connection.id, id, went_out, now))
        .map_err(|error: StoreError| Failure::from(error))?;
    if !settled {
        return Err(Failure::usage(
            "not_unknown",
            format!(
                "No send with the number {id} waits for its outcome. `tuco-hubspot parked list` shows those that do."
            ),
        ));
    }
    let state = if went_out { "sent" } else { "failed" };
    console.json(&json!({"id": id, "state": state}));
    console.say(if went_out {
        "Kept as sent: it is not sent again. It comes onto the timeline when Tuco reports it."
    } else {
        "Kept as not sent. The same text may be sent anew: tuco-hubspot send."
    });
    drop(writing.lock);
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
