//! Writing timeline entries.

use super::{GRACE_MS, Road, road};
use crate::effect::{Effect, EntryObject, Write};
use crate::engine::Engine;
use crate::mirror::KEY_PROPERTY;
use crate::planted::Defect;
use crate::reason::Reason;
use crate::refusal;
use crate::trouble::Trouble;
use hubspot::{Association, BatchOutcome, NewRecord, ObjectKind, Record, Refusal};
use std::collections::BTreeMap;
use wire::{Repeat, RetryClass, Timestamp};

/// Looks in vain after which an event whose contact keeps vanishing is left to the growing intervals.
const GONE_DELAY_MS: i64 = 5_000;

impl Engine {
    /// Writes up to a hundred entries of one road. Boxed because a refused batch is halved.
    pub(super) fn write_entries<'a>(
        &'a self,
        batch: &'a [Effect],
    ) -> wire::BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let Some(first) = batch.first() else {
                return Ok(());
            };
            let way = road(first);
            if !self.planted(Defect::UnmarkedSending) {
                self.write(|rows| rows.mark_sending(&ids_of(batch), self.now()))?;
            }
            let inputs: Vec<NewRecord> = batch.iter().map(new_record).collect();
            let repeat = if way == Road::Keyed {
                Repeat::Safe
            } else {
                Repeat::Once
            };
            let kind = kind_of(way);
            let answer = self
                .outside
                .hubspot
                .batch_create(kind, &inputs, repeat)
                .await;
            match answer {
                Ok(outcome) => self.record_outcome(batch, &outcome).await,
                Err(error) => self.whole_batch_failed(batch, error).await,
            }
        })
    }

    async fn record_outcome(
        &self,
        batch: &[Effect],
        outcome: &BatchOutcome,
    ) -> Result<(), Trouble> {
        let mut left: BTreeMap<&str, &Effect> = batch
            .iter()
            .map(|effect| (effect.key.as_str(), effect))
            .collect();
        let now = self.now();
        let mut written: Vec<(i64, String)> = Vec::new();
        for record in &outcome.records {
            if let Some(effect) = key_of(record).and_then(|key| left.remove(key)) {
                written.push((effect.id, record.id.clone()));
            }
        }
        // One entry and one record can only be each other's, however little the answer says of it.
        if let ([record], [effect]) = (outcome.records.as_slice(), batch)
            && left.remove(effect.key.as_str()).is_some()
        {
            written.push((effect.id, record.id.clone()));
        }
        let mut refused = Vec::new();
        for refusal in &outcome.refusals {
            for trace in &refusal.trace_ids {
                if let Some(effect) = left.remove(trace.as_str()) {
                    refused.push((effect, refusal));
                }
            }
        }
        let count = u64::try_from(written.len()).unwrap_or(u64::MAX);
        self.with_tally(|tally| {
            tally.entries_written += count;
            tally.stuck = 0;
        });
        self.write(|rows| {
            for (id, record_id) in &written {
                rows.effect_done(*id, record_id, None, now)?;
            }
            // Neither written nor refused by name: nobody knows, so it is looked up.
            left.values()
                .try_for_each(|effect| rows.effect_unknown(effect.id, self.lost_due(effect)))
        })?;
        let mut without_road = Vec::new();
        for (effect, refusal) in refused {
            if refusal::is_about_property(&refusal.problem, KEY_PROPERTY) {
                without_road.push(effect.id);
            } else {
                self.one_refused(effect, refusal)?;
            }
        }
        if without_road.is_empty() {
            Ok(())
        } else {
            self.road_lost(&without_road).await
        }
    }

    /// One entry of a batch was refused by name.
    fn one_refused(&self, effect: &Effect, refusal: &Refusal) -> Result<(), Trouble> {
        if road(effect) == Road::Keyed && refusal::is_our_duplicate(&refusal.problem) {
            let existing = refusal.existing_id.clone().unwrap_or_default();
            let correlation = refusal.correlation_id.as_deref();
            let now = self.now();
            self.write(|rows| rows.effect_done(effect.id, &existing, correlation, now))?;
            return Ok(());
        }
        match refusal.problem.retry_class() {
            RetryClass::Permanent => {}
            _ => {
                let trouble = Trouble::HubSpot(refusal::as_error(refusal, "batch_create"));
                return self.put_off(std::slice::from_ref(effect), trouble);
            }
        }
        if refusal::names_contact(&refusal.problem, &effect.contact_id) {
            return self.contact_gone(effect);
        }
        if effect_has_owner(effect)
            && refusal::is_about_property(&refusal.problem, "hubspot_owner_id")
        {
            return self.without_owner(effect);
        }
        let reason = refusal::reason(&refusal.problem, refusal.correlation_id.as_deref());
        self.refused(effect, &reason, false)
    }

    async fn whole_batch_failed(
        &self,
        batch: &[Effect],
        error: hubspot::Error,
    ) -> Result<(), Trouble> {
        match (error.retry_class(), batch) {
            (RetryClass::Permanent, [effect]) if !is_about_all(&error) => {
                self.one_refused(effect, &refusal::of_one(error, &effect.key))
            }
            // Without the right to make tasks everything else still goes: a person sees to these.
            (RetryClass::Permanent, _)
                if way_of(batch) == Some(Road::Task) && refusal::lacks_scopes(&error) =>
            {
                let reason = refusal::reason(&error.kind, error.correlation_id.as_deref());
                batch
                    .iter()
                    .try_for_each(|effect| self.refused(effect, &reason, true))
            }
            (RetryClass::Permanent, _) if refusal::lacks_scopes(&error) => {
                self.put_off(batch, Trouble::HubSpot(error))
            }
            (RetryClass::Permanent, _) if refusal::is_about_property(&error.kind, KEY_PROPERTY) => {
                self.road_lost(&ids_of(batch)).await
            }
            (RetryClass::Permanent, _) => {
                // The answer does not say which of them: halve until it does.
                let (one, other) = batch.split_at(batch.len() / 2);
                self.write_entries(one).await?;
                self.write_entries(other).await
            }
            (RetryClass::UnknownOutcome, _) => {
                if self.planted(Defect::BelieveUnknown) {
                    let now = self.now();
                    self.write(|rows| {
                        batch
                            .iter()
                            .try_for_each(|effect| rows.effect_done(effect.id, "", None, now))
                    })?;
                    return Ok(());
                }
                self.write(|rows| {
                    batch.iter().try_for_each(|effect| {
                        rows.effect_unknown(effect.id, self.lost_due(effect))
                    })
                })?;
                Ok(())
            }
            _ => self.put_off(batch, Trouble::HubSpot(error)),
        }
    }

    /// When a write that has just been lost may be looked up: half a grace from now, since the call has
    /// had its time already.
    fn lost_due(&self, effect: &Effect) -> Timestamp {
        match road(effect) {
            Road::Keyed | Road::Upkeep | Road::Move => self.now(),
            Road::Plain | Road::Note | Road::Task if self.planted(Defect::NoGrace) => self.now(),
            Road::Plain | Road::Note | Road::Task => self.now().saturating_add(GRACE_MS / 2),
        }
    }

    /// The contact was archived or merged away since it was found: forget the link and decide again.
    fn contact_gone(&self, effect: &Effect) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            rows.remove_links_to(id, &effect.contact_id)?;
            let event = rows.take_back(effect.id)?;
            if let Some(event) = event.map(|event| rows.event(event)).transpose()?.flatten() {
                let looks = event.looks.saturating_add(1);
                let reason = Reason::ContactGone {
                    contact_id: effect.contact_id.clone(),
                };
                // The search index may still show the contact for a while; do not run in circles.
                let wait = GONE_DELAY_MS.saturating_mul(i64::from(looks).pow(2));
                rows.wait(event.id, &reason, looks, now.saturating_add(wait))?;
            }
            Ok(())
        })?;
        Ok(())
    }

    /// The contact's owner is not one any more: the entry goes without.
    fn without_owner(&self, effect: &Effect) -> Result<(), Trouble> {
        if let Write::Entry { object, properties } = &effect.write {
            let mut properties = properties.clone();
            properties.remove("hubspot_owner_id");
            let write = Write::Entry {
                object: *object,
                properties,
            };
            self.write(|rows| rows.rewrite(effect.id, &write, self.now()))?;
        }
        Ok(())
    }
}

fn way_of(batch: &[Effect]) -> Option<Road> {
    batch.first().map(road)
}

fn ids_of(batch: &[Effect]) -> Vec<i64> {
    batch.iter().map(|effect| effect.id).collect()
}

/// Refused for what all entries have in common, not for one of them.
fn is_about_all(error: &hubspot::Error) -> bool {
    refusal::lacks_scopes(error) || refusal::is_about_property(&error.kind, KEY_PROPERTY)
}

fn kind_of(way: Road) -> ObjectKind {
    match way {
        Road::Note => ObjectKind::Notes,
        Road::Task => ObjectKind::Tasks,
        Road::Keyed | Road::Plain | Road::Upkeep | Road::Move => ObjectKind::Communications,
    }
}

pub(super) fn object_kind(object: EntryObject) -> ObjectKind {
    match object {
        EntryObject::Communication => ObjectKind::Communications,
        EntryObject::Note => ObjectKind::Notes,
        EntryObject::Task => ObjectKind::Tasks,
    }
}

fn new_record(effect: &Effect) -> NewRecord {
    let (properties, kind) = match &effect.write {
        Write::Entry { object, properties } => (properties.clone(), object_kind(*object)),
        Write::Upkeep { properties } => (properties.clone(), ObjectKind::Contacts),
        Write::Move { object, .. } => (BTreeMap::new(), object_kind(*object)),
    };
    NewRecord {
        trace_id: Some(effect.key.clone()),
        properties,
        associations: vec![Association::to_contact(kind, effect.contact_id.clone())],
    }
}

/// By which of our effects a record came to be.
fn key_of(record: &Record) -> Option<&str> {
    record.text(KEY_PROPERTY).or(record.trace_id.as_deref())
}

fn effect_has_owner(effect: &Effect) -> bool {
    matches!(&effect.write, Write::Entry { properties, .. } if properties.contains_key("hubspot_owner_id"))
}
