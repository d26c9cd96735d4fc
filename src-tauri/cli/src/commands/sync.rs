//! `sync --once`: one round, until nothing that is due is left.

use super::people::say_skipped;
use crate::arguments::{Global, KindOnly, Sync};
use crate::console::{Console, Tone};
use crate::counted::Calls;
use crate::failure::{Exit, Failure};
use crate::session::{self, Session};
use crate::shown::counted;
use crate::stop::Stop;
use crate::surroundings;
use crate::waiting::{BEAT, Notices};
use bridge::explain::of_many;
use bridge::people::{PeopleTally, Reading};
use bridge::round::Round;
use bridge::trouble::Outlook;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use wire::Timestamp;

/// How long a round may go on after the program was told to stop. What is cut off is taken up again by
/// the next one.
pub(super) const GRACE: Duration = Duration::from_secs(4);

pub(super) async fn run(
    wanted: &Sync,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let started = surroundings::now();
    let mut stop = Stop::listen().map_err(|error| {
        Failure::failed("no_signals", format!("Signals can't be heard: {error}."))
    })?;
    let calls = Arc::default();
    let session = match open(global, console, &calls, &mut stop).await {
        Ok(session) => session,
        Err(failure) if failure.exit == Exit::Usage => return Err(failure),
        Err(failure) => {
            // A script that reads the counts finds them here too, and why they are what they are.
            console.json(&nothing_done(&failure, started, &calls));
            console.explain(&failure);
            return Ok(failure.exit);
        }
    };
    let reading = reading(wanted, &session)?;
    let Some(round) = round_of(
        &session,
        &reading,
        console,
        &mut Notices::default(),
        &mut stop,
    )
    .await
    else {
        let failure = Failure::failed(
            "interrupted",
            "Stopped before the round was over. Nothing is lost; the next run goes on from here.",
        );
        console.json(&nothing_done(&failure, started, &calls));
        console.explain(&failure);
        return Ok(Exit::Failed);
    };
    console.json(&line(&round));
    summary(&round, console);
    where_to_look(&round, console);
    if let Some(trouble) = &round.trouble {
        console.explain(&Failure::of_trouble(trouble));
    }
    drop(session.writing);
    Ok(exit_of(&round))
}

async fn open(
    global: &Global,
    console: &Console,
    calls: &Arc<Calls>,
    stop: &mut Stop,
) -> Result<Session, Failure> {
    let prepared = session::prepare_counted(global, console, calls)?;
    let waits = prepared.waits();
    let progress = Progress::start(console);
    progress.turn();
    let mut notices = Notices::default();
    let mut beat = tokio::time::interval(BEAT);
    let signing_in = prepared.sign_in(console);
    tokio::pin!(signing_in);
    let opened = loop {
        tokio::select! {
            session = &mut signing_in => break session.map_err(|(_, failure)| failure),
            () = stop.told() => {
                break Err(Failure::failed("interrupted", "Stopped before the round began."));
            }
            _ = beat.tick() => progress.tell(notices.news(&waits), console),
        }
    };
    progress.end();
    opened
}

/// One round with a progress line. None where the program was told to stop and the round did not end
/// in time.
pub(super) async fn round(
    session: &Session,
    console: &Console,
    notices: &mut Notices,
    stop: &mut Stop,
) -> Option<Round> {
    round_of(session, &Reading::default(), console, notices, stop).await
}

/// How people are read, as somebody says. Other kinds are read as far as the mapping takes values from
/// them, so naming them leaves nothing out.
fn reading(wanted: &Sync, session: &Session) -> Result<Reading, Failure> {
    let since = match &wanted.since {
        Some(text) => {
            let zone = crate::zone::zone(&session.engine.connection().time_zone);
            let since = crate::zone::since(text, surroundings::now(), zone);
            let refused = || {
                Failure::usage(
                    "bad_since",
                    "--since takes 2h, 7d, 2026-01-31, or RFC 3339.",
                )
            };
            Some(since.ok_or_else(refused)?)
        }
        None => None,
    };
    Ok(Reading {
        full: wanted.full,
        since,
        only_tied: !wanted.only.is_empty() && !wanted.only.contains(&KindOnly::Contacts),
    })
}

async fn round_of(
    session: &Session,
    reading: &Reading,
    console: &Console,
    notices: &mut Notices,
    stop: &mut Stop,
) -> Option<Round> {
    let progress = Progress::start(console);
    let round = session.engine.round_reading(reading);
    tokio::pin!(round);
    let mut beat = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            round = &mut round => {
                progress.end();
                return Some(round);
            }
            () = stop.told() => break,
            _ = beat.tick() => {
                progress.tell(notices.news(&session.waits), console);
                progress.show(session);
            }
        }
    }
    progress.end();
    tokio::time::timeout(GRACE, &mut round).await.ok()
}

/// A line that says what is going on, where somebody sits before the terminal.
struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    fn start(console: &Console) -> Self {
        let bar = console.shows_progress().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
                bar.set_style(style);
            }
            bar.set_message("asking both sides whose keys these are");
            bar
        });
        Self { bar }
    }

    fn show(&self, session: &Session) {
        let Some(bar) = &self.bar else { return };
        let engine = &session.engine;
        let id = engine.connection().id;
        let counts =
            engine.read(|rows| Ok((rows.event_counts(id)?.total(), rows.effect_counts(id)?)));
        if let Ok((events, effects)) = counts {
            bar.set_message(format!(
                "{} in the log, {} written to HubSpot, {} to go",
                counted(events, "event", "events"),
                effects.done,
                effects.open()
            ));
        }
        bar.tick();
    }

    /// A sentence above the line.
    fn tell(&self, news: Option<String>, console: &Console) {
        let Some(news) = news else { return };
        match &self.bar {
            Some(bar) => bar.suspend(|| console.warn(&news)),
            None => console.warn(&news),
        }
    }

    /// Turns by itself while nothing can be counted yet.
    fn turn(&self) {
        if let Some(bar) = &self.bar {
            bar.enable_steady_tick(BEAT);
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The line of `sync --once --json`, in this order.
#[derive(Debug, Default, Serialize)]
pub(super) struct Line {
    events_new: u64,
    entries_written: u64,
    skipped: BTreeMap<String, u64>,
    waiting: u64,
    failed: u64,
    requests: Requests,
    duration_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    people: Option<PeopleTally>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure>,
}

#[derive(Debug, Default, Serialize)]
struct Requests {
    hubspot: u64,
    tuco: u64,
}

pub(super) fn line(round: &Round) -> Line {
    Line {
        events_new: round.events_new,
        entries_written: round.entries_written,
        skipped: round.skipped.clone(),
        waiting: round.waiting,
        failed: round.failed,
        requests: Requests {
            hubspot: round.hubspot_calls,
            tuco: round.tuco_calls,
        },
        duration_ms: round.duration_ms,
        people: round.people.clone(),
        error: round.trouble.as_ref().map(Failure::of_trouble),
    }
}

/// For a run that ended before its round did.
fn nothing_done(failure: &Failure, started: Timestamp, calls: &Calls) -> Line {
    Line {
        requests: Requests {
            hubspot: calls.hubspot(),
            tuco: calls.tuco(),
        },
        duration_ms: surroundings::now().saturating_sub(started),
        error: Some(failure.clone()),
        ..Line::default()
    }
}

pub(super) fn exit_of(round: &Round) -> Exit {
    match &round.trouble {
        Some(trouble) if trouble.outlook() == Outlook::NeedsPerson => Exit::NeedsPerson,
        Some(_) => Exit::Failed,
        None if round.failed > 0 => Exit::Failed,
        None => Exit::Done,
    }
}

/// What came of it, in a few lines.
pub(super) fn summary(round: &Round, console: &Console) {
    let seconds = format!(
        "{}.{} s",
        round.duration_ms / 1_000,
        round.duration_ms % 1_000 / 100
    );
    let strong = |number: u64, one: &str, more: &str| {
        let what = if number == 1 { one } else { more };
        format!(
            "{} {what}",
            console.paint(&number.to_string(), Tone::Strong)
        )
    };
    console.say(&format!(
        "{}, {} written, in {seconds} with {} to HubSpot and {} to Tuco.",
        strong(round.events_new, "new event", "new events"),
        strong(round.entries_written, "timeline entry", "timeline entries"),
        counted(round.hubspot_calls, "call", "calls"),
        round.tuco_calls,
    ));
    if let Some(people) = &round.people {
        say_people(people, console);
    }
    let kept: u64 = round.skipped.values().sum();
    if kept > 0 {
        let reasons: Vec<String> = round
            .skipped
            .iter()
            .map(|(code, count)| format!("{count} {}", of_many(code)))
            .collect();
        console.say(&format!(
            "{kept} stay in the log only: {}.",
            reasons.join(", ")
        ));
    }
    if round.waiting > 0 {
        console.say(&console.paint(
            &format!(
                "{} for a contact, or for somebody to choose one.",
                counted(round.waiting, "event waits", "events wait")
            ),
            Tone::Warn,
        ));
    }
    if round.failed > 0 {
        console.say(&console.paint(
            &format!(
                "{} given up and left to a person.",
                counted(round.failed, "event was", "events were")
            ),
            Tone::Bad,
        ));
    }
}

/// What was done for people.
fn say_people(people: &PeopleTally, console: &Console) {
    console.say(&format!(
        "People: {} read; {} made, {} changed; {} made, {} changed; {}.",
        counted(people.read, "contact", "contacts"),
        counted(people.leads_created, "lead", "leads"),
        people.leads_updated,
        counted(people.contacts_created, "contact", "contacts"),
        people.contacts_updated,
        counted(people.conflicts, "conflict", "conflicts"),
    ));
    if people.leads_in_full {
        console
            .note("All leads were read: Tuco has no filter by date, so this is done once an hour.");
    }
    if people.changes_by_id {
        console.note(
            "More contacts had changed than a search shows at once, so they were read by their numbers.",
        );
    }
    say_skipped(&people.skipped, console);
}

/// Where to look, in a home that stays.
fn where_to_look(round: &Round, console: &Console) {
    if round.waiting > 0 {
        console
            .say("Who waits: tuco-hubspot log --stage waiting. Why: tuco-hubspot explain NUMBER");
    }
    if round.failed > 0 {
        console.say("What was given up: tuco-hubspot parked list");
    }
}

/// A round that did something, in one line.
pub(super) fn in_one_line(round: &Round) -> Option<String> {
    let did = round.events_new > 0 || round.entries_written > 0;
    did.then(|| {
        format!(
            "{}, {} written, {} waiting, {} failed",
            counted(round.events_new, "new event", "new events"),
            counted(round.entries_written, "entry", "entries"),
            round.waiting,
            round.failed
        )
    })
}
