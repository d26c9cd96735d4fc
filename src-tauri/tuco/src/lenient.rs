//! Reading JSON that may be other than documented.

use crate::time;
use serde_json::{Map, Value};
use wire::Timestamp;

/// An object whose fields are asked for by one or more names.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a>(pub(crate) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    pub(crate) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// The first of the names that is there and not null.
    pub(crate) fn any(self, names: &[&str]) -> Option<&'a Value> {
        names
            .iter()
            .filter_map(|name| self.0.get(*name))
            .find(|value| !value.is_null())
    }

    pub(crate) fn inner(self, name: &str) -> Option<Fields<'a>> {
        self.0.get(name).and_then(Fields::of)
    }

    /// Text exactly as it is; a number or a truth value is written out.
    pub(crate) fn raw(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        })
    }

    /// A word such as an id or a number: trimmed, none where empty. Knows MongoDB's `{"$oid": …}`.
    pub(crate) fn word(self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Object(inner) => Fields(inner).word(&["$oid"]),
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        })
    }

    pub(crate) fn time(self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| time::read(self.0.get(*name)?))
    }

    pub(crate) fn count(self, names: &[&str]) -> Option<u32> {
        names.iter().find_map(|name| {
            let number = match self.0.get(*name)? {
                Value::Number(number) => number.as_f64()?,
                Value::String(text) => text.trim().parse().ok()?,
                _ => return None,
            };
            // Saturates, and reads what is no number as none at all.
            (number >= 0.0).then_some(number as u32)
        })
    }

    pub(crate) fn flag(self, names: &[&str]) -> Option<bool> {
        names.iter().find_map(|name| match self.0.get(*name)? {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" => Some(true),
                "false" | "0" | "no" => Some(false),
                _ => None,
            },
            Value::Number(number) => number.as_f64().map(|number| number != 0.0),
            _ => None,
        })
    }

    /// A list of words; a single word is a list of one.
    pub(crate) fn words(self, names: &[&str]) -> Vec<String> {
        match self.any(names) {
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(text) => Some(text.trim().to_owned()),
                    Value::Number(number) => Some(number.to_string()),
                    Value::Object(inner) => Fields(inner).word(&["$oid", "_id", "id", "url"]),
                    _ => None,
                })
                .filter(|text| !text.is_empty())
                .collect(),
            Some(Value::String(text)) if !text.trim().is_empty() => vec![text.trim().to_owned()],
            _ => Vec::new(),
        }
    }

    /// A list of objects, each read by `read`; what can't be read is counted.
    pub(crate) fn list<T>(
        self,
        names: &[&str],
        read: impl Fn(Fields<'_>) -> Option<T>,
    ) -> (Vec<T>, u32) {
        match self.any(names) {
            Some(Value::Array(items)) => read_items(items, read),
            _ => (Vec::new(), 0),
        }
    }
}

/// Reads every item; what can't be read is counted.
pub(crate) fn read_items<T>(
    items: &[Value],
    read: impl Fn(Fields<'_>) -> Option<T>,
) -> (Vec<T>, u32) {
    let good: Vec<T> = items
        .iter()
        .filter_map(|item| read(Fields::of(item)?))
        .collect();
    let skipped = u32::try_from(items.len() - good.len()).unwrap_or(u32::MAX);
    (good, skipped)
}

/// The list in an answer: the answer itself, or under one of the names, also one level down in
/// `data`, `result` or the like. None where there is no list, which is not the same as an empty one.
pub(crate) fn list_in<'a>(answer: &'a Value, names: &[&str]) -> Option<&'a [Value]> {
    match answer {
        Value::Array(items) => Some(items),
        Value::Object(fields) => {
            let named = names.iter().chain(&["data", "items", "results", "docs"]);
            let direct = named
                .filter_map(|name| fields.get(*name))
                .find_map(|value| match value {
                    Value::Array(items) => Some(items.as_slice()),
                    _ => None,
                });
            direct.or_else(|| {
                let inner = ["data", "result", "response"].into_iter();
                let inner = inner
                    .filter_map(|name| fields.get(name))
                    .filter(|v| v.is_object());
                inner.flat_map(|value| list_in(value, names)).next()
            })
        }
        _ => None,
    }
}

/// Number of pages, told directly or to be worked out; in the answer, in `pagination` or `meta`.
pub(crate) fn total_pages(answer: &Value) -> Option<u32> {
    paging(answer).find_map(|place| {
        place
            .count(&["totalPages", "total_pages", "pages", "pageCount"])
            .or_else(|| {
                let total = place.count(&TOTALS)?;
                let limit = place
                    .count(&["limit", "pageSize", "perPage"])
                    .filter(|limit| *limit > 0)?;
                Some(total.div_ceil(limit))
            })
    })
}

/// Number of items on all pages together, where told.
pub(crate) fn total_items(answer: &Value) -> Option<u32> {
    paging(answer).find_map(|place| place.count(&TOTALS))
}

const TOTALS: [&str; 3] = ["totalCount", "total", "count"];

/// Where an answer may tell of its pages.
fn paging(answer: &Value) -> impl Iterator<Item = Fields<'_>> {
    let top = Fields::of(answer);
    let inner = |name| top.and_then(|top| top.inner(name));
    let places = [
        top,
        inner("pagination"),
        inner("meta"),
        inner("data"),
        inner("data").and_then(|data| data.inner("pagination")),
    ];
    places.into_iter().flatten()
}

/// Parses JSON. A text that was cut in the middle of an emoji is sent as half a surrogate pair, which
/// is no character; such halves are replaced instead of losing the whole answer.
pub(crate) fn parse(body: &[u8]) -> Option<Value> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if let Ok(value) = serde_json::from_slice(body) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(body);
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(&without_halves(&text)).ok()
}

/// The text with each `\ud8xx` that has no partner replaced by `\ufffd`.
pub(crate) fn without_halves(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        whole.push_str(before);
        let code = |text: &str| {
            let digits = text.strip_prefix('u')?.get(..4)?;
            u16::from_str_radix(digits, 16).ok()
        };
        let (first, tail) = (code(after), after.get(5..).unwrap_or_default());
        let second = tail.strip_prefix('\\').and_then(code);
        let taken = match (first, second) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 11,
            (Some(0xd800..=0xdfff), _) => {
                whole.push_str("\\ufffd");
                rest = tail;
                continue;
            }
            // An escaped backslash must not be taken for the start of the next escape.
            _ => after.chars().next().map_or(0, char::len_utf8),
        };
        let (kept, left) = after.split_at_checked(taken).unwrap_or((after, ""));
        whole.push('\\');
        whole.push_str(kept);
        rest = left;
    }
    whole.push_str(rest);
    whole
}
