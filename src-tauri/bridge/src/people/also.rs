//! What is read beside contacts and leads, each by a switch of its own. Nothing of it is ever written.
//!
//! A switch may need scopes that the connection was not given: a sign-in asks for those of the switches that
//! are on, so one that is turned on later waits for the next sign-in, and says so.

use crate::store::Method;
use hubspot::scopes::Feature;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

    /// Without these it shows nothing.
    pub fn needs(self) -> &'static [Feature] {
        match self {
            Self::Companies => &[Feature::Companies],
            Self::Deals => &[Feature::Deals],
            Self::Tickets => &[Feature::Tickets],
            Self::Engagements => &[Feature::ReadContacts],
            Self::Objects => &[Feature::CustomSchemas, Feature::CustomObjects],
        }
    }

    /// Without these it shows less.
    pub fn wishes(self) -> &'static [Feature] {
        match self {
            Self::Engagements => &[Feature::EmailText],
            Self::Companies | Self::Deals | Self::Tickets | Self::Objects => &[],
        }
    }

    /// Every scope that it has a use for. Of tickets either of two.
    pub fn scopes(self) -> Vec<&'static str> {
        let both = self.needs().iter().chain(self.wishes());
        both.flat_map(|one| one.any_of()).copied().collect()
    }

    /// What it can't do with these scopes; nothing where they are not known.
    pub fn lacks(self, scopes: Option<&BTreeSet<String>>) -> Vec<Feature> {
        let Some(scopes) = scopes.filter(|scopes| !scopes.is_empty()) else {
            return Vec::new();
        };
        let both = self.needs().iter().chain(self.wishes());
        both.filter(|one| !one.allowed_by(scopes))
            .copied()
            .collect()
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

/// What can't be done for want of scopes, and what to do about that; nothing where nothing is lacking.
pub fn in_want(lacking: &[Feature], method: Method) -> Option<String> {
    if lacking.is_empty() {
        return None;
    }
    let names: Vec<String> = lacking
        .iter()
        .map(|one| one.any_of().join(" or "))
        .collect();
    let words: Vec<&str> = lacking.iter().map(|one| one.in_words()).collect();
    let (what, how) = (words.join(", nor "), remedy(&names.join(" and "), method));
    Some(format!("It can't {what}. {how}"))
}

/// What to do where these scopes were not given, by how the connection signs in.
pub fn remedy(scopes: &str, method: Method) -> String {
    match method {
        Method::Key => format!(
            "The key lacks {scopes}. Add what is lacking to the key in HubSpot (Settings, Integrations); the key \
             itself stays the same."
        ),
        Method::SignIn => format!(
            "You signed in without {scopes}. See that your app in HubSpot lists it among its optional scopes, \
             then sign in again: this switch makes the sign-in ask for it."
        ),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn given(scopes: &[&str]) -> BTreeSet<String> {
        scopes.iter().map(|scope| (*scope).to_owned()).collect()
    }

    #[test]
    fn a_switch_lacks_what_was_not_given_and_either_of_two_is_enough() {
        let old = given(&["oauth", "tickets", "crm.objects.contacts.read"]);
        assert_eq!(Extra::Tickets.lacks(Some(&old)), []);
        assert_eq!(Extra::Engagements.lacks(Some(&old)), [Feature::EmailText]);
        assert_eq!(
            Extra::Objects.lacks(Some(&old)),
            [Feature::CustomSchemas, Feature::CustomObjects]
        );
        assert_eq!(Extra::Objects.lacks(None), [], "nobody knows");
        assert_eq!(Extra::Objects.lacks(Some(&BTreeSet::new())), []);
    }

    #[test]
    fn what_is_lacking_is_told_with_the_way_to_get_it() {
        assert_eq!(in_want(&[], Method::SignIn), None);
        let lacking = [Feature::EmailText];
        let sign_in = in_want(&lacking, Method::SignIn).unwrap();
        for part in [
            "can't read the text of e-mails",
            "sales-email-read",
            "optional scopes",
            "sign in again",
        ] {
            assert!(sign_in.contains(part), "{sign_in}");
        }
        let key = in_want(&lacking, Method::Key).unwrap();
        assert!(key.contains("The key lacks sales-email-read"), "{key}");
        assert!(!key.contains("sign in again"), "{key}");
    }
}
