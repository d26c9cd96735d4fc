//! `GET /api/messages` in its historical shape, and what can be done to messages that exist:
//! cancelling, reacting, typing.

use super::address;
use super::id::ObjectId;
use super::lead::LeadNo;
use super::message::{Channel, Message, Status};
use super::options::MessagesListing;
use super::routes::{object, offset, page, pagination, text};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

const REACTIONS: [&str; 6] = ["love", "like", "dislike", "laugh", "emphasize", "question"];

impl Workspace {
    pub(super) fn list_messages(&self, request: &HttpRequest) -> HttpResponse {
        match self.options.messages_listing {
            MessagesListing::Yes => {}
            MessagesListing::SessionOnly => return error(401, "Unauthorized"),
            MessagesListing::Absent => return error(404, "Not found"),
        }
        let get = |name| request.parameter(name).filter(|value| !value.is_empty());
        let lead =
            match get("leadId").map(|id| ObjectId::parse(id).and_then(|id| self.leads.find(id))) {
                Some(None) => return error(404, "Lead not found or access denied"),
                Some(Some(no)) => Some(no),
                None => None,
            };
        let line = get("lineId").map(|id| {
            let id = ObjectId::parse(id);
            self.lines
                .iter()
                .position(|line| Some(line.id) == id)
                .unwrap_or(usize::MAX)
        });
        let wanted = |message: &&Message| {
            (self.options.messages_include_inbound || !message.inbound())
                && line.is_none_or(|line| line == message.line)
                && get("status").is_none_or(|status| json!(message.status) == status)
        };
        let all: Vec<&Message> = match lead {
            Some(no) => self.of_lead(no),
            None => self.messages.iter().flatten().collect(),
        };
        // A message that has not come in yet is nowhere to be seen.
        let here = |message: &&Message| {
            !message.inbound()
                || message
                    .lead
                    .is_some_and(|lead| self.has_arrived(lead, message))
        };
        let mut found: Vec<&Message> = all.into_iter().filter(here).filter(wanted).collect();
        found.sort_by_key(|message| std::cmp::Reverse((message.created, message.id)));
        let (page, limit) = page(request);
        let total = found.len();
        let shown = found.into_iter().skip(offset(page, limit)).take(limit);
        let messages: Vec<Value> = shown.map(|message| self.list_item(message)).collect();
        let pagination = pagination(page, limit, total);
        HttpResponse::json(
            200,
            &json!({"messages": messages, "pagination": pagination}),
        )
    }

    fn of_lead(&self, no: LeadNo) -> Vec<&Message> {
        let Some(lead) = self.leads.get(no) else {
            return Vec::new();
        };
        let numbers = lead.sends.iter().chain(&lead.replies);
        numbers.filter_map(|no| self.message(*no)).collect()
    }

    fn has_arrived(&self, lead: LeadNo, message: &Message) -> bool {
        let latest = self.leads.get(lead).and_then(|lead| lead.replies.last());
        latest
            .and_then(|no| self.message(*no))
            .is_some_and(|latest| latest.at >= message.at)
    }

    fn list_item(&self, message: &Message) -> Value {
        let line = self.lines.get(message.line);
        let mut view = message.view(&self.id, self.lead_id(message.lead), line);
        if let Value::Object(object) = &mut view {
            let from = line.map(|line| {
                json!({"_id": line.id, "firstName": line.first_name, "lastName": line.last_name,
                       "phone": line.phone, "email": line.email})
            });
            object.insert("fromLine".to_owned(), json!(from));
            let recipient = json!({
                "name": message.name, "phone": message.phone, "email": message.email,
            });
            object.insert("recipient".to_owned(), recipient);
        }
        view
    }

    pub(super) fn cancel_for_lead(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let phone =
            text(&body, "recipientPhone").map(|raw| address::phone(raw).unwrap_or_default());
        let email =
            text(&body, "recipientEmail").map(|raw| address::email(raw).unwrap_or_default());
        let lead = match text(&body, "leadId") {
            None => None,
            Some(id) => match ObjectId::parse(id) {
                None => return error(400, "Invalid leadId"),
                Some(id) => self.leads.find(id),
            },
        };
        if text(&body, "leadId").is_none() && phone.is_none() && email.is_none() {
            return error(
                400,
                "Either leadId, recipientPhone, or recipientEmail is required",
            );
        }
        let addresses: Vec<String> = phone.into_iter().chain(email).collect();
        let lead = lead.or_else(|| addresses.iter().find_map(|one| self.leads.by_address(one)));
        let concerned = |message: &Message| {
            (lead.is_some() && message.lead == lead)
                || message
                    .address()
                    .is_some_and(|own| addresses.iter().any(|one| one == own))
        };
        let numbers: Vec<u32> = self
            .due
            .iter()
            .map(|(_, no)| *no)
            .filter(|no| self.message(*no).is_some_and(concerned))
            .collect();
        let scheduled = |workspace: &Self, no| {
            workspace
                .message(no)
                .is_some_and(|message| message.status == Status::Scheduled)
        };
        let mut jobs = 0;
        let mut cancelled = Vec::new();
        for no in numbers {
            // Only what was handed to a worker had a job in its queue.
            let had_job = !scheduled(self, no);
            if self.cancel(no, now) {
                jobs += usize::from(had_job);
                cancelled.extend(self.message(no).map(|message| message.id));
            }
        }
        HttpResponse::json(
            200,
            &json!({
                "success": true,
                "cancelledCount": cancelled.len(),
                "jobsRemovedFromQueue": jobs,
                "leadId": self.lead_id(lead),
                "messageIds": cancelled,
            }),
        )
    }

    pub(super) fn react(&self, request: &HttpRequest) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let (Some(id), Some(reaction)) = (text(&body, "messageId"), text(&body, "reaction")) else {
            return error(400, "messageId and reaction required");
        };
        if !REACTIONS.contains(&reaction) {
            return error(400, "Invalid reaction type");
        }
        let Some(id) = ObjectId::parse(id) else {
            return error(400, "Invalid messageId");
        };
        let Some(message) = self.message_ids.get(&id).and_then(|no| self.message(*no)) else {
            return error(404, "Message not found");
        };
        if message.phone.is_none() {
            return error(400, "Cannot determine contact phone for reaction");
        }
        if message.channel != Channel::IMessage {
            return error(400, "Message has no BlueBubbles ID — cannot react");
        }
        HttpResponse::json(200, &json!({"ok": true, "reaction": reaction}))
    }

    pub(super) fn typing(&self, request: &HttpRequest, typing: bool) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let id = text(&body, "messageId").and_then(ObjectId::parse);
        if !id.is_some_and(|id| self.message_ids.contains_key(&id)) {
            return error(400, "Cannot resolve chat for this message");
        }
        let note = "Best effort; the indicator ends by itself.";
        HttpResponse::json(200, &json!({"ok": true, "typing": typing, "note": note}))
    }
}
