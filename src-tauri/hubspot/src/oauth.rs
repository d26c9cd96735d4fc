//! Signing in with an app of the user's own: the link for the browser, and the token endpoints.
//!
//! HubSpot's apps are confidential clients: exchange, refresh, introspection and revocation all want
//! the client secret, and it is not documented that a PKCE challenge is looked at. It is sent all the
//! same. Everything stands in the body, as the dated endpoints want it.
//!
//! Each method makes one call. Only a refusal in HubSpot's own form means that somebody has to sign in
//! again; no network, a proxy's page and a cut-off answer never do. Answers over [`LONGEST_ANSWER`]
//! are not read. Nothing here is remembered: that is what a [`Session`] does.

mod answer;
mod app_token;
mod session;

pub use answer::Grant;
pub use session::{Keep, NotKept, Session, Token};

use crate::error::{self, Error, ErrorKind};
use crate::{lenient, versions};
use answer::{RefusedAnswer, TokenAnswer};
use bytes::Bytes;
use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken,
    RequestTokenError, Scope, StandardRevocableToken, TokenUrl,
};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;
use wire::transport::{HeaderMap, HeaderValue, Method, Request, Response};
use wire::{BoxFuture, Call, Failure, Gateway, Origin, Priority, Repeat, Secret, TransportError};

/// A longer answer of the token endpoints is not one of HubSpot's.
pub const LONGEST_ANSWER: usize = 8 * 1024;

const TIMEOUT: Duration = Duration::from_secs(30);

/// The user's own HubSpot app.
#[derive(Debug, Clone)]
pub struct App {
    /// Client id; no secret, but nobody's business.
    pub client_id: Secret,
    /// Client secret.
    pub client_secret: Secret,
}

/// What only this sign-in knows.
#[derive(Debug, Clone)]
pub struct Challenge {
    /// Comes back with the code.
    pub state: Secret,
    /// Proves at the exchange that the link was ours.
    pub verifier: Secret,
}

/// The token endpoints, for one app.
#[derive(Clone)]
pub struct Oauth {
    gateway: Gateway,
    origin: Origin,
    app: App,
}

type OauthClient = Client<
    RefusedAnswer,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// HubSpot's name for a call, from the header of its answer.
type Correlation = Arc<Mutex<Option<String>>>;

type Failed = RequestTokenError<Error, RefusedAnswer>;

/// The page where somebody signs in and says which account it is for. `pages` is where HubSpot's pages
/// are. Scopes in `optional` are dropped by HubSpot where the account can't give them.
pub fn authorize_link(
    pages: &Origin,
    app: &App,
    redirect: &Url,
    scopes: (&[&str], &[&str]),
    challenge: &Challenge,
) -> Url {
    let (required, optional) = scopes;
    let verifier = PkceCodeVerifier::new(challenge.verifier.expose().to_owned());
    let client = oauth2::basic::BasicClient::new(ClientId::new(app.client_id.expose().to_owned()))
        .set_auth_uri(AuthUrl::from_url(pages.url("/oauth/authorize", &[])))
        .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
    let state = CsrfToken::new(challenge.state.expose().to_owned());
    let mut request = client
        .authorize_url(|| state)
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
        .add_scopes(required.iter().map(|scope| Scope::new((*scope).to_owned())));
    if !optional.is_empty() {
        request = request.add_extra_param("optional_scope", optional.join(" "));
    }
    let (mut link, _) = request.url();
    // A form writes spaces as plus signs; HubSpot's own links write them as %20.
    let query = link.query().unwrap_or_default().replace('+', "%20");
    link.set_query(Some(&query));
    link
}

impl Oauth {
    /// The token endpoints at this place.
    pub fn new(gateway: Gateway, origin: Origin, app: App) -> Self {
        Self {
            gateway,
            origin,
            app,
        }
    }

    /// The app.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// A code for tokens. A code works once: after a lost answer nobody knows whether it is used up, and
    /// the way on is a new sign-in.
    pub async fn exchange(
        &self,
        code: &Secret,
        redirect: &Url,
        verifier: &Secret,
    ) -> Result<Grant, Error> {
        const CALL: &str = "oauth.exchange";
        let client = self
            .client()
            .set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
        let correlation = Correlation::default();
        let http = self.http(CALL, Repeat::Once, &correlation);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
            .request_async(&http)
            .await;
        read(answer, CALL, Repeat::Once, &correlation)
    }

    /// A refresh token for an access token, and perhaps for a newer refresh token.
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<Grant, Error> {
        const CALL: &str = "oauth.refresh";
        let client = self.client();
        let correlation = Correlation::default();
        let http = self.http(CALL, Repeat::Safe, &correlation);
        let answer = client
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose().to_owned()))
            .request_async(&http)
            .await;
        read(answer, CALL, Repeat::Safe, &correlation)
    }

    /// The portal that a token is for; none where HubSpot does not know it any more.
    pub async fn introspect(
        &self,
        token: &Secret,
        is_refresh: bool,
    ) -> Result<Option<String>, Error> {
        let hint = if is_refresh {
            "refresh_token"
        } else {
            "access_token"
        };
        let fields = [("token", token.expose()), ("token_type_hint", hint)];
        let body = self
            .form("oauth.introspect", "/token/introspect", &fields)
            .await?;
        let active = lenient::flag(body.get("active")).unwrap_or(false);
        Ok(lenient::id(body.get("hub_id")).filter(|_| active))
    }

    /// Ends a refresh token. Access tokens that were issued live on, for half an hour at most.
    pub async fn revoke(&self, refresh_token: &Secret) -> Result<(), Error> {
        let fields = [
            ("token", refresh_token.expose()),
            ("token_type_hint", "refresh_token"),
        ];
        // The library asks for https here, which the sandbox does not have; hosts are pinned by Origin.
        self.form("oauth.revoke", "/token/revoke", &fields)
            .await
            .map(drop)
    }

    fn client(&self) -> OauthClient {
        let secret = ClientSecret::new(self.app.client_secret.expose().to_owned());
        Client::new(ClientId::new(self.app.client_id.expose().to_owned()))
            .set_client_secret(secret)
            .set_auth_type(AuthType::RequestBody)
            .set_token_uri(TokenUrl::from_url(self.url("/token")))
    }

    fn url(&self, path: &str) -> Url {
        self.origin
            .url(&format!("/oauth/{}{path}", versions::OAUTH), &[])
    }

    async fn form(
        &self,
        call: &'static str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Result<Value, Error> {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", self.app.client_id.expose())
            .append_pair("client_secret", self.app.client_secret.expose())
            .extend_pairs(fields)
            .finish();
        let correlation = Correlation::default();
        let answer = self
            .call(
                self.url(path),
                Bytes::from(body),
                call,
                Repeat::Safe,
                &correlation,
            )
            .await?;
        if answer.body.is_empty() && answer.status.is_success() {
            return Ok(Value::Null);
        }
        if answer.status.is_success() {
            return serde_json::from_slice(&answer.body)
                .map_err(|_| not_hubspot(call, Repeat::Safe, 200));
        }
        let refused = serde_json::from_slice::<RefusedAnswer>(&answer.body)
            .map_err(|_| not_hubspot(call, Repeat::Safe, answer.status.as_u16()))?;
        Err(with_correlation(
            Error::new(refused.kind(answer.status.as_u16()), call),
            &correlation,
        ))
    }

    /// The library's requests as ours. It owns all it needs: what borrows would not be `Send` for every
    /// lifetime that the library asks for.
    fn http(
        &self,
        call: &'static str,
        repeat: Repeat,
        correlation: &Correlation,
    ) -> impl Fn(oauth2::HttpRequest) -> BoxFuture<'static, Result<oauth2::HttpResponse, Error>>
    + Send
    + Sync
    + 'static {
        let (this, correlation) = (self.clone(), correlation.clone());
        move |request| {
            let (this, correlation) = (this.clone(), correlation.clone());
            Box::pin(async move {
                // The address is the one that was given above; the library only carries it as text.
                let body = Bytes::from(request.into_body());
                let answer = this
                    .call(this.url("/token"), body, call, repeat, &correlation)
                    .await?;
                let mut given = oauth2::HttpResponse::new(answer.body.to_vec());
                *given.status_mut() = answer.status;
                Ok(given)
            })
        }
    }

    /// One call. What comes back is a success, or a refusal in the form of the token endpoints.
    async fn call(
        &self,
        url: Url,
        body: Bytes,
        name: &'static str,
        repeat: Repeat,
        correlation: &Correlation,
    ) -> Result<Response, Error> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        headers.insert(
            "content-type",
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        let call = Call {
            request: Request {
                method: Method::POST,
                url,
                headers,
                body,
                timeout: TIMEOUT,
            },
            groups: &[],
            priority: Priority::Interactive,
            repeat,
            name,
        };
        let answer = self.gateway.call(call).await.map_err(|failure| {
            let kind = match failure {
                Failure::Transport {
                    error: TransportError::Lost,
                    once: true,
                } => ErrorKind::UnknownOutcome { status: None },
                failure => ErrorKind::NoAnswer(failure),
            };
            Error::new(kind, name)
        })?;
        *correlation.lock().unwrap_or_else(PoisonError::into_inner) =
            error::correlation_header(&answer);
        let status = answer.status.as_u16();
        if answer.body.len() > LONGEST_ANSWER {
            return Err(not_hubspot(name, repeat, status));
        }
        let refused = matches!(status, 400 | 401 | 403)
            && serde_json::from_slice::<RefusedAnswer>(&answer.body).is_ok();
        if answer.status.is_success() || refused {
            return Ok(answer);
        }
        Err(match status {
            // Nothing in the token endpoints' own form: nobody is signed out by it.
            401 | 403 => not_hubspot(name, repeat, status),
            _ => error::of_response(&answer, repeat, name),
        })
    }
}

impl std::fmt::Debug for Oauth {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Oauth at {}", self.origin)
    }
}

/// What the library makes of an answer, in our words. Its own errors hold whole bodies and are dropped.
fn read(
    answer: Result<TokenAnswer, Failed>,
    call: &'static str,
    repeat: Repeat,
    correlation: &Correlation,
) -> Result<Grant, Error> {
    let error = match answer {
        Ok(answer) => match Grant::read(&answer) {
            Some(grant) => return Ok(grant),
            None => not_hubspot(call, repeat, 200),
        },
        Err(RequestTokenError::Request(error)) => error,
        Err(RequestTokenError::ServerResponse(refused)) => Error::new(refused.kind(400), call),
        Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => {
            not_hubspot(call, repeat, 200)
        }
    };
    Err(with_correlation(error, correlation))
}

fn with_correlation(error: Error, correlation: &Correlation) -> Error {
    let id = correlation
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    Error {
        correlation_id: error.correlation_id.or(id),
        ..error
    }
}

fn not_hubspot(call: &'static str, repeat: Repeat, status: u16) -> Error {
    let kind = match repeat {
        Repeat::Safe => ErrorKind::NotTheApi { status },
        Repeat::Once => ErrorKind::UnknownOutcome {
            status: Some(status),
        },
    };
    Error::new(kind, call)
}
