//! A rule as a sentence.

use crate::condition::{Condition, Operator, Test};
use crate::field::{Field, Object};
use crate::limits::Repeat;
use crate::rule::{Action, Change, LineChoice, ListStep, Rule, Told, Trigger};

/// What a portal calls what a rule names.
pub trait Names {
    /// A property.
    fn field(&self, field: &Field) -> String;
    /// A value of a property.
    fn value(&self, field: &Field, value: &str) -> String;
    /// A list, by what the rule names it by.
    fn list(&self, list: &str) -> String;
}

/// As a file names them.
#[derive(Debug, Clone, Copy, Default)]
pub struct AsWritten;

impl Names for AsWritten {
    fn field(&self, field: &Field) -> String {
        field.to_string()
    }

    fn value(&self, _: &Field, value: &str) -> String {
        value.to_owned()
    }

    fn list(&self, list: &str) -> String {
        list.to_owned()
    }
}

/// "When contact.lifecyclestage becomes customer, if company.annualrevenue is over 100000, send
/// "Welcome" from the owner's line, between 09:00 and 17:00 in the person's time, once per person."
pub fn sentence(rule: &Rule, names: &dyn Names) -> String {
    let mut parts = vec![match &rule.trigger {
        Some(trigger) => format!("When {}", self::trigger(trigger, names)),
        None => "When nothing is chosen yet".to_owned(),
    }];
    if let Some(condition) = &rule.condition {
        parts.push(format!("if {}", self::condition(condition, names)));
    }
    let actions: Vec<String> = rule.actions.iter().map(|one| action(one, names)).collect();
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
pub fn happened(fact: &str, names: &dyn Names) -> String {
    let key = fact.rsplit_once('/').map_or(fact, |(key, _)| key);
    let mut parts = key.split(':');
    let word = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    match (word, rest.as_slice()) {
        ("changed", [object, _, name, _]) => format!("{} changed", called(object, name, names)),
        ("created", [object, _]) => format!("a {object} was created"),
        ("joined", [_, _, list @ .., _]) => {
            format!("joined the list {}", names.list(&list.join(":")))
        }
        ("left", [_, _, list @ .., _]) => format!("left the list {}", names.list(&list.join(":"))),
        ("within" | "away", [object, _, name, day, _]) => {
            format!("{} is {day}", called(object, name, names))
        }
        ("reply", _) => "the person replied".to_owned(),
        ("fallback", _) => "a message went by another way".to_owned(),
        ("failed", _) => "a message failed".to_owned(),
        ("fits", _) => "it was run on those who fit it".to_owned(),
        ("silence", [days, ..]) => {
            let days = days
                .parse()
                .map_or_else(|_| (*days).to_owned(), |days| count(days, "day"));
            format!("no reply for {days}")
        }
        _ => key.to_owned(),
    }
}

fn called(object: &str, name: &str, names: &dyn Names) -> String {
    Object::parse(object).map_or_else(
        || format!("{object}.{name}"),
        |object| names.field(&Field::new(object, name)),
    )
}

fn values(field: &Field, values: &[String], join: &str, names: &dyn Names) -> String {
    let words: Vec<String> = values
        .iter()
        .map(|value| names.value(field, value))
        .collect();
    words.join(join)
}

/// What sets it off, after "When".
pub fn trigger(trigger: &Trigger, names: &dyn Names) -> String {
    match trigger {
        Trigger::Property { field, change } => {
            let name = names.field(field);
            match change {
                Change::Any => format!("{name} changes"),
                Change::Becomes(to) => {
                    format!("{name} becomes {}", values(field, to, " or ", names))
                }
                Change::Set => format!("{name} is set for the first time or after being empty"),
                Change::Cleared => format!("{name} is cleared"),
            }
        }
        Trigger::List { list, step } => match step {
            ListStep::Joins => format!("a contact joins the list {}", names.list(list)),
            ListStep::Leaves => format!("a contact leaves the list {}", names.list(list)),
        },
        Trigger::Created(object) => format!("a {} is created", object.as_str()),
        Trigger::ClosesWithin { days } => {
            format!(
                "a deal's close date is within the next {}",
                count(*days, "day")
            )
        }
        Trigger::DateAway { field, days: 0 } => format!("{} is today", names.field(field)),
        Trigger::DateAway { field, days } => {
            let field = names.field(field);
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
pub fn condition(condition: &Condition, names: &dyn Names) -> String {
    let join = |inner: &[Condition], word: &str| {
        let inner: Vec<String> = inner
            .iter()
            .map(|one| match one {
                Condition::Test(test) => self::test(test, names),
                group => format!("({})", self::condition(group, names)),
            })
            .collect();
        inner.join(word)
    };
    match condition {
        Condition::All(inner) => join(inner, " and "),
        Condition::Any(inner) => join(inner, " or "),
        Condition::Test(test) => self::test(test, names),
    }
}

/// One test.
pub fn test(test: &Test, names: &dyn Names) -> String {
    let field = &test.field;
    let said = match &test.operator {
        Operator::Is(of) => format!("is {}", values(field, of, " or ", names)),
        Operator::IsNot(of) => format!("is not {}", values(field, of, " or ", names)),
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
        Operator::HasAny(of) => format!("has {}", values(field, of, " or ", names)),
        Operator::HasAll(of) => format!("has {}", values(field, of, " and ", names)),
        Operator::HasNone(of) => format!("has none of {}", values(field, of, ", ", names)),
        Operator::Truth(true) => "is yes".to_owned(),
        Operator::Truth(false) => "is no".to_owned(),
        Operator::Known(true) => "is known".to_owned(),
        Operator::Known(false) => "is empty".to_owned(),
    };
    format!("{} {said}", names.field(field))
}

/// What it does.
pub fn action(action: &Action, names: &dyn Names) -> String {
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
            if message.template.is_empty() {
                return format!("send a template that is not chosen yet{line}{way}");
            }
            format!("send \"{}\"{line}{way}", message.template)
        }
        Action::SendAsked => {
            "send the template that it names and tell HubSpot how it ended".to_owned()
        }
        Action::UpsertLead => "create or update the lead in Tuco".to_owned(),
        Action::Enrol { campaign } => format!("enrol the lead in {}", chosen(campaign.clone())),
        Action::SetProperty { field, value } if value.is_empty() => {
            format!("clear {}", names.field(field))
        }
        Action::SetProperty { field, value } => {
            let to = names.value(field, value);
            format!("set {} to {to}", names.field(field))
        }
        Action::UpsertContact => format!("create or update the {}", Object::Contact.as_str()),
        Action::AssignOwner { owner } => {
            let field = Field::new(Object::Contact, "hubspot_owner_id");
            format!("make {} the owner", chosen(names.value(&field, owner)))
        }
        Action::AssignLine { line } => {
            format!(
                "write to the person from {} from now on",
                chosen(line.clone())
            )
        }
        Action::MoveDeal { stage } => {
            let field = Field::new(Object::Deal, "dealstage");
            format!("move the deal to {}", chosen(names.value(&field, stage)))
        }
        Action::CreateTask {
            title, due_in_days, ..
        } => format!(
            "give the owner the task \"{title}\", due in {}",
            count(*due_in_days, "day")
        ),
        Action::AddNote { .. } => "add a note".to_owned(),
        Action::AddToList { list } => {
            format!("add the contact to the list {}", chosen(names.list(list)))
        }
        Action::RemoveFromList { list } => {
            format!(
                "remove the contact from the list {}",
                chosen(names.list(list))
            )
        }
        Action::StopOthers => "stop other rules for this person".to_owned(),
    }
}

/// What was chosen, or that nothing is.
fn chosen(name: String) -> String {
    if name.is_empty() {
        "(nothing is chosen yet)".to_owned()
    } else {
        name
    }
}
