//! Where a value is in HubSpot. Only a property of the contact itself can be written; all else is read.
//!
//! The written form is what stands in a file and names the value everywhere else: `firstname`,
//! `company.domain`, `deal.amount`, `deal(largest_open, default).dealname`, `ticket(newest_open).subject`,
//! `owner.email`, `object(boats).colour` by the name of a custom object or its number, `count(deals)`, `count(deals, open)`, `sum(deals.amount, won)`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which of several deals or tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// The one that was made last.
    #[default]
    Newest,
    /// The one that was made last, of those that are open.
    NewestOpen,
    /// The open one with the largest amount.
    LargestOpen,
}

impl Take {
    fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::NewestOpen => "newest_open",
            Self::LargestOpen => "largest_open",
        }
    }
}

/// Which records are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// All of them.
    #[default]
    All,
    /// Those that are not closed.
    Open,
    /// Those that were won.
    Won,
}

impl Only {
    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Open => "open",
            Self::Won => "won",
        }
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Source {
    /// A property of the contact.
    Contact(String),
    /// A property of the primary company.
    Company(String),
    /// A property of a deal.
    Deal {
        /// Which property.
        property: String,
        /// Which deal.
        take: Take,
        /// Of this pipeline only.
        pipeline: Option<String>,
    },
    /// A property of a ticket.
    Ticket {
        /// Which property.
        property: String,
        /// Which ticket.
        take: Take,
        /// Of this pipeline only.
        pipeline: Option<String>,
    },
    /// `name`, `email` or another word of the contact's owner.
    Owner(String),
    /// A property of the newest associated record of a custom object.
    Object {
        /// The object, by name or number.
        object: String,
        /// Which property.
        property: String,
    },
    /// How many records are associated.
    Count {
        /// Of which object, such as `deals`.
        object: String,
        /// Which of them.
        only: Only,
    },
    /// The sum of a number over the associated records.
    Sum {
        /// Of which object, such as `deals`.
        object: String,
        /// Which number.
        property: String,
        /// Which of them.
        only: Only,
    },
}

/// A text that names no value in HubSpot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" names no value in HubSpot. It takes a property such as firstname, or company.domain, \
     deal(newest_open).amount, ticket.subject, owner.email, object(boats).colour, count(deals), sum(deals.amount)"
)]
pub struct NoSource(pub String);

impl Source {
    /// The contact's own property, where it is one.
    pub fn contact_property(&self) -> Option<&str> {
        match self {
            Self::Contact(property) => Some(property),
            _ => None,
        }
    }

    /// Whose definitions the property stands in, such as `deals`; none for an owner.
    pub fn object(&self) -> Option<&str> {
        Some(match self {
            Self::Contact(_) => "contacts",
            Self::Company(_) => "companies",
            Self::Deal { .. } => "deals",
            Self::Ticket { .. } => "tickets",
            Self::Owner(_) => return None,
            Self::Object { object, .. } | Self::Count { object, .. } | Self::Sum { object, .. } => {
                object
            }
        })
    }

    /// The property, where there is one.
    pub fn property(&self) -> Option<&str> {
        match self {
            Self::Contact(property)
            | Self::Company(property)
            | Self::Deal { property, .. }
            | Self::Ticket { property, .. }
            | Self::Object { property, .. }
            | Self::Sum { property, .. } => Some(property),
            Self::Owner(_) | Self::Count { .. } => None,
        }
    }

    /// Whether it needs the records that a contact is associated with.
    pub fn is_associated(&self) -> bool {
        !matches!(self, Self::Contact(_) | Self::Owner(_))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let which = |word: &str, take: Take, pipeline: &Option<String>| match (take, pipeline) {
            (Take::Newest, None) => word.to_owned(),
            (take, None) => format!("{word}({})", take.word()),
            (take, Some(pipeline)) => format!("{word}({}, {pipeline})", take.word()),
        };
        match self {
            Self::Contact(property) => f.write_str(property),
            Self::Company(property) => write!(f, "company.{property}"),
            Self::Deal {
                property,
                take,
                pipeline,
            } => write!(f, "{}.{property}", which("deal", *take, pipeline)),
            Self::Ticket {
                property,
                take,
                pipeline,
            } => write!(f, "{}.{property}", which("ticket", *take, pipeline)),
            Self::Owner(word) => write!(f, "owner.{word}"),
            Self::Object { object, property } => write!(f, "object({object}).{property}"),
            Self::Count { object, only } => match only {
                Only::All => write!(f, "count({object})"),
                only => write!(f, "count({object}, {})", only.word()),
            },
            Self::Sum {
                object,
                property,
                only,
            } => match only {
                Only::All => write!(f, "sum({object}.{property})"),
                only => write!(f, "sum({object}.{property}, {})", only.word()),
            },
        }
    }
}

/// Internal names: letters, digits, underscores; numbers of custom objects have a hyphen.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 200
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$'))
}

/// `word(first, second)` and what follows it.
fn call(text: &str) -> Option<(&str, Vec<&str>, &str)> {
    let (word, rest) = text.split_once('(')?;
    let (inside, after) = rest.split_once(')')?;
    Some((
        word.trim(),
        inside.split(',').map(str::trim).collect(),
        after.trim(),
    ))
}

fn only(word: Option<&&str>) -> Option<Only> {
    match word.copied() {
        None | Some("all") => Some(Only::All),
        Some("open") => Some(Only::Open),
        Some("won") => Some(Only::Won),
        Some(_) => None,
    }
}

fn parse(text: &str) -> Option<Source> {
    let named = |name: &str| is_name(name).then(|| name.to_owned());
    let Some((word, inside, after)) = call(text) else {
        return match text.split_once('.') {
            None => named(text).map(Source::Contact),
            Some((object, property)) => picked(object, &[], named(property)?),
        };
    };
    let first = inside.first().copied().unwrap_or_default();
    match (word, inside.as_slice()) {
        ("count", [_] | [_, _]) if after.is_empty() => Some(Source::Count {
            object: named(first)?,
            only: only(inside.get(1))?,
        }),
        ("sum", [_] | [_, _]) if after.is_empty() => {
            let (object, property) = first.split_once('.')?;
            Some(Source::Sum {
                object: named(object)?,
                property: named(property)?,
                only: only(inside.get(1))?,
            })
        }
        ("object", [_]) => Some(Source::Object {
            object: named(first)?,
            property: named(after.strip_prefix('.')?)?,
        }),
        (word, inside) => picked(word, inside, named(after.strip_prefix('.')?)?),
    }
}

fn picked(object: &str, which: &[&str], property: String) -> Option<Source> {
    let take = match which.first().copied() {
        None | Some("newest") => Take::Newest,
        Some("newest_open") => Take::NewestOpen,
        Some("largest_open") => Take::LargestOpen,
        Some(_) => return None,
    };
    let pipeline = match which.get(1) {
        None => None,
        Some(name) => Some(is_name(name).then(|| (*name).to_owned())?),
    };
    match object {
        "contact" if which.is_empty() => Some(Source::Contact(property)),
        "company" if which.is_empty() => Some(Source::Company(property)),
        "owner" if which.is_empty() => Some(Source::Owner(property)),
        "deal" if which.len() <= 2 => Some(Source::Deal {
            property,
            take,
            pipeline,
        }),
        "ticket" if which.len() <= 2 => Some(Source::Ticket {
            property,
            take,
            pipeline,
        }),
        _ => None,
    }
}

impl FromStr for Source {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        parse(text.trim()).ok_or_else(|| NoSource(text.chars().take(80).collect()))
    }
}

impl TryFrom<String> for Source {
    type Error = NoSource;

    fn try_from(text: String) -> Result<Self, NoSource> {
        text.parse()
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "firstname",
            "company.domain",
            "deal.amount",
            "deal(largest_open).dealname",
            "deal(newest, default).amount",
            "ticket(newest_open, 0).subject",
            "owner.email",
            "object(2-17).colour",
            "count(deals)",
            "count(tickets, open)",
            "sum(deals.amount)",
            "sum(deals.amount, won)",
        ] {
            let source: Source = text.parse().unwrap();
            assert_eq!(source.to_string(), text);
        }
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for text in [
            "",
            "a b",
            "deal()",
            "deal(oldest).amount",
            "count()",
            "sum(deals)",
            "x.y.z",
            "planet.mass",
            "count(deals, lost)",
            "owner(newest).email",
        ] {
            assert!(text.parse::<Source>().is_err(), "{text}");
        }
    }
}
