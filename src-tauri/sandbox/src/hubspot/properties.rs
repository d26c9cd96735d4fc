//! Property definitions over the API: list, read, create, change, archive; and their groups.

use super::Portal;
use super::batch::inputs_of;
use super::catalogue::{Choice, Definition, Group};
use super::errors::{Refusal, missing_field, not_found};
use super::kind::Kind;
use super::route::{Answer, Call};
use super::validation::stamp;
use crate::message::HttpResponse;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// How many properties of a unique value an object type may have.
const MOST_UNIQUE: usize = 10;

const TYPES: [&str; 7] = [
    "bool",
    "date",
    "datetime",
    "enumeration",
    "number",
    "phone_number",
    "string",
];
const FIELD_TYPES: [&str; 12] = [
    "booleancheckbox",
    "calculation_equation",
    "checkbox",
    "date",
    "file",
    "html",
    "number",
    "phonenumber",
    "radio",
    "select",
    "text",
    "textarea",
];

/// `/crm/v3/properties/{type}/…` and the dated ones.
pub(crate) fn answer(portal: &mut Portal, call: &Call<'_>, kind: Kind, rest: &[&str]) -> Answer {
    match (call.request.method.as_str(), rest) {
        ("GET", []) => Ok(list(portal, call, kind)),
        ("POST", []) => {
            let definition = create(portal, kind, &call.json()?, call.now)?;
            let place = format!("{}/{}", call.request.path, definition.name);
            Ok(HttpResponse::json(201, &definition.to_json()).with_header("location", &place))
        }
        ("GET", ["groups"]) => {
            let groups = portal
                .catalogue(kind)
                .groups
                .values()
                .filter(|group| !group.archived);
            let results: Vec<Value> = groups.map(Group::to_json).collect();
            Ok(HttpResponse::json(200, &json!({"results": results})))
        }
        ("POST", ["groups"]) => create_group(portal, kind, &call.json()?),
        ("GET", ["groups", name]) => {
            let group = portal
                .catalogue(kind)
                .groups
                .get(*name)
                .filter(|group| !group.archived);
            let group = group.ok_or_else(|| unknown_group(name))?;
            Ok(HttpResponse::json(200, &group.to_json()))
        }
        ("PATCH", ["groups", name]) => change_group(portal, kind, name, &call.json()?),
        ("DELETE", ["groups", name]) => archive_group(portal, kind, name),
        ("POST", ["batch", "read"]) => batch_read(portal, call, kind),
        ("POST", ["batch", "create"]) => batch_create(portal, call, kind),
        ("POST", ["batch", "archive"]) => batch_archive(portal, call, kind),
        ("GET", [name]) => {
            let catalogue = portal.catalogue(kind);
            let found = if call.flag("archived") {
                catalogue
                    .properties
                    .get(*name)
                    .filter(|one| one.archived_at.is_some())
            } else {
                catalogue.get(name)
            };
            let found = found.ok_or_else(|| unknown(name))?;
            Ok(HttpResponse::json(200, &found.to_json()))
        }
        ("PATCH", [name]) => change(portal, kind, name, &call.json()?, call.now),
        ("DELETE", [name]) => {
            archive(portal, kind, name, call.now)?;
            Ok(HttpResponse::empty(204))
        }
        _ => Err(not_found()),
    }
}

fn unknown(name: &str) -> Refusal {
    Refusal::new(404, format!("No property exists with name {name}"))
        .with("category", "OBJECT_NOT_FOUND")
        .with("subCategory", "Properties.PROPERTY_NOT_FOUND")
}

fn unknown_group(name: &str) -> Refusal {
    Refusal::new(404, format!("No property group exists with name {name}"))
        .with("category", "OBJECT_NOT_FOUND")
}

fn list(portal: &Portal, call: &Call<'_>, kind: Kind) -> HttpResponse {
    let archived = call.flag("archived");
    let properties = portal.catalogue(kind).properties.values();
    let results: Vec<Value> = properties
        .filter(|one| one.archived_at.is_some() == archived)
        .map(Definition::to_json)
        .collect();
    HttpResponse::json(200, &json!({"results": results}))
}

/// Puts a definition into the portal, with what a unique or searched value needs.
pub(crate) fn put(portal: &mut Portal, kind: Kind, definition: Definition) {
    let name = Arc::clone(&definition.name);
    let unique = definition.unique;
    portal.catalogue_mut(kind).add_group(&definition.group);
    portal
        .catalogue_mut(kind)
        .properties
        .insert(Arc::clone(&name), definition);
    if !unique {
        return;
    }
    let shelf = portal.shelf_mut(kind);
    shelf.index.cover(&name);
    let holders: HashMap<Box<str>, u64> = shelf
        .live
        .values()
        .filter_map(|record| Some((record.text(&name)?.into(), record.id)))
        .collect();
    shelf.taken.entry(name).or_insert(holders);
}

fn create(portal: &mut Portal, kind: Kind, body: &Value, now: i64) -> Result<Definition, Refusal> {
    let field = |name: &str| -> Result<&str, Refusal> {
        body.get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| missing_field(name))
    };
    let name = field("name")?.to_lowercase();
    let (type_name, field_type) = (field("type")?, field("fieldType")?);
    let (label, group) = (field("label")?, field("groupName")?);
    let named_well = name
        .chars()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
        && name.len() <= 100;
    if !named_well {
        return Err(Refusal::validation(format!(
            "Property name '{name}' is invalid: it must begin with a letter and hold only lowercase \
             letters, digits and underscores."
        )));
    }
    if !TYPES.contains(&type_name) || !FIELD_TYPES.contains(&field_type) {
        return Err(Refusal::validation(format!(
            "Invalid combination of type {type_name} and fieldType {field_type}"
        )));
    }
    let catalogue = portal.catalogue(kind);
    if catalogue.get(&name).is_some() {
        return Err(
            Refusal::new(409, format!("A property named '{name}' already exists."))
                .with("category", "OBJECT_ALREADY_EXISTS")
                .with("subCategory", "Properties.PROPERTY_WITH_NAME_EXISTS"),
        );
    }
    if catalogue
        .groups
        .get(group)
        .is_none_or(|found| found.archived)
    {
        return Err(Refusal::validation(format!(
            "Property group '{group}' does not exist."
        )));
    }
    let unique = body
        .get("hasUniqueValue")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    if unique {
        check_unique(portal, kind, type_name)?;
    }
    let mut definition = Definition::own(&name, type_name, field_type, now);
    definition.label = label.to_owned();
    definition.group = group.to_owned();
    definition.unique = unique;
    definition.description = text(body, "description");
    definition.hidden = body
        .get("hidden")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    definition.form_field = body
        .get("formField")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    definition.display_order = body
        .get("displayOrder")
        .and_then(Value::as_i64)
        .unwrap_or(-1);
    definition.choices = choices(body.get("options"));
    definition.owner = body.get("referencedObjectType").and_then(Value::as_str) == Some("OWNER");
    // The name of an archived property brings it back.
    put(portal, kind, definition.clone());
    Ok(definition)
}

fn check_unique(portal: &Portal, kind: Kind, type_name: &str) -> Result<(), Refusal> {
    let message = if kind == Kind::Communication && !portal.options.unique_on_communications {
        "hasUniqueValue is not supported for object type 0-18".to_owned()
    } else if !matches!(type_name, "string" | "number") {
        format!("hasUniqueValue is not supported for properties of type {type_name}")
    } else if portal.catalogue(kind).unique_count() >= MOST_UNIQUE {
        format!("An object type may have at most {MOST_UNIQUE} properties with unique values")
    } else {
        return Ok(());
    };
    Err(Refusal::validation(message))
}

fn text(body: &Value, field: &str) -> String {
    body.get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn choices(options: Option<&Value>) -> Vec<Choice> {
    let list = options
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    list.iter()
        .map(|one| Choice {
            label: text(one, "label"),
            value: text(one, "value"),
            hidden: one
                .get("hidden")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
        })
        .collect()
}

/// Only what is sent changes; `options` replace the whole list.
fn change(portal: &mut Portal, kind: Kind, name: &str, body: &Value, now: i64) -> Answer {
    let found = portal.catalogue_mut(kind).properties.get_mut(name);
    let definition = found
        .filter(|one| one.archived_at.is_none())
        .ok_or_else(|| unknown(name))?;
    let own = !definition.built_in;
    if !own && body.get("type").is_some() {
        return Err(Refusal::validation(format!(
            "Property '{name}' is read only."
        )));
    }
    for (field, place) in [
        ("label", &mut definition.label),
        ("description", &mut definition.description),
        ("groupName", &mut definition.group),
        ("type", &mut definition.type_name),
        ("fieldType", &mut definition.field_type),
    ] {
        if let Some(text) = body.get(field).and_then(Value::as_str) {
            text.clone_into(place);
        }
    }
    if body.get("options").is_some() {
        definition.choices = choices(body.get("options"));
    }
    if let Some(hidden) = body.get("hidden").and_then(Value::as_bool) {
        definition.hidden = hidden;
    }
    definition.updated_at = now;
    let shown = definition.to_json();
    Ok(HttpResponse::json(200, &shown))
}

fn archive(portal: &mut Portal, kind: Kind, name: &str, now: i64) -> Result<(), Refusal> {
    let found = portal.catalogue_mut(kind).properties.get_mut(name);
    let definition = found
        .filter(|one| one.archived_at.is_none())
        .ok_or_else(|| unknown(name))?;
    if definition.built_in {
        return Err(Refusal::validation(format!(
            "Property '{name}' is in use and cannot be deleted."
        ))
        .with(
            "subCategory",
            "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
        ));
    }
    definition.archived_at = Some(now);
    if definition.unique {
        portal.shelf_mut(kind).taken.remove(name);
    }
    Ok(())
}

fn create_group(portal: &mut Portal, kind: Kind, body: &Value) -> Answer {
    let name = body
        .get("name")
        .and_then(Value::as_str)
        .ok_or_else(|| missing_field("name"))?;
    let label = body
        .get("label")
        .and_then(Value::as_str)
        .ok_or_else(|| missing_field("label"))?;
    let catalogue = portal.catalogue_mut(kind);
    if catalogue
        .groups
        .get(name)
        .is_some_and(|group| !group.archived)
    {
        return Err(Refusal::new(
            409,
            format!("A property group named '{name}' already exists."),
        )
        .with("category", "OBJECT_ALREADY_EXISTS"));
    }
    let group = Group {
        name: name.to_owned(),
        label: label.to_owned(),
        display_order: body
            .get("displayOrder")
            .and_then(Value::as_i64)
            .unwrap_or(-1),
        archived: false,
    };
    let shown = group.to_json();
    catalogue.groups.insert(name.to_owned(), group);
    Ok(HttpResponse::json(201, &shown))
}

fn change_group(portal: &mut Portal, kind: Kind, name: &str, body: &Value) -> Answer {
    let group = portal.catalogue_mut(kind).groups.get_mut(name);
    let group = group
        .filter(|group| !group.archived)
        .ok_or_else(|| unknown_group(name))?;
    if let Some(label) = body.get("label").and_then(Value::as_str) {
        label.clone_into(&mut group.label);
    }
    Ok(HttpResponse::json(200, &group.to_json()))
}

fn archive_group(portal: &mut Portal, kind: Kind, name: &str) -> Answer {
    let catalogue = portal.catalogue_mut(kind);
    let full: Vec<String> = catalogue
        .properties
        .values()
        .filter(|one| one.group == name && one.archived_at.is_none())
        .map(|one| one.name.to_string())
        .collect();
    let group = catalogue
        .groups
        .get_mut(name)
        .ok_or_else(|| unknown_group(name))?;
    if !full.is_empty() {
        // The body of another answer, as text inside the message: so it was seen.
        let nested = json!({
            "status": "error",
            "message": "Property group has active properties",
            "category": "VALIDATION_ERROR",
            "subCategory": "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
            "context": {"propertyName": full},
        });
        return Err(Refusal::validation(nested.to_string()).with(
            "subCategory",
            "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
        ));
    }
    group.archived = true;
    Ok(HttpResponse::empty(204))
}

fn names_of(inputs: &[Value]) -> Vec<String> {
    inputs
        .iter()
        .filter_map(|one| one.get("name")?.as_str())
        .map(ToOwned::to_owned)
        .collect()
}

fn finished(call: &Call<'_>, status: u16, results: &[Value], errors: Vec<Value>) -> HttpResponse {
    let mut body = json!({
        "status": "COMPLETE",
        "results": results,
        "startedAt": stamp(call.now),
        "completedAt": stamp(call.now),
    });
    let partial = !errors.is_empty();
    if let (true, Value::Object(body)) = (partial, &mut body) {
        body.insert("numErrors".to_owned(), errors.len().into());
        body.insert("errors".to_owned(), errors.into());
    }
    HttpResponse::json(if partial { 207 } else { status }, &body)
}

fn batch_read(portal: &Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for name in names_of(inputs_of(&body, 100)?) {
        match portal.catalogue(kind).get(&name) {
            Some(definition) => results.push(definition.to_json()),
            None => errors.push(Value::Object(unknown(&name).body)),
        }
    }
    Ok(finished(call, 200, &results, errors))
}

fn batch_create(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in inputs_of(&body, 100)? {
        match create(portal, kind, input, call.now) {
            Ok(definition) => results.push(definition.to_json()),
            Err(refusal) => errors.push(Value::Object(refusal.body)),
        }
    }
    Ok(finished(call, 201, &results, errors))
}

fn batch_archive(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    for name in names_of(inputs_of(&body, 100)?) {
        // 204 whatever the state was: so the documentation promises.
        let _gone_already = archive(portal, kind, &name, call.now);
    }
    Ok(HttpResponse::empty(204))
}
