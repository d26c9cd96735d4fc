//! Which values a setting takes.

use super::Allowed;
use crate::region;
use mapping::LeadField;

impl Allowed {
    /// In words, for an error.
    pub fn in_words(self) -> String {
        match self {
            Self::Switch => "on or off".into(),
            Self::Word(words) => words.join(" or "),
            Self::Number(low, high) => format!("a whole number from {low} to {high}"),
            Self::Region => "auto or a country code such as US or FR".into(),
            Self::Lines => "ids of Tuco's lines with commas between them, or nothing".into(),
            Self::Property => "none or the internal name of a contact property".into(),
            Self::LeadField => {
                "customFields. and a name of your own, such as customFields.sentByRule, or nothing"
                    .into()
            }
            Self::Name => {
                "a name of one line, at most 100 letters and no braces, or nothing".into()
            }
        }
    }

    pub(super) fn accepts(self, value: &str) -> bool {
        match self {
            Self::Switch => matches!(value, "on" | "off"),
            Self::Word(words) => words.contains(&value),
            Self::Number(low, high) => value
                .parse::<u32>()
                .is_ok_and(|number| (low..=high).contains(&number)),
            Self::Region => value == "auto" || region::is_region(value),
            Self::Lines => {
                value.is_empty() || value.split(',').all(is_line) && value.len() <= 1_024
            }
            // What Tuco itself fills is not for this.
            Self::LeadField => {
                let field = value.parse::<LeadField>();
                value.is_empty() || field.is_ok_and(|field| field.custom().is_some())
            }
            Self::Name => {
                value.chars().count() <= 100
                    && !value.chars().any(|c| c.is_control() || "{}".contains(c))
            }
            Self::Property => {
                (1..=100).contains(&value.len())
                    && value
                        .chars()
                        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            }
        }
    }
}

/// Ids, each once, in their order.
pub(super) fn lines_in(value: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for id in value.split(',').map(str::trim).filter(|id| !id.is_empty()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

fn is_line(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&id.len()) && id.bytes().all(letter)
}
