//! `sync --watch`: round after round until told to stop.
//!
//! A network that goes away, a busy service and a machine that sleeps are part of life: they are said
//! once and the next round tries again. It ends by itself only where a person is needed.

use super::hearing::Hearing;
use super::sync;
use crate::arguments::Global;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session::{self, Session};
use crate::stop::Stop;
use crate::surroundings;
use crate::waiting::Notices;
use crate::zone::{exact, zone};
use bridge::round::Round;
use std::time::Duration;
use tokio::sync::Notify;

/// The wall clock is looked at this often while waiting: a machine that wakes up does not wait on.
const STEP: Duration = Duration::from_millis(1_000);

pub(super) async fn run(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mut stop = Stop::listen().map_err(|error| {
        Failure::failed("no_signals", format!("Signals can't be heard: {error}."))
    })?;
    let Some(session) = sign_in(global, console, &mut stop).await? else {
        return Ok(Exit::Done);
    };
    let connection = session.engine.connection();
    console.note(&format!(
        "Watching \"{}\" (portal {}). Ctrl+C stops it.",
        crate::shown::shown(&connection.name),
        connection.portal_id
    ));
    let mut hearing = Hearing::begin(&session, global, console).await?;
    let (inbox, news) = hearing.split();
    tokio::select! {
        exit = rounds(&session, news, console, &mut stop) => exit,
        () = Hearing::hear(inbox, news, &session, console) => Ok(Exit::Done),
    }
}

async fn rounds(
    session: &Session,
    news: &Notify,
    console: &Console,
    stop: &mut Stop,
) -> Result<Exit, Failure> {
    let mut last_trouble = None;
    let mut notices = Notices::default();
    loop {
        let Some(round) = sync::round(session, console, &mut notices, stop).await else {
            return Ok(Exit::Done);
        };
        if round.trouble.is_none() {
            notices.forget();
        }
        report(&round, session, &mut last_trouble, console);
        if sync::exit_of(&round) == Exit::NeedsPerson {
            return Ok(Exit::NeedsPerson);
        }
        let settings = session.engine.settings()?;
        let seconds = if console.is_watched() {
            settings.watched_seconds
        } else {
            settings.idle_seconds
        };
        if between(session, news, seconds, stop).await.is_stopped() {
            return Ok(Exit::Done);
        }
    }
}

/// Waits for the next round, and mirrors meanwhile what webhooks bring.
async fn between(session: &Session, news: &Notify, seconds: u32, stop: &mut Stop) -> Waited {
    let waiting = wait(seconds, stop);
    tokio::pin!(waiting);
    loop {
        tokio::select! {
            waited = &mut waiting => return waited,
            () = news.notified() => {}
        }
        // Not given up halfway: the next round would begin beside it.
        let _told_by_the_round = session.engine.mirror_arrived().await;
    }
}

/// Signs in, as often as it takes where there is no network. None where the program was told to stop.
async fn sign_in(
    global: &Global,
    console: &Console,
    stop: &mut Stop,
) -> Result<Option<Session>, Failure> {
    let mut prepared = session::prepare(global, console)?;
    let mut said = None;
    loop {
        let outcome = tokio::select! {
            outcome = prepared.sign_in(console) => outcome,
            () = stop.told() => return Ok(None),
        };
        match outcome {
            Ok(session) => return Ok(Some(session)),
            Err((again, failure)) if failure.exit == Exit::Failed && passes(&failure) => {
                if said != Some(failure.code) {
                    console.warn(&failure.message);
                    said = Some(failure.code);
                }
                prepared = *again;
            }
            Err((_, failure)) => return Err(failure),
        }
        let seconds = if console.is_watched() { 15 } else { 60 };
        if wait(seconds, stop).await.is_stopped() {
            return Ok(None);
        }
    }
}

/// Troubles that pass by themselves.
fn passes(failure: &Failure) -> bool {
    matches!(
        failure.code,
        "no_network"
            | "no_answer"
            | "busy"
            | "captive_portal"
            | "daily_limit"
            | "hubspot_down"
            | "tuco_down"
            | "migrating"
    )
}

fn report(round: &Round, session: &Session, last: &mut Option<&'static str>, console: &Console) {
    let at = exact(
        surroundings::now(),
        zone(&session.engine.connection().time_zone),
    );
    if let Some(line) = sync::in_one_line(round) {
        console.json(&sync::line(round));
        console.say(&format!("{}  {line}", console.paint(&at, Tone::Quiet)));
    }
    match &round.trouble {
        Some(trouble) => {
            let failure = Failure::of_trouble(trouble);
            if *last != Some(failure.code) {
                console.warn(&failure.message);
            }
            *last = Some(failure.code);
        }
        None => {
            if last.take().is_some() {
                console.note("It works again.");
            }
        }
    }
}

/// Whether a wait came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waited {
    ToTheEnd,
    Stopped,
}

impl Waited {
    fn is_stopped(self) -> bool {
        self == Self::Stopped
    }
}

/// Waits by the wall clock, in short steps: one that sleeps with the machine wakes late by one step,
/// and one that was set back waits no longer than a fresh one.
async fn wait(seconds: u32, stop: &mut Stop) -> Waited {
    let started = surroundings::now();
    let due = started.saturating_add(i64::from(seconds) * 1_000);
    loop {
        let now = surroundings::now();
        if now >= due || now < started {
            return Waited::ToTheEnd;
        }
        tokio::select! {
            () = tokio::time::sleep(STEP) => {}
            () = stop.told() => return Waited::Stopped,
        }
    }
}
