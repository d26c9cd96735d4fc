//! The facts that a text is filled with: the contact's own, and those of its company, deal and owner.
//!
//! Only what the text asks for is read, for this one person, and nothing is kept between two people.

use super::Order;
use crate::engine::Engine;
use crate::guard::Who;
use crate::settings::Settings;
use crate::trouble::Trouble;
use chrono::NaiveDate;
use hubspot::{ObjectKind, Record};
use message::template::{Formatting, Value, ValueKind, Values};
use message::zone::Whereabouts;
use std::collections::BTreeMap;

impl Engine {
    /// Whose customs and whose clock a text is written by.
    pub(super) fn formatting(&self, who: &Who) -> Result<Formatting, Trouble> {
        let settings = self.settings()?;
        let connection = self.connection();
        let property = settings.sending.zone_property.as_deref();
        let place = Whereabouts::find(
            property.and_then(|name| who.property(name)),
            who.phone.as_deref(),
            &connection.time_zone,
            self.now(),
        );
        Ok(Formatting {
            american: settings.phone_region == "US",
            zone: place.first(),
            currency: currency(&settings),
        })
    }

    pub(super) async fn values_for(
        &self,
        paths: &[&str],
        who: &Who,
        order: &Order,
    ) -> Result<Values, Trouble> {
        let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in paths {
            if let Some((object, property)) = path.split_once('.') {
                wanted.entry(object).or_default().push(property);
            }
        }
        let mut values = Values::new();
        if let Some(names) = wanted.get("ask") {
            for name in names {
                if let Some(text) = order.filled.get(*name) {
                    values.insert(format!("ask.{name}"), value(text));
                }
            }
        }
        if let Some(names) = wanted.get("sender") {
            let full = order.who.as_str();
            let first = full.split_whitespace().next().unwrap_or_default();
            for (name, text) in [("name", full), ("firstname", first)] {
                if names.contains(&name) && !text.is_empty() {
                    values.insert(format!("sender.{name}"), value(text));
                }
            }
        }
        let Some(contact) = &who.contact_id else {
            return Ok(values);
        };
        if let Some(names) = wanted.get("contact") {
            let hubspot = &self.outside.hubspot;
            let record = self
                .attempt(|| hubspot.record(ObjectKind::Contacts, contact, names))
                .await?;
            add(&mut values, "contact", record.as_ref(), names);
        }
        for (object, kind) in [
            ("company", ObjectKind::Companies),
            ("deal", ObjectKind::Deals),
        ] {
            if let Some(names) = wanted.get(object) {
                let record = self.newest_tied(contact, kind, names).await?;
                add(&mut values, object, record.as_ref(), names);
            }
        }
        if let Some(names) = wanted.get("owner") {
            self.add_owner(&mut values, who, names).await?;
        }
        Ok(values)
    }

    /// Of several deals or companies the one that changed last.
    async fn newest_tied(
        &self,
        contact: &str,
        kind: ObjectKind,
        names: &[&str],
    ) -> Result<Option<Record>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let tied = self
            .attempt(|| hubspot.associated(ObjectKind::Contacts, contact, kind, None))
            .await?;
        let ids: Vec<String> = tied.ids.into_iter().take(hubspot::MAX_INPUTS).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let records = self
            .attempt(|| hubspot.batch_read(kind, None, &ids, names))
            .await?;
        Ok(records
            .into_iter()
            .filter(|record| !record.archived)
            .max_by_key(|record| (record.updated_at, record.id.clone())))
    }

    async fn add_owner(
        &self,
        values: &mut Values,
        who: &Who,
        names: &[&str],
    ) -> Result<(), Trouble> {
        let Some(owner_id) = who.property("hubspot_owner_id").map(str::to_owned) else {
            return Ok(());
        };
        let mut after = None;
        // A bound against a list that never ends.
        for _ in 0..100 {
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.owners(after.as_deref())).await?;
            if let Some(owner) = page.owners.iter().find(|owner| owner.id == owner_id) {
                let full = [owner.first_name.as_deref(), owner.last_name.as_deref()];
                let full = full.into_iter().flatten().collect::<Vec<_>>().join(" ");
                for (name, text) in [
                    ("firstname", owner.first_name.as_deref()),
                    ("lastname", owner.last_name.as_deref()),
                    ("email", owner.email.as_deref()),
                    ("name", Some(full.as_str())),
                ] {
                    if let Some(text) = text.filter(|_| names.contains(&name)) {
                        values.insert(format!("owner.{name}"), value(text));
                    }
                }
                return Ok(());
            }
            after = page.after;
            if after.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn add(values: &mut Values, object: &str, record: Option<&Record>, names: &[&str]) {
    for name in names {
        if let Some(text) = record.and_then(|record| record.text(name)) {
            values.insert(format!("{object}.{name}"), value(text));
        }
    }
}

/// What a value is, by its form: HubSpot writes days and moments in one way each.
fn value(text: &str) -> Value {
    let kind = if NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() {
        ValueKind::Date
    } else if chrono::DateTime::parse_from_rfc3339(text).is_ok() {
        ValueKind::Moment
    } else {
        ValueKind::Text
    };
    Value {
        text: text.to_owned(),
        kind,
    }
}

fn currency(settings: &Settings) -> String {
    match settings.phone_region.as_str() {
        "GB" => "GBP",
        "CA" => "CAD",
        "AU" => "AUD",
        "JP" => "JPY",
        "IN" => "INR",
        "CH" => "CHF",
        "DE" | "FR" | "ES" | "IT" | "NL" | "BE" | "AT" | "IE" | "PT" | "FI" => "EUR",
        _ => "USD",
    }
    .to_owned()
}
