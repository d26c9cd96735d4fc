//! What Tuco tells of messages, as rules see it: a reply, another way, a failure, and silence.
//!
//! Nothing is asked for: what the rounds read and stored is looked at, once the person is found.

use super::Armed;
use super::look::fires;
use crate::engine::Engine;
use crate::store::StoreError;
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::rule::{Rule, Trigger};
use wire::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// An event whose contact is not found within this sets nothing off.
const LOOK_BACK_MS: i64 = 7 * DAY_MS;
/// Events of one look; the next one goes on.
const MOST_EVENTS: u32 = 500;

impl Engine {
    pub(super) async fn look_at_events(&self, armed: &[Armed]) -> Result<(), Trouble> {
        for one in armed {
            let since = one
                .row
                .armed_at
                .max(self.now().saturating_sub(LOOK_BACK_MS));
            self.bring_in_strangers(one, since).await?;
            for happening in self.events_of(&one.rule, one.row.id, since)? {
                // Those after it, too, may be about this; each asks for itself, and stops for itself.
                let meant: Vec<&Armed> = armed
                    .iter()
                    .filter(|other| other.looks_at(&happening))
                    .collect();
                let contact = happening.record.clone();
                self.look_for_person(&meant, &happening, &contact, None)
                    .await?;
            }
        }
        Ok(())
    }

    /// What happened to messages since then that the rule has not looked at.
    pub(super) fn events_of(
        &self,
        rule: &Rule,
        id: i64,
        since: Timestamp,
    ) -> Result<Vec<Happening>, StoreError> {
        let connection = self.id();
        let happening = |contact: String, at, what| Happening {
            what,
            object: Object::Contact,
            record: contact,
            at,
            chain: 0,
        };
        let found: Vec<Happening> = match rule.trigger {
            Some(Trigger::Message(told)) => self
                .read(|rows| {
                    rows.events_for_rule(connection, id, told.as_str(), since, MOST_EVENTS)
                })?
                .into_iter()
                .map(|event| {
                    let message = event.message;
                    happening(event.contact_id, event.at, What::Told { told, message })
                })
                .collect(),
            Some(Trigger::NoReply { days }) => {
                let span = i64::from(days).saturating_mul(DAY_MS);
                let sent = (since.saturating_sub(span), self.now().saturating_sub(span));
                self.read(|rows| rows.silences_for_rule(connection, (id, days), sent, MOST_EVENTS))?
                    .into_iter()
                    .map(|event| {
                        let message = event.message;
                        let at = event.at.saturating_add(span);
                        happening(event.contact_id, at, What::Silence { days, message })
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        Ok(found
            .into_iter()
            .filter(|happening| fires(rule, happening))
            .collect())
    }
}
