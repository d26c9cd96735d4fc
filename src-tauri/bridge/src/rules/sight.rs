//! What a rule sees late, and what a look back can't show: said where a rule is turned on and tried.

use super::leads::watches_leads;
use ::rules::rule::{ListStep, Rule, Trigger};

/// How late a rule sees what sets it off, where that is more than a round.
pub fn seen_late(rule: &Rule) -> Option<&'static str> {
    match &rule.trigger {
        Some(Trigger::List {
            step: ListStep::Leaves,
            ..
        }) => Some(
            "HubSpot tells nobody who left a list: it is read whole once an hour, so this rule acts up to an hour \
             after somebody left.",
        ),
        Some(Trigger::Property { .. }) if watches_leads(rule) => Some(
            "Tuco tells nobody which field of a lead changed: leads are read once an hour, so this rule acts up to \
             an hour after the change. What changes before they were read once from now sets nothing off.",
        ),
        _ => None,
    }
}

/// What a dry run can't show, in words.
pub fn unseen(rule: &Rule) -> Option<&'static str> {
    match &rule.trigger {
        Some(Trigger::List {
            step: ListStep::Leaves,
            ..
        }) => Some(
            "A dry run can't show who left a list: HubSpot keeps no word of it. So this says nothing of how many \
             people the rule will reach.",
        ),
        Some(Trigger::Property { .. }) if watches_leads(rule) => Some(
            "A dry run can't show what changed in leads: Tuco keeps no history of them. So this says nothing of how \
             many people the rule will reach.",
        ),
        _ => None,
    }
}
