//! Opening the file: looked at before it is touched, then set up, migrated and checked.

use super::failure::StoreError;
use super::{Opened, Store, damage, migrate};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wire::Timestamp;

/// What a test or a simulation does differently.
pub(super) struct Options {
    /// Whether each commit waits for the disk.
    pub(super) wait_for_disk: bool,
    /// How long to wait for somebody else's transaction.
    pub(super) patience: Duration,
    /// The migrations.
    pub(super) steps: &'static [&'static str],
}

impl Options {
    pub(super) fn real() -> Self {
        Self {
            wait_for_disk: true,
            patience: Duration::from_secs(5),
            steps: migrate::STEPS,
        }
    }

    pub(super) fn simulation() -> Self {
        Self {
            wait_for_disk: false,
            ..Self::real()
        }
    }
}

/// Between two tries to open a file that somebody else is opening.
const PAUSE: Duration = Duration::from_millis(20);

/// See [`Store::open`].
pub(super) fn open(path: &Path, now: Timestamp, options: &Options) -> Result<Opened, StoreError> {
    let mut damaged_moved_to = damage::finish(path)?;
    create_private(path, false)?;
    if let Err(found) = patiently(options.patience, || look(path, now, options)) {
        if !matches!(found, StoreError::Damaged) {
            return Err(found);
        }
        damage::recover(path, options)?;
        damaged_moved_to = damage::finish(path)?;
    }
    let connection = patiently(options.patience, || {
        let mut connection = Connection::open_with_flags(path, plain_flags(true))?;
        set_up(&connection, options)?;
        migrate::migrate(&mut connection, path, options.steps)?;
        Ok(connection)
    })?;
    damage::remember_check(&connection, path, now)?;
    let store = Store { connection };
    Ok(Opened {
        store,
        damaged_moved_to,
    })
}

/// Tries again where the file is locked, until the pauses add up to the patience.
///
/// SQLite waits by itself for a row or a table, but answers at once where two turn the same file to its
/// log mode, or one finds the log left behind by another that is just closing.
fn patiently<T>(
    patience: Duration,
    mut open: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut paused = Duration::ZERO;
    loop {
        match open() {
            Err(StoreError::Locked) if paused < patience => {
                std::thread::sleep(PAUSE);
                paused += PAUSE;
            }
            outcome => return outcome,
        }
    }
}

/// See [`super::ReadStore::open`].
pub(super) fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    if !path.try_exists()? {
        return Err(StoreError::NoFile {
            path: path.display().to_string(),
        });
    }
    let patience = Options::real().patience;
    patiently(patience, || try_to_read(path, patience))
}

fn try_to_read(path: &Path, patience: Duration) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, plain_flags(false))?;
    set_up_common(&connection, patience)?;
    refuse_strange(&connection, path, migrate::STEPS)?;
    if migrate::version(&connection)? < migrate::known(migrate::STEPS) {
        // An older file is brought up to date by the writer; an empty one was never written.
        return Err(StoreError::NoFile {
            path: path.display().to_string(),
        });
    }
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// The first look is by a reader, so that a file that is refused is left as it was.
fn look(path: &Path, now: Timestamp, options: &Options) -> Result<(), StoreError> {
    let connection = Connection::open_with_flags(path, plain_flags(false))?;
    set_up_common(&connection, options.patience)?;
    refuse_strange(&connection, path, options.steps)?;
    if migrate::version(&connection)? > 0 && damage::check_is_due(&connection, path, now) {
        damage::check(&connection)?;
    }
    Ok(())
}

fn refuse_strange(connection: &Connection, path: &Path, steps: &[&str]) -> Result<(), StoreError> {
    if migrate::is_foreign(connection)? {
        return Err(StoreError::Foreign {
            path: path.display().to_string(),
        });
    }
    let found = migrate::version(connection)?;
    let known = migrate::known(steps);
    if found > known {
        return Err(StoreError::NewerFile { found, known });
    }
    Ok(())
}

fn plain_flags(write: bool) -> OpenFlags {
    let access = if write {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE
}

/// How much of the file stays in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Enough that the indexes of people and messages are not read again for each new event.
    Indexes,
    /// What a pass over everybody has a use for: it comes by each page once, and more would only be more the
    /// larger the portal is.
    Pass,
}

impl Kept {
    /// In KiB.
    fn kib(self) -> i64 {
        match self {
            Self::Indexes => 32 * 1_024,
            Self::Pass => 6 * 1_024,
        }
    }
}

/// Keeps more or less in memory from here on; what is too much is let go.
pub(super) fn keep_in_memory(connection: &Connection, kept: Kept) -> Result<(), StoreError> {
    connection.pragma_update(None, "cache_size", -kept.kib())?;
    Ok(())
}

fn set_up_common(connection: &Connection, patience: Duration) -> Result<(), StoreError> {
    connection.busy_timeout(patience)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_prepared_statement_cache_capacity(128);
    keep_in_memory(connection, Kept::Indexes)
}

/// What every connection that writes is set to.
pub(super) fn set_up(connection: &Connection, options: &Options) -> Result<(), StoreError> {
    set_up_common(connection, options.patience)?;
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    if options.wait_for_disk {
        connection.pragma_update(None, "synchronous", "FULL")?;
        // Only macOS knows these: there a plain sync stops at the drive's own memory.
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    } else {
        connection.pragma_update(None, "synchronous", "OFF")?;
    }
    // 16 MB of log: pages that change again and again are copied to the file once, not each time.
    connection.pragma_update(None, "wal_autocheckpoint", 4_096)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// Makes an empty file that only its owner may read. SQLite gives its companions the same rights.
///
/// A file that is there and is to be kept is not opened: closing it would drop the locks that this
/// process holds on it, which may be those of another connection (sqlite.org/howtocorrupt.html, 2.2).
/// For the same reason one thread at a time makes files.
pub(super) fn create_private(path: &Path, empty: bool) -> Result<(), StoreError> {
    static MAKING: Mutex<()> = Mutex::new(());
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut how = OpenOptions::new();
    how.read(true).write(true);
    if empty {
        how.create(true).truncate(true);
    } else {
        how.create_new(true);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        how.mode(0o600);
    }
    match how.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
        Ok(_) | Err(_) => {}
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
            // On a file system without rights this fails, and there is nothing better to do.
            let _refused = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600));
        }
    }
    Ok(())
}
