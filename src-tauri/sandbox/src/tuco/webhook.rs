//! Webhooks: registered, fired once and signed. What has to be posted is handed out as data; posting
//! it is the HTTP layer's work.

use super::id::ObjectId;
use super::routes::{object, text};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::Iso;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use url::Url;

/// The event kinds that can be subscribed to.
pub const EVENTS: [&str; 5] = [
    "message.sent",
    "message.failed",
    "message.fallback",
    "message.reply",
    "message.opened",
];

/// One call that a webhook registration asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The registration.
    pub webhook: ObjectId,
    /// Where to.
    pub url: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Compact JSON, the bytes that the signature is over.
    pub body: Vec<u8>,
    /// A test asked for by `health-check`, whose caller waits for the outcome.
    pub probe: bool,
}

impl Delivery {
    /// The call as the control endpoints show it: the body as JSON, where it is.
    pub(crate) fn view(&self) -> Value {
        let headers: Map<String, Value> = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect();
        let body = serde_json::from_slice(&self.body).unwrap_or(Value::Null);
        json!({"webhook": self.webhook, "url": self.url, "headers": headers, "body": body})
    }
}

/// One registration.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    id: ObjectId,
    url: String,
    events: Vec<String>,
    name: String,
    description: Option<String>,
    secret: String,
    active: bool,
    triggered: Option<i64>,
    succeeded: Option<i64>,
    failed: Option<i64>,
    failures: u32,
    created: i64,
    updated: i64,
}

impl Webhook {
    fn view(&self) -> Value {
        json!({
            "id": self.id, "url": self.url, "events": self.events, "name": self.name,
            "description": self.description, "isActive": self.active,
            "lastTriggeredAt": self.triggered.map(Iso), "lastSuccessAt": self.succeeded.map(Iso),
            "lastFailureAt": self.failed.map(Iso), "failureCount": self.failures,
            "createdAt": Iso(self.created), "updatedAt": Iso(self.updated),
        })
    }

    fn delivery(&self, event: &str, body: &Value, at: i64, probe: bool) -> Delivery {
        let body = body.to_string().into_bytes();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("user-agent", "Tuco-Webhooks/1.0".to_owned()),
            ("x-tuco-signature", sign(&self.secret, &body)),
            ("x-tuco-event", event.to_owned()),
            ("x-tuco-timestamp", Iso(at).to_string()),
        ];
        let headers = headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Delivery {
            webhook: self.id,
            url: self.url.clone(),
            headers,
            body,
            probe,
        }
    }
}

/// Hexadecimal HMAC-SHA256 of the body under the registration's secret, without a prefix.
#[must_use]
pub fn sign(secret: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length, so there is always one.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(body);
            hex::encode(mac.finalize().into_bytes())
        },
    )
}

impl Workspace {
    pub(super) fn list_webhooks(&self) -> HttpResponse {
        let newest: Vec<Value> = self.webhooks.iter().rev().map(Webhook::view).collect();
        HttpResponse::json(200, &json!({"webhooks": newest}))
    }

    pub(super) fn create_webhook(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let Some(url) = text(&body, "url") else {
            return error(400, "URL is required");
        };
        if !url_is_fine(url) {
            return error(400, "Invalid URL format");
        }
        let events = match read_events(&body) {
            Ok(events) => events,
            Err(refusal) => return refusal,
        };
        let Some(name) = text(&body, "name") else {
            return error(400, "Name is required");
        };
        let webhook = Webhook {
            id: self.mint.next(now),
            url: url.to_owned(),
            events,
            name: name.to_owned(),
            description: text(&body, "description").map(str::to_owned),
            secret: self.dice.hex(64),
            active: true,
            triggered: None,
            succeeded: None,
            failed: None,
            failures: 0,
            created: now,
            updated: now,
        };
        let answer = HttpResponse::json(
            201,
            &json!({
                "id": webhook.id, "secret": webhook.secret, "url": webhook.url,
                "events": webhook.events, "name": webhook.name, "description": webhook.description,
                "createdAt": Iso(now),
                "warning": "Save this secret now. It will not be shown again.",
            }),
        );
        self.webhooks.push(webhook);
        answer
    }

    pub(super) fn one_webhook(
        &mut self,
        method: &str,
        rest: &str,
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let (id, action) = rest.split_once('/').unwrap_or((rest, ""));
        let id = ObjectId::parse(id);
        let Some(place) = self.webhooks.iter().position(|one| Some(one.id) == id) else {
            return error(404, "Webhook not found");
        };
        match (method, action) {
            ("GET", "") => {
                let view = self.webhooks.get(place).map(Webhook::view);
                HttpResponse::json(200, &view)
            }
            ("PATCH", "") => self.change_webhook(place, request, now),
            ("DELETE", "") => {
                self.webhooks.remove(place);
                HttpResponse::json(200, &json!({"success": true}))
            }
            ("POST", "health-check") => self.probe_webhook(place, now),
            _ => error(405, "Method not allowed"),
        }
    }

    fn change_webhook(&mut self, place: usize, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let url = text(&body, "url");
        if url.is_some_and(|url| !url_is_fine(url)) {
            return error(400, "Invalid URL format");
        }
        let events = match body.get("events").map(|_| read_events(&body)).transpose() {
            Ok(events) => events,
            Err(refusal) => return refusal,
        };
        let Some(webhook) = self.webhooks.get_mut(place) else {
            return error(404, "Webhook not found");
        };
        if let Some(url) = url {
            url.clone_into(&mut webhook.url);
        }
        if let Some(events) = events {
            webhook.events = events;
        }
        if let Some(name) = text(&body, "name") {
            name.clone_into(&mut webhook.name);
        }
        if let Some(description) = text(&body, "description") {
            webhook.description = Some(description.to_owned());
        }
        if let Some(active) = body.get("isActive").and_then(Value::as_bool) {
            webhook.active = active;
        }
        webhook.updated = now;
        HttpResponse::json(200, &json!({"success": true}))
    }

    /// Queues a signed test. In-process nobody posts it, and the answer is that of success; the HTTP
    /// layer replaces the answer by what really came back.
    fn probe_webhook(&mut self, place: usize, now: i64) -> HttpResponse {
        let Some(webhook) = self.webhooks.get(place) else {
            return error(404, "Webhook not found");
        };
        let event = webhook.events.first().cloned().unwrap_or_default();
        let body = json!({
            "event": event, "timestamp": Iso(now), "workspaceId": self.id,
            "data": {"test": true, "message": "This is a test webhook from Tuco"},
        });
        self.deliveries
            .push_back(webhook.delivery(&event, &body, now, true));
        HttpResponse::json(
            200,
            &json!({
                "success": true, "message": "Webhook test successful", "statusCode": 200, "response": "",
            }),
        )
    }

    /// Notes what came of a delivery.
    pub fn delivered(&mut self, webhook: ObjectId, success: bool, now: i64) {
        let Some(webhook) = self.webhooks.iter_mut().find(|one| one.id == webhook) else {
            return;
        };
        if success {
            webhook.succeeded = Some(now);
            webhook.failures = 0;
        } else {
            webhook.failed = Some(now);
            webhook.failures += 1;
        }
    }

    /// Tells all subscribers what happened to a message.
    pub(super) fn tell(&mut self, no: u32, event: &str, at: i64) {
        let wants = |one: &Webhook| one.active && one.events.iter().any(|name| name == event);
        if !self.webhooks.iter().any(wants) {
            return;
        }
        let Some(body) = self.payload(no, event, at) else {
            return;
        };
        for webhook in self.webhooks.iter_mut().filter(|one| wants(one)) {
            webhook.triggered = Some(at);
            self.deliveries
                .push_back(webhook.delivery(event, &body, at, false));
        }
    }

    fn payload(&self, no: u32, event: &str, at: i64) -> Option<Value> {
        let message = self.message(no)?;
        let lead = message.lead.and_then(|no| self.leads.get(no));
        let shown = lead.filter(|lead| !lead.ghost);
        let field = |name: &str| shown.and_then(|lead| lead.field(name));
        let mark = |name: &str| {
            message
                .marks
                .get(name)
                .map(String::as_str)
                .or_else(|| field(name))
        };
        let mut body = json!({
            "event": event, "timestamp": Iso(at), "workspaceId": self.id, "messageId": message.id,
            "campaignId": message.marks.get("campaignId"),
            "campaignName": message.marks.get("campaignName"),
            "contactOwnerEmail": field("contactOwnerEmail"),
            "hsContactId": mark("hsContactId"), "hsPortalId": mark("hsPortalId"),
            "ghlContactId": mark("ghlContactId"), "ghlLocationId": mark("ghlLocationId"),
        });
        let object = body.as_object_mut()?;
        if let Some(lead) = shown {
            object.insert("leadId".to_owned(), json!(lead.id));
            object.insert("lead".to_owned(), self.lead_view(lead));
        }
        let line = self.lines.get(message.line);
        if event == "message.reply" {
            let item = message
                .lead
                .and_then(|lead| self.reply_item(lead, no, None));
            let parents = lead.map(|lead| self.parents(lead, 2)).unwrap_or_default();
            let original = lead
                .and_then(|lead| lead.sends.last())
                .and_then(|no| self.message(*no));
            let original_view =
                original.map(|one| one.view(&self.id, self.lead_id(one.lead), line));
            let extra = json!({
                "message": message.text,
                "firstName": field("firstName"), "lastName": field("lastName"),
                "phone": message.phone, "listId": shown.map(|lead| lead.list),
                "fromLineId": line.map(|line| line.id), "recipientName": message.name,
                "repliedAtUtc": Iso(message.at),
                "parentMessages": parents,
                "originalMessageId": original.map(|one| one.id),
                "originalMessage": original_view,
                "data": {"reply": item, "repliedAtUtc": Iso(message.at), "parentMessages": parents},
            });
            object.extend(extra.as_object().cloned().unwrap_or_default());
        } else {
            let data = match event {
                "message.failed" => json!({"error": message.error}),
                "message.fallback" => {
                    let checked: Vec<&str> = message.address().into_iter().collect();
                    json!({"reason": message.error, "checkedAddresses": checked})
                }
                "message.opened" => json!({"readAt": message.read.map(Iso)}),
                _ => json!({}),
            };
            let view = message.view(&self.id, shown.map(|lead| lead.id), line);
            object.insert("message".to_owned(), view);
            object.insert("data".to_owned(), data);
        }
        Some(body)
    }
}

/// HTTPS anywhere, or plain HTTP on this machine: the sandbox has no certificates.
fn url_is_fine(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url))
}

/// Whether an address stays on this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn read_events(body: &Map<String, Value>) -> Result<Vec<String>, HttpResponse> {
    let given = body.get("events").and_then(Value::as_array);
    let events: Vec<String> = given
        .into_iter()
        .flatten()
        .map(|one| one.as_str().unwrap_or("?").to_owned())
        .collect();
    if events.is_empty() {
        return Err(error(400, "At least one event must be selected"));
    }
    let unknown: Vec<&str> = events
        .iter()
        .map(String::as_str)
        .filter(|one| !EVENTS.contains(one))
        .collect();
    if unknown.is_empty() {
        Ok(events)
    } else {
        Err(error(
            400,
            &format!("Invalid events: {}", unknown.join(", ")),
        ))
    }
}
