//! What a connection signs in with: from the vault, to the vault, and kept up to date there.

use crate::connect::{Access, Identity, establish};
use crate::store::{ConnectionRow, Listing, Method, Road, Store};
use crate::trouble::Trouble;
use crate::vault::{Secrets, Vault, VaultError};
use hubspot::oauth::{App, Grant, Keep, NotKept, Oauth, Session, Token};
use std::sync::{Arc, Mutex, PoisonError};
use wire::{BoxFuture, Gateway, Pace, Secret, Timestamp};

/// What a connection signs in with.
#[derive(Debug, Clone)]
pub struct Keys {
    /// A pasted key, or a sign-in.
    pub hubspot: Token,
    /// The workspace's key.
    pub tuco: Secret,
}

impl Keys {
    /// How they sign in to HubSpot.
    pub fn method(&self) -> Method {
        match self.hubspot {
            Token::Fixed(_) => Method::Key,
            Token::Session(_) => Method::SignIn,
        }
    }

    /// What HubSpot signs with that it sends to the app's own addresses; none for a pasted key.
    pub fn client_secret(&self) -> Option<Secret> {
        match &self.hubspot {
            Token::Fixed(_) => None,
            Token::Session(session) => Some(session.oauth().app().client_secret.clone()),
        }
    }

    /// What is kept of them. Never an access token.
    pub fn to_secrets(&self) -> Secrets {
        let tuco_api_key = Some(self.tuco.clone());
        match &self.hubspot {
            Token::Fixed(key) => Secrets {
                hubspot_token: Some(key.clone()),
                tuco_api_key,
                ..Secrets::default()
            },
            Token::Session(session) => {
                let app = session.oauth().app();
                Secrets {
                    tuco_api_key,
                    hubspot_client_id: Some(app.client_id.clone()),
                    hubspot_client_secret: Some(app.client_secret.clone()),
                    hubspot_refresh_token: Some(session.refresh_token()),
                    ..Secrets::default()
                }
            }
        }
    }

    /// What was kept under this entry; none where something is missing. A sign-in goes before a key: it
    /// is the newer of the two where a half-done change left both.
    pub fn from_secrets(
        kept: Secrets,
        access: &Access,
        vault: &Arc<dyn Vault>,
        entry: &str,
    ) -> Option<Self> {
        let tuco = kept.tuco_api_key?;
        let sign_in = kept
            .hubspot_client_id
            .zip(kept.hubspot_client_secret)
            .zip(kept.hubspot_refresh_token);
        let hubspot = match sign_in {
            Some(((client_id, client_secret), refresh_token)) => {
                let app = App {
                    client_id,
                    client_secret,
                };
                Token::Session(session(access, vault, entry, app, refresh_token))
            }
            None => Token::Fixed(kept.hubspot_token?),
        };
        Some(Self { hubspot, tuco })
    }

    /// Those of a sign-in that has just come about.
    pub(crate) fn signed_in(
        access: &Access,
        vault: &Arc<dyn Vault>,
        entry: &str,
        app: App,
        (grant, refresh_token, from): (&Grant, Secret, Timestamp),
        tuco: Secret,
    ) -> Self {
        let session = session(access, vault, entry, app, refresh_token).with_access(grant, from);
        Self {
            hubspot: Token::Session(session),
            tuco,
        }
    }
}

impl Access {
    /// The token endpoints, for an app of the user's own. They are not counted among the portal's calls,
    /// so they have a pace of their own.
    pub fn oauth(&self, app: App) -> Oauth {
        let gateway = Gateway::new(
            self.transport.clone(),
            self.clock.clone(),
            Arc::new(Pace::hubspot()),
            "hubspot sign-in",
        );
        Oauth::new(gateway, self.hubspot.clone(), app)
    }
}

fn session(
    access: &Access,
    vault: &Arc<dyn Vault>,
    entry: &str,
    app: App,
    refresh_token: Secret,
) -> Session {
    let keep = VaultKeep {
        vault: vault.clone(),
        entry: entry.to_owned(),
        ours: Arc::new(Mutex::new(vec![refresh_token.clone()])),
    };
    Session::new(
        access.oauth(app),
        access.clock.clone(),
        Arc::new(keep),
        refresh_token,
    )
}

/// Makes or finds the connection of an identity, and notes how it signs in from now on. Everything else
/// that belongs to it stays: settings, links, cursors and the log.
///
/// # Errors
/// See [`Trouble`].
pub fn adopt(
    store: &mut Store,
    identity: &Identity,
    name: Option<&str>,
    method: Method,
    access: &Access,
) -> Result<ConnectionRow, Trouble> {
    let mut row = establish(store, identity, name, access)?;
    // Another key may do more, or less, than the last one.
    row.road = Road::Unknown;
    row.listing = Listing::Unknown;
    row.method = method;
    row.signed_in_at = access.clock.now();
    store.write(|rows| {
        rows.update_connection(&row)?;
        rows.note_sign_in(row.id, row.method, row.signed_in_at)
    })?;
    Ok(row)
}

/// Keeps the newest refresh token in a connection's entry.
///
/// It replaces only what this session put there: an entry that was forgotten, or that somebody has
/// signed in with anew since, is left alone.
struct VaultKeep {
    vault: Arc<dyn Vault>,
    entry: String,
    /// Every token that this session kept or tried to keep: a keychain that answered too late may have
    /// kept it all the same.
    ours: Arc<Mutex<Vec<Secret>>>,
}

impl Keep for VaultKeep {
    fn keep(&self, refresh_token: Secret) -> BoxFuture<'static, Result<(), NotKept>> {
        let (vault, entry, ours) = (self.vault.clone(), self.entry.clone(), self.ours.clone());
        Box::pin(async move {
            // The keychain may ask its user, so it is not asked on the engine's own thread.
            let kept =
                tokio::task::spawn_blocking(move || replace(&*vault, &entry, &ours, refresh_token));
            match kept.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => {
                    tracing::warn!(target: "vault", "the newest refresh token is not kept: {error}");
                    Err(NotKept)
                }
                Err(_) => Err(NotKept),
            }
        })
    }

    fn kept(&self) -> BoxFuture<'static, Option<Secret>> {
        let (vault, entry, ours) = (self.vault.clone(), self.entry.clone(), self.ours.clone());
        Box::pin(async move {
            let loaded = tokio::task::spawn_blocking(move || vault.load(&entry)).await;
            let token = loaded.ok()?.ok()??.hubspot_refresh_token?;
            ours.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(token.clone());
            Some(token)
        })
    }
}

fn replace(
    vault: &dyn Vault,
    entry: &str,
    ours: &Mutex<Vec<Secret>>,
    refresh_token: Secret,
) -> Result<(), VaultError> {
    let Some(kept) = vault.load(entry)? else {
        return Err(VaultError::Other("the entry was forgotten".to_owned()));
    };
    let mut ours = ours.lock().unwrap_or_else(PoisonError::into_inner);
    let standing = kept.hubspot_refresh_token.as_ref().map(Secret::expose);
    if !ours.iter().any(|token| Some(token.expose()) == standing) {
        return Err(VaultError::Other(
            "the entry is another sign-in's".to_owned(),
        ));
    }
    ours.push(refresh_token.clone());
    let secrets = Secrets {
        hubspot_refresh_token: Some(refresh_token),
        ..kept
    };
    vault.store(entry, &secrets)?;
    let old = ours.len().saturating_sub(4);
    ours.drain(..old);
    Ok(())
}
