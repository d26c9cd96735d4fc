//! Rules to start from, kept in the program: what guides of this kind of integration promise.

use crate::file::read;
use crate::rule::Rule;

/// What Tuco's own integration does in a workflow.
pub const WORKFLOWS: &str = include_str!("../examples/workflows.toml");
/// Conditions and use cases of a conversation platform.
pub const CONDITIONS: &str = include_str!("../examples/conditions.toml");
/// Triggers and events of a marketing connector.
pub const EVENTS: &str = include_str!("../examples/events.toml");

/// All of them in one file.
pub fn text() -> String {
    [WORKFLOWS, CONDITIONS, EVENTS].join("\n")
}

/// All of them as rules. A test reads every one.
pub fn all() -> Vec<Rule> {
    read(&text()).unwrap_or_default()
}

/// The one that answers what a workflow in HubSpot asks for.
pub fn send_with_tuco() -> Option<Rule> {
    all().into_iter().find(Rule::answers)
}

#[cfg(test)]
mod tests;
