//! What becomes of a value on its way.
//!
//! The steps of a row work from first to last towards Tuco, and from last to first towards HubSpot. A step
//! that tidies does the same both ways; [`Transform::Pairs`], [`Transform::YesNo`], [`Transform::Date`],
//! [`Transform::Number`] and [`Transform::List`] are turned round; [`Transform::NamePart`],
//! [`Transform::Template`], [`Transform::Join`] and [`Transform::Text`] with a longest length lose something
//! and go one way only. An empty value passes every step but [`Transform::Default`], a template and a join.

mod dates;
mod names;
mod numbers;
mod words;

use crate::Values;
use crate::address::{Phone, email};
use serde::{Deserialize, Serialize};

pub use dates::Pattern;

/// Upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// all small
    Lower,
    /// ALL LARGE
    Upper,
    /// Every Word Begins Large
    Title,
}

/// Which part of a full name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The first word.
    First,
    /// All other words.
    Last,
}

/// What a date becomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// `2026-01-31`.
    #[default]
    Date,
    /// `2026-01-31T14:00:00.000Z`.
    DateTime,
    /// By a pattern.
    Text,
}

/// In whose time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneOf {
    /// The portal's.
    #[default]
    Portal,
    /// UTC.
    Utc,
}

/// What becomes of a value that no pair names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Unmatched {
    /// It stays as it is.
    #[default]
    Keep,
    /// Nothing is written.
    LeaveOut,
    /// It is told as a mistake, and nothing is written.
    Refuse,
    /// Another value stands for it.
    Use {
        /// Which.
        value: String,
    },
}

/// A value and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// In HubSpot.
    pub from: String,
    /// In Tuco.
    pub to: String,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Transform {
    /// Without white space at its ends.
    Trim,
    /// In another case.
    Case {
        /// Which.
        to: Case,
    },
    /// As one line of plain text, cut where it is too long.
    Text {
        /// In characters.
        #[serde(default)]
        longest: Option<u32>,
    },
    /// A part of a full name: the first word is the first name, the rest the last name.
    NamePart {
        /// Which.
        part: Part,
    },
    /// With other fields of the same record, in order. Empty ones are left out with their separator.
    Join {
        /// Their names.
        fields: Vec<String>,
        /// What stands between them.
        #[serde(default = "blank")]
        by: String,
    },
    /// A phone number in E.164.
    Phone {
        /// The country that numbers without one are of; `auto` is the portal's.
        #[serde(default = "auto")]
        region: String,
    },
    /// An e-mail address, in lower case.
    Email,
    /// A date or a moment in another form.
    Date {
        /// Which form.
        #[serde(default)]
        to: DateForm,
        /// In whose time.
        #[serde(default)]
        zone: ZoneOf,
        /// For text, such as `d MMM yyyy`.
        #[serde(default)]
        pattern: String,
    },
    /// One value for another.
    Pairs {
        /// Which for which.
        pairs: Vec<Pair>,
        /// All other values.
        #[serde(default)]
        otherwise: Unmatched,
    },
    /// Words for true and false.
    YesNo {
        /// For true.
        yes: String,
        /// For false.
        no: String,
    },
    /// A multi-select as text.
    List {
        /// What stands between its values.
        #[serde(default = "comma")]
        by: String,
        /// Their labels in place of the values.
        #[serde(default)]
        labels: bool,
    },
    /// A number in another form.
    Number {
        /// How many digits after the point; as many as there are where this is left out.
        #[serde(default)]
        decimals: Option<u32>,
        /// What stands between thousands.
        #[serde(default)]
        thousands: String,
        /// What stands before the decimals.
        #[serde(default = "point")]
        point: String,
    },
    /// A value where there is none.
    Default {
        /// Which.
        value: String,
    },
    /// A text with fields of the same record: `{firstname}`, or `{firstname|there}` with a word for none.
    Template {
        /// The text.
        text: String,
    },
}

fn blank() -> String {
    " ".to_owned()
}

fn auto() -> String {
    "auto".to_owned()
}

fn comma() -> String {
    ", ".to_owned()
}

fn point() -> String {
    ".".to_owned()
}

/// Why a value ends on its way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// Nothing is to be written, and nothing is wrong.
    #[error("it is left out")]
    LeaveOut,
    /// Not a phone number in this country.
    #[error("it is no phone number in {region}")]
    NoPhone {
        /// The country.
        region: String,
    },
    /// Not an address.
    #[error("it is no e-mail address")]
    NoEmail,
    /// Not a date in the form that is expected.
    #[error("it is no date that can be read")]
    NoDate,
    /// Not a number.
    #[error("it is no number")]
    NoNumber,
    /// Neither of the two words.
    #[error("it is neither yes nor no")]
    NoWord,
    /// No pair names it.
    #[error("no pair stands for it")]
    NoPair,
    /// The step has no way back.
    #[error("this step goes one way only")]
    OneWay,
}

/// What steps need to know beside the value.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The country of numbers that name none.
    pub region: &'a str,
    /// The portal's time zone.
    pub zone: chrono_tz::Tz,
    /// Values and labels of the property's options.
    pub options: &'a [(String, String)],
    /// The record that the value is from.
    pub record: &'a Values,
}

impl Transform {
    /// The word in a file.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Trim => "trim",
            Self::Case { .. } => "case",
            Self::Text { .. } => "text",
            Self::NamePart { .. } => "name_part",
            Self::Join { .. } => "join",
            Self::Phone { .. } => "phone",
            Self::Email => "email",
            Self::Date { .. } => "date",
            Self::Pairs { .. } => "pairs",
            Self::YesNo { .. } => "yes_no",
            Self::List { .. } => "list",
            Self::Number { .. } => "number",
            Self::Default { .. } => "default",
            Self::Template { .. } => "template",
        }
    }

    /// Whether a value can't be brought back through it.
    pub fn is_one_way(&self) -> bool {
        match self {
            Self::NamePart { .. } | Self::Join { .. } | Self::Template { .. } => true,
            Self::Text { longest } => longest.is_some(),
            _ => false,
        }
    }

    /// Other fields of the record that it needs.
    pub fn fields(&self) -> Vec<&str> {
        match self {
            Self::Join { fields, .. } => fields.iter().map(String::as_str).collect(),
            Self::Template { text } => names::placeholders(text)
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// One step towards Tuco.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn forward(&self, text: &str, context: &Context<'_>) -> Result<String, Stop> {
        match self {
            Self::Default { value } => Ok(pick(text, value)),
            Self::Template { text } => Ok(names::render(text, context.record)),
            Self::Join { fields, by } => Ok(names::join(text, fields, by, context.record)),
            _ if text.is_empty() => Ok(String::new()),
            Self::Date { to, zone, pattern } => {
                dates::forward(text, *to, pattern, tz(*zone, context))
            }
            Self::Pairs { pairs, otherwise } => words::pair(
                text,
                pairs.iter().map(|pair| (&*pair.from, &*pair.to)),
                otherwise,
            ),
            Self::YesNo { yes, no } => words::yes_no(text, yes, no),
            Self::List { by, labels } => Ok(words::list(text, by, *labels, context.options)),
            Self::Number {
                decimals,
                thousands,
                point,
            } => numbers::forward(text, *decimals, thousands, point),
            Self::NamePart { part } => Ok(names::part(text, *part)),
            Self::Text { longest } => Ok(words::plain(text, *longest)),
            _ => self.tidy(text, context),
        }
    }

    /// One step towards HubSpot.
    ///
    /// # Errors
    /// See [`Stop`].
    pub fn back(&self, text: &str, context: &Context<'_>) -> Result<String, Stop> {
        match self {
            Self::Default { value } => Ok(pick(text, value)),
            Self::Template { text } => Ok(names::render(text, context.record)),
            Self::Join { fields, by } => Ok(names::join(text, fields, by, context.record)),
            _ if text.is_empty() => Ok(String::new()),
            Self::Date { to, zone, pattern } => dates::back(text, *to, pattern, tz(*zone, context)),
            Self::Pairs { pairs, otherwise } => words::pair(
                text,
                pairs.iter().map(|pair| (&*pair.to, &*pair.from)),
                otherwise,
            ),
            Self::YesNo { yes, no } => words::true_false(text, yes, no),
            Self::List { by, labels } => Ok(words::unlist(text, by, *labels, context.options)),
            Self::Number {
                thousands, point, ..
            } => numbers::back(text, thousands, point),
            Self::NamePart { part } => Ok(names::part(text, *part)),
            Self::Text { longest } => Ok(words::plain(text, *longest)),
            _ => self.tidy(text, context),
        }
    }

    /// Steps that do the same both ways.
    fn tidy(&self, text: &str, context: &Context<'_>) -> Result<String, Stop> {
        match self {
            Self::Case { to } => Ok(words::cased(text, *to)),
            Self::Phone { region } => {
                let region = if region == "auto" {
                    context.region
                } else {
                    region
                };
                Phone::parse(text, region)
                    .map(|phone| phone.e164)
                    .ok_or_else(|| Stop::NoPhone {
                        region: region.to_owned(),
                    })
            }
            Self::Email => email(text).ok_or(Stop::NoEmail),
            _ => Ok(text.trim().to_owned()),
        }
    }
}

fn pick(text: &str, otherwise: &str) -> String {
    if text.trim().is_empty() {
        otherwise.to_owned()
    } else {
        text.to_owned()
    }
}

fn tz(zone: ZoneOf, context: &Context<'_>) -> chrono_tz::Tz {
    match zone {
        ZoneOf::Portal => context.zone,
        ZoneOf::Utc => chrono_tz::UTC,
    }
}

/// Where a value ended: after so many steps, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The place of the step among the row's.
    pub step: usize,
    /// Why.
    pub stop: Stop,
}

/// All steps towards Tuco.
///
/// # Errors
/// The step that could not, and why.
pub fn forward(steps: &[Transform], text: &str, context: &Context<'_>) -> Result<String, Ended> {
    steps
        .iter()
        .enumerate()
        .try_fold(text.to_owned(), |text, (step, transform)| {
            transform
                .forward(&text, context)
                .map_err(|stop| Ended { step, stop })
        })
}

/// All steps towards HubSpot, the last one first.
///
/// # Errors
/// The step that could not, and why.
pub fn back(steps: &[Transform], text: &str, context: &Context<'_>) -> Result<String, Ended> {
    steps
        .iter()
        .enumerate()
        .rev()
        .try_fold(text.to_owned(), |text, (step, transform)| {
            transform
                .back(&text, context)
                .map_err(|stop| Ended { step, stop })
        })
}

#[cfg(test)]
mod tests;
