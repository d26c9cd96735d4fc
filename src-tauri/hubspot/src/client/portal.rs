//! The portal, its token and its owners.

use super::{HubSpot, Plan};
use crate::error::Error;
use crate::portal::{Account, OwnerPage, TokenInfo};
use crate::versions;
use serde_json::json;
use wire::Timestamp;
use wire::transport::Response;

impl HubSpot {
    /// What HubSpot says about the token. Best effort: the endpoint has no dated version, and what it
    /// does not know (OAuth tokens) it refuses.
    ///
    /// The token goes into the body as well as into the header: portals outside na1 ask for both.
    pub async fn token_info(&self) -> Result<TokenInfo, Error> {
        let url = self
            .origin
            .url("/oauth/v2/private-apps/get/access-token-info", &[]);
        let body = json!({"tokenKey": self.token.expose()});
        self.ask(Plan::post("token.info", url, body), |body, _| {
            TokenInfo::read(body)
        })
        .await
    }

    /// The portal's details. Works with a token of any scope.
    pub async fn account(&self) -> Result<Account, Error> {
        let url = self
            .origin
            .url_of(&["account-info", versions::ACCOUNT_INFO, "details"], &[]);
        self.ask(Plan::get("account.details", url), |body, response| {
            Account::read(body, date(response))
        })
        .await
    }

    /// A page of active owners, a hundred at most.
    pub async fn owners(&self, after: Option<&str>) -> Result<OwnerPage, Error> {
        let mut query = vec![("limit", "100")];
        query.extend(after.map(|after| ("after", after)));
        let url = self
            .origin
            .url_of(&["crm", "owners", versions::OWNERS], &query);
        self.ask(Plan::get("owners.list", url), |body, _| {
            OwnerPage::read(body)
        })
        .await
    }
}

/// The server's clock.
fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers.get(http::header::DATE)?.to_str().ok()?;
    Some(
        chrono::DateTime::parse_from_rfc2822(text)
            .ok()?
            .timestamp_millis(),
    )
}
