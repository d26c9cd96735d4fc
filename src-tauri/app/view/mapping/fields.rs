//! Properties of the portal and fields of a lead.

use super::ways::{api_object, page_object};
use hubspot::{NewProperty, PropertyOption};
use mapping::portal::{Kind, Portal, Property};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What kind of values a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldKind {
    /// One line.
    Text,
    /// Many lines.
    LongText,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of several.
    Choice,
    /// Several of several.
    Choices,
    /// True or false.
    YesNo,
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// Somebody of the portal.
    Owner,
}

fn kind(property: &Property) -> FieldKind {
    match property.kind() {
        Kind::Text if property.name == "email" => FieldKind::Email,
        Kind::Text if matches!(property.field_type.as_str(), "textarea" | "html") => {
            FieldKind::LongText
        }
        Kind::Text => FieldKind::Text,
        Kind::Number => FieldKind::Number,
        Kind::Date => FieldKind::Date,
        Kind::DateTime => FieldKind::DateTime,
        Kind::Choice => FieldKind::Choice,
        Kind::Choices => FieldKind::Choices,
        Kind::YesNo => FieldKind::YesNo,
        Kind::Phone => FieldKind::Phone,
        Kind::Owner => FieldKind::Owner,
    }
}

/// One of the values that a choice takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ChoiceShown {
    /// What is stored.
    pub(crate) value: String,
    /// What is shown.
    pub(crate) label: String,
    /// No longer offered.
    pub(crate) hidden: bool,
}

/// A property of a HubSpot record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PropertyShown {
    /// `contact`, `company`, `deal`, `ticket` or `owner`.
    pub(crate) object: String,
    /// Its internal name.
    pub(crate) name: String,
    /// Its name on screen.
    pub(crate) label: String,
    /// What it is for.
    pub(crate) description: String,
    /// The label of its group.
    pub(crate) group: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub(crate) kind: FieldKind,
    /// What it takes, where it is a choice.
    pub(crate) options: Vec<ChoiceShown>,
    /// Writes are refused.
    pub(crate) read_only: bool,
    /// HubSpot computes it.
    pub(crate) calculated: bool,
    /// No two records share a value.
    pub(crate) unique: bool,
    /// A record needs it.
    pub(crate) required: bool,
    /// Hidden from people.
    pub(crate) hidden: bool,
}

/// A kind of record whose values can be mapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct RecordKindShown {
    /// Its word.
    pub(crate) object: String,
    /// Its name.
    pub(crate) label: String,
    /// What several are called.
    pub(crate) plural: String,
    /// Why it can't be read; empty where it can.
    pub(crate) why: String,
}

/// A field of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct LeadFieldShown {
    /// Its name.
    pub(crate) name: String,
    /// Its name on screen.
    pub(crate) label: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub(crate) kind: FieldKind,
    /// What it is for.
    pub(crate) about: String,
    /// One of one's own.
    pub(crate) custom: bool,
}

/// A pipeline of deals or tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PipelineShown {
    /// Of deals or of tickets.
    pub(crate) object: PipelineObject,
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) label: String,
}

/// What is in a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PipelineObject {
    /// Deals.
    Deal,
    /// Tickets.
    Ticket,
}

/// Both sides, as they were last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MappingFields {
    /// Kinds of records.
    pub(crate) kinds: Vec<RecordKindShown>,
    /// All their properties.
    pub(crate) properties: Vec<PropertyShown>,
    /// Fields of a lead.
    pub(crate) lead: Vec<LeadFieldShown>,
    /// Pipelines.
    pub(crate) pipelines: Vec<PipelineShown>,
    /// When the portal was last asked; none where it never was.
    pub(crate) read_at: Option<i64>,
}

/// A property that is to be made in HubSpot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewMappingProperty {
    /// Of which kind of record.
    pub(crate) object: String,
    /// Its internal name.
    pub(crate) name: String,
    /// Its name on screen.
    pub(crate) label: String,
    /// What it is for.
    pub(crate) description: String,
    /// The label of its group.
    pub(crate) group: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub(crate) kind: FieldKind,
    /// What it takes, where it is a choice.
    pub(crate) options: Vec<NewChoice>,
}

/// A value of a property that is to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct NewChoice {
    /// What is stored.
    pub(crate) value: String,
    /// What is shown.
    pub(crate) label: String,
}

impl NewMappingProperty {
    /// Whose property it is, and how it is asked for.
    pub(crate) fn asked(self) -> (String, NewProperty) {
        let (value_type, field_type) = match self.kind {
            FieldKind::Text | FieldKind::Email | FieldKind::Owner => ("string", "text"),
            FieldKind::LongText => ("string", "textarea"),
            FieldKind::Number => ("number", "number"),
            FieldKind::Date => ("date", "date"),
            FieldKind::DateTime => ("datetime", "date"),
            FieldKind::Choice => ("enumeration", "select"),
            FieldKind::Choices => ("enumeration", "checkbox"),
            FieldKind::YesNo => ("bool", "booleancheckbox"),
            FieldKind::Phone => ("string", "phonenumber"),
        };
        let mut options: Vec<PropertyOption> = self
            .options
            .into_iter()
            .map(|one| PropertyOption {
                value: one.value,
                label: one.label,
                hidden: false,
            })
            .collect();
        if self.kind == FieldKind::YesNo {
            options = [("true", "Yes"), ("false", "No")]
                .map(|(value, label)| PropertyOption {
                    value: value.to_owned(),
                    label: label.to_owned(),
                    hidden: false,
                })
                .into();
        }
        let property = NewProperty {
            name: self.name,
            label: self.label,
            description: self.description,
            value_type: value_type.to_owned(),
            field_type: field_type.to_owned(),
            options,
            ..NewProperty::default()
        };
        (api_object(&self.object), property)
    }
}

const KINDS: [(&str, &str, &str); 4] = [
    ("contacts", "Contact", "Contacts"),
    ("companies", "Company", "Companies"),
    ("deals", "Deal", "Deals"),
    ("tickets", "Ticket", "Tickets"),
];

fn lacking(scopes: &[String]) -> String {
    format!(
        "The HubSpot key lacks {}. Add it in HubSpot and connect again.",
        scopes.join(" or ")
    )
}

impl MappingFields {
    pub(crate) fn of(portal: &Portal, read_at: Option<i64>, used: &[String]) -> Self {
        let mut kinds: Vec<RecordKindShown> = KINDS
            .iter()
            .map(|(object, label, plural)| {
                let missing = portal.objects.get(*object).map(|one| &one.missing_scopes);
                let missing = missing.filter(|scopes| !scopes.is_empty());
                RecordKindShown {
                    object: page_object(object),
                    label: (*label).to_owned(),
                    plural: (*plural).to_owned(),
                    why: missing.map_or_else(String::new, |scopes| lacking(scopes)),
                }
            })
            .collect();
        kinds.extend(portal.own().map(|(name, own)| RecordKindShown {
            object: name.to_owned(),
            label: own.label.clone(),
            plural: own.plural.clone(),
            why: String::new(),
        }));
        if !portal.own_missing.is_empty() {
            kinds.push(RecordKindShown {
                object: "objects".to_owned(),
                label: "Custom objects".to_owned(),
                plural: "Custom objects".to_owned(),
                why: lacking(&portal.own_missing),
            });
        }
        kinds.push(RecordKindShown {
            object: "owner".to_owned(),
            label: "Owner".to_owned(),
            plural: "Owners".to_owned(),
            why: String::new(),
        });
        let mut properties: Vec<PropertyShown> = portal
            .objects
            .iter()
            .flat_map(|(object, found)| {
                found
                    .properties
                    .values()
                    .map(|property| PropertyShown::of(object, property))
            })
            .collect();
        properties.extend(
            [("name", "Owner's name"), ("email", "Owner's e-mail")]
                .map(|(name, label)| PropertyShown::of_owner(name, label)),
        );
        let pipelines = portal
            .pipelines
            .iter()
            .filter_map(|(object, found)| {
                let object = match object.as_str() {
                    "deals" => PipelineObject::Deal,
                    "tickets" => PipelineObject::Ticket,
                    _ => return None,
                };
                Some(found.iter().map(move |one| PipelineShown {
                    object,
                    id: one.id.clone(),
                    label: one.label.clone(),
                }))
            })
            .flatten()
            .collect();
        Self {
            kinds,
            properties,
            lead: lead_fields(used),
            pipelines,
            read_at,
        }
    }
}

impl PropertyShown {
    fn of(object: &str, property: &Property) -> Self {
        Self {
            object: page_object(object),
            name: property.name.clone(),
            label: property.label.clone(),
            description: property.description.clone(),
            group: property.group.clone(),
            kind: kind(property),
            options: property
                .choices
                .iter()
                .map(|one| ChoiceShown {
                    value: one.value.clone(),
                    label: one.label.clone(),
                    hidden: one.hidden,
                })
                .collect(),
            read_only: property.read_only,
            calculated: property.calculated,
            unique: property.unique,
            required: false,
            hidden: property.hidden,
        }
    }

    fn of_owner(name: &str, label: &str) -> Self {
        Self {
            object: "owner".to_owned(),
            name: name.to_owned(),
            label: label.to_owned(),
            description: String::new(),
            group: "Owner".to_owned(),
            kind: if name == "email" {
                FieldKind::Email
            } else {
                FieldKind::Text
            },
            options: Vec::new(),
            read_only: true,
            calculated: false,
            unique: false,
            required: false,
            hidden: false,
        }
    }
}

/// Tuco's own fields, and those of one's own that a mapping uses already.
fn lead_fields(used: &[String]) -> Vec<LeadFieldShown> {
    let own = mapping::lead::NAMES.iter().map(|name| {
        let kind = match *name {
            "email" | "altEmail1" | "altEmail2" | "altEmail3" => FieldKind::Email,
            "phone" | "altPhone1" | "altPhone2" | "altPhone3" => FieldKind::Phone,
            "notes" => FieldKind::LongText,
            _ => FieldKind::Text,
        };
        LeadFieldShown {
            name: (*name).to_owned(),
            label: mapping::lead::label(name).to_owned(),
            kind,
            about: String::new(),
            custom: false,
        }
    });
    let mut custom: Vec<&String> = used
        .iter()
        .filter(|name| name.starts_with(mapping::lead::CUSTOM))
        .collect();
    custom.sort();
    custom.dedup();
    own.chain(custom.into_iter().map(|name| LeadFieldShown {
        name: name.clone(),
        label: mapping::lead::label(name).to_owned(),
        kind: FieldKind::Text,
        about: "A custom field of the lead.".to_owned(),
        custom: true,
    }))
    .collect()
}
