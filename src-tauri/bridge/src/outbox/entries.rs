//! Writing timeline entries.

use super::{GRACE_MS, Road, road};
use crate::effect::{Effect, EntryObject, Write};
use crate::engine::Engine;
use crate::mirror::KEY_PROPERTY;
use crate::reason::Reason;
use crate::trouble::Trouble;
use hubspot::{Association, BatchOutcome, NewRecord, ObjectKind, Record, Refusal};
use std::collections::BTreeMap;
use wire::{Repeat, RetryClass};

/// Looks in vain after which an event whose contact keeps vanishing is left to the growing intervals.
const GONE_DELAY_MS: i64 = 5_000;

impl Engine {
    /// Writes up to a hundred entries of one road. Boxed because a refused batch is halved.
    pub(super) fn write_entries<'a>(
        &'a self,
        batch: &'a [Effect],
    ) -> wire::BoxFuture<'a, Result<(), Trouble>> {
        Box::pin(async move {
            let Some(first) = batch.first() else { return Ok(()) };
            let way = road(first);
            let ids: Vec<i64> = batch.iter().map(|effect| effect.id).collect();
            self.write(|rows| rows.mark_sending(&ids, self.now()))?;
            let inputs: Vec<NewRecord> = batch.iter().map(new_record).collect();
            let repeat = if way == Road::Keyed { Repeat::Safe } else { Repeat::Once };
            let kind = kind_of(way);
            let answer = self.outside.hubspot.batch_create(kind, &inputs, repeat).await;
            match answer {
                Ok(outcome) => self.record_outcome(batch, outcome),
                Err(error) => self.whole_batch_failed(batch, error).await,
            }
        })
    }

    fn record_outcome(&self, batch: &[Effect], outcome: BatchOutcome) -> Result<(), Trouble> {
        let mut left: BTreeMap<&str, &Effect> =
            batch.iter().map(|effect| (effect.key.as_str(), effect)).collect();
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
        self.write(|rows| {
            for (id, record_id) in &written {
                rows.effect_done(*id, record_id, None, now)?;
            }
            // Neither written nor refused by name: nobody knows, so it is looked up.
            for effect in left.values() {
                let wait = if road(effect) == Road::Keyed { 0 } else { GRACE_MS };
                rows.effect_unknown(effect.id, now.saturating_add(wait))?;
            }
            Ok(())
        })?;
        refused.into_iter().try_for_each(|(effect, refusal)| self.one_refused(effect, refusal))
    }

    /// One entry of a batch was refused by name.
    fn one_refused(&self, effect: &Effect, refusal: &Refusal) -> Result<(), Trouble> {
        if road(effect) == Road::Keyed && refusal.problem.is_duplicate() {
            let existing = refusal.existing_id.clone().unwrap_or_default();
            let correlation = refusal.correlation_id.as_deref();
            let now = self.now();
            self.write(|rows| rows.effect_done(effect.id, &existing, correlation, now))?;
            return Ok(());
        }
        match refusal.problem.retry_class() {
            RetryClass::Permanent => {}
            _ => {
                let trouble = Trouble::HubSpot(refusal.as_error("communications.batch_create"));
                return self.put_off(std::slice::from_ref(effect), trouble);
            }
        }
        if refusal.problem.names_contact(&effect.contact_id) {
            return self.contact_gone(effect);
        }
        if effect_has_owner(effect) && refusal.problem.is_about_property("hubspot_owner_id") {
            return self.without_owner(effect);
        }
        let reason = Reason::Refused {
            refusal: refusal.problem.code(),
            message: refusal.problem.to_string(),
            correlation_id: refusal.correlation_id.clone().unwrap_or_default(),
        };
        self.refused(effect, &reason, false)
    }

    async fn whole_batch_failed(&self, batch: &[Effect], error: hubspot::Error) -> Result<(), Trouble> {
        match (error.retry_class(), batch) {
            (RetryClass::Permanent, [effect]) => self.one_refused(effect, &Refusal::of(error, &effect.key)),
            (RetryClass::Permanent, _) if error.missing_scopes().is_none() => {
                // The answer does not say which of them: halve until it does.
                let (one, other) = batch.split_at(batch.len() / 2);
                self.write_entries(one).await?;
                self.write_entries(other).await
            }
            (RetryClass::UnknownOutcome, _) => {
                let now = self.now();
                self.write(|rows| {
                    batch.iter().try_for_each(|effect| {
                        let wait = if road(effect) == Road::Keyed { 0 } else { GRACE_MS };
                        rows.effect_unknown(effect.id, now.saturating_add(wait))
                    })
                })?;
                Ok(())
            }
            _ => self.put_off(batch, Trouble::HubSpot(error)),
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
                let reason = Reason::ContactGone { contact_id: effect.contact_id.clone() };
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
            let write = Write::Entry { object: *object, properties };
            self.write(|rows| rows.rewrite(effect.id, &write, self.now()))?;
        }
        Ok(())
    }
}

fn kind_of(way: Road) -> ObjectKind {
    match way {
        Road::Note => ObjectKind::Notes,
        Road::Keyed | Road::Plain | Road::Upkeep => ObjectKind::Communications,
    }
}

pub(super) fn object_kind(object: EntryObject) -> ObjectKind {
    match object {
        EntryObject::Communication => ObjectKind::Communications,
        EntryObject::Note => ObjectKind::Notes,
    }
}

fn new_record(effect: &Effect) -> NewRecord {
    let (properties, kind) = match &effect.write {
        Write::Entry { object, properties } => (properties.clone(), object_kind(*object)),
        Write::Upkeep { properties } => (properties.clone(), ObjectKind::Contacts),
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
