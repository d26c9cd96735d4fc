//! The store at a million events: does it stay as quick as it was.

use crate::timed;
use bridge::event::{Channel, Kind, Sighting, Source, TextState};
use bridge::store::{NewConnection, PageQuery, Store, StoreError};
use std::time::Duration;

/// Events of one transaction, as a page of replies brings them.
const BATCH: u64 = 100;
const ROUNDS: u32 = 400;

/// Figures.
pub(crate) struct Million {
    events: u64,
    /// Events a second, in ten equal parts of the load.
    insert_rates: Vec<f64>,
    page_p99: f64,
    search_p95: f64,
    megabytes: u64,
}

/// Loads, then asks.
pub(crate) fn run(events: u64) -> anyhow::Result<Million> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bridge.db");
    let mut store = Store::open(&path, 0)?.store;
    let connection = store.write(|rows| {
        let new = NewConnection {
            name: "bench".into(),
            portal_id: "1".into(),
            workspace_id: "w".into(),
            look_back_from: 0,
        };
        rows.insert_connection(&new, 0)
    })?;
    let part = events / 10;
    let mut insert_rates = Vec::new();
    for tenth in 0..10 {
        let (done, took) = timed(|| load(&mut store, connection, tenth * part, part));
        done?;
        insert_rates.push(part as f64 / took.as_secs_f64().max(0.001));
    }
    let page_p99 = percentile(99, pages(&store, connection, events)?);
    let search_p95 = percentile(95, searches(&store, connection)?);
    let megabytes = std::fs::metadata(&path)?.len() / 1_000_000;
    Ok(Million {
        events,
        insert_rates,
        page_p99,
        search_p95,
        megabytes,
    })
}

fn load(store: &mut Store, connection: i64, from: u64, count: u64) -> Result<(), StoreError> {
    for batch in 0..count / BATCH {
        store.write(|rows| {
            for n in 0..BATCH {
                let number = from + batch * BATCH + n;
                rows.see(connection, &event(number), 0)?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

fn event(number: u64) -> Sighting {
    const WORDS: [&str; 8] = [
        "price", "tomorrow", "thanks", "call", "garden", "invoice", "yes", "later",
    ];
    let word = |n: u64| {
        usize::try_from(n % 8)
            .ok()
            .and_then(|at| WORDS.get(at))
            .copied()
            .unwrap_or_default()
    };
    let person = number % 20_000;
    Sighting {
        message_id: format!("{number:024x}"),
        kind: if number.is_multiple_of(3) {
            Kind::Reply
        } else {
            Kind::Sent
        },
        channel: Channel::IMessage,
        lead_id: Some(format!("{person:024x}")),
        phone: Some(format!("+1202{person:07}")),
        email: None,
        name: Some(format!("Person {person}")),
        line_id: None,
        text: format!(
            "{} {} number {number} rare{}",
            word(number),
            word(number / 8),
            number % 5_000
        ),
        text_state: TextState::Whole,
        attachments: Vec::new(),
        occurred_at: i64::try_from(number).unwrap_or(0) * 1_000,
        source: Source::Messages,
        batch_id: None,
        hs_contact_id: None,
        detail: String::new(),
    }
}

/// Pages of a hundred at depths from the newest to the oldest; ten together, since one is too quick to time.
fn pages(store: &Store, connection: i64, events: u64) -> Result<Vec<Duration>, StoreError> {
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let depth = events * u64::from(round) / u64::from(ROUNDS);
        let at = i64::try_from(events - depth).unwrap_or(0) * 1_000;
        let query = PageQuery {
            connection,
            before: Some((at, i64::MAX)),
            limit: 100,
            ..PageQuery::default()
        };
        let (done, took) = timed(|| (0..10).try_for_each(|_| store.read().page(&query).map(drop)));
        done?;
        times.push(took / 10);
    }
    Ok(times)
}

fn searches(store: &Store, connection: i64) -> Result<Vec<Duration>, StoreError> {
    let words = [
        "price",
        "garden invoice",
        "rare77",
        "tomo",
        "number 4242",
        "thanks l",
        "person 1999",
    ];
    let mut times = Vec::new();
    for round in 0..ROUNDS / 4 {
        let word = words
            .get(round as usize % words.len())
            .copied()
            .unwrap_or_default();
        let query = PageQuery {
            connection,
            limit: 50,
            search: Some(word.to_owned()),
            ..PageQuery::default()
        };
        let (done, took) = timed(|| (0..10).try_for_each(|_| store.read().page(&query).map(drop)));
        done?;
        times.push(took / 10);
    }
    Ok(times)
}

/// Milliseconds.
fn percentile(percent: usize, mut times: Vec<Duration>) -> f64 {
    times.sort();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times
        .get(at)
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

/// The page's part.
pub(crate) fn tell(figures: &Million) -> String {
    let rates: Vec<String> = figures
        .insert_rates
        .iter()
        .map(|rate| format!("{rate:.0}"))
        .collect();
    format!(
        "## The store\n\n\
         {} events, {} MB. Inserts in transactions of {BATCH}, full-text index and counters included.\n\n\
         | what | figure |\n|---|---|\n\
         | events a second, tenth by tenth | {} |\n\
         | page of 100 at any depth, p99 | {:.2} ms |\n\
         | search, 50 newest matches, p95 | {:.2} ms |\n",
        figures.events,
        figures.megabytes,
        rates.join(", "),
        figures.page_p99,
        figures.search_p95
    )
}
