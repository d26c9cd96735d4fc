//! A rule as a sentence.

use crate::condition::{Condition, Operator, Test};
use crate::field::Object;
use crate::limits::Repeat;
use crate::rule::{Action, Change, LineChoice, ListStep, Rule, Told, Trigger};

/// "When contact.lifecyclestage becomes customer, if company.annualrevenue is over 100000, send
/// "Welcome" from the owner's line, between 09:00 and 17:00 in the person's time, once per person."
pub fn sentence(rule: &Rule) -> String {
    let mut parts = vec![match &rule.trigger {
        Some(trigger) => format!("When {}", self::trigger(trigger)),
        None => "When nothing is chosen yet".to_owned(),
    }];
    if let Some(condition) = &rule.condition {
        parts.push(format!("if {}", self::condition(condition)));
    }
    let actions: Vec<String> = rule.actions.iter().map(action).collect();
    parts.push(if actions.is_empty() {
        "do nothing".to_owned()
    } else {
        actions.join(" and ")
    });
    if rule.timing.wait.minutes != 0 {
        parts.push(format!("{} later", rule.timing.wait.in_words()));
    }
    if let Some(quiet) = rule.timing.quiet {
        let words = quiet.in_words();
        if let Some((until, from)) = words.split_once('-') {
            parts.push(format!("between {from} and {until} in the person's time"));
        }
    }
    if !rule.timing.days.is_empty() {
        let days: Vec<String> = rule.timing.days.iter().map(ToString::to_string).collect();
        parts.push(format!("on {}", days.join(", ")));
    }
    if let Some(expires) = rule.timing.expires {
        parts.push(format!(
            "unless it is more than {} late",
            expires.in_words()
        ));
    }
    parts.push(match rule.limits.repeat {
        Repeat::Once => "once per person".to_owned(),
        Repeat::OnceInDays(days) => format!("once per person in {}", count(days, "day")),
        Repeat::EveryTime => "every time".to_owned(),
    });
    if let Some(most) = rule.limits.most_a_day {
        parts.push(format!("at most {most} a day"));
    }
    let mut sentence = parts.join(", ");
    sentence.push('.');
    if rule.stop {
        sentence.push_str(" Later rules leave the change alone then.");
    }
    sentence
}

fn count(count: u32, of: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {of}{plural}")
}

/// What happened, for a fact as it is kept: a happening's key, a slash and whom it concerned. What this
/// version does not know it tells as it is.
pub fn happened(fact: &str) -> String {
    let key = fact.rsplit_once('/').map_or(fact, |(key, _)| key);
    let mut parts = key.split(':');
    let word = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    match (word, rest.as_slice()) {
        ("changed", [object, _, name, _]) => format!("{object}.{name} changed"),
        ("created", [object, _]) => format!("a {object} was created"),
        ("joined", [_, _, list @ .., _]) => format!("joined the list {}", list.join(":")),
        ("left", [_, _, list @ .., _]) => format!("left the list {}", list.join(":")),
        ("within" | "away", [object, _, name, day, _]) => format!("{object}.{name} is {day}"),
        ("reply", _) => "the person replied".to_owned(),
        ("fallback", _) => "a message went by another way".to_owned(),
        ("failed", _) => "a message failed".to_owned(),
        ("silence", [days, ..]) => {
            let days = days
                .parse()
                .map_or_else(|_| (*days).to_owned(), |days| count(days, "day"));
            format!("no reply for {days}")
        }
        _ => key.to_owned(),
    }
}

fn or(words: &[String]) -> String {
    words.join(" or ")
}

/// What sets it off, after "When".
pub fn trigger(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Property { field, change } => match change {
            Change::Any => format!("{field} changes"),
            Change::Becomes(to) => format!("{field} becomes {}", or(to)),
            Change::Set => format!("{field} is set for the first time or after being empty"),
            Change::Cleared => format!("{field} is cleared"),
        },
        Trigger::List { list, step } => match step {
            ListStep::Joins => format!("a contact joins the list {list}"),
            ListStep::Leaves => format!("a contact leaves the list {list}"),
        },
        Trigger::Created(object) => format!("a {} is created", object.as_str()),
        Trigger::ClosesWithin { days } => {
            format!(
                "a deal's close date is within the next {}",
                count(*days, "day")
            )
        }
        Trigger::DateAway { field, days: 0 } => format!("{field} is today"),
        Trigger::DateAway { field, days } => {
            let count = count(days.unsigned_abs(), "day");
            if *days > 0 {
                format!("{field} is in {count}")
            } else {
                format!("{field} was {count} ago")
            }
        }
        Trigger::Message(told) => match told {
            Told::Reply => "the person replies",
            Told::Fallback => "a message goes by another way than was asked for",
            Told::Failed => "a message fails",
        }
        .to_owned(),
        Trigger::NoReply { days } => {
            format!("a message has had no reply for {}", count(*days, "day"))
        }
        Trigger::Asked => "\"Send with Tuco\" is filled in for a contact in HubSpot".to_owned(),
    }
}

/// What must be so, after "if".
pub fn condition(condition: &Condition) -> String {
    let join = |inner: &[Condition], word: &str| {
        let inner: Vec<String> = inner
            .iter()
            .map(|one| match one {
                Condition::Test(test) => self::test(test),
                group => format!("({})", self::condition(group)),
            })
            .collect();
        inner.join(word)
    };
    match condition {
        Condition::All(inner) => join(inner, " and "),
        Condition::Any(inner) => join(inner, " or "),
        Condition::Test(test) => self::test(test),
    }
}

/// One test.
pub fn test(test: &Test) -> String {
    let field = &test.field;
    let said = match &test.operator {
        Operator::Is(of) => format!("is {}", or(of)),
        Operator::IsNot(of) => format!("is not {}", or(of)),
        Operator::Contains(text) => format!("contains {text}"),
        Operator::ContainsNot(text) => format!("does not contain {text}"),
        Operator::StartsWith(text) => format!("starts with {text}"),
        Operator::EndsWith(text) => format!("ends with {text}"),
        Operator::Equals(number) => format!("equals {number}"),
        Operator::Over(number) => format!("is over {number}"),
        Operator::AtLeast(number) => format!("is at least {number}"),
        Operator::Under(number) => format!("is under {number}"),
        Operator::AtMost(number) => format!("is at most {number}"),
        Operator::Between(low, high) => format!("is from {low} to {high}"),
        Operator::On(day) => format!("is on {day}"),
        Operator::Before(day) => format!("is before {day}"),
        Operator::After(day) => format!("is after {day}"),
        Operator::WithinNext(days) => format!("is within the next {}", count(*days, "day")),
        Operator::WithinLast(days) => format!("is within the last {}", count(*days, "day")),
        Operator::MoreThanAgo(days) => format!("is more than {} ago", count(*days, "day")),
        Operator::InMoreThan(days) => format!("is in more than {}", count(*days, "day")),
        Operator::HasAny(of) => format!("has {}", or(of)),
        Operator::HasAll(of) => format!("has {}", of.join(" and ")),
        Operator::HasNone(of) => format!("has none of {}", of.join(", ")),
        Operator::Truth(true) => "is yes".to_owned(),
        Operator::Truth(false) => "is no".to_owned(),
        Operator::Known(true) => "is known".to_owned(),
        Operator::Known(false) => "is empty".to_owned(),
    };
    format!("{field} {said}")
}

/// What it does.
pub fn action(action: &Action) -> String {
    match action {
        Action::Send(message) => {
            let line = match &message.line {
                Some(LineChoice::Owner) => " from the owner's line".to_owned(),
                Some(LineChoice::Any) => " from the line that Tuco chooses".to_owned(),
                Some(LineChoice::This(line)) => format!(" from {line}"),
                None => String::new(),
            };
            let way = message
                .way
                .map(|way| format!(" by {}", way.as_str()))
                .unwrap_or_default();
            format!("send \"{}\"{line}{way}", message.template)
        }
        Action::SendAsked => {
            "send the template that it names and tell HubSpot how it ended".to_owned()
        }
        Action::UpsertLead => "create or update the lead in Tuco".to_owned(),
        Action::Enrol { campaign } => format!("enrol the lead in {campaign}"),
        Action::SetProperty { field, value } if value.is_empty() => format!("clear {field}"),
        Action::SetProperty { field, value } => format!("set {field} to {value}"),
        Action::UpsertContact => format!("create or update the {}", Object::Contact.as_str()),
        Action::AssignOwner { owner } => format!("make {owner} the owner"),
        Action::AssignLine { line } => format!("write to the person from {line} from now on"),
        Action::MoveDeal { stage } => format!("move the deal to {stage}"),
        Action::CreateTask {
            title, due_in_days, ..
        } => format!(
            "give the owner the task \"{title}\", due in {}",
            count(*due_in_days, "day")
        ),
        Action::AddNote { .. } => "add a note".to_owned(),
        Action::AddToList { list } => format!("add the contact to the list {list}"),
        Action::RemoveFromList { list } => format!("remove the contact from the list {list}"),
        Action::StopOthers => "stop other rules for this person".to_owned(),
    }
}
