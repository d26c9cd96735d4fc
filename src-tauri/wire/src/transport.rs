//! One request out, one response in.

use bytes::Bytes;
use std::time::Duration;
use std::{fmt, future::Future, pin::Pin};
use url::Url;

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// A future behind a pointer, so that a transport can be chosen at run time.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A request, ready to go. Its `Debug` shows neither headers nor body nor the query.
#[derive(Clone)]
pub struct Request {
    /// GET, POST, …
    pub method: Method,
    /// Whole address. The transport never follows a redirect away from it.
    pub url: Url,
    /// Headers; the one with the credentials is marked sensitive.
    pub headers: HeaderMap,
    /// Body, already serialised.
    pub body: Bytes,
    /// From the start of the call to the last byte of the answer.
    pub timeout: Duration,
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} ({} bytes)",
            self.method,
            self.url.path(),
            self.body.len()
        )
    }
}

/// A whole response; the body has been read to its end.
#[derive(Clone)]
pub struct Response {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, decompressed.
    pub body: Bytes,
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.status, self.body.len())
    }
}

/// Why no whole response came back. The difference decides whether a write may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request never left: name not found, refused, no route, no TLS, no connection in time.
    #[error("could not connect")]
    NotSent,
    /// The request may have arrived: no answer in time, connection lost, answer cut off.
    #[error("no whole answer came back")]
    Lost,
}

/// Moves one request. The real form is [`crate::ReqwestTransport`]; a simulation has its own.
pub trait Transport: Send + Sync {
    /// Sends the request once and reads the answer to its end.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;

    /// Closes the connections that wait for another request. Their buffers still hold what was sent last,
    /// keys included, so whoever forgets a key asks for this.
    fn close_idle(&self) {}
}
