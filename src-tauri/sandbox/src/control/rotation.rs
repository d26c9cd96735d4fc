//! A key that takes the place of another, as a person does it in HubSpot or in Tuco.

use super::{object, refused};
use crate::message::{HttpRequest, HttpResponse};
use crate::world::World;
use serde_json::{Value, json};

impl World {
    /// `{"side": "hubspot"}` or `{"side": "tuco"}`, and for how long the old one still works; without
    /// that it ends at once.
    pub(super) fn rotate_key(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let old_until = match body.get("old_works_ms").map(Value::as_i64) {
            None => None,
            Some(Some(lasting)) if lasting >= 0 => Some(now.saturating_add(lasting)),
            Some(_) => return refused("old_works_ms is a number of milliseconds"),
        };
        match body.get("side").and_then(Value::as_str) {
            Some("hubspot") => {
                let token = self.rotate_token(old_until);
                HttpResponse::json(200, &json!({"hubspot_token": token}))
            }
            Some("tuco") => {
                let key = self.workspace.rotate_key(old_until);
                HttpResponse::json(200, &json!({"tuco_api_key": key}))
            }
            _ => refused("side is hubspot or tuco"),
        }
    }
}
