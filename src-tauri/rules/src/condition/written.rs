//! An operator as somebody edits it: its word in the file, and what was typed beside it.
//!
//! "No" and "nothing is there" have words of their own here, so that a word never needs a value to be
//! understood.

use super::Operator;
use crate::value::number;
use chrono::NaiveDate;

/// Nobody looks further ahead, or back.
const MOST_DAYS: u32 = 3_660;

impl Operator {
    /// For a word and its values.
    ///
    /// # Errors
    /// What is wrong with the values, in a sentence.
    pub fn read(word: &str, values: &[String]) -> Result<Self, String> {
        let several = || several(values);
        let text = || one(values, "a text").map(str::to_owned);
        let number = || number_of(one(values, "a number")?);
        let day = || day_of(one(values, "a day")?);
        let days = || days_of(one(values, "a number of days")?);
        Ok(match word {
            "is" => Self::Is(several()?),
            "is_not" => Self::IsNot(several()?),
            "contains" => Self::Contains(text()?),
            "does_not_contain" => Self::ContainsNot(text()?),
            "starts_with" => Self::StartsWith(text()?),
            "ends_with" => Self::EndsWith(text()?),
            "equals" => Self::Equals(number()?),
            "over" => Self::Over(number()?),
            "at_least" => Self::AtLeast(number()?),
            "under" => Self::Under(number()?),
            "at_most" => Self::AtMost(number()?),
            "between" => between(values)?,
            "on" => Self::On(day()?),
            "before" => Self::Before(day()?),
            "after" => Self::After(day()?),
            "within_next_days" => Self::WithinNext(days()?),
            "within_last_days" => Self::WithinLast(days()?),
            "more_than_days_ago" => Self::MoreThanAgo(days()?),
            "in_more_than_days" => Self::InMoreThan(days()?),
            "has_any" => Self::HasAny(several()?),
            "has_all" => Self::HasAll(several()?),
            "has_none" => Self::HasNone(several()?),
            "is_true" => Self::Truth(true),
            "is_false" => Self::Truth(false),
            "is_known" => Self::Known(true),
            "is_empty" => Self::Known(false),
            _ => return Err(format!("There is no operator \"{word}\".")),
        })
    }

    /// The word and the values that [`Self::read`] makes the same of.
    pub fn written(&self) -> (&'static str, Vec<String>) {
        let one = |text: &dyn ToString| vec![text.to_string()];
        match self {
            Self::Is(of) => ("is", of.clone()),
            Self::IsNot(of) => ("is_not", of.clone()),
            Self::Contains(text) => ("contains", one(text)),
            Self::ContainsNot(text) => ("does_not_contain", one(text)),
            Self::StartsWith(text) => ("starts_with", one(text)),
            Self::EndsWith(text) => ("ends_with", one(text)),
            Self::Equals(number) => ("equals", one(number)),
            Self::Over(number) => ("over", one(number)),
            Self::AtLeast(number) => ("at_least", one(number)),
            Self::Under(number) => ("under", one(number)),
            Self::AtMost(number) => ("at_most", one(number)),
            Self::Between(low, high) => ("between", vec![low.to_string(), high.to_string()]),
            Self::On(day) => ("on", one(day)),
            Self::Before(day) => ("before", one(day)),
            Self::After(day) => ("after", one(day)),
            Self::WithinNext(days) => ("within_next_days", one(days)),
            Self::WithinLast(days) => ("within_last_days", one(days)),
            Self::MoreThanAgo(days) => ("more_than_days_ago", one(days)),
            Self::InMoreThan(days) => ("in_more_than_days", one(days)),
            Self::HasAny(of) => ("has_any", of.clone()),
            Self::HasAll(of) => ("has_all", of.clone()),
            Self::HasNone(of) => ("has_none", of.clone()),
            Self::Truth(true) => ("is_true", Vec::new()),
            Self::Truth(false) => ("is_false", Vec::new()),
            Self::Known(true) => ("is_known", Vec::new()),
            Self::Known(false) => ("is_empty", Vec::new()),
        }
    }
}

fn several(values: &[String]) -> Result<Vec<String>, String> {
    let named: Vec<String> = values
        .iter()
        .filter(|value| !value.trim().is_empty())
        .cloned()
        .collect();
    if named.is_empty() {
        return Err("Name a value to compare with.".to_owned());
    }
    Ok(named)
}

fn one<'a>(values: &'a [String], what: &str) -> Result<&'a str, String> {
    match values {
        [value] if !value.trim().is_empty() => Ok(value),
        _ => Err(format!("Type {what} to compare with.")),
    }
}

fn number_of(text: &str) -> Result<f64, String> {
    number(text).ok_or_else(|| format!("\"{text}\" is no number. Write it such as 100000 or 99.5."))
}

fn between(values: &[String]) -> Result<Operator, String> {
    let [low, high] = values else {
        return Err("Type two numbers, the lower one first.".to_owned());
    };
    let (low, high) = (number_of(low)?, number_of(high)?);
    if low > high {
        return Err("Type the lower number first.".to_owned());
    }
    Ok(Operator::Between(low, high))
}

fn day_of(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .map_err(|_| format!("\"{text}\" is no day. Write it such as 2026-11-25."))
}

fn days_of(text: &str) -> Result<u32, String> {
    let days = text.trim().parse().ok().filter(|days| *days <= MOST_DAYS);
    days.ok_or_else(|| format!("Type a number of days from 0 to {MOST_DAYS}."))
}
