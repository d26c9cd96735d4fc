//! A damaged file: finding out, moving it aside, carrying over what can be read.
//!
//! SQLite's log makes a crash harmless, so damage comes from disks, copies and other programs, and it
//! is rare. A check reads the whole file, three seconds for the 540 MB of a million events, so it is
//! rationed: a file of up to [`SMALL`] bytes is checked at the first opening of a day and after an
//! unclean end (its log was left behind); a larger one only after a statement met damage in it, which
//! a marker file remembers. So damage that no check has found is met by the first statement that reads
//! it, and repaired by the opening after that.

use super::failure::StoreError;
use super::migrate::{self, beside};
use super::open::{self, Options};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use std::path::{Path, PathBuf};
use wire::Timestamp;

const SMALL: u64 = 64 * 1024 * 1024;
const DAY: Timestamp = 24 * 60 * 60 * 1000;

/// Reads the whole file for damage.
pub(super) fn check(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

/// Whether this opening reads the whole file; see the head of this file.
pub(super) fn check_is_due(connection: &Connection, path: &Path, now: Timestamp) -> bool {
    if marker(path).exists() {
        return true;
    }
    let large = std::fs::metadata(path).is_ok_and(|file| file.len() > SMALL);
    if large {
        return false;
    }
    let unclean = std::fs::metadata(companion(path, "-wal")).is_ok_and(|file| file.len() > 0);
    unclean || is_old(connection, now)
}

fn is_old(connection: &Connection, now: Timestamp) -> bool {
    let checked: Result<Timestamp, _> = connection.query_row(
        "SELECT value FROM mark WHERE name = 'checked_at'",
        [],
        |row| row.get(0),
    );
    // A time ahead of now was written by a clock that was wrong.
    !checked.is_ok_and(|checked| (now.saturating_sub(DAY)..=now).contains(&checked))
}

/// Called when the file is open and well.
pub(super) fn remember_check(
    connection: &Connection,
    path: &Path,
    now: Timestamp,
) -> Result<(), StoreError> {
    match std::fs::remove_file(marker(path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    if is_old(connection, now) {
        connection.execute(
            "INSERT INTO mark (name, value) VALUES ('checked_at', ?1)
             ON CONFLICT DO UPDATE SET value = excluded.value",
            [now],
        )?;
    }
    Ok(())
}

/// Leaves the marker that makes the next opening check the whole file.
pub(super) fn suspect(path: &Path) {
    // On a disk that takes no file the next statement meets the damage again.
    let _unwritable = std::fs::write(marker(path), b"");
}

fn marker(path: &Path) -> PathBuf {
    beside(path, "suspect")
}

fn companion(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Puts a recovered file in the place of the damaged one, and says where that one is now.
///
/// It does nothing where there is no recovered file, and goes on where a crash cut it short.
pub(super) fn finish(path: &Path) -> Result<Option<PathBuf>, StoreError> {
    let recovered = beside(path, "recovered");
    if !recovered.try_exists()? {
        return Ok(None);
    }
    let moved = move_aside(path)?;
    std::fs::rename(&recovered, path)?;
    Ok(Some(moved))
}

/// Renames the file and its companions to the first free `<name>.damaged-<n>`.
fn move_aside(path: &Path) -> Result<PathBuf, StoreError> {
    let free = (1_u32..)
        .map(|number| beside(path, &format!("damaged-{number}")))
        .find(|name| !name.exists())
        .ok_or_else(|| StoreError::Other("no free name".to_owned()))?;
    // The log goes first: a crash in between must not leave it beside a new file, where SQLite
    // would take it for the new file's own.
    for ending in ["-wal", "-shm", ""] {
        match std::fs::rename(companion(path, ending), companion(&free, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(free)
}

/// Why rules are paused after damage.
const LOST: &str = "The data file was damaged, and what rules did before may be lost. Turn it on again \
    to go on from now.";

/// In the order in which rows point at each other. Counts and words of search follow by trigger.
const TABLES: &[Table] = &[
    Table::rows("connection"),
    Table::keyed("setting"),
    Table::keyed("cursor"),
    Table::keyed("lead"),
    Table::keyed("link"),
    Table::rows("event"),
    Table::rows("effect"),
    Table::keyed("pending_message"),
    Table::rows("send"),
    Table::rows("opt_out"),
    Table::keyed("call_count"),
    Table::rows("view"),
    Table::keyed("webhook"),
    Table::keyed("webhook_seen"),
    Table::rows("delivery"),
    Table::keyed("delivery_count"),
    Table::rows("test_run"),
    Table::rows("hubspot_event"),
    Table::rows("mapping_version"),
    Table::keyed("people_document"),
    Table::keyed("person_copy"),
    Table::keyed("person_address"),
    Table::keyed("pair"),
    Table::keyed("not_pair"),
    Table::rows("pair_step"),
    Table::rows("people_effect"),
    Table::rows("people_conflict"),
    Table::rows("rule"),
    Table::keyed("rule_version"),
    Table::rows("rule_run"),
    Table::keyed("rule_seen"),
    Table::keyed("rule_write"),
    Table::keyed("person_line"),
    Table::keyed("list_member"),
    Table::keyed("person_beside"),
    Table::rows("lead_change"),
    Table::rows("rule_backfill"),
    Table::keyed("rule_backfill_person"),
    Table::keyed("rule_lead"),
];

struct Table {
    name: &'static str,
    /// Ordered by `id`, so that it can be read from both ends towards the damage.
    has_id: bool,
}

impl Table {
    const fn rows(name: &'static str) -> Self {
        Self { name, has_id: true }
    }

    const fn keyed(name: &'static str) -> Self {
        Self {
            name,
            has_id: false,
        }
    }
}

/// Builds a new file from what can be read of the damaged one, beside it. [`finish`] swaps the two.
///
/// It is begun in the damaged file's own format, so that the columns are the same, and migrated when
/// it is opened.
pub(super) fn recover(path: &Path, options: &Options) -> Result<(), StoreError> {
    let unfinished = beside(path, "recovering");
    open::create_private(&unfinished, true)?;
    {
        let mut new = Connection::open(&unfinished)?;
        new.pragma_update(None, "journal_mode", "off")?;
        new.pragma_update(None, "synchronous", "OFF")?;
        // Rows are carried over even where the row that they point at is lost.
        new.pragma_update(None, "foreign_keys", false)?;
        if let Ok(old) = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            // Else SQLite reads nothing of a file that is shorter than its head says.
            && old.pragma_update(None, "writable_schema", true).is_ok()
            && let Ok(format) = migrate::version(&old)
            && (1..=migrate::known(options.steps)).contains(&format)
        {
            migrate::steps_up_to(&mut new, options.steps, format)?;
            new.execute_batch("BEGIN")?;
            for table in TABLES {
                carry_over(&old, &new, table)?;
            }
            new.execute_batch(
                "UPDATE effect SET event_id = NULL
                 WHERE event_id IS NOT NULL AND NOT EXISTS
                     (SELECT 1 FROM event WHERE event.id = effect.event_id);
                 COMMIT",
            )?;
            if new.prepare("SELECT 1 FROM rule").is_ok() {
                // What they did may be among what is lost, and would be done again.
                new.execute(
                    "UPDATE rule SET state = 'paused', reason = ?1 WHERE state = 'on'",
                    [LOST],
                )?;
                new.execute_batch(
                    "UPDATE rule_run SET state = 'stopped', reason = 'restored', to_tell = 0,
                 words = 'A copy of the data file was put back, which knows less than happened.'
                     WHERE state IN ('waiting', 'doing')",
                )?;
            }
        }
    }
    std::fs::File::options()
        .write(true)
        .open(&unfinished)?
        .sync_all()?;
    std::fs::rename(&unfinished, beside(path, "recovered"))?;
    Ok(())
}

fn is_cut(value: &Value) -> bool {
    matches!(value, Value::Text(text) if text.contains('\0'))
}

/// Reads forward until the damage, then backward from the end to the same place.
///
/// The statements are put together from the names above, never from data.
fn carry_over(old: &Connection, new: &Connection, table: &Table) -> Result<(), StoreError> {
    let name = table.name;
    if !table.has_id {
        read_until_damage(old, new, table, &format!("SELECT * FROM {name}"))?;
        return Ok(());
    }
    let whole = read_until_damage(
        old,
        new,
        table,
        &format!("SELECT * FROM {name} NOT INDEXED ORDER BY id"),
    )?;
    if !whole {
        let backward = format!("SELECT * FROM {name} NOT INDEXED ORDER BY id DESC");
        read_until_damage(old, new, table, &backward)?;
    }
    Ok(())
}

/// False where reading ended at damage. Failures of the new file are errors: nothing may be lost
/// because the disk is full.
fn read_until_damage(
    old: &Connection,
    new: &Connection,
    table: &Table,
    select: &str,
) -> Result<bool, StoreError> {
    let Ok(mut reading) = old.prepare(select) else {
        return Ok(false);
    };
    let columns = reading.column_count();
    let places = vec!["?"; columns].join(", ");
    let mut insert = new.prepare(&format!(
        "INSERT OR IGNORE INTO {} VALUES ({places})",
        table.name
    ))?;
    let Ok(mut rows) = reading.query([]) else {
        return Ok(false);
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(true),
            Err(_) => return Ok(false),
        };
        let values: Result<Vec<Value>, _> = (0..columns).map(|column| row.get(column)).collect();
        // A row whose bytes are no text any more is skipped, one that breaks a rule of the table, and one
        // that the end of a file cut in two: what is missing of it reads as zeros. The others are whole.
        if let Ok(values) = values
            && !values.iter().any(is_cut)
            && let Err(error) = insert.execute(params_from_iter(values))
            && error.sqlite_error_code() != Some(rusqlite::ErrorCode::ConstraintViolation)
        {
            return Err(error.into());
        }
    }
}
