//! From what the clients read to a copy that is kept.

use super::Work;
use crate::find::read_contact;
use crate::person::{Phone, email};
use crate::store::{CopyRow, PeopleSide};
use hubspot::Record;
use mapping::{Source, Values};
use serde_json::{Map, Value};
use tuco::Lead;
use wire::Timestamp;

/// A contact, with what its other records say.
pub(super) fn of_contact(
    record: &Record,
    work: &Work,
    tied: Option<&Values>,
    now: Timestamp,
) -> CopyRow {
    let contact = read_contact(record, &work.region, &work.phone_properties);
    let mut values = tied.cloned().unwrap_or_default();
    for source in &work.sources {
        let text = match source {
            Source::Contact(property) => record.text(property).unwrap_or_default().to_owned(),
            Source::Owner(word) => owner(record, work, word),
            _ => continue,
        };
        if !text.is_empty() {
            values.insert(source.to_string(), text);
        }
    }
    CopyRow {
        side: PeopleSide::Contact,
        id: record.id.clone(),
        name: contact.name,
        values,
        addresses: contact.emails.into_iter().chain(contact.phones).collect(),
        claim: String::new(),
        changed_at: record.updated_at,
        read_at: now,
        held: String::new(),
        number: 0,
        ignored: false,
    }
}

fn owner(record: &Record, work: &Work, word: &str) -> String {
    let id = record.text("hubspot_owner_id").unwrap_or_default();
    let found = work.portal.owners.iter().find(|owner| owner.id == id);
    match (word, found) {
        ("id", _) => id.to_owned(),
        ("name", Some(owner)) => owner.name.clone(),
        ("email", Some(owner)) => owner.email.clone(),
        _ => String::new(),
    }
}

/// A lead.
pub(super) fn of_lead(lead: &Lead, region: &str, now: Timestamp) -> CopyRow {
    let mut values = Values::new();
    let mut put = |name: &str, text: Option<&str>| {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            values.insert(name.to_owned(), text.to_owned());
        }
    };
    put("firstName", lead.first_name.as_deref());
    put("lastName", lead.last_name.as_deref());
    put("email", lead.email.as_deref());
    put("phone", lead.phone.as_deref());
    put("companyName", lead.company.as_deref());
    put("jobTitle", lead.job_title.as_deref());
    for (place, phone) in lead.alt_phones.iter().take(3).enumerate() {
        put(&format!("altPhone{}", place + 1), Some(phone));
    }
    for (place, address) in lead.alt_emails.iter().take(3).enumerate() {
        put(&format!("altEmail{}", place + 1), Some(address));
    }
    for name in ["linkedinUrl", "notes"] {
        put(name, lead.extra.get(name).and_then(Value::as_str));
    }
    if let Some(Value::Object(own)) = lead.extra.get("customFields") {
        for (name, value) in own {
            put(
                &format!("{}{name}", mapping::lead::CUSTOM),
                plain(value).as_deref(),
            );
        }
    }
    let names = [&lead.first_name, &lead.last_name];
    let phones = lead.phone.iter().chain(&lead.alt_phones);
    let phones = phones
        .filter_map(|phone| Phone::parse(phone, region))
        .map(|phone| phone.e164);
    let emails = lead
        .email
        .iter()
        .chain(&lead.alt_emails)
        .filter_map(|one| email(one));
    CopyRow {
        side: PeopleSide::Lead,
        id: lead.id.clone(),
        name: names
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" "),
        addresses: phones.chain(emails).collect(),
        claim: lead.hs_contact_id.clone().unwrap_or_default(),
        changed_at: lead.updated_at,
        read_at: now,
        held: String::new(),
        number: 0,
        ignored: false,
        values,
    }
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// Values as the API takes them. `own` are fields of one's own that the lead has already: whether Tuco
/// keeps those that are not named is not documented, so they are named.
pub(super) fn lead_fields(values: &Values, own: &Values) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut custom = Map::new();
    let touches = values
        .keys()
        .any(|name| name.starts_with(mapping::lead::CUSTOM));
    for (name, text) in own.iter().filter(|_| touches) {
        if let Some(name) = name.strip_prefix(mapping::lead::CUSTOM) {
            custom.insert(name.to_owned(), Value::from(text.as_str()));
        }
    }
    for (name, text) in values {
        match name.strip_prefix(mapping::lead::CUSTOM) {
            Some(name) => custom.insert(name.to_owned(), Value::from(text.as_str())),
            None => fields.insert(name.clone(), Value::from(text.as_str())),
        };
    }
    if !custom.is_empty() {
        fields.insert("customFields".to_owned(), Value::Object(custom));
    }
    fields
}
