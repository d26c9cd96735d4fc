//! What a choice would do, counted without doing it. Both sides are read as the first round would read them;
//! nothing is written to either.

use super::step::Todo;
use super::{PeopleTally, Setup};
use crate::engine::Engine;
use crate::store::PeopleSide;
use crate::trouble::Trouble;
use mapping::Values;
use mapping::merge::Side;
use std::collections::BTreeSet;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// As a round would tell it.
    pub counts: PeopleTally,
    /// Linked people, those that would be linked included.
    pub linked: u64,
    /// A few of the people, each with the first thing that would be done.
    pub examples: Vec<WouldDo>,
}

/// What would be done for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldDo {
    /// Whose name it is; may be empty.
    pub name: String,
    /// On which side.
    pub side: Side,
    /// A record would be made; else one would be changed.
    pub creates: bool,
    /// Values that would be written, by field.
    pub values: Values,
}

/// So many of each sort.
const MOST_EXAMPLES: usize = 4;

fn add(examples: &mut Vec<WouldDo>, name: &str, side: Side, creates: bool, values: &Values) {
    let alike = |one: &&WouldDo| one.side == side && one.creates == creates;
    if !values.is_empty() && examples.iter().filter(alike).count() < MOST_EXAMPLES {
        examples.push(WouldDo {
            name: name.to_owned(),
            side,
            creates,
            values: values.clone(),
        });
    }
}

impl Engine {
    /// Counts what a choice would do.
    ///
    /// # Errors
    /// Why one of the sides could not be read.
    pub async fn dry_run(&self, setup: Setup) -> Result<DryRun, Trouble> {
        self.over_everybody(self.count(setup)).await
    }

    async fn count(&self, setup: Setup) -> Result<DryRun, Trouble> {
        let id = self.id();
        let mut counts = PeopleTally::default();
        let work = self.work(setup).await?;
        self.read_people(&work, &super::Reading::default(), false, &mut counts)
            .await?;
        // The first round reads everything again: between a dry run and a decision lies time.
        self.write(|rows| rows.remove_cursor(id, super::contacts::FIRST_PASS))?;
        let mut seen = BTreeSet::new();
        let mut taken = BTreeSet::new();
        let mut linked = 0;
        let mut examples = Vec::new();
        let mut new_contacts = Vec::new();
        for side in [PeopleSide::Contact, PeopleSide::Lead] {
            let mut after = String::new();
            loop {
                let batch = self.read(|rows| rows.copies_after(id, side, &after, 500))?;
                let Some(last) = batch.last() else { break };
                after.clone_from(&last.id);
                for copy in batch {
                    let mut todo = Todo::default();
                    let mut one = PeopleTally::default();
                    if side == PeopleSide::Lead && seen.contains(&copy.id) {
                        continue;
                    }
                    self.read(|rows| self.consider(&rows, &work, &copy, &mut todo, &mut one))?;
                    if let Some(pair) = todo.linked.first() {
                        let both = [
                            (PeopleSide::Contact, pair.contact_id.clone()),
                            (PeopleSide::Lead, pair.lead_id.clone()),
                        ];
                        // Of two who fit the same third one the first has it, as in a round.
                        if both.iter().any(|one| taken.contains(one)) {
                            counts.skip("shared_address");
                            continue;
                        }
                        taken.extend(both);
                    }
                    for pair in todo.linked.iter().chain(&todo.agreed) {
                        seen.insert(pair.lead_id.clone());
                    }
                    linked += u64::from(!todo.linked.is_empty());
                    for (_, record, _) in todo
                        .settled
                        .iter()
                        .filter(|(of, ..)| *of == PeopleSide::Lead)
                    {
                        seen.insert(record.clone());
                    }
                    for update in &todo.updates {
                        seen.insert(update.lead.id.clone());
                        counts.leads_updated += u64::from(!update.plan.to_lead.is_empty());
                        counts.contacts_updated += u64::from(!update.plan.to_contact.is_empty());
                        let (name, plan) = (&update.contact.name, &update.plan);
                        add(&mut examples, name, Side::Lead, false, &plan.to_lead);
                        add(&mut examples, name, Side::Contact, false, &plan.to_contact);
                        counts.conflicts += update.plan.conflicts.len() as u64;
                    }
                    for (contact, values) in &todo.new_leads {
                        add(&mut examples, &contact.name, Side::Lead, true, values);
                    }
                    for (lead, values) in &todo.new_contacts {
                        add(&mut examples, &lead.name, Side::Contact, true, values);
                    }
                    counts.leads_created += todo.new_leads.len() as u64;
                    new_contacts.extend(todo.new_contacts);
                    counts.add_skipped(one);
                }
            }
        }
        for batch in new_contacts.chunks(hubspot::MAX_INPUTS) {
            let sorted = self
                .whom_nobody_has(&work, batch.to_vec(), &mut counts)
                .await?;
            counts.contacts_created += (sorted.by_email.len() + sorted.by_phone.len()) as u64;
            for (_, reason) in sorted.held {
                counts.skip(reason);
            }
        }
        linked += self.read(|rows| rows.pair_count(id))?;
        Ok(DryRun {
            counts,
            linked,
            examples,
        })
    }
}
