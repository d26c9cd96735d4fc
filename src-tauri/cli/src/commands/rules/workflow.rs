//! `rules workflow`: what a workflow in HubSpot needs to ask for a message, and how one is built.

use super::running::signed_in;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::shown::shown;
use crate::surroundings;
use crate::waiting::beside;
use bridge::rules::asked_properties;
use bridge::rules::pure::{examples, file};
use bridge::store::rule::RuleState;
use serde_json::json;

/// How to build it, in HubSpot's own words as far as they are known.
const STEPS: [&str; 6] = [
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

pub(super) async fn run(create: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let engine = &session.engine;
    let mut missing = beside(engine.missing_asked_properties(), &session.waits, console).await?;
    let id = engine.connection().id;
    let mut made = Vec::new();
    if create {
        let work = engine.create_asked_properties(&missing);
        beside(work, &session.waits, console).await?;
        made.extend(missing.drain(..).map(|property| property.name));
        let answers = engine
            .read(|rows| rows.rules(id))?
            .iter()
            .any(|row| super::rule_of(row).is_ok_and(|rule| rule.answers()));
        if let Some(rule) = examples::send_with_tuco().filter(|_| !answers) {
            let (now, by) = (surroundings::now(), surroundings::user());
            engine.keep_rule(&rule.name, &file::print(&rule), &by, now)?;
        }
    }
    let rules = engine.read(|rows| rows.rules(id))?;
    let rule = rules
        .iter()
        .find(|row| super::rule_of(row).is_ok_and(|rule| rule.answers()));
    let missing: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
    console.json(&json!({
        "properties": asked_properties().iter().map(|one| &one.name).collect::<Vec<_>>(),
        "missing": missing,
        "made": made,
        "rule": rule.map(|row| &row.name),
        "on": rule.is_some_and(|row| row.state == RuleState::On),
        "steps": STEPS,
    }));
    if missing.is_empty() {
        console.say("The properties are in HubSpot, in the group \"Send with Tuco\" of contacts.");
    } else {
        console.say(&format!(
            "Not in HubSpot yet: {}. Make them: tuco-hubspot rules workflow --create",
            missing.join(", ")
        ));
    }
    match rule {
        Some(row) if row.state == RuleState::On => {
            console.say(&format!("The rule \"{}\" answers.", shown(&row.name)));
        }
        Some(row) => console.say(&format!(
            "The rule that answers is off. Turn it on: tuco-hubspot rules enable \"{}\"",
            shown(&row.name)
        )),
        None => {}
    }
    for (number, step) in (1..).zip(STEPS) {
        console.say(&format!("{number}. {step}"));
    }
    Ok(Exit::Done)
}
