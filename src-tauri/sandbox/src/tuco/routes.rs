//! Which call goes where, after the checks that every call passes: key, workspace, limit, billing.

use super::limits::Group;
use super::options::LeadUpdate;
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

impl Workspace {
    pub(super) fn route(&mut self, request: &HttpRequest, now: i64) -> (HttpResponse, u64) {
        if let Some(refusal) = self.refusal(request, now) {
            return (refusal, 0);
        }
        let path = request.path.trim_end_matches('/');
        if (request.method.as_str(), path) == ("POST", "/api/messages") {
            return self.send(request, now);
        }
        (self.route_rest(request, path, now), 0)
    }

    fn route_rest(&mut self, request: &HttpRequest, path: &str, now: i64) -> HttpResponse {
        match (request.method.as_str(), path) {
            ("GET", "/api/messages") => self.list_messages(request),
            ("POST", "/api/messages/cancel-for-lead") => self.cancel_for_lead(request, now),
            ("POST", "/api/messages/react") => self.react(request),
            ("POST", "/api/messages/typing") => self.typing(request, true),
            ("DELETE", "/api/messages/typing") => self.typing(request, false),
            ("GET", "/api/replies") => self.list_replies(request),
            ("GET", "/api/leads") => self.get_leads(request),
            ("POST", "/api/leads") => self.create_leads(request, now),
            ("DELETE", "/api/leads") => self.delete_leads(request),
            ("PUT", "/api/leads") => self.update_lead(request, None, now),
            ("GET", "/api/leads/check-availability") => self.check_lead(request, now),
            ("GET" | "POST", "/api/check-availability") => self.check_addresses(request, now),
            ("POST", "/api/leads/check-availability") => self.check_leads(request, now),
            ("POST", "/api/check-availability-rr") => self.check_contact(request, now),
            ("GET", "/api/lines/by-user") => self.list_lines(now),
            ("GET", "/api/lines/check-availability") => error(401, "Unauthorized"),
            ("GET", "/api/dnc") => self.list_dnc(request),
            ("POST", "/api/dnc") => self.add_dnc(request, now),
            ("DELETE", "/api/dnc") => self.remove_dnc(request),
            ("GET", "/api/webhooks") => self.list_webhooks(),
            ("POST", "/api/webhooks") => self.create_webhook(request, now),
            (method, path) => {
                if let Some(id) = path.strip_prefix("/api/webhooks/") {
                    self.one_webhook(method, id, request, now)
                } else if let Some(id) =
                    path.strip_prefix("/api/leads/").filter(|_| method == "PUT")
                {
                    self.update_lead(request, Some(id), now)
                } else if let Some(id) = path
                    .strip_prefix("/api/campaigns/")
                    .and_then(|rest| rest.strip_suffix("/leads"))
                    .filter(|_| method == "POST")
                {
                    self.enrol(request, id, now)
                } else {
                    error(404, "Not found")
                }
            }
        }
    }

    fn refusal(&mut self, request: &HttpRequest, now: i64) -> Option<HttpResponse> {
        let given = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "));
        if self.options.key_revoked || !given.is_some_and(|key| self.accepts(key, now)) {
            return Some(error(401, "Unauthorized"));
        }
        if self.options.no_workspace {
            return Some(error(400, "No active workspace"));
        }
        if self.options.limits {
            let group = Group::of(&request.method, request.path.trim_end_matches('/'));
            if let Err(wait) = self.limits.admit(group, now) {
                return Some(rate_limited(wait));
            }
        }
        if self.options.read_only && request.method != "GET" {
            let body = json!({"error": "READ_ONLY", "code": "READ_ONLY", "reason": "past_due"});
            return Some(HttpResponse::json(402, &body));
        }
        None
    }

    fn list_lines(&self, now: i64) -> HttpResponse {
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|line| line.view(&self.id, now))
            .collect();
        HttpResponse::json(200, &json!({"lines": lines}))
    }

    pub(super) fn lead_update_refused(&self) -> Option<HttpResponse> {
        match self.options.lead_update {
            LeadUpdate::Offered => None,
            LeadUpdate::Absent => Some(error(404, "Not found")),
            LeadUpdate::NotAllowed => Some(error(405, "Method not allowed")),
        }
    }
}

/// The answer to a call over a limit; the wait is in seconds.
pub(crate) fn rate_limited(wait: i64) -> HttpResponse {
    error(429, "Rate limit exceeded").with_header("retry-after", &wait.to_string())
}

/// The body as a JSON object, or the documented refusal.
pub(super) fn object(request: &HttpRequest) -> Result<Map<String, Value>, HttpResponse> {
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(error(400, "Request body must be a JSON object")),
        Err(_) => Err(error(400, "Invalid request body (JSON required)")),
    }
}

/// A text in an object; an empty one counts as absent.
pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// Page number and size of a listing: from 1, and at most 100.
pub(super) fn page(request: &HttpRequest) -> (usize, usize) {
    let number = |name| {
        request
            .parameter(name)
            .and_then(|text| text.trim().parse::<usize>().ok())
    };
    let page = number("page").filter(|page| *page > 0).unwrap_or(1);
    let limit = number("limit")
        .filter(|limit| *limit > 0)
        .unwrap_or(50)
        .min(100);
    (page, limit)
}

/// How many to pass over before this page.
pub(super) fn offset(page: usize, limit: usize) -> usize {
    (page - 1).saturating_mul(limit)
}

/// The `pagination` object of a listing.
pub(super) fn pagination(page: usize, limit: usize, total: usize) -> Value {
    json!({
        "page": page, "limit": limit, "totalCount": total, "totalPages": total.div_ceil(limit),
    })
}
