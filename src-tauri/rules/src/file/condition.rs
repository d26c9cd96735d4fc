//! Conditions in the file: `{ all = […] }`, `{ any = […] }`, `{ field = "…", over = 100 }`.

use super::Mistake;
use super::node::{Node, Table};
use super::read::field;
use crate::condition::{Condition, Operator, Test};
use chrono::NaiveDate;

/// Deeper groups are no conditions that anybody understands.
const DEEPEST: u32 = 8;

type Read<T> = Result<T, Mistake>;

pub(super) fn read(node: Node<'_>, depth: u32) -> Read<Condition> {
    if depth > DEEPEST {
        return node.wrong("Groups of conditions are nested eight deep at most.");
    }
    let mut table = node.table("if")?;
    for (key, group) in [
        ("all", Condition::All as fn(Vec<Condition>) -> Condition),
        ("any", Condition::Any),
    ] {
        if let Some(inner) = table.take(key) {
            let conditions = inner
                .list(key)?
                .into_iter()
                .map(|one| read(one, depth + 1))
                .collect::<Read<Vec<_>>>()?;
            if conditions.is_empty() {
                return inner.wrong(format!("\"{key}\" needs a condition at least."));
            }
            table.finish("A group of conditions")?;
            return Ok(group(conditions));
        }
    }
    let Some(of) = table.take("field") else {
        return table.wrong("A condition has a field, or is a group with all or any.");
    };
    let field = field(&of, "field")?;
    let operator = operator(&mut table)?;
    table.finish("A condition")?;
    Ok(Condition::Test(Test { field, operator }))
}

/// All of them, so that one that is missing can be told.
pub(super) const KEYS: &str = "is, is_not, contains, does_not_contain, starts_with, ends_with, equals, over, \
    at_least, under, at_most, between, on, before, after, within_next_days, within_last_days, \
    more_than_days_ago, in_more_than_days, has_any, has_all, has_none, is_true, is_known";

fn operator(table: &mut Table<'_>) -> Read<Operator> {
    let mut found = Vec::new();
    words(table, &mut found)?;
    numbers(table, &mut found)?;
    days(table, &mut found)?;
    found.extend(table.truth("is_true")?.map(Operator::Truth));
    found.extend(table.truth("is_known")?.map(Operator::Known));
    match (found.pop(), found.is_empty()) {
        (Some(operator), true) => Ok(operator),
        _ => table.wrong(format!(
            "A condition has one of these, and only one: {KEYS}."
        )),
    }
}

fn words(table: &mut Table<'_>, found: &mut Vec<Operator>) -> Read<()> {
    type Several = fn(Vec<String>) -> Operator;
    type One = fn(String) -> Operator;
    for (key, make) in [
        ("is", Operator::Is as Several),
        ("is_not", Operator::IsNot),
        ("has_any", Operator::HasAny),
        ("has_all", Operator::HasAll),
        ("has_none", Operator::HasNone),
    ] {
        found.extend(table.words(key)?.map(make));
    }
    for (key, make) in [
        ("contains", Operator::Contains as One),
        ("does_not_contain", Operator::ContainsNot),
        ("starts_with", Operator::StartsWith),
        ("ends_with", Operator::EndsWith),
    ] {
        if let Some(node) = table.take(key) {
            let text = node.text(key)?;
            if text.trim().is_empty() {
                return node.wrong(format!("\"{key}\" needs a text."));
            }
            found.push(make(text));
        }
    }
    Ok(())
}

fn numbers(table: &mut Table<'_>, found: &mut Vec<Operator>) -> Read<()> {
    type Make = fn(f64) -> Operator;
    for (key, make) in [
        ("equals", Operator::Equals as Make),
        ("over", Operator::Over),
        ("at_least", Operator::AtLeast),
        ("under", Operator::Under),
        ("at_most", Operator::AtMost),
    ] {
        if let Some(node) = table.take(key) {
            found.push(make(node.number(key)?));
        }
    }
    if let Some(node) = table.take("between") {
        let ends = node.list("between")?;
        match ends.as_slice() {
            [low, high] => {
                let (low, high) = (low.number("between")?, high.number("between")?);
                if low > high {
                    return node.wrong("\"between\" names the lower number first.");
                }
                found.push(Operator::Between(low, high));
            }
            _ => return node.wrong("\"between\" is two numbers such as [10, 20]."),
        }
    }
    Ok(())
}

fn days(table: &mut Table<'_>, found: &mut Vec<Operator>) -> Read<()> {
    type OfDay = fn(NaiveDate) -> Operator;
    type OfCount = fn(u32) -> Operator;
    for (key, make) in [
        ("on", Operator::On as OfDay),
        ("before", Operator::Before),
        ("after", Operator::After),
    ] {
        if let Some(node) = table.take(key) {
            match NaiveDate::parse_from_str(&node.text(key)?, "%Y-%m-%d") {
                Ok(day) => found.push(make(day)),
                Err(_) => return node.wrong(format!("\"{key}\" is a day such as \"2026-11-25\".")),
            }
        }
    }
    for (key, make) in [
        ("within_next_days", Operator::WithinNext as OfCount),
        ("within_last_days", Operator::WithinLast),
        ("more_than_days_ago", Operator::MoreThanAgo),
        ("in_more_than_days", Operator::InMoreThan),
    ] {
        found.extend(table.days(key)?.map(make));
    }
    Ok(())
}
