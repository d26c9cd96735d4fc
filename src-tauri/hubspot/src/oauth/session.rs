//! Staying signed in: a token that renews itself.
//!
//! The access token lives in memory only and is renewed five minutes before its end, by what HubSpot
//! said about how long it lasts and by our clock. A 401 is never the signal. However many calls need a
//! new one, one refresh is under way; who asks for it may give up without ending it, for the next one
//! who asks goes on with the same. A newer refresh token is kept before the older one is forgotten.
//! Without a network the old access token serves to its end.

use super::app_token::AppToken;
use super::{Grant, Oauth};
use crate::error::{Error, ErrorKind, Refused, SignIn};
use crate::portal::TokenInfo;
use futures_util::FutureExt;
use futures_util::future::Shared;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wire::{BoxFuture, Clock, RetryClass, Secret, Timestamp};

/// An access token is renewed so long before its end.
const EARLY_MS: i64 = 5 * 60 * 1_000;

/// What opens the API.
#[derive(Debug, Clone)]
pub enum Token {
    /// A key that somebody pasted.
    Fixed(Secret),
    /// A sign-in.
    Session(Session),
}

impl From<Secret> for Token {
    fn from(key: Secret) -> Self {
        Self::Fixed(key)
    }
}

impl From<Session> for Token {
    fn from(session: Session) -> Self {
        Self::Session(session)
    }
}

impl Token {
    /// The token for a call that is made now.
    pub(crate) async fn now(&self) -> Result<Secret, Error> {
        match self {
            Self::Fixed(key) => Ok(key.clone()),
            Self::Session(session) => session.access_token().await,
        }
    }
}

/// Keeps the newest refresh token where it survives the program.
pub trait Keep: Send + Sync {
    /// Keeps it in the place of the one before. When this answers, it must be durable.
    fn keep(&self, refresh_token: Secret) -> BoxFuture<'static, Result<(), NotKept>>;

    /// What is kept now: another program may have renewed it.
    fn kept(&self) -> BoxFuture<'static, Option<Secret>>;
}

/// The newest refresh token could not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the newest refresh token could not be kept")]
pub struct NotKept;

/// See the module. A clone is the same session.
#[derive(Clone)]
pub struct Session {
    inner: Arc<Inner>,
}

struct Inner {
    oauth: Oauth,
    clock: Arc<dyn Clock>,
    keep: Arc<dyn Keep>,
    state: Mutex<State>,
    /// The app's own, for the change journal.
    app: Mutex<Option<AppToken>>,
}

struct State {
    refreshes: Refreshes,
    access: Option<Access>,
    running: Option<(u64, Running)>,
    number: u64,
    /// HubSpot's last word: nothing is asked any more until somebody signs in.
    ended: Option<Error>,
}

/// The refresh token that is kept, and a newer one that could not be kept yet.
#[derive(Clone)]
struct Refreshes {
    kept: Secret,
    newer: Option<Secret>,
}

#[derive(Clone)]
struct Access {
    token: Secret,
    from: Timestamp,
    until: Timestamp,
    portal_id: Option<String>,
    user_id: Option<String>,
    scopes: BTreeSet<String>,
}

type Running = Shared<BoxFuture<'static, Result<Renewed, Error>>>;

#[derive(Clone)]
struct Renewed {
    access: Access,
    refreshes: Refreshes,
}

impl Access {
    fn of(grant: &Grant, from: Timestamp) -> Self {
        let life = i64::try_from(grant.expires_in.as_millis()).unwrap_or(i64::MAX / 4);
        Self {
            token: grant.access_token.clone(),
            from,
            until: from.saturating_add(life),
            portal_id: grant.portal_id.clone(),
            user_id: grant.user_id.clone(),
            scopes: grant.scopes.clone(),
        }
    }

    /// A clock that was set back to before the token was issued tells nothing about it.
    fn serves(&self, now: Timestamp) -> bool {
        (self.from..self.until).contains(&now)
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let early = EARLY_MS.min(self.until.saturating_sub(self.from) / 2);
        self.serves(now) && now < self.until.saturating_sub(early)
    }
}

impl Session {
    /// A session from a refresh token that is kept already.
    pub fn new(
        oauth: Oauth,
        clock: Arc<dyn Clock>,
        keep: Arc<dyn Keep>,
        refresh_token: Secret,
    ) -> Self {
        let state = State {
            refreshes: Refreshes {
                kept: refresh_token,
                newer: None,
            },
            access: None,
            running: None,
            number: 0,
            ended: None,
        };
        Self {
            inner: Arc::new(Inner {
                oauth,
                clock,
                keep,
                state: Mutex::new(state),
                app: Mutex::default(),
            }),
        }
    }

    /// The same with an access token that has just been issued, at the moment of the request for it.
    #[must_use]
    pub fn with_access(self, grant: &Grant, from: Timestamp) -> Self {
        self.state().access = Some(Access::of(grant, from));
        self
    }

    /// The newest refresh token, for revoking it.
    pub fn refresh_token(&self) -> Secret {
        let state = self.state();
        let refreshes = &state.refreshes;
        refreshes.newer.as_ref().unwrap_or(&refreshes.kept).clone()
    }

    /// The app's token endpoints.
    pub fn oauth(&self) -> &Oauth {
        &self.inner.oauth
    }

    /// What the token endpoint said about the access token when it was issued.
    pub async fn info(&self) -> Result<TokenInfo, Error> {
        self.access_token().await?;
        let held = self.state().access.clone();
        held.and_then(|held| {
            Some(TokenInfo {
                user_id: held.user_id,
                portal_id: held.portal_id?,
                app_id: None,
                scopes: held.scopes,
            })
        })
        .ok_or_else(|| Error::new(ErrorKind::NotTheApi { status: 200 }, "oauth.refresh"))
    }

    /// An access token that is good for five minutes more, where one can be had.
    ///
    /// # Errors
    /// Where there is none: what the refresh came to.
    pub async fn access_token(&self) -> Result<Secret, Error> {
        let (number, running) = {
            let mut state = self.state();
            let now = self.inner.clock.now();
            if let Some(held) = state.access.as_ref().filter(|held| held.is_fresh(now)) {
                return Ok(held.token.clone());
            }
            if let Some(ended) = &state.ended {
                return Err(ended.clone());
            }
            match &state.running {
                Some(running) => running.clone(),
                None => {
                    state.number += 1;
                    let running = (state.number, self.inner.renew(state.refreshes.clone()));
                    state.running = Some(running.clone());
                    running
                }
            }
        };
        let outcome = running.await;
        let mut state = self.state();
        // The first one who hears of it writes it down.
        if state
            .running
            .as_ref()
            .is_some_and(|(under_way, _)| *under_way == number)
        {
            state.running = None;
            match &outcome {
                Ok(renewed) => {
                    state.access = Some(renewed.access.clone());
                    state.refreshes = renewed.refreshes.clone();
                }
                Err(error) if error.retry_class() == RetryClass::NeedsSignIn => {
                    state.ended = Some(error.clone());
                    state.access = None;
                }
                Err(_) => {}
            }
        }
        let now = self.inner.clock.now();
        match outcome {
            Ok(renewed) => Ok(renewed.access.token),
            Err(error) => match state.access.as_ref().filter(|held| held.serves(now)) {
                Some(held) => Ok(held.token.clone()),
                None => Err(error),
            },
        }
    }

    /// A token of the app itself with these scopes, good for five minutes more. It opens the change journal
    /// and nothing else, and is kept in memory only.
    ///
    /// # Errors
    /// Why the token endpoint gave none. That is never a reason to sign in again.
    pub(crate) async fn app_token(&self, scopes: &[&str]) -> Result<Secret, Error> {
        let from = self.inner.clock.now();
        let held = self
            .app()
            .as_ref()
            .and_then(|held| held.fresh(scopes, from));
        if let Some(token) = held {
            return Ok(token);
        }
        let issued = self.inner.oauth.app_token(scopes, from).await?;
        let token = issued.token();
        *self.app() = Some(issued);
        Ok(token)
    }

    /// The journal refuses it: the next call asks for another one.
    pub(crate) fn forget_app_token(&self) {
        *self.app() = None;
    }

    fn app(&self) -> MutexGuard<'_, Option<AppToken>> {
        self.inner
            .app
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// One refresh, from the call to the newer token being kept. It holds nothing of the session, so a
    /// session that is dropped ends it.
    fn renew(&self, refreshes: Refreshes) -> Running {
        let (oauth, clock, keep) = (self.oauth.clone(), self.clock.clone(), self.keep.clone());
        let work = async move {
            let Refreshes { kept, newer } = refreshes;
            let (kept, newer) = match newer {
                Some(newer) if keep.keep(newer.clone()).await.is_ok() => (newer, None),
                newer => (kept, newer),
            };
            let from = clock.now();
            // The one that would be found after a crash goes first: its use does not end it, while the use
            // of the newer one may.
            let (grant, used) = match oauth.refresh(&kept).await {
                Err(error) if refused_the_token(&error) => {
                    let other = match newer.clone() {
                        Some(newer) => Some(newer),
                        None => keep.kept().await,
                    };
                    let other = other.filter(|other| other.expose() != kept.expose());
                    let other = other.ok_or(error)?;
                    (oauth.refresh(&other).await?, other)
                }
                answer => (answer?, kept.clone()),
            };
            // With another program's token, ours is nobody's any more.
            let kept = if newer.is_none() { used.clone() } else { kept };
            let refreshes = match &grant.refresh_token {
                Some(next) if next.expose() != used.expose() => {
                    if keep.keep(next.clone()).await.is_ok() {
                        Refreshes {
                            kept: next.clone(),
                            newer: None,
                        }
                    } else {
                        tracing::warn!(target: "hubspot", "the newest refresh token is not kept yet");
                        Refreshes {
                            kept,
                            newer: Some(next.clone()),
                        }
                    }
                }
                _ => Refreshes { kept, newer },
            };
            Ok(Renewed {
                access: Access::of(&grant, from),
                refreshes,
            })
        };
        let work: BoxFuture<'static, Result<Renewed, Error>> = Box::pin(work);
        work.shared()
    }
}

fn refused_the_token(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::NeedsSignIn(SignIn::Refused(Refused::RefreshToken | Refused::Grant))
    )
}

impl std::fmt::Debug for Session {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Session")
    }
}
