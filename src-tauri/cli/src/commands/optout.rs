//! `optout`: who must not be written to, and what a person decides about it.

use crate::arguments::{Global, OptOut, Verdict};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session;
use crate::shown::{cut, shown};
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use crate::waiting::beside;
use crate::zone::{moment, zone};
use bridge::compose::Recipient;
use bridge::mirror::iso;
use bridge::store::{OptOutRow, ReviewRow};
use serde_json::json;

pub(super) async fn run(
    wanted: &OptOut,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        OptOut::List { all } => list(*all, global, console),
        OptOut::Add { who, why } => change(who, why.as_deref(), true, global, console).await,
        OptOut::Lift { who, why } => change(who, Some(why), false, global, console).await,
        OptOut::Decide { id, verdict } => decide(*id, *verdict, global, console).await,
    }
}

fn list(all: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read();
    let standing: Vec<OptOutRow> = rows
        .opt_outs(connection.id)?
        .into_iter()
        .filter(|row| all || row.lifted_at.is_none())
        .collect();
    let reviews = rows.open_reviews(connection.id)?;
    let steps = rows.open_steps(connection.id)?;
    let out: Vec<_> = standing.iter().map(as_json).collect();
    let open: Vec<_> = reviews.iter().map(review_as_json).collect();
    console.json(&json!({"opted_out": out, "reviews": open, "yet_to_be_told": steps.len()}));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    let zone = zone(&connection.time_zone);
    if standing.is_empty() {
        console.say("Nobody is opted out.");
    } else {
        let cells = standing.iter().map(|row| {
            vec![
                cell(&moment(row.since, zone)),
                cell(&row.address),
                cell(&row.source),
                cell(&row.lifted_at.map(|at| moment(at, zone)).unwrap_or_default()),
            ]
        });
        console.say(&tall_table(
            console,
            &[&format!("Since ({zone})"), "Who", "Said in", "Lifted"],
            cells.collect(),
        ));
    }
    if !reviews.is_empty() {
        console.say("\nThese wrote something that a person has to read. Until then nothing is sent to them:");
        let cells = reviews.iter().map(|row| {
            let who = row.of.phone.as_deref().or(row.of.email.as_deref());
            vec![
                toned(&row.id.to_string(), Tone::Strong),
                cell(who.unwrap_or_default()),
                cell(row.of.kind.as_str()),
                cell(&cut(&shown(&row.of.text), 80)),
            ]
        });
        console.say(&tall_table(
            console,
            &["ID", "Who", "Why", "They wrote"],
            cells.collect(),
        ));
        console.say("Decide: tuco-hubspot optout decide ID opted-out, or tuco-hubspot optout decide ID harmless.");
    }
    if !steps.is_empty() {
        console.say(&format!(
            "\n{} things are yet to be told to Tuco or HubSpot. Each sync tries again.",
            steps.len()
        ));
    }
    Ok(Exit::Done)
}

fn as_json(row: &OptOutRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "address": row.address,
        "source": row.source,
        "since": iso(row.since),
        "message_id": row.message_id,
        "by": row.by,
        "why": row.why,
        "lifted_at": row.lifted_at.map(iso),
    })
}

fn review_as_json(row: &ReviewRow) -> serde_json::Value {
    json!({
        "id": row.id,
        "kind": row.of.kind,
        "phone": row.of.phone,
        "email": row.of.email,
        "lead_id": row.of.lead_id,
        "text": row.of.text,
        "at": iso(row.of.at),
    })
}

async fn change(
    who: &str,
    why: Option<&str>,
    opted_out: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let to = Recipient::parse(who).ok_or_else(|| {
        Failure::usage(
            "bad_recipient",
            "Name somebody by a contact's id in HubSpot (digits), a phone number beginning with +, or an e-mail address.",
        )
    })?;
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    let session = beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)?;
    let engine = &session.engine;
    let (by, why) = (surroundings::user(), why.unwrap_or_default());
    let message = if opted_out {
        let keys = beside(engine.opt_out_by_hand(&to, &by, why), &waits, console).await?;
        console.json(&json!({"state": "opted_out", "who": keys}));
        "Opted out. It holds here from now on, and Tuco and HubSpot are told.".to_owned()
    } else {
        let lifted = beside(engine.lift_by_hand(&to, &by, why), &waits, console).await?;
        console.json(
            &json!({"state": "lifted", "ended": lifted.ended, "yet_to_be_told": lifted.left}),
        );
        match (lifted.ended, lifted.left.as_slice()) {
            (0, _) => "This person was not opted out.".to_owned(),
            (_, []) => "Lifted, here, in Tuco and in HubSpot.".to_owned(),
            (_, left) => format!(
                "Lifted here. This is yet to be told, and each sync tries again: {}.",
                shown(&left.join("; "))
            ),
        }
    };
    engine.count_calls()?;
    console.say(&console.paint(&message, Tone::Good));
    drop(session.writing);
    Ok(Exit::Done)
}

async fn decide(
    id: i64,
    verdict: Verdict,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    let session = beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)?;
    let engine = &session.engine;
    let opted_out = verdict == Verdict::OptedOut;
    let by = surroundings::user();
    let decided = beside(engine.decide_review(id, opted_out, &by), &waits, console).await?;
    engine.count_calls()?;
    if !decided {
        return Err(Failure::usage(
            "no_such_review",
            format!(
                "Nothing with the number {id} waits to be read. `tuco-hubspot optout list` shows what does."
            ),
        ));
    }
    let word = if opted_out { "opted_out" } else { "harmless" };
    console.json(&json!({"id": id, "outcome": word}));
    console.say(if opted_out {
        "Opted out. It holds from now on."
    } else {
        "It meant nothing of the kind. What was held goes its way again."
    });
    drop(session.writing);
    Ok(Exit::Done)
}
