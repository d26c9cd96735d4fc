//! Steps that take a name apart and put fields together.

use super::Part;
use crate::{Values, value};

/// A single word is a first name; of several the first is, and the rest is the last name.
pub(super) fn part(text: &str, part: Part) -> String {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    match part {
        Part::First => first.to_owned(),
        Part::Last => words.collect::<Vec<_>>().join(" "),
    }
}

pub(super) fn join(text: &str, fields: &[String], by: &str, record: &Values) -> String {
    std::iter::once(text)
        .chain(fields.iter().map(|name| value(record, name)))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(by)
}

/// Names in braces, each with its word for none.
pub(super) fn placeholders(text: &str) -> Vec<(&str, &str)> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(inside, _)| inside.split_once('|').unwrap_or((inside, "")))
        .map(|(name, otherwise)| (name.trim(), otherwise))
        .collect()
}

/// Empty where nothing of it is known: a text of separators alone says nothing.
pub(super) fn render(text: &str, record: &Values) -> String {
    let named = placeholders(text);
    let known = named
        .iter()
        .any(|(name, otherwise)| !value(record, name).is_empty() || !otherwise.is_empty());
    if !named.is_empty() && !known {
        return String::new();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((inside, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let (name, otherwise) = inside.split_once('|').unwrap_or((inside, ""));
        let held = value(record, name.trim()).trim();
        out.push_str(if held.is_empty() { otherwise } else { held });
        rest = tail;
    }
    out.push_str(rest);
    out.trim().to_owned()
}
