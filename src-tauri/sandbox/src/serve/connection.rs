//! One connection: requests in, the world's answers out, in the manner that the world said.

use super::body::Answer as AnswerBody;
use super::{lock, post, wall_clock};
use crate::message::{HttpRequest, HttpResponse, split_target};
use crate::tuco::Delivery;
use crate::world::{Answer, Manner, Side, World};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::Sender;

/// A body may be so large.
const MOST_BYTES: usize = 8 << 20;

/// What a connection needs to answer.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) world: Arc<Mutex<World>>,
    pub(super) side: Side,
    pub(super) deliveries: Sender<Delivery>,
}

/// The connection is to end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
struct Reset;

/// Serves one connection until either side ends it.
pub(super) async fn run(stream: TcpStream, service: Service, _permit: OwnedSemaphorePermit) {
    // Answers are small; without this the last packet of each would wait.
    let _ = stream.set_nodelay(true);
    let reset = Arc::new(AtomicBool::new(false));
    let socket = Socket {
        stream,
        reset: Arc::clone(&reset),
    };
    let answer = hyper::service::service_fn(move |request| {
        let (service, reset) = (service.clone(), Arc::clone(&reset));
        async move { service.answer(request, &reset).await }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(600))
        .serve_connection(TokioIo::new(socket), answer);
    // An error here is a client that went away, or a fault that was asked for.
    let _ = connection.await;
}

impl Service {
    async fn answer(
        &self,
        request: Request<Incoming>,
        reset: &AtomicBool,
    ) -> Result<Response<AnswerBody>, Reset> {
        let request = match read(request).await {
            Ok(request) => request,
            Err(refusal) => return Ok(whole(refusal)),
        };
        let (answer, due) = {
            let mut world = lock(&self.world);
            let now = wall_clock() + world.clock_offset();
            let mut answer = world.handle(self.side, &request, now);
            // The world's clock, which a test may have moved, not this machine's.
            if let Some(date) = http_date(now) {
                answer.response.headers.push(("date".to_owned(), date));
            }
            (answer, world.take_deliveries())
        };
        let answer = self.deliver(answer, due).await;
        perform(answer, reset).await
    }

    /// Hands the webhook calls on; a test of a webhook waits for its own.
    async fn deliver(&self, mut answer: Answer, due: Vec<Delivery>) -> Answer {
        for delivery in due {
            if delivery.probe {
                answer.response = post::probe(&self.world, &delivery).await;
            } else {
                // A full queue drops the call: webhooks are sent once and never again.
                let _ = self.deliveries.try_send(delivery);
            }
        }
        answer
    }
}

/// RFC 9110, 5.6.7.
fn http_date(at: i64) -> Option<String> {
    let at = chrono::DateTime::from_timestamp_millis(at)?;
    Some(at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
}

async fn read(request: Request<Incoming>) -> Result<HttpRequest, HttpResponse> {
    let (parts, body) = request.into_parts();
    let limited = Limited::new(body, MOST_BYTES).collect().await;
    let body = limited
        .map_err(|_| HttpResponse::empty(413))?
        .to_bytes()
        .to_vec();
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let (path, query) = split_target(target);
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    Ok(HttpRequest {
        method: parts.method.as_str().to_owned(),
        path,
        query,
        headers,
        body,
    })
}

async fn perform(answer: Answer, reset: &AtomicBool) -> Result<Response<AnswerBody>, Reset> {
    let Answer { response, manner } = answer;
    match manner {
        Manner::Whole => Ok(whole(response)),
        Manner::Delay { ms } => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(whole(response))
        }
        // Ends when the client gives up: hyper drops this with the connection.
        Manner::Hang => std::future::pending().await,
        Manner::ResetBefore | Manner::ResetAfter => {
            reset.store(true, Ordering::Relaxed);
            Err(Reset)
        }
        Manner::Cut { at } => {
            let length = response.body.len();
            Ok(pieces(response, length, |body| AnswerBody::cut(body, at)))
        }
        Manner::WrongLength => {
            let length = response.body.len();
            Ok(pieces(response, length + 64, |body| {
                AnswerBody::cut(body, length)
            }))
        }
        Manner::Drip { bytes_per_second } => {
            let length = response.body.len();
            Ok(pieces(response, length, |body| {
                AnswerBody::drip(body, bytes_per_second)
            }))
        }
    }
}

fn whole(mut response: HttpResponse) -> Response<AnswerBody> {
    let body = AnswerBody::whole(std::mem::take(&mut response.body));
    head(&response, None, body)
}

fn pieces(
    mut response: HttpResponse,
    length: usize,
    make: impl FnOnce(Vec<u8>) -> AnswerBody,
) -> Response<AnswerBody> {
    let body = make(std::mem::take(&mut response.body));
    head(&response, Some(length), body)
}

fn head(response: &HttpResponse, length: Option<usize>, body: AnswerBody) -> Response<AnswerBody> {
    let mut builder = Response::builder().status(response.status);
    for (name, value) in &response.headers {
        builder = builder.header(name, value);
    }
    if let Some(length) = length {
        builder = builder.header("content-length", length);
    }
    builder.body(body).unwrap_or_else(|_| {
        // A header that the world made up and HTTP does not allow is a defect of the world.
        let mut broken = Response::new(AnswerBody::whole(b"invalid header".to_vec()));
        *broken.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}

/// A stream that can be told to end with a reset instead of a polite goodbye.
struct Socket {
    stream: TcpStream,
    reset: Arc<AtomicBool>,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.reset.load(Ordering::Relaxed) {
            // With no time to linger, the system answers the client with RST.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, buffer)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket = self.get_mut();
        if socket.reset.load(Ordering::Relaxed) {
            // A goodbye first would turn the reset into an orderly end.
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut socket.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
