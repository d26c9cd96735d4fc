//! `rules budget`: what rules asked HubSpot and Tuco for, by rule. Reads what is kept; asks nobody.

use super::many;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::session;
use crate::shown::shown;
use crate::surroundings;
use crate::table::{cell, tall_table};
use bridge::rules::{BUDGET_DAYS, Calls, Often, budget};
use serde_json::{Value, json};

pub(super) fn run(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let budget = budget(&store.read(), connection.id, surroundings::now())?;
    let shared: Vec<Value> = budget
        .shared
        .iter()
        .map(|one| {
            json!({
                "what": one.what,
                "rules": one.rules,
                "while_idle": one.often.as_str(),
                "today": as_json(one.today),
                "week": as_json(one.week),
            })
        })
        .collect();
    let own: Vec<Value> = budget
        .own
        .iter()
        .map(|one| {
            json!({
                "rule": one.rule,
                "while_idle": one.often.map(Often::as_str),
                "today": as_json(one.today),
                "week": as_json(one.week),
            })
        })
        .collect();
    let idle = budget.idle_round();
    console.json(&json!({
        "days": BUDGET_DAYS,
        "idle_round": idle,
        "shared": shared,
        "own": own,
    }));
    if budget.own.is_empty() {
        console.say("There are no rules yet, and nothing is asked for them.");
        return Ok(Exit::Done);
    }
    let mut cells = Vec::new();
    for one in &budget.shared {
        let what = format!(
            "{}, {}, shared by: {}",
            shown(&one.what),
            one.often.in_words(),
            shown(&one.rules.join(", "))
        );
        cells.push(row(&what, one.today, one.week));
    }
    for one in &budget.own {
        let often = one.often.map_or("alone", Often::in_words);
        let what = format!("{}, {often}", shown(&one.rule));
        cells.push(row(&what, one.today, one.week));
    }
    let headings = [
        "For",
        "HubSpot today",
        "Tuco today",
        "HubSpot in 7 days",
        "Tuco in 7 days",
    ];
    console.say(&tall_table(console, &headings, cells));
    console.say(&format!(
        "A round in which nothing changed asks HubSpot {} for rules.",
        many(idle, "time", "times")
    ));
    Ok(Exit::Done)
}

fn as_json(calls: Calls) -> Value {
    json!({"hubspot": calls.hubspot, "tuco": calls.tuco})
}

fn row(what: &str, today: Calls, week: Calls) -> Vec<comfy_table::Cell> {
    let number = |calls: u64| cell(&calls.to_string());
    vec![
        cell(what),
        number(today.hubspot),
        number(today.tuco),
        number(week.hubspot),
        number(week.tuco),
    ]
}
