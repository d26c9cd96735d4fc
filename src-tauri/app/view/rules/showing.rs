//! A rule as the page edits it.

use bridge::rules::pure::condition::{Condition, Operator};
use bridge::rules::pure::field::{Field, Object};
use bridge::rules::pure::limits::{Limits, Repeat};
use bridge::rules::pure::rule::{Action, Change, ListStep, Rule, Told, Trigger, Way};
use bridge::rules::pure::timing::{QuietHours, Timing, Weekday};

use super::draft::{
    RuleAction, RuleChange, RuleCondition, RuleDay, RuleDraft, RuleField, RuleLimits, RuleListStep,
    RuleObject, RuleOperator, RulePerPerson, RuleTiming, RuleTold, RuleTrigger, RuleWay,
};

impl From<&Rule> for RuleDraft {
    fn from(rule: &Rule) -> Self {
        Self {
            name: rule.name.clone(),
            about: rule.about.clone(),
            order: rule.order,
            stop: rule.stop,
            trigger: rule.trigger.as_ref().map(trigger),
            condition: rule.condition.as_ref().map(condition),
            timing: timing(&rule.timing),
            actions: rule.actions.iter().map(action).collect(),
            limits: limits(rule.limits),
        }
    }
}

fn field(field: &Field) -> RuleField {
    RuleField {
        object: object(field.object),
        name: field.name.clone(),
    }
}

fn object(object: Object) -> RuleObject {
    match object {
        Object::Contact => RuleObject::Contact,
        Object::Company => RuleObject::Company,
        Object::Deal => RuleObject::Deal,
        Object::Ticket => RuleObject::Ticket,
        Object::Lead => RuleObject::Lead,
    }
}

fn trigger(trigger: &Trigger) -> RuleTrigger {
    match trigger {
        Trigger::Property { field: of, change } => {
            let (change, values) = match change {
                Change::Any => (RuleChange::Any, Vec::new()),
                Change::Becomes(to) => (RuleChange::Becomes, to.clone()),
                Change::Set => (RuleChange::Set, Vec::new()),
                Change::Cleared => (RuleChange::Cleared, Vec::new()),
            };
            RuleTrigger::Property {
                field: field(of),
                change,
                values,
            }
        }
        Trigger::List { list, step } => RuleTrigger::List {
            list: list.clone(),
            step: match step {
                ListStep::Joins => RuleListStep::Joins,
                ListStep::Leaves => RuleListStep::Leaves,
            },
        },
        Trigger::Created(of) => RuleTrigger::Created {
            object: object(*of),
        },
        Trigger::ClosesWithin { days } => RuleTrigger::ClosesWithin { days: *days },
        Trigger::DateAway { field: of, days } => RuleTrigger::DateAway {
            field: field(of),
            days: *days,
        },
        Trigger::Message(told) => RuleTrigger::Message {
            told: match told {
                Told::Reply => RuleTold::Reply,
                Told::Fallback => RuleTold::Fallback,
                Told::Failed => RuleTold::Failed,
            },
        },
        Trigger::NoReply { days } => RuleTrigger::NoReply { days: *days },
        Trigger::Asked => RuleTrigger::Asked,
    }
}

fn condition(of: &Condition) -> RuleCondition {
    match of {
        Condition::All(inner) => RuleCondition::All {
            of: inner.iter().map(condition).collect(),
        },
        Condition::Any(inner) => RuleCondition::Any {
            of: inner.iter().map(condition).collect(),
        },
        Condition::Test(test) => RuleCondition::Test {
            field: field(&test.field),
            operator: operator(&test.operator),
            values: test.operator.written().1,
        },
    }
}

fn operator(operator: &Operator) -> RuleOperator {
    match operator {
        Operator::Is(_) => RuleOperator::Is,
        Operator::IsNot(_) => RuleOperator::IsNot,
        Operator::Contains(_) => RuleOperator::Contains,
        Operator::ContainsNot(_) => RuleOperator::ContainsNot,
        Operator::StartsWith(_) => RuleOperator::StartsWith,
        Operator::EndsWith(_) => RuleOperator::EndsWith,
        Operator::Equals(_) => RuleOperator::Equals,
        Operator::Over(_) => RuleOperator::Over,
        Operator::AtLeast(_) => RuleOperator::AtLeast,
        Operator::Under(_) => RuleOperator::Under,
        Operator::AtMost(_) => RuleOperator::AtMost,
        Operator::Between(..) => RuleOperator::Between,
        Operator::On(_) => RuleOperator::On,
        Operator::Before(_) => RuleOperator::Before,
        Operator::After(_) => RuleOperator::After,
        Operator::WithinNext(_) => RuleOperator::WithinNext,
        Operator::WithinLast(_) => RuleOperator::WithinLast,
        Operator::MoreThanAgo(_) => RuleOperator::MoreThanAgo,
        Operator::InMoreThan(_) => RuleOperator::InMoreThan,
        Operator::HasAny(_) => RuleOperator::HasAny,
        Operator::HasAll(_) => RuleOperator::HasAll,
        Operator::HasNone(_) => RuleOperator::HasNone,
        Operator::Truth(true) => RuleOperator::IsTrue,
        Operator::Truth(false) => RuleOperator::IsFalse,
        Operator::Known(true) => RuleOperator::IsKnown,
        Operator::Known(false) => RuleOperator::IsEmpty,
    }
}

fn timing(timing: &Timing) -> RuleTiming {
    let quiet = timing.quiet.map(QuietHours::in_words);
    // The hours that are quiet end where the others begin.
    let (until, from) = quiet
        .as_deref()
        .and_then(|quiet| quiet.split_once('-'))
        .map(|(until, from)| (until.to_owned(), from.to_owned()))
        .unzip();
    RuleTiming {
        wait_minutes: timing.wait.minutes,
        from,
        until,
        days: timing.days.iter().map(|day| weekday(*day)).collect(),
        expires_minutes: timing.expires.map(|expires| expires.minutes),
    }
}

fn weekday(day: Weekday) -> RuleDay {
    match day {
        Weekday::Mon => RuleDay::Mon,
        Weekday::Tue => RuleDay::Tue,
        Weekday::Wed => RuleDay::Wed,
        Weekday::Thu => RuleDay::Thu,
        Weekday::Fri => RuleDay::Fri,
        Weekday::Sat => RuleDay::Sat,
        Weekday::Sun => RuleDay::Sun,
    }
}

fn limits(limits: Limits) -> RuleLimits {
    let (per_person, days) = match limits.repeat {
        Repeat::Once => (RulePerPerson::Once, 30),
        Repeat::OnceInDays(days) => (RulePerPerson::OnceInDays, days),
        Repeat::EveryTime => (RulePerPerson::EveryTime, 30),
    };
    RuleLimits {
        per_person,
        days,
        most_a_day: limits.most_a_day,
    }
}

fn action(action: &Action) -> RuleAction {
    match action {
        Action::Send(message) => RuleAction::Send {
            template: message.template.clone(),
            line: message
                .line
                .as_ref()
                .map_or_else(String::new, |line| line.as_str().to_owned()),
            way: message.way.map(|way| match way {
                Way::IMessage => RuleWay::IMessage,
                Way::Sms => RuleWay::Sms,
                Way::Email => RuleWay::Email,
            }),
        },
        Action::SendAsked => RuleAction::SendAsked,
        Action::SetProperty { field: of, value } => RuleAction::SetProperty {
            field: field(of),
            value: value.clone(),
        },
        Action::AssignOwner { owner } => RuleAction::AssignOwner {
            owner: owner.clone(),
        },
        Action::MoveDeal { stage } => RuleAction::MoveDeal {
            stage: stage.clone(),
        },
        Action::CreateTask {
            title,
            text,
            due_in_days,
        } => RuleAction::CreateTask {
            title: title.clone(),
            text: text.clone(),
            due_in_days: *due_in_days,
        },
        Action::AddNote { text } => RuleAction::AddNote { text: text.clone() },
        Action::StopOthers => RuleAction::StopOthers,
        Action::UpsertLead => RuleAction::UpsertLead,
        Action::Enrol { campaign } => RuleAction::Enrol {
            campaign: campaign.clone(),
        },
        Action::UpsertContact => RuleAction::UpsertContact,
        Action::AssignLine { line } => RuleAction::AssignLine { line: line.clone() },
        Action::AddToList { list } => RuleAction::AddToList { list: list.clone() },
        Action::RemoveFromList { list } => RuleAction::RemoveFromList { list: list.clone() },
    }
}
