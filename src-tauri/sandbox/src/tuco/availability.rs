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

    /// `POST /api/leads/check-availability`: one address, or leads; always answered at once.
    pub(super) fn check_leads(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match routes::object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        if let Some(one) = text(&body, "address") {
            let refusal = self.spend_checks(1, now);
            return refusal.unwrap_or_else(|| {
                let available = address::any(one).is_some_and(|one| reachable(&one));
                let body = json!({"success": true, "available": available, "address": one});
                HttpResponse::json(200, &body)
            });
        }
        let ids = body
            .get("leadIds")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let leads: Vec<_> = ids
            .filter_map(|id| id.as_str().and_then(ObjectId::parse))
            .filter_map(|id| self.leads.find(id))
            .collect();
        if leads.is_empty() {
            return error(404, "No leads found to check");
        }
        if let Some(refusal) = self.spend_checks(leads.len(), now) {
            return refusal;
        }
        let mut results = Vec::new();
        for no in leads {
            let Some(lead) = self.leads.get_mut(no) else {
                continue;
            };
            let available = lead.addresses().any(reachable);
            let status = if available {
                "available"
            } else {
                "unavailable"
            };
            lead.availability = Some(status);
            lead.updated = now;
            results.push(json!({"leadId": lead.id, "available": available, "status": status}));
        }
        HttpResponse::json(
            200,
            &json!({
                "success": true, "checked": results.len(), "successful": results.len(), "errors": 0,
                "results": results, "processingMode": "synchronous",
            }),
        )
    }

    /// `POST /api/check-availability-rr`: any of a contact's addresses.
    pub(super) fn check_contact(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match routes::object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let list = |name: &str| {
            body.get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
        };
        let all: Vec<String> = list("phones")
            .chain(list("emails"))
            .filter_map(Value::as_str)
            .filter_map(address::any)
            .collect();
        let answer = |status, reason: Option<&str>| {
            let body = match reason {
                None => json!({"available": true}),
                Some(reason) => json!({"available": false, "reason": reason}),
            };
            HttpResponse::json(status, &body)
        };
        if all.is_empty() {
            return answer(400, Some("No phone or email addresses provided"));
        }
        if self.spend_checks(1, now).is_some() {
            let refusal = answer(429, Some("Daily availability check quota exhausted"));
            return refusal.with_header("retry-after", "3600");
        }
        let found = all.iter().any(|one| reachable(one));
        answer(200, (!found).then_some("No iMessage address found"))
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
