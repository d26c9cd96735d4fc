//! Full disks, locked files, folders that can't be written, work that fails half-way.

use super::*;
use crate::store::open;
use rusqlite::{Connection, TransactionBehavior};
use std::time::Duration;

#[test]
fn a_full_disk_in_the_middle_of_a_write_leaves_the_old_state() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    fixture.see(&reply("first", "kept", NOW));
    let pages: i64 = fixture
        .store
        .connection
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    // This is how SQLite itself plays a full disk: SQLITE_FULL at the same places.
    fixture
        .store
        .connection
        .pragma_update(None, "max_page_count", pages + 20)
        .unwrap();
    let long = "word ".repeat(2_000);
    let full = fixture
        .write(|rows| {
            (0..100).try_for_each(|n| {
                rows.see(connection, &reply(&format!("m{n}"), &long, NOW), NOW)
                    .map(drop)
            })
        })
        .unwrap_err();
    assert!(matches!(full, StoreError::DiskFull), "{full}");
    assert_eq!(
        fixture
            .store
            .read()
            .event_counts(connection)
            .unwrap()
            .total(),
        1
    );
    fixture
        .store
        .connection
        .pragma_update(None, "max_page_count", 1_000_000)
        .unwrap();
    fixture.see(&reply("second", "there is room again", NOW));
    let whole: String = fixture
        .store
        .connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
}

#[test]
fn an_error_and_a_panic_undo_the_whole_write() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let failed = fixture.write(|rows| {
        rows.see(connection, &reply("m1", "x", NOW), NOW)?;
        Err::<(), _>(StoreError::Missing)
    });
    assert!(matches!(failed, Err(StoreError::Missing)));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        fixture.write(|rows| {
            rows.see(connection, &reply("m1", "x", NOW), NOW)?;
            if rows.events_of_message(connection, "m1")?.len() == 1 {
                std::panic::resume_unwind(Box::new("half-way"));
            }
            Ok(())
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(
        fixture
            .store
            .read()
            .event_counts(connection)
            .unwrap()
            .total(),
        0
    );
    fixture.see(&reply("m1", "x", NOW));
}

#[test]
fn a_file_that_somebody_else_writes_to_for_too_long_is_locked() {
    let (_folder, path, _) = Fixture::new().close();
    let impatient = open::Options {
        patience: Duration::ZERO,
        ..open::Options::simulation()
    };
    let mut ours = open::open(&path, NOW, &impatient).unwrap().store;
    let mut theirs = Connection::open(&path).unwrap();
    let writing = theirs
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .unwrap();
    let locked = ours.write(|_| Ok::<_, StoreError>(())).unwrap_err();
    assert!(matches!(locked, StoreError::Locked), "{locked}");
    drop(writing);
    ours.write(|_| Ok::<_, StoreError>(())).unwrap();
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_has_its_own_sentence() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let rights = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(folder.path(), rights(0o555)).unwrap();
    let opened = Store::open(&folder.path().join("bridge.db"), NOW).map(drop);
    let mighty = std::fs::write(folder.path().join("probe"), "").is_ok();
    std::fs::set_permissions(folder.path(), rights(0o755)).unwrap();
    if mighty {
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    assert!(
        matches!(opened, Err(StoreError::Permission | StoreError::ReadOnly)),
        "{opened:?}"
    );
}

#[test]
fn a_folder_in_place_of_the_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bridge.db");
    std::fs::create_dir(&path).unwrap();
    let found = Store::open(&path, NOW).map(drop).unwrap_err();
    assert!(matches!(found, StoreError::Disk(_)), "{found}");
}

#[test]
fn each_code_of_sqlite_has_its_sentence() {
    use rusqlite::ffi;
    let named = |code| {
        StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)).to_string()
    };
    for (code, words) in [
        (ffi::SQLITE_CORRUPT, "damaged"),
        (ffi::SQLITE_NOTADB, "damaged"),
        (ffi::SQLITE_FULL, "disk is full"),
        (ffi::SQLITE_READONLY, "read-only"),
        (ffi::SQLITE_READONLY_DBMOVED, "read-only"),
        (ffi::SQLITE_CANTOPEN, "may not be opened"),
        (ffi::SQLITE_PERM, "may not be opened"),
        (ffi::SQLITE_BUSY_SNAPSHOT, "Another program"),
        (ffi::SQLITE_LOCKED, "Another program"),
        (ffi::SQLITE_IOERR_FSYNC, "disk could not be"),
        (ffi::SQLITE_CONSTRAINT_UNIQUE, "already one"),
        (ffi::SQLITE_CONSTRAINT_FOREIGNKEY, "defect"),
        (ffi::SQLITE_SCHEMA, "defect"),
    ] {
        assert!(named(code).contains(words), "{code}: {}", named(code));
    }
}
