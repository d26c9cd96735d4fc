//! Properties of contacts that are kept up to date, for those who chose it.

use crate::effect::{Effect, Write};
use crate::engine::Engine;
use crate::mirror::kept;
use crate::refusal;
use crate::trouble::Trouble;
use hubspot::{ObjectKind, Record, RecordUpdate};
use std::collections::BTreeMap;
use wire::RetryClass;

const READ: &[&str] = &[kept::LAST_CONTACTED, kept::LAST_REPLY];

impl Engine {
    /// Reads what stands there first: a moment that is not later than it is not written.
    pub(super) async fn bring_up_to_date(&self, batch: &[Effect]) -> Result<(), Trouble> {
        let ids: Vec<String> = batch
            .iter()
            .map(|effect| effect.contact_id.clone())
            .collect();
        let hubspot = &self.outside.hubspot;
        let standing = match hubspot
            .batch_read(ObjectKind::Contacts, None, &ids, READ)
            .await
        {
            Ok(records) => records,
            Err(error) => return self.put_off(batch, Trouble::HubSpot(error)),
        };
        let mut updates = Vec::new();
        for effect in batch {
            let record = standing
                .iter()
                .find(|record| record.id == effect.contact_id);
            let properties = still_news(effect, record);
            if properties.is_empty() {
                self.upkeep_done(effect)?;
            } else {
                let trace_id = Some(effect.key.clone());
                updates.push((
                    effect,
                    RecordUpdate {
                        id: effect.contact_id.clone(),
                        trace_id,
                        properties,
                    },
                ));
            }
        }
        if updates.is_empty() {
            return Ok(());
        }
        let sending: Vec<i64> = updates.iter().map(|(effect, _)| effect.id).collect();
        self.write(|rows| rows.mark_sending(&sending, self.now()))?;
        let inputs: Vec<RecordUpdate> = updates.iter().map(|(_, update)| update.clone()).collect();
        match hubspot.batch_update(ObjectKind::Contacts, &inputs).await {
            Ok(outcome) => {
                for (effect, _) in &updates {
                    let refusal = outcome.refusals.iter().find(|refusal| {
                        refusal.trace_ids.contains(&effect.key)
                            || refusal.ids.contains(&effect.contact_id)
                    });
                    match refusal {
                        None => self.upkeep_done(effect)?,
                        Some(refusal) => {
                            let correlation = refusal.correlation_id.as_deref();
                            let reason = refusal::reason(&refusal.problem, correlation);
                            self.refused(effect, &reason, false)?;
                        }
                    }
                }
                Ok(())
            }
            Err(error)
                if error.retry_class() == RetryClass::Permanent
                    && !refusal::lacks_scopes(&error) =>
            {
                let reason = refusal::reason(&error.kind, error.correlation_id.as_deref());
                updates
                    .iter()
                    .try_for_each(|(effect, _)| self.refused(effect, &reason, false))
            }
            Err(error) => {
                let effects: Vec<Effect> = updates
                    .iter()
                    .map(|(effect, _)| (*effect).clone())
                    .collect();
                self.put_off(&effects, Trouble::HubSpot(error))
            }
        }
    }

    fn upkeep_done(&self, effect: &Effect) -> Result<(), Trouble> {
        let now = self.now();
        self.write(|rows| rows.effect_done(effect.id, &effect.contact_id, None, now))?;
        self.with_tally(|tally| tally.stuck = 0);
        Ok(())
    }
}

/// What of an effect is later than what the contact has.
fn still_news(effect: &Effect, record: Option<&Record>) -> BTreeMap<String, String> {
    match &effect.write {
        Write::Upkeep { properties } => kept::news(
            |name| record.and_then(|record| record.text(name)),
            properties,
        ),
        Write::Entry { .. } | Write::Move { .. } => BTreeMap::new(),
    }
}
