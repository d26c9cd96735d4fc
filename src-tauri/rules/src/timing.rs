//! When a rule acts: after a while, and only at times that suit the person.

use crate::Timestamp;
pub use chrono::Weekday;
use chrono::{DateTime, Datelike, Utc};
pub use message::quiet::QuietHours;
use message::zone::Whereabouts;

const MINUTE_MS: i64 = 60_000;

/// A span in whole minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Minutes.
    pub minutes: u32,
}

impl Span {
    const UNITS: [(&'static str, u32); 4] = [
        ("week", 7 * 24 * 60),
        ("day", 24 * 60),
        ("hour", 60),
        ("minute", 1),
    ];
    /// Nobody waits for longer.
    const MOST: u32 = 366 * 24 * 60;

    /// `30 minutes`, `2 hours`, `1 day`, `2 weeks`. None where it is no such span, or over a year.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let (count, unit) = (words.next()?, words.next()?);
        let (_, minutes) = Self::UNITS
            .into_iter()
            .find(|(name, _)| unit == *name || unit.strip_suffix('s') == Some(*name))?;
        let minutes = count.parse::<u32>().ok()?.checked_mul(minutes)?;
        (words.next().is_none() && minutes <= Self::MOST).then_some(Self { minutes })
    }

    /// As [`Self::parse`] reads it, in the largest unit that fits.
    pub fn in_words(self) -> String {
        let (name, size) = Self::UNITS
            .into_iter()
            .find(|(_, size)| self.minutes != 0 && self.minutes.is_multiple_of(*size))
            .unwrap_or(("minute", 1));
        let count = self.minutes / size;
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {name}{plural}")
    }

    /// In milliseconds.
    pub fn millis(self) -> i64 {
        i64::from(self.minutes) * MINUTE_MS
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timing {
    /// After so long.
    pub wait: Span,
    /// Only between these times of day, in the person's time: as quiet hours of all the others.
    pub quiet: Option<QuietHours>,
    /// Only on these days of the week; all where empty. In order, each once.
    pub days: Vec<Weekday>,
    /// Not at all any more when it is later than this; none is whenever the computer is on again.
    pub expires: Option<Span>,
}

impl Timing {
    /// When it is due that was set off then, for somebody there.
    pub fn due(&self, from: Timestamp, place: &Whereabouts) -> Timestamp {
        self.opens(from.saturating_add(self.wait.millis()), place)
    }

    /// Whether it keeps to some hours or days.
    pub fn has_hours(&self) -> bool {
        self.quiet.is_some() || !self.days.is_empty()
    }

    /// The first moment from this one on that suits somebody there.
    pub fn opens(&self, from: Timestamp, place: &Whereabouts) -> Timestamp {
        let mut due = from;
        // A week and a day: every allowed day is met, with its allowed hours.
        for _ in 0..9 {
            due = self.quiet.map_or(due, |quiet| quiet.opens_at(due, place));
            if self.days.is_empty() || self.days.contains(&weekday(due, place)) {
                return due;
            }
            due = next_day(due, place);
        }
        due
    }

    /// Whether it is too late for what was due then.
    pub fn is_too_late(&self, due: Timestamp, now: Timestamp) -> bool {
        self.expires
            .is_some_and(|expires| now.saturating_sub(due) > expires.millis())
    }
}

fn weekday(at: Timestamp, place: &Whereabouts) -> Weekday {
    local_day(at, place).weekday()
}

fn local_day(at: Timestamp, place: &Whereabouts) -> chrono::NaiveDate {
    DateTime::<Utc>::from_timestamp_millis(at)
        .unwrap_or_default()
        .with_timezone(&place.first())
        .date_naive()
}

/// The first quarter of an hour of the next day there.
fn next_day(at: Timestamp, place: &Whereabouts) -> Timestamp {
    const QUARTER_MS: i64 = 15 * MINUTE_MS;
    let today = local_day(at, place);
    let first = at - at.rem_euclid(QUARTER_MS) + QUARTER_MS;
    (0..130)
        .map(|step| first + step * QUARTER_MS)
        .find(|moment| local_day(*moment, place) != today)
        .unwrap_or(first)
}
