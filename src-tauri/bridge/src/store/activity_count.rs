//! How many events there are between two moments, and which one stands at a place.
//!
//! Whole days and whole hours are sums that the writes keep; only the two broken hours at the ends
//! are counted. So a count and a jump cost the same in the middle of a million events.

use super::activity::{ActivityFilter, Place};
use super::event::count;
use super::failure::StoreError;
use super::row::word;
use super::{EventCount, EventCounts, Reader};
use crate::event::{Kind, Stage};
use rusqlite::params;
use std::collections::BTreeMap;
use wire::Timestamp;

const HOUR_MS: Timestamp = 60 * 60 * 1_000;
const DAY_MS: Timestamp = 24 * HOUR_MS;

/// A stretch of time and what happened in it.
struct Stretch {
    from: Timestamp,
    to: Timestamp,
    events: u64,
}

impl Reader<'_> {
    /// How many events a filter lets through. None for words: counting those would read every match.
    /// Counting a line or a contact walks its part of an index.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn activity_count(&self, filter: &ActivityFilter) -> Result<Option<u64>, StoreError> {
        if filter.is_search() {
            return Ok(None);
        }
        self.activity_between(filter, i64::MIN, i64::MAX).map(Some)
    }

    /// How many of them happened from one moment until before another.
    pub(super) fn activity_between(
        &self,
        filter: &ActivityFilter,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64, StoreError> {
        let (first, last) = filter.span();
        let (from, to) = (from.max(first), to.min(last));
        if filter.is_search() || from >= to {
            return Ok(0);
        }
        if filter.contact.is_some() || filter.line.is_some() {
            return self.count_of_one(filter, from, to);
        }
        if from == i64::MIN && to == i64::MAX {
            let groups = self.event_counts(filter.connection)?.groups;
            let taken = groups.iter().filter(|group| filter.takes(group));
            return Ok(taken.map(|group| group.events).sum());
        }
        let counts = self.events_between(filter.connection, from, to)?;
        let taken = counts.groups.iter().filter(|group| filter.takes(group));
        Ok(taken.map(|group| group.events).sum())
    }

    /// What happened from one moment until before another, by sort.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn events_between(
        &self,
        connection: i64,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<EventCounts, StoreError> {
        let mut sums = BTreeMap::new();
        let (from, to) = (from.max(0), to.min(i64::MAX - DAY_MS));
        let (first_hour, end_hour) = (ceiling(from, HOUR_MS), to.div_euclid(HOUR_MS));
        if first_hour > end_hour {
            self.add_exact(connection, from, to, &mut sums)?;
            return Ok(as_counts(sums));
        }
        self.add_exact(connection, from, first_hour * HOUR_MS, &mut sums)?;
        self.add_exact(connection, end_hour * HOUR_MS, to, &mut sums)?;
        let (first_day, end_day) = (ceiling(first_hour, 24), end_hour.div_euclid(24));
        if first_day > end_day {
            self.add_hours(connection, first_hour, end_hour, &mut sums)?;
            return Ok(as_counts(sums));
        }
        self.add_hours(connection, first_hour, first_day * 24, &mut sums)?;
        self.add_hours(connection, end_day * 24, end_hour, &mut sums)?;
        self.add_sums(
            "SELECT kind, stage, reason_code, sum(events) FROM event_day
             WHERE connection_id = ?1 AND day >= ?2 AND day < ?3 GROUP BY kind, stage, reason_code",
            connection,
            first_day,
            end_day,
            &mut sums,
        )?;
        Ok(as_counts(sums))
    }

    fn add_hours(
        &self,
        connection: i64,
        from: i64,
        to: i64,
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        self.add_sums(
            "SELECT kind, stage, reason_code, sum(events) FROM event_hour
             WHERE connection_id = ?1 AND hour >= ?2 AND hour < ?3 GROUP BY kind, stage, reason_code",
            connection,
            from,
            to,
            sums,
        )
    }

    fn add_exact(
        &self,
        connection: i64,
        from: Timestamp,
        to: Timestamp,
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        self.add_sums(
            "SELECT kind, stage, reason_code, count(*) FROM event
             WHERE connection_id = ?1 AND occurred_at >= ?2 AND occurred_at < ?3
             GROUP BY kind, stage, reason_code",
            connection,
            from,
            to,
            sums,
        )
    }

    fn add_sums(
        &self,
        select: &str,
        connection: i64,
        from: i64,
        to: i64,
        sums: &mut Sums,
    ) -> Result<(), StoreError> {
        if from >= to {
            return Ok(());
        }
        let rows = self.rows(select, params![connection, from, to], |row| {
            let text = |column: usize| -> Result<String, StoreError> { Ok(row.get(column)?) };
            let kind = word("event.kind", Kind::parse, &text(0)?)?;
            let stage = word("event.stage", Stage::parse, &text(1)?)?;
            Ok(((kind, stage, text(2)?), row.get::<_, i64>(3)?))
        })?;
        for (sort, events) in rows {
            *sums.entry(sort).or_default() += u64::try_from(events).unwrap_or(0);
        }
        Ok(())
    }

    fn count_of_one(
        &self,
        filter: &ActivityFilter,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64, StoreError> {
        let select = if filter.contact.is_some() {
            "SELECT count(*) FROM event WHERE connection_id = ?1 AND contact_id = ?2
               AND contact_id <> '' AND (?3 = '' OR line_id = ?3)
               AND occurred_at >= ?4 AND occurred_at < ?5
               AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
               AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
               AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)"
        } else {
            "SELECT count(*) FROM event WHERE connection_id = ?1 AND line_id = ?3
               AND line_id <> '' AND ?2 = ''
               AND occurred_at >= ?4 AND occurred_at < ?5
               AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
               AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
               AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)"
        };
        let counted = self.row(
            select,
            params![
                filter.connection,
                filter.contact.as_deref().unwrap_or_default(),
                filter.line.as_deref().unwrap_or_default(),
                from,
                to,
                filter.kind_list(),
                filter.stage_list(),
                filter.reason_list()
            ],
            |row| Ok(row.get::<_, u64>(0)?),
        )?;
        Ok(counted.unwrap_or_default())
    }

    /// The event that so many others are above. None where the list is shorter.
    pub(super) fn place_at(
        &self,
        filter: &ActivityFilter,
        position: u64,
    ) -> Result<Option<Place>, StoreError> {
        let (from, to) = filter.span();
        if filter.contact.is_some() || filter.line.is_some() {
            return self.nth(filter, from, to, position);
        }
        let mut left = position;
        let days = self.stretches(
            "SELECT day, kind, stage, reason_code, sum(events) FROM event_day
             WHERE connection_id = ?1 AND day >= ?2 AND day <= ?3
             GROUP BY day, kind, stage, reason_code ORDER BY day DESC",
            filter,
            (from, to),
            DAY_MS,
        )?;
        let Some(day) = holding(days, &mut left) else {
            return Ok(None);
        };
        let hours = self.stretches(
            "SELECT hour, kind, stage, reason_code, sum(events) FROM event_hour
             WHERE connection_id = ?1 AND hour >= ?2 AND hour <= ?3
             GROUP BY hour, kind, stage, reason_code ORDER BY hour DESC",
            filter,
            (day.from, day.to),
            HOUR_MS,
        )?;
        let Some(hour) = holding(hours, &mut left) else {
            return Ok(None);
        };
        self.nth(filter, hour.from, hour.to, left)
    }

    /// Days or hours from the newest on, with what the filter lets through in each. Those that stand
    /// across an end of the span are counted.
    fn stretches(
        &self,
        select: &str,
        filter: &ActivityFilter,
        (from, to): (Timestamp, Timestamp),
        length: Timestamp,
    ) -> Result<Vec<Stretch>, StoreError> {
        let (low, high) = (from.max(0), to.min(i64::MAX - DAY_MS));
        let rows = self.rows(
            select,
            params![
                filter.connection,
                low.div_euclid(length),
                high.div_euclid(length)
            ],
            |row| {
                let text = |column: usize| -> Result<String, StoreError> { Ok(row.get(column)?) };
                let group = EventCount {
                    kind: word("event.kind", Kind::parse, &text(1)?)?,
                    stage: word("event.stage", Stage::parse, &text(2)?)?,
                    reason_code: text(3)?,
                    events: u64::try_from(row.get::<_, i64>(4)?).unwrap_or(0),
                };
                Ok((row.get::<_, i64>(0)?, group))
            },
        )?;
        let mut stretches: Vec<Stretch> = Vec::new();
        for (number, group) in rows.into_iter().filter(|(_, group)| filter.takes(group)) {
            let start = number.saturating_mul(length);
            match stretches.last_mut().filter(|last| last.from == start) {
                Some(last) => last.events += group.events,
                None => stretches.push(Stretch {
                    from: start,
                    to: start.saturating_add(length),
                    events: group.events,
                }),
            }
        }
        for stretch in &mut stretches {
            let whole = stretch.from >= from && stretch.to <= to;
            stretch.from = stretch.from.max(from);
            stretch.to = stretch.to.min(to);
            if !whole {
                stretch.events = self.activity_between(filter, stretch.from, stretch.to)?;
            }
        }
        Ok(stretches)
    }

    /// The nth event, newest first, of a short stretch.
    fn nth(
        &self,
        filter: &ActivityFilter,
        from: Timestamp,
        to: Timestamp,
        position: u64,
    ) -> Result<Option<Place>, StoreError> {
        let select = if filter.contact.is_some() {
            "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND contact_id = ?2
               AND contact_id <> '' AND (?3 = '' OR line_id = ?3)
               AND occurred_at >= ?4 AND occurred_at < ?5
               AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
               AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
               AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)
             ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET ?9"
        } else if filter.line.is_some() {
            "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND line_id = ?3
               AND line_id <> '' AND ?2 = ''
               AND occurred_at >= ?4 AND occurred_at < ?5
               AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
               AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
               AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)
             ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET ?9"
        } else {
            "SELECT occurred_at, id FROM event WHERE connection_id = ?1 AND ?2 = '' AND ?3 = ''
               AND occurred_at >= ?4 AND occurred_at < ?5
               AND (?6 = '' OR instr(?6, ',' || kind || ',') > 0)
               AND (?7 = '' OR instr(?7, ',' || stage || ',') > 0)
               AND (?8 = '' OR instr(?8, ',' || reason_code || ',') > 0)
             ORDER BY occurred_at DESC, id DESC LIMIT 1 OFFSET ?9"
        };
        self.row(
            select,
            params![
                filter.connection,
                filter.contact.as_deref().unwrap_or_default(),
                filter.line.as_deref().unwrap_or_default(),
                from,
                to,
                filter.kind_list(),
                filter.stage_list(),
                filter.reason_list(),
                count(usize::try_from(position).unwrap_or(usize::MAX))
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}

type Sums = BTreeMap<(Kind, Stage, String), u64>;

fn as_counts(sums: Sums) -> EventCounts {
    let groups = sums
        .into_iter()
        .map(|((kind, stage, reason_code), events)| EventCount {
            kind,
            stage,
            reason_code,
            events,
        })
        .collect();
    EventCounts { groups }
}

/// The stretch that holds the place, which then counts from its top.
fn holding(stretches: Vec<Stretch>, place: &mut u64) -> Option<Stretch> {
    for stretch in stretches {
        if *place < stretch.events {
            return Some(stretch);
        }
        *place -= stretch.events;
    }
    None
}

fn ceiling(number: i64, unit: i64) -> i64 {
    number.div_euclid(unit) + i64::from(number.rem_euclid(unit) > 0)
}
