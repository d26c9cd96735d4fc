//! Everybody with news, looked at: linked, compared, and put among what is to be written.

use super::linking::{self, Match};
use super::{PeopleTally, Work};
use crate::engine::Engine;
use crate::store::people::NewConflict;
use crate::store::{CopyRow, PairRow, PeopleSide, Reader, StoreError, Writer};
use crate::trouble::Trouble;
use hubspot::Record;
use mapping::Values;
use mapping::merge::{self, Made, Mirror, Pair, Plan};
use std::sync::atomic::Ordering;

/// How many people are looked at in one go, at most.
const GO: usize = 500;
/// A go ends where so many are to be written: what one batch of HubSpot takes.
const WRITES: usize = hubspot::MAX_INPUTS;
/// A step ends after this long, and the rest is left to the next round: the mirror of events must not wait.
const MOST_MS: i64 = 5 * 60_000;

/// A linked person for whom there is something to write.
#[derive(Debug, Clone)]
pub(super) struct Update {
    pub(super) contact: CopyRow,
    pub(super) lead: CopyRow,
    pub(super) pair: PairRow,
    pub(super) plan: Plan,
}

/// What one go comes to.
#[derive(Debug, Default)]
pub(super) struct Todo {
    pub(super) updates: Vec<Update>,
    /// A contact, and the lead that it becomes.
    pub(super) new_leads: Vec<(CopyRow, Values)>,
    /// A lead, and the contact that it becomes.
    pub(super) new_contacts: Vec<(CopyRow, Values)>,
    /// Nothing to write: a record, and why it is in step with nobody.
    pub(super) settled: Vec<(PeopleSide, String, &'static str)>,
    /// Linked anew.
    pub(super) linked: Vec<PairRow>,
    /// Linked and in step: what they agree on.
    pub(super) agreed: Vec<PairRow>,
}

pub(super) fn compare(work: &Work, contact: &CopyRow, lead: &CopyRow, mirror: &Mirror) -> Plan {
    let pair = Pair {
        contact: &contact.values,
        lead: &lead.values,
        mirror,
        contact_at: contact.changed_at,
        lead_at: lead.changed_at,
    };
    merge::plan(&work.mapping, &pair, &work.world())
}

impl Todo {
    /// So many are to be written that they go before anybody else is looked at.
    fn is_full(&self) -> bool {
        let writes = self.updates.len() + self.new_leads.len() + self.new_contacts.len();
        writes >= WRITES
    }

    /// Nothing to write, nobody to link, and no contact that is yet to be read makes it otherwise.
    fn is_final(&self) -> bool {
        let writes = self.updates.len() + self.new_leads.len() + self.new_contacts.len();
        let by_others = ["ambiguous", "shared_address", "not_read_yet"];
        let mut reasons = self.settled.iter().map(|(.., reason)| reason);
        writes == 0 && self.linked.is_empty() && !reasons.any(|reason| by_others.contains(reason))
    }
}

impl Engine {
    pub(super) async fn keep_in_step(
        &self,
        work: &Work,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let (id, began) = (self.id(), self.now());
        for side in [PeopleSide::Contact, PeopleSide::Lead] {
            let mut after = String::new();
            loop {
                // One go at a time, so that somebody who waits waits for no more than that.
                let _alone = self.people.lock().await;
                let looked = self.write(|rows| {
                    let batch = rows.dirty_copies(id, side, &after, GO)?;
                    let mut todo = Todo::default();
                    let mut last = None;
                    for copy in batch {
                        self.consider(rows, work, &copy, &mut todo, tally)?;
                        last = Some(copy.id);
                        if todo.is_full() {
                            break;
                        }
                    }
                    self.settle_people(rows, &todo)?;
                    Ok::<_, StoreError>(last.map(|last| (last, todo)))
                })?;
                let Some((last, todo)) = looked else { break };
                after = last;
                self.write_updates(work, todo.updates, tally).await?;
                self.make_leads(work, todo.new_leads, tally).await?;
                self.make_contacts(work, todo.new_contacts, tally).await?;
                if self.now().saturating_sub(began) > MOST_MS {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Contacts of a page that were just read, as far as they can be done with before all others are known.
    /// A first pass waits for its next page most of the time: this uses it.
    pub(super) fn settle_read(
        &self,
        work: &Work,
        read: &[Record],
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        if !work.settles.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.write(|rows| {
            for record in read {
                let found = rows.dirty_copy(self.id(), PeopleSide::Contact, &record.id)?;
                let Some(copy) = found else { continue };
                let mut todo = Todo::default();
                let mut counted = PeopleTally::default();
                self.consider(rows, work, &copy, &mut todo, &mut counted)?;
                if todo.is_final() {
                    self.settle_people(rows, &todo)?;
                    tally.add_skipped(counted);
                }
            }
            Ok(())
        })
    }

    /// What is to be done about one record. Writes nothing.
    pub(super) fn consider(
        &self,
        rows: &Reader<'_>,
        work: &Work,
        copy: &CopyRow,
        todo: &mut Todo,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        let id = self.id();
        let mut hold = |reason: &'static str, todo: &mut Todo| {
            tally.skip(reason);
            todo.settled.push((copy.side, copy.id.clone(), reason));
        };
        if copy.side == PeopleSide::Contact && !work.lets(copy) {
            hold("not_in_filter", todo);
            return Ok(());
        }
        if copy.ignored {
            hold("ignored", todo);
            return Ok(());
        }
        let known = rows.pair_of(id, copy.side, &copy.id)?;
        let pair = match known {
            Some(pair) => pair,
            None => {
                // Two records of one go may fit the same third one: the first has it.
                let mine = |pair: &&PairRow| match copy.side {
                    PeopleSide::Contact => pair.contact_id == copy.id,
                    PeopleSide::Lead => pair.lead_id == copy.id,
                };
                if todo.linked.iter().any(|pair| mine(&pair)) {
                    return Ok(());
                }
                match linking::find(rows, id, copy)? {
                    Match::Several => {
                        hold("ambiguous", todo);
                        return Ok(());
                    }
                    Match::Taken => {
                        hold("shared_address", todo);
                        return Ok(());
                    }
                    Match::Nobody => return self.alone(rows, work, copy, todo, tally),
                    Match::One(other, how) => {
                        let (contact_id, lead_id) = match copy.side {
                            PeopleSide::Contact => (copy.id.clone(), other),
                            PeopleSide::Lead => (other, copy.id.clone()),
                        };
                        let taken = |pair: &PairRow| {
                            pair.contact_id == contact_id || pair.lead_id == lead_id
                        };
                        if todo.linked.iter().any(taken) {
                            hold("shared_address", todo);
                            return Ok(());
                        }
                        let pair = PairRow {
                            contact_id,
                            lead_id,
                            how: how.to_owned(),
                            since: self.now(),
                            mirror: Mirror::new(),
                        };
                        todo.linked.push(pair.clone());
                        pair
                    }
                }
            }
        };
        let other_id = match copy.side {
            PeopleSide::Contact => &pair.lead_id,
            PeopleSide::Lead => &pair.contact_id,
        };
        let Some(other) = rows.person_copy(id, copy.side.other(), other_id)? else {
            // It is read again before long, and has news then.
            hold("not_read_yet", todo);
            return Ok(());
        };
        let (contact, lead) = match copy.side {
            PeopleSide::Contact => (copy.clone(), other),
            PeopleSide::Lead => (other, copy.clone()),
        };
        if !work.lets(&contact) {
            hold("not_in_filter", todo);
            return Ok(());
        }
        if contact.ignored || lead.ignored {
            hold("ignored", todo);
            return Ok(());
        }
        let plan = compare(work, &contact, &lead, &pair.mirror);
        if plan.is_quiet() && plan.conflicts.is_empty() {
            let why = if plan.unreadable() > 0 {
                "invalid_value"
            } else {
                ""
            };
            if !why.is_empty() {
                tally.skip(why);
            }
            let mirror = merge::agreed_after(
                &work.mapping,
                &pair.mirror,
                &plan,
                &contact.values,
                &lead.values,
                &work.region,
            );
            todo.settled.push((PeopleSide::Contact, contact.id, why));
            todo.settled.push((PeopleSide::Lead, lead.id, why));
            if mirror != pair.mirror {
                todo.agreed.push(PairRow { mirror, ..pair });
            }
            return Ok(());
        }
        todo.updates.push(Update {
            contact,
            lead,
            pair,
            plan,
        });
        Ok(())
    }

    /// A record whom nobody on the other side fits.
    fn alone(
        &self,
        rows: &Reader<'_>,
        work: &Work,
        copy: &CopyRow,
        todo: &mut Todo,
        tally: &mut PeopleTally,
    ) -> Result<(), StoreError> {
        let id = self.id();
        let setup = &work.setup;
        let may = match copy.side {
            PeopleSide::Contact => setup.to_tuco && setup.create_leads,
            PeopleSide::Lead => setup.to_hubspot && setup.create_contacts,
        };
        let reachable = |values: &Values| match copy.side {
            PeopleSide::Contact => values.iter().any(|(name, _)| {
                name.parse::<mapping::LeadField>()
                    .is_ok_and(|field| field.identifies())
            }),
            PeopleSide::Lead => ["email", "phone", "mobilephone"]
                .iter()
                .any(|name| values.contains_key(*name)),
        };
        let gone = match copy.side {
            PeopleSide::Contact => rows.is_no_pair(id, &copy.id, "")?,
            PeopleSide::Lead => copy.held == "contact_gone",
        };
        let made = || match copy.side {
            PeopleSide::Contact => merge::new_lead(&work.mapping, &copy.values, &work.world()),
            PeopleSide::Lead => merge::new_contact(&work.mapping, &copy.values, &work.world()),
        };
        let reason = if gone {
            "deleted_elsewhere"
        } else if copy.addresses.is_empty() {
            "no_address"
        } else if !may {
            "creation_off"
        } else {
            match made() {
                Made::Lacks(_) => "required_empty",
                Made::Values(values) if !reachable(&values) => "no_address",
                Made::Values(values) => {
                    match copy.side {
                        PeopleSide::Contact => todo.new_leads.push((copy.clone(), values)),
                        PeopleSide::Lead => todo.new_contacts.push((copy.clone(), values)),
                    }
                    return Ok(());
                }
            }
        };
        tally.skip(reason);
        todo.settled.push((copy.side, copy.id.clone(), reason));
        Ok(())
    }

    /// Keeps what needs no write to the outside.
    fn settle_people(&self, rows: &Writer<'_>, todo: &Todo) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        for pair in &todo.linked {
            link(rows, id, pair, "linked", now)?;
        }
        for pair in &todo.agreed {
            rows.put_pair(id, pair)?;
        }
        for (side, record, reason) in &todo.settled {
            rows.settle_copy(id, *side, record, reason)?;
        }
        Ok(())
    }
}

/// A link that was found or made.
pub(super) fn link(
    rows: &Writer<'_>,
    connection: i64,
    pair: &PairRow,
    what: &str,
    now: wire::Timestamp,
) -> Result<(), StoreError> {
    rows.put_pair(connection, pair)?;
    rows.add_pair_step(
        connection,
        what,
        &pair.how,
        &pair.contact_id,
        &pair.lead_id,
        now,
    )
}

/// Keeps the conflicts of a plan with both values. How many were not in the log yet.
pub(super) fn keep_conflicts(
    rows: &Writer<'_>,
    connection: i64,
    update: &Update,
    now: wire::Timestamp,
) -> Result<u64, StoreError> {
    let mut kept = 0;
    for conflict in &update.plan.conflicts {
        let winner = conflict.winner.map(|side| match side {
            merge::Side::Contact => "contact",
            merge::Side::Lead => "lead",
        });
        let conflict = NewConflict {
            contact_id: &update.contact.id,
            lead_id: &update.lead.id,
            row_key: &conflict.key,
            contact: &conflict.contact,
            lead: &conflict.lead,
            winner,
            rule: conflict.rule.word(),
        };
        kept += u64::from(rows.add_conflict(connection, &conflict, now)?);
    }
    Ok(kept)
}
