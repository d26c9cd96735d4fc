//! The store at a million events: does it stay as quick as it was.
//!
//! The rare ones are all among the oldest, where a search that reads from the newest finds them last.

use crate::measure::{Took, Watch, percentile};
use bridge::event::{Channel, Kind, Sighting, Source, Stage, TextState};
use bridge::reason::Reason;
use bridge::store::{ActivityFilter, NewConnection, PageQuery, Start, Store, StoreError};
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;
use wire::{Clock as _, SystemClock};

/// Events of one transaction, as a page of the replies of talkative leads brings them.
const BATCH: u64 = 1_000;
const PARTS: u64 = 10;
/// Pages are asked for at so many depths, words so many times.
const DEPTHS: u64 = 1_000;
const TIMES: usize = 200;

/// Figures.
pub(crate) struct Million {
    events: u64,
    /// What each tenth of the load took.
    parts: Vec<Took>,
    pages: Vec<(String, Vec<Took>)>,
    searches: Vec<(String, Vec<Took>)>,
    megabytes: u64,
}

/// Loads, then asks.
pub(crate) fn run(events: u64) -> anyhow::Result<Million> {
    eprintln!("{events} events in the store …");
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
    let part = events / PARTS;
    let mut parts = Vec::new();
    for tenth in 0..PARTS {
        let watch = Watch::start();
        load(&mut store, connection, tenth * part, part)?;
        parts.push(watch.took());
    }
    let mut pages = Vec::new();
    for (name, query) in page_cases(connection) {
        pages.push((name, at_all_depths(&store, &query, events)?));
    }
    let mut searches = Vec::new();
    for (name, query) in search_cases(connection) {
        searches.push((name, again_and_again(&store, &query)?));
    }
    for (name, filter) in log_cases(connection) {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let watch = Watch::start();
            store.read().activity(&filter, Start::Newest, 100)?;
            times.push(watch.took());
        }
        searches.push((name, times));
    }
    let megabytes = std::fs::metadata(&path)?.len() / 1_000_000;
    Ok(Million {
        events,
        parts,
        pages,
        searches,
        megabytes,
    })
}

/// Adds so many events to a data file of somebody, all of them mirrored long ago, so that whoever opens
/// it has much to show and nothing to do.
pub(crate) fn fill(path: &Path, connection: i64, events: u64) -> anyhow::Result<()> {
    let mut store = Store::open(path, SystemClock.now())?.store;
    for batch in 0..events / BATCH {
        store.write(|rows| {
            for number in batch * BATCH..(batch + 1) * BATCH {
                let id = rows.see(connection, &event(number), 0)?.id;
                rows.set_stage(id, Stage::Written, None)?;
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

fn load(store: &mut Store, connection: i64, from: u64, count: u64) -> Result<(), StoreError> {
    for batch in 0..count / BATCH {
        store.write(|rows| {
            for n in 0..BATCH {
                let number = from + batch * BATCH + n;
                let id = rows.see(connection, &event(number), 0)?.id;
                if number < 100_000 && number.is_multiple_of(100) {
                    rows.wait(id, &Reason::NoAddress, 1, i64::MAX)?;
                }
            }
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

/// A third are replies; of the oldest hundred thousand a few are opened, fewer failed.
fn kind(number: u64) -> Kind {
    match number {
        0..100_000 if number.is_multiple_of(10_000) => Kind::Failed,
        0..100_000 if number % 200 == 1 => Kind::Opened,
        _ if number.is_multiple_of(3) => Kind::Reply,
        _ => Kind::Sent,
    }
}

fn event(number: u64) -> Sighting {
    const WORDS: [&str; 8] = [
        "price", "tomorrow", "thanks", "call", "garden", "invoice", "yes", "later",
    ];
    let word = |n: u64| {
        let at = usize::try_from(n % 8).ok();
        at.and_then(|at| WORDS.get(at)).copied().unwrap_or_default()
    };
    let person = number * 7_919 % 20_000;
    Sighting {
        // As Tuco's: the time, then anything.
        message_id: format!(
            "{number:08x}{:016x}",
            number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
        ),
        kind: kind(number),
        channel: Channel::IMessage,
        lead_id: Some(format!("{person:024x}")),
        phone: Some(format!("+1202{person:07}")),
        email: None,
        name: Some(format!("Person {person}")),
        line_id: None,
        text: format!(
            "{} {} is number {number} of rare{}",
            word(number),
            word(number / 8),
            number % 5_000
        ),
        text_state: TextState::Whole,
        attachments: Vec::new(),
        occurred_at: i64::try_from(number).unwrap_or(0) * 1_000,
        source: Source::Messages,
        batch_id: None,
        campaign: None,
        hs_contact_id: None,
        detail: String::new(),
    }
}

fn page_cases(connection: i64) -> Vec<(String, PageQuery)> {
    let all = PageQuery {
        connection,
        limit: 100,
        ..PageQuery::default()
    };
    let of = |kind| PageQuery {
        kind: Some(kind),
        ..all.clone()
    };
    vec![
        ("everything".to_owned(), all.clone()),
        ("replies".to_owned(), of(Kind::Reply)),
        ("failed, ten in all".to_owned(), of(Kind::Failed)),
        (
            "waiting".to_owned(),
            PageQuery {
                stage: Some(Stage::Waiting),
                ..all
            },
        ),
    ]
}

/// Pages at depths from the newest to the oldest.
fn at_all_depths(store: &Store, query: &PageQuery, events: u64) -> Result<Vec<Took>, StoreError> {
    let mut times = Vec::new();
    for round in 0..DEPTHS {
        let at = i64::try_from(events - events * round / DEPTHS).unwrap_or(0) * 1_000;
        let query = PageQuery {
            before: Some((at, i64::MAX)),
            ..query.clone()
        };
        let watch = Watch::start();
        store.read().page(&query)?;
        times.push(watch.took());
    }
    Ok(times)
}

fn search_cases(connection: i64) -> Vec<(String, PageQuery)> {
    let plain = |words: &str| PageQuery {
        connection,
        limit: 50,
        search: Some(words.to_owned()),
        ..PageQuery::default()
    };
    let mut cases: Vec<(String, PageQuery)> = [
        "price",
        "garden invoice",
        "is",
        "rare77",
        "tomo",
        "t",
        "invoi",
        "number 4242",
        "thanks l",
        "person 1999",
        "202 001 9999",
        "nowhere",
    ]
    .into_iter()
    .map(|words| (format!("`{words}`"), plain(words)))
    .collect();
    for (words, kind) in [
        ("price", Kind::Failed),
        ("is", Kind::Failed),
        ("is", Kind::Opened),
        ("is num", Kind::Opened),
        ("is", Kind::Reply),
    ] {
        let query = PageQuery {
            kind: Some(kind),
            ..plain(words)
        };
        cases.push((format!("`{words}` of kind {kind}"), query));
    }
    for words in ["price", "is", "rare77"] {
        let query = PageQuery {
            stage: Some(Stage::Waiting),
            ..plain(words)
        };
        cases.push((format!("`{words}` among what waits"), query));
    }
    cases
}

/// As the window's log asks, whose filters combine.
fn log_cases(connection: i64) -> Vec<(String, ActivityFilter)> {
    let plain = |words: &str| ActivityFilter {
        connection,
        search: words.to_owned(),
        ..ActivityFilter::default()
    };
    let mut cases: Vec<(String, ActivityFilter)> = ["price", "invoi", "number 4242", "rare77"]
        .into_iter()
        .map(|words| (format!("`{words}` in the window"), plain(words)))
        .collect();
    let narrow = ActivityFilter {
        kinds: vec![Kind::Failed, Kind::Opened],
        ..plain("is")
    };
    cases.push(("`is`, two kinds, in the window".to_owned(), narrow));
    let waiting = ActivityFilter {
        stages: vec![Stage::Waiting],
        ..plain("is")
    };
    cases.push(("`is` among what waits, in the window".to_owned(), waiting));
    cases
}

fn again_and_again(store: &Store, query: &PageQuery) -> Result<Vec<Took>, StoreError> {
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let watch = Watch::start();
        store.read().page(query)?;
        times.push(watch.took());
    }
    Ok(times)
}

/// What became of the rate: that of the last two parts to that of the second and third. A part in which
/// the index happens to be merged is slower than its neighbours, and the first begins with nothing.
fn flatness(rates: &[f64]) -> f64 {
    match rates {
        [_, second, third, .., before, last] => (before + last) / (second + third),
        _ => 0.0,
    }
}

/// The page's part.
pub(crate) fn tell(figures: &Million) -> String {
    let part = (figures.events / PARTS) as f64;
    let rates = |of: &dyn Fn(&Took) -> Option<Duration>| -> Vec<f64> {
        let times = figures.parts.iter().filter_map(of);
        times
            .map(|time| part / time.as_secs_f64().max(0.001))
            .collect()
    };
    let (wall, cpu) = (rates(&|took| Some(took.wall)), rates(&|took| took.cpu));
    let mut page = format!(
        "## The store\n\n\
         {} events, {} MB. Inserted in transactions of {BATCH} that wait for the disk, full-text index and \
         counters included. Goal: flat from the first tenth on, within 15 %.\n\n\
         | events a second | tenth by tenth of the load | last two to second and third |\n|---|---|---|\n",
        figures.events, figures.megabytes
    );
    for (name, rates) in [("by the wall clock", wall), ("of processor time", cpu)] {
        let words: Vec<String> = rates.iter().map(|rate| format!("{rate:.0}")).collect();
        let ratio = flatness(&rates);
        // Writing to a text cannot fail.
        let _written = writeln!(page, "| {name} | {} | {ratio:.2} |", words.join(", "));
    }
    let table = |cases: &[(String, Vec<Took>)]| -> String {
        let row = |(name, times): &(String, Vec<Took>)| {
            let wall: Vec<Duration> = times.iter().map(|took| took.wall).collect();
            let cpu: Vec<Duration> = times.iter().filter_map(|took| took.cpu).collect();
            let at = |percent| percentile(percent, &wall);
            format!(
                "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |\n",
                at(50),
                at(95),
                at(99),
                percentile(95, &cpu),
                percentile(99, &cpu)
            )
        };
        let together: Vec<Took> = cases.iter().flat_map(|(_, times)| times).copied().collect();
        let rows: String = cases.iter().map(row).collect();
        "p50 | p95 | p99 | p95 of CPU | p99 of CPU |\n|---|---|---|---|---|---|\n".to_owned()
            + &rows
            + &row(&("**all together**".to_owned(), together))
    };
    let _written = write!(
        page,
        "\nA page of 100 at {DEPTHS} depths from the newest to the oldest, in milliseconds. Goal: p99 of 5. Where \
         the wall clock shows a multiple of 4 more than the processor, somebody else had the processor.\n\n\
         | page | {}\n\
         The 50 newest matches, {TIMES} times each, in milliseconds. Goal: p95 of 10.\n\n\
         | search | {}",
        table(&figures.pages),
        table(&figures.searches)
    );
    page
}
