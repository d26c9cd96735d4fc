//! `rules backfill`: a rule run on those who fit it already, counted and confirmed.

use super::many;
use super::running::{opened, persons, said, told, typed};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::home;
use crate::session::{self, Session};
use crate::shown::shown;
use crate::surroundings;
use crate::table::{cell, tall_table};
use crate::waiting::beside;
use bridge::mirror::iso;
use bridge::rules::pure::rule::Rule;
use bridge::rules::{Backfilled, Fitting};
use bridge::store::rule::RuleRow;
use bridge::store::rule_backfill::BackfillRow;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How the last one of a rule stands.
pub(super) fn as_json(row: Option<&BackfillRow>) -> Value {
    row.map_or(Value::Null, |row| {
        json!({
            "state": row.state.as_str(),
            "reason": row.reason,
            "people": row.people,
            "left": row.left,
            "started_at": iso(row.started_at),
            "started_by": row.started_by,
        })
    })
}

fn not_possible(name: &str, why: &str) -> Failure {
    Failure::usage(
        "not_possible",
        format!("\"{}\" can't be run on those who match. {why}", shown(name)),
    )
}

async fn fitting(
    (row, rule): (&RuleRow, &Rule),
    session: &Session,
    console: &Console,
) -> Result<Fitting, Failure> {
    let work = session.engine.rule_fitting(row.id, rule);
    let fitting = beside(work, &session.waits, console).await?;
    fitting.map_err(|why| not_possible(&row.name, &why))
}

/// How many, and for how many the guard or a limit says no.
fn counted(fitting: &Fitting) -> String {
    let mut against: BTreeMap<&str, usize> = BTreeMap::new();
    for one in fitting.would.iter().filter(|one| !one.acts()) {
        let why = match &one.guard {
            Some(guard) => guard.reason.as_str(),
            None => one.verdict.code(),
        };
        *against.entry(why).or_default() += 1;
    }
    let fit = fitting.would.len();
    let acts = fitting.would.iter().filter(|one| one.acts()).count();
    let not: Vec<String> = against
        .into_iter()
        .map(|(why, many)| format!("{many} {}", why.replace('_', " ")))
        .collect();
    let not = if not.is_empty() {
        String::new()
    } else {
        format!(" Not for all of them: {}.", not.join(", "))
    };
    let fit = many(fit, "person fits", "people fit");
    format!("{fit} it now, and it would act for {acts}.{not}")
}

pub(super) async fn dry_run(
    name: &str,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (session, row, rule) = opened(name, global, console).await?;
    let fitting = fitting((&row, &rule), &session, console).await?;
    let rows: Vec<_> = fitting.would.iter().map(told).collect();
    let acts = fitting.would.iter().filter(|one| one.acts()).count();
    console.json(&json!({
        "looked_at": fitting.looked,
        "fit": fitting.would.len(),
        "people": fitting.people().count(),
        "would_act": acts,
        "fits": rows,
    }));
    if !fitting.would.is_empty() {
        let cells = fitting
            .would
            .iter()
            .map(|one| vec![cell(&one.contact_id), cell(&said(one))]);
        console.say(&tall_table(
            console,
            &["Contact", "What it says"],
            cells.collect(),
        ));
    }
    console.say(&counted(&fitting));
    console.say("Nothing was sent or kept.");
    Ok(Exit::Done)
}

pub(super) async fn begin(
    name: &str,
    agreed: Option<usize>,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (session, row, _) = opened(name, global, console).await?;
    let who = surroundings::user();
    let begin = async |agreed| {
        let work = session.engine.begin_backfill(&row.name, agreed, &who);
        beside(work, &session.waits, console).await
    };
    let mut begun = begin(agreed).await?;
    if let Backfilled::Confirm { people } = begun
        && agreed.is_none()
    {
        let ask = format!(
            "It would be run on {}. Type that number to run it on them:",
            persons(people)
        );
        if typed(people, &ask, console)? {
            begun = begin(Some(people)).await?;
        }
    }
    match begun {
        Backfilled::Begun { people } => {
            console.json(&json!({"name": row.name, "begun": true, "people": people}));
            console.say(&format!(
                "It is run on {}, at most 50 a round, each judged again in their turn. See how it goes: \
                 tuco-hubspot rules runs. End it: tuco-hubspot rules backfill NAME --stop.",
                persons(people)
            ));
        }
        Backfilled::Nobody => {
            console.json(&json!({"name": row.name, "begun": false, "people": 0}));
            console.say("Nobody fits it now whom it would still act for. Nothing was begun.");
        }
        Backfilled::Confirm { people } => {
            return Err(Failure::needs_person(
                "not_confirmed",
                format!(
                    "\"{}\" would be run on {}. Look at them first: tuco-hubspot rules backfill NAME \
                     --dry-run. If they are meant: tuco-hubspot rules backfill NAME --people {people}.",
                    shown(name),
                    persons(people)
                ),
            ));
        }
        Backfilled::NotPossible(why) => return Err(not_possible(name, &why)),
    }
    Ok(Exit::Done)
}

pub(super) fn stop(name: &str, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let row = super::named(&writing.store.read().rules(connection.id)?, name)?;
    let now = surroundings::now();
    let left = writing
        .store
        .write(|rows| rows.stop_backfill_of(row.id, "Somebody stopped it.", now))?;
    console.json(&json!({"name": row.name, "left_out": left}));
    let left = many(left, "person was", "people were");
    console.say(&format!("It ended. {left} not looked at."));
    Ok(Exit::Done)
}
