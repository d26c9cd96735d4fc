//! The folder that everything of this user is kept in, and the lock on it.
//!
//! Reading needs no lock. Whoever writes holds the one lock of the home for as long as it writes; the
//! kernel lets go of it when the program ends, however it ends. Nothing here reads the environment's
//! own settings of this program: the caller hands in what `--home` or `TUCO_HUBSPOT_HOME` say.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Why the folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// The system names no folder for the data of programs.
    #[error(
        "This system names no folder for a program's data ({variable} is not set). Choose one with \
         --home."
    )]
    NoPlace {
        /// What was looked at.
        variable: &'static str,
    },
    /// Something else is there.
    #[error("{path} is not a folder. Choose another one with --home.")]
    NotAFolder {
        /// Where.
        path: PathBuf,
    },
    /// The folder, or the one that it would be made in, can't be written.
    #[error(
        "The folder {path} can't be written. Give yourself the right to write to it or choose another \
         one with --home."
    )]
    NotWritable {
        /// Where.
        path: PathBuf,
    },
    /// The disk is full.
    #[error("The disk is full, so the folder {path} can't be used. Free some space and try again.")]
    DiskFull {
        /// Where.
        path: PathBuf,
    },
    /// Another copy is writing.
    #[error(
        "Another copy of the program is at work on this folder{}. Close it, or choose another folder \
         with --home.",
        pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
    )]
    Busy {
        /// Its process id, where it can be told.
        pid: Option<u32>,
    },
    /// Anything else that the system says.
    #[error("The folder {path} can't be used: {source}.")]
    Other {
        /// Where.
        path: PathBuf,
        /// The system's own words.
        source: std::io::Error,
    },
}

/// A home that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    folder: PathBuf,
}

/// Held by the one who writes. Dropping it lets go.
#[derive(Debug)]
pub struct WriteLock {
    _file: File,
}

impl Home {
    /// The folder that was asked for, else the system's own place for it. Made where it is missing, for
    /// this user's eyes only.
    ///
    /// # Errors
    /// See [`HomeError`].
    pub fn at(wanted: Option<PathBuf>) -> Result<Self, HomeError> {
        let folder = match wanted.filter(|folder| !folder.as_os_str().is_empty()) {
            Some(folder) => std::path::absolute(&folder).map_err(|source| HomeError::Other {
                path: folder,
                source,
            })?,
            None => usual_folder(|name| std::env::var_os(name).map(PathBuf::from))?,
        };
        make_private(&folder)?;
        Ok(Self { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The data file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("bridge.db")
    }

    /// The folder of logs. Not made here.
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Takes the lock, without waiting.
    ///
    /// # Errors
    /// [`HomeError::Busy`] where another process has it.
    pub fn lock_for_writing(&self) -> Result<WriteLock, HomeError> {
        let path = self.folder.join("bridge.lock");
        let failed = |error| self.failure(error);
        let mut how = OpenOptions::new();
        how.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            how.mode(0o600);
        }
        let mut file = how.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(HomeError::Busy {
                    pid: holder(&mut file),
                });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        write!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(WriteLock { _file: file })
    }

    fn failure(&self, error: std::io::Error) -> HomeError {
        failure(&self.folder, error)
    }
}

/// Who wrote its id last. On Windows a locked file can't be read, and nobody is named.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn failure(folder: &Path, error: std::io::Error) -> HomeError {
    let path = folder.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            HomeError::NotWritable { path }
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => HomeError::NotAFolder { path },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => HomeError::DiskFull { path },
        _ => HomeError::Other {
            path,
            source: error,
        },
    }
}

fn make_private(folder: &Path) -> Result<(), HomeError> {
    match std::fs::metadata(folder) {
        Ok(found) if !found.is_dir() => {
            return Err(HomeError::NotAFolder {
                path: folder.to_owned(),
            });
        }
        // A folder that is there keeps the rights that somebody gave it; the files in it are private.
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failure(folder, error)),
    }
    let mut how = std::fs::DirBuilder::new();
    how.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        how.mode(0o700);
    }
    how.create(folder).map_err(|error| failure(folder, error))
}

#[cfg(target_os = "macos")]
fn usual_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, HomeError> {
    variable("HOME")
        .filter(|home| home.is_absolute())
        .map(|home| home.join("Library/Application Support/Tuco for HubSpot"))
        .ok_or(HomeError::NoPlace { variable: "HOME" })
}

#[cfg(windows)]
fn usual_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, HomeError> {
    variable("APPDATA")
        .filter(|data| data.is_absolute())
        .map(|data| data.join("Tuco for HubSpot"))
        .ok_or(HomeError::NoPlace {
            variable: "APPDATA",
        })
}

/// By the XDG base directory specification a relative path counts as not set.
#[cfg(not(any(target_os = "macos", windows)))]
fn usual_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Result<PathBuf, HomeError> {
    let given = |name| variable(name).filter(|path: &PathBuf| path.is_absolute());
    given("XDG_DATA_HOME")
        .or_else(|| given("HOME").map(|home| home.join(".local/share")))
        .map(|data| data.join("tuco-for-hubspot"))
        .ok_or(HomeError::NoPlace { variable: "HOME" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn the_usual_folder_follows_the_xdg_specification() {
        let place = |data: Option<&str>, home: Option<&str>| {
            usual_folder(|name| match name {
                "XDG_DATA_HOME" => data.map(PathBuf::from),
                _ => home.map(PathBuf::from),
            })
        };
        assert_eq!(
            place(Some("/d"), Some("/h")).unwrap(),
            Path::new("/d/tuco-for-hubspot")
        );
        let by_home = Path::new("/h/.local/share/tuco-for-hubspot");
        assert_eq!(place(None, Some("/h")).unwrap(), by_home);
        assert_eq!(place(Some("relative"), Some("/h")).unwrap(), by_home);
        assert!(matches!(place(None, None), Err(HomeError::NoPlace { .. })));
    }

    #[test]
    fn one_writer_at_a_time_and_the_next_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().join("a/b"))).unwrap();
        let lock = home.lock_for_writing().unwrap();
        let refused = home.lock_for_writing().unwrap_err();
        let own = std::process::id();
        assert!(
            matches!(refused, HomeError::Busy { pid: Some(pid) } if pid == own),
            "{refused}"
        );
        assert!(refused.to_string().contains(&format!("(process {own})")));
        drop(lock);
        home.lock_for_writing().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_new_home_is_private_and_a_file_is_no_home() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().join("new"))).unwrap();
        let mode = std::fs::metadata(home.folder())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(
            Home::at(Some(file.clone())),
            Err(HomeError::NotAFolder { .. })
        ));
        assert!(matches!(
            Home::at(Some(file.join("x"))),
            Err(HomeError::NotAFolder { .. })
        ));
    }
}
