//! The control endpoints under `/_sandbox`: what a test needs to set the scene and to see what came
//! of it. They are on both ports, need no credentials, know no limits, and do not count as traffic.
//! docs/sandbox.md describes each with an example.

mod arrivals;
mod rotation;
mod switches;

use crate::faults::FaultPlan;
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::{Iso, parse_iso};
use crate::world::{Side, World};
use serde_json::{Map, Value, json};

impl World {
    pub(crate) fn control(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        self.advance(now);
        let path = request.path.trim_end_matches('/');
        match (request.method.as_str(), path) {
            ("GET", "/_sandbox") => HttpResponse::json(200, &ENDPOINTS),
            ("GET", "/_sandbox/timeline") => self.show_timeline(request),
            ("POST", "/_sandbox/reply") => self.make_reply(request, now),
            ("POST", "/_sandbox/send") => self.make_send(request, now),
            ("POST", "/_sandbox/faults") => match FaultPlan::parse(&request.body) {
                Ok(plan) => {
                    self.add_faults(plan);
                    HttpResponse::json(200, &self.faults_view())
                }
                Err(error) => refused(&error.to_string()),
            },
            ("GET", "/_sandbox/faults") => HttpResponse::json(200, &self.faults_view()),
            ("DELETE", "/_sandbox/faults") => {
                self.clear_faults();
                HttpResponse::empty(204)
            }
            ("GET", "/_sandbox/clock") => HttpResponse::json(200, &self.clock_view(now)),
            ("POST", "/_sandbox/clock") => self.set_clock(request, now),
            ("POST", "/_sandbox/rotate") => self.rotate_key(request, now),
            ("GET", "/_sandbox/world") => HttpResponse::json(200, &self.world_view()),
            ("GET", "/_sandbox/campaigns") => {
                HttpResponse::json(200, &self.workspace.campaigns_view())
            }
            ("GET", "/_sandbox/options") => HttpResponse::json(200, &self.options_view()),
            ("POST", "/_sandbox/options") => self.set_options(request),
            ("GET", "/_sandbox/requests") => HttpResponse::json(200, &self.requests_view()),
            ("DELETE", "/_sandbox/requests") => {
                self.reset_traffic();
                HttpResponse::empty(204)
            }
            ("GET", "/_sandbox/deliveries") => HttpResponse::json(200, &self.deliveries_view()),
            ("POST", "/_sandbox/merge") => self.merge_contacts(request, now),
            ("POST", "/_sandbox/archive") => self.archive_contact(request, now),
            _ => HttpResponse::json(
                404,
                &json!({"error": "no such control endpoint", "see": ENDPOINTS}),
            ),
        }
    }

    fn requests_view(&self) -> Value {
        json!({
            "hubspot": self.traffic(Side::HubSpot),
            "tuco": self.traffic(Side::Tuco),
            "faults": self.faults_struck(),
        })
    }

    fn clock_view(&self, now: i64) -> Value {
        json!({"now": now, "iso": Iso(now), "offset_ms": self.clock_offset()})
    }

    fn set_clock(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let step = body.get("advance_ms").and_then(Value::as_i64);
        let Some(step) = step.or_else(|| Some(time(body.get("now"))? - now)) else {
            return refused("give advance_ms, or now as milliseconds or ISO 8601");
        };
        let Some(then) = now
            .checked_add(step)
            .filter(|then| (0..=MOST_TIME).contains(then))
        else {
            return refused("the time must lie between 1970 and 2200");
        };
        self.move_clock(step);
        self.advance(then);
        HttpResponse::json(200, &self.clock_view(then))
    }
}

/// The year 2200, beyond which nothing here is meant to work.
const MOST_TIME: i64 = 7_258_118_400_000;

const ENDPOINTS: [&str; 18] = [
    "GET /_sandbox/timeline",
    "POST /_sandbox/reply",
    "POST /_sandbox/send",
    "GET /_sandbox/faults",
    "POST /_sandbox/faults",
    "DELETE /_sandbox/faults",
    "GET /_sandbox/clock",
    "POST /_sandbox/clock",
    "POST /_sandbox/rotate",
    "GET /_sandbox/world",
    "GET /_sandbox/campaigns",
    "GET /_sandbox/options",
    "POST /_sandbox/options",
    "GET /_sandbox/requests",
    "DELETE /_sandbox/requests",
    "GET /_sandbox/deliveries",
    "POST /_sandbox/merge",
    "POST /_sandbox/archive",
];

/// A control call that makes no sense.
fn refused(text: &str) -> HttpResponse {
    HttpResponse::json(400, &json!({"error": text}))
}

fn object(request: &HttpRequest) -> Result<Map<String, Value>, HttpResponse> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(refused("the body must be a JSON object")),
    }
}

/// A time as milliseconds or as ISO 8601.
fn time(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64().filter(|at| (0..=MOST_TIME).contains(at)),
        Value::String(text) => parse_iso(text),
        _ => None,
    }
}

/// A text, or a number as text.
fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    match body.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
