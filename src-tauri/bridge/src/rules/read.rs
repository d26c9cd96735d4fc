//! Which records changed: one search where nothing did.
//!
//! A search shows at most ten thousand records, its pages move while records change, and its index lags
//! behind. So it begins a while before where the last one ended, what was read in the same state is passed over,
//! and each page is a search of its own, which begins with the last change of the one before: by record id
//! where more than a page changed in the same millisecond. No more than a page is held.

use crate::engine::Engine;
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Search};
use std::collections::BTreeMap;
use wire::Timestamp;

/// The index lags, and shows a record under its old date meanwhile.
pub(super) const OVERLAP_MS: i64 = 5 * 60 * 1_000;
const PAGE: u32 = 200;

/// Record and when it was last changed.
pub(super) type Changed = BTreeMap<String, Timestamp>;

/// Where a page begins.
#[derive(Debug)]
pub(super) struct Place {
    from: Timestamp,
    /// After this record, among those that changed in that very moment.
    after: Option<String>,
}

impl From<Timestamp> for Place {
    fn from(from: Timestamp) -> Self {
        Self { from, after: None }
    }
}

impl Engine {
    /// Every record of the kind that changed since then.
    pub(super) async fn changed_since(
        &self,
        kind: ObjectKind,
        since: Timestamp,
    ) -> Result<Changed, Trouble> {
        let mut changed = Changed::new();
        let mut place = Some(Place::from(since));
        while let Some(at) = place {
            let (some, next) = self.changed_from(kind, &at).await?;
            changed.extend(some);
            place = next;
        }
        Ok(changed)
    }

    /// One page from there on, the oldest change first, and where the next one begins.
    pub(super) async fn changed_from(
        &self,
        kind: ObjectKind,
        place: &Place,
    ) -> Result<(Changed, Option<Place>), Trouble> {
        let property = kind.modified_property();
        let search = Search::new().properties([property]).limit(PAGE);
        let from = place.from.to_string();
        let search = match &place.after {
            None => search
                .group([Filter::gte(property, from)])
                .ascending(property),
            Some(after) => search
                .group([
                    Filter::eq(property, from),
                    Filter::gt("hs_object_id", after.clone()),
                ])
                .ascending("hs_object_id"),
        };
        let hubspot = &self.outside.hubspot;
        let page = self.attempt(|| hubspot.search(kind, &search)).await?;
        let last = page.records.last().map(|record| record.id.clone());
        let whole = page.after.is_none();
        let records = page.records.into_iter();
        let changed: Changed = if place.after.is_some() {
            records
                .map(|record| (record.id, record.updated_at.unwrap_or(place.from)))
                .collect()
        } else {
            records
                .filter_map(|record| Some((record.id, record.updated_at?)))
                .collect()
        };
        let newest = changed.values().max().copied();
        let next = match (&place.after, newest, last) {
            (Some(_), _, Some(last)) if !whole => Some(Place {
                from: place.from,
                after: Some(last),
            }),
            // Everything of that moment was read.
            (Some(_), ..) => Some(Place::from(place.from.saturating_add(1))),
            (None, ..) if whole => None,
            (None, Some(newest), _) if newest > place.from => Some(Place::from(newest)),
            (None, Some(newest), _) => Some(Place {
                from: newest,
                after: Some("0".to_owned()),
            }),
            (None, None, _) => None,
        };
        Ok((changed, next))
    }
}
