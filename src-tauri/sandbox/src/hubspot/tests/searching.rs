//! Search: operators, limits, and an index that trails.

use super::*;

fn by(name: &str, operator: &str, value: &str) -> Value {
    let filter = json!({"propertyName": name, "operator": operator, "value": value});
    json!({"filterGroups": [{"filters": [filter]}]})
}

#[test]
fn the_index_trails_for_new_values_old_values_and_deletes() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let old = by("email", "EQ", "ada@example.com");
    assert!(
        desk.search("contacts", old.clone()).is_empty(),
        "not found yet"
    );
    desk.now += 2_000;
    assert_eq!(desk.search("contacts", old.clone()), [ada.to_string()]);

    let target = format!("/crm/v3/objects/contacts/{ada}");
    desk.patch(
        &target,
        json!({"properties": {"email": "countess@example.com"}}),
    );
    let new = by("email", "EQ", "countess@example.com");
    assert!(desk.search("contacts", new.clone()).is_empty());
    assert_eq!(
        desk.search("contacts", old.clone()),
        [ada.to_string()],
        "the old value still is"
    );
    desk.now += 2_000;
    assert!(desk.search("contacts", old).is_empty());
    assert_eq!(desk.search("contacts", new.clone()), [ada.to_string()]);

    desk.ask("DELETE", &target, None);
    assert_eq!(
        desk.search("contacts", new.clone()),
        [ada.to_string()],
        "deleted, still found"
    );
    desk.now += 2_000;
    assert!(desk.search("contacts", new).is_empty());
}

#[test]
fn what_the_operators_find() {
    let mut desk = Desk::with(|options| options.index_lag_ms = 0);
    let ada = desk.contact(json!({
        "email": "happy-ada@example.com", "firstname": "Ada", "company": "AcmeCorp",
        "phone": "202 555 0123", "followercount": "12", "hs_lead_status": "NEW",
    }));
    desk.now += 1;
    let bob = desk.contact(json!({
        "email": "bob@example.org", "firstname": "Bob", "company": "Acme Corp",
        "mobilephone": "+44 20 7946 0958", "followercount": "9",
    }));
    let (ada, bob) = (ada.to_string(), bob.to_string());
    let none: Vec<String> = Vec::new();
    let cases = [
        (
            by("email", "EQ", "HAPPY-ADA@example.com"),
            vec![ada.clone()],
        ),
        (
            by("email", "CONTAINS_TOKEN", "ada@example.com"),
            vec![ada.clone()],
        ),
        (
            by("email", "CONTAINS_TOKEN", "*example*"),
            vec![ada.clone(), bob.clone()],
        ),
        (by("company", "CONTAINS_TOKEN", "acme"), vec![bob.clone()]),
        (
            by("company", "CONTAINS_TOKEN", "acme*"),
            vec![ada.clone(), bob.clone()],
        ),
        (
            by("company", "NOT_CONTAINS_TOKEN", "acme"),
            vec![ada.clone()],
        ),
        (by("hs_lead_status", "EQ", "new"), none.clone()),
        (by("hs_lead_status", "EQ", "NEW"), vec![ada.clone()]),
        (
            by("hs_lead_status", "NOT_HAS_PROPERTY", ""),
            vec![bob.clone()],
        ),
        (by("followercount", "GT", "9"), vec![ada.clone()]),
        (by("followercount", "LTE", "9"), vec![bob.clone()]),
        (
            by("hs_searchable_calculated_phone_number", "EQ", "2025550123"),
            vec![ada.clone()],
        ),
        (
            by(
                "hs_searchable_calculated_phone_number",
                "CONTAINS_TOKEN",
                "*5550123",
            ),
            vec![ada.clone()],
        ),
        (
            by("hs_searchable_calculated_mobile_number", "EQ", "2079460958"),
            vec![bob.clone()],
        ),
        (
            by("lastmodifieddate", "GT", &NOW.to_string()),
            vec![bob.clone()],
        ),
        (
            by("lastmodifieddate", "LTE", "2026-11-21T10:00:00Z"),
            vec![ada.clone()],
        ),
        // The classic: contacts have the other name for it.
        (by("hs_lastmodifieddate", "GT", "0"), none.clone()),
        (by("hs_object_id", "EQ", &bob), vec![bob.clone()]),
        (json!({"query": "ada"}), vec![ada.clone()]),
        (json!({"query": "ADA acme"}), vec![ada.clone()]),
        (json!({"query": "cme"}), none.clone()),
        (json!({}), vec![ada.clone(), bob.clone()]),
        (
            json!({"sorts": ["-createdate"]}),
            vec![bob.clone(), ada.clone()],
        ),
        (
            json!({"sorts": [{"propertyName": "followercount", "direction": "ASCENDING"}]}),
            vec![bob.clone(), ada.clone()],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(desk.search("contacts", body.clone()), expected, "{body}");
    }
    for (values, expected) in [
        (json!(["bob@example.org"]), vec![bob]),
        (json!(["BOB@example.org"]), none),
    ] {
        let filter = json!({"propertyName": "email", "operator": "IN", "values": values});
        assert_eq!(
            desk.search("contacts", json!({"filters": [filter]})),
            expected,
            "IN wants lower case"
        );
    }
}

#[test]
fn a_search_for_an_additional_address_follows_its_switch() {
    for matches in [false, true] {
        let mut desk = Desk::with(|options| options.email_eq_matches_additional = matches);
        let ada = desk.contact(json!({"email": "ada@example.com"}));
        let old = desk.contact(json!({"email": "old@example.com"}));
        let merged = desk.portal.merge(ada, old, desk.now).unwrap().to_string();
        desk.now += 2_000;
        let found = desk.search("contacts", by("email", "EQ", "old@example.com"));
        assert_eq!(found.contains(&merged), matches);
        let token = by("hs_additional_emails", "CONTAINS_TOKEN", "old@example.com");
        assert_eq!(desk.search("contacts", token), [merged]);
    }
}

#[test]
fn the_limits_of_one_search() {
    let mut desk = Desk::with(|options| options.index_lag_ms = 0);
    for n in 0..10_050 {
        desk.portal
            .seed_record("contacts", properties(&[("city", &n.to_string())]), NOW);
    }
    let search = "/crm/v3/objects/contacts/search";
    let (status, body) = desk.post(search, json!({"limit": 200, "after": 9_800}));
    assert_eq!(
        (status, &body["total"]),
        (200, &json!(10_050)),
        "the total is the true one"
    );
    assert_eq!(body["paging"]["next"]["after"], "10000");
    assert_eq!(
        desk.post(search, json!({"limit": 200, "after": "9801"})).0,
        400
    );
    assert_eq!(desk.post(search, json!({"limit": 201})).0, 400);
    let filter = json!({"propertyName": "city", "operator": "EQ", "value": "1"});
    let groups = |groups: usize, filters: usize| json!({"filterGroups": vec![json!({"filters": vec![filter.clone(); filters]}); groups]});
    for (number, filters, status) in [
        (5, 3, 200),
        (6, 1, 400),
        (1, 7, 400),
        (3, 6, 200),
        (4, 5, 400),
    ] {
        assert_eq!(
            desk.post(search, groups(number, filters)).0,
            status,
            "{number} x {filters}"
        );
    }
    let long = json!({"query": "x".repeat(3_000)});
    assert_eq!(desk.post(search, long).0, 400);
    let (status, body) = desk.post(search, by("city", "LIKE", "1"));
    assert_eq!(status, 400);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .starts_with("Enum type must be one of: [EQ, ")
    );
    let (status, body) = desk.post("/crm/v3/objects/widgets/search", json!({}));
    let expected =
        json!({"status": "error", "message": "Unable to infer object type from: widgets"});
    assert_eq!((status, plain(body)), (400, expected));
}

#[test]
fn records_are_found_by_what_they_are_linked_to() {
    let mut desk = Desk::with(|options| options.index_lag_ms = 0);
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let stamp = properties(&[("hs_timestamp", "2026-01-05T10:00:00Z")]);
    let note = desk.portal.seed_record("notes", stamp, NOW);
    desk.portal.associate(("notes", note), ("contacts", ada));
    let found = desk.search("notes", by("associations.contact", "EQ", &ada.to_string()));
    assert_eq!(found, [note.to_string()]);
}
