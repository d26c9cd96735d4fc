//! `rules workflow`: what a workflow in HubSpot needs to ask for a message, and how one is built.

use super::running::signed_in;
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::shown::shown;
use crate::surroundings;
use crate::waiting::beside;
use bridge::rules::{ROAD_STEPS as STEPS, Road, asked_properties};
use bridge::store::rule::RuleState;
use serde_json::json;

pub(super) async fn run(create: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let by = surroundings::user();
    let work = session.engine.workflow_road(create, &by);
    let Road {
        missing,
        made,
        rule,
    } = beside(work, &session.waits, console).await?;
    let missing: Vec<&str> = missing.iter().map(|one| one.name.as_str()).collect();
    console.json(&json!({
        "properties": asked_properties().iter().map(|one| &one.name).collect::<Vec<_>>(),
        "missing": missing,
        "made": made,
        "rule": rule.as_ref().map(|row| &row.name),
        "on": rule.as_ref().is_some_and(|row| row.state == RuleState::On),
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
