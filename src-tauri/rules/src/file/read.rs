//! Reading a file of rules.

use super::node::{Lines, Node, Table};
use super::{Mistake, action, condition};
use crate::field::{Field, Object};
use crate::limits::{Limits, Repeat};
use crate::rule::{Change, ListStep, Rule, Told, Trigger};
use crate::timing::{Span, Timing};
use chrono::Weekday;
use message::quiet::QuietHours;
use std::collections::BTreeSet;
use toml::de::DeTable;

/// Larger files are no rules.
const MOST_BYTES: usize = 1_024 * 1_024;

type Read<T> = Result<T, Mistake>;

/// Every rule of a file, in its order.
///
/// # Errors
/// Every mistake that was found, at least one, in the order of their lines.
pub fn read(text: &str) -> Result<Vec<Rule>, Vec<Mistake>> {
    let lines = Lines::of(text);
    let one = |line, reason: &str| {
        vec![Mistake {
            line,
            reason: reason.to_owned(),
        }]
    };
    if text.len() > MOST_BYTES {
        return Err(one(1, "The file is larger than a file of rules may be."));
    }
    let root = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.line(span.start));
        one(line, error.message())
    })?;
    let mut root = Table::new(root.get_ref(), 1, &lines);
    let nodes = match root.take("rule") {
        Some(node) => node.list("rule").map_err(|mistake| vec![mistake])?,
        None => Vec::new(),
    };
    let (mut rules, mut mistakes) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::new();
    for node in nodes {
        match node.table("rule").and_then(rule) {
            Ok(rule) if !names.insert(rule.name.to_lowercase()) => mistakes.push(Mistake {
                line: node.line,
                reason: format!("There are two rules named \"{}\".", rule.name),
            }),
            Ok(rule) => rules.push(rule),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.extend(root.finish("The file").err());
    if mistakes.is_empty() {
        Ok(rules)
    } else {
        mistakes.sort_by_key(|mistake| mistake.line);
        Err(mistakes)
    }
}

fn rule(mut table: Table<'_>) -> Read<Rule> {
    let name = match table.text("name")? {
        Some(name) if !name.trim().is_empty() && name.chars().count() <= 200 => {
            name.trim().to_owned()
        }
        _ => return table.wrong("A rule needs a name of up to 200 letters: name = \"…\"."),
    };
    let mut rule = Rule::new(name);
    rule.about = table.text("about")?.unwrap_or_default();
    rule.order = table.whole("order")?.unwrap_or(0);
    rule.stop = table.truth("stop")?.unwrap_or(false);
    if let Some(when) = table.table("when")? {
        rule.trigger = Some(trigger(when)?);
    }
    if let Some(condition) = table.take("if") {
        rule.condition = Some(condition::read(condition, 0)?);
    }
    if let Some(timing) = table.table("timing")? {
        rule.timing = self::timing(timing)?;
    }
    if let Some(limits) = table.table("limits")? {
        rule.limits = self::limits(limits)?;
    }
    if let Some(actions) = table.take("do") {
        for node in actions.list("do")? {
            rule.actions.push(action::read(node.table("do")?)?);
        }
    }
    table.finish("A rule")?;
    Ok(rule)
}

pub(super) fn field(node: &Node<'_>, key: &str) -> Read<Field> {
    let text = node.text(key)?;
    match Field::parse(&text) {
        Some(field) => Ok(field),
        None => node.wrong(format!(
            "\"{text}\" is no property. Write contact, company, deal, ticket or lead, a dot, and its \
             internal name, such as contact.lifecyclestage."
        )),
    }
}

fn trigger(mut table: Table<'_>) -> Read<Trigger> {
    let mut found = Vec::new();
    if let Some(node) = table.take("property") {
        let field = field(&node, "property")?;
        found.push(Trigger::Property {
            field,
            change: change(&mut table)?,
        });
    }
    for (key, object, name) in [
        ("lifecycle_stage", Object::Contact, "lifecyclestage"),
        ("deal_stage", Object::Deal, "dealstage"),
        ("ticket_stage", Object::Ticket, "hs_pipeline_stage"),
    ] {
        if let Some(to) = table.words(key)? {
            found.push(Trigger::Property {
                field: Field::new(object, name),
                change: Change::Becomes(to),
            });
        }
    }
    for (key, step) in [
        ("joins_list", ListStep::Joins),
        ("leaves_list", ListStep::Leaves),
    ] {
        if let Some(list) = table.text(key)? {
            found.push(Trigger::List { list, step });
        }
    }
    if let Some(node) = table.take("created") {
        match Object::parse(&node.text("created")?) {
            Some(object) if object != Object::Lead => found.push(Trigger::Created(object)),
            _ => return node.wrong("\"created\" is contact, company, deal or ticket."),
        }
    }
    if let Some(days) = table.days("deal_closes_within_days")? {
        found.push(Trigger::ClosesWithin { days });
    }
    if let Some(node) = table.take("date") {
        let field = field(&node, "date")?;
        found.push(Trigger::DateAway {
            field,
            days: days_away(&mut table)?,
        });
    }
    if let Some(node) = table.take("tuco") {
        match Told::parse(&node.text("tuco")?) {
            Some(told) => found.push(Trigger::Message(told)),
            None => return node.wrong("\"tuco\" is reply, fallback or failed."),
        }
    }
    if let Some(days) = table.days("no_reply_for_days")? {
        found.push(Trigger::NoReply { days });
    }
    if let Some(node) = table.take("asked_in_hubspot") {
        if !node.truth("asked_in_hubspot")? {
            return node.wrong("Leave \"asked_in_hubspot\" out instead of saying false.");
        }
        found.push(Trigger::Asked);
    }
    let wrong = table.wrong(
        "\"when\" needs one of property, lifecycle_stage, deal_stage, ticket_stage, joins_list, \
         leaves_list, created, deal_closes_within_days, date, tuco, no_reply_for_days, \
         asked_in_hubspot, and only one.",
    );
    table.finish("\"when\"")?;
    match (found.pop(), found.is_empty()) {
        (Some(trigger), true) => Ok(trigger),
        _ => wrong,
    }
}

fn change(table: &mut Table<'_>) -> Read<Change> {
    let becomes = table.words("becomes")?.map(Change::Becomes);
    let set = table.truth("is_set")?.filter(|yes| *yes);
    let cleared = table.truth("is_cleared")?.filter(|yes| *yes);
    let mut found = becomes
        .into_iter()
        .chain(set.map(|_| Change::Set))
        .chain(cleared.map(|_| Change::Cleared));
    match (found.next(), found.next()) {
        (None, _) => Ok(Change::Any),
        (Some(one), None) => Ok(one),
        _ => table.wrong("A property becomes something, is set or is cleared: choose one of them."),
    }
}

fn days_away(table: &mut Table<'_>) -> Read<i32> {
    match table.whole("days_away")?.map(i32::try_from) {
        Some(Ok(days)) if (-3_660..=3_660).contains(&days) => Ok(days),
        _ => table.wrong("A date needs days_away: 3 is three days before it, -3 three days after."),
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

pub(super) fn weekday_word(day: Weekday) -> &'static str {
    WEEKDAYS
        .iter()
        .find(|(_, one)| *one == day)
        .map_or("mon", |(word, _)| word)
}

fn timing(mut table: Table<'_>) -> Read<Timing> {
    let wait = span(&mut table, "wait")?.unwrap_or_default();
    let expires = span(&mut table, "expires_after")?;
    let quiet = match table.take("between") {
        None => None,
        Some(node) => {
            let text = node.text("between")?;
            // Written the other way round these are the quiet hours.
            let turned = text
                .split_once('-')
                .map(|(from, to)| format!("{to}-{from}"));
            match turned.as_deref().and_then(QuietHours::parse) {
                Some(quiet) => Some(quiet),
                None => return node.wrong("\"between\" is two times such as \"09:00-17:00\"."),
            }
        }
    };
    let mut days = BTreeSet::new();
    if let Some(node) = table.take("days") {
        for word in node.words("days")? {
            match WEEKDAYS.iter().position(|(one, _)| *one == word) {
                Some(at) => days.insert(at),
                None => return node.wrong("\"days\" are mon, tue, wed, thu, fri, sat, sun."),
            };
        }
    }
    let days = days
        .into_iter()
        .filter_map(|at| WEEKDAYS.get(at).map(|(_, day)| *day))
        .collect();
    table.finish("\"timing\"")?;
    Ok(Timing {
        wait,
        quiet,
        days,
        expires,
    })
}

fn span(table: &mut Table<'_>, key: &str) -> Read<Option<Span>> {
    let Some(node) = table.take(key) else {
        return Ok(None);
    };
    match Span::parse(&node.text(key)?) {
        Some(span) => Ok(Some(span)),
        None => node.wrong(format!(
            "\"{key}\" is a span such as \"30 minutes\", \"2 hours\", \"1 day\" or \"2 weeks\", up to a year."
        )),
    }
}

fn limits(mut table: Table<'_>) -> Read<Limits> {
    let repeat = match table.take("per_person") {
        None => Repeat::default(),
        Some(node) => match repeat(&node.text("per_person")?) {
            Some(repeat) => repeat,
            None => {
                return node
                    .wrong("\"per_person\" is \"once\", \"once in 30 days\" or \"every time\".");
            }
        },
    };
    let most_a_day = match table.take("most_a_day") {
        None => None,
        Some(node) => match u32::try_from(node.whole("most_a_day")?) {
            Ok(most) if most > 0 => Some(most),
            _ => return node.wrong("\"most_a_day\" is a number from 1."),
        },
    };
    table.finish("\"limits\"")?;
    Ok(Limits { repeat, most_a_day })
}

fn repeat(text: &str) -> Option<Repeat> {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["once"] => Some(Repeat::Once),
        ["every", "time"] => Some(Repeat::EveryTime),
        ["once", "in", days, "day" | "days"] => match days.parse() {
            Ok(days @ 1..=3_660) => Some(Repeat::OnceInDays(days)),
            _ => None,
        },
        _ => None,
    }
}
