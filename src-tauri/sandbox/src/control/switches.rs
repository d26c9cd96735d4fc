//! Looking at the world and turning its switches while it runs.

use super::{object, refused};
use crate::message::{HttpRequest, HttpResponse};
use crate::world::World;
use serde_json::{Map, Value, json};

impl World {
    pub(super) fn options_view(&self) -> Value {
        json!({
            "hubspot": self.portal_options(),
            "tuco": self.workspace.options,
            "oauth": self.oauth_options(),
        })
    }

    /// Sets switches. `{"tuco": {…}, "hubspot": {…}}`, or a switch by its name alone where only one
    /// side has it. All of them hold, or none.
    pub(super) fn set_options(&mut self, request: &HttpRequest) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let view = self.options_view();
        let side = |name: &str| {
            view.get(name)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default()
        };
        let (mut hubspot, mut tuco, mut oauth) = (side("hubspot"), side("tuco"), side("oauth"));
        for (name, value) in body {
            match (name.as_str(), value) {
                ("hubspot", Value::Object(more)) => hubspot.extend(more),
                ("tuco", Value::Object(more)) => tuco.extend(more),
                ("oauth", Value::Object(more)) => oauth.extend(more),
                (_, value) => {
                    let known = |options: &Map<String, Value>| options.contains_key(&name);
                    if !known(&hubspot) && !known(&tuco) && !known(&oauth) {
                        return refused(&format!("no side has a switch named {name}"));
                    }
                    if known(&hubspot) {
                        hubspot.insert(name.clone(), value.clone());
                    }
                    if known(&oauth) {
                        oauth.insert(name.clone(), value.clone());
                    }
                    if known(&tuco) {
                        tuco.insert(name, value);
                    }
                }
            }
        }
        let tuco = match serde_json::from_value(Value::Object(tuco)) {
            Ok(tuco) => tuco,
            Err(error) => return refused(&error.to_string()),
        };
        let oauth = match serde_json::from_value(Value::Object(oauth)) {
            Ok(oauth) => oauth,
            Err(error) => return refused(&error.to_string()),
        };
        if let Err(error) = self.set_portal_options(Value::Object(hubspot)) {
            return refused(&error.to_string());
        }
        self.workspace.options = tuco;
        self.change_oauth_options(|options| *options = oauth);
        HttpResponse::json(200, &self.options_view())
    }

    pub(super) fn world_view(&self) -> Value {
        let (leads, replies, messages, opted_out) = self.workspace.counts();
        json!({
            "seed": self.seed(),
            "portal_id": self.portal_id(),
            "workspace_id": self.workspace.id(),
            "counts": {
                "contacts": self.contact_count(),
                "timeline_entries": self.entry_count(),
                "leads": leads,
                "replies": replies,
                "messages_out": messages,
                "do_not_contact": opted_out,
            },
            "options": self.options_view(),
            "sends": self.workspace.sends_made(),
        })
    }
}
