//! Tuco's limits per minute, one sliding window for each group of calls and the whole workspace.

use crate::moment::{MINUTE, SECOND};
use std::collections::{BTreeMap, VecDeque};

/// Calls that share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    Send,
    Replies,
    Availability,
    Other,
}

impl Group {
    pub(crate) fn of(method: &str, path: &str) -> Self {
        match (method, path) {
            ("POST", "/api/messages") => Self::Send,
            (_, "/api/replies") => Self::Replies,
            (_, path) if path.contains("check-availability") => Self::Availability,
            _ => Self::Other,
        }
    }

    /// <https://docs.tuco.ai/api-reference/errors>; nothing is documented for the others.
    fn per_minute(self) -> usize {
        match self {
            Self::Send => 60,
            Self::Replies => 120,
            Self::Availability | Self::Other => 200,
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    calls: BTreeMap<Group, VecDeque<i64>>,
    /// Availability checks by UTC day.
    pub(crate) checks: BTreeMap<i64, usize>,
}

impl Limits {
    /// Counts a call, or says after how many seconds it may be tried again.
    pub(crate) fn admit(&mut self, group: Group, now: i64) -> Result<(), i64> {
        let calls = self.calls.entry(group).or_default();
        while calls
            .front()
            .is_some_and(|at| *at <= now - MINUTE || *at > now)
        {
            calls.pop_front();
        }
        if calls.len() >= group.per_minute() {
            let oldest = calls.front().copied().unwrap_or(now);
            // Rounded up, so that a client that waits exactly so long is let in.
            return Err(((oldest + MINUTE - now + SECOND - 1) / SECOND).max(1));
        }
        calls.push_back(now);
        Ok(())
    }
}
