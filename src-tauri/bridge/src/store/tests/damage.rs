//! Damaged files: moved aside, and what can be read carried over.

use super::*;
use crate::event::Stage;
use crate::store::migrate::beside;
use crate::store::open::Options;
use crate::store::{EffectCounts, damage};
use rusqlite::Connection;
use std::path::Path;

const EVENTS: i64 = 1_500;
const A_DAY_LATER: Timestamp = NOW + 25 * 60 * 60 * 1_000;

/// A file in which every event is written, and how many bytes a page has.
fn full_file() -> (TempDir, PathBuf, i64) {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    fixture
        .write(|rows| {
            rows.set_setting(connection, "mirror.reply", "on", NOW)?;
            for n in 0..EVENTS {
                let text = format!("message {n} {}", "and so on ".repeat(20));
                let seen = rows.see(connection, &reply(&format!("m{n}"), &text, NOW + n), NOW)?;
                rows.enqueue(&entry(connection, &format!("key {n}"), seen.id))?;
            }
            Ok(())
        })
        .unwrap();
    let effects = fixture
        .store
        .read()
        .due_effects(connection, NOW, usize::MAX)
        .unwrap();
    fixture
        .write(|rows| {
            effects
                .iter()
                .try_for_each(|effect| rows.effect_done(effect.id, "77", None, NOW))
        })
        .unwrap();
    fixture.close()
}

fn done(store: &Store, connection: i64) -> EffectCounts {
    store.read().effect_counts(connection).unwrap()
}

/// Overwrites some pages of a table.
fn spoil(path: &Path, table: &str, how_many: usize) {
    let pages: Vec<i64> = {
        let file = Connection::open(path).unwrap();
        let mut leaves = file
            .prepare(
                "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf' ORDER BY path",
            )
            .unwrap();
        leaves
            .query_map([table], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    };
    let size = 4_096;
    let mut bytes = std::fs::read(path).unwrap();
    let middle = pages.len() / 2;
    for page in &pages[middle..middle + how_many] {
        let start = (*page as usize - 1) * size;
        bytes[start..start + size].fill(0xa5);
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_is_no_database_is_moved_aside_and_a_new_file_begun() {
    let (folder, path, _) = full_file();
    for (number, content) in [
        &b"these are not the bytes of a database"[..],
        &[0xff; 9_000],
    ]
    .into_iter()
    .enumerate()
    {
        std::fs::write(&path, content).unwrap();
        let opened = Store::open(&path, NOW).unwrap();
        let moved = beside(&path, &format!("damaged-{}", number + 1));
        assert_eq!(opened.damaged_moved_to, Some(moved.clone()));
        assert_eq!(std::fs::read(moved).unwrap(), content, "kept as it was");
        assert_eq!(opened.store.read().connections().unwrap(), []);
    }
    assert!(
        Store::open(&path, NOW).unwrap().damaged_moved_to.is_none(),
        "told once"
    );
    drop(folder);
}

#[test]
fn a_spoilt_event_page_costs_only_its_own_rows() {
    let (_folder, path, connection) = full_file();
    spoil(&path, "event", 1);
    let opened = Store::open(&path, A_DAY_LATER).unwrap();
    assert!(opened.damaged_moved_to.is_some());
    let rows = opened.store.read();
    assert_eq!(rows.settings(connection).unwrap().len(), 1);
    assert_eq!(
        done(&opened.store, connection).done,
        EVENTS as u64,
        "the ledger is whole"
    );
    let left = rows.event_counts(connection).unwrap();
    assert!(
        left.total() >= EVENTS as u64 - 30,
        "{} events are left",
        left.total()
    );
    assert!(
        left.total() < EVENTS as u64,
        "or the page was none of the table's"
    );
    assert_eq!(left.of_stage(Stage::Written), left.total());
}

#[test]
fn a_lost_event_that_is_seen_again_is_not_written_again() {
    let (_folder, path, connection) = full_file();
    spoil(&path, "event", 3);
    let mut store = Store::open(&path, A_DAY_LATER).unwrap().store;
    let mut again = 0;
    store
        .write(|rows| {
            for n in 0..EVENTS {
                let seen = rows.see(connection, &reply(&format!("m{n}"), "", NOW + n), NOW)?;
                if seen.news {
                    again += 1;
                    let queued = rows.enqueue(&entry(connection, &format!("key {n}"), seen.id))?;
                    assert!(!queued, "the ledger knows it");
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert!(again > 0);
}

#[test]
fn a_spoilt_ledger_page_costs_only_its_own_rows() {
    let (_folder, path, connection) = full_file();
    spoil(&path, "effect", 1);
    let opened = Store::open(&path, A_DAY_LATER).unwrap();
    let left = done(&opened.store, connection).done;
    assert!(
        (EVENTS as u64 - 60..EVENTS as u64).contains(&left),
        "{left} entries are left"
    );
    assert_eq!(
        opened
            .store
            .read()
            .event_counts(connection)
            .unwrap()
            .total(),
        EVENTS as u64
    );
}

#[test]
fn a_spoilt_index_costs_nothing() {
    let (_folder, path, connection) = full_file();
    spoil(&path, "event_by_time", 1);
    let opened = Store::open(&path, A_DAY_LATER).unwrap();
    assert!(opened.damaged_moved_to.is_some());
    assert_eq!(
        opened
            .store
            .read()
            .event_counts(connection)
            .unwrap()
            .total(),
        EVENTS as u64
    );
    assert_eq!(done(&opened.store, connection).done, EVENTS as u64);
}

#[test]
fn a_file_that_was_cut_short_gives_what_is_left_of_it() {
    let (_folder, path, connection) = full_file();
    let length = std::fs::metadata(&path).unwrap().len();
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(length / 2)
        .unwrap();
    let opened = Store::open(&path, NOW).unwrap();
    assert!(opened.damaged_moved_to.is_some());
    let left = opened
        .store
        .read()
        .event_counts(connection)
        .unwrap()
        .total();
    assert!(left > EVENTS as u64 / 5, "{left} events are left");
    assert_eq!(opened.store.read().connections().unwrap().len(), 1);
}

#[test]
fn damage_that_a_statement_meets_is_mended_by_the_next_opening() {
    let (_folder, path, connection) = full_file();
    // Opened once more on that day, so that the next opening has no reason of its own to look.
    drop(Store::open(&path, NOW).unwrap());
    spoil(&path, "event", 1);
    {
        let opened = Store::open(&path, NOW + 1).unwrap();
        assert!(
            opened.damaged_moved_to.is_none(),
            "not every opening reads everything"
        );
        let rows = opened.store.read();
        let met = (1..=EVENTS)
            .map(|id| rows.event(id))
            .find_map(Result::err)
            .unwrap();
        assert!(matches!(met, StoreError::Damaged), "{met}");
    }
    let opened = Store::open(&path, NOW + 2).unwrap();
    assert!(opened.damaged_moved_to.is_some());
    assert_eq!(done(&opened.store, connection).done, EVENTS as u64);
    drop(opened);
    assert!(
        Store::open(&path, NOW + 3)
            .unwrap()
            .damaged_moved_to
            .is_none()
    );
}

#[test]
fn a_crash_between_recovery_and_swap_is_finished_by_the_next_opening() {
    let (_folder, path, connection) = full_file();
    spoil(&path, "event", 1);
    damage::recover(&path, &Options::simulation()).unwrap();
    // The companions went first, then the machine.
    std::fs::write(beside(&path, "damaged-1-wal"), b"").unwrap();
    let opened = Store::open(&path, NOW).unwrap();
    assert_eq!(opened.damaged_moved_to, Some(beside(&path, "damaged-1")));
    assert_eq!(done(&opened.store, connection).done, EVENTS as u64);
}
