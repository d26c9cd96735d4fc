//! What a property was before, and since when it is what it is.
//!
//! HubSpot keeps the last values of every property of a contact, company, deal or ticket with their
//! times. A value that came and went between two looks stands there. `Debug` shows no value.

use crate::lenient;
use crate::record::Record;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use wire::Timestamp;

/// A value of a property, and since when it was that.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// None where it was empty.
    pub value: Option<String>,
    /// By HubSpot's clock.
    pub since: Timestamp,
}

impl fmt::Debug for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Held")
            .field("since", &self.since)
            .finish_non_exhaustive()
    }
}

/// A record with the history of some of its properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chronicle {
    /// As it is.
    pub record: Record,
    /// By property, the oldest value first.
    pub history: BTreeMap<String, Vec<Held>>,
}

impl Chronicle {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let record = Record::read(value)?;
        let told = value
            .get("propertiesWithHistory")
            .and_then(Value::as_object);
        let history = told
            .into_iter()
            .flatten()
            .map(|(name, entries)| (name.clone(), held(entries)))
            .collect();
        Some(Self { record, history })
    }
}

/// The newest comes first from HubSpot; an entry without a time is left out.
fn held(entries: &Value) -> Vec<Held> {
    let mut held: Vec<Held> = lenient::items(Some(entries))
        .iter()
        .filter_map(|entry| {
            Some(Held {
                value: lenient::filled(entry.get("value")),
                since: lenient::timestamp(entry.get("timestamp"))?,
            })
        })
        .collect();
    held.reverse();
    // Two at one moment stay in the order in which they were told.
    held.sort_by_key(|one| one.since);
    held
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_came_and_went_is_told_the_oldest_first() {
        let told = json!({"id": "7", "properties": {"a": "x"}, "propertiesWithHistory": {"a": [
            {"value": "x", "timestamp": "2026-11-21T10:00:02Z"},
            {"value": "", "timestamp": "2026-11-21T10:00:01Z"},
            {"value": "no time"},
            {"value": "x", "timestamp": "2026-11-21T10:00:00Z"},
        ]}});
        let chronicle = Chronicle::read(&told).unwrap();
        let values: Vec<_> = chronicle.history["a"]
            .iter()
            .map(|held| held.value.as_deref())
            .collect();
        assert_eq!(values, [Some("x"), None, Some("x")]);
        assert!(!format!("{chronicle:?}").contains("\"x\""));
    }
}
