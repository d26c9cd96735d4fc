//! The operating system's keychain: Keychain Services, Credential Manager or Secret Service.
//!
//! The store is connected to anew for each call: a keychain that was started, restarted or unlocked
//! since the last one is found, and a failure leaves nothing behind.

use super::actor::Actor;
use super::parts::{self, Entries};
use super::{LIMIT, Secrets, Vault, VaultError, from_bytes, to_bytes};
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};
use std::sync::Arc;
use std::time::Duration;
use zeroize::Zeroizing;

/// Under which all entries stand, and what the keychain's own window shows.
const SERVICE: &str = "tuco-for-hubspot";

/// See [`Vault`].
pub struct Keychain {
    actor: Actor<dyn Entries>,
}

impl Default for Keychain {
    fn default() -> Self {
        Self::new()
    }
}

impl Keychain {
    /// Touches nothing: the keychain is opened by the first call.
    pub fn new() -> Self {
        Self::over(Arc::new(SystemEntries), LIMIT)
    }

    pub(super) fn over(entries: Arc<dyn Entries>, limit: Duration) -> Self {
        Self {
            actor: Actor::new(entries, limit),
        }
    }
}

impl Vault for Keychain {
    fn load(&self, connection_key: &str) -> Result<Option<Secrets>, VaultError> {
        let key = connection_key.to_owned();
        let record = self.actor.ask(move |entries| parts::load(entries, &key))?;
        record.map(|record| from_bytes(&record)).transpose()
    }

    fn store(&self, connection_key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        let key = connection_key.to_owned();
        let record = to_bytes(secrets)?;
        self.actor
            .ask(move |entries| parts::store(entries, &key, &record))
    }

    fn forget(&self, connection_key: &str) -> Result<(), VaultError> {
        let key = connection_key.to_owned();
        self.actor.ask(move |entries| parts::forget(entries, &key))
    }
}

struct SystemEntries;

impl Entries for SystemEntries {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        match entry(name)?.get_secret() {
            Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(named(error)),
        }
    }

    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        entry(name)?.set_secret(bytes).map_err(named)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(named(error)),
        }
    }
}

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store as SystemStore;
#[cfg(windows)]
use windows_native_keyring_store::Store as SystemStore;
#[cfg(all(unix, not(target_os = "macos")))]
use zbus_secret_service_keyring_store::Store as SystemStore;

fn entry(name: &str) -> Result<Entry, VaultError> {
    let store = SystemStore::new().map_err(named)?;
    store.build(SERVICE, name, None).map_err(named)
}

/// The library's failure as one of ours. Its texts are not passed on where they could hold data.
pub(super) fn named(error: Error) -> VaultError {
    match error {
        Error::PlatformFailure(cause) | Error::NoStorageAccess(cause) => named_by_system(&*cause),
        Error::TooLong(..) => VaultError::TooLong,
        Error::BadEncoding(_) | Error::BadDataFormat(..) => VaultError::Damaged,
        Error::NotSupportedByStore(_) | Error::NoDefaultStore => VaultError::NotSupported,
        Error::Ambiguous(_) => VaultError::Ambiguous,
        _ => VaultError::Other("an answer that is not understood".to_owned()),
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn named_by_system(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    use secret_service::Error as Service;
    match cause.downcast_ref::<Service>() {
        Some(Service::Unavailable) => VaultError::NoService,
        Some(Service::Locked) => VaultError::Locked,
        Some(Service::Prompt) => VaultError::Denied,
        Some(Service::PromptDisconnected) => VaultError::NoAnswer,
        // The service answers with no object where the alias "default" names no collection.
        Some(Service::NoResult) => VaultError::NoDefaultCollection,
        Some(Service::Zbus(_) | Service::ZbusFdo(_)) => named_by_bus(&cause.to_string()),
        Some(_) => VaultError::Other("the service's answer is not understood".to_owned()),
        None => VaultError::Other("an unknown failure".to_owned()),
    }
}

/// By the names of D-Bus errors, which stand in the text: the types of the bus library change with
/// each of its versions.
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) fn named_by_bus(text: &str) -> VaultError {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["IsLocked"]) {
        VaultError::Locked
    } else if says(&["LimitsExceeded", "NoMemory", "No space left"]) {
        VaultError::Full
    } else if says(&["AccessDenied", "AuthFailed", "not authorized"]) {
        VaultError::Denied
    } else if says(&["NoReply", "TimedOut", "Timeout", "timed out"]) {
        VaultError::NoAnswer
    } else if says(&["NoSuchObject", "UnknownObject"]) {
        VaultError::NoDefaultCollection
    } else if says(&[
        "ServiceUnknown",
        "NameHasNoOwner",
        "Spawn",
        "I/O error",
        "No such file",
        "Connection refused",
        "ddress",
    ]) {
        VaultError::NoService
    } else {
        VaultError::Other("the service refused".to_owned())
    }
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn named_by_system(cause: &(dyn std::error::Error + Send + Sync + 'static)) -> VaultError {
    named_by_number(&cause.to_string())
}

/// macOS and Windows answer with a number and a sentence of their own, without data.
#[cfg(any(test, not(all(unix, not(target_os = "macos")))))]
pub(super) fn named_by_number(text: &str) -> VaultError {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["-34018", "entitlement"]) {
        VaultError::NotEntitled
    } else if says(&["-128", "canceled", "-25293"]) {
        VaultError::Denied
    } else if says(&["-25308", "interaction"]) {
        VaultError::Locked
    } else if says(&["-34 ", "disk full", "not enough", "quota"]) {
        VaultError::Full
    } else {
        VaultError::Other(text.to_owned())
    }
}
