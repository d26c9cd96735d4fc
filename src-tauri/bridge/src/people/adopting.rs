//! A contact that HubSpot names when it refuses to make another one: it is the person, and is linked.
//!
//! Between the look for somebody and the write lies time, and search trails behind: whoever was made in between is
//! found out by the refusal alone. It says whose address it is, so nobody is made twice and nothing is guessed.

use super::by_hand::PeopleError;
use super::step::link;
use super::{PeopleTally, Work};
use crate::engine::Engine;
use crate::store::{CopyRow, PairRow, PeopleSide};
use crate::trouble::Trouble;
use mapping::merge::Mirror;

impl Engine {
    /// Links leads to the contacts that have their addresses; the next look compares them.
    pub(super) async fn adopt(
        &self,
        work: &Work,
        named: Vec<(CopyRow, String)>,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let id = self.id();
        for (lead, contact) in named {
            let contact = match self.read_one_contact(work, &contact).await {
                Ok(contact) => contact,
                // Gone again: the next look finds nobody, and makes one.
                Err(PeopleError::NoContact(_)) => continue,
                Err(PeopleError::Trouble(trouble)) => return Err(trouble),
                Err(_) => continue,
            };
            let (taken, refused) = self.read(|rows| {
                let pair = rows.pair_of(id, PeopleSide::Contact, &contact.id)?;
                let refused = rows.is_no_pair(id, &contact.id, &lead.id)?;
                Ok((pair.is_some_and(|pair| pair.lead_id != lead.id), refused))
            })?;
            let reason = match (taken, refused) {
                (_, true) => "unlinked",
                (true, _) => "shared_address",
                _ => "not_read_yet",
            };
            tally.skip(reason);
            let now = self.now();
            self.write(|rows| {
                if taken || refused {
                    return rows.settle_copy(id, PeopleSide::Lead, &lead.id, reason);
                }
                let pair = PairRow {
                    contact_id: contact.id.clone(),
                    lead_id: lead.id.clone(),
                    how: "email".to_owned(),
                    since: now,
                    mirror: Mirror::new(),
                };
                link(rows, id, &pair, "linked", now)?;
                rows.soil_copy(id, PeopleSide::Contact, &contact.id)?;
                rows.soil_copy(id, PeopleSide::Lead, &lead.id)
            })?;
        }
        Ok(())
    }
}
