//! What a person decides about one other person: which of two values stays, who is put aside, whom a
//! suggestion does not fit; and finding somebody on both sides.

use super::Work;
use super::by_hand::PeopleError;
use super::records;
use crate::engine::Engine;
use crate::kept_properties::already_there_is_fine;
use crate::store::{ConflictRow, CopyRow, PeopleSide, StoreError};
use crate::trouble::Trouble;
use hubspot::{NewProperty, ObjectKind, PropertyGroup};
use mapping::merge::{Side, agreement, in_lead};
use mapping::transform::{self, Context, Ended};
use mapping::{Row, Values};
use std::collections::BTreeSet;
use tuco::LeadsQuery;

/// Whoever types sees no more than this.
const MOST_FOUND: usize = 20;
/// The group of a property for which none was named.
const USUAL_GROUP: &str = "contactinformation";

/// Somebody who was found by words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundPerson {
    /// Whose record.
    pub side: PeopleSide,
    /// Its id there.
    pub id: String,
    /// Name; may be empty.
    pub name: String,
    /// The first address.
    pub email: Option<String>,
    /// The first number.
    pub phone: Option<String>,
    /// The company, where it is known.
    pub company: Option<String>,
}

impl From<&CopyRow> for FoundPerson {
    fn from(copy: &CopyRow) -> Self {
        Self {
            side: copy.side,
            id: copy.id.clone(),
            name: copy.name.clone(),
            email: copy.email().map(str::to_owned),
            phone: copy.phone().map(str::to_owned),
            company: copy.company().map(str::to_owned),
        }
    }
}

impl CopyRow {
    /// The first e-mail address.
    pub fn email(&self) -> Option<&str> {
        self.addresses
            .iter()
            .find(|one| one.contains('@'))
            .map(String::as_str)
    }

    /// The first number.
    pub fn phone(&self) -> Option<&str> {
        self.addresses
            .iter()
            .find(|one| !one.contains('@'))
            .map(String::as_str)
    }

    /// The company, where the mapping has it.
    pub fn company(&self) -> Option<&str> {
        let names: &[&str] = match self.side {
            PeopleSide::Contact => &["company", "company.name"],
            PeopleSide::Lead => &["companyName"],
        };
        let mut found = names.iter().map(|name| mapping::value(&self.values, name));
        found.find(|text| !text.is_empty())
    }
}

/// What a row makes of one side's value.
fn other_value(
    work: &Work,
    row: &Row,
    keep: Side,
    text: &str,
    record: &Values,
) -> Result<String, Ended> {
    let none = Vec::new();
    let options = row
        .hubspot
        .contact_property()
        .and_then(|name| work.options.get(name));
    let context = Context {
        region: &work.region,
        zone: work.zone,
        options: options.unwrap_or(&none),
        record,
    };
    match keep {
        Side::Contact => transform::forward(&row.transforms, text, &context)
            .map(|text| in_lead(&row.lead, &text, &work.region)),
        Side::Lead => transform::back(&row.transforms, text, &context),
    }
}

impl Engine {
    /// One of the two values of a conflict stays, on both sides as far as the row goes there.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn settle_conflict(
        &self,
        number: i64,
        keep: Side,
    ) -> Result<ConflictRow, PeopleError> {
        let id = self.id();
        let conflict = self
            .read(|rows| rows.conflict(id, number))?
            .ok_or(PeopleError::NoConflict(number))?;
        let work = self.hand_work().await?;
        let _alone = self.people.lock().await;
        let row = work
            .mapping
            .active()
            .find(|row| row.key() == conflict.row_key);
        let row = row.ok_or(PeopleError::NoConflict(number))?.clone();
        let (contact_id, lead_id) = (&conflict.contact_id, &conflict.lead_id);
        let contact = self.read_one_contact(&work, contact_id).await?;
        if !self.read_lead_again(&work, lead_id).await? {
            return Err(PeopleError::NoLead(lead_id.clone()));
        }
        let lead = self.read(|rows| rows.person_copy(id, PeopleSide::Lead, lead_id))?;
        let lead = lead.ok_or_else(|| PeopleError::NoLead(lead_id.clone()))?;
        let (in_hubspot, in_tuco) = match keep {
            Side::Contact => {
                let text = conflict.contact.clone();
                let other = other_value(&work, &row, keep, &text, &contact.values);
                (Some(text), other.ok())
            }
            Side::Lead => {
                let text = conflict.lead.clone();
                let other = other_value(&work, &row, keep, &text, &lead.values);
                (other.ok(), Some(text))
            }
        };
        let held = mapping::value(&contact.values, &row.hubspot.to_string());
        let writable = row.hubspot.contact_property().is_some();
        if let Some(text) = in_hubspot.filter(|text| writable && text != held) {
            let values = Values::from([(row.hubspot.to_string(), text)]);
            let hubspot = &self.outside.hubspot;
            self.attempt(|| hubspot.update(ObjectKind::Contacts, contact_id, &values))
                .await?;
        }
        let held = mapping::value(&lead.values, row.lead.as_str());
        if let Some(text) = in_tuco.filter(|text| text != held) {
            let values = Values::from([(row.lead.to_string(), text)]);
            let fields = records::lead_fields(&values, &lead.values);
            let tuco = &self.outside.tuco;
            self.attempt(|| tuco.update_lead(lead_id, &fields)).await?;
        }
        let contact = self.read_one_contact(&work, contact_id).await?;
        self.read_lead_again(&work, lead_id).await?;
        let winner = match keep {
            Side::Contact => "contact",
            Side::Lead => "lead",
        };
        self.write(|rows| {
            rows.settle_conflict(number, winner)?;
            let lead = rows.person_copy(id, PeopleSide::Lead, lead_id)?;
            let pair = rows.pair_of(id, PeopleSide::Contact, contact_id)?;
            let Some((mut pair, lead)) = pair.zip(lead) else {
                return Ok(());
            };
            let agreed = agreement(&row, &contact.values, &lead.values, &work.region);
            pair.mirror.insert(row.key(), agreed);
            rows.put_pair(id, &pair)
        })?;
        Ok(conflict)
    }

    /// Reads the records of a person afresh, as far as there are any.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn read_person(
        &self,
        contact: Option<&str>,
        lead: Option<&str>,
    ) -> Result<(), PeopleError> {
        let (id, work) = (self.id(), self.hand_work().await?);
        if let Some(contact) = contact {
            match self.read_one_contact(&work, contact).await {
                Ok(_) => {}
                Err(PeopleError::NoContact(_)) => {
                    let now = self.now();
                    self.write(|rows| super::contacts::contact_gone(rows, id, contact, now))?;
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(lead) = lead {
            self.read_lead_again(&work, lead).await?;
        }
        Ok(())
    }

    /// Contacts and leads by words: those that are known here, and those that the services find.
    ///
    /// # Errors
    /// Why a service could not be asked, where nobody is known here either.
    pub async fn find_people(
        &self,
        words: &str,
        only: Option<PeopleSide>,
    ) -> Result<Vec<FoundPerson>, Trouble> {
        let (id, words) = (self.id(), words.trim());
        let mut found: Vec<FoundPerson> = Vec::new();
        let sides = [PeopleSide::Contact, PeopleSide::Lead];
        for side in sides
            .into_iter()
            .filter(|side| only.is_none_or(|only| only == *side))
        {
            let known = self.read(|rows| rows.copies_by_words(id, side, words, MOST_FOUND))?;
            found.extend(known.iter().map(FoundPerson::from));
        }
        if words.is_empty() || found.len() >= MOST_FOUND {
            found.truncate(MOST_FOUND);
            return Ok(found);
        }
        let asked = self.asked_for(words, only).await;
        let mut seen: BTreeSet<(&str, String)> = found
            .iter()
            .map(|one| (one.side.as_str(), one.id.clone()))
            .collect();
        match asked {
            Ok(more) => {
                for one in more {
                    if seen.insert((one.side.as_str(), one.id.clone())) {
                        found.push(one);
                    }
                }
            }
            Err(trouble) if found.is_empty() => return Err(trouble),
            Err(_) => {}
        }
        found.truncate(MOST_FOUND);
        Ok(found)
    }

    async fn asked_for(
        &self,
        words: &str,
        only: Option<PeopleSide>,
    ) -> Result<Vec<FoundPerson>, Trouble> {
        let mut found = Vec::new();
        if only != Some(PeopleSide::Lead) {
            let contacts = self.search_contacts(words).await?;
            found.extend(contacts.into_iter().map(|one| FoundPerson {
                side: PeopleSide::Contact,
                id: one.id,
                name: one.name,
                email: one.email,
                phone: one.phone,
                company: one.company,
            }));
        }
        if only != Some(PeopleSide::Contact) {
            let query = LeadsQuery {
                search: Some(words.to_owned()),
                page: 1,
                limit: 20,
                ..LeadsQuery::default()
            };
            let page = self.attempt(|| self.outside.tuco.leads(&query)).await?;
            let region = self.settings()?.phone_region;
            let now = self.now();
            found.extend(
                page.items
                    .iter()
                    .map(|lead| FoundPerson::from(&records::of_lead(lead, &region, now))),
            );
        }
        Ok(found)
    }

    /// Makes a property in the portal, in a group that is made too where there is none of that name; the
    /// portal's fields are read again.
    ///
    /// # Errors
    /// Why HubSpot did not make it.
    pub async fn create_property(
        &self,
        kind: ObjectKind,
        mut new: NewProperty,
        group: &str,
    ) -> Result<(), Trouble> {
        let hubspot = &self.outside.hubspot;
        let groups = self.attempt(|| hubspot.property_groups(kind)).await?;
        let known = groups
            .iter()
            .find(|one| one.label == group || one.name == group)
            .map(|one| one.name.clone());
        new.group = match known {
            Some(name) => name,
            None if group.trim().is_empty() => USUAL_GROUP.to_owned(),
            None => {
                let made = PropertyGroup {
                    name: internal_name(group),
                    label: group.trim().to_owned(),
                };
                already_there_is_fine(
                    self.attempt(|| hubspot.create_property_group(kind, &made))
                        .await,
                )?;
                made.name
            }
        };
        self.attempt(|| hubspot.create_property(kind, &new)).await?;
        self.portal_fields(true).await?;
        Ok(())
    }
}

/// A name as HubSpot takes it inside.
fn internal_name(text: &str) -> String {
    let name: String = text
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    format!("g_{}", name.trim_matches('_'))
}

/// Puts a person aside, or takes them up again.
///
/// # Errors
/// See [`StoreError`].
pub fn put_aside(
    rows: &crate::store::Writer<'_>,
    connection: i64,
    contact: Option<&str>,
    lead: Option<&str>,
    aside: bool,
    now: wire::Timestamp,
) -> Result<(), StoreError> {
    for (side, id) in [(PeopleSide::Contact, contact), (PeopleSide::Lead, lead)] {
        if let Some(id) = id {
            rows.set_aside(connection, side, id, aside)?;
            if aside {
                rows.settle_copy(connection, side, id, "ignored")?;
            }
        }
    }
    let what = if aside { "ignored" } else { "heeded" };
    rows.add_pair_step(
        connection,
        what,
        "by_hand",
        contact.unwrap_or_default(),
        lead.unwrap_or_default(),
        now,
    )
}
