use crate::check::{Lack, lacks};
use crate::circle::circles;
use crate::file::read;
use crate::rule::Rule;

fn rule(name: &str, when: &str, action: &str) -> Rule {
    let text = format!("[[rule]]\nname = \"{name}\"\nwhen = {{ {when} }}\ndo = [{{ {action} }}]");
    read(&text).unwrap().into_iter().next().unwrap()
}

#[test]
fn rules_that_set_each_other_off_are_found_before_they_run() {
    let to = |value: &str| format!("set = \"contact.a\", to = \"{value}\"");
    let becomes = |value: &str| format!("property = \"contact.a\", becomes = \"{value}\"");
    let there = rule("there", &becomes("x"), &to("y"));
    let back = rule("back", &becomes("Y"), &to("x"));
    let beside = rule("beside", &becomes("z"), &to("x"));
    assert_eq!(
        circles(&[beside.clone(), there.clone(), back]),
        [vec!["there".to_owned(), "back".to_owned()]]
    );
    assert!(circles(&[beside, there]).is_empty());
}

#[test]
fn every_way_in_which_a_rule_can_set_itself_off_is_known() {
    for (when, action) in [
        (
            "property = \"contact.a\"",
            "set = \"contact.a\", to = \"x\"",
        ),
        (
            "property = \"contact.a\", is_set = true",
            "set = \"contact.a\", to = \"x\"",
        ),
        (
            "property = \"contact.a\", is_cleared = true",
            "set = \"contact.a\", to = \"\"",
        ),
        ("deal_stage = \"won\"", "move_deal_to = \"won\""),
        (
            "property = \"contact.hubspot_owner_id\"",
            "assign_owner = \"7\"",
        ),
        ("joins_list = \"7\"", "add_to_list = \"7\""),
        ("leaves_list = \"7\"", "remove_from_list = \"7\""),
        ("created = \"contact\"", "upsert_contact = true"),
        ("property = \"lead.jobTitle\"", "upsert_lead = true"),
        ("no_reply_for_days = 3", "send = \"A\", line = \"any\""),
        ("tuco = \"failed\"", "send = \"A\", line = \"any\""),
        (
            "date = \"contact.a\", days_away = 1",
            "set = \"contact.a\", to = \"2026-01-01\"",
        ),
        (
            "deal_closes_within_days = 7",
            "set = \"deal.closedate\", to = \"2026-01-01\"",
        ),
    ] {
        let round = rule("round", when, action);
        assert_eq!(circles(&[round]), [vec!["round".to_owned()]], "{when}");
    }
    for (when, action) in [
        (
            "property = \"contact.a\", is_cleared = true",
            "set = \"contact.a\", to = \"x\"",
        ),
        ("property = \"deal.a\"", "set = \"contact.a\", to = \"x\""),
        ("joins_list = \"7\"", "remove_from_list = \"7\""),
        ("tuco = \"reply\"", "send = \"A\", line = \"any\""),
        ("created = \"contact\"", "upsert_lead = true"),
    ] {
        assert!(circles(&[rule("calm", when, action)]).is_empty(), "{when}");
    }
}

#[test]
fn a_rule_without_trigger_property_template_or_line_lacks_it() {
    let text = |text: &str| {
        let text = format!("[[rule]]\nname = \"A\"\n{text}");
        lacks(read(&text).unwrap().first().unwrap())
    };
    let whole = "when = { created = \"contact\" }\ndo = [{ send = \"A\", line = \"any\" }]";
    assert_eq!(text(whole), []);
    assert_eq!(text(""), [Lack::Trigger, Lack::Action]);
    for (lack, part) in [
        (Lack::TriggerProperty, "when = { property = \"contact.\" }"),
        (
            Lack::TriggerProperty,
            "when = { date = \"contact.\", days_away = 1 }",
        ),
        (Lack::TriggerValue, "when = { lifecycle_stage = \"\" }"),
        (Lack::List, "when = { joins_list = \" \" }"),
    ] {
        let part = format!("{part}\ndo = [{{ upsert_lead = true }}]");
        assert_eq!(text(&part), [lack], "{part}");
    }
    for (lack, part) in [
        (Lack::Template, "send = \"\", line = \"any\""),
        (Lack::Line, "send = \"A\""),
        (Lack::Line, "send = \"A\", line = \"\""),
        (Lack::Line, "assign_line = \"\""),
        (Lack::List, "add_to_list = \"\""),
        (Lack::ActionValue, "set = \"contact.\", to = \"x\""),
        (Lack::ActionValue, "task = \"\""),
        (Lack::ActionValue, "note = \"\""),
        (Lack::ActionValue, "move_deal_to = \"\""),
        (Lack::ActionValue, "assign_owner = \"\""),
        (Lack::ActionValue, "enrol_in = \"\""),
    ] {
        let part = format!("when = {{ created = \"contact\" }}\ndo = [{{ {part} }}]");
        assert_eq!(text(&part), [lack], "{part}");
    }
    let nameless = "when = { created = \"contact\" }\nif = { field = \"contact.\", is_known = true }\n\
                    do = [{ upsert_lead = true }]";
    assert_eq!(text(nameless), [Lack::ConditionProperty]);
}
