//! The log for a list that can be scrolled: pages in both directions, a jump to a moment or to a
//! place, and how many there are.
//!
//! What a filter lets through is a set of groups of `event_count`; each group is one walk of an
//! index, and the walks are merged by time. A line or a contact has an index of its own that holds the
//! rest of the filter. Words are looked up by [`super::search`], in the order of arrival. Nothing here
//! reads more rows than it answers, whatever the depth, but for two cases that are said where they
//! are: words that are common under a line or contact that is rare, and counting a line or a contact.

use super::event::{self, count, select_event};
use super::failure::StoreError;
use super::search::{Span, of_kinds};
use super::{EventCount, Reader};
use crate::event::{Event, Kind, Stage};
use rusqlite::params;
use wire::Timestamp;

/// Which events. Empty lists and empty words let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Whose.
    pub connection: i64,
    /// Words that must be in the text, the name, the number or the address.
    pub search: String,
    /// Any of these kinds.
    pub kinds: Vec<Kind>,
    /// Any of these stages.
    pub stages: Vec<Stage>,
    /// Any of these codes of a reason.
    pub reasons: Vec<String>,
    /// Only of this line.
    pub line: Option<String>,
    /// Only of this contact.
    pub contact: Option<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// A place in the list: time and id of an event.
pub type Place = (Timestamp, i64);

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// At the top.
    Newest,
    /// Just below this place.
    Below(Place),
    /// Just above this place: the events that are nearest to it.
    Above(Place),
    /// At the newest event that is not after this moment.
    At(Timestamp),
    /// So many events from the top.
    Position(u64),
}

/// A part of the list, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityPage {
    /// The events.
    pub events: Vec<Event>,
    /// Whether there is more above.
    pub more_above: bool,
    /// Whether there is more below.
    pub more_below: bool,
    /// How many events are above the first one, where the page was jumped to.
    pub above: Option<u64>,
}

/// Nothing is above this place.
pub(super) const TOP: Place = (i64::MAX, i64::MAX);
/// Nothing is below this one.
const BOTTOM: Place = (i64::MIN, i64::MIN);

/// Which way a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

impl ActivityFilter {
    /// True where words were typed.
    pub fn is_search(&self) -> bool {
        !self.search.trim().is_empty()
    }

    pub(super) fn takes(&self, group: &EventCount) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&group.kind))
            && (self.stages.is_empty() || self.stages.contains(&group.stage))
            && (self.reasons.is_empty() || self.reasons.contains(&group.reason_code))
    }

    /// Only states and reasons narrow it, which few events may have.
    fn is_rare(&self) -> bool {
        let by_state = !(self.stages.is_empty() && self.reasons.is_empty());
        by_state && self.line.is_none() && self.contact.is_none() && self.to.is_none()
    }

    fn has_groups(&self) -> bool {
        !(self.kinds.is_empty() && self.stages.is_empty() && self.reasons.is_empty())
    }

    /// The moments that the filter spans, the first included and the last not.
    pub(super) fn span(&self) -> (Timestamp, Timestamp) {
        (self.from.unwrap_or(i64::MIN), self.to.unwrap_or(i64::MAX))
    }

    /// Words of a column as one text, in which each stands between commas; empty for all.
    pub(super) fn kind_list(&self) -> String {
        listed(self.kinds.iter().map(|kind| kind.as_str()))
    }

    pub(super) fn stage_list(&self) -> String {
        listed(self.stages.iter().map(|stage| stage.as_str()))
    }

    pub(super) fn reason_list(&self) -> String {
        listed(self.reasons.iter().map(String::as_str))
    }
}

fn listed<'w>(words: impl Iterator<Item = &'w str>) -> String {
    let mut list = String::new();
    for word in words {
        if list.is_empty() {
            list.push(',');
        }
        list.push_str(word);
        list.push(',');
    }
    list
}

impl Reader<'_> {
    /// A page of the list.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn activity(
        &self,
        filter: &ActivityFilter,
        start: Start,
        limit: usize,
    ) -> Result<ActivityPage, StoreError> {
        if filter.is_search() {
            return self.found(filter, start, limit);
        }
        match start {
            Start::Newest => self.below(filter, TOP, limit, Some(0)),
            Start::Below(place) => self.below(filter, place, limit, None),
            Start::Above(place) => self.above(filter, place, limit),
            Start::At(at) => {
                let above = self.activity_between(filter, at.saturating_add(1), i64::MAX)?;
                self.below(filter, (at, i64::MAX), limit, Some(above))
            }
            Start::Position(position) => match self.place_at(filter, position)? {
                Some((at, id)) => {
                    self.below(filter, (at, id.saturating_add(1)), limit, Some(position))
                }
                None => self.above(filter, BOTTOM, limit),
            },
        }
    }

    fn below(
        &self,
        filter: &ActivityFilter,
        place: Place,
        limit: usize,
        above: Option<u64>,
    ) -> Result<ActivityPage, StoreError> {
        let mut keys = self.walk(filter, Way::Down, place, limit.saturating_add(1))?;
        let more_below = keys.len() > limit;
        keys.truncate(limit);
        Ok(ActivityPage {
            events: self.events_of(keys.into_iter().map(|(_, id)| id))?,
            more_above: above.unwrap_or(1) > 0,
            more_below,
            above,
        })
    }

    fn above(
        &self,
        filter: &ActivityFilter,
        place: Place,
        limit: usize,
    ) -> Result<ActivityPage, StoreError> {
        let mut keys = self.walk(filter, Way::Up, place, limit.saturating_add(1))?;
        let more_above = keys.len() > limit;
        keys.truncate(limit);
        keys.reverse();
        Ok(ActivityPage {
            events: self.events_of(keys.into_iter().map(|(_, id)| id))?,
            more_above,
            more_below: place != BOTTOM,
            above: None,
        })
    }

    /// Time and id of the next events from a place on, in the order of the walk.
    fn walk(
        &self,
        filter: &ActivityFilter,
        way: Way,
        place: Place,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        if filter.contact.is_some() || filter.line.is_some() {
            return self.walk_of_one(filter, way, place, limit);
        }
        if !filter.has_groups() {
            return self.walk_all(filter, way, place, limit);
        }
        let mut keys = Vec::new();
        for group in self.event_counts(filter.connection)?.groups {
            if filter.takes(&group) {
                keys.extend(self.walk_group(filter, &group, way, place, limit)?);
            }
        }
        match way {
            Way::Down => keys.sort_unstable_by(|a, b| b.cmp(a)),
            Way::Up => keys.sort_unstable(),
        }
        keys.truncate(limit);
        Ok(keys)
    }

    fn walk_all(
        &self,
        filter: &ActivityFilter,
        way: Way,
        place: Place,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let (from, to) = filter.span();
        let select = match way {
            Way::Down => {
                "SELECT occurred_at, id FROM event
                 WHERE connection_id = ?1 AND (occurred_at, id) < (?2, ?3)
                   AND occurred_at >= ?4 AND occurred_at < ?5
                 ORDER BY occurred_at DESC, id DESC LIMIT ?6"
            }
            Way::Up => {
                "SELECT occurred_at, id FROM event
                 WHERE connection_id = ?1 AND (occurred_at, id) > (?2, ?3)
                   AND occurred_at >= ?4 AND occurred_at < ?5
                 ORDER BY occurred_at, id LIMIT ?6"
            }
        };
        let (place, from, to) = meet(way, place, from, to);
        self.rows(
            select,
            params![filter.connection, place.0, place.1, from, to, count(limit)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn walk_group(
        &self,
        filter: &ActivityFilter,
        group: &EventCount,
        way: Way,
        place: Place,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let (from, to) = filter.span();
        let select = match way {
            Way::Down => {
                "SELECT occurred_at, id FROM event
                 WHERE connection_id = ?1 AND kind = ?2 AND stage = ?3 AND reason_code = ?4
                   AND (occurred_at, id) < (?5, ?6) AND occurred_at >= ?7 AND occurred_at < ?8
                 ORDER BY occurred_at DESC, id DESC LIMIT ?9"
            }
            Way::Up => {
                "SELECT occurred_at, id FROM event
                 WHERE connection_id = ?1 AND kind = ?2 AND stage = ?3 AND reason_code = ?4
                   AND (occurred_at, id) > (?5, ?6) AND occurred_at >= ?7 AND occurred_at < ?8
                 ORDER BY occurred_at, id LIMIT ?9"
            }
        };
        let (place, from, to) = meet(way, place, from, to);
        self.rows(
            select,
            params![
                filter.connection,
                group.kind.as_str(),
                group.stage.as_str(),
                group.reason_code,
                place.0,
                place.1,
                from,
                to,
                count(limit)
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The events of a contact or a line, walked by the index of that one.
    fn walk_of_one(
        &self,
        filter: &ActivityFilter,
        way: Way,
        place: Place,
        limit: usize,
    ) -> Result<Vec<Place>, StoreError> {
        let select = match (way, filter.contact.is_some()) {
            (Way::Down, true) => {
                "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND contact_id = ?2
                   AND contact_id <> '' AND (?9 = '' OR line_id = ?9)
                   AND (occurred_at, id) < (?3, ?4) AND occurred_at >= ?5 AND occurred_at < ?6
                   AND (?7 = '' OR instr(?7, ',' || kind || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || stage || ',') > 0)
                   AND (?10 = '' OR instr(?10, ',' || reason_code || ',') > 0)
                 ORDER BY occurred_at DESC, id DESC LIMIT ?11"
            }
            (Way::Down, false) => {
                "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND line_id = ?9
                   AND line_id <> '' AND ?2 = ''
                   AND (occurred_at, id) < (?3, ?4) AND occurred_at >= ?5 AND occurred_at < ?6
                   AND (?7 = '' OR instr(?7, ',' || kind || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || stage || ',') > 0)
                   AND (?10 = '' OR instr(?10, ',' || reason_code || ',') > 0)
                 ORDER BY occurred_at DESC, id DESC LIMIT ?11"
            }
            (Way::Up, true) => {
                "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND contact_id = ?2
                   AND contact_id <> '' AND (?9 = '' OR line_id = ?9)
                   AND (occurred_at, id) > (?3, ?4) AND occurred_at >= ?5 AND occurred_at < ?6
                   AND (?7 = '' OR instr(?7, ',' || kind || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || stage || ',') > 0)
                   AND (?10 = '' OR instr(?10, ',' || reason_code || ',') > 0)
                 ORDER BY occurred_at, id LIMIT ?11"
            }
            (Way::Up, false) => {
                "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND line_id = ?9
                   AND line_id <> '' AND ?2 = ''
                   AND (occurred_at, id) > (?3, ?4) AND occurred_at >= ?5 AND occurred_at < ?6
                   AND (?7 = '' OR instr(?7, ',' || kind || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || stage || ',') > 0)
                   AND (?10 = '' OR instr(?10, ',' || reason_code || ',') > 0)
                 ORDER BY occurred_at, id LIMIT ?11"
            }
        };
        let (from, to) = filter.span();
        self.rows(
            select,
            params![
                filter.connection,
                filter.contact.as_deref().unwrap_or_default(),
                place.0,
                place.1,
                from,
                to,
                filter.kind_list(),
                filter.stage_list(),
                filter.line.as_deref().unwrap_or_default(),
                filter.reason_list(),
                count(limit)
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Words: a page by the order of arrival.
    fn found(
        &self,
        filter: &ActivityFilter,
        start: Start,
        limit: usize,
    ) -> Result<ActivityPage, StoreError> {
        let nothing = ActivityPage::default();
        let mut groups = self.event_counts(filter.connection)?.groups;
        groups.retain(|group| filter.takes(group));
        if groups.is_empty() {
            return Ok(nothing);
        }
        let Some(wanted) = self.expression(&filter.search)? else {
            return Ok(nothing);
        };
        let wanted = of_kinds(wanted, &filter.kinds);
        let (below, above) = match start {
            Start::Newest | Start::At(_) | Start::Position(_) => (i64::MAX, None),
            Start::Below((_, id)) => (id, None),
            Start::Above((_, id)) => (i64::MAX, Some(id)),
        };
        let few = if above.is_none() && filter.is_rare() {
            let span = Span {
                connection: filter.connection,
                since: filter.span().0,
                below,
            };
            self.found_among_few(&wanted, &span, &groups, limit.saturating_add(1))?
        } else {
            None
        };
        let mut events = match few {
            Some(events) => events,
            None => self.matches(filter, &wanted, below, above, limit)?,
        };
        let more = events.len() > limit;
        events.truncate(limit);
        if above.is_some() {
            events.reverse();
        }
        Ok(ActivityPage {
            events,
            more_above: if above.is_some() {
                more
            } else {
                below != i64::MAX
            },
            more_below: above.is_some() || more,
            above: None,
        })
    }

    /// All matches are read in the order of arrival until the page and one more are found.
    fn matches(
        &self,
        filter: &ActivityFilter,
        wanted: &str,
        below: i64,
        above: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Event>, StoreError> {
        let (from, to) = filter.span();
        let select = if above.is_some() {
            select_event!(
                "JOIN (SELECT rowid AS found FROM event_text
                       WHERE event_text MATCH ?1 AND rowid < ?2 AND rowid > ?12 ORDER BY rowid) ON id = found
                 WHERE +connection_id = ?3 AND +occurred_at >= ?4 AND +occurred_at < ?5
                   AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
                   AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)
                   AND (?9 = '' OR line_id = ?9) AND (?10 = '' OR contact_id = ?10)
                 ORDER BY found LIMIT ?11"
            )
        } else {
            select_event!(
                "JOIN (SELECT rowid AS found FROM event_text
                       WHERE event_text MATCH ?1 AND rowid < ?2 AND ?12 IS NULL ORDER BY rowid DESC) ON id = found
                 WHERE +connection_id = ?3 AND +occurred_at >= ?4 AND +occurred_at < ?5
                   AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
                   AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
                   AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)
                   AND (?9 = '' OR line_id = ?9) AND (?10 = '' OR contact_id = ?10)
                 ORDER BY found DESC LIMIT ?11"
            )
        };
        self.rows(
            select,
            params![
                wanted,
                below,
                filter.connection,
                from,
                to,
                filter.kind_list(),
                filter.stage_list(),
                filter.reason_list(),
                filter.line.as_deref().unwrap_or_default(),
                filter.contact.as_deref().unwrap_or_default(),
                count(limit.saturating_add(1)),
                above
            ],
            event::read,
        )
    }
}

/// The place and the span where a walk begins and ends, as the narrowest bound of the index: SQLite
/// takes one bound a side.
fn meet(way: Way, place: Place, from: Timestamp, to: Timestamp) -> (Place, Timestamp, Timestamp) {
    match way {
        Way::Down if to < place.0 => ((to, i64::MIN), from, to),
        Way::Up if from > place.0 => ((from, i64::MIN), from, to),
        Way::Down | Way::Up => (place, from, to),
    }
}
