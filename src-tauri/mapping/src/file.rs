//! A mapping as a file: TOML that a person can read and change.
//!
//! A file is taken whole or not at all. Whatever is wrong with it is told with its line and the reason.

use crate::row::{ConflictRule, Direction, Mapping, Row};
use crate::transform::{Case, Transform};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use toml::{Spanned, Value};

/// The form of the file.
const VERSION: i64 = 1;
/// More rows than anybody reads.
pub const MOST_ROWS: usize = 1_000;
/// More steps than a row can need.
const MOST_STEPS: usize = 30;
/// More faults than anybody mends at once.
const MOST_FAULTS: usize = 100;

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// What is wrong with it, and what it takes.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    version: Option<Spanned<i64>>,
    #[serde(default)]
    row: Vec<Spanned<Raw>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    hubspot: Spanned<String>,
    lead: Spanned<String>,
    direction: Option<Spanned<String>>,
    conflict: Option<Spanned<String>>,
    required: Option<bool>,
    #[serde(default)]
    transforms: Vec<Spanned<Value>>,
}

/// Reads a file.
///
/// # Errors
/// Everything that is wrong with it, by line.
pub fn parse(text: &str) -> Result<Mapping, Vec<Fault>> {
    let whole: Whole = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        if looks_like_yaml(text) {
            let reason = "this is YAML, and a mapping file is TOML: [[row]] begins a row, and a line of it is \
                          hubspot = \"email\". An export of the mapping is one to begin with";
            return vec![fault(text, at, reason)];
        }
        vec![fault(text, at, error.message())]
    })?;
    let mut faults = Vec::new();
    if let Some(version) = whole
        .version
        .filter(|version| *version.get_ref() != VERSION)
    {
        let reason = format!(
            "version {} is not known here; a newer program may have written this file",
            version.get_ref()
        );
        faults.push(fault(text, version.span().start, &reason));
    }
    if let Some(row) = whole.row.get(MOST_ROWS) {
        let reason = format!("there are more than {MOST_ROWS} rows");
        faults.push(fault(text, row.span().start, &reason));
    }
    let mut rows = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for raw in whole.row.into_iter().take(MOST_ROWS) {
        if faults.len() >= MOST_FAULTS {
            let at = raw.get_ref().hubspot.span().start;
            faults.push(fault(
                text,
                at,
                "from here on nothing was looked at: mend what is above first",
            ));
            break;
        }
        let at = raw.get_ref().hubspot.span().start;
        match row(text, raw.into_inner()) {
            Ok(row) => {
                let line = line_of(text, at);
                if let Some(first) = seen.insert(row.key(), line) {
                    let reason = format!("the same two fields are joined in line {first} already");
                    faults.push(fault(text, at, &reason));
                }
                rows.push(row);
            }
            Err(more) => faults.extend(more),
        }
    }
    if faults.is_empty() {
        Ok(Mapping { rows })
    } else {
        Err(faults)
    }
}

fn row(text: &str, raw: Raw) -> Result<Row, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut wrong = |at: usize, reason: &str| faults.push(fault(text, at, reason));
    let hubspot = raw.hubspot.get_ref().parse();
    let hubspot = hubspot.map_err(|error: crate::source::NoSource| {
        wrong(raw.hubspot.span().start, &error.to_string());
    });
    let lead = raw.lead.get_ref().parse();
    let lead = lead.map_err(|error: crate::lead::NoField| {
        wrong(raw.lead.span().start, &error.to_string());
    });
    let direction = match raw.direction {
        None => Direction::Both,
        Some(word) => direction(word.get_ref()).unwrap_or_else(|| {
            wrong(
                word.span().start,
                &format!(
                    "\"{}\" is no direction; there are both, to_tuco, to_hubspot and off",
                    word.get_ref()
                ),
            );
            Direction::Off
        }),
    };
    let conflict = match raw.conflict {
        None => ConflictRule::Newest,
        Some(word) => conflict(word.get_ref()).unwrap_or_else(|| {
            wrong(
                word.span().start,
                &format!(
                    "\"{}\" is no conflict rule; there are newest, hubspot, tuco and fill_empty",
                    word.get_ref()
                ),
            );
            ConflictRule::Newest
        }),
    };
    if let Some(step) = raw.transforms.get(MOST_STEPS) {
        wrong(
            step.span().start,
            &format!("there are more than {MOST_STEPS} transforms"),
        );
    }
    let mut transforms = Vec::new();
    for step in raw.transforms.into_iter().take(MOST_STEPS) {
        let at = step.span().start;
        match transform(step.into_inner()) {
            Ok(transform) => transforms.push(transform),
            Err(reason) => wrong(at, &reason),
        }
    }
    match (hubspot, lead) {
        (Ok(hubspot), Ok(lead)) if faults.is_empty() => Ok(Row {
            hubspot,
            lead,
            direction,
            transforms,
            conflict,
            required: raw.required.unwrap_or(false),
        }),
        _ => Err(faults),
    }
}

/// A direction by its word; `to-tuco` as the command line has it is as good.
pub fn direction(word: &str) -> Option<Direction> {
    [
        Direction::Both,
        Direction::ToTuco,
        Direction::ToHubspot,
        Direction::Off,
    ]
    .into_iter()
    .find(|direction| direction.word() == word.replace('-', "_"))
}

/// A conflict rule by its word.
pub fn conflict(word: &str) -> Option<ConflictRule> {
    [
        ConflictRule::Newest,
        ConflictRule::Hubspot,
        ConflictRule::Tuco,
        ConflictRule::FillEmpty,
    ]
    .into_iter()
    .find(|rule| rule.word() == word)
}

/// Steps that need nothing said stand as a word alone; all others as a table with their `kind`.
fn transform(value: Value) -> Result<Transform, String> {
    if let Value::String(word) = &value {
        return Ok(match word.as_str() {
            "trim" => Transform::Trim,
            "email" => Transform::Email,
            "lower" => Transform::Case { to: Case::Lower },
            "upper" => Transform::Case { to: Case::Upper },
            "title" => Transform::Case { to: Case::Title },
            "text" => Transform::Text { longest: None },
            "phone" => Transform::Phone {
                region: "auto".to_owned(),
            },
            word => {
                return Err(format!(
                    "\"{word}\" is no transform; by themselves stand trim, email, phone, text, lower, upper and title"
                ));
            }
        });
    }
    let bad = |reason: &str| format!("this transform can't be read: {reason}");
    value.try_into().map_err(|error: toml::de::Error| {
        let told = error.message();
        // Not in the words of a programming language.
        let told = told.replace(
            "internally tagged enum Unmatched",
            "a table: { do = \"keep\" }, leave_out, refuse, or { do = \"use\", value = \"…\" }",
        );
        bad(&told)
    })
}

fn short(transform: &Transform) -> Option<&'static str> {
    Some(match transform {
        Transform::Trim => "trim",
        Transform::Email => "email",
        Transform::Case { to: Case::Lower } => "lower",
        Transform::Case { to: Case::Upper } => "upper",
        Transform::Case { to: Case::Title } => "title",
        Transform::Text { longest: None } => "text",
        Transform::Phone { region } if region == "auto" => "phone",
        _ => return None,
    })
}

/// Whether its first line that says something is one of YAML and can't be one of TOML.
fn looks_like_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let key = line.trim_start_matches("- ").split(':').next();
        let named = key.is_some_and(|key| {
            key.len() < line.len()
                && key
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        });
        line == "---" || line.starts_with("%YAML") || line.starts_with("- ") || named
    })
}

fn fault(text: &str, at: usize, reason: &str) -> Fault {
    let line = line_of(text, at);
    let shown = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // The library shows where in several lines; one sentence is enough here.
    let reason = reason.lines().collect::<Vec<_>>().join("; ");
    Fault {
        line,
        text: shown.trim().chars().take(120).collect(),
        reason,
    }
}

fn line_of(text: &str, at: usize) -> usize {
    let before = text
        .as_bytes()
        .get(..at.min(text.len()))
        .unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// Writes a file. Read again, it is the same mapping.
pub fn print(mapping: &Mapping) -> String {
    let mut out = String::from(
        "# Mapping of Tuco for HubSpot. Take it in with: tuco-hubspot mapping import FILE\n\
         # direction: both, to_tuco, to_hubspot, off. conflict: newest, hubspot, tuco, fill_empty.\n",
    );
    let _ = writeln!(out, "version = {VERSION}");
    for row in &mapping.rows {
        let _ = writeln!(out, "\n[[row]]");
        let _ = writeln!(out, "hubspot = {}", quoted(&row.hubspot.to_string()));
        let _ = writeln!(out, "lead = {}", quoted(row.lead.as_str()));
        let _ = writeln!(out, "direction = {}", quoted(row.direction.word()));
        if row.conflict != ConflictRule::Newest {
            let _ = writeln!(out, "conflict = {}", quoted(row.conflict.word()));
        }
        if row.required {
            let _ = writeln!(out, "required = true");
        }
        if !row.transforms.is_empty() {
            let steps: Vec<String> = row.transforms.iter().map(step).collect();
            let _ = writeln!(out, "transforms = [{}]", steps.join(", "));
        }
    }
    out
}

fn step(transform: &Transform) -> String {
    match short(transform) {
        Some(word) => quoted(word),
        None => {
            Value::try_from(transform).map_or_else(|_| quoted("trim"), |value| value.to_string())
        }
    }
}

#[cfg(test)]
mod tests;
