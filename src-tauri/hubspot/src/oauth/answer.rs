//! What the token endpoints answer.

use crate::error::{ErrorKind, Refused, SignIn};
use crate::lenient;
use oauth2::basic::BasicTokenType;
use oauth2::{ErrorResponse, ExtraTokenFields, StandardTokenResponse, TokenResponse};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use wire::{Secret, redact};

/// Tokens, and whom they are for.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Opens the API. Kept in memory only.
    pub access_token: Secret,
    /// The newest refresh token; none where HubSpot sent none, and the old one stays.
    pub refresh_token: Option<Secret>,
    /// How long the access token is good for.
    pub expires_in: Duration,
    /// The portal.
    pub portal_id: Option<String>,
    /// Who signed in.
    pub user_id: Option<String>,
    /// What was granted.
    pub scopes: BTreeSet<String>,
}

/// HubSpot's fields beyond those of the standard.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Extra {
    #[serde(default)]
    hub_id: Value,
    #[serde(default)]
    user_id: Value,
    #[serde(default)]
    scopes: Value,
}

impl ExtraTokenFields for Extra {}

pub(super) type TokenAnswer = StandardTokenResponse<Extra, BasicTokenType>;

impl Grant {
    /// What the documentation names where an answer leaves it out.
    const USUAL_LIFE: Duration = Duration::from_secs(1_800);

    pub(super) fn read(answer: &TokenAnswer) -> Option<Self> {
        let extra = answer.extra_fields();
        let access_token = Secret::new(answer.access_token().secret().as_str());
        let usable = !access_token.is_empty() && access_token.expose().is_ascii();
        usable.then(|| Self {
            access_token,
            refresh_token: answer
                .refresh_token()
                .map(|token| Secret::new(token.secret().as_str()))
                .filter(|token| !token.is_empty()),
            expires_in: answer.expires_in().unwrap_or(Self::USUAL_LIFE),
            portal_id: lenient::id(Some(&extra.hub_id)),
            user_id: lenient::id(Some(&extra.user_id)),
            scopes: lenient::texts(Some(&extra.scopes)).into_iter().collect(),
        })
    }
}

/// A refusal: `error` as in RFC 6749, and HubSpot's own `status` beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RefusedAnswer {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    status: Option<String>,
}

impl std::fmt::Display for RefusedAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the token endpoint refused")
    }
}

impl ErrorResponse for RefusedAnswer {}

impl RefusedAnswer {
    /// What the refusal means. HubSpot's word goes first where it is known, since it says more.
    pub(super) fn kind(&self, http_status: u16) -> ErrorKind {
        let refused = match self.status.as_deref().unwrap_or_default() {
            "BAD_REFRESH_TOKEN" => Refused::RefreshToken,
            "BAD_AUTH_CODE" => Refused::Code,
            "BAD_CLIENT_ID" => Refused::ClientId,
            "BAD_CLIENT_SECRET" => Refused::ClientSecret,
            "BAD_REDIRECT_URI" => Refused::RedirectUrl,
            "BAD_CODE_VERIFIER" => Refused::CodeVerifier,
            "BAD_SCOPES" => Refused::Scopes,
            "BAD_HUB" => Refused::Portal,
            _ => match self.error.as_str() {
                "invalid_grant" => Refused::Grant,
                "invalid_client" | "unauthorized_client" => Refused::ClientSecret,
                "invalid_scope" => Refused::Scopes,
                "access_denied" => Refused::Portal,
                _ => {
                    return ErrorKind::Refused {
                        status: http_status,
                        category: short(&self.error),
                        message: short(self.error_description.as_deref().unwrap_or_default()),
                    };
                }
            },
        };
        ErrorKind::NeedsSignIn(SignIn::Refused(refused))
    }
}

/// A text of the other side, masked and not too long for a sentence.
fn short(text: &str) -> String {
    redact::mask(text)
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect()
}
