//! What changed in leads, as rules see it.
//!
//! Tuco tells nobody which field of a lead changed, and has no filter by date. But where people are kept in
//! step all leads are read, once an hour: what a field was at one reading and is at the next is a change, no
//! older than the reading before. That moment, by this computer's clock, is what a rule's activation is held
//! against; once a rule is turned on leads are read anew, so that a change before it is none.
//!
//! What comes and goes between two readings is not seen. A lead that belongs to no contact concerns nobody,
//! but where the rule makes the contact.

use super::look::fires;
use super::near::{came_near, near_of};
use super::{Armed, strangers};
use crate::engine::Engine;
use crate::people;
use crate::store::lead_change::{LeadChange, WATCHED};
use crate::store::{PeopleSide, StoreError};
use crate::trouble::Trouble;
use ::rules::condition::day;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::rule::{Rule, Trigger};
use chrono_tz::Tz;
use std::collections::BTreeSet;
use wire::Timestamp;

/// Changes, and copies of leads, of one look; the next one goes on.
const MOST: u32 = 500;
/// Why a rule pauses that can't see what it watches.
const BLIND: &str = "It watches leads, and they are read only where people are kept in step. Turn that on again, \
     and then this rule.";

/// The field of a lead that a rule watches for changes.
fn field_of(rule: &Rule) -> Option<&str> {
    match &rule.trigger {
        Some(Trigger::Property { field, .. }) if field.object == Object::Lead => Some(&field.name),
        _ => None,
    }
}

/// Whether what sets the rule off is read with leads.
pub(super) fn watches_leads(rule: &Rule) -> bool {
    matches!(
        &rule.trigger,
        Some(Trigger::Property { field, .. } | Trigger::DateAway { field, .. })
            if field.object == Object::Lead
    )
}

impl Engine {
    /// Whether leads are read by themselves.
    pub(super) fn reads_leads(&self) -> Result<bool, StoreError> {
        let id = self.id();
        Ok(self.read(|rows| people::setup(&rows, id))?.is_on())
    }

    pub(super) async fn look_at_leads(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let watchers: Vec<&Armed> = armed
            .iter()
            .filter(|one| watches_leads(&one.rule))
            .collect();
        if !watchers.is_empty() && !self.reads_leads()? {
            watchers
                .iter()
                .try_for_each(|one| self.pause_rule(one.row.id, BLIND))?;
            return Ok(());
        }
        self.watch_leads(&watchers)?;
        loop {
            let id = self.id();
            let changes = self.read(|rows| rows.lead_changes(id, MOST))?;
            let Some(last) = changes.last().map(|change| change.id) else {
                return Ok(());
            };
            for change in &changes {
                self.look_at_lead_change(&watchers, change).await?;
            }
            self.write(|rows| rows.forget_lead_changes(id, last))?;
        }
    }

    /// Says which fields are watched from now on. Where that is news, all leads are read anew.
    pub(super) fn watch_leads(&self, watchers: &[&Armed]) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        let watching = watchers
            .iter()
            .filter_map(|one| Some((field_of(&one.rule)?, one.row.enabled_at)));
        let names: BTreeSet<&str> = watching.clone().map(|(name, _)| name).collect();
        let newest = watching.map(|(_, at)| at).max();
        let wanted = newest.map(|newest| {
            let names: Vec<&str> = names.into_iter().collect();
            format!("{newest}/{}", names.join("\n"))
        });
        let kept = self.read(|rows| rows.cursor(id, WATCHED))?;
        if kept == wanted {
            return Ok(());
        }
        self.write(|rows| match &wanted {
            Some(wanted) => {
                rows.set_cursor(id, WATCHED, wanted, now)?;
                people::read_leads_anew(rows, id)
            }
            None => {
                rows.remove_cursor(id, WATCHED)?;
                rows.forget_lead_changes(id, i64::MAX)
            }
        })
    }

    async fn look_at_lead_change(
        &self,
        watchers: &[&Armed],
        change: &LeadChange,
    ) -> Result<(), Trouble> {
        let full = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let happening = Happening {
            what: What::Changed {
                name: change.name.clone(),
                from: full(&change.was),
                to: full(&change.became),
            },
            object: Object::Lead,
            record: change.lead.clone(),
            at: change.changed_at,
            chain: self.chain_of_lead(change)?,
        };
        let meant: Vec<&Armed> = watchers
            .iter()
            .filter(|one| change.since > one.row.enabled_at && fires(&one.rule, &happening))
            .copied()
            .collect();
        self.look_for_lead(&meant, &happening).await
    }

    /// Rules do not write leads, but contacts, and people sync carries that over.
    fn chain_of_lead(&self, change: &LeadChange) -> Result<u32, StoreError> {
        let id = self.id();
        let (pair, mapping) = self.read(|rows| {
            let pair = rows.pair_of(id, PeopleSide::Lead, &change.lead)?;
            Ok::<_, StoreError>((pair, people::mappings::current(&rows, id)?))
        })?;
        let Some(pair) = pair else {
            return Ok(0);
        };
        let of = (Object::Contact.as_str(), pair.contact_id.as_str());
        let mut longest = 0;
        for row in mapping.active() {
            if row.lead.as_str() == change.name
                && let Some(property) = row.hubspot.contact_property()
            {
                let written = (property, change.became.as_str());
                longest = longest.max(self.read(|rows| rows.rule_chain(id, of, written))?);
            }
        }
        Ok(longest)
    }

    async fn look_for_lead(&self, meant: &[&Armed], happening: &Happening) -> Result<(), Trouble> {
        if meant.is_empty() {
            return Ok(());
        }
        let lead = happening.record.as_str();
        let mut contact = self.contact_of_lead(lead)?;
        if contact.is_none()
            && let Some(one) = meant
                .iter()
                .find(|one| strangers::makes_contacts(&one.rule))
            && self.bring_in(&one.rule, lead).await?
        {
            contact = self.contact_of_lead(lead)?;
        }
        match contact {
            Some(contact) => self.look_for_person(meant, happening, &contact, None).await,
            None => Ok(()),
        }
    }

    pub(super) fn contact_of_lead(&self, lead: &str) -> Result<Option<String>, StoreError> {
        let id = self.id();
        let pair = self.read(|rows| rows.pair_of(id, PeopleSide::Lead, lead))?;
        Ok(pair.map(|pair| pair.contact_id))
    }

    /// Leads whose date came near since then, as they were read last.
    pub(super) fn leads_nearing(
        &self,
        rule: &Rule,
        since: Timestamp,
    ) -> Result<Vec<Happening>, StoreError> {
        let Some((field, days)) = near_of(rule).filter(|(field, _)| field.object == Object::Lead)
        else {
            return Ok(Vec::new());
        };
        let (id, now) = (self.id(), self.now());
        let zone = self.connection().time_zone.parse().unwrap_or(Tz::UTC);
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let most = usize::try_from(MOST).unwrap_or_default();
            let copies = self.read(|rows| rows.copies_after(id, PeopleSide::Lead, &after, most))?;
            let Some(last) = copies.last() else {
                return Ok(found);
            };
            after.clone_from(&last.id);
            for copy in copies {
                let date = copy.values.get(&field.name);
                let date = date.and_then(|text| day(text, zone));
                let at = date.and_then(|date| came_near(date, days, zone));
                if let (Some(day), Some(at)) = (date, at)
                    && at > since
                    && at <= now
                {
                    found.push(Happening {
                        what: What::Near {
                            name: field.name.clone(),
                            day,
                            days,
                            within: false,
                        },
                        object: Object::Lead,
                        record: copy.id,
                        at,
                        chain: 0,
                    });
                }
            }
        }
    }
}
