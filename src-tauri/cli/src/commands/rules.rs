//! `rules`: what follows when something happens to a person.

mod backfill;
mod budget;
mod running;
mod workflow;

use crate::arguments::{Global, Rules};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::given;
use crate::home;
use crate::put;
use crate::session;
use crate::shown::shown;
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use bridge::mirror::iso;
use bridge::rules::pure::rule::Rule;
use bridge::rules::pure::{circle, examples, file, words};
use bridge::rules::{self, Obstacle, obstacles};
use bridge::store::StoreError;
use bridge::store::rule::{RuleRow, RuleState};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Larger files are no rules.
const MOST_BYTES: u64 = 1024 * 1024;

pub(super) async fn run(
    wanted: &Rules,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        Rules::List => list(global, console),
        Rules::Show { name } => show(name, global, console),
        Rules::Import { file } => import(file, global, console),
        Rules::Export { file, replace } => export(file, *replace, global, console),
        Rules::Check { file } => check(file, console),
        Rules::DryRun { name, days } => running::dry_run(name, *days, global, console).await,
        Rules::Enable { name, people } => running::enable(name, *people, global, console).await,
        Rules::Backfill {
            name, stop: true, ..
        } => backfill::stop(name, global, console),
        Rules::Backfill {
            name,
            dry_run: true,
            ..
        } => backfill::dry_run(name, global, console).await,
        Rules::Backfill { name, people, .. } => {
            backfill::begin(name, *people, global, console).await
        }
        Rules::Disable { name, .. } => disable(name.as_deref(), global, console),
        Rules::Test { name, to } => running::test(name, to, global, console).await,
        Rules::Remove { name } => remove(name, global, console),
        Rules::Workflow { create } => workflow::run(*create, global, console).await,
        Rules::Runs { name, limit } => running::runs(name.as_deref(), *limit, global, console),
        Rules::Budget => budget::run(global, console),
        Rules::Examples => print_examples(console),
    }
}

/// The rule that a row holds; what was kept was read once.
fn rule_of(row: &RuleRow) -> Result<Rule, Failure> {
    rules::rule_of(row).ok_or_else(|| {
        Failure::failed(
            "unreadable_rule",
            format!("This version can't read the rule \"{}\".", shown(&row.name)),
        )
    })
}

/// "1 rule", "2 rules".
fn many(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn named(rows: &[RuleRow], name: &str) -> Result<RuleRow, Failure> {
    let found = rows.iter().find(|row| row.name == name);
    found.cloned().ok_or_else(|| {
        let names: Vec<String> = rows.iter().map(|row| shown(&row.name)).collect();
        let known = if names.is_empty() {
            "none yet".to_owned()
        } else {
            names.join(", ")
        };
        Failure::usage(
            "no_such_rule",
            format!("There is no rule \"{}\". There are: {known}.", shown(name)),
        )
    })
}

fn list(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read().rules(connection.id)?;
    let mut told = Vec::new();
    for row in &rows {
        let mut one = as_json(row, &rule_of(row)?);
        let run = backfill::as_json(store.read().backfill_of(row.id)?.as_ref());
        if let Some(one) = one.as_object_mut() {
            one.insert("backfill".to_owned(), run);
        }
        told.push(one);
    }
    console.json(&told);
    if rows.is_empty() {
        console.say(
            "There are no rules yet. See some: tuco-hubspot rules examples. Take them from a file: \
             tuco-hubspot rules import FILE.",
        );
        return Ok(Exit::Done);
    }
    let mut cells = Vec::new();
    for row in &rows {
        let tone = match row.state {
            RuleState::On => Tone::Good,
            RuleState::Off => Tone::Quiet,
            RuleState::Paused => Tone::Bad,
        };
        cells.push(vec![
            toned(row.state.as_str(), tone),
            cell(&row.name),
            cell(&words::sentence(&rule_of(row)?, &words::AsWritten)),
            cell(&row.reason),
        ]);
    }
    let headings = ["State", "Name", "What it does", "Why"];
    console.say(&tall_table(console, &headings, cells));
    Ok(Exit::Done)
}

fn as_json(row: &RuleRow, rule: &Rule) -> Value {
    let against: Vec<_> = obstacles(rule).iter().map(Obstacle::code).collect();
    json!({
        "name": row.name,
        "state": row.state,
        "reason": row.reason,
        "sentence": words::sentence(rule, &words::AsWritten),
        "obstacles": against,
        "version": row.version,
        "failures_in_a_row": row.failures,
        "enabled_at": (row.enabled_at > 0).then(|| iso(row.enabled_at)),
        "looks_from": (row.armed_at > 0).then(|| iso(row.armed_at)),
        "changed_at": iso(row.changed_at),
        "changed_by": row.changed_by,
    })
}

fn show(name: &str, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read().rules(connection.id)?;
    let row = named(&rows, name)?;
    let rule = rule_of(&row)?;
    let mut told = as_json(&row, &rule);
    if let Some(told) = told.as_object_mut() {
        told.insert("file".to_owned(), json!(row.body));
    }
    console.json(&told);
    console.say(&shown(&words::sentence(&rule, &words::AsWritten)));
    console.say(&format!("\n{}", row.body));
    for obstacle in obstacles(&rule) {
        console.warn(&obstacle.in_words());
    }
    Ok(Exit::Done)
}

fn text_of(file: &Path) -> Result<String, Failure> {
    given::text(file, MOST_BYTES).map_err(|error| {
        Failure::usage(
            "bad_file",
            format!("{} could not be read: {error}.", file.display()),
        )
    })
}

fn rules_of(file: &Path) -> Result<Vec<Rule>, Failure> {
    file::read(&text_of(file)?).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::usage(
            "bad_rules",
            format!("{}: {}", file.display(), lines.join(" ")),
        )
    })
}

/// Exit code 0 where every rule could be turned on as it is.
fn check(file: &Path, console: &Console) -> Result<Exit, Failure> {
    let rules = rules_of(file)?;
    let circles = circle::circles(&rules);
    let told: Vec<_> = rules
        .iter()
        .map(|rule| {
            let against: Vec<_> = obstacles(rule)
                .iter()
                .map(|one| json!({"code": one.code(), "message": one.in_words()}))
                .collect();
            json!({"name": rule.name, "sentence": words::sentence(rule, &words::AsWritten), "obstacles": against})
        })
        .collect();
    console.json(&json!({"rules": told, "circles": circles}));
    let mut clean = true;
    for rule in &rules {
        console.say(&format!(
            "{}: {}",
            shown(&rule.name),
            shown(&words::sentence(rule, &words::AsWritten))
        ));
        for obstacle in obstacles(rule) {
            clean = false;
            console.say(&console.paint(&format!("  {}", obstacle.in_words()), Tone::Bad));
        }
    }
    for circle in &circles {
        console.warn(&format!(
            "These may set each other off in a circle: {}. Runs end after {} rules.",
            shown(&circle.join(", ")),
            bridge::rules::pure::happening::LONGEST_CHAIN
        ));
    }
    Ok(if clean { Exit::Done } else { Exit::Failed })
}

fn import(file: &Path, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let rules = rules_of(file)?;
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let (now, by) = (surroundings::now(), surroundings::user());
    let changed = writing.store.write(|rows| {
        let mut changed = 0_u32;
        for rule in &rules {
            let body = file::print(rule);
            changed += u32::from(rows.keep_rule(connection.id, &rule.name, &body, &by, now)?);
        }
        Ok::<_, StoreError>(changed)
    })?;
    console.json(&json!({"read": rules.len(), "changed": changed}));
    let read = many(rules.len(), "rule", "rules");
    console.say(&if changed == 0 {
        format!("{read} read. Nothing is different.")
    } else {
        format!(
            "{read} read, {changed} new or changed. What is new or changed is off until: tuco-hubspot rules enable NAME."
        )
    });
    Ok(Exit::Done)
}

fn export(file: &Path, replace: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read().rules(connection.id)?;
    let bodies: Vec<&str> = rows.iter().map(|row| row.body.as_str()).collect();
    let text = bodies.join("\n");
    if file == Path::new("-") {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(Exit::Done);
    }
    put::text(file, &text, replace)?;
    console.json(&json!({"exported": rows.len(), "file": file}));
    console.say(&format!(
        "{} in {}.",
        many(rows.len(), "rule is", "rules are"),
        file.display()
    ));
    Ok(Exit::Done)
}

/// One, or all where none is named.
fn disable(name: Option<&str>, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let rows = writing.store.read().rules(connection.id)?;
    let meant = match name {
        Some(name) => vec![named(&rows, name)?],
        None => rows,
    };
    let now = surroundings::now();
    let stopped = writing.store.write(|rows| {
        let mut stopped = 0;
        for row in &meant {
            rows.set_rule_state(row.id, RuleState::Off, "", now)?;
            stopped += rows.stop_runs_of(row.id, now)?;
        }
        Ok::<_, StoreError>(stopped)
    })?;
    let names: Vec<&str> = meant.iter().map(|row| row.name.as_str()).collect();
    console.json(&json!({"off": names, "stopped": stopped}));
    console.say(&format!(
        "Off: {}. {} not done.",
        shown(&names.join(", ")),
        many(
            stopped,
            "thing that was still to do is",
            "things that were still to do are"
        )
    ));
    Ok(Exit::Done)
}

fn remove(name: &str, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let row = named(&writing.store.read().rules(connection.id)?, name)?;
    if row.state == RuleState::On {
        return Err(Failure::usage(
            "rule_is_on",
            format!(
                "\"{0}\" is on. Turn it off first: tuco-hubspot rules disable \"{0}\".",
                shown(name)
            ),
        ));
    }
    writing.store.write(|rows| rows.remove_rule(row.id))?;
    console.json(&json!({"removed": row.name}));
    console.say(&format!("\"{}\" is removed.", shown(name)));
    Ok(Exit::Done)
}

fn print_examples(console: &Console) -> Result<Exit, Failure> {
    let told: Vec<_> = examples::all()
        .iter()
        .map(|rule| json!({"name": rule.name, "about": rule.about, "sentence": words::sentence(rule, &words::AsWritten)}))
        .collect();
    console.json(&json!({"examples": told, "file": examples::text()}));
    console.say(examples::text().trim_end());
    Ok(Exit::Done)
}
