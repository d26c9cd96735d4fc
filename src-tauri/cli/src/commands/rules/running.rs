//! `rules dry-run`, `enable` and `runs`: what a rule would do, that it may, and what it did.

use super::{many, named, rule_of};
use crate::arguments::Global;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session::{self, Session};
use crate::shown::shown;
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use crate::waiting::beside;
use crate::zone::{moment, zone};
use bridge::compose::Recipient;
use bridge::mirror::iso;
use bridge::rules::pure::rule::Rule;
use bridge::rules::pure::words;
use bridge::rules::{Obstacle, TurnedOn, Would};
use bridge::store::rule::RuleRow;
use bridge::store::rule_run::RunStep;
use serde_json::json;
use std::io::IsTerminal;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) async fn signed_in(global: &Global, console: &Console) -> Result<Session, Failure> {
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)
}

/// Signed in, and the rule of this name.
pub(super) async fn opened(
    name: &str,
    global: &Global,
    console: &Console,
) -> Result<(Session, RuleRow, Rule), Failure> {
    let session = signed_in(global, console).await?;
    let id = session.engine.connection().id;
    let rows = session.engine.read(|rows| rows.rules(id))?;
    let row = named(&rows, name)?;
    let rule = rule_of(&row)?;
    Ok((session, row, rule))
}

/// "1 person", "2 people".
pub(super) fn persons(count: usize) -> String {
    many(count, "person", "people")
}

fn ago(days: u16) -> i64 {
    surroundings::now().saturating_sub(i64::from(days) * DAY_MS)
}

pub(super) async fn dry_run(
    name: &str,
    days: u16,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (session, _, rule) = opened(name, global, console).await?;
    let work = session.engine.rule_dry_run(&rule, ago(days));
    let would = beside(work, &session.waits, console).await?;
    let told: Vec<_> = would.iter().map(told).collect();
    let acts = would.iter().filter(|one| one.acts()).count();
    let unseen = bridge::rules::unseen(&rule);
    console.json(&json!({"days": days, "would_act": acts, "looked": told, "unseen": unseen}));
    let zone = zone(&session.engine.connection().time_zone);
    if !would.is_empty() {
        let cells = would.iter().map(|one| {
            vec![
                cell(&moment(one.at, zone)),
                cell(&one.contact_id),
                cell(&said(one)),
            ]
        });
        let when = format!("When ({zone})");
        let headings = [when.as_str(), "Contact", "What it says"];
        console.say(&tall_table(console, &headings, cells.collect()));
    }
    match unseen {
        Some(unseen) => console.warn(unseen),
        None => console.say(&format!(
            "In the last {} it would have acted {}. Nothing was sent or kept.",
            many(usize::from(days), "day", "days"),
            many(acts, "time", "times")
        )),
    }
    Ok(Exit::Done)
}

/// What one says to a contact now.
pub(super) async fn test(
    name: &str,
    to: &str,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let Some(recipient) = Recipient::parse(to) else {
        return Err(Failure::usage(
            "bad_recipient",
            "WHO is a contact's id, a phone number that begins with +, or an e-mail address.",
        ));
    };
    let (session, _, rule) = opened(name, global, console).await?;
    let work = session.engine.rule_test(&rule, &recipient);
    let Some(would) = beside(work, &session.waits, console).await? else {
        return Err(Failure::failed(
            "no_contact",
            "This portal has no such contact.".to_owned(),
        ));
    };
    console.json(&told(&would));
    console.say(&shown(&words::sentence(&rule, &words::AsWritten)));
    console.say(&shown(&said(&would)));
    console.say("Nothing was sent or kept.");
    Ok(Exit::Done)
}

pub(super) fn told(would: &Would) -> serde_json::Value {
    json!({
        "contact_id": would.contact_id,
        "at": iso(would.at),
        "verdict": would.verdict.code(),
        "why": would.says,
        "acts": would.acts(),
        "guard": would.guard.as_ref().map(|guard| json!({
            "reason": guard.reason,
            "why": guard.words,
            "passes_at": guard.passes_at.map(iso),
        })),
    })
}

/// The rule's word, and the guard's where it has one.
pub(super) fn said(would: &Would) -> String {
    match &would.guard {
        None => would.says.clone(),
        Some(guard) if guard.passes_at.is_some() => format!("It acts later. {}", guard.words),
        Some(guard) => format!("It acts, and no message goes. {}", guard.words),
    }
}

pub(super) async fn enable(
    name: &str,
    agreed: Option<usize>,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (session, row, rule) = opened(name, global, console).await?;
    let turn_on = async |agreed| {
        let work = session.engine.turn_on_rule_for(row.id, &rule, agreed);
        beside(work, &session.waits, console).await
    };
    let mut turned = turn_on(agreed).await?;
    if let TurnedOn::Confirm { people } = turned
        && agreed.is_none()
        && typed(
            people,
            &format!(
                "On its busiest day of the last week it would have written to {}. Type that number to turn it on:",
                persons(people)
            ),
            console,
        )?
    {
        turned = turn_on(Some(people)).await?;
    }
    let people = match turned {
        TurnedOn::On { people } => people,
        TurnedOn::NotReady(obstacles) => {
            let words: Vec<String> = obstacles.iter().map(Obstacle::in_words).collect();
            let words = words.join(" ");
            return Err(Failure::usage(
                "not_ready",
                format!("\"{}\" can't be turned on. {words}", shown(name)),
            ));
        }
        TurnedOn::Confirm { people } => {
            return Err(Failure::needs_person(
                "not_confirmed",
                format!(
                    "On its busiest day of the last week \"{}\" would have written to {}. If that is meant: \
                     tuco-hubspot rules enable NAME --people {people}, or a limit in the rule: most_a_day = 25.",
                    shown(name),
                    persons(people)
                ),
            ));
        }
    };
    console.json(&json!({"name": row.name, "state": "on", "people_a_day": people}));
    console.say(&format!(
        "It is on: {}",
        shown(&words::sentence(&rule, &words::AsWritten))
    ));
    console.say("What happened before this second sets nothing off.");
    if let Some(late) = bridge::rules::seen_late(&rule) {
        console.note(late);
    }
    Ok(Exit::Done)
}

/// The number has to be typed: a yes is typed too easily.
pub(super) fn typed(people: usize, ask: &str, console: &Console) -> Result<bool, Failure> {
    if console.is_json() || !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    console.note(ask);
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(|error| {
        Failure::failed("no_answer", format!("Nothing could be read: {error}."))
    })?;
    Ok(answer.trim() == people.to_string())
}

pub(super) fn runs(
    name: Option<&str>,
    limit: u32,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read();
    let rules = rows.rules(connection.id)?;
    let of = name.map(|name| named(&rules, name)).transpose()?;
    let runs = rows.rule_runs(connection.id, of.map(|row| row.id), limit)?;
    let name_of = |id: i64| {
        let row = rules.iter().find(|row| row.id == id);
        row.map(|row| row.name.clone()).unwrap_or_default()
    };
    let told: Vec<_> = runs
        .iter()
        .map(|run| {
            json!({
                "id": run.id,
                "rule": name_of(run.rule_id),
                "contact_id": run.contact_id,
                "fact": run.fact,
                "state": run.state,
                "version": run.version,
                "asked": run.asked,
                "told": run.told,
                "reason": run.reason,
                "why": run.words,
                "steps_done": run.step,
                "happened_at": iso(run.happened_at),
                "seen_at": iso(run.seen_at),
                "meant_at": iso(run.meant_at),
                "due_at": iso(run.due_at),
            })
        })
        .collect();
    console.json(&told);
    if runs.is_empty() {
        console.say("No rule has looked at anything yet.");
        return Ok(Exit::Done);
    }
    let zone = zone(&connection.time_zone);
    let cells = runs.iter().map(|run| {
        let tone = match run.state {
            RunStep::Done => Tone::Good,
            RunStep::Failed | RunStep::Unknown => Tone::Bad,
            RunStep::Waiting | RunStep::Doing => Tone::Warn,
            _ => Tone::Quiet,
        };
        vec![
            cell(&moment(run.happened_at, zone)),
            cell(&name_of(run.rule_id)),
            cell(&run.contact_id),
            toned(run.state.in_words(), tone),
            cell(&run.words),
        ]
    });
    let when = format!("When ({zone})");
    let headings = [when.as_str(), "Rule", "Contact", "State", "Why"];
    console.say(&tall_table(console, &headings, cells.collect()));
    Ok(Exit::Done)
}
