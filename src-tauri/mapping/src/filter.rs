//! Which people are kept in step: everybody, who is on a list, or whose properties are so.
//!
//! Written as `lifecyclestage=customer`, `lifecyclestage=lead,opportunity and hubspot_owner_id!=`, or as the
//! name or number of a list.

use crate::{Values, value};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One condition on a contact's property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// Whose value.
    pub property: String,
    /// Whether it must not be one of these.
    pub not: bool,
    /// Values, compared without case; the empty one stands for no value.
    pub values: Vec<String>,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "who", rename_all = "snake_case")]
pub enum Which {
    /// Everybody.
    #[default]
    Everybody,
    /// Who is on a list.
    List {
        /// Its name or number.
        list: String,
    },
    /// Who fits all of these.
    Where {
        /// See [`Condition`].
        conditions: Vec<Condition>,
    },
}

/// A text that is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no filter. It takes a list's name or number, or conditions such as lifecyclestage=customer, \
     lifecyclestage=lead,opportunity or hs_lead_status!=UNQUALIFIED, several joined by \" and \""
)]
pub struct NoFilter(String);

impl Which {
    /// Reads a filter as somebody types it.
    ///
    /// # Errors
    /// [`NoFilter`].
    pub fn parse(text: &str) -> Result<Self, NoFilter> {
        let text = text.trim();
        let refused = || NoFilter(text.chars().take(80).collect());
        if text.is_empty() {
            return Err(refused());
        }
        if text == "everybody" || text == "all" {
            return Ok(Self::Everybody);
        }
        if !text.contains('=') {
            return Ok(Self::List {
                list: text.to_owned(),
            });
        }
        let conditions = text.split(" and ").map(condition).collect::<Option<_>>();
        Ok(Self::Where {
            conditions: conditions.ok_or_else(refused)?,
        })
    }

    /// Properties that have to be known.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Self::Where { conditions } => {
                conditions.iter().map(|one| one.property.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a contact fits; `on_list` says whether it is on the list that is meant.
    pub fn lets(&self, contact: &Values, on_list: bool) -> bool {
        match self {
            Self::Everybody => true,
            Self::List { .. } => on_list,
            Self::Where { conditions } => conditions.iter().all(|one| one.holds(contact)),
        }
    }
}

impl Condition {
    fn holds(&self, contact: &Values) -> bool {
        let held = value(contact, &self.property).trim().to_lowercase();
        self.values.iter().any(|value| value.to_lowercase() == held) != self.not
    }
}

fn condition(text: &str) -> Option<Condition> {
    let (left, right) = text.split_once('=')?;
    let (property, not) = match left.trim().strip_suffix('!') {
        Some(property) => (property.trim(), true),
        None => (left.trim(), false),
    };
    let plain = !property.is_empty() && property.chars().all(|c| c.is_alphanumeric() || c == '_');
    plain.then(|| Condition {
        property: property.to_owned(),
        not,
        values: right
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect(),
    })
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everybody => f.write_str("everybody"),
            Self::List { list } => f.write_str(list),
            Self::Where { conditions } => {
                for (place, one) in conditions.iter().enumerate() {
                    let and = if place > 0 { " and " } else { "" };
                    let not = if one.not { "!" } else { "" };
                    write!(f, "{and}{}{not}={}", one.property, one.values.join(","))?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_reads_as_it_is_written() {
        for text in [
            "everybody",
            "VIP customers",
            "17",
            "lifecyclestage=customer",
            "lifecyclestage=lead,opportunity and hs_lead_status!=UNQUALIFIED",
        ] {
            assert_eq!(Which::parse(text).unwrap().to_string(), text);
        }
        assert!(Which::parse("").is_err());
        assert!(Which::parse("a b=c").is_err());
    }

    #[test]
    fn conditions_hold_without_case_and_know_no_value() {
        let contact = Values::from([("lifecyclestage".to_owned(), "Customer".to_owned())]);
        let lets = |text: &str| Which::parse(text).unwrap().lets(&contact, false);
        assert!(lets("lifecyclestage=customer"));
        assert!(!lets("lifecyclestage!=customer"));
        assert!(lets("hubspot_owner_id="));
        assert!(!lets("hubspot_owner_id!="));
        assert!(!lets("VIP"));
    }
}
