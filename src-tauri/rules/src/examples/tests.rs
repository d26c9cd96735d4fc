use super::*;
use crate::check::lacks;
use crate::circle::circles;
use crate::condition::{Facts, Values};
use crate::field::Object;
use crate::file::{print_all, read};
use crate::happening::{Happening, What};
use crate::limits::Past;
use crate::rule::{Action, ListStep, Rule, Told};
use crate::verdict::Verdict;
use crate::words::{AsWritten, sentence};
use chrono_tz::Tz;

/// 2026-11-21T12:00:00Z.
const NOW: crate::Timestamp = 1_795_262_400_000;

fn example(name: &str) -> Rule {
    all().into_iter().find(|rule| rule.name == name).unwrap()
}

fn happening(object: Object, what: What) -> Happening {
    Happening {
        what,
        object,
        record: "1".to_owned(),
        at: NOW,
        chain: 0,
    }
}

fn becomes(object: Object, name: &str, to: &str) -> Happening {
    let what = What::Changed {
        name: name.to_owned(),
        from: None,
        to: Some(to.to_owned()),
    };
    happening(object, what)
}

fn told(told: Told) -> Happening {
    let message = "m".to_owned();
    happening(Object::Contact, What::Told { told, message })
}

fn facts(known: &[(Object, &str, &str)]) -> Facts {
    let mut facts = Facts::new(NOW, Tz::UTC);
    for (object, name, value) in known {
        let values: Values = [((*name).to_owned(), (*value).to_owned())].into();
        facts.add(*object, values);
    }
    facts
}

fn acts(name: &str, happening: &Happening, known: &[(Object, &str, &str)]) -> bool {
    example(name).judge(happening, &facts(known), Past::default()) == Verdict::Acts
}

#[test]
fn every_example_can_be_turned_on_as_it_is_and_reads_as_a_sentence() {
    let all = all();
    assert_eq!(all.len(), 19);
    for rule in &all {
        assert_eq!(lacks(rule), [], "{}", rule.name);
        let sentence = sentence(rule, &AsWritten);
        assert!(
            sentence.starts_with("When ") && sentence.ends_with('.'),
            "{sentence}"
        );
        assert!(!rule.about.is_empty(), "{}", rule.name);
    }
    assert_eq!(read(&print_all(&all)), Ok(all.clone()));
    assert_eq!(circles(&all), [vec!["Lead form follow-up".to_owned()]]);
}

#[test]
fn the_sentence_of_the_first_example() {
    assert_eq!(
        sentence(&example("MQL outreach"), &AsWritten),
        "When contact.lifecyclestage becomes marketingqualifiedlead, if contact.phone is known or \
         contact.email is known, send \"MQL outreach\" from the owner's line, between 09:00 and 17:00 \
         in the person's time, on Mon, Tue, Wed, Thu, Fri, unless it is more than 2 days late, once per \
         person."
    );
}

#[test]
fn the_contacts_lifecycle_stage_is_customer() {
    let known = |stage| [(Object::Contact, "lifecyclestage", stage)];
    assert!(acts(
        "Customers only",
        &told(Told::Reply),
        &known("customer")
    ));
    assert!(!acts("Customers only", &told(Told::Reply), &known("lead")));
}

#[test]
fn the_companys_annual_revenue_is_greater_than_100_000_dollars() {
    let mql = becomes(Object::Contact, "lifecyclestage", "marketingqualifiedlead");
    let known = |revenue| [(Object::Company, "annualrevenue", revenue)];
    assert!(acts("Large accounts", &mql, &known("100000.01")));
    assert!(!acts("Large accounts", &mql, &known("100000")));
    assert!(!acts("Large accounts", &mql, &[]));
}

#[test]
fn the_deals_close_date_is_within_the_next_7_days() {
    let connected = becomes(Object::Contact, "hs_lead_status", "CONNECTED");
    for (date, wanted) in [
        ("2026-11-20", false),
        ("2026-11-21", true),
        ("2026-11-28T23:00:00Z", true),
        ("2026-11-29", false),
    ] {
        let known = [(Object::Deal, "closedate", date)];
        assert_eq!(acts("Closing soon", &connected, &known), wanted, "{date}");
    }
}

#[test]
fn the_patterns_of_workflows_are_set_off_by_what_they_say() {
    let phone = [(Object::Contact, "phone", "+15550100")];
    let mql = becomes(Object::Contact, "lifecyclestage", "marketingqualifiedlead");
    assert!(acts("MQL outreach", &mql, &phone));
    assert!(!acts("MQL outreach", &mql, &[]), "nothing to write to");
    let joined = What::List {
        list: "Tuco outreach".to_owned(),
        step: ListStep::Joins,
    };
    assert!(acts(
        "List outreach",
        &happening(Object::Contact, joined),
        &[]
    ));
    let created = happening(Object::Contact, What::Created);
    assert!(acts("New contact welcome", &created, &[]));
    let won = becomes(Object::Deal, "dealstage", "closedwon");
    assert!(acts("Deal won", &won, &[]));
    assert!(acts("Reply creates a task", &told(Told::Reply), &[]));
    let enterprise = becomes(Object::Company, "account_tier", "Enterprise");
    assert!(acts("Company tier changed", &enterprise, &[]));
}

#[test]
fn the_use_cases_of_conversations_are_rules() {
    assert!(acts(
        "New conversation creates a contact",
        &told(Told::Reply),
        &[]
    ));
    let resolved = becomes(Object::Contact, "conversation_outcome", "resolved");
    let wins = "Resolved conversation wins the deal";
    assert!(acts(
        wins,
        &resolved,
        &[(Object::Deal, "dealstage", "qualified")]
    ));
    assert!(
        !acts(wins, &resolved, &[]),
        "no deal exists for this contact"
    );
    let senior = "Enterprise goes to the senior team";
    let tier = |tier| [(Object::Contact, "account_tier", tier)];
    assert!(acts(senior, &told(Told::Reply), &tier("Enterprise")));
    assert!(!acts(senior, &told(Told::Reply), &tier("Basic")));
    assert!(matches!(
        example(senior).actions.as_slice(),
        [Action::AssignLine { .. }, Action::AssignOwner { .. }]
    ));
    assert!(acts("Ended conversation is noted", &resolved, &[]));
}
