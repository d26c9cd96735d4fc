//! Who may ask, and how often.

use super::super::fault_response;
use super::*;

fn limited() -> Desk {
    Desk::with(|options| {
        options.rate_per_10s = 190;
        options.daily = 400;
    })
}

#[test]
fn the_window_rolls_and_tells_what_is_left() {
    let mut desk = limited();
    for left in (0..190).rev() {
        let response = desk.ask("GET", "/crm/v3/owners", None);
        assert_eq!(response.status, 200);
        let remaining = response.header("x-hubspot-ratelimit-remaining").unwrap();
        assert_eq!(remaining, left.to_string());
        desk.now += 10;
    }
    let (status, body) = desk.get("/crm/v3/owners");
    assert_eq!(
        (status, &body["policyName"]),
        (429, &json!("TEN_SECONDLY_ROLLING"))
    );
    assert_eq!(
        body["message"],
        "You have reached your ten_secondly_rolling limit."
    );
    assert_eq!(body["errorType"], "RATE_LIMIT");
    assert_eq!(body.get("category"), None);
    // The first call leaves the window ten seconds after it was made: one place is free.
    desk.now = NOW + 10_000;
    assert_eq!(desk.get("/crm/v3/owners").0, 200);
    assert_eq!(desk.get("/crm/v3/owners").0, 429);
}

#[test]
fn searches_have_a_second_of_their_own_and_tell_nothing() {
    let mut desk = limited();
    for _ in 0..5 {
        let response = desk.ask("POST", "/crm/v3/objects/contacts/search", Some(&json!({})));
        assert_eq!(response.status, 200);
        assert_eq!(response.header("x-hubspot-ratelimit-remaining"), None);
    }
    let (status, body) = desk.post("/crm/v3/objects/contacts/search", json!({}));
    assert_eq!((status, &body["policyName"]), (429, &json!("SECONDLY")));
    assert_eq!(body["message"], "You have reached your secondly limit.");
    desk.now += 1_000;
    assert_eq!(
        desk.post("/crm/v3/objects/contacts/search", json!({})).0,
        200
    );
}

#[test]
fn the_day_ends_at_midnight_of_the_account() {
    let mut desk = limited();
    for _ in 0..400 {
        desk.now += 100;
        assert_eq!(desk.get("/crm/v3/owners").0, 200);
    }
    desk.now += 100;
    assert_eq!(desk.get("/crm/v3/owners").1["policyName"], "DAILY");
    // Midnight UTC is 19:00 in New York: nothing changes. Five hours later it is a new day there.
    desk.now = NOW + 14 * 3_600_000;
    assert_eq!(desk.get("/crm/v3/owners").1["policyName"], "DAILY");
    desk.now = NOW + 19 * 3_600_000;
    assert_eq!(desk.get("/crm/v3/owners").0, 200);
}

#[test]
fn a_token_without_the_scope_is_told_which_one() {
    let mut desk = Desk::with(|options| {
        options
            .scopes
            .retain(|scope| scope != "crm.schemas.contacts.write");
    });
    let (status, body) = desk.post("/crm/properties/2026-09/communications", json!({}));
    assert_eq!((status, &body["category"]), (403, &json!("MISSING_SCOPES")));
    assert_eq!(
        body["errors"][0]["context"]["requiredGranularScopes"],
        json!(["crm.schemas.contacts.write"])
    );
    assert_eq!(
        body["links"]["scopes"],
        "https://developers.hubspot.com/scopes"
    );
}

#[test]
fn of_emails_the_text_is_read_with_its_own_scope_only() {
    for (may, text) in [(true, json!("Hello there")), (false, json!(null))] {
        let mut desk = Desk::with(|options| {
            options
                .scopes
                .retain(|scope| may || scope != "sales-email-read");
        });
        let (_, made) = desk.post(
            "/crm/objects/2026-09/emails",
            json!({"properties": {
                "hs_timestamp": "2026-11-20T10:00:00Z", "hs_email_direction": "EMAIL",
                "hs_email_subject": "About Friday", "hs_email_text": "Hello there",
            }}),
        );
        let id = made["id"].as_str().unwrap();
        let (_, one) = desk.get(&format!(
            "/crm/objects/2026-09/emails/{id}?properties=hs_email_text,hs_email_subject"
        ));
        let (_, several) = desk.post(
            "/crm/objects/2026-09/emails/batch/read",
            json!({"inputs": [{"id": id}], "properties": ["hs_email_text", "hs_email_subject"]}),
        );
        for record in [&one, &several["results"][0]] {
            assert_eq!(record["properties"]["hs_email_text"], text, "{record}");
            assert_eq!(record["properties"]["hs_email_subject"], "About Friday");
        }
    }
}

#[test]
fn unknown_and_ended_tokens_have_different_bodies() {
    let mut desk = Desk::new();
    desk.portal
        .add_token("short-lived", vec!["oauth".to_owned()], Some(NOW));
    for (token, category) in [
        ("nobody", "INVALID_AUTHENTICATION"),
        ("short-lived", "EXPIRED_AUTHENTICATION"),
    ] {
        let request = HttpRequest::new("GET", "/account-info/v3/details", token, Vec::new());
        let (status, body) = read(&desk.portal.handle(&request, NOW + 75_000));
        assert_eq!((status, &body["category"]), (401, &json!(category)));
    }
    let request = HttpRequest {
        method: "GET".into(),
        path: "/crm/v3/owners".into(),
        ..HttpRequest::default()
    };
    assert_eq!(desk.portal.handle(&request, NOW).status, 401);
}

#[test]
fn the_account_and_the_token_tell_about_themselves() {
    let mut desk = Desk::new();
    let (_, body) = desk.get("/account-info/2026-09/details");
    assert_eq!(body["portalId"], 1_234_567);
    assert_eq!(body["timeZone"], "US/Eastern");
    assert_eq!(body["utcOffset"], "-05:00");
    assert_eq!(body["companyCurrency"], "USD");
    let token = PortalOptions::default().token;
    let info = "/oauth/v2/private-apps/get/access-token-info";
    let (status, body) = desk.post(info, json!({"tokenKey": token}));
    assert_eq!((status, &body["hubId"]), (200, &json!(1_234_567)));
    assert!(
        body["scopes"]
            .as_array()
            .unwrap()
            .contains(&json!("crm.objects.contacts.read"))
    );
}

#[test]
fn every_fault_has_its_body() {
    let expected = [
        ("unauthorized_expired", 401),
        ("unauthorized_invalid", 401),
        ("missing_scopes", 403),
        ("locked_423", 423),
        ("rate_ten_secondly", 429),
        ("rate_secondly", 429),
        ("rate_daily", 429),
        ("rate_old_category", 429),
        ("migrating_477", 477),
        ("wrong_region_488", 488),
        ("internal_500", 500),
        ("bad_gateway_html_502", 502),
        ("unavailable_503", 503),
        ("timeout_504", 504),
        ("cloudflare_521", 521),
        ("cloudflare_522", 522),
        ("cloudflare_523", 523),
        ("cloudflare_524", 524),
        ("cloudflare_525", 525),
        ("cloudflare_526", 526),
    ];
    for (name, status) in expected {
        let response = fault_response(name, NOW, "c-1").unwrap();
        assert_eq!(response.status, status, "{name}");
        let json = serde_json::from_slice::<Value>(&response.body);
        match json {
            Ok(body) => assert_eq!(body["correlationId"], "c-1", "{name}"),
            Err(_) => assert!(
                response
                    .header("content-type")
                    .unwrap()
                    .starts_with("text/html")
            ),
        }
    }
    let migrating = fault_response("migrating_477", NOW, "c-1").unwrap();
    assert_eq!(migrating.header("retry-after"), Some("600"));
    assert!(fault_response("no_such_fault", NOW, "c-1").is_none());
}
