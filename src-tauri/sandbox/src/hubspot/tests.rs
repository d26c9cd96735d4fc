//! The portal asked as a client would ask it, with handed-in time.
#![expect(
    clippy::needless_pass_by_value,
    reason = "a body is written where it is handed over"
)]

mod batches;
mod definitions;
mod laws;
mod links;
mod people;
mod searching;
mod tokens;

use super::{Portal, PortalOptions};
use crate::message::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Saturday, 21 November 2026, 10:00 UTC.
const NOW: i64 = 1_795_255_200_000;

/// A portal to ask questions of: no limits, answers in input order, time that a test moves.
struct Desk {
    portal: Portal,
    now: i64,
}

impl Desk {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut PortalOptions)) -> Self {
        let mut options = PortalOptions {
            rate_per_10s: 0,
            shuffle_batches: false,
            ..PortalOptions::default()
        };
        change(&mut options);
        Self {
            portal: Portal::new(options, 7),
            now: NOW,
        }
    }

    fn ask(&mut self, method: &str, target: &str, body: Option<&Value>) -> HttpResponse {
        let token = PortalOptions::default().token;
        let bytes = body
            .map(|body| serde_json::to_vec(body).unwrap())
            .unwrap_or_default();
        self.portal
            .handle(&HttpRequest::new(method, target, &token, bytes), self.now)
    }

    fn get(&mut self, target: &str) -> (u16, Value) {
        read(&self.ask("GET", target, None))
    }

    fn post(&mut self, target: &str, body: Value) -> (u16, Value) {
        read(&self.ask("POST", target, Some(&body)))
    }

    fn patch(&mut self, target: &str, body: Value) -> (u16, Value) {
        read(&self.ask("PATCH", target, Some(&body)))
    }

    fn put(&mut self, target: &str, body: Value) -> (u16, Value) {
        read(&self.ask("PUT", target, Some(&body)))
    }

    /// Makes a contact over the API and answers its id.
    fn contact(&mut self, properties: Value) -> u64 {
        let (status, body) = self.post(
            "/crm/objects/2026-09/contacts",
            json!({"properties": properties}),
        );
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().parse().unwrap()
    }

    fn search(&mut self, kind: &str, body: Value) -> Vec<String> {
        let (status, body) = self.post(&format!("/crm/objects/2026-09/{kind}/search"), body);
        assert_eq!(status, 200, "{body}");
        ids(&body)
    }
}

fn ids(body: &Value) -> Vec<String> {
    let results = body["results"].as_array().unwrap();
    results
        .iter()
        .map(|one| one["id"].as_str().unwrap().to_owned())
        .collect()
}

fn read(response: &HttpResponse) -> (u16, Value) {
    (
        response.status,
        serde_json::from_slice(&response.body).unwrap_or_default(),
    )
}

fn properties(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

/// A body without its correlation id, to be compared whole.
fn plain(mut body: Value) -> Value {
    body.as_object_mut()
        .unwrap()
        .remove("correlationId")
        .unwrap();
    body
}
