//! Definitions of custom objects. The portal has one, and it can only be read.

use super::Portal;
use super::errors::{not_found, wrong_method};
use super::kind::{Kind, OWN_TYPE};
use super::route::{Answer, Call};
use crate::message::HttpResponse;
use serde_json::{Value, json};

/// `/crm-object-schemas/…/schemas`, and the older path of it.
pub(crate) fn answer(portal: &Portal, call: &Call<'_>, rest: &[&str]) -> Answer {
    if call.request.method != "GET" {
        return Err(wrong_method());
    }
    let schema = schema(portal);
    match rest {
        [] => Ok(HttpResponse::json(200, &json!({"results": [schema]}))),
        [one] if Kind::parse(one) == Some(Kind::Treatment) => Ok(HttpResponse::json(200, &schema)),
        _ => Err(not_found()),
    }
}

fn schema(portal: &Portal) -> Value {
    let properties: Vec<Value> = portal
        .catalogue(Kind::Treatment)
        .properties
        .values()
        .filter(|definition| definition.archived_at.is_none())
        .map(super::catalogue::Definition::to_json)
        .collect();
    json!({
        "id": OWN_TYPE.trim_start_matches("2-"),
        "objectTypeId": OWN_TYPE,
        "name": Kind::Treatment.plural(),
        "fullyQualifiedName": format!("p{}_{}", portal.options.portal_id, Kind::Treatment.plural()),
        "labels": {"singular": "Treatment", "plural": "Treatments"},
        "primaryDisplayProperty": "treatment_name",
        "secondaryDisplayProperties": ["state"],
        "requiredProperties": ["treatment_name"],
        "searchableProperties": ["treatment_name"],
        "archived": false,
        "properties": properties,
        "associations": [{
            "id": "1101", "fromObjectTypeId": "0-1", "toObjectTypeId": OWN_TYPE,
            "name": "contact_to_treatment", "cardinality": "ONE_TO_MANY",
        }],
    })
}
