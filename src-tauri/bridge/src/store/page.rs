//! The log, a page at a time, by key and never by offset.
//!
//! Without a filter one walk of the time index answers. With one, each group of
//! `event_count` that passes the filter is walked from the same place, and the walks are merged: what
//! is read is at most groups times limit small index entries, at any depth and however rare the match.

use super::event::{self, count, select_event};
use super::failure::StoreError;
use super::{EventCount, Reader};
use crate::event::{Event, Kind, Stage};
use rusqlite::params;
use wire::Timestamp;

/// Which events, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageQuery {
    /// Whose.
    pub connection: i64,
    /// Only what comes after this event in the answer's order: time and id of the last one that was
    /// shown.
    pub before: Option<(Timestamp, i64)>,
    /// How many.
    pub limit: usize,
    /// Words that must be in the text, the name, the number or the address; the last may be a
    /// beginning. With words, the order is that of arrival.
    pub search: Option<String>,
    /// Not older than this.
    pub since: Option<Timestamp>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only of this stage.
    pub stage: Option<Stage>,
    /// Only with this code of a reason.
    pub reason: Option<String>,
}

impl PageQuery {
    /// Whether a group passes the filter.
    pub(super) fn takes(&self, group: &EventCount) -> bool {
        self.kind.is_none_or(|kind| kind == group.kind)
            && self.stage.is_none_or(|stage| stage == group.stage)
            && self
                .reason
                .as_ref()
                .is_none_or(|reason| *reason == group.reason_code)
    }

    fn is_filtered(&self) -> bool {
        self.kind.is_some() || self.stage.is_some() || self.reason.is_some()
    }
}

/// A place in the log that nothing comes before.
const TOP: (Timestamp, i64) = (i64::MAX, i64::MAX);

impl Reader<'_> {
    /// A page of the log.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn page(&self, query: &PageQuery) -> Result<Vec<Event>, StoreError> {
        if let Some(words) = query
            .search
            .as_deref()
            .filter(|words| !words.trim().is_empty())
        {
            return self.search(query, words);
        }
        let before = query.before.unwrap_or(TOP);
        let since = query.since.unwrap_or(i64::MIN);
        if query.is_filtered() {
            let keys = self.filtered_keys(query, before, since)?;
            return self.events_of(keys.into_iter().map(|(_, id)| id));
        }
        self.rows(
            select_event!(
                "WHERE connection_id = ?1 AND (occurred_at, id) < (?2, ?3) AND occurred_at >= ?4
                 ORDER BY occurred_at DESC, id DESC LIMIT ?5"
            ),
            params![
                query.connection,
                before.0,
                before.1,
                since,
                count(query.limit)
            ],
            event::read,
        )
    }

    /// Time and id of the events of a filtered page.
    fn filtered_keys(
        &self,
        query: &PageQuery,
        before: (Timestamp, i64),
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, i64)>, StoreError> {
        let mut keys: Vec<(Timestamp, i64)> = Vec::new();
        for group in self.event_counts(query.connection)?.groups {
            if !query.takes(&group) {
                continue;
            }
            keys.extend(self.rows(
                "SELECT occurred_at, id FROM event
                 WHERE connection_id = ?1 AND kind = ?2 AND stage = ?3 AND reason_code = ?4
                   AND (occurred_at, id) < (?5, ?6) AND occurred_at >= ?7
                 ORDER BY occurred_at DESC, id DESC LIMIT ?8",
                params![
                    query.connection,
                    group.kind.as_str(),
                    group.stage.as_str(),
                    group.reason_code,
                    before.0,
                    before.1,
                    since,
                    count(query.limit)
                ],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?);
        }
        keys.sort_unstable_by(|a, b| b.cmp(a));
        keys.truncate(query.limit);
        Ok(keys)
    }

    pub(super) fn events_of(
        &self,
        ids: impl IntoIterator<Item = i64>,
    ) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        for id in ids {
            events.extend(self.event(id)?);
        }
        Ok(events)
    }

    /// When each of the `most` people who replied last did so, the newest first. Looks at no more than
    /// twenty replies for each of them, so it may answer fewer.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn newest_replies_at(
        &self,
        connection: i64,
        most: usize,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let mut query = PageQuery {
            connection,
            limit: most.saturating_mul(2),
            kind: Some(Kind::Reply),
            ..PageQuery::default()
        };
        let mut people = std::collections::BTreeSet::new();
        let mut times = Vec::new();
        for _ in 0..10 {
            let before = query.before.unwrap_or(TOP);
            let keys = self.filtered_keys(&query, before, i64::MIN)?;
            for (at, id) in &keys {
                let person: Option<String> =
                    self.row("SELECT person FROM event WHERE id = ?1", [id], |row| {
                        Ok(row.get(0)?)
                    })?;
                if person.is_some_and(|person| people.insert(person)) {
                    times.push(*at);
                }
                if times.len() == most {
                    return Ok(times);
                }
            }
            query.before = keys.last().copied();
            if query.before.is_none() {
                break;
            }
        }
        Ok(times)
    }
}
