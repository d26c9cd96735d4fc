//! What a value means: as text, number, day, yes or no, or several options.
//!
//! HubSpot gives every value as a text. One that does not mean what an operator asks for is none.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Options are told by their label or their internal name: `Closed Won` is `closedwon`.
pub(crate) fn same(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

pub(crate) fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

/// `100000`, `100000.5`, `$100,000`, `1 000`.
pub(crate) fn number(text: &str) -> Option<f64> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '$' | '€' | '£'))
        .collect();
    let sound = bare
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | 'e' | 'E'));
    let number: f64 = without_thousands(&bare)?.parse().ok()?;
    (sound && number.is_finite()).then_some(number)
}

/// A comma that does not stand before three digits means something else somewhere: then it is no number.
fn without_thousands(text: &str) -> Option<String> {
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole, Some(rest)),
        None => (text, None),
    };
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut joined = first.to_owned();
    for group in groups {
        let digits = group.len() == 3 && group.chars().all(|c| c.is_ascii_digit());
        if !digits || first.trim_start_matches(['-', '+']).is_empty() {
            return None;
        }
        joined.push_str(group);
    }
    if let Some(rest) = rest {
        joined.push('.');
        joined.push_str(rest);
    }
    Some(joined)
}

/// `2026-11-25`, a moment with its zone, or milliseconds; told as a day there.
pub fn day(text: &str, zone: Tz) -> Option<NaiveDate> {
    let text = text.trim();
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day);
    }
    if text.len() >= 11
        && let Ok(millis) = text.parse::<i64>()
    {
        // HubSpot keeps a day as its midnight in UTC: that is the day, wherever the person is.
        return if millis.rem_euclid(86_400_000) == 0 {
            Some(DateTime::<Utc>::from_timestamp_millis(millis)?.date_naive())
        } else {
            day_of(millis, zone)
        };
    }
    let moment = DateTime::parse_from_rfc3339(text).ok()?;
    day_of(moment.timestamp_millis(), zone)
}

/// The day of a moment there.
pub(crate) fn day_of(at: crate::Timestamp, zone: Tz) -> Option<NaiveDate> {
    let utc = DateTime::<Utc>::from_timestamp_millis(at)?;
    Some(utc.with_timezone(&zone).date_naive())
}

pub(crate) fn truth(text: &str) -> Option<bool> {
    match lower(text).as_str() {
        "true" | "yes" | "y" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// What is chosen of several: HubSpot parts them by semicolons.
pub(crate) fn options(text: &str) -> Vec<String> {
    text.split(';')
        .map(plain)
        .filter(|one| !one.is_empty())
        .collect()
}
