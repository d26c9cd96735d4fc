//! Who may come in, by the head of the request alone. Pure.

use super::Verdict;
use hyper::header::{HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use subtle::ConstantTimeEq;

/// What stands before the random part of Tuco's address, and of HubSpot's.
const PREFIX: &str = "/tuco/";
const HUBSPOT_PREFIX: &str = "/hubspot/";

/// Whose address was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Tuco's.
    Tuco,
    /// HubSpot's.
    HubSpot,
}

/// The hosts and the path of one listener.
#[derive(Debug, Clone)]
pub struct Door {
    hosts: Vec<String>,
    path: String,
    hubspot_path: String,
}

impl Door {
    /// `tunnel` is the host that the tunnel is reached by, with its port where that is not the usual one.
    pub fn new(port: u16, tunnel: Option<&str>, path: &str) -> Self {
        let own = ["127.0.0.1", "[::1]", "localhost"];
        let own = own.iter().map(|host| format!("{host}:{port}"));
        Self {
            hosts: own.chain(tunnel.map(str::to_ascii_lowercase)).collect(),
            path: path_of(path),
            hubspot_path: hubspot_path_of(path),
        }
    }

    /// Lets a request in, or says why not.
    ///
    /// # Errors
    /// The verdict.
    pub fn admit(&self, head: &Parts) -> Result<Caller, Verdict> {
        // A target with a host in it is for a proxy, which this is not.
        let proxied = head.uri.authority().is_some();
        let host = only(&head.headers, HOST.as_str()).and_then(|host| host.to_str().ok());
        let ours = host.is_some_and(|host| {
            let host = host.to_ascii_lowercase();
            self.hosts.contains(&host)
        });
        if proxied || !ours {
            return Err(Verdict::WrongHost);
        }
        let names = head.headers.keys();
        let browser = head.headers.contains_key(ORIGIN)
            || names
                .into_iter()
                .any(|name| name.as_str().starts_with("sec-fetch-"));
        if browser {
            return Err(Verdict::Browser);
        }
        let path = head.uri.path().as_bytes();
        // Both are compared, so that time tells of neither.
        let tuco = bool::from(path.ct_eq(self.path.as_bytes()));
        let hubspot = bool::from(path.ct_eq(self.hubspot_path.as_bytes()));
        let caller = match (tuco, hubspot) {
            _ if head.uri.query().is_some() => return Err(Verdict::WrongPath),
            (true, _) => Caller::Tuco,
            (_, true) => Caller::HubSpot,
            _ => return Err(Verdict::WrongPath),
        };
        if head.method != Method::POST {
            return Err(Verdict::WrongMethod);
        }
        Ok(caller)
    }
}

/// The path of Tuco's address with this random part.
pub fn path_of(random: &str) -> String {
    format!("{PREFIX}{random}")
}

/// The path of HubSpot's address with this random part.
pub fn hubspot_path_of(random: &str) -> String {
    format!("{HUBSPOT_PREFIX}{random}")
}

/// The value of a header that stands there exactly once.
pub(super) fn only<'a>(
    headers: &'a HeaderMap,
    name: &str,
) -> Option<&'a hyper::header::HeaderValue> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    values.next().is_none().then_some(value)
}
