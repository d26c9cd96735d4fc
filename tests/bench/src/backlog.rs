//! Many replies that came in while nobody looked: how fast they reach HubSpot, and what an idle round
//! costs afterwards.

use crate::home::Home;
use crate::measure::{Took, Watch};
use crate::services::Services;
use anyhow::{bail, ensure};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Contacts are listed so many at a time.
const PAGE: usize = 100;
/// Between two replies: all came after the first look, or within the overlap of two looks.
const STEP_MS: i64 = 20;

/// Who wrote.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Senders {
    /// Leads that know their HubSpot contact, two or three replies each.
    Known,
    /// Somebody else each time, of whom Tuco knows no more than the number.
    ByNumber,
    /// The few hundred leads of a small workspace, dozens of replies each: Tuco shows ten at a time.
    Few,
}

impl Senders {
    fn words(self) -> &'static str {
        match self {
            Self::Known => "leads that know their contact",
            Self::ByNumber => "strangers, found by number",
            Self::Few => "few leads, dozens of replies each",
        }
    }
}

/// What one backlog came to.
pub(crate) struct Backlog {
    senders: Senders,
    limits: bool,
    events: u64,
    entries: u64,
    waiting: u64,
    took: Took,
    calls: (u64, u64),
    refused: u64,
    searches: u64,
    of_replies: u64,
    of_the_rest: u64,
    idle: (u64, u64),
}

/// A fresh home against a fresh sandbox.
pub(crate) async fn run(replies: u64, senders: Senders, limits: bool) -> anyhow::Result<Backlog> {
    eprintln!(
        "{replies} replies of {}, limits {} …",
        senders.words(),
        if limits { "on" } else { "off" }
    );
    let people = usize::try_from(replies)?;
    let contacts = match senders {
        Senders::Known => people / 2,
        Senders::ByNumber => people * 2,
        Senders::Few => 500,
    };
    let services = Services::start(contacts)?;
    let mut home = Home::new(&services)?;
    // The world's own month of messages first, so that only the backlog is measured.
    home.sync().await?;
    arrive(&services, replies, senders)?;
    services.control("DELETE", "requests", &Value::Null);
    services.limits(limits);
    let engine = home.open(limits).await?;
    let watch = Watch::start();
    let round = engine.round().await;
    let took = watch.took();
    home.close(engine);
    if let Some(trouble) = round.trouble {
        bail!("the round ended early: {trouble}");
    }
    ensure!(
        round.events_new >= replies,
        "only {} of {replies} replies were seen",
        round.events_new
    );
    let requests = services.control("GET", "requests", &Value::Null);
    services.limits(false);
    let idle = home.idle().await?;
    Ok(Backlog {
        senders,
        limits,
        events: round.events_new,
        entries: round.entries_written,
        waiting: round.waiting,
        took,
        calls: (round.hubspot_calls, round.tuco_calls),
        refused: refused(&requests),
        searches: calls_to(&requests, "hubspot", |path| path.ends_with("/search")),
        of_replies: calls_to(&requests, "tuco", |path| path.ends_with("/api/replies")),
        of_the_rest: calls_to(&requests, "tuco", |path| !path.ends_with("/api/replies")),
        idle,
    })
}

fn arrive(services: &Services, replies: u64, senders: Senders) -> anyhow::Result<()> {
    match senders {
        Senders::Known | Senders::Few => {
            let mut body = json!({"count": replies, "step_ms": STEP_MS});
            if let (Senders::Known, Some(fields)) = (senders, body.as_object_mut()) {
                fields.insert("leads".into(), json!(replies * 2 / 5));
            }
            let made = services.control("POST", "reply", &body);
            ensure!(made.get("made").is_some(), "the sandbox made no replies");
        }
        Senders::ByNumber => {
            let numbers = own_numbers(services, usize::try_from(replies)?)?;
            let now = wire::Clock::now(&wire::SystemClock);
            for (place, number) in numbers.iter().enumerate() {
                let back = i64::try_from(numbers.len() - place)? * STEP_MS;
                let body = json!({"from": number, "text": "Is it still free?", "at": now - back});
                let made = services.control("POST", "reply", &body);
                ensure!(made.get("messageId").is_some(), "{made}");
            }
        }
    }
    Ok(())
}

/// Numbers as the portal understood them, each that of one contact alone.
fn own_numbers(services: &Services, wanted: usize) -> anyhow::Result<Vec<String>> {
    let mut seen = std::collections::BTreeMap::new();
    let mut after = String::from("0");
    loop {
        let target = format!(
            "/crm/v3/objects/contacts?limit={PAGE}&after={after}\
             &properties=hs_calculated_phone_number,hs_calculated_mobile_number"
        );
        let page = services.hubspot(&target);
        let records = page.pointer("/results").and_then(Value::as_array);
        for record in records.into_iter().flatten() {
            let held = ["hs_calculated_phone_number", "hs_calculated_mobile_number"]
                .iter()
                .filter_map(|name| record.pointer(&format!("/properties/{name}"))?.as_str())
                .filter(|number| number.starts_with('+'));
            for number in held {
                *seen.entry(number.to_owned()).or_insert(0) += 1;
            }
        }
        let next = page.pointer("/paging/next/after").and_then(Value::as_str);
        let Some(next) = next else { break };
        next.clone_into(&mut after);
    }
    let mut own: Vec<String> = seen
        .into_iter()
        .filter(|(_, contacts)| *contacts == 1)
        .map(|(number, _)| number)
        .collect();
    own.truncate(wanted);
    ensure!(
        own.len() == wanted,
        "only {} numbers of one contact",
        own.len()
    );
    Ok(own)
}

fn refused(requests: &Value) -> u64 {
    ["hubspot", "tuco"]
        .iter()
        .filter_map(|side| requests.pointer(&format!("/{side}/refused_429"))?.as_u64())
        .sum()
}

fn calls_to(requests: &Value, side: &str, which: impl Fn(&str) -> bool) -> u64 {
    requests
        .pointer(&format!("/{side}/paths"))
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(path, _)| which(path))
        .filter_map(|(_, count)| count.as_u64())
        .sum()
}

/// The limit that alone asks for the longest time for the calls that were made, and that time. The
/// allowance of a window may be used at once, so that only what goes beyond it takes time.
fn slowest_limit(one: &Backlog) -> (&'static str, f64) {
    let beyond = |calls: u64, allowance: u64, span: f64| {
        let windows = calls.div_ceil(allowance).saturating_sub(1);
        f64::from(u32::try_from(windows).unwrap_or(u32::MAX)) * span
    };
    let limits = [
        (
            "HubSpot's 5 searches a second",
            beyond(one.searches, 5, 1.0),
        ),
        (
            "HubSpot's 190 calls in ten seconds",
            beyond(one.calls.0, 190, 10.0),
        ),
        (
            "Tuco's 120 looks at replies a minute",
            beyond(one.of_replies, 120, 60.0),
        ),
        (
            "120 other calls to Tuco a minute",
            beyond(one.of_the_rest, 120, 60.0),
        ),
    ];
    limits
        .into_iter()
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .unwrap_or_default()
}

/// The page's part.
pub(crate) fn tell(all: &[Backlog]) -> String {
    let mut page = String::from(
        "## A backlog of replies\n\n\
         From the first call to the last entry: poll, find the contact, decide, write. Over loopback, \
         the sandbox on a thread of its own. CPU is that of the engine's thread, store included.\n\n\
         | senders | limits | events | entries | time | CPU | events/s | calls HubSpot / Tuco | searches | 429 |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for one in all {
        let wall = one.took.wall.as_secs_f64().max(0.001);
        let cpu = one.took.cpu.map_or_else(
            || "?".to_owned(),
            |cpu| format!("{:.1} s", cpu.as_secs_f64()),
        );
        // Writing to a text cannot fail.
        let _written = writeln!(
            page,
            "| {} | {} | {} | {} | {wall:.1} s | {cpu} | {:.0} | {} / {} | {} | {} |",
            one.senders.words(),
            if one.limits { "on" } else { "off" },
            one.events,
            one.entries,
            one.events as f64 / wall,
            one.calls.0,
            one.calls.1,
            one.searches,
            one.refused
        );
    }
    page.push('\n');
    for one in all.iter().filter(|one| one.limits) {
        let (name, least) = slowest_limit(one);
        let share = least * 100.0 / one.took.wall.as_secs_f64().max(0.001);
        let _written = writeln!(
            page,
            "With limits, {}: {name} alone ask for {least:.1} s, so **{share:.0} %** of the slowest limit \
             was used.\n",
            one.senders.words()
        );
    }
    page.push_str(
        "Goals: 1,000 events/s without limits; with them 90 % of the slowest and no 429.\n\n\
         ## An idle `sync --once`\n\n\
         Calls of a run with nothing new, on a home that ran before; the question whose keys these are \
         is among them. The most of two runs in a row.\n\n\
         | home | events in it | waiting | HubSpot | Tuco |\n|---|---|---|---|---|\n",
    );
    for one in all {
        let _written = writeln!(
            page,
            "| after {}, limits {} | {} | {} | {} | {} |",
            one.senders.words(),
            if one.limits { "on" } else { "off" },
            one.events,
            one.waiting,
            one.idle.0,
            one.idle.1
        );
    }
    page
}
