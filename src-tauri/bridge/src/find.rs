//! Finding contacts: what HubSpot has that could be the person, verified on our side.
//!
//! Many people are looked for at once, because a search costs the same for one number as for a hundred.
//! The order is that of the evidence: ids that Tuco has, e-mail (a strongly consistent read that knows
//! secondary addresses), phone (search, which lags and over-matches). Sources: HubSpot CRM object and
//! search guides; see docs/decisions for what is only reported.

mod contact;
mod phone;

pub(crate) use contact::{FORMER_IDS, PROPERTIES, former_ids, read_contact};

use crate::engine::Engine;
use crate::person::{Contact, Person};
use crate::trouble::Trouble;
use hubspot::{ObjectKind, Record};
use std::collections::{BTreeMap, BTreeSet};

/// Contacts found for many people: one pool, out of which each takes what matches.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    contacts: BTreeMap<String, Contact>,
}

impl Pool {
    fn add(&mut self, contact: Contact) {
        self.contacts.insert(contact.id.clone(), contact);
    }

    /// The contacts that have anything of this person.
    pub(crate) fn of(&self, person: &Person) -> Vec<Contact> {
        self.contacts
            .values()
            .filter(|contact| {
                person.claimed.iter().any(|id| contact.answers_to(id))
                    || person
                        .emails
                        .iter()
                        .any(|email| contact.emails.contains(email))
                    || person
                        .phones
                        .iter()
                        .any(|phone| contact.phones.contains(&phone.e164))
            })
            .cloned()
            .collect()
    }

    fn answers(&self, id: &str) -> bool {
        self.contacts.values().any(|contact| contact.answers_to(id))
    }

    fn has_email(&self, email: &str) -> bool {
        self.contacts
            .values()
            .any(|contact| contact.emails.contains(email))
    }

    fn has_phone(&self, e164: &str) -> bool {
        self.contacts
            .values()
            .any(|contact| contact.phones.contains(e164))
    }
}

impl Engine {
    /// Looks for everybody. `region` reads numbers that name no country.
    pub(crate) async fn find(&self, people: &[Person], region: &str) -> Result<Pool, Trouble> {
        let mut pool = Pool::default();
        self.find_claimed(people, region, &mut pool).await?;
        let left = undecided(people, |person| {
            person.claimed.iter().any(|id| pool.answers(id))
        });
        self.find_by_email(&left, region, &mut pool).await?;
        let left = undecided(&left, |person| {
            person.emails.iter().any(|email| pool.has_email(email))
        });
        self.find_by_phone(&left, region, &mut pool).await?;
        Ok(pool)
    }

    async fn find_claimed(
        &self,
        people: &[Person],
        region: &str,
        pool: &mut Pool,
    ) -> Result<(), Trouble> {
        let ids: BTreeSet<String> = people
            .iter()
            .flat_map(|person| person.claimed.iter().cloned())
            // Anything else is not an id of HubSpot, and would be read as an address.
            .filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_digit()))
            .collect();
        self.read_batches(None, &ids, region, pool).await?;
        // A merged contact answers to its old id alone, not in a batch.
        for id in ids
            .iter()
            .filter(|id| !pool.answers(id))
            .cloned()
            .collect::<Vec<_>>()
        {
            if let Some(mut contact) = self.read_one(&id, region).await? {
                contact.former_ids.insert(id);
                pool.add(contact);
            }
        }
        Ok(())
    }

    async fn find_by_email(
        &self,
        people: &[Person],
        region: &str,
        pool: &mut Pool,
    ) -> Result<(), Trouble> {
        let emails: BTreeSet<String> = people
            .iter()
            .flat_map(|person| person.emails.iter().cloned())
            .collect();
        self.read_batches(Some("email"), &emails, region, pool)
            .await?;
        // The batch knows primary addresses; the single read is reported to know secondary ones too.
        for email in emails
            .iter()
            .filter(|email| !pool.has_email(email))
            .cloned()
            .collect::<Vec<_>>()
        {
            let hubspot = &self.outside.hubspot;
            let record = self
                .attempt(|| hubspot.contact_by_email(&email, PROPERTIES))
                .await;
            match record {
                Ok(Some(record)) => {
                    let mut contact = read_contact(&record, region, &[]);
                    // Found by this address: it has it, even where the list of secondary ones is cut.
                    contact.emails.insert(email.clone());
                    pool.add(contact);
                }
                Ok(None) => {}
                Err(Trouble::HubSpot(error))
                    if error.retry_class() == wire::RetryClass::Permanent => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }

    async fn read_batches(
        &self,
        id_property: Option<&str>,
        ids: &BTreeSet<String>,
        region: &str,
        pool: &mut Pool,
    ) -> Result<(), Trouble> {
        let ids: Vec<String> = ids.iter().cloned().collect();
        for chunk in ids.chunks(hubspot::MAX_INPUTS) {
            let hubspot = &self.outside.hubspot;
            let records = self
                .attempt(|| {
                    hubspot.batch_read(ObjectKind::Contacts, id_property, chunk, PROPERTIES)
                })
                .await?;
            add_all(&records, region, pool);
        }
        Ok(())
    }

    /// One contact, by an id that may be that of a merged one.
    pub(crate) async fn read_one(
        &self,
        id: &str,
        region: &str,
    ) -> Result<Option<Contact>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let record = self
            .attempt(|| hubspot.record(ObjectKind::Contacts, id, PROPERTIES))
            .await?;
        Ok(record
            .filter(|record| !record.archived)
            .map(|record| read_contact(&record, region, &[])))
    }
}

fn add_all(records: &[Record], region: &str, pool: &mut Pool) {
    for record in records.iter().filter(|record| !record.archived) {
        pool.add(read_contact(record, region, &[]));
    }
}

fn undecided(people: &[Person], decided: impl Fn(&Person) -> bool) -> Vec<Person> {
    people
        .iter()
        .filter(|person| !decided(person))
        .cloned()
        .collect()
}
