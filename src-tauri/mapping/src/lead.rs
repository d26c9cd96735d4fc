//! The fields of a Tuco lead.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Fields by the API's own names.
pub const NAMES: [&str; 14] = [
    "firstName",
    "lastName",
    "email",
    "phone",
    "altPhone1",
    "altPhone2",
    "altPhone3",
    "altEmail1",
    "altEmail2",
    "altEmail3",
    "companyName",
    "jobTitle",
    "linkedinUrl",
    "notes",
];

/// Where fields of one's own live.
pub const CUSTOM: &str = "customFields.";

/// What a field is called on screen; a field of one's own by its own name.
pub fn label(name: &str) -> &str {
    match name {
        "firstName" => "First name",
        "lastName" => "Last name",
        "email" => "E-mail",
        "phone" => "Phone",
        "altPhone1" => "Other phone 1",
        "altPhone2" => "Other phone 2",
        "altPhone3" => "Other phone 3",
        "altEmail1" => "Other e-mail 1",
        "altEmail2" => "Other e-mail 2",
        "altEmail3" => "Other e-mail 3",
        "companyName" => "Company",
        "jobTitle" => "Job title",
        "linkedinUrl" => "LinkedIn",
        "notes" => "Notes",
        other => other.strip_prefix(CUSTOM).unwrap_or(other),
    }
}

/// One field of a lead, by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct LeadField(String);

/// A text that names no field of a lead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no field of a lead. There are firstName, lastName, email, phone, altPhone1 to altPhone3, \
     altEmail1 to altEmail3, companyName, jobTitle, linkedinUrl, notes, and customFields. with a name of \
     your own"
)]
pub struct NoField(pub String);

impl LeadField {
    /// The API's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its name among the fields of one's own.
    pub fn custom(&self) -> Option<&str> {
        self.0.strip_prefix(CUSTOM)
    }

    /// Whether Tuco keeps it as a phone number.
    pub fn is_phone(&self) -> bool {
        self.0 == "phone" || self.0.starts_with("altPhone")
    }

    /// Whether Tuco keeps it as an e-mail address.
    pub fn is_email(&self) -> bool {
        self.0 == "email" || self.0.starts_with("altEmail")
    }

    /// Whether a lead can be found by it, so that two leads can't share its value.
    pub fn identifies(&self) -> bool {
        self.is_phone() || self.is_email()
    }
}

impl fmt::Display for LeadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LeadField {
    type Err = NoField;

    fn from_str(text: &str) -> Result<Self, NoField> {
        let text = text.trim();
        let own = text.strip_prefix(CUSTOM).is_some_and(|name| {
            (1..=100).contains(&name.chars().count())
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
                && name.trim() == name
        });
        if own || NAMES.contains(&text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoField(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for LeadField {
    type Error = NoField;

    fn try_from(text: String) -> Result<Self, NoField> {
        text.parse()
    }
}

impl From<LeadField> for String {
    fn from(field: LeadField) -> Self {
        field.0
    }
}
