//! Secrets: the keychain of the operating system, a file that a passphrase opens, or this run's memory.
//! Never in the clear, and never under a key that is built in.
//!
//! A connection has one entry, named by its own key. An entry holds at most 2,560 bytes,
//! which is what Windows takes; what does not fit is split over more entries and checked when
//! it is read. Every call has a limit of three seconds, because a keychain may ask its user and nobody
//! may be there; a failure is never remembered, so the next call tries afresh.
//!
//! What can go wrong is a closed list, [`VaultError`], and each case says what to do. Without a
//! keychain the keys can still be used for one run, [`SessionOnly`], or kept in a [`PassphraseFile`]
//! by whoever asks for it. [`Stores`] joins the three.

mod actor;
mod disk;
mod file;
mod keychain;
mod parts;
mod sealed;
mod stores;
#[cfg(test)]
mod tests;
mod trouble;

pub use file::{FILE_NAME, FileState, PassphraseFile, SHORTEST_PASSPHRASE};
pub use keychain::Keychain;
pub use stores::{Keep, Moved, Stores};
pub use trouble::{NextStep, VaultError};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use wire::Secret;
use zeroize::Zeroizing;

/// A user who is asked something needs longer; then the next try finds the place open.
const LIMIT: Duration = Duration::from_secs(3);

/// The secrets of one connection. Its `Debug` shows none of them.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// HubSpot's service key, or a private app's token.
    pub hubspot_token: Option<Secret>,
    /// The workspace's key.
    pub tuco_api_key: Option<Secret>,
    /// Client id of the user's own HubSpot app, where the connection was signed in with it.
    pub hubspot_client_id: Option<Secret>,
    /// That app's client secret.
    pub hubspot_client_secret: Option<Secret>,
    /// The newest refresh token of the sign-in. Access tokens are never kept.
    pub hubspot_refresh_token: Option<Secret>,
    /// What the workspace's webhooks are signed with, the newest first. In an entry of its own.
    pub webhook_secrets: Vec<Secret>,
}

impl Secrets {
    /// Whether both hold the same.
    fn same_as(&self, other: &Self) -> bool {
        matches!((to_bytes(self), to_bytes(other)), (Ok(mine), Ok(theirs)) if *mine == *theirs)
    }
}

/// Where secrets are kept. Calls block for up to three seconds: not for an async task's own thread.
pub trait Vault: Send + Sync {
    /// The secrets of a connection, or none where none were kept.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn load(&self, connection_key: &str) -> Result<Option<Secrets>, VaultError>;

    /// Keeps them, in the place of what was kept before.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn store(&self, connection_key: &str, secrets: &Secrets) -> Result<(), VaultError>;

    /// Forgets them. It is no error where there were none.
    ///
    /// # Errors
    /// See [`VaultError`].
    fn forget(&self, connection_key: &str) -> Result<(), VaultError>;
}

/// Secrets that live as long as the process.
#[derive(Debug, Default)]
pub struct SessionOnly {
    kept: Mutex<BTreeMap<String, Secrets>>,
}

impl Vault for SessionOnly {
    fn load(&self, connection_key: &str) -> Result<Option<Secrets>, VaultError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.get(connection_key).cloned())
    }

    fn store(&self, connection_key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(connection_key.to_owned(), secrets.clone());
        Ok(())
    }

    fn forget(&self, connection_key: &str) -> Result<(), VaultError> {
        self.kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(connection_key);
        Ok(())
    }
}

/// How secrets are written down: JSON, whose buffers are wiped.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    hubspot_token: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    tuco_api_key: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    hubspot_client_id: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    hubspot_client_secret: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none", borrow)]
    hubspot_refresh_token: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", borrow)]
    webhook_secrets: Vec<std::borrow::Cow<'a, str>>,
}

fn to_bytes(secrets: &Secrets) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    fn text(secret: Option<&Secret>) -> Option<std::borrow::Cow<'_, str>> {
        secret.map(|secret| secret.expose().into())
    }
    let written = Written {
        hubspot_token: text(secrets.hubspot_token.as_ref()),
        tuco_api_key: text(secrets.tuco_api_key.as_ref()),
        hubspot_client_id: text(secrets.hubspot_client_id.as_ref()),
        hubspot_client_secret: text(secrets.hubspot_client_secret.as_ref()),
        hubspot_refresh_token: text(secrets.hubspot_refresh_token.as_ref()),
        webhook_secrets: secrets
            .webhook_secrets
            .iter()
            .map(|secret| secret.expose().into())
            .collect(),
    };
    // Large enough from the start: a buffer that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    serde_json::to_writer(&mut *bytes, &written).map_err(|_| VaultError::Damaged)?;
    Ok(bytes)
}

fn from_bytes(bytes: &[u8]) -> Result<Secrets, VaultError> {
    // The reader's own words could quote a piece of a secret, so they are dropped.
    let written: Written<'_> = serde_json::from_slice(bytes).map_err(|_| VaultError::Damaged)?;
    Ok(Secrets {
        hubspot_token: written.hubspot_token.map(Secret::new),
        tuco_api_key: written.tuco_api_key.map(Secret::new),
        hubspot_client_id: written.hubspot_client_id.map(Secret::new),
        hubspot_client_secret: written.hubspot_client_secret.map(Secret::new),
        hubspot_refresh_token: written.hubspot_refresh_token.map(Secret::new),
        webhook_secrets: written
            .webhook_secrets
            .into_iter()
            .map(Secret::new)
            .collect(),
    })
}
