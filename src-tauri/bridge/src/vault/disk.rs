//! One small private file, replaced as a whole or not at all.

use super::VaultError;
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// A passphrase file is a few kilobytes; a larger one is none of ours.
const MOST_BYTES: u64 = 1024 * 1024;

/// The file, or a test's stand-in.
pub(super) trait Disk: Send + Sync {
    /// All of it; none where there is no file.
    fn read(&self) -> Result<Option<Vec<u8>>, VaultError>;
    /// Puts these bytes in its place. Fails without having changed anything.
    fn replace(&self, bytes: &[u8]) -> Result<(), VaultError>;
    /// Takes it away. It is no error where there is none.
    fn remove(&self) -> Result<(), VaultError>;
}

/// A real file.
pub(super) struct OnDisk {
    path: PathBuf,
}

impl OnDisk {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path }
    }

    fn unfinished(&self) -> PathBuf {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".writing");
        PathBuf::from(name)
    }
}

impl Disk for OnDisk {
    fn read(&self) -> Result<Option<Vec<u8>>, VaultError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(named(&error)),
        };
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| named(&error))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(VaultError::FileDamaged);
        }
        Ok(Some(bytes))
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), VaultError> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(VaultError::TooLong);
        }
        let unfinished = self.unfinished();
        let written = write_new(&unfinished, bytes)
            .and_then(|()| std::fs::rename(&unfinished, &self.path))
            .and_then(|()| sync_folder(&self.path));
        written.map_err(|error| {
            // What could not be put in place is not left lying about; it may never have been made.
            let _gone = std::fs::remove_file(&unfinished);
            named(&error)
        })
    }

    fn remove(&self) -> Result<(), VaultError> {
        match std::fs::remove_file(&self.path).and_then(|()| sync_folder(&self.path)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            outcome => outcome.map_err(|error| named(&error)),
        }
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut how = OpenOptions::new();
    // Made anew, so that nobody's link or rights are taken over.
    how.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        how.mode(0o600);
    }
    let mut file = how.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The new name is on the disk only once its folder is.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn named(error: &std::io::Error) -> VaultError {
    match error.kind() {
        // Nothing is there to write into where the home was taken away.
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotFound => {
            VaultError::FileDenied
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => VaultError::Full,
        ErrorKind::IsADirectory | ErrorKind::NotADirectory => VaultError::FileDamaged,
        kind => VaultError::Other(kind.to_string()),
    }
}
