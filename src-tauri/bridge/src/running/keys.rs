//! Keys come in, and a connection comes of them.

use super::{Ground, HandleError};
use crate::connect::{Keys, establish, identify_soon};
use crate::store::{ConnectionRow, Listing, Road, Store};
use crate::trouble::Trouble;
use crate::vault::{Secrets, VaultError};

/// What came of keys that were to be kept.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The connection, new or known.
    pub connection: ConnectionRow,
    /// Why the keys were not kept, if they were not; they serve until the program ends.
    pub not_kept: Option<VaultError>,
    /// How far this computer's clock is ahead of HubSpot's, in milliseconds.
    pub clock_ahead_ms: Option<i64>,
}

/// Asks whose the keys are and makes or finds their connection.
pub(super) async fn save(
    ground: &Ground,
    store: &std::cell::RefCell<Store>,
    keys: &Keys,
    name: Option<&str>,
) -> Result<Saved, HandleError> {
    let (_, identity) = identify_soon(&ground.access, keys, "").await?;
    let ahead = identity
        .account
        .date
        .map(|there| ground.access.clock.now().saturating_sub(there));
    let connection = {
        let mut store = store.borrow_mut();
        let mut row = establish(&mut store, &identity, name, &ground.access)?;
        // Another key may do more, or less, than the last one.
        row.road = Road::Unknown;
        row.listing = Listing::Unknown;
        store
            .write(|rows| rows.update_connection(&row))
            .map_err(Trouble::Store)?;
        row
    };
    let not_kept = keep(ground, &connection.key, keys).await.err();
    Ok(Saved {
        connection,
        not_kept,
        clock_ahead_ms: ahead,
    })
}

/// The keychain may ask its user, so it is not asked on the engine's own thread.
async fn keep(ground: &Ground, entry: &str, keys: &Keys) -> Result<(), VaultError> {
    let (vault, entry) = (ground.vault.clone(), entry.to_owned());
    let secrets = Secrets {
        hubspot_token: Some(keys.hubspot.clone()),
        tuco_api_key: Some(keys.tuco.clone()),
        ..Secrets::default()
    };
    off_thread(move || vault.store(&entry, &secrets)).await
}

/// The keys of a connection.
pub(super) async fn load(ground: &Ground, entry: &str) -> Result<Keys, HandleError> {
    let (vault, entry) = (ground.vault.clone(), entry.to_owned());
    let secrets = off_thread(move || vault.load(&entry)).await?;
    match secrets.map(|kept| (kept.hubspot_token, kept.tuco_api_key)) {
        Some((Some(hubspot), Some(tuco))) => Ok(Keys { hubspot, tuco }),
        _ => Err(HandleError::NoKeys),
    }
}

/// Forgets them.
pub(super) async fn forget(ground: &Ground, entry: &str) -> Result<(), VaultError> {
    let (vault, entry) = (ground.vault.clone(), entry.to_owned());
    off_thread(move || vault.forget(&entry)).await
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(VaultError::Other("it ended without an answer".to_owned())),
    }
}
