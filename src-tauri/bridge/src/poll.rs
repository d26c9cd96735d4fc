//! Reading Tuco: what happened since the last look becomes stored events.
//!
//! Polling is the truth. A page's events are stored, with whatever it took to complete them, in one
//! transaction; the cursor moves when the whole window has been read. A crash before that reads the
//! window again, which finds everything stored already.

mod leads;
mod messages;
mod replies;
mod sighting;

pub(crate) use replies::replies_in;
pub(crate) use sighting::{of_delivered, of_message};

use crate::engine::Engine;
use crate::event::{Kind, Sighting};
use crate::optout;
use crate::planted::Defect;
use crate::store::{SendState, StoreError, Writer};
use crate::trouble::Trouble;
use std::sync::atomic::{AtomicU64, Ordering};
use wire::Timestamp;

/// Clocks of two systems differ, and a late reply carries its own time: look back this far.
pub(crate) const OVERLAP_MS: i64 = 10 * 60 * 1_000;

/// What a poll has found so far; shared with whoever mirrors meanwhile.
#[derive(Debug, Default)]
pub(crate) struct Found {
    new_events: AtomicU64,
}

impl Found {
    /// Events that were not known before.
    pub(crate) fn new_events(&self) -> u64 {
        self.new_events.load(Ordering::Relaxed)
    }
}

impl Engine {
    /// A transaction that counts what it finds, unless it fails.
    pub(crate) fn write_found<T>(
        &self,
        found: &Found,
        write: impl FnOnce(&Writer<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let before = found.new_events();
        let result = self.write(write);
        if result.is_err() {
            found.new_events.store(before, Ordering::Relaxed);
        }
        result
    }

    /// Messages first: they know more than the replies list says of the messages that a reply answers.
    pub(crate) async fn poll(
        &self,
        found: &Found,
        stored: &(impl Fn() + Sync),
    ) -> Result<(), Trouble> {
        self.poll_messages(found, stored).await?;
        self.poll_replies(found, stored).await?;
        Ok(())
    }

    /// Stores what was seen, in the order in which it happened. An opt-out among it is in force from
    /// this transaction on.
    pub(crate) fn see(
        &self,
        rows: &Writer<'_>,
        sightings: &mut [Sighting],
        region: &str,
        found: &Found,
    ) -> Result<u64, StoreError> {
        sightings.sort_by(|a, b| {
            (a.occurred_at, &a.message_id, a.kind).cmp(&(b.occurred_at, &b.message_id, b.kind))
        });
        let (id, now) = (self.id(), self.now());
        if self.planted(Defect::TimeOfSeeing) {
            sightings
                .iter_mut()
                .for_each(|sighting| sighting.occurred_at = now);
        }
        let mut news = 0;
        for sighting in sightings.iter() {
            news += u64::from(see_one(rows, id, sighting, region, now)?);
        }
        found.new_events.fetch_add(news, Ordering::Relaxed);
        Ok(news)
    }
}

/// Stores one sighting; an opt-out in it is in force at once. True where it was news.
pub(crate) fn see_one(
    rows: &Writer<'_>,
    connection: i64,
    sighting: &Sighting,
    region: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let seen = rows.see(connection, sighting, now)?;
    if seen.news {
        optout::take(rows, connection, sighting, region, now)?;
        let state = match sighting.kind {
            Kind::Sent => Some(SendState::Sent),
            Kind::Delivered => Some(SendState::Delivered),
            Kind::Failed => Some(SendState::Failed),
            Kind::Fallback => Some(SendState::Fallback),
            Kind::Opened | Kind::Reply => None,
        };
        if let Some(state) = state {
            let detail = sighting.detail.as_str();
            rows.send_goes_on(connection, &sighting.message_id, (state, detail), now)?;
        }
    }
    Ok(seen.news)
}

/// The start of the next window: the newest known moment less the overlap, but not so far back that
/// `dense` (the time of the last reply that still fits on the first page) makes an idle look costly.
fn window_start(
    newest: Option<Timestamp>,
    dense: Option<Timestamp>,
    look_back_from: Timestamp,
) -> Timestamp {
    let Some(newest) = newest else {
        return look_back_from;
    };
    let overlapped = newest.saturating_sub(OVERLAP_MS);
    let start = dense.map_or(overlapped, |dense| overlapped.max(dense.min(newest)));
    start.max(look_back_from)
}
