use crate::condition::{Condition, Facts, Operator, Test};
use crate::field::{Field, Object};
use crate::file::read;
use crate::happening::{Happening, LONGEST_CHAIN, What};
use crate::limits::{Limits, Past, Repeat};
use crate::rule::{ListStep, Rule, Told, Trigger, asked};
use crate::verdict::Verdict;
use crate::words::AsWritten;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeSet;

fn happening(object: Object, what: What) -> Happening {
    Happening {
        what,
        object,
        record: "77".to_owned(),
        at: 1_000,
        chain: 0,
    }
}

fn changed(object: Object, name: &str, from: &str, to: &str) -> Happening {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    happening(
        object,
        What::Changed {
            name: name.to_owned(),
            from: some(from),
            to: some(to),
        },
    )
}

fn list(name: &str, step: ListStep) -> Happening {
    happening(
        Object::Contact,
        What::List {
            list: name.to_owned(),
            step,
        },
    )
}

fn near(object: Object, name: &str, days: i32, within: bool) -> Happening {
    happening(
        object,
        What::Near {
            name: name.to_owned(),
            day: NaiveDate::from_ymd_opt(2026, 11, 25).unwrap(),
            days,
            within,
        },
    )
}

fn told(told: Told) -> Happening {
    happening(
        Object::Contact,
        What::Told {
            told,
            message: "m1".to_owned(),
        },
    )
}

fn trigger(when: &str) -> Trigger {
    let rules = read(&format!("[[rule]]\nname = \"A\"\nwhen = {{ {when} }}")).unwrap();
    rules.into_iter().next().unwrap().trigger.unwrap()
}

/// As it is written, what sets it off, what does not.
fn table() -> Vec<(&'static str, Vec<Happening>, Vec<Happening>)> {
    use ListStep::{Joins, Leaves};
    use Object::{Company, Contact, Deal, Lead, Ticket};
    vec![
        (
            "property = \"contact.city\"",
            vec![
                changed(Contact, "city", "Rome", "Oslo"),
                changed(Contact, "city", "", "Oslo"),
                changed(Contact, "city", "Rome", ""),
            ],
            vec![
                changed(Contact, "city", "Rome", "Rome"),
                changed(Contact, "state", "a", "b"),
                changed(Company, "city", "a", "b"),
                happening(Contact, What::Created),
            ],
        ),
        (
            "property = \"contact.tier\", becomes = [\"Gold\", \"Silver\"]",
            vec![
                changed(Contact, "tier", "", "gold"),
                changed(Contact, "tier", "gold", "silver"),
            ],
            vec![
                changed(Contact, "tier", "gold", "bronze"),
                changed(Contact, "tier", "gold", ""),
            ],
        ),
        (
            "property = \"contact.tier\", is_set = true",
            vec![changed(Contact, "tier", "", "gold")],
            vec![
                changed(Contact, "tier", "gold", "silver"),
                changed(Contact, "tier", "gold", ""),
            ],
        ),
        (
            "property = \"contact.tier\", is_cleared = true",
            vec![changed(Contact, "tier", "gold", "")],
            vec![changed(Contact, "tier", "", "gold")],
        ),
        (
            "lifecycle_stage = \"marketingqualifiedlead\"",
            vec![changed(
                Contact,
                "lifecyclestage",
                "lead",
                "marketingqualifiedlead",
            )],
            vec![changed(Contact, "lifecyclestage", "lead", "customer")],
        ),
        (
            "deal_stage = \"closedwon\"",
            vec![changed(Deal, "dealstage", "open", "closedwon")],
            vec![changed(Ticket, "dealstage", "open", "closedwon")],
        ),
        (
            "ticket_stage = \"4\"",
            vec![changed(Ticket, "hs_pipeline_stage", "1", "4")],
            vec![changed(Ticket, "hs_pipeline_stage", "1", "2")],
        ),
        (
            "property = \"company.account_tier\", becomes = \"Enterprise\"",
            vec![changed(Company, "account_tier", "", "enterprise")],
            vec![changed(Contact, "account_tier", "", "enterprise")],
        ),
        (
            "property = \"lead.jobTitle\", becomes = \"gold\"",
            vec![changed(Lead, "jobTitle", "captain", "gold")],
            vec![
                changed(Lead, "jobTitle", "gold", "captain"),
                changed(Contact, "jobTitle", "captain", "gold"),
            ],
        ),
        (
            "joins_list = \"12\"",
            vec![list("12", Joins)],
            vec![list("12", Leaves), list("13", Joins)],
        ),
        (
            "leaves_list = \"12\"",
            vec![list("12", Leaves)],
            vec![list("12", Joins)],
        ),
        (
            "created = \"contact\"",
            vec![happening(Contact, What::Created)],
            vec![happening(Deal, What::Created)],
        ),
        (
            "created = \"deal\"",
            vec![happening(Deal, What::Created)],
            vec![happening(Contact, What::Created)],
        ),
        (
            "created = \"ticket\"",
            vec![happening(Ticket, What::Created)],
            vec![changed(Ticket, "subject", "", "x")],
        ),
        (
            "deal_closes_within_days = 7",
            vec![near(Deal, "closedate", 7, true)],
            vec![
                near(Deal, "closedate", 7, false),
                near(Deal, "closedate", 8, true),
                near(Contact, "closedate", 7, true),
            ],
        ),
        (
            "date = \"contact.renewal\", days_away = -3",
            vec![near(Contact, "renewal", -3, false)],
            vec![
                near(Contact, "renewal", 3, false),
                near(Contact, "renewal", -3, true),
                near(Contact, "birthday", -3, false),
            ],
        ),
        (
            "tuco = \"reply\"",
            vec![told(Told::Reply)],
            vec![told(Told::Failed)],
        ),
        (
            "tuco = \"fallback\"",
            vec![told(Told::Fallback)],
            vec![told(Told::Reply)],
        ),
        (
            "tuco = \"failed\"",
            vec![told(Told::Failed)],
            vec![told(Told::Fallback)],
        ),
        (
            "no_reply_for_days = 3",
            vec![silence(3)],
            vec![silence(4), told(Told::Reply)],
        ),
    ]
}

fn silence(days: u32) -> Happening {
    happening(
        Object::Contact,
        What::Silence {
            days,
            message: "m1".to_owned(),
        },
    )
}

#[test]
fn every_trigger_is_set_off_by_what_it_says_and_nothing_else() {
    for (when, fires, rests) in table() {
        let trigger = trigger(when);
        for (happenings, wanted) in [(fires, true), (rests, false)] {
            for one in happenings {
                assert_eq!(trigger.fires(&one), wanted, "{when} on {}", one.key());
            }
        }
    }
}

#[test]
fn what_happened_has_one_key_and_nothing_else_has_it() {
    let all: Vec<String> = table()
        .into_iter()
        .flat_map(|(_, fires, _)| fires)
        .map(|one| one.key())
        .collect();
    let different: BTreeSet<&String> = all.iter().collect();
    // Changes of one property at one moment are one change: "city" three times, "tier" five times.
    assert_eq!(all.len() - different.len(), 2 + 3);
    let mut late = changed(Object::Contact, "city", "", "Oslo");
    let first = late.key();
    late.chain = 3;
    assert_eq!(late.key(), first, "how it was found is no part of it");
    late.at = 2_000;
    assert_ne!(late.key(), first);
}

fn mql() -> Rule {
    let mut rule = Rule::new("A");
    rule.trigger = Some(trigger("lifecycle_stage = \"customer\""));
    rule.condition = Some(Condition::Test(Test {
        field: Field::new(Object::Contact, "city"),
        operator: Operator::Is(vec!["Oslo".to_owned()]),
    }));
    rule
}

#[test]
fn a_verdict_says_which_question_was_answered_no() {
    let rule = mql();
    let mut meant = changed(Object::Contact, "lifecyclestage", "lead", "customer");
    let facts = |city: &str| {
        let mut facts = Facts::new(5_000, Tz::UTC);
        facts.add(
            Object::Contact,
            [("city".to_owned(), city.to_owned())].into(),
        );
        facts
    };
    let never = Past::default();
    assert_eq!(rule.judge(&meant, &facts("Oslo"), never), Verdict::Acts);
    let other = changed(Object::Contact, "lifecyclestage", "customer", "lead");
    assert_eq!(rule.judge(&other, &facts("Oslo"), never), Verdict::NotMeant);
    let verdict = rule.judge(&meant, &facts("Rome"), never);
    assert_eq!(
        verdict.in_words(&AsWritten),
        "Not so: contact.city is Oslo, but it is Rome."
    );
    let acted = Past {
        last_for_person: Some(4_000),
        today: 1,
    };
    let verdict = rule.judge(&meant, &facts("Oslo"), acted);
    assert_eq!(verdict.code(), "acted_already");
    meant.chain = LONGEST_CHAIN;
    assert_eq!(
        rule.judge(&meant, &facts("Oslo"), never),
        Verdict::GoesRound
    );
    let draft = Rule::new("B");
    assert_eq!(draft.judge(&other, &facts(""), never), Verdict::NotMeant);
}

#[test]
fn limits_hold_a_rule_back() {
    const DAY: i64 = 86_400_000;
    let past = |last, today| Past {
        last_for_person: last,
        today,
    };
    for (repeat, most, past, now, code) in [
        (Repeat::Once, None, past(None, 0), DAY, "acts"),
        (
            Repeat::Once,
            None,
            past(Some(0), 0),
            999 * DAY,
            "acted_already",
        ),
        (
            Repeat::OnceInDays(30),
            None,
            past(Some(0), 1),
            30 * DAY - 1,
            "too_soon",
        ),
        (
            Repeat::OnceInDays(30),
            None,
            past(Some(0), 1),
            30 * DAY,
            "acts",
        ),
        (Repeat::EveryTime, None, past(Some(0), 1), 1, "acts"),
        (Repeat::EveryTime, Some(25), past(None, 24), 1, "acts"),
        (
            Repeat::EveryTime,
            Some(25),
            past(None, 25),
            1,
            "enough_today",
        ),
    ] {
        let mut rule = mql();
        rule.condition = None;
        rule.limits = Limits {
            repeat,
            most_a_day: most,
        };
        let meant = changed(Object::Contact, "lifecyclestage", "lead", "customer");
        let verdict = rule.judge(&meant, &Facts::new(now, Tz::UTC), past);
        assert_eq!(verdict.code(), code, "{repeat:?} {most:?} {past:?}");
    }
}

#[test]
fn what_hubspot_asks_for_sets_off_each_time_it_is_filled_in_and_never_when_it_is_emptied() {
    let changed = |from: Option<&str>, to: Option<&str>| Happening {
        what: What::Changed {
            name: asked::TEMPLATE.to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        },
        object: Object::Contact,
        record: "1".to_owned(),
        at: 1,
        chain: 0,
    };
    assert!(Trigger::Asked.fires(&changed(None, Some("Welcome"))));
    assert!(Trigger::Asked.fires(&changed(Some("Welcome"), Some("Thanks"))));
    assert!(!Trigger::Asked.fires(&changed(Some("Welcome"), None)));
    assert!(!Trigger::Asked.fires(&changed(Some("Welcome"), Some(" "))));
}
