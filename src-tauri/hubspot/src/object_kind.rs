//! The kinds of records, and what differs between them.

use std::fmt;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// People.
    Contacts,
    /// Companies.
    Companies,
    /// Deals.
    Deals,
    /// Tickets.
    Tickets,
    /// SMS, WhatsApp and LinkedIn messages on the timeline.
    Communications,
    /// Notes on the timeline.
    Notes,
    /// Calls on the timeline.
    Calls,
    /// Emails on the timeline.
    Emails,
    /// Meetings on the timeline.
    Meetings,
    /// Tasks.
    Tasks,
}

impl ObjectKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Contacts,
        Self::Companies,
        Self::Deals,
        Self::Tickets,
        Self::Communications,
        Self::Notes,
        Self::Calls,
        Self::Emails,
        Self::Meetings,
        Self::Tasks,
    ];

    /// The name that stands in a path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
            Self::Tickets => "tickets",
            Self::Communications => "communications",
            Self::Notes => "notes",
            Self::Calls => "calls",
            Self::Emails => "emails",
            Self::Meetings => "meetings",
            Self::Tasks => "tasks",
        }
    }

    /// HubSpot's number for the kind, as it stands in links and in some error texts.
    pub fn type_id(self) -> &'static str {
        match self {
            Self::Contacts => "0-1",
            Self::Companies => "0-2",
            Self::Deals => "0-3",
            Self::Tickets => "0-5",
            Self::Communications => "0-18",
            Self::Notes => "0-46",
            Self::Calls => "0-48",
            Self::Emails => "0-49",
            Self::Meetings => "0-47",
            Self::Tasks => "0-27",
        }
    }

    /// The property that holds when a record was last changed.
    ///
    /// Contacts are alone with `lastmodifieddate`. A filter on the wrong one finds nothing and is
    /// no error.
    pub fn modified_property(self) -> &'static str {
        match self {
            Self::Contacts => "lastmodifieddate",
            _ => "hs_lastmodifieddate",
        }
    }

    /// The property that holds when a record was made.
    pub fn created_property(self) -> &'static str {
        match self {
            Self::Contacts | Self::Companies | Self::Deals | Self::Tickets => "createdate",
            _ => "hs_createdate",
        }
    }

    /// The type id of the association from this kind to a contact. Direction matters: the way back
    /// has a number of its own.
    pub fn association_to_contact(self) -> u32 {
        match self {
            Self::Contacts => 449,
            Self::Companies => 280,
            Self::Deals => 3,
            Self::Tickets => 16,
            Self::Communications => 81,
            Self::Notes => 202,
            Self::Calls => 194,
            Self::Emails => 198,
            Self::Meetings => 200,
            Self::Tasks => 204,
        }
    }
}

impl AsRef<str> for ObjectKind {
    fn as_ref(&self) -> &str {
        self.path()
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.path())
    }
}
