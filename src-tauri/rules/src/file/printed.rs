//! Writing rules as the file that [`super::read()`] reads: the same rule is always the same text.

use super::read::weekday_word;
use crate::condition::{Condition, Operator};
use crate::limits::{Limits, Repeat};
use crate::rule::{Action, Change, ListStep, Rule, Trigger};
use crate::timing::Timing;
use std::fmt::Write;

/// Several rules, one after the other.
pub fn print_all<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> String {
    let rules: Vec<String> = rules.into_iter().map(print).collect();
    rules.join("\n")
}

/// One rule.
pub fn print(rule: &Rule) -> String {
    let mut out = Out(String::from("[[rule]]\n"));
    out.text("name", &rule.name);
    if !rule.about.is_empty() {
        out.text("about", &rule.about);
    }
    if rule.order != 0 {
        out.plain("order", rule.order);
    }
    if rule.stop {
        out.plain("stop", true);
    }
    if let Some(condition) = &rule.condition {
        out.plain("if", self::condition(condition, 0));
    }
    if let Some(trigger) = &rule.trigger {
        out.head("\n[rule.when]\n");
        out.trigger(trigger);
    }
    if rule.timing != Timing::default() {
        out.head("\n[rule.timing]\n");
        out.timing(&rule.timing);
    }
    if rule.limits != Limits::default() {
        out.head("\n[rule.limits]\n");
        out.limits(rule.limits);
    }
    for action in &rule.actions {
        out.head("\n[[rule.do]]\n");
        out.action(action);
    }
    out.0
}

struct Out(String);

impl Out {
    fn head(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn plain(&mut self, key: &str, value: impl std::fmt::Display) {
        // Writing to a text can't fail.
        let _written = writeln!(self.0, "{key} = {value}");
    }

    fn text(&mut self, key: &str, value: &str) {
        self.plain(key, quoted(value));
    }

    fn trigger(&mut self, trigger: &Trigger) {
        match trigger {
            Trigger::Property { field, change } => {
                self.text("property", &field.to_string());
                match change {
                    Change::Any => {}
                    Change::Becomes(to) => self.plain("becomes", words(to)),
                    Change::Set => self.plain("is_set", true),
                    Change::Cleared => self.plain("is_cleared", true),
                }
            }
            Trigger::List { list, step } => match step {
                ListStep::Joins => self.text("joins_list", list),
                ListStep::Leaves => self.text("leaves_list", list),
            },
            Trigger::Created(object) => self.text("created", object.as_str()),
            Trigger::ClosesWithin { days } => self.plain("deal_closes_within_days", days),
            Trigger::DateAway { field, days } => {
                self.text("date", &field.to_string());
                self.plain("days_away", days);
            }
            Trigger::Message(told) => self.text("tuco", told.as_str()),
            Trigger::NoReply { days } => self.plain("no_reply_for_days", days),
            Trigger::Asked => self.plain("asked_in_hubspot", true),
        }
    }

    fn timing(&mut self, timing: &Timing) {
        if timing.wait.minutes != 0 {
            self.text("wait", &timing.wait.in_words());
        }
        if let Some(quiet) = timing.quiet {
            let words = quiet.in_words();
            if let Some((from, until)) = words.split_once('-') {
                self.text("between", &format!("{until}-{from}"));
            }
        }
        if !timing.days.is_empty() {
            let days: Vec<String> = timing
                .days
                .iter()
                .map(|day| weekday_word(*day).to_owned())
                .collect();
            self.plain("days", words(&days));
        }
        if let Some(expires) = timing.expires {
            self.text("expires_after", &expires.in_words());
        }
    }

    fn limits(&mut self, limits: Limits) {
        match limits.repeat {
            Repeat::Once => {}
            Repeat::OnceInDays(days) => self.text("per_person", &format!("once in {days} days")),
            Repeat::EveryTime => self.text("per_person", "every time"),
        }
        if let Some(most) = limits.most_a_day {
            self.plain("most_a_day", most);
        }
    }

    fn action(&mut self, action: &Action) {
        match action {
            Action::Send(message) => {
                self.text("send", &message.template);
                if let Some(line) = &message.line {
                    self.text("line", line.as_str());
                }
                if let Some(way) = message.way {
                    self.text("channel", way.as_str());
                }
            }
            Action::SendAsked => self.plain("send_what_is_asked", true),
            Action::UpsertLead => self.plain("upsert_lead", true),
            Action::Enrol { campaign } => self.text("enrol_in", campaign),
            Action::SetProperty { field, value } => {
                self.text("set", &field.to_string());
                self.text("to", value);
            }
            Action::UpsertContact => self.plain("upsert_contact", true),
            Action::AssignOwner { owner } => self.text("assign_owner", owner),
            Action::AssignLine { line } => self.text("assign_line", line),
            Action::MoveDeal { stage } => self.text("move_deal_to", stage),
            Action::CreateTask {
                title,
                text,
                due_in_days,
            } => {
                self.text("task", title);
                if !text.is_empty() {
                    self.text("text", text);
                }
                self.plain("due_in_days", due_in_days);
            }
            Action::AddNote { text } => self.text("note", text),
            Action::AddToList { list } => self.text("add_to_list", list),
            Action::RemoveFromList { list } => self.text("remove_from_list", list),
            Action::StopOthers => self.plain("stop_other_rules", true),
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn words(words: &[String]) -> String {
    match words {
        [one] => quoted(one),
        several => {
            let several: Vec<String> = several.iter().map(|one| quoted(one)).collect();
            format!("[{}]", several.join(", "))
        }
    }
}

/// Groups stand over several lines: only inside brackets may a table of one line be parted.
fn condition(condition: &Condition, depth: usize) -> String {
    match condition {
        Condition::Test(test) => format!(
            "{{ field = {}, {} }}",
            quoted(&test.field.to_string()),
            operator(&test.operator)
        ),
        Condition::All(inner) => group("all", inner, depth),
        Condition::Any(inner) => group("any", inner, depth),
    }
}

fn group(key: &str, inner: &[Condition], depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let inner: String = inner
        .iter()
        .map(|one| format!("{indent}{},\n", condition(one, depth + 1)))
        .collect();
    format!("{{ {key} = [\n{inner}{}] }}", "    ".repeat(depth))
}

fn operator(operator: &Operator) -> String {
    match operator {
        Operator::Is(of) => format!("is = {}", words(of)),
        Operator::IsNot(of) => format!("is_not = {}", words(of)),
        Operator::Contains(text) => format!("contains = {}", quoted(text)),
        Operator::ContainsNot(text) => format!("does_not_contain = {}", quoted(text)),
        Operator::StartsWith(text) => format!("starts_with = {}", quoted(text)),
        Operator::EndsWith(text) => format!("ends_with = {}", quoted(text)),
        Operator::Equals(number) => format!("equals = {number}"),
        Operator::Over(number) => format!("over = {number}"),
        Operator::AtLeast(number) => format!("at_least = {number}"),
        Operator::Under(number) => format!("under = {number}"),
        Operator::AtMost(number) => format!("at_most = {number}"),
        Operator::Between(low, high) => format!("between = [{low}, {high}]"),
        Operator::On(day) => format!("on = \"{day}\""),
        Operator::Before(day) => format!("before = \"{day}\""),
        Operator::After(day) => format!("after = \"{day}\""),
        Operator::WithinNext(days) => format!("within_next_days = {days}"),
        Operator::WithinLast(days) => format!("within_last_days = {days}"),
        Operator::MoreThanAgo(days) => format!("more_than_days_ago = {days}"),
        Operator::InMoreThan(days) => format!("in_more_than_days = {days}"),
        Operator::HasAny(of) => format!("has_any = {}", words(of)),
        Operator::HasAll(of) => format!("has_all = {}", words(of)),
        Operator::HasNone(of) => format!("has_none = {}", words(of)),
        Operator::Truth(truth) => format!("is_true = {truth}"),
        Operator::Known(known) => format!("is_known = {known}"),
    }
}
