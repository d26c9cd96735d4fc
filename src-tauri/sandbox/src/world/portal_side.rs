//! What the world asks of the HubSpot side.

use super::World;
use crate::message::{HttpRequest, HttpResponse};
use crate::tuco::Sender;
use serde_json::{Value, json};

impl World {
    pub(super) fn call_portal(&mut self, _request: &HttpRequest, _now: i64) -> HttpResponse {
        HttpResponse::json(
            503,
            &json!({"status": "error", "message": "no portal here yet"}),
        )
    }
    pub(super) fn portal_fault(name: &str, now: i64, correlation: &str) -> Option<HttpResponse> {
        let _ = (name, now, correlation);
        None
    }
    pub(super) fn stale_portal(
        &mut self,
        request: &HttpRequest,
        now: i64,
        _ms: i64,
    ) -> HttpResponse {
        self.call_portal(request, now)
    }
    pub(crate) fn show_timeline(&self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::json(200, &json!({"entries": []}))
    }
    pub(crate) fn portal_options(&self) -> Value {
        json!({})
    }
    pub(crate) fn set_portal_options(&mut self, _options: Value) -> Result<(), serde_json::Error> {
        Ok(())
    }
    pub(crate) fn portal_id(&self) -> u64 {
        0
    }
    pub(crate) fn contact_count(&self) -> usize {
        0
    }
    pub(crate) fn entry_count(&self) -> usize {
        0
    }
    pub(crate) fn sender_for_contact(&self, _contact: &str) -> Option<Sender> {
        None
    }
    pub(crate) fn people_without_lead(&self, _most: usize) -> Vec<(u64, String)> {
        Vec::new()
    }
    pub(crate) fn merge_contacts(&mut self, _request: &HttpRequest, _now: i64) -> HttpResponse {
        HttpResponse::empty(501)
    }
    pub(crate) fn archive_contact(&mut self, _request: &HttpRequest, _now: i64) -> HttpResponse {
        HttpResponse::empty(501)
    }
}
