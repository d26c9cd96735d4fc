//! One limit: so many calls in so long a time.

use super::WAY_THERE;
use crate::surroundings::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// A limit over a sliding span of time. The one named `all` counts every call.
#[derive(Debug, Clone)]
pub struct Window {
    pub(super) name: &'static str,
    pub(super) span: Duration,
    pub(super) limit: u32,
    /// Until when nothing goes out, as the server asked.
    pub(super) held_until: Timestamp,
    /// Calls in the order of their start, those of the last two spans.
    started: VecDeque<Started>,
    quickest: Quickest,
}

/// Answers before the quickest of them is believed: the first ones may all wait for a connection.
const BELIEVED_AFTER: u32 = 20;
/// Answers after which an older quickest one is forgotten, since the network may be another by now.
const REMEMBERED: u32 = 100;

/// The quickest of the last answers, from the call's start.
#[derive(Debug, Clone, Copy, Default)]
struct Quickest {
    /// Of the last full hundred, none before that, and of those since.
    before: Option<i64>,
    since: Option<i64>,
    answers: u32,
}

impl Quickest {
    fn learn(&mut self, took: i64) {
        self.since = Some(self.since.map_or(took, |known| known.min(took)));
        self.answers += 1;
        if self.answers == REMEMBERED {
            *self = Self {
                before: self.since,
                ..Self::default()
            };
        }
    }

    fn millis(&self) -> i64 {
        if self.before.is_none() && self.answers < BELIEVED_AFTER {
            return 0;
        }
        self.before.into_iter().chain(self.since).min().unwrap_or(0)
    }
}

/// A call that takes, or took, a place.
#[derive(Debug, Clone, Copy)]
struct Started {
    /// `None` for a call of somebody else who shares the limit.
    sequence: Option<u64>,
    at: Timestamp,
    /// The latest moment at which it can have arrived, had it taken the quickest way.
    arrived_by: Timestamp,
}

impl Window {
    /// A limit of `limit` calls (at least one) in any `span`.
    pub fn new(name: &'static str, span: Duration, limit: u32) -> Self {
        Self {
            name,
            span,
            limit: limit.max(1),
            held_until: Timestamp::MIN,
            started: VecDeque::new(),
            quickest: Quickest::default(),
        }
    }

    /// How long after its arrival a call keeps its place.
    fn kept(&self) -> i64 {
        let span = millis(self.span);
        // One more than the span: a server may count both ends of its window.
        span + (span / 100).max(1) + 1
    }

    pub(super) fn taken(&self, now: Timestamp) -> u32 {
        let kept = self.kept();
        let taken = self
            .started
            .iter()
            .filter(|call| call.arrived_by + kept > now)
            .count();
        u32::try_from(taken).unwrap_or(u32::MAX)
    }

    /// How many calls may start now.
    pub(super) fn room(&self, now: Timestamp) -> u32 {
        if self.held_until > now {
            0
        } else {
            self.limit.saturating_sub(self.taken(now))
        }
    }

    /// The next moment after `now` at which a place is given back or a hold ends.
    pub(super) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let kept = self.kept();
        let held = Some(self.held_until).filter(|until| *until > now);
        let freed = self
            .started
            .iter()
            .map(|call| call.arrived_by + kept)
            .filter(|at| *at > now);
        freed.min().into_iter().chain(held).min()
    }

    pub(super) fn start(&mut self, sequence: Option<u64>, now: Timestamp) {
        let old = now - 2 * self.kept();
        while self.started.front().is_some_and(|call| call.at < old) {
            self.started.pop_front();
        }
        let way = if sequence.is_some() {
            millis(WAY_THERE)
        } else {
            0
        };
        self.started.push_back(Started {
            sequence,
            at: now,
            arrived_by: now + way,
        });
    }

    /// The call is over, with an answer or without. What its answer took longer than the quickest one
    /// did is all that its way there can have been longer than another's.
    pub(super) fn finish(&mut self, sequence: u64, answered: bool, now: Timestamp) {
        let call = self
            .started
            .iter_mut()
            .rev()
            .find(|call| call.sequence == Some(sequence));
        let Some(call) = call else { return };
        let took = now.saturating_sub(call.at).max(0);
        let mut later = took;
        if answered {
            self.quickest.learn(took);
            later = took.saturating_sub(self.quickest.millis());
        }
        call.arrived_by = call.arrived_by.min(call.at.saturating_add(later));
    }

    pub(super) fn hold(&mut self, until: Timestamp) {
        self.held_until = self.held_until.max(until);
    }
}

/// A day's limit as last heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Daily {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    /// Wall-clock time from which it no longer holds.
    pub(super) until: Timestamp,
}

impl Daily {
    /// Below a twentieth, what can wait waits.
    pub(super) fn is_short(&self) -> bool {
        self.remaining.saturating_mul(20) < self.limit
    }
}

pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 8)
}
