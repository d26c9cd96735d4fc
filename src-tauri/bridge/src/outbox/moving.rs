//! Timeline entries that a person moves to another contact.
//!
//! The record itself stays: it is tied to the right contact first and untied from the wrong one then, so it is never on
//! nobody's timeline. Either may be said any number of times, so after a crash or a lost answer both are simply said
//! again, and the ledger follows when both are done.

use super::entries::object_kind;
use crate::effect::{Effect, EntryObject, Write};
use crate::engine::Engine;
use crate::refusal;
use crate::trouble::Trouble;
use hubspot::ObjectKind;
use wire::RetryClass;

impl Engine {
    pub(super) async fn move_entries(&self, batch: &[Effect]) -> Result<(), Trouble> {
        for effect in batch {
            let Write::Move {
                object,
                record_id,
                from,
                entry,
            } = &effect.write
            else {
                continue;
            };
            let marked = self.write(|rows| rows.mark_sending(&[effect.id], self.now()))?;
            if marked == 0 {
                // Somebody else has it, or it is done.
                continue;
            }
            match self
                .tie_anew(*object, record_id, from, &effect.contact_id)
                .await
            {
                Ok(()) => {
                    let now = self.now();
                    self.write(|rows| {
                        rows.effect_done(effect.id, record_id, None, now)?;
                        rows.entry_moved(*entry, &effect.contact_id)
                    })?;
                }
                Err(error) if refusal::lacks_scopes(&error) => {
                    let one = std::slice::from_ref(effect);
                    self.put_off(one, Trouble::HubSpot(error))?;
                }
                Err(error) if error.retry_class() == RetryClass::Permanent => {
                    // The contact or the entry is gone: a person looks at it.
                    let reason = refusal::reason(&error.kind, error.correlation_id.as_deref());
                    self.refused(effect, &reason, true)?;
                }
                Err(error) => {
                    let one = std::slice::from_ref(effect);
                    self.put_off(one, Trouble::HubSpot(error))?;
                }
            }
        }
        Ok(())
    }

    async fn tie_anew(
        &self,
        object: EntryObject,
        record: &str,
        from: &str,
        to: &str,
    ) -> Result<(), hubspot::Error> {
        let (hubspot, kind) = (&self.outside.hubspot, object_kind(object));
        hubspot
            .associate(kind, record, ObjectKind::Contacts, to)
            .await?;
        hubspot
            .dissociate(kind, record, ObjectKind::Contacts, from)
            .await
    }
}
