//! A trial of the mapping on one person, told.

use crate::console::{Console, Tone};
use crate::shown::{cut, shown};
use crate::table::{cell, tall_table, toned};
use bridge::people::reasons::words;
use bridge::people::trial::{Outcome, Trial};
use mapping::Values;
use mapping::merge::{Made, Side};
use mapping::trace::Trace;
use serde_json::{Value, json};

fn trace_json(trace: Option<&Trace>) -> Value {
    let Some(trace) = trace else {
        return Value::Null;
    };
    let (result, why) = match &trace.result {
        Ok(text) => (json!(text), Value::Null),
        Err(ended) => (
            Value::Null,
            json!({"step": ended.step + 1, "says": ended.stop.to_string()}),
        ),
    };
    json!({"before": trace.before, "after": trace.after, "result": result, "why": why})
}

fn made_json(made: &Made) -> (Value, Value) {
    match made {
        Made::Values(values) => (json!(values), Value::Null),
        Made::Lacks(key) => (Value::Null, json!(key)),
    }
}

pub(super) fn trial_json(trial: &Trial) -> Value {
    let rows: Vec<Value> = trial
        .rows
        .iter()
        .map(|row| {
            let write = row.field.as_ref().and_then(|field| field.write.as_ref());
            json!({
                "row": row.key,
                "contact": row.contact,
                "lead": row.lead,
                "to_tuco": trace_json(row.to_tuco.as_ref()),
                "to_hubspot": trace_json(row.to_hubspot.as_ref()),
                "writes": write.map(|(side, text)| json!({
                    "to": match side { Side::Contact => "contact", Side::Lead => "lead" },
                    "value": text,
                })),
            })
        })
        .collect();
    let (does, values, lacks) = match &trial.outcome {
        Outcome::Compared(plan) if plan.is_quiet() => ("nothing", Value::Null, Value::Null),
        Outcome::Compared(plan) => (
            "updates",
            json!({"lead": plan.to_lead, "contact": plan.to_contact}),
            Value::Null,
        ),
        Outcome::LeadMade(made) => {
            let (values, lacks) = made_json(made);
            ("creates_lead", values, lacks)
        }
        Outcome::ContactMade(made) => {
            let (values, lacks) = made_json(made);
            ("creates_contact", values, lacks)
        }
        Outcome::Held(reason) => ("nothing", Value::Null, json!(reason)),
    };
    json!({
        "contact": trial.contact.as_ref().map(|copy| json!({"id": copy.id, "name": copy.name})),
        "lead": trial.lead.as_ref().map(|copy| json!({"id": copy.id, "name": copy.name})),
        "linked_by": trial.how,
        "does": does,
        "values": values,
        "why": lacks,
        "rows": rows,
    })
}

pub(super) fn say_trial(trial: &Trial, console: &Console) {
    let who = |copy: Option<&bridge::store::CopyRow>, word: &str| match copy {
        Some(copy) => format!("{word} {} ({})", copy.id, shown(&copy.name)),
        None => format!("no {word}"),
    };
    console.say(&format!(
        "{}, {}",
        who(trial.contact.as_ref(), "contact"),
        who(trial.lead.as_ref(), "lead")
    ));
    let result = |trace: Option<&Trace>| match trace.map(|trace| &trace.result) {
        None => String::new(),
        Some(Ok(text)) => cut(&shown(text), 40),
        Some(Err(ended)) => format!("({})", ended.stop),
    };
    let lines = trial
        .rows
        .iter()
        .map(|row| {
            let write = row.field.as_ref().and_then(|field| field.write.as_ref());
            let write = write.map_or(String::new(), |(side, text)| match side {
                Side::Contact => format!("HubSpot: {}", cut(&shown(text), 40)),
                Side::Lead => format!("Tuco: {}", cut(&shown(text), 40)),
            });
            vec![
                cell(&row.key),
                cell(&cut(&shown(&row.contact), 40)),
                cell(&result(row.to_tuco.as_ref())),
                cell(&cut(&shown(&row.lead), 40)),
                cell(&result(row.to_hubspot.as_ref())),
                toned(&write, Tone::Strong),
            ]
        })
        .collect();
    console.say(&tall_table(
        console,
        &[
            "Row",
            "HubSpot holds",
            "would be in Tuco",
            "Tuco holds",
            "would be in HubSpot",
            "Writes",
        ],
        lines,
    ));
    let values = |values: &Values| {
        let names: Vec<&str> = values.keys().map(String::as_str).collect();
        shown(&names.join(", "))
    };
    console.say(&match &trial.outcome {
        Outcome::Compared(plan) if plan.is_quiet() => {
            "Both say the same: nothing would be written.".to_owned()
        }
        Outcome::Compared(_) => {
            "Nothing was written. With --write it is, for this one person.".to_owned()
        }
        Outcome::LeadMade(Made::Values(of)) => format!("A lead would be made with {}.", values(of)),
        Outcome::ContactMade(Made::Values(of)) => {
            format!("A contact would be made with {}.", values(of))
        }
        Outcome::LeadMade(Made::Lacks(key)) | Outcome::ContactMade(Made::Lacks(key)) => {
            format!(
                "Nothing would be made: the required row {} has no value.",
                shown(key)
            )
        }
        Outcome::Held(reason) => {
            format!("Nothing would be done ({reason}): {}", words(reason))
        }
    });
}
