//! Files: what is stored, copies of it, exports, and what a support desk may see.

use serde::Serialize;
use specta::Type;

/// One file of the home folder.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredFile {
    /// Its name.
    pub(crate) name: String,
    /// How long it is.
    pub(crate) bytes: u64,
}

/// What this program keeps on this computer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Storage {
    /// The folder.
    pub(crate) folder: String,
    /// All of it together.
    pub(crate) bytes: u64,
    /// Its files, by name.
    pub(crate) files: Vec<StoredFile>,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WrittenFile {
    /// Where.
    pub(crate) path: String,
    /// How long it is.
    pub(crate) bytes: u64,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExportProgress {
    /// Rows so far.
    pub(crate) rows: u64,
    /// Rows in all; none where words are searched for.
    pub(crate) of: Option<u64>,
}

/// An export that came to its end.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Exported {
    /// Where.
    pub(crate) path: String,
    /// Rows beside the headings.
    pub(crate) rows: u64,
}

/// A computer that this program talks to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactedHost {
    /// Its name.
    pub(crate) host: String,
    /// What for.
    pub(crate) why: String,
}
