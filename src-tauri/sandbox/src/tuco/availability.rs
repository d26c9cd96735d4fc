//! Whether an address has iMessage. Answers come from the address itself, so that they never change.

use super::id::ObjectId;
use super::routes::text;
use super::{Workspace, address, error, routes};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::DAY;
use serde_json::{Value, json};

/// Checks a line and day. <https://docs.tuco.ai/api-reference/errors>
const CHECKS_PER_LINE: usize = 70;

impl Workspace {
    pub(super) fn check_lead(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let Some(id) = request.parameter("id").filter(|id| !id.is_empty()) else {
            return error(400, "Lead ID is required");
        };
        let Some(no) = ObjectId::parse(id).and_then(|id| self.leads.find(id)) else {
            return error(404, "Lead not found");
        };
        if let Some(refusal) = self.spend_checks(1, now) {
            return refusal;
        }
        let found = self
            .leads
            .get(no)
            .is_some_and(|lead| lead.addresses().any(reachable));
        let status = if found { "available" } else { "unavailable" };
        if let Some(lead) = self.leads.get_mut(no) {
            lead.availability = Some(status);
            lead.updated = now;
        }
        let field = |name| self.leads.get(no).and_then(|lead| lead.field(name));
        HttpResponse::json(
            200,
            &json!({
                "success": true, "leadId": id, "available": found, "status": status,
                "ghlContactId": field("ghlContactId"), "ghlLocationId": field("ghlLocationId"),
                "hsPortalId": field("hsPortalId"), "hsContactId": field("hsContactId"),
            }),
        )
    }

    pub(super) fn check_addresses(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        if request.method == "GET" {
            let Some(one) = request.parameter("address").filter(|one| !one.is_empty()) else {
                return error(400, "Address parameter is required (phone or email)");
            };
            let refusal = self.spend_checks(1, now);
            return refusal.unwrap_or_else(|| {
                let available = address::any(one).is_some_and(|one| reachable(&one));
                let body = json!({"success": true, "available": available, "address": one});
                HttpResponse::json(200, &body)
            });
        }
        let body = match routes::object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let many = body.get("addresses").and_then(Value::as_array);
        let given = many
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .chain(text(&body, "address"));
        let all: Vec<&str> = given.collect();
        if all.is_empty() {
            return error(400, "addresses array is required and must not be empty");
        }
        if all.len() > 100 {
            return error(400, "Maximum 100 addresses per request");
        }
        if let Some(refusal) = self.spend_checks(all.len(), now) {
            return refusal;
        }
        let answer = |one: &&str| {
            let available = address::any(one).is_some_and(|one| reachable(&one));
            json!({"address": one, "available": available})
        };
        let results: Vec<Value> = all.iter().map(answer).collect();
        HttpResponse::json(200, &json!({"success": true, "results": results}))
    }

    fn spend_checks(&mut self, count: usize, now: i64) -> Option<HttpResponse> {
        let most = CHECKS_PER_LINE * self.lines.iter().filter(|line| line.active).count();
        let spent = self.limits.checks.entry(now.div_euclid(DAY)).or_default();
        if self.options.limits && *spent + count > most {
            let refusal = error(429, "Daily availability check quota exhausted");
            return Some(refusal.with_header("retry-after", "3600"));
        }
        *spent += count;
        None
    }
}

/// Nine of ten addresses have iMessage; the last digits decide which.
pub(super) fn reachable(address: &str) -> bool {
    let sum: u32 = address.bytes().rev().take(4).map(u32::from).sum();
    !sum.is_multiple_of(10)
}
