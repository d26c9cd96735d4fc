//! The one table of scopes: what the bridge can do in a portal, and which scope each ability takes.
//!
//! The sign-in asks by it, the list to copy is made of it, the tester goes through it, and a refusal of
//! HubSpot's is put into words with it. Nothing is asked for that no call needs, and what only few need
//! is asked for by whoever uses it.

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
    /// See which custom objects the portal has.
    CustomSchemas,
    /// Read custom objects.
    CustomObjects,
    /// Read what e-mails say. Without it HubSpot gives them without their text.
    EmailText,
}

/// Who asks for a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Everybody: the bridge can do nothing at all without it.
    Required,
    /// Everybody, where the account can give it.
    Always,
    /// Only who uses the ability: it opens much, or many accounts have not got it.
    WhenUsed,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
struct Row {
    feature: Feature,
    /// One is enough. The first is asked for; others are older names of the same.
    any_of: &'static [&'static str],
    asked: Asked,
    /// After "it can't".
    words: &'static str,
}

const fn row(
    feature: Feature,
    any_of: &'static [&'static str],
    asked: Asked,
    words: &'static str,
) -> Row {
    Row {
        feature,
        any_of,
        asked,
        words,
    }
}

/// The most needed first.
const TABLE: [Row; 16] = {
    use Asked::{Always, Required, WhenUsed};
    use Feature::{
        ChangeCompanies, ChangeDeals, ChangeLists, ChangeTickets, Companies, CustomObjects,
        CustomSchemas, Deals, EmailText, KeyProperty, Lists, Owners, ReadContacts, ReadProperties,
        Tickets, WriteTimeline,
    };
    [
        row(
            ReadContacts,
            &["crm.objects.contacts.read"],
            Required,
            "find contacts",
        ),
        row(
            WriteTimeline,
            &["crm.objects.contacts.write"],
            Required,
            "write timeline entries, notes and tasks",
        ),
        row(
            KeyProperty,
            &["crm.schemas.contacts.write"],
            Always,
            "create the key property that rules out a second entry",
        ),
        row(
            ReadProperties,
            &["crm.schemas.contacts.read"],
            Always,
            "see numbers in properties of your own",
        ),
        row(
            Lists,
            &["crm.lists.read"],
            Always,
            "read lists and who is on them",
        ),
        row(
            Owners,
            &["crm.objects.owners.read"],
            Always,
            "name owners and look them up",
        ),
        row(
            Companies,
            &["crm.objects.companies.read"],
            Always,
            "read companies",
        ),
        row(Deals, &["crm.objects.deals.read"], Always, "read deals"),
        row(
            Tickets,
            &["crm.objects.tickets.read", "tickets"],
            Always,
            "read tickets",
        ),
        row(
            ChangeCompanies,
            &["crm.objects.companies.write"],
            Always,
            "change companies",
        ),
        row(
            ChangeDeals,
            &["crm.objects.deals.write"],
            Always,
            "change and move deals",
        ),
        row(
            ChangeTickets,
            &["crm.objects.tickets.write", "tickets"],
            Always,
            "change tickets",
        ),
        row(
            ChangeLists,
            &["crm.lists.write"],
            Always,
            "put contacts on lists and take them off",
        ),
        row(
            CustomSchemas,
            &["crm.schemas.custom.read"],
            WhenUsed,
            "see which custom objects there are",
        ),
        row(
            CustomObjects,
            &["crm.objects.custom.read"],
            WhenUsed,
            "read custom objects",
        ),
        row(
            EmailText,
            &["sales-email-read"],
            WhenUsed,
            "read the text of e-mails",
        ),
    ]
};

impl Feature {
    /// Every ability, the most needed first.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.feature)
    }

    fn row(self) -> &'static Row {
        static NOTHING: Row = row(Feature::ReadContacts, &[], Asked::Always, "");
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
        self.row().asked == Asked::Required
    }
}

/// What every sign-in asks for, and the app must list as required.
pub fn required() -> Vec<&'static str> {
    let asked = Feature::all().filter(|feature| feature.required());
    std::iter::once(SIGN_IN)
        .chain(asked.map(Feature::scope))
        .collect()
}

/// What the app lists as optional: all that any sign-in may ask for where the account can give it.
pub fn optional() -> Vec<&'static str> {
    Feature::all()
        .filter(|feature| !feature.required())
        .map(Feature::scope)
        .collect()
}

/// What the sign-in of a connection asks for where the account can give it, by what the connection uses.
pub fn optional_for(used: &BTreeSet<Feature>) -> Vec<&'static str> {
    Feature::all()
        .filter(|feature| match feature.row().asked {
            Asked::Required => false,
            Asked::Always => true,
            Asked::WhenUsed => used.contains(feature),
        })
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
            assert!(optional_for(&BTreeSet::new()).contains(&scope), "{scope}");
        }
    }

    #[test]
    fn what_only_few_use_is_asked_for_by_those_who_use_it() {
        let rare = [
            "crm.schemas.custom.read",
            "crm.objects.custom.read",
            "sales-email-read",
        ];
        let usual = optional_for(&BTreeSet::new());
        for scope in rare {
            assert!(!usual.contains(&scope), "{scope}");
            assert!(optional().contains(&scope), "the app has to list {scope}");
        }
        let with_text = optional_for(&BTreeSet::from([Feature::EmailText]));
        assert_eq!(with_text.len(), usual.len() + 1);
        assert!(with_text.contains(&"sales-email-read"));
        let all: BTreeSet<Feature> = Feature::all().collect();
        assert_eq!(optional_for(&all), optional());
    }
}
