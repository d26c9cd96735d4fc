//! The replies list, with its traps: one item a lead, at most ten replies in it, texts cut at 200
//! characters, an order that nobody promises, date filters that an older server refuses.

use super::sighting::{latest, parent, recent};
use super::{Found, OVERLAP_MS, window_start};
use crate::engine::Engine;
use crate::event::{Kind, Sighting, Source, TextState};
use crate::planted::Defect;
use crate::refusal;
use crate::store::{StoreError, Writer};
use crate::trouble::Trouble;
use std::collections::{BTreeMap, BTreeSet};
use tuco::{RepliesPage, RepliesQuery, ReplyItem};
use wire::Timestamp;

const PAGE: u32 = 100;
/// This many of the newest leads fit on the first page with room for new ones.
const DENSE: usize = 80;
/// An item with this many recent replies may have more that it does not show.
const FULL_ITEM: usize = 10;
/// How many times a lead is asked for older replies in one look: ten a time, a thousand in all.
const MOST_STEPS_BACK: u32 = 100;
/// Pages of one look; a bound against a list that never ends, far above what a workspace can have.
const MOST_PAGES: u32 = 20_000;
const CURSOR: &str = "replies.until";
/// Start of a window that was begun and not read to its end.
const OPEN: &str = "replies.open";
/// Up to where replies were swept, and when: see [`Window::sweep`].
const SWEPT: &str = "replies.swept";
const NO_DATES: &str = "replies.no_dates";
/// When replies were last read far back: see [`Window::deep`].
const DEEP: &str = "replies.deep";
const DEEP_EVERY_MS: i64 = 12 * 3_600 * 1_000;
/// A phone may be out of reach for a weekend; what it then hands over bears its own old time.
const DEEP_MS: i64 = 3 * 24 * 3_600 * 1_000;

/// What one look covers.
#[derive(Debug, Clone, Copy)]
struct Window {
    /// Replies from here on.
    start: Timestamp,
    /// Now and then, after something new: a wider window, in which also leads whose ten shown replies are
    /// all known are asked for what lies beneath. A reply that came late may stand there.
    sweep: bool,
    /// Twice a day a sweep of the last days: where nothing else is new, it costs no call more.
    deep: bool,
}

impl Engine {
    pub(super) async fn poll_replies(
        &self,
        found: &Found,
        stored: &(impl Fn() + Sync),
    ) -> Result<(), Trouble> {
        let window = self.replies_window()?;
        let mut newest: Option<Timestamp> = None;
        let mut page = 1;
        loop {
            let answer = self.replies_page(window.start, page).await?;
            if self.planted(Defect::CursorFirst) {
                let last = answer.items.iter().map(|item| item.at).max();
                self.write(|rows| self.close_replies_window(rows, window, last))?;
            }
            let mut sightings = self.sightings_of(&answer.items, window).await?;
            newest = newest.max(answer.items.iter().map(|item| item.at).max());
            let last = answer.items.is_empty() || page >= answer.total_pages || page >= MOST_PAGES;
            let region = self.settings()?.phone_region;
            self.write_found(found, |rows| {
                self.see(rows, &mut sightings, &region, found)?;
                if last {
                    self.close_replies_window(rows, window, newest)?;
                }
                Ok(())
            })?;
            stored();
            if last {
                return Ok(());
            }
            page += 1;
        }
    }

    /// Opens a window, or takes up the one that was left open.
    fn replies_window(&self) -> Result<Window, Trouble> {
        let connection = self.connection();
        let (id, now) = (connection.id, self.now());
        let window = self.write(|rows| {
            let newest = rows.cursor_number(id, CURSOR)?;
            let dense = rows
                .newest_replies_at(id, DENSE)?
                .into_iter()
                .nth(DENSE - 1);
            let mut start = window_start(newest, dense, connection.look_back_from);
            if self.planted(Defect::NoOverlap) {
                start = newest.unwrap_or(start);
            }
            let swept = rows.cursor_and_time(id, SWEPT)?;
            let sweep = swept.and_then(|(until, at)| {
                let until: Timestamp = until.parse().ok()?;
                let due = newest > Some(until) && now >= at.saturating_add(OVERLAP_MS);
                (due && !self.planted(Defect::NoOverlap)).then_some(until)
            });
            if let Some(until) = sweep {
                start = start
                    .min(until.saturating_sub(OVERLAP_MS))
                    .max(connection.look_back_from);
            }
            let deep = rows
                .cursor_and_time(id, DEEP)?
                .map(|(_, at)| at)
                .filter(|at| now >= at.saturating_add(DEEP_EVERY_MS))
                // It would heal what these two break, days later.
                .filter(|_| !self.planted(Defect::NoOverlap))
                .filter(|_| !self.planted(Defect::CursorFirst));
            if let Some(last) = deep {
                // What has come since the last time may be older than that by as much again.
                start = start
                    .min(last.saturating_sub(DEEP_MS))
                    .max(connection.look_back_from);
            }
            if let Some(open) = rows.cursor_number(id, OPEN)? {
                start = start.min(open);
            }
            rows.set_cursor(id, OPEN, &start.to_string(), now)?;
            Ok(Window {
                start,
                sweep: sweep.is_some() || deep.is_some(),
                deep: deep.is_some(),
            })
        })?;
        Ok(window)
    }

    fn close_replies_window(
        &self,
        rows: &Writer<'_>,
        window: Window,
        newest: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let id = self.id();
        if window.deep || rows.cursor(id, DEEP)?.is_none() {
            rows.set_cursor(id, DEEP, "", self.now())?;
        }
        if let Some(newest) = newest {
            let until = rows
                .cursor_number(id, CURSOR)?
                .unwrap_or(newest)
                .max(newest);
            rows.set_cursor(id, CURSOR, &until.to_string(), self.now())?;
            if window.sweep || rows.cursor(id, SWEPT)?.is_none() {
                rows.set_cursor(id, SWEPT, &until.to_string(), self.now())?;
            }
        }
        rows.remove_cursor(id, OPEN)
    }

    async fn replies_page(&self, start: Timestamp, page: u32) -> Result<RepliesPage, Trouble> {
        let id = self.id();
        let dated = self.read(|rows| rows.cursor(id, NO_DATES))?.is_none();
        let query = RepliesQuery {
            from: dated.then_some(start),
            page,
            limit: PAGE,
            ..RepliesQuery::default()
        };
        match self.attempt(|| self.outside.tuco.replies(&query)).await {
            Err(Trouble::Tuco(error)) if dated && error.mentions("dateFrom") => {
                // An older server: without the filter the list is longer, not wrong.
                self.write(|rows| rows.set_cursor(id, NO_DATES, "1", self.now()))?;
                let undated = RepliesQuery {
                    from: None,
                    ..query
                };
                self.attempt(|| self.outside.tuco.replies(&undated)).await
            }
            answer => answer,
        }
    }

    /// Every event that a page tells of, completed where the list is short of it.
    async fn sightings_of(
        &self,
        items: &[ReplyItem],
        window: Window,
    ) -> Result<Vec<Sighting>, Trouble> {
        let mut sightings = BTreeMap::new();
        for item in items {
            let of_item = self.sightings_of_item(item, window).await?;
            merge(&mut sightings, of_item);
        }
        let from = self.connection().look_back_from;
        Ok(sightings
            .into_values()
            .filter(|sighting| sighting.occurred_at >= from)
            .collect())
    }

    async fn sightings_of_item(
        &self,
        item: &ReplyItem,
        window: Window,
    ) -> Result<Vec<Sighting>, Trouble> {
        let mut all = BTreeMap::new();
        merge(&mut all, parts(item));
        let Some(lead_id) = item.lead_id.clone() else {
            return Ok(all.into_values().collect());
        };
        let id = self.id();
        let ids: Vec<String> = all.keys().map(|(message, _)| message.clone()).collect();
        let known = self.read(|rows| rows.known_messages(id, &ids))?;
        if item.recent.len() >= FULL_ITEM && !self.planted(Defect::NoOlder) {
            let last = oldest(&all);
            let unknown = last.is_some_and(|reply| !known.contains(&reply.message_id));
            let hides = window.sweep && last.is_some_and(|reply| reply.occurred_at > window.start);
            if unknown || hides {
                let until = if unknown { None } else { Some(window.start) };
                self.read_older(&lead_id, item, until, &mut all).await?;
            }
        }
        if !self.planted(Defect::LeaveCut) {
            self.complete_cut_texts(&lead_id, &known, &mut all).await?;
        }
        Ok(all.into_values().collect())
    }

    /// An item shows ten replies at most, and its oldest is new: there may be older ones that it does not
    /// show. Asks for the time before the oldest, until that one is known, or the list or the look-back
    /// ends; with `until`, down to that time whatever is known.
    async fn read_older(
        &self,
        lead_id: &str,
        item: &ReplyItem,
        until: Option<Timestamp>,
        all: &mut BTreeMap<(String, Kind), Sighting>,
    ) -> Result<(), Trouble> {
        let id = self.id();
        let earliest = until.unwrap_or(self.connection().look_back_from);
        for _ in 0..MOST_STEPS_BACK {
            let Some(at) = oldest(all).map(|reply| reply.occurred_at) else {
                return Ok(());
            };
            if at < earliest {
                return Ok(());
            }
            let query = RepliesQuery {
                lead_id: Some(lead_id.to_owned()),
                to: Some(at),
                page: 1,
                limit: PAGE,
                ..RepliesQuery::default()
            };
            let mut older = BTreeMap::new();
            merge(&mut older, self.of_lead(&query).await?);
            let shown = replies(&older).count();
            let ends_known = match oldest(&older) {
                Some(reply) => {
                    let last = [reply.message_id.clone()];
                    !self.read(|rows| rows.known_messages(id, &last))?.is_empty()
                }
                None => false,
            };
            let before = replies(all).count();
            merge(all, older.into_values().collect());
            if (ends_known && until.is_none()) || (1..FULL_ITEM).contains(&shown) {
                return Ok(());
            }
            if replies(all).count() == before && until.is_some() {
                return Ok(());
            }
            if replies(all).count() == before {
                // The server does not look further back: say that something may be missing.
                merge(all, vec![unreadable(item, lead_id, at)]);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Asks for the exact moment of each new reply whose text is cut: there it is the lead's latest, whose
    /// text is whole.
    async fn complete_cut_texts(
        &self,
        lead_id: &str,
        known: &BTreeSet<String>,
        all: &mut BTreeMap<(String, Kind), Sighting>,
    ) -> Result<(), Trouble> {
        let cut: Vec<(String, Timestamp)> = replies(all)
            .filter(|reply| {
                reply.text_state == TextState::Cut && !known.contains(&reply.message_id)
            })
            .map(|reply| (reply.message_id.clone(), reply.occurred_at))
            .collect();
        for (message_id, at) in cut {
            let still_cut = all
                .get(&(message_id.clone(), Kind::Reply))
                .is_some_and(|reply| reply.text_state == TextState::Cut);
            if !still_cut {
                continue;
            }
            let query = RepliesQuery {
                lead_id: Some(lead_id.to_owned()),
                from: Some(at),
                to: Some(at),
                page: 1,
                limit: PAGE,
                ..RepliesQuery::default()
            };
            let narrow = self.of_lead(&query).await?;
            // Only what was asked for: the answer may be another window's if the dates were ignored.
            merge(
                all,
                narrow
                    .into_iter()
                    .filter(|one| one.text_state == TextState::Whole)
                    .collect(),
            );
        }
        Ok(())
    }

    /// A server without date filters, or that has forgotten the lead, has nothing more to say.
    async fn of_lead(&self, query: &RepliesQuery) -> Result<Vec<Sighting>, Trouble> {
        match self.attempt(|| self.outside.tuco.replies(query)).await {
            Ok(answer) => Ok(answer.items.iter().flat_map(parts).collect()),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => Ok(Vec::new()),
            Err(trouble) => Err(trouble),
        }
    }
}

/// Every reply that an item shows.
pub(crate) fn replies_in(item: &ReplyItem) -> Vec<Sighting> {
    let mut all = BTreeMap::new();
    merge(&mut all, parts(item));
    all.into_values()
        .filter(|one| one.kind == Kind::Reply)
        .collect()
}

fn parts(item: &ReplyItem) -> Vec<Sighting> {
    let latest = std::iter::once(latest(item));
    let recents = item.recent.iter().map(|reply| recent(item, reply));
    let parents = item
        .parents
        .iter()
        .filter_map(|message| parent(item, message));
    latest.chain(recents).chain(parents).collect()
}

fn replies(all: &BTreeMap<(String, Kind), Sighting>) -> impl Iterator<Item = &Sighting> {
    all.values()
        .filter(|one| one.kind == Kind::Reply && one.text_state != TextState::Unreadable)
}

fn oldest(all: &BTreeMap<(String, Kind), Sighting>) -> Option<&Sighting> {
    replies(all).min_by_key(|reply| (reply.occurred_at, &reply.message_id))
}

/// Keeps of two sightings of one message the one that has more of its text.
fn merge(all: &mut BTreeMap<(String, Kind), Sighting>, more: Vec<Sighting>) {
    for sighting in more {
        let key = (sighting.message_id.clone(), sighting.kind);
        match all.get_mut(&key) {
            Some(known) => {
                if known.text_state == TextState::Cut && sighting.text_state == TextState::Whole {
                    known.text = sighting.text;
                    known.text_state = TextState::Whole;
                }
            }
            None => {
                all.insert(key, sighting);
            }
        }
    }
}

/// Stands for replies that may exist before `oldest` and can't be read.
fn unreadable(item: &ReplyItem, lead_id: &str, oldest: Timestamp) -> Sighting {
    Sighting {
        message_id: format!("before:{lead_id}:{oldest}"),
        kind: Kind::Reply,
        channel: crate::event::Channel::Unknown,
        lead_id: Some(lead_id.to_owned()),
        phone: item.phone.clone(),
        email: item.email.clone(),
        name: item.name.clone(),
        line_id: None,
        text: String::new(),
        text_state: TextState::Unreadable,
        attachments: Vec::new(),
        occurred_at: oldest,
        source: Source::Replies,
        batch_id: None,
        campaign: None,
        hs_contact_id: None,
        detail: "Tuco shows the last ten replies of a lead, and did not give the older ones."
            .into(),
    }
}
