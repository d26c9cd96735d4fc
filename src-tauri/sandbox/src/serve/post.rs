//! Posting webhooks: once, to this machine only, with ten seconds for the receiver. A call to any
//! other host is only kept for `GET /_sandbox/deliveries`: the sandbox never leaves the machine.

use super::{lock, wall_clock};
use crate::message::HttpResponse;
use crate::tuco::Delivery;
use crate::tuco::webhook::is_loopback;
use crate::world::World;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::mpsc::Receiver;
use url::Url;

/// How long a receiver may take. <https://docs.tuco.ai/api-reference/message-webhooks>
const LIMIT: Duration = Duration::from_secs(10);

/// Why a webhook was not delivered.
#[derive(Debug, thiserror::Error)]
enum PostError {
    #[error("the sandbox posts to http on this machine only")]
    Elsewhere,
    #[error("no answer within ten seconds")]
    TooLate,
    #[error("could not connect: {0}")]
    Connect(#[from] std::io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("{0}")]
    Request(#[from] hyper::http::Error),
}

/// Posts what comes in, each on a task of its own: a slow receiver holds up nobody else.
pub(super) async fn post_all(world: Arc<Mutex<World>>, mut waiting: Receiver<Delivery>) {
    let mut calls = tokio::task::JoinSet::new();
    while let Some(delivery) = waiting.recv().await {
        let world = Arc::clone(&world);
        calls.spawn(async move {
            let outcome = post(&delivery).await;
            let success = outcome.is_ok_and(|(status, _)| (200..300).contains(&status));
            let mut world = lock(&world);
            let now = wall_clock() + world.clock_offset();
            world.workspace.delivered(delivery.webhook, success, now);
        });
        while calls.try_join_next().is_some() {}
    }
}

/// Posts a test and says what came back, in Tuco's words.
pub(super) async fn probe(world: &Mutex<World>, delivery: &Delivery) -> HttpResponse {
    let outcome = post(delivery).await;
    let success = matches!(&outcome, Ok((status, _)) if (200..300).contains(status));
    {
        let mut world = lock(world);
        let now = wall_clock() + world.clock_offset();
        world.workspace.delivered(delivery.webhook, success, now);
    }
    let body = match outcome {
        Ok((status, response)) if success => json!({
            "success": true, "message": "Webhook test successful", "statusCode": status,
            "response": response,
        }),
        Ok((status, response)) => json!({
            "success": false, "error": "Webhook test failed", "details": response,
            "statusCode": status,
        }),
        Err(error) => json!({
            "success": false, "error": "Webhook test failed", "details": error.to_string(),
            "statusCode": 0,
        }),
    };
    HttpResponse::json(200, &body)
}

async fn post(delivery: &Delivery) -> Result<(u16, String), PostError> {
    let url = Url::parse(&delivery.url).map_err(|_| PostError::Elsewhere)?;
    if url.scheme() != "http" || !is_loopback(&url) {
        return Err(PostError::Elsewhere);
    }
    tokio::time::timeout(LIMIT, post_to(&url, delivery))
        .await
        .map_err(|_| PostError::TooLate)?
}

async fn post_to(url: &Url, delivery: &Delivery) -> Result<(u16, String), PostError> {
    let host = url
        .host_str()
        .unwrap_or("127.0.0.1")
        .trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or(80);
    let stream = TcpStream::connect((host, port)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let path = url.query().map_or(url.path().to_owned(), |query| {
        format!("{}?{query}", url.path())
    });
    let mut request = hyper::Request::post(path).header(
        "host",
        format!("{}:{port}", url.host_str().unwrap_or_default()),
    );
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(delivery.body.clone())))?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), 64 << 10).collect().await;
    let text = body.map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    drop(sender);
    driver.abort();
    Ok((status, text.unwrap_or_default().chars().take(500).collect()))
}
