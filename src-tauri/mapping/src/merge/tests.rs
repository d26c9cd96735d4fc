use super::*;
use crate::file::parse;

mod convergence;

const ZONE: chrono_tz::Tz = chrono_tz::US::Eastern;

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn rows(text: &str) -> Mapping {
    parse(text).unwrap()
}

fn one(direction: &str, conflict: &str) -> Mapping {
    rows(&format!(
        "[[row]]\nhubspot = \"jobtitle\"\nlead = \"jobTitle\"\ndirection = \"{direction}\"\nconflict = \"{conflict}\"\n"
    ))
}

/// What is written for `jobtitle`, with what was agreed on before, the contact changed at 1 and the lead at 2.
fn written(
    mapping: &Mapping,
    agreed: Option<&str>,
    h: &str,
    t: &str,
) -> (Option<(Side, String)>, usize) {
    let options = BTreeMap::new();
    let world = World {
        region: "US",
        zone: ZONE,
        options: &options,
        to_tuco: true,
        to_hubspot: true,
    };
    let contact = values(&[("jobtitle", h)]);
    let lead = values(&[("jobTitle", t)]);
    let mirror = agreed.map_or_else(Mirror::new, |text| {
        self::agreed(
            mapping,
            &values(&[("jobtitle", text)]),
            &values(&[("jobTitle", text)]),
            "US",
        )
    });
    let pair = Pair {
        contact: &contact,
        lead: &lead,
        mirror: &mirror,
        contact_at: Some(1),
        lead_at: Some(2),
    };
    let plan = plan(mapping, &pair, &world);
    (
        plan.fields.first().unwrap().write.clone(),
        plan.conflicts.len(),
    )
}

fn to(side: Side, text: &str) -> (Option<(Side, String)>, usize) {
    (Some((side, text.to_owned())), 0)
}

#[test]
fn one_change_is_carried_over_and_the_same_twice_is_none() {
    let both = one("both", "newest");
    assert_eq!(written(&both, Some("a"), "b", "a"), to(Side::Lead, "b"));
    assert_eq!(written(&both, Some("a"), "a", "b"), to(Side::Contact, "b"));
    assert_eq!(written(&both, Some("a"), "b", "b"), (None, 0));
    assert_eq!(written(&both, Some("a"), "a", "a"), (None, 0));
    assert_eq!(written(&both, Some("a"), "", "a"), to(Side::Lead, ""));
}

#[test]
fn a_conflict_follows_the_rule_and_is_told() {
    let after = |rule: &str, direction: &str| written(&one(direction, rule), Some("a"), "h", "t");
    assert_eq!(
        after("newest", "both"),
        (Some((Side::Contact, "t".to_owned())), 1)
    );
    assert_eq!(
        after("hubspot", "both"),
        (Some((Side::Lead, "h".to_owned())), 1)
    );
    assert_eq!(
        after("tuco", "both"),
        (Some((Side::Contact, "t".to_owned())), 1)
    );
    assert_eq!(after("fill_empty", "both"), (None, 1));
    assert_eq!(
        after("tuco", "to_tuco"),
        (None, 1),
        "what Tuco holds is not overwritten"
    );
    assert_eq!(
        after("hubspot", "to_tuco"),
        (Some((Side::Lead, "h".to_owned())), 1)
    );
}

#[test]
fn a_change_on_the_side_that_is_only_written_stays_unless_the_rule_names_the_other() {
    assert_eq!(
        written(&one("to_tuco", "newest"), Some("a"), "a", "mine"),
        (None, 0)
    );
    assert_eq!(
        written(&one("to_tuco", "hubspot"), Some("a"), "a", "mine"),
        (Some((Side::Lead, "a".to_owned())), 1)
    );
    assert_eq!(
        written(&one("to_hubspot", "tuco"), Some("a"), "mine", "a"),
        (Some((Side::Contact, "a".to_owned())), 1)
    );
}

#[test]
fn the_first_meeting_fills_what_is_empty_and_clears_nothing() {
    let both = one("both", "newest");
    assert_eq!(written(&both, None, "h", ""), to(Side::Lead, "h"));
    assert_eq!(written(&both, None, "", "t"), to(Side::Contact, "t"));
    assert_eq!(
        written(&both, None, "h", "t"),
        (Some((Side::Contact, "t".to_owned())), 1)
    );
    assert_eq!(written(&one("to_tuco", "newest"), None, "", "t"), (None, 0));
    assert_eq!(
        written(&one("both", "fill_empty"), None, "h", ""),
        to(Side::Lead, "h")
    );
}

#[test]
fn a_required_row_never_writes_an_empty_value_and_makes_no_record_without_one() {
    let mapping = rows("[[row]]\nhubspot = \"jobtitle\"\nlead = \"jobTitle\"\nrequired = true\n");
    assert_eq!(written(&mapping, Some("a"), "", "a"), (None, 0));
    let options = BTreeMap::new();
    let world = World {
        region: "US",
        zone: ZONE,
        options: &options,
        to_tuco: true,
        to_hubspot: true,
    };
    assert_eq!(
        new_lead(&mapping, &Values::new(), &world),
        Made::Lacks("jobtitle>jobTitle".to_owned())
    );
    assert_eq!(
        new_contact(&mapping, &values(&[("jobTitle", "Chef")]), &world),
        Made::Values(values(&[("jobtitle", "Chef")]))
    );
}

#[test]
fn numbers_that_differ_only_in_writing_are_the_same() {
    let mapping =
        rows("[[row]]\nhubspot = \"phone\"\nlead = \"phone\"\ntransforms = [\"phone\"]\n");
    let options = BTreeMap::new();
    let world = World {
        region: "US",
        zone: ZONE,
        options: &options,
        to_tuco: true,
        to_hubspot: true,
    };
    let contact = values(&[("phone", "(904) 295-6129")]);
    let lead = values(&[("phone", "+19042956129")]);
    let mirror = Mirror::new();
    let pair = Pair {
        contact: &contact,
        lead: &lead,
        mirror: &mirror,
        contact_at: None,
        lead_at: None,
    };
    assert!(plan(&mapping, &pair, &world).is_quiet());
    let bad = values(&[("phone", "call the office")]);
    let pair = Pair {
        contact: &bad,
        ..pair
    };
    let plan = plan(&mapping, &pair, &world);
    assert!(plan.to_lead.is_empty(), "what can't be read is not written");
}

#[test]
fn steps_that_somebody_changed_make_a_new_value_of_the_old_one() {
    let plain = one("to_tuco", "newest");
    let mut loud = plain.clone();
    loud.rows[0].transforms = vec![crate::Transform::Case {
        to: crate::transform::Case::Upper,
    }];
    let contact = values(&[("jobtitle", "chef")]);
    let lead = values(&[("jobTitle", "chef")]);
    let mirror = agreed(&plain, &contact, &lead, "US");
    let options = BTreeMap::new();
    let world = World {
        region: "US",
        zone: ZONE,
        options: &options,
        to_tuco: true,
        to_hubspot: true,
    };
    let pair = Pair {
        contact: &contact,
        lead: &lead,
        mirror: &mirror,
        contact_at: None,
        lead_at: None,
    };
    assert_eq!(
        plan(&loud, &pair, &world).to_lead,
        values(&[("jobTitle", "CHEF")])
    );
}

#[test]
fn a_value_that_a_service_keeps_in_its_own_form_starts_no_ping_pong() {
    let both = one("both", "newest");
    // Tuco was given "Chef" and keeps "CHEF": both were agreed on as they were read back.
    let contact = values(&[("jobtitle", "Chef")]);
    let lead = values(&[("jobTitle", "CHEF")]);
    let mirror = agreed(&both, &contact, &lead, "US");
    let options = BTreeMap::new();
    let world = World {
        region: "US",
        zone: ZONE,
        options: &options,
        to_tuco: true,
        to_hubspot: true,
    };
    let pair = Pair {
        contact: &contact,
        lead: &lead,
        mirror: &mirror,
        contact_at: None,
        lead_at: None,
    };
    assert!(plan(&both, &pair, &world).is_quiet());
}
