//! The mapping tried on one real person, both directions, read afresh and without writing anything; and then,
//! if somebody says so, written for this one.

use super::by_hand::PeopleError;
use super::step::{Update, link};
use super::{PeopleTally, Work, linking};
use crate::engine::Engine;
use crate::store::{CopyRow, PairRow, PeopleSide};
use mapping::merge::{self, Field, Made, Mirror, Plan, Side};
use mapping::trace::{self, Trace};
use mapping::transform::Context;
use mapping::{Mapping, value};

/// One row, for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialRow {
    /// The row's key.
    pub key: String,
    /// What HubSpot holds.
    pub contact: String,
    /// What Tuco holds.
    pub lead: String,
    /// On its way to Tuco; none where the row does not go there.
    pub to_tuco: Option<Trace>,
    /// On its way to HubSpot; none where the row does not go there.
    pub to_hubspot: Option<Trace>,
    /// What a round would do; none where there is only one of the two records.
    pub field: Option<Field>,
}

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Both records are there and compared.
    Compared(Plan),
    /// A lead would be made.
    LeadMade(Made),
    /// A contact would be made.
    ContactMade(Made),
    /// Nothing, for this reason.
    Held(&'static str),
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The contact, where there is one.
    pub contact: Option<CopyRow>,
    /// The lead, where there is one.
    pub lead: Option<CopyRow>,
    /// How the two were found to be one.
    pub how: Option<String>,
    /// Row by row.
    pub rows: Vec<TrialRow>,
    /// What would happen.
    pub outcome: Outcome,
    /// Whether Tuco takes changes of leads, as far as is known.
    pub lead_update: bool,
}

impl Engine {
    /// Tries a mapping, or the one that holds, on a contact or a lead.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn try_mapping(
        &self,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: &str,
    ) -> Result<Trial, PeopleError> {
        let (work, trial, _) = self.trial(mapping, side, record, None).await?;
        drop(work);
        Ok(trial)
    }

    /// Writes what a trial shows, for this one person; only to one side where that is named.
    ///
    /// # Errors
    /// See [`PeopleError`].
    pub async fn write_one(
        &self,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: &str,
        only: Option<Side>,
    ) -> Result<PeopleTally, PeopleError> {
        let _alone = self.people.lock().await;
        let (work, trial, pair) = self.trial(mapping, side, record, only).await?;
        let mut tally = PeopleTally::default();
        match (trial.outcome, trial.contact, trial.lead, pair) {
            (Outcome::Compared(plan), Some(contact), Some(lead), Some(pair)) => {
                let (id, now) = (self.id(), self.now());
                self.write(|rows| match rows.pair_of(id, PeopleSide::Lead, &lead.id)? {
                    Some(_) => Ok(()),
                    None => link(rows, id, &pair, "linked", now),
                })?;
                let update = Update {
                    contact,
                    lead,
                    pair,
                    plan,
                };
                self.write_updates(&work, vec![update], &mut tally).await?;
            }
            (Outcome::LeadMade(Made::Values(values)), Some(contact), ..)
                if only != Some(Side::Contact) =>
            {
                self.make_leads(&work, vec![(contact, values)], &mut tally)
                    .await?;
            }
            (Outcome::ContactMade(Made::Values(values)), _, Some(lead), _)
                if only != Some(Side::Lead) =>
            {
                self.make_contacts(&work, vec![(lead, values)], &mut tally)
                    .await?;
            }
            _ => {}
        }
        Ok(tally)
    }

    async fn trial(
        &self,
        mapping: Option<Mapping>,
        side: PeopleSide,
        record: &str,
        only: Option<Side>,
    ) -> Result<(Work, Trial, Option<PairRow>), PeopleError> {
        let id = self.id();
        let mut setup = self.read(|rows| super::setup(&rows, id))?;
        // A trial shows both ways, whatever is switched on.
        (setup.to_tuco, setup.to_hubspot) = (only != Some(Side::Contact), only != Some(Side::Lead));
        let mut work = self.work(setup).await?;
        if let Some(mapping) = mapping {
            work.sources = mapping.sources();
            work.mapping = mapping;
        }
        let one = match side {
            PeopleSide::Contact => self.read_one_contact(&work, record).await?,
            PeopleSide::Lead => {
                if !self.read_lead_again(&work, record).await? {
                    return Err(PeopleError::NoLead(record.to_owned()));
                }
                let copy = self.read(|rows| rows.person_copy(id, side, record))?;
                copy.ok_or_else(|| PeopleError::NoLead(record.to_owned()))?
            }
        };
        let known = self.read(|rows| rows.pair_of(id, side, &one.id))?;
        let (pair, held) = match known {
            Some(pair) => (Some(pair), None),
            None => match self.read(|rows| linking::find(&rows, id, &one))? {
                linking::Match::One(other, how) => {
                    let (contact_id, lead_id) = match side {
                        PeopleSide::Contact => (one.id.clone(), other),
                        PeopleSide::Lead => (other, one.id.clone()),
                    };
                    let pair = PairRow {
                        contact_id,
                        lead_id,
                        how: how.to_owned(),
                        since: self.now(),
                        mirror: Mirror::new(),
                    };
                    (Some(pair), None)
                }
                linking::Match::Several => (None, Some("ambiguous")),
                linking::Match::Taken => (None, Some("shared_address")),
                linking::Match::Nobody => (None, None),
            },
        };
        let other = match &pair {
            Some(pair) => self.other_of(&work, side, pair).await?,
            None => None,
        };
        let (contact, lead) = match side {
            PeopleSide::Contact => (Some(one), other),
            PeopleSide::Lead => (other, Some(one)),
        };
        let trial = told(&work, contact, lead, pair.as_ref(), held);
        Ok((work, trial, pair))
    }

    async fn other_of(
        &self,
        work: &Work,
        side: PeopleSide,
        pair: &PairRow,
    ) -> Result<Option<CopyRow>, PeopleError> {
        match side {
            PeopleSide::Contact => {
                if !self.read_lead_again(work, &pair.lead_id).await? {
                    return Ok(None);
                }
                Ok(self.read(|rows| rows.person_copy(self.id(), PeopleSide::Lead, &pair.lead_id))?)
            }
            PeopleSide::Lead => match self.read_one_contact(work, &pair.contact_id).await {
                Ok(contact) => Ok(Some(contact)),
                Err(PeopleError::NoContact(_)) => Ok(None),
                Err(error) => Err(error),
            },
        }
    }
}

fn told(
    work: &Work,
    contact: Option<CopyRow>,
    lead: Option<CopyRow>,
    pair: Option<&PairRow>,
    held: Option<&'static str>,
) -> Trial {
    let empty = mapping::Values::new();
    let contact_values = contact.as_ref().map_or(&empty, |copy| &copy.values);
    let lead_values = lead.as_ref().map_or(&empty, |copy| &copy.values);
    let world = work.world();
    let outcome = match (held, &contact, &lead) {
        (Some(reason), ..) => Outcome::Held(reason),
        (None, Some(contact), Some(lead)) => {
            let mirror = pair.map(|pair| pair.mirror.clone()).unwrap_or_default();
            Outcome::Compared(super::step::compare(work, contact, lead, &mirror))
        }
        (None, Some(contact), None) => {
            Outcome::LeadMade(merge::new_lead(&work.mapping, &contact.values, &world))
        }
        (None, None, Some(lead)) => {
            Outcome::ContactMade(merge::new_contact(&work.mapping, &lead.values, &world))
        }
        (None, None, None) => Outcome::Held("no_address"),
    };
    let rows = work
        .mapping
        .active()
        .map(|row| {
            let key = row.key();
            let (held, taken) = (
                value(contact_values, &row.hubspot.to_string()),
                value(lead_values, row.lead.as_str()),
            );
            let none = Vec::new();
            let options = row
                .hubspot
                .contact_property()
                .and_then(|name| work.options.get(name))
                .unwrap_or(&none);
            let context = |record| Context {
                region: &work.region,
                zone: work.zone,
                options,
                record,
            };
            let forward = row.direction.writes_lead() && contact.is_some();
            let back = row.direction.writes_contact() && lead.is_some();
            TrialRow {
                contact: held.to_owned(),
                lead: taken.to_owned(),
                to_tuco: forward
                    .then(|| trace::forward(&row.transforms, held, &context(contact_values))),
                to_hubspot: back
                    .then(|| trace::back(&row.transforms, taken, &context(lead_values))),
                field: match &outcome {
                    Outcome::Compared(plan) => {
                        plan.fields.iter().find(|field| field.key == key).cloned()
                    }
                    _ => None,
                },
                key,
            }
        })
        .collect();
    Trial {
        how: pair.map(|pair| pair.how.clone()),
        contact,
        lead,
        rows,
        outcome,
        lead_update: work.lead_update,
    }
}
