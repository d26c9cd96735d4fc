//! Making things happen on the Tuco side: a reply, many replies, a send made elsewhere.

use super::{object, refused, text, time};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::{Iso, SECOND};
use crate::tuco::id::ObjectId;
use crate::tuco::{Inbound, LeadSeed, Origin, PastSend, Sender, Status};
use crate::world::World;
use serde_json::{Map, Value, json};

/// At most so many replies in one call.
const MOST_AT_ONCE: usize = 1_000_000;

impl World {
    pub(super) fn make_reply(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        if let Some(count) = body.get("count").and_then(Value::as_u64) {
            return self.make_many(usize::try_from(count).unwrap_or(MOST_AT_ONCE), &body, now);
        }
        let Some(from) = self.sender(&body) else {
            return refused(
                "give from: a phone number, an email address, a lead id or a contact id",
            );
        };
        let line = match text(&body, "line") {
            None => None,
            Some(name) => match self.workspace.line_place(&name) {
                None => return refused("no such line"),
                place => place,
            },
        };
        let at = time(body.get("at")).unwrap_or(now);
        let text = text(&body, "text").unwrap_or_else(|| "Sounds good".to_owned());
        match self.workspace.receive(
            &Inbound {
                from,
                text,
                at,
                line,
            },
            now,
        ) {
            Some(received) => HttpResponse::json(
                201,
                &json!({
                    "messageId": received.message, "leadId": received.lead, "at": Iso(at),
                }),
            ),
            None => refused("the sender is no phone number, no email address and no lead"),
        }
    }

    /// Who writes: `from` in any of its forms.
    fn sender(&self, body: &Map<String, Value>) -> Option<Sender> {
        let from = text(body, "from")?;
        if let Some(lead) = ObjectId::parse(&from) {
            return Some(Sender::Lead(lead));
        }
        let digits = !from.is_empty() && from.bytes().all(|byte| byte.is_ascii_digit());
        if digits && let Some(sender) = self.sender_for_contact(&from) {
            return Some(sender);
        }
        Some(Sender::Address(from))
    }

    /// Many replies at once, spread over the leads and over the time before now.
    fn make_many(&mut self, count: usize, body: &Map<String, Value>, now: i64) -> HttpResponse {
        let count = count.min(MOST_AT_ONCE);
        let step = body
            .get("step_ms")
            .and_then(Value::as_i64)
            .unwrap_or(SECOND)
            .clamp(0, 86_400_000);
        let text = text(body, "text");
        let wanted = body
            .get("leads")
            .and_then(Value::as_u64)
            .and_then(|many| usize::try_from(many).ok());
        let leads = self.leads_for(wanted.unwrap_or(usize::MAX).min(count), now);
        if leads.is_empty() {
            return refused("there is nobody to reply");
        }
        for (place, lead) in (0..count).zip(leads.iter().cycle()) {
            let back = i64::try_from(count - place)
                .unwrap_or_default()
                .saturating_mul(step);
            let at = now.saturating_sub(back).max(0);
            let text = text
                .clone()
                .unwrap_or_else(|| format!("Reply number {}", place + 1));
            self.workspace.receive(
                &Inbound {
                    from: Sender::Lead(*lead),
                    text,
                    at,
                    line: None,
                },
                now,
            );
        }
        let answer = json!({"made": count, "leads": leads.len().min(count)});
        HttpResponse::json(201, &answer)
    }

    /// Leads with an address, and where they do not suffice, new ones for contacts without a lead.
    fn leads_for(&mut self, wanted: usize, now: i64) -> Vec<ObjectId> {
        let mut leads = self.workspace.reachable_leads();
        if leads.len() < wanted {
            for (contact, number) in self.people_without_lead(wanted - leads.len()) {
                let seed = LeadSeed {
                    fields: vec![("phone", number), ("hsContactId", contact.to_string())],
                    imported: true,
                    unavailable: false,
                    created_at: now,
                };
                leads.push(self.workspace.seed_lead(&seed));
            }
        }
        leads.truncate(wanted);
        leads
    }

    pub(super) fn make_send(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let Some(to) = text(&body, "to") else {
            return refused("give to: a phone number, an email address, a lead id or a contact id");
        };
        let lead = ObjectId::parse(&to);
        let digits = to.bytes().all(|byte| byte.is_ascii_digit());
        let (lead, to) = match (lead, digits.then(|| self.sender_for_contact(&to)).flatten()) {
            (Some(lead), _) | (None, Some(Sender::Lead(lead))) => (Some(lead), None),
            (None, Some(Sender::Address(address))) => (None, Some(address)),
            (None, None) => (None, Some(to)),
        };
        let status = match body
            .get("status")
            .cloned()
            .map(serde_json::from_value::<Status>)
        {
            None => Status::Sent,
            Some(Ok(status)) if status != Status::Received => status,
            Some(_) => {
                return refused("status must be sent, delivered, failed, fallback, scheduled, …");
            }
        };
        let later = now + 3600 * SECOND;
        let at = time(body.get("at")).unwrap_or(if status == Status::Scheduled {
            later
        } else {
            now
        });
        let past = PastSend {
            to,
            lead,
            text: text(&body, "text").unwrap_or_else(|| "Hello from the dashboard".to_owned()),
            status,
            at,
            line: text(&body, "line")
                .and_then(|name| self.workspace.line_place(&name))
                .unwrap_or(0),
            sms: text(&body, "messageType").as_deref() == Some("sms"),
            origin: Origin::Elsewhere,
            campaign: text(&body, "campaignId").map(|id| (id, text(&body, "campaignName"))),
        };
        match self.workspace.seed_send(&past, now) {
            Some(id) => HttpResponse::json(201, &json!({"messageId": id, "at": Iso(at)})),
            None => refused("the recipient is no phone number, no email address and no lead"),
        }
    }
}
