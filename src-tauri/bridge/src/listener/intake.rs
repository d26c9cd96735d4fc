//! Deliveries into the store, many in one transaction, each acknowledged after it.

use super::Verdict;
use super::check::Checked;
use super::refusals::{Refusals, next_good};
use crate::engine::Engine;
use crate::engine::settings_of;
use crate::event::Kind;
use crate::poll::{of_delivered, see_one};
use crate::store::{DeliveryRow, HubSpotEventRow, StoreError, Writer};
use hubspot::reported::ReportedEvent;
use std::cell::RefCell;
use std::collections::BTreeMap;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use wire::Timestamp;

/// Deliveries of one transaction.
const MOST_AT_ONCE: usize = 256;
/// An event that is this much older, or newer, than its arrival is marked.
const LATE_MS: i64 = 5 * 60 * 1_000;
/// After a change of the secret, deliveries signed with the old one may be on their way so long.
const IN_FLIGHT_MS: i64 = 60 * 1_000;

/// What a request says whose signature is good.
#[derive(Debug, Clone)]
pub enum Good {
    /// Tuco delivers an event.
    Delivered(Box<Checked>),
    /// HubSpot reports some.
    Reported(Vec<ReportedEvent>),
}

/// A request that has reached the listener, on its way into the store.
#[derive(Debug)]
pub struct Arrived {
    /// When, by the clock.
    pub at: Timestamp,
    /// When, to measure by.
    pub started: Instant,
    /// The event that the header names, for the list of the last requests.
    pub event: String,
    /// Length of the body.
    pub bytes: u64,
    /// What it says, or why it was refused.
    pub what: Result<Good, Verdict>,
    /// Who waits for it to be stored; nobody for what was refused.
    pub answer: Option<oneshot::Sender<Verdict>>,
}

/// What came of a batch.
#[derive(Debug, Default)]
pub struct Taken {
    /// In the order of the batch.
    pub verdicts: Vec<Verdict>,
    /// Events that were not known.
    pub news: u64,
    /// The old secret is needed no more: Tuco signs with the new one, and nothing can be on its way.
    pub old_secret_done: bool,
}

/// Where batches come from.
pub type Inbox = mpsc::Receiver<Arrived>;

/// The next batch, as soon as there is one; none once the listener is closed.
pub async fn next(inbox: &mut Inbox) -> Option<Vec<Arrived>> {
    let mut batch = Vec::new();
    let count = inbox.recv_many(&mut batch, MOST_AT_ONCE).await;
    (count > 0).then_some(batch)
}

/// Tells the senders, after the transaction has ended. Whoever went away is told nothing.
pub fn acknowledge(batch: Vec<Arrived>, taken: Result<&Taken, &StoreError>) {
    for (at, arrived) in batch.into_iter().enumerate() {
        let verdict = taken
            .ok()
            .and_then(|taken| taken.verdicts.get(at).copied())
            .unwrap_or(Verdict::NotStored);
        if let Some(answer) = arrived.answer {
            let _ = answer.send(verdict);
        }
    }
}

impl Engine {
    /// Stores what arrives until the listener is closed, and tells after each batch how many events were
    /// news. For a program that drives the engine itself.
    pub async fn take_deliveries(&self, inbox: &mut Inbox, told: impl Fn(u64)) {
        let noted = Noted {
            engine: self,
            refusals: RefCell::default(),
        };
        let refusals = &noted.refusals;
        let clock = self.outside.clock.clone();
        while let Some(batch) = next_good(inbox, refusals, &*clock).await {
            let now = self.now();
            let taken = self.write(|rows| {
                refusals.borrow().write(rows, self.id())?;
                take_in(rows, self.id(), now, &batch)
            });
            refusals.borrow_mut().tried(taken.is_ok(), now);
            acknowledge(batch, taken.as_ref());
            told(taken.map_or(0, |taken| taken.news));
        }
    }
}

/// What was turned away and is not written yet. It is, when nobody drives the listener any more.
struct Noted<'e> {
    engine: &'e Engine,
    refusals: RefCell<Refusals>,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        let refusals = self.refusals.get_mut();
        if refusals.wait(0).is_some() {
            // Where that fails, they are not counted.
            let id = self.engine.id();
            let _uncounted = self.engine.write(|rows| refusals.write(rows, id));
        }
    }
}

/// Stores a batch, in the transaction that is handed in.
///
/// # Errors
/// See [`StoreError`]. Then nothing of the batch is stored.
pub fn take_in(
    rows: &Writer<'_>,
    connection: i64,
    now: Timestamp,
    batch: &[Arrived],
) -> Result<Taken, StoreError> {
    let row = rows.connection(connection)?.ok_or(StoreError::Missing)?;
    let region = settings_of(rows, &row)?.phone_region;
    let mut taken = Taken::default();
    let mut counts: BTreeMap<Verdict, u64> = BTreeMap::new();
    let (mut rewritten, mut newest_secret) = (0, false);
    for arrived in batch {
        let (verdict, news) = match arrived.what.as_ref() {
            Ok(Good::Delivered(checked)) => {
                rewritten += u64::from(checked.rewritten);
                newest_secret |= checked.secret == 0 && !checked.delivered.test;
                let verdict = take_one(rows, connection, &region, now, checked)?;
                (verdict, u64::from(verdict == Verdict::Taken))
            }
            Ok(Good::Reported(events)) => take_reported(rows, connection, arrived.at, events)?,
            Err(verdict) => (*verdict, 0),
        };
        taken.news += news;
        *counts.entry(verdict).or_default() += 1;
        taken.verdicts.push(verdict);
        if !verdict.is_at_the_door() {
            rows.add_delivery(connection, &listed(arrived, verdict))?;
        }
    }
    rows.trim_deliveries(connection)?;
    for (verdict, count) in counts {
        rows.count_deliveries(connection, verdict, count)?;
    }
    if rewritten > 0 {
        rows.count_rewritten(connection, rewritten)?;
    }
    if newest_secret && let Some(webhook) = rows.webhook(connection)? {
        let since = webhook.rotating_since;
        taken.old_secret_done = since > 0 && now >= since.saturating_add(IN_FLIGHT_MS);
    }
    Ok(taken)
}

fn take_one(
    rows: &Writer<'_>,
    connection: i64,
    region: &str,
    now: Timestamp,
    checked: &Checked,
) -> Result<Verdict, StoreError> {
    if checked.delivered.test {
        return Ok(Verdict::Test);
    }
    if !rows.remember_body(connection, &checked.sum)? {
        return Ok(Verdict::Again);
    }
    let Some(sighting) = of_delivered(&checked.delivered, now) else {
        return Ok(Verdict::NoMessage);
    };
    let news = see_one(rows, connection, &sighting, region, now)?;
    if matches!(sighting.kind, Kind::Sent | Kind::Failed | Kind::Fallback) {
        // It has ended: nobody need ask for it any more.
        rows.remove_pending(connection, &sighting.message_id)?;
    }
    Ok(if news { Verdict::Taken } else { Verdict::Again })
}

/// What HubSpot reports waits in a table of its own for the rules. How many events are news.
fn take_reported(
    rows: &Writer<'_>,
    connection: i64,
    arrived_at: Timestamp,
    events: &[ReportedEvent],
) -> Result<(Verdict, u64), StoreError> {
    let mut news = 0;
    for event in events {
        if rows.remember_body(connection, &event.sum)? {
            rows.add_hubspot_event(connection, &HubSpotEventRow::of(event, arrived_at))?;
            news += 1;
        }
    }
    let verdict = if news > 0 {
        Verdict::Taken
    } else {
        Verdict::Again
    };
    Ok((verdict, news))
}

pub(super) fn listed(arrived: &Arrived, verdict: Verdict) -> DeliveryRow {
    let (delivered, reported) = match arrived.what.as_ref() {
        Ok(Good::Delivered(checked)) => (Some(&checked.delivered), None),
        Ok(Good::Reported(events)) => (None, events.first()),
        Err(_) => (None, None),
    };
    let told_at = delivered.and_then(|delivered| delivered.happened_at.or(delivered.at));
    let told_at = told_at.or(reported.and_then(|event| event.occurred_at));
    let name = delivered.map_or(&arrived.event, |delivered| &delivered.name);
    let event = match reported {
        Some(event) => format!("hubspot {} {}", event.kind.as_str(), event.name),
        None => name.clone(),
    };
    DeliveryRow {
        id: 0,
        at: arrived.at,
        event: event.trim_end().to_owned(),
        message_id: delivered
            .and_then(|delivered| Some(delivered.message.as_ref()?.id.clone()))
            .unwrap_or_default(),
        verdict,
        late: told_at.is_some_and(|at| at.abs_diff(arrived.at) > LATE_MS.unsigned_abs()),
        latency_us: u64::try_from(arrived.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        bytes: arrived.bytes,
    }
}
