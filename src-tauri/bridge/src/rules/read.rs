//! Which records changed: one search where nothing did.
//!
//! A search shows at most ten thousand records, and its index lags behind. So it begins a while before
//! where the last one ended, what was read in the same state is passed over, and where more changed than
//! a search shows the next one begins where this one ended, by record id where that many changed in
//! the same millisecond.

use crate::engine::Engine;
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Search};
use std::collections::BTreeMap;
use wire::Timestamp;

/// The index lags, and shows a record under its old date meanwhile.
pub(super) const OVERLAP_MS: i64 = 5 * 60 * 1_000;
const PAGE: u32 = 200;
/// Pages of one search; HubSpot shows ten thousand records.
const MOST_PAGES: u32 = 49;

/// Record and when it was last changed.
pub(super) type Changed = BTreeMap<String, Timestamp>;

impl Engine {
    /// Every record of the kind that changed since then.
    pub(super) async fn changed_since(
        &self,
        kind: ObjectKind,
        since: Timestamp,
    ) -> Result<Changed, Trouble> {
        let mut changed = Changed::new();
        let mut from = since;
        loop {
            let (newest, whole) = self.search_from(kind, from, &mut changed).await?;
            match (whole, newest) {
                (true, _) | (_, None) => return Ok(changed),
                (false, Some(newest)) if newest > from => from = newest,
                (false, Some(newest)) => {
                    self.search_moment(kind, newest, &mut changed).await?;
                    from = newest.saturating_add(1);
                }
            }
        }
    }

    /// One search from there on; false where it did not come to its end.
    async fn search_from(
        &self,
        kind: ObjectKind,
        from: Timestamp,
        changed: &mut Changed,
    ) -> Result<(Option<Timestamp>, bool), Trouble> {
        let property = kind.modified_property();
        let (mut after, mut newest) = (None, None);
        for _ in 0..MOST_PAGES {
            let search = Search::new()
                .group([Filter::gte(property, from.to_string())])
                .ascending(property)
                .properties([property])
                .limit(PAGE)
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.search(kind, &search)).await?;
            for record in page.records {
                if let Some(at) = record.updated_at {
                    newest = newest.max(Some(at));
                    changed.insert(record.id, at);
                }
            }
            after = page.after;
            if after.is_none() {
                return Ok((newest, true));
            }
        }
        Ok((newest, false))
    }

    /// More records of one moment than a search shows: by their ids.
    async fn search_moment(
        &self,
        kind: ObjectKind,
        at: Timestamp,
        changed: &mut Changed,
    ) -> Result<(), Trouble> {
        let property = kind.modified_property();
        let mut last = "0".to_owned();
        loop {
            let search = Search::new()
                .group([
                    Filter::eq(property, at.to_string()),
                    Filter::gt("hs_object_id", last.clone()),
                ])
                .ascending("hs_object_id")
                .properties([property])
                .limit(PAGE);
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.search(kind, &search)).await?;
            let Some(end) = page.records.last().map(|record| record.id.clone()) else {
                return Ok(());
            };
            for record in page.records {
                changed.insert(record.id, record.updated_at.unwrap_or(at));
            }
            last = end;
        }
    }
}
