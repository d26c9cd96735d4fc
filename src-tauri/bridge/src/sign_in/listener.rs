//! The door that the browser comes back through: loopback only, both families, one port.
//!
//! A port counts as free only where both 127.0.0.1 and ::1 are: a browser may resolve `localhost` to
//! either, and a stranger must not sit on the other. A machine without IPv6 is no error. It refuses every
//! host name but its own, every request with an `Origin` or from within a page, every method but GET,
//! every body, and more than [`MOST_CONNECTIONS`] at once. Everything it starts ends with it.

use super::PATH;
use super::SignInError;
use super::callback::{Callback, Denial, Expected, Fault};
use super::page::{self, CLEAN, Page};
use http::{HeaderMap, Method, Request, StatusCode};
use hyper::body::{Body, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio::task::JoinSet;
use wire::BoxFuture;

/// Connections at once.
const MOST_CONNECTIONS: usize = 16;
/// Bytes of a request's head.
const LONGEST_HEAD: usize = 16 * 1_024;
/// For the head of a request to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// For a whole connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(8);
/// After the answer, for the browser to fetch the last page.
pub(super) const LINGER: Duration = Duration::from_millis(1_500);

/// What came through the door.
pub(super) enum Heard {
    Callback(Callback),
    Complaint(Denial),
}

/// The listening sockets and everything that runs on them. Dropping it closes all.
pub(super) struct Door {
    listeners: Vec<TcpListener>,
    tasks: JoinSet<()>,
    last_page: Arc<Notify>,
}

impl Door {
    /// Listens on the first port that is free on both families.
    pub(super) async fn open(ports: [u16; 3]) -> Result<(Self, u16), SignInError> {
        for port in ports {
            match listen(port).await {
                Ok(listeners) => {
                    let door = Self {
                        listeners,
                        tasks: JoinSet::new(),
                        last_page: Arc::default(),
                    };
                    return Ok((door, port));
                }
                // Windows keeps some ports for itself, and refuses them so.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::AddrInUse | ErrorKind::PermissionDenied
                    ) => {}
                Err(error) => return Err(SignInError::NoListener(error.kind())),
            }
        }
        Err(SignInError::PortsTaken(ports))
    }

    /// Begins to answer.
    pub(super) fn listen(&mut self, expected: Expected) -> mpsc::Receiver<Heard> {
        let (heard, ears) = mpsc::channel(4);
        let desk = Arc::new(Desk {
            expected,
            heard,
            used: Mutex::default(),
            last_page: self.last_page.clone(),
        });
        let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        for listener in self.listeners.drain(..) {
            self.tasks
                .spawn(accept(listener, desk.clone(), room.clone()));
        }
        ears
    }

    /// When this returns, nothing listens any more.
    pub(super) async fn close(mut self) {
        self.listeners.clear();
        self.tasks.shutdown().await;
    }

    /// Stays until the browser has its last page, or the time is up.
    pub(super) async fn linger(&self, time_is_up: BoxFuture<'static, ()>) {
        tokio::select! {
            () = self.last_page.notified() => {}
            () = time_is_up => {}
        }
    }
}

async fn listen(port: u16) -> std::io::Result<Vec<TcpListener>> {
    let four = TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await?;
    match TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)).await {
        Ok(six) => Ok(vec![four, six]),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(error),
        // No IPv6 here: nobody else can sit there either.
        Err(_) => Ok(vec![four]),
    }
}

async fn accept(listener: TcpListener, desk: Arc<Desk>, room: Arc<Semaphore>) {
    // Dropped with this task, and all connections with it.
    let mut connections = JoinSet::new();
    loop {
        let Ok(place) = room.clone().acquire_owned().await else {
            return;
        };
        tokio::select! {
            accepted = listener.accept() => {
                // An accept fails when the other side has gone already, or when files run out.
                let Ok((stream, _)) = accepted else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let desk = desk.clone();
                connections.spawn(async move {
                    let _place = place;
                    // A visitor that is too slow, or goes, is nobody's loss.
                    let _ = tokio::time::timeout(CONNECTION_TIMEOUT, serve(stream, desk)).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, desk: Arc<Desk>) {
    let was_last = Arc::new(Mutex::new(false));
    let (of_service, of_desk) = (was_last.clone(), desk.clone());
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (desk, was_last) = (of_desk.clone(), of_service.clone());
        async move {
            let has_body = !request.body().is_end_stream();
            let (page, last) = desk.answer(&request, has_body);
            *was_last.lock().unwrap_or_else(PoisonError::into_inner) = last;
            Ok::<_, Infallible>(page)
        }
    });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // Only now has it left for the browser.
    if served.is_ok() && *was_last.lock().unwrap_or_else(PoisonError::into_inner) {
        desk.last_page.notify_one();
    }
}

/// Judges requests.
struct Desk {
    expected: Expected,
    heard: mpsc::Sender<Heard>,
    /// Once answered: whether HubSpot said no.
    used: Mutex<Option<bool>>,
    last_page: Arc<Notify>,
}

impl Desk {
    /// The page, and whether it is the last one.
    fn answer<B>(&self, request: &Request<B>, has_body: bool) -> (Page, bool) {
        let refuse = |status, words| (page::refused(status, words), false);
        let headers = request.headers();
        let mut hosts = headers.get_all("host").iter();
        let host = hosts.next().and_then(|host| host.to_str().ok());
        if hosts.next().is_some() || !host.is_some_and(|host| self.expected.is_host(host)) {
            return refuse(StatusCode::FORBIDDEN, "It was meant for another host.");
        }
        if headers.contains_key("origin") || !is_navigation(headers) {
            return refuse(StatusCode::FORBIDDEN, "It came from within another page.");
        }
        let used = *self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let path = request.uri().path();
        if path != PATH && !(path == CLEAN && used.is_some()) {
            return refuse(StatusCode::NOT_FOUND, "There is nothing at this address.");
        }
        if request.method() != Method::GET {
            let (mut page, last) = refuse(StatusCode::METHOD_NOT_ALLOWED, "Only GET is answered.");
            page.headers_mut()
                .insert("allow", http::HeaderValue::from_static("GET"));
            return (page, last);
        }
        if has_body {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "It has a body.");
        }
        match used {
            Some(denied) if path == CLEAN => (page::done(denied), true),
            Some(_) => refuse(StatusCode::GONE, "HubSpot has answered already."),
            None => (self.hear(request.uri().query().unwrap_or_default()), false),
        }
    }

    fn hear(&self, query: &str) -> Page {
        match self.expected.read(query) {
            Ok(callback) => {
                let denied = matches!(callback, Callback::Denied(_));
                {
                    let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
                    if used.is_some() {
                        return page::refused(StatusCode::GONE, "HubSpot has answered already.");
                    }
                    *used = Some(denied);
                }
                // Whoever waits may have gone; then nothing comes of it.
                let _ = self.heard.try_send(Heard::Callback(callback));
                page::away()
            }
            Err(Fault::Stateless(denial)) => {
                // Told as often as there is room: a page may send many.
                let _ = self.heard.try_send(Heard::Complaint(denial));
                page::refused(
                    StatusCode::BAD_REQUEST,
                    "It is an error that does not say which sign-in it belongs to. Tuco for HubSpot goes on \
                     waiting; begin anew there if HubSpot showed an error.",
                )
            }
            Err(Fault::State) => page::refused(
                StatusCode::BAD_REQUEST,
                "It does not belong to the sign-in that is under way. Begin anew in Tuco for HubSpot.",
            ),
            Err(Fault::Code) => page::refused(
                StatusCode::BAD_REQUEST,
                "It holds no usable code. Begin anew in Tuco for HubSpot.",
            ),
        }
    }
}

/// A browser says of a request whether a person goes to a page or a page loads something. Others say
/// nothing.
fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name: &str, wanted: &str| {
        headers
            .get_all(name)
            .iter()
            .all(|value| value.as_bytes() == wanted.as_bytes())
    };
    says("sec-fetch-mode", "navigate") && says("sec-fetch-dest", "document")
}
