//! The transport of the real world.
//!
//! TLS by rustls with ring and the system's own roots, HTTP/2 where the server offers it, gzip,
//! connections kept. It refuses plain http to anything but this machine, redirects, and answers over
//! [`LARGEST_ANSWER`]. It sends once: the library's own retries are off. What can go wrong is told
//! apart in two: the request never left, or it may have arrived.

use crate::origin::is_loopback;
use crate::transport::{BoxFuture, Request, Response, Transport, TransportError};
use bytes::{Bytes, BytesMut};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// A longer body, unpacked, is given up.
pub const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const USER_AGENT: &str = concat!("tuco-for-hubspot/", env!("CARGO_PKG_VERSION"));

/// See the module. A clone shares the connections.
#[derive(Clone)]
pub struct ReqwestTransport {
    clients: Arc<RwLock<Clients>>,
}

/// Each keeps its own connections, until it and all its clones are gone.
struct Clients {
    loopback: reqwest::Client,
    /// Made at the first need: on a machine without any root certificates this fails, and the
    /// sandbox has to run there too.
    outside: OnceLock<Result<reqwest::Client, ()>>,
}

/// No client could be made.
#[derive(Debug, thiserror::Error)]
#[error("secure connections can't be set up on this computer")]
pub struct NoTransport;

impl ReqwestTransport {
    /// A transport with connections of its own.
    pub fn new() -> Result<Self, NoTransport> {
        // Refused where another part of the program was faster, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            clients: Arc::new(RwLock::new(Clients::new()?)),
        })
    }

    fn client(&self, request: &Request) -> Result<reqwest::Client, TransportError> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner);
        match (request.url.scheme(), is_loopback(&request.url)) {
            ("http" | "https", true) => Ok(clients.loopback.clone()),
            ("https", false) => {
                let client = clients.outside.get_or_init(|| {
                    builder().https_only(true).build().map_err(|error| {
                        tracing::error!(target: "wire", "no secure connections: {error}");
                    })
                });
                client.clone().map_err(|()| TransportError::NotSent)
            }
            _ => {
                tracing::error!(target: "wire", "refused to send over an unprotected connection");
                Err(TransportError::NotSent)
            }
        }
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let client = self.client(&request)?;
        let sent = client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body)
            .timeout(request.timeout)
            .send()
            .await;
        let mut answer = sent.map_err(|error| told_apart(&error))?;
        let status = answer.status();
        let headers = std::mem::take(answer.headers_mut());
        let mut body = BytesMut::new();
        loop {
            match answer.chunk().await {
                Ok(Some(part)) if body.len() + part.len() <= LARGEST_ANSWER => {
                    body.extend_from_slice(&part);
                }
                Ok(None) => {
                    return Ok(Response {
                        status,
                        headers,
                        body: Bytes::from(body),
                    });
                }
                Ok(Some(_)) | Err(_) => return Err(TransportError::Lost),
            }
        }
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn close_idle(&self) {
        // What is under way has a clone of the client, and ends with it.
        if let Ok(fresh) = Clients::new() {
            let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
            *clients = fresh;
        }
    }
}

impl Clients {
    fn new() -> Result<Self, NoTransport> {
        let local = || {
            // The name must not lead elsewhere, whatever the system's resolver says.
            let here = [
                SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
            ];
            builder().no_proxy().resolve_to_addrs("localhost", &here)
        };
        let loopback = local()
            .build()
            .or_else(|_| local().tls_certs_only([]).build());
        Ok(Self {
            loopback: loopback.map_err(|_| NoTransport)?,
            outside: OnceLock::new(),
        })
    }
}

/// The one place that makes clients.
fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_keepalive(Duration::from_secs(30))
        .pool_idle_timeout(Duration::from_secs(60))
}

/// `is_connect` covers the name, the route, the proxy's tunnel and TLS: nothing of the request had
/// left. Every later error may hide a request that arrived.
fn told_apart(error: &reqwest::Error) -> TransportError {
    if error.is_builder() || error.is_connect() {
        TransportError::NotSent
    } else {
        TransportError::Lost
    }
}
