//! What HubSpot checks before it writes a property: that it exists, may be written, and holds a value
//! of its type. Values come out as they are stored.

use super::Portal;
use super::catalogue::Definition;
use super::errors::{Refusal, missing_field};
use super::kind::Kind;
use super::options::BackwardLifecycle;
use super::record::Record;
use super::route::Version;
use crate::moment::{DAY, Iso, parse_iso};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The longest text that a property takes, in characters.
const LONGEST: usize = 65_536;

/// Why one value was refused.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) name: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Problem {
    fn new(name: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            code,
            message: message.into(),
        }
    }

    fn detail(&self) -> Value {
        json!({
            "message": self.message,
            "code": self.code,
            "context": {"propertyName": [self.name]},
        })
    }

    fn embedded(&self, portal: u64) -> Value {
        json!({
            "isValid": false,
            "message": self.message,
            "error": self.code,
            "name": self.name,
            "localizedErrorMessage": self.message,
            "portalId": portal,
        })
    }
}

/// What became of the properties of one input.
#[derive(Debug, Clone, Default)]
pub(crate) struct Checked {
    /// Names with the values as they will be stored; an empty one clears.
    pub(crate) values: Vec<(Arc<str>, String)>,
    pub(crate) warnings: Vec<Value>,
    pub(crate) problems: Vec<Problem>,
    /// Rules that an admin made and that 2026-09 enforces.
    pub(crate) rules: Vec<Problem>,
}

/// The refusal for values that did not hold, or nothing if there are none. `batch` cuts the lists as
/// HubSpot does: four in the text, three in `errors`, each once.
pub(crate) fn refusal(portal: u64, problems: &[Problem], batch: bool) -> Option<Refusal> {
    let mut seen = BTreeSet::new();
    let problems: Vec<&Problem> = problems.iter().filter(|one| seen.insert(*one)).collect();
    if problems.is_empty() {
        return None;
    }
    let (in_text, in_list) = if batch {
        (4, 3)
    } else {
        (usize::MAX, usize::MAX)
    };
    let embedded: Vec<Value> = problems
        .iter()
        .take(in_text)
        .map(|one| one.embedded(portal))
        .collect();
    let details: Vec<Value> = problems
        .iter()
        .take(in_list)
        .map(|one| one.detail())
        .collect();
    Some(
        Refusal::validation(format!(
            "Property values were not valid: {}",
            Value::Array(embedded)
        ))
        .with("errors", details),
    )
}

/// The refusal for an admin's rules.
pub(crate) fn rules_refusal(rules: &[Problem]) -> Option<Refusal> {
    if rules.is_empty() {
        return None;
    }
    let details: Vec<Value> = rules.iter().map(Problem::detail).collect();
    Some(Refusal::validation("The property values provided are invalid").with("errors", details))
}

/// The `properties` object of an input.
pub(crate) fn properties_of(input: &Value) -> Result<&Map<String, Value>, Refusal> {
    input
        .get("properties")
        .and_then(Value::as_object)
        .ok_or_else(|| missing_field("properties"))
}

/// Checks all properties of one input against the definitions. `before` is the record that will be
/// changed, or nothing if one will be made.
pub(crate) fn check(
    portal: &Portal,
    kind: Kind,
    version: Version,
    before: Option<&Record>,
    properties: &Map<String, Value>,
) -> Result<Checked, Refusal> {
    let mut checked = Checked::default();
    for (raw_name, raw) in properties {
        let text = match raw {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(truth) => truth.to_string(),
            Value::Null => String::new(),
            Value::Array(_) | Value::Object(_) => {
                return Err(Refusal::new(
                    400,
                    "Invalid input JSON on line 1, column 1: Cannot deserialize value of type \
                     `java.lang.String`",
                ));
            }
        };
        let name = raw_name.to_lowercase();
        let Some(definition) = portal.catalogue(kind).get(&name) else {
            let message = format!("Property \"{raw_name}\" does not exist");
            checked
                .problems
                .push(Problem::new(raw_name, "PROPERTY_DOESNT_EXIST", message));
            continue;
        };
        if definition.read_only {
            let message = if definition.calculated {
                format!("\"{name}\" is a calculated property; its value cannot be set.")
            } else {
                format!("\"{name}\" is a read only property; its value cannot be set.")
            };
            checked
                .problems
                .push(Problem::new(&name, "READ_ONLY_VALUE", message));
            continue;
        }
        match value(portal, kind, version, before, definition, &text) {
            Ok(None) => {}
            Ok(Some((stored, normalized))) => {
                if normalized {
                    checked.warnings.push(json!({
                        "category": "PROPERTY_VALUE_NORMALIZED",
                        "message": format!("{name} was normalized"),
                        "context": {
                            "propertyName": name, "rawValue": text, "normalizedValue": stored,
                        },
                    }));
                }
                checked.values.push((Arc::clone(&definition.name), stored));
            }
            Err(problem) => checked.problems.push(problem),
        }
    }
    if version == Version::V2026_09 {
        checked.rules = rules(portal, kind, before, &checked.values);
    }
    Ok(checked)
}

/// The refusal if something that must be set on creation is not.
pub(crate) fn required(kind: Kind, checked: &Checked) -> Result<(), Refusal> {
    let missing: Vec<String> = kind
        .required_properties()
        .iter()
        .filter(|name| {
            !checked
                .values
                .iter()
                .any(|(set, text)| &**set == **name && !text.is_empty())
        })
        .map(|name| (*name).to_owned())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "Error creating {}. Some required properties were not set.",
        kind.shouted()
    ))
    .context("properties", &missing))
}

fn rules(
    portal: &Portal,
    kind: Kind,
    before: Option<&Record>,
    values: &[(Arc<str>, String)],
) -> Vec<Problem> {
    let holds = |name: &str| {
        values
            .iter()
            .rev()
            .find(|(set, _)| &**set == name)
            .map_or_else(
                || before.is_some_and(|record| record.text(name).is_some()),
                |(_, text)| !text.is_empty(),
            )
    };
    let mut problems = Vec::new();
    if before.is_none() {
        for (object, name) in &portal.options.admin_required {
            if object == kind.plural() && !holds(name) {
                let message = format!("A value for {name} must be provided");
                problems.push(Problem::new(name, "MISSING_REQUIRED_PROPERTY", message));
            }
        }
    }
    for (object, given, then) in &portal.options.admin_conditional {
        if object == kind.plural() && holds(given) && !holds(then) {
            let message = format!(
                "{then} is required because of a conditional property rule based on [{given}]"
            );
            problems.push(Problem::new(
                then,
                "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
                message,
            ));
        }
    }
    problems
}

/// The value as it is stored and whether it was changed on the way; nothing if it is to be ignored.
fn value(
    portal: &Portal,
    kind: Kind,
    version: Version,
    before: Option<&Record>,
    definition: &Definition,
    text: &str,
) -> Result<Option<(String, bool)>, Problem> {
    let name = &*definition.name;
    if text.is_empty() {
        return Ok(Some((String::new(), false)));
    }
    if definition.type_name != "string" && text.trim() != text {
        let message = format!("\"{text}\" includes leading or trailing whitespace.");
        return Err(Problem::new(name, "LEADING_TRAILING_WHITESPACE", message));
    }
    let stored = match definition.type_name.as_str() {
        "number" => number(name, text)?,
        "bool" => truth(name, text)?,
        "datetime" => datetime(name, text)?,
        "date" => return date(name, version, text).map(Some),
        "enumeration" if definition.owner => owner(portal, name, text)?,
        "enumeration" if !definition.choices.is_empty() => option(definition, before, text)?,
        _ if kind == Kind::Contact && name == "email" => email(text)?,
        _ if text.chars().count() > LONGEST => {
            let message = format!("The value is longer than {LONGEST} characters.");
            return Err(Problem::new(name, "VALUE_TOO_LONG", message));
        }
        _ => text.to_owned(),
    };
    if name == "lifecyclestage" && goes_back(definition, before, &stored) {
        return match portal.options.backward_lifecycle {
            BackwardLifecycle::Ignore => Ok(None),
            BackwardLifecycle::Refuse => Err(Problem::new(
                name,
                "INVALID_LIFECYCLE_STAGE",
                format!("{stored} is before the present lifecycle stage. Clear the value first."),
            )),
        };
    }
    Ok(Some((stored, false)))
}

fn goes_back(definition: &Definition, before: Option<&Record>, to: &str) -> bool {
    let place = |value: &str| {
        definition
            .choices
            .iter()
            .position(|choice| choice.value == value)
    };
    let from = before
        .and_then(|record| record.text("lifecyclestage"))
        .and_then(place);
    matches!((from, place(to)), (Some(from), Some(to)) if to < from)
}

fn number(name: &str, text: &str) -> Result<String, Problem> {
    let plain = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || "+-.eE".contains(letter));
    if plain && text.parse::<f64>().is_ok_and(f64::is_finite) {
        Ok(text.to_owned())
    } else {
        Err(Problem::new(
            name,
            "INVALID_INTEGER",
            format!("{text} was not a valid long."),
        ))
    }
}

fn truth(name: &str, text: &str) -> Result<String, Problem> {
    let lower = text.to_ascii_lowercase();
    if lower == "true" || lower == "false" {
        return Ok(lower);
    }
    let message = format!("{text} was not one of the allowed options: [true, false]");
    Err(Problem::new(name, "INVALID_OPTION", message))
}

fn datetime(name: &str, text: &str) -> Result<String, Problem> {
    moment(text).map(stamp).ok_or_else(|| {
        Problem::new(
            name,
            "INVALID_LONG",
            format!("{text} was not a valid long."),
        )
    })
}

fn date(name: &str, version: Version, text: &str) -> Result<(String, bool), Problem> {
    let Some(at) = moment(text) else {
        return Err(Problem::new(
            name,
            "INVALID_DATE",
            format!("{text} was not a valid date."),
        ));
    };
    let day: String = Iso(at).to_string().chars().take(10).collect();
    let within = at.rem_euclid(DAY);
    if within == 0 {
        return Ok((day, false));
    }
    if version == Version::V2026_09 {
        return Ok((day, true));
    }
    let (hour, minute, second) = (within / 3_600_000, within / 60_000 % 60, within / 1000 % 60);
    let milli = within % 1000;
    let message = format!("{text} is at {hour}:{minute}:{second}.{milli} UTC, not midnight!");
    Err(Problem::new(name, "INVALID_DATE", message))
}

fn owner(portal: &Portal, name: &str, text: &str) -> Result<String, Problem> {
    let known = text
        .parse::<u64>()
        .is_ok_and(|id| portal.owners.contains_key(&id));
    if known {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        name,
        "INVALID_OWNER_ID",
        format!("{text} was not a valid owner ID"),
    ))
}

fn option(definition: &Definition, before: Option<&Record>, text: &str) -> Result<String, Problem> {
    let several = definition.field_type == "checkbox";
    let known = |value: &str| {
        definition
            .choices
            .iter()
            .any(|choice| choice.value == value)
    };
    let parts: Vec<&str> = if several {
        text.split(';').filter(|part| !part.is_empty()).collect()
    } else {
        vec![text]
    };
    if let Some(bad) = parts.iter().find(|part| !known(part)) {
        return Err(Problem::new(
            &definition.name,
            "INVALID_OPTION",
            allowed(definition, bad),
        ));
    }
    // A leading semicolon adds to what is there; else the list is replaced.
    let mut all: Vec<&str> = Vec::new();
    if several && text.starts_with(';') {
        let held = before
            .and_then(|record| record.text(&definition.name))
            .unwrap_or_default();
        all.extend(held.split(';').filter(|part| !part.is_empty()));
    }
    for part in parts {
        if !all.contains(&part) {
            all.push(part);
        }
    }
    Ok(all.join(";"))
}

fn allowed(definition: &Definition, bad: &str) -> String {
    if &*definition.name == "hs_pipeline_stage" || &*definition.name == "dealstage" {
        let pipeline = if &*definition.name == "dealstage" {
            "default"
        } else {
            "0"
        };
        let stages: Vec<&str> = definition
            .choices
            .iter()
            .map(|choice| choice.value.as_str())
            .collect();
        return format!(
            "{bad} is not a valid pipeline stage ID. Valid options are: pipelineId={pipeline} : [{}]",
            stages.join(", ")
        );
    }
    let options: Vec<String> = definition
        .choices
        .iter()
        .map(|choice| format!("label: \"{}\"\nvalue: \"{}\"\n", choice.label, choice.value))
        .collect();
    format!(
        "{bad} was not one of the allowed options: [{}]",
        options.join(", ")
    )
}

/// Checks an address more strictly than its syntax asks, and lower-cases it: reserved top-level
/// domains are refused as on live portals.
pub(crate) fn email(text: &str) -> Result<String, Problem> {
    let lower = text.trim().to_lowercase();
    let good = lower.split_once('@').is_some_and(|(local, domain)| {
        let labels: Vec<&str> = domain.split('.').collect();
        let top = labels.last().copied().unwrap_or_default();
        let odd = |letter: char| {
            letter.is_whitespace() || letter.is_control() || "@,;:<>()[]\\\"".contains(letter)
        };
        !local.is_empty()
            && local.chars().count() <= 64
            && !local.contains(odd)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && labels.len() >= 2
            && labels.iter().all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .chars()
                        .all(|letter| letter.is_alphanumeric() || letter == '-')
            })
            && top.chars().count() >= 2
            && !top.chars().all(|letter| letter.is_ascii_digit())
            && !matches!(top, "test" | "invalid" | "localhost" | "example" | "local")
    });
    if good {
        return Ok(lower);
    }
    Err(Problem::new(
        "email",
        "INVALID_EMAIL",
        format!("Email address {text} is invalid"),
    ))
}

/// Reads ISO 8601 or milliseconds, as ms UTC. Seconds are read as milliseconds, hence as 1970.
pub(crate) fn moment(text: &str) -> Option<i64> {
    text.parse::<i64>()
        .ok()
        .filter(|at| at.abs() < 253_402_300_800_000)
        .or_else(|| parse_iso(text))
}

/// A time as HubSpot writes it: without a fraction where it is zero.
pub(crate) fn stamp(at: i64) -> String {
    let text = Iso(at).to_string();
    text.strip_suffix(".000Z")
        .map_or_else(|| text.clone(), |whole| format!("{whole}Z"))
}
