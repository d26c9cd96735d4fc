//! Signing in to the simulated HubSpot, as a browser and a client do it.

mod journal;

use super::Rotation;
use crate::message::{HttpRequest, HttpResponse, split_target};
use crate::world::{Side, World, WorldOptions};
use serde_json::Value;

const NOW: i64 = 1_795_186_800_000;
const REDIRECT: &str = "http://localhost:17846/hubspot/signed-in";
// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const SCOPES: &str = "oauth crm.objects.contacts.read crm.objects.contacts.write";

struct Scene(World);

impl Scene {
    fn new() -> Self {
        let options = WorldOptions {
            contacts: 20,
            ..WorldOptions::default()
        };
        Self(World::new(&options, 1, NOW))
    }

    fn ask(&mut self, method: &str, target: &str, body: &str, now: i64) -> HttpResponse {
        let (path, query) = split_target(target);
        let request = HttpRequest {
            method: method.to_owned(),
            path,
            query,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        self.0.handle(Side::HubSpot, &request, now).response
    }

    fn link(&self, changes: &[(&str, &str)]) -> String {
        let client = self.0.oauth_options().client_id.clone();
        let mut query = vec![
            ("client_id", client.as_str()),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPES),
            ("optional_scope", "crm.lists.read crm.objects.owners.read"),
            ("state", "a b&c"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in changes {
            query.retain(|(key, _)| key != name);
            query.push((name, value));
        }
        form(&query)
    }

    /// The address that the browser is sent to.
    fn approve(&mut self, portal: u64) -> url::Url {
        let target = format!("/oauth/{portal}/authorize?{}", self.link(&[]));
        let answer = self.ask("POST", &target, "decision=approve", NOW);
        assert_eq!(answer.status, 302);
        url::Url::parse(answer.header("location").unwrap()).unwrap()
    }

    fn code(&mut self, portal: u64) -> String {
        let address = self.approve(portal);
        let mut pairs = address.query_pairs();
        pairs
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
            .into_owned()
    }

    /// A call of the token endpoint with changes; an empty value leaves the field out.
    fn token(&mut self, fields: &[(&str, &str)], now: i64) -> (u16, Value) {
        let options = self.0.oauth_options().clone();
        let mut all = vec![
            ("client_id", options.client_id.as_str()),
            ("client_secret", options.client_secret.as_str()),
        ];
        for (name, value) in fields {
            all.retain(|(key, _)| key != name);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        let answer = self.ask("POST", "/oauth/2026-09/token", &form(&all), now);
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }

    fn exchange(&mut self, code: &str, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ];
        fields.extend_from_slice(changes);
        self.token(&fields, NOW + 1)
    }

    fn refresh(&mut self, token: &str, now: i64) -> (u16, Value) {
        self.token(
            &[("grant_type", "refresh_token"), ("refresh_token", token)],
            now,
        )
    }

    fn account(&mut self, token: &str, now: i64) -> (u16, Value) {
        let request = HttpRequest::new("GET", "/account-info/2026-09/details", token, Vec::new());
        let answer = self.0.handle(Side::HubSpot, &request, now).response;
        (answer.status, serde_json::from_slice(&answer.body).unwrap())
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

#[test]
fn an_approved_sign_in_opens_the_portal_that_was_chosen_and_no_other() {
    let mut scene = Scene::new();
    let target = format!("/oauth/authorize?{}", scene.link(&[]));
    let picker = String::from_utf8(scene.ask("GET", &target, "", NOW).body).unwrap();
    assert!(
        picker.contains("account-1234567") && picker.contains("account-1235678"),
        "{picker}"
    );
    for (portal, name) in [
        (1_234_567, "Sandbox"),
        (1_235_678, "Sandbox, second account"),
    ] {
        let back = scene.approve(portal);
        let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
        assert!(pairs.contains(&("state".to_owned(), "a b&c".to_owned())));
        let code = &pairs.iter().find(|(name, _)| name == "code").unwrap().1;
        let (status, body) = scene.exchange(code, &[]);
        assert_eq!(
            (status, body["hub_id"].as_u64()),
            (200, Some(portal)),
            "{body}"
        );
        let (status, account) = scene.account(text(&body, "access_token"), NOW + 2);
        assert_eq!((status, text(&account, "portalName")), (200, name));
        assert_eq!(account["portalId"].as_u64(), Some(portal));
    }
}

#[test]
fn hubspot_sends_nobody_back_who_declines() {
    let mut scene = Scene::new();
    let target = format!("/oauth/1234567/authorize?{}", scene.link(&[]));
    let answer = scene.ask("POST", &target, "decision=decline", NOW);
    assert_eq!((answer.status, answer.header("location")), (200, None));
}

#[test]
fn a_link_that_is_not_in_order_ends_on_a_page() {
    let mut scene = Scene::new();
    for (change, words) in [
        (("client_id", "somebody"), "app ID is invalid"),
        (
            ("redirect_uri", "http://localhost:17848/hubspot/signed-in"),
            "match the app&#39;s registered",
        ),
        (
            ("redirect_uri", "http://127.0.0.1:17846/hubspot/signed-in"),
            "registered",
        ),
        (("scope", "oauth"), "mismatch between the scopes"),
    ] {
        let target = format!("/oauth/authorize?{}", scene.link(&[change]));
        let answer = scene.ask("GET", &target, "", NOW);
        let page = String::from_utf8(answer.body)
            .unwrap()
            .replace('\'', "&#39;");
        assert_eq!(answer.status, 400);
        assert!(page.contains(words), "{page}");
    }
}

#[test]
fn each_misuse_of_a_code_has_its_status() {
    let mut scene = Scene::new();
    for (changes, error, code) in [
        (("code", "na1-unknown"), "invalid_grant", "BAD_AUTH_CODE"),
        (("client_id", "somebody"), "invalid_client", "BAD_CLIENT_ID"),
        (("client_secret", ""), "invalid_client", "BAD_CLIENT_SECRET"),
        (
            ("redirect_uri", "http://localhost:17845/hubspot/signed-in"),
            "invalid_grant",
            "BAD_REDIRECT_URI",
        ),
        (
            ("code_verifier", "something-else"),
            "invalid_grant",
            "BAD_CODE_VERIFIER",
        ),
        (
            ("grant_type", "password"),
            "unsupported_grant_type",
            "BAD_GRANT_TYPE",
        ),
    ] {
        let fresh = scene.code(1_234_567);
        let (status, body) = scene.exchange(&fresh, &[changes]);
        assert_eq!(
            (status, text(&body, "error"), text(&body, "status")),
            (400, error, code)
        );
    }
    let code = scene.code(1_234_567);
    assert_eq!(scene.exchange(&code, &[]).0, 200);
    assert_eq!(
        text(&scene.exchange(&code, &[]).1, "status"),
        "BAD_AUTH_CODE",
        "once only"
    );
    let late = scene.code(1_234_567);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", late.as_str()),
        ("redirect_uri", REDIRECT),
    ];
    assert_eq!(
        text(&scene.token(&fields, NOW + 60_000).1, "status"),
        "BAD_AUTH_CODE",
        "late"
    );
    let scopes = scene.code(1_234_567);
    scene
        .0
        .change_oauth_options(|options| options.withheld_scopes = vec!["crm.lists.read".into()]);
    assert_eq!(
        text(&scene.exchange(&scopes, &[]).1, "status"),
        "BAD_SCOPES"
    );
    let answer = scene.ask(
        "POST",
        "/oauth/2026-09/token?grant_type=refresh_token",
        "",
        NOW,
    );
    assert_eq!(answer.status, 400, "nothing in the query");
}

#[test]
fn scopes_that_the_account_lacks_are_dropped_where_they_are_optional() {
    let mut scene = Scene::new();
    scene
        .0
        .change_oauth_options(|options| options.withheld_scopes = vec!["crm.lists.read".into()]);
    let code = scene.code(1_234_567);
    let (_, body) = scene.exchange(&code, &[]);
    let scopes: Vec<&str> = body["scopes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(scopes.contains(&"crm.objects.owners.read") && !scopes.contains(&"crm.lists.read"));
}

#[test]
fn an_access_token_ends_after_half_an_hour_and_a_refresh_token_only_when_it_is_revoked() {
    let mut scene = Scene::new();
    let code = scene.code(1_234_567);
    let (_, body) = scene.exchange(&code, &[]);
    let (access, refresh) = (
        text(&body, "access_token").to_owned(),
        text(&body, "refresh_token").to_owned(),
    );
    assert_eq!(body["expires_in"], 1_800);
    assert_eq!(scene.account(&access, NOW + 1_800_000).0, 200);
    let (status, expired) = scene.account(&access, NOW + 1_801_000);
    assert_eq!(
        (status, text(&expired, "category")),
        (401, "EXPIRED_AUTHENTICATION")
    );
    let (status, body) = scene.refresh(&refresh, NOW + 1_801_000);
    assert_eq!(
        (status, text(&body, "refresh_token")),
        (200, refresh.as_str())
    );
    let access = text(&body, "access_token").to_owned();
    let options = scene.0.oauth_options().clone();
    let fields = [
        ("client_id", options.client_id.as_str()),
        ("client_secret", options.client_secret.as_str()),
        ("token", refresh.as_str()),
    ];
    let about = |scene: &mut Scene| {
        let answer = scene.ask(
            "POST",
            "/oauth/2026-09/token/introspect",
            &form(&fields),
            NOW + 1_802_000,
        );
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    assert_eq!(about(&mut scene)["hub_id"], 1_234_567);
    assert_eq!(
        scene
            .ask("POST", "/oauth/2026-09/token/revoke", &form(&fields), NOW)
            .status,
        204
    );
    assert_eq!(about(&mut scene)["active"], false);
    assert_eq!(
        text(&scene.refresh(&refresh, NOW + 1_803_000).1, "status"),
        "BAD_REFRESH_TOKEN"
    );
    assert_eq!(
        scene.account(&access, NOW + 1_803_000).0,
        200,
        "what was issued lives on"
    );
}

#[test]
fn a_rotated_refresh_token_dies_with_the_use_of_the_next_one_or_at_once() {
    for (rotation, old_works) in [(Rotation::UntilUsed, true), (Rotation::AtOnce, false)] {
        let mut scene = Scene::new();
        scene
            .0
            .change_oauth_options(|options| options.rotation = rotation);
        let code = scene.code(1_234_567);
        let first = text(&scene.exchange(&code, &[]).1, "refresh_token").to_owned();
        let second = text(&scene.refresh(&first, NOW).1, "refresh_token").to_owned();
        assert_ne!(first, second);
        assert_eq!(scene.refresh(&first, NOW).0 == 200, old_works);
        let third = text(&scene.refresh(&first, NOW).1, "refresh_token").to_owned();
        let newest = if old_works { third } else { second };
        assert_eq!(scene.refresh(&newest, NOW).0, 200);
        assert_eq!(scene.refresh(&first, NOW).0, 400);
    }
}

#[test]
fn an_app_that_leaves_takes_all_its_tokens_with_it() {
    let mut scene = Scene::new();
    let code = scene.code(1_234_567);
    let (_, body) = scene.exchange(&code, &[]);
    let (access, refresh) = (
        text(&body, "access_token").to_owned(),
        text(&body, "refresh_token").to_owned(),
    );
    let request = HttpRequest::new(
        "DELETE",
        "/appinstalls/2026-09/external-install",
        &access,
        Vec::new(),
    );
    assert_eq!(
        scene
            .0
            .handle(Side::HubSpot, &request, NOW + 5)
            .response
            .status,
        204
    );
    assert_eq!(scene.account(&access, NOW + 6).0, 401);
    assert_eq!(
        text(&scene.refresh(&refresh, NOW + 6).1, "status"),
        "BAD_REFRESH_TOKEN"
    );
    let again = scene.code(1_235_678);
    let token = text(&scene.exchange(&again, &[]).1, "refresh_token").to_owned();
    scene
        .0
        .change_oauth_options(|options| options.gone_portals = vec![1_235_678]);
    assert_eq!(text(&scene.refresh(&token, NOW + 6).1, "status"), "BAD_HUB");
}
