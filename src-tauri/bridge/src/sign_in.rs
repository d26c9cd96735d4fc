//! Signing in to HubSpot in the user's own browser, with an app of the user's own.
//!
//! An [`Attempt`] listens on this computer for the browser to come back, on one of three fixed ports
//! that are registered on the app, and hands out the link. It ends with HubSpot's [`Answer`], with a
//! "no", after five minutes, or when it is cancelled; the listening ends with it on every path, two
//! seconds later at most. HubSpot tells nobody when a person declines, so the time limit and the cancel
//! button are the only ends of that. Where the browser can't come back, the address that it shows can
//! be pasted.
//!
//! What guards it: a `state` of 256 bits from the operating system, compared in constant time and good
//! for once, and a PKCE pair, which HubSpot may or may not look at. The link holds both, and starting a
//! browser shows it to the other programs of the same user.

mod callback;
mod finish;
mod listener;
mod page;

pub use callback::{Denial, NotTheAddress};
pub use finish::{Ended, Signed, finish, sign_out};
pub use hubspot::oauth::App;
pub use hubspot::scopes::{Feature, optional as optional_scopes, required as required_scopes};

use crate::connect::Access;
use crate::trouble::Trouble;
use callback::{Callback, Expected};
use hubspot::oauth::{Challenge, authorize_link};
use hubspot::scopes;
use listener::{Door, Heard};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use url::Url;
use wire::{Clock, Origin, Secret, Timestamp};

/// The ports that are tried, in this order. All three are registered on the app: HubSpot compares the
/// port too. They lie below those that systems hand out by themselves.
pub const PORTS: [u16; 3] = [17_845, 17_846, 17_847];
/// The one path that is answered.
pub const PATH: &str = "/hubspot/signed-in";
/// How long a person has.
pub const LIMIT: Duration = Duration::from_secs(5 * 60);

/// The addresses to register on the app.
pub fn redirect_urls() -> [String; 3] {
    PORTS.map(redirect_url)
}

fn redirect_url(port: u16) -> String {
    format!("http://localhost:{port}{PATH}")
}

/// What a sign-in begins with.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The user's own app.
    pub app: App,
    /// What the connection that is signed in to uses: some scopes are asked for only then.
    pub uses: BTreeSet<Feature>,
    /// Where HubSpot's pages are; none for where they always are, or the sandbox's.
    pub pages: Option<Origin>,
    /// The ports to try; [`PORTS`] but for tests.
    pub ports: [u16; 3],
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Other programs, or another sign-in, sit on all three.
    #[error(
        "The ports {}, {} and {} of this computer are all in use, so HubSpot's answer could not be received. \
         Close the program that uses them, perhaps another sign-in, and begin anew.", .0[0], .0[1], .0[2]
    )]
    PortsTaken([u16; 3]),
    /// The system does not let anybody listen.
    #[error(
        "This computer does not let the program listen for HubSpot's answer ({0}). Use a key instead."
    )]
    NoListener(std::io::ErrorKind),
    /// The operating system gave no random numbers.
    #[error("The operating system gave no random numbers. Restart the computer and try again.")]
    NoRandom,
    /// A person changed their mind.
    #[error("The sign-in was cancelled. Nothing was changed.")]
    Cancelled,
    /// Nobody came back.
    #[error(
        "HubSpot did not answer within five minutes, so the sign-in was ended. Nothing was changed. If HubSpot \
         showed an error page, it says why; otherwise begin anew."
    )]
    TimedOut,
    /// HubSpot said no.
    #[error("{0}")]
    Denied(Denial),
    /// The code went to HubSpot and no clear answer came back: it may be used up.
    #[error(
        "HubSpot gave no clear answer when the sign-in was to be finished, so it can't be used. Nothing was \
         changed. Begin anew; if it stays so, see status.hubspot.com."
    )]
    NoClearAnswer,
    /// HubSpot issued an access token and nothing to renew it with.
    #[error(
        "HubSpot signed in for half an hour only, without a way to renew it. Nothing was kept. Check in HubSpot \
         that the app's auth type is OAuth, and begin anew."
    )]
    NoRefreshToken,
    /// A service, or the data file.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl SignInError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::PortsTaken(_) => "ports_taken",
            Self::NoListener(_) => "no_listener",
            Self::NoRandom => "no_random",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed_out",
            Self::Denied(_) => "denied",
            Self::NoClearAnswer => "no_clear_answer",
            Self::NoRefreshToken => "no_refresh_token",
            Self::Trouble(trouble) => crate::explain::tell(trouble).code,
        }
    }

    /// Whole sentences.
    pub fn message(&self) -> String {
        match self {
            Self::Trouble(trouble) => crate::explain::tell(trouble).message,
            other => other.to_string(),
        }
    }
}

/// What came of the browser: a code, good for a minute or so. Its `Debug` shows none of it.
#[derive(Debug)]
pub struct Answer {
    app: App,
    code: Secret,
    verifier: Secret,
    redirect: Url,
}

/// A sign-in that waits for the browser. Dropping it ends the listening.
pub struct Attempt {
    wish: Wish,
    challenge: Challenge,
    redirect: Url,
    link: Url,
    port: u16,
    until: Timestamp,
    clock: Arc<dyn Clock>,
    door: Door,
    orders: (mpsc::Sender<Order>, mpsc::Receiver<Order>),
}

enum Order {
    Cancel,
    Address(Callback),
}

/// Ends an attempt, or gives it the address that the browser shows.
#[derive(Clone)]
pub struct Control {
    orders: mpsc::Sender<Order>,
    expected: Expected,
}

impl Control {
    /// Nobody is waited for any more.
    pub fn cancel(&self) {
        // Where it has ended already, there is nothing to cancel.
        let _ = self.orders.try_send(Order::Cancel);
    }

    /// The whole address that the browser shows after HubSpot has sent it back.
    ///
    /// # Errors
    /// See [`NotTheAddress`]; the attempt goes on.
    pub fn paste(&self, address: &str) -> Result<(), NotTheAddress> {
        let callback = self.expected.read_address(address)?;
        self.orders
            .try_send(Order::Address(callback))
            .map_err(|_| NotTheAddress::Over)
    }
}

impl Attempt {
    /// Begins to listen, and makes the link.
    ///
    /// # Errors
    /// See [`SignInError`]: the ports, the random numbers.
    pub async fn begin(access: &Access, wish: Wish) -> Result<Self, SignInError> {
        let challenge = Challenge {
            state: unguessable()?,
            verifier: unguessable()?,
        };
        let (door, port) = Door::open(wish.ports).await?;
        let redirect = Url::parse(&redirect_url(port))
            .map_err(|_| SignInError::NoListener(std::io::ErrorKind::InvalidInput))?;
        let pages = wish.pages.clone().unwrap_or_else(|| {
            if access.hubspot.is_loopback() {
                access.hubspot.clone()
            } else {
                Origin::hubspot_pages()
            }
        });
        let (required, optional) = (scopes::required(), scopes::optional_for(&wish.uses));
        let asked: (&[&str], &[&str]) = (&required, &optional);
        let link = authorize_link(&pages, &wish.app, &redirect, asked, &challenge);
        let limit = i64::try_from(LIMIT.as_millis()).unwrap_or(i64::MAX);
        Ok(Self {
            until: access.clock.now().saturating_add(limit),
            clock: access.clock.clone(),
            orders: mpsc::channel(4),
            wish,
            challenge,
            redirect,
            link,
            port,
            door,
        })
    }

    /// For the browser. It holds the state: not for a log.
    pub fn link(&self) -> &Url {
        &self.link
    }

    /// Where HubSpot's answer is waited for.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Until when.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// To end it, or to help it, from elsewhere.
    pub fn control(&self) -> Control {
        Control {
            orders: self.orders.0.clone(),
            expected: self.expected(),
        }
    }

    fn expected(&self) -> Expected {
        Expected {
            state: self.challenge.state.clone(),
            port: self.port,
        }
    }

    /// Waits for HubSpot's answer. When this returns, nothing listens any more. `complaints` hears of
    /// errors that came without the state: HubSpot's, perhaps, or any page's, so they end nothing.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn answer(self, mut complaints: impl FnMut(Denial)) -> Result<Answer, SignInError> {
        let expected = self.expected();
        let (_keeps_open, mut orders) = self.orders;
        let mut door = self.door;
        let mut heard = door.listen(expected);
        let mut time_is_up = self.clock.sleep(LIMIT);
        let came = loop {
            tokio::select! {
                biased;
                order = orders.recv() => break match order {
                    Some(Order::Address(callback)) => Ok(callback),
                    Some(Order::Cancel) | None => Err(SignInError::Cancelled),
                },
                came = heard.recv() => match came {
                    Some(Heard::Callback(callback)) => {
                        door.linger(self.clock.sleep(listener::LINGER)).await;
                        break Ok(callback);
                    }
                    Some(Heard::Complaint(denial)) => complaints(denial),
                    None => break Err(SignInError::NoListener(std::io::ErrorKind::Other)),
                },
                () = &mut time_is_up => break Err(SignInError::TimedOut),
            }
        };
        door.close().await;
        let callback = came?;
        match callback {
            Callback::Code(code) => Ok(Answer {
                app: self.wish.app,
                code,
                verifier: self.challenge.verifier,
                redirect: self.redirect,
            }),
            Callback::Denied(denial) => Err(SignInError::Denied(denial)),
        }
    }
}

/// 256 bits from the operating system, as text that may stand in a link.
fn unguessable() -> Result<Secret, SignInError> {
    let bytes = wire::surroundings::unguessable::<32>().ok_or(SignInError::NoRandom)?;
    Ok(Secret::new(hex::encode(bytes)))
}
