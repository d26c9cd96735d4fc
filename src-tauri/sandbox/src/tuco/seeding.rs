//! Filling a workspace with a past: leads, messages sent long ago, lines. Only the default world and
//! the control endpoints use this; nothing here passes the checks of the API.

use super::id::ObjectId;
use super::lead::Lead;
use super::line::Line;
use super::message::{Channel, Message, Origin, Status};
use super::{Workspace, address};
use std::collections::BTreeMap;

/// A lead to put into the workspace: fields by their API names, values as written.
#[derive(Debug, Clone, Default)]
pub struct LeadSeed {
    /// `firstName`, `phone`, `hsContactId`, …
    pub fields: Vec<(&'static str, String)>,
    /// Whether it came from the HubSpot import rather than from a quick send.
    pub imported: bool,
    /// Whether a check found no iMessage.
    pub unavailable: bool,
    /// When it was made.
    pub created_at: i64,
}

/// A message that went out, or failed to, before now and not through the API.
#[derive(Debug, Clone)]
pub struct PastSend {
    /// A phone number or an email address; the lead's own, if left out.
    pub to: Option<String>,
    /// The lead; found by the address or made, if left out.
    pub lead: Option<ObjectId>,
    /// What was written.
    pub text: String,
    /// How it ended.
    pub status: Status,
    /// When it was made; for a scheduled one, when it will go out.
    pub at: i64,
    /// Over which line.
    pub line: usize,
    /// As SMS instead of iMessage.
    pub sms: bool,
    /// Who made it.
    pub origin: Origin,
    /// The campaign that it is a step of: its id and maybe its name.
    pub campaign: Option<(String, Option<String>)>,
}

impl Workspace {
    /// Puts a lead in, whatever others there are.
    pub fn seed_lead(&mut self, seed: &LeadSeed) -> ObjectId {
        let id = self.mint.next(seed.created_at);
        let list = self
            .lists
            .get(usize::from(seed.imported))
            .map_or(id, |list| list.id);
        let mut lead = Lead::new(id, list, seed.created_at);
        lead.source = if seed.imported { "hubspot" } else { "api" }.to_owned();
        for (name, value) in &seed.fields {
            lead.set(name, value);
        }
        lead.availability = Some(if seed.unavailable {
            "unavailable"
        } else {
            "available"
        });
        self.leads.add(lead);
        id
    }

    /// Puts a message in that was made elsewhere. `None` if there is neither lead nor address.
    pub fn seed_send(&mut self, past: &PastSend, now: i64) -> Option<ObjectId> {
        let given = past.to.as_deref().and_then(address::any);
        let known = match past.lead {
            Some(id) => self.leads.find(id),
            None => given
                .as_deref()
                .and_then(|given| self.leads.by_address(given)),
        };
        let own = known
            .and_then(|no| self.leads.get(no))
            .and_then(|lead| lead.addresses().next().map(str::to_owned));
        let address = given.or(own)?;
        let lead = known.unwrap_or_else(|| {
            let email = address.contains('@');
            let fields = vec![(if email { "email" } else { "phone" }, address.clone())];
            let seed = LeadSeed {
                fields,
                created_at: past.at,
                ..LeadSeed::default()
            };
            let id = self.seed_lead(&seed);
            self.leads.find(id).unwrap_or_default()
        });
        let channel = match (address.contains('@'), past.sms) {
            (true, _) => Channel::Email,
            (false, true) => Channel::Sms,
            (false, false) => Channel::IMessage,
        };
        let scheduled = past.status == Status::Scheduled;
        let made = if scheduled { past.at.min(now) } else { past.at };
        let mut message = Message::new(
            self.mint.next(made),
            channel,
            past.text.clone(),
            past.line,
            made,
        );
        message.origin = past.origin;
        message.lead = Some(lead);
        message.name = self
            .leads
            .get(lead)
            .map(Lead::name)
            .filter(|name| !name.is_empty());
        if channel == Channel::Email {
            message.email = Some(address);
        } else {
            message.phone = Some(address);
        }
        if let Some(id) = self
            .leads
            .get(lead)
            .and_then(|lead| lead.field("hsContactId"))
        {
            message.marks.insert("hsContactId", id.to_owned());
        }
        if let Some((id, name)) = &past.campaign {
            message.marks.insert("campaignId", id.clone());
            if let Some(name) = name {
                message.marks.insert("campaignName", name.clone());
            }
        }
        let id = message.id;
        if scheduled {
            message.scheduled = Some(past.at);
            self.dispatch(message, now, 0);
            return Some(id);
        }
        self.finish(&mut message, past.status, past.at);
        let no = self.keep(message);
        self.link_send(no);
        if past.origin == Origin::Elsewhere {
            let event = match past.status {
                Status::Failed => "message.failed",
                Status::Fallback => "message.fallback",
                _ => "message.sent",
            };
            self.tell(no, event, past.at);
        }
        Some(id)
    }

    fn finish(&mut self, message: &mut Message, status: Status, at: i64) {
        use super::message::Step;
        if matches!(status, Status::Sent | Status::Delivered) {
            message.step(at, Step::To(Status::Sent));
        }
        if status != Status::Sent {
            message.step(at, Step::To(status));
        }
        let new = message
            .lead
            .and_then(|no| self.leads.get(no))
            .is_none_or(|lead| lead.sends.is_empty());
        if let Some(line) = self.lines.get_mut(message.line) {
            line.reserve(at, new, 0, 0);
        }
    }

    /// Puts an address on the do-not-contact list.
    pub fn seed_opt_out(&mut self, raw: &str, reason: &str, at: i64) {
        if let Some(address) = address::any(raw) {
            let id = self.mint.next(at);
            self.dnc.add(id, &address, reason, at);
        }
    }

    /// Makes a campaign of these leads.
    pub fn seed_campaign(&mut self, leads: &[ObjectId], now: i64) -> ObjectId {
        let id = self.mint.next(now);
        let members = leads
            .iter()
            .filter_map(|lead| self.leads.find(*lead))
            .collect();
        self.campaigns.insert(id, members);
        id
    }

    /// The lead with this address, in any written form.
    #[must_use]
    pub fn lead_with_address(&self, raw: &str) -> Option<ObjectId> {
        self.lead_id(self.leads.by_address(&address::any(raw)?))
    }

    /// The lead that carries this `hsContactId`.
    #[must_use]
    pub fn lead_of_contact(&self, contact: &str) -> Option<ObjectId> {
        let found = self
            .leads
            .newest()
            .find(|(_, lead)| lead.field("hsContactId") == Some(contact));
        found.map(|(_, lead)| lead.id)
    }

    /// All leads, oldest first.
    #[must_use]
    pub fn lead_ids(&self) -> Vec<ObjectId> {
        let mut ids: Vec<ObjectId> = self.leads.newest().map(|(_, lead)| lead.id).collect();
        ids.reverse();
        ids
    }

    /// Leads with a phone or an email, oldest first.
    #[must_use]
    pub fn reachable_leads(&self) -> Vec<ObjectId> {
        let reachable = |(_, lead): (u32, &Lead)| lead.addresses().next().map(|_| lead.id);
        let mut ids: Vec<ObjectId> = self.leads.newest().filter_map(reachable).collect();
        ids.reverse();
        ids
    }

    /// Leads, inbound messages, outbound messages, do-not-contact entries.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize, usize) {
        let inbound = self.inbound.len();
        let outbound = self
            .messages
            .iter()
            .flatten()
            .filter(|one| !one.inbound())
            .count();
        (
            self.leads.newest().count(),
            inbound,
            outbound,
            self.dnc.len(),
        )
    }

    /// The place of a line by its id, phone or email.
    #[must_use]
    pub fn line_place(&self, name: &str) -> Option<usize> {
        let wanted = address::any(name);
        let same = |line: &Line| {
            line.id.to_string() == name
                || (wanted.is_some() && (line.phone == wanted || line.email == wanted))
        };
        self.lines.iter().position(same)
    }

    pub(super) fn add_default_lines(&mut self, born: i64) {
        let lines = [
            (
                "Maya",
                "Reyes",
                Some("+14155550118"),
                None,
                "purchased",
                true,
            ),
            ("Daniel", "Okafor", Some("+12125550164"), None, "byon", true),
            (
                "Office",
                "Desk",
                None,
                Some("desk@lines.example"),
                "purchased",
                true,
            ),
            ("Old", "Phone", Some("+13055550199"), None, "byon", false),
        ];
        for (first_name, last_name, phone, email, kind, active) in lines {
            let id = self.mint.next(born);
            self.lines.push(Line {
                id,
                first_name,
                last_name,
                phone: phone.map(str::to_owned),
                email: email.map(str::to_owned),
                active,
                healthy: active,
                kind,
                new_per_day: 50,
                total_per_day: 150,
                created: born,
                device_free: i64::MIN,
                contact_free: i64::MIN,
                usage: BTreeMap::new(),
            });
        }
    }
}
