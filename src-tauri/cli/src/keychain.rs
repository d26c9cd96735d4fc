//! The keychain, as the commands need it.

use bridge::connect::{Access, Keys};
use bridge::vault::{Keychain, Vault, VaultError};
use std::sync::Arc;

/// The system's keychain.
pub(crate) fn vault() -> Arc<dyn Vault> {
    Arc::new(Keychain::new())
}

/// The keys of a connection; nothing where none, or only some of them, were kept.
pub(crate) fn read(name: &str, access: &Access) -> Result<Option<Keys>, VaultError> {
    let vault = vault();
    Ok(vault
        .load(name)?
        .and_then(|kept| Keys::from_secrets(kept, access, &vault, name)))
}

/// Keeps the keys of a connection.
pub(crate) fn write(name: &str, keys: &Keys) -> Result<(), VaultError> {
    vault().store(name, &keys.to_secrets())
}

/// Forgets them.
pub(crate) fn forget(name: &str) -> Result<(), VaultError> {
    vault().forget(name)
}
