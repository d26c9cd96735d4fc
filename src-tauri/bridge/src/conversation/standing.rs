//! Where a message of ours stands: what is kept of the send, and what Tuco reported since.

use crate::event::{Event, Kind};
use crate::fallback::Fallback;
use crate::store::{SendRow, SendState};
use wire::Timestamp;

/// Why Tuco waits with a message that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// It was scheduled.
    Scheduled,
    /// The line's cap.
    Cap,
    /// Outside the hours in which it may go.
    Window,
    /// The time between two messages of a line.
    Gap,
}

/// What takes the place of a message that did not arrive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was not asked for, or is Tuco's own affair.
    #[default]
    Nothing,
    /// It follows with the next round.
    Soon(Fallback),
    /// It was queued or made.
    Taken(Fallback),
    /// It was decided against; the code of why.
    Not(String),
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has left, and it can be taken back.
    Undoable {
        /// Until then.
        until: Timestamp,
    },
    /// Kept here; goes by itself.
    Queued {
        /// The code of why.
        why: String,
        /// Not before this moment.
        until: Option<Timestamp>,
    },
    /// On its way to Tuco, or there.
    AtTuco,
    /// Tuco has it and waits.
    Waiting {
        /// Why.
        why: Wait,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// The provider took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// The device confirmed it.
    Delivered {
        /// When.
        at: Timestamp,
    },
    /// It went, or should have gone, another way.
    Fallback {
        /// When.
        at: Timestamp,
        /// What takes its place.
        then: Then,
    },
    /// Tuco said no, or gave up.
    Failed {
        /// When.
        at: Timestamp,
        /// The code, or Tuco's own words.
        why: String,
        /// What takes its place.
        then: Then,
    },
    /// The guard said no when its time came.
    Refused {
        /// When.
        at: Timestamp,
        /// The guard's word.
        why: String,
    },
    /// Nobody knows whether it went out.
    Unknown {
        /// Since when.
        since: Timestamp,
        /// How often it was looked up.
        looks: u32,
        /// When it is looked up next.
        next: Option<Timestamp>,
    },
    /// Taken back.
    Cancelled {
        /// When.
        at: Timestamp,
        /// By whom; may be empty.
        by: String,
    },
}

/// What the events of a message tell, the furthest first.
pub(super) fn told(events: &[Event]) -> Option<Standing> {
    let at = |kind| {
        events
            .iter()
            .find(|event| event.sighting.kind == kind)
            .map(|event| &event.sighting)
    };
    if let Some(read) = at(Kind::Opened).or_else(|| at(Kind::Delivered)) {
        return Some(Standing::Delivered {
            at: read.occurred_at,
        });
    }
    if let Some(failed) = at(Kind::Failed) {
        return Some(Standing::Failed {
            at: failed.occurred_at,
            why: failed.detail.clone(),
            then: Then::Nothing,
        });
    }
    if let Some(fallback) = at(Kind::Fallback) {
        return Some(Standing::Fallback {
            at: fallback.occurred_at,
            then: Then::Nothing,
        });
    }
    at(Kind::Sent).map(|sent| Standing::Sent {
        at: sent.occurred_at,
    })
}

/// See [`Standing`]. `events` are those of the message, where Tuco has named it.
pub fn standing(row: &SendRow, events: &[Event], now: Timestamp) -> Standing {
    let mut standing = without_then(row, events, now);
    if let Standing::Failed { then, .. } | Standing::Fallback { then, .. } = &mut standing {
        *then = then_of(row);
    }
    standing
}

fn then_of(row: &SendRow) -> Then {
    match (row.fallback, row.fallback_at) {
        (Fallback::Nothing | Fallback::Tuco, _) => Then::Nothing,
        (way, None) if row.message_id.is_some() => Then::Soon(way),
        (_, None) => Then::Nothing,
        (way, Some(_)) if row.fallback_why.is_empty() => Then::Taken(way),
        (_, Some(_)) => Then::Not(row.fallback_why.clone()),
    }
}

fn without_then(row: &SendRow, events: &[Event], now: Timestamp) -> Standing {
    let later = |at: Timestamp| (at > now).then_some(at);
    match row.state {
        SendState::Queued if row.reason == "undo" && row.due_at > now => {
            Standing::Undoable { until: row.due_at }
        }
        SendState::Queued => Standing::Queued {
            why: row.reason.clone(),
            until: later(row.due_at),
        },
        SendState::Sending => Standing::AtTuco,
        SendState::Unknown => Standing::Unknown {
            since: row.sent_at.unwrap_or(row.created_at),
            looks: row.looks,
            next: later(row.due_at),
        },
        SendState::Refused => Standing::Refused {
            at: row.changed_at,
            why: row.reason.clone(),
        },
        SendState::Cancelled => Standing::Cancelled {
            at: row.changed_at,
            by: row
                .reason
                .strip_prefix("taken back by ")
                .unwrap_or_default()
                .to_owned(),
        },
        SendState::Pending | SendState::Scheduled => {
            told(events).unwrap_or_else(|| waiting(row, now))
        }
        SendState::Sent => told(events).unwrap_or(Standing::Sent { at: row.changed_at }),
        SendState::Delivered => told(events).unwrap_or(Standing::Delivered { at: row.changed_at }),
        SendState::Fallback => told(events).unwrap_or(Standing::Fallback {
            at: row.changed_at,
            then: Then::Nothing,
        }),
        SendState::Failed => match told(events) {
            Some(failed @ Standing::Failed { .. }) => failed,
            _ => Standing::Failed {
                at: row.changed_at,
                why: row.reason.clone(),
                then: Then::Nothing,
            },
        },
    }
}

/// Tuco says in a sentence why it waits; its words are the only sign there is.
fn waiting(row: &SendRow, now: Timestamp) -> Standing {
    let reason = row.reason.to_lowercase();
    let asked = row.asked.at.filter(|at| *at > now);
    let until = row.scheduled_at.filter(|at| *at > now).or(asked);
    let why = if reason.contains("limit") || reason.contains("cap") {
        Wait::Cap
    } else if reason.contains("gap") || reason.contains("interval") {
        Wait::Gap
    } else if asked.is_some() {
        Wait::Scheduled
    } else if reason.contains("window") {
        Wait::Window
    } else if row.state == SendState::Scheduled || until.is_some() {
        Wait::Scheduled
    } else {
        return Standing::AtTuco;
    };
    Standing::Waiting { why, until }
}
