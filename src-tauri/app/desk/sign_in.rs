//! Signing in to HubSpot in the browser, and ending that.
//!
//! One sign-in at a time: a second one ends the first. What is secret comes in once and goes to the
//! engine; the page is told the link, which holds no secret of the app, and until when it is good.

use bridge::explain::tell;
use bridge::running;
use bridge::sign_in::{self, App, Attempt, Control, Ended, SignInError, Wish, finish};
use bridge::store::ConnectionRow;
use bridge::tester;
use bridge::trouble::Trouble;
use bridge::vault::Secrets;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use wire::Secret;

use super::Desk;
use super::connections::key;
use super::log::good_name;
use super::pasted::or_waiting;
use crate::view::connection::SavedKeys;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::sign_in::{SignInGuide, SignInStep, SignInWish};

/// The webhook of a listener could not be taken away.
const WEBHOOK_LEFT: &str = "Tuco could not be told that its webhook is not needed any more. Delete it there, under \
     Settings, Webhooks; it reports to nobody.";

/// A sign-in under way.
#[derive(Clone, Default)]
pub(super) struct SigningIn {
    /// Somebody cancelled it, began another one, or went to or from the sandbox.
    over: Arc<AtomicBool>,
    /// While the browser is waited for.
    control: Option<Control>,
}

impl SigningIn {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    fn still_wanted(&self) -> Answer<()> {
        if self.is_over() {
            return Err(Problem::cancelled());
        }
        Ok(())
    }
}

impl Desk {
    pub(crate) fn sign_in_guide(&self) -> SignInGuide {
        let owned = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
        SignInGuide {
            required: owned(&sign_in::required_scopes()),
            optional: owned(&sign_in::optional_scopes()),
            redirects: sign_in::redirect_urls().to_vec(),
        }
    }

    /// From the link to the connection. `open` opens the browser and says whether it did.
    pub(crate) async fn sign_in(
        &self,
        wish: SignInWish,
        open: impl FnOnce(&str) -> bool + Send,
        tell: impl Fn(SignInStep) + Send + Sync,
    ) -> Answer<SavedKeys> {
        self.cancel_sign_in();
        let mine = SigningIn::default();
        *self.signing_in() = Some(mine.clone());
        let saved = self.sign_in_until_kept(&mine, wish, open, tell).await;
        let mut now = self.signing_in();
        // Another one that began meanwhile stays.
        if now
            .as_ref()
            .is_some_and(|now| Arc::ptr_eq(&now.over, &mine.over))
        {
            *now = None;
        }
        saved
    }

    async fn sign_in_until_kept(
        &self,
        mine: &SigningIn,
        wish: SignInWish,
        open: impl FnOnce(&str) -> bool + Send,
        tell: impl Fn(SignInStep) + Send + Sync,
    ) -> Answer<SavedKeys> {
        // The engine of whoever begins: what the page sees in the end may be the sandbox.
        let (engine, places) = (self.engine()?, self.places());
        let wish_for = wish.connection;
        let known = match wish_for {
            Some(connection) => Some(self.row(connection).await?),
            None => None,
        };
        let name = wish.name.as_deref().map(good_name).transpose()?;
        let (app, tuco) = self.filled_in(wish, known.as_ref()).await?;
        let access = places.access()?;
        let uses = match wish_for {
            Some(id) => {
                engine
                    .read(move |rows| Ok::<_, Problem>(tester::in_use(rows, id)?.all()))
                    .await?
            }
            None => BTreeSet::new(),
        };
        let wish = Wish {
            app,
            uses,
            pages: places.pages(),
            ports: places.ports(),
        };
        let attempt = Attempt::begin(&access, wish).await.map_err(in_words)?;
        if let Some(now) = &mut *self.signing_in()
            && Arc::ptr_eq(&now.over, &mine.over)
        {
            now.control = Some(attempt.control());
        }
        mine.still_wanted()?;
        let link = attempt.link().to_string();
        let browser_opened = open(&link);
        tell(SignInStep::Waiting {
            until: attempt.until(),
            link,
            browser_opened,
        });
        let answer = attempt.answer(|_| ()).await.map_err(in_words)?;
        mine.still_wanted()?;
        tell(SignInStep::Answered);
        let signed = finish(&access, answer, tuco, known.as_ref())
            .await
            .map_err(in_words)?;
        if mine.is_over() {
            // Nobody will use it; without a network it stays until the app is removed in HubSpot.
            let _ = signed.give_back().await;
            return Err(Problem::cancelled());
        }
        let saved = engine.adopt(signed, name).await?;
        self.forget_pasted();
        Ok(self.saved_keys(saved))
    }

    /// The address that the browser shows, where it could not come back by itself.
    pub(crate) fn sign_in_by_address(&self, address: &str) -> Answer<()> {
        let now = self.signing_in().clone();
        let control = now.and_then(|now| now.control).ok_or_else(|| {
            Problem::input("No sign-in is under way any more. Begin anew, it takes a minute.")
        })?;
        control
            .paste(address.trim())
            .map_err(|error| Problem::input(error.to_string()))
    }

    pub(crate) fn cancel_sign_in(&self) {
        if let Some(now) = self.signing_in().take() {
            now.over.store(true, Ordering::Release);
            if let Some(control) = now.control {
                control.cancel();
            }
        }
    }

    /// Ends the sign-in at HubSpot, then forgets the connection. Answers with what it came to there.
    pub(crate) async fn disconnect(
        &self,
        connection: i64,
        typed: String,
        uninstall: bool,
    ) -> Answer<String> {
        self.name_typed(connection, &typed).await?;
        let row = self.row(connection).await?;
        let engine = self.engine()?;
        let mut words = vec![match engine.keys(connection).await {
            Ok(keys) => {
                let access = self.places().access()?;
                match sign_in::sign_out(&access, &keys, &row, uninstall).await {
                    Ok(ended) => ended.in_words().to_owned(),
                    // Whoever wants to be rid of it is not held up by a network.
                    Err(trouble) => not_told(&trouble),
                }
            }
            // Without keys there is nothing that could be ended from here.
            Err(_) => Ended::NothingToEnd.in_words().to_owned(),
        }];
        let listener = engine.listener(connection).await?;
        if listener.registered
            && engine
                .change_listener(connection, running::Wish::Off)
                .await
                .is_err()
        {
            words.push(WEBHOOK_LEFT.to_owned());
        }
        engine.remove(connection).await?;
        self.note_unkept(connection, None);
        Ok(words.join(" "))
    }

    /// What was left empty is what was pasted before, and for a connection that is there what is in the
    /// vault.
    async fn filled_in(
        &self,
        wish: SignInWish,
        known: Option<&ConnectionRow>,
    ) -> Answer<(App, Secret)> {
        const WHERE: &str = "It stands on the Auth tab of your app in HubSpot.";
        let kept = match known {
            Some(row) => self.kept(row.key.clone()).await?,
            None => Secrets::default(),
        };
        let client_id = match kept.hubspot_client_id {
            Some(kept) if wish.client_id.trim().is_empty() => kept,
            _ => key(wish.client_id, "The client id", WHERE)?,
        };
        let mut pasted = self.pasted();
        let or_kept = |typed: String, waiting: &mut Option<Secret>, kept, what, hint| match kept {
            Some(kept) if waiting.is_none() && typed.trim().is_empty() => Ok(kept),
            _ => or_waiting(typed, waiting, what, hint),
        };
        let client_secret = or_kept(
            wish.client_secret,
            &mut pasted.client_secret,
            kept.hubspot_client_secret,
            "The client secret",
            WHERE,
        )?;
        let tuco = or_kept(
            wish.tuco,
            &mut pasted.tuco,
            kept.tuco_api_key,
            "Tuco's key",
            "It begins with tuco_.",
        )?;
        let app = App {
            client_id,
            client_secret,
        };
        Ok((app, tuco))
    }

    async fn kept(&self, entry: String) -> Answer<Secrets> {
        let vault = self.places().vault();
        let kept = tokio::task::spawn_blocking(move || vault.load(&entry)).await;
        let kept = kept.map_err(|error| Problem::defect(error.to_string()))?;
        Ok(kept?.unwrap_or_default())
    }

    fn signing_in(&self) -> MutexGuard<'_, Option<SigningIn>> {
        self.signing_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgotten here, and HubSpot does not know.
fn not_told(trouble: &Trouble) -> String {
    format!(
        "HubSpot could not be told: {} The sign-in is forgotten here. It ends there when you remove the app from \
         the portal (Settings, Integrations, Connected Apps).",
        tell(trouble).message
    )
}

fn in_words(error: SignInError) -> Problem {
    let code = match &error {
        SignInError::Trouble(_) => Code::NeedsSignIn,
        SignInError::Cancelled => return Problem::cancelled(),
        SignInError::TimedOut | SignInError::NoClearAnswer | SignInError::PortsTaken(_) => {
            Code::TryAgain
        }
        SignInError::Denied(_)
        | SignInError::NoRefreshToken
        | SignInError::NoListener(_)
        | SignInError::NoRandom => Code::Refused,
    };
    match error {
        SignInError::Trouble(trouble) => trouble.into(),
        other => Problem {
            code,
            message: other.message(),
            detail: other.code().to_owned(),
        },
    }
}
