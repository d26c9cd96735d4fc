//! Contacts that changed, as far as they concern events that wait for one.
//!
//! One search a round, and only while something waits: whoever was created or given the right number is
//! noticed at once, without asking for every waiting person again.

use crate::engine::Engine;
use crate::find::{PROPERTIES, read_contact};
use crate::person::{Contact, Phone, email};
use crate::store::StoreError;
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Search};

const CURSOR: &str = "contacts.changed";
/// The index lags, and shows a record under its old date meanwhile.
const OVERLAP_MS: i64 = 60 * 1_000;
/// More changes than this at once are an import: everything that waits is looked at.
const MOST: u64 = 1_000;

impl Engine {
    pub(crate) async fn wake_for_changed_contacts(&self) -> Result<(), Trouble> {
        let id = self.id();
        let waiting = self.read(|rows| rows.waiting_people(id, 10_000))?;
        if waiting.is_empty() {
            return Ok(());
        }
        let from = match self.read(|rows| rows.cursor_number(id, CURSOR))? {
            Some(until) => until.saturating_sub(OVERLAP_MS),
            // Nothing waited before: whatever changed until now was seen when it was looked for.
            None => return Ok(self.move_cursor(self.now())?),
        };
        let region = self.settings()?.phone_region;
        let mut newest = None;
        let mut after = None;
        loop {
            let search = Search::new()
                .group([Filter::gt("lastmodifieddate", from.to_string())])
                .ascending("lastmodifieddate")
                .properties(PROPERTIES.iter().copied())
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self
                .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
                .await?;
            if page.total > MOST {
                self.write(|rows| rows.wake_all(id, self.now()))?;
                return Ok(self.move_cursor(self.now())?);
            }
            newest = newest.max(
                page.records
                    .iter()
                    .filter_map(|record| record.updated_at)
                    .max(),
            );
            let changed: Vec<Contact> = page
                .records
                .iter()
                .map(|record| read_contact(record, &region, &[]))
                .collect();
            let woken: Vec<String> = waiting
                .iter()
                .filter(|(_, addresses)| {
                    changed.iter().any(|one| concerns(one, addresses, &region))
                })
                .map(|(person, _)| person.clone())
                .collect();
            self.write(|rows| rows.wake(id, &woken, self.now()))?;
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        if let Some(newest) = newest {
            self.move_cursor(newest)?;
        }
        Ok(())
    }

    fn move_cursor(&self, to: i64) -> Result<(), StoreError> {
        let id = self.id();
        self.write(|rows| {
            let to = rows.cursor_number(id, CURSOR)?.unwrap_or(to).max(to);
            rows.set_cursor(id, CURSOR, &to.to_string(), self.now())
        })
    }
}

/// True where the contact has one of a waiting person's addresses.
fn concerns(contact: &Contact, addresses: &[String], region: &str) -> bool {
    addresses.iter().any(|address| {
        email(address).is_some_and(|email| contact.emails.contains(&email))
            || Phone::parse(address, region)
                .is_some_and(|phone| contact.phones.contains(&phone.e164))
    })
}
