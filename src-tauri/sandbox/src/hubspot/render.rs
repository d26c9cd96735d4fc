//! Records as answers write them.

use super::kind::Kind;
use super::record::Record;
use super::validation::stamp;
use super::{Portal, computed};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Which properties an answer carries.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    /// Nobody asked for any.
    Defaults,
    /// Those that were asked for, and the three that always come.
    Named(Vec<String>),
    /// Those that were written, and what HubSpot works out after a write.
    Written(Vec<Arc<str>>),
}

impl Wanted {
    /// By the names of a request; none means the defaults.
    pub(crate) fn named(names: Vec<String>) -> Self {
        if names.is_empty() {
            Self::Defaults
        } else {
            Self::Named(names)
        }
    }

    /// What was written.
    pub(crate) fn written(values: &[(Arc<str>, String)]) -> Self {
        Self::Written(values.iter().map(|(name, _)| Arc::clone(name)).collect())
    }
}

/// One record, whole.
pub(crate) fn record(portal: &Portal, record: &Record, wanted: &Wanted) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("id".to_owned(), record.id.to_string().into());
    body.insert(
        "properties".to_owned(),
        Value::Object(properties(portal, record, wanted)),
    );
    body.insert("createdAt".to_owned(), stamp(record.created_at).into());
    body.insert("updatedAt".to_owned(), stamp(record.updated_at).into());
    body.insert("archived".to_owned(), record.archived_at.is_some().into());
    if let Some(at) = record.archived_at {
        body.insert("archivedAt".to_owned(), stamp(at).into());
    }
    body.insert("url".to_owned(), url(portal, record.kind, record.id).into());
    body
}

/// The page of a record.
pub(crate) fn url(portal: &Portal, kind: Kind, id: u64) -> String {
    format!(
        "https://{}/contacts/{}/record/{}/{id}",
        portal.options.ui_domain,
        portal.options.portal_id,
        kind.type_id()
    )
}

fn properties(portal: &Portal, record: &Record, wanted: &Wanted) -> Map<String, Value> {
    let kind = record.kind;
    let mut shown = Map::new();
    let always = [
        kind.created_property(),
        kind.modified_property(),
        "hs_object_id",
    ];
    match wanted {
        Wanted::Defaults => {
            for name in kind.default_properties() {
                show(portal, record, name, &mut shown);
            }
        }
        Wanted::Named(names) => {
            for name in names.iter().map(String::as_str).chain(always) {
                show(portal, record, name, &mut shown);
            }
        }
        Wanted::Written(names) => {
            for name in names {
                show(portal, record, name, &mut shown);
            }
            for name in computed::told_after_a_write(kind) {
                // After a write only what has a value is told.
                let text = computed::text(portal, record, name);
                if let Some(text) = text.as_deref().or_else(|| record.text(name)) {
                    shown.insert((*name).to_owned(), text.into());
                }
            }
        }
    }
    shown
}

/// A property that is not defined is left out; one without a value is null.
fn show(portal: &Portal, record: &Record, name: &str, shown: &mut Map<String, Value>) {
    let Some(definition) = portal.catalogue(record.kind).get(name) else {
        return;
    };
    shown.insert(definition.name.to_string(), value(portal, record, name));
}

fn value(portal: &Portal, record: &Record, name: &str) -> Value {
    if let Some(text) = computed::text(portal, record, name) {
        return text.into();
    }
    match record.values.get(name) {
        None => Value::Null,
        Some(held) if held.text.is_empty() && portal.options.cleared_reads_null => Value::Null,
        Some(held) => (*held.text).into(),
    }
}

/// `propertiesWithHistory`: the newest value first.
pub(crate) fn history(portal: &Portal, record: &Record, names: &[String]) -> Value {
    let mut shown = Map::new();
    for name in names {
        if portal.catalogue(record.kind).get(name).is_none() {
            continue;
        }
        let entry = |text: &str, since: i64| {
            json!({
                "value": text,
                "timestamp": stamp(since),
                "sourceType": "INTEGRATION",
                "sourceId": "2000001",
            })
        };
        let mut entries = Vec::new();
        if let Some(held) = record.values.get(name.as_str()) {
            entries.push(entry(&held.text, held.since));
        }
        let past = record.past.iter().rev().filter(|past| *past.name == **name);
        entries.extend(past.map(|past| entry(&past.text, past.since)));
        shown.insert(name.clone(), entries.into());
    }
    Value::Object(shown)
}

/// The links of a record as `?associations=` shows them: the same id once a type. Nothing if it has
/// none of the object types asked for.
pub(crate) fn associations(portal: &Portal, record: &Record, kinds: &[Kind]) -> Option<Value> {
    let mut shown = Map::new();
    for kind in kinds {
        let mut results = Vec::new();
        for (id, types) in portal.associations.of((record.kind, record.id), *kind) {
            if !portal.shelf(*kind).live.contains_key(&id) {
                continue;
            }
            for one in types {
                let spoken = portal.associations.spoken_type(record.kind, *kind, *one);
                results.push(json!({"id": id.to_string(), "type": spoken}));
            }
        }
        if !results.is_empty() {
            shown.insert(kind.plural().to_owned(), json!({"results": results}));
        }
    }
    (!shown.is_empty()).then_some(Value::Object(shown))
}
