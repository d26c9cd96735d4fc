//! Signing in to HubSpot in the browser.

use hubspot::scopes::Feature;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;

/// A scope that a key or an app is given in HubSpot.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ScopeUse {
    scope: &'static str,
    /// What it is for.
    #[serde(rename = "use")]
    what: String,
    /// Nothing works without it.
    needed: bool,
}

/// Every scope that there is a use for, the most needed first: the page knows them without asking.
pub(crate) fn scope_uses() -> Vec<ScopeUse> {
    let begin = |words: &str| {
        let mut letters = words.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    };
    Feature::all()
        .map(|feature| ScopeUse {
            scope: feature.scope(),
            what: begin(feature.in_words()),
            needed: feature.required(),
        })
        .collect()
}

/// What has to be entered in the user's own app in HubSpot.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInGuide {
    /// Scopes without which nothing works.
    pub(crate) required: Vec<String>,
    /// Scopes that HubSpot leaves out where the account can't give them.
    pub(crate) optional: Vec<String>,
    /// Redirect addresses, each to be registered as it is.
    pub(crate) redirects: Vec<String>,
}

/// What somebody signs in with. It comes in and never goes out: this can't be serialised, and its `Debug`
/// shows nothing.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInWish {
    /// Of the user's own app.
    pub(crate) client_id: String,
    /// Of the user's own app.
    pub(crate) client_secret: String,
    /// Tuco's API key.
    pub(crate) tuco: String,
    /// The connection that signs in anew; none for a new one.
    pub(crate) connection: Option<i64>,
    /// A name for it.
    pub(crate) name: Option<String>,
}

impl fmt::Debug for SignInWish {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInWish")
    }
}

/// How far a sign-in is.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "step")]
pub(crate) enum SignInStep {
    /// The browser has the page, or somebody has to open it.
    #[serde(rename_all = "camelCase")]
    Waiting {
        /// For the browser.
        link: String,
        /// Until when HubSpot's answer is waited for.
        until: i64,
        /// Whether the system said that it opened the browser.
        browser_opened: bool,
    },
    /// HubSpot answered, and both sides are asked whose the keys are.
    Answered,
}
