//! Leads: the addresses and the HubSpot contact that Tuco has for whoever wrote.

use crate::engine::Engine;
use crate::refusal;
use crate::store::LeadRow;
use crate::trouble::Trouble;
use std::collections::{BTreeMap, BTreeSet};
use tuco::{Lead, LeadsQuery};

/// Up to this many unknown leads are asked for one by one; for more, the list is read.
const ONE_BY_ONE: usize = 10;
const PAGE: u32 = 100;
const MOST_PAGES: u32 = 20_000;

impl Engine {
    /// What is known of these leads, reading those that are not known yet (or, with `afresh`, all).
    pub(crate) async fn leads(
        &self,
        wanted: &BTreeSet<String>,
        afresh: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, LeadRow>, Trouble> {
        let id = self.id();
        let mut known = self.read(|rows| rows.leads(id, wanted))?;
        let missing: BTreeSet<String> = wanted
            .iter()
            .filter(|lead| !known.contains_key(*lead) || afresh.contains(*lead))
            .cloned()
            .collect();
        if missing.len() > ONE_BY_ONE {
            self.read_lead_list(&missing, &mut known).await?;
        }
        let left: Vec<String> = missing
            .iter()
            .filter(|lead| missing.len() <= ONE_BY_ONE || !known.contains_key(*lead))
            .cloned()
            .collect();
        for lead_id in left {
            let lead = self.read_lead(&lead_id).await?;
            known.insert(lead_id, lead);
        }
        Ok(known)
    }

    async fn read_lead(&self, lead_id: &str) -> Result<LeadRow, Trouble> {
        let row = match self.attempt(|| self.outside.tuco.lead(lead_id)).await {
            Ok(Some(lead)) => self.row_of(&lead),
            // Gone, or never there: remembered as a lead without addresses.
            Ok(None) => self.empty_row(lead_id),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                self.empty_row(lead_id)
            }
            Err(trouble) => return Err(trouble),
        };
        // The id asked for, whatever the answer calls itself: it is what events name.
        let row = LeadRow {
            lead_id: lead_id.to_owned(),
            ..row
        };
        let id = self.id();
        self.write(|rows| rows.upsert_lead(id, &row))?;
        Ok(row)
    }

    /// Reads the list until every wanted lead was met. All that pass by are kept: the next page of events
    /// will ask for them.
    async fn read_lead_list(
        &self,
        wanted: &BTreeSet<String>,
        known: &mut BTreeMap<String, LeadRow>,
    ) -> Result<(), Trouble> {
        let id = self.id();
        let mut left = wanted.clone();
        for page in 1..=MOST_PAGES {
            let query = LeadsQuery {
                page,
                limit: PAGE,
                ..LeadsQuery::default()
            };
            let answer = match self.attempt(|| self.outside.tuco.leads(&query)).await {
                Ok(answer) => answer,
                Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => return Ok(()),
                Err(trouble) => return Err(trouble),
            };
            let read: Vec<LeadRow> = answer.items.iter().map(|lead| self.row_of(lead)).collect();
            self.write(|rows| read.iter().try_for_each(|row| rows.upsert_lead(id, row)))?;
            for row in read {
                left.remove(&row.lead_id);
                if wanted.contains(&row.lead_id) {
                    known.insert(row.lead_id.clone(), row);
                }
            }
            let last =
                answer.items.is_empty() || answer.total_pages.is_none_or(|pages| page >= pages);
            if last || left.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn row_of(&self, lead: &Lead) -> LeadRow {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let name = [given(&lead.first_name), given(&lead.last_name)];
        LeadRow {
            lead_id: lead.id.clone(),
            name: name.into_iter().flatten().collect::<Vec<_>>().join(" "),
            phones: given(&lead.phone)
                .into_iter()
                .chain(lead.alt_phones.clone())
                .collect(),
            emails: given(&lead.email)
                .into_iter()
                .chain(lead.alt_emails.clone())
                .collect(),
            hs_contact_id: given(&lead.hs_contact_id),
            read_at: self.now(),
        }
    }

    fn empty_row(&self, lead_id: &str) -> LeadRow {
        LeadRow {
            lead_id: lead_id.to_owned(),
            name: String::new(),
            phones: Vec::new(),
            emails: Vec::new(),
            hs_contact_id: None,
            read_at: self.now(),
        }
    }
}
