//! What is read beside contacts and leads, each by a switch of its own. Nothing of it is ever written.

use serde::{Deserialize, Serialize};

/// One switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extra {
    /// Companies of a person.
    Companies,
    /// Deals of a person.
    Deals,
    /// Tickets of a person.
    Tickets,
    /// E-mails, calls, meetings and notes on a person's timeline.
    Engagements,
    /// The portal's own kinds of records, for the mapping and of a person.
    Objects,
}

impl Extra {
    /// All of them, as they are listed.
    pub const ALL: [Self; 5] = [
        Self::Companies,
        Self::Deals,
        Self::Tickets,
        Self::Engagements,
        Self::Objects,
    ];

    /// The word by which it is turned.
    pub fn word(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::Tickets => "tickets",
            Self::Engagements => "engagements",
            Self::Objects => "objects",
        }
    }

    /// The one of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extra| extra.word() == word)
    }

    /// Scopes that the key needs. Of tickets either of two.
    pub fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::Companies => &["crm.objects.companies.read"],
            Self::Deals => &["crm.objects.deals.read"],
            Self::Tickets => &["crm.objects.tickets.read", "tickets"],
            Self::Engagements => &["crm.objects.contacts.read"],
            Self::Objects => &["crm.schemas.custom.read", "crm.objects.custom.read"],
        }
    }

    /// What it needs and what it costs, in words.
    pub fn says(self) -> &'static str {
        match self {
            Self::Companies => {
                "On a person's page. Needs crm.objects.companies.read; 2 calls when a page is opened."
            }
            Self::Deals => {
                "On a person's page. Needs crm.objects.deals.read; 2 calls when a page is opened."
            }
            Self::Tickets => {
                "On a person's page. Needs crm.objects.tickets.read or tickets; 2 calls when a page is \
                 opened."
            }
            Self::Engagements => {
                "On a person's page. Needs crm.objects.contacts.read, and sales-email-read for the text of \
                 e-mails; 8 calls at most when a page is opened."
            }
            Self::Objects => {
                "On a person's page and in the mapping. Needs crm.schemas.custom.read and \
                 crm.objects.custom.read; 1 call a day, and 2 for each object when a page is opened."
            }
        }
    }
}

/// Which of them are on. All are off from the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, and no two of them make a state together"
)]
pub struct Also {
    /// See [`Extra::Companies`].
    pub companies: bool,
    /// See [`Extra::Deals`].
    pub deals: bool,
    /// See [`Extra::Tickets`].
    pub tickets: bool,
    /// See [`Extra::Engagements`].
    pub engagements: bool,
    /// See [`Extra::Objects`].
    pub objects: bool,
}

impl Also {
    /// Whether it is on.
    pub fn has(self, extra: Extra) -> bool {
        match extra {
            Extra::Companies => self.companies,
            Extra::Deals => self.deals,
            Extra::Tickets => self.tickets,
            Extra::Engagements => self.engagements,
            Extra::Objects => self.objects,
        }
    }

    /// Turns one.
    pub fn turn(&mut self, extra: Extra, on: bool) {
        match extra {
            Extra::Companies => self.companies = on,
            Extra::Deals => self.deals = on,
            Extra::Tickets => self.tickets = on,
            Extra::Engagements => self.engagements = on,
            Extra::Objects => self.objects = on,
        }
    }

    /// Whether any is on.
    pub fn any(self) -> bool {
        Extra::ALL.into_iter().any(|extra| self.has(extra))
    }
}
