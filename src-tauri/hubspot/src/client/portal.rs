//! The portal, its token and its owners.

use super::{HubSpot, Plan};
use crate::error::Error;
use crate::oauth::Token;
use crate::portal::{Account, OwnerPage, TokenInfo};
use crate::versions;
use serde_json::{Value, json};
use wire::transport::Method;

impl HubSpot {
    /// What HubSpot says about the token. Best effort: the endpoint has no dated version, and what it
    /// does not know (OAuth tokens) it refuses.
    ///
    /// The token goes into the body as well as into the header: portals outside na1 ask for both.
    ///
    /// Of a sign-in it tells what the token endpoint said when it was last renewed, without a call.
    pub async fn token_info(&self) -> Result<TokenInfo, Error> {
        let token = match &self.token {
            Token::Fixed(token) => token,
            Token::Session(session) => return session.info().await,
        };
        let url = self
            .origin
            .url("/oauth/v2/private-apps/get/access-token-info", &[]);
        let body = json!({"tokenKey": token.expose()});
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
            Account::read(body, wire::gateway::date(response))
        })
        .await
    }

    /// Uninstalls the app from the portal, which ends all its tokens. For a sign-in only.
    pub async fn uninstall(&self) -> Result<(), Error> {
        let url = self.origin.url_of(
            &["appinstalls", versions::APP_INSTALLS, "external-install"],
            &[],
        );
        let plan = Plan {
            body: None,
            ..Plan::send("app.uninstall", Method::DELETE, url, Value::Null)
        };
        self.tell(plan).await
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
