//! The fields of an error body, whichever of them are there.

use crate::lenient;
use serde_json::Value;
use std::collections::BTreeMap;

/// Lists of texts by name; a lone text is a list of one.
pub(super) type Context = BTreeMap<String, Vec<String>>;

/// An error body of any generation, or one error of a batch.
#[derive(Default)]
pub(super) struct Answer {
    pub(super) message: String,
    pub(super) category: String,
    pub(super) sub_category: String,
    /// `error` of v1 bodies, as `CONTACT_EXISTS`.
    pub(super) error: String,
    /// Rate limits have this in place of a category.
    pub(super) error_type: String,
    pub(super) policy_name: String,
    pub(super) correlation_id: Option<String>,
    pub(super) correct_hublet: Option<String>,
    pub(super) context: Context,
    pub(super) details: Vec<Detail>,
    /// `identityProfile.vid` of v1 bodies.
    pub(super) vid: Option<String>,
}

/// One of `errors` or `validationResults`.
#[derive(Default)]
pub(super) struct Detail {
    pub(super) message: String,
    pub(super) code: String,
    /// The property it speaks of.
    pub(super) property: Option<String>,
    pub(super) context: Context,
}

impl Answer {
    /// Reads a body; nothing where it is not one of HubSpot's error bodies.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(body).ok()?;
        let fields = value.as_object()?;
        const MARKS: [&str; 5] = [
            "message",
            "category",
            "correlationId",
            "errorType",
            "status",
        ];
        MARKS
            .iter()
            .any(|mark| fields.contains_key(*mark))
            .then(|| Self::read(&value))
    }

    /// Reads what is there.
    pub(super) fn read(value: &Value) -> Self {
        let text = |name: &str| lenient::text(value.get(name)).unwrap_or_default();
        let details = ["errors", "validationResults"]
            .into_iter()
            .flat_map(|name| lenient::items(value.get(name)))
            .map(Detail::read)
            .collect();
        Self {
            message: text("message"),
            category: text("category"),
            sub_category: text("subCategory"),
            error: text("error"),
            error_type: text("errorType"),
            policy_name: text("policyName"),
            correlation_id: lenient::filled(value.get("correlationId")),
            correct_hublet: lenient::filled(value.get("correctHublet")),
            context: context(value),
            details,
            vid: value
                .get("identityProfile")
                .and_then(|profile| lenient::id(profile.get("vid"))),
        }
    }

    /// Every text under a name, at the top and in the details.
    pub(super) fn named(&self, name: &str) -> Vec<String> {
        std::iter::once(&self.context)
            .chain(self.details.iter().map(|detail| &detail.context))
            .filter_map(|context| context.get(name))
            .flatten()
            .cloned()
            .collect()
    }

    /// The message and those of the details.
    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.message.as_str())
            .chain(self.details.iter().map(|detail| detail.message.as_str()))
    }

    /// Whether any message holds this, whatever its case.
    pub(super) fn says(&self, words: &str) -> bool {
        let words = words.to_ascii_lowercase();
        self.messages()
            .any(|message| message.to_ascii_lowercase().contains(&words))
    }
}

impl Detail {
    /// Reads one; a plain text is its message.
    pub(super) fn read(value: &Value) -> Self {
        if let Value::String(message) = value {
            return Self {
                message: message.clone(),
                ..Self::default()
            };
        }
        let text = |name: &str| lenient::filled(value.get(name));
        let context = context(value);
        // `name` stands in the embedded list and in v1 results, `in` in v1 errors.
        let property = context
            .get("propertyName")
            .and_then(|names| names.first().cloned())
            .or_else(|| text("name"))
            .or_else(|| text("propertyName"))
            .or_else(|| text("in"));
        Self {
            message: text("message").unwrap_or_default(),
            code: text("code").or_else(|| text("error")).unwrap_or_default(),
            property,
            context,
        }
    }
}

fn context(value: &Value) -> Context {
    let Some(fields) = value.get("context").and_then(Value::as_object) else {
        return Context::new();
    };
    fields
        .iter()
        .map(|(name, value)| (name.clone(), lenient::texts(Some(value))))
        .collect()
}
