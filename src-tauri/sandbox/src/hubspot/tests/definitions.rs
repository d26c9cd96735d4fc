//! Property definitions.

use super::*;

const PROPERTIES: &str = "/crm/properties/2026-09/contacts";

fn definition(name: &str, unique: bool) -> Value {
    json!({
        "name": name, "label": name, "type": "string", "fieldType": "text",
        "groupName": "contactinformation", "hasUniqueValue": unique,
    })
}

#[test]
fn a_property_is_made_refused_twice_archived_and_brought_back() {
    let mut desk = Desk::new();
    assert_eq!(
        desk.post(PROPERTIES, definition("tuco_last_reply", false))
            .0,
        201
    );
    let (status, body) = desk.post(PROPERTIES, definition("tuco_last_reply", false));
    assert_eq!(status, 409);
    let expected = json!({
        "status": "error",
        "message": "A property named 'tuco_last_reply' already exists.",
        "category": "OBJECT_ALREADY_EXISTS",
        "subCategory": "Properties.PROPERTY_WITH_NAME_EXISTS",
    });
    assert_eq!(plain(body), expected);
    let one = format!("{PROPERTIES}/tuco_last_reply");
    assert_eq!(desk.ask("DELETE", &one, None).status, 204);
    let (status, body) = desk.get(&one);
    assert_eq!(
        (status, &body["category"]),
        (404, &json!("OBJECT_NOT_FOUND"))
    );
    assert_eq!(
        desk.post(PROPERTIES, definition("tuco_last_reply", false))
            .0,
        201
    );
    assert_eq!(desk.get(&one).1["archived"], false);
}

#[test]
fn unique_values_are_enforced_ten_properties_an_object_type() {
    let mut desk = Desk::new();
    for n in 0..10 {
        assert_eq!(
            desk.post(PROPERTIES, definition(&format!("key_{n}"), true))
                .0,
            201
        );
    }
    assert_eq!(desk.post(PROPERTIES, definition("key_10", true)).0, 400);
    let ada = desk.contact(json!({"key_0": "a"}));
    let (status, body) = desk.post(
        "/crm/v3/objects/contacts",
        json!({"properties": {"key_0": "a"}}),
    );
    assert_eq!(status, 400);
    let text = body["message"].as_str().unwrap();
    assert!(
        text.ends_with(&format!(". {ada} already has that value.")),
        "{text}"
    );
}

#[test]
fn a_portal_may_refuse_unique_values_on_communications() {
    for allowed in [true, false] {
        let mut desk = Desk::with(|options| options.unique_on_communications = allowed);
        let mut body = definition("tuco_event", true);
        body["groupName"] = json!("communication");
        let (status, _) = desk.post("/crm/properties/2026-09/communications", body);
        assert_eq!(status, if allowed { 201 } else { 400 });
    }
}

#[test]
fn definitions_tell_what_can_be_written() {
    let mut desk = Desk::new();
    let (_, body) = desk.get("/crm/v3/properties/contacts");
    let all = body["results"].as_array().unwrap();
    assert!(all.len() > 150, "{}", all.len());
    let find = |name: &str| all.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(find("hs_additional_emails")["calculated"], true);
    assert_eq!(
        find("createdate")["modificationMetadata"]["readOnlyValue"],
        true
    );
    assert_eq!(find("hubspot_owner_id")["referencedObjectType"], "OWNER");
    assert_eq!(find("lifecyclestage")["options"][1]["value"], "lead");
}

#[test]
fn a_full_group_is_refused_with_an_answer_inside_the_message() {
    let mut desk = Desk::new();
    let response = desk.ask(
        "DELETE",
        &format!("{PROPERTIES}/groups/emailinformation"),
        None,
    );
    let (status, body) = read(&response);
    assert_eq!(status, 400);
    let nested: Value = serde_json::from_str(body["message"].as_str().unwrap()).unwrap();
    assert_eq!(
        nested["subCategory"],
        "PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES"
    );
}
