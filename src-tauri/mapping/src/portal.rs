//! What a portal has, as far as a mapping has to know it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of records that every portal has.
pub const STANDARD: [&str; 4] = ["contacts", "companies", "deals", "tickets"];

/// A value that an enumeration takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is not offered any more.
    #[serde(default)]
    pub hidden: bool,
}

/// A property of a kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// Internal name.
    pub name: String,
    /// Name on screen.
    pub label: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// HubSpot's word for the type of its values: `string`, `number`, `date`, `datetime`, `enumeration`,
    /// `bool`, `phone_number`.
    pub value_type: String,
    /// HubSpot's word for how it is edited, such as `checkbox`.
    #[serde(default)]
    pub field_type: String,
    /// Label of its group.
    #[serde(default)]
    pub group: String,
    /// What an enumeration takes.
    #[serde(default)]
    pub choices: Vec<Choice>,
    /// Whether it can't be written.
    #[serde(default)]
    pub read_only: bool,
    /// Whether HubSpot computes it.
    #[serde(default)]
    pub calculated: bool,
    /// Whether no two records share a value.
    #[serde(default)]
    pub unique: bool,
    /// Whether people don't see it.
    #[serde(default)]
    pub hidden: bool,
    /// Whether its values are owners.
    #[serde(default)]
    pub owner: bool,
    /// The type that it had when it was read the time before, where that was another one.
    #[serde(default)]
    pub type_before: Option<String>,
}

/// What kind of values it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of several values.
    Choice,
    /// Some of several values.
    Choices,
    /// True or false.
    YesNo,
    /// A phone number.
    Phone,
    /// An owner.
    Owner,
}

impl Property {
    /// See [`Kind`].
    pub fn kind(&self) -> Kind {
        match (self.value_type.as_str(), self.field_type.as_str()) {
            _ if self.owner => Kind::Owner,
            ("number", _) => Kind::Number,
            ("date", _) => Kind::Date,
            ("datetime", _) => Kind::DateTime,
            ("enumeration", "checkbox") => Kind::Choices,
            ("enumeration", _) => Kind::Choice,
            ("bool", _) => Kind::YesNo,
            ("phone_number", _) | (_, "phonenumber") => Kind::Phone,
            _ => Kind::Text,
        }
    }

    /// Whether a value can be written.
    pub fn writable(&self) -> bool {
        !self.read_only && !self.calculated
    }
}

/// A kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its properties by name.
    pub properties: BTreeMap<String, Property>,
    /// Properties that were there once and are not any more.
    #[serde(default)]
    pub gone: BTreeSet<String>,
    /// Scopes of which one is missing, where it can't be read.
    #[serde(default)]
    pub missing_scopes: Vec<String>,
    /// Of a kind that the portal defined itself, what else is to be known.
    #[serde(default)]
    pub own: Option<OwnObject>,
}

/// A custom object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnObject {
    /// Its number as it stands in a path, such as `2-7`.
    pub type_id: String,
    /// What one record is called.
    pub label: String,
    /// What several are called.
    pub plural: String,
    /// The property by which people know a record.
    #[serde(default)]
    pub primary: Option<String>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Whether a record in it is closed.
    pub closed: bool,
    /// Whether it is closed and won.
    pub won: bool,
}

/// A pipeline of deals or tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Its stages in order.
    pub stages: Vec<Stage>,
}

/// Somebody whom records can belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// What is stored.
    pub id: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
}

/// A list of contacts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many are on it, where told.
    #[serde(default)]
    pub size: Option<u64>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portal {
    /// Kinds of records by their name in a path, such as `contacts`.
    pub objects: BTreeMap<String, Object>,
    /// Pipelines by `deals` or `tickets`.
    #[serde(default)]
    pub pipelines: BTreeMap<String, Vec<Pipeline>>,
    /// Owners.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Lists of contacts.
    #[serde(default)]
    pub lists: Vec<List>,
    /// Scopes of the key, where it tells.
    #[serde(default)]
    pub scopes: Option<BTreeSet<String>>,
    /// Whether custom objects were asked for.
    #[serde(default)]
    pub own_asked: bool,
    /// Scopes of which one is missing, where custom objects can't be read.
    #[serde(default)]
    pub own_missing: Vec<String>,
}

impl Portal {
    /// A kind of record by its name; a custom object by its number too.
    pub fn object(&self, word: &str) -> Option<&Object> {
        let by_number = || self.objects.get(self.own_name(word)?);
        self.objects.get(word).or_else(by_number)
    }

    /// A property of a kind of record.
    pub fn property(&self, object: &str, name: &str) -> Option<&Property> {
        self.object(object)?.properties.get(name)
    }

    /// The name under which a custom object stands here, from its name or its number.
    pub fn own_name(&self, word: &str) -> Option<&str> {
        self.own()
            .find(|(name, own)| *name == word || own.type_id == word)
            .map(|(name, _)| name)
    }

    /// Custom objects by their names.
    pub fn own(&self) -> impl Iterator<Item = (&str, &OwnObject)> {
        self.objects
            .iter()
            .filter_map(|(name, object)| Some((name.as_str(), object.own.as_ref()?)))
    }

    /// The stage of a deal or a ticket.
    pub fn stage(&self, object: &str, id: &str) -> Option<&Stage> {
        self.pipelines
            .get(object)?
            .iter()
            .flat_map(|pipeline| &pipeline.stages)
            .find(|stage| stage.id == id)
    }

    /// Values and labels of a contact property's options, as transforms want them.
    pub fn options(&self, object: &str, name: &str) -> Vec<(String, String)> {
        let choices = self
            .property(object, name)
            .map(|property| &property.choices);
        choices
            .into_iter()
            .flatten()
            .map(|choice| (choice.value.clone(), choice.label.clone()))
            .collect()
    }
}
