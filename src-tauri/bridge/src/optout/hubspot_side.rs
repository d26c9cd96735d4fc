//! The contact in HubSpot: two dates, of which the later one holds.
//!
//! They are created when the first opt-out is told, because HubSpot has no property of its own for
//! them. Whoever sets them by hand there is heard within a round.

use super::{Whose, begin};
use crate::engine::Engine;
use crate::find::{PROPERTIES, read_contact};
use crate::kept_properties::GROUP;
use crate::mirror::iso;
use crate::person::{Contact, Person, Phone};
use crate::settings::Settings;
use crate::store::{Step, StepRow, StoreError};
use crate::trouble::Trouble;
use hubspot::{Filter, NewProperty, ObjectKind, Record, Search};
use std::collections::BTreeMap;
use wire::{RetryClass, Timestamp};

/// Datetime since which a contact is opted out.
pub const OPTED_OUT_AT: &str = "tuco_opted_out_at";
/// Datetime since which a contact is opted in again.
pub const OPTED_IN_AT: &str = "tuco_opted_in_at";
/// Whether the portal has the two properties, and when that was found out.
const THERE: &str = "optout.properties";
const BELIEVED_MS: i64 = 24 * 60 * 60 * 1_000;
const CURSOR: &str = "optout.hubspot";
/// The index lags behind.
const OVERLAP_MS: i64 = 60 * 1_000;
const MOST_PAGES: u32 = 50;

/// A checkbox, or a choice that says so.
pub(crate) fn says_yes(value: &str) -> bool {
    matches!(
        value.trim().to_lowercase().as_str(),
        "true" | "yes" | "y" | "1" | "on" | "granted" | "given" | "opted_in" | "opt_in"
    )
}

/// Since when HubSpot has the contact opted out; none where it is not, or was opted in later.
fn opted_out_there(record: &Record) -> Option<Timestamp> {
    let out = record.text(OPTED_OUT_AT).and_then(hubspot::instant)?;
    let again = record.text(OPTED_IN_AT).and_then(hubspot::instant);
    again.is_none_or(|again| again < out).then_some(out)
}

impl Engine {
    /// Takes in what HubSpot says of a contact, in both directions.
    pub(crate) fn take_from_hubspot(
        &self,
        record: &Record,
        contact: &Contact,
        settings: &Settings,
    ) -> Result<(), Trouble> {
        if !settings.sending.opt_outs_in_hubspot {
            return Ok(());
        }
        let (id, now) = (self.id(), self.now());
        let key = format!("contact:{}", record.id);
        self.write(|rows| {
            let Some(since) = opted_out_there(record) else {
                // Opted in again there: what was said there ends, and nothing else.
                if record.text(OPTED_IN_AT).is_some() {
                    let keys = contact.phones.iter().chain(&contact.emails).chain([&key]);
                    for key in keys {
                        let lifted = ("HubSpot", "opted in there");
                        rows.lift_opt_out(id, key, Some("hubspot"), lifted, now)?;
                    }
                }
                return Ok::<_, StoreError>(());
            };
            let mark = format!("hubspot:{}:{since}", record.id);
            let whole = Whose {
                phone: contact.phones.iter().next().cloned(),
                email: contact.emails.iter().next().cloned(),
                lead_id: None,
                contact_id: Some(record.id.clone()),
            };
            // What we wrote there ourselves is no news, whatever became of it since.
            for key in whole.keys() {
                if rows.opt_out_since(id, &key, since)? {
                    return Ok(());
                }
            }
            begin(rows, id, &whole, ("hubspot", &mark), since, now)?;
            for more in contact.phones.iter().chain(&contact.emails).skip(1) {
                rows.add_opt_out(id, more, "hubspot", &mark, since)?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Contacts that were opted out, or in again, in HubSpot since the last look: one search.
    pub(crate) async fn read_opted_out_contacts(&self) -> Result<(), Trouble> {
        let settings = self.settings()?;
        if !settings.sending.opt_outs_in_hubspot || !self.opt_out_properties_there().await? {
            return Ok(());
        }
        let (id, now) = (self.id(), self.now());
        let from = self
            .read(|rows| rows.cursor_number(id, CURSOR))?
            .unwrap_or(0)
            .saturating_sub(OVERLAP_MS)
            .max(0);
        let mut newest = None;
        let mut after = None;
        for _ in 0..MOST_PAGES {
            let search = Search::new()
                .group([
                    Filter::gt("lastmodifieddate", from.to_string()),
                    Filter::has(OPTED_OUT_AT),
                ])
                .ascending("lastmodifieddate")
                .properties(
                    PROPERTIES
                        .iter()
                        .copied()
                        .chain([OPTED_OUT_AT, OPTED_IN_AT]),
                )
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self
                .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
                .await?;
            for record in &page.records {
                newest = newest.max(record.updated_at);
                let contact = read_contact(record, &settings.phone_region, &[]);
                self.take_from_hubspot(record, &contact, &settings)?;
            }
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        let until = newest.unwrap_or(from).max(from);
        self.write(|rows| rows.set_cursor(id, CURSOR, &until.to_string(), now))?;
        Ok(())
    }

    /// Whether the portal has the two properties. Asked once a day.
    async fn opt_out_properties_there(&self) -> Result<bool, Trouble> {
        let (id, now) = (self.id(), self.now());
        if let Some((known, at)) = self.read(|rows| rows.cursor_and_time(id, THERE))?
            && (at..at.saturating_add(BELIEVED_MS)).contains(&now)
        {
            return Ok(known == "1");
        }
        let hubspot = &self.outside.hubspot;
        let there = match self
            .attempt(|| hubspot.properties(ObjectKind::Contacts))
            .await
        {
            Ok(all) => [OPTED_OUT_AT, OPTED_IN_AT]
                .iter()
                .all(|name| all.iter().any(|one| one.name == *name && !one.archived)),
            Err(trouble) if trouble.retry_class() == RetryClass::Permanent => false,
            Err(trouble) => return Err(trouble),
        };
        self.note_properties(there)?;
        Ok(there)
    }

    fn note_properties(&self, there: bool) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        let word = if there { "1" } else { "0" };
        self.write(|rows| rows.set_cursor(id, THERE, word, now))
    }

    /// Writes the date to every contact that the person is.
    pub(super) async fn tell_hubspot(&self, step: &StepRow) -> Result<String, Trouble> {
        let settings = self.settings()?;
        if !settings.sending.opt_outs_in_hubspot {
            return Ok("off in the settings".to_owned());
        }
        let contacts = self.contacts_behind(step, &settings).await?;
        if contacts.is_empty() {
            return Ok("no contact has this address".to_owned());
        }
        if !self.opt_out_properties_there().await? {
            self.create_kept_properties(&[property(OPTED_OUT_AT), property(OPTED_IN_AT)])
                .await?;
            self.note_properties(true)?;
        }
        let name = match step.step {
            Step::HubSpotIn => OPTED_IN_AT,
            _ => OPTED_OUT_AT,
        };
        let hubspot = &self.outside.hubspot;
        let mut written = 0;
        for id in &contacts {
            let record = hubspot
                .record(ObjectKind::Contacts, id, &[OPTED_OUT_AT, OPTED_IN_AT])
                .await?;
            let Some(record) = record.filter(|record| !record.archived) else {
                continue;
            };
            // A later date is never overwritten by an earlier one.
            let standing = record.text(name).and_then(hubspot::instant);
            if standing.is_some_and(|standing| standing >= step.of.at) {
                continue;
            }
            let change = BTreeMap::from([(name.to_owned(), iso(step.of.at))]);
            hubspot
                .update(ObjectKind::Contacts, &record.id, &change)
                .await?;
            written += 1;
        }
        Ok(format!("{written} written"))
    }

    async fn contacts_behind(
        &self,
        step: &StepRow,
        settings: &Settings,
    ) -> Result<Vec<String>, Trouble> {
        let of = &step.of;
        let mut ids: Vec<String> = of.contact_id.iter().cloned().collect();
        if let Some(lead) = &of.lead_id {
            let person = [format!("lead:{lead}")];
            let id = self.id();
            let links = self.read(|rows| rows.links(id, &person))?;
            ids.extend(links.into_values().map(|link| link.contact_id));
        }
        let region = settings.phone_region.as_str();
        let person = Person {
            key: String::new(),
            claimed: ids.clone(),
            phones: of
                .phone
                .as_deref()
                .and_then(|phone| Phone::parse(phone, region))
                .into_iter()
                .collect(),
            emails: of.email.iter().cloned().collect(),
        };
        let nobody = Person {
            claimed: Vec::new(),
            ..person.clone()
        };
        if ids.is_empty() && !nobody.is_nobody() {
            let pool = self.find(std::slice::from_ref(&nobody), region).await?;
            ids.extend(pool.of(&nobody).into_iter().map(|contact| contact.id));
        }
        ids.sort();
        ids.dedup();
        Ok(ids)
    }
}

fn property(name: &str) -> NewProperty {
    let (label, description) = if name == OPTED_OUT_AT {
        (
            "Tuco opted out",
            "Since when this contact does not want messages through Tuco. The later of this and \"Tuco opted in\" holds.",
        )
    } else {
        (
            "Tuco opted in",
            "Since when this contact wants messages through Tuco again. The later of this and \"Tuco opted out\" holds.",
        )
    };
    NewProperty {
        name: name.to_owned(),
        label: label.to_owned(),
        description: description.to_owned(),
        value_type: "datetime".to_owned(),
        field_type: "date".to_owned(),
        group: GROUP.to_owned(),
        ..NewProperty::default()
    }
}
