//! People whom Tuco tells of and whom HubSpot does not have, where a rule says to make the contact.
//!
//! The contact is made of the lead by the code that keeps people in step, before the rule looks: from then
//! on it is a person like any other, and what was told of them is found with the contact. Conditions are
//! asked of what the contact would be. Somebody whom several contacts fit, or who was put aside, stays where
//! they are: waiting for a person.

use super::Armed;
use super::act::Ended;
use crate::engine::Engine;
use crate::people::PeopleTally;
use crate::people::by_hand::PeopleError;
use crate::people::reasons::words;
use crate::people::trial::Outcome;
use crate::store::PeopleSide;
use crate::store::rule_run::RuleRunRow;
use crate::trouble::Trouble;
use ::rules::condition::Facts;
use ::rules::field::Object;
use ::rules::rule::{Action, Rule, Trigger};
use mapping::Values;
use mapping::merge::{Made, Side};
use wire::Timestamp;

/// Whoever could not be made is tried again after this.
const AGAIN_MS: i64 = 24 * 60 * 60 * 1_000;
/// People of one look; the next one goes on.
const MOST_PEOPLE: u32 = 50;

pub(super) fn makes_contacts(rule: &Rule) -> bool {
    let makes = |action: &Action| *action == Action::UpsertContact;
    rule.actions.iter().any(makes)
}

impl Engine {
    /// Makes contacts of those whom something was told of since then.
    pub(super) async fn bring_in_strangers(
        &self,
        one: &Armed,
        since: Timestamp,
    ) -> Result<(), Trouble> {
        let Some(Trigger::Message(told)) = &one.rule.trigger else {
            return Ok(());
        };
        if !makes_contacts(&one.rule) {
            return Ok(());
        }
        let (id, now) = (self.id(), self.now());
        let strangers =
            self.read(|rows| rows.strangers_told_of(id, told.as_str(), since, MOST_PEOPLE))?;
        for (lead, person) in strangers {
            let today = self.past_of(one.row.id, "", &[])?.today;
            if one.rule.limits.most_a_day.is_some_and(|most| today >= most) {
                return Ok(());
            }
            let tried = format!("rules.stranger.{}.{lead}", one.row.id);
            let lately = self.read(|rows| rows.cursor_number(id, &tried))?;
            if lately.is_some_and(|at| now.saturating_sub(at) < AGAIN_MS) {
                continue;
            }
            let made = self.bring_in(&one.rule, &lead).await?;
            self.write(|rows| {
                if made {
                    rows.wake(id, &[person], now)
                } else {
                    rows.set_cursor(id, &tried, &now.to_string(), now)
                }
            })?;
        }
        Ok(())
    }

    /// Whether there is a contact now, or will be once an answer that was lost is looked up.
    pub(super) async fn bring_in(&self, rule: &Rule, lead: &str) -> Result<bool, Trouble> {
        let side = PeopleSide::Lead;
        let trial = match self.try_mapping(None, side, lead).await {
            Ok(trial) => trial,
            Err(PeopleError::Trouble(trouble)) => return Err(trouble),
            Err(_) => return Ok(false),
        };
        let id = self.id();
        let copy = self.read(|rows| rows.person_copy(id, side, lead))?;
        let Some(copy) = copy.filter(|copy| !copy.ignored && !copy.addresses.is_empty()) else {
            return Ok(false);
        };
        match trial.outcome {
            Outcome::Compared(_) => {}
            Outcome::ContactMade(Made::Values(values)) => {
                if !self.would_look(rule, &values, &copy.values) {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
        let tally = match self.write_one(None, side, lead, Some(Side::Contact)).await {
            Ok(tally) => tally,
            Err(PeopleError::Trouble(trouble)) => return Err(trouble),
            Err(_) => return Ok(false),
        };
        let pair = self.read(|rows| rows.pair_of(id, side, lead))?;
        Ok(pair.is_some() || tally.skipped.contains_key("unknown_outcome"))
    }

    fn would_look(&self, rule: &Rule, contact: &Values, lead: &Values) -> bool {
        let zone = self
            .connection()
            .time_zone
            .parse()
            .unwrap_or(chrono_tz::UTC);
        let mut facts = Facts::new(self.now(), zone);
        facts.add(Object::Contact, contact.clone());
        facts.add(Object::Lead, lead.clone());
        let condition = rule.condition.as_ref();
        condition.is_none_or(|condition| condition.judge(&facts).is_ok())
    }

    /// Brings the contact up to date with its lead.
    pub(super) async fn rule_upserts_contact(&self, run: &RuleRunRow) -> Result<Ended, Trouble> {
        let (side, contact) = (PeopleSide::Contact, run.contact_id.as_str());
        let tally = match self
            .write_one(None, side, contact, Some(Side::Contact))
            .await
        {
            Ok(tally) => tally,
            Err(PeopleError::Trouble(trouble)) => return Err(trouble),
            Err(_) => PeopleTally::default(),
        };
        Ok(match tally.skipped.keys().next() {
            None => Ended::Well,
            Some(reason) if reason == "unknown_outcome" => Ended::Unknown(words(reason).to_owned()),
            Some(reason) => Ended::Failed(reason.clone(), words(reason).to_owned()),
        })
    }
}
