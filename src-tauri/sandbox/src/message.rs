//! What goes into the simulated services and what comes out: one request, one answer, as plain
//! data. No sockets, so that a simulation with virtual time can hand them around.

use serde::Serialize;

/// One HTTP request, read to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpRequest {
    /// Upper case: `GET`, `POST`, …
    pub method: String,
    /// Without the query, still percent-encoded: `/crm/objects/2026-09/contacts/501`.
    pub path: String,
    /// The query in its order, names and values decoded.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// A request from an address such as `/api/replies?limit=10`, with a bearer token.
    #[must_use]
    pub fn new(method: &str, target: &str, token: &str, body: Vec<u8>) -> Self {
        let (path, query) = split_target(target);
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
        if !body.is_empty() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Self {
            method: method.to_owned(),
            path,
            query,
            headers,
            body,
        }
    }

    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first query parameter of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Splits a request target into its raw path and its decoded query.
#[must_use]
pub fn split_target(target: &str) -> (String, Vec<(String, String)>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    (path.to_owned(), query)
}

/// One HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// Status code, 200 to 599.
    pub status: u16,
    /// Names in lower case. `content-length` is left to the HTTP layer.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A JSON answer. A value that cannot be serialised becomes an empty body, which no type of this
    /// crate can cause: their keys are strings.
    #[must_use]
    pub fn json<T: Serialize + ?Sized>(status: u16, body: &T) -> Self {
        let headers = vec![(
            "content-type".to_owned(),
            "application/json;charset=utf-8".to_owned(),
        )];
        Self {
            status,
            headers,
            body: serde_json::to_vec(body).unwrap_or_default(),
        }
    }

    /// An HTML answer, as a captive portal or a proxy gives it.
    #[must_use]
    pub fn html(status: u16, body: &str) -> Self {
        let headers = vec![(
            "content-type".to_owned(),
            "text/html; charset=utf-8".to_owned(),
        )];
        Self {
            status,
            headers,
            body: body.as_bytes().to_vec(),
        }
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// The same answer with one header more.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of this lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}
