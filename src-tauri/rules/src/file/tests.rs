use super::*;
use crate::condition::{Condition, Operator, Test};
use crate::field::{Field, Object};
use crate::limits::{Limits, Repeat};
use crate::rule::{Action, Change, LineChoice, ListStep, Message, Rule, Told, Trigger, Way};
use crate::timing::{Span, Timing};
use chrono::{NaiveDate, Weekday};
use message::quiet::QuietHours;
use proptest::collection::vec;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,12}",
        "[\\PC\"'\\\\#={}\\[\\]]{1,20}",
        Just("a\nb\ttab \u{1f600}".to_owned()),
    ]
    .prop_map(|text| text.trim().to_owned())
    .prop_filter("something", |text| {
        !text.is_empty() && text != "owner" && text != "any"
    })
}

fn object() -> impl Strategy<Value = Object> {
    prop::sample::select(Object::ALL.to_vec())
}

fn field() -> impl Strategy<Value = Field> {
    (object(), "[a-z_0-9]{0,12}").prop_map(|(object, name)| Field::new(object, name))
}

fn hubspot_field() -> impl Strategy<Value = Field> {
    field().prop_filter("no lead", |field| field.object != Object::Lead)
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        -1e9..1e9_f64,
        Just(1e300),
        Just(0.000_001),
    ]
}

fn some() -> impl Strategy<Value = Vec<String>> {
    vec(text(), 1..4)
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (-10_000..20_000_i32).prop_map(|days| {
        NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Duration::days(i64::from(days))
    })
}

fn operator() -> impl Strategy<Value = Operator> {
    use Operator as O;
    prop_oneof![
        some().prop_map(O::Is),
        some().prop_map(O::IsNot),
        text().prop_map(O::Contains),
        text().prop_map(O::ContainsNot),
        text().prop_map(O::StartsWith),
        text().prop_map(O::EndsWith),
        number().prop_map(O::Equals),
        number().prop_map(O::Over),
        number().prop_map(O::AtLeast),
        number().prop_map(O::Under),
        number().prop_map(O::AtMost),
        (number(), number()).prop_map(|(a, b)| O::Between(a.min(b), a.max(b))),
        day().prop_map(O::On),
        day().prop_map(O::Before),
        day().prop_map(O::After),
        (0..3_000_u32).prop_map(O::WithinNext),
        (0..3_000_u32).prop_map(O::WithinLast),
        (0..3_000_u32).prop_map(O::MoreThanAgo),
        (0..3_000_u32).prop_map(O::InMoreThan),
        some().prop_map(O::HasAny),
        some().prop_map(O::HasAll),
        some().prop_map(O::HasNone),
        any::<bool>().prop_map(O::Truth),
        any::<bool>().prop_map(O::Known),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    let test = (field(), operator())
        .prop_map(|(field, operator)| Condition::Test(Test { field, operator }));
    test.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Condition::All),
            vec(inner, 1..4).prop_map(Condition::Any),
        ]
    })
}

fn trigger() -> impl Strategy<Value = Trigger> {
    let change = prop_oneof![
        Just(Change::Any),
        some().prop_map(Change::Becomes),
        Just(Change::Set),
        Just(Change::Cleared),
    ];
    let step = prop::sample::select(vec![ListStep::Joins, ListStep::Leaves]);
    prop_oneof![
        (field(), change).prop_map(|(field, change)| Trigger::Property { field, change }),
        (text(), step).prop_map(|(list, step)| Trigger::List { list, step }),
        hubspot_field().prop_map(|field| Trigger::Created(field.object)),
        (0..3_000_u32).prop_map(|days| Trigger::ClosesWithin { days }),
        (field(), -3_000..3_000_i32).prop_map(|(field, days)| Trigger::DateAway { field, days }),
        prop::sample::select(Told::ALL.to_vec()).prop_map(Trigger::Message),
        (0..3_000_u32).prop_map(|days| Trigger::NoReply { days }),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let line = prop::option::of(prop_oneof![
        Just(LineChoice::Owner),
        Just(LineChoice::Any),
        text().prop_map(LineChoice::This),
    ]);
    let way = prop::option::of(prop::sample::select(Way::ALL.to_vec()));
    prop_oneof![
        (text(), line, way).prop_map(|(template, line, way)| Action::Send(Message {
            template,
            line,
            way
        })),
        Just(Action::UpsertLead),
        Just(Action::UpsertContact),
        Just(Action::StopOthers),
        text().prop_map(|campaign| Action::Enrol { campaign }),
        (hubspot_field(), prop_oneof![text(), Just(String::new())])
            .prop_map(|(field, value)| Action::SetProperty { field, value }),
        text().prop_map(|owner| Action::AssignOwner { owner }),
        text().prop_map(|line| Action::AssignLine { line }),
        text().prop_map(|stage| Action::MoveDeal { stage }),
        (text(), prop_oneof![text(), Just(String::new())], 0..100_u32).prop_map(
            |(title, text, due_in_days)| Action::CreateTask {
                title,
                text,
                due_in_days
            }
        ),
        text().prop_map(|text| Action::AddNote { text }),
        text().prop_map(|list| Action::AddToList { list }),
        text().prop_map(|list| Action::RemoveFromList { list }),
    ]
}

fn timing() -> impl Strategy<Value = Timing> {
    let span = (0..100_000_u32).prop_map(|minutes| Span { minutes });
    let quiet = prop::option::of((0..24_u32, 0..24_u32))
        .prop_map(|hours| hours.and_then(|(from, until)| QuietHours::of_hours(from, until)));
    let days = prop::sample::subsequence(
        vec![Weekday::Mon, Weekday::Tue, Weekday::Fri, Weekday::Sun],
        0..4,
    );
    (span.clone(), quiet, days, prop::option::of(span)).prop_map(|(wait, quiet, days, expires)| {
        Timing {
            wait,
            quiet,
            days,
            expires,
        }
    })
}

fn limits() -> impl Strategy<Value = Limits> {
    let repeat = prop_oneof![
        Just(Repeat::Once),
        (1..3_000_u32).prop_map(Repeat::OnceInDays),
        Just(Repeat::EveryTime),
    ];
    (repeat, prop::option::of(1..10_000_u32))
        .prop_map(|(repeat, most_a_day)| Limits { repeat, most_a_day })
}

fn rule() -> impl Strategy<Value = Rule> {
    (
        (text(), prop_oneof![text(), Just(String::new())]),
        (any::<i32>(), any::<bool>()),
        prop::option::of(trigger()),
        prop::option::of(condition()),
        (timing(), limits()),
        vec(action(), 0..5),
    )
        .prop_map(
            |((name, about), (order, stop), trigger, condition, (timing, limits), actions)| Rule {
                name,
                about,
                order: i64::from(order),
                stop,
                trigger,
                condition,
                timing,
                actions,
                limits,
            },
        )
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_the_same_rule(rule in rule()) {
        let printed = print(&rule);
        let again = read(&printed);
        prop_assert_eq!(again, Ok(vec![rule]), "{}", printed);
    }

    #[test]
    fn no_text_is_too_strange_to_be_answered(text in "[\\PC\n]{0,200}") {
        let _answer = read(&text);
    }
}

/// A file is somebody else's: none ends the program.
#[test]
fn no_number_is_too_large_to_be_refused() {
    for number in [i64::MIN, i64::MAX, i64::from(i32::MIN)] {
        for line in [
            format!("order = {number}"),
            format!("when = {{ date = \"contact.renewal\", days_away = {number} }}"),
            format!("when = {{ deal_closes_within_days = {number} }}"),
            format!("when = {{ no_reply_for_days = {number} }}"),
            format!("limits = {{ most_a_day = {number} }}"),
            format!("limits = {{ per_person = \"once in {number} days\" }}"),
            format!("timing = {{ wait = \"{number} weeks\" }}"),
            format!("if = {{ field = \"contact.renewal\", within_next_days = {number} }}"),
            format!("if = {{ field = \"contact.renewal\", more_than_days_ago = {number} }}"),
            format!("do = [{{ task = \"Call\", due_in_days = {number} }}]"),
        ] {
            let read = with(&line);
            let taken = read.is_ok() && !line.starts_with("order");
            assert!(!taken, "{line}: {read:?}");
        }
    }
}

/// A rule with one line of its own, which is line 4.
fn with(line: &str) -> Result<Vec<Rule>, Vec<Mistake>> {
    read(&format!("# A comment.\n[[rule]]\nname = \"A\"\n{line}\n"))
}

#[test]
fn a_mistake_is_told_with_its_line_and_what_to_do() {
    for (text, reason) in [
        ("order = \"first\"", "\"order\" must be a whole number."),
        ("stop = 1", "\"stop\" must be true or false."),
        ("colour = \"red\"", "A rule has no \"colour\"."),
        (
            "when = { property = \"person.email\" }",
            "\"person.email\" is no property.",
        ),
        (
            "when = { created = \"lead\" }",
            "\"created\" is contact, company, deal or ticket.",
        ),
        (
            "when = { tuco = \"sent\" }",
            "\"tuco\" is reply, fallback or failed.",
        ),
        ("when = { }", "\"when\" needs one of"),
        (
            "when = { created = \"deal\", tuco = \"reply\" }",
            "\"when\" needs one of",
        ),
        (
            "when = { property = \"deal.x\", is_set = true, is_cleared = true }",
            "choose one",
        ),
        (
            "when = { property = \"deal.x\", becom = \"y\" }",
            "\"when\" has no \"becom\".",
        ),
        ("when = { date = \"contact.x\" }", "A date needs days_away"),
        (
            "if = { field = \"contact.x\" }",
            "A condition has one of these",
        ),
        (
            "if = { field = \"contact.x\", is = \"a\", over = 1 }",
            "A condition has one of these",
        ),
        (
            "if = { field = \"contact.x\", ower = 1 }",
            "A condition has one of these",
        ),
        (
            "if = { field = \"contact.x\", over = \"much\" }",
            "\"over\" must be a number",
        ),
        (
            "if = { field = \"contact.x\", on = \"25.11.2026\" }",
            "\"on\" is a day such as",
        ),
        (
            "if = { field = \"contact.x\", between = [3, 1] }",
            "the lower number first",
        ),
        (
            "if = { field = \"contact.x\", is = [] }",
            "must name something",
        ),
        ("if = { all = [] }", "\"all\" needs a condition at least."),
        ("if = { is = \"x\" }", "A condition has a field"),
        ("timing = { wait = \"soon\" }", "\"wait\" is a span such as"),
        (
            "timing = { between = \"9-17\" }",
            "\"between\" is two times",
        ),
        ("timing = { days = [\"monday\"] }", "\"days\" are mon, tue"),
        ("limits = { per_person = \"twice\" }", "\"per_person\" is"),
        (
            "limits = { most_a_day = 0 }",
            "\"most_a_day\" is a number from 1.",
        ),
        (
            "do = [{ send = \"A\", channel = \"fax\" }]",
            "\"channel\" is imessage, sms or email.",
        ),
        ("do = [{ set = \"contact.x\" }]", "\"set\" needs \"to\""),
        (
            "do = [{ set = \"lead.x\", to = \"y\" }]",
            "sets properties in HubSpot",
        ),
        ("do = [{ note = \"a\", task = \"b\" }]", "and only one"),
        ("do = [{ }]", "and only one"),
        (
            "do = [{ upsert_lead = false }]",
            "Leave \"upsert_lead\" out",
        ),
        ("do = [{ note = \"a\", line = \"b\" }]", "no \"line\""),
        ("name = \"B\"", "duplicate key"),
        ("\"", "key"),
    ] {
        let mistakes = with(text).unwrap_err();
        let mistake = mistakes.first().unwrap();
        assert_eq!(mistake.line, 4, "{text}: {mistake}");
        assert!(mistake.reason.contains(reason), "{text}: {mistake}");
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let text = "[[rule]]\nname = \"A\"\nstop = 1\n\n[[rule]]\nname = \"B\"\n[[rule]]\nname = \"b\"\n\
                [[rule]]\norder = 1\n[other]\n";
    let lines: Vec<usize> = read(text)
        .unwrap_err()
        .iter()
        .map(|mistake| mistake.line)
        .collect();
    assert_eq!(lines, [3, 7, 9, 11]);
    assert_eq!(read("").unwrap(), Vec::new());
}

#[test]
fn groups_that_no_one_understands_are_refused() {
    let deep = format!(
        "if = {}{{ field = \"contact.x\", is = \"a\" }}{}",
        "{ all = [".repeat(20),
        "] }".repeat(20)
    );
    let mistakes = with(&deep).unwrap_err();
    assert!(mistakes.first().unwrap().reason.contains("eight deep"));
}
