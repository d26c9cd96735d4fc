//! The do-not-contact list. Its paths are documented, its bodies are not; these are a choice.

use super::address;
use super::id::ObjectId;
use super::routes::{object, offset, page, pagination, text};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::Iso;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
struct Entry {
    id: ObjectId,
    reason: String,
    created: i64,
}

/// Addresses that must not be written to, in the form in which Tuco compares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct DoNotContact {
    entries: BTreeMap<String, Entry>,
}

impl DoNotContact {
    pub(crate) fn holds(&self, address: &str) -> bool {
        self.entries.contains_key(address)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Adds an address; one that is on the list stays as it is.
    pub(crate) fn add(&mut self, id: ObjectId, address: &str, reason: &str, now: i64) {
        let entry = Entry {
            id,
            reason: reason.to_owned(),
            created: now,
        };
        self.entries.entry(address.to_owned()).or_insert(entry);
    }

    fn view(address: &str, entry: &Entry) -> Value {
        let email = address.contains('@');
        json!({
            "_id": entry.id,
            "phone": (!email).then_some(address),
            "email": email.then_some(address),
            "reason": entry.reason,
            "createdAt": Iso(entry.created),
        })
    }
}

impl Workspace {
    pub(super) fn list_dnc(&self, request: &HttpRequest) -> HttpResponse {
        let search = request
            .parameter("search")
            .unwrap_or_default()
            .to_lowercase();
        let mut found: Vec<(&String, &Entry)> = self
            .dnc
            .entries
            .iter()
            .filter(|(address, entry)| {
                address.contains(&search) || entry.reason.to_lowercase().contains(&search)
            })
            .collect();
        found.sort_by_key(|(_, entry)| std::cmp::Reverse((entry.created, entry.id)));
        let (page, limit) = page(request);
        let total = found.len();
        let shown = found.into_iter().skip(offset(page, limit)).take(limit);
        let entries: Vec<Value> = shown
            .map(|(address, entry)| DoNotContact::view(address, entry))
            .collect();
        let pagination = pagination(page, limit, total);
        HttpResponse::json(200, &json!({"entries": entries, "pagination": pagination}))
    }

    pub(super) fn add_dnc(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let given = text(&body, "phone").and_then(address::phone);
        let Some(address) = given.or_else(|| text(&body, "email").and_then(address::email)) else {
            return error(400, "A valid phone is required");
        };
        let known = self.dnc.holds(&address);
        let id = self.mint.next(now);
        let reason = text(&body, "reason").unwrap_or("Added by API");
        self.dnc.add(id, &address, reason, now);
        let entry = self
            .dnc
            .entries
            .get(&address)
            .map(|entry| DoNotContact::view(&address, entry));
        let status = if known { 200 } else { 201 };
        HttpResponse::json(status, &json!({"success": true, "entry": entry}))
    }

    pub(super) fn remove_dnc(&mut self, request: &HttpRequest) -> HttpResponse {
        let Some(id) = request.parameter("id").and_then(ObjectId::parse) else {
            return error(400, "Invalid id");
        };
        let before = self.dnc.len();
        self.dnc.entries.retain(|_, entry| entry.id != id);
        if self.dnc.len() == before {
            return error(404, "Entry not found");
        }
        HttpResponse::json(200, &json!({"success": true}))
    }
}
