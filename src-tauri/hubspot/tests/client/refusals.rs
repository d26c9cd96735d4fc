//! Every error body that is known, with made-up values.

use crate::script::{Script, answer, answer_with, create_error, read_error};
use hubspot::{
    AssociationProblem, Error, ErrorKind, Ids, Misuse, ObjectKind, Policy, PropertyCode,
    PropertyProblem, Search, SignIn,
};
use std::collections::BTreeSet;
use std::time::Duration;
use wire::{RetryClass, TransportError};

const SECOND: Duration = Duration::from_secs(1);

fn conflict(id: Option<&str>, property: Option<&str>) -> ErrorKind {
    ErrorKind::Conflict {
        existing_id: id.map(str::to_owned),
        property: property.map(str::to_owned),
    }
}

fn problem(property: &str, code: PropertyCode) -> PropertyProblem {
    PropertyProblem {
        property: Some(property.to_owned()),
        code,
    }
}

/// No value of a person stands in what an error shows.
fn assert_discreet(error: &Error) {
    let shown = format!("{error} {error:?}");
    for value in ["ada", "Ada", "Lovelace", "example.com", "2025550123"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
}

#[tokio::test]
async fn a_taken_address_is_a_conflict_in_all_its_shapes() {
    let cases = [
        // The id stands in the sentence only.
        (
            409,
            r#"{"status":"error","message":"Contact already exists. Existing ID: 501","correlationId":"0198f3c2-7d0a-7c11-9a55-0f3e8d3f2b10","category":"CONFLICT"}"#,
            conflict(Some("501"), None),
        ),
        // It can be missing.
        (
            409,
            r#"{"message":"Contact already exists","category":"CONFLICT"}"#,
            conflict(None, None),
        ),
        // The second id is the record that exists, the first the half-made one.
        (
            400,
            r#"{"status":"error","message":"Cannot set PropertyValueCoordinates{portalId=1234567, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, propertyName=email, value=ada@example.com} on 900. 501 already has that value.","category":"VALIDATION_ERROR"}"#,
            conflict(Some("501"), Some("email")),
        ),
        // v1, seen on v3.
        (
            409,
            r#"{"status":"error","message":"Contact already exists","category":"OBJECT_ALREADY_EXISTS","error":"CONTACT_EXISTS","identityProfile":{"vid":501,"identity":[{"value":"ada@example.com","type":"EMAIL"}]},"errors":[{"message":"Contact already exists. Existing ID: 501","in":"email"}]}"#,
            conflict(Some("501"), Some("email")),
        ),
        // A name of a property.
        (
            409,
            r#"{"status":"error","message":"A property named 'x' already exists.","category":"OBJECT_ALREADY_EXISTS","subCategory":"Properties.PROPERTY_WITH_NAME_EXISTS"}"#,
            conflict(None, None),
        ),
        // The value can hold the very words that are looked for.
        (
            400,
            r#"{"message":"Cannot set PropertyValueCoordinates{propertyName=tuco_key, value=7 already has that value. x} on 900. 501 already has that value.","category":"VALIDATION_ERROR"}"#,
            conflict(Some("501"), Some("tuco_key")),
        ),
    ];
    for (status, body, expected) in cases {
        let error = create_error(answer(status, body)).await;
        assert_eq!(error.kind, expected, "{body}");
        assert_eq!(error.retry_class(), RetryClass::Permanent);
        assert_discreet(&error);
    }
}

#[tokio::test]
async fn refused_values_name_property_and_code_and_never_the_value() {
    use PropertyCode::{DoesNotExist, InvalidDate, InvalidEmail, InvalidOption, MissingRequired};
    let long = format!(
        r#"{{"message":"Property values were not valid: [{{\"isValid\":false,\"message\":\"Ada was not one of the allowed options: [{}]\",\"error\":\"INVALID_OPTION\",\"name\":\"color\"}}]","category":"VALIDATION_ERROR"}}"#,
        r#"label: \\\"A\\\"\\nvalue: \\\"a\\\"\\n"#.repeat(500)
    );
    let cases: [(&str, Vec<PropertyProblem>); 6] = [
        (
            r#"{"status":"error","message":"Property values were not valid: [{\"isValid\":false,\"message\":\"Email address ada@ is invalid\",\"error\":\"INVALID_EMAIL\",\"name\":\"email\",\"localizedErrorMessage\":\"x\",\"portalId\":1234567},{\"isValid\":false,\"message\":\"Property \\\"nick\\\" does not exist\",\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"nick\"}]","errors":[{"message":"Email address ada@ is invalid","code":"INVALID_EMAIL","context":{"propertyName":["email"]}}],"category":"VALIDATION_ERROR"}"#,
            // `errors` is cut short by HubSpot; the list in the message completes it.
            vec![
                problem("email", InvalidEmail),
                problem("nick", DoesNotExist),
            ],
        ),
        // Code and name are taken before anything is cut.
        (&long, vec![problem("color", InvalidOption)]),
        (
            r#"{"status":"error","message":"Property values were not valid","validationResults":[{"isValid":false,"message":"1767607200000 is at 10:0:0.0 UTC, not midnight!","error":"INVALID_DATE","name":"closedate"}]}"#,
            vec![problem("closedate", InvalidDate)],
        ),
        (
            r#"{"message":"The property values provided are invalid","category":"VALIDATION_ERROR","errors":[{"code":"MISSING_REQUIRED_PROPERTY","message":"A value for firstname must be provided","context":{"propertyName":["firstname"]}}]}"#,
            vec![problem("firstname", MissingRequired)],
        ),
        (
            r#"{"message":"x","errors":[{"code":"INVALID_ALPHA","message":"Enter only letters","context":{"propertyName":["nick"]}}],"category":"VALIDATION_ERROR"}"#,
            vec![problem("nick", PropertyCode::Other("INVALID_ALPHA".into()))],
        ),
        // Words alone, as older answers have them: what is quoted here is the value.
        (
            r#"{"message":"\"Ada \" includes leading or trailing whitespace.","category":"VALIDATION_ERROR"}"#,
            vec![PropertyProblem {
                property: None,
                code: PropertyCode::Whitespace,
            }],
        ),
    ];
    for (body, expected) in cases {
        let error = create_error(answer(400, body)).await;
        assert_eq!(error.kind, ErrorKind::InvalidProperties(expected), "{body}");
        assert_eq!(error.retry_class(), RetryClass::Permanent);
        assert_discreet(&error);
    }
}

#[tokio::test]
async fn other_refusals_of_what_a_request_says() {
    let associations = |contacts: &[&str], wrong_type, limit| {
        ErrorKind::InvalidAssociations(AssociationProblem {
            contacts: contacts.iter().map(ToString::to_string).collect(),
            wrong_type,
            limit,
            ..AssociationProblem::default()
        })
    };
    let cases = [
        (
            400,
            r#"{"status":"error","message":"One or more associations are invalid","context":{"INVALID_OBJECT_IDS":["CONTACT=999 is not valid","CONTACT=998 is not valid"],"objectId":["999"],"objectType":["CONTACT"]},"category":"VALIDATION_ERROR"}"#,
            associations(&["999", "998"], false, false),
        ),
        (
            400,
            r#"{"message":"One or more associations are invalid","context":{"INVALID_ASSOCIATION_TYPE_ID":["USER_DEFINED=3 is not a valid association definition id"]}}"#,
            associations(&[], true, false),
        ),
        (
            400,
            r#"{"message":"One or more associations are invalid","context":{"ASSOCIATION_LIMIT_EXCEEDED":["Exceeded association limit of 10000"]}}"#,
            associations(&[], false, true),
        ),
        (
            400,
            r#"{"message":"invalid from object type 0-47 for associations to be created. expected: 0-1"}"#,
            associations(&[], true, false),
        ),
        (
            400,
            r#"{"message":"Duplicate IDs found in batch input: [501, 502]. IDs must be unique","category":"VALIDATION_ERROR"}"#,
            ErrorKind::DuplicateIds {
                ids: Ids(vec!["501".into(), "502".into()]),
            },
        ),
        (
            400,
            r#"{"message":"Unable to perform update/upsert by non-unique 0-1 property nick","category":"VALIDATION_ERROR"}"#,
            ErrorKind::NotUnique {
                property: Some("nick".into()),
            },
        ),
        (
            400,
            r#"{"message":"Missing 'Edit Associations' permission.","category":"VALIDATION_ERROR"}"#,
            ErrorKind::MissingPermission {
                permission: "Edit Associations".into(),
            },
        ),
        (
            404,
            r#"{"status":"error","message":"resource not found","correlationId":"a-b"}"#,
            ErrorKind::NotFound,
        ),
        (
            404,
            r#"{"status":"error","message":"Object not found.  objectId are usually numeric.","context":{"id":["x"]},"category":"OBJECT_NOT_FOUND"}"#,
            ErrorKind::NotFound,
        ),
        (
            414,
            "<html>Request-URI Too Large</html>",
            ErrorKind::TooLong { status: 414 },
        ),
    ];
    for (status, body, expected) in cases {
        let error = create_error(answer(status, body)).await;
        assert_eq!(error.kind, expected, "{body}");
        assert_eq!(error.retry_class(), RetryClass::Permanent);
    }
    // Words without a type of their own keep their category, and lose what was typed.
    let error = create_error(answer(400, r#"{"message":"Invalid input JSON on line 1, column 17: \"Ada Lovelace\" by ada@example.com, 202-555-0123","category":"VALIDATION_ERROR"}"#)).await;
    assert!(
        matches!(&error.kind, ErrorKind::Refused { status: 400, category, .. } if category == "VALIDATION_ERROR")
    );
    assert_discreet(&error);
    let error = create_error(answer(
        402,
        r#"{"message":"exceeded its OBJECT_CREATION contact limit"}"#,
    ))
    .await;
    assert!(matches!(error.kind, ErrorKind::PlanLimit { .. }));
}

/// L4: a token that HubSpot can't even read (530) is told apart from one that expired.
#[tokio::test]
async fn refused_credentials_say_which_way() {
    let expired = r#"{"status":"error","message":"The OAuth token used to make this call expired 75 second(s) ago.","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["2026-01-05T10:00:00Z"]}}"#;
    let invalid = r#"{"status":"error","message":"Authentication credentials not found. This API supports OAuth 2.0 authentication","category":"INVALID_AUTHENTICATION"}"#;
    let from_1970 = r#"{"message":"The OAuth token used to make this call expired 20705 day(s) ago.","category":"EXPIRED_AUTHENTICATION","context":{"expire time":["1970-01-01T00:00:00Z"]}}"#;
    for (status, body, expected) in [
        (401, expired, SignIn::Expired),
        (401, invalid, SignIn::Invalid),
        (401, from_1970, SignIn::Undecodable),
        (401, "", SignIn::Invalid),
        (530, r#"{"message":"malformed token"}"#, SignIn::Undecodable),
    ] {
        let error = read_error(answer(status, body)).await;
        assert_eq!(error.kind, ErrorKind::NeedsSignIn(expected), "{body}");
        assert_eq!(error.retry_class(), RetryClass::NeedsSignIn);
    }
    // The number is also Cloudflare's for an origin that it can't find.
    let error = read_error(answer(530, "error code: 1016")).await;
    assert_eq!(error.retry_class(), RetryClass::Transient { wait: None });

    let hublet = r#"{"status":"error","message":"Hub 1234567 is unknown to this Hublet, but it appears to exist in Hublet eu1","correctHublet":"eu1"}"#;
    let error = read_error(answer(488, hublet)).await;
    assert_eq!(
        error.kind,
        ErrorKind::WrongRegion {
            region: Some("eu1".into())
        }
    );
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_not_sent() {
    for token in ["", "pat-na1-half\ncopied", "pat-na1-ü"] {
        let (client, script) = Script::client_with(token, []);
        let error = client.account().await.unwrap_err();
        assert_eq!(
            error.kind,
            ErrorKind::NeedsSignIn(SignIn::Undecodable),
            "{token:?}"
        );
        assert!(script.requests().is_empty());
    }
}

#[tokio::test]
async fn missing_scopes_are_named_from_either_place() {
    let scopes = ["crm.objects.deals.read", "crm.schemas.deals.read"].map(str::to_owned);
    let in_errors = r#"{"status":"error","message":"This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.","errors":[{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.deals.read","crm.schemas.deals.read"]}}],"category":"MISSING_SCOPES"}"#;
    let on_top = r#"{"message":"One or more of the following scopes are required.","context":{"requiredGranularScopes":["crm.objects.deals.read","crm.schemas.deals.read"]},"category":"MISSING_SCOPES"}"#;
    let old = r#"{"message":"All of the following scopes are required.","context":{"requiredScopes":["crm.objects.deals.read","crm.schemas.deals.read"]},"category":"MISSING_SCOPES"}"#;
    for (body, all) in [(in_errors, false), (on_top, false), (old, true)] {
        let error = read_error(answer(403, body)).await;
        let scopes = BTreeSet::from(scopes.clone());
        assert_eq!(
            error.kind,
            ErrorKind::MissingScopes { scopes, all },
            "{body}"
        );
    }
    let other = r#"{"message":"USER_DOES_NOT_HAVE_PERMISSIONS","category":"FORBIDDEN"}"#;
    assert!(matches!(
        read_error(answer(403, other)).await.kind,
        ErrorKind::Forbidden { .. }
    ));
}

#[tokio::test]
async fn every_limit_has_its_wait() {
    let secondly = r#"{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT","policyName":"SECONDLY","requestId":"r"}"#;
    let search = r#"{"status":"error","message":"You have reached your secondly limit.","errorType":"RATE_LIMIT"}"#;
    let ten = r#"{"message":"You have reached your ten_secondly_rolling limit.","errorType":"RATE_LIMIT","policyName":"TEN_SECONDLY_ROLLING","groupName":"publicapi:private_app-api-calls-ten-secondly:1"}"#;
    let daily = r#"{"message":"You have reached your daily limit.","errorType":"RATE_LIMIT","policyName":"DAILY"}"#;
    let older = r#"{"message":"slow down","category":"RATE_LIMITS"}"#;
    let cloudflare = "<html>error code: 1015</html>";
    for (body, policy, wait) in [
        (secondly, Policy::Secondly, Some(SECOND)),
        (search, Policy::Secondly, Some(SECOND)),
        (ten, Policy::TenSecondly, Some(10 * SECOND)),
        // Only the portal's midnight tells.
        (daily, Policy::Daily, None),
        (older, Policy::Unnamed, Some(10 * SECOND)),
        (cloudflare, Policy::Unnamed, Some(10 * SECOND)),
    ] {
        let error = create_error(answer(429, body)).await;
        assert_eq!(
            error.kind,
            ErrorKind::RateLimited { policy, wait },
            "{body}"
        );
        assert_eq!(error.retry_class(), RetryClass::Transient { wait });
        let error = create_error(answer_with(429, &[("retry-after", "7")], body)).await;
        let wait = Some(7 * SECOND);
        assert_eq!(
            error.kind,
            ErrorKind::RateLimited { policy, wait },
            "{body}"
        );
    }
    let locked = create_error(answer(423, "")).await;
    assert_eq!(
        locked.retry_class(),
        RetryClass::Transient {
            wait: Some(2 * SECOND)
        }
    );
    let moving = create_error(answer_with(477, &[("retry-after", "86400")], "")).await;
    assert_eq!(
        moving.kind,
        ErrorKind::Migrating {
            wait: Some(86_400 * SECOND)
        }
    );
}

#[tokio::test]
async fn what_is_not_hubspots_word_is_not_taken_for_it() {
    let page = "<html><body>Sign in to the hotel's network</body></html>";
    for status in [200, 302, 400, 401, 403, 404, 409] {
        let error = read_error(answer(status, page)).await;
        assert_eq!(error.kind, ErrorKind::NotTheApi { status }, "{status}");
        assert_eq!(
            error.retry_class(),
            RetryClass::Network,
            "to be asked again, by itself"
        );
    }
    // A page in place of a record must not read as "there is no such contact".
    let (client, _) = Script::client([answer(404, page)]);
    client
        .record(ObjectKind::Contacts, "501", &[])
        .await
        .unwrap_err();
    // Half a body.
    let error = read_error(answer(200, r#"{"results":[{"id":"501""#)).await;
    assert_eq!(error.kind, ErrorKind::NotTheApi { status: 200 });
}

#[tokio::test]
async fn a_write_without_a_clear_answer_has_an_unknown_outcome() {
    for unclear in [
        Err(TransportError::Lost),
        answer(
            500,
            r#"{"correlationId":"a-b","message":"internal error","status":"error"}"#,
        ),
        answer(502, "<html>Bad gateway</html>"),
        answer(524, ""),
        answer(201, r#"{"id":"77"#),
        answer(201, r#"{"properties":{}}"#),
        answer(200, "<html>Welcome</html>"),
        answer(302, ""),
    ] {
        let said = format!("{unclear:?}");
        let error = create_error(unclear).await;
        assert_eq!(error.retry_class(), RetryClass::UnknownOutcome, "{said}");
        assert!(
            matches!(error.kind, ErrorKind::UnknownOutcome { .. }),
            "{said}"
        );
    }
    // Nothing left the machine: that is known.
    let error = create_error(Err(TransportError::NotSent)).await;
    assert_eq!(error.retry_class(), RetryClass::Network);
    // A read may simply be asked again.
    for status in [500, 502, 503, 504, 521, 522, 523, 524, 525, 526] {
        let error = read_error(answer(status, "<html>")).await;
        assert_eq!(error.kind, ErrorKind::Trouble { status, wait: None });
    }
    assert_eq!(
        read_error(Err(TransportError::Lost)).await.retry_class(),
        RetryClass::Network
    );
}

#[tokio::test]
async fn the_correlation_id_comes_from_the_body_or_the_header() {
    let id = "0198f3c2-7d0a-7c11-9a55-0f3e8d3f2b10";
    let body = format!(r#"{{"message":"internal error","correlationId":"{id}"}}"#);
    assert_eq!(
        read_error(answer(500, body))
            .await
            .correlation_id
            .as_deref(),
        Some(id)
    );
    let header = [("x-hubspot-correlation-id", id)];
    let error = read_error(answer_with(502, &header, "<html>")).await;
    assert_eq!(error.correlation_id.as_deref(), Some(id));
    // And nothing that only poses as one.
    let posing = r#"{"message":"x","correlationId":"Ada Lovelace, ada@example.com"}"#;
    assert_discreet(&read_error(answer(500, posing)).await);
}

#[tokio::test]
async fn what_would_be_refused_is_not_sent() {
    let (client, script) = Script::client([]);
    let ids: Vec<String> = (0..101).map(|id| id.to_string()).collect();
    let error = client
        .batch_read(ObjectKind::Contacts, None, &ids, &[])
        .await
        .unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::Misuse(Misuse::TooManyInputs {
            given: 101,
            most: 100
        })
    );
    let empty = Search::new().group([]);
    let error = client
        .search(ObjectKind::Contacts, &empty)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Misuse(Misuse::EmptyFilter));
    assert!(script.requests().is_empty());
}
