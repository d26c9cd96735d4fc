//! `listener`: Tuco reports at once, to whoever has a tunnel to this computer.
//!
//! The listener itself runs inside `sync --watch`, or the window. This command turns it on and off,
//! registers it at Tuco and shows what came in.

use crate::arguments::{Global, Listener};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session;
use crate::surroundings::{self, CLIENT_SECRET};
use crate::table::{cell, table, toned};
use crate::vault;
use crate::zone::{exact, zone};
use bridge::listener::registration::{self, Registrar, RegistrationError};
use bridge::listener::{hubspot_address, local_address, trial};
use bridge::store::{ConnectionRow, DeliveryRow, HubSpotEventRow, Method, ReadStore, WebhookRow};
use bridge::vault::Vault;
use serde_json::{Value, json};

/// Deliveries that `listener status` shows.
const SHOWN: u32 = 10;

pub(super) async fn run(
    wanted: &Listener,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        Listener::Status => status(global, console),
        Listener::Test => test(global, console).await,
        Listener::On { .. } | Listener::Off | Listener::Rotate { .. } => {
            change(wanted, global, console).await
        }
    }
}

async fn change(wanted: &Listener, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let by_hand = surroundings::webhook_secret()?.is_some();
    let session = session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)?;
    let stores = vault::opened(&session.engine.connection().key, global, console)?;
    let registrar = Registrar::new(&session.engine, stores);
    let row = match wanted {
        Listener::On { tunnel, port } => {
            let row = registrar
                .turn_on(tunnel.as_deref(), *port)
                .map_err(|error| failed(&error))?;
            if by_hand || registrar.address(&row).is_none() {
                row
            } else {
                registrar
                    .register(|_| ())
                    .await
                    .map_err(|error| failed(&error))?
            }
        }
        Listener::Rotate { finish: false } => registrar
            .register(|_| ())
            .await
            .map_err(|error| failed(&error))?,
        Listener::Rotate { finish: true } => registrar
            .end_rotation()
            .await
            .map_err(|error| failed(&error))?,
        _ => registrar.turn_off().await.map_err(|error| failed(&error))?,
    };
    let address = registrar.address(&row);
    session.engine.count_calls()?;
    console.json(&state(&row, address.as_deref()));
    say(&row, address.as_deref(), by_hand, console);
    drop(session.writing);
    Ok(Exit::Done)
}

fn say(row: &WebhookRow, address: Option<&str>, by_hand: bool, console: &Console) {
    if !row.enabled {
        console.say("The listener is off, and Tuco reports to nobody here.");
        return;
    }
    console.say(&format!(
        "The listener is on. While `sync --watch` runs it listens at {}",
        local_address(row.port, &row.path)
    ));
    match (address, row.webhook_id.is_empty()) {
        (None, _) => console
            .say("Tuco can't reach it yet: tuco-hubspot listener on --tunnel https://name.example"),
        (Some(address), true) if by_hand => console.say(&format!(
            "Registered by hand: at Tuco, Add Webhook with {address}"
        )),
        (Some(address), true) => console.say(&format!("Not registered at Tuco: {address}")),
        (Some(address), false) => console.say(&format!("Tuco reports to {address}")),
    }
    console.say(&format!(
        "For a webhook of a HubSpot workflow, or of your own app: {}",
        hubspot_address(&row.tunnel, row.port, &row.path)
    ));
    if row.rotating_since > 0 {
        console.say(
            "Two secrets hold. The old one goes by itself once Tuco signs with the new one, or with \
             tuco-hubspot listener rotate --finish",
        );
    }
}

fn state(row: &WebhookRow, address: Option<&str>) -> Value {
    let (local, hubspot) = if row.enabled {
        (
            local_address(row.port, &row.path),
            hubspot_address(&row.tunnel, row.port, &row.path),
        )
    } else {
        (String::new(), String::new())
    };
    json!({
        "on": row.enabled, "port": row.port, "local": local, "tunnel": row.tunnel,
        "address": address.unwrap_or_default(), "hubspot_address": hubspot, "registered": !row.webhook_id.is_empty(),
        "rotating": row.rotating_since > 0, "rewritten": row.rewritten,
    })
}

fn read(global: &Global) -> Result<(ReadStore, ConnectionRow, WebhookRow), Failure> {
    let (store, connection) = session::read(global)?;
    let row = store.read().webhook(connection.id)?;
    let row = row.ok_or_else(|| failed(&RegistrationError::Off))?;
    Ok((store, connection, row))
}

fn status(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let sandbox = surroundings::access()?.tuco.is_loopback();
    let Some(row) = store.read().webhook(connection.id)? else {
        console.json(&json!({"on": false}));
        console.say("The listener is off. Nothing is missed: Tuco is asked every round.");
        return Ok(Exit::Done);
    };
    let counts = store.read().delivery_counts(connection.id)?;
    let last = store.read().deliveries(connection.id, SHOWN)?;
    let heard = store.read().last_hubspot_events(connection.id, SHOWN)?;
    let address = registration::address(&row, sandbox).filter(|_| row.enabled);
    let mut told = state(&row, address.as_deref());
    if let Some(told) = told.as_object_mut() {
        told.insert("counts".to_owned(), json!(counts));
        told.insert(
            "deliveries".to_owned(),
            last.iter().map(delivery).collect::<Vec<_>>().into(),
        );
        told.insert(
            "hubspot_events".to_owned(),
            heard.iter().map(hubspot_event).collect::<Vec<_>>().into(),
        );
    }
    console.json(&told);
    let by_hand = surroundings::webhook_secret()?.is_some();
    say(&row, address.as_deref(), by_hand, console);
    if !last.is_empty() && !console.is_json() {
        let zone = zone(&connection.time_zone);
        let mut rows = Vec::new();
        for one in &last {
            let tone = if one.verdict.is_good() {
                Tone::Good
            } else {
                Tone::Bad
            };
            rows.push(vec![
                cell(&exact(one.at, zone)),
                cell(&crate::shown::shown(&one.event)),
                toned(&verdict(one), tone),
                cell(&format!("{} ms", one.latency_us / 1_000)),
            ]);
        }
        console.say(&table(console, &["When", "Event", "Verdict", "Took"], rows));
    }
    Ok(Exit::Done)
}

fn verdict(one: &DeliveryRow) -> String {
    let late = if one.late { ", late" } else { "" };
    format!("{}{late}", one.verdict)
}

fn delivery(one: &DeliveryRow) -> Value {
    json!({
        "id": one.id, "at": one.at, "event": one.event, "message_id": one.message_id,
        "verdict": one.verdict, "why": one.verdict.in_words(), "late": one.late,
        "latency_us": one.latency_us, "bytes": one.bytes,
    })
}

/// Without its body: that is for rules.
fn hubspot_event(one: &HubSpotEventRow) -> Value {
    json!({
        "id": one.id, "kind": one.kind.as_str(), "name": one.name, "object_type": one.object_type,
        "object_id": one.object_id, "property": one.property, "workflow_id": one.workflow_id,
        "occurred_at": one.occurred_at, "arrived_at": one.arrived_at,
    })
}

/// Works beside the copy that listens: it knocks at its door.
async fn test(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (_, connection, row) = read(global)?;
    if !row.enabled {
        return Err(failed(&RegistrationError::Off));
    }
    let secrets = secrets(&connection.key, global, console).await?;
    let Some(secret) = secrets.first() else {
        return Err(Failure::needs_person(
            "not_registered",
            "There is no secret to sign a test with. Register first: tuco-hubspot listener on --tunnel \
             https://name.example",
        ));
    };
    let sent = trial::send(row.port, &row.path, secret, surroundings::now()).await;
    let (status, word) = sent.map_err(|error| {
        Failure::failed(
            "nobody_listens",
            format!(
                "Nobody listens on port {} of this computer ({error}). Start `tuco-hubspot sync --watch`, or \
                 the window.",
                row.port
            ),
        )
    })?;
    let good = status == 200;
    console.json(&json!({"ok": good, "status": status, "verdict": word}));
    if good {
        console.say("The test arrived: its signature was right, and nothing was written.");
        return Ok(Exit::Done);
    }
    let verdict = bridge::listener::Verdict::parse(&word);
    console.say(&format!(
        "The test did not come through ({status}). {}",
        verdict.map_or("", bridge::listener::Verdict::in_words)
    ));
    Ok(Exit::Failed)
}

/// Of this run's environment, else of the vault; the newest first.
pub(super) async fn secrets(
    connection_key: &str,
    global: &Global,
    console: &Console,
) -> Result<Vec<wire::Secret>, Failure> {
    if let Some(given) = surroundings::webhook_secret()? {
        return Ok(vec![given]);
    }
    let stores = vault::opened(connection_key, global, console)?;
    let key = connection_key.to_owned();
    let loaded = tokio::task::spawn_blocking(move || registration::load_secrets(&*stores, &key));
    match loaded.await {
        Ok(Ok(secrets)) => Ok(secrets),
        Ok(Err(error)) => Err(Failure::needs_person("keychain", error.to_string())),
        Err(_) => Ok(Vec::new()),
    }
}

/// What HubSpot signs with: of this run's environment, else of the vault. None where the connection signs in
/// with a pasted key.
pub(super) async fn client_secret(
    connection: &ConnectionRow,
    global: &Global,
    console: &Console,
) -> Result<Option<wire::Secret>, Failure> {
    if let Some(given) = surroundings::given_key(CLIENT_SECRET)? {
        return Ok(Some(given));
    }
    if connection.method != Method::SignIn || surroundings::given_keys()?.is_some() {
        return Ok(None);
    }
    let stores = vault::opened(&connection.key, global, console)?;
    let key = connection.key.clone();
    let loaded = tokio::task::spawn_blocking(move || stores.load(&key)).await;
    match loaded {
        Ok(Ok(kept)) => Ok(kept.and_then(|kept| kept.hubspot_client_secret)),
        Ok(Err(error)) => Err(Failure::needs_person("keychain", error.to_string())),
        Err(_) => Ok(None),
    }
}

fn failed(error: &RegistrationError) -> Failure {
    match error {
        RegistrationError::Trouble(trouble) => Failure::of_trouble(trouble),
        RegistrationError::NotKept(_) | RegistrationError::Vault(_) => {
            Failure::needs_person("keychain", error.to_string())
        }
        RegistrationError::Tunnel => Failure::usage("bad_tunnel", error.to_string()),
        RegistrationError::NoTunnel => Failure::usage("no_tunnel", error.to_string()),
        RegistrationError::Off => Failure::usage("listener_off", error.to_string()),
        RegistrationError::Listen(_) => Failure::failed("listener", error.to_string()),
    }
}
