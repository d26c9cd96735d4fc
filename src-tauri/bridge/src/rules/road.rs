//! The road by workflows in HubSpot: what they need to ask for a message, and how one is built.

use super::rule_of;
use crate::engine::Engine;
use crate::store::rule::RuleRow;
use crate::trouble::Trouble;
use ::rules::{examples, file};
use hubspot::NewProperty;

/// How to build it, in HubSpot's own words as far as they are known.
pub const STEPS: [&str; 6] = [
    "In HubSpot: Automation, Workflows, Create workflow, From scratch, Contact-based.",
    "Set the trigger, for example: Lifecycle stage is any of Marketing Qualified Lead.",
    "Press +, choose the action that sets a property (Edit record), and set \"Tuco: template to send\" of the \
     enrolled contact to the name of one of your templates. Where a certain line is meant, set \"Tuco: line to \
     send from\" in an action before it.",
    "To go on by how it ended: press +, add a delay until \"Tuco: state of the message\" is known and does not \
     begin with waiting or sending, then branch on it: sent, skipped: opted out, failed: no line and so on.",
    "Let the workflow enrol a contact again where the same message may be asked for more than once.",
    "Turn the workflow on. This program sees the request in its next round, as long as it is open.",
];

/// How the road stands.
#[derive(Debug, Clone)]
pub struct Road {
    /// What the portal lacks.
    pub missing: Vec<NewProperty>,
    /// What was made just now.
    pub made: Vec<String>,
    /// The rule that answers.
    pub rule: Option<RuleRow>,
}

impl Engine {
    /// How the road stands; with `create` what is missing is made first, and the rule that answers is kept,
    /// off, where there is none.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn workflow_road(&self, create: bool, by: &str) -> Result<Road, Trouble> {
        let mut missing = self.missing_asked_properties().await?;
        let mut made = Vec::new();
        if create {
            self.create_asked_properties(&missing).await?;
            made.extend(missing.drain(..).map(|property| property.name));
            if self.answering()?.is_none()
                && let Some(rule) = examples::send_with_tuco()
            {
                self.keep_rule(&rule.name, &file::print(&rule), by, self.now())?;
            }
        }
        Ok(Road {
            missing,
            made,
            rule: self.answering()?,
        })
    }

    fn answering(&self) -> Result<Option<RuleRow>, Trouble> {
        let id = self.id();
        let rows = self.read(|rows| rows.rules(id))?;
        Ok(rows
            .into_iter()
            .find(|row| rule_of(row).is_some_and(|rule| rule.answers())))
    }
}
