//! Definitions of properties.

use crate::lenient;
use serde_json::{Map, Value, json};

/// A property as it is defined in a portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property {
    /// Internal name.
    pub name: String,
    /// Name on screen.
    pub label: String,
    /// What it is for.
    pub description: String,
    /// `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, `phone_number` or a later one.
    pub value_type: String,
    /// How it is edited: `text`, `select`, `checkbox`, …
    pub field_type: String,
    /// Internal name of its group.
    pub group: String,
    /// What an enumeration allows.
    pub options: Vec<PropertyOption>,
    /// Whether a write to it is refused.
    pub read_only: bool,
    /// Whether HubSpot computes it.
    pub calculated: bool,
    /// Whether no two records can share a value.
    pub unique: bool,
    /// Whether it is hidden from people.
    pub hidden: bool,
    /// Whether it comes with HubSpot.
    pub hubspot_defined: bool,
    /// Whether it was deleted.
    pub archived: bool,
    /// For options that live elsewhere: what they are, such as `OWNER`.
    pub referenced_kind: Option<String>,
}

/// A value that an enumeration allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyOption {
    /// What is stored, in exact case.
    pub value: String,
    /// What is shown. Portals rename it.
    pub label: String,
    /// Whether it is no longer offered.
    pub hidden: bool,
}

impl Property {
    /// Reads one definition; nothing where it has no name.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let name = lenient::filled(value.get("name"))?;
        let text = |field: &str| lenient::text(value.get(field)).unwrap_or_default();
        let flag = |field: &str| lenient::flag(value.get(field)).unwrap_or(false);
        let label = lenient::filled(value.get("label")).unwrap_or_else(|| name.clone());
        let modification = value.get("modificationMetadata");
        let read_only = modification.and_then(|rules| lenient::flag(rules.get("readOnlyValue")));
        Some(Self {
            label,
            description: text("description"),
            value_type: text("type"),
            field_type: text("fieldType"),
            group: text("groupName"),
            options: lenient::items(value.get("options"))
                .iter()
                .filter_map(PropertyOption::read)
                .collect(),
            read_only: read_only.unwrap_or(false),
            calculated: flag("calculated"),
            unique: flag("hasUniqueValue"),
            hidden: flag("hidden"),
            hubspot_defined: flag("hubspotDefined"),
            archived: flag("archived"),
            referenced_kind: lenient::filled(value.get("referencedObjectType")),
            name,
        })
    }

    /// Whether a value can be written.
    pub fn writable(&self) -> bool {
        !self.read_only && !self.calculated && !self.archived
    }
}

impl PropertyOption {
    fn read(value: &Value) -> Option<Self> {
        let stored = lenient::text(value.get("value"))?;
        let label = lenient::filled(value.get("label")).unwrap_or_else(|| stored.clone());
        Some(Self {
            value: stored,
            label,
            hidden: lenient::flag(value.get("hidden")).unwrap_or(false),
        })
    }
}

/// A property to be created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewProperty {
    /// Internal name: lower-case letters, digits and underscores.
    pub name: String,
    /// Name on screen.
    pub label: String,
    /// What it is for.
    pub description: String,
    /// See [`Property::value_type`].
    pub value_type: String,
    /// See [`Property::field_type`].
    pub field_type: String,
    /// Internal name of its group, which must exist.
    pub group: String,
    /// Whether no two records may share a value. HubSpot allows ten of these on a kind of record.
    pub unique: bool,
    /// Whether it is hidden from people.
    pub hidden: bool,
    /// What an enumeration allows, in this order.
    pub options: Vec<PropertyOption>,
}

impl NewProperty {
    /// As HubSpot wants it.
    pub(crate) fn to_json(&self) -> Value {
        let mut property = Map::new();
        property.insert("name".into(), json!(self.name));
        property.insert("label".into(), json!(self.label));
        property.insert("description".into(), json!(self.description));
        property.insert("type".into(), json!(self.value_type));
        property.insert("fieldType".into(), json!(self.field_type));
        property.insert("groupName".into(), json!(self.group));
        property.insert("hasUniqueValue".into(), json!(self.unique));
        property.insert("hidden".into(), json!(self.hidden));
        if !self.options.is_empty() {
            let options: Vec<Value> = self
                .options
                .iter()
                .enumerate()
                .map(|(order, option)| {
                    json!({
                        "value": option.value,
                        "label": option.label,
                        "hidden": option.hidden,
                        "displayOrder": order,
                    })
                })
                .collect();
            property.insert("options".into(), Value::Array(options));
        }
        Value::Object(property)
    }
}

/// A group of properties, as it is defined or to be created.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyGroup {
    /// Internal name.
    pub name: String,
    /// Name on screen.
    pub label: String,
}

impl PropertyGroup {
    /// Reads one group; nothing where it has no name.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let name = lenient::filled(value.get("name"))?;
        let label = lenient::filled(value.get("label")).unwrap_or_else(|| name.clone());
        Some(Self { name, label })
    }

    /// As HubSpot wants it.
    pub(crate) fn to_json(&self) -> Value {
        json!({"name": self.name, "label": self.label, "displayOrder": -1})
    }
}
