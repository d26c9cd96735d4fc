//! One workspace's way to the API: how a request is made and what a response means.

use crate::error::{Error, ErrorKind};
use crate::lenient::{Fields, parse};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wire::pace::retry_after;
use wire::transport::StatusCode;
use wire::{Call, Failure, Gateway, Method, Origin, Priority, Repeat, Request, Response, Secret};
use wire::{RetryClass, TransportError};

/// Groups of the API's limits, as [`wire::Pace::tuco`] names them.
pub(crate) const SEND: &[&str] = &["send"];
pub(crate) const REPLIES: &[&str] = &["replies"];
pub(crate) const OTHER: &[&str] = &["other"];

const TIMEOUT: Duration = Duration::from_secs(30);

/// A client for one workspace. A clone is the same client.
#[derive(Clone)]
pub struct Tuco {
    gateway: Gateway,
    origin: Origin,
    key: Secret,
    priority: Priority,
    /// Whether the key was accepted when it was last asked about.
    key_works: Arc<AtomicBool>,
}

/// What to ask. Made with [`Ask::new`], then changed where it differs.
pub(crate) struct Ask<'a> {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'a [&'a str],
    pub(crate) query: Vec<(&'a str, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) groups: &'static [&'static str],
    pub(crate) repeat: Repeat,
    pub(crate) timeout: Duration,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(name: &'static str, method: Method, path: &'a [&'a str]) -> Self {
        Self {
            name,
            method,
            path,
            query: Vec::new(),
            body: None,
            groups: OTHER,
            repeat: Repeat::Safe,
            timeout: TIMEOUT,
        }
    }

    /// Adds a query parameter where there is something to say.
    pub(crate) fn with(mut self, key: &'a str, value: Option<impl ToString>) -> Self {
        self.query
            .extend(value.map(|value| (key, value.to_string())));
        self
    }
}

impl Tuco {
    /// Whether the API is a sandbox on this computer.
    pub fn is_loopback(&self) -> bool {
        self.origin.is_loopback()
    }

    /// A client that sends `key` to `origin` and nowhere else. Calls are background work.
    pub fn new(gateway: Gateway, origin: Origin, key: Secret) -> Self {
        let key_works = Arc::new(AtomicBool::new(false));
        Self {
            gateway,
            origin,
            key,
            priority: Priority::Background,
            key_works,
        }
    }

    /// The same client, for calls of this priority.
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

    /// Calls that went out through this client's gateway.
    pub fn calls(&self) -> u64 {
        self.gateway.calls()
    }

    /// Whether the key was accepted by the last call that told.
    pub(crate) fn key_works(&self) -> bool {
        self.key_works.load(Ordering::Relaxed)
    }

    /// Makes the call and reads the answer: the JSON of a 2xx, an error for all else.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<(StatusCode, Value), Error> {
        let (name, repeat) = (ask.name, ask.repeat);
        let outcome = match self.request(&ask) {
            Ok(request) => {
                let (groups, priority) = (ask.groups, self.priority);
                self.gateway
                    .call(Call {
                        request,
                        groups,
                        priority,
                        repeat,
                        name,
                    })
                    .await
            }
            Err(kind) => return Err(Error { kind, call: name }),
        };
        let read = outcome
            .map_err(ErrorKind::Wire)
            .and_then(|response| read(&response));
        match &read {
            Ok(_) => self.key_works.store(true, Ordering::Relaxed),
            // The list of messages may be closed to a key that is good elsewhere.
            Err(ErrorKind::Unauthorized) if name != crate::messages::LIST => {
                self.key_works.store(false, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        read.map_err(|kind| {
            let kind = if repeat == Repeat::Once {
                once(kind)
            } else {
                kind
            };
            Error { kind, call: name }
        })
    }

    fn request(&self, ask: &Ask<'_>) -> Result<Request, ErrorKind> {
        use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
        let mut headers = http::HeaderMap::new();
        // A key with a line break or an accent in it is half of a paste, not a key.
        let mut key = HeaderValue::from_str(&format!("Bearer {}", self.key.expose()))
            .ok()
            .filter(|_| !self.key.is_empty())
            .ok_or(ErrorKind::Unauthorized)?;
        key.set_sensitive(true);
        headers.insert(AUTHORIZATION, key);
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let mut body = bytes::Bytes::new();
        if let Some(value) = &ask.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            body = value.to_string().into();
        }
        let query: Vec<(&str, &str)> = ask.query.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let url = self.origin.url_of(ask.path, &query);
        Ok(Request {
            method: ask.method.clone(),
            url,
            headers,
            body,
            timeout: ask.timeout,
        })
    }
}

impl fmt::Debug for Tuco {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Tuco at {}", self.origin)
    }
}

/// What an error means for a write that would happen twice: whatever may hide a done deed is told as
/// an unknown outcome. A 2xx that can't be read is one of those.
fn once(kind: ErrorKind) -> ErrorKind {
    match kind {
        ErrorKind::Wire(Failure::Transport {
            error: TransportError::Lost,
            ..
        })
        | ErrorKind::ServerError { .. }
        | ErrorKind::RelayFault
        | ErrorKind::NotJson
        | ErrorKind::Unexpected => ErrorKind::UnknownOutcome,
        ErrorKind::Wire(failure) if failure.retry_class() == RetryClass::UnknownOutcome => {
            ErrorKind::UnknownOutcome
        }
        other => other,
    }
}

fn read(response: &Response) -> Result<(StatusCode, Value), ErrorKind> {
    let status = response.status;
    let body = parse(&response.body).filter(|body| body.is_object() || body.is_array());
    if status.is_success() {
        return match body {
            Some(body) => Ok((status, body)),
            // What a removal may answer.
            None if response.body.trim_ascii().is_empty() => Ok((status, Value::Null)),
            None => Err(ErrorKind::NotJson),
        };
    }
    Err(refusal(response, body.as_ref()))
}

fn refusal(response: &Response, body: Option<&Value>) -> ErrorKind {
    let fields = body.and_then(Fields::of);
    let code = fields
        .and_then(|fields| fields.word(&["code"]))
        .map(|code| sanitised(&code));
    let text = fields.and_then(|fields| {
        let nested = fields
            .inner("error")
            .and_then(|error| error.raw(&["message", "error"]));
        fields.raw(&["error", "message"]).or(nested)
    });
    let text = text.unwrap_or_default();
    let wait = retry_after(&response.headers);
    if code.as_deref() == Some("READ_ONLY") {
        return ErrorKind::ReadOnly {
            reason: reason(fields),
        };
    }
    // A page instead of a refusal comes from somebody on the way, not from Tuco.
    let page = response.body.trim_ascii_start().starts_with(b"<");
    match response.status.as_u16() {
        401..=403 if page => ErrorKind::NotJson,
        300..=399 | 407 | 511 => ErrorKind::NotJson,
        400 if text.starts_with("No active workspace") => ErrorKind::NoWorkspace,
        401 => ErrorKind::Unauthorized,
        402 => ErrorKind::ReadOnly {
            reason: reason(fields),
        },
        403 => ErrorKind::Forbidden,
        404 => ErrorKind::NotFound,
        405 => ErrorKind::BadRequest {
            text: sanitised(&text),
            code: code.or_else(|| Some(crate::messages::METHOD_REFUSED.to_owned())),
        },
        409 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited { wait },
        502 if !text.is_empty() => ErrorKind::RelayFault,
        status @ (408 | 425 | 500..=599) => ErrorKind::ServerError { status, wait },
        _ => ErrorKind::BadRequest {
            text: sanitised(&text),
            code,
        },
    }
}

fn reason(fields: Option<Fields<'_>>) -> Option<String> {
    fields
        .and_then(|fields| fields.word(&["reason"]))
        .map(|reason| sanitised(&reason))
}

/// A text of the other side, fit to be shown: masked, one line, at most 300 characters.
pub(crate) fn sanitised(text: &str) -> String {
    // Cut first, so that a huge text costs nothing; masking can lengthen it, so cut again.
    let cut: String = text.chars().take(300).collect();
    wire::redact::mask(&cut).chars().take(300).collect()
}

/// The error of a 2xx that lacks what makes it an answer.
pub(crate) fn unexpected(call: &'static str, repeat: Repeat) -> Error {
    let kind = ErrorKind::Unexpected;
    Error {
        kind: if repeat == Repeat::Once {
            once(kind)
        } else {
            kind
        },
        call,
    }
}
