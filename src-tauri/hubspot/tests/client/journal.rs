//! The change journal: whose token it takes, what is asked, and what is made of the answers.

use crate::script::{Script, Still, answer};
use hubspot::oauth::{App, Keep, NotKept, Oauth, Session};
use hubspot::{ErrorKind, HubSpot, Journal, Next, ObjectKind, Refused, SignIn, Watch};
use std::sync::Arc;
use wire::{BoxFuture, Origin, Secret};

const TOKEN: &str = r#"{"access_token":"app-token","expires_in":1800,"token_type":"bearer"}"#;
const FILE: &str = r#"{"offset":"b","publishedAt":1,"journalEvents":[
    {"type":"crmObject","portalId":7,"action":"UPDATE","objectTypeId":"0-1","objectId":501,
     "propertyChanges":{"jobtitle":"gold"}},
    {"type":"crmObject","portalId":8,"action":"UPDATE","objectTypeId":"0-1","objectId":502}]}"#;

type Answer = Result<wire::Response, wire::TransportError>;

struct Nowhere;

impl Keep for Nowhere {
    fn keep(&self, _: Secret) -> BoxFuture<'static, Result<(), NotKept>> {
        Box::pin(async { Ok(()) })
    }

    fn kept(&self) -> BoxFuture<'static, Option<Secret>> {
        Box::pin(async { None })
    }
}

fn journal(answers: impl IntoIterator<Item = Answer>) -> (Journal, Arc<Script>) {
    let (gateway, script) = Script::gateway(answers);
    let app = App {
        client_id: Secret::new("client-1"),
        client_secret: Secret::new("secret-1"),
    };
    let oauth = Oauth::new(gateway.clone(), Origin::hubspot(), app);
    let session = Session::new(
        oauth,
        Arc::new(Still),
        Arc::new(Nowhere),
        Secret::new("na1-refresh"),
    );
    let hubspot = HubSpot::new(gateway, Origin::hubspot(), session);
    let journal = hubspot.journal(&[ObjectKind::Contacts]).unwrap();
    (journal, script)
}

fn bearer(request: &wire::Request) -> Option<&str> {
    request.headers.get("authorization")?.to_str().ok()
}

#[test]
fn a_pasted_key_has_no_journal() {
    let (client, _) = Script::client([]);
    assert!(client.journal(&[ObjectKind::Contacts]).is_none());
}

#[tokio::test]
async fn the_token_is_the_apps_is_asked_for_once_and_never_goes_to_the_files_host() {
    let next = r#"{"url":"https://files.example.com/a?sig=1","expiresAt":"x","currentOffset":"b"}"#;
    let (journal, script) = journal([
        answer(200, TOKEN),
        answer(200, next),
        answer(200, FILE),
        answer(204, ""),
    ]);
    let Next::File { address, offset } = journal.next(7, Some("a")).await.unwrap() else {
        unreachable!("there is a file");
    };
    let reports = journal.file(&address, 7).await.unwrap().unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].object_id, "501");
    assert_eq!(journal.next(7, Some(&offset)).await.unwrap(), Next::Nothing);

    let requests = script.requests();
    let form = std::str::from_utf8(&requests[0].body).unwrap();
    assert!(form.contains("grant_type=client_credentials"), "{form}");
    assert!(form.contains("developer.webhooks_journal.read+"), "{form}");
    assert!(form.contains("crm.objects.contacts.read"), "{form}");
    assert!(
        !form.contains("snapshots") && !form.contains("na1-refresh"),
        "{form}"
    );
    let told: Vec<(&str, Option<&str>)> = requests
        .iter()
        .map(|request| (request.url.as_str(), bearer(request)))
        .collect();
    let local = "https://api.hubapi.com/webhooks-journal/journal-local/2026-03/offset";
    assert_eq!(
        told[1..],
        [
            (
                format!("{local}/a/next?installPortalId=7").as_str(),
                Some("Bearer app-token")
            ),
            ("https://files.example.com/a?sig=1", None),
            (
                format!("{local}/b/next?installPortalId=7").as_str(),
                Some("Bearer app-token")
            ),
        ]
    );
}

#[tokio::test]
async fn an_unknown_offset_has_expired_and_without_one_there_is_nothing_yet() {
    let gone = r#"{"status":"error","message":"unknown offset","category":"OBJECT_NOT_FOUND"}"#;
    let (journal, _) = journal([answer(200, TOKEN), answer(404, gone), answer(404, gone)]);
    assert_eq!(journal.next(7, Some("a")).await.unwrap(), Next::Expired);
    assert_eq!(journal.next(7, None).await.unwrap(), Next::Nothing);
}

#[tokio::test]
async fn a_file_is_fetched_from_named_hosts_over_https_alone_and_may_be_gone() {
    let (journal, script) = journal([answer(403, "<Error/>"), answer(200, "<html>")]);
    for bad in [
        "http://files.example.com/a",
        "https://10.0.0.1/a",
        "http://127.0.0.1/a",
        "https://me:word@files.example.com/a",
    ] {
        assert!(journal.file(bad, 7).await.is_err(), "{bad}");
    }
    assert!(script.requests().is_empty());
    let address = "https://files.example.com/a";
    assert_eq!(journal.file(address, 7).await.unwrap(), None);
    assert!(journal.file(address, 7).await.is_err());
}

#[tokio::test]
async fn a_refused_scope_says_so_and_a_refused_token_is_asked_for_anew() {
    let refused = r#"{"error":"invalid_scope","status":"BAD_SCOPES","message":"x"}"#;
    let unknown = r#"{"status":"error","category":"INVALID_AUTHENTICATION","message":"x"}"#;
    let (journal, script) = journal([
        answer(400, refused),
        answer(200, TOKEN),
        answer(401, unknown),
        answer(200, TOKEN),
        answer(
            200,
            r#"{"results":[{"id":"3","subscriptionType":"OBJECT","portalId":"7",
            "objectTypeId":"0-1","actions":["CREATE","UPDATE"],"properties":["jobtitle"]}, 7]}"#,
        ),
    ]);
    let error = journal.subscriptions().await.unwrap_err();
    assert_eq!(
        error.kind,
        ErrorKind::NeedsSignIn(SignIn::Refused(Refused::Scopes))
    );
    assert!(journal.subscriptions().await.is_err());
    let all = journal.subscriptions().await.unwrap();
    assert_eq!(script.requests().len(), 5);
    let watch = Watch {
        kind: ObjectKind::Contacts,
        properties: ["jobtitle".to_owned()].into(),
    };
    assert!(all.len() == 1 && watch.is_covered_by(&all[0]));
}

#[tokio::test]
async fn a_subscription_names_what_is_watched_and_may_be_gone_at_its_end() {
    let (journal, script) = journal([
        answer(200, TOKEN),
        answer(201, r#"{"id":12}"#),
        answer(
            404,
            r#"{"status":"error","message":"x","category":"OBJECT_NOT_FOUND"}"#,
        ),
    ]);
    let watch = Watch {
        kind: ObjectKind::Contacts,
        properties: ["jobtitle".to_owned()].into(),
    };
    assert_eq!(journal.subscribe(7, &watch).await.unwrap(), "12");
    journal.unsubscribe("12").await.unwrap();
    let requests = script.requests();
    let body: serde_json::Value = serde_json::from_slice(&requests[1].body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "subscriptionType": "OBJECT", "portalId": 7, "objectTypeId": "0-1",
            "actions": ["CREATE", "UPDATE"], "properties": ["jobtitle"],
        })
    );
    assert!(
        requests[2]
            .url
            .path()
            .ends_with("/subscriptions/2026-03/12")
    );
}
