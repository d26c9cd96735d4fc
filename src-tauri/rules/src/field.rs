//! What a rule can look at: a property of one kind of record.

use std::fmt;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// A person in HubSpot.
    Contact,
    /// The contact's company.
    Company,
    /// A deal of the contact.
    Deal,
    /// A ticket of the contact.
    Ticket,
    /// The person in Tuco.
    Lead,
}

impl Object {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Contact,
        Self::Company,
        Self::Deal,
        Self::Ticket,
        Self::Lead,
    ];

    /// The word that is written and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Lead => "lead",
        }
    }

    /// The kind for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A property of a kind of record, such as `contact.lifecyclestage`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field {
    /// Of what.
    pub object: Object,
    /// Its internal name; empty in a draft that has not chosen one.
    pub name: String,
}

impl Field {
    /// This property of that kind.
    pub fn new(object: Object, name: impl Into<String>) -> Self {
        Self {
            object,
            name: name.into(),
        }
    }

    /// `contact.lifecyclestage`. A name may be empty, which [`crate::check`] refuses later.
    pub fn parse(text: &str) -> Option<Self> {
        let (object, name) = text.trim().split_once('.')?;
        let sound = name.len() <= 100
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
        sound.then_some(Self::new(Object::parse(object)?, name))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.object.as_str(), self.name)
    }
}
