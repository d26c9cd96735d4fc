//! Keys come in, and a connection comes of them.

use super::{Ground, HandleError};
use crate::belonging::refuse_second;
use crate::connect::{Keys, adopt, identify_soon};
use crate::sign_in::{Signed, sign_out};
use crate::store::{ConnectionRow, Method, Store, StoreError};
use crate::vault::VaultError;

/// What came of keys that were to be kept.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The connection, new or known.
    pub connection: ConnectionRow,
    /// Why the keys were not kept, if they were not; they serve until the program ends.
    pub not_kept: Option<VaultError>,
    /// How far this computer's clock is ahead of HubSpot's, in milliseconds.
    pub clock_ahead_ms: Option<i64>,
    /// The sign-in whose place the keys took could not be ended at HubSpot.
    pub old_sign_in_left: bool,
}

/// Whose keys are to be kept.
#[derive(Debug, Clone)]
pub(super) enum Whose {
    /// A new connection's, of that name, or those of the one that joins the same two already.
    Anybodys(Option<String>),
    /// This connection's and no other's.
    Of(i64),
}

/// Asks whose the keys are and makes or finds their connection.
pub(super) async fn save(
    ground: &Ground,
    store: &std::cell::RefCell<Store>,
    keys: &Keys,
    whose: &Whose,
) -> Result<Saved, HandleError> {
    let (_, mut identity) = identify_soon(&ground.access, keys, "").await?;
    let name = match whose {
        Whose::Anybodys(name) => name.as_deref(),
        Whose::Of(id) => {
            let store = store.borrow();
            let rows = store.read();
            let row = rows.connection(*id)?.ok_or(StoreError::Missing)?;
            identity.belong_to(&row)?;
            refuse_second(&rows, &row, &identity.workspace_id)?;
            None
        }
    };
    let ahead = identity
        .account
        .date
        .map(|there| ground.access.clock.now().saturating_sub(there));
    let connection = {
        let mut store = store.borrow_mut();
        adopt(&mut store, &identity, name, keys.method(), &ground.access)?
    };
    // Read before the key takes its place; what can't be read can't be ended either.
    let old = match keys.method() {
        Method::Key => load(ground, &connection.key).await.ok(),
        Method::SignIn => None,
    };
    let not_kept = keep(ground, &connection.key, keys).await.err();
    ground.access.transport.close_idle();
    // Where the key is not kept, the next start finds the old sign-in, and needs it.
    let old_sign_in_left = match old {
        Some(old) if not_kept.is_none() => {
            let ended = sign_out(&ground.access, &old, &connection, false).await;
            ended.is_err()
        }
        _ => false,
    };
    Ok(Saved {
        connection,
        not_kept,
        clock_ahead_ms: ahead,
        old_sign_in_left,
    })
}

/// Keeps a sign-in that has just come about. Where the keychain does not take it, it serves until the
/// program ends, as a key does.
pub(super) async fn take(
    ground: &Ground,
    store: &std::cell::RefCell<Store>,
    signed: Signed,
    name: Option<&str>,
) -> Result<(Saved, Keys), HandleError> {
    let there = signed.identity.account.date;
    let ahead = there.map(|there| ground.access.clock.now().saturating_sub(there));
    let (connection, keys) = {
        let mut store = store.borrow_mut();
        signed.adopt(&mut store, name, &ground.access, &ground.vault)?
    };
    let not_kept = keep(ground, &connection.key, &keys).await.err();
    let saved = Saved {
        connection,
        not_kept,
        clock_ahead_ms: ahead,
        old_sign_in_left: false,
    };
    Ok((saved, keys))
}

/// The keychain may ask its user, so it is not asked on the engine's own thread.
pub(super) async fn keep(ground: &Ground, entry: &str, keys: &Keys) -> Result<(), VaultError> {
    let (vault, entry) = (ground.vault.clone(), entry.to_owned());
    let secrets = keys.to_secrets();
    off_thread(move || vault.store(&entry, &secrets)).await
}

/// The keys of a connection.
pub(super) async fn load(ground: &Ground, entry: &str) -> Result<Keys, HandleError> {
    let (vault, name) = (ground.vault.clone(), entry.to_owned());
    let secrets = off_thread(move || vault.load(&name)).await?;
    secrets
        .and_then(|kept| Keys::from_secrets(kept, &ground.access, &ground.vault, entry))
        .ok_or(HandleError::NoKeys)
}

/// Forgets them, also where they were last sent.
pub(super) async fn forget(ground: &Ground, entry: &str) -> Result<(), VaultError> {
    ground.access.transport.close_idle();
    let (vault, entry) = (ground.vault.clone(), entry.to_owned());
    off_thread(move || {
        vault.forget(&crate::listener::registration::entry(&entry))?;
        vault.forget(&entry)
    })
    .await
}

/// Forgets a connection with its keys. They go first: rows without keys can be removed again, keys
/// without rows are never found.
pub(super) async fn forget_connection(
    ground: &Ground,
    store: &std::cell::RefCell<Store>,
    row: &ConnectionRow,
) -> Result<(), HandleError> {
    forget(ground, &row.key).await?;
    store
        .borrow_mut()
        .write(|rows| rows.remove_connection(row.id))?;
    Ok(())
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(VaultError::Other("it ended without an answer".to_owned())),
    }
}
