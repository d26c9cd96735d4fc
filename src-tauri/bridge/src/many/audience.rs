//! Who a run goes to: a list of HubSpot, whom words find, rows of a file, or people picked by hand.

use super::ManyOrder;
use crate::by_hand::{FoundContact, as_found, search_for};
use crate::engine::Engine;
use crate::trouble::Trouble;
use hubspot::{ContactList, ObjectKind};

/// More people than this are no audience of one run.
const MOST_PEOPLE: usize = 100_000;
/// More lists than this are not chosen from.
const MOST_LISTS: usize = 100;
const MOST_PAGES: usize = 40;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// The id of a list in HubSpot.
    List(String),
    /// Words as in the contact finder.
    Search(String),
    /// Rows with orders of their own.
    Rows(Vec<(i64, ManyOrder)>),
    /// Ids of contacts.
    Picked(Vec<String>),
}

impl Engine {
    /// Lists of contacts whose name holds these words.
    ///
    /// # Errors
    /// Why HubSpot could not be asked, or the key may not read lists.
    pub async fn contact_lists(&self, words: &str) -> Result<Vec<ContactList>, Trouble> {
        let words = words.trim().to_lowercase();
        let (mut found, mut offset) = (Vec::new(), 0);
        for _ in 0..MOST_PAGES {
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.lists(offset)).await?;
            let fits = |list: &ContactList| list.name.to_lowercase().contains(&words);
            found.extend(page.lists.into_iter().filter(fits));
            match page.next.filter(|next| *next > offset) {
                Some(next) if found.len() < MOST_LISTS => offset = next,
                _ => break,
            }
        }
        found.truncate(MOST_LISTS);
        Ok(found)
    }

    /// Whom words find: the first twenty, and how many.
    ///
    /// # Errors
    /// Why HubSpot could not be asked.
    pub async fn count_contacts(&self, words: &str) -> Result<(Vec<FoundContact>, u64), Trouble> {
        if words.trim().is_empty() {
            return Ok((Vec::new(), 0));
        }
        let search = search_for(words.trim())
            .properties(["firstname", "lastname", "email", "phone", "company"])
            .limit(20);
        let hubspot = &self.outside.hubspot;
        let page = self
            .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
            .await?;
        let found = page.records.iter().map(as_found).collect::<Vec<_>>();
        let least = u64::try_from(found.len()).unwrap_or(u64::MAX);
        Ok((found, page.total.max(least)))
    }

    /// Everybody, once, in order; each gets `common` where nothing else is said.
    pub(super) async fn people(
        &self,
        audience: &Audience,
        common: &ManyOrder,
    ) -> Result<Vec<(i64, ManyOrder)>, Trouble> {
        let ids = match audience {
            Audience::Rows(rows) => return Ok(rows.clone()),
            Audience::Picked(ids) => ids.clone(),
            Audience::List(list) => self.members(list).await?,
            Audience::Search(words) => self.ids_found_by(words).await?,
        };
        let mut seen = std::collections::BTreeSet::new();
        Ok(ids
            .into_iter()
            .filter(|id| seen.insert(id.clone()))
            .take(MOST_PEOPLE)
            .zip(1..)
            .map(|(id, row)| {
                let order = ManyOrder {
                    to: id,
                    ..common.clone()
                };
                (row, order)
            })
            .collect())
    }

    async fn members(&self, list: &str) -> Result<Vec<String>, Trouble> {
        let (mut all, mut after) = (Vec::new(), None::<String>);
        while all.len() < MOST_PEOPLE {
            let hubspot = &self.outside.hubspot;
            let page = self
                .attempt(|| hubspot.list_members(list, after.as_deref()))
                .await?;
            let empty = page.ids.is_empty();
            all.extend(page.ids);
            after = page.after;
            if after.is_none() || empty {
                break;
            }
        }
        Ok(all)
    }

    async fn ids_found_by(&self, words: &str) -> Result<Vec<String>, Trouble> {
        if words.trim().is_empty() {
            return Ok(Vec::new());
        }
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let search = search_for(words.trim())
                .ascending("hs_object_id")
                .limit(hubspot::MAX_PAGE)
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self
                .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
                .await?;
            let empty = page.records.is_empty();
            all.extend(page.records.into_iter().map(|record| record.id));
            after = page.after;
            if after.is_none() || empty {
                return Ok(all);
            }
        }
    }
}
