//! Property definitions: those that a fresh portal has, and those that somebody defined. Values are
//! checked against them elsewhere.

mod activities;
mod companies;
mod contacts;
mod deals;

use super::kind::Kind;
use crate::moment::Iso;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One choice of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) label: String,
    pub(crate) value: String,
    pub(crate) hidden: bool,
}

/// One property of one object type.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub(crate) name: Arc<str>,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) group: String,
    /// `string`, `number`, `date`, `datetime`, `enumeration`, `bool`, `phone_number`, …
    pub(crate) type_name: String,
    /// `text`, `textarea`, `select`, `checkbox`, …
    pub(crate) field_type: String,
    pub(crate) choices: Vec<Choice>,
    /// HubSpot works the value out itself.
    pub(crate) calculated: bool,
    /// Nobody can write the value.
    pub(crate) read_only: bool,
    /// No two records have the same value.
    pub(crate) unique: bool,
    pub(crate) hidden: bool,
    /// The value is an owner's id.
    pub(crate) owner: bool,
    pub(crate) form_field: bool,
    pub(crate) display_order: i64,
    /// A fresh portal has it.
    pub(crate) built_in: bool,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) archived_at: Option<i64>,
}

impl Definition {
    /// One that somebody made: text by default, in the first group of contacts.
    pub(crate) fn own(name: &str, type_name: &str, field_type: &str, now: i64) -> Self {
        Self {
            name: Arc::from(name),
            label: spoken(name),
            description: String::new(),
            group: "contactinformation".to_owned(),
            type_name: type_name.to_owned(),
            field_type: field_type.to_owned(),
            choices: Vec::new(),
            calculated: false,
            read_only: false,
            unique: false,
            hidden: false,
            owner: false,
            form_field: false,
            display_order: -1,
            built_in: false,
            created_at: now,
            updated_at: now,
            archived_at: None,
        }
    }

    /// As `GET /crm/v3/properties/{type}/{name}` writes it.
    pub(crate) fn to_json(&self) -> Value {
        let options: Vec<Value> = self
            .choices
            .iter()
            .enumerate()
            .map(|(order, choice)| {
                json!({
                    "label": choice.label,
                    "value": choice.value,
                    "displayOrder": order,
                    "hidden": choice.hidden,
                    "description": "",
                })
            })
            .collect();
        let mut body = json!({
            "name": &*self.name,
            "label": self.label,
            "description": self.description,
            "groupName": self.group,
            "type": self.type_name,
            "fieldType": self.field_type,
            "options": options,
            "displayOrder": self.display_order,
            "calculated": self.calculated,
            "externalOptions": self.owner,
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.built_in,
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
            "archived": self.archived_at.is_some(),
            "createdAt": Iso(self.created_at).to_string(),
            "updatedAt": Iso(self.updated_at).to_string(),
            "modificationMetadata": {
                "archivable": !self.built_in,
                "readOnlyDefinition": self.built_in,
                "readOnlyOptions": self.read_only,
                "readOnlyValue": self.read_only,
            },
        });
        if let Value::Object(body) = &mut body {
            if self.owner {
                body.insert("referencedObjectType".to_owned(), "OWNER".into());
            }
            if let Some(at) = self.archived_at {
                body.insert("archivedAt".to_owned(), Iso(at).to_string().into());
            }
            if !self.built_in {
                body.insert("createdUserId".to_owned(), "1".into());
                body.insert("updatedUserId".to_owned(), "1".into());
            }
        }
        body
    }
}

/// A group that properties are shown in.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) display_order: i64,
    pub(crate) archived: bool,
}

impl Group {
    /// As the API writes it.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "label": self.label,
            "displayOrder": self.display_order,
            "archived": self.archived,
        })
    }
}

/// The properties of one object type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Catalogue {
    pub(crate) properties: BTreeMap<Arc<str>, Definition>,
    pub(crate) groups: BTreeMap<String, Group>,
}

impl Catalogue {
    /// What a fresh portal has for this object type.
    pub(crate) fn fresh(kind: Kind, currency: &str) -> Self {
        let rows: &[&str] = match kind {
            Kind::Contact => &[contacts::ABOUT, contacts::ACTIVITY, contacts::MARKETING],
            Kind::Company => &[companies::ROWS],
            Kind::Deal => &[deals::DEALS],
            Kind::Ticket => &[deals::TICKETS],
            Kind::Communication => &[activities::SHARED, activities::COMMUNICATIONS],
            Kind::Note => &[activities::SHARED, activities::NOTES],
            Kind::Call => &[activities::SHARED, activities::CALLS],
            Kind::Email => &[activities::SHARED, activities::EMAILS],
            Kind::Meeting => &[activities::SHARED, activities::MEETINGS],
            Kind::Task => &[activities::SHARED, activities::TASKS],
            Kind::Treatment => &[deals::TREATMENTS],
        };
        let mut catalogue = Self::default();
        for row in rows
            .iter()
            .flat_map(|text| text.lines())
            .filter(|row| !row.is_empty())
        {
            if let Some(definition) = read_row(row, currency) {
                catalogue.add_group(&definition.group.clone());
                catalogue
                    .properties
                    .insert(Arc::clone(&definition.name), definition);
            }
        }
        catalogue
    }

    /// A property that is not archived.
    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        self.properties
            .get(name)
            .filter(|definition| definition.archived_at.is_none())
    }

    /// Makes sure that a group exists.
    pub(crate) fn add_group(&mut self, name: &str) {
        if !self.groups.contains_key(name) {
            let group = Group {
                name: name.to_owned(),
                label: spoken(name),
                display_order: i64::try_from(self.groups.len()).unwrap_or_default(),
                archived: false,
            };
            self.groups.insert(name.to_owned(), group);
        }
    }

    /// How many properties of a unique value there are.
    pub(crate) fn unique_count(&self) -> usize {
        self.properties
            .values()
            .filter(|one| one.unique && !one.built_in && one.archived_at.is_none())
            .count()
    }
}

/// A row reads `name|Label|group|type|fieldType|flags|choices`. Flags: `r` read only, `c`
/// calculated, `h` hidden, `o` an owner's id, `f` usable in forms. Choices: `value=Label,…`.
fn read_row(row: &str, currency: &str) -> Option<Definition> {
    let mut parts = row.split('|');
    let (name, label, group) = (parts.next()?, parts.next()?, parts.next()?);
    let (type_name, field_type) = (parts.next()?, parts.next()?);
    let flags = parts.next().unwrap_or_default();
    let mut choices: Vec<Choice> = parts
        .next()
        .unwrap_or_default()
        .split(',')
        .filter(|choice| !choice.is_empty())
        .map(|choice| {
            let (value, label) = choice.split_once('=').unwrap_or((choice, choice));
            let label = if label == value {
                spoken(value)
            } else {
                label.to_owned()
            };
            Choice {
                label,
                value: value.to_owned(),
                hidden: false,
            }
        })
        .collect();
    if type_name == "bool" {
        choices = vec![choice("Yes", "true"), choice("No", "false")];
    }
    if name == "hs_currency_code" || name == "deal_currency_code" {
        choices = vec![choice(currency, currency)];
    }
    Some(Definition {
        name: Arc::from(name),
        label: label.to_owned(),
        description: String::new(),
        group: group.to_owned(),
        type_name: type_name.to_owned(),
        field_type: field_type.to_owned(),
        choices,
        calculated: flags.contains('c'),
        read_only: flags.contains('r') || flags.contains('c'),
        unique: name == "hs_object_id" || name == "hs_unique_id",
        hidden: flags.contains('h'),
        owner: flags.contains('o'),
        form_field: flags.contains('f'),
        display_order: -1,
        built_in: true,
        created_at: 1_577_836_800_000,
        updated_at: 1_577_836_800_000,
        archived_at: None,
    })
}

fn choice(label: &str, value: &str) -> Choice {
    Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        hidden: false,
    }
}

/// `PHONE_CALL` as `Phone call`.
fn spoken(name: &str) -> String {
    let words = name.replace('_', " ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
