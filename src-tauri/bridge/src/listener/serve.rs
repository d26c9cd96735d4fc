//! The sockets: a thread of its own, so that a busy engine does not keep a sender waiting at the door,
//! and a flood at the door takes no time from the engine.

use super::check::check;
use super::door::{Caller, Door, hubspot_path_of, path_of};
use super::intake::{Arrived, Good, Inbox};
use super::registration::tunnel_host;
use super::reported::{Expected, check_reported};
use super::room::{Live, Room};
use super::{MOST_BODY_BYTES, MOST_HEAD_BYTES, Verdict};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::cell::Cell;
use std::io::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, timeout};
use wire::{Clock, Secret};

/// For the head of a request.
const HEAD_LIMIT: Duration = Duration::from_secs(5);
/// From the head to the answer.
const BODY_LIMIT: Duration = Duration::from_secs(3);
/// For a secret that Tuco is just making; the rest of a delivery's time is for storing it.
const SECRET_LIMIT: Duration = Duration::from_secs(2);
/// Both together.
pub(super) const WHOLE_LIMIT: Duration = Duration::from_secs(8);
/// Connections that the system holds until they are looked at.
const BACKLOG: u32 = 1_024;
/// Deliveries on their way to the store; more wait with their senders.
const INBOX: usize = 256;

/// What a listener needs.
pub struct Plan {
    /// Port of this computer; 0 takes any free one.
    pub port: u16,
    /// The address of the tunnel, such as `https://name.example`; empty without one.
    pub tunnel: String,
    /// The random part of the address.
    pub path: String,
    /// The secrets that hold, the newest first.
    pub secrets: Vec<Secret>,
    /// What HubSpot signs with, where the connection signs in with an app of the user's own.
    pub client_secret: Option<Secret>,
    /// The connection's workspace; empty where it is not known.
    pub workspace_id: String,
    /// The connection's portal; empty where it is not known.
    pub portal_id: String,
    /// Time.
    pub clock: Arc<dyn Clock>,
}

/// Why it does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error(
        "Port {port} of this computer is in use by another program. Choose another port for the listener, \
         and point your tunnel to it."
    )]
    Taken {
        /// The port.
        port: u16,
    },
    /// Ports below 1024 belong to the system.
    #[error("This computer does not let the program listen on port {port}. Choose one above 1023.")]
    Denied {
        /// The port.
        port: u16,
    },
    /// Anything else that the system says.
    #[error("The listener could not be started: {0}.")]
    System(Error),
}

/// An open listener. Dropping it closes it.
#[derive(Debug)]
pub struct Open {
    port: u16,
    path: String,
    held: watch::Sender<Held>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Open {
    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address on this computer.
    pub fn local_address(&self) -> String {
        local_address(self.port, &self.path)
    }

    /// Tuco is about to make another secret, and may sign with it before it has told: what no secret of now
    /// fits waits a moment for [`Open::set_secrets`].
    pub fn expect_secret(&self, expected: bool) {
        self.held.send_modify(|held| held.another_comes = expected);
    }

    /// These secrets of Tuco hold from now on, the newest first.
    pub fn set_secrets(&self, secrets: Vec<Secret>) {
        self.held.send_modify(|held| {
            held.tuco = secrets;
            held.another_comes = false;
        });
    }

    /// What HubSpot signs with from now on.
    pub fn set_client_secret(&self, secret: Option<Secret>) {
        self.held.send_modify(|held| held.hubspot = secret);
    }
}

/// The secrets of the moment.
#[derive(Debug, Clone)]
struct Held {
    tuco: Vec<Secret>,
    hubspot: Option<Secret>,
    /// Tuco is making another one.
    another_comes: bool,
}

/// What HubSpot has to call: the tunnel, or without one this computer.
pub fn hubspot_address(tunnel: &str, port: u16, path: &str) -> String {
    let path = hubspot_path_of(path);
    match tunnel {
        "" => format!("http://127.0.0.1:{port}{path}"),
        tunnel => format!("{tunnel}{path}"),
    }
}

/// The address of a listener on this computer.
pub fn local_address(port: u16, path: &str) -> String {
    format!("http://127.0.0.1:{port}{}", path_of(path))
}

impl Drop for Open {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once: whatever is open is dropped.
            let _ = thread.join();
        }
    }
}

/// Binds the port and begins to listen. What arrives comes out of the inbox.
///
/// # Errors
/// See [`ListenError`].
pub fn open(plan: Plan) -> Result<(Open, Inbox), ListenError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(ListenError::System)?;
    let bound = {
        let _inside = runtime.enter();
        bind(plan.port)
    };
    let (sockets, port) = match bound {
        Ok(bound) => bound,
        Err(error) => {
            runtime.shutdown_background();
            return Err(error);
        }
    };
    let (inbox_sender, inbox) = mpsc::channel(INBOX);
    let (stop, stopped) = oneshot::channel();
    let (held, holds) = watch::channel(Held {
        tuco: plan.secrets,
        hubspot: plan.client_secret,
        another_comes: false,
    });
    let gate = Gate {
        door: Door::new(port, tunnel_host(&plan.tunnel).as_deref(), &plan.path),
        held: holds,
        workspace_id: plan.workspace_id,
        hubspot_address: hubspot_address(&plan.tunnel, port, &plan.path),
        portal_id: plan.portal_id,
        clock: plan.clock,
        inbox: inbox_sender,
    };
    let thread = std::thread::Builder::new()
        .name("listener".to_owned())
        .spawn(move || {
            LocalSet::new().block_on(&runtime, serve(sockets, gate, stopped));
            runtime.shutdown_background();
        })
        .map_err(ListenError::System)?;
    let open = Open {
        port,
        path: plan.path,
        held,
        stop: Some(stop),
        thread: Some(thread),
    };
    Ok((open, inbox))
}

/// Both loopback addresses at one port. A machine without IPv6 has one; a port that another program has
/// on either is refused, since a sender may be led to either.
fn bind(port: u16) -> Result<(Vec<TcpListener>, u16), ListenError> {
    let four = listen(IpAddr::V4(Ipv4Addr::LOCALHOST), port).map_err(|error| told(error, port))?;
    let port = four.local_addr().map_err(ListenError::System)?.port();
    match listen(IpAddr::V6(Ipv6Addr::LOCALHOST), port) {
        Ok(six) => Ok((vec![four, six], port)),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(told(error, port)),
        Err(_) => Ok((vec![four], port)),
    }
}

fn listen(address: IpAddr, port: u16) -> std::io::Result<TcpListener> {
    let socket = match address {
        IpAddr::V4(_) => TcpSocket::new_v4()?,
        IpAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // Elsewhere than on Unix this would let two programs share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(SocketAddr::new(address, port))?;
    socket.listen(BACKLOG)
}

fn told(error: Error, port: u16) -> ListenError {
    match error.kind() {
        ErrorKind::AddrInUse => ListenError::Taken { port },
        ErrorKind::PermissionDenied => ListenError::Denied { port },
        _ => ListenError::System(error),
    }
}

async fn serve(sockets: Vec<TcpListener>, gate: Gate, stopped: oneshot::Receiver<()>) {
    let (gate, room, numbers) = (
        Rc::new(gate),
        Rc::new(Room::default()),
        Rc::new(Cell::new(0)),
    );
    for socket in sockets {
        spawn_local(accept(socket, gate.clone(), room.clone(), numbers.clone()));
    }
    // Ends when the listener is dropped, whatever is said.
    let _ = stopped.await;
}

async fn accept(socket: TcpListener, gate: Rc<Gate>, room: Rc<Room>, numbers: Rc<Cell<u64>>) {
    loop {
        room.make().await;
        let Ok((stream, peer)) = socket.accept().await else {
            // Too many files are open, or the sender has gone: neither is a reason to spin.
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        if !peer.ip().to_canonical().is_loopback() {
            continue;
        }
        // The other address may have taken the place meanwhile.
        room.make().await;
        let number = numbers.get();
        numbers.set(number + 1);
        let admitted = Rc::new(Cell::new(false));
        let task = {
            let (gate, room, admitted) = (gate.clone(), room.clone(), admitted.clone());
            spawn_local(async move {
                converse(stream, gate, admitted).await;
                room.leave(number);
            })
        };
        let task = task.abort_handle();
        let since = Instant::now();
        let live = Live {
            admitted,
            since,
            task,
        };
        room.enter(number, live);
        // Lets the new one show its head before another flood is let in.
        tokio::task::yield_now().await;
    }
}

/// One request, one answer.
async fn converse(stream: TcpStream, gate: Rc<Gate>, admitted: Rc<Cell<bool>>) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let (gate, admitted) = (gate.clone(), admitted.clone());
        async move { Ok::<_, std::convert::Infallible>(gate.answer(request, &admitted).await) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .keep_alive(false)
        .max_headers(64)
        .max_buf_size(MOST_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    // What ends here early is a sender that went away or took too long.
    let _ = timeout(WHOLE_LIMIT, connection).await;
}

/// What all connections share.
struct Gate {
    door: Door,
    held: watch::Receiver<Held>,
    workspace_id: String,
    hubspot_address: String,
    portal_id: String,
    clock: Arc<dyn Clock>,
    inbox: mpsc::Sender<Arrived>,
}

impl Gate {
    async fn answer(
        &self,
        request: Request<Incoming>,
        admitted: &Cell<bool>,
    ) -> Response<Full<Bytes>> {
        let started = Instant::now();
        let (head, body) = request.into_parts();
        let caller = match self.door.admit(&head) {
            Ok(caller) => caller,
            Err(verdict) => {
                self.report(&head.headers, started, 0, verdict).await;
                return answer(verdict);
            }
        };
        admitted.set(true);
        let verdict = timeout(BODY_LIMIT, self.take(caller, &head, body, started)).await;
        answer(verdict.unwrap_or(Verdict::NotStored))
    }

    async fn take(
        &self,
        caller: Caller,
        head: &Parts,
        body: Incoming,
        started: Instant,
    ) -> Verdict {
        let limited = Limited::new(body, MOST_BODY_BYTES);
        let body = match timeout(BODY_LIMIT, limited.collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) => {
                let long = error.is::<http_body_util::LengthLimitError>();
                let verdict = if long {
                    Verdict::TooLarge
                } else {
                    Verdict::Incomplete
                };
                self.report(&head.headers, started, 0, verdict).await;
                return verdict;
            }
            Err(_) => {
                self.report(&head.headers, started, 0, Verdict::Incomplete)
                    .await;
                return Verdict::Incomplete;
            }
        };
        let good = match self.check_in_time(caller, &head.headers, &body).await {
            Ok(good) => good,
            Err(verdict) => {
                self.report(&head.headers, started, body.len(), verdict)
                    .await;
                return verdict;
            }
        };
        let (sender, stored) = oneshot::channel();
        let arrived = self.arrived(&head.headers, started, body.len(), Ok(good));
        let arrived = Arrived {
            answer: Some(sender),
            ..arrived
        };
        if self.inbox.send(arrived).await.is_err() {
            return Verdict::NotStored;
        }
        stored.await.unwrap_or(Verdict::NotStored)
    }

    /// What is signed with a secret that is only just being made is checked once that is known.
    async fn check_in_time(
        &self,
        caller: Caller,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Good, Verdict> {
        let mut holds = self.held.clone();
        let held = holds.borrow_and_update().clone();
        let checked = self.check(caller, headers, body, &held);
        let no_secret_fits = matches!(checked, Err(Verdict::BadSignature | Verdict::NoSecret));
        if caller != Caller::Tuco || !no_secret_fits {
            return checked;
        }
        let another = held.another_comes && {
            let came = timeout(SECRET_LIMIT, holds.wait_for(|held| !held.another_comes)).await;
            came.is_ok_and(|came| came.is_ok())
        };
        if !another && !holds.has_changed().unwrap_or(false) {
            return checked;
        }
        let held = holds.borrow().clone();
        self.check(caller, headers, body, &held)
    }

    fn check(
        &self,
        caller: Caller,
        headers: &HeaderMap,
        body: &[u8],
        held: &Held,
    ) -> Result<Good, Verdict> {
        match caller {
            Caller::Tuco => check(headers, body, &held.tuco, &self.workspace_id)
                .map(|checked| Good::Delivered(Box::new(checked))),
            Caller::HubSpot => {
                let expected = Expected {
                    address: &self.hubspot_address,
                    secret: held.hubspot.as_ref(),
                    portal_id: &self.portal_id,
                };
                check_reported(headers, body, expected, self.clock.now()).map(Good::Reported)
            }
        }
    }

    /// A refusal, to be counted. Where the store is busy the sender waits, not the next delivery.
    async fn report(&self, headers: &HeaderMap, started: Instant, bytes: usize, verdict: Verdict) {
        let arrived = self.arrived(headers, started, bytes, Err(verdict));
        // Once the listener is closed nobody counts.
        let _ = self.inbox.send(arrived).await;
    }

    fn arrived(
        &self,
        headers: &HeaderMap,
        started: Instant,
        bytes: usize,
        what: Result<Good, Verdict>,
    ) -> Arrived {
        let named = headers
            .get("x-tuco-event")
            .and_then(|event| event.to_str().ok());
        Arrived {
            at: self.clock.now(),
            started,
            event: named.unwrap_or_default().chars().take(40).collect(),
            bytes: u64::try_from(bytes).unwrap_or(u64::MAX),
            what,
            answer: None,
        }
    }
}

fn answer(verdict: Verdict) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(verdict.as_str().as_bytes())));
    *response.status_mut() =
        StatusCode::from_u16(verdict.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let plain = hyper::header::HeaderValue::from_static("text/plain");
    headers.insert(hyper::header::CONTENT_TYPE, plain);
    response
}
