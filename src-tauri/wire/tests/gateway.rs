//! The gateway over a scripted transport, in virtual time.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wire::transport::{HeaderMap, StatusCode};
use wire::*;

struct Virtual(tokio::time::Instant);

impl Clock for Virtual {
    fn now(&self) -> Timestamp {
        i64::try_from(self.0.elapsed().as_millis()).unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Answers from a list; with nothing left it never answers.
struct Script(Mutex<VecDeque<Result<Response, TransportError>>>);

impl Transport for Script {
    fn send(&self, _request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(async {
            let next = self.0.lock().unwrap().pop_front();
            match next {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        })
    }
}

fn gateway(answers: impl IntoIterator<Item = Result<Response, TransportError>>) -> Gateway {
    let script = Script(Mutex::new(answers.into_iter().collect()));
    let clock = Arc::new(Virtual(tokio::time::Instant::now()));
    Gateway::new(
        Arc::new(script),
        clock,
        Arc::new(Pace::new(Vec::new())),
        "test",
    )
}

fn status(code: u16) -> Result<Response, TransportError> {
    let status = StatusCode::from_u16(code).unwrap();
    Ok(Response {
        status,
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
    })
}

fn call(repeat: Repeat) -> Call {
    let request = Request {
        method: Method::GET,
        url: Origin::tuco().url_of(&["api", "ana@example.com"], &[("q", "+12025550143")]),
        headers: HeaderMap::new(),
        body: bytes::Bytes::from_static(b"dear Ana"),
        timeout: Duration::from_secs(30),
    };
    Call {
        request,
        groups: &[],
        priority: Priority::Background,
        repeat,
        name: "test.call",
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_call_ends_in_time_and_its_class_depends_on_the_call() {
    let gateway = gateway([]);
    let before = tokio::time::Instant::now();
    let read = gateway.call(call(Repeat::Safe)).await.unwrap_err();
    assert_eq!(before.elapsed().as_secs(), 30);
    assert_eq!(read.retry_class(), RetryClass::Network);
    let write = gateway.call(call(Repeat::Once)).await.unwrap_err();
    assert_eq!(write.retry_class(), RetryClass::UnknownOutcome);
    assert_eq!(gateway.calls(), 2);
    assert_eq!(gateway.calls_by_name().get("test.call"), Some(&2));
}

#[tokio::test(start_paused = true)]
async fn what_never_left_may_be_sent_again() {
    let gateway = gateway([Err(TransportError::NotSent)]);
    let failure = gateway.call(call(Repeat::Once)).await.unwrap_err();
    assert_eq!(failure.retry_class(), RetryClass::Network);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_answer_is_left_alone() {
    let lost = || Err(TransportError::Lost);
    let gateway = gateway([
        status(500),
        lost(),
        status(503),
        lost(),
        status(502),
        status(404),
    ]);
    for _ in 0..5 {
        drop(gateway.call(call(Repeat::Safe)).await);
    }
    assert!(gateway.is_broken());
    let failure = gateway.call(call(Repeat::Safe)).await.unwrap_err();
    let wait = Duration::from_secs(30);
    assert_eq!(failure, Failure::BreakerOpen { wait });
    assert_eq!(
        gateway.calls(),
        5,
        "what is held back does not count as a call"
    );
    tokio::time::sleep(wait).await;
    // A refusal is an answer: the host is back.
    assert_eq!(gateway.call(call(Repeat::Safe)).await.unwrap().status, 404);
    assert!(!gateway.is_broken());
}

#[tokio::test(start_paused = true)]
async fn refusals_never_open_the_breaker() {
    let gateway = gateway((0..20).map(|at| status([401, 404, 429, 400][at % 4])));
    for _ in 0..20 {
        gateway.call(call(Repeat::Safe)).await.unwrap();
    }
    assert!(!gateway.is_broken());
}

/// A writer that keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_names_the_call_and_nothing_of_its_contents() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let mut answer = status(200).unwrap();
    let id = "0b7a3c52-1f2e-4d3c-9b8a-0123456789ab";
    answer
        .headers
        .insert("x-hubspot-correlation-id", id.parse().unwrap());
    answer.body = bytes::Bytes::from_static(b"from Ana");
    let gateway = gateway([Ok(answer), Err(TransportError::Lost)]);
    gateway.call(call(Repeat::Safe)).await.unwrap();
    gateway.call(call(Repeat::Safe)).await.unwrap_err();
    drop(guard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 2, "one line a call: {text}");
    assert!(
        text.contains("test.call") && text.contains("status=200") && text.contains(id),
        "{text}"
    );
    for private in ["ana", "Ana", "2025550143", "/api", "app.tuco.ai"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}
