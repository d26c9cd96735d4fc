//! The lead of one contact as it is now, for whoever asks about a person.
//!
//! Who belongs to whom is decided as it is for keeping people in step; nothing is linked here.

use super::by_hand::PeopleError;
use super::linking::{self, Match};
use crate::engine::Engine;
use crate::store::{CopyRow, PeopleSide};
use crate::trouble::Trouble;
use mapping::Values;
use tuco::LeadsQuery;

impl Engine {
    /// The fields of the contact's lead, by the names that the mapping has for them. None where it has none,
    /// or several fit.
    pub(crate) async fn lead_values(&self, contact: &str) -> Result<Option<Values>, Trouble> {
        let id = self.id();
        let pair = self.read(|rows| rows.pair_of(id, PeopleSide::Contact, contact))?;
        if let Some(pair) = pair {
            let tuco = &self.outside.tuco;
            let lead = self.attempt(|| tuco.lead(&pair.lead_id)).await?;
            let region = self.settings()?.phone_region;
            return Ok(lead.map(|lead| super::records::of_lead(&lead, &region, self.now()).values));
        }
        let work = self.hand_work().await?;
        let contact = match self.read_one_contact(&work, contact).await {
            Ok(contact) => contact,
            Err(PeopleError::Trouble(trouble)) => return Err(trouble),
            Err(_) => return Ok(None),
        };
        if let Match::One(lead, _) = self.read(|rows| linking::find(&rows, id, &contact))? {
            let tuco = &self.outside.tuco;
            let lead = self.attempt(|| tuco.lead(&lead)).await?;
            return Ok(
                lead.map(|lead| super::records::of_lead(&lead, &work.region, self.now()).values)
            );
        }
        self.lead_with_address_of(&contact, &work.region).await
    }

    /// Leads that are not known here: the only one with an address of the contact.
    async fn lead_with_address_of(
        &self,
        contact: &CopyRow,
        region: &str,
    ) -> Result<Option<Values>, Trouble> {
        let (tuco, mut found) = (&self.outside.tuco, Vec::<CopyRow>::new());
        for address in &contact.addresses {
            let query = LeadsQuery {
                search: Some(address.clone()),
                page: 1,
                ..LeadsQuery::default()
            };
            let page = self.attempt(|| tuco.leads(&query)).await?;
            for lead in &page.items {
                let lead = super::records::of_lead(lead, region, self.now());
                let fits = lead
                    .addresses
                    .iter()
                    .any(|one| contact.addresses.contains(one));
                if fits && !found.iter().any(|one| one.id == lead.id) {
                    found.push(lead);
                }
            }
        }
        Ok(match found.len() {
            1 => found.pop().map(|lead| lead.values),
            _ => None,
        })
    }
}
