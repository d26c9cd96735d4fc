//! Where keys are kept.

use serde::Serialize;
use specta::Type;

/// A place for keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum KeysPlace {
    /// The keychain of the system.
    Keychain,
    /// A file that a passphrase opens, and that is open.
    File,
    /// Nowhere: they are gone when the program ends.
    Session,
    /// That file, before its passphrase was given.
    Locked,
}

/// Where the keys of all connections are; of several places the one that needs somebody most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeysKept {
    /// Where.
    #[serde(rename = "where")]
    pub(crate) place: KeysPlace,
    /// Why there, in whole sentences; may be empty.
    pub(crate) why: String,
    /// Whether there is a passphrase file, which then already has its passphrase.
    pub(crate) file: bool,
}
