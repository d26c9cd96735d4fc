//! The numbered steps from one format of the file to the next.
//!
//! The steps and the number that says they were taken are one transaction, so a crash leaves the old
//! format or the new one. Before the first step of an existing file a copy of it is made beside it.

use super::failure::StoreError;
use rusqlite::{Connection, TransactionBehavior, backup::Backup};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// "Tuco" in the file's header: it is ours.
pub(super) const APPLICATION: i64 = 0x5475_636f;

/// Step n brings a file of format n - 1 to format n.
pub(super) const STEPS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_window.sql"),
    include_str!("migrations/0003_sign_in.sql"),
    include_str!("migrations/0004_webhook.sql"),
    include_str!("migrations/0005_test_run.sql"),
    include_str!("migrations/0007_messages.sql"),
    include_str!("migrations/0008_hubspot_webhook.sql"),
    include_str!("migrations/0006_people.sql"),
    include_str!("migrations/0010_composer.sql"),
    include_str!("migrations/0009_rules.sql"),
    include_str!("migrations/0012_fallback.sql"),
    include_str!("migrations/0013_rules_shown.sql"),
    include_str!("migrations/0014_person_line.sql"),
    include_str!("migrations/0015_list_member.sql"),
    include_str!("migrations/0016_lead_change.sql"),
    include_str!("migrations/0017_rule_backfill.sql"),
    include_str!("migrations/0018_beside.sql"),
    include_str!("migrations/0019_rule_call.sql"),
    include_str!("migrations/0020_rule_lead.sql"),
    include_str!("migrations/0021_campaign.sql"),
];

/// The format that all steps lead to.
pub(super) fn known(steps: &[&str]) -> i64 {
    i64::try_from(steps.len()).unwrap_or(i64::MAX)
}

/// The file's format; 0 is an empty file.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// True for a file that has tables and is not ours.
pub(super) fn is_foreign(connection: &Connection) -> Result<bool, StoreError> {
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(tables > 0 && application != APPLICATION)
}

/// Takes the steps that are missing.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[&str],
) -> Result<(), StoreError> {
    let from = version(connection)?;
    if from >= known(steps) {
        return Ok(());
    }
    if from > 0 {
        copy_aside(connection, path, from)?;
    }
    steps_up_to(connection, steps, known(steps))
}

/// Takes the steps up to a format in one transaction, so that nobody sees a format in between.
pub(super) fn steps_up_to(
    connection: &mut Connection,
    steps: &[&str],
    format: i64,
) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Read under the lock: another process may have been faster.
    let from = version(&transaction)?;
    for (step, number) in steps.iter().zip(1_i64..) {
        if number <= from || number > format {
            continue;
        }
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", number)?;
    }
    transaction.commit()?;
    Ok(())
}

/// The copy is written under another name first, so that a name that looks whole is whole. That name is
/// this attempt's own: two programs may bring one file up to date at the same time.
fn copy_aside(connection: &Connection, path: &Path, from: i64) -> Result<PathBuf, StoreError> {
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    let copy = beside(path, &format!("before-{}", from + 1));
    let unfinished = beside(path, &format!("copying-{}-{attempt}", std::process::id()));
    let written = write_copy(connection, &unfinished)
        .and_then(|()| std::fs::rename(&unfinished, &copy).map_err(StoreError::from));
    if let Err(error) = written {
        // Half a copy helps nobody, and the disk may be full.
        let _gone = std::fs::remove_file(&unfinished);
        return Err(error);
    }
    Ok(copy)
}

fn write_copy(connection: &Connection, unfinished: &Path) -> Result<(), StoreError> {
    super::open::create_private(unfinished, true)?;
    let mut target = Connection::open(unfinished)?;
    Backup::new(connection, &mut target)?.run_to_completion(1_000, Duration::ZERO, None)?;
    Ok(())
}

/// `bridge.db` and `x` make `bridge.db.x`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
