//! Which scope each ability of the bridge needs, for whoever tests a connection.

use std::collections::BTreeSet;

/// What every sign-in asks for, and the app must list as required.
pub const REQUIRED: [&str; 3] = [
    "oauth",
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
];
/// What a sign-in asks for where the account can give it: the app lists these as optional. Nothing is
/// asked for that no call needs.
pub const OPTIONAL: [&str; 2] = ["crm.schemas.contacts.read", "crm.schemas.contacts.write"];

/// Something that the bridge can do in a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Find contacts and read them.
    ReadContacts,
    /// Write communications and notes on the timeline. HubSpot asks no scope of their own for them.
    WriteTimeline,
    /// Create the property that makes a repeated timeline entry impossible.
    KeyProperty,
    /// Read which properties a contact can have.
    ReadProperties,
    /// Name the owner of an entry.
    Owners,
    /// Read lists and who is on them.
    Lists,
}

impl Feature {
    /// Every ability, the most needed first.
    pub const ALL: [Self; 6] = [
        Self::ReadContacts,
        Self::WriteTimeline,
        Self::KeyProperty,
        Self::ReadProperties,
        Self::Owners,
        Self::Lists,
    ];

    /// The scopes of which one is enough.
    pub fn any_of(self) -> &'static [&'static str] {
        match self {
            Self::ReadContacts => &["crm.objects.contacts.read"],
            Self::WriteTimeline => &["crm.objects.contacts.write"],
            Self::KeyProperty => &["crm.schemas.contacts.write"],
            Self::ReadProperties => &["crm.schemas.contacts.read"],
            Self::Owners => &["crm.objects.owners.read"],
            Self::Lists => &["crm.lists.read"],
        }
    }

    /// Whether a token with these scopes can do it.
    pub fn allowed_by(self, scopes: &BTreeSet<String>) -> bool {
        self.any_of().iter().any(|scope| scopes.contains(*scope))
    }

    /// Whether the bridge can do nothing at all without it.
    pub fn required(self) -> bool {
        matches!(self, Self::ReadContacts | Self::WriteTimeline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scope_of_the_list_is_enough_and_another_is_not() {
        let scopes = BTreeSet::from(["crm.objects.contacts.read".to_owned()]);
        let allowed: Vec<_> = Feature::ALL
            .into_iter()
            .filter(|feature| feature.allowed_by(&scopes))
            .collect();
        assert_eq!(allowed, [Feature::ReadContacts]);
    }
}
