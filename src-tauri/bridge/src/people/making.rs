//! Making the lead of a contact, and the contact of a lead.
//!
//! Tuco knows its leads by their addresses, so a lead that was made by an answer nobody heard is adopted. A
//! contact with an address is made by an upsert, which makes one however often it is said; one that has only
//! a number is looked for first.

use super::step::link;
use super::{PeopleTally, Work, records, writing};
use crate::engine::Engine;
use crate::refusal;
use crate::store::people::NewPeopleEffect;
use crate::store::{CopyRow, PairRow, PeopleSide, StoreError};
use crate::trouble::Trouble;
use hubspot::{NewRecord, ObjectKind, RecordUpdate};
use mapping::{Values, merge, value};
use std::collections::{BTreeMap, BTreeSet};
use tuco::{NewLead, NewLeads};
use wire::Repeat;

/// Records, and what is made of each on the other side.
pub(super) type Batch = Vec<(CopyRow, Values)>;

const KIND: ObjectKind = ObjectKind::Contacts;
/// After an answer that was lost, a contact without an address is not made again before this.
const GRACE_MS: i64 = 60_000;

impl Engine {
    pub(super) async fn make_leads(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let mut left = if new.is_empty() { vec![] } else { vec![new] };
        while let Some(batch) = left.pop() {
            let effects = self.begin(&batch, "lead_create")?;
            let leads = NewLeads {
                leads: batch
                    .iter()
                    .map(|(contact, values)| new_lead(contact, values))
                    .collect(),
                list_id: work.setup.lead_list.clone(),
                source: Some("tuco-for-hubspot".to_owned()),
                ..NewLeads::default()
            };
            let tuco = &self.outside.tuco;
            let answer = self.attempt(|| tuco.create_leads(&leads)).await;
            match answer {
                Ok(created) => self.leads_made(work, &batch, &effects, &created, tally)?,
                Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                    self.end(&effects, "refused", "refused")?;
                    if batch.len() > 1 {
                        // One bad lead refuses all: the halves tell which it is.
                        let mut first = batch;
                        let second = first.split_off(first.len() / 2);
                        left.extend([first, second]);
                        continue;
                    }
                    self.hold(&batch, "refused", tally)?;
                }
                Err(trouble) => {
                    self.end(&effects, "unknown", "")?;
                    return Err(trouble);
                }
            }
        }
        Ok(())
    }

    fn leads_made(
        &self,
        work: &Work,
        batch: &[(CopyRow, Values)],
        effects: &[i64],
        created: &tuco::CreatedLeads,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        let known: BTreeMap<&str, &str> = created
            .known
            .iter()
            .map(|(contact, lead)| (contact.as_str(), lead.as_str()))
            .collect();
        // New ones are answered in the order given; who was there already is named by the contact.
        let fresh: Vec<&(CopyRow, Values)> = batch
            .iter()
            .filter(|(contact, _)| !known.contains_key(contact.id.as_str()))
            .collect();
        let told = fresh.len() == created.lead_ids.len();
        let (id, now) = (self.id(), self.now());
        let made = self.write(|rows| {
            for effect in effects {
                rows.end_people_effect(*effect, "done", "", now)?;
            }
            let mut made = 0;
            if told {
                for ((contact, values), lead_id) in fresh.iter().zip(&created.lead_ids) {
                    let lead = CopyRow {
                        side: PeopleSide::Lead,
                        id: lead_id.clone(),
                        name: contact.name.clone(),
                        values: values.clone(),
                        addresses: addresses(values, &work.region),
                        claim: contact.id.clone(),
                        changed_at: Some(now),
                        read_at: now,
                        held: String::new(),
                        number: 0,
                        ignored: false,
                    };
                    rows.put_copy(id, &lead, work.run)?;
                    let mirror =
                        merge::agreed(&work.mapping, &contact.values, &lead.values, &work.region);
                    let pair = created_pair(&contact.id, lead_id, mirror, now);
                    link(rows, id, &pair, "linked", now)?;
                    rows.settle_copy(id, PeopleSide::Contact, &contact.id, "")?;
                    rows.settle_copy(id, PeopleSide::Lead, lead_id, "")?;
                    made += 1;
                }
            }
            Ok::<_, StoreError>(made)
        })?;
        tally.leads_created += made;
        if !told && !fresh.is_empty() {
            // Which is which is not told: the next full read finds them by their contact.
            self.hold_some(
                fresh.iter().map(|(contact, _)| contact),
                "unknown_outcome",
                tally,
            )?;
            self.write(|rows| rows.remove_cursor(id, super::leads::READ))?;
        }
        for (contact, _) in batch {
            let Some(lead) = known.get(contact.id.as_str()) else {
                continue;
            };
            // It was there: linked, and compared in the next look at it.
            let (taken, parted) = self.read(|rows| {
                let taken = rows.pair_of(id, PeopleSide::Lead, lead)?.is_some();
                Ok((taken, rows.is_no_pair(id, &contact.id, lead)?))
            })?;
            if taken || parted {
                let reason = if parted { "unlinked" } else { "shared_address" };
                self.hold_some([contact], reason, tally)?;
                continue;
            }
            let pair = PairRow {
                how: "address".to_owned(),
                ..created_pair(&contact.id, lead, merge::Mirror::new(), now)
            };
            tally.skip("lead_existed");
            self.write(|rows| {
                link(rows, id, &pair, "linked", now)?;
                // Its values are not known here yet.
                rows.settle_copy(id, PeopleSide::Contact, &contact.id, "not_read_yet")?;
                rows.remove_cursor(id, super::leads::READ)
            })?;
        }
        Ok(())
    }

    pub(super) async fn make_contacts(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        if new.is_empty() {
            return Ok(());
        }
        let sorted = self.whom_nobody_has(work, new, tally).await?;
        for (lead, reason) in &sorted.held {
            self.hold_some([lead], reason, tally)?;
        }
        self.upsert_contacts(work, sorted.by_email, tally).await?;
        self.make_by_phone(work, sorted.by_phone, tally).await
    }

    async fn upsert_contacts(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let mut left = if new.is_empty() { vec![] } else { vec![new] };
        while let Some(batch) = left.pop() {
            let effects = self.begin(&batch, "contact_create")?;
            let inputs: Vec<RecordUpdate> = batch
                .iter()
                .map(|(lead, values)| RecordUpdate {
                    id: value(values, "email").to_lowercase(),
                    trace_id: Some(lead.id.clone()),
                    properties: values.clone(),
                })
                .collect();
            let hubspot = &self.outside.hubspot;
            match self
                .attempt(|| hubspot.batch_upsert(KIND, "email", &inputs))
                .await
            {
                Ok(outcome) => {
                    let named = self.contacts_made(work, &batch, &effects, &outcome, tally)?;
                    self.adopt(work, named, tally).await?;
                }
                Err(Trouble::HubSpot(hubspot::Error {
                    kind:
                        hubspot::ErrorKind::Conflict {
                            existing_id: Some(existing),
                            ..
                        },
                    ..
                })) if batch.len() == 1 => {
                    self.end(&effects, "refused", "address_taken")?;
                    let named = batch.into_iter().map(|(lead, _)| (lead, existing.clone()));
                    self.adopt(work, named.collect(), tally).await?;
                }
                Err(trouble) => {
                    if let Some(halves) = self.halved(batch, &effects, trouble, tally)? {
                        left.extend(halves);
                    }
                }
            }
        }
        Ok(())
    }

    async fn make_by_phone(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let id = self.id();
        let mut batch = Vec::new();
        for (lead, values) in new {
            let lost = self.read(|rows| rows.unknown_since(id, &lead.id))?;
            if lost.is_some_and(|at| self.now().saturating_sub(at) < GRACE_MS) {
                // A lost write may still arrive, and search trails behind.
                tally.skip("unknown_outcome");
            } else {
                batch.push((lead, values));
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
        let effects = self.begin(&batch, "contact_create")?;
        let inputs: Vec<NewRecord> = batch
            .iter()
            .map(|(lead, values)| NewRecord {
                trace_id: Some(lead.id.clone()),
                properties: values.clone(),
                associations: Vec::new(),
            })
            .collect();
        let hubspot = &self.outside.hubspot;
        let answer = hubspot.batch_create(KIND, &inputs, Repeat::Once).await;
        match answer {
            Ok(outcome) => {
                let named = self.contacts_made(work, &batch, &effects, &outcome, tally)?;
                self.adopt(work, named, tally).await
            }
            Err(error) => {
                self.end(&effects, "unknown", "")?;
                Err(Trouble::HubSpot(error))
            }
        }
    }

    /// A whole batch was refused: its halves, where it has any.
    fn halved(
        &self,
        mut batch: Batch,
        effects: &[i64],
        trouble: Trouble,
        tally: &mut PeopleTally,
    ) -> Result<Option<[Batch; 2]>, Trouble> {
        let no = match &trouble {
            Trouble::HubSpot(error)
                if error.retry_class() == wire::RetryClass::Permanent
                    && !refusal::lacks_scopes(error) =>
            {
                writing::why(&error.kind)
            }
            _ => {
                self.end(effects, "unknown", "")?;
                return Err(trouble);
            }
        };
        self.end(effects, "refused", no.cause())?;
        if batch.len() < 2 {
            self.hold(&batch, no.word, tally)?;
            return Ok(None);
        }
        let second = batch.split_off(batch.len() / 2);
        Ok(Some([batch, second]))
    }

    /// Keeps what an answer says of each; those whose address a contact has by now come back with its id.
    fn contacts_made(
        &self,
        work: &Work,
        batch: &[(CopyRow, Values)],
        effects: &[i64],
        outcome: &hubspot::BatchOutcome,
        tally: &mut PeopleTally,
    ) -> Result<Vec<(CopyRow, String)>, StoreError> {
        let (id, now) = (self.id(), self.now());
        let mut named = Vec::new();
        for ((lead, values), effect) in batch.iter().zip(effects) {
            let email = value(values, "email").to_lowercase();
            let phone = value(values, "phone");
            let made = outcome.records.iter().find(|record| {
                record.trace_id.as_deref() == Some(&*lead.id)
                    || (!email.is_empty()
                        && record
                            .text("email")
                            .is_some_and(|one| one.to_lowercase() == email))
                    || (email.is_empty()
                        && !phone.is_empty()
                        && record.text("phone") == Some(phone))
            });
            let refused = outcome
                .refusals
                .iter()
                .find(|refusal| refusal.trace_ids.contains(&lead.id));
            let Some(record) = made else {
                let Some(refused) = refused else {
                    // Its news stays, so that it is looked at again.
                    self.write(|rows| rows.end_people_effect(*effect, "unknown", "", now))?;
                    tally.skip("unknown_outcome");
                    continue;
                };
                let no = writing::why(&refused.problem);
                self.write(|rows| rows.end_people_effect(*effect, "refused", no.cause(), now))?;
                match &refused.existing_id {
                    Some(existing) => named.push((lead.clone(), existing.clone())),
                    None if no.word == "unknown_outcome" => tally.skip(no.word),
                    None => self.hold_some([lead], no.word, tally)?,
                }
                continue;
            };
            let mut kept = records::of_contact(record, work, None, now);
            let unsaid = values
                .iter()
                .filter(|(name, _)| !record.properties.contains_key(*name));
            kept.values
                .extend(unsaid.map(|(name, text)| (name.clone(), text.clone())));
            kept.addresses.extend(lead.addresses.iter().cloned());
            let mirror = merge::agreed(&work.mapping, &kept.values, &lead.values, &work.region);
            let pair = created_pair(&kept.id, &lead.id, mirror, now);
            self.write(|rows| {
                rows.end_people_effect(*effect, "done", "", now)?;
                rows.put_copy(id, &kept, work.run)?;
                link(rows, id, &pair, "linked", now)?;
                rows.settle_copy(id, PeopleSide::Contact, &kept.id, "")?;
                rows.settle_copy(id, PeopleSide::Lead, &lead.id, "")
            })?;
            tally.contacts_created += 1;
        }
        Ok(named)
    }

    /// Writes down what is about to leave.
    fn begin(&self, batch: &[(CopyRow, Values)], kind: &str) -> Result<Vec<i64>, StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            batch
                .iter()
                .map(|(copy, values)| {
                    let (contact_id, lead_id) = match copy.side {
                        PeopleSide::Contact => (copy.id.as_str(), ""),
                        PeopleSide::Lead => ("", copy.id.as_str()),
                    };
                    let effect = NewPeopleEffect {
                        kind,
                        contact_id,
                        lead_id,
                        values,
                    };
                    rows.begin_people_effect(id, &effect, now)
                })
                .collect()
        })
    }

    fn end(&self, effects: &[i64], progress: &str, cause: &str) -> Result<(), StoreError> {
        let now = self.now();
        self.write(|rows| {
            effects
                .iter()
                .try_for_each(|effect| rows.end_people_effect(*effect, progress, cause, now))
        })
    }

    fn hold(
        &self,
        batch: &[(CopyRow, Values)],
        reason: &str,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        self.hold_some(batch.iter().map(|(copy, _)| copy), reason, tally)
    }

    fn hold_some<'c>(
        &self,
        copies: impl IntoIterator<Item = &'c CopyRow>,
        reason: &str,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        let id = self.id();
        for copy in copies {
            tally.skip(reason);
            self.write(|rows| rows.settle_copy(id, copy.side, &copy.id, reason))?;
        }
        Ok(())
    }
}

fn created_pair(contact: &str, lead: &str, mirror: merge::Mirror, now: wire::Timestamp) -> PairRow {
    PairRow {
        contact_id: contact.to_owned(),
        lead_id: lead.to_owned(),
        how: "created".to_owned(),
        since: now,
        mirror,
    }
}

fn new_lead(contact: &CopyRow, values: &Values) -> NewLead {
    NewLead {
        hs_contact_id: Some(contact.id.clone()),
        extra: records::lead_fields(values, &Values::new()),
        ..NewLead::default()
    }
}

fn addresses(values: &Values, region: &str) -> BTreeSet<String> {
    values
        .iter()
        .filter_map(|(name, text)| {
            let field: mapping::LeadField = name.parse().ok()?;
            field
                .identifies()
                .then(|| merge::in_lead(&field, text, region))
        })
        .collect()
}
