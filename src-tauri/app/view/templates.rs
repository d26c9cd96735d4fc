//! Texts to be used again.

use bridge::store;
use serde::{Deserialize, Serialize};
use specta::Type;

/// What kind of answer a template asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum VariableType {
    /// Anything.
    #[default]
    Text,
    /// A number.
    Number,
    /// An amount.
    Money,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// One of several.
    Choice,
}

/// Something that the writer fills in when the template is used: `{{ask.NAME}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TemplateVariable {
    /// Small letters, digits and underscores.
    pub(crate) name: String,
    /// Name to show.
    pub(crate) label: String,
    /// What kind of answer.
    #[serde(rename = "type")]
    pub(crate) kind: VariableType,
    /// Of a choice.
    pub(crate) choices: Vec<String>,
    /// What stands there at first; may be empty.
    pub(crate) initial: String,
}

/// What can be changed of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TemplateBody {
    /// Unique in its folder.
    pub(crate) name: String,
    /// Empty: no folder.
    pub(crate) folder: String,
    /// With its places.
    pub(crate) text: String,
    /// What the writer fills in.
    pub(crate) variables: Vec<TemplateVariable>,
}

/// A list that was written elsewhere and does not read is none.
fn variables(stored: &str) -> Vec<TemplateVariable> {
    serde_json::from_str(stored).unwrap_or_default()
}

impl From<TemplateBody> for store::TemplateBody {
    fn from(body: TemplateBody) -> Self {
        Self {
            name: body.name.trim().to_owned(),
            folder: body.folder.trim().to_owned(),
            text: body.text,
            variables: if body.variables.is_empty() {
                String::new()
            } else {
                serde_json::to_string(&body.variables).unwrap_or_default()
            },
        }
    }
}

/// A template.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Template {
    /// Its id.
    pub(crate) id: i64,
    /// Unique in its folder.
    pub(crate) name: String,
    /// Empty: no folder.
    pub(crate) folder: String,
    /// With its places.
    pub(crate) text: String,
    /// What the writer fills in.
    pub(crate) variables: Vec<TemplateVariable>,
    /// Shown first.
    pub(crate) favourite: bool,
    /// Grows with every change.
    pub(crate) version: i64,
    /// When it changed last.
    pub(crate) changed_at: i64,
    /// Who changed it.
    pub(crate) changed_by: String,
    /// How often it was sent.
    pub(crate) uses: i64,
}

impl From<store::TemplateRow> for Template {
    fn from(row: store::TemplateRow) -> Self {
        Self {
            id: row.id,
            variables: variables(&row.body.variables),
            name: row.body.name,
            folder: row.body.folder,
            text: row.body.text,
            favourite: row.favourite,
            version: row.version,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
            uses: row.uses,
        }
    }
}

/// What a template said once.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TemplateVersion {
    /// Which.
    pub(crate) version: i64,
    /// Its name then.
    pub(crate) name: String,
    /// Its folder then.
    pub(crate) folder: String,
    /// Its text then.
    pub(crate) text: String,
    /// What it asked for then.
    pub(crate) variables: Vec<TemplateVariable>,
    /// Since when.
    pub(crate) changed_at: i64,
    /// Who wrote it.
    pub(crate) changed_by: String,
}

impl From<store::TemplateVersion> for TemplateVersion {
    fn from(row: store::TemplateVersion) -> Self {
        Self {
            version: row.version,
            variables: variables(&row.body.variables),
            name: row.body.name,
            folder: row.body.folder,
            text: row.body.text,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
        }
    }
}

/// A template that was not taken out of a file.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeftOutTemplate {
    /// Its name.
    pub(crate) name: String,
    /// Why.
    pub(crate) why: String,
}

/// What came of a file with templates.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportedTemplates {
    /// Where.
    pub(crate) path: String,
    /// New ones.
    pub(crate) added: u32,
    /// Changed ones; their earlier versions are kept.
    pub(crate) changed: u32,
    /// Each with its reason.
    pub(crate) left_out: Vec<LeftOutTemplate>,
}
