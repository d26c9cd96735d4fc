//! Writing what changed to records that are there.
//!
//! Just before a write both records are read afresh and compared again, so that nothing that somebody wrote
//! meanwhile is overwritten unseen. What a service answers is what is agreed on: if it keeps a value in a
//! form of its own, or not at all, that starts nothing.

mod lead;

use super::step::{Update, compare, keep_conflicts};
use super::tied::TiedValues;
use super::{PeopleTally, Work, reasons, records};
use crate::engine::Engine;
use crate::planted::Defect;
use crate::refusal;
use crate::store::people::NewPeopleEffect;
use crate::store::{CopyRow, PairRow, PeopleSide, StoreError};
use crate::trouble::Trouble;
use hubspot::{ObjectKind, RecordUpdate};
use mapping::{Values, merge};
use std::collections::{BTreeMap, BTreeSet};

/// Cursor: Tuco did not take a change of a lead, and since when.
pub(super) const NO_LEAD_UPDATE: &str = "people.no_lead_update";
/// It is asked again after a day.
pub(super) const ASK_AGAIN_MS: i64 = 24 * 60 * 60_000;
/// A lead that was read longer ago than this is read again before it is written: somebody may have
/// written something since.
const FRESH_MS: i64 = 10_000;
/// So many leads are read again and then written in one go. Tuco takes two such calls a second: in a larger go the last
/// one would be written long after it was read.
const LEADS_AT_ONCE: usize = 10;

/// How a write to one record ended.
enum Done {
    /// It is as it should be; what it holds now.
    Written(Values),
    /// All was written but the values of these fields, which somebody else has.
    Partly(Values, BTreeSet<String>),
    /// Nothing was to be written.
    Nothing,
    /// Refused, by this reason.
    Refused(No),
}

/// Why a write was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct No {
    /// The stable word.
    pub(super) word: &'static str,
    /// What more the other side said; empty where the word says it all.
    said: String,
}

impl No {
    fn word(word: &'static str) -> Self {
        Self {
            word,
            said: String::new(),
        }
    }

    /// As it is kept beside the write.
    pub(super) fn cause(&self) -> &str {
        if self.said.is_empty() {
            self.word
        } else {
            &self.said
        }
    }
}

impl Engine {
    pub(super) async fn write_updates(
        &self,
        work: &Work,
        updates: Vec<Update>,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let offered = self.lead_update_offered(work)?;
        let (held, updates): (Vec<Update>, Vec<Update>) = updates
            .into_iter()
            .partition(|update| !offered && update.plan.is_for_lead_alone());
        for update in held {
            // Nothing of it can be written: nothing is read for it.
            let no = self.write_lead(work, &update, tally).await?;
            self.close(work, update, Done::Nothing, no, tally)?;
        }
        let (mut slow, quick): (Vec<Update>, Vec<Update>) = updates
            .into_iter()
            .partition(|update| offered && !update.plan.to_lead.is_empty());
        self.write_go(work, quick, tally).await?;
        while !slow.is_empty() {
            let rest = slow.split_off(slow.len().min(LEADS_AT_ONCE));
            self.write_go(work, slow, tally).await?;
            slow = rest;
        }
        Ok(())
    }

    async fn write_go(
        &self,
        work: &Work,
        updates: Vec<Update>,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        if updates.is_empty() {
            return Ok(());
        }
        let updates = self.read_afresh(work, updates, tally).await?;
        tally.conflicts += self.log_conflicts(&updates)?;
        let mut contacts = self.write_contacts(&updates).await?;
        for update in updates {
            let contact = contacts.remove(&update.contact.id).unwrap_or(Done::Nothing);
            let lead = self.write_lead(work, &update, tally).await?;
            if matches!(&lead, Done::Refused(no) if no.word == "lead_gone") {
                // It was forgotten, and its contact says why it is alone.
                continue;
            }
            self.close(work, update, contact, lead, tally)?;
        }
        Ok(())
    }

    /// Before anything is written: whoever is overwritten stands in the log, also if the program ends in
    /// the middle of the write.
    fn log_conflicts(&self, updates: &[Update]) -> Result<u64, StoreError> {
        if self.planted(Defect::SilentConflict) {
            return Ok(0);
        }
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            updates.iter().try_fold(0, |kept, update| {
                Ok(kept + keep_conflicts(rows, id, update, now)?)
            })
        })
    }

    /// Both records as they are now, compared again.
    async fn read_afresh(
        &self,
        work: &Work,
        updates: Vec<Update>,
        tally: &mut PeopleTally,
    ) -> Result<Vec<Update>, Trouble> {
        let (id, hubspot) = (self.id(), &self.outside.hubspot);
        let ids: Vec<String> = updates
            .iter()
            .map(|update| update.contact.id.clone())
            .collect();
        let names = work.properties();
        let mut read = Vec::new();
        for ids in ids.chunks(hubspot::MAX_INPUTS) {
            read.extend(
                self.attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, ids, &names))
                    .await?,
            );
        }
        let tied: TiedValues = self.tied_values(work, &read).await?;
        let offered = self.lead_update_offered(work)?;
        self.keep_contacts(work, &read, &tied, false, tally, |_| Ok(()))?;
        let there: BTreeMap<&str, &hubspot::Record> = read
            .iter()
            .map(|record| (record.id.as_str(), record))
            .collect();
        let mut fresh = Vec::new();
        for mut update in updates {
            let Some(record) = there.get(update.contact.id.as_str()) else {
                // Archived or merged since it was read: found out by the next look at it.
                tally.skip("contact_gone");
                let now = self.now();
                self.write(|rows| {
                    super::contacts::contact_gone(rows, id, &update.contact.id, now)
                })?;
                continue;
            };
            let kept = self.read(|rows| rows.person_copy(id, PeopleSide::Contact, &record.id))?;
            update.contact = kept.unwrap_or_else(|| {
                records::of_contact(record, work, tied.get(&record.id), self.now())
            });
            let again =
                |update: &Update| compare(work, &update.contact, &update.lead, &update.pair.mirror);
            // By the contact as it is now: what was to be written to it may have become a write to the lead.
            update.plan = again(&update);
            let old = self.now().saturating_sub(update.lead.read_at) > FRESH_MS;
            let old = old && !self.planted(Defect::StaleLead);
            if old && !update.plan.to_lead.is_empty() && offered {
                if !self.read_lead_again(work, &update.lead.id).await? {
                    continue;
                }
                let lead =
                    self.read(|rows| rows.person_copy(id, PeopleSide::Lead, &update.lead.id))?;
                update.lead = lead.unwrap_or(update.lead);
                update.plan = again(&update);
            }
            fresh.push(update);
        }
        Ok(fresh)
    }

    async fn write_contacts(&self, updates: &[Update]) -> Result<BTreeMap<String, Done>, Trouble> {
        let (id, now) = (self.id(), self.now());
        let inputs: Vec<RecordUpdate> = updates
            .iter()
            .filter(|update| !update.plan.to_contact.is_empty())
            .map(|update| RecordUpdate {
                id: update.contact.id.clone(),
                trace_id: Some(format!("c{}", update.contact.id)),
                properties: update.plan.to_contact.clone(),
            })
            .collect();
        let mut done = BTreeMap::new();
        if inputs.is_empty() {
            return Ok(done);
        }
        let effects = self.write(|rows| {
            let mut effects = BTreeMap::new();
            for update in updates
                .iter()
                .filter(|update| !update.plan.to_contact.is_empty())
            {
                let effect = NewPeopleEffect {
                    kind: "contact_update",
                    contact_id: &update.contact.id,
                    lead_id: &update.lead.id,
                    values: &update.plan.to_contact,
                };
                effects.insert(
                    update.contact.id.clone(),
                    rows.begin_people_effect(id, &effect, now)?,
                );
            }
            Ok::<_, StoreError>(effects)
        })?;
        let hubspot = &self.outside.hubspot;
        let mut left = vec![inputs];
        while let Some(batch) = left.pop() {
            match self
                .attempt(|| hubspot.batch_update(ObjectKind::Contacts, &batch))
                .await
            {
                Ok(outcome) => {
                    for record in &outcome.records {
                        let held = |name: &String| record.text(name).unwrap_or_default().to_owned();
                        let wrote = batch.iter().find(|input| input.id == record.id);
                        let values = wrote.map(|input| {
                            let names = input.properties.iter();
                            names
                                .map(|(name, given)| {
                                    let told = record.properties.contains_key(name);
                                    (name.clone(), if told { held(name) } else { given.clone() })
                                })
                                .collect()
                        });
                        done.insert(record.id.clone(), Done::Written(values.unwrap_or_default()));
                    }
                    for refused in &outcome.refusals {
                        for trace in &refused.trace_ids {
                            let contact = trace.strip_prefix('c').unwrap_or(trace);
                            done.insert(contact.to_owned(), Done::Refused(why(&refused.problem)));
                        }
                    }
                }
                Err(Trouble::HubSpot(error))
                    if error.retry_class() == wire::RetryClass::Permanent
                        && !refusal::lacks_scopes(&error) =>
                {
                    match batch.as_slice() {
                        [only] => {
                            done.insert(only.id.clone(), Done::Refused(why(&error.kind)));
                        }
                        several => {
                            let (first, second) = several.split_at(several.len() / 2);
                            left.extend([first.to_vec(), second.to_vec()]);
                        }
                    }
                }
                Err(trouble) => return Err(trouble),
            }
        }
        let now = self.now();
        self.write(|rows| {
            for (contact, effect) in &effects {
                let (progress, cause) = match done.get(contact) {
                    Some(Done::Refused(no)) => ("refused", no.cause()),
                    Some(_) => ("done", ""),
                    None => ("unknown", ""),
                };
                rows.end_people_effect(*effect, progress, cause, now)?;
            }
            Ok::<_, StoreError>(())
        })?;
        // Neither among the records nor among the refusals: looked at again in the next round.
        for contact in effects.into_keys() {
            done.entry(contact)
                .or_insert(Done::Refused(No::word("unknown_outcome")));
        }
        Ok(done)
    }

    /// What both hold now is kept, and what they agree on from here.
    fn close(
        &self,
        work: &Work,
        mut update: Update,
        contact: Done,
        lead: Done,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        let mut refused = "";
        if let Done::Refused(no) = &lead {
            refused = no.word;
            update
                .plan
                .fields
                .iter_mut()
                .filter(|field| is_for(field, merge::Side::Lead))
                .for_each(unwritten);
        }
        if let Done::Partly(_, left) = &lead {
            refused = "address_taken";
            let rows = work.mapping.active();
            let keys: BTreeSet<String> = rows
                .filter(|row| left.contains(row.lead.as_str()))
                .map(mapping::Row::key)
                .collect();
            let fields = update.plan.fields.iter_mut();
            fields
                .filter(|field| is_for(field, merge::Side::Lead) && keys.contains(&field.key))
                .for_each(unwritten);
        }
        if let Done::Refused(no) = &contact {
            refused = no.word;
            tally.skip(refused);
            update
                .plan
                .fields
                .iter_mut()
                .filter(|field| is_for(field, merge::Side::Contact))
                .for_each(unwritten);
        }
        if let Done::Written(values) = contact {
            tally.contacts_updated += 1;
            take(&mut update.contact, values);
        }
        if let Done::Written(values) | Done::Partly(values, _) = lead {
            tally.leads_updated += 1;
            update.lead.values = values;
            update.lead.read_at = now;
        }
        let mirror = merge::agreed_after(
            &work.mapping,
            &update.pair.mirror,
            &update.plan,
            &update.contact.values,
            &update.lead.values,
            &work.region,
        );
        let pair = PairRow {
            mirror,
            ..update.pair.clone()
        };
        self.write(|rows| {
            rows.put_copy(id, &update.contact, work.run)?;
            rows.put_copy(id, &update.lead, work.run)?;
            rows.put_pair(id, &pair)?;
            rows.settle_copy(id, PeopleSide::Contact, &update.contact.id, refused)?;
            rows.settle_copy(id, PeopleSide::Lead, &update.lead.id, refused)?;
            if refused == "unknown_outcome" {
                rows.soil_copy(id, PeopleSide::Contact, &update.contact.id)?;
            }
            Ok(())
        })
    }
}

fn is_for(field: &merge::Field, side: merge::Side) -> bool {
    field
        .write
        .as_ref()
        .is_some_and(|(target, _)| *target == side)
}

fn unwritten(field: &mut merge::Field) {
    field.write = None;
    field.why = merge::Why::NotThisWay;
}

fn take(contact: &mut CopyRow, values: Values) {
    for (name, text) in values {
        if text.is_empty() {
            contact.values.remove(&name);
        } else {
            contact.values.insert(name, text);
        }
    }
}

/// Why HubSpot refused something.
pub(super) fn why(problem: &hubspot::ErrorKind) -> No {
    match problem {
        // Trouble of a moment is no refusal: whoever it was about is looked at again in the next round.
        passing if passing.retry_class() != wire::RetryClass::Permanent => {
            No::word("unknown_outcome")
        }
        hubspot::ErrorKind::Conflict { .. } => No::word("address_taken"),
        hubspot::ErrorKind::InvalidProperties(problems) => No {
            word: "invalid_value",
            said: reasons::refused_values(problems),
        },
        hubspot::ErrorKind::NotFound => No::word("contact_gone"),
        hubspot::ErrorKind::PlanLimit { .. } => No::word("plan_limit"),
        _ => No::word("refused"),
    }
}
