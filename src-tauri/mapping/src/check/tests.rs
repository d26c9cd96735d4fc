use super::*;
use crate::defaults::from_the_start;
use crate::file::parse;
use crate::portal::{Choice, Object};

fn portal() -> Portal {
    let property = |name: &str, value_type: &str, field_type: &str| Property {
        name: name.to_owned(),
        value_type: value_type.to_owned(),
        field_type: field_type.to_owned(),
        ..Property::default()
    };
    let mut all = vec![
        property("email", "string", "text"),
        property("firstname", "string", "text"),
        property("lastname", "string", "text"),
        property("phone", "string", "phonenumber"),
        property("mobilephone", "string", "phonenumber"),
        property("company", "string", "text"),
        property("jobtitle", "string", "text"),
        property("lifecyclestage", "enumeration", "radio"),
        property("hs_lead_status", "enumeration", "radio"),
        property("hubspot_owner_id", "enumeration", "select"),
        property("birthday", "date", "date"),
        property("num_associated_deals", "number", "number"),
    ];
    for one in &mut all {
        one.calculated = one.name == "num_associated_deals";
        one.owner = one.name == "hubspot_owner_id";
        if one.name == "lifecyclestage" {
            one.choices = vec![Choice {
                value: "customer".into(),
                label: "Customer".into(),
                hidden: false,
            }];
        }
    }
    let contacts = Object {
        properties: all.into_iter().map(|one| (one.name.clone(), one)).collect(),
        gone: BTreeSet::from(["shoe_size".to_owned()]),
        ..Object::default()
    };
    let deals = Object {
        missing_scopes: vec!["crm.objects.deals.read".to_owned()],
        ..Object::default()
    };
    Portal {
        objects: [
            ("contacts".to_owned(), contacts),
            ("deals".to_owned(), deals),
        ]
        .into(),
        ..Portal::default()
    }
}

fn codes(rows: &str) -> Vec<(usize, &'static str)> {
    let text: String = rows
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            format!(
                "[[row]]\nhubspot = \"{}\"\nlead = \"{}\"\ndirection = \"{}\"\ntransforms = [{}]\n",
                parts[0],
                parts[1],
                parts[2],
                parts.get(3).unwrap_or(&"")
            )
        })
        .collect();
    let mapping = parse(&text).unwrap();
    check(&mapping, &portal())
        .into_iter()
        .map(|problem| (problem.row, problem.wrong.code()))
        .collect()
}

#[test]
fn the_mapping_from_the_start_is_right_in_a_plain_portal() {
    let problems = check(&from_the_start(), &portal());
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn each_problem_stands_beside_its_row() {
    assert_eq!(
        codes("num_associated_deals | customFields.n | both"),
        [(0, "read_only")]
    );
    assert_eq!(
        codes("company.name | companyName | both"),
        [(0, "read_only")]
    );
    assert_eq!(
        codes("deal.amount | customFields.a | to_tuco"),
        [(0, "missing_scope")]
    );
    assert_eq!(codes("shoe_size | customFields.a | to_tuco"), [(0, "gone")]);
    assert_eq!(codes("birthday | phone | to_tuco"), [(0, "type_clash")]);
    assert_eq!(codes("birthday | jobTitle | both"), [(0, "type_clash")]);
    assert_eq!(
        codes("firstname | notes | to_tuco\nlastname | notes | to_tuco"),
        [(1, "written_twice")]
    );
    assert_eq!(
        codes("firstname | notes | both\nfirstname | jobTitle | to_hubspot"),
        [(1, "written_twice")]
    );
    assert_eq!(
        codes(
            "lifecyclestage | customFields.s | to_tuco | { kind = \"pairs\", pairs = [{ from = \"client\", to = \"x\" }] }"
        ),
        [(0, "unknown_option")]
    );
    assert_eq!(
        codes("firstname | notes | both | { kind = \"template\", text = \"{lastname}\" }").first(),
        Some(&(0, "one_way"))
    );
    assert_eq!(
        codes("firstname | notes | to_tuco | { kind = \"template\", text = \"{shoe}\" }"),
        [(0, "unknown_field")]
    );
    assert_eq!(
        codes("phone | phone | both | { kind = \"phone\", region = \"Bavaria\" }"),
        [(0, "parameter")]
    );
    assert_eq!(codes("shoe_size | customFields.a | off"), []);
}

#[test]
fn a_circle_through_two_rows_is_found_on_both() {
    let found = codes(
        "firstname | notes | to_tuco\nlastname | notes | to_hubspot\nlastname | jobTitle | to_tuco\nfirstname | jobTitle | to_hubspot",
    );
    assert_eq!(found, [(0, "loop"), (1, "loop"), (2, "loop"), (3, "loop")]);
}

#[test]
fn a_property_that_changed_its_type_is_told_and_blocks_nothing() {
    let mut portal = portal();
    let contacts = portal.objects.get_mut("contacts").unwrap();
    contacts.properties.get_mut("company").unwrap().type_before = Some("number".into());
    let problems = check(&from_the_start(), &portal);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].wrong.code(), "type_changed");
    assert!(!problems[0].wrong.blocks());
    assert!(!problems[0].wrong.todo().is_empty());
}

#[test]
fn a_custom_object_is_known_by_its_name_and_its_number_and_told_where_it_is_not_read() {
    let row = |source: &str| {
        let text = format!(
            "[[row]]\nhubspot = \"{source}\"\nlead = \"customFields.boat\"\ndirection = \"to_tuco\"\n"
        );
        parse(&text).unwrap()
    };
    let told = |portal: &Portal, source: &str| -> Vec<&'static str> {
        let found = check(&row(source), portal);
        found.iter().map(|one| one.wrong.code()).collect()
    };
    let mut portal = portal();
    assert_eq!(told(&portal, "object(boats).colour"), ["not_asked"]);
    portal.own_asked = true;
    portal.own_missing = vec!["crm.schemas.custom.read".to_owned()];
    assert_eq!(told(&portal, "object(boats).colour"), ["missing_scope"]);
    portal.own_missing.clear();
    assert_eq!(told(&portal, "object(boats).colour"), ["gone"]);
    let colour = Property {
        name: "colour".to_owned(),
        value_type: "string".to_owned(),
        ..Property::default()
    };
    let boats = Object {
        properties: [("colour".to_owned(), colour)].into(),
        own: Some(crate::portal::OwnObject {
            type_id: "2-7".to_owned(),
            ..Default::default()
        }),
        ..Object::default()
    };
    portal.objects.insert("boats".to_owned(), boats);
    for known in [
        "object(boats).colour",
        "object(2-7).colour",
        "count(boats)",
        "count(2-7)",
    ] {
        assert_eq!(told(&portal, known), Vec::<&str>::new(), "{known}");
    }
    assert_eq!(told(&portal, "object(boats).mast"), ["gone"]);
}
