//! Pipelines and their stages: those of a fresh portal, one for deals and one for tickets.

use super::Portal;
use super::errors::{not_found, wrong_method};
use super::kind::Kind;
use super::route::{Answer, Call};
use crate::message::HttpResponse;
use serde_json::{Value, json};

/// `/crm/v3/pipelines/…` and the dated ones.
pub(crate) fn answer(portal: &Portal, call: &Call<'_>, kind: Kind, rest: &[&str]) -> Answer {
    let (id, label, property) = match kind {
        Kind::Deal => ("default", "Sales Pipeline", "dealstage"),
        Kind::Ticket => ("0", "Support Pipeline", "hs_pipeline_stage"),
        _ => return Err(not_found()),
    };
    if call.request.method != "GET" {
        return Err(wrong_method());
    }
    let stages: Vec<Value> = portal
        .catalogue(kind)
        .get(property)
        .map(|definition| definition.choices.clone())
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(order, choice)| {
            let closed = choice.value.starts_with("closed") || choice.label == "Closed";
            let metadata = if kind == Kind::Deal {
                let chance = if choice.value == "closedwon" { "1.0" } else { "0.0" };
                json!({"isClosed": closed.to_string(), "probability": chance})
            } else {
                json!({"ticketState": if closed { "CLOSED" } else { "OPEN" }, "isClosed": closed.to_string()})
            };
            json!({
                "id": choice.value,
                "label": choice.label,
                "displayOrder": order,
                "metadata": metadata,
                "archived": false,
            })
        })
        .collect();
    let pipeline =
        json!({"id": id, "label": label, "displayOrder": 0, "stages": stages, "archived": false});
    match rest {
        [] => Ok(HttpResponse::json(200, &json!({"results": [pipeline]}))),
        [one] if *one == id => Ok(HttpResponse::json(200, &pipeline)),
        _ => Err(not_found()),
    }
}
