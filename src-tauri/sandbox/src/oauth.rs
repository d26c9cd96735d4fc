//! HubSpot's sign-in: the pages that a browser sees, and the token endpoints.
//!
//! One app is registered, for the portals of this world. Its pages are plain HTML on the same address
//! as the API: an account picker, a consent page and what HubSpot shows when it refuses. Codes and
//! tokens come from the seed. A token that is issued here opens the API of its portal, and nothing of
//! another. Nobody has to log in: whoever opens the page is a super admin.
//!
//! Where no public source says what HubSpot does, the choice is a switch in [`OauthOptions`].

mod journal;
mod options;
mod pages;
mod tokens;

#[cfg(test)]
mod tests;

pub use options::{OauthOptions, Rotation};

use crate::dice::Dice;
use crate::hubspot::Portal;
use crate::message::{HttpRequest, HttpResponse};
use journal::Journal;
use serde_json::json;
use std::collections::BTreeMap;

/// A code that was handed to a redirect address, until it is exchanged.
#[derive(Debug, Clone)]
struct Code {
    redirect: String,
    portal: u64,
    scopes: Vec<String>,
    challenge: Option<String>,
    expires_at: i64,
}

/// A refresh token.
#[derive(Debug, Clone)]
struct Refresh {
    portal: u64,
    scopes: Vec<String>,
    /// The one that was issued in its place.
    successor: Option<String>,
}

/// An access token.
#[derive(Debug, Clone)]
struct Access {
    portal: u64,
    scopes: Vec<String>,
    expires_at: i64,
}

/// The authorization server.
#[derive(Debug)]
pub(crate) struct Authority {
    pub(crate) options: OauthOptions,
    codes: BTreeMap<String, Code>,
    refreshes: BTreeMap<String, Refresh>,
    accesses: BTreeMap<String, Access>,
    journal: Journal,
    dice: Dice,
}

/// Whether a path is answered here and not by a portal.
pub(crate) fn is_ours(path: &str) -> bool {
    (path.starts_with("/oauth/") && !path.starts_with("/oauth/v2/"))
        || path.starts_with("/appinstalls/")
        || path.starts_with("/webhooks-journal/")
        || path.starts_with("/journal-files/")
}

impl Authority {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed, "oauth");
        Self {
            options: OauthOptions::made_from(&mut dice),
            codes: BTreeMap::new(),
            refreshes: BTreeMap::new(),
            accesses: BTreeMap::new(),
            journal: Journal::default(),
            dice,
        }
    }

    /// Answers one request. The portals are those that the picker offers.
    pub(crate) fn answer(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let segments: Vec<&str> = request
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let dated = |version: &str| ["2026-09", "2026-03", "v3"].contains(&version);
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["oauth", "authorize"]) => self.picker(portals, request),
            ("GET", ["oauth", portal, "authorize"]) => self.consent(portals, portal, request),
            ("POST", ["oauth", portal, "authorize"]) => self.decided(portals, portal, request, now),
            ("POST", ["oauth", "v1", "token"]) => self.token(portals, request, now),
            ("POST", ["oauth", version, "token"]) if dated(version) => {
                self.token(portals, request, now)
            }
            ("POST", ["oauth", version, "token", "introspect"]) if dated(version) => {
                self.introspect(request, now)
            }
            ("POST", ["oauth", version, "token", "revoke"]) if dated(version) => {
                self.revoke(request)
            }
            ("GET", ["oauth", "v1", "access-tokens" | "refresh-tokens", token]) => {
                self.old_introspect(token, now)
            }
            ("DELETE", ["oauth", "v1", "refresh-tokens", token]) => {
                self.refreshes.remove(*token);
                HttpResponse::empty(204)
            }
            ("DELETE", ["appinstalls", version, "external-install"]) if dated(version) => {
                self.uninstall(portals, request, now)
            }
            (_, ["webhooks-journal", family, version, rest @ ..])
                if ["2026-03", "2026-09"].contains(version) =>
            {
                self.journal(portals, request, (family, rest), now)
            }
            ("GET", ["journal-files", file]) => self.journal_file(request, file, now),
            _ => HttpResponse::json(
                404,
                &json!({"status": "error", "message": "resource not found"}),
            ),
        }
    }
}
