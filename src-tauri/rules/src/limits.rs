//! How often a rule acts.

use crate::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How often for one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Once, for ever.
    #[default]
    Once,
    /// Once in so many days.
    OnceInDays(u32),
    /// Whenever it is set off.
    EveryTime,
}

/// How often at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// For one person.
    pub repeat: Repeat,
    /// For everybody together in one day; none is no limit.
    pub most_a_day: Option<u32>,
}

/// What was done before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past {
    /// When the rule last acted for this person.
    pub last_for_person: Option<Timestamp>,
    /// How often it acted today, for anybody.
    pub today: u32,
}

/// Why a limit holds a rule back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It acted for this person then.
    ActedAlready(Timestamp),
    /// It acted for this person then, and not again before that.
    TooSoon {
        /// Last.
        last: Timestamp,
        /// Next.
        until: Timestamp,
    },
    /// So many today is all.
    EnoughToday(u32),
}

impl Limits {
    /// Whether it may act now.
    ///
    /// # Errors
    /// Which limit holds it back.
    pub fn judge(self, past: Past, now: Timestamp) -> Result<(), Held> {
        match (self.repeat, past.last_for_person) {
            (Repeat::Once, Some(last)) => return Err(Held::ActedAlready(last)),
            (Repeat::OnceInDays(days), Some(last)) => {
                let until = last.saturating_add(i64::from(days) * DAY_MS);
                if now < until {
                    return Err(Held::TooSoon { last, until });
                }
            }
            _ => {}
        }
        match self.most_a_day {
            Some(most) if past.today >= most => Err(Held::EnoughToday(most)),
            _ => Ok(()),
        }
    }
}
