//! The messages list, which some keys may not read: what went out, ours and others', and how it ended.
//!
//! The list is barely documented. It is taken to be sorted newest first; where a page shows otherwise,
//! all pages are read. A key that may not list is remembered for a day.

use super::{Found, OVERLAP_MS, of_message};
use crate::engine::Engine;
use crate::event::{Sighting, Source};
use crate::refusal;
use crate::store::{Listing, PendingMessage, SendState, StoreError, Writer};
use crate::trouble::Trouble;
use tuco::{Message, MessagesPage, MessagesQuery, Status};
use wire::Timestamp;

const PAGE: u32 = 100;
const MOST_PAGES: u32 = 20_000;
/// A refusal is believed for a day: rights change rarely, and asking costs a call each time.
const BELIEVED_MS: i64 = 24 * 60 * 60 * 1_000;
/// Newest message seen.
const CURSOR: &str = "messages.until";
/// How far back a begun look has to read before it is complete.
const OPEN: &str = "messages.open";
/// Minutes after which a message on its way is looked at again, the last one repeated.
const LOOKS_MIN: [i64; 6] = [1, 2, 5, 15, 60, 240];

impl Engine {
    pub(super) async fn poll_messages(
        &self,
        found: &Found,
        stored: &(impl Fn() + Sync),
    ) -> Result<(), Trouble> {
        let connection = self.connection();
        let refused = connection.listing == Listing::NotOffered;
        if refused && self.now() < connection.listing_at.saturating_add(BELIEVED_MS) {
            return Ok(());
        }
        let (horizon, catching_up) = self.messages_horizon()?;
        let mut page = 1;
        loop {
            let Some(answer) = self.messages_page(page).await? else {
                return Ok(());
            };
            let last_page = answer.items.is_empty()
                || answer.total_pages.is_some_and(|pages| page >= pages)
                || page >= MOST_PAGES;
            let sorted = is_newest_first(&answer.items);
            let reached = sorted
                && answer
                    .items
                    .last()
                    .and_then(created)
                    .is_some_and(|oldest| oldest < horizon);
            let region = self.settings()?.phone_region;
            let complete = self.write_found(found, |rows| {
                let news = self.store_messages(rows, &answer.items, &region, found)?;
                let quiet = sorted && !catching_up && !news;
                let complete = last_page || reached || quiet;
                if complete {
                    rows.remove_cursor(self.id(), OPEN)?;
                }
                Ok(complete)
            })?;
            stored();
            if complete {
                break;
            }
            page += 1;
        }
        self.follow_messages(found, stored).await
    }

    /// How far back to read, and whether an earlier look was left unfinished (or this is the first): then
    /// a page without news is no sign that older ones have none.
    fn messages_horizon(&self) -> Result<(Timestamp, bool), StoreError> {
        let connection = self.connection();
        let id = connection.id;
        self.write(|rows| {
            let until = rows.cursor_number(id, CURSOR)?;
            let open = rows.cursor_number(id, OPEN)?;
            let from = until.map_or(connection.look_back_from, |at| {
                at.saturating_sub(OVERLAP_MS)
            });
            let horizon = open
                .map_or(from, |open| open.min(from))
                .max(connection.look_back_from);
            rows.set_cursor(id, OPEN, &horizon.to_string(), self.now())?;
            Ok((horizon, open.is_some() || until.is_none()))
        })
    }

    /// One page, or none where the key may not list.
    async fn messages_page(&self, page: u32) -> Result<Option<MessagesPage>, Trouble> {
        let query = MessagesQuery {
            page,
            limit: PAGE,
            ..MessagesQuery::default()
        };
        let listing = self.connection().listing;
        match self.attempt(|| self.outside.tuco.messages(&query)).await {
            Ok(answer) => {
                if listing != Listing::Offered {
                    self.remember_listing(Listing::Offered)?;
                }
                Ok(Some(answer))
            }
            Err(Trouble::Tuco(error)) if error.kind == tuco::ErrorKind::NotOffered => {
                self.remember_listing(Listing::NotOffered)?;
                Ok(None)
            }
            Err(trouble) => Err(trouble),
        }
    }

    fn remember_listing(&self, listing: Listing) -> Result<(), StoreError> {
        let now = self.now();
        self.change_connection(|connection| {
            connection.listing = listing;
            connection.listing_at = now;
        })
    }

    /// Stores what a list says. True if any of it was news.
    fn store_messages(
        &self,
        rows: &Writer<'_>,
        messages: &[Message],
        region: &str,
        found: &Found,
    ) -> Result<bool, StoreError> {
        let connection = self.connection();
        let id = connection.id;
        let mut sightings: Vec<Sighting> = messages
            .iter()
            .flat_map(|message| of_message(message, Source::Messages))
            .collect();
        sightings.retain(|sighting| sighting.occurred_at >= connection.look_back_from);
        let mut news = self.see(rows, &mut sightings, region, found)? > 0;
        for message in messages.iter().filter(|message| !message.inbound) {
            news |= self.keep_pending(rows, message)?;
        }
        if let Some(newest) = messages.iter().filter_map(created).max() {
            let until = rows
                .cursor_number(id, CURSOR)?
                .unwrap_or(newest)
                .max(newest);
            rows.set_cursor(id, CURSOR, &until.to_string(), self.now())?;
        }
        Ok(news)
    }

    /// Remembers a message that is still on its way, forgets one that has ended.
    pub(crate) fn keep_pending(
        &self,
        rows: &Writer<'_>,
        message: &Message,
    ) -> Result<bool, StoreError> {
        let id = self.id();
        if message.status.is_final() {
            if message.status == Status::Cancelled {
                let cancelled = (SendState::Cancelled, "cancelled at Tuco");
                rows.send_goes_on(id, &message.id, cancelled, self.now())?;
            }
            rows.remove_pending(id, &message.id)?;
            return Ok(false);
        }
        if matches!(message.status, Status::Other(_)) {
            return Ok(false);
        }
        let first_look = self.now().saturating_add(look_delay(0));
        rows.put_pending(&PendingMessage {
            connection_id: id,
            message_id: message.id.clone(),
            lead_id: message.lead_id.clone(),
            status: message.status.as_str().to_owned(),
            looks: 0,
            // A scheduled message can't end before its time.
            look_at: message
                .scheduled_at
                .map_or(first_look, |at| at.max(first_look)),
        })
    }

    /// Messages that have not ended: asked for by their lead, at growing intervals.
    async fn follow_messages(
        &self,
        found: &Found,
        stored: &(impl Fn() + Sync),
    ) -> Result<(), Trouble> {
        let id = self.id();
        let due = self.read(|rows| rows.due_pending(id, self.now(), 20))?;
        for pending in due {
            let looks = pending.looks.saturating_add(1);
            let look_at = self.now().saturating_add(look_delay(looks));
            let messages = match &pending.lead_id {
                Some(lead_id) => self.messages_of_lead(lead_id).await?,
                None => Vec::new(),
            };
            let region = self.settings()?.phone_region;
            self.write_found(found, |rows| {
                rows.pending_looked(id, &pending.message_id, looks, look_at)?;
                self.store_messages(rows, &messages, &region, found)
            })?;
            stored();
        }
        Ok(())
    }

    /// The newest messages of a lead; none where the key may not list.
    pub(crate) async fn messages_of_lead(&self, lead_id: &str) -> Result<Vec<Message>, Trouble> {
        let query = MessagesQuery {
            lead_id: Some(lead_id.to_owned()),
            page: 1,
            limit: PAGE,
            ..MessagesQuery::default()
        };
        match self.attempt(|| self.outside.tuco.messages(&query)).await {
            // The filter is a hint of an old version: what was not asked for is not believed.
            Ok(answer) => Ok(answer
                .items
                .into_iter()
                .filter(|message| message.lead_id.as_deref() == Some(lead_id))
                .collect()),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => Ok(Vec::new()),
            Err(trouble) => Err(trouble),
        }
    }
}

fn created(message: &Message) -> Option<Timestamp> {
    message
        .created_at
        .or(message.sent_at)
        .or(message.updated_at)
}

fn is_newest_first(messages: &[Message]) -> bool {
    messages
        .iter()
        .filter_map(created)
        .is_sorted_by(|a, b| a >= b)
}

fn look_delay(looks: u32) -> i64 {
    let at = usize::try_from(looks)
        .unwrap_or(usize::MAX)
        .min(LOOKS_MIN.len() - 1);
    LOOKS_MIN.get(at).copied().unwrap_or(240) * 60_000
}
