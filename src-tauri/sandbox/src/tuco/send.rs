//! `POST /api/messages`: validation in the documented order and words, and the lead that a send
//! finds or makes.

use super::address;
use super::id::ObjectId;
use super::lead::{Lead, LeadNo};
use super::message::{Channel, Message, Status};
use super::options::BlockedSend;
use super::routes::{object, text};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::{Iso, MINUTE, SECOND, SendWindow, parse_hours, parse_iso};
use serde_json::{Map, Value, json};

/// The marks of an integration, which are echoed.
const MARKS: [&str; 6] = [
    "batchId",
    "hsContactId",
    "hsPortalId",
    "ghlContactId",
    "ghlLocationId",
    "correlationId",
];

/// A send whose body is valid.
struct Order {
    text: String,
    channel: Channel,
    line: Option<usize>,
    attachments: Vec<String>,
    scheduled: Option<i64>,
    window: Option<SendWindow>,
    lead: Option<LeadNo>,
    phone: Option<String>,
    email: Option<String>,
}

impl Workspace {
    pub(super) fn send(&mut self, request: &HttpRequest, now: i64) -> (HttpResponse, u64) {
        let body = match object(request) {
            Ok(body) => body,
            Err(refusal) => return (refusal, 0),
        };
        let order = match self.validate(&body) {
            Ok(order) => order,
            Err(refusal) => return (refusal, 0),
        };
        if let Some(answer) = self.recent_duplicate(&order, now) {
            return (answer, 0);
        }
        let (shortest, longest) = self.options.send_latency_ms;
        let low = i64::try_from(shortest).unwrap_or_default();
        let latency = self
            .dice
            .between(low, i64::try_from(longest).unwrap_or_default());
        let answer = self.accept(order, &body, now, latency);
        (answer, u64::try_from(latency).unwrap_or_default())
    }

    fn validate(&self, body: &Map<String, Value>) -> Result<Order, HttpResponse> {
        let bad = |text: &str| Err(error(400, text));
        let attachments = match body.get("attachmentUrls") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(urls)) if urls.len() > 2 => {
                return bad("Maximum 2 attachments per message");
            }
            Some(Value::Array(urls)) => urls
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            Some(_) => return bad("attachmentUrls must be an array"),
        };
        let message = body
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if message.trim().is_empty() && attachments.is_empty() {
            return bad("Message and attachmentUrls cannot both be empty");
        }
        let channel = match body.get("messageType") {
            None | Some(Value::Null) => Channel::IMessage,
            Some(Value::String(kind)) if kind == "imessage" => Channel::IMessage,
            Some(Value::String(kind)) if kind == "sms" => Channel::Sms,
            Some(Value::String(kind)) if kind == "email" => Channel::Email,
            Some(_) => return bad("Invalid messageType. Must be email, sms, or imessage"),
        };
        let line = self.asked_line(body)?;
        let scheduled = match text(body, "scheduledDate") {
            None => None,
            Some(date) => match parse_iso(date) {
                None => return bad("Invalid scheduledDate format"),
                parsed => parsed,
            },
        };
        let window = read_window(body)?;
        let lead = match text(body, "leadId") {
            None => None,
            Some(id) => match ObjectId::parse(id).and_then(|id| self.leads.find(id)) {
                None => return Err(error(404, "Lead not found or access denied")),
                found => found,
            },
        };
        let (phone, email) = self.recipient(body, channel, lead)?;
        let wants_fallback =
            body.get("sendFallbackSmsOnFailed").and_then(Value::as_bool) == Some(true);
        let forced = body.get("forceFallback").and_then(Value::as_bool) == Some(true);
        if (wants_fallback || forced) && !self.options.fallback_configured {
            let text = "SMS fallback is not configured for this workspace. Set up Twilio first.";
            let body = json!({"error": text, "code": "FALLBACK_NOT_CONFIGURED"});
            return Err(HttpResponse::json(400, &body));
        }
        let text = message.to_owned();
        Ok(Order {
            text,
            channel,
            line,
            attachments,
            scheduled,
            window,
            lead,
            phone,
            email,
        })
    }

    fn asked_line(&self, body: &Map<String, Value>) -> Result<Option<usize>, HttpResponse> {
        if !self.lines.iter().any(|line| line.active) {
            let text =
                "No active lines in workspace. Add and activate a line, or provide fromLineId.";
            return Err(error(400, text));
        }
        let Some(asked) = text(body, "fromLineId") else {
            return Ok(None);
        };
        let id = ObjectId::parse(asked);
        let found = self
            .lines
            .iter()
            .position(|line| line.active && Some(line.id) == id);
        found
            .map(Some)
            .ok_or_else(|| error(404, "Line not found or inactive"))
    }

    /// The address: that of the body, or else that of the lead.
    fn recipient(
        &self,
        body: &Map<String, Value>,
        channel: Channel,
        lead: Option<LeadNo>,
    ) -> Result<(Option<String>, Option<String>), HttpResponse> {
        let phone = text(body, "recipientPhone").and_then(address::phone);
        let email = text(body, "recipientEmail").and_then(address::email);
        if phone.is_some() || email.is_some() {
            return Ok((phone, email));
        }
        let lead = lead.and_then(|no| self.leads.get(no));
        let phone = lead.and_then(|lead| lead.field("phone").or_else(|| lead.field("altPhone1")));
        let email = lead.and_then(|lead| lead.field("email").or_else(|| lead.field("altEmail1")));
        let chosen = match channel {
            Channel::IMessage => (phone, email.filter(|_| phone.is_none())),
            Channel::Sms => (phone, None),
            Channel::Email => (None, email),
        };
        if chosen == (None, None) {
            let text = "Either recipientEmail or recipientPhone is required \
                        (in body or on the lead when leadId is provided).";
            return Err(error(400, text));
        }
        Ok((chosen.0.map(str::to_owned), chosen.1.map(str::to_owned)))
    }

    /// The guard against double sends that the vendor's notes plan: same address, same text, 60 s.
    fn recent_duplicate(&self, order: &Order, now: i64) -> Option<HttpResponse> {
        if !self.options.duplicate_guard {
            return None;
        }
        let plain = |text: &str| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        };
        let recent = self.messages.iter().rev().flatten();
        let twin = recent
            .take_while(|message| message.created > now - MINUTE)
            .find(|message| {
                !message.inbound()
                    && (&message.phone, &message.email) == (&order.phone, &order.email)
                    && plain(&message.text) == plain(&order.text)
            })?;
        Some(HttpResponse::json(
            200,
            &json!({
                "success": true,
                "skipped": true,
                "reason": "duplicate_send_recent",
                "originalMessageId": twin.id,
                "secondsSinceOriginal": (now - twin.created) / SECOND,
            }),
        ))
    }

    fn accept(
        &mut self,
        order: Order,
        body: &Map<String, Value>,
        now: i64,
        latency: i64,
    ) -> HttpResponse {
        let address = order
            .phone
            .as_deref()
            .or(order.email.as_deref())
            .map(str::to_owned);
        let blocked = address
            .as_deref()
            .is_some_and(|address| self.dnc.holds(address));
        if blocked && self.options.blocked_send == BlockedSend::Forbidden {
            return error(403, "Recipient is on the Do Not Contact list");
        }
        let (lead, found) = self.lead_for(&order, body, now);
        let new = self
            .leads
            .get(lead)
            .is_none_or(|lead| lead.sends.is_empty());
        let chosen = order
            .line
            .or_else(|| self.choose_line(order.channel, new, now));
        let id = self.mint.next(now);
        let filled = self
            .leads
            .get(lead)
            .map_or(order.text.clone(), |lead| fill(&order.text, lead));
        let mut message = Message::new(id, order.channel, filled, chosen.unwrap_or_default(), now);
        message.phone = order.phone;
        message.email = order.email;
        message.lead = Some(lead);
        message.name = text(body, "recipientName").map(str::to_owned).or_else(|| {
            self.leads
                .get(lead)
                .map(Lead::name)
                .filter(|name| !name.is_empty())
        });
        message.scheduled = order.scheduled;
        message.window = order.window;
        message.attachments = order.attachments;
        message.fallback_on_failed =
            body.get("sendFallbackSmsOnFailed").and_then(Value::as_bool) == Some(true);
        for name in MARKS {
            if let Some(value) = body.get(name).and_then(plain_value) {
                message.marks.insert(name, value);
            }
        }
        let no = if blocked && self.options.blocked_send == BlockedSend::Failed {
            message.error = Some("Recipient is on the Do Not Contact list");
            message.status = Status::Failed;
            let no = self.keep(message);
            self.link_send(no);
            self.tell(no, "message.failed", now);
            no
        } else {
            self.dispatch(message, now, latency)
        };
        self.advance(now);
        self.accepted(no, found, now + latency)
    }

    /// The answer: the message as it stands when the verification has ended.
    fn accepted(&self, no: u32, found: bool, until: i64) -> HttpResponse {
        let Some(mut message) = self.message(no).cloned() else {
            return error(500, "Internal server error");
        };
        for (at, step) in message.plan.clone() {
            if at <= until {
                message.step(at, step);
            }
        }
        let lead = self.lead_id(message.lead);
        let status = match message.status {
            Status::Queued | Status::Sending => Status::Pending,
            Status::Delivered => Status::Sent,
            other => other,
        };
        let mut answer = json!({
            "success": status != Status::Failed,
            "status": status,
            "leadId": lead,
            "message": message.view(&self.id, lead, self.lines.get(message.line)),
        });
        let Value::Object(object) = &mut answer else {
            return error(500, "Internal server error");
        };
        for name in [
            "hsContactId",
            "hsPortalId",
            "ghlContactId",
            "ghlLocationId",
            "correlationId",
        ] {
            let value = message.marks.get(name);
            if name != "correlationId" || value.is_some() {
                object.insert(name.to_owned(), json!(value));
            }
        }
        if let Some(date) = message.scheduled.filter(|_| status == Status::Scheduled) {
            object.insert("scheduledDate".to_owned(), json!(Iso(date)));
            if let Some(reason) = message.reason {
                object.insert("reason".to_owned(), json!(reason));
            }
        }
        if let Some(error) = message.error.filter(|_| status == Status::Failed) {
            object.insert("error".to_owned(), json!(error));
        }
        if found {
            object.insert("duplicateOnly".to_owned(), json!(true));
            object.insert("existingLeadIds".to_owned(), json!([lead]));
            object.insert("leadIds".to_owned(), json!([lead]));
            object.insert(
                "duplicateMessage".to_owned(),
                json!("Existing lead was used."),
            );
        }
        HttpResponse::json(if found { 200 } else { 201 }, &answer)
    }

    /// The lead of a send, and whether it was found by the address.
    fn lead_for(&mut self, order: &Order, body: &Map<String, Value>, now: i64) -> (LeadNo, bool) {
        let addresses = [order.phone.as_deref(), order.email.as_deref()];
        let by_address = || {
            addresses
                .into_iter()
                .flatten()
                .find_map(|one| self.leads.by_address(one))
        };
        let (known, found) = match order.lead {
            Some(lead) => (Some(lead), false),
            None => (by_address(), true),
        };
        let alternatives: Map<String, Value> = body
            .iter()
            .filter(|(name, _)| name.starts_with("altPhone") || name.starts_with("altEmail"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if let Some(lead) = known {
            if !alternatives.is_empty() {
                self.leads.change(lead, |lead| {
                    lead.take(&alternatives);
                    lead.updated = now;
                });
            }
            return (lead, found);
        }
        let id = self.mint.next(now);
        let list = self.quick_sends().unwrap_or(id);
        let mut lead = Lead::new(id, list, now);
        if let Some(name) = text(body, "recipientName") {
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            lead.set("firstName", first);
            lead.set("lastName", last);
        }
        for (name, value) in [("phone", &order.phone), ("email", &order.email)] {
            lead.set(name, value.as_deref().unwrap_or_default());
        }
        for name in [
            "hsContactId",
            "hsPortalId",
            "ghlContactId",
            "ghlLocationId",
            "contactOwnerEmail",
        ] {
            if let Some(value) = body.get(name).and_then(plain_value) {
                lead.set(name, &value);
            }
        }
        lead.take(&alternatives);
        (self.leads.add(lead), false)
    }
}

/// A text or a number as text.
fn plain_value(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Fills `{{firstName}}` and its like from the lead. What the lead does not have stays as written,
/// since no page says what becomes of it.
fn fill(text: &str, lead: &Lead) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        filled.push_str(before);
        let Some((name, tail)) = after.split_once("}}") else {
            filled.push_str("{{");
            rest = after;
            continue;
        };
        match lead.field(name.trim()) {
            Some(value) => filled.push_str(value),
            None => filled.push_str(&format!("{{{{{name}}}}}")),
        }
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

/// The send window, flat as the endpoint's page has it or in `settings` as the FAQ has it.
fn read_window(body: &Map<String, Value>) -> Result<Option<SendWindow>, HttpResponse> {
    let nested = body.get("settings").and_then(Value::as_object);
    let get = |name| text(body, name).or_else(|| nested.and_then(|settings| text(settings, name)));
    let bad_time = || {
        error(
            400,
            "Invalid time format. sendWindowStart and sendWindowEnd must be in HH:mm format \
                    (e.g., 09:00, 17:00)",
        )
    };
    let read = |name| {
        get(name)
            .map(|text| parse_hours(text).ok_or_else(bad_time))
            .transpose()
    };
    let (start, end) = (read("sendWindowStart")?, read("sendWindowEnd")?);
    let days = body
        .get("allowedDaysOfWeek")
        .or_else(|| nested.and_then(|settings| settings.get("allowedDaysOfWeek")))
        .and_then(Value::as_array);
    if start.is_none() && end.is_none() && days.is_none() && get("timezone").is_none() {
        return Ok(None);
    }
    let invalid = || {
        error(
            400,
            "Invalid timezone or time window settings. Please check your timezone and time format.",
        )
    };
    let zone = get("timezone")
        .and_then(|name| name.parse().ok())
        .ok_or_else(invalid)?;
    let mut allowed = Vec::new();
    for day in days.into_iter().flatten() {
        let day = day
            .as_u64()
            .and_then(|day| u32::try_from(day).ok())
            .filter(|day| *day < 7);
        allowed.push(day.ok_or_else(invalid)?);
    }
    let start = start.unwrap_or(0);
    // Without an end it is open all day long, which a window that ends where it starts means here.
    Ok(Some(SendWindow {
        zone,
        start,
        end: end.unwrap_or(start),
        days: allowed,
    }))
}
