//! Leads that would become contacts, sorted by whether the portal has them already. A dry run sorts as a round
//! does, so that it counts what happens.

use super::making::Batch;
use super::tied::TiedValues;
use super::{PeopleTally, Work};
use crate::engine::Engine;
use crate::person::{Person, Phone};
use crate::store::CopyRow;
use crate::trouble::Trouble;
use hubspot::ObjectKind;
use mapping::value;
use std::collections::BTreeSet;

const KIND: ObjectKind = ObjectKind::Contacts;

/// Leads that would become contacts, looked up in the portal.
pub(super) struct Sorted {
    /// With an address that no contact has.
    pub(super) by_email: Batch,
    /// With a number alone that no contact has.
    pub(super) by_phone: Batch,
    /// Not made, and why.
    pub(super) held: Vec<(CopyRow, &'static str)>,
}

impl Engine {
    /// Of those who would be made, the ones whom the portal does not have. Writes nothing to it.
    pub(super) async fn whom_nobody_has(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<Sorted, Trouble> {
        // One address is one contact, whoever of two leads comes first.
        let mut seen = BTreeSet::new();
        let (new, twins): (Vec<_>, Vec<_>) = new.into_iter().partition(|(_, values)| {
            let address = value(values, "email").to_lowercase();
            address.is_empty() || seen.insert(address)
        });
        let (by_email, by_phone): (Vec<_>, Vec<_>) = new
            .into_iter()
            .partition(|(_, values)| !value(values, "email").is_empty());
        let mut sorted = Sorted {
            by_email: self.not_there_yet(work, by_email, tally).await?,
            by_phone: Vec::new(),
            held: twins
                .into_iter()
                .map(|(lead, _)| (lead, "shared_address"))
                .collect(),
        };
        let people: Vec<Person> = by_phone
            .iter()
            .map(|(lead, _)| Person {
                key: format!("lead:{}", lead.id),
                phones: lead
                    .addresses
                    .iter()
                    .filter_map(|address| Phone::parse(address, &work.region))
                    .collect(),
                ..Person::default()
            })
            .collect();
        if people.is_empty() {
            return Ok(sorted);
        }
        let pool = self.find(&people, &work.region).await?;
        for ((lead, values), person) in by_phone.into_iter().zip(&people) {
            if pool.of(person).is_empty() {
                sorted.by_phone.push((lead, values));
            } else {
                // It is in the portal and not read yet, or not one of those that are kept in step.
                sorted.held.push((lead, "not_read_yet"));
            }
        }
        Ok(sorted)
    }

    /// Contacts that somebody made a moment ago are read, and left to the next look, which compares.
    async fn not_there_yet(
        &self,
        work: &Work,
        new: Batch,
        tally: &mut PeopleTally,
    ) -> Result<Batch, Trouble> {
        if new.is_empty() {
            return Ok(new);
        }
        let emails: Vec<String> = new
            .iter()
            .map(|(_, values)| value(values, "email").to_lowercase())
            .collect();
        let (hubspot, names) = (&self.outside.hubspot, work.properties());
        let found = self
            .attempt(|| hubspot.batch_read(KIND, Some("email"), &emails, &names))
            .await?;
        if found.is_empty() {
            return Ok(new);
        }
        let tied: TiedValues = self.tied_values(work, &found).await?;
        self.keep_contacts(work, &found, &tied, false, tally, |_| Ok(()))?;
        let there: BTreeSet<String> = found
            .iter()
            .filter_map(|record| record.text("email"))
            .map(str::to_lowercase)
            .collect();
        Ok(new
            .into_iter()
            .filter(|(_, values)| !there.contains(&value(values, "email").to_lowercase()))
            .collect())
    }
}
