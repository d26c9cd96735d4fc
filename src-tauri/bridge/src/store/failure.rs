//! What can go wrong with the file, in words that name the next step.

use rusqlite::ErrorCode;

/// Why the store could not do it. None of these texts holds data of a person.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLITE_CORRUPT` or `SQLITE_NOTADB`, the only two that mean damage.
    #[error(
        "The data file is damaged. The next sync moves it aside, keeps what can be read of it and \
         reads the rest from Tuco again."
    )]
    Damaged,
    /// A later version of this program wrote it.
    #[error(
        "The data file was written by a newer version of this program (its format is {found}, this \
         version knows up to {known}). Install the newer version; nothing was changed."
    )]
    NewerFile {
        /// The file's format.
        found: i64,
        /// The newest format that this version knows.
        known: i64,
    },
    /// An SQLite file, but none of ours.
    #[error(
        "The file {path} belongs to another program. Choose another folder with --home; nothing was \
         changed."
    )]
    Foreign {
        /// Which file.
        path: String,
    },
    /// Asked to read where nothing was written yet.
    #[error("There is no data file yet at {path}. Connect first, or run a sync.")]
    NoFile {
        /// Which file.
        path: String,
    },
    /// A row that was there a moment ago, or was asked for by a wrong id.
    #[error("What was asked for is not in the data file. It may have been removed meanwhile.")]
    Missing,
    /// `SQLITE_FULL`.
    #[error(
        "The disk is full, so nothing was saved; what was saved before is safe. Free some space and \
         try again."
    )]
    DiskFull,
    /// The file or its folder may be read but not written.
    #[error(
        "The data file, or the folder that it is in, is read-only. Make both writable or choose \
         another folder with --home."
    )]
    ReadOnly,
    /// The operating system says no.
    #[error(
        "The data file, or the folder that it is in, may not be opened by this user. Give yourself \
         the right to read and write it or choose another folder with --home."
    )]
    Permission,
    /// Somebody else has been writing for longer than we wait.
    #[error(
        "Another program has been using the data file for too long. Close the other copy, or the \
         tool that has the file open, and try again."
    )]
    Locked,
    /// A name, or a key, that must be the only one of its kind.
    #[error("There is already one with that name or key.")]
    Taken,
    /// A stored word or piece of JSON that this version does not understand.
    #[error(
        "The data file holds a value in {column} that this version does not understand. Install the \
         newest version."
    )]
    Unreadable {
        /// Table and column.
        column: &'static str,
    },
    /// The disk itself failed, or a limit other than its size.
    #[error(
        "The disk could not be read or written ({0}): it fails, or a quota or limit is used up. What \
         was saved before is safe. Check both and try again."
    )]
    Disk(String),
    /// All else: a defect of this program.
    #[error("The data file could not be used ({0}). This is a defect: please report it.")]
    Other(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let Some(found) = error.sqlite_error() else {
            return Self::Other(kind_of(&error));
        };
        match found.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
            ErrorCode::DiskFull => Self::DiskFull,
            ErrorCode::ReadOnly => Self::ReadOnly,
            ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Self::Permission,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
            ErrorCode::SystemIoFailure => Self::Disk(format!("code {}", found.extended_code)),
            ErrorCode::ConstraintViolation
                if [
                    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
                    rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ]
                .contains(&found.extended_code) =>
            {
                Self::Taken
            }
            _ => Self::Other(format!("code {}", found.extended_code)),
        }
    }
}

/// The sort of a failure that did not come from SQLite; never its text, which may quote a value.
fn kind_of(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::QueryReturnedNoRows => "a row is missing".to_owned(),
        rusqlite::Error::InvalidColumnType(column, ..)
        | rusqlite::Error::FromSqlConversionFailure(column, ..)
        | rusqlite::Error::IntegralValueOutOfRange(column, ..) => {
            format!("column {column} holds something else")
        }
        _ => "a statement does not fit".to_owned(),
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::PermissionDenied => Self::Permission,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            kind => Self::Disk(kind.to_string()),
        }
    }
}
