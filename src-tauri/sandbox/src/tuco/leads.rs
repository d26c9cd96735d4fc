//! The leads endpoints: one, search and list, create with duplicates, update, delete.

use super::id::ObjectId;
use super::lead::{EMAIL_FIELDS, Lead, LeadNo, PHONE_FIELDS};
use super::routes::{object, offset, page, pagination, text};
use super::{Workspace, address, error};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::Iso;
use serde_json::{Map, Value, json};

impl Workspace {
    pub(super) fn get_leads(&self, request: &HttpRequest) -> HttpResponse {
        let get = |name| request.parameter(name).filter(|value| !value.is_empty());
        if let Some(id) = get("id") {
            let Some(id) = ObjectId::parse(id) else {
                return error(400, "Invalid lead id");
            };
            return match self.leads.find(id).and_then(|no| self.leads.get(no)) {
                Some(lead) => HttpResponse::json(200, &json!({"lead": self.lead_view(lead)})),
                None => error(404, "Lead not found"),
            };
        }
        let search = get("search").map(str::to_lowercase);
        let list = get("listId").map(ObjectId::parse);
        let fits = |lead: &Lead| {
            search.as_ref().is_none_or(|search| lead.is_like(search))
                && list.is_none_or(|list| list == Some(lead.list))
        };
        let (page, limit) = page(request);
        let mut total = 0;
        let mut shown = Vec::new();
        let first = offset(page, limit);
        for (_, lead) in self.leads.newest().filter(|(_, lead)| fits(lead)) {
            if total >= first && shown.len() < limit {
                shown.push(self.lead_view(lead));
            }
            total += 1;
        }
        let pagination = pagination(page, limit, total);
        let lists: Vec<Value> = self.lists.iter().map(|list| self.list_view(list)).collect();
        HttpResponse::json(
            200,
            &json!({"leads": shown, "lists": lists, "pagination": pagination}),
        )
    }

    fn list_view(&self, list: &super::LeadList) -> Value {
        let count = self
            .leads
            .newest()
            .filter(|(_, lead)| lead.list == list.id)
            .count();
        json!({
            "_id": list.id, "name": list.name, "description": "", "workspaceId": self.id,
            "leadCount": count, "createdAt": Iso(list.created), "updatedAt": Iso(list.created),
        })
    }

    pub(super) fn lead_view(&self, lead: &Lead) -> Value {
        lead.view(&self.id, self.options.leads_show_hubspot_id)
    }

    pub(super) fn create_leads(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let rows = body
            .get("leads")
            .or_else(|| body.get("body"))
            .and_then(Value::as_array);
        let Some(rows) = rows.filter(|rows| !rows.is_empty()) else {
            return error(400, "leads array is required and must not be empty");
        };
        let list = match text(&body, "listId") {
            None => self.quick_sends(),
            Some(id) => {
                let id = ObjectId::parse(id);
                self.lists
                    .iter()
                    .map(|list| list.id)
                    .find(|list| Some(*list) == id)
            }
        };
        let Some(list) = list else {
            return error(
                404,
                "List not found. The specified listId does not exist or is invalid. \
                               Omit listId to use the Quick Sends list.",
            );
        };
        let source = text(&body, "source").unwrap_or("csv").to_owned();
        let mut made = Vec::new();
        let mut duplicates: Vec<(Value, LeadNo)> = Vec::new();
        for row in rows {
            let Some(input) = row.as_object() else {
                return error(400, "Each lead must be an object");
            };
            let mut lead = Lead::new(self.mint.next(now), list, now);
            lead.source.clone_from(&source);
            for name in ["contactOwnerEmail", "ghlLocationId"] {
                lead.set(name, text(&body, name).unwrap_or_default());
            }
            lead.take(input);
            if lead.addresses().next().is_none() {
                return error(400, "Each lead needs at least one email or phone");
            }
            let twin = lead
                .addresses()
                .find_map(|address| self.leads.by_address(address));
            match twin {
                Some(twin) => duplicates.push((row.clone(), twin)),
                None => made.push(self.leads.add(lead)),
            }
        }
        self.created(&made, &duplicates, rows.len(), list)
    }

    fn created(
        &self,
        made: &[LeadNo],
        duplicates: &[(Value, LeadNo)],
        rows: usize,
        list: ObjectId,
    ) -> HttpResponse {
        let id = |no: &LeadNo| self.leads.get(*no).map(|lead| lead.id);
        let new: Vec<ObjectId> = made.iter().filter_map(id).collect();
        let old: Vec<ObjectId> = duplicates.iter().filter_map(|(_, no)| id(no)).collect();
        let first = made.first().or(duplicates.first().map(|(_, no)| no));
        let first = first.and_then(|no| self.leads.get(*no));
        let field = |name| first.and_then(|lead| lead.field(name));
        let twins: Vec<Value> = duplicates
            .iter()
            .filter_map(|(input, no)| {
                let existing = self.lead_view(self.leads.get(*no)?);
                Some(json!({"input": input, "existingLead": existing}))
            })
            .collect();
        let mut answer = json!({
            "message": format!("{} leads saved, {} duplicates", new.len(), old.len()),
            "duplicateCount": old.len(),
            "totalProcessed": rows,
            "leadId": first.map(|lead| lead.id),
            "duplicates": twins,
            "ghlContactId": field("ghlContactId"),
            "ghlLocationId": field("ghlLocationId"),
            "hsPortalId": field("hsPortalId"),
            "hsContactId": field("hsContactId"),
        });
        let all_known = new.is_empty();
        if let Value::Object(object) = &mut answer {
            let extra = if all_known {
                json!({"duplicateOnly": true, "existingLeadIds": old, "leadIds": old})
            } else {
                json!({"savedCount": new.len(), "listId": list, "leadIds": new, "leadListIds": [list]})
            };
            if let Value::Object(extra) = extra {
                object.extend(extra);
            }
            if all_known && self.options.lead_duplicates_conflict {
                object.insert("error".to_owned(), json!("All leads are duplicates"));
                object.insert("code".to_owned(), json!("DUPLICATE_LEADS"));
            }
        }
        let status = match (all_known, self.options.lead_duplicates_conflict) {
            (false, _) => 201,
            (true, false) => 200,
            (true, true) => 409,
        };
        HttpResponse::json(status, &answer)
    }

    pub(super) fn update_lead(
        &mut self,
        request: &HttpRequest,
        id: Option<&str>,
        now: i64,
    ) -> HttpResponse {
        if let Some(refusal) = self.lead_update_refused() {
            return refusal;
        }
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let id = id
            .or_else(|| text(&body, "id"))
            .or_else(|| text(&body, "_id"))
            .unwrap_or_default();
        let Some(id) = ObjectId::parse(id) else {
            return error(400, "Invalid lead id");
        };
        let Some(no) = self.leads.find(id) else {
            return error(404, "Lead not found");
        };
        if self.clashes(no, &body) {
            return error(409, "Another lead of this workspace has this identifier");
        }
        self.leads.change(no, |lead| {
            lead.take(&body);
            lead.updated = now;
        });
        let lead = self.leads.get(no).map(|lead| self.lead_view(lead));
        HttpResponse::json(200, &json!({"success": true, "lead": lead}))
    }

    fn clashes(&self, no: LeadNo, body: &Map<String, Value>) -> bool {
        let phones = PHONE_FIELDS
            .iter()
            .filter_map(|name| text(body, name))
            .filter_map(address::phone);
        let emails = EMAIL_FIELDS
            .iter()
            .filter_map(|name| text(body, name))
            .filter_map(address::email);
        phones
            .chain(emails)
            .any(|one| self.leads.by_address(&one).is_some_and(|other| other != no))
    }

    pub(super) fn delete_leads(&mut self, request: &HttpRequest) -> HttpResponse {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let ids = body
            .get("ids")
            .and_then(Value::as_array)
            .filter(|ids| !ids.is_empty());
        let Some(ids) = ids else {
            return error(400, "No ids provided");
        };
        let parsed: Option<Vec<ObjectId>> = ids
            .iter()
            .map(|id| id.as_str().and_then(ObjectId::parse))
            .collect();
        let Some(parsed) = parsed else {
            return error(400, "Invalid lead id in ids array");
        };
        let mut deleted = 0;
        for id in parsed {
            if let Some(no) = self.leads.find(id) {
                self.forget_lead(no);
                deleted += 1;
            }
        }
        HttpResponse::json(200, &json!({"deletedCount": deleted}))
    }

    /// Takes a lead out, with all its messages: Tuco deletes the whole conversation.
    fn forget_lead(&mut self, no: LeadNo) {
        let latest = self
            .leads
            .get(no)
            .and_then(|lead| lead.replies.last())
            .copied();
        if let Some(at) = latest
            .and_then(|reply| self.message(reply))
            .map(|reply| reply.at)
        {
            self.latest.remove(&(at, no));
        }
        let Some(lead) = self.leads.remove(no) else {
            return;
        };
        for message in lead.replies.iter().chain(&lead.sends) {
            let Some(gone) = self
                .messages
                .get_mut(*message as usize)
                .and_then(Option::take)
            else {
                continue;
            };
            self.message_ids.remove(&gone.id);
            self.inbound.remove(&(gone.at, *message));
            if let Some((at, _)) = gone.plan.first() {
                self.due.remove(&(*at, *message));
            }
        }
        for leads in self.campaigns.values_mut() {
            leads.remove(&no);
        }
    }
}
