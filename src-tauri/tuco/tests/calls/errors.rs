//! Errors of every call, and that they keep quiet.

use crate::support::{KEY, answer, client, client_with};
use tuco::ErrorKind;
use wire::RetryClass;

#[tokio::test]
async fn somebody_else_on_the_way_is_not_taken_for_the_service() {
    for response in [
        answer(200, "<!doctype html><title>Log in to the WiFi</title>"),
        answer(302, ""),
        answer(511, "<html>"),
        answer(401, " <html>proxy</html>"),
        answer(403, "<html>blocked</html>"),
        answer(200, "hello"),
    ] {
        let (tuco, _) = client(vec![response]);
        let error = tuco.lines().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotJson);
        assert_eq!(error.retry_class(), RetryClass::Network);
    }
}

#[tokio::test]
async fn a_key_that_can_not_be_one_is_never_sent() {
    for key in ["", "tuco_sk_a\nb", "tuco_sk_\u{e9}\u{0}"] {
        let (tuco, script) = client_with(vec![], key);
        assert_eq!(
            tuco.lines().await.unwrap_err().kind,
            ErrorKind::Unauthorized,
            "{key:?}"
        );
        assert!(script.asked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_key_without_a_workspace_needs_a_person() {
    let (tuco, _) = client(vec![answer(400, r#"{"error":"No active workspace"}"#)]);
    assert_eq!(
        tuco.lines().await.unwrap_err().retry_class(),
        RetryClass::NeedsSignIn
    );
}

#[tokio::test]
async fn errors_hold_nothing_of_the_contents() {
    let text = format!(
        "No way to +12025550143 ana@example.com {KEY}\r\n\u{1b}[31m{}",
        "x".repeat(9999)
    );
    let body =
        serde_json::json!({"error": text, "code": "+12025550143", "reason": "ana@example.com"});
    for status in [400, 401, 402, 403, 404, 409, 418, 429, 500, 502] {
        let (tuco, _) = client(vec![answer(status, body.to_string())]);
        let error = tuco.lines().await.unwrap_err();
        let told = format!("{error} {error:?}");
        for private in ["2025550143", "ana@", "EXAMPLE", "\r", "\n", "\u{1b}"] {
            assert!(!told.contains(private), "{private:?} in {told}");
        }
        assert!(told.len() < 1_000, "{status}");
        assert!(!format!("{tuco:?}").contains(KEY));
    }
}
