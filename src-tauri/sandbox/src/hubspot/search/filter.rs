//! One filter of a search: the operators, their rules of case, and which of them an index answers.

use super::super::Portal;
use super::super::associations::Associations;
use super::super::computed;
use super::super::errors::Refusal;
use super::super::index::Index;
use super::super::kind::Kind;
use super::super::record::Record;
use super::super::validation::moment;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// How the values of a property are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    /// The case of values counts.
    Choice,
    Number,
    Time,
    /// Ids of linked records: `associations.contact`.
    Links(Kind),
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    Equal(String),
    NotEqual(String),
    Among(BTreeSet<String>),
    NotAmong(BTreeSet<String>),
    /// From, whether that itself counts; to, whether that itself counts.
    Between(Option<(f64, bool)>, Option<(f64, bool)>),
    /// The same for text.
    TextBetween(Option<(String, bool)>, Option<(String, bool)>),
    Known,
    Unknown,
    Token(Pattern),
    NoToken(Pattern),
}

/// Words that follow each other, the ends of which may be open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    words: Vec<String>,
    open_start: bool,
    open_end: bool,
}

/// One filter.
#[derive(Debug)]
pub(super) struct Filter {
    name: String,
    sort: Sort,
    test: Test,
}

const OPERATORS: &str = "[EQ, NEQ, LT, LTE, GT, GTE, BETWEEN, IN, NOT_IN, HAS_PROPERTY, \
                         NOT_HAS_PROPERTY, CONTAINS_TOKEN, NOT_CONTAINS_TOKEN]";

/// Properties that HubSpot does not search.
const UNSEARCHABLE: [&str; 2] = ["hs_body_preview_html", "hs_email_html"];

fn problem() -> Refusal {
    Refusal::new(400, "There was a problem with the request.")
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}

impl Filter {
    /// Reads one filter and checks it against the definitions.
    pub(super) fn read(portal: &Portal, kind: Kind, raw: &Value) -> Result<Self, Refusal> {
        let name = raw
            .get("propertyName")
            .and_then(Value::as_str)
            .ok_or_else(problem)?
            .to_owned();
        let operator = raw
            .get("operator")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let sort = Self::sort_of(portal, kind, &name)?;
        let one = |field: &str| raw.get(field).and_then(text_of).ok_or_else(problem);
        let list = || -> Result<BTreeSet<String>, Refusal> {
            let values = raw
                .get("values")
                .and_then(Value::as_array)
                .ok_or_else(problem)?;
            values
                .iter()
                .map(|value| text_of(value).ok_or_else(problem))
                .collect()
        };
        let test = match operator {
            "EQ" => Test::Equal(one("value")?),
            "NEQ" => Test::NotEqual(one("value")?),
            "IN" => Test::Among(list()?),
            "NOT_IN" => Test::NotAmong(list()?),
            "LT" => bounds(sort, None, Some((one("value")?, false)))?,
            "LTE" => bounds(sort, None, Some((one("value")?, true)))?,
            "GT" => bounds(sort, Some((one("value")?, false)), None)?,
            "GTE" => bounds(sort, Some((one("value")?, true)), None)?,
            "BETWEEN" => bounds(
                sort,
                Some((one("value")?, true)),
                Some((one("highValue")?, true)),
            )?,
            "HAS_PROPERTY" => Test::Known,
            "NOT_HAS_PROPERTY" => Test::Unknown,
            "CONTAINS_TOKEN" => Test::Token(Pattern::read(&one("value")?)),
            "NOT_CONTAINS_TOKEN" => Test::NoToken(Pattern::read(&one("value")?)),
            _ => {
                let message = format!("Enum type must be one of: {OPERATORS}");
                return Err(Refusal::new(400, message));
            }
        };
        Ok(Self {
            name,
            sort,
            test: test.folded(sort),
        })
    }

    fn sort_of(portal: &Portal, kind: Kind, name: &str) -> Result<Sort, Refusal> {
        if let Some(other) = name.strip_prefix("associations.") {
            let to = Kind::parse(other).ok_or_else(problem)?;
            return Associations::default_type(kind, to)
                .map(|_| Sort::Links(to))
                .ok_or_else(problem);
        }
        if UNSEARCHABLE.contains(&name) || (kind == Kind::Email && name == "hs_body_preview") {
            return Err(problem());
        }
        let definition = portal.catalogue(kind).get(name).ok_or_else(problem)?;
        Ok(match definition.type_name.as_str() {
            "number" => Sort::Number,
            "date" | "datetime" => Sort::Time,
            // Additional emails are an enumeration in name only.
            "enumeration" if name != "hs_additional_emails" => Sort::Choice,
            _ => Sort::Text,
        })
    }

    /// Who may fit, if an index knows: a superset of who does.
    pub(super) fn candidates(&self, index: &Index, additional_emails: bool) -> Option<Vec<u64>> {
        let wanted: Vec<&String> = match &self.test {
            Test::Equal(value) => vec![value],
            Test::Among(values) => values.iter().collect(),
            Test::Token(pattern) if index.covers(&self.name) => {
                let values = index.all_values(&self.name);
                return Some(
                    values
                        .filter(|(text, _)| pattern.fits(text))
                        .flat_map(|(_, ids)| ids.iter().copied())
                        .collect(),
                );
            }
            _ => return None,
        };
        if self.name == "hs_object_id" {
            return Some(
                wanted
                    .iter()
                    .filter_map(|value| value.parse().ok())
                    .collect(),
            );
        }
        if !index.covers(&self.name) {
            return None;
        }
        let mut ids: Vec<u64> = Vec::new();
        for value in &wanted {
            ids.extend(index.with_value(&self.name, &value.to_lowercase()));
        }
        if self.name == "email" && additional_emails {
            let others = index.all_values("hs_additional_emails");
            ids.extend(
                others
                    .filter(|(text, _)| {
                        text.split(';')
                            .any(|one| wanted.iter().any(|value| *value == one))
                    })
                    .flat_map(|(_, ids)| ids.iter().copied()),
            );
        }
        Some(ids)
    }

    /// Whether a record fits.
    pub(super) fn fits(&self, portal: &Portal, record: &Record, additional_emails: bool) -> bool {
        if let Sort::Links(to) = self.sort {
            return self.fits_links(portal, record, to);
        }
        if let (Sort::Time | Sort::Number, Test::Between(..)) = (self.sort, &self.test)
            && let Some(number) = quick(record, &self.name)
        {
            return self.fits_number(number);
        }
        let text: Option<Cow<'_, str>> = computed::text(portal, record, &self.name)
            .or_else(|| record.text(&self.name).map(Cow::Borrowed));
        let Some(text) = text else {
            return matches!(self.test, Test::Unknown | Test::NoToken(_));
        };
        if self.name == "email"
            && additional_emails
            && let Test::Equal(value) = &self.test
        {
            return record.emails().any(|email| email == value);
        }
        self.fits_text(&text)
    }

    fn fits_links(&self, portal: &Portal, record: &Record, to: Kind) -> bool {
        let mut links = portal.associations.of((record.kind, record.id), to);
        let has = |value: &String, id: u64| value.parse() == Ok(id);
        match &self.test {
            Test::Equal(value) => links.any(|(id, _)| has(value, id)),
            Test::NotEqual(value) => !links.any(|(id, _)| has(value, id)),
            Test::Among(values) => links.any(|(id, _)| values.iter().any(|value| has(value, id))),
            Test::NotAmong(values) => {
                !links.any(|(id, _)| values.iter().any(|value| has(value, id)))
            }
            Test::Known => links.next().is_some(),
            Test::Unknown => links.next().is_none(),
            _ => false,
        }
    }

    fn fits_text(&self, text: &str) -> bool {
        match &self.test {
            Test::Equal(value) => self.same(text, value),
            Test::NotEqual(value) => !self.same(text, value),
            Test::Among(values) => self.listed(text, values),
            Test::NotAmong(values) => !self.listed(text, values),
            Test::Between(..) => self
                .number_of(text)
                .is_some_and(|number| self.fits_number(number)),
            Test::TextBetween(from, to) => {
                let lower = text.to_lowercase();
                from.as_ref()
                    .is_none_or(|(low, itself)| lower > *low || (*itself && lower == *low))
                    && to
                        .as_ref()
                        .is_none_or(|(high, itself)| lower < *high || (*itself && lower == *high))
            }
            Test::Known => true,
            Test::Unknown => false,
            Test::Token(pattern) => pattern.fits(&text.to_lowercase()),
            Test::NoToken(pattern) => !pattern.fits(&text.to_lowercase()),
        }
    }

    fn fits_number(&self, number: f64) -> bool {
        let Test::Between(from, to) = &self.test else {
            return false;
        };
        from.is_none_or(|(low, itself)| number > low || (itself && number >= low))
            && to.is_none_or(|(high, itself)| number < high || (itself && number <= high))
    }

    fn number_of(&self, text: &str) -> Option<f64> {
        as_number(self.sort, text)
    }

    /// EQ: case does not count, but for choices.
    fn same(&self, text: &str, value: &str) -> bool {
        match self.sort {
            Sort::Choice => text == value || text.split(';').any(|one| one == value),
            Sort::Number | Sort::Time => match (self.number_of(text), self.number_of(value)) {
                (Some(one), Some(two)) => one.total_cmp(&two).is_eq(),
                _ => text == value,
            },
            Sort::Text | Sort::Links(_) => text.to_lowercase() == value,
        }
    }

    /// IN: the record's value is lower-cased, the ones asked for are not; who asks in capitals finds
    /// nothing.
    fn listed(&self, text: &str, values: &BTreeSet<String>) -> bool {
        match self.sort {
            Sort::Text => values.contains(&text.to_lowercase()),
            _ => values.iter().any(|value| self.same(text, value)),
        }
    }
}

impl Test {
    /// EQ and NEQ on text take their value in any case.
    fn folded(self, sort: Sort) -> Self {
        match (self, sort) {
            (Self::Equal(value), Sort::Text) => Self::Equal(value.to_lowercase()),
            (Self::NotEqual(value), Sort::Text) => Self::NotEqual(value.to_lowercase()),
            (other, _) => other,
        }
    }
}

fn as_number(sort: Sort, text: &str) -> Option<f64> {
    match sort {
        Sort::Time => moment(text).map(super::to_float),
        _ => text.parse().ok(),
    }
}

/// The value of the properties that are asked for most, without writing them as text first.
fn quick(record: &Record, name: &str) -> Option<f64> {
    let number = if name == record.kind.modified_property() {
        record.updated_at
    } else if name == record.kind.created_property() {
        record.created_at
    } else if name == "hs_object_id" {
        i64::try_from(record.id).ok()?
    } else {
        return None;
    };
    Some(super::to_float(number))
}

type Bound = Option<(String, bool)>;

fn bounds(sort: Sort, from: Bound, to: Bound) -> Result<Test, Refusal> {
    match sort {
        Sort::Number | Sort::Time => {
            let read = |bound: Bound| -> Result<Option<(f64, bool)>, Refusal> {
                bound
                    .map(|(text, itself)| {
                        as_number(sort, &text)
                            .map(|number| (number, itself))
                            .ok_or_else(problem)
                    })
                    .transpose()
            };
            Ok(Test::Between(read(from)?, read(to)?))
        }
        Sort::Links(_) => Err(problem()),
        Sort::Text | Sort::Choice => {
            let fold = |bound: Bound| bound.map(|(text, itself)| (text.to_lowercase(), itself));
            Ok(Test::TextBetween(fold(from), fold(to)))
        }
    }
}

impl Pattern {
    fn read(value: &str) -> Self {
        let value = value.to_lowercase();
        Self {
            open_start: value.starts_with('*'),
            open_end: value.ends_with('*'),
            words: words(value.trim_matches('*'))
                .map(ToOwned::to_owned)
                .collect(),
        }
    }

    /// Whether the words follow each other in a text that is lower-cased already.
    fn fits(&self, text: &str) -> bool {
        // A lone star stands for any value.
        let Some(last) = self.words.len().checked_sub(1) else {
            return (self.open_start || self.open_end) && !text.is_empty();
        };
        let tokens: Vec<&str> = words(text).collect();
        tokens.windows(self.words.len()).any(|window| {
            window
                .iter()
                .zip(&self.words)
                .enumerate()
                .all(|(place, (token, word))| {
                    let open_start = place == 0 && self.open_start;
                    let open_end = place == last && self.open_end;
                    match (open_start, open_end) {
                        (true, true) => token.contains(word.as_str()),
                        (true, false) => token.ends_with(word.as_str()),
                        (false, true) => token.starts_with(word.as_str()),
                        (false, false) => token == word,
                    }
                })
        })
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
}
