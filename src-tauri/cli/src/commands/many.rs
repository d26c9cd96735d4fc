//! `send --list`: one message to many, from a file. The same file again goes on where it was.

use super::send;
use crate::arguments::{Global, Send};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::given;
use crate::session::{self, Session};
use crate::shown::shown;
use crate::surroundings;
use crate::waiting::beside;
use crate::zone::{exact, zone};
use bridge::guard::Overrides;
use bridge::many::{ManyOrder, Next, table, type_to_start};
use bridge::store::{RowProgress, RunRow, RunState, SendState};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;

/// Larger files are no lists of people.
const MOST_BYTES: u64 = 64 * 1024 * 1024;
/// Whoever waits for longer than this is left to a later run of the command.
const LONGEST_WAIT_MS: i64 = 120_000;

pub(super) async fn run(
    list: &Path,
    wanted: &Send,
    overrides: Overrides,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let file = contents(list)?;
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    let session = beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)?;
    let (common, templates) = common(wanted, &overrides, &session)?;
    let read = table::read(&file, &common, &templates)
        .map_err(|bad| Failure::usage("bad_list", bad.to_string()))?;
    for bad in &read.bad {
        console.note(&format!("Line {}: {}. It is left out.", bad.row, bad.why));
    }
    if wanted.dry_run {
        return dry_run(&session, &read, wanted, console).await;
    }
    let orders = serde_json::to_string(&read.orders).unwrap_or_default();
    let key = bridge::many::key(&orders);
    let name = list
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let engine = &session.engine;
    let connection = engine.connection().id;
    let is_new = engine
        .read(|rows| rows.run_by_key(connection, &key))?
        .is_none();
    if is_new {
        confirm(read.orders.len(), console)?;
    }
    let run = engine.begin_run(&key, &name, &surroundings::user(), &read.orders)?;
    let begun = !matches!(run.state, RunState::Finished | RunState::Cancelled);
    if begun {
        engine.set_run(run.id, RunState::Running, "")?;
        go_through(&session, &run, console).await?;
    } else {
        console.note("This list was gone through before: nobody gets it twice.");
    }
    engine.count_calls()?;
    let exit = report(&session, run.id, &read.bad, console)?;
    drop(session.writing);
    Ok(exit)
}

/// Over 25 people somebody at a terminal types that it is meant. A script is never asked.
fn confirm(people: usize, console: &Console) -> Result<(), Failure> {
    let wanted = type_to_start(u64::try_from(people).unwrap_or(u64::MAX));
    if wanted.is_empty() || console.is_json() || !std::io::stdin().is_terminal() {
        return Ok(());
    }
    console.note(&format!(
        "{people} people would get this. --dry-run shows what each gets. To send it, type: {wanted}"
    ));
    let mut typed = String::new();
    let read = std::io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim() == wanted {
        return Ok(());
    }
    Err(Failure::usage(
        "not_confirmed",
        "That was not typed, so nothing was sent.",
    ))
}

fn contents(list: &Path) -> Result<String, Failure> {
    given::text(list, MOST_BYTES).map_err(|error| {
        Failure::usage(
            "bad_list",
            format!(
                "{} could not be read: {error}. It has to be a text file in UTF-8.",
                list.display()
            ),
        )
    })
}

fn common(
    wanted: &Send,
    overrides: &Overrides,
    session: &Session,
) -> Result<(ManyOrder, BTreeMap<String, String>), Failure> {
    let all = session.engine.read(|rows| rows.templates())?;
    let templates = all
        .into_iter()
        .map(|row| (row.body.name, row.body.text))
        .collect();
    let text = match (&wanted.text, &wanted.template) {
        (Some(text), _) => send::text(text)?,
        (None, Some(name)) => session
            .engine
            .read(|rows| Ok(send::template(&rows, name)))??,
        (None, None) => String::new(),
    };
    let common = ManyOrder {
        to: String::new(),
        text,
        channel: wanted.channel.map(send::channel),
        line: wanted.line.clone(),
        overrides: overrides
            .codes()
            .map(|code| code.as_str().to_owned())
            .collect(),
        why: wanted.why.clone().unwrap_or_default(),
        fallback: wanted.fallback.map(send::fallback),
        ..ManyOrder::default()
    };
    Ok((common, templates))
}

async fn go_through(session: &Session, run: &RunRow, console: &Console) -> Result<(), Failure> {
    let engine = &session.engine;
    let mut done = 0_u64;
    loop {
        match engine.run_next(run.id).await? {
            Next::Row(_) => {
                done += 1;
                if console.shows_progress() && done.is_multiple_of(25) {
                    console.note(&format!("{done} rows so far."));
                }
            }
            Next::Wait { until } => {
                let wait = until.saturating_sub(surroundings::now());
                if wait > LONGEST_WAIT_MS {
                    return Ok(());
                }
                let wait = std::time::Duration::from_millis(wait.max(250).unsigned_abs());
                tokio::time::sleep(wait).await;
            }
            Next::Finished | Next::Stopped => return Ok(()),
        }
    }
}

fn report(
    session: &Session,
    run: i64,
    bad: &[table::BadRow],
    console: &Console,
) -> Result<Exit, Failure> {
    let engine = &session.engine;
    let (standing, rows, due) = engine.read(|reader| {
        Ok((
            reader.run(run)?,
            reader.run_rows(run, 0, u32::MAX)?,
            reader.next_run_row_due(run)?,
        ))
    })?;
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    let mut listed = Vec::new();
    for row in &rows {
        let send = match row.send_id {
            Some(id) => engine.read(|reader| reader.send(id))?,
            None => None,
        };
        let state = match (row.progress, &send) {
            (RowProgress::Open, _) => "waiting",
            (RowProgress::LeftOut, _) => "left_out",
            (RowProgress::Failed, _) => "failed",
            (RowProgress::Done, Some(send)) => match send.state {
                SendState::Unknown => "unknown",
                SendState::Failed | SendState::Refused | SendState::Cancelled => "failed",
                _ => "sent",
            },
            (RowProgress::Done, None) => "sent",
        };
        *counts.entry(state).or_default() += 1;
        listed.push(json!({
            "row": row.row,
            "state": state,
            "reason": row.reason,
            "contact_id": row.contact_id,
            "message_id": send.as_ref().and_then(|send| send.message_id.clone()),
            "text": send.as_ref().map(|send| send.text.clone()),
        }));
    }
    listed.extend(
        bad.iter()
            .map(|bad| json!({"row": bad.row, "state": "bad_row", "reason": bad.why})),
    );
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    let state = standing
        .as_ref()
        .map_or(RunState::Finished, |run| run.state);
    let why = standing.map(|run| run.why).unwrap_or_default();
    console.json(&json!({
        "run": run,
        "state": state,
        "reason": why,
        "people": rows.len(),
        "sent": count("sent"),
        "left_out": count("left_out"),
        "failed": count("failed"),
        "unknown": count("unknown"),
        "waiting": count("waiting"),
        "bad_rows": bad.len(),
        "rows": listed,
    }));
    let zone = zone(&engine.connection().time_zone);
    let summary = format!(
        "{} of {} sent, {} left out, {} failed, {} without an answer, {} waiting.",
        count("sent"),
        rows.len(),
        count("left_out"),
        count("failed"),
        count("unknown"),
        count("waiting")
    );
    console.say(&console.paint(&summary, Tone::Strong));
    for row in rows
        .iter()
        .filter(|row| row.progress != RowProgress::Done && !row.reason.is_empty())
    {
        console.say(&format!("Line {}: {}", row.row, shown(&row.reason)));
    }
    if state == RunState::Stopped {
        console.explain(&Failure::failed(
            "stopped",
            format!("It stopped, because this holds for all: {why}. The same command goes on where it was."),
        ));
        return Ok(Exit::Failed);
    }
    if let Some(due) = due.filter(|_| count("waiting") > 0) {
        console.say(&format!(
            "Those that wait can go from {} on: the same command goes on then.",
            exact(due, zone)
        ));
    }
    Ok(if count("unknown") > 0 {
        Exit::NeedsPerson
    } else if count("failed") > 0 || !bad.is_empty() {
        Exit::Failed
    } else {
        Exit::Done
    })
}

/// Who would get what, and who is left out and why. Nothing is sent.
async fn dry_run(
    session: &Session,
    read: &table::Table,
    wanted: &Send,
    console: &Console,
) -> Result<Exit, Failure> {
    let engine = &session.engine;
    let run = RunRow {
        id: 0,
        key: String::new(),
        name: String::new(),
        state: RunState::Ready,
        why: wanted.why.clone().unwrap_or_default(),
        who: surroundings::user(),
        started_at: 0,
        changed_at: 0,
        about: String::new(),
    };
    let (mut listed, mut going): (Vec<Value>, u64) = (Vec::new(), 0);
    for (row, order) in &read.orders {
        let Some(mut order) = order.order(&run, *row) else {
            continue;
        };
        (order.intent, order.run) = (None, None);
        let preview = engine.preview(&order).await.map_err(send::failure)?;
        let reason = match (preview.refusals.first(), preview.open.is_empty()) {
            (Some(refusal), _) => refusal.code().as_str(),
            (None, false) => "unresolved",
            (None, true) => "",
        };
        going += u64::from(reason.is_empty());
        let to = preview.phone.as_deref().or(preview.email.as_deref());
        console.say(&format!(
            "Line {row}: {} {}",
            shown(to.unwrap_or("nobody")),
            if reason.is_empty() {
                shown(&preview.text)
            } else {
                reason.to_owned()
            }
        ));
        listed.push(json!({
            "row": row,
            "state": if reason.is_empty() { "would_send" } else { "would_refuse" },
            "reason": reason,
            "contact_id": preview.contact_id,
            "text": preview.text,
            "warnings": preview.warnings,
        }));
    }
    listed.extend(
        read.bad
            .iter()
            .map(|bad| json!({"row": bad.row, "state": "bad_row", "reason": bad.why})),
    );
    let people = read.orders.len();
    console.json(&json!({
        "state": "dry_run", "people": people, "going": going, "bad_rows": read.bad.len(), "rows": listed,
    }));
    console.say(&format!(
        "Nothing was sent. {going} of {people} would get it."
    ));
    engine.count_calls()?;
    Ok(Exit::Done)
}
