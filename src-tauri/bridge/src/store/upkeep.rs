//! A copy of the file for safety, and a look at such a copy before it takes the file's place.
//!
//! The copy is made by SQLite in one moment, beside whatever is being written, and is opened and
//! checked before it counts. It holds no secrets, because the file holds none.

use super::failure::StoreError;
use super::{ReadStore, damage, open};
use std::path::{Path, PathBuf};

/// Why there is no copy, or why it can't be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something has that name already.
    #[error("{} exists already. Choose another name; nothing was overwritten.", .0.display())]
    Exists(PathBuf),
    /// The file is not a copy of ours, or is not whole.
    #[error("This is not a usable backup: {0}")]
    NotUsable(StoreError),
    /// The data file or the disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes a copy of the data file and proves that it opens. How long it is, in bytes.
///
/// # Errors
/// See [`BackupError`]. Nothing is left behind where it fails.
pub fn back_up(database: &Path, target: &Path) -> Result<u64, BackupError> {
    if target.try_exists().map_err(StoreError::from)? {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let made = copy(database, target).and_then(|()| check_backup(target));
    if made.is_err() {
        // Half a copy must not be taken for one; where it can't be removed, the error says enough.
        let _ = std::fs::remove_file(target);
    }
    made?;
    Ok(std::fs::metadata(target).map_err(StoreError::from)?.len())
}

fn copy(database: &Path, target: &Path) -> Result<(), BackupError> {
    open::create_private(target, true)?;
    let source = open::open_to_read(database)?;
    // The data file itself was opened for reading only; the copy has to be written. An empty target is
    // taken for a new one.
    source
        .pragma_update(None, "query_only", false)
        .map_err(StoreError::from)?;
    source
        .execute("VACUUM INTO ?1", [target.display().to_string()])
        .map_err(StoreError::from)?;
    Ok(())
}

/// Whether a file is a whole data file of this program. It is only read.
///
/// # Errors
/// [`BackupError::NotUsable`] with the reason.
pub fn check_backup(path: &Path) -> Result<(), BackupError> {
    let look = || -> Result<(), StoreError> {
        let store = ReadStore::open(path)?;
        damage::check(&store.connection)?;
        store.read().connections()?;
        Ok(())
    };
    look().map_err(BackupError::NotUsable)
}
