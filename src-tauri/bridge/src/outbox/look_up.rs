//! Unknown outcomes: what is there already counts as done, the rest is written again.

use super::entries::object_kind;
use super::{Road, road};
use crate::effect::{Effect, EntryObject, Write};
use crate::engine::Engine;
use crate::mirror::{KEY_PROPERTY, reference};
use crate::planted::Defect;
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Record, Search};
use std::collections::{BTreeMap, BTreeSet};

/// Pages of 500 associations: more entries than this on one contact are not of this world.
const MOST_PAGES: usize = 200;
/// The moment of an entry on the timeline.
const MOMENT: &str = "hs_timestamp";
/// HubSpot may keep a moment less exactly than it was given.
const SECOND_MS: i64 = 1_000;

impl Engine {
    pub(super) async fn look_up(&self, unknown: &[Effect]) -> Result<(), Trouble> {
        if self.planted(Defect::ForgetLedger) {
            return unknown
                .iter()
                .try_for_each(|effect| self.write_again(effect));
        }
        let (keyed, read_back): (Vec<&Effect>, Vec<&Effect>) = unknown
            .iter()
            .partition(|effect| road(effect) == Road::Keyed);
        self.look_up_by_key(&keyed).await?;
        let mut by_contact: BTreeMap<(&str, EntryObject), Vec<&Effect>> = BTreeMap::new();
        for effect in read_back {
            match &effect.write {
                Write::Entry { object, .. } => {
                    by_contact
                        .entry((&effect.contact_id, *object))
                        .or_default()
                        .push(effect);
                }
                // Written any number of times, it says the same.
                Write::Upkeep { .. } | Write::Move { .. } => self.write_again(effect)?,
            }
        }
        for ((contact_id, object), effects) in by_contact {
            self.read_back(contact_id, object, &effects).await?;
        }
        Ok(())
    }

    async fn look_up_by_key(&self, effects: &[&Effect]) -> Result<(), Trouble> {
        for chunk in effects.chunks(hubspot::MAX_INPUTS) {
            let keys: Vec<String> = chunk.iter().map(|effect| effect.key.clone()).collect();
            let hubspot = &self.outside.hubspot;
            let records = self
                .attempt(|| {
                    let by = Some(KEY_PROPERTY);
                    hubspot.batch_read(ObjectKind::Communications, by, &keys, &[KEY_PROPERTY])
                })
                .await?;
            for effect in chunk {
                let there = records
                    .iter()
                    .find(|record| record.text(KEY_PROPERTY) == Some(&effect.key));
                self.settle(effect, there)?;
            }
        }
        Ok(())
    }

    /// Reads a contact's entries of one kind and looks for our references in their bodies.
    async fn read_back(
        &self,
        contact_id: &str,
        object: EntryObject,
        effects: &[&Effect],
    ) -> Result<(), Trouble> {
        // The contact may have been merged since: its entries are the survivor's now.
        let region = self.settings()?.phone_region;
        let entries = match self.read_one(contact_id, &region).await? {
            Some(contact) => self.entries_of(&contact.id, object).await?,
            None => self.entries_at_times_of(effects, object).await?,
        };
        let body = body_property(object);
        for effect in effects {
            let mark = reference(&effect.key);
            let there = entries
                .iter()
                .find(|record| record.text(body).is_some_and(|body| body.contains(&mark)));
            self.settle(effect, there)?;
        }
        Ok(())
    }

    async fn entries_of(
        &self,
        contact_id: &str,
        object: EntryObject,
    ) -> Result<Vec<Record>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let kind = object_kind(object);
        let mut ids = Vec::new();
        let mut after: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = self
                .attempt(|| {
                    hubspot.associated(ObjectKind::Contacts, contact_id, kind, after.as_deref())
                })
                .await;
            let page = match page {
                Ok(page) => page,
                // No such contact any more: it has no entries either.
                Err(Trouble::HubSpot(error)) if error.kind == hubspot::ErrorKind::NotFound => break,
                Err(trouble) => return Err(trouble),
            };
            ids.extend(page.ids);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        let mut records = Vec::new();
        for chunk in ids.chunks(hubspot::MAX_INPUTS) {
            let body = [body_property(object)];
            records.extend(
                self.attempt(|| hubspot.batch_read(kind, None, chunk, &body))
                    .await?,
            );
        }
        Ok(records)
    }

    /// The contact is gone, and with it the way from it to its entries; but the entries outlive it, and
    /// search finds them by their moment. Its index trails by less than the grace that has passed.
    async fn entries_at_times_of(
        &self,
        effects: &[&Effect],
        object: EntryObject,
    ) -> Result<Vec<Record>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let times: BTreeSet<i64> = effects.iter().filter_map(|effect| moment(effect)).collect();
        let mut records = Vec::new();
        for at in times {
            let mut after = None;
            loop {
                let (from, to) = (at.saturating_sub(SECOND_MS), at.saturating_add(SECOND_MS));
                let search = Search::new()
                    .group([Filter::between(MOMENT, from.to_string(), to.to_string())])
                    .properties([body_property(object)])
                    .after(after);
                let page = self
                    .attempt(|| hubspot.search(object_kind(object), &search))
                    .await?;
                records.extend(page.records);
                after = page.after;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(records)
    }

    fn settle(&self, effect: &Effect, there: Option<&Record>) -> Result<(), Trouble> {
        match there {
            Some(record) => {
                let now = self.now();
                self.write(|rows| rows.effect_done(effect.id, &record.id, None, now))?;
                self.with_tally(|tally| tally.entries_written += 1);
                Ok(())
            }
            None => self.write_again(effect),
        }
    }

    fn write_again(&self, effect: &Effect) -> Result<(), Trouble> {
        let attempts = effect.attempts.saturating_add(1);
        let cause = effect.cause.as_ref();
        self.write(|rows| rows.requeue(effect.id, self.now(), attempts, effect.refusals, cause))?;
        Ok(())
    }
}

/// When the message was, in milliseconds, as the entry says it.
fn moment(effect: &Effect) -> Option<i64> {
    match &effect.write {
        Write::Entry { properties, .. } => properties
            .get(MOMENT)
            .and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok())
            .map(|at| at.timestamp_millis()),
        Write::Upkeep { .. } | Write::Move { .. } => None,
    }
}

fn body_property(object: EntryObject) -> &'static str {
    match object {
        EntryObject::Communication => "hs_communication_body",
        EntryObject::Note => "hs_note_body",
        EntryObject::Task => "hs_task_body",
    }
}
