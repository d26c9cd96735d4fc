//! Putting leads into campaigns. What a campaign sends is not simulated.

use super::id::ObjectId;
use super::lead::{Lead, LeadNo};
use super::routes::{object, text};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};

impl Workspace {
    /// `POST /api/campaigns/{id}/leads`.
    pub(super) fn enrol(&mut self, request: &HttpRequest, id: &str, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let campaign = ObjectId::parse(id).filter(|id| self.campaigns.contains_key(id));
        let Some(campaign) = campaign else {
            return error(404, "Campaign not found");
        };
        let lead = match (text(&body, "leadId"), body.get("lead")) {
            (Some(lead), _) => {
                let found = ObjectId::parse(lead).and_then(|lead| self.leads.find(lead));
                found.ok_or_else(|| error(404, "Lead not found"))
            }
            (None, Some(Value::Object(lead))) => self.lead_given(lead, now),
            (None, _) => Err(error(400, "Either leadId or lead data is required")),
        };
        let lead = match lead {
            Ok(lead) => lead,
            Err(refusal) => return refusal,
        };
        let members = self.campaigns.entry(campaign).or_default();
        let new = members.insert(lead);
        let shown = self.leads.get(lead);
        let field = |name| shown.and_then(|lead| lead.field(name));
        let answer = json!({
            "success": true,
            "leadId": shown.map(|lead| lead.id),
            "campaignId": campaign,
            "messageCount": u8::from(new),
            "alreadyInCampaign": !new,
            "hsPortalId": field("hsPortalId"),
            "hsContactId": field("hsContactId"),
        });
        HttpResponse::json(if new { 201 } else { 200 }, &answer)
    }

    /// Somebody of this workspace is taken as they are; none of the fields is applied.
    fn lead_given(&mut self, input: &Map<String, Value>, now: i64) -> Result<LeadNo, HttpResponse> {
        if text(input, "firstName").is_none() {
            return Err(error(400, "firstName is required"));
        }
        let id = self.mint.next(now);
        let list = self.quick_sends().unwrap_or(id);
        let mut lead = Lead::new(id, list, now);
        lead.take(input);
        if lead.addresses().next().is_none() {
            return Err(error(400, "Either email or phone is required"));
        }
        let twin = lead
            .addresses()
            .find_map(|address| self.leads.by_address(address));
        Ok(twin.unwrap_or_else(|| self.leads.add(lead)))
    }

    /// Every campaign with who is in it.
    pub(crate) fn campaigns_view(&self) -> Value {
        let all = self.campaigns.iter().map(|(id, members)| {
            let leads = members.iter().filter_map(|no| self.leads.get(*no));
            let leads: Vec<ObjectId> = leads.map(|lead| lead.id).collect();
            json!({"id": id, "leads": leads})
        });
        Value::Array(all.collect())
    }
}
