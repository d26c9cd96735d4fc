//! Formats, and several who open one file.

use super::*;
use crate::store::migrate::{self, beside};
use crate::store::{ReadStore, open};
use rusqlite::Connection;

const SECOND: &str = "ALTER TABLE connection ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'";
const BROKEN: &str = "CREATE TABLE half (id INTEGER); CREATE TABLE half (id INTEGER)";

fn options(steps: &'static [&'static str]) -> open::Options {
    open::Options {
        steps,
        ..open::Options::simulation()
    }
}

#[test]
fn an_empty_file_gets_every_step_and_no_copy() {
    let fixture = Fixture::new();
    let found = fixture.store.read().connections().unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].key.len(),
        32,
        "made by the file itself: 128 random bits"
    );
    assert_eq!(
        std::fs::read_dir(fixture.folder.path()).unwrap().count(),
        3,
        "the file, -wal, -shm"
    );
}

/// The steps of today and another one.
fn one_more(step: &'static str) -> &'static [&'static str] {
    let mut steps = migrate::STEPS.to_vec();
    steps.push(step);
    steps.leak()
}

#[test]
fn a_later_step_keeps_the_rows_and_leaves_a_copy_of_the_older_file() {
    let (_folder, path, _) = Fixture::new().close();
    let steps: &[&str] = one_more(SECOND);
    let known = migrate::known(migrate::STEPS);
    let opened = open::open(&path, NOW, &options(steps)).unwrap();
    assert_eq!(opened.store.read().connections().unwrap().len(), 1);
    let copy = Connection::open(beside(&path, &format!("before-{}", known + 1))).unwrap();
    assert_eq!(migrate::version(&copy).unwrap(), known);
    let rows: i64 = copy
        .query_row("SELECT count(*) FROM connection", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 1);
}

/// R7: a newer version of this program goes on where the older one had come to, and reads nothing again.
#[test]
fn a_later_step_keeps_how_far_reading_had_come() {
    let (_folder, path, id) = Fixture::new().close();
    let mut store = open::open(&path, NOW, &open::Options::simulation())
        .unwrap()
        .store;
    let marks = [
        "people.first_pass",
        "people.changed",
        "people.later_hour",
        "poll.replies",
    ];
    store
        .write(|rows| {
            marks
                .iter()
                .try_for_each(|name| rows.set_cursor(id, name, "1700000000000", NOW))
        })
        .unwrap();
    drop(store);
    let store = open::open(&path, NOW, &options(one_more(SECOND)))
        .unwrap()
        .store;
    for name in marks {
        let kept = store.read().cursor(id, name).unwrap();
        assert_eq!(kept.as_deref(), Some("1700000000000"), "{name}");
    }
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let (_folder, path, _) = Fixture::new().close();
    let steps: &[&str] = one_more(BROKEN);
    open::open(&path, NOW, &options(steps))
        .map(drop)
        .unwrap_err();
    let store = Store::open(&path, NOW).unwrap().store;
    assert_eq!(store.read().connections().unwrap().len(), 1);
    let half: i64 = store
        .connection
        .query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'half'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(half, 0);
}

#[test]
fn a_newer_file_is_refused_and_not_touched() {
    let (folder, path, _) = Fixture::new().close();
    Connection::open(&path)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    for found in [
        Store::open(&path, NOW).map(drop).unwrap_err(),
        ReadStore::open(&path).map(drop).unwrap_err(),
    ] {
        let known = migrate::known(migrate::STEPS);
        assert!(
            matches!(found, StoreError::NewerFile { found: 99, known: k } if k == known),
            "{found}"
        );
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let next = migrate::known(migrate::STEPS) + 1;
    assert!(!beside(&path, &format!("before-{next}")).exists());
    drop(folder);
}

#[test]
fn a_file_of_another_program_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bridge.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE theirs (a)")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    let found = Store::open(&path, NOW).map(drop).unwrap_err();
    assert!(matches!(found, StoreError::Foreign { .. }), "{found}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn eight_who_make_the_same_file_at_once_all_find_it_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bridge.db");
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Store::open(&path, NOW).map(drop)))
            .collect();
        for one in all {
            one.join().unwrap().unwrap();
        }
    });
    assert_eq!(
        Store::open(&path, NOW)
            .unwrap()
            .store
            .read()
            .connections()
            .unwrap(),
        []
    );
}

#[test]
fn a_reader_sees_each_finished_transaction_and_can_write_nothing() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let reader = ReadStore::open(&fixture.path()).unwrap();
    let count = || reader.read().event_counts(connection).unwrap().total();
    fixture
        .write(|rows| {
            rows.see(connection, &reply("m1", "hello", NOW), NOW)?;
            assert_eq!(count(), 0, "not finished yet");
            Ok(())
        })
        .unwrap();
    assert_eq!(count(), 1);
    let refused = reader
        .connection
        .execute("DELETE FROM event", [])
        .unwrap_err();
    assert!(matches!(StoreError::from(refused), StoreError::ReadOnly));
    let same = reader
        .snapshot(|rows| {
            let before = rows.event_counts(connection)?;
            fixture.see(&reply("m2", "again", NOW));
            Ok::<_, StoreError>(before == rows.event_counts(connection)?)
        })
        .unwrap();
    assert!(same, "a snapshot stays as it was");
    assert_eq!(count(), 2);
}

#[test]
fn a_reader_of_nothing_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let found = ReadStore::open(&folder.path().join("bridge.db"))
        .map(drop)
        .unwrap_err();
    assert!(matches!(found, StoreError::NoFile { .. }), "{found}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    for file in std::fs::read_dir(fixture.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{:?}", file.file_name());
    }
}
