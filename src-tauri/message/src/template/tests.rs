//! What a template makes of facts, kind and unkind ones.

use super::*;
use proptest::prelude::*;

fn values(pairs: &[(&str, &str, ValueKind)]) -> Values {
    pairs
        .iter()
        .map(|(path, text, kind)| {
            let value = Value {
                text: (*text).to_owned(),
                kind: *kind,
            };
            ((*path).to_owned(), value)
        })
        .collect()
}

fn render(template: &str, values: &Values) -> Rendered {
    Template::parse(template)
        .unwrap()
        .render(values, &Formatting::default())
}

#[test]
fn a_place_takes_the_value_or_what_stands_after_the_bar() {
    let ana = values(&[("contact.firstname", "Ana", ValueKind::Text)]);
    assert_eq!(
        render("Hi {{contact.firstname|there}}!", &ana).text,
        "Hi Ana!"
    );
    let nobody = render("Hi {{ contact.firstname | there }}!", &Values::new());
    assert_eq!((nobody.text.as_str(), nobody.open.len()), ("Hi there!", 0));
    assert_eq!(nobody.fell_back(), ["contact.firstname"]);
    assert_eq!(render("Hi{{contact.title|}}.", &Values::new()).text, "Hi.");
}

#[test]
fn an_open_place_is_shown_where_it_stands() {
    let rendered = render("Hi {{contact.firstname}}, bye", &Values::new());
    let [open] = rendered.open.as_slice() else {
        panic!("{rendered:?}");
    };
    assert_eq!(open.path, "contact.firstname");
    assert_eq!(
        rendered.text.get(open.at.clone()),
        Some("{{contact.firstname}}")
    );
    let blank = values(&[("contact.firstname", "  ", ValueKind::Text)]);
    assert_eq!(render("{{contact.firstname}}", &blank).open.len(), 1);
}

#[test]
fn a_text_that_is_being_written_is_rendered_as_far_as_it_goes() {
    let text = "Né {{contact.firstname}} {{x}} {{contact.city|here}} {{con";
    assert!(Template::parse(text).is_err());
    let (template, faults) = Template::read(text);
    let wrong: Vec<&str> = faults
        .iter()
        .map(|fault| text.get(fault.source.clone()).unwrap())
        .collect();
    assert_eq!(wrong, ["{{x}}", "{{con"]);
    let ana = values(&[("contact.firstname", "Ana", ValueKind::Text)]);
    let rendered = template.render(&ana, &Formatting::default());
    assert_eq!(rendered.text, "Né Ana {{x}} here {{con");
    let filled: Vec<(&str, bool)> = rendered
        .filled
        .iter()
        .map(|one| (rendered.text.get(one.at.clone()).unwrap(), one.fell_back))
        .collect();
    assert_eq!(filled, [("Ana", false), ("here", true)]);
    let open = &template.render(&Values::new(), &Formatting::default()).open[0];
    assert_eq!(text.get(open.source.clone()), Some("{{contact.firstname}}"));
}

#[test]
fn dates_money_and_numbers_are_written_for_people() {
    let facts = values(&[
        ("deal.amount", "1234567.5", ValueKind::Number),
        ("deal.closedate", "2026-03-09T00:00:00Z", ValueKind::Moment),
        ("deal.call", "2026-03-09T18:30:00Z", ValueKind::Moment),
        ("contact.day", "2026-03-09", ValueKind::Date),
        ("contact.score", "-0.005", ValueKind::Number),
        ("contact.note", "soon", ValueKind::Text),
    ]);
    for (template, expected) in [
        ("{{deal.amount}}", "1234567.5"),
        ("{{deal.amount:number}}", "1,234,567.5"),
        ("{{deal.amount:number(0)}}", "1,234,568"),
        ("{{deal.amount:money}}", "$1,234,567.50"),
        ("{{deal.amount:money(EUR)}}", "€1,234,567.50"),
        ("{{deal.amount:money(CHF)}}", "1,234,567.50 CHF"),
        ("{{deal.closedate}}", "March 9, 2026"),
        ("{{contact.day:date(short)}}", "Mar 9"),
        ("{{contact.day:date(weekday)}}", "Monday, March 9"),
        ("{{deal.call:time}}", "6:30 PM"),
        ("{{contact.score:number(2)}}", "-0.01"),
        ("{{contact.score:number(1)}}", "0.0"),
        ("{{contact.note:date|one day}}", "one day"),
    ] {
        assert_eq!(render(template, &facts).text, expected, "{template}");
    }
    let misfit = render("{{contact.note:money}}", &facts);
    assert_eq!(
        misfit.open.first().map(|open| open.why),
        Some(Why::DoesNotFit)
    );
}

#[test]
fn a_day_is_the_same_day_in_the_west() {
    let day = values(&[("contact.day", "1773014400000", ValueKind::Date)]);
    let west = Formatting {
        zone: chrono_tz::Tz::Pacific__Honolulu,
        ..Formatting::default()
    };
    let template = Template::parse("{{contact.day}}").unwrap();
    assert_eq!(template.render(&day, &west).text, "March 9, 2026");
    let elsewhere = Formatting {
        american: false,
        ..Formatting::default()
    };
    assert_eq!(template.render(&day, &elsewhere).text, "9 March 2026");
}

#[test]
fn a_mistake_says_what_is_wrong() {
    for (template, words) in [
        ("Hi {{contact.firstname", "no end"),
        ("{{firstname}}", "names no property"),
        ("{{}}", "names no property"),
        ("{{contact.a b}}", "names no property"),
        ("{{ticket.subject}}", "names no property"),
        ("{{contact.a|{firstName}}}", "names no property"),
        ("{{contact.a:roman}}", "format"),
        ("{{contact.a:number(99)}}", "format"),
    ] {
        let mistake = Template::parse(template).unwrap_err().to_string();
        assert!(mistake.contains(words), "{template}: {mistake}");
    }
    assert_eq!(
        Template::parse("a } b { c").unwrap().paths(),
        Vec::<&str>::new()
    );
}

#[test]
fn places_that_tuco_would_fill_are_seen() {
    assert_eq!(
        tuco_places("Hi {firstName|there} and {{lastName}}").len(),
        2
    );
    assert!(tuco_places("a { b } {1} {} { {x").is_empty());
}

proptest! {
    /// A value with anything in it becomes a part of the text that neither is read as a place nor
    /// changes what stands around it.
    #[test]
    fn hostile_values_stay_text(
        value in "\\PC{0,20}[{}|:.a-z]{0,12}(\\{\\{contact\\.secret\\}\\}|\\{firstName\\}|\\{)?[\\x00-\\x1f\u{202e}]{0,3}",
    ) {
        let mut facts = values(&[("contact.secret", "TOP-SECRET", ValueKind::Text)]);
        facts.insert("contact.firstname".into(), Value { text: value.clone(), kind: ValueKind::Text });
        let rendered = render("[{{contact.firstname|there}}firstName}", &facts);
        prop_assert!(!rendered.text.contains("TOP-SECRET"));
        prop_assert!(rendered.text.starts_with('['));
        let ends = rendered.text.ends_with("firstName}");
        prop_assert!(ends, "what stands after it stays");
        prop_assert!(tuco_places(&rendered.text).is_empty(), "{}", rendered.text);
        let turned = rendered.text.contains(['\n', '\u{202e}', '\0']);
        prop_assert!(!turned, "one line, in one direction");
        let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{202e}').collect::<String>();
        if !value.trim().is_empty() && !kept(&value).is_empty() {
            prop_assert!(kept(&rendered.text).contains(&kept(&value)));
        }
    }

    /// Two people who are rendered in turn never see each other's facts.
    #[test]
    fn nobody_sees_another_persons_facts(
        ours in prop::collection::btree_map("(contact|deal)\\.[a-d]", "[a-m]{1,8}", 0..6),
        theirs in prop::collection::btree_map("(contact|deal)\\.[a-d]", "[N-Z]{1,8}", 0..6),
        asked in prop::collection::vec("(contact|deal)\\.[a-d]", 1..8),
    ) {
        let of = |facts: &BTreeMap<String, String>| -> Values {
            facts.iter().map(|(path, text)| (path.clone(), Value { text: text.clone(), kind: ValueKind::Text })).collect()
        };
        let text: String = asked.iter().map(|path| format!("{{{{{path}|-}}}} ")).collect();
        let template = Template::parse(&text).unwrap();
        let theirs = template.render(&of(&theirs), &Formatting::default());
        let ours = template.render(&of(&ours), &Formatting::default());
        prop_assert!(!ours.text.contains(|c: char| ('N'..='Z').contains(&c)));
        prop_assert!(!theirs.text.contains(|c: char| ('a'..='m').contains(&c)));
    }

    /// Whatever is typed is read or refused, never anything else.
    #[test]
    fn whatever_is_typed_is_read_or_refused(text in "[{}|:.a-z() \\PC]{0,60}") {
        if let Ok(template) = Template::parse(&text) {
            let rendered = template.render(&Values::new(), &Formatting::default());
            for open in &rendered.open {
                prop_assert!(rendered.text.get(open.at.clone()).is_some());
            }
        }
    }
}
