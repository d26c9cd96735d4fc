//! Contacts one at a time.

use super::*;

const CONTACTS: &str = "/crm/v3/objects/contacts";

#[test]
fn a_new_contact_answers_with_what_was_written_and_what_was_worked_out() {
    let mut desk = Desk::new();
    let body = json!({"properties": {"email": "Ada@Example.com", "phone": "(202) 555-0123"}});
    let response = desk.ask("POST", CONTACTS, Some(&body));
    assert_eq!(response.status, 201);
    assert_eq!(
        response.header("content-type"),
        Some("application/json;charset=utf-8")
    );
    assert_eq!(
        response.header("location"),
        Some("/crm/v3/objects/contacts/501")
    );
    let correlation = response.header("x-hubspot-correlation-id").unwrap();
    assert_eq!(
        correlation.chars().nth(14),
        Some('7'),
        "a UUID of version 7"
    );
    let (_, body) = read(&response);
    assert_eq!(body["id"], "501");
    assert_eq!(
        body["createdAt"], "2026-11-21T10:00:00Z",
        "no fraction where it is zero"
    );
    let properties = &body["properties"];
    assert_eq!(properties["email"], "ada@example.com");
    assert_eq!(properties["lifecyclestage"], "lead");
    assert_eq!(properties["hs_email_domain"], "example.com");
    assert_eq!(properties["hs_calculated_phone_number"], "+12025550123");
    assert_eq!(
        properties["hs_searchable_calculated_phone_number"],
        "2025550123"
    );
}

#[test]
fn the_three_answers_to_a_taken_email() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let (status, body) = desk.post(
        CONTACTS,
        json!({"properties": {"email": "ADA@example.com"}}),
    );
    assert_eq!(status, 409);
    let expected = json!({
        "status": "error",
        "message": format!("Contact already exists. Existing ID: {ada}"),
        "category": "CONFLICT",
    });
    assert_eq!(plain(body), expected);

    // In a batch without trace ids the id is missing.
    let inputs = json!({"inputs": [{"properties": {"email": "ada@example.com"}}]});
    let (status, body) = desk.post(&format!("{CONTACTS}/batch/create"), inputs);
    assert_eq!(
        (status, &body["message"]),
        (409, &json!("Contact already exists"))
    );

    // As a second address it is a 400 that names the half-made record first.
    let other = desk.contact(json!({"email": "ada@old.example.com"}));
    let merged = desk.portal.merge(ada, other, desk.now).unwrap();
    let taken = json!({"properties": {"email": "ada@old.example.com"}});
    let (status, body) = desk.post(CONTACTS, taken);
    assert_eq!(status, 400);
    let message = body["message"].as_str().unwrap();
    assert!(message.starts_with(
        "Cannot set PropertyValueCoordinates{portalId=1234567, \
         objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, propertyName=email, \
         value=ada@old.example.com} on "
    ));
    assert!(message.ends_with(&format!(". {merged} already has that value.")));
    assert_eq!(body["category"], "VALIDATION_ERROR");
}

#[test]
fn values_that_do_not_hold_are_told_twice() {
    let mut desk = Desk::new();
    let (status, body) = desk.post(
        CONTACTS,
        json!({"properties": {
            "email": "ada@nowhere.test", "shoe_size": "44", "hs_object_id": "5",
            "hs_lead_status": "new", "hubspot_owner_id": "910901", "followercount": "1,000",
        }}),
    );
    assert_eq!(status, 400);
    let codes: Vec<(&str, &str)> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["context"]["propertyName"][0].as_str().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            ("email", "INVALID_EMAIL"),
            ("followercount", "INVALID_INTEGER"),
            ("hs_lead_status", "INVALID_OPTION"),
            ("hs_object_id", "READ_ONLY_VALUE"),
            ("hubspot_owner_id", "INVALID_OWNER_ID"),
            ("shoe_size", "PROPERTY_DOESNT_EXIST"),
        ]
    );
    let message = body["message"].as_str().unwrap();
    let embedded = message
        .strip_prefix("Property values were not valid: ")
        .unwrap();
    let embedded: Value = serde_json::from_str(embedded).unwrap();
    assert_eq!(embedded[0]["error"], "INVALID_EMAIL");
    assert_eq!(embedded[0]["isValid"], false);
    assert_eq!(desk.portal.ids("contacts"), [0; 0], "nothing was written");
}

#[test]
fn the_newest_version_normalises_dates_and_enforces_an_admins_rules() {
    let mut desk = Desk::with(|options| {
        options.admin_required = vec![("contacts".to_owned(), "firstname".to_owned())];
    });
    desk.portal
        .define_property("contacts", "last_reply_on", "date", "date", &[], false);
    let body = json!({"properties": {"last_reply_on": "2026-01-05T10:00:00Z"}});
    let (status, refused) = desk.post("/crm/objects/2026-03/contacts", body.clone());
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (400, &json!("INVALID_DATE"))
    );
    let text = "2026-01-05T10:00:00Z is at 10:0:0.0 UTC, not midnight!";
    assert_eq!(refused["errors"][0]["message"], text);

    let (status, refused) = desk.post("/crm/objects/2026-09/contacts", body);
    assert_eq!(
        (status, &refused["errors"][0]["code"]),
        (400, &json!("MISSING_REQUIRED_PROPERTY"))
    );

    let body = json!({"properties": {"firstname": "Ada", "last_reply_on": "2026-01-05T10:00:00Z"}});
    let (status, made) = desk.post("/crm/objects/2026-09/contacts", body);
    assert_eq!(status, 201);
    assert_eq!(made["properties"]["last_reply_on"], "2026-01-05");
    assert_eq!(made["warnings"][0]["category"], "PROPERTY_VALUE_NORMALIZED");
}

#[test]
fn what_is_not_found_has_two_bodies() {
    let mut desk = Desk::new();
    let (status, body) = desk.get("/crm/v3/objects/contacts/999");
    assert_eq!(status, 404);
    assert_eq!(
        plain(body),
        json!({"status": "error", "message": "resource not found"})
    );
    let (status, body) = desk.get("/crm/v3/objects/contacts/ada");
    assert_eq!(status, 404);
    assert_eq!(
        body["message"],
        "Object not found.  objectId are usually numeric."
    );
    assert_eq!(body["context"], json!({"id": ["ada"]}));
}

#[test]
fn an_email_in_a_path_finds_its_contact_also_as_a_second_address() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada+work@example.com"}));
    let old = desk.contact(json!({"email": "ada@old.example.com"}));
    let merged = desk.portal.merge(ada, old, desk.now).unwrap().to_string();
    for address in [
        "ada%2Bwork%40example.com",
        "ADA+work@example.com",
        "ada@old.example.com",
    ] {
        let (_, body) = desk.get(&format!("{CONTACTS}/{address}?idProperty=email"));
        assert_eq!(body["id"], merged.as_str(), "{address}");
    }
}

#[test]
fn a_merge_makes_a_new_record_and_the_old_ids_lead_to_it() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com", "firstname": "Ada"}));
    let twin = desk.contact(json!({"email": "twin@example.com", "city": "London"}));
    let note = desk
        .post(
            "/crm/v3/objects/notes",
            json!({"properties": {"hs_timestamp": "2026-01-05T10:00:00Z"}, "associations": [
                {"to": {"id": twin}, "types": [
                    {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 202}]}]}),
        )
        .1;
    let ids = json!({"primaryObjectId": ada.to_string(), "objectIdToMerge": twin.to_string()});
    let (status, body) = desk.post("/crm/v3/objects/contacts/merge", ids);
    assert_eq!(status, 200);
    let merged: u64 = body["id"].as_str().unwrap().parse().unwrap();
    assert!(merged != ada && merged != twin);
    for id in [ada, twin, merged] {
        let target =
            format!("{CONTACTS}/{id}?properties=city,hs_additional_emails,hs_merged_object_ids");
        let (status, body) = desk.get(&target);
        assert_eq!((status, &body["id"]), (200, &json!(merged.to_string())));
        assert_eq!(
            body["properties"]["hs_additional_emails"],
            "twin@example.com"
        );
        assert_eq!(
            body["properties"]["hs_merged_object_ids"],
            format!("{ada};{twin}")
        );
        assert_eq!(
            body["properties"]["city"], "London",
            "the other one fills gaps"
        );
    }
    let (status, _) = desk.patch(
        &format!("{CONTACTS}/{ada}"),
        json!({"properties": {"city": "Rome"}}),
    );
    assert_eq!(status, 200, "one update follows old ids");
    let inputs = json!({"inputs": [{"id": ada.to_string(), "properties": {"city": "Oslo"}}]});
    let (status, _) = desk.post(&format!("{CONTACTS}/batch/update"), inputs);
    assert_eq!(status, 207, "a batch does not");
    let timeline = desk.portal.timeline();
    assert_eq!(timeline[0].id.to_string(), note["id"].as_str().unwrap());
    assert_eq!(timeline[0].contact_ids, [merged]);

    // A second merge moves the first ids along.
    let third = desk.contact(json!({"email": "third@example.com"}));
    let last = desk.portal.merge(third, merged, desk.now).unwrap();
    assert_eq!(desk.portal.record("contacts", ada).unwrap().id, last);
}

#[test]
fn an_archived_contact_is_gone_but_for_those_who_ask_for_it_and_frees_its_email() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    assert_eq!(
        desk.ask("DELETE", &format!("{CONTACTS}/{ada}"), None)
            .status,
        204
    );
    assert_eq!(desk.get(&format!("{CONTACTS}/{ada}")).0, 404);
    let (status, body) = desk.get(&format!("{CONTACTS}/{ada}?archived=true"));
    assert_eq!((status, &body["archived"]), (200, &json!(true)));
    assert!(body["archivedAt"].is_string());
    assert_eq!(
        ids(&desk.get(&format!("{CONTACTS}?archived=true")).1),
        [ada.to_string()]
    );
    assert_ne!(desk.contact(json!({"email": "ada@example.com"})), ada);
}

#[test]
fn pages_of_a_list_begin_at_the_next_id() {
    let mut desk = Desk::new();
    let all: Vec<String> = (0..25)
        .map(|n| {
            desk.contact(json!({"email": format!("p{n}@example.com")}))
                .to_string()
        })
        .collect();
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let (_, body) = desk.get(&format!("{CONTACTS}?limit=10&after={after}"));
        seen.extend(ids(&body));
        let Some(next) = body["paging"]["next"]["after"].as_str() else {
            break;
        };
        next.clone_into(&mut after);
        assert!(
            !seen.contains(&after),
            "the cursor is the first of the next page"
        );
    }
    assert_eq!(seen, all);
    assert_eq!(desk.get(&format!("{CONTACTS}?limit=101")).0, 400);
}

#[test]
fn a_cleared_value_and_a_backward_stage_follow_their_switches() {
    for (reads_null, cleared) in [(true, Value::Null), (false, json!(""))] {
        let mut desk = Desk::with(|options| options.cleared_reads_null = reads_null);
        let ada = desk.contact(json!({"city": "London", "lifecyclestage": "customer"}));
        let body = json!({"properties": {"city": "", "lifecyclestage": "lead"}});
        desk.patch(&format!("{CONTACTS}/{ada}"), body);
        let target = format!("{CONTACTS}/{ada}?properties=city,zip,shoe_size,lifecyclestage");
        let shown = desk.get(&target).1["properties"].clone();
        assert_eq!(shown["city"], cleared);
        assert_eq!(shown["zip"], Value::Null, "never set");
        assert_eq!(shown.get("shoe_size"), None, "not defined");
        assert_eq!(shown["lifecyclestage"], "customer", "ignored, not refused");
        for stage in ["", "lead"] {
            desk.patch(
                &format!("{CONTACTS}/{ada}"),
                json!({"properties": {"lifecyclestage": stage}}),
            );
        }
        assert_eq!(desk.get(&target).1["properties"]["lifecyclestage"], "lead");
    }
}

#[test]
fn numbers_are_read_in_the_portals_country_and_junk_keeps_its_digits() {
    use super::super::computed::read_phone;
    assert_eq!(read_phone("+44 20 7946 0958", "US").region, "GB");
    let paris = read_phone("+33 1 76 36 06 96", "US");
    assert_eq!(
        (paris.international.as_str(), paris.national.as_str()),
        ("+33176360696", "176360696"),
        "the 1 is part of the number"
    );
    assert_eq!(
        read_phone("202-555-0123 ext. 7", "US").international,
        "+12025550123"
    );
    let junk = read_phone("00004", "US");
    assert_eq!(
        (junk.national.as_str(), junk.international.as_str()),
        ("4", "")
    );
    assert_eq!(
        read_phone("call me", "US"),
        super::super::computed::Phone::default()
    );
}
