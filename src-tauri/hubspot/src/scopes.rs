//! The one table of scopes: what the bridge can do in a portal, and which scope each ability takes.
//!
//! The sign-in asks by it, the list to copy is made of it, the tester goes through it, and a refusal of
//! HubSpot's is put into words with it. Nothing is asked for that no call needs.

use std::collections::BTreeSet;

/// Every app has this one, and no call of ours needs another for itself.
pub const SIGN_IN: &str = "oauth";

/// Something that the bridge can do in a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Find contacts and read them.
    ReadContacts,
    /// Write communications, notes and tasks, and properties of contacts. HubSpot asks no scope of their
    /// own for entries of the timeline.
    WriteTimeline,
    /// Create the property that makes a repeated timeline entry impossible, and those that are kept.
    KeyProperty,
    /// Read which properties a contact can have.
    ReadProperties,
    /// Read lists and who is on them.
    Lists,
    /// Read owners.
    Owners,
    /// Read companies.
    Companies,
    /// Read deals and their stages.
    Deals,
    /// Read tickets and their stages.
    Tickets,
    /// Change companies.
    ChangeCompanies,
    /// Change deals, and move them.
    ChangeDeals,
    /// Change tickets.
    ChangeTickets,
    /// Put contacts on lists, and take them off.
    ChangeLists,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    feature: Feature,
    /// One is enough. The first is asked for; others are older names of the same.
    any_of: &'static [&'static str],
    /// The bridge can do nothing at all without it.
    required: bool,
    /// After "it can't".
    words: &'static str,
}

const fn row(
    feature: Feature,
    any_of: &'static [&'static str],
    required: bool,
    words: &'static str,
) -> Row {
    Row {
        feature,
        any_of,
        required,
        words,
    }
}

/// The most needed first.
const TABLE: [Row; 13] = {
    use Feature::{
        ChangeCompanies, ChangeDeals, ChangeLists, ChangeTickets, Companies, Deals, KeyProperty,
        Lists, Owners, ReadContacts, ReadProperties, Tickets, WriteTimeline,
    };
    [
        row(
            ReadContacts,
            &["crm.objects.contacts.read"],
            true,
            "find contacts",
        ),
        row(
            WriteTimeline,
            &["crm.objects.contacts.write"],
            true,
            "write timeline entries, notes and tasks",
        ),
        row(
            KeyProperty,
            &["crm.schemas.contacts.write"],
            false,
            "create the key property that rules out a second entry",
        ),
        row(
            ReadProperties,
            &["crm.schemas.contacts.read"],
            false,
            "see numbers in properties of your own",
        ),
        row(
            Lists,
            &["crm.lists.read"],
            false,
            "read lists and who is on them",
        ),
        row(
            Owners,
            &["crm.objects.owners.read"],
            false,
            "name owners and look them up",
        ),
        row(
            Companies,
            &["crm.objects.companies.read"],
            false,
            "read companies",
        ),
        row(Deals, &["crm.objects.deals.read"], false, "read deals"),
        row(
            Tickets,
            &["crm.objects.tickets.read", "tickets"],
            false,
            "read tickets",
        ),
        row(
            ChangeCompanies,
            &["crm.objects.companies.write"],
            false,
            "change companies",
        ),
        row(
            ChangeDeals,
            &["crm.objects.deals.write"],
            false,
            "change and move deals",
        ),
        row(
            ChangeTickets,
            &["crm.objects.tickets.write", "tickets"],
            false,
            "change tickets",
        ),
        row(
            ChangeLists,
            &["crm.lists.write"],
            false,
            "put contacts on lists and take them off",
        ),
    ]
};

impl Feature {
    /// Every ability, the most needed first.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.feature)
    }

    fn row(self) -> &'static Row {
        static NOTHING: Row = row(Feature::ReadContacts, &[], false, "");
        TABLE
            .iter()
            .find(|row| row.feature == self)
            .unwrap_or(&NOTHING)
    }

    /// The scopes of which one is enough.
    pub fn any_of(self) -> &'static [&'static str] {
        self.row().any_of
    }

    /// The scope that is asked for.
    pub fn scope(self) -> &'static str {
        self.any_of().first().copied().unwrap_or_default()
    }

    /// What a token without the scope can't do, after "it can't".
    pub fn in_words(self) -> &'static str {
        self.row().words
    }

    /// Whether a token with these scopes can do it.
    pub fn allowed_by(self, scopes: &BTreeSet<String>) -> bool {
        self.any_of().iter().any(|scope| scopes.contains(*scope))
    }

    /// Whether the bridge can do nothing at all without it.
    pub fn required(self) -> bool {
        self.row().required
    }
}

/// What every sign-in asks for, and the app must list as required.
pub fn required() -> Vec<&'static str> {
    let asked = Feature::all().filter(|feature| feature.required());
    std::iter::once(SIGN_IN)
        .chain(asked.map(Feature::scope))
        .collect()
}

/// What a sign-in asks for where the account can give it: the app lists these as optional.
pub fn optional() -> Vec<&'static str> {
    Feature::all()
        .filter(|feature| !feature.required())
        .map(Feature::scope)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scope_of_the_list_is_enough_and_another_is_not() {
        let scopes = BTreeSet::from(["crm.objects.contacts.read".to_owned()]);
        let allowed: Vec<_> = Feature::all()
            .filter(|feature| feature.allowed_by(&scopes))
            .collect();
        assert_eq!(allowed, [Feature::ReadContacts]);
        let old = BTreeSet::from(["tickets".to_owned()]);
        assert!(Feature::Tickets.allowed_by(&old), "the older name of it");
    }

    #[test]
    fn a_sign_in_asks_once_for_every_ability() {
        let mut asked = required();
        asked.extend(optional());
        assert_eq!(asked.len(), TABLE.len() + 1);
        assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), asked.len());
        let all: BTreeSet<String> = asked.iter().map(|scope| (*scope).to_owned()).collect();
        assert!(Feature::all().all(|feature| feature.allowed_by(&all)));
        for scope in [
            "crm.lists.read",
            "crm.objects.owners.read",
            "crm.objects.companies.read",
            "crm.objects.deals.read",
            "crm.objects.tickets.read",
        ] {
            assert!(optional().contains(&scope), "{scope}");
        }
    }
}
