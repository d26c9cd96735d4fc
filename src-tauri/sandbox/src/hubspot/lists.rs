//! Lists of records: those whose members somebody puts in. A list that fills itself by a filter can
//! be made and read, but holds nobody.

use super::Portal;
use super::errors::{Refusal, missing_field, not_found, unknown_type, wrong_method};
use super::kind::Kind;
use super::route::{Answer, Call};
use super::validation::stamp;
use super::write::id_text;
use crate::message::HttpResponse;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One list.
#[derive(Debug, Clone)]
pub(crate) struct List {
    id: u64,
    name: String,
    kind: Kind,
    processing: String,
    created_at: i64,
    updated_at: i64,
    /// From record to when it joined, ms UTC.
    members: BTreeMap<u64, i64>,
}

impl List {
    fn to_json(&self) -> Value {
        json!({
            "listId": self.id.to_string(),
            "name": self.name,
            "objectTypeId": self.kind.type_id(),
            "processingType": self.processing,
            "processingStatus": "COMPLETE",
            "listVersion": 1,
            "size": self.members.len(),
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.updated_at),
            "filtersUpdatedAt": stamp(self.created_at),
            "createdById": "1",
            "updatedById": "1",
            "additionalProperties": {"hs_list_size": self.members.len().to_string()},
        })
    }
}

/// All lists.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    all: BTreeMap<u64, List>,
    made: u64,
}

impl Lists {
    /// Members that were merged are members under their new id.
    pub(crate) fn follow_merge(&mut self, kind: Kind, old: &[u64], new: u64) {
        for list in self.all.values_mut().filter(|list| list.kind == kind) {
            let joined = old.iter().filter_map(|id| list.members.remove(id)).min();
            if let Some(at) = joined {
                list.members.insert(new, at);
            }
        }
    }
}

/// `/crm/v3/lists/…` and the dated ones.
pub(crate) fn answer(portal: &mut Portal, call: &Call<'_>, rest: &[&str]) -> Answer {
    match (call.request.method.as_str(), rest) {
        ("POST", []) => create(portal, call),
        ("GET", []) => Ok(several(portal, call)),
        ("POST", ["search"]) => search(portal, &call.json()?),
        ("GET", ["object-type-id", kind, "name", name]) => {
            let kind = Kind::parse(kind).ok_or_else(|| unknown_type(kind))?;
            let found = portal
                .lists
                .all
                .values()
                .find(|one| one.kind == kind && one.name == *name);
            let list = found.ok_or_else(not_found)?;
            Ok(HttpResponse::json(200, &json!({"list": list.to_json()})))
        }
        ("GET", [id]) => {
            let list = find(portal, id)?;
            Ok(HttpResponse::json(200, &json!({"list": list.to_json()})))
        }
        ("GET", ["records", kind, record, "memberships"]) => {
            let kind = Kind::parse(kind).ok_or_else(|| unknown_type(kind))?;
            Ok(of_record(portal, kind, record))
        }
        ("DELETE", [id]) => {
            let id = find(portal, id)?.id;
            portal.lists.all.remove(&id);
            Ok(HttpResponse::empty(204))
        }
        ("PUT", [id, "update-list-name"]) => {
            let name = call
                .request
                .parameter("listName")
                .unwrap_or_default()
                .to_owned();
            let now = call.now;
            let list = find_mut(portal, id)?;
            list.name = name;
            list.updated_at = now;
            Ok(HttpResponse::json(
                200,
                &json!({"updatedList": list.to_json()}),
            ))
        }
        ("GET", [id, "memberships"]) => members(portal, call, id, false),
        ("GET", [id, "memberships", "join-order"]) => members(portal, call, id, true),
        ("DELETE", [id, "memberships"]) => {
            find_mut(portal, id)?.members.clear();
            Ok(HttpResponse::empty(204))
        }
        ("PUT", [id, "memberships", verb]) => join(portal, call, id, verb),
        (_, [] | [_] | [_, "memberships", ..]) => Err(wrong_method()),
        _ => Err(not_found()),
    }
}

fn unknown_list(id: &str) -> Refusal {
    Refusal::new(404, format!("List does not exist with ID {id}."))
        .with("category", "OBJECT_NOT_FOUND")
        .with("subCategory", "ListError.LIST_NOT_FOUND")
}

fn find<'a>(portal: &'a Portal, id: &str) -> Result<&'a List, Refusal> {
    let number = id.parse::<u64>().map_err(|_| unknown_list(id))?;
    portal
        .lists
        .all
        .get(&number)
        .ok_or_else(|| unknown_list(id))
}

fn find_mut<'a>(portal: &'a mut Portal, id: &str) -> Result<&'a mut List, Refusal> {
    let number = id.parse::<u64>().map_err(|_| unknown_list(id))?;
    portal
        .lists
        .all
        .get_mut(&number)
        .ok_or_else(|| unknown_list(id))
}

fn create(portal: &mut Portal, call: &Call<'_>) -> Answer {
    let body = call.json()?;
    let field = |name: &str| -> Result<&str, Refusal> {
        body.get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| missing_field(name))
    };
    let (name, processing) = (field("name")?, field("processingType")?);
    let kind_name = field("objectTypeId")?;
    let kind = Kind::parse(kind_name).ok_or_else(|| unknown_type(kind_name))?;
    if !matches!(processing, "MANUAL" | "DYNAMIC" | "SNAPSHOT") {
        return Err(Refusal::validation(
            "Enum type must be one of: [MANUAL, DYNAMIC, SNAPSHOT]",
        ));
    }
    if portal
        .lists
        .all
        .values()
        .any(|list| list.name == name && list.kind == kind)
    {
        return Err(
            Refusal::validation(format!("A list named '{name}' already exists."))
                .with("subCategory", "ListError.DUPLICATE_LIST_NAMES"),
        );
    }
    portal.lists.made += 1;
    let list = List {
        id: portal.lists.made,
        name: name.to_owned(),
        kind,
        processing: processing.to_owned(),
        created_at: call.now,
        updated_at: call.now,
        members: BTreeMap::new(),
    };
    let shown = list.to_json();
    portal.lists.all.insert(list.id, list);
    Ok(HttpResponse::json(200, &json!({"list": shown})))
}

fn several(portal: &Portal, call: &Call<'_>) -> HttpResponse {
    let ids = call.names("listIds");
    let lists: Vec<Value> = portal
        .lists
        .all
        .values()
        .filter(|list| ids.is_empty() || ids.contains(&list.id.to_string()))
        .map(List::to_json)
        .collect();
    HttpResponse::json(200, &json!({"lists": lists}))
}

/// The lists that a record is on. A record that nobody knows is on none.
fn of_record(portal: &Portal, kind: Kind, record: &str) -> HttpResponse {
    let record = record.parse::<u64>().ok();
    let on: Vec<Value> = portal
        .lists
        .all
        .values()
        .filter(|list| list.kind == kind)
        .filter_map(|list| {
            let joined = record.and_then(|record| list.members.get(&record))?;
            Some(json!({
                "listId": list.id.to_string(),
                "listVersion": 1,
                "firstAddedTimestamp": stamp(*joined),
                "lastAddedTimestamp": stamp(*joined),
            }))
        })
        .collect();
    HttpResponse::json(200, &json!({"results": on, "total": on.len()}))
}

fn search(portal: &Portal, body: &Value) -> Answer {
    let words = body
        .get("query")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_lowercase();
    let kinds = body
        .get("processingTypes")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let object = body
        .get("objectTypeId")
        .and_then(Value::as_str)
        .and_then(Kind::parse);
    let number = |field: &str, default: usize| {
        let value = body.get(field).and_then(Value::as_u64);
        value
            .and_then(|value| usize::try_from(value).ok())
            .unwrap_or(default)
    };
    let (offset, count) = (number("offset", 0), number("count", 20).min(500));
    let found: Vec<&List> = portal
        .lists
        .all
        .values()
        .filter(|list| list.name.to_lowercase().contains(&words))
        .filter(|list| object.is_none_or(|kind| kind == list.kind))
        .filter(|list| {
            kinds.is_empty()
                || kinds
                    .iter()
                    .any(|kind| kind.as_str() == Some(&list.processing))
        })
        .collect();
    let page: Vec<Value> = found
        .iter()
        .skip(offset)
        .take(count)
        .map(|list| list.to_json())
        .collect();
    let end = offset.saturating_add(page.len());
    let shown = json!({
        "lists": page,
        "total": found.len(),
        "offset": end,
        "hasMore": end < found.len(),
    });
    Ok(HttpResponse::json(200, &shown))
}

fn members(portal: &Portal, call: &Call<'_>, id: &str, by_joining: bool) -> Answer {
    let list = find(portal, id)?;
    let limit = call.limit(100, 250)?;
    let mut all: Vec<(u64, i64)> = list.members.iter().map(|(id, at)| (*id, *at)).collect();
    if by_joining {
        all.sort_by_key(|(id, at)| (*at, *id));
    }
    let start = match call.request.parameter("after") {
        None | Some("") => 0,
        Some(after) => {
            let after = after
                .parse::<u64>()
                .map_err(|_| Refusal::validation("Invalid after"))?;
            all.iter()
                .position(|(id, _)| *id == after)
                .map_or(all.len(), |place| place + 1)
        }
    };
    let page: Vec<(u64, i64)> = all.iter().skip(start).take(limit).copied().collect();
    let results: Vec<Value> = page
        .iter()
        .map(|(id, at)| json!({"recordId": id.to_string(), "membershipTimestamp": stamp(*at)}))
        .collect();
    let mut body = json!({"results": results, "total": all.len()});
    if let (Some((last, _)), Value::Object(body)) = (page.last(), &mut body)
        && start + page.len() < all.len()
    {
        let paging = super::objects::paging(&call.request.path, &last.to_string());
        body.insert("paging".to_owned(), paging);
    }
    Ok(HttpResponse::json(200, &body))
}

fn join(portal: &mut Portal, call: &Call<'_>, id: &str, verb: &str) -> Answer {
    let body = call.json()?;
    let ids = |list: Option<&Value>| -> Vec<String> {
        let list = list
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter().map(id_text).collect()
    };
    let (add, remove) = match verb {
        "add" => (ids(Some(&body)), Vec::new()),
        "remove" => (Vec::new(), ids(Some(&body))),
        "add-and-remove" => (
            ids(body.get("recordIdsToAdd")),
            ids(body.get("recordIdsToRemove")),
        ),
        _ => return Err(not_found()),
    };
    let list = find(portal, id)?;
    if list.processing == "DYNAMIC" {
        return Err(
            Refusal::validation("Memberships of a dynamic list cannot be changed.")
                .with("subCategory", "ListError.LIST_MEMBERSHIPS_NOT_EDITABLE"),
        );
    }
    let shelf = portal.shelf(list.kind);
    let live = |text: &String| text.parse().ok().filter(|id| shelf.live.contains_key(id));
    let missing: Vec<&String> = add.iter().filter(|text| live(text).is_none()).collect();
    let joining: Vec<u64> = add.iter().filter_map(live).collect();
    let shown_missing = json!(missing);
    let list = find_mut(portal, id)?;
    let mut added = Vec::new();
    for record in joining {
        if list.members.insert(record, call.now).is_none() {
            added.push(record.to_string());
        }
    }
    let mut removed = Vec::new();
    for text in &remove {
        if text
            .parse::<u64>()
            .is_ok_and(|record| list.members.remove(&record).is_some())
        {
            removed.push(text.clone());
        }
    }
    list.updated_at = call.now;
    let shown = json!({
        "recordsIdsAdded": added,
        "recordIdsMissing": shown_missing,
        "recordsIdsRemoved": removed,
        "recordIdsRemoved": removed,
    });
    Ok(HttpResponse::json(200, &shown))
}
