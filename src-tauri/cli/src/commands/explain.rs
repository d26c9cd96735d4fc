//! `explain`: why a message is, or is not, in HubSpot.

use crate::arguments::{Explain, Global};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session;
use crate::shown::{cut, shown};
use crate::zone::{exact, zone};
use bridge::event::Event;
use bridge::explain::{Chain, Facts, State, chain, others};
use bridge::region;
use bridge::settings::Settings;
use bridge::store::{ConnectionRow, Reader, StoreError};
use serde_json::{Value, json};

/// So few characters of an id are taken for a slip, not for a message.
const SHORTEST: usize = 6;

/// No log has more events than fit into so many digits; Tuco's ids are longer.
const LONGEST_NUMBER: usize = 10;

pub(super) fn run(wanted: &Explain, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read();
    let wanted = wanted.message.trim();
    let (message, events) = match numbered(&rows, &connection, wanted)? {
        Some(event) => (event.sighting.message_id.clone(), vec![event]),
        None => {
            let message = message_id(&rows, &connection, wanted)?;
            let events = rows.events_of_message(connection.id, &message)?;
            (message, events)
        }
    };
    let settings = settings_of(&rows, &connection)?;
    let zone = zone(&connection.time_zone);
    let mut chains = Vec::new();
    for event in &events {
        let effects = rows.effects_by_event(event.id)?;
        let also = others(&rows, event)?;
        let clock = |at| exact(at, zone);
        let facts = Facts {
            event,
            effects: &effects,
            also: &also,
            settings: &settings,
            connection: &connection,
            clock: &clock,
        };
        chains.push((event, chain(&facts)));
    }
    let told: Vec<Value> = chains
        .iter()
        .map(|(event, chain)| as_json(event, chain, &connection))
        .collect();
    console.json(&json!({"message_id": message, "events": told}));
    for (event, chain) in &chains {
        show(event, chain, console);
    }
    Ok(Exit::Done)
}

/// The settings of a connection, without an engine.
pub(super) fn settings_of(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
) -> Result<Settings, StoreError> {
    let stored = rows.settings(connection.id)?;
    let guessed = if connection.phone_region.is_empty() {
        region::guess(&connection.time_zone, None)
    } else {
        &connection.phone_region
    };
    Ok(Settings::from_stored(&stored, guessed))
}

/// The event with this number in the log. Longer runs of digits are ids of Tuco.
fn numbered(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    wanted: &str,
) -> Result<Option<Event>, StoreError> {
    let number = wanted.trim_start_matches('#');
    if !number.bytes().all(|byte| byte.is_ascii_digit()) || number.len() > LONGEST_NUMBER {
        return Ok(None);
    }
    let Ok(number) = number.parse() else {
        return Ok(None);
    };
    let event = rows.event(number)?;
    Ok(event.filter(|event| event.connection_id == connection.id))
}

fn message_id(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    wanted: &str,
) -> Result<String, Failure> {
    if !rows.events_of_message(connection.id, wanted)?.is_empty() {
        return Ok(wanted.to_owned());
    }
    if wanted.chars().count() < SHORTEST {
        return Err(Failure::usage(
            "short_id",
            format!(
                "No event has this number. Give one from the log, Tuco's id of the message, or at least \
                 {SHORTEST} characters of its beginning."
            ),
        ));
    }
    let mut found = rows.messages_beginning(connection.id, wanted, 6)?;
    match (found.pop(), found.len()) {
        (None, _) => Err(Failure::failed(
            "no_such_message",
            format!(
                "No message with the number or id {} is known here. `tuco-hubspot sync --once` looks for what is new; \
                 what Tuco no longer lists can't be found any more.",
                shown(wanted)
            ),
        )),
        (Some(only), 0) => Ok(only),
        (Some(last), _) => {
            let all: Vec<String> = found.into_iter().chain([last]).collect();
            Err(Failure::usage(
                "several_messages",
                format!(
                    "Several messages begin like this: {}. Give more of the id.",
                    all.join(", ")
                ),
            ))
        }
    }
}

fn as_json(event: &Event, chain: &Chain, connection: &ConnectionRow) -> Value {
    let mut told = json!(chain);
    if let Some(told) = told.as_object_mut() {
        told.insert("event".to_owned(), super::log::as_json(event, connection));
    }
    told
}

fn show(event: &Event, chain: &Chain, console: &Console) {
    let sighting = &event.sighting;
    let heading = format!("Message {}: {}", shown(&sighting.message_id), sighting.kind);
    console.say(&console.paint(&heading, Tone::Strong));
    let text: String = sighting.text.chars().take(1_000).collect();
    let text = cut(&shown(&text), 120);
    if !text.is_empty() {
        console.say(&console.paint(&format!("  “{text}”"), Tone::Quiet));
    }
    for (number, step) in (1..).zip(&chain.steps) {
        let (sign, tone) = match step.state {
            State::Done => ("✔", Tone::Good),
            State::Pending => ("…", Tone::Warn),
            State::Stopped => ("✘", Tone::Bad),
            State::NotReached => ("·", Tone::Quiet),
        };
        let name = match step.step {
            "tuco" => "Tuco",
            "settings" => "Settings",
            "contact" => "Contact",
            "effect" => "Decision",
            _ => "HubSpot",
        };
        console.say(&format!(
            "  {number}. {} {name}: {}",
            console.paint(sign, tone),
            shown(&step.text)
        ));
    }
    console.say(&format!(
        "  {} {}\n",
        console.paint("→", Tone::Strong),
        shown(&chain.advice)
    ));
}
