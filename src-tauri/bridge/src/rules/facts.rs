//! What is known of a person when a rule looks: only what its conditions ask for. A lead has the fields that
//! the mapping of people knows, under the same names.

use super::kind_of;
use crate::engine::Engine;
use crate::find::{FORMER_IDS, former_ids};
use crate::trouble::Trouble;
use ::rules::condition::{Facts, Values};
use ::rules::field::{Field, Object};
use ::rules::rule::Rule;
use hubspot::{ObjectKind, Record};
use message::zone::Whereabouts;

/// More deals or tickets of one person are not looked at.
const MOST_RECORDS: usize = 100;
/// Asked for of every contact that a rule looks at.
const NUMBERS: [&str; 2] = ["phone", "mobilephone"];

/// A contact with what rules ask of it.
pub(super) struct Known {
    pub(super) facts: Facts,
    pub(super) place: Whereabouts,
    /// Other ids under which the contact is or was known: merged ones lead to it.
    pub(super) also: Vec<String>,
}

/// The names of a kind's properties that some rule asks for.
pub(super) fn names(rules: &[Rule], object: Object) -> Vec<String> {
    let fields = rules.iter().flat_map(Rule::fields);
    let mut names: Vec<String> = fields
        .filter(|field| field.object == object)
        .map(|field| field.name)
        .collect();
    match object {
        Object::Contact => names.extend(NUMBERS.into_iter().chain(FORMER_IDS).map(str::to_owned)),
        // Contacts alone have both.
        Object::Company => names.extend(FORMER_IDS.into_iter().take(1).map(str::to_owned)),
        _ => {}
    }
    names.sort();
    names.dedup();
    names
}

fn values(record: &Record) -> Values {
    record
        .properties
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
        .collect()
}

impl Engine {
    /// What the rule asks of a contact. None where the contact is gone. `of` is the record that it
    /// happened to, read with everything that is asked for: conditions on that kind are about that one.
    pub(super) async fn known_for(
        &self,
        rule: &Rule,
        contact: &str,
        of: Option<(Object, &Record)>,
    ) -> Result<Option<Known>, Trouble> {
        let mut asked = Vec::new();
        if let Some(condition) = &rule.condition {
            condition.fields(&mut asked);
        }
        let settings = self.settings()?;
        let zone_property = settings.sending.zone_property.clone();
        let read = match of {
            Some((Object::Contact, record)) => Some(record.clone()),
            _ => {
                self.contact_for(&asked, contact, zone_property.as_deref())
                    .await?
            }
        };
        let Some(record) = read.filter(|record| !record.archived) else {
            return Ok(None);
        };
        let mut also = former_ids(&record);
        also.push(record.id.clone());
        also.retain(|id| id != contact);
        let place = self.whereabouts(&record, zone_property.as_deref(), &settings.phone_region);
        let mut facts = Facts::new(self.now(), place.first());
        facts.add(Object::Contact, values(&record));
        for object in [Object::Company, Object::Deal, Object::Ticket] {
            match of {
                Some((kind, record)) if kind == object => facts.add(object, values(record)),
                _ if asked.iter().any(|field| field.object == object) => {
                    for record in self.associated_of(contact, object, &asked).await? {
                        facts.add(object, values(&record));
                    }
                }
                _ => {}
            }
        }
        if asked.iter().any(|field| field.object == Object::Lead)
            && let Some(lead) = self.lead_values(contact).await?
        {
            facts.add(Object::Lead, lead);
        }
        Ok(Some(Known { facts, place, also }))
    }

    /// Every id under which this contact is or was known, the asked one too.
    pub(super) async fn ids_of(&self, contact: &str) -> Result<Vec<String>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let record = self
            .attempt(|| hubspot.record(ObjectKind::Contacts, contact, &FORMER_IDS))
            .await?;
        let mut ids = vec![contact.to_owned()];
        if let Some(record) = record {
            ids.extend(former_ids(&record));
            ids.push(record.id);
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    pub(super) async fn contact_for(
        &self,
        asked: &[Field],
        contact: &str,
        zone: Option<&str>,
    ) -> Result<Option<Record>, Trouble> {
        let mut wanted: Vec<&str> = asked
            .iter()
            .filter(|field| field.object == Object::Contact)
            .map(|field| field.name.as_str())
            .chain(NUMBERS)
            .chain(FORMER_IDS)
            .chain(zone)
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let hubspot = &self.outside.hubspot;
        self.attempt(|| hubspot.record(ObjectKind::Contacts, contact, &wanted))
            .await
    }

    pub(super) fn whereabouts(
        &self,
        record: &Record,
        zone: Option<&str>,
        region: &str,
    ) -> Whereabouts {
        let number = NUMBERS
            .iter()
            .find_map(|name| crate::person::Phone::parse(record.text(name)?, region));
        Whereabouts::find(
            zone.and_then(|name| record.text(name)),
            number.as_ref().map(|phone| phone.e164.as_str()),
            &self.connection().time_zone,
            self.now(),
        )
    }

    /// The newest first.
    async fn associated_of(
        &self,
        contact: &str,
        object: Object,
        asked: &[Field],
    ) -> Result<Vec<Record>, Trouble> {
        let Some(kind) = kind_of(object) else {
            return Ok(Vec::new());
        };
        let ids = self
            .associated_ids(ObjectKind::Contacts, contact, kind)
            .await?;
        let names: Vec<&str> = asked
            .iter()
            .filter(|field| field.object == object)
            .map(|field| field.name.as_str())
            .collect();
        let hubspot = &self.outside.hubspot;
        let mut records = self
            .attempt(|| hubspot.batch_read(kind, None, &ids, &names))
            .await?;
        records.sort_by_key(|record| std::cmp::Reverse(record.updated_at));
        Ok(records)
    }

    pub(super) async fn associated_ids(
        &self,
        from: ObjectKind,
        id: &str,
        to: ObjectKind,
    ) -> Result<Vec<String>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let (mut ids, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = self
                .attempt(|| hubspot.associated(from, id, to, after.as_deref()))
                .await?;
            ids.extend(page.ids);
            after = page.after;
            if after.is_none() || ids.len() >= MOST_RECORDS {
                ids.truncate(MOST_RECORDS);
                return Ok(ids);
            }
        }
    }
}
