//! Forty-two ways in which a browser, or somebody who plays one, may come back.

use crate::scene::{Scene, get, is_open, raw, store};
use crate::waiting::{PATH, Waiting, status};
use bridge::sign_in::{SignInError, finish};
use std::collections::BTreeSet;

/// Cases that were done, by their names.
#[derive(Default)]
struct Done(BTreeSet<&'static str>);

impl Done {
    fn is(&mut self, name: &'static str) {
        assert!(self.0.insert(name), "{name} twice");
    }
}

/// Answers without the right state and code are refused, and the right one is still believed.
async fn impossible_parameters(done: &mut Done) {
    let long = "c".repeat(4_096);
    for (name, wanted) in [
        ("state missing", 400),
        ("state empty", 400),
        ("state wrong", 400),
        ("state in another case", 400),
        ("state twice", 400),
        ("code missing", 400),
        ("code empty", 400),
        ("code twice", 400),
        ("code of 4 KB", 400),
        ("code with NUL", 400),
    ] {
        let waiting = Waiting::begin().await;
        let (code, state) = (waiting.parameter("code"), waiting.parameter("state"));
        let (code, state) = (code.as_str(), state.as_str());
        let upper = state.to_uppercase();
        let wrong = "0".repeat(64);
        let target = waiting.with(&match name {
            "state missing" => vec![("code", code)],
            "state empty" => vec![("code", code), ("state", "")],
            "state wrong" => vec![("code", code), ("state", &wrong)],
            "state in another case" => vec![("code", code), ("state", &upper)],
            "state twice" => vec![("code", code), ("state", state), ("state", state)],
            "code missing" => vec![("state", state)],
            "code empty" => vec![("state", state), ("code", "")],
            "code twice" => vec![("state", state), ("code", code), ("code", code)],
            "code of 4 KB" => vec![("state", state), ("code", &long)],
            _ => vec![("state", state), ("code", "na1\0x")],
        });
        assert_eq!(waiting.get(&target).await, wanted, "{name}");
        waiting.succeed().await;
        done.is(name);
    }
}

async fn used_twice(done: &mut Done) {
    let waiting = Waiting::begin().await;
    assert_eq!(waiting.get(&waiting.target()).await, 303);
    assert_eq!(waiting.get(&waiting.target()).await, 410, "used once");
    assert_eq!(waiting.get("/hubspot/done").await, 200);
    waiting.answer.await.unwrap().unwrap();
    done.is("state replayed");

    let first = Waiting::begin().await;
    let code = first.parameter("code");
    let scene = Scene { ..first.scene };
    assert_eq!(
        status(
            &raw(
                first.port,
                get(
                    first.port,
                    &format!("{PATH}?{}", first.back.query().unwrap()),
                    ""
                )
            )
            .await
        ),
        303
    );
    let answer = first.answer.await.unwrap().unwrap();
    finish(&scene.access, answer, scene.tuco(), None)
        .await
        .unwrap();
    let attempt = scene.begin().await.unwrap();
    let mut back = scene.approve(attempt.link(), scene.portal()).await;
    let state = back
        .query_pairs()
        .find(|(key, _)| key == "state")
        .unwrap()
        .1
        .into_owned();
    back.query_pairs_mut()
        .clear()
        .append_pair("code", &code)
        .append_pair("state", &state);
    let error = Waiting::of(scene, attempt, back).finished().await;
    assert_eq!(error.code(), "sign_in_code");
    done.is("code replayed");
}

async fn hubspot_says_no(done: &mut Done) {
    for (name, words) in [
        ("access_denied", "super admin"),
        ("invalid_scope", "scopes"),
        ("unauthorized_client", "client id"),
        ("server_error", "some minutes"),
        ("an_error_of_tomorrow", "begin anew"),
    ] {
        let scene = Scene::set().await;
        scene.change(|options| options.redirect_error = Some(name.to_owned()));
        let waiting = Waiting::in_scene(scene).await;
        assert_eq!(waiting.get(&waiting.target()).await, 303);
        let page = raw(waiting.port, get(waiting.port, "/hubspot/done", "")).await;
        assert!(
            page.contains("did not connect") && !page.contains(name),
            "{page}"
        );
        let error = waiting.end().await;
        let text = error.to_string();
        assert_eq!(error.code(), "denied");
        assert!(
            text.to_lowercase().contains(words) && text.contains(name),
            "{text}"
        );
        done.is(name);
    }
}

async fn odd_requests(done: &mut Done) {
    for name in [
        "extra parameters",
        "another path",
        "POST",
        "HEAD",
        "a second connection",
        "Host of a stranger",
        "Host of a stranger with the port",
        "Host with another port",
        "Host that begins like ours",
        "with an Origin",
    ] {
        let waiting = Waiting::begin().await;
        let port = waiting.port;
        let target = waiting.target();
        let with_host = |host: &str| format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
        let (request, wanted) = match name {
            "extra parameters" => (get(port, &format!("{target}&hl=en&scope=x"), ""), 303),
            "another path" => (
                get(port, &target.replace("signed-in", "signed-out"), ""),
                404,
            ),
            "POST" => (
                get(port, &target, "Content-Length: 0\r\n").replacen("GET", "POST", 1),
                405,
            ),
            "HEAD" => (get(port, &target, "").replacen("GET", "HEAD", 1), 405),
            "a second connection" => (get(port, "/", ""), 404),
            "Host of a stranger" => (with_host("evil.example"), 403),
            "Host of a stranger with the port" => (with_host(&format!("evil.example:{port}")), 403),
            "Host with another port" => (with_host("localhost:80"), 403),
            "Host that begins like ours" => {
                (with_host(&format!("localhost.evil.example:{port}")), 403)
            }
            _ => (get(port, &target, "Origin: http://localhost\r\n"), 403),
        };
        // Somebody who has connected and says nothing holds nobody up.
        let _silent = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let answer = raw(port, request).await;
        assert_eq!(status(&answer), wanted, "{name}: {answer}");
        assert!(!answer.to_lowercase().contains("access-control"), "no CORS");
        if wanted == 303 {
            waiting.answer.await.unwrap().unwrap();
        } else {
            waiting.succeed().await;
        }
        done.is(name);
    }
}

async fn times_and_ports(done: &mut Done) {
    let scene = Scene::set().await;
    assert!(scene.ports.iter().all(|port| !is_open(*port)));
    done.is("before the start");

    let waiting = Waiting::in_scene(scene).await;
    waiting.scene.clock.end_long_waits();
    assert!(matches!(waiting.end().await, SignInError::TimedOut));
    done.is("after five minutes");

    let waiting = Waiting::begin().await;
    waiting.control.cancel();
    assert!(matches!(waiting.end().await, SignInError::Cancelled));
    done.is("cancelled");

    let scene = Scene::set().await;
    let [one, two, three] = scene.ports;
    let _four = std::net::TcpListener::bind(("127.0.0.1", one)).unwrap();
    let _six = std::net::TcpListener::bind(("::1", two)).unwrap();
    let attempt = scene.begin().await.unwrap();
    assert_eq!(
        attempt.port(),
        three,
        "a port counts as taken on either family"
    );
    let refused = scene.begin().await.map(drop).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains(&format!("{one}, {two} and {three}")),
        "{refused}"
    );
    done.is("ports taken");

    // The browser could not be opened here, or could not come back: the address is pasted.
    let back = scene.approve(attempt.link(), scene.portal()).await;
    let waiting = Waiting::of(scene, attempt, back);
    for nonsense in [
        "",
        "na1-code",
        "https://app.hubspot.com/oauth/authorize",
        "http://localhost:1/x?code=1",
    ] {
        assert!(waiting.control.paste(nonsense).is_err(), "{nonsense}");
    }
    let old = waiting.back.as_str().replace("state=", "state=0");
    assert!(
        waiting
            .control
            .paste(&old)
            .unwrap_err()
            .to_string()
            .contains("earlier")
    );
    waiting
        .control
        .paste(&format!("  {}\n", waiting.back))
        .unwrap();
    let answer = waiting.answer.await.unwrap().unwrap();
    finish(&waiting.scene.access, answer, waiting.scene.tuco(), None)
        .await
        .unwrap();
    done.is("no browser");
}

async fn token_endpoint(done: &mut Done) {
    let without_refresh =
        r#"{\"token_type\":\"bearer\",\"access_token\":\"CAccess\",\"expires_in\":1800}"#;
    let long = format!(
        r#"{{\"token_type\":\"bearer\",\"access_token\":\"{}\"}}"#,
        "a".repeat(9_000)
    );
    let body = |status: u16, body: &str| {
        format!(r#"{{"status": {{"status": {status}, "body": "{body}"}}}}"#)
    };
    let refused =
        r#"{\"error\":\"invalid_client\",\"status\":\"BAD_CLIENT_SECRET\",\"message\":\"x\"}"#;
    for (name, fault, code) in [
        ("token 400", body(400, refused), "app_client_secret"),
        ("token 401", body(401, refused), "app_client_secret"),
        (
            "token 429",
            r#"{"status": {"status": 429}}"#.to_owned(),
            "busy",
        ),
        (
            "token 500",
            r#"{"status": {"status": 500}}"#.to_owned(),
            "no_clear_answer",
        ),
        (
            "token never comes",
            r#""hang_after_commit""#.to_owned(),
            "no_clear_answer",
        ),
        (
            "token cut off",
            r#""half_body""#.to_owned(),
            "no_clear_answer",
        ),
        (
            "token as HTML",
            r#""html200""#.to_owned(),
            "no_clear_answer",
        ),
        (
            "token without a refresh token",
            body(200, without_refresh),
            "no_refresh_token",
        ),
        ("token over 8 KB", body(200, &long), "no_clear_answer"),
    ] {
        let waiting = Waiting::begin().await;
        waiting.scene.fault(&fault);
        let error = waiting.finished().await;
        assert_eq!(error.code(), code, "{name}: {error}");
        done.is(name);
    }
}

async fn another_portal(done: &mut Done) {
    let waiting = Waiting::begin().await;
    let (scene, folder) = (waiting.scene, tempfile::tempdir().unwrap());
    let answer = {
        assert_eq!(
            status(
                &raw(
                    waiting.port,
                    get(
                        waiting.port,
                        &format!("{PATH}?{}", waiting.back.query().unwrap()),
                        ""
                    )
                )
                .await
            ),
            303
        );
        waiting.answer.await.unwrap().unwrap()
    };
    let signed = finish(&scene.access, answer, scene.tuco(), None)
        .await
        .unwrap();
    let vault: std::sync::Arc<dyn bridge::vault::Vault> =
        std::sync::Arc::new(bridge::vault::SessionOnly::default());
    let (row, _) = signed
        .adopt(&mut store(&folder), Some("Mine"), &scene.access, &vault)
        .unwrap();
    let attempt = scene.begin().await.unwrap();
    let back = scene.approve(attempt.link(), scene.other_portal()).await;
    let (port, wait) = (attempt.port(), tokio::spawn(attempt.answer(|_| {})));
    assert_eq!(
        status(
            &raw(
                port,
                get(port, &format!("{PATH}?{}", back.query().unwrap()), "")
            )
            .await
        ),
        303
    );
    let answer = wait.await.unwrap().unwrap();
    let error = finish(&scene.access, answer, scene.tuco(), Some(&row))
        .await
        .map(drop)
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("\"Sandbox\" (1234567)")
            && text.contains("\"Sandbox, second account\" (1235678)"),
        "{text}"
    );
    assert_eq!(
        scene.asked("POST /oauth/2026-09/token/revoke"),
        1,
        "what was issued is given back"
    );
    done.is("another portal");
}

#[tokio::test]
async fn forty_two_ways_to_come_back() {
    let mut done = Done::default();
    impossible_parameters(&mut done).await;
    used_twice(&mut done).await;
    hubspot_says_no(&mut done).await;
    odd_requests(&mut done).await;
    times_and_ports(&mut done).await;
    token_endpoint(&mut done).await;
    another_portal(&mut done).await;
    assert_eq!(done.0.len(), 42, "{:?}", done.0);
}
