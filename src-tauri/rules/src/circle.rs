//! Rules that would set each other off in a circle, found before they run.
//!
//! One rule leads to another where something that it does is what the other watches. Conditions are not
//! looked at: a circle that only they would break is told all the same. What runs is counted besides, see
//! [`crate::happening::LONGEST_CHAIN`].

use crate::field::{Field, Object};
use crate::rule::{Action, Change, ListStep, Rule, Told, Trigger, asked};

/// A circle: names in the order in which one leads to the next, beginning with the first in the file.
pub type Circle = Vec<String>;

/// Every circle that some rule is part of, each rule in one of them at most.
pub fn circles(rules: &[Rule]) -> Vec<Circle> {
    let mut circles = Vec::new();
    let mut told = vec![false; rules.len()];
    for start in 0..rules.len() {
        if told.get(start) == Some(&true) {
            continue;
        }
        if let Some(circle) = shortest(rules, start) {
            for at in &circle {
                if let Some(told) = told.get_mut(*at) {
                    *told = true;
                }
            }
            circles.push(
                circle
                    .iter()
                    .filter_map(|at| rules.get(*at).map(|rule| rule.name.clone()))
                    .collect(),
            );
        }
    }
    circles
}

/// The shortest way from a rule to itself.
fn shortest(rules: &[Rule], start: usize) -> Option<Vec<usize>> {
    let mut seen = vec![false; rules.len()];
    let mut ways = std::collections::VecDeque::from([vec![start]]);
    while let Some(way) = ways.pop_front() {
        let from = way.last().and_then(|at| rules.get(*at))?;
        for (next, rule) in rules.iter().enumerate() {
            if !leads_to(from, rule) {
                continue;
            }
            if next == start {
                return Some(way);
            }
            if let Some(seen) = seen.get_mut(next)
                && !std::mem::replace(seen, true)
            {
                let mut longer = way.clone();
                longer.push(next);
                ways.push_back(longer);
            }
        }
    }
    None
}

/// Whether something that one does is what the other watches.
pub fn leads_to(one: &Rule, other: &Rule) -> bool {
    other.trigger.as_ref().is_some_and(|trigger| {
        one.actions
            .iter()
            .any(|action| action_leads_to(action, trigger))
    })
}

fn action_leads_to(action: &Action, trigger: &Trigger) -> bool {
    match (action, trigger) {
        (Action::SetProperty { field, value }, trigger) => writes(field, Some(value), trigger),
        (Action::MoveDeal { stage }, trigger) => {
            writes(&Field::new(Object::Deal, "dealstage"), Some(stage), trigger)
        }
        (Action::AssignOwner { .. }, trigger) => writes(
            &Field::new(Object::Contact, "hubspot_owner_id"),
            None,
            trigger,
        ),
        (
            Action::AddToList { list },
            Trigger::List {
                list: watched,
                step,
            },
        ) => *step == ListStep::Joins && list == watched,
        (
            Action::RemoveFromList { list },
            Trigger::List {
                list: watched,
                step,
            },
        ) => *step == ListStep::Leaves && list == watched,
        (Action::UpsertContact, Trigger::Created(Object::Contact)) => true,
        (Action::UpsertLead | Action::Enrol { .. }, Trigger::Property { field, .. }) => {
            field.object == Object::Lead
        }
        (
            Action::Send(_) | Action::SendAsked | Action::Enrol { .. },
            Trigger::Message(Told::Failed | Told::Fallback) | Trigger::NoReply { .. },
        ) => true,
        _ => false,
    }
}

/// A value that is not known may be any.
fn writes(field: &Field, value: Option<&str>, trigger: &Trigger) -> bool {
    match trigger {
        Trigger::Property {
            field: watched,
            change,
        } if watched == field => match (change, value) {
            (Change::Any, _) | (_, None) => true,
            (Change::Becomes(to), Some(value)) => {
                to.iter().any(|one| crate::value::same(one, value))
            }
            (Change::Set, Some(value)) => !value.trim().is_empty(),
            (Change::Cleared, Some(value)) => value.trim().is_empty(),
        },
        Trigger::DateAway { field: watched, .. } => watched == field,
        Trigger::Asked => {
            *field == asked::template() && value.is_none_or(|value| !value.trim().is_empty())
        }
        Trigger::ClosesWithin { .. } => *field == crate::rule::close_date(),
        _ => false,
    }
}
