//! Whose message it is: addresses in one form, and the choice among contacts that have them.
//!
//! Everything here is pure. A contact matches only if its own address, brought to the same form, is
//! equal; what a search returned is never believed without that.

use crate::event::words;
use crate::reason::Candidate;
use std::collections::BTreeSet;
use wire::Timestamp;

pub use mapping::address::{Phone, email};

words! {
    /// How a contact was found.
    How {
        /// Tuco has the contact's id on the message or the lead.
        HsContactId = "hs_contact_id",
        /// By an e-mail address, secondary ones too.
        Email = "email",
        /// By a phone number.
        Phone = "phone",
        /// Several contacts fit; this is the one that was written to last.
        LastMessaged = "last_messaged",
        /// Several contacts fit; the settings say to take the owned one that changed last.
        NewestActive = "newest_active",
        /// A person said so.
        ByHand = "by_hand",
    }
}

/// Everything that is known about the other side of a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// See [`crate::event::person_key`].
    pub key: String,
    /// Contact ids that Tuco has on messages or the lead, best first.
    pub claimed: Vec<String>,
    /// Numbers, the message's own first.
    pub phones: Vec<Phone>,
    /// Addresses, the message's own first.
    pub emails: Vec<String>,
}

impl Person {
    /// What was looked for, for a reason that a person reads.
    pub fn looked_for(&self) -> Vec<String> {
        let claimed = self.claimed.iter().map(|id| format!("contact {id}"));
        let emails = self.emails.iter().map(|email| format!("email {email}"));
        let phones = self
            .phones
            .iter()
            .map(|phone| format!("phone {}", phone.e164));
        claimed.chain(emails).chain(phones).collect()
    }

    /// True where there is nothing to look for.
    pub fn is_nobody(&self) -> bool {
        self.claimed.is_empty() && self.phones.is_empty() && self.emails.is_empty()
    }
}

/// A contact as far as matching needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// HubSpot's id.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// Owner, where there is one.
    pub owner_id: Option<String>,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// All numbers, in E.164.
    pub phones: BTreeSet<String>,
    /// All addresses, lower case.
    pub emails: BTreeSet<String>,
    /// Ids of contacts that were merged into this one.
    pub former_ids: BTreeSet<String>,
}

impl Contact {
    /// True where the contact is, or has swallowed, the one with this id.
    pub fn answers_to(&self, id: &str) -> bool {
        self.id == id || self.former_ids.contains(id)
    }

    fn candidate(&self, matched: &str) -> Candidate {
        Candidate {
            contact_id: self.id.clone(),
            name: self.name.clone(),
            matched: matched.to_owned(),
        }
    }
}

/// Which contact an event goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// This one.
    Found {
        /// The contact.
        contact_id: String,
        /// Its owner.
        owner_id: Option<String>,
        /// Why this one.
        how: How,
        /// The others that fit too.
        also: Vec<Candidate>,
    },
    /// Several, and no rule decides.
    Several(Vec<Candidate>),
    /// None.
    Nobody,
}

/// What to do when several contacts fit and nobody was written to before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeveralRule {
    /// Leave it to a person.
    Wait,
    /// The one with an owner that changed last.
    NewestActive,
}

/// The order of evidence: the id that Tuco has, e-mail, phone. `last_messaged` is the contact that a
/// message from this workspace to this person last went to, if any.
pub fn choose(
    person: &Person,
    contacts: &[Contact],
    last_messaged: Option<&str>,
    rule: SeveralRule,
) -> Choice {
    for id in &person.claimed {
        if let Some(contact) = contacts.iter().find(|contact| contact.answers_to(id)) {
            return found(contact, How::HsContactId, Vec::new());
        }
    }
    let by_email: Vec<&Contact> = contacts
        .iter()
        .filter(|contact| {
            person
                .emails
                .iter()
                .any(|email| contact.emails.contains(email))
        })
        .collect();
    if !by_email.is_empty() {
        return among(&by_email, How::Email, last_messaged, rule);
    }
    let by_phone: Vec<&Contact> = contacts
        .iter()
        .filter(|contact| {
            person
                .phones
                .iter()
                .any(|phone| contact.phones.contains(&phone.e164))
        })
        .collect();
    if by_phone.is_empty() {
        return Choice::Nobody;
    }
    among(&by_phone, How::Phone, last_messaged, rule)
}

fn among(fitting: &[&Contact], how: How, last: Option<&str>, rule: SeveralRule) -> Choice {
    if let [only] = fitting {
        return found(only, how, Vec::new());
    }
    let others = |chosen: &Contact| {
        fitting
            .iter()
            .filter(|contact| contact.id != chosen.id)
            .map(|contact| contact.candidate(how.as_str()))
            .collect()
    };
    if let Some(chosen) = last.and_then(|id| fitting.iter().find(|contact| contact.answers_to(id)))
    {
        return found(chosen, How::LastMessaged, others(chosen));
    }
    let newest_owned = fitting
        .iter()
        .filter(|contact| contact.owner_id.is_some())
        .max_by_key(|contact| (contact.changed_at, contact.id.clone()));
    match (rule, newest_owned) {
        (SeveralRule::NewestActive, Some(chosen)) => {
            found(chosen, How::NewestActive, others(chosen))
        }
        _ => Choice::Several(
            fitting
                .iter()
                .map(|contact| contact.candidate(how.as_str()))
                .collect(),
        ),
    }
}

fn found(contact: &Contact, how: How, also: Vec<Candidate>) -> Choice {
    Choice::Found {
        contact_id: contact.id.clone(),
        owner_id: contact.owner_id.clone(),
        how,
        also,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_however_it_is_written() {
        let written = [
            "(904) 295-6129",
            "904.295.6129 x3",
            "+1 904 295 6129",
            "1-904-295-6129",
            "9042956129",
            "+1 (904) 295-6129 ext. 12",
            "001 904 295 6129",
        ];
        for text in written {
            let phone = Phone::parse(text, "US").unwrap_or_else(|| panic!("{text} is a number"));
            assert_eq!(phone.e164, "+19042956129", "{text}");
            assert_eq!(phone.national, "9042956129", "{text}");
        }
        for text in ["0033 1 76 36 06 95", "+33176360695", "+33 (0)1 76 36 06 95"] {
            assert_eq!(
                Phone::parse(text, "US").unwrap().e164,
                "+33176360695",
                "{text}"
            );
        }
        assert_eq!(
            Phone::parse("01 76 36 06 95", "FR").unwrap().e164,
            "+33176360695"
        );
    }

    #[test]
    fn leading_zeros_of_italian_numbers_are_kept() {
        assert_eq!(
            Phone::parse("06 6982 1234", "IT").unwrap().e164,
            "+390669821234"
        );
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "00004", "n/a", "call me", "12", &"1".repeat(500), "١٢"] {
            assert_eq!(Phone::parse(text, "US"), None, "{text}");
        }
    }

    fn contact(id: &str, phones: &[&str], owner: Option<&str>, changed_at: i64) -> Contact {
        Contact {
            id: id.to_owned(),
            phones: phones.iter().map(|&p| p.to_owned()).collect(),
            owner_id: owner.map(str::to_owned),
            changed_at,
            ..Contact::default()
        }
    }

    #[test]
    fn five_contacts_with_one_number_make_one_defined_choice_or_none() {
        let number = Phone::parse("+19042956129", "US").unwrap();
        let person = Person {
            key: "lead:1".into(),
            phones: vec![number.clone()],
            ..Person::default()
        };
        let contacts: Vec<Contact> = (1..=5)
            .map(|n| contact(&n.to_string(), &[&number.e164], (n > 3).then_some("7"), n))
            .collect();
        let Choice::Several(all) = choose(&person, &contacts, None, SeveralRule::Wait) else {
            panic!("without a rule a person decides");
        };
        assert_eq!(all.len(), 5);
        let Choice::Found {
            contact_id,
            how,
            also,
            ..
        } = choose(&person, &contacts, Some("2"), SeveralRule::Wait)
        else {
            panic!("whoever was written to last is meant");
        };
        assert_eq!(
            (contact_id.as_str(), how, also.len()),
            ("2", How::LastMessaged, 4)
        );
        let Choice::Found {
            contact_id, how, ..
        } = choose(&person, &contacts, Some("99"), SeveralRule::NewestActive)
        else {
            panic!("the rule decides");
        };
        assert_eq!((contact_id.as_str(), how), ("5", How::NewestActive));
    }

    #[test]
    fn email_goes_before_phone_and_the_claimed_id_before_both() {
        let number = Phone::parse("+19042956129", "US").unwrap();
        let by_phone = contact("1", &[&number.e164], None, 0);
        let mut by_email = contact("2", &[], None, 0);
        by_email.emails.insert("ada@example.com".into());
        let mut merged = contact("3", &[], None, 0);
        merged.former_ids.insert("33".into());
        let contacts = [by_phone, by_email, merged];
        let mut person = Person {
            key: "lead:1".into(),
            phones: vec![number],
            emails: vec!["ada@example.com".into()],
            claimed: vec!["33".into()],
        };
        let id = |person: &Person| match choose(person, &contacts, None, SeveralRule::Wait) {
            Choice::Found { contact_id, .. } => contact_id,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            id(&person),
            "3",
            "a merged contact answers to its former id"
        );
        person.claimed = vec!["404".into()];
        assert_eq!(
            id(&person),
            "2",
            "an id that nobody answers to is no evidence"
        );
        person.emails.clear();
        assert_eq!(id(&person), "1");
    }
}
