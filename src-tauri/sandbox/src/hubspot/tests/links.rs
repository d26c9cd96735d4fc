//! Associations and lists.

use super::*;

fn pair(desk: &mut Desk) -> (u64, u64) {
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let acme = desk
        .portal
        .seed_record("companies", properties(&[("name", "Acme")]), NOW);
    (ada, acme)
}

#[test]
fn a_default_link_answers_both_directions_and_can_be_repeated() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let stamp = properties(&[("hs_timestamp", "2026-01-05T10:00:00Z")]);
    let note = desk.portal.seed_record("notes", stamp, NOW);
    let target = format!("/crm/objects/2026-09/notes/{note}/associations/default/contacts/{ada}");
    for _ in 0..2 {
        let response = desk.ask("PUT", &target, None);
        let (status, body) = read(&response);
        assert_eq!(status, 200);
        let ids: Vec<u64> = body["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                one["associationSpec"]["associationTypeId"]
                    .as_u64()
                    .unwrap()
            })
            .collect();
        assert_eq!(ids, [202, 201]);
    }
    let (_, body) = desk.get(&format!(
        "/crm/v4/objects/contacts/{ada}/associations/notes"
    ));
    let expected = json!({"results": [{"toObjectId": note, "associationTypes": [
        {"category": "HUBSPOT_DEFINED", "typeId": 201, "label": null}]}]});
    assert_eq!(body, expected, "ids are numbers here");
}

#[test]
fn labels_are_replaced_and_a_contact_has_one_primary_company() {
    let mut desk = Desk::new();
    let (ada, acme) = pair(&mut desk);
    let other = desk
        .portal
        .seed_record("companies", properties(&[("name", "Other")]), NOW);
    let put = |company: u64, types: &[u64]| {
        let target = format!("/crm/v4/objects/contacts/{ada}/associations/companies/{company}");
        let types: Vec<Value> = types
            .iter()
            .map(|id| json!({"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": id}))
            .collect();
        (target, Value::from(types))
    };
    for company in [acme, other] {
        let (target, body) = put(company, &[1]);
        let (status, body) = desk.put(&target, body);
        assert_eq!((status, &body["labels"]), (201, &json!(["Primary"])));
        assert_eq!(body["fromObjectId"], ada);
    }
    let target = format!("/crm/v3/objects/contacts/{ada}?associations=companies");
    let (_, body) = desk.get(&target);
    let expected = json!([
        {"id": acme.to_string(), "type": "contact_to_company_unlabeled"},
        {"id": other.to_string(), "type": "contact_to_company"},
        {"id": other.to_string(), "type": "contact_to_company_unlabeled"},
    ]);
    assert_eq!(
        body["associations"]["companies"]["results"], expected,
        "an id once a type"
    );

    let (target, body) = put(acme, &[81]);
    let (status, body) = desk.put(&target, body);
    assert_eq!(status, 400);
    let text = "HUBSPOT_DEFINED=81 is not a valid association definition id";
    assert_eq!(
        body["context"]["INVALID_ASSOCIATION_TYPE_ID"],
        json!([text])
    );
}

#[test]
fn a_batch_read_tells_who_has_no_links() {
    let mut desk = Desk::new();
    let (ada, acme) = pair(&mut desk);
    let bob = desk.contact(json!({"email": "bob@example.com"}));
    desk.portal
        .associate(("contacts", ada), ("companies", acme));
    let inputs = json!({"inputs": [{"id": ada.to_string()}, {"id": bob.to_string()}]});
    let (status, body) = desk.post(
        "/crm/associations/2026-09/contacts/companies/batch/read",
        inputs,
    );
    assert_eq!(status, 207);
    assert_eq!(body["results"][0]["to"][0]["toObjectId"], acme);
    let error = &body["errors"][0];
    assert_eq!(
        error["subCategory"],
        "crm.associations.NO_ASSOCIATIONS_FOUND"
    );
    assert_eq!(
        error["message"],
        format!("No company is associated with contact {bob}.")
    );
}

#[test]
fn the_links_of_one_record_come_in_pages() {
    let mut desk = Desk::new();
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    let stamp = properties(&[("hs_timestamp", "2026-01-05T10:00:00Z")]);
    for _ in 0..501 {
        let id = desk
            .portal
            .seed_record("communications", stamp.clone(), NOW);
        desk.portal
            .associate(("communications", id), ("contacts", ada));
    }
    let target = format!("/crm/v4/objects/contacts/{ada}/associations/communications?limit=500");
    let (_, first) = desk.get(&target);
    assert_eq!(first["results"].as_array().unwrap().len(), 500);
    let after = first["paging"]["next"]["after"].as_str().unwrap();
    let (_, second) = desk.get(&format!("{target}&after={after}"));
    assert_eq!(second["results"].as_array().unwrap().len(), 1);
    assert_eq!(second.get("paging"), None);
    assert_eq!(desk.get(&target.replace("500", "501")).0, 400);
}

#[test]
fn a_static_list_takes_members_and_tells_them_in_the_order_they_joined() {
    let mut desk = Desk::new();
    let first = desk.contact(json!({"email": "a@example.com"}));
    let second = desk.contact(json!({"email": "b@example.com"}));
    let body = json!({"name": "VIP", "objectTypeId": "0-1", "processingType": "MANUAL"});
    let (status, body) = desk.post("/crm/lists/2026-09", body);
    assert_eq!(status, 200);
    let list = format!(
        "/crm/lists/2026-09/{}",
        body["list"]["listId"].as_str().unwrap()
    );
    for id in [second, first] {
        desk.now += 1_000;
        let (_, body) = desk.put(
            &format!("{list}/memberships/add"),
            json!([id.to_string(), "999"]),
        );
        assert_eq!(body["recordIdsMissing"], json!(["999"]));
    }
    let (_, body) = desk.get(&format!("{list}/memberships/join-order?limit=1"));
    assert_eq!(body["results"][0]["recordId"], second.to_string());
    let after = body["paging"]["next"]["after"].as_str().unwrap();
    let (_, body) = desk.get(&format!("{list}/memberships/join-order?after={after}"));
    assert_eq!(body["results"][0]["recordId"], first.to_string());
    let of_first = format!("/crm/lists/2026-09/records/0-1/{first}/memberships");
    let (_, body) = desk.get(&of_first);
    assert_eq!(body["total"], 1);
    assert!(list.ends_with(body["results"][0]["listId"].as_str().unwrap()));
    let (_, body) = desk.put(
        &format!("{list}/memberships/remove"),
        json!([first.to_string()]),
    );
    assert_eq!(body["recordsIdsRemoved"], json!([first.to_string()]));
    let (_, body) = desk.get(&of_first);
    assert_eq!(body["results"], json!([]));
}
