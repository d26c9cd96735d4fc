//! What was asked of each side: how often, with what answers, and how close together. This is how a
//! test proves that a client kept to the limits.

use crate::message::HttpRequest;
use crate::world::Side;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// The busiest moment of a sliding window.
#[derive(Debug, Clone)]
struct Peak {
    span: i64,
    times: VecDeque<i64>,
    most: usize,
}

impl Peak {
    fn new(span: i64) -> Self {
        Self {
            span,
            times: VecDeque::new(),
            most: 0,
        }
    }

    fn count(&mut self, now: i64) {
        while self.times.front().is_some_and(|at| *at <= now - self.span) {
            self.times.pop_front();
        }
        self.times.push_back(now);
        self.most = self.most.max(self.times.len());
    }
}

#[derive(Debug, Clone)]
struct Counts {
    total: u64,
    paths: BTreeMap<String, u64>,
    statuses: BTreeMap<u16, u64>,
    unanswered: u64,
    second: Peak,
    ten_seconds: Peak,
    minute: Peak,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            total: 0,
            paths: BTreeMap::new(),
            statuses: BTreeMap::new(),
            unanswered: 0,
            second: Peak::new(1_000),
            ten_seconds: Peak::new(10_000),
            minute: Peak::new(60_000),
        }
    }
}

/// What one side saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrafficView {
    /// All calls.
    pub total: u64,
    /// By method and path, ids replaced by `{id}`.
    pub paths: BTreeMap<String, u64>,
    /// By status.
    pub statuses: BTreeMap<u16, u64>,
    /// Calls that got 429.
    pub refused_429: u64,
    /// Calls that a fault left without a whole answer.
    pub unanswered: u64,
    /// Most searches (HubSpot) or sends (Tuco) within one second.
    pub peak_second: usize,
    /// Most calls within ten seconds.
    pub peak_ten_seconds: usize,
    /// Most calls within a minute.
    pub peak_minute: usize,
}

/// The traffic of both sides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Traffic {
    sides: BTreeMap<Side, Counts>,
}

impl Traffic {
    pub(crate) fn request(&mut self, side: Side, request: &HttpRequest, now: i64) {
        let counts = self.sides.entry(side).or_default();
        counts.total += 1;
        let path = format!("{} {}", request.method, without_ids(&request.path));
        // Bounded, whatever paths somebody makes up.
        if counts.paths.len() < 1_000 || counts.paths.contains_key(&path) {
            *counts.paths.entry(path).or_default() += 1;
        }
        let narrow = match side {
            Side::HubSpot => request.path.ends_with("/search"),
            Side::Tuco => request.method == "POST" && request.path == "/api/messages",
        };
        if narrow {
            counts.second.count(now);
        }
        counts.ten_seconds.count(now);
        counts.minute.count(now);
    }

    pub(crate) fn answer(&mut self, side: Side, status: Option<u16>) {
        let counts = self.sides.entry(side).or_default();
        match status {
            Some(status) => *counts.statuses.entry(status).or_default() += 1,
            None => counts.unanswered += 1,
        }
    }

    pub(crate) fn reset(&mut self) {
        self.sides.clear();
    }

    pub(crate) fn view(&self, side: Side) -> TrafficView {
        let counts = self.sides.get(&side).cloned().unwrap_or_default();
        TrafficView {
            total: counts.total,
            refused_429: counts.statuses.get(&429).copied().unwrap_or_default(),
            paths: counts.paths,
            statuses: counts.statuses,
            unanswered: counts.unanswered,
            peak_second: counts.second.most,
            peak_ten_seconds: counts.ten_seconds.most,
            peak_minute: counts.minute.most,
        }
    }
}

fn without_ids(path: &str) -> String {
    let name = |segment: &str| {
        let number = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        let object = segment.len() == 24 && segment.bytes().all(|byte| byte.is_ascii_hexdigit());
        if number || object || segment.contains('@') || segment.contains("%40") {
            "{id}".to_owned()
        } else {
            segment.to_owned()
        }
    };
    path.split('/').map(name).collect::<Vec<_>>().join("/")
}
