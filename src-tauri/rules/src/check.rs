//! What a rule lacks before it can be turned on.
//!
//! A list trigger without a list, a property trigger without a property, a message without a template or
//! without a line: such a rule would do nothing, or too much. It may be kept as a draft.

use crate::field::Field;
use crate::rule::{Action, Change, Rule, Trigger};

/// Something that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// What sets it off.
    Trigger,
    /// Which property the trigger watches.
    TriggerProperty,
    /// To what the property becomes.
    TriggerValue,
    /// Which list.
    List,
    /// Of which property a condition is.
    ConditionProperty,
    /// What it does.
    Action,
    /// Which template it sends.
    Template,
    /// From which line.
    Line,
    /// What an action needs beside: a value, a title, a stage.
    ActionValue,
}

impl Lack {
    /// The word that tests and scripts decide by.
    pub fn code(self) -> &'static str {
        match self {
            Self::Trigger => "no_trigger",
            Self::TriggerProperty => "no_trigger_property",
            Self::TriggerValue => "no_trigger_value",
            Self::List => "no_list",
            Self::ConditionProperty => "no_condition_property",
            Self::Action => "no_action",
            Self::Template => "no_template",
            Self::Line => "no_line",
            Self::ActionValue => "no_action_value",
        }
    }

    /// What to do about it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Trigger => "It has no trigger. Say what sets it off.",
            Self::TriggerProperty => "Its trigger names no property. Choose which one it watches.",
            Self::TriggerValue => {
                "Its trigger does not say what the property becomes. Name a value."
            }
            Self::List => "It names no list. Choose which one is meant.",
            Self::ConditionProperty => "A condition names no property. Choose one, or remove it.",
            Self::Action => "It does nothing. Say what follows.",
            Self::Template => "It sends a message without a template. Choose one.",
            Self::Line => "It sends a message and names no line. Choose one, the owner's, or any.",
            Self::ActionValue => "An action lacks what it needs. Fill in its text, stage or name.",
        }
    }
}

/// Everything that is missing, each once.
pub fn lacks(rule: &Rule) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match &rule.trigger {
        None => lacks.push(Lack::Trigger),
        Some(trigger) => lacks.extend(trigger_lacks(trigger)),
    }
    if let Some(condition) = &rule.condition {
        let mut fields = Vec::new();
        condition.fields(&mut fields);
        if fields.iter().any(is_empty) {
            lacks.push(Lack::ConditionProperty);
        }
    }
    if rule.actions.is_empty() {
        lacks.push(Lack::Action);
    }
    rule.actions
        .iter()
        .for_each(|action| lacks.extend(lacks_of(action)));
    let sends_asked = |action: &Action| matches!(action, Action::SendAsked);
    if rule.trigger != Some(Trigger::Asked) && rule.actions.iter().any(sends_asked) {
        // Nothing says which template.
        lacks.push(Lack::Template);
    }
    lacks.sort_unstable();
    lacks.dedup();
    lacks
}

fn is_empty(field: &Field) -> bool {
    field.name.is_empty()
}

/// What a trigger lacks.
pub fn trigger_lacks(trigger: &Trigger) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match trigger {
        Trigger::Property { field, change } => {
            if is_empty(field) {
                lacks.push(Lack::TriggerProperty);
            }
            if matches!(change, Change::Becomes(to) if to.iter().all(|one| blank(one))) {
                lacks.push(Lack::TriggerValue);
            }
        }
        Trigger::DateAway { field, .. } if is_empty(field) => lacks.push(Lack::TriggerProperty),
        Trigger::List { list, .. } if blank(list) => lacks.push(Lack::List),
        _ => {}
    }
    lacks
}

fn blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// What an action lacks by itself.
pub fn lacks_of(action: &Action) -> Vec<Lack> {
    let mut lacks = Vec::new();
    match action {
        Action::Send(message) => {
            if blank(&message.template) {
                lacks.push(Lack::Template);
            }
            if message.line.is_none() {
                lacks.push(Lack::Line);
            }
        }
        Action::SetProperty { field, .. } if is_empty(field) => lacks.push(Lack::ActionValue),
        Action::AssignLine { line } if blank(line) => lacks.push(Lack::Line),
        Action::Enrol { campaign: text }
        | Action::AssignOwner { owner: text }
        | Action::MoveDeal { stage: text }
        | Action::CreateTask { title: text, .. }
        | Action::AddNote { text }
            if blank(text) =>
        {
            lacks.push(Lack::ActionValue);
        }
        Action::AddToList { list } | Action::RemoveFromList { list } if blank(list) => {
            lacks.push(Lack::List);
        }
        _ => {}
    }
    lacks
}
