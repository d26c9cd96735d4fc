//! The world over real sockets: what a fault looks like to a client that knows nothing of it.

use sandbox::launch::{Launch, Launched};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn start() -> Launched {
    Launch {
        contacts: 20,
        ..Launch::default()
    }
    .start()
    .await
    .unwrap()
}

/// Sends one request and reads until the connection ends. The error is that of the socket.
async fn exchange(base: &str, head: &str, key: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).await?;
    let request = format!(
        "{head} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer).await {
        Ok(_) => Ok(String::from_utf8_lossy(&answer).into_owned()),
        Err(error) if answer.is_empty() => Err(error),
        Err(_) => Ok(String::from_utf8_lossy(&answer).into_owned()),
    }
}

async fn control(world: &Launched, head: &str, body: &Value) -> Value {
    let text = exchange(&world.endpoints.tuco_url, head, "", &body.to_string())
        .await
        .unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_default()
}

async fn fault(world: &Launched, fault: &Value) {
    exchange(&world.endpoints.tuco_url, "DELETE /_sandbox/faults", "", "")
        .await
        .unwrap();
    let rule = json!([{"path": "/api/messages", "fault": fault}]);
    control(world, "POST /_sandbox/faults", &rule).await;
}

async fn send(world: &Launched) -> std::io::Result<String> {
    let body = json!({"recipientPhone": "+12125550100", "message": "Hello"}).to_string();
    let key = &world.endpoints.tuco_api_key;
    exchange(&world.endpoints.tuco_url, "POST /api/messages", key, &body).await
}

async fn sends_made(world: &Launched) -> usize {
    let view = control(world, "GET /_sandbox/world", &Value::Null).await;
    view["sends"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_reset_is_a_reset_and_after_the_commit_it_was_done() {
    let world = start().await;
    fault(&world, &json!("reset_before")).await;
    let lost = send(&world).await.unwrap_err();
    assert_eq!(lost.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(sends_made(&world).await, 0);
    fault(&world, &json!("reset_after_commit")).await;
    let lost = send(&world).await.unwrap_err();
    assert_eq!(lost.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(
        sends_made(&world).await,
        1,
        "the client cannot know, but it was done"
    );
}

#[tokio::test]
async fn a_cut_answer_promises_more_than_it_gives() {
    let world = start().await;
    for name in ["half_body", "wrong_length"] {
        fault(&world, &json!(name)).await;
        let text = send(&world).await.unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .unwrap();
        assert!(
            length.parse::<usize>().unwrap() > body.len(),
            "{name}: {text}"
        );
        assert!(!body.is_empty(), "{name}: the beginning arrives");
        let whole = serde_json::from_str::<Value>(body).is_ok();
        assert_eq!(whole, name == "wrong_length");
    }
}

#[tokio::test]
async fn a_hanging_answer_holds_up_nobody_else() {
    let world = start().await;
    fault(&world, &json!("hang_after_commit")).await;
    let hanging = tokio::time::timeout(Duration::from_millis(200), send(&world));
    assert!(hanging.await.is_err(), "no answer comes");
    assert_eq!(sends_made(&world).await, 1);
}

#[tokio::test]
async fn a_drip_ends_whole() {
    let world = start().await;
    fault(&world, &json!({"drip": {"bytes_per_second": 3000}})).await;
    let text = send(&world).await.unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(serde_json::from_str::<Value>(body).is_ok());
}

#[tokio::test]
async fn a_webhook_is_posted_and_its_test_says_what_came_back() {
    let world = start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let key = world.endpoints.tuco_api_key.clone();
    let body = json!({"url": url, "name": "desk", "events": ["message.reply"]}).to_string();
    let base = world.endpoints.tuco_url.clone();
    let made = exchange(&base, "POST /api/webhooks", &key, &body)
        .await
        .unwrap();
    let made: Value = serde_json::from_str(made.split_once("\r\n\r\n").unwrap().1).unwrap();
    let receiver = tokio::spawn(async move {
        let mut heads = Vec::new();
        for status in ["204 No Content", "500 Broken"] {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            while !text.ends_with('}') {
                let mut part = [0; 4096];
                let count = stream.read(&mut part).await.unwrap();
                text.push_str(&String::from_utf8_lossy(&part[..count]));
            }
            heads.push(text);
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    control(
        &world,
        "POST /_sandbox/reply",
        &json!({"from": "+12125550100", "text": "hi"}),
    )
    .await;
    let told = async {
        loop {
            let deliveries = control(&world, "GET /_sandbox/deliveries", &Value::Null).await;
            let list = exchange(&base, "GET /api/webhooks", &key, "")
                .await
                .unwrap();
            if list.contains("\"lastSuccessAt\":\"") {
                return deliveries;
            }
            tokio::task::yield_now().await;
        }
    };
    let told = tokio::time::timeout(Duration::from_secs(20), told)
        .await
        .unwrap();
    assert_eq!(told["deliveries"][0]["body"]["event"], "message.reply");
    let id = made["id"].as_str().unwrap();
    let probe = format!("POST /api/webhooks/{id}/health-check");
    let outcome = exchange(&base, &probe, &key, "").await.unwrap();
    assert!(
        outcome.contains("\"success\":false") && outcome.contains("\"statusCode\":500"),
        "{outcome}"
    );
    let heads = receiver.await.unwrap();
    assert!(heads.iter().all(|head| head.contains("x-tuco-signature: ")));
}

#[tokio::test]
async fn two_worlds_can_run_beside_each_other() {
    let (one, two) = (start().await, start().await);
    assert_ne!(one.endpoints.hubspot_url, two.endpoints.hubspot_url);
    let token = &one.endpoints.hubspot_token;
    let url = &one.endpoints.hubspot_url;
    let text = exchange(url, "GET /crm/objects/2026-09/contacts", token, "")
        .await
        .unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    two.served.shutdown().await;
    assert!(
        exchange(&two.endpoints.tuco_url, "GET /_sandbox/clock", "", "")
            .await
            .is_err()
    );
}
