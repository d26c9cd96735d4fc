//! From what the page edits to a rule, with what is wrong and where; a rule as the page edits it is in
//! [`super::showing`].

use bridge::rules::pure::condition::{Condition, Operator, Test};
use bridge::rules::pure::field::{Field, Object};
use bridge::rules::pure::file;
use bridge::rules::pure::limits::{Limits, Repeat};
use bridge::rules::pure::rule::{
    Action, Change, LineChoice, ListStep, Message, Rule, Told, Trigger, Way,
};
use bridge::rules::pure::timing::{QuietHours, Span, Timing, Weekday};

use super::draft::{
    RuleAction, RuleChange, RuleCondition, RuleDay, RuleDraft, RuleField, RuleLimits, RuleListStep,
    RuleObject, RuleOperator, RulePerPerson, RuleTiming, RuleTold, RuleTrigger, RuleWay,
};
use super::{RulePart, RuleProblem};

/// Deeper groups are no conditions that anybody understands.
const DEEPEST: usize = 8;
/// Nobody waits for longer.
const MOST_MINUTES: u32 = 366 * 24 * 60;
/// Nobody looks further ahead, or back.
const MOST_DAYS: u32 = 3_660;

/// The rule, as far as it can be read, and what stands against keeping it. What can't be read has another
/// thing in its place, so that everything else stands where it did.
pub(crate) fn read(draft: &RuleDraft) -> (Rule, Vec<RuleProblem>) {
    let mut reading = Reading(Vec::new());
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        reading.wrong(
            RulePart::Name,
            &[],
            "A rule needs a name of up to 200 letters on one line.",
        );
    }
    let rule = Rule {
        name: name.to_owned(),
        about: draft.about.clone(),
        order: draft.order,
        stop: draft.stop,
        trigger: draft.trigger.as_ref().map(|one| reading.trigger(one)),
        condition: reading.root(draft.condition.as_ref()),
        timing: reading.timing(&draft.timing),
        actions: reading.actions(&draft.actions),
        limits: reading.limits(&draft.limits),
    };
    if reading.0.is_empty() {
        // What is kept is read again one day: what its own file would refuse is refused here.
        match file::read(&file::print(&rule)) {
            Ok(again) if again.len() == 1 => {}
            Ok(_) => reading.wrong(RulePart::Whole, &[], "This can't be kept as one rule."),
            Err(mistakes) => {
                for mistake in mistakes {
                    reading.wrong(RulePart::Whole, &[], &mistake.reason);
                }
            }
        }
    }
    (rule, reading.0)
}

/// What is wrong so far.
struct Reading(Vec<RuleProblem>);

impl Reading {
    fn wrong(&mut self, part: RulePart, path: &[u32], says: &str) {
        self.0.push(RuleProblem {
            part,
            path: path.to_vec(),
            code: "unreadable".to_owned(),
            says: says.to_owned(),
            blocks: true,
        });
    }

    fn field(&mut self, field: &RuleField, part: RulePart, path: &[u32]) -> Field {
        let read = Field::new(field.object.into(), field.name.trim());
        if Field::parse(&read.to_string()).as_ref() != Some(&read) {
            self.wrong(
                part,
                path,
                "This is no property. Choose it by its internal name, such as lifecyclestage.",
            );
            return Field::new(read.object, "");
        }
        read
    }

    fn trigger(&mut self, trigger: &RuleTrigger) -> Trigger {
        const HERE: RulePart = RulePart::Trigger;
        match trigger {
            RuleTrigger::Property {
                field,
                change,
                values,
            } => Trigger::Property {
                field: self.field(field, HERE, &[]),
                change: changed(*change, values),
            },
            RuleTrigger::List { list, step } => Trigger::List {
                list: list.trim().to_owned(),
                step: match step {
                    RuleListStep::Joins => ListStep::Joins,
                    RuleListStep::Leaves => ListStep::Leaves,
                },
            },
            RuleTrigger::Created { object } => {
                if *object == RuleObject::Lead {
                    self.wrong(
                        HERE,
                        &[],
                        "New leads are not seen. Choose another kind of record.",
                    );
                }
                Trigger::Created((*object).into())
            }
            RuleTrigger::ClosesWithin { days } => Trigger::ClosesWithin {
                days: self.days(*days, HERE, &[]),
            },
            RuleTrigger::DateAway { field, days } => {
                self.days(days.unsigned_abs(), HERE, &[]);
                Trigger::DateAway {
                    field: self.field(field, HERE, &[]),
                    days: *days,
                }
            }
            RuleTrigger::Message { told } => Trigger::Message(match told {
                RuleTold::Reply => Told::Reply,
                RuleTold::Fallback => Told::Fallback,
                RuleTold::Failed => Told::Failed,
            }),
            RuleTrigger::NoReply { days } => Trigger::NoReply {
                days: self.days(*days, HERE, &[]),
            },
            RuleTrigger::Asked => Trigger::Asked,
        }
    }

    fn days(&mut self, days: u32, part: RulePart, path: &[u32]) -> u32 {
        if days > MOST_DAYS {
            self.wrong(part, path, "Type a number of days from 0 to 3660.");
        }
        days.min(MOST_DAYS)
    }

    /// A group without anything in it asks for nothing.
    fn root(&mut self, condition: Option<&RuleCondition>) -> Option<Condition> {
        match condition? {
            RuleCondition::All { of } | RuleCondition::Any { of } if of.is_empty() => None,
            condition => Some(self.condition(condition, &mut Vec::new())),
        }
    }

    fn condition(&mut self, condition: &RuleCondition, path: &mut Vec<u32>) -> Condition {
        match condition {
            RuleCondition::All { of } => Condition::All(self.group(of, path)),
            RuleCondition::Any { of } => Condition::Any(self.group(of, path)),
            RuleCondition::Test {
                field,
                operator,
                values,
            } => {
                let field = self.field(field, RulePart::Condition, path);
                let operator = Operator::read(word(*operator), values).unwrap_or_else(|says| {
                    self.wrong(RulePart::Condition, path, &says);
                    Operator::Known(true)
                });
                Condition::Test(Test { field, operator })
            }
        }
    }

    fn group(&mut self, of: &[RuleCondition], path: &mut Vec<u32>) -> Vec<Condition> {
        if of.is_empty() {
            self.wrong(
                RulePart::Condition,
                path,
                "This group is empty. Add a condition, or remove it.",
            );
        }
        if path.len() >= DEEPEST {
            self.wrong(
                RulePart::Condition,
                path,
                "Groups are nested eight deep at most.",
            );
            return Vec::new();
        }
        let mut read = Vec::new();
        for (at, one) in (0..).zip(of) {
            path.push(at);
            read.push(self.condition(one, path));
            path.pop();
        }
        read
    }

    fn timing(&mut self, timing: &RuleTiming) -> Timing {
        let mut span = |minutes: u32| {
            if minutes > MOST_MINUTES {
                self.wrong(
                    RulePart::Timing,
                    &[],
                    "Nothing waits for longer than a year.",
                );
            }
            Span { minutes }
        };
        let wait = span(timing.wait_minutes);
        let expires = timing.expires_minutes.map(span);
        let quiet = match (&timing.from, &timing.until) {
            (None, None) => None,
            (Some(from), Some(until)) => {
                // The hours between are open, so the others are quiet.
                let quiet = QuietHours::parse(&format!("{}-{}", until.trim(), from.trim()));
                if quiet.is_none() {
                    self.wrong(
                        RulePart::Timing,
                        &[],
                        "Write two different times of the day, such as 09:00 and 17:00.",
                    );
                }
                quiet
            }
            _ => {
                self.wrong(
                    RulePart::Timing,
                    &[],
                    "Name both times of the day, or none of them.",
                );
                None
            }
        };
        let mut days: Vec<Weekday> = timing.days.iter().map(|day| weekday(*day)).collect();
        days.sort_by_key(Weekday::num_days_from_monday);
        days.dedup();
        Timing {
            wait,
            quiet,
            days,
            expires,
        }
    }

    fn limits(&mut self, limits: &RuleLimits) -> Limits {
        let repeat = match limits.per_person {
            RulePerPerson::Once => Repeat::Once,
            RulePerPerson::EveryTime => Repeat::EveryTime,
            RulePerPerson::OnceInDays => {
                if !(1..=MOST_DAYS).contains(&limits.days) {
                    self.wrong(
                        RulePart::Limits,
                        &[],
                        "Type a number of days from 1 to 3660.",
                    );
                }
                Repeat::OnceInDays(limits.days)
            }
        };
        if limits.most_a_day == Some(0) {
            self.wrong(
                RulePart::Limits,
                &[],
                "At most so many a day is a number from 1.",
            );
        }
        Limits {
            repeat,
            most_a_day: limits.most_a_day,
        }
    }

    fn actions(&mut self, actions: &[RuleAction]) -> Vec<Action> {
        (0..)
            .zip(actions)
            .map(|(at, action)| self.action(action, at))
            .collect()
    }

    fn action(&mut self, action: &RuleAction, at: u32) -> Action {
        let trimmed = |text: &String| text.trim().to_owned();
        match action {
            RuleAction::Send {
                template,
                line,
                way,
            } => Action::Send(Message {
                template: trimmed(template),
                line: LineChoice::parse(line),
                way: way.map(|way| match way {
                    RuleWay::IMessage => Way::IMessage,
                    RuleWay::Sms => Way::Sms,
                    RuleWay::Email => Way::Email,
                }),
            }),
            RuleAction::SendAsked => Action::SendAsked,
            RuleAction::SetProperty { field, value } => {
                if field.object == RuleObject::Lead {
                    let says = "A rule sets properties in HubSpot. Choose one of those.";
                    self.wrong(RulePart::Action, &[at], says);
                }
                Action::SetProperty {
                    field: self.field(field, RulePart::Action, &[at]),
                    value: value.clone(),
                }
            }
            RuleAction::AssignOwner { owner } => Action::AssignOwner {
                owner: trimmed(owner),
            },
            RuleAction::MoveDeal { stage } => Action::MoveDeal {
                stage: trimmed(stage),
            },
            RuleAction::CreateTask {
                title,
                text,
                due_in_days,
            } => Action::CreateTask {
                title: title.clone(),
                text: text.clone(),
                due_in_days: self.days(*due_in_days, RulePart::Action, &[at]),
            },
            RuleAction::AddNote { text } => Action::AddNote { text: text.clone() },
            RuleAction::StopOthers => Action::StopOthers,
            RuleAction::UpsertLead => Action::UpsertLead,
            RuleAction::Enrol { campaign } => Action::Enrol {
                campaign: trimmed(campaign),
            },
            RuleAction::UpsertContact => Action::UpsertContact,
            RuleAction::AssignLine { line } => Action::AssignLine {
                line: trimmed(line),
            },
            RuleAction::AddToList { list } => Action::AddToList {
                list: trimmed(list),
            },
            RuleAction::RemoveFromList { list } => Action::RemoveFromList {
                list: trimmed(list),
            },
        }
    }
}

/// A value that is not typed yet can be kept, and lacks before the rule is turned on.
fn changed(change: RuleChange, values: &[String]) -> Change {
    match change {
        RuleChange::Any => Change::Any,
        RuleChange::Becomes if values.is_empty() => Change::Becomes(vec![String::new()]),
        RuleChange::Becomes => Change::Becomes(values.to_vec()),
        RuleChange::Set => Change::Set,
        RuleChange::Cleared => Change::Cleared,
    }
}

impl From<RuleObject> for Object {
    fn from(object: RuleObject) -> Self {
        match object {
            RuleObject::Contact => Self::Contact,
            RuleObject::Company => Self::Company,
            RuleObject::Deal => Self::Deal,
            RuleObject::Ticket => Self::Ticket,
            RuleObject::Lead => Self::Lead,
        }
    }
}

fn weekday(day: RuleDay) -> Weekday {
    match day {
        RuleDay::Mon => Weekday::Mon,
        RuleDay::Tue => Weekday::Tue,
        RuleDay::Wed => Weekday::Wed,
        RuleDay::Thu => Weekday::Thu,
        RuleDay::Fri => Weekday::Fri,
        RuleDay::Sat => Weekday::Sat,
        RuleDay::Sun => Weekday::Sun,
    }
}

/// As the file of rules writes it.
pub(super) fn word(operator: RuleOperator) -> &'static str {
    match operator {
        RuleOperator::Is => "is",
        RuleOperator::IsNot => "is_not",
        RuleOperator::Contains => "contains",
        RuleOperator::ContainsNot => "does_not_contain",
        RuleOperator::StartsWith => "starts_with",
        RuleOperator::EndsWith => "ends_with",
        RuleOperator::Equals => "equals",
        RuleOperator::Over => "over",
        RuleOperator::AtLeast => "at_least",
        RuleOperator::Under => "under",
        RuleOperator::AtMost => "at_most",
        RuleOperator::Between => "between",
        RuleOperator::On => "on",
        RuleOperator::Before => "before",
        RuleOperator::After => "after",
        RuleOperator::WithinNext => "within_next_days",
        RuleOperator::WithinLast => "within_last_days",
        RuleOperator::MoreThanAgo => "more_than_days_ago",
        RuleOperator::InMoreThan => "in_more_than_days",
        RuleOperator::HasAny => "has_any",
        RuleOperator::HasAll => "has_all",
        RuleOperator::HasNone => "has_none",
        RuleOperator::IsTrue => "is_true",
        RuleOperator::IsFalse => "is_false",
        RuleOperator::IsKnown => "is_known",
        RuleOperator::IsEmpty => "is_empty",
    }
}
