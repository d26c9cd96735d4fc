//! From HubSpot's answer to a connection: tokens, whose they are, and whether that is who was meant.

use super::{Answer, SignInError};
use crate::connect::{Access, Identity, identify_soon};
use crate::keys::{Keys, adopt};
use crate::store::{ConnectionRow, Method, Store};
use crate::trouble::Trouble;
use crate::vault::Vault;
use hubspot::oauth::{App, Grant, Keep, NotKept, Oauth, Session, Token};
use hubspot::{ErrorKind, Refused, SignIn};
use std::sync::Arc;
use wire::{BoxFuture, Secret, Timestamp};

/// Somebody is signed in, and it is known to which portal. Nothing is kept yet.
pub struct Signed {
    app: App,
    oauth: Oauth,
    grant: Grant,
    refresh_token: Secret,
    from: Timestamp,
    tuco: Secret,
    /// Whose portal and workspace it is.
    pub identity: Identity,
}

/// Exchanges the code and asks whose the tokens are. `expected` is the connection that somebody signs in
/// to again, if any: another portal than its own is refused, and what was issued is revoked.
///
/// # Errors
/// See [`SignInError`].
pub async fn finish(
    access: &Access,
    answer: Answer,
    tuco: Secret,
    expected: Option<&ConnectionRow>,
) -> Result<Signed, SignInError> {
    let oauth = access.oauth(answer.app.clone());
    let from = access.clock.now();
    let grant = oauth
        .exchange(&answer.code, &answer.redirect, &answer.verifier)
        .await
        .map_err(|error| match error.kind {
            ErrorKind::UnknownOutcome { .. } => SignInError::NoClearAnswer,
            _ => SignInError::Trouble(Trouble::HubSpot(error)),
        })?;
    let refresh_token = grant
        .refresh_token
        .clone()
        .ok_or(SignInError::NoRefreshToken)?;
    match whose(
        access,
        &oauth,
        &grant,
        &refresh_token,
        from,
        &tuco,
        expected,
    )
    .await
    {
        Ok(identity) => Ok(Signed {
            app: answer.app,
            oauth,
            grant,
            refresh_token,
            from,
            tuco,
            identity,
        }),
        Err(trouble) => {
            // Nobody will use it; without a network it stays until the app is removed in HubSpot.
            let _ = oauth.revoke(&refresh_token).await;
            Err(SignInError::Trouble(trouble))
        }
    }
}

async fn whose(
    access: &Access,
    oauth: &Oauth,
    grant: &Grant,
    refresh_token: &Secret,
    from: Timestamp,
    tuco: &Secret,
    expected: Option<&ConnectionRow>,
) -> Result<Identity, Trouble> {
    let session = Session::new(
        oauth.clone(),
        access.clock.clone(),
        Arc::new(Nowhere),
        refresh_token.clone(),
    )
    .with_access(grant, from);
    let keys = Keys {
        hubspot: Token::Session(session),
        tuco: tuco.clone(),
    };
    let (_, mut identity) = identify_soon(access, &keys, "").await?;
    if let Some(row) = expected {
        identity.belong_to(row).map_err(|trouble| match trouble {
            Trouble::WrongPortal {
                connection,
                expected,
                found,
            } => Trouble::SignedInElsewhere {
                connection,
                expected,
                found,
            },
            other => other,
        })?;
    }
    Ok(identity)
}

impl Signed {
    /// Makes or finds the connection, and the keys to keep for it.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub fn adopt(
        self,
        store: &mut Store,
        name: Option<&str>,
        access: &Access,
        vault: &Arc<dyn Vault>,
    ) -> Result<(ConnectionRow, Keys), Trouble> {
        let row = adopt(store, &self.identity, name, Method::SignIn, access)?;
        let issued = (&self.grant, self.refresh_token, self.from);
        let keys = Keys::signed_in(access, vault, &row.key, self.app, issued, self.tuco);
        Ok((row, keys))
    }

    /// Gives back what was issued, for a sign-in that is not wanted after all.
    ///
    /// # Errors
    /// What HubSpot answers.
    pub async fn give_back(&self) -> Result<(), Trouble> {
        Ok(self.oauth.revoke(&self.refresh_token).await?)
    }
}

/// What disconnecting came to at HubSpot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// A key is nothing that can be ended from here.
    NothingToEnd,
    /// The refresh token is dead.
    Revoked,
    /// The app has left the portal.
    Uninstalled,
    /// HubSpot did not take it any more: somebody removed the app, or revoked it.
    EndedBefore,
}

impl Ended {
    /// A stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NothingToEnd => "nothing_to_end",
            Self::Revoked => "revoked",
            Self::Uninstalled => "uninstalled",
            Self::EndedBefore => "ended_before",
        }
    }

    /// What it means.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NothingToEnd => {
                "The key itself lives on in HubSpot until you delete it there (Settings, Integrations)."
            }
            Self::Revoked => {
                "The sign-in was ended at HubSpot. A token that was issued before lives up to 30 minutes more; \
                 nobody has it any longer."
            }
            Self::Uninstalled => {
                "The app was removed from the portal, and all its tokens with it. HubSpot tells the portal's \
                 admins by mail."
            }
            Self::EndedBefore => {
                "The sign-in had ended at HubSpot before. If the app still stands in the portal (Settings, \
                 Integrations, Connected Apps), remove it there."
            }
        }
    }
}

/// Ends a sign-in at HubSpot: revokes it, or removes the app from the portal. It forgets nothing here.
///
/// # Errors
/// What HubSpot answers, or that it could not be reached.
pub async fn sign_out(
    access: &Access,
    keys: &Keys,
    row: &ConnectionRow,
    uninstall: bool,
) -> Result<Ended, Trouble> {
    let Token::Session(session) = &keys.hubspot else {
        return Ok(Ended::NothingToEnd);
    };
    if uninstall {
        let outside = access.sign_in(keys, &row.hubspot_region);
        match outside.hubspot.uninstall().await {
            Ok(()) => return Ok(Ended::Uninstalled),
            Err(hubspot::Error {
                kind:
                    ErrorKind::NeedsSignIn(
                        SignIn::Session | SignIn::Refused(Refused::RefreshToken | Refused::Portal),
                    ),
                ..
            }) => return Ok(Ended::EndedBefore),
            Err(error) => return Err(error.into()),
        }
    }
    session.oauth().revoke(&session.refresh_token()).await?;
    Ok(Ended::Revoked)
}

/// Until the connection is known there is no entry to keep anything in; what comes is kept with it.
struct Nowhere;

impl Keep for Nowhere {
    fn keep(&self, _: Secret) -> BoxFuture<'static, Result<(), NotKept>> {
        Box::pin(async { Err(NotKept) })
    }

    fn kept(&self) -> BoxFuture<'static, Option<Secret>> {
        Box::pin(async { None })
    }
}
