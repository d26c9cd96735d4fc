//! Single records: list, create, read, update, archive.

use super::Portal;
use super::errors::{Refusal, not_found, odd_id};
use super::kind::Kind;
use super::record::Record;
use super::render::{self, Wanted};
use super::route::{Answer, Call};
use super::validation::{self, Checked};
use super::write::{Claims, Clash};
use crate::message::HttpResponse;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// `GET …/{type}`: by id, strongly consistent.
pub(crate) fn list(portal: &Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let history = call.names("propertiesWithHistory");
    // A history makes pages smaller; 50 is what is often named.
    let limit = call.limit(10, if history.is_empty() { 100 } else { 50 })?;
    let from = match call.request.parameter("after") {
        None | Some("") => 0,
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| Refusal::validation(format!("Invalid after parameter: {text}")))?,
    };
    let wanted = Wanted::named(call.names("properties"));
    let kinds = kinds_of(&call.names("associations"))?;
    let shelf = portal.shelf(kind);
    let records = if call.flag("archived") {
        &shelf.archived
    } else {
        &shelf.live
    };
    let mut results = Vec::new();
    let mut next = None;
    for (id, record) in records.range(from..) {
        if results.len() == limit {
            next = Some(*id);
            break;
        }
        results.push(Value::Object(whole(
            portal, record, &wanted, &history, &kinds,
        )));
    }
    let mut body = json!({"results": results});
    if let (Some(after), Value::Object(body)) = (next, &mut body) {
        body.insert(
            "paging".to_owned(),
            paging(&call.request.path, &after.to_string()),
        );
    }
    Ok(HttpResponse::json(200, &body))
}

/// The `paging` of a page that is not the last. The link names the host that the public knows.
pub(crate) fn paging(path: &str, after: &str) -> Value {
    json!({"next": {"after": after, "link": format!("https://api.hubapi.com{path}?after={after}")}})
}

/// The object types that `?associations=` names.
fn kinds_of(names: &[String]) -> Result<Vec<Kind>, Refusal> {
    names
        .iter()
        .map(|name| Kind::parse(name).ok_or_else(|| super::errors::unknown_type(name)))
        .collect()
}

fn whole(
    portal: &Portal,
    record: &Record,
    wanted: &Wanted,
    history: &[String],
    kinds: &[Kind],
) -> Map<String, Value> {
    let mut body = render::record(portal, record, wanted);
    if !history.is_empty() {
        let values = render::history(portal, record, history);
        body.insert("propertiesWithHistory".to_owned(), values);
    }
    if let Some(links) = render::associations(portal, record, kinds) {
        body.insert("associations".to_owned(), links);
    }
    body
}

/// The live record that a path names: by id, also one that was merged away, or by a unique property.
pub(crate) fn find(
    portal: &Portal,
    call: &Call<'_>,
    kind: Kind,
    id: &str,
) -> Result<Arc<Record>, Refusal> {
    let shelf = portal.shelf(kind);
    match call.request.parameter("idProperty") {
        None | Some("" | "hs_object_id") => {
            let number = id.parse::<u64>().map_err(|_| odd_id(id))?;
            shelf.resolve(number).map(Arc::clone).ok_or_else(not_found)
        }
        Some(property) => {
            let property = property.to_lowercase();
            if !shelf.taken.contains_key(property.as_str()) {
                return Err(not_unique(kind, &property));
            }
            let value = if property == "email" {
                id.to_lowercase()
            } else {
                id.to_owned()
            };
            shelf
                .owner_of(&property, &value)
                .and_then(|owner| shelf.live.get(&owner))
                .map(Arc::clone)
                .ok_or_else(not_found)
        }
    }
}

/// A property that two records could share does not name one.
pub(crate) fn not_unique(kind: Kind, property: &str) -> Refusal {
    Refusal::validation(format!(
        "Unable to perform update/upsert by non-unique {} property {property}",
        kind.type_id()
    ))
}

/// `GET …/{type}/{id}`.
pub(crate) fn read(portal: &Portal, call: &Call<'_>, kind: Kind, id: &str) -> Answer {
    let record = if call.flag("archived") {
        let number = id.parse::<u64>().map_err(|_| odd_id(id))?;
        portal
            .shelf(kind)
            .archived
            .get(&number)
            .map(Arc::clone)
            .ok_or_else(not_found)?
    } else {
        find(portal, call, kind, id)?
    };
    let wanted = Wanted::named(call.names("properties"));
    let kinds = kinds_of(&call.names("associations"))?;
    let history = call.names("propertiesWithHistory");
    Ok(HttpResponse::json(
        200,
        &whole(portal, &record, &wanted, &history, &kinds),
    ))
}

/// `POST …/{type}`.
pub(crate) fn create(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let input = call.json()?;
    let properties = validation::properties_of(&input)?;
    let checked = validation::check(portal, kind, call.version, None, properties)?;
    sound(portal, &checked)?;
    validation::required(kind, &checked)?;
    let links = portal.check_links(kind, &input)?;
    let id = portal.next_id(kind);
    portal
        .check_unique(kind, id, true, &checked.values, &mut Claims::new())
        .map_err(Clash::refusal)?;
    portal.make(kind, id, &checked.values, &links, call.now);
    let body = after_write(portal, kind, id, &checked).ok_or_else(not_found)?;
    Ok(HttpResponse::json(201, &body)
        .with_header("location", &format!("{}/{id}", call.request.path)))
}

/// Refuses values that did not hold, then what breaks an admin's rules.
pub(crate) fn sound(portal: &Portal, checked: &Checked) -> Result<(), Refusal> {
    let refusal = validation::refusal(portal.options.portal_id, &checked.problems, false)
        .or_else(|| validation::rules_refusal(&checked.rules));
    refusal.map_or(Ok(()), Err)
}

/// A record as the write that made or changed it answers.
pub(crate) fn after_write(
    portal: &Portal,
    kind: Kind,
    id: u64,
    checked: &Checked,
) -> Option<Map<String, Value>> {
    let record = portal.shelf(kind).live.get(&id)?;
    let mut body = render::record(portal, record, &Wanted::written(&checked.values));
    if !checked.warnings.is_empty() {
        body.insert("warnings".to_owned(), checked.warnings.clone().into());
    }
    Some(body)
}

/// `PATCH …/{type}/{id}`.
pub(crate) fn update(portal: &mut Portal, call: &Call<'_>, kind: Kind, id: &str) -> Answer {
    let record = find(portal, call, kind, id)?;
    let input = call.json()?;
    let properties = validation::properties_of(&input)?;
    let checked = validation::check(portal, kind, call.version, Some(&record), properties)?;
    sound(portal, &checked)?;
    portal
        .check_unique(kind, record.id, false, &checked.values, &mut Claims::new())
        .map_err(Clash::refusal)?;
    let id = record.id;
    drop(record);
    portal.apply(kind, id, &checked.values, call.now);
    let body = after_write(portal, kind, id, &checked).ok_or_else(not_found)?;
    Ok(HttpResponse::json(200, &body))
}

/// `DELETE …/{type}/{id}`: the recycle bin. A second time it answers the same.
pub(crate) fn archive(portal: &mut Portal, call: &Call<'_>, kind: Kind, id: &str) -> Answer {
    let number = id.parse::<u64>().map_err(|_| odd_id(id))?;
    if portal.shelf(kind).archived.contains_key(&number) {
        return Ok(HttpResponse::empty(204));
    }
    if portal.archive_record(kind, number, call.now) {
        Ok(HttpResponse::empty(204))
    } else {
        Err(not_found())
    }
}
