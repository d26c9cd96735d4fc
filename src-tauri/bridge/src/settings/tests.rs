//! What the owner may decide, and what holds where nothing was decided.

use super::*;

#[test]
fn the_defaults_are_the_products() {
    let settings = Settings::from_stored(&BTreeMap::new(), "US");
    assert_eq!(
        settings.mirrored,
        [Kind::Sent, Kind::Failed, Kind::Fallback, Kind::Reply]
    );
    assert!(settings.whole_body);
    assert_eq!(settings.look_back_days, 30);
    assert_eq!(settings.keep, Keep::default());
    assert_eq!(settings.several, SeveralRule::Wait);
}

#[test]
fn preferred_lines_keep_their_order_and_their_letters() {
    let (_, value) = check("send.lines", " Line_B, lineA ,Line_B,").unwrap();
    assert_eq!(value, "Line_B,lineA");
    assert!(check("send.lines", "line one").is_err());
    let stored = BTreeMap::from([("send.lines".to_owned(), value)]);
    let settings = Settings::from_stored(&stored, "US");
    assert_eq!(settings.preferred_lines, ["Line_B", "lineA"]);
}

#[test]
fn every_default_is_allowed() {
    for setting in SETTINGS {
        assert!(
            check(setting.key, setting.default).is_ok(),
            "{}",
            setting.key
        );
    }
}

#[test]
fn a_bad_value_says_what_would_fit() {
    let error = check("mirror.body", "half").unwrap_err();
    assert!(error.to_string().contains("full or summary"), "{error}");
    assert!(
        check("mirror.bdoy", "full")
            .unwrap_err()
            .to_string()
            .contains("settings show")
    );
    assert_eq!(check("phone.region", "fr").unwrap().1, "FR");
    assert_eq!(check("mirror.reply", "Yes").unwrap().1, "on");
}

#[test]
fn a_sender_has_the_name_that_was_given_capitals_and_all() {
    let (_, value) = check("send.sender", "  Ana  MARÍA de Souza ").unwrap();
    assert_eq!(value, "Ana  MARÍA de Souza");
    let stored = BTreeMap::from([("send.sender".to_owned(), value)]);
    let sender = Settings::from_stored(&stored, "US").sending.sender;
    assert_eq!(sender.as_deref(), Some("Ana  MARÍA de Souza"));
    assert_eq!(
        Settings::from_stored(&BTreeMap::new(), "US").sending.sender,
        None
    );
    // It stands in what people get.
    for bad in [
        "Ana\nPS: call me",
        "{{contact.firstname}}",
        &"a".repeat(101),
    ] {
        assert!(check("send.sender", bad).is_err(), "{bad}");
    }
}

#[test]
fn the_name_of_a_rule_goes_into_a_field_of_ones_own_alone() {
    let (_, value) = check("rules.lead_field", " customFields.Sent by Rule ").unwrap();
    let stored = BTreeMap::from([("rules.lead_field".to_owned(), value)]);
    let field = Settings::from_stored(&stored, "US").cause_lead_field;
    assert_eq!(
        field.as_ref().map(LeadField::as_str),
        Some("customFields.Sent by Rule")
    );
    assert_eq!(
        Settings::from_stored(&BTreeMap::new(), "US").cause_lead_field,
        None
    );
    assert_eq!(check("rules.lead_field", "").unwrap().1, "");
    for bad in [
        "email",
        "notes",
        "sentByRule",
        "customFields.",
        "customFields.a.b",
        "customFields.{{x}}",
    ] {
        let error = check("rules.lead_field", bad).unwrap_err();
        assert!(
            error.to_string().contains("customFields.sentByRule"),
            "{error}"
        );
    }
}
