//! Moments as people read them: in the portal's time zone.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use wire::Timestamp;

/// The zone of a portal, by its IANA name; UTC where it is not known.
pub(crate) fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// `2026-01-05 14:03`.
pub(crate) fn moment(at: Timestamp, zone: Tz) -> String {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    utc.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M")
        .to_string()
}

/// With seconds and the zone's abbreviation: `2026-01-05 14:03:09 EST`.
pub(crate) fn exact(at: Timestamp, zone: Tz) -> String {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    utc.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S %Z")
        .to_string()
}

/// How long ago, in the largest unit that says something.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.saturating_sub(at) / 1_000 {
        ..0 => "in the future, by this computer's clock".to_owned(),
        0..=59 => "less than a minute ago".to_owned(),
        seconds @ 60..=7_199 => format!("{} minutes ago", seconds / 60),
        seconds @ 7_200..=172_799 => format!("{} hours ago", seconds / 3_600),
        seconds => format!("{} days ago", seconds / 86_400),
    }
}

/// What `--since` takes: a date, a moment, or a span back from now such as `2h` or `7d`.
pub(crate) fn since(text: &str, now: Timestamp, zone: Tz) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(span) = span_ms(text) {
        return Some(now.saturating_sub(span));
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.timestamp_millis());
    }
    let local = [
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M",
    ]
    .iter()
    .find_map(|form| chrono::NaiveDateTime::parse_from_str(text, form).ok())
    .or_else(|| {
        let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        day.and_hms_opt(0, 0, 0)
    })?;
    // A moment that summer time skips is read as UTC: close enough for a filter.
    let there = local.and_local_timezone(zone).earliest();
    Some(there.map_or(local.and_utc().timestamp_millis(), |at| {
        at.timestamp_millis()
    }))
}

fn span_ms(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    };
    number
        .trim()
        .parse::<i64>()
        .ok()
        .filter(|number| *number >= 0)?
        .checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = 1_767_639_600_000; // 2026-01-05T19:00:00Z

    #[test]
    fn times_are_the_portals() {
        assert_eq!(moment(NOW, zone("US/Eastern")), "2026-01-05 14:00");
        assert_eq!(exact(NOW, zone("Asia/Kolkata")), "2026-01-06 00:30:00 IST");
        assert_eq!(moment(NOW, zone("Nowhere")), "2026-01-05 19:00");
    }

    #[test]
    fn since_takes_a_span_a_day_or_a_moment() {
        let zone = zone("US/Eastern");
        assert_eq!(since("2h", NOW, zone), Some(NOW - 7_200_000));
        assert_eq!(since("2026-01-05", NOW, zone), Some(NOW - 14 * 3_600_000));
        assert_eq!(since("2026-01-05T19:00:00Z", NOW, zone), Some(NOW));
        assert_eq!(since("2026-01-05 14:00", NOW, zone), Some(NOW));
        assert_eq!(since("yesterday", NOW, zone), None);
        assert_eq!(since("", NOW, zone), None);
        assert_eq!(since("é", NOW, zone), None);
    }
}
