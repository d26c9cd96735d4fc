//! Many replies that came in while nobody looked: how fast they reach HubSpot, and what an idle round
//! costs afterwards.

use bridge::connect::{Access, Keys, establish, identify};
use bridge::engine::{Engine, Outside};
use bridge::store::Store;
use hubspot::HubSpot;
use sandbox::launch::Launch;
use std::sync::Arc;
use tuco::Tuco;
use wire::{Clock, Gateway, Origin, Pace, ReqwestTransport, Secret, SystemClock, SystemEntropy};

/// What one backlog came to.
pub(crate) struct Backlog {
    events: u64,
    entries: u64,
    milliseconds: u64,
    calls: (u64, u64),
    refused_429: u64,
    idle_calls: (u64, u64),
    by_path: Vec<(String, u64)>,
}

/// A fresh home against a fresh sandbox with so many replies, with the services' limits or without.
pub(crate) async fn run(replies: u64, limits: bool) -> anyhow::Result<Backlog> {
    let launch = Launch {
        seed: 1,
        contacts: 5_000,
        limits,
        ..Launch::default()
    };
    let launched = launch.start().await?;
    // The sandbox answers from another thread, as another machine would.
    let access = Access {
        transport: Arc::new(ReqwestTransport::new()?),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        hubspot: Origin::loopback(&launched.endpoints.hubspot_url)?,
        tuco: Origin::loopback(&launched.endpoints.tuco_url)?,
        waits: Arc::default(),
    };
    let keys = Keys {
        hubspot: Secret::new(launched.endpoints.hubspot_token.clone()),
        tuco: Secret::new(launched.endpoints.tuco_api_key.clone()),
    };
    let folder = tempfile::tempdir()?;
    let (mut outside, identity) = identify(&access, &keys, "").await?;
    if !limits {
        outside = unpaced(&access, &keys);
    }
    let mut store = Store::open(&folder.path().join("bridge.db"), access.clock.now())?.store;
    let connection = establish(&mut store, &identity, None, &access)?;
    let engine = Engine::new(store, connection, outside);
    // The world's own month of messages first, so that only the backlog is measured.
    engine.round().await;
    let body = serde_json::json!({"count": replies, "step_ms": 200, "leads": replies.min(4_000)});
    control(&launched, "reply", &body);
    control_delete(&launched, "requests");
    let started = access.clock.now();
    let round = engine.round().await;
    let milliseconds = access.clock.now().abs_diff(started).max(1);
    if let Some(trouble) = round.trouble {
        anyhow::bail!("the round ended early: {trouble}");
    }
    let requests = control_get(&launched, "requests");
    let idle = engine.round().await;
    Ok(Backlog {
        events: round.events_new,
        entries: round.entries_written,
        milliseconds,
        calls: (round.hubspot_calls, round.tuco_calls),
        refused_429: ["hubspot", "tuco"]
            .iter()
            .filter_map(|side| requests.pointer(&format!("/{side}/refused_429"))?.as_u64())
            .sum(),
        idle_calls: (idle.hubspot_calls, idle.tuco_calls),
        by_path: paths(&requests),
    })
}

/// The same clients without a pace of their own, for services without limits.
fn unpaced(access: &Access, keys: &Keys) -> Outside {
    let gateway = |side| {
        let pace = Arc::new(Pace::new(Vec::new()));
        Gateway::new(access.transport.clone(), access.clock.clone(), pace, side)
    };
    Outside {
        hubspot: HubSpot::new(
            gateway("hubspot"),
            access.hubspot.clone(),
            keys.hubspot.clone(),
        ),
        tuco: Tuco::new(gateway("tuco"), access.tuco.clone(), keys.tuco.clone()),
        clock: access.clock.clone(),
        entropy: access.entropy.clone(),
        waits: access.waits.clone(),
    }
}

fn ask(
    launched: &sandbox::launch::Launched,
    method: &str,
    name: &str,
    body: &[u8],
) -> serde_json::Value {
    let request =
        sandbox::message::HttpRequest::new(method, &format!("/_sandbox/{name}"), "", body.to_vec());
    let mut world = launched
        .world
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let answer = world.handle(sandbox::world::Side::Tuco, &request, SystemClock.now());
    serde_json::from_slice(&answer.response.body).unwrap_or_default()
}

fn control(launched: &sandbox::launch::Launched, name: &str, body: &serde_json::Value) {
    ask(launched, "POST", name, body.to_string().as_bytes());
}

fn control_get(launched: &sandbox::launch::Launched, name: &str) -> serde_json::Value {
    ask(launched, "GET", name, &[])
}

fn control_delete(launched: &sandbox::launch::Launched, name: &str) {
    ask(launched, "DELETE", name, &[]);
}

fn paths(requests: &serde_json::Value) -> Vec<(String, u64)> {
    ["hubspot", "tuco"]
        .iter()
        .filter_map(|side| requests.pointer(&format!("/{side}/paths"))?.as_object())
        .flatten()
        .filter_map(|(path, count)| Some((path.clone(), count.as_u64()?)))
        .filter(|(_, count)| *count > 3)
        .collect()
}

/// Seconds that the slowest limit alone would take for the calls that were made: 190 calls in ten
/// seconds, five searches a second, 120 calls a minute to Tuco's replies and as many to the rest. A
/// limit's whole allowance may be used at once, so only what goes beyond it takes time.
fn slowest_limit(backlog: &Backlog) -> f64 {
    let sum = |part: &str| -> f64 {
        let paths = backlog
            .by_path
            .iter()
            .filter(|(path, _)| path.contains(part));
        paths.map(|(_, count)| *count as f64).sum()
    };
    let beyond =
        |calls: f64, allowance: f64, span: f64| ((calls / allowance).ceil() - 1.0).max(0.0) * span;
    let searches = sum("/search") / 5.0;
    [
        searches,
        beyond(backlog.calls.0 as f64, 190.0, 10.0),
        beyond(sum("/api/replies"), 120.0, 60.0),
        beyond(sum("/api/leads"), 120.0, 60.0),
    ]
    .into_iter()
    .fold(0.0, f64::max)
}

/// The page's part.
pub(crate) fn tell(free: &Backlog, limited: &Backlog) -> String {
    let rate = |one: &Backlog| one.events as f64 * 1_000.0 / one.milliseconds as f64;
    let row = |name: &str, one: &Backlog| {
        format!(
            "| {name} | {} | {} | {:.1} s | {:.0}/s | {} / {} | {} | {} / {} |\n",
            one.events,
            one.entries,
            one.milliseconds as f64 / 1_000.0,
            rate(one),
            one.calls.0,
            one.calls.1,
            one.refused_429,
            one.idle_calls.0,
            one.idle_calls.1
        )
    };
    let ceiling = slowest_limit(limited);
    let share = ceiling * 100_000.0 / limited.milliseconds as f64;
    format!(
        "## A backlog of replies\n\n\
         From the first call to the last entry, over loopback sockets.\n\n\
         | services | events | entries | time | rate | calls HubSpot / Tuco | 429 | idle round after it |\n\
         |---|---|---|---|---|---|---|---|\n{}{}\n\
         With limits, the slowest limit alone asks for {ceiling:.1} s for these calls: {share:.0} % of \
         the time was spent at it.\n\n",
        row("without limits", free),
        row("with limits", limited),
    )
}
