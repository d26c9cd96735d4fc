use super::*;
use crate::words::AsWritten;
use chrono::{NaiveDate, TimeZone};

const ZONE: Tz = Tz::America__New_York;

/// Wednesday, 2026-11-25, 22:00 in New York: already the 26th in UTC.
fn now() -> Timestamp {
    ZONE.with_ymd_and_hms(2026, 11, 25, 22, 0, 0)
        .unwrap()
        .timestamp_millis()
}

fn facts(value: Option<&str>) -> Facts {
    let mut facts = Facts::new(now(), ZONE);
    let values = value.map(|value| ("x".to_owned(), value.to_owned()));
    facts.add(Object::Contact, values.into_iter().collect());
    facts
}

fn test(operator: Operator) -> Condition {
    Condition::Test(Test {
        field: Field::new(Object::Contact, "x"),
        operator,
    })
}

fn day(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

fn some(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Operator, values that fit, values that don't. An empty text stands for a property without a value.
fn table() -> Vec<(Operator, Vec<&'static str>, Vec<&'static str>)> {
    use Operator as O;
    vec![
        (
            O::Is(some(&["Closed Won", "other"])),
            vec!["closedwon", "CLOSED WON", "closed_won", " other "],
            vec!["", "closedlost", "closed"],
        ),
        (
            O::IsNot(some(&["Customer"])),
            vec!["", "lead"],
            vec!["customer", " CUSTOMER"],
        ),
        (
            O::Contains("road".into()),
            vec!["12 Road Street", "crossroads"],
            vec!["", "street"],
        ),
        (
            O::ContainsNot("road".into()),
            vec!["", "street"],
            vec!["12 Road Street"],
        ),
        (
            O::StartsWith("dr".into()),
            vec!["Dr. No"],
            vec!["", "No dr"],
        ),
        (
            O::EndsWith("@example.com".into()),
            vec!["a@Example.com"],
            vec!["", "a@example.com.org"],
        ),
        (
            O::Equals(100.0),
            vec!["100", "100.0", "$100"],
            vec!["", "101", "a hundred", "1,00"],
        ),
        (
            O::Over(100_000.0),
            vec!["100001", "100,000.01", "$250,000"],
            vec!["", "100000", "99999", "lots"],
        ),
        (O::AtLeast(5.0), vec!["5", "6"], vec!["", "4.99", "five"]),
        (O::Under(5.0), vec!["4.9", "-3"], vec!["", "5", "few"]),
        (O::AtMost(5.0), vec!["5", "-3"], vec!["", "5.01"]),
        (
            O::Between(1.0, 3.0),
            vec!["1", "2.5", "3"],
            vec!["", "0.9", "3.1"],
        ),
        (
            O::On(day("2026-11-25")),
            vec!["2026-11-25", "2026-11-26T03:00:00Z", "1795564800000"],
            vec!["", "2026-11-26", "soon"],
        ),
        (
            O::Before(day("2026-11-25")),
            vec!["2026-11-24"],
            vec!["", "2026-11-25"],
        ),
        (
            O::After(day("2026-11-25")),
            vec!["2026-11-26"],
            vec!["", "2026-11-25"],
        ),
        (
            O::WithinNext(7),
            vec!["2026-11-25", "2026-12-02"],
            vec!["", "2026-11-24", "2026-12-03"],
        ),
        (
            O::WithinLast(7),
            vec!["2026-11-25", "2026-11-18"],
            vec!["", "2026-11-26", "2026-11-17"],
        ),
        (
            O::MoreThanAgo(7),
            vec!["2026-11-17"],
            vec!["", "2026-11-18", "2026-12-25"],
        ),
        (
            O::InMoreThan(7),
            vec!["2026-12-03"],
            vec!["", "2026-12-02", "2026-11-01"],
        ),
        (
            O::HasAny(some(&["red", "blue"])),
            vec!["blue;green", "Red"],
            vec!["", "green", "blueish"],
        ),
        (
            O::HasAll(some(&["red", "blue"])),
            vec!["blue;green;red"],
            vec!["", "blue;green"],
        ),
        (
            O::HasNone(some(&["red", "blue"])),
            vec!["", "green"],
            vec!["green;red"],
        ),
        (
            O::Truth(true),
            vec!["true", "Yes", "1"],
            vec!["", "false", "perhaps"],
        ),
        (
            O::Truth(false),
            vec!["", "false", "no"],
            vec!["true", "perhaps"],
        ),
        (O::Known(true), vec!["0", "false"], vec!["", "  "]),
        (O::Known(false), vec!["", "  "], vec!["0"]),
    ]
}

#[test]
fn every_operator_fits_what_it_says() {
    for (operator, fits, fails) in table() {
        let condition = test(operator.clone());
        for (values, wanted) in [(fits, true), (fails, false)] {
            for value in values {
                let facts = facts(Some(value).filter(|value| !value.is_empty()));
                assert_eq!(
                    condition.judge(&facts).is_ok(),
                    wanted,
                    "{operator:?} on \"{value}\""
                );
            }
        }
    }
}

#[test]
fn a_verdict_names_the_condition_and_the_value_that_it_saw() {
    let over = Condition::Test(Test {
        field: Field::new(Object::Company, "annualrevenue"),
        operator: Operator::Over(100_000.0),
    });
    let mut known = facts(Some("lead"));
    let nowhere = over.judge(&known).unwrap_err();
    assert_eq!(
        nowhere.in_words(&AsWritten),
        "company.annualrevenue is over 100000, but there is no company"
    );
    known.add(
        Object::Company,
        [("annualrevenue".to_owned(), "50000".to_owned())].into(),
    );
    let small = over.judge(&known).unwrap_err();
    assert_eq!(
        small.in_words(&AsWritten),
        "company.annualrevenue is over 100000, but it is 50000"
    );
    let any = Condition::Any(vec![over, test(Operator::Is(some(&["customer"])))]);
    assert_eq!(
        any.judge(&known).unwrap_err().in_words(&AsWritten),
        "company.annualrevenue is over 100000, but it is 50000; nor contact.x is customer, but it is lead"
    );
    // What belongs to people is in no log.
    assert!(!format!("{:?}", any.judge(&known)).contains("50000"));
}

#[test]
fn all_tests_on_deals_are_about_the_same_deal() {
    let deal = |name: &str, operator| {
        Condition::Test(Test {
            field: Field::new(Object::Deal, name),
            operator,
        })
    };
    let both = Condition::All(vec![
        deal("amount", Operator::Over(100.0)),
        deal("dealstage", Operator::Is(some(&["closedwon"]))),
    ]);
    let record = |amount: &str, stage: &str| -> Values {
        [
            ("amount".to_owned(), amount.to_owned()),
            ("dealstage".to_owned(), stage.to_owned()),
        ]
        .into()
    };
    let mut facts = Facts::new(now(), ZONE);
    facts.add(Object::Deal, record("500", "open"));
    facts.add(Object::Deal, record("50", "closedwon"));
    assert!(both.judge(&facts).is_err(), "no one deal is both");
    facts.add(Object::Deal, record("500", "closedwon"));
    assert!(both.judge(&facts).is_ok());
}

#[test]
fn groups_are_nested_as_they_are_written() {
    let is = |word: &str| test(Operator::Is(some(&[word])));
    let is_not = |word: &str| test(Operator::IsNot(some(&[word])));
    let facts = facts(Some("b"));
    let both = |left, right| Condition::All(vec![left, right]);
    let either = |left, right| Condition::Any(vec![left, right]);
    assert!(
        either(is("a"), both(is("b"), is_not("c")))
            .judge(&facts)
            .is_ok()
    );
    assert!(
        both(is("b"), either(is("a"), is("c")))
            .judge(&facts)
            .is_err()
    );
    assert!(Condition::All(Vec::new()).judge(&facts).is_ok());
    assert!(Condition::Any(Vec::new()).judge(&facts).is_err());
}
