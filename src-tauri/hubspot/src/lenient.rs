//! Reading JSON that may not be what its documentation says.
//!
//! Ids come as text and as numbers, dates as ISO text with and without a fraction and as
//! milliseconds, fields go missing and new ones appear. Nothing here fails: what can't be read is
//! absent, and the caller decides whether it can do without.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::Value;
use std::collections::BTreeSet;
use wire::Timestamp;

/// A piece of text; numbers and booleans are written out, all else is absent.
pub(crate) fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// As [`text`], with the empty text absent too.
pub(crate) fn filled(value: Option<&Value>) -> Option<String> {
    text(value).filter(|text| !text.is_empty())
}

/// An id: text that is not blank, or a whole number.
pub(crate) fn id(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        }
        Value::Number(number) => (number.is_u64() || number.is_i64()).then(|| number.to_string()),
        _ => None,
    }
}

/// A boolean, also where it comes as text.
pub(crate) fn flag(value: Option<&Value>) -> Option<bool> {
    match value? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A whole number, also where it comes as text.
pub(crate) fn whole(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// The items of a list, or a lone item as a list of one; nothing where the field is absent.
pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(items)) => items,
        Some(Value::Null) | None => &[],
        Some(single) => std::slice::from_ref(single),
    }
}

/// Every text or number of a list, in order.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    items(value)
        .iter()
        .filter_map(|item| filled(Some(item)))
        .collect()
}

/// A time: ISO 8601 with or without a fraction, a bare date (midnight UTC), or milliseconds since
/// 1970 as a number or as text.
pub(crate) fn timestamp(value: Option<&Value>) -> Option<Timestamp> {
    match value? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => instant(text),
        _ => None,
    }
}

/// A time in milliseconds since 1970, from ISO 8601 text with or without a fraction, a bare date
/// (midnight UTC) or written-out milliseconds.
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    if let Ok(time) = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
        return Some(time.and_utc().timestamp_millis());
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis());
    }
    text.parse().ok()
}

/// The cursor of the next page. The `link` beside it is never followed: it may name another host.
pub(crate) fn next_page(body: &Value) -> Option<String> {
    filled(body.get("paging")?.get("next")?.get("after"))
}

/// The items without repetitions, in the order of their first appearance.
pub(crate) fn without_repetitions(items: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    items
        .into_iter()
        .filter(|item| seen.insert(item.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_moment_in_every_form_that_hubspot_uses() {
        for form in [
            json!("2026-01-05T10:00:00.000Z"),
            // Java leaves out a fraction of zero.
            json!("2026-01-05T10:00:00Z"),
            json!("2026-01-05T05:00:00-05:00"),
            json!("2026-01-05T10:00:00"),
            json!("1767607200000"),
            json!(1_767_607_200_000_i64),
        ] {
            assert_eq!(timestamp(Some(&form)), Some(1_767_607_200_000), "{form}");
        }
        assert_eq!(
            timestamp(Some(&json!("2026-01-05"))),
            Some(1_767_571_200_000)
        );
        for nothing in [
            json!(null),
            json!(""),
            json!("soon"),
            json!([1]),
            json!(1.5),
        ] {
            assert_eq!(timestamp(Some(&nothing)), None, "{nothing}");
        }
    }

    #[test]
    fn ids_are_text_or_whole_numbers() {
        assert_eq!(id(Some(&json!("501"))), Some("501".into()));
        // Owner ids pass 32 bits in practice.
        assert_eq!(
            id(Some(&json!(11_349_275_740_u64))),
            Some("11349275740".into())
        );
        for nothing in [json!(null), json!(" "), json!(1.5), json!({"id": 1})] {
            assert_eq!(id(Some(&nothing)), None, "{nothing}");
        }
    }
}
