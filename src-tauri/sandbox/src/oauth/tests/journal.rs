//! The change journal, as a client pulls it.

use super::*;
use serde_json::json;

const SCOPES: &str = "developer.webhooks_journal.read \
     developer.webhooks_journal.subscriptions.read developer.webhooks_journal.subscriptions.write \
     crm.objects.contacts.read";

impl Scene {
    fn app_token(&mut self, scopes: &str) -> (u16, Value) {
        self.token(
            &[("grant_type", "client_credentials"), ("scope", scopes)],
            NOW,
        )
    }

    fn with(&mut self, method: &str, target: &str, token: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        let request = HttpRequest::new(method, target, token, body);
        let answer = self.0.handle(Side::HubSpot, &request, NOW).response;
        let told = serde_json::from_slice(&answer.body).unwrap_or_default();
        (answer.status, told)
    }

    fn change(&mut self, contact: u64, title: &str) {
        let (token, _, _) = self.0.credentials();
        let path = format!("/crm/objects/2026-09/contacts/{contact}");
        let body = json!({"properties": {"jobtitle": title, "city": title}});
        assert_eq!(self.with("PATCH", &path, &token, &body).0, 200);
    }
}

#[test]
fn changes_that_are_subscribed_to_are_pulled_in_their_order_by_the_apps_own_token() {
    let mut scene = Scene::new();
    let portal = scene.0.credentials().2;
    let (status, told) = scene.app_token(SCOPES);
    assert_eq!(status, 200);
    let token = told["access_token"].as_str().unwrap().to_owned();
    let records = "/crm/objects/2026-09/contacts";
    assert_eq!(scene.with("GET", records, &token, &Value::Null).0, 401);

    let subscriptions = "/webhooks-journal/subscriptions/2026-03";
    let wanted = json!({
        "subscriptionType": "OBJECT", "portalId": portal, "objectTypeId": "0-1",
        "actions": ["CREATE", "UPDATE"], "properties": ["jobtitle"],
    });
    let refused = scene.with("POST", subscriptions, &token, &wanted).0;
    assert_eq!(refused, 403, "the app is not installed");
    let code = scene.code(portal);
    assert_eq!(scene.exchange(&code, &[]).0, 200);
    assert_eq!(scene.with("POST", subscriptions, &token, &wanted).0, 201);
    let all = scene.with("GET", subscriptions, &token, &Value::Null).1;
    assert_eq!(all["results"][0]["properties"], json!(["jobtitle"]));

    let local = "/webhooks-journal/journal-local/2026-03";
    let latest = format!("{local}/latest?installPortalId={portal}");
    assert_eq!(scene.with("GET", &latest, &token, &Value::Null).0, 204);
    let contact = scene.0.portal.ids("contacts")[0];
    scene.change(contact, "gold");
    let (_, file) = scene.with("GET", &latest, &token, &Value::Null);
    let address = url::Url::parse(file["url"].as_str().unwrap()).unwrap();
    let target = format!("{}?{}", address.path(), address.query().unwrap());
    assert_eq!(scene.with("GET", &target, &token, &Value::Null).0, 400);
    let answer = scene.ask("GET", &target, "", NOW);
    let told: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(told["journalEvents"][0]["objectId"], contact);
    assert_eq!(
        told["journalEvents"][0]["propertyChanges"],
        json!({"jobtitle": "gold"})
    );

    scene.change(contact, "silver");
    let offset = file["currentOffset"].as_str().unwrap();
    let next = format!("{local}/offset/{offset}/next?installPortalId={portal}");
    let (status, second) = scene.with("GET", &next, &token, &Value::Null);
    assert_eq!(status, 200);
    assert_ne!(second["currentOffset"], file["currentOffset"]);
    scene
        .0
        .change_oauth_options(|options| options.journal_keeps_ms = 0);
    assert_eq!(scene.with("GET", &next, &token, &Value::Null).0, 404);
}

#[test]
fn an_app_that_does_not_get_the_scopes_gets_no_token() {
    let mut scene = Scene::new();
    scene
        .0
        .change_oauth_options(|options| options.journal_open = false);
    let (status, told) = scene.app_token(SCOPES);
    assert_eq!((status, told["status"].as_str()), (400, Some("BAD_SCOPES")));
    scene
        .0
        .change_oauth_options(|options| options.journal_open = true);
    let (_, told) = scene.app_token("crm.objects.contacts.read");
    let token = told["access_token"].as_str().unwrap().to_owned();
    let latest = "/webhooks-journal/journal-local/2026-03/latest?installPortalId=1";
    assert_eq!(scene.with("GET", latest, &token, &Value::Null).0, 403);
}
