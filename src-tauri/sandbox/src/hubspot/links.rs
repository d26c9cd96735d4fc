//! Associations over the API: those of one record, and many at once between two object types.

use super::Portal;
use super::associations::{Associations, TypeId};
use super::batch::inputs_of;
use super::errors::{Refusal, bad_associations, missing_field, not_found, odd_id, unknown_type};
use super::kind::Kind;
use super::objects::paging;
use super::route::{Answer, Call};
use super::validation::stamp;
use super::write::{id_text, read_types};
use crate::message::HttpResponse;
use serde_json::{Map, Value, json};

const LARGEST_PAGE: usize = 500;
const MOST_LABELS: usize = 10;

/// `…/{type}/{id}/associations/…`.
pub(crate) fn of_record(portal: &mut Portal, call: &Call<'_>, kind: Kind, rest: &[&str]) -> Answer {
    let to_kind = |name: &str| Kind::parse(name).ok_or_else(|| unknown_type(name));
    match (call.request.method.as_str(), rest) {
        ("GET", [id, _, to]) => list(portal, call, kind, id, to_kind(to)?),
        ("PUT", [id, _, "default", to, to_id]) => {
            let to = to_kind(to)?;
            let (from, other) = ends(portal, kind, id, to, to_id)?;
            portal.associations.link_default((kind, from), (to, other));
            let results = pair(kind, from, to, other);
            Ok(HttpResponse::json(
                200,
                &finished(call, results, Vec::new()),
            ))
        }
        ("PUT", [id, _, to, to_id]) => {
            let to = to_kind(to)?;
            let (from, other) = ends(portal, kind, id, to, to_id)?;
            let types = read_types(Some(&call.json()?))?;
            check_types(portal, kind, to, &types)?;
            // What was there is replaced.
            portal.associations.unlink((kind, from), (to, other));
            portal.associations.link((kind, from), (to, other), &types);
            Ok(HttpResponse::json(
                201,
                &labelled(portal, kind, from, to, other),
            ))
        }
        ("DELETE", [id, _, to, to_id]) => {
            let to = to_kind(to)?;
            if let (Ok(from), Ok(other)) = (id.parse::<u64>(), to_id.parse::<u64>()) {
                portal.associations.unlink((kind, from), (to, other));
            }
            Ok(HttpResponse::empty(204))
        }
        _ => Err(not_found()),
    }
}

fn ends(
    portal: &Portal,
    kind: Kind,
    id: &str,
    to: Kind,
    to_id: &str,
) -> Result<(u64, u64), Refusal> {
    if Associations::default_type(kind, to).is_none() {
        return Err(Refusal::validation(format!(
            "No association definition exists from {} to {}",
            kind.type_id(),
            to.type_id()
        )));
    }
    Ok((
        portal.linkable(kind, &Value::from(id))?,
        portal.linkable(to, &Value::from(to_id))?,
    ))
}

fn check_types(portal: &Portal, from: Kind, to: Kind, types: &[TypeId]) -> Result<(), Refusal> {
    let bad: Vec<String> = types
        .iter()
        .filter(|one| portal.associations.inverse(from, to, **one).is_none())
        .map(|one| {
            format!(
                "{}={} is not a valid association definition id",
                one.category(),
                one.id
            )
        })
        .collect();
    if bad.is_empty() {
        Ok(())
    } else {
        Err(bad_associations("INVALID_ASSOCIATION_TYPE_ID", &bad))
    }
}

/// Both directions of the unlabelled link, as the default endpoints answer.
fn pair(from_kind: Kind, from: u64, to_kind: Kind, to: u64) -> Vec<Value> {
    [
        (from_kind, from, to_kind, to),
        (to_kind, to, from_kind, from),
    ]
    .into_iter()
    .filter_map(|(one, id, other, other_id)| {
        let spec = Associations::default_type(one, other)?;
        Some(json!({
            "from": {"id": id.to_string()},
            "to": {"id": other_id.to_string()},
            "associationSpec": {
                "associationCategory": spec.category(),
                "associationTypeId": spec.id,
            },
        }))
    })
    .collect()
}

fn labelled(portal: &Portal, from_kind: Kind, from: u64, to_kind: Kind, to: u64) -> Value {
    let types = portal
        .associations
        .of((from_kind, from), to_kind)
        .find(|(id, _)| *id == to);
    let labels: Vec<&str> = types
        .map(|(_, types)| {
            types
                .iter()
                .filter_map(|one| portal.associations.label_of(*one))
                .collect()
        })
        .unwrap_or_default();
    json!({
        "fromObjectTypeId": from_kind.type_id(),
        "fromObjectId": from,
        "toObjectTypeId": to_kind.type_id(),
        "toObjectId": to,
        "labels": labels,
    })
}

/// One link as a list shows it: ids are numbers here.
fn entry(portal: &Portal, id: u64, types: &[TypeId]) -> Value {
    let types: Vec<Value> = types
        .iter()
        .map(|one| {
            json!({
                "category": one.category(),
                "typeId": one.id,
                "label": portal.associations.label_of(*one),
            })
        })
        .collect();
    json!({"toObjectId": id, "associationTypes": types})
}

/// The links of a record to live records of one object type.
fn live(portal: &Portal, from: (Kind, u64), to: Kind) -> impl Iterator<Item = (u64, &[TypeId])> {
    let shelf = portal.shelf(to);
    portal
        .associations
        .of(from, to)
        .filter(move |(id, _)| shelf.live.contains_key(id))
}

fn list(portal: &Portal, call: &Call<'_>, kind: Kind, id: &str, to: Kind) -> Answer {
    let asked = call
        .request
        .parameter("limit")
        .and_then(|text| text.parse::<usize>().ok());
    if let Some(limit) = asked.filter(|limit| *limit > LARGEST_PAGE) {
        return Err(Refusal::validation(format!(
            "You can only request at most {LARGEST_PAGE} associations at once."
        ))
        .context("limit", &[limit.to_string()]));
    }
    let limit = call.limit(LARGEST_PAGE, LARGEST_PAGE)?;
    let number = id.parse::<u64>().map_err(|_| odd_id(id))?;
    let record = portal.shelf(kind).resolve(number).ok_or_else(not_found)?;
    let after = call
        .request
        .parameter("after")
        .and_then(|text| text.parse::<u64>().ok());
    let mut links = live(portal, (kind, record.id), to)
        .skip_while(|(id, _)| after.is_some_and(|after| *id <= after))
        .peekable();
    let mut results = Vec::new();
    let mut last = 0;
    while let Some((id, types)) = links.next_if(|_| results.len() < limit) {
        results.push(entry(portal, id, types));
        last = id;
    }
    let mut body = json!({"results": results});
    if let (true, Value::Object(body)) = (links.peek().is_some(), &mut body) {
        body.insert(
            "paging".to_owned(),
            paging(&call.request.path, &last.to_string()),
        );
    }
    Ok(HttpResponse::json(200, &body))
}

/// `/crm/v4/associations/{from}/{to}/…` and the dated ones.
pub(crate) fn between(
    portal: &mut Portal,
    call: &Call<'_>,
    from: Kind,
    to: Kind,
    rest: &[&str],
) -> Answer {
    match (call.request.method.as_str(), rest) {
        ("GET", ["labels" | "types"]) => {
            let types = portal.associations.types_between(from, to);
            let results: Vec<Value> = types
                .into_iter()
                .map(|one| {
                    let label = portal.associations.label_of(one);
                    json!({"category": one.category(), "typeId": one.id, "label": label})
                })
                .collect();
            Ok(HttpResponse::json(200, &json!({"results": results})))
        }
        ("POST", ["labels"]) => add_label(portal, call, from, to),
        ("PUT", ["labels"]) => rename_label(portal, call),
        ("POST", ["batch", "read"]) => batch_read(portal, call, from, to),
        ("POST", ["batch", "create"]) => batch_create(portal, call, from, to, false),
        ("POST", ["batch", "associate", "default"]) => batch_create(portal, call, from, to, true),
        ("POST", ["batch", "archive"]) => batch_archive(portal, call, from, to),
        ("POST", ["batch", "labels", "archive"]) => unlabel(portal, call, from, to),
        _ => Err(not_found()),
    }
}

fn finished(call: &Call<'_>, results: Vec<Value>, errors: Vec<Value>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("status".to_owned(), "COMPLETE".into());
    body.insert("results".to_owned(), results.into());
    body.insert("startedAt".to_owned(), stamp(call.now).into());
    body.insert("completedAt".to_owned(), stamp(call.now).into());
    if !errors.is_empty() {
        body.insert("numErrors".to_owned(), errors.len().into());
        body.insert("errors".to_owned(), errors.into());
    }
    body
}

fn status_of(body: &Map<String, Value>, good: u16) -> u16 {
    if body.contains_key("errors") {
        207
    } else {
        good
    }
}

fn end_of(input: &Value, field: &str) -> Result<String, Refusal> {
    let id = input.get(field).and_then(|end| end.get("id"));
    id.map(id_text).ok_or_else(|| missing_field(field))
}

fn batch_read(portal: &Portal, call: &Call<'_>, from: Kind, to: Kind) -> Answer {
    let body = call.json()?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in inputs_of(&body, 1_000)? {
        let id = input
            .get("id")
            .map(id_text)
            .ok_or_else(|| missing_field("id"))?;
        let number = id.parse::<u64>().unwrap_or_default();
        let record = portal.shelf(from).resolve(number);
        let links: Vec<Value> = record
            .map(|record| {
                live(portal, (from, record.id), to)
                    .map(|(id, types)| entry(portal, id, types))
                    .collect()
            })
            .unwrap_or_default();
        if links.is_empty() {
            let message = format!(
                "No {} is associated with {} {id}.",
                to.singular(),
                from.singular()
            );
            errors.push(json!({
                "status": "error",
                "category": "OBJECT_NOT_FOUND",
                "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
                "message": message,
                "context": {
                    "fromObjectId": [id],
                    "fromObjectType": [from.type_id()],
                    "toObjectType": [to.type_id()],
                },
            }));
        } else {
            results.push(json!({"from": {"id": id}, "to": links}));
        }
    }
    let body = finished(call, results, errors);
    Ok(HttpResponse::json(status_of(&body, 200), &body))
}

fn batch_create(
    portal: &mut Portal,
    call: &Call<'_>,
    from: Kind,
    to: Kind,
    by_default: bool,
) -> Answer {
    let body = call.json()?;
    let (mut results, mut errors) = (Vec::new(), Vec::new());
    for input in inputs_of(&body, 2_000)? {
        let (one, other) = (end_of(input, "from")?, end_of(input, "to")?);
        let types = if by_default {
            Vec::new()
        } else {
            read_types(input.get("types"))?
        };
        let checked = check_types(portal, from, to, &types)
            .and_then(|()| ends(portal, from, &one, to, &other));
        match checked {
            Ok((id, other)) if by_default => {
                portal.associations.link_default((from, id), (to, other));
                results.extend(pair(from, id, to, other));
            }
            Ok((id, other)) => {
                portal.associations.link((from, id), (to, other), &types);
                results.push(labelled(portal, from, id, to, other));
            }
            Err(refusal) => errors.push(Value::Object(refusal.body)),
        }
    }
    let body = finished(call, results, errors);
    Ok(HttpResponse::json(
        status_of(&body, if by_default { 200 } else { 201 }),
        &body,
    ))
}

fn batch_archive(portal: &mut Portal, call: &Call<'_>, from: Kind, to: Kind) -> Answer {
    let body = call.json()?;
    for input in inputs_of(&body, 2_000)? {
        let id = end_of(input, "from")?.parse::<u64>().unwrap_or_default();
        let targets = match input.get("to") {
            Some(Value::Array(list)) => list.clone(),
            Some(one) => vec![one.clone()],
            None => return Err(missing_field("to")),
        };
        for target in targets {
            let other = target
                .get("id")
                .map(id_text)
                .ok_or_else(|| missing_field("id"))?;
            if let Ok(other) = other.parse::<u64>() {
                portal.associations.unlink((from, id), (to, other));
            }
        }
    }
    Ok(HttpResponse::empty(204))
}

fn unlabel(portal: &mut Portal, call: &Call<'_>, from: Kind, to: Kind) -> Answer {
    let body = call.json()?;
    for input in inputs_of(&body, 2_000)? {
        let id = end_of(input, "from")?.parse::<u64>().unwrap_or_default();
        let other = end_of(input, "to")?.parse::<u64>().unwrap_or_default();
        let types = read_types(input.get("types"))?;
        portal.associations.unlabel((from, id), (to, other), &types);
    }
    Ok(HttpResponse::empty(204))
}

fn add_label(portal: &mut Portal, call: &Call<'_>, from: Kind, to: Kind) -> Answer {
    let body = call.json()?;
    let field = |name: &str| -> Result<&str, Refusal> {
        body.get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| missing_field(name))
    };
    let (label, name) = (field("label")?, field("name")?);
    let back = body
        .get("inverseLabel")
        .and_then(Value::as_str)
        .unwrap_or(label);
    let own = |one: &&super::associations::Label| one.from == from && one.to == to;
    let before = portal.associations.labels.len();
    if portal.associations.labels.iter().filter(own).count() >= MOST_LABELS {
        return Err(Refusal::validation(format!(
            "At most {MOST_LABELS} labels can be made for a pair of object types"
        )));
    }
    if portal
        .associations
        .labels
        .iter()
        .filter(own)
        .any(|one| one.name == name)
    {
        return Err(
            Refusal::new(409, format!("A label named '{name}' already exists."))
                .with("category", "OBJECT_ALREADY_EXISTS"),
        );
    }
    portal.associations.add_label(from, to, name, label, back);
    let made = portal.associations.labels.iter().skip(before);
    let results: Vec<Value> = made
        .map(|one| json!({"category": "USER_DEFINED", "typeId": one.id, "label": one.label}))
        .collect();
    Ok(HttpResponse::json(200, &json!({"results": results})))
}

fn rename_label(portal: &mut Portal, call: &Call<'_>) -> Answer {
    let body = call.json()?;
    let id = body
        .get("associationTypeId")
        .map(id_text)
        .and_then(|text| text.parse::<u32>().ok());
    let id = id.ok_or_else(|| missing_field("associationTypeId"))?;
    let label = body
        .get("label")
        .and_then(Value::as_str)
        .ok_or_else(|| missing_field("label"))?;
    let labels = &mut portal.associations.labels;
    let found = labels
        .iter_mut()
        .find(|one| one.id == id)
        .ok_or_else(not_found)?;
    label.clone_into(&mut found.label);
    Ok(HttpResponse::empty(204))
}
