//! The facts that a text is filled with: the contact's own, and those of its company, deal and owner.
//!
//! Only what the text asks for is read, for this one person, and nothing is kept between two people.

use super::Order;
use crate::engine::Engine;
use crate::guard::Who;
use crate::settings::Settings;
use crate::trouble::Trouble;
use chrono::NaiveDate;
use hubspot::{ObjectKind, Owner, Record};
use message::template::{Formatting, Value, ValueKind, Values};
use message::zone::Whereabouts;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// Owners change rarely.
const OWNERS_MS: i64 = 10 * 60 * 1_000;

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

    /// What HubSpot has for these places.
    pub(super) async fn facts_for(&self, paths: &[&str], who: &Who) -> Result<Values, Trouble> {
        let Some(contact) = &who.contact_id else {
            return Ok(Values::new());
        };
        let mut record = None;
        if let Some(names) = wanted(paths).get("contact") {
            let hubspot = &self.outside.hubspot;
            record = self
                .attempt(|| hubspot.record(ObjectKind::Contacts, contact, names))
                .await?;
        }
        self.facts_with(paths, who, record.as_ref()).await
    }

    /// The same where the contact itself was read before.
    pub(super) async fn facts_with(
        &self,
        paths: &[&str],
        who: &Who,
        record: Option<&Record>,
    ) -> Result<Values, Trouble> {
        let wanted = wanted(paths);
        let mut values = Values::new();
        let Some(contact) = &who.contact_id else {
            return Ok(values);
        };
        if let Some(names) = wanted.get("contact") {
            add(&mut values, "contact", record, names);
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
    pub(super) async fn newest_tied(
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
        if let Some(owner) = self.owner_of(who).await? {
            let full = full_name(&owner);
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
        }
        Ok(())
    }

    /// The contact's owner in HubSpot.
    pub(super) async fn owner_of(&self, who: &Who) -> Result<Option<Owner>, Trouble> {
        let Some(id) = who.property("hubspot_owner_id").map(str::to_owned) else {
            return Ok(None);
        };
        let now = self.now();
        let known = self
            .owners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let known = known.filter(|(at, _)| (*at..at.saturating_add(OWNERS_MS)).contains(&now));
        let all = match known {
            Some((_, all)) => all,
            None => {
                let all = self.all_owners().await?;
                *self.owners.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((now, all.clone()));
                all
            }
        };
        Ok(all.into_iter().find(|owner| owner.id == id))
    }

    async fn all_owners(&self) -> Result<Vec<Owner>, Trouble> {
        let (mut all, mut after) = (Vec::new(), None);
        // A bound against a list that never ends.
        for _ in 0..100 {
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.owners(after.as_deref())).await?;
            all.extend(page.owners);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }
}

/// What a text asks for, by object.
fn wanted<'a>(paths: &[&'a str]) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut wanted: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        if let Some((object, property)) = path.split_once('.') {
            wanted.entry(object).or_default().push(property);
        }
    }
    wanted
}

/// What whoever writes gives themselves: what the template asks for, and their own name.
pub(super) fn given(paths: &[&str], order: &Order, sender: Option<&str>) -> Values {
    let wanted = wanted(paths);
    let mut values = Values::new();
    for name in wanted.get("ask").into_iter().flatten() {
        if let Some(text) = order.filled.get(*name) {
            values.insert(format!("ask.{name}"), value(text));
        }
    }
    let names = wanted.get("sender").map(Vec::as_slice).unwrap_or_default();
    let full = sender.unwrap_or(order.who.as_str());
    let first = full.split_whitespace().next().unwrap_or_default();
    for (name, text) in [("name", full), ("firstname", first)] {
        if names.contains(&name) && !text.is_empty() {
            values.insert(format!("sender.{name}"), value(text));
        }
    }
    values
}

pub(super) fn full_name(owner: &Owner) -> String {
    let parts = [owner.first_name.as_deref(), owner.last_name.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn add(values: &mut Values, object: &str, record: Option<&Record>, names: &[&str]) {
    for name in names {
        if let Some(text) = record.and_then(|record| record.text(name)) {
            values.insert(format!("{object}.{name}"), value(text));
        }
    }
}

/// What a value is, by its form: HubSpot writes days and moments in one way each.
pub(super) fn value(text: &str) -> Value {
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
