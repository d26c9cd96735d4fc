//! Quiet hours: when nobody wants a message.
//!
//! Reckoned in the person's own time. Where several zones are possible it is quiet as soon as it is
//! quiet in one of them. Days on which the clocks change are reckoned by what the clock on the wall shows.

use crate::Timestamp;
use crate::zone::{Whereabouts, offset_s};
use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Tz;

const DAY_MIN: u16 = 24 * 60;
const MINUTE_MS: i64 = 60_000;
/// Longer than two days without an open minute there is none.
const MOST_MINUTES: i64 = 2 * 24 * 60;

/// From a time of day until another one, usually over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// Minutes after midnight at which they begin.
    from: u16,
    /// Minutes after midnight at which they end.
    until: u16,
}

/// A window of the day in one zone, as Tuco takes it with a message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Window {
    /// IANA.
    pub zone: String,
    /// `HH:mm`.
    pub start: String,
    /// `HH:mm`.
    pub end: String,
}

impl QuietHours {
    /// 20:00 to 08:00.
    pub const USUAL: Self = Self {
        from: 20 * 60,
        until: 8 * 60,
    };

    /// `20:00-08:00`. None where it is no such span; the same time twice is none either.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, until) = text.split_once('-')?;
        let (from, until) = (minutes(from)?, minutes(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// From a full hour to another one. None where it is the same, or no hour of a day.
    pub fn of_hours(from: u32, until: u32) -> Option<Self> {
        let minute = |hour: u32| u16::try_from(hour * 60).ok().filter(|_| hour < 24);
        let (from, until) = (minute(from)?, minute(until)?);
        (from != until).then_some(Self { from, until })
    }

    /// As [`Self::parse`] reads it.
    pub fn in_words(self) -> String {
        format!("{}-{}", clock(self.from), clock(self.until))
    }

    fn holds(self, minute: u16) -> bool {
        if self.from < self.until {
            (self.from..self.until).contains(&minute)
        } else {
            minute >= self.from || minute < self.until
        }
    }

    /// Whether it is quiet then and there.
    pub fn is_quiet(self, at: Timestamp, place: &Whereabouts) -> bool {
        place
            .zones()
            .iter()
            .any(|zone| self.holds(minute_of_day(at, *zone)))
    }

    /// The first minute from then on at which it is not quiet.
    pub fn opens_at(self, at: Timestamp, place: &Whereabouts) -> Timestamp {
        if !self.is_quiet(at, place) {
            return at;
        }
        let first = at - at.rem_euclid(MINUTE_MS) + MINUTE_MS;
        (0..MOST_MINUTES)
            .map(|minute| first + minute * MINUTE_MS)
            .find(|moment| !self.is_quiet(*moment, place))
            .unwrap_or(at)
    }

    /// The hours that are not quiet in any of the zones, told in the first of them; none where there are
    /// no such hours.
    pub fn window(self, at: Timestamp, place: &Whereabouts) -> Option<Window> {
        let first = place.first();
        let here = offset_s(first, at);
        let open = |minute: u16| {
            place.zones().iter().all(|zone| {
                let shift = i64::from(offset_s(*zone, at) - here) / 60;
                let there = (i64::from(minute) + shift).rem_euclid(i64::from(DAY_MIN));
                !self.holds(u16::try_from(there).unwrap_or_default())
            })
        };
        let before = |minute: u16| (minute + DAY_MIN - 1) % DAY_MIN;
        let start = (0..DAY_MIN).find(|minute| open(*minute) && !open(before(*minute)))?;
        let end = (1..DAY_MIN)
            .map(|step| (start + step) % DAY_MIN)
            .find(|minute| !open(*minute))?;
        Some(Window {
            zone: first.name().to_owned(),
            start: clock(start),
            end: clock(end),
        })
    }
}

fn minute_of_day(at: Timestamp, zone: Tz) -> u16 {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    let there = utc.with_timezone(&zone);
    u16::try_from(there.hour() * 60 + there.minute()).unwrap_or_default()
}

fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn at(zone: Tz, year: i32, month: u32, day: u32, hour: u32, minute: u32) -> Timestamp {
        zone.with_ymd_and_hms(year, month, day, hour, minute, 0)
            .earliest()
            .unwrap()
            .timestamp_millis()
    }

    const NEW_YORK: Tz = Tz::America__New_York;

    #[test]
    fn k5_seven_forty_five_waits_until_eight() {
        let place = Whereabouts::known(NEW_YORK);
        let early = at(NEW_YORK, 2026, 1, 15, 7, 45);
        assert!(QuietHours::USUAL.is_quiet(early, &place));
        assert_eq!(
            QuietHours::USUAL.opens_at(early, &place),
            at(NEW_YORK, 2026, 1, 15, 8, 0)
        );
        assert!(!QuietHours::USUAL.is_quiet(at(NEW_YORK, 2026, 1, 15, 8, 0), &place));
        assert!(!QuietHours::USUAL.is_quiet(at(NEW_YORK, 2026, 1, 15, 19, 59), &place));
        let late = at(NEW_YORK, 2026, 1, 15, 20, 0);
        assert_eq!(
            QuietHours::USUAL.opens_at(late, &place),
            at(NEW_YORK, 2026, 1, 16, 8, 0)
        );
    }

    #[test]
    fn k5_on_a_day_when_the_clocks_change_the_wall_clock_counts() {
        let place = Whereabouts::known(NEW_YORK);
        // 2026-03-08: 02:00 becomes 03:00. Eight o'clock is an hour sooner after midnight.
        let night = at(NEW_YORK, 2026, 3, 8, 0, 30);
        let opens = QuietHours::USUAL.opens_at(night, &place);
        assert_eq!(opens, at(NEW_YORK, 2026, 3, 8, 8, 0));
        assert_eq!(opens - night, 6 * 3_600_000 + 30 * 60_000);
        // 2026-11-01: 02:00 becomes 01:00.
        let night = at(NEW_YORK, 2026, 11, 1, 0, 30);
        let opens = QuietHours::USUAL.opens_at(night, &place);
        assert_eq!(opens, at(NEW_YORK, 2026, 11, 1, 8, 0));
        assert_eq!(opens - night, 8 * 3_600_000 + 30 * 60_000);
        // Quiet hours that end at a time that does not exist end with the gap.
        let odd = QuietHours::parse("20:00-02:30").unwrap();
        let opens = odd.opens_at(at(NEW_YORK, 2026, 3, 8, 1, 0), &place);
        assert_eq!(opens, at(NEW_YORK, 2026, 3, 8, 3, 0));
    }

    #[test]
    fn with_two_possible_zones_it_is_quiet_in_both() {
        // Tennessee's 423 is not in one zone alone.
        let place = Whereabouts::find(
            None,
            Some("+14235550143"),
            "UTC",
            at(NEW_YORK, 2026, 1, 15, 8, 30),
        );
        if place.zones().len() > 1 {
            assert!(QuietHours::USUAL.is_quiet(at(NEW_YORK, 2026, 1, 15, 8, 30), &place));
        }
        let window = QuietHours::USUAL
            .window(
                at(NEW_YORK, 2026, 1, 15, 12, 0),
                &Whereabouts::known(NEW_YORK),
            )
            .unwrap();
        assert_eq!(
            (
                window.zone.as_str(),
                window.start.as_str(),
                window.end.as_str()
            ),
            ("America/New_York", "08:00", "20:00")
        );
    }

    #[test]
    fn only_a_span_is_a_span() {
        assert_eq!(QuietHours::parse("20:00-08:00"), Some(QuietHours::USUAL));
        assert_eq!(QuietHours::USUAL.in_words(), "20:00-08:00");
        for text in [
            "",
            "20-8",
            "20:00",
            "24:00-08:00",
            "20:60-08:00",
            "08:00-08:00",
        ] {
            assert_eq!(QuietHours::parse(text), None, "{text}");
        }
    }
}
