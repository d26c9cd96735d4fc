use super::*;
use crate::defaults::{PRESETS, preset};
use crate::transform::{DateForm, Pair, Part, Unmatched, ZoneOf};
use proptest::prelude::*;

#[test]
fn every_preset_is_the_same_after_it_was_written_and_read() {
    for one in PRESETS {
        let mapping = preset(one.id).unwrap();
        assert_eq!(parse(&print(&mapping)).unwrap(), mapping, "{}", one.id);
    }
}

#[test]
fn a_bad_file_is_refused_with_its_lines_and_reasons() {
    let text = "version = 1\n\n[[row]]\nhubspot = \"first name\"\nlead = \"fristName\"\n\n[[row]]\n\
                hubspot = \"phone\"\nlead = \"phone\"\ndirection = \"up\"\nconflict = \"loudest\"\n\
                transforms = [\"trim\", \"shout\", { kind = \"case\", to = \"sideways\" }]\n";
    let faults = parse(text).unwrap_err();
    let lines: Vec<usize> = faults.iter().map(|fault| fault.line).collect();
    assert_eq!(lines, [4, 5, 10, 11, 12, 12], "{faults:?}");
    assert!(faults[1].reason.contains("customFields"), "{faults:?}");
    assert!(faults[2].reason.contains("to_tuco"));
    assert!(faults[4].reason.contains("shout"));
    assert_eq!(faults[2].text, "direction = \"up\"");
}

#[test]
fn what_is_no_toml_says_where() {
    for (text, line) in [
        ("version = 1\nrow = ", 2),
        ("[[row]]\nhubspot = \"phone\"\n", 1),
        (
            "[[row]]\nhubspot = \"phone\"\nlead = \"phone\"\ncolour = 3\n",
            4,
        ),
        ("version = 9\n", 1),
        ("nonsense", 1),
    ] {
        let faults = parse(text).unwrap_err();
        assert_eq!(
            faults.first().map(|fault| fault.line),
            Some(line),
            "{text}: {faults:?}"
        );
    }
    assert_eq!(parse("").unwrap(), Mapping::default());
}

#[test]
fn a_fault_is_told_in_words_and_a_hyphen_is_none() {
    let row = |rest: &str| format!("[[row]]\nhubspot = \"phone\"\nlead = \"phone\"\n{rest}\n");
    let mapping = parse(&row("direction = \"to-tuco\"")).unwrap();
    assert_eq!(mapping.rows[0].direction, Direction::ToTuco);
    let pairs = "transforms = [{ kind = \"pairs\", pairs = [], otherwise = \"boom\" }]";
    let faults = parse(&row(pairs)).unwrap_err();
    let reason = &faults[0].reason;
    assert!(
        reason.contains("leave_out") && !reason.contains("enum"),
        "{reason}"
    );
}

#[test]
fn yaml_is_told_to_be_yaml_and_toml_is_not() {
    for text in [
        "version: 1\nrow:\n  - hubspot: email\n    lead: email\n",
        "---\nrow: []\n",
        "# mine\n\n- hubspot: &a email\n  lead: *a\n",
        "rows:\n- {hubspot: email, lead: email}\n",
    ] {
        let faults = parse(text).unwrap_err();
        assert!(faults[0].reason.contains("YAML"), "{text}: {faults:?}");
    }
    for text in ["version = \"a:b", "[[row]]\nhubspot: email\n", "a", "\u{0}"] {
        let faults = parse(text).unwrap_err();
        assert!(!faults[0].reason.contains("YAML"), "{text}: {faults:?}");
    }
}

#[test]
fn a_file_of_nothing_but_faults_is_not_gone_through_to_its_end() {
    let row = "[[row]]\nhubspot = \"a b\"\nlead = \"nobody\"\n";
    let faults = parse(&row.repeat(900)).unwrap_err();
    assert_eq!(faults.len(), 101);
    let last = faults.last().unwrap();
    assert!(last.reason.contains("mend what is above"), "{last:?}");
}

#[test]
fn two_rows_of_the_same_two_fields_are_told_with_both_lines() {
    let row = "[[row]]\nhubspot = \"phone\"\nlead = \"phone\"\n";
    let faults = parse(&format!("{row}{row}")).unwrap_err();
    assert_eq!(faults[0].line, 5);
    assert!(faults[0].reason.contains("line 2"), "{faults:?}");
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,12}".prop_map(|text| text)
}

fn transform() -> impl Strategy<Value = Transform> {
    let otherwise = prop_oneof![
        Just(Unmatched::Keep),
        Just(Unmatched::LeaveOut),
        Just(Unmatched::Refuse),
        text().prop_map(|value| Unmatched::Use { value }),
    ];
    let case = prop::sample::select(vec![Case::Lower, Case::Upper, Case::Title]);
    let form = prop::sample::select(vec![DateForm::Date, DateForm::DateTime, DateForm::Text]);
    let zone = prop::sample::select(vec![ZoneOf::Portal, ZoneOf::Utc]);
    prop_oneof![
        Just(Transform::Trim),
        Just(Transform::Email),
        case.prop_map(|to| Transform::Case { to }),
        prop::option::of(1_u32..999).prop_map(|longest| Transform::Text { longest }),
        prop::sample::select(vec![Part::First, Part::Last])
            .prop_map(|part| Transform::NamePart { part }),
        (prop::collection::vec("[a-z]{1,6}", 0..4), text())
            .prop_map(|(fields, by)| Transform::Join { fields, by }),
        "[A-Z]{2}|auto".prop_map(|region| Transform::Phone { region }),
        (form, zone, text()).prop_map(|(to, zone, pattern)| Transform::Date { to, zone, pattern }),
        (prop::collection::vec((text(), text()), 0..4), otherwise).prop_map(
            |(pairs, otherwise)| Transform::Pairs {
                pairs: pairs
                    .into_iter()
                    .map(|(from, to)| Pair { from, to })
                    .collect(),
                otherwise,
            }
        ),
        (text(), text()).prop_map(|(yes, no)| Transform::YesNo { yes, no }),
        (text(), any::<bool>()).prop_map(|(by, labels)| Transform::List { by, labels }),
        (prop::option::of(0_u32..9), text(), text()).prop_map(|(decimals, thousands, point)| {
            Transform::Number {
                decimals,
                thousands,
                point,
            }
        }),
        text().prop_map(|value| Transform::Default { value }),
        text().prop_map(|text| Transform::Template { text }),
    ]
}

proptest! {
    #[test]
    fn a_mapping_written_and_read_is_the_same(
        rows in prop::collection::vec(
            ("[a-z_]{1,10}", prop::sample::select(crate::lead::NAMES.to_vec()), 0_usize..4, 0_usize..4,
             any::<bool>(), prop::collection::vec(transform(), 0..5)),
            0..12,
        ),
    ) {
        let directions = [Direction::Both, Direction::ToTuco, Direction::ToHubspot, Direction::Off];
        let rules = [ConflictRule::Newest, ConflictRule::Hubspot, ConflictRule::Tuco, ConflictRule::FillEmpty];
        let mut seen = std::collections::BTreeSet::new();
        let rows = rows.into_iter().map(|(hubspot, lead, direction, rule, required, transforms)| Row {
            hubspot: hubspot.parse().unwrap(),
            lead: lead.parse().unwrap(),
            direction: directions[direction],
            transforms,
            conflict: rules[rule],
            required,
        });
        let mapping = Mapping { rows: rows.filter(|row| seen.insert(row.key())).collect() };
        let printed = print(&mapping);
        let again = parse(&printed).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{printed}")))?;
        prop_assert_eq!(&again, &mapping);
        prop_assert_eq!(print(&again), printed);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }
}
