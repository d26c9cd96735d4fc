//! What the world asks of the HubSpot side beyond handing it requests.

use super::World;
use super::portal_switches::PortalSwitches;
use crate::hubspot::{RecordView, TimelineEntry};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::Iso;
use crate::oauth;
use crate::tuco::Sender;
use serde_json::{Value, json};

/// Properties that hold what a person reads on the timeline, by kind of entry.
const BODIES: [&str; 6] = [
    "hs_communication_body",
    "hs_note_body",
    "hs_call_body",
    "hs_email_text",
    "hs_meeting_body",
    "hs_task_body",
];

impl World {
    /// The sign-in, or the portal whose token the request carries.
    pub(super) fn hubspot(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        if oauth::is_ours(&request.path) {
            let mut portals = [&mut self.portal, &mut self.other_portal];
            return self.oauth.answer(&mut portals, request, now);
        }
        let token = request
            .header("authorization")
            .and_then(|value| value.split_once(' '))
            .map_or("", |(_, token)| token.trim());
        if self.other_portal.knows_token(token) {
            self.other_portal.handle(request, now)
        } else {
            self.portal.handle(request, now)
        }
    }

    /// A search as it would have answered while the index was further behind.
    pub(super) fn stale_portal(
        &mut self,
        request: &HttpRequest,
        now: i64,
        ms: i64,
    ) -> HttpResponse {
        let lag = self.portal.options().index_lag_ms;
        self.portal
            .change_options(|options| options.index_lag_ms = lag.max(ms));
        let response = self.portal.handle(request, now);
        self.portal
            .change_options(|options| options.index_lag_ms = lag);
        response
    }

    pub(crate) fn show_timeline(&self, request: &HttpRequest) -> HttpResponse {
        let wanted = request
            .parameter("contact")
            .and_then(|id| id.parse::<u64>().ok());
        let mut entries = self.portal.timeline();
        entries.retain(|entry| wanted.is_none_or(|id| entry.contact_ids.contains(&id)));
        entries.sort_by_key(|entry| (entry.timestamp, entry.id));
        let shown: Vec<Value> = entries.iter().map(|entry| self.entry_view(entry)).collect();
        HttpResponse::json(200, &json!({"total": shown.len(), "entries": shown}))
    }

    fn entry_view(&self, entry: &TimelineEntry) -> Value {
        let first = entry
            .contact_ids
            .first()
            .and_then(|id| self.portal.record("contacts", *id));
        let body = BODIES.iter().find_map(|name| entry.properties.get(*name));
        json!({
            "id": entry.id.to_string(),
            "kind": entry.kind,
            "contact_ids": entry.contact_ids.iter().map(u64::to_string).collect::<Vec<_>>(),
            "contact_name": first.as_ref().map(name_of),
            "timestamp": entry.timestamp,
            "at": Iso(entry.timestamp),
            "created_at": entry.created_at,
            "body": body,
            "properties": entry.properties,
        })
    }

    /// The switches of the portal, as JSON.
    pub(crate) fn portal_options(&self) -> Value {
        let switches = PortalSwitches {
            options: self.portal.options().clone(),
            token_expires_at: self.token_expires_at,
            token_revoked: self.token_revoked,
        };
        serde_json::to_value(switches).unwrap_or_default()
    }

    pub(crate) fn set_portal_options(&mut self, options: Value) -> Result<(), serde_json::Error> {
        let switches: PortalSwitches = serde_json::from_value(options)?;
        let token = self.portal.options().token.clone();
        let scopes = switches.options.scopes.clone();
        self.token_expires_at = switches.token_expires_at;
        self.token_revoked = switches.token_revoked;
        self.portal.change_options(|options| {
            *options = switches.options;
            options.token.clone_from(&token);
        });
        if self.token_revoked {
            self.portal.revoke_token(&token);
        } else {
            self.portal.add_token(&token, scopes, self.token_expires_at);
        }
        Ok(())
    }

    pub(crate) fn portal_id(&self) -> u64 {
        self.portal.options().portal_id
    }

    pub(crate) fn contact_count(&self) -> usize {
        self.portal.ids("contacts").len()
    }

    pub(crate) fn entry_count(&self) -> usize {
        self.portal.timeline_len()
    }

    /// Who writes when a contact does: the lead that carries its id, or the contact's own address.
    pub(crate) fn sender_for_contact(&self, contact: &str) -> Option<Sender> {
        if let Some(lead) = self.workspace.lead_of_contact(contact) {
            return Some(Sender::Lead(lead));
        }
        let id = contact.parse().ok()?;
        if let Some((_, number)) = self.people.iter().find(|(own, _)| *own == id) {
            return Some(Sender::Address(number.clone()));
        }
        let record = self.portal.record("contacts", id)?;
        let held = ["phone", "mobilephone", "email"];
        let address = held.iter().find_map(|name| record.properties.get(*name))?;
        Some(Sender::Address(address.clone()))
    }

    /// Contacts with a number of their own whom Tuco does not know yet, at most so many.
    pub(crate) fn people_without_lead(&self, most: usize) -> Vec<(u64, String)> {
        let unknown =
            |(_, number): &&(u64, String)| self.workspace.lead_with_address(number).is_none();
        self.people
            .iter()
            .filter(unknown)
            .take(most)
            .cloned()
            .collect()
    }

    pub(crate) fn merge_contacts(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let [primary, secondary] = ids(request, ["primary", "secondary"]);
        let merged = primary
            .zip(secondary)
            .and_then(|(one, two)| self.portal.merge(one, two, now));
        match merged {
            Some(id) => HttpResponse::json(200, &json!({"id": id.to_string()})),
            None => refused("give primary and secondary: ids of two contacts"),
        }
    }

    pub(crate) fn archive_contact(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let [contact] = ids(request, ["contact"]);
        match contact.filter(|id| self.portal.archive("contacts", *id, now)) {
            Some(id) => HttpResponse::json(200, &json!({"id": id.to_string()})),
            None => refused("give contact: the id of a contact"),
        }
    }
}

fn refused(text: &str) -> HttpResponse {
    HttpResponse::json(400, &json!({"error": text}))
}

fn ids<const N: usize>(request: &HttpRequest, names: [&str; N]) -> [Option<u64>; N] {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    names.map(|name| match body.get(name)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    })
}

fn name_of(contact: &RecordView) -> String {
    let held = |name: &str| contact.properties.get(name).map(String::as_str);
    let parts: Vec<&str> = [held("firstname"), held("lastname")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() {
        held("email").map_or_else(|| contact.id.to_string(), str::to_owned)
    } else {
        parts.join(" ")
    }
}
