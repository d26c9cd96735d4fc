//! What the browser brings back, and whether it may be believed. Pure: a request's head in, a verdict out.

use super::PATH;
use subtle::ConstantTimeEq;
use url::Url;
use wire::{Secret, redact};

/// Longer codes are not HubSpot's.
const LONGEST_CODE: usize = 2_048;
/// A longer address is not read.
const LONGEST_ADDRESS: usize = 16 * 1_024;

/// What is waited for.
#[derive(Clone)]
pub(super) struct Expected {
    pub(super) state: Secret,
    pub(super) port: u16,
}

/// HubSpot's answer, with the right state.
#[derive(Debug, Clone)]
pub(super) enum Callback {
    Code(Secret),
    Denied(Denial),
}

/// HubSpot's "no", for showing as plain text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_words())]
pub struct Denial {
    /// As in RFC 6749, such as `access_denied`.
    pub code: String,
    /// HubSpot's words; may be empty.
    pub text: String,
}

impl Denial {
    fn in_words(&self) -> String {
        let what = match self.code.as_str() {
            "access_denied" => {
                "HubSpot did not allow the app: the person declined, or may not install apps. Ask a super \
                 admin of the portal, or sign in as one."
            }
            "invalid_scope" => {
                "HubSpot can't give the app the scopes that it needs. Compare the app's scopes with the list \
                 that is shown, and begin anew."
            }
            "unauthorized_client" | "invalid_client" => {
                "HubSpot does not let this app sign anybody in. Check the client id and the app's auth type."
            }
            "server_error" | "temporarily_unavailable" => {
                "HubSpot has trouble of its own. Try again in some minutes."
            }
            _ => "HubSpot ended the sign-in. Begin anew; if it stays so, check the app in HubSpot.",
        };
        match self.text.as_str() {
            "" => format!("{what} (HubSpot: {})", self.code),
            text => format!("{what} (HubSpot: {}: {text})", self.code),
        }
    }
}

/// Why what was pasted can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTheAddress {
    /// Something else.
    #[error(
        "This is not the address that is needed. In the browser, click into the address bar, select all of it, \
         copy it and paste it here; it begins with http://localhost."
    )]
    NotOurs,
    /// Of an earlier sign-in, or cut off.
    #[error(
        "This address does not belong to this sign-in: it is an earlier one's, or part of it is missing. Copy \
         the whole address, or begin anew."
    )]
    WrongState,
    /// It holds no code.
    #[error("This address holds no whole answer of HubSpot. Copy all of it, from http to its end.")]
    NoCode,
    /// Too late.
    #[error("The sign-in is over already. Begin anew if it did not succeed.")]
    Over,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// No state, more than one, or not ours.
    State,
    /// No code, more than one, or an impossible one.
    Code,
    /// An error without any state. It is told, but ends nothing: any page can send it.
    Stateless(Denial),
}

impl Expected {
    /// Reads the query of a callback.
    pub(super) fn read(&self, query: &str) -> Result<Callback, Fault> {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let denial = only(&pairs, "error").map(|code| Denial {
            code: plain(code, 40),
            text: plain(only(&pairs, "error_description").unwrap_or_default(), 200),
        });
        match (only(&pairs, "state"), denial) {
            (Some(state), denial) if self.is_ours(state) => match denial {
                Some(denial) => Ok(Callback::Denied(denial)),
                None => only(&pairs, "code")
                    .filter(|code| is_code(code))
                    .map(|code| Callback::Code(Secret::new(code)))
                    .ok_or(Fault::Code),
            },
            (None, Some(denial)) if !pairs.iter().any(|(name, _)| name == "state") => {
                Err(Fault::Stateless(denial))
            }
            _ => Err(Fault::State),
        }
    }

    /// Reads the whole address that a browser shows.
    pub(super) fn read_address(&self, address: &str) -> Result<Callback, NotTheAddress> {
        let text = address.trim();
        if text.len() > LONGEST_ADDRESS {
            return Err(NotTheAddress::NotOurs);
        }
        // Browsers leave the scheme out of what they show.
        let url = Url::parse(text)
            .ok()
            .filter(|url| url.scheme() == "http")
            .or_else(|| Url::parse(&format!("http://{text}")).ok())
            .ok_or(NotTheAddress::NotOurs)?;
        let is_ours = url.host_str() == Some("localhost")
            && url.port() == Some(self.port)
            && url.path() == PATH
            && url.username().is_empty();
        if !is_ours {
            return Err(NotTheAddress::NotOurs);
        }
        self.read(url.query().unwrap_or_default())
            .map_err(|fault| match fault {
                Fault::State | Fault::Stateless(_) => NotTheAddress::WrongState,
                Fault::Code => NotTheAddress::NoCode,
            })
    }

    /// In constant time for every guess of the right length, which is no secret.
    fn is_ours(&self, state: &str) -> bool {
        bool::from(state.as_bytes().ct_eq(self.state.expose().as_bytes()))
    }

    /// Whether a Host header names this listener.
    pub(super) fn is_host(&self, host: &str) -> bool {
        ["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|name| host.eq_ignore_ascii_case(&format!("{name}:{}", self.port)))
    }
}

/// The value of a parameter that stands there exactly once.
fn only<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = pairs.iter().filter(|(key, _)| key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

fn is_code(code: &str) -> bool {
    !code.is_empty()
        && code.len() <= LONGEST_CODE
        && code.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A stranger's text, to be shown as text: masked, one line, nothing that turns writing around.
fn plain(text: &str, most: usize) -> String {
    let letters: String = text
        .chars()
        .filter(|letter| {
            !letter.is_control()
                && !matches!(
                    letter,
                    '\u{200b}'..='\u{200f}'
                        | '\u{2028}'..='\u{202e}'
                        | '\u{2066}'..='\u{2069}'
                        | '\u{feff}'
                )
        })
        .take(most)
        .collect();
    redact::mask(&letters)
}
