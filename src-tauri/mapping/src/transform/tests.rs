use super::*;
use chrono_tz::Tz;
use proptest::prelude::*;

fn with<T>(
    record: &Values,
    options: &[(String, String)],
    zone: Tz,
    work: impl FnOnce(&Context<'_>) -> T,
) -> T {
    work(&Context {
        region: "US",
        zone,
        options,
        record,
    })
}

fn there(step: &Transform, text: &str) -> Result<String, Stop> {
    with(&Values::new(), &[], chrono_tz::US::Eastern, |context| {
        step.forward(text, context)
    })
}

fn and_back(step: &Transform, text: &str) -> Result<String, Stop> {
    with(&Values::new(), &[], chrono_tz::US::Eastern, |context| {
        step.back(text, context)
    })
}

fn date(to: DateForm, pattern: &str) -> Transform {
    Transform::Date {
        to,
        zone: ZoneOf::Portal,
        pattern: pattern.to_owned(),
    }
}

#[test]
fn a_full_name_is_taken_apart_as_people_expect() {
    let part = |part, text: &str| there(&Transform::NamePart { part }, text).unwrap();
    assert_eq!(part(Part::First, "John"), "John");
    assert_eq!(part(Part::Last, "John"), "");
    assert_eq!(part(Part::First, " John  Doe "), "John");
    assert_eq!(part(Part::Last, "John van der Berg"), "van der Berg");
}

#[test]
fn templates_and_joins_leave_out_what_is_not_there() {
    let record = Values::from([
        ("firstname".to_owned(), "Ada".to_owned()),
        ("company.name".to_owned(), "Engines".to_owned()),
    ]);
    with(&record, &[], chrono_tz::UTC, |context| {
        let template = |text: &str| {
            let step = Transform::Template {
                text: text.to_owned(),
            };
            step.forward("", context).unwrap()
        };
        assert_eq!(template("{firstname} of {company.name}"), "Ada of Engines");
        assert_eq!(template("Hi {nickname|there}"), "Hi there");
        assert_eq!(
            template("{nickname}, {city}"),
            "",
            "separators alone say nothing"
        );
        assert_eq!(template("{firstname"), "{firstname");
        let join = Transform::Join {
            fields: vec!["lastname".to_owned(), "company.name".to_owned()],
            by: " · ".to_owned(),
        };
        assert_eq!(join.forward("Ada", context).unwrap(), "Ada · Engines");
        assert_eq!(join.forward("", context).unwrap(), "Engines");
    });
}

#[test]
fn dates_follow_the_portals_day_not_utc() {
    let moment = "2026-01-31T02:30:00.000Z";
    assert_eq!(
        there(&date(DateForm::Date, ""), moment).unwrap(),
        "2026-01-30"
    );
    assert_eq!(
        there(&date(DateForm::Text, "d MMM yyyy HH:mm"), moment).unwrap(),
        "30 Jan 2026 21:30"
    );
    assert_eq!(
        and_back(
            &date(DateForm::Text, "d MMM yyyy HH:mm"),
            "30 Jan 2026 21:30"
        )
        .unwrap(),
        moment
    );
    assert_eq!(
        there(&date(DateForm::DateTime, ""), "2026-01-31").unwrap(),
        "2026-01-31T05:00:00.000Z"
    );
    assert_eq!(
        there(&date(DateForm::Date, ""), "1767225600000").unwrap(),
        "2025-12-31"
    );
    // The night in which the clock was set forward has no 02:30.
    let gap = and_back(
        &date(DateForm::Text, "yyyy-MM-dd HH:mm"),
        "2026-03-08 02:30",
    )
    .unwrap();
    assert_eq!(gap, "2026-03-08T07:30:00.000Z");
    assert_eq!(there(&date(DateForm::Date, ""), "soon"), Err(Stop::NoDate));
    assert_eq!(
        there(&date(DateForm::Date, ""), "2026-02-30"),
        Err(Stop::NoDate)
    );
    assert_eq!(there(&date(DateForm::Date, ""), "").unwrap(), "");
}

#[test]
fn options_that_no_pair_names_do_what_was_said() {
    let pairs = |otherwise| Transform::Pairs {
        pairs: vec![Pair {
            from: "customer".to_owned(),
            to: "Kunde".to_owned(),
        }],
        otherwise,
    };
    assert_eq!(
        there(&pairs(Unmatched::Keep), "Customer ").unwrap(),
        "Kunde"
    );
    assert_eq!(there(&pairs(Unmatched::Keep), "lead").unwrap(), "lead");
    assert_eq!(
        there(&pairs(Unmatched::LeaveOut), "lead"),
        Err(Stop::LeaveOut)
    );
    assert_eq!(there(&pairs(Unmatched::Refuse), "lead"), Err(Stop::NoPair));
    let other = Unmatched::Use {
        value: "?".to_owned(),
    };
    assert_eq!(there(&pairs(other), "lead").unwrap(), "?");
    assert_eq!(
        and_back(&pairs(Unmatched::Keep), "Kunde").unwrap(),
        "customer"
    );
}

#[test]
fn words_lists_cases_and_lengths() {
    let words = Transform::YesNo {
        yes: "ja".to_owned(),
        no: "nein".to_owned(),
    };
    assert_eq!(there(&words, "true").unwrap(), "ja");
    assert_eq!(and_back(&words, "Nein").unwrap(), "false");
    assert_eq!(there(&words, "perhaps"), Err(Stop::NoWord));
    let options = [
        ("a".to_owned(), "Apples".to_owned()),
        ("b".to_owned(), "Big pears".to_owned()),
    ];
    let list = Transform::List {
        by: ", ".to_owned(),
        labels: true,
    };
    with(&Values::new(), &options, chrono_tz::UTC, |context| {
        assert_eq!(
            list.forward(";a;b;c", context).unwrap(),
            "Apples, Big pears, c"
        );
        assert_eq!(list.back("apples,Big pears , c", context).unwrap(), "a;b;c");
    });
    let case = |to| Transform::Case { to };
    assert_eq!(
        there(&case(Case::Title), "anne-marie o'NEILL").unwrap(),
        "Anne-Marie O'Neill"
    );
    assert_eq!(there(&case(Case::Upper), "straße").unwrap(), "STRASSE");
    assert_eq!(
        there(&Transform::Text { longest: Some(7) }, " one\n two  three").unwrap(),
        "one two"
    );
    assert_eq!(
        there(
            &Transform::Default {
                value: "x".to_owned()
            },
            " "
        )
        .unwrap(),
        "x"
    );
}

#[test]
fn numbers_lose_no_digit() {
    let german = Transform::Number {
        decimals: Some(2),
        thousands: ".".to_owned(),
        point: ",".to_owned(),
    };
    assert_eq!(there(&german, "1234567.891").unwrap(), "1.234.567,89");
    assert_eq!(there(&german, "999.995").unwrap(), "1.000,00");
    assert_eq!(there(&german, "-0.001").unwrap(), "0,00");
    assert_eq!(
        there(&german, "12345678901234567890.1").unwrap(),
        "12.345.678.901.234.567.890,10"
    );
    assert_eq!(there(&german, "twelve"), Err(Stop::NoNumber));
    assert_eq!(and_back(&german, "1.234.567,89").unwrap(), "1234567.89");
}

proptest! {
    #[test]
    fn a_date_written_by_a_whole_pattern_is_read_back(
        days in 0_i64..40_000,
        pattern in prop::sample::select(vec!["d MMM yyyy", "yyyy-MM-dd", "MM/dd/yyyy", "dd.MM.yyyy", "MMMM d, yyyy", "d/M/yyyy"]),
    ) {
        let day = chrono::DateTime::from_timestamp(days * 86_400, 0).unwrap().format("%Y-%m-%d").to_string();
        let step = date(DateForm::Text, pattern);
        prop_assert!(Pattern::of(pattern).is_whole());
        prop_assert_eq!(and_back(&step, &there(&step, &day).unwrap()).unwrap(), day);
    }

    #[test]
    fn a_number_comes_back_as_it_was(whole in 0_u64..u64::MAX, fraction in 0_u32..1000, negative: bool) {
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{whole}.{fraction:03}");
        for (thousands, point) in [(".", ","), (",", "."), (" ", ","), ("", "."), ("'", ".")] {
            let step = Transform::Number {
                decimals: None,
                thousands: thousands.to_owned(),
                point: point.to_owned(),
            };
            let back = and_back(&step, &there(&step, &text).unwrap()).unwrap();
            let zero = whole == 0 && fraction == 0;
            prop_assert_eq!(back, if zero { "0.000".to_owned() } else { text.clone() });
        }
    }

    #[test]
    fn tidying_twice_is_tidying_once(text in "\\PC{0,40}") {
        for step in [
            Transform::Trim,
            Transform::Email,
            Transform::Phone { region: "auto".to_owned() },
            Transform::Text { longest: None },
            Transform::Case { to: Case::Lower },
        ] {
            if let Ok(once) = there(&step, &text) {
                prop_assert_eq!(there(&step, &once).unwrap(), once.clone());
                if step != (Transform::Text { longest: None }) {
                    prop_assert_eq!(and_back(&step, &once).unwrap(), once);
                }
            }
        }
    }

    #[test]
    fn pairs_lists_and_words_round_trip(values in prop::collection::btree_set("[a-z]{1,8}", 1..6), truth: bool) {
        let pairs: Vec<Pair> = values.iter().map(|value| Pair { from: value.clone(), to: format!("The {value}") }).collect();
        let step = Transform::Pairs { pairs, otherwise: Unmatched::Refuse };
        for value in &values {
            prop_assert_eq!(&and_back(&step, &there(&step, value).unwrap()).unwrap(), value);
        }
        let joined = values.iter().cloned().collect::<Vec<_>>().join(";");
        let list = Transform::List { by: ", ".to_owned(), labels: false };
        prop_assert_eq!(and_back(&list, &there(&list, &joined).unwrap()).unwrap(), joined);
        let words = Transform::YesNo { yes: "oui".to_owned(), no: "non".to_owned() };
        let truth = truth.to_string();
        prop_assert_eq!(and_back(&words, &there(&words, &truth).unwrap()).unwrap(), truth);
    }

    #[test]
    fn no_step_ever_panics(text in "\\PC{0,60}", template in "[{}|a-z ]{0,20}", pattern in "[yMdHms/ .]{0,12}") {
        let steps = [
            Transform::Template { text: template },
            date(DateForm::Text, &pattern),
            date(DateForm::DateTime, ""),
            Transform::Number { decimals: Some(3), thousands: ",".to_owned(), point: ".".to_owned() },
            Transform::List { by: String::new(), labels: true },
            Transform::NamePart { part: Part::Last },
        ];
        for step in steps {
            let _ = there(&step, &text);
            let _ = and_back(&step, &text);
        }
    }
}
