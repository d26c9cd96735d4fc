//! Short ways to call a world.

use sandbox::message::{HttpRequest, HttpResponse};
use sandbox::world::{Answer, Side, World, WorldOptions};
use serde_json::Value;

/// Friday, 2026-11-20, 15:00 UTC: ten in the morning in New York.
pub(crate) const START: i64 = 1_795_186_800_000;
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60_000;

/// A world without people, and without chance in its sends.
pub(crate) fn quiet() -> World {
    World::new(&quiet_options(), 7, START)
}

pub(crate) fn quiet_options() -> WorldOptions {
    let mut options = WorldOptions {
        contacts: 0,
        ..WorldOptions::default()
    };
    options.workspace.fallback_per_mille = 0;
    options.workspace.failed_per_mille = 0;
    options.workspace.delivered_per_mille = 1000;
    options
}

pub(crate) fn request(world: &World, method: &str, target: &str, body: &Value) -> HttpRequest {
    let (token, key, _) = world.credentials();
    let secret = if target.starts_with("/api/") {
        key
    } else {
        token
    };
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    HttpRequest::new(method, target, &secret, body)
}

pub(crate) fn call(
    world: &mut World,
    now: i64,
    method: &str,
    target: &str,
    body: &Value,
) -> Answer {
    let side = if target.starts_with("/api/") {
        Side::Tuco
    } else {
        Side::HubSpot
    };
    let request = request(world, method, target, body);
    world.handle(side, &request, now)
}

pub(crate) fn get(world: &mut World, now: i64, target: &str) -> (u16, Value) {
    json(&call(world, now, "GET", target, &Value::Null).response)
}

pub(crate) fn post(world: &mut World, now: i64, target: &str, body: &Value) -> (u16, Value) {
    json(&call(world, now, "POST", target, body).response)
}

pub(crate) fn json(response: &HttpResponse) -> (u16, Value) {
    (
        response.status,
        serde_json::from_slice(&response.body).unwrap_or_default(),
    )
}
