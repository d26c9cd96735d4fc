//! Days as people count them: from midnight to midnight in a time zone, however long that is.

use chrono::{DateTime, Days, NaiveDate, TimeZone};
use chrono_tz::Tz;
use wire::Timestamp;

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// As in `2026-06-02`.
    pub date: String,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment of the next one.
    pub to: Timestamp,
}

/// The last `count` days, the oldest first; the last one is today. A zone that is not known is taken
/// for UTC.
pub fn last_days(zone: &str, now: Timestamp, count: u64) -> Vec<Day> {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let Some(today) = DateTime::from_timestamp_millis(now) else {
        return Vec::new();
    };
    let today = today.with_timezone(&zone).date_naive();
    (0..count)
        .rev()
        .filter_map(|back| {
            let date = today.checked_sub_days(Days::new(back))?;
            Some(Day {
                date: date.to_string(),
                from: begin(date, zone)?,
                to: begin(date.checked_add_days(Days::new(1))?, zone)?,
            })
        })
        .collect()
}

/// Midnight, or where clocks are put forward at midnight the first moment after it.
pub(crate) fn begin(date: NaiveDate, zone: Tz) -> Option<Timestamp> {
    (0..4).find_map(|hour| {
        let local = date.and_hms_opt(hour, 0, 0)?;
        let moment = zone.from_local_datetime(&local).earliest()?;
        Some(moment.timestamp_millis())
    })
}

#[cfg(test)]
mod tests {
    use super::last_days;

    const HOUR: i64 = 3_600_000;

    #[test]
    fn days_touch_and_a_day_of_a_clock_change_has_its_own_length() {
        // 30 March 2026, noon in Berlin; clocks were put forward on the 29th.
        let days = last_days("Europe/Berlin", 1_774_864_800_000, 3);
        assert_eq!(days.len(), 3);
        assert_eq!(days[1].date, "2026-03-29");
        assert_eq!(days[1].to - days[1].from, 23 * HOUR);
        assert!(days.windows(2).all(|pair| pair[0].to == pair[1].from));
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_begins() {
        // In Beirut clocks are put forward at midnight; 29 March 2026 begins at one.
        let days = last_days("Asia/Beirut", 1_774_818_000_000, 2);
        assert!(
            days.iter().any(|day| day.to - day.from == 23 * HOUR),
            "{days:?}"
        );
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        let days = last_days("Moon/Tycho", 1_780_412_400_000, 1);
        assert_eq!(
            (days[0].date.as_str(), days[0].from % (24 * HOUR)),
            ("2026-06-02", 0)
        );
    }
}
