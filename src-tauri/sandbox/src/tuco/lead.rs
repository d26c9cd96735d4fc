//! Leads: the people that Tuco knows, found by phone and email, alternatives included.

use super::address;
use super::id::ObjectId;
use crate::moment::Iso;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A lead's place in the book. Never reused.
pub(crate) type LeadNo = u32;

/// The text fields of a lead as the API names them, beside phone and email.
pub(crate) const TEXT_FIELDS: [&str; 12] = [
    "firstName",
    "lastName",
    "companyName",
    "jobTitle",
    "linkedinUrl",
    "notes",
    "externalId",
    "hsContactId",
    "hsPortalId",
    "ghlContactId",
    "ghlLocationId",
    "contactOwnerEmail",
];
pub(crate) const PHONE_FIELDS: [&str; 4] = ["phone", "altPhone1", "altPhone2", "altPhone3"];
pub(crate) const EMAIL_FIELDS: [&str; 4] = ["email", "altEmail1", "altEmail2", "altEmail3"];

/// One lead, or, with `ghost` set, a sender whom Tuco could match to none.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    pub(crate) id: ObjectId,
    pub(crate) ghost: bool,
    /// API name to value; an absent field is null.
    pub(crate) fields: BTreeMap<&'static str, String>,
    pub(crate) custom: Map<String, Value>,
    pub(crate) list: ObjectId,
    pub(crate) source: String,
    pub(crate) availability: Option<&'static str>,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// Inbound messages by time; numbers of messages in the workspace.
    pub(crate) replies: Vec<u32>,
    /// Outbound messages by time.
    pub(crate) sends: Vec<u32>,
    haystack: String,
}

impl Lead {
    pub(crate) fn new(id: ObjectId, list: ObjectId, now: i64) -> Self {
        Self {
            id,
            ghost: false,
            fields: BTreeMap::new(),
            custom: Map::new(),
            list,
            source: "api".to_owned(),
            availability: None,
            created: now,
            updated: now,
            replies: Vec::new(),
            sends: Vec::new(),
            haystack: String::new(),
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// First and last name, or what there is of them.
    pub(crate) fn name(&self) -> String {
        let parts = [self.field("firstName"), self.field("lastName")];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Phones first, then emails; each in the form in which Tuco compares them.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        PHONE_FIELDS
            .iter()
            .chain(&EMAIL_FIELDS)
            .filter_map(|name| self.field(name))
    }

    /// Puts a value into a field, normalised; an empty value and junk are left out.
    pub(crate) fn set(&mut self, name: &str, raw: &str) {
        let known = |list: &[&'static str]| list.iter().find(|field| **field == name).copied();
        let (field, value) = if let Some(field) = known(&PHONE_FIELDS) {
            (field, address::phone(raw))
        } else if let Some(field) = known(&EMAIL_FIELDS) {
            (field, address::email(raw))
        } else if let Some(field) = known(&TEXT_FIELDS) {
            (field, Some(raw.to_owned()))
        } else {
            return;
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.fields.insert(field, value);
        }
    }

    /// Takes over the fields of an API object; what is absent or null stays.
    pub(crate) fn take(&mut self, input: &Map<String, Value>) {
        for (name, value) in input {
            match value {
                Value::String(text) => self.set(name, text),
                Value::Number(number) => self.set(name, &number.to_string()),
                Value::Object(custom) if name == "customFields" => {
                    self.custom.extend(custom.clone());
                }
                _ => {}
            }
        }
    }

    pub(crate) fn is_like(&self, search: &str) -> bool {
        self.haystack.contains(search)
    }

    /// The lead as the API shows it.
    pub(crate) fn view(&self, workspace: &str, with_hubspot_id: bool) -> Value {
        let mut view = json!({
            "_id": self.id.to_string(),
            "listId": self.list.to_string(),
            "workspaceId": workspace,
            "source": self.source,
            "availabilityStatus": self.availability,
            "customFields": self.custom,
            "createdAt": Iso(self.created),
            "updatedAt": Iso(self.updated),
        });
        if let Value::Object(object) = &mut view {
            for name in TEXT_FIELDS.iter().chain(&PHONE_FIELDS).chain(&EMAIL_FIELDS) {
                let alternative = name.starts_with("alt");
                let hubspot = name.starts_with("hs");
                match self.field(name) {
                    Some(_) if hubspot && !with_hubspot_id => {}
                    Some(value) => drop(object.insert((*name).to_owned(), json!(value))),
                    None if alternative || hubspot => {}
                    None => drop(object.insert((*name).to_owned(), Value::Null)),
                }
            }
        }
        view
    }
}

/// All leads, with the indexes that keep ten thousand of them quick.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeadBook {
    leads: Vec<Option<Lead>>,
    by_id: BTreeMap<ObjectId, LeadNo>,
    by_address: BTreeMap<String, Vec<LeadNo>>,
}

impl LeadBook {
    /// Adds a lead and makes it findable.
    pub(crate) fn add(&mut self, lead: Lead) -> LeadNo {
        let no = u32::try_from(self.leads.len()).unwrap_or(u32::MAX);
        self.by_id.insert(lead.id, no);
        self.leads.push(Some(lead));
        self.index(no);
        no
    }

    pub(crate) fn get(&self, no: LeadNo) -> Option<&Lead> {
        self.leads.get(no as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, no: LeadNo) -> Option<&mut Lead> {
        self.leads.get_mut(no as usize)?.as_mut()
    }

    /// The number of a lead by its id, unless it is only a ghost.
    pub(crate) fn find(&self, id: ObjectId) -> Option<LeadNo> {
        self.by_id
            .get(&id)
            .copied()
            .filter(|no| self.get(*no).is_some_and(|lead| !lead.ghost))
    }

    /// Those with this address, oldest first, ghosts included.
    pub(crate) fn with_address(&self, address: &str) -> &[LeadNo] {
        self.by_address.get(address).map_or(&[], Vec::as_slice)
    }

    /// The oldest true lead with this address.
    pub(crate) fn by_address(&self, address: &str) -> Option<LeadNo> {
        let real = |no: &LeadNo| self.get(*no).is_some_and(|lead| !lead.ghost);
        self.with_address(address).iter().copied().find(real)
    }

    /// Changes a lead and its places in the indexes.
    pub(crate) fn change(&mut self, no: LeadNo, change: impl FnOnce(&mut Lead)) {
        self.unindex(no);
        if let Some(lead) = self.get_mut(no) {
            change(lead);
        }
        self.index(no);
    }

    /// Takes a lead out.
    pub(crate) fn remove(&mut self, no: LeadNo) -> Option<Lead> {
        self.unindex(no);
        let lead = self.leads.get_mut(no as usize)?.take()?;
        self.by_id.remove(&lead.id);
        Some(lead)
    }

    /// True leads, newest first.
    pub(crate) fn newest(&self) -> impl Iterator<Item = (LeadNo, &Lead)> {
        let numbered = self.leads.iter().enumerate().rev();
        numbered.filter_map(|(no, lead)| {
            let lead = lead.as_ref().filter(|lead| !lead.ghost)?;
            Some((u32::try_from(no).unwrap_or(u32::MAX), lead))
        })
    }

    fn index(&mut self, no: LeadNo) {
        let Some(lead) = self.leads.get_mut(no as usize).and_then(Option::as_mut) else {
            return;
        };
        let company = lead.field("companyName").unwrap_or_default();
        let mut haystack = format!("{} {company}", lead.name());
        for address in lead.addresses() {
            haystack.push(' ');
            haystack.push_str(address);
        }
        lead.haystack = haystack.to_lowercase();
        for address in lead.addresses() {
            self.by_address
                .entry(address.to_owned())
                .or_default()
                .push(no);
        }
    }

    fn unindex(&mut self, no: LeadNo) {
        let Some(lead) = self.leads.get(no as usize).and_then(Option::as_ref) else {
            return;
        };
        for address in lead.addresses() {
            if let Some(places) = self.by_address.get_mut(address) {
                places.retain(|other| *other != no);
            }
        }
    }
}
