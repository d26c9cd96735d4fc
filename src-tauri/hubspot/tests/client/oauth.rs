//! What the token endpoints answer, and what is made of it.

use crate::script::{Script, answer};
use hubspot::oauth::{App, Challenge, Oauth, authorize_link};
use hubspot::{Error, ErrorKind, Refused, SignIn};
use std::collections::BTreeMap;
use std::sync::Arc;
use url::Url;
use wire::{Origin, RetryClass, Secret};

const REDIRECT: &str = "http://localhost:17845/hubspot/signed-in";
const TOKENS: &str = r#"{"token_type":"bearer","access_token":"CAccess","refresh_token":"na1-next",
    "expires_in":1800,"hub_id":1234567,"scopes":["oauth"],"token_use":"access_token","new":[1]}"#;

type Answer = Result<wire::Response, wire::TransportError>;

fn app() -> App {
    App {
        client_id: Secret::new("client-1"),
        client_secret: Secret::new("se+cret&1"),
    }
}

fn endpoints(given: impl IntoIterator<Item = Answer>) -> (Oauth, Arc<Script>) {
    let (gateway, script) = Script::gateway(given);
    (Oauth::new(gateway, Origin::hubspot(), app()), script)
}

async fn refused(given: Answer) -> Error {
    let (oauth, _) = endpoints([given]);
    oauth.refresh(&Secret::new("na1-old")).await.unwrap_err()
}

#[test]
fn the_link_asks_for_everything_and_tells_no_secret() {
    let challenge = Challenge {
        state: Secret::new("a-state"),
        // RFC 7636, appendix B.
        verifier: Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    };
    let pages = Origin::loopback("http://127.0.0.1:4010").unwrap();
    let link = authorize_link(
        &pages,
        &app(),
        &Url::parse(REDIRECT).unwrap(),
        (&["oauth", "one.read"], &["two.read", "three.read"]),
        &challenge,
    );
    let query: BTreeMap<String, String> = link.query_pairs().into_owned().collect();
    let expected = [
        ("client_id", "client-1"),
        (
            "code_challenge",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        ),
        ("code_challenge_method", "S256"),
        ("optional_scope", "two.read three.read"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "oauth one.read"),
        ("state", "a-state"),
    ];
    assert_eq!(
        query
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(link.path(), "/oauth/authorize");
    assert!(link.as_str().contains("scope=oauth%20one.read") && !link.as_str().contains("cret"));
}

#[tokio::test]
async fn everything_stands_in_the_body() {
    let (oauth, script) = endpoints([answer(200, TOKENS), answer(200, TOKENS), answer(204, "")]);
    let grant = oauth
        .exchange(
            &Secret::new("c&1"),
            &Url::parse(REDIRECT).unwrap(),
            &Secret::new("v1"),
        )
        .await
        .unwrap();
    assert_eq!(grant.portal_id.as_deref(), Some("1234567"));
    assert_eq!(grant.refresh_token.unwrap().expose(), "na1-next");
    oauth.refresh(&Secret::new("na1-old")).await.unwrap();
    oauth.revoke(&Secret::new("na1-old")).await.unwrap();
    let asked: Vec<(String, BTreeMap<String, String>)> = script
        .requests()
        .iter()
        .map(|request| {
            let form = url::form_urlencoded::parse(&request.body)
                .into_owned()
                .collect();
            assert!(request.headers.get("authorization").is_none());
            (request.url.as_str().to_owned(), form)
        })
        .collect();
    let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let client = [("client_id", "client-1"), ("client_secret", "se+cret&1")];
        client
            .iter()
            .chain(pairs)
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    };
    let base = "https://api.hubapi.com/oauth/2026-09/token";
    let code = [
        ("code", "c&1"),
        ("code_verifier", "v1"),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
    ];
    assert_eq!(asked[0], (base.to_owned(), of(&code)));
    let refresh = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "na1-old"),
    ];
    assert_eq!(asked[1], (base.to_owned(), of(&refresh)));
    let revoke = [("token", "na1-old"), ("token_type_hint", "refresh_token")];
    assert_eq!(asked[2], (format!("{base}/revoke"), of(&revoke)));
}

#[tokio::test]
async fn only_hubspots_own_refusals_sign_anybody_out() {
    let body = |error: &str, status: &str| {
        format!(
            r#"{{"error":"{error}","error_description":"x","status":"{status}","message":"x"}}"#
        )
    };
    for (error, status, meant) in [
        ("invalid_grant", "BAD_REFRESH_TOKEN", Refused::RefreshToken),
        ("invalid_grant", "BAD_AUTH_CODE", Refused::Code),
        ("invalid_grant", "SOMETHING_NEW", Refused::Grant),
        ("invalid_client", "BAD_CLIENT_ID", Refused::ClientId),
        ("invalid_client", "BAD_CLIENT_SECRET", Refused::ClientSecret),
        ("invalid_grant", "BAD_REDIRECT_URI", Refused::RedirectUrl),
        ("invalid_grant", "BAD_CODE_VERIFIER", Refused::CodeVerifier),
        ("invalid_scope", "BAD_SCOPES", Refused::Scopes),
        ("access_denied", "BAD_HUB", Refused::Portal),
    ] {
        for http in [400, 401] {
            let found = refused(answer(http, body(error, status))).await;
            assert_eq!(
                found.kind,
                ErrorKind::NeedsSignIn(SignIn::Refused(meant)),
                "{status}"
            );
        }
    }
    let long = format!(
        r#"{{"access_token":"{}","token_type":"bearer"}}"#,
        "a".repeat(8 * 1024)
    );
    let page = "<html>Welcome to Guest Wi-Fi</html>";
    for (given, class) in [
        (Err(wire::TransportError::NotSent), RetryClass::Network),
        (Err(wire::TransportError::Lost), RetryClass::Network),
        (answer(200, page), RetryClass::Network),
        (answer(200, ""), RetryClass::Network),
        (
            answer(200, r#"{"token_type":"bearer"}"#),
            RetryClass::Network,
        ),
        (answer(200, TOKENS.split_at(60).0), RetryClass::Network),
        (answer(200, long), RetryClass::Network),
        (answer(401, page), RetryClass::Network),
        (answer(403, "{}"), RetryClass::Network),
        (answer(502, page), RetryClass::Transient { wait: None }),
        (answer(500, "{}"), RetryClass::Transient { wait: None }),
        (
            answer(400, body("unsupported_grant_type", "BAD_GRANT_TYPE")),
            RetryClass::Permanent,
        ),
        (
            answer(400, body("invalid_request", "")),
            RetryClass::Permanent,
        ),
    ] {
        let told = format!("{given:?}");
        assert_eq!(refused(given).await.retry_class(), class, "{told}");
    }
    let busy = refused(answer(
        429,
        r#"{"message":"You have reached your secondly limit.","policyName":"SECONDLY"}"#,
    ))
    .await;
    assert!(
        matches!(busy.retry_class(), RetryClass::Transient { .. }),
        "{busy}"
    );
}

#[tokio::test]
async fn what_became_of_a_code_is_unknown_where_no_clear_answer_came() {
    for given in [
        Err(wire::TransportError::Lost),
        answer(200, "<html>"),
        answer(200, "{}"),
    ] {
        let (oauth, _) = endpoints([given]);
        let error = oauth
            .exchange(
                &Secret::new("c"),
                &Url::parse(REDIRECT).unwrap(),
                &Secret::new("v"),
            )
            .await
            .unwrap_err();
        assert_eq!(error.retry_class(), RetryClass::UnknownOutcome, "{error}");
    }
}

#[tokio::test]
async fn no_error_and_no_debug_holds_a_secret() {
    let echo = r#"{"error":"odd","error_description":"token na1-old of se+cret&1 pat-na1-canary","status":"X"}"#;
    let error = refused(answer(400, echo)).await;
    let (oauth, _) = endpoints([answer(200, TOKENS)]);
    let grant = oauth.refresh(&Secret::new("na1-old")).await.unwrap();
    let shown = format!("{error} {error:?} {oauth:?} {grant:?} {:?}", app());
    for word in ["canary", "CAccess", "na1-next", "client-1"] {
        assert!(!shown.contains(word), "{word}: {shown}");
    }
}

#[tokio::test]
async fn a_token_that_is_gone_is_no_portals() {
    let (oauth, _) = endpoints([
        answer(200, r#"{"active":false}"#),
        answer(200, r#"{"active":true,"hub_id":"7"}"#),
    ]);
    let token = Secret::new("na1-old");
    assert_eq!(oauth.introspect(&token, true).await.unwrap(), None);
    assert_eq!(
        oauth.introspect(&token, true).await.unwrap().as_deref(),
        Some("7")
    );
}
