//! Values that HubSpot refuses: which property, and why.

use super::answer::{Answer, Detail};
use super::words;
use crate::lenient;
use serde_json::Value;
use std::fmt;

/// A property whose value is refused. The value itself is never kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PropertyProblem {
    /// Its internal name, where HubSpot says it.
    pub property: Option<String>,
    /// Why.
    pub code: PropertyCode,
}

/// Why a value is refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PropertyCode {
    /// Not an address, or one under a domain that HubSpot does not take.
    InvalidEmail,
    /// There is no such property.
    DoesNotExist,
    /// Computed or locked.
    ReadOnly,
    /// Not among the options, or no such stage.
    InvalidOption,
    /// Not a date, or not midnight UTC.
    InvalidDate,
    /// Not a number or a time.
    InvalidNumber,
    /// No such owner, or a user's id in its place.
    InvalidOwner,
    /// White space at an end.
    Whitespace,
    /// The portal's rules ask for a value.
    MissingRequired,
    /// The portal's rules ask for a value because of another one.
    MissingConditional,
    /// Too long.
    TooLong,
    /// Another rule, by HubSpot's name for it; `UNKNOWN` where it gives none.
    Other(String),
}

impl PropertyCode {
    fn read(code: &str) -> Self {
        match code {
            "INVALID_EMAIL" => Self::InvalidEmail,
            "PROPERTY_DOESNT_EXIST" => Self::DoesNotExist,
            "READ_ONLY_VALUE" => Self::ReadOnly,
            "INVALID_OPTION" => Self::InvalidOption,
            "INVALID_DATE" => Self::InvalidDate,
            "INVALID_LONG" | "INVALID_INTEGER" => Self::InvalidNumber,
            "INVALID_OWNER_ID" => Self::InvalidOwner,
            "LEADING_TRAILING_WHITESPACE" => Self::Whitespace,
            "MISSING_REQUIRED_PROPERTY" => Self::MissingRequired,
            "MISSING_CONDITIONAL_REQUIRED_PROPERTY" => Self::MissingConditional,
            "PROPERTY_VALUE_TOO_LONG" | "VALUE_TOO_LONG" => Self::TooLong,
            other => Self::Other(words::name(other).unwrap_or_else(|| "UNKNOWN".into())),
        }
    }

    /// HubSpot's name for it, or the nearest.
    pub fn as_str(&self) -> &str {
        match self {
            Self::InvalidEmail => "INVALID_EMAIL",
            Self::DoesNotExist => "PROPERTY_DOESNT_EXIST",
            Self::ReadOnly => "READ_ONLY_VALUE",
            Self::InvalidOption => "INVALID_OPTION",
            Self::InvalidDate => "INVALID_DATE",
            Self::InvalidNumber => "INVALID_LONG",
            Self::InvalidOwner => "INVALID_OWNER_ID",
            Self::Whitespace => "LEADING_TRAILING_WHITESPACE",
            Self::MissingRequired => "MISSING_REQUIRED_PROPERTY",
            Self::MissingConditional => "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
            Self::TooLong => "PROPERTY_VALUE_TOO_LONG",
            Self::Other(code) => code,
        }
    }
}

impl fmt::Display for PropertyCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for PropertyProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let property = self.property.as_deref().unwrap_or("a property");
        write!(formatter, "{property} ({})", self.code)
    }
}

/// Every refused property of an answer, each pair of name and code once. `errors` is cut to three by
/// HubSpot and the list inside the message to four, so both are read.
pub(super) fn of(answer: &Answer) -> Vec<PropertyProblem> {
    let mut problems: Vec<PropertyProblem> = answer.details.iter().filter_map(of_detail).collect();
    for message in answer.messages() {
        if let Some(embedded) = words::embedded(message) {
            let listed = embedded.get("validationResults").unwrap_or(&embedded);
            problems.extend(lenient::items(Some(listed)).iter().filter_map(of_embedded));
        }
    }
    if problems.is_empty() {
        problems.extend(answer.messages().filter_map(of_message));
    }
    let mut distinct: Vec<PropertyProblem> = Vec::new();
    for problem in problems {
        if !distinct.contains(&problem) {
            distinct.push(problem);
        }
    }
    distinct
}

fn of_detail(detail: &Detail) -> Option<PropertyProblem> {
    // A detail without a code speaks of something else, unless it names a property.
    if detail.code.is_empty() {
        let mut problem = of_message(&detail.message)?;
        problem.property = problem
            .property
            .or_else(|| named(detail.property.as_deref()));
        return Some(problem);
    }
    Some(PropertyProblem {
        property: named(detail.property.as_deref()),
        code: PropertyCode::read(&detail.code),
    })
}

fn of_embedded(value: &Value) -> Option<PropertyProblem> {
    if !value.is_object() || lenient::flag(value.get("isValid")) == Some(true) {
        return None;
    }
    of_detail(&Detail::read(value))
}

/// What old answers say in words only.
fn of_message(message: &str) -> Option<PropertyProblem> {
    const SENTENCES: [(&str, PropertyCode); 11] = [
        (
            "was not one of the allowed options",
            PropertyCode::InvalidOption,
        ),
        (
            "is not a valid pipeline stage id",
            PropertyCode::InvalidOption,
        ),
        ("was not a valid owner id", PropertyCode::InvalidOwner),
        ("was not a valid long", PropertyCode::InvalidNumber),
        ("was not a valid integer", PropertyCode::InvalidNumber),
        ("utc, not midnight", PropertyCode::InvalidDate),
        ("leading or trailing whitespace", PropertyCode::Whitespace),
        ("is a calculated property", PropertyCode::ReadOnly),
        ("is a read only property", PropertyCode::ReadOnly),
        ("must be provided", PropertyCode::MissingRequired),
        (
            "conditional property rule",
            PropertyCode::MissingConditional,
        ),
    ];
    let lower = message.to_ascii_lowercase();
    let code = if lower.contains("email address") && lower.contains("is invalid") {
        PropertyCode::InvalidEmail
    } else if lower.contains("property \"") && lower.contains("does not exist") {
        PropertyCode::DoesNotExist
    } else {
        SENTENCES
            .into_iter()
            .find(|(words, _)| lower.contains(words))?
            .1
    };
    // Only in these sentences is what stands in quotation marks a property and not a value.
    let quoted = matches!(code, PropertyCode::DoesNotExist | PropertyCode::ReadOnly)
        .then(|| message.split('"').nth(1))
        .flatten();
    Some(PropertyProblem {
        property: named(quoted),
        code,
    })
}

fn named(property: Option<&str>) -> Option<String> {
    words::name(property?)
}
