//! A token of the app itself, without anybody signing in.
//!
//! HubSpot gives it by client id and secret, for its change journal only: no call to records takes it. It lives
//! half an hour, has no refresh token, and is never written down.

use super::{Oauth, not_hubspot};
use crate::error::Error;
use crate::lenient;
use wire::{Repeat, Secret, Timestamp};

/// Renewed so long before its end.
const EARLY_MS: i64 = 5 * 60 * 1_000;
/// What the documentation names where an answer leaves it out, in seconds.
const USUAL_LIFE: i64 = 1_800;

/// See the module.
pub(super) struct AppToken {
    token: Secret,
    scopes: String,
    from: Timestamp,
    until: Timestamp,
}

impl AppToken {
    pub(super) fn token(&self) -> Secret {
        self.token.clone()
    }

    /// The token, if it has these scopes and serves long enough. A clock that was set back to before it was
    /// issued tells nothing about it.
    pub(super) fn fresh(&self, scopes: &[&str], now: Timestamp) -> Option<Secret> {
        let early = EARLY_MS.min(self.until.saturating_sub(self.from) / 2);
        let serves = (self.from..self.until.saturating_sub(early)).contains(&now);
        (serves && self.scopes == scopes.join(" ")).then(|| self.token())
    }
}

impl Oauth {
    /// A token of the app. `from` is the moment of the request for it.
    pub(super) async fn app_token(
        &self,
        scopes: &[&str],
        from: Timestamp,
    ) -> Result<AppToken, Error> {
        const CALL: &str = "oauth.app_token";
        let scopes = scopes.join(" ");
        let fields = [("grant_type", "client_credentials"), ("scope", &scopes)];
        let body = self.form(CALL, "/token", &fields).await?;
        let token =
            lenient::filled(body.get("access_token")).map(|token| Secret::new(token.as_str()));
        let token = token
            .filter(|token| token.expose().is_ascii())
            .ok_or_else(|| not_hubspot(CALL, Repeat::Safe, 200))?;
        let life = lenient::whole(body.get("expires_in")).unwrap_or(USUAL_LIFE);
        Ok(AppToken {
            token,
            scopes,
            from,
            until: from.saturating_add(life.clamp(0, USUAL_LIFE).saturating_mul(1_000)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_serves_its_scopes_until_five_minutes_before_its_end() {
        let issued = AppToken {
            token: Secret::new("t"),
            scopes: "a b".to_owned(),
            from: 1_000,
            until: 1_801_000,
        };
        let serves = |scopes: &[&str], now| issued.fresh(scopes, now).is_some();
        assert!(serves(&["a", "b"], 1_000));
        assert!(serves(&["a", "b"], 1_500_999));
        assert!(!serves(&["a", "b"], 1_501_000));
        assert!(!serves(&["a"], 1_000), "other scopes");
        assert!(!serves(&["a", "b"], 999), "the clock was set back");
    }
}
