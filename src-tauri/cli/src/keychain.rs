//! The keychain, as the commands need it.

use bridge::connect::Keys;
use bridge::vault::{Keychain, Secrets, Vault, VaultError};

/// The keys of a connection; nothing where none, or only one of them, were kept.
pub(crate) fn read(name: &str) -> Result<Option<Keys>, VaultError> {
    let Some(kept) = Keychain::new().load(name)? else {
        return Ok(None);
    };
    Ok(match (kept.hubspot_token, kept.tuco_api_key) {
        (Some(hubspot), Some(tuco)) => Some(Keys { hubspot, tuco }),
        _ => None,
    })
}

/// Keeps the keys of a connection.
pub(crate) fn write(name: &str, keys: &Keys) -> Result<(), VaultError> {
    let secrets = Secrets {
        hubspot_token: Some(keys.hubspot.clone()),
        tuco_api_key: Some(keys.tuco.clone()),
        ..Secrets::default()
    };
    Keychain::new().store(name, &secrets)
}
