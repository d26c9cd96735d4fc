//! Where in a rule something stands.

use super::Obstacle;
use ::rules::check::{Lack, lacks_of, trigger_lacks};
use ::rules::condition::Condition;
use ::rules::field::Field;
use ::rules::rule::{Action, LineChoice, Rule, Trigger};

/// A part of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// What sets it off.
    Trigger,
    /// The test that stands here: which one of each group on the way to it.
    Condition(Vec<u32>),
    /// When it acts.
    Timing,
    /// What it does, as a whole.
    Actions,
    /// This one of its actions.
    Action(u32),
}

/// Every place at which this stands against turning the rule on; none where it is about all of it.
pub fn places(rule: &Rule, obstacle: &Obstacle) -> Vec<Part> {
    match obstacle {
        Obstacle::Lacks(lack) => of_lack(rule, *lack),
        Obstacle::PeopleOff => vec![Part::Trigger],
        Obstacle::NoLeadField(wanted) => of_fields(rule, |field| field == wanted),
        Obstacle::NoTemplate(name) => actions(
            rule,
            |action| matches!(action, Action::Send(message) if message.template.trim() == name),
        ),
        Obstacle::NoLine(name) => actions(rule, |action| match action {
            Action::Send(message) => {
                matches!(&message.line, Some(LineChoice::This(line)) if line == name)
            }
            Action::AssignLine { line } => line.trim() == name,
            _ => false,
        }),
        Obstacle::NoList(name) | Obstacle::FillsItself(name) => of_list(rule, name),
        Obstacle::NoCampaign(name) => actions(
            rule,
            |action| matches!(action, Action::Enrol { campaign } if campaign.trim() == name),
        ),
        Obstacle::NoProperty(wanted) => {
            let mut places = of_fields(rule, |field| field == wanted);
            places.extend(actions(
                rule,
                |action| matches!(action, Action::SetProperty { field, .. } if field == wanted),
            ));
            if places.is_empty() {
                places.push(Part::Trigger);
            }
            places
        }
    }
}

fn of_list(rule: &Rule, name: &str) -> Vec<Part> {
    let mut places = actions(
        rule,
        |action| matches!(action, Action::AddToList { list } | Action::RemoveFromList { list } if list == name),
    );
    if matches!(&rule.trigger, Some(Trigger::List { list, .. }) if list == name) {
        places.insert(0, Part::Trigger);
    }
    places
}

fn of_lack(rule: &Rule, lack: Lack) -> Vec<Part> {
    if lack == Lack::Trigger {
        return vec![Part::Trigger];
    }
    if lack == Lack::Action {
        return vec![Part::Actions];
    }
    let mut places = actions(rule, |action| lacks_of(action).contains(&lack));
    if rule
        .trigger
        .as_ref()
        .is_some_and(|trigger| trigger_lacks(trigger).contains(&lack))
    {
        places.insert(0, Part::Trigger);
    }
    if lack == Lack::ConditionProperty {
        places.extend(of_fields(rule, |field| field.name.is_empty()));
    }
    if places.is_empty() {
        // What HubSpot asks for is sent by a rule that something else sets off.
        places = actions(rule, |action| matches!(action, Action::SendAsked));
    }
    places
}

fn actions(rule: &Rule, is: impl Fn(&Action) -> bool) -> Vec<Part> {
    (0..)
        .zip(&rule.actions)
        .filter(|(_, action)| is(action))
        .map(|(at, _)| Part::Action(at))
        .collect()
}

/// Trigger and tests that look at such a property.
fn of_fields(rule: &Rule, is: impl Fn(&Field) -> bool) -> Vec<Part> {
    let mut places = Vec::new();
    if let Some(Trigger::Property { field, .. } | Trigger::DateAway { field, .. }) = &rule.trigger
        && is(field)
    {
        places.push(Part::Trigger);
    }
    if let Some(condition) = &rule.condition {
        tests(condition, &is, &mut Vec::new(), &mut places);
    }
    places
}

fn tests(
    condition: &Condition,
    is: &impl Fn(&Field) -> bool,
    path: &mut Vec<u32>,
    into: &mut Vec<Part>,
) {
    match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            for (at, one) in (0..).zip(inner) {
                path.push(at);
                tests(one, is, path, into);
                path.pop();
            }
        }
        Condition::Test(test) if is(&test.field) => into.push(Part::Condition(path.clone())),
        Condition::Test(_) => {}
    }
}
