//! Rules that are on, and many records that changed while nobody looked: how fast they are gone through,
//! and how far the memory grows with their number.
//!
//! The sandbox is in this process and the engine in one of its own, so that the memory is the engine's alone. It says
//! when its rules look, waits for a line, makes its round, and tells what that came to.

use crate::home::{Address, Home};
use crate::measure::Watch;
use crate::services::Services;
use anyhow::{Context as _, bail, ensure};
use bridge::rules::pure::file;
use bridge::store::rule::RuleState;
use bridge::store::{Store, StoreError};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;
use wire::{Clock as _, SystemClock};

const RULES: usize = 50;
/// So many change in one millisecond.
const AT_ONCE: usize = 20;

/// So many contacts change, each of which sets one rule off, whose condition it does not fulfil, so that
/// what was said is kept and nothing is done. All rules look at every change. The row of the table.
pub(crate) fn run(changes: usize) -> anyhow::Result<String> {
    eprintln!("{changes} changes and {RULES} rules …");
    let services = Services::start(0)?;
    let contacts = make(&services, changes);
    let address = &services.endpoints;
    let mut engine = Command::new(std::env::current_exe()?)
        .arg("rules-engine")
        .args([&address.hubspot_url, &address.tuco_url])
        .args([&address.hubspot_token, &address.tuco_api_key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut says = BufReader::new(engine.stdout.take().context("it can be heard")?).lines();
    let mut hears = engine.stdin.take().context("it can hear")?;
    let mut line = || says.next().context("the engine ended early");
    let from: i64 = line()??.trim().parse()?;
    let span = i64::try_from(changes / AT_ONCE)? + 1;
    while SystemClock.now() <= from + span {
        std::thread::sleep(Duration::from_millis(50));
    }
    change(&services, &contacts, from + 1);
    writeln!(hears, "go")?;
    let told: Value = serde_json::from_str(&line()??)?;
    ensure!(engine.wait()?.success(), "the engine ended badly");
    let kept = told.get("kept").and_then(Value::as_u64);
    ensure!(kept == u64::try_from(changes).ok(), "kept: {told}");
    Ok(row(&told))
}

/// The other process.
pub(crate) async fn engine(address: &Address) -> anyhow::Result<()> {
    let mut home = Home::at(address)?;
    home.sync().await?;
    turn_all_on(&home)?;
    home.sync().await?;
    println!("{}", looks_from(&home)?);
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let engine = home.open(false).await?;
    forget_most();
    let before = memory("VmRSS");
    let watch = Watch::start();
    let round = engine.round().await;
    let took = watch.took();
    let most = memory("VmHWM");
    if let Some(trouble) = round.trouble {
        bail!("the round ended early: {trouble}");
    }
    let kept = engine.read(|rows| {
        let connection = rows.connections()?.first().map_or(0, |one| one.id);
        Ok(rows.rule_runs(connection, None, u32::MAX)?.len())
    })?;
    home.close(engine);
    let (idle, _) = home.idle().await?;
    let told = json!({
        "kept": kept,
        "wall": took.wall.as_secs_f64(),
        "cpu": took.cpu.map(|cpu| cpu.as_secs_f64()),
        "calls": round.hubspot_calls,
        "idle": idle,
        "before": before,
        "grew": most.zip(before).map(|(most, before)| (most - before).max(0.0)),
    });
    println!("{told}");
    Ok(())
}

fn make(services: &Services, count: usize) -> Vec<u64> {
    services.act(|world, now| {
        let somebody = |n: usize| {
            let properties = [
                ("email", format!("p{n}@example.com")),
                ("jobtitle", "none".to_owned()),
            ];
            let properties = properties.into_iter();
            let properties = properties.map(|(name, value)| (name.to_owned(), value));
            world
                .portal
                .seed_record("contacts", properties.collect(), now)
        };
        (0..count).map(somebody).collect()
    })
}

/// One after the other, from this moment on.
fn change(services: &Services, contacts: &[u64], from: i64) {
    services.act(|world, _| {
        for (place, contact) in contacts.iter().enumerate() {
            let title = format!("grade {}", place % RULES);
            let new = BTreeMap::from([("jobtitle".to_owned(), title)]);
            let at = from + i64::try_from(place / AT_ONCE).unwrap_or_default();
            world.portal.change_record("contacts", *contact, &new, at);
        }
        world.portal.settle_index();
    });
}

fn turn_all_on(home: &Home) -> anyhow::Result<()> {
    let now = SystemClock.now();
    let mut store = Store::open(&home.file(), now)?.store;
    let connection = store.read().connections()?.first().map_or(0, |one| one.id);
    store.write(|rows| {
        for n in 0..RULES {
            let text = format!(
                "[[rule]]\nname = \"Rule {n}\"\nif = {{ all = [{{ field = \"contact.email\", is_known = true }}, \
                 {{ field = \"contact.city\", is = \"Nowhere\" }}] }}\n\
                 when = {{ property = \"contact.jobtitle\", becomes = \"grade {n}\" }}\n\
                 do = [{{ note = \"A note\" }}]\n"
            );
            for rule in file::read(&text).unwrap_or_default() {
                rows.keep_rule(connection, &rule.name, &file::print(&rule), "bench", now)?;
            }
        }
        for row in rows.rules(connection)? {
            rows.set_rule_state(row.id, RuleState::On, "", now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

/// When the last rule begins to look.
fn looks_from(home: &Home) -> anyhow::Result<i64> {
    let store = Store::open(&home.file(), SystemClock.now())?.store;
    let rows = store.read();
    let connection = rows.connections()?.first().map_or(0, |one| one.id);
    let rules = rows.rules(connection)?;
    ensure!(rules.len() == RULES, "{} rules", rules.len());
    ensure!(rules.iter().all(|one| one.armed_at > 0), "all are armed");
    Ok(rules
        .iter()
        .map(|one| one.armed_at)
        .max()
        .unwrap_or_default())
}

/// In megabytes; none where the system does not say.
fn memory(name: &str) -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number = line.trim_start_matches(':').trim().split(' ').next()?;
    Some(number.parse::<f64>().ok()? / 1_024.0)
}

/// The most memory counts from now on. Where the system refuses it, what came before counts too.
fn forget_most() {
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

/// What stands before the rows.
pub(crate) fn head() -> String {
    format!(
        "## Changes that rules look at\n\n\
         {RULES} rules are on, each with two conditions, and so many contacts changed since the last round. Each change \
         sets one rule off; what the rule saw is kept, and nothing is done. One whole round over loopback, \
         without limits; the sandbox is another process. CPU is that of the engine's thread, store included. \
         Memory is what the engine's process held when the round began, and by how much it grew at the most. An idle \
         round is a `sync --once` at once afterwards: the search goes over the last five minutes again, and nothing \
         is read a second time.\n\n\
         | changes | time | CPU | changes/s | calls HubSpot | memory | grew by | idle calls HubSpot |\n\
         |---|---|---|---|---|---|---|---|\n"
    )
}

/// What stands after them.
pub(crate) const GOALS: &str =
    "\nGoals: 10,000 changes in 5 s; no more than a few MB more for ten times as many.\n";

fn row(told: &Value) -> String {
    let number = |name: &str| told.get(name).and_then(Value::as_f64);
    let shown = |name: &str, unit: &str| {
        number(name).map_or_else(|| "?".to_owned(), |number| format!("{number:.1} {unit}"))
    };
    let whole = |name: &str| told.get(name).and_then(Value::as_u64).unwrap_or_default();
    let rate = number("kept").zip(number("wall"));
    format!(
        "| {} | {} | {} | {:.0} | {} | {} | {} | {} |\n",
        whole("kept"),
        shown("wall", "s"),
        shown("cpu", "s"),
        rate.map_or(0.0, |(kept, wall)| kept / wall.max(0.001)),
        whole("calls"),
        shown("before", "MB"),
        shown("grew", "MB"),
        whole("idle")
    )
}
