//! Reading leads. Tuco has no filter by date, so all of them are read, at most once an hour; whoever is about
//! to be written is read again by itself just before.

use super::{Work, records};
use crate::engine::Engine;
use crate::store::{PeopleSide, StoreError};
use crate::trouble::Trouble;
use tuco::LeadsQuery;
use wire::Timestamp;

/// Cursor: when all leads were read.
pub(super) const READ: &str = "people.leads";
const EVERY_MS: i64 = 60 * 60_000;
const PAGE: u32 = 100;
const MOST_PAGES: u32 = 20_000;
/// Leads that the list did not show are asked for by themselves, so many a round.
const MOST_ASKED: usize = 50;

impl Engine {
    /// True where they were read; false where that is not an hour ago.
    pub(super) async fn read_leads(&self, work: &Work, full: bool) -> Result<bool, Trouble> {
        let (id, now) = (self.id(), self.now());
        let last = self.read(|rows| rows.cursor_and_time(id, READ))?;
        let fresh = last.is_some_and(|(_, at)| (at..at.saturating_add(EVERY_MS)).contains(&now));
        if fresh && !full {
            return Ok(false);
        }
        for page in 1..=MOST_PAGES {
            let query = LeadsQuery {
                page,
                limit: PAGE,
                ..LeadsQuery::default()
            };
            let answer = self.attempt(|| self.outside.tuco.leads(&query)).await?;
            let at = self.now();
            self.write(|rows| {
                answer.items.iter().try_for_each(|lead| {
                    let copy = records::of_lead(lead, &work.region, at);
                    rows.put_copy(id, &copy, work.run).map(drop)
                })
            })?;
            if answer.items.is_empty() || answer.total_pages.is_none_or(|pages| page >= pages) {
                break;
            }
        }
        self.forget_unlisted_leads(work, now).await?;
        let at = self.now();
        self.write(|rows| rows.set_cursor(id, READ, "read", at))?;
        Ok(true)
    }

    /// A lead that was pushed to another page while the list was read is no lead that is gone: each is
    /// asked for.
    async fn forget_unlisted_leads(&self, work: &Work, began: Timestamp) -> Result<(), Trouble> {
        let id = self.id();
        let missing =
            self.read(|rows| rows.copies_not_read_since(id, PeopleSide::Lead, began, MOST_ASKED))?;
        for lead in missing {
            self.read_lead_again(work, &lead).await?;
        }
        Ok(())
    }

    /// Reads one lead afresh. False where it is gone; it is forgotten then.
    pub(super) async fn read_lead_again(&self, work: &Work, lead: &str) -> Result<bool, Trouble> {
        let id = self.id();
        let found = self.attempt(|| self.outside.tuco.lead(lead)).await?;
        let now = self.now();
        let there = found.is_some();
        self.write(|rows| match &found {
            Some(found) => {
                let copy = records::of_lead(found, &work.region, now);
                rows.put_copy(id, &copy, work.run).map(drop)
            }
            None => {
                if let Some(pair) = rows.pair_of(id, PeopleSide::Lead, lead)? {
                    rows.end_pair(id, &pair.contact_id)?;
                    rows.add_pair_step(id, "unlinked", "lead_gone", &pair.contact_id, lead, now)?;
                    // Somebody took the lead away: it is not made again.
                    rows.settle_copy(id, PeopleSide::Contact, &pair.contact_id, "lead_gone")?;
                    rows.set_no_pair(id, &pair.contact_id, "", true)?;
                }
                rows.forget_copy(id, PeopleSide::Lead, lead)
            }
        })
        .map_err(|error: StoreError| Trouble::Store(error))?;
        Ok(there)
    }
}
