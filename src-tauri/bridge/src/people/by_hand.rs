//! What a person decides: who belongs to whom, what a conflict ends in, and whether both sides are complete.

use super::step::link;
use super::{Work, records, setup};
use crate::engine::Engine;
use crate::person::How;
use crate::store::{ConflictRow, LinkRow, PairRow, PeopleSide, StoreError};
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Search};
use mapping::Values;
use mapping::merge::{Mirror, agreement};
use std::collections::BTreeMap;

/// Why it can't be done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// A service or the data file.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// There is no such contact.
    #[error(
        "HubSpot has no contact {0}. Look at the number in the contact's address in the browser."
    )]
    NoContact(String),
    /// There is no such lead.
    #[error("Tuco has no lead {0}.")]
    NoLead(String),
    /// The two are not linked.
    #[error("Nobody is linked to {0}.")]
    NotLinked(String),
    /// There is no such conflict.
    #[error("There is no conflict {0}, or it was put back already.")]
    NoConflict(i64),
}

impl From<StoreError> for PeopleError {
    fn from(error: StoreError) -> Self {
        Self::Trouble(Trouble::Store(error))
    }
}

/// A portal's total beside what is known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Contacts in the portal.
    pub contacts_there: u64,
    /// Contacts known here.
    pub contacts_here: u64,
    /// Leads in the workspace, where it tells.
    pub leads_there: Option<u64>,
    /// Leads known here.
    pub leads_here: u64,
    /// Contacts that are there and not here: id and name, the first hundred.
    pub missing: Vec<(String, String)>,
    /// How many they are.
    pub missing_in_all: u64,
    /// Contacts that are here and not there: id and name, the first hundred.
    pub surplus: Vec<(String, String)>,
    /// How many they are.
    pub surplus_in_all: u64,
}

impl Engine {
    /// A lead is a contact, because a person says so. The two are compared in the next round.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn link_people(&self, contact: &str, lead: &str) -> Result<(), PeopleError> {
        let id = self.id();
        let work = self.hand_work().await?;
        let _alone = self.people.lock().await;
        self.read_one_contact(&work, contact).await?;
        if !self.read_lead_again(&work, lead).await? {
            return Err(PeopleError::NoLead(lead.to_owned()));
        }
        let now = self.now();
        let pair = PairRow {
            contact_id: contact.to_owned(),
            lead_id: lead.to_owned(),
            how: How::ByHand.as_str().to_owned(),
            since: now,
            mirror: Mirror::new(),
        };
        self.write(|rows| {
            rows.set_no_pair(id, contact, lead, false)?;
            rows.set_no_pair(id, contact, "", false)?;
            link(rows, id, &pair, "linked", now)?;
            rows.soil_copy(id, PeopleSide::Contact, contact)?;
            rows.soil_copy(id, PeopleSide::Lead, lead)?;
            // Entries follow: by hand wins over found.
            rows.put_link(
                id,
                &LinkRow {
                    person: format!("lead:{lead}"),
                    contact_id: contact.to_owned(),
                    how: How::ByHand.as_str().to_owned(),
                    owner_id: None,
                    also: Vec::new(),
                    since: now,
                },
            )
        })?;
        Ok(())
    }

    /// A contact and its lead are not the same person. They are not linked again by themselves.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub fn unlink_people(&self, record: &str) -> Result<PairRow, PeopleError> {
        let (id, now) = (self.id(), self.now());
        let pair = self.read(|rows| {
            Ok(match rows.pair_of(id, PeopleSide::Contact, record)? {
                Some(pair) => Some(pair),
                None => rows.pair_of(id, PeopleSide::Lead, record)?,
            })
        })?;
        let pair = pair.ok_or_else(|| PeopleError::NotLinked(record.to_owned()))?;
        self.write(|rows| {
            rows.end_pair(id, &pair.contact_id)?;
            rows.set_no_pair(id, &pair.contact_id, &pair.lead_id, true)?;
            rows.add_pair_step(
                id,
                "unlinked",
                "by_hand",
                &pair.contact_id,
                &pair.lead_id,
                now,
            )?;
            rows.settle_copy(id, PeopleSide::Contact, &pair.contact_id, "unlinked")?;
            rows.settle_copy(id, PeopleSide::Lead, &pair.lead_id, "unlinked")
        })?;
        Ok(pair)
    }

    /// Puts back what lost a conflict, in the record where it was overwritten. The two then differ, and stay
    /// so until one of them changes.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn undo_conflict(&self, number: i64) -> Result<ConflictRow, PeopleError> {
        let id = self.id();
        let found = self.read(|rows| rows.conflict(id, number))?;
        let conflict = found
            .filter(|one| one.undone_at.is_none() && one.winner.is_some())
            .ok_or(PeopleError::NoConflict(number))?;
        let work = self.hand_work().await?;
        let _alone = self.people.lock().await;
        let row = work
            .mapping
            .active()
            .find(|row| row.key() == conflict.row_key);
        let row = row.ok_or(PeopleError::NoConflict(number))?.clone();
        let (contact_id, lead_id) = (&conflict.contact_id, &conflict.lead_id);
        if conflict.winner.as_deref() == Some("contact") {
            let own = self.read(|rows| rows.person_copy(id, PeopleSide::Lead, lead_id))?;
            let own = own.map(|lead| lead.values).unwrap_or_default();
            let values = Values::from([(row.lead.to_string(), conflict.lead.clone())]);
            let fields = records::lead_fields(&values, &own);
            let tuco = &self.outside.tuco;
            self.attempt(|| tuco.update_lead(lead_id, &fields)).await?;
        } else {
            let values = Values::from([(row.hubspot.to_string(), conflict.contact.clone())]);
            let hubspot = &self.outside.hubspot;
            self.attempt(|| hubspot.update(ObjectKind::Contacts, contact_id, &values))
                .await?;
        }
        let contact = self.read_one_contact(&work, contact_id).await?;
        self.read_lead_again(&work, lead_id).await?;
        let now = self.now();
        self.write(|rows| {
            rows.undo_conflict(number, now)?;
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

    /// Compares the totals of both sides with what is known here, and names who is missing.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn reconcile_people(&self, repair: bool) -> Result<Reconciled, PeopleError> {
        let id = self.id();
        let work = self.hand_work().await?;
        let hubspot = &self.outside.hubspot;
        let search = Search::new().group([Filter::has("createdate")]).limit(1);
        let total = self
            .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
            .await?
            .total;
        let query = tuco::LeadsQuery {
            page: 1,
            limit: 1,
            ..tuco::LeadsQuery::default()
        };
        let leads_there = self
            .attempt(|| self.outside.tuco.leads(&query))
            .await?
            .total;
        let mut told = Reconciled {
            contacts_there: total,
            leads_there: leads_there.map(u64::from),
            ..Reconciled::default()
        };
        let mut listed: BTreeMap<String, String> = BTreeMap::new();
        let mut after: Option<String> = None;
        let (mut missing, mut seen) = (Vec::new(), 0_u64);
        let names = work.properties();
        loop {
            let page = self
                .attempt(|| {
                    hubspot.list(
                        ObjectKind::Contacts,
                        &["firstname", "lastname"],
                        after.as_deref(),
                        100,
                        false,
                    )
                })
                .await?;
            for record in page.records {
                seen += 1;
                let known =
                    self.read(|rows| rows.person_copy(id, PeopleSide::Contact, &record.id))?;
                let parts = [record.text("firstname"), record.text("lastname")];
                let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
                if known.is_none() {
                    missing.push(record.id.clone());
                    told.missing_in_all += 1;
                    if told.missing.len() < 100 {
                        told.missing.push((record.id.clone(), name.clone()));
                    }
                }
                listed.insert(record.id, String::new());
            }
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        told.contacts_there = told.contacts_there.max(seen);
        let mut place = String::new();
        loop {
            let copies =
                self.read(|rows| rows.copies_after(id, PeopleSide::Contact, &place, 500))?;
            let Some(last) = copies.last() else { break };
            place.clone_from(&last.id);
            for copy in copies.iter().filter(|copy| !listed.contains_key(&copy.id)) {
                told.surplus_in_all += 1;
                if told.surplus.len() < 100 {
                    told.surplus.push((copy.id.clone(), copy.name.clone()));
                }
                if repair {
                    let now = self.now();
                    self.write(|rows| super::contacts::contact_gone(rows, id, &copy.id, now))?;
                }
            }
        }
        if repair {
            for ids in missing.chunks(hubspot::MAX_INPUTS) {
                let read = self
                    .attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, ids, &names))
                    .await?;
                let tied = self.tied_values(&work, &read).await?;
                let mut tally = super::PeopleTally::default();
                self.keep_contacts(&work, &read, &tied, false, &mut tally, |_| Ok(()))?;
            }
            self.read_leads(&work, true).await?;
        }
        let (contacts, leads) = self.read(|rows| {
            let contacts = rows.copy_count(id, PeopleSide::Contact)?;
            Ok((contacts, rows.copy_count(id, PeopleSide::Lead)?))
        })?;
        told.contacts_here = contacts;
        told.leads_here = leads;
        Ok(told)
    }

    pub(super) async fn hand_work(&self) -> Result<Work, Trouble> {
        let setup = self.read(|rows| setup(&rows, self.id()))?;
        self.work(setup).await
    }

    pub(super) async fn read_one_contact(
        &self,
        work: &Work,
        contact: &str,
    ) -> Result<crate::store::CopyRow, PeopleError> {
        let (hubspot, names) = (&self.outside.hubspot, work.properties());
        let found = self
            .attempt(|| hubspot.record(ObjectKind::Contacts, contact, &names))
            .await?;
        let record = found.ok_or_else(|| PeopleError::NoContact(contact.to_owned()))?;
        let read = [record];
        let tied = self.tied_values(work, &read).await?;
        let mut tally = super::PeopleTally::default();
        self.keep_contacts(work, &read, &tied, false, &mut tally, |_| Ok(()))?;
        let [record] = read;
        Ok(records::of_contact(
            &record,
            work,
            tied.get(&record.id),
            self.now(),
        ))
    }
}
