//! Many records at once.

use super::*;

const BATCH: &str = "/crm/objects/2026-09/contacts/batch";
const MESSAGES: &str = "/crm/objects/2026-09/communications/batch";

fn message(key: &str, contact: u64) -> Value {
    json!({
        "objectWriteTraceId": key,
        "properties": {
            "hs_communication_channel_type": "SMS", "hs_communication_logged_from": "CRM",
            "hs_communication_body": "Hello", "hs_timestamp": "2026-01-05T10:00:00.123Z",
            "tuco_event": key,
        },
        "associations": [{"to": {"id": contact.to_string()}, "types": [
            {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 81}]}],
    })
}

fn with_key() -> (Desk, u64) {
    let mut desk = Desk::new();
    desk.portal
        .define_property("communications", "tuco_event", "string", "text", &[], true);
    let ada = desk.contact(json!({"email": "ada@example.com"}));
    (desk, ada)
}

#[test]
fn a_repeated_create_is_refused_by_name_and_the_rest_is_written() {
    let (mut desk, ada) = with_key();
    let (status, body) = desk.post(
        &format!("{MESSAGES}/create"),
        json!({"inputs": [message("e1", ada)]}),
    );
    assert_eq!(status, 201);
    assert_eq!(body["results"][0]["objectWriteTraceId"], "e1");
    let first = body["results"][0]["id"].as_str().unwrap().to_owned();
    let again = json!({"inputs": [message("e1", ada), message("e2", ada), message("e3", 999)]});
    let (status, body) = desk.post(&format!("{MESSAGES}/create"), again);
    assert_eq!((status, &body["numErrors"]), (207, &json!(2)));
    assert_eq!(body["results"].as_array().unwrap().len(), 1);
    let taken = &body["errors"][0];
    assert_eq!(taken["category"], "VALIDATION_ERROR");
    assert_eq!(taken["context"]["objectWriteTraceId"], json!(["e1"]));
    let text = taken["message"].as_str().unwrap();
    assert!(
        text.contains("propertyName=tuco_event, value=e1} on "),
        "{text}"
    );
    assert!(
        text.ends_with(&format!(". {first} already has that value.")),
        "{text}"
    );
    let dangling = &body["errors"][1];
    assert_eq!(dangling["message"], "One or more associations are invalid");
    assert_eq!(
        dangling["context"]["INVALID_OBJECT_IDS"],
        json!(["CONTACT=999 is not valid"])
    );
    let timeline = desk.portal.timeline();
    assert_eq!(timeline.len(), 2);
    assert!(timeline.iter().all(|entry| entry.contact_ids == [ada]));
    assert_eq!(timeline[0].timestamp, 1_767_607_200_123);
}

#[test]
fn without_trace_ids_one_bad_input_stops_all() {
    let (mut desk, ada) = with_key();
    let strip = |mut one: Value| {
        one.as_object_mut().unwrap().remove("objectWriteTraceId");
        one
    };
    let mut bad = strip(message("e2", ada));
    bad["properties"]["hs_communication_channel_type"] = json!("FAX");
    let inputs = json!({"inputs": [strip(message("e1", ada)), bad]});
    let (status, body) = desk.post(&format!("{MESSAGES}/create"), inputs);
    assert_eq!(
        (status, &body["errors"][0]["code"]),
        (400, &json!("INVALID_OPTION"))
    );
    let twice = json!({"inputs": [strip(message("e1", ada)), strip(message("e1", ada))]});
    assert_eq!(desk.post(&format!("{MESSAGES}/create"), twice).0, 400);
    assert_eq!(
        desk.portal.timeline_len(),
        0,
        "nothing is written of either"
    );
}

#[test]
fn a_clash_with_a_trace_id_gives_the_existing_id_as_data() {
    let (mut desk, ada) = with_key();
    let inputs = json!({"inputs": [
        {"objectWriteTraceId": "a", "properties": {"email": "ada@example.com"}},
        {"objectWriteTraceId": "b", "properties": {"email": "bob@example.com"}},
    ]});
    let (status, body) = desk.post(&format!("{BATCH}/create"), inputs);
    assert_eq!(status, 207);
    let clash = json!({
        "status": "error",
        "category": "CONFLICT",
        "message": format!("Contact already exists. Existing ID: {ada}"),
        "context": {"objectWriteTraceId": ["a"], "existingId": [ada.to_string()]},
    });
    assert_eq!(body["errors"], json!([clash]));
    assert_eq!(body["results"][0]["properties"]["email"], "bob@example.com");
}

#[test]
fn the_same_id_twice_refuses_the_request() {
    let (mut desk, ada) = with_key();
    let one = json!({"id": ada.to_string(), "properties": {"city": "Oslo"}});
    let body = json!({"inputs": [one, one]});
    let (status, body) = desk.post(&format!("{BATCH}/update"), body);
    assert_eq!(status, 400);
    let expected = json!({
        "status": "error",
        "message": format!("Duplicate IDs found in batch input: [{ada}]. IDs must be unique"),
        "context": {"ids": [ada.to_string()]},
        "category": "VALIDATION_ERROR",
    });
    assert_eq!(plain(body), expected);
    let email = |address: &str| json!({"id": address, "idProperty": "email", "properties": {}});
    let body = json!({"inputs": [email("x@example.com"), email("X@example.com")]});
    assert_eq!(
        desk.post(&format!("{BATCH}/upsert"), body).0,
        400,
        "case does not tell them apart"
    );
}

#[test]
fn an_upsert_says_which_are_new_and_wants_a_unique_property() {
    let (mut desk, ada) = with_key();
    let input = |address: &str| json!({"id": address, "idProperty": "email", "properties": {"city": "Oslo"}});
    let body = json!({"inputs": [input("Ada@example.com"), input("new@example.com")]});
    let (status, body) = desk.post(&format!("{BATCH}/upsert"), body);
    assert_eq!(status, 200);
    assert_eq!(body["results"][0]["id"], ada.to_string());
    assert_eq!(body["results"][0]["new"], false);
    assert_eq!(body["results"][1]["new"], true);
    assert_eq!(body["results"][1]["properties"]["email"], "new@example.com");
    let body = json!({"inputs": [{"id": "5", "idProperty": "phone", "properties": {}}]});
    let (status, body) = desk.post(&format!("{BATCH}/upsert"), body);
    assert_eq!(status, 400);
    let text = "Unable to perform update/upsert by non-unique 0-1 property phone";
    assert_eq!(body["message"], text);
}

#[test]
fn a_read_names_what_is_missing() {
    let (mut desk, ada) = with_key();
    let body = json!({"properties": ["email"], "inputs": [{"id": ada.to_string()}, {"id": "999"}]});
    let (status, body) = desk.post(&format!("{BATCH}/read"), body);
    assert_eq!(status, 207);
    assert_eq!(ids(&body), [ada.to_string()]);
    assert_eq!(body["errors"][0]["category"], "OBJECT_NOT_FOUND");
    assert_eq!(body["errors"][0]["context"], json!({"ids": ["999"]}));
    let text = "Could not get some CONTACT objects, they may be deleted or not exist. Check that \
                ids are valid.";
    assert_eq!(body["errors"][0]["message"], text);
}

#[test]
fn a_hundred_inputs_and_no_more() {
    let mut desk = Desk::new();
    let inputs =
        |count: usize| json!({"inputs": vec![json!({"properties": {"city": "x"}}); count]});
    assert_eq!(desk.post(&format!("{BATCH}/create"), inputs(100)).0, 201);
    assert_eq!(desk.post(&format!("{BATCH}/create"), inputs(101)).0, 400);
    assert_eq!(desk.portal.ids("contacts").len(), 100);
}

#[test]
fn results_come_in_an_order_of_their_own_where_the_portal_shuffles() {
    let mut desk = Desk::with(|options| options.shuffle_batches = true);
    let inputs: Vec<Value> = (0..50)
        .map(|n| json!({"properties": {"city": n.to_string()}}))
        .collect();
    let (_, body) = desk.post(&format!("{BATCH}/create"), json!({"inputs": inputs}));
    let mut sorted = ids(&body);
    sorted.sort_by_key(|id| id.parse::<u64>().unwrap());
    assert_ne!(sorted, ids(&body));
}
