//! Times as both services write them: milliseconds since 1970 inside, ISO 8601 in UTC outside.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use std::fmt;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;
/// Milliseconds in a minute.
pub const MINUTE: i64 = 60_000;
/// Milliseconds in a second.
pub const SECOND: i64 = 1_000;

/// A time that writes itself as `2026-06-02T15:00:05.000Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Iso(pub i64);

impl fmt::Display for Iso {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A page of replies writes two thousand of these, so chrono's formatter is not used here.
        let (days, within) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        let (hour, minute) = (within / 3_600_000, within / MINUTE % 60);
        let (second, milli) = (within / SECOND % 60, within % SECOND);
        write!(
            formatter,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
        )
    }
}

impl Serialize for Iso {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Year, month and day of a day number. Howard Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Reads ISO 8601 with a zone, or a bare date as midnight UTC, as JavaScript's `Date` does.
#[must_use]
pub fn parse_iso(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(date.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
}

/// Reads `HH:mm`, as minutes since midnight.
#[must_use]
pub fn parse_hours(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (hours.parse::<u32>().ok()?, minutes.parse::<u32>().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A daily window in a time zone within which a message may go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendWindow {
    /// Whose midnight counts.
    pub zone: Tz,
    /// Minutes since midnight; the window begins here.
    pub start: u32,
    /// Minutes since midnight; the window ends here. Before `start`: it goes over midnight.
    pub end: u32,
    /// 0 is Sunday. Empty: every day.
    pub days: Vec<u32>,
}

impl SendWindow {
    /// The earliest time from `at` on that lies in the window; `at` itself if it does, or if no day
    /// of the next fortnight is allowed.
    #[must_use]
    pub fn next(&self, at: i64) -> i64 {
        let Some(local) = self.zone.timestamp_millis_opt(at).single() else {
            return at;
        };
        let minute = i64_minute(&local);
        let today = self.allows(&local);
        let inside = if self.start <= self.end {
            minute >= self.start && minute < self.end
        } else {
            minute >= self.start || minute < self.end
        };
        if today && (inside || self.start == self.end) {
            return at;
        }
        (0..15)
            .filter_map(|days| local_start(&local, days, self.start))
            .filter(|(start, time)| *time > at && self.allows(start))
            .map(|(_, time)| time)
            .next()
            .unwrap_or(at)
    }

    /// The window's next beginning on a later UTC day than that of `at`: where a message goes that
    /// found the day's cap spent, since caps reset at midnight UTC.
    #[must_use]
    pub fn next_day(&self, at: i64) -> i64 {
        let Some(local) = self.zone.timestamp_millis_opt(at).single() else {
            return at + DAY;
        };
        (0..16)
            .filter_map(|days| local_start(&local, days, self.start))
            .filter(|(start, time)| time.div_euclid(DAY) > at.div_euclid(DAY) && self.allows(start))
            .map(|(_, time)| time)
            .next()
            .unwrap_or(at + DAY)
    }

    fn allows(&self, local: &DateTime<Tz>) -> bool {
        self.days.is_empty() || self.days.contains(&local.weekday().num_days_from_sunday())
    }
}

fn i64_minute(local: &DateTime<Tz>) -> u32 {
    use chrono::Timelike;
    local.hour() * 60 + local.minute()
}

fn local_start(from: &DateTime<Tz>, days: u64, minutes: u32) -> Option<(DateTime<Tz>, i64)> {
    let date = from.date_naive().checked_add_days(Days::new(days))?;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0)?;
    // A start inside the hour that a clock change skips has no instant: that day is passed over.
    let start = from
        .timezone()
        .from_local_datetime(&date.and_time(time))
        .earliest()?;
    Some((start, start.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_agrees_with_chrono() {
        for at in [
            0,
            -1,
            951_782_400_000,
            1_709_164_799_999,
            1_795_219_199_123,
            4_102_444_800_000,
        ] {
            let chrono = DateTime::from_timestamp_millis(at).unwrap();
            assert_eq!(
                Iso(at).to_string(),
                chrono.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
            );
            assert_eq!(parse_iso(&Iso(at).to_string()), Some(at));
        }
    }

    #[test]
    fn a_window_opens_at_its_local_start() {
        let zone = chrono_tz::America::New_York;
        let window = SendWindow {
            zone,
            start: 540,
            end: 1020,
            days: vec![1, 2, 3, 4, 5],
        };
        // Friday 2026-11-20, 18:00 in New York: the next weekday morning is Monday.
        let friday = parse_iso("2026-11-20T23:00:00Z").unwrap();
        assert_eq!(
            Iso(window.next(friday)).to_string(),
            "2026-11-23T14:00:00.000Z"
        );
        let inside = parse_iso("2026-11-20T15:00:00Z").unwrap();
        assert_eq!(window.next(inside), inside);
    }

    #[test]
    fn a_spent_cap_moves_to_nine_on_the_next_utc_day() {
        let zone = chrono_tz::America::New_York;
        let window = SendWindow {
            zone,
            start: 540,
            end: 540,
            days: Vec::new(),
        };
        // 20:30 in New York on the 1st of July is already the 2nd in UTC, where the cap is spent.
        let late = parse_iso("2026-07-02T00:30:00Z").unwrap();
        assert_eq!(
            Iso(window.next_day(late)).to_string(),
            "2026-07-03T13:00:00.000Z"
        );
    }
}
