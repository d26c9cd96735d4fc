//! What the one registered app is like, and the choices that no public source settles.

use crate::dice::Dice;
use serde::{Deserialize, Serialize};

/// What a refresh does to the refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    /// It comes back unchanged, as HubSpot does today.
    Never,
    /// A new one comes back; the old one works until the new one is used.
    UntilUsed,
    /// A new one comes back, and the old one is dead at once.
    AtOnce,
}

/// The registered app, and the switches of its sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OauthOptions {
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret.
    pub client_secret: String,
    /// The app's redirect URLs; the one that is sent must be one of these, letter by letter.
    pub redirect_urls: Vec<String>,
    /// The app's required scopes; a link that lacks one shows an error page.
    pub required_scopes: Vec<String>,
    /// Scopes that the account can't give: dropped where they are optional, refused else.
    pub withheld_scopes: Vec<String>,
    /// What a refresh does to the refresh token.
    pub rotation: Rotation,
    /// How long an access token is good for.
    pub access_seconds: i64,
    /// How long a code is good for.
    pub code_seconds: i64,
    /// Whether a `code_challenge` that was sent is held against the `code_verifier`.
    pub checks_pkce: bool,
    /// Whether whoever opens the page may install an app.
    pub may_install: bool,
    /// The browser is sent back with this error in place of a code.
    pub redirect_error: Option<String>,
    /// Whether the state is sent back with an error too.
    pub state_with_error: bool,
    /// Portals that are gone: their refresh tokens answer `BAD_HUB`.
    pub gone_portals: Vec<u64>,
    /// Whether the app gets the scopes of the change journal.
    pub journal_open: bool,
    /// Scopes that the app does not get for the change journal.
    pub journal_refuses: Vec<String>,
    /// How long the journal keeps a file and knows its offset.
    pub journal_keeps_ms: i64,
    /// Files of the journal are not where it says.
    pub journal_files_gone: bool,
    /// The journal tells every change as one of this portal.
    pub journal_portal: Option<u64>,
}

impl OauthOptions {
    pub(super) fn made_from(dice: &mut Dice) -> Self {
        let parts = [8, 4, 4, 4, 12].map(|digits| dice.hex(digits));
        let secret = [8, 4, 4, 4, 12].map(|digits| dice.hex(digits));
        Self {
            client_id: parts.join("-"),
            client_secret: secret.join("-"),
            redirect_urls: [17_845, 17_846, 17_847]
                .map(|port| format!("http://localhost:{port}/hubspot/signed-in"))
                .to_vec(),
            required_scopes: [
                "oauth",
                "crm.objects.contacts.read",
                "crm.objects.contacts.write",
            ]
            .map(str::to_owned)
            .to_vec(),
            withheld_scopes: Vec::new(),
            rotation: Rotation::Never,
            access_seconds: 1_800,
            code_seconds: 60,
            checks_pkce: true,
            may_install: true,
            redirect_error: None,
            state_with_error: true,
            gone_portals: Vec::new(),
            journal_open: true,
            journal_refuses: Vec::new(),
            journal_keeps_ms: 3 * 24 * 60 * 60 * 1_000,
            journal_files_gone: false,
            journal_portal: None,
        }
    }
}
