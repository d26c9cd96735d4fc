//! The change journal: subscriptions, and files of changes that are pulled in their order.
//!
//! Opened by a token of the app itself, which opens nothing else. What changed since the last request becomes
//! a file when the journal is asked; a file lies at an address of its own, which refuses credentials as the
//! signed addresses of a store of files do. Only the journal of one portal is served.

use super::{Authority, OauthOptions};
use crate::hubspot::{Change, Portal};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::Iso;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const READ: &str = "developer.webhooks_journal.read";
const SUBSCRIBED: &str = "developer.webhooks_journal.subscriptions.read";
const SUBSCRIBE: &str = "developer.webhooks_journal.subscriptions.write";
/// A token of the app is good so long.
const TOKEN_MS: i64 = 1_800_000;

/// What it holds.
#[derive(Debug, Default)]
pub(super) struct Journal {
    tokens: BTreeMap<String, (Vec<String>, i64)>,
    subscriptions: BTreeMap<u64, Subscription>,
    subscribed: u64,
    files: Vec<File>,
}

#[derive(Debug)]
struct Subscription {
    portal: u64,
    object_type: String,
    actions: BTreeSet<String>,
    properties: BTreeSet<String>,
}

#[derive(Debug)]
struct File {
    offset: String,
    portal: u64,
    published_at: i64,
    events: Vec<Value>,
}

impl Subscription {
    fn view(&self, id: u64) -> Value {
        json!({
            "id": id,
            "subscriptionType": "OBJECT",
            "portalId": self.portal,
            "objectTypeId": self.object_type,
            "actions": self.actions,
            "properties": self.properties,
        })
    }

    /// The event of a change that it is about.
    fn event(&self, change: &Change, options: &OauthOptions) -> Option<Value> {
        let action = if change.created { "CREATE" } else { "UPDATE" };
        let values: BTreeMap<&String, &String> = change
            .values
            .iter()
            .filter(|(name, _)| self.properties.contains(*name))
            .collect();
        let about = self.object_type == change.kind.type_id()
            && self.actions.contains(action)
            && (change.created || !values.is_empty());
        about.then(|| {
            json!({
                "type": "crmObject",
                "portalId": options.journal_portal.unwrap_or(self.portal),
                "occurredAt": Iso(change.at),
                "action": action,
                "objectTypeId": self.object_type,
                "objectId": change.id,
                "propertyChanges": values,
            })
        })
    }
}

impl Authority {
    /// A token of the app; none where it does not get these scopes.
    pub(super) fn app_token(&mut self, scopes: &str, now: i64) -> Option<Value> {
        let scopes: Vec<String> = scopes.split_whitespace().map(str::to_owned).collect();
        let refuses = |scope: &String| self.options.journal_refuses.contains(scope);
        if scopes.is_empty() || !self.options.journal_open || scopes.iter().any(refuses) {
            return None;
        }
        let token = self.dice.hex(300);
        let held = (scopes.clone(), now + TOKEN_MS);
        self.journal.tokens.insert(token.clone(), held);
        Some(json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_MS / 1_000,
            "scopes": scopes,
        }))
    }

    /// `/webhooks-journal/{family}/{version}/…`
    pub(super) fn journal(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        (family, rest): (&str, &[&str]),
        now: i64,
    ) -> HttpResponse {
        let scope = match (request.method.as_str(), family) {
            ("GET", "subscriptions") => SUBSCRIBED,
            (_, "subscriptions") => SUBSCRIBE,
            _ => READ,
        };
        if let Err(refusal) = self.opened(request, scope, now) {
            return refusal;
        }
        self.write_files(portals, now);
        match (request.method.as_str(), family, rest) {
            ("GET", "subscriptions", []) => {
                let all = self.journal.subscriptions.iter();
                let all: Vec<Value> = all.map(|(id, one)| one.view(*id)).collect();
                HttpResponse::json(200, &json!({"results": all}))
            }
            ("POST", "subscriptions", []) => self.subscribe(portals, request, now),
            ("DELETE", "subscriptions", [id]) => {
                let id = id.parse().ok();
                match id.and_then(|id: u64| self.journal.subscriptions.remove(&id)) {
                    Some(_) => HttpResponse::empty(204),
                    None => refusal(404, "OBJECT_NOT_FOUND", "There is no such subscription."),
                }
            }
            ("GET", "journal-local", ["latest"]) => self.next(request, None),
            ("GET", "journal-local", ["offset", offset, "next"]) => {
                self.next(request, Some(offset))
            }
            _ => refusal(404, "OBJECT_NOT_FOUND", "resource not found"),
        }
    }

    fn opened(&self, request: &HttpRequest, scope: &str, now: i64) -> Result<(), HttpResponse> {
        let token = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        let held = self.journal.tokens.get(token);
        let Some((scopes, _)) = held.filter(|(_, until)| *until > now) else {
            let words = "Authentication credentials not found.";
            return Err(refusal(401, "INVALID_AUTHENTICATION", words));
        };
        if scopes.iter().any(|one| one == scope) {
            Ok(())
        } else {
            let words = "This app hasn't been granted all required scopes to make this call.";
            Err(refusal(403, "MISSING_SCOPES", words))
        }
    }

    fn is_installed_in(&self, portal: u64) -> bool {
        self.refreshes.values().any(|held| held.portal == portal)
    }

    fn subscribe(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let words = |name: &str| -> BTreeSet<String> {
            let all = body.get(name).and_then(Value::as_array);
            let all = all.into_iter().flatten().filter_map(Value::as_str);
            all.map(str::to_owned).collect()
        };
        let wanted = Subscription {
            portal: body.get("portalId").and_then(Value::as_u64).unwrap_or(0),
            object_type: body
                .get("objectTypeId")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            actions: words("actions"),
            properties: words("properties"),
        };
        let object = body.get("subscriptionType") == Some(&json!("OBJECT"));
        if !object || wanted.actions.is_empty() || wanted.properties.is_empty() {
            return refusal(400, "VALIDATION_ERROR", "Invalid input JSON");
        }
        if !self.is_installed_in(wanted.portal) {
            return refusal(
                403,
                "MISSING_SCOPES",
                "The app is not installed in this account.",
            );
        }
        let read = match wanted.object_type.as_str() {
            "0-1" => "crm.objects.contacts.read",
            "0-2" => "crm.objects.companies.read",
            "0-3" => "crm.objects.deals.read",
            "0-5" => "crm.objects.tickets.read",
            _ => return refusal(400, "VALIDATION_ERROR", "Unknown object type"),
        };
        if let Err(refusal) = self.opened(request, read, now) {
            return refusal;
        }
        // From now on changes are noted.
        for portal in portals.iter_mut() {
            portal.take_changes();
        }
        self.journal.subscribed += 1;
        let id = self.journal.subscribed;
        let view = wanted.view(id);
        self.journal.subscriptions.insert(id, wanted);
        HttpResponse::json(201, &view)
    }

    /// What changed since the last time becomes a file for each portal.
    fn write_files(&mut self, portals: &mut [&mut Portal], now: i64) {
        let keeps = self.options.journal_keeps_ms;
        if self.journal.subscriptions.is_empty() {
            return;
        }
        for portal in portals.iter_mut() {
            let id = portal.options().portal_id;
            let changes = portal.take_changes();
            let about = |change: &Change| {
                let all = self.journal.subscriptions.values();
                let mut all = all.filter(|one| one.portal == id);
                all.find_map(|one| one.event(change, &self.options))
            };
            let events: Vec<Value> = changes.iter().filter_map(about).collect();
            if !events.is_empty() {
                let parts = [8, 4, 4, 4, 12].map(|digits| self.dice.hex(digits));
                self.journal.files.push(File {
                    offset: parts.join("-"),
                    portal: id,
                    published_at: now,
                    events,
                });
            }
        }
        let files = &mut self.journal.files;
        files.retain(|file| file.published_at.saturating_add(keeps) > now);
    }

    fn next(&self, request: &HttpRequest, after: Option<&str>) -> HttpResponse {
        let portal = request.parameter("installPortalId");
        let portal = portal.and_then(|id| id.parse::<u64>().ok()).unwrap_or(0);
        if !self.is_installed_in(portal) {
            return refusal(
                403,
                "MISSING_SCOPES",
                "The app is not installed in this account.",
            );
        }
        let mut files = self
            .journal
            .files
            .iter()
            .filter(|file| file.portal == portal);
        let found = match after {
            None => files.next_back(),
            Some(offset) if files.any(|file| file.offset == offset) => files.next(),
            Some(_) => return refusal(404, "OBJECT_NOT_FOUND", "The offset is not known."),
        };
        let Some(file) = found else {
            return HttpResponse::empty(204);
        };
        let host = request.header("host").unwrap_or("127.0.0.1");
        let body = json!({
            "url": format!("http://{host}/journal-files/{}?signature=1", file.offset),
            "expiresAt": Iso(file.published_at.saturating_add(self.options.journal_keeps_ms)),
            "currentOffset": file.offset,
        });
        HttpResponse::json(200, &body)
    }

    /// `GET /journal-files/{file}`: no part of the API.
    pub(super) fn journal_file(&self, request: &HttpRequest, name: &str, now: i64) -> HttpResponse {
        if request.header("authorization").is_some() || request.header("cookie").is_some() {
            let words = "Only one way of authentication is allowed";
            return HttpResponse::json(400, &json!({"message": words}));
        }
        let keeps = self.options.journal_keeps_ms;
        let mut files = self.journal.files.iter();
        let found = files.find(|file| {
            file.offset == name
                && file.published_at.saturating_add(keeps) > now
                && !self.options.journal_files_gone
                && request.parameter("signature").is_some()
        });
        match found {
            Some(file) => HttpResponse::json(
                200,
                &json!({
                    "offset": file.offset,
                    "publishedAt": file.published_at,
                    "journalEvents": file.events,
                }),
            ),
            None => HttpResponse::html(404, "<Error><Code>NoSuchKey</Code></Error>"),
        }
    }
}

fn refusal(status: u16, category: &str, words: &str) -> HttpResponse {
    let body = json!({"status": "error", "category": category, "message": words});
    HttpResponse::json(status, &body)
}
