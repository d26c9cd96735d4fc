//! Kinds of records that a portal has defined itself: custom objects.

use crate::lenient;
use crate::property::Property;
use serde_json::Value;

/// A custom object as it is defined in a portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schema {
    /// Its number as it stands in a path, such as `2-7`.
    pub type_id: String,
    /// Internal name.
    pub name: String,
    /// What one record is called.
    pub label: String,
    /// What several are called.
    pub plural: String,
    /// The property by which people know a record.
    pub primary: Option<String>,
    /// Its properties.
    pub properties: Vec<Property>,
}

impl Schema {
    /// Reads one definition; nothing where it can't be asked for, or was archived.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        if lenient::flag(value.get("archived")) == Some(true) {
            return None;
        }
        let type_id = lenient::filled(value.get("objectTypeId"))?;
        let name = lenient::filled(value.get("name"))?;
        let labels = value.get("labels");
        let said = |which: &str| labels.and_then(|labels| lenient::filled(labels.get(which)));
        let label = said("singular").unwrap_or_else(|| name.clone());
        Some(Self {
            plural: said("plural").unwrap_or_else(|| label.clone()),
            label,
            primary: lenient::filled(value.get("primaryDisplayProperty")),
            properties: lenient::items(value.get("properties"))
                .iter()
                .filter_map(Property::read)
                .collect(),
            type_id,
            name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_is_made_up_for_and_what_is_archived_is_left_out() {
        let read = Schema::read(&json!({"objectTypeId": "2-7", "name": "boats"})).unwrap();
        assert_eq!(
            (read.label.as_str(), read.plural.as_str()),
            ("boats", "boats")
        );
        assert!(Schema::read(&json!({"name": "boats"})).is_none());
        let archived = json!({"objectTypeId": "2-7", "name": "boats", "archived": true});
        assert!(Schema::read(&archived).is_none());
    }
}
