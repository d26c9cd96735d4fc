//! Times as the API writes them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::Value;
use wire::Timestamp;

/// Numbers below this are seconds, the others milliseconds: 1e11 ms is in 1973, 1e11 s in 5138.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// ISO 8601 with or without fraction and offset (none means UTC), or a number since 1970.
pub(crate) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => read_text(text.trim()),
        Value::Number(number) => {
            let number = number.as_i64().or_else(|| {
                let float = number.as_f64().filter(|float| float.abs() < 1e15)?;
                // In range by the line above.
                Some(float as i64)
            })?;
            since_1970(number)
        }
        // MongoDB's way of writing a time in JSON.
        Value::Object(fields) => match fields.get("$date")? {
            Value::Object(inner) => read(inner.get("$numberLong")?),
            other => read(other),
        },
        _ => None,
    }
}

fn since_1970(number: i64) -> Option<Timestamp> {
    match number {
        1..SECONDS_BELOW => Some(number * 1000),
        // The year 5138 again.
        SECONDS_BELOW..100_000_000_000_000 => Some(number),
        _ => None,
    }
}

fn read_text(text: &str) -> Option<Timestamp> {
    if let Ok(number) = text.parse::<i64>() {
        return since_1970(number);
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_millis());
    }
    // An offset without its colon.
    for form in ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z"] {
        if let Ok(time) = DateTime::parse_from_str(text, form) {
            return Some(time.timestamp_millis());
        }
    }
    for form in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
    ] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
            return Some(time.and_utc().timestamp_millis());
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}

/// As the API takes it: UTC with milliseconds.
pub(crate) fn write(at: Timestamp) -> String {
    let time = DateTime::from_timestamp_millis(at).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_moment_in_many_spellings() {
        for value in [
            json!("2026-06-02T16:10:00.000Z"),
            json!("2026-06-02T16:10:00Z"),
            json!(" 2026-06-02T18:10:00+02:00 "),
            json!("2026-06-02T18:10:00.000+0200"),
            json!("2026-06-02T16:10:00"),
            json!("2026-06-02 16:10:00.000"),
            json!("2026-06-02T16:10"),
            json!(1_780_416_600_000_i64),
            json!(1_780_416_600_000.0),
            json!("1780416600000"),
            json!(1_780_416_600),
            json!({"$date": "2026-06-02T16:10:00Z"}),
            json!({"$date": {"$numberLong": "1780416600000"}}),
        ] {
            assert_eq!(read(&value), Some(1_780_416_600_000), "{value}");
        }
        assert_eq!(read(&json!("2026-06-02")), Some(1_780_358_400_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for value in [
            json!(""),
            json!("soon"),
            json!(null),
            json!(true),
            json!([]),
            json!(-5),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(at in SECONDS_BELOW..100_000_000_000_000_i64) {
            proptest::prop_assert_eq!(read(&json!(write(at))), Some(at));
        }

        #[test]
        fn no_number_is_too_much(at: i64, float: f64) {
            let _ = (write(at), read(&json!(at)), read(&json!(float)));
        }
    }
}
