//! The client: one method, one call.

mod batches;
mod definitions;
mod history;
mod journal;
mod lists;
mod portal;
mod records;

pub use history::MOST_CHRONICLES;
pub use journal::Journal;

use crate::error::{self, Error, ErrorKind, SignIn};
use crate::oauth::Token;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value;
use std::time::Duration;
use url::Url;
use wire::transport::{Method, Request, Response};
use wire::{Call, Failure, Gateway, Origin, Priority, Repeat, Secret, TransportError};

/// From the start of a call to the last byte of its answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A portal, as far as a token opens it. Cheap to clone.
#[derive(Clone)]
pub struct HubSpot {
    gateway: Gateway,
    origin: Origin,
    token: Token,
    priority: Priority,
}

/// A call before it has an address's host and credentials.
struct Plan {
    name: &'static str,
    method: Method,
    url: Url,
    body: Option<Value>,
    groups: &'static [&'static str],
    repeat: Repeat,
}

impl Plan {
    fn get(name: &'static str, url: Url) -> Self {
        Self {
            name,
            method: Method::GET,
            url,
            body: None,
            groups: &[],
            repeat: Repeat::Safe,
        }
    }

    fn send(name: &'static str, method: Method, url: Url, body: Value) -> Self {
        Self {
            name,
            method,
            url,
            body: Some(body),
            groups: &[],
            repeat: Repeat::Safe,
        }
    }

    fn post(name: &'static str, url: Url, body: Value) -> Self {
        Self::send(name, Method::POST, url, body)
    }

    /// For a write that would happen twice.
    fn once(self) -> Self {
        self.repeat(Repeat::Once)
    }

    fn repeat(self, repeat: Repeat) -> Self {
        Self { repeat, ..self }
    }
}

impl HubSpot {
    /// A client for the portal that the token belongs to. Its calls run in the background.
    pub fn new(gateway: Gateway, origin: Origin, token: impl Into<Token>) -> Self {
        Self {
            gateway,
            origin,
            token: token.into(),
            priority: Priority::Background,
        }
    }

    /// The same client with another priority for its calls.
    #[must_use]
    pub fn with_priority(&self, priority: Priority) -> Self {
        Self {
            priority,
            ..self.clone()
        }
    }

    /// See [`Gateway::clock_ahead`].
    pub fn clock_ahead(&self) -> Option<i64> {
        self.gateway.clock_ahead()
    }

    /// Calls that really went out through this client's gateway.
    pub fn calls(&self) -> u64 {
        self.gateway.calls()
    }

    /// What is left of the portal's limits, as far as HubSpot has told so far.
    pub fn budget(&self, now: wire::Timestamp) -> wire::pace::Budget {
        self.gateway.pace().budget(now)
    }

    /// Makes the call and gives the answer if its status is 2xx.
    async fn respond(&self, plan: Plan) -> Result<Response, Error> {
        let token = self.token.now().await?;
        self.respond_to(&token, plan)
            .await
            .map_err(|error| self.refused(error))
    }

    /// The same with another token.
    async fn respond_to(&self, token: &Secret, plan: Plan) -> Result<Response, Error> {
        let Plan {
            name,
            method,
            url,
            body,
            groups,
            repeat,
        } = plan;
        let headers = headers(token, body.is_some()).ok_or(Error::new(
            ErrorKind::NeedsSignIn(SignIn::Undecodable),
            name,
        ))?;
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request = Request {
            method,
            url,
            headers,
            body,
            timeout: TIMEOUT,
        };
        let call = Call {
            request,
            groups,
            priority: self.priority,
            repeat,
            name,
        };
        let response = self.gateway.call(call).await.map_err(|failure| {
            let kind = match failure {
                Failure::Transport {
                    error: TransportError::Lost,
                    once: true,
                } => ErrorKind::UnknownOutcome { status: None },
                failure => ErrorKind::NoAnswer(failure),
            };
            Error::new(kind, name)
        })?;
        if response.status.is_success() {
            Ok(response)
        } else {
            Err(error::of_response(&response, repeat, name))
        }
    }

    /// Makes the call and reads its answer; `read` gives nothing where the JSON is not what it must be.
    async fn ask<T>(
        &self,
        plan: Plan,
        read: impl FnOnce(&Value, &Response) -> Option<T>,
    ) -> Result<T, Error> {
        let (name, repeat) = (plan.name, plan.repeat);
        let response = self.respond(plan).await?;
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        body.and_then(|body| read(&body, &response))
            .ok_or_else(|| unreadable(&response, repeat, name))
    }

    /// Makes a call whose answer says nothing beyond its status.
    async fn tell(&self, plan: Plan) -> Result<(), Error> {
        let (name, repeat) = (plan.name, plan.repeat);
        let response = self.respond(plan).await?;
        // Where a page of HTML stands, something in between has answered.
        let plausible = response.body.is_empty()
            || serde_json::from_slice::<serde::de::IgnoredAny>(&response.body).is_ok();
        if plausible {
            Ok(())
        } else {
            Err(unreadable(&response, repeat, name))
        }
    }

    /// A refused token of a sign-in says nothing about a key that could be pasted anew. It is no reason
    /// to renew it either: when that is due, the clock says.
    fn refused(&self, error: Error) -> Error {
        match (&self.token, &error.kind) {
            (Token::Session(_), ErrorKind::NeedsSignIn(_)) => Error {
                kind: ErrorKind::NeedsSignIn(SignIn::Session),
                ..error
            },
            _ => error,
        }
    }
}

/// None where the token can't stand in a header.
fn headers(token: &Secret, with_body: bool) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    let bearer = zeroize::Zeroizing::new(format!("Bearer {}", token.expose()));
    // A token with a line break or a strange letter in it was not copied whole.
    let mut bearer = HeaderValue::from_str(&bearer)
        .ok()
        .filter(|_| !token.is_empty() && token.expose().is_ascii())?;
    bearer.set_sensitive(true);
    headers.insert(AUTHORIZATION, bearer);
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    if with_body {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    Some(headers)
}

impl std::fmt::Debug for HubSpot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "HubSpot at {}", self.origin)
    }
}

/// A 2xx whose body is not what was asked for. A write has then happened, or something in between
/// has answered in HubSpot's place: nobody knows.
fn unreadable(response: &Response, repeat: Repeat, call: &'static str) -> Error {
    let status = response.status.as_u16();
    let kind = match repeat {
        Repeat::Safe => ErrorKind::NotTheApi { status },
        Repeat::Once => ErrorKind::UnknownOutcome {
            status: Some(status),
        },
    };
    Error {
        kind,
        correlation_id: error::correlation_header(response),
        call,
    }
}

/// Nothing in place of "there is no such thing".
fn absent_is_none<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(Error {
            kind: ErrorKind::NotFound,
            ..
        }) => Ok(None),
        Err(error) => Err(error),
    }
}
