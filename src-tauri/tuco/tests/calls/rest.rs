//! Lines, leads, do-not-contact and webhooks.

use crate::support::{answer, client};
use serde_json::json;
use tuco::{LeadsQuery, NewLead, NewLeads, NewWebhook};

#[tokio::test]
async fn lines_tell_caps_use_and_health() {
    let body = json!({"lines": [
        {"_id": "c1", "workspaceId": "org_EXAMPLE1", "firstName": "Sam", "lastName": "Lee",
         "phone": "+12025550100", "isActive": "true", "dailyTotalMessagesLimit": "150",
         "usage": {"date": "2026-06-02", "newConversationsCount": 3, "totalMessagesCount": 9},
         "healthCheck": {"status": "down", "lastCheckedAt": 1_780_416_600}},
        {"id": "c2", "email": "sam@example.com", "isActive": false, "usage": null},
        {"phone": "no id"},
    ]});
    let (tuco, _) = client(vec![answer(200, body.to_string())]);
    let lines = tuco.lines().await.unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0].label(), lines[1].label()),
        ("Sam Lee".into(), "sam@example.com".into())
    );
    assert_eq!((lines[0].active, lines[1].active), (true, false));
    assert_eq!(
        (lines[0].daily_total_limit, lines[0].total_today),
        (Some(150), Some(9))
    );
    assert_eq!(lines[0].health.as_deref(), Some("down"));
    assert_eq!(lines[0].health_checked_at, Some(1_780_416_600_000));
}

#[tokio::test]
async fn a_leads_hubspot_contact_is_found_wherever_it_is_kept() {
    for place in [
        json!({"hsContactId": 90210}),
        json!({"integrationIds": {"hsContactId": "90210"}}),
        json!({"integrationIds": {"hubspot": "90210"}}),
        json!({"integrations": {"hubspot": {"contactId": "90210"}}}),
        json!({"hsContactId": null, "customFields": {"hubspotContactId": "90210"}}),
    ] {
        let mut lead = json!({"_id": "a1", "altPhone1": "+12025550144", "altPhones": ["+12025550145"],
            "companyName": "Acme", "tags": ["vip"]});
        lead.as_object_mut()
            .unwrap()
            .extend(place.as_object().unwrap().clone());
        let (tuco, _) = client(vec![answer(200, json!({"lead": lead}).to_string())]);
        let lead = tuco.lead("a1").await.unwrap().unwrap();
        assert_eq!(lead.hs_contact_id.as_deref(), Some("90210"), "{place}");
        assert_eq!(lead.alt_phones, ["+12025550145", "+12025550144"]);
        assert_eq!(lead.extra.get("tags"), Some(&json!(["vip"])));
        assert!(!lead.extra.contains_key("companyName"));
    }
}

#[tokio::test]
async fn a_lead_that_is_not_there_is_none() {
    let (tuco, script) = client(vec![
        answer(404, r#"{"error":"Lead not found"}"#),
        answer(400, r#"{"error":"Invalid lead id"}"#),
        answer(200, r#"{"lead":null}"#),
        answer(200, r#"{"unheard":"of"}"#),
    ]);
    for id in ["a1", "a&b=c", "a3"] {
        assert_eq!(tuco.lead(id).await.unwrap(), None);
    }
    assert!(
        tuco.lead("a4").await.is_err(),
        "what can't be read is no proof of absence"
    );
    assert_eq!(
        script.asked.lock().unwrap()[1].url.query(),
        Some("id=a%26b%3Dc")
    );
}

#[tokio::test]
async fn leads_that_were_there_already_are_no_error() {
    let (tuco, _) = client(vec![
        answer(
            201,
            r#"{"savedCount":1,"duplicateCount":1,"leadIds":["a1"],"listId":"l1",
            "duplicates":[{"input":{},"existingLead":{"_id":"a0"}}]}"#,
        ),
        answer(
            200,
            r#"{"duplicateOnly":true,"duplicateCount":1,"leadId":"a0","leadIds":["a0"],
            "existingLeadIds":["a0"]}"#,
        ),
        answer(
            200,
            r#"{"leads":[{"_id":"a1"},{}],"lists":[],"pagination":{"totalPages":4,"totalCount":7}}"#,
        ),
    ]);
    let leads = NewLeads {
        leads: vec![NewLead::default()],
        ..NewLeads::default()
    };
    let made = tuco.create_leads(&leads).await.unwrap();
    assert_eq!((made.saved, made.duplicates), (1, 1));
    assert_eq!(
        (made.lead_ids, made.existing_lead_ids),
        (vec!["a1".into()], vec!["a0".into()])
    );
    let made = tuco.create_leads(&leads).await.unwrap();
    assert_eq!(
        (
            made.saved,
            made.lead_ids.len(),
            made.existing_lead_ids.len()
        ),
        (0, 0, 1)
    );
    let page = tuco.leads(&LeadsQuery::default()).await.unwrap();
    assert_eq!(
        (page.items.len(), page.skipped, page.total_pages, page.total),
        (1, 1, Some(4), Some(7))
    );
}

#[tokio::test]
async fn do_not_contact_asks_little_of_the_answers() {
    let (tuco, script) = client(vec![
        answer(
            200,
            r#"{"entries":[{"_id":"d1","phone":"+12025550143"},{"id":"d2"}],"total":1,"limit":1}"#,
        ),
        answer(
            201,
            r#"{"success":true,"entry":{"_id":"d1","phone":"+12025550143"}}"#,
        ),
        answer(200, r#"{"success":true}"#),
        answer(409, r#"{"error":"Already there"}"#),
        answer(204, ""),
    ]);
    let page = tuco.dnc_list(1, 100, None).await.unwrap();
    assert_eq!(
        (page.items.len(), page.skipped, page.total_pages),
        (1, 1, Some(1))
    );
    let id = |entry: Option<tuco::DncEntry>| entry.and_then(|entry| entry.id);
    assert_eq!(
        id(tuco.dnc_add("+12025550143", Some("asked")).await.unwrap()).unwrap(),
        "d1"
    );
    for _ in 0..2 {
        assert_eq!(id(tuco.dnc_add("+12025550143", None).await.unwrap()), None);
    }
    tuco.dnc_remove("d1").await.unwrap();
    let asked = script.asked.lock().unwrap();
    assert_eq!(
        (asked[4].method.as_str(), asked[4].url.query()),
        ("DELETE", Some("id=d1"))
    );
}

#[tokio::test]
async fn a_webhooks_secret_comes_once_and_is_not_shown() {
    let (tuco, script) = client(vec![
        answer(
            201,
            r#"{"id":"f1","secret":"EXAMPLE-SECRET","url":"https://relay.example/tuco",
            "events":["message.reply"],"name":"Desk relay","description":null}"#,
        ),
        answer(
            200,
            r#"{"webhooks":[{"id":"f1","isActive":false,"failureCount":3,"events":[]}]}"#,
        ),
        answer(
            200,
            r#"{"success":false,"error":"refused","details":"x","statusCode":503}"#,
        ),
        answer(200, r#"{"success":true}"#),
    ]);
    let webhook = NewWebhook {
        url: "https://relay.example/tuco".into(),
        events: vec!["message.reply".into()],
        name: "Desk relay".into(),
        description: None,
    };
    let made = tuco.create_webhook(&webhook).await.unwrap();
    assert_eq!(made.1.expose(), "EXAMPLE-SECRET");
    assert!(!format!("{made:?}").contains("SECRET"));
    let listed = tuco.webhooks().await.unwrap();
    assert_eq!((listed[0].active, listed[0].failure_count), (false, 3));
    let check = tuco.health_check("f1").await.unwrap();
    assert_eq!((check.success, check.status_code), (false, Some(503)));
    // An id from outside stays inside its segment.
    tuco.delete_webhook("../leads").await.unwrap();
    assert_eq!(
        script.asked.lock().unwrap()[3].url.path(),
        "/api/webhooks/..%2Fleads"
    );
}

#[tokio::test]
async fn a_lead_enters_a_campaign_once() {
    let (tuco, script) = client(vec![
        answer(
            201,
            r#"{"success":true,"leadId":"a1","campaignId":"c1","messageCount":3}"#,
        ),
        answer(
            200,
            r#"{"success":true,"alreadyInCampaign":true,"messageCount":0}"#,
        ),
        answer(404, r#"{"error":"Campaign not found"}"#),
    ]);
    let first = tuco.enrol("c1", "a1").await.unwrap();
    assert_eq!((first.already, first.messages), (false, Some(3)));
    assert!(tuco.enrol("c1", "a1").await.unwrap().already);
    let refused = tuco.enrol("../leads", "a1").await.unwrap_err();
    assert_eq!(refused.kind, tuco::ErrorKind::NotFound);
    let asked = script.asked.lock().unwrap();
    assert_eq!(asked[0].url.path(), "/api/campaigns/c1/leads");
    assert_eq!(asked[0].body, r#"{"leadId":"a1"}"#);
    assert_eq!(asked[2].url.path(), "/api/campaigns/..%2Fleads/leads");
}
