//! The door itself: what it shows, where it stands, and whom it does not let in.

use crate::scene::{Scene, browser, get, raw};
use crate::waiting::{PATH, Waiting, status};
use std::time::Duration;

#[tokio::test]
async fn the_last_page_has_no_script_and_the_way_to_it_no_code() {
    let waiting = Waiting::begin().await;
    let (code, state) = (waiting.parameter("code"), waiting.parameter("state"));
    let answer = browser().get(waiting.back.clone()).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/hubspot/done");
    let clean = waiting.back.join("/hubspot/done").unwrap();
    let page = browser().get(clean).send().await.unwrap();
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(page.headers()[name], value);
    }
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    let text = page.text().await.unwrap();
    for word in ["<script", "style", "http", code.as_str(), state.as_str()] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let shown = format!("{:?}", waiting.answer.await.unwrap().unwrap());
    assert!(!shown.contains(&code) && !shown.contains(&state), "{shown}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn it_listens_on_loopback_alone_and_is_gone_two_seconds_later() {
    use crate::scene::listening;
    let waiting = Waiting::begin().await;
    let port = waiting.port;
    // 127.0.0.1 and ::1, as the kernel writes them.
    assert_eq!(
        listening(port),
        ["00000000000000000000000001000000", "0100007F"]
    );
    // The browser never fetches the last page.
    assert_eq!(waiting.get(&waiting.target()).await, 303);
    let gone = async {
        while !listening(port).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(2), gone)
        .await
        .unwrap();
    waiting.answer.await.unwrap().unwrap();
    // And where whoever waited goes away.
    let attempt = waiting.scene.begin().await.unwrap();
    let port = attempt.port();
    drop(attempt);
    assert!(listening(port).is_empty());
}

#[tokio::test]
async fn a_page_that_loads_us_or_sends_too_much_is_refused() {
    let waiting = Waiting::begin().await;
    let port = waiting.port;
    for more in [
        "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n",
        "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
        "Host: evil.example\r\n",
    ] {
        let answer = raw(port, get(port, &waiting.target(), more)).await;
        assert!([400, 403].contains(&status(&answer)), "{more}: {answer}");
    }
    let with_body = get(port, &waiting.target(), "Content-Length: 3\r\n") + "abc";
    assert_eq!(status(&raw(port, with_body).await), 413);
    let endless = get(port, &format!("{PATH}?x={}", "a".repeat(20_000)), "");
    assert!(![200, 303].contains(&status(&raw(port, endless).await)));
    let answer = raw(
        port,
        get(
            port,
            &waiting.target(),
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
        ),
    )
    .await;
    assert_eq!(status(&answer), 303, "a person's own browser");
    waiting.answer.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_error_that_says_not_whose_it_is_is_told_and_ends_nothing() {
    let scene = Scene::set().await;
    let attempt = scene.begin().await.unwrap();
    let back = scene.approve(attempt.link(), scene.portal()).await;
    let (port, mut heard) = (attempt.port(), Vec::new());
    let wait = tokio::spawn(async move {
        let answer = attempt.answer(|denial| heard.push(denial)).await;
        (answer, heard)
    });
    let target = format!("{PATH}?error=access_denied&error_description=%3Cb%3Eno%E2%80%AE%0A");
    assert_eq!(status(&raw(port, get(port, &target, "")).await), 400);
    let target = format!("{PATH}?{}", back.query().unwrap());
    assert_eq!(status(&raw(port, get(port, &target, "")).await), 303);
    let (answer, heard) = wait.await.unwrap();
    answer.unwrap();
    assert_eq!(
        (heard.len(), heard[0].text.as_str()),
        (1, "<b>no"),
        "as plain text"
    );
}
