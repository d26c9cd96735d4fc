//! Records as they are read and as they are written.
//!
//! Property values belong to people: `Debug` shows names of properties and ids, never a value.

use crate::lenient;
use crate::object_kind::ObjectKind;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use wire::Timestamp;

/// A record as HubSpot gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, unique inside one kind only. After a merge it is not the id that was asked for.
    pub id: String,
    /// Its properties. A value that was never set is `None`; one that was cleared may read `""`.
    pub properties: BTreeMap<String, Option<String>>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Whether it lies in the recycle bin.
    pub archived: bool,
    /// After an upsert: whether it was made (`true`) or found (`false`).
    pub new: Option<bool>,
    /// After a batch: the trace id of the input that it answers, where HubSpot repeats it.
    pub trace_id: Option<String>,
}

impl Record {
    /// A property's value. Null, `""` and absent are all `None`: HubSpot uses them interchangeably.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.properties
            .get(name)?
            .as_deref()
            .filter(|value| !value.is_empty())
    }

    /// Reads one record; nothing where there is no id in it.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        let properties: BTreeMap<_, _> = fields
            .get("properties")
            .and_then(Value::as_object)
            .map(|properties| {
                properties
                    .iter()
                    .map(|(name, value)| (name.clone(), property_value(value)))
                    .collect()
            })
            .unwrap_or_default();
        let from_properties = || properties.get("hs_object_id").cloned().flatten();
        let id = lenient::id(fields.get("id"))
            .or_else(from_properties)
            .filter(|id| !id.trim().is_empty())?;
        Some(Self {
            id,
            created_at: lenient::timestamp(fields.get("createdAt")),
            updated_at: lenient::timestamp(fields.get("updatedAt")),
            archived: lenient::flag(fields.get("archived")).unwrap_or(false),
            new: lenient::flag(fields.get("new")),
            trace_id: lenient::filled(fields.get("objectWriteTraceId")),
            properties,
        })
    }

    /// Reads the records of a list; one that can't be read is left out.
    pub(crate) fn read_all(values: &[Value]) -> Vec<Self> {
        values.iter().filter_map(Self::read).collect()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("id", &self.id)
            .field("properties", &self.properties.keys())
            .field("archived", &self.archived)
            .field("new", &self.new)
            .field("trace_id", &self.trace_id)
            .finish_non_exhaustive()
    }
}

/// Values are text or null; what is neither is kept as the JSON that it is.
fn property_value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A record to be made.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NewRecord {
    /// In a batch: a name for this input, unique in the batch. With one on every input, HubSpot
    /// answers for each alone; without, one bad input refuses the whole batch.
    pub trace_id: Option<String>,
    /// Its properties.
    pub properties: BTreeMap<String, String>,
    /// What it is tied to from the start.
    pub associations: Vec<Association>,
}

impl NewRecord {
    /// As HubSpot wants it. The trace id is for batches only.
    pub(crate) fn to_json(&self, in_batch: bool) -> Value {
        let mut input = Map::new();
        input.insert("properties".into(), json!(self.properties));
        if !self.associations.is_empty() {
            let associations: Vec<Value> =
                self.associations.iter().map(Association::to_json).collect();
            input.insert("associations".into(), Value::Array(associations));
        }
        if let (true, Some(trace_id)) = (in_batch, &self.trace_id) {
            input.insert("objectWriteTraceId".into(), json!(trace_id));
        }
        Value::Object(input)
    }
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NewRecord")
            .field("trace_id", &self.trace_id)
            .field("properties", &self.properties.keys())
            .field("associations", &self.associations)
            .finish()
    }
}

/// A tie from a new record to one that exists, of a type that HubSpot defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    /// The record at the other end.
    pub to_id: String,
    /// The type, counted in the direction from the new record.
    pub type_id: u32,
}

impl Association {
    /// The tie of a new record of this kind to a contact.
    pub fn to_contact(from: ObjectKind, contact_id: impl Into<String>) -> Self {
        Self {
            to_id: contact_id.into(),
            type_id: from.association_to_contact(),
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "to": {"id": self.to_id},
            "types": [{
                "associationCategory": "HUBSPOT_DEFINED",
                "associationTypeId": self.type_id,
            }],
        })
    }
}

/// A change to one record, in a batch.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RecordUpdate {
    /// Its id; in an upsert the value of the property that identifies it.
    pub id: String,
    /// See [`NewRecord::trace_id`].
    pub trace_id: Option<String>,
    /// What to set; `""` clears. What is not named stays as it is.
    pub properties: BTreeMap<String, String>,
}

impl RecordUpdate {
    /// As HubSpot wants it.
    pub(crate) fn to_json(&self, id_property: Option<&str>) -> Value {
        let mut input = Map::new();
        input.insert("id".into(), json!(self.id));
        if let Some(id_property) = id_property {
            input.insert("idProperty".into(), json!(id_property));
        }
        input.insert("properties".into(), json!(self.properties));
        if let Some(trace_id) = &self.trace_id {
            input.insert("objectWriteTraceId".into(), json!(trace_id));
        }
        Value::Object(input)
    }
}

impl fmt::Debug for RecordUpdate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In an upsert the id may be an email address.
        formatter
            .debug_struct("RecordUpdate")
            .field("trace_id", &self.trace_id)
            .field("properties", &self.properties.keys())
            .finish_non_exhaustive()
    }
}

/// A page of a list. Lists are ordered by id and, unlike search, never behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// The records of this page.
    pub records: Vec<Record>,
    /// Where the next page starts; nothing on the last one.
    pub after: Option<String>,
}

/// What many records are tied to, by record: the other records, and whether each is the primary one.
pub type Ties = BTreeMap<String, Vec<(String, bool)>>;

/// A page of what a record is tied to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssociatedPage {
    /// Ids of the other records, each once however many labels the tie has.
    pub ids: Vec<String>,
    /// Where the next page starts; nothing on the last one.
    pub after: Option<String>,
}
