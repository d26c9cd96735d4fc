//! The network between the engine and the world: delays, losses, and writes that arrive after the
//! client has given up.

use crate::dice::Dice;
use sandbox::message::{HttpRequest, split_target};
use sandbox::world::{Answer, Manner, Side, World};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wire::{BoxFuture, Clock, Request, Response, Transport, TransportError};

/// A wall clock over the runtime's paused time.
#[derive(Debug)]
pub(crate) struct VirtualClock {
    started: tokio::time::Instant,
    start: i64,
    /// How far somebody set this machine's clock off.
    off: AtomicI64,
}

impl VirtualClock {
    /// A clock that shows this time now.
    pub(crate) fn start(at: i64) -> Self {
        Self {
            started: tokio::time::Instant::now(),
            start: at,
            off: AtomicI64::new(0),
        }
    }

    /// The time of the world, which nobody sets.
    fn of_the_world(&self) -> i64 {
        let gone = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.start.saturating_add(gone)
    }

    /// Somebody sets this machine's clock.
    pub(crate) fn jump(&self, off: i64) {
        self.off.store(off, Ordering::Relaxed);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> i64 {
        self.of_the_world()
            .saturating_add(self.off.load(Ordering::Relaxed))
    }

    fn steady(&self) -> Duration {
        self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A write that the client gave up on arrives at most so much later.
const MOST_LATE_S: u64 = 25;

/// How one call goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    Fine,
    /// No connection.
    NotSent,
    /// Lost on the way there.
    LostBefore,
    /// Lost on the way back.
    LostAfter,
    /// The client gives up, and then it arrives.
    Late,
    /// An error of the service itself, before it did anything.
    Status(u16),
    /// An error page of a proxy, after the service did it.
    GatewayAfter,
    /// A hotel's sign-in page.
    CaptivePortal,
}

struct Inner {
    world: World,
    trace: Sha256,
    faults: u64,
    /// Of a hundred calls, so many go wrong.
    rate: u64,
    /// Of a hundred sends, so many get no answer; none where sends are calls like any other.
    sends: Option<u64>,
    ambiguous: u64,
}

/// See the module.
#[derive(Clone)]
pub(crate) struct Network {
    inner: Arc<Mutex<Inner>>,
    dice: Arc<Dice>,
    clock: Arc<VirtualClock>,
}

impl Network {
    /// A network to this world; the seed decides how bad it is.
    pub(crate) fn new(seed: u64, clock: Arc<VirtualClock>, world: World) -> Self {
        let dice = Dice::new(seed ^ 0x0E7_0E7);
        let rate = dice.between(0, 25);
        let inner = Inner {
            world,
            trace: Sha256::new(),
            faults: 0,
            rate,
            sends: None,
            ambiguous: 0,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
            dice: Arc::new(dice),
            clock,
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something in the world, outside the network.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        let now = self.clock.of_the_world();
        let mut inner = self.inner();
        inner.world.advance(now);
        act(&mut inner.world, now)
    }

    /// HubSpot's token and Tuco's key.
    pub(crate) fn credentials(&self) -> (String, String) {
        let (token, key, _) = self.inner().world.credentials();
        (token, key)
    }

    /// No more faults.
    pub(crate) fn calm(&self) {
        let mut inner = self.inner();
        inner.rate = 0;
        inner.sends = inner.sends.map(|_| 0);
    }

    /// From now on only sends go wrong, and of these so many of a hundred.
    pub(crate) fn strike_sends(&self, rate: u64) {
        let mut inner = self.inner();
        inner.rate = 0;
        inner.sends = Some(rate);
    }

    /// Sends that got no answer.
    pub(crate) fn ambiguous(&self) -> u64 {
        self.inner().ambiguous
    }

    /// A send without an answer: lost on the way there or back, given up and then arrived, or answered by
    /// a proxy.
    fn fate_of_send(&self) -> Option<Fate> {
        let rate = self.inner().sends?;
        if !self.dice.chance(rate) {
            return Some(Fate::Fine);
        }
        self.inner().ambiguous += 1;
        Some(match self.dice.between(0, 3) {
            0 => Fate::LostBefore,
            1 => Fate::LostAfter,
            2 => Fate::Late,
            _ => Fate::GatewayAfter,
        })
    }

    /// Calls that went wrong.
    pub(crate) fn faults(&self) -> u64 {
        self.inner().faults
    }

    /// The hash of all that was asked and answered, and of how it ended.
    pub(crate) fn trace(&self, violations: &[String], entries: usize) -> String {
        let mut trace = self.inner().trace.clone();
        trace.update(format!("{violations:?} {entries}"));
        trace
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn fate(&self) -> Fate {
        let rate = self.inner().rate;
        if !self.dice.chance(rate) {
            return Fate::Fine;
        }
        self.inner().faults += 1;
        match self.dice.between(0, 9) {
            0 => Fate::NotSent,
            1 => Fate::LostBefore,
            2 | 3 => Fate::LostAfter,
            4 => Fate::Late,
            5 => Fate::GatewayAfter,
            6 => Fate::CaptivePortal,
            7 => Fate::Status(429),
            8 => Fate::Status(500),
            _ => Fate::Status(503),
        }
    }

    fn deliver(&self, side: Side, request: &HttpRequest) -> Answer {
        let now = self.clock.of_the_world();
        let mut inner = self.inner();
        let answer = inner.world.handle(side, request, now);
        inner.trace.update(format!(
            "{now} {} {} {}\n",
            request.method, request.path, answer.response.status
        ));
        inner.trace.update(&answer.response.body);
        answer
    }

    /// What has left arrives, also if whoever sent it is gone by then.
    fn arrive(
        &self,
        side: Side,
        request: HttpRequest,
        after: Duration,
    ) -> impl Future<Output = Result<Answer, TransportError>> + use<> {
        let network = self.clone();
        let arrival = tokio::task::spawn(async move {
            tokio::time::sleep(after).await;
            network.deliver(side, &request)
        });
        async { arrival.await.map_err(|_| TransportError::Lost) }
    }

    async fn travel(&self, request: Request) -> Result<Response, TransportError> {
        let side = if request.url.port() == Some(1) {
            Side::HubSpot
        } else {
            Side::Tuco
        };
        let there = Duration::from_millis(self.dice.between(5, 120));
        let back = Duration::from_millis(self.dice.between(5, 250));
        let is_send = request.method == wire::Method::POST && request.url.path() == "/api/messages";
        let struck = if is_send { self.fate_of_send() } else { None };
        let fate = struck.unwrap_or_else(|| self.fate());
        let timeout = request.timeout;
        let request = plain(&request);
        match fate {
            Fate::Fine => {
                let answer = self.arrive(side, request, there).await?;
                tokio::time::sleep(back).await;
                received(answer, timeout, self.clock.of_the_world()).await
            }
            Fate::NotSent => Err(TransportError::NotSent),
            Fate::LostBefore => {
                tokio::time::sleep(back).await;
                Err(TransportError::Lost)
            }
            Fate::LostAfter => {
                self.arrive(side, request, there).await?;
                tokio::time::sleep(back).await;
                Err(TransportError::Lost)
            }
            Fate::Late => {
                let late = Duration::from_secs(self.dice.between(1, MOST_LATE_S));
                drop(self.arrive(side, request, timeout + late));
                tokio::time::sleep(timeout).await;
                Err(TransportError::Lost)
            }
            Fate::GatewayAfter => {
                self.arrive(side, request, there).await?;
                tokio::time::sleep(back).await;
                Ok(page(502, "<html><body>Bad gateway</body></html>"))
            }
            Fate::CaptivePortal => Ok(page(200, "<html><body>Welcome to our hotel</body></html>")),
            Fate::Status(status) => {
                tokio::time::sleep(back).await;
                Ok(page(
                    status,
                    "{\"status\":\"error\",\"message\":\"internal error\"}",
                ))
            }
        }
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        Box::pin(self.travel(request))
    }
}

fn plain(request: &Request) -> HttpRequest {
    let target = match request.url.query() {
        Some(query) => format!("{}?{query}", request.url.path()),
        None => request.url.path().to_owned(),
    };
    let (path, query) = split_target(&target);
    let header = |(name, value): (&wire::HeaderName, &wire::HeaderValue)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    };
    HttpRequest {
        method: request.method.as_str().to_owned(),
        path,
        query,
        headers: request.headers.iter().map(header).collect(),
        body: request.body.to_vec(),
    }
}

async fn received(answer: Answer, timeout: Duration, now: i64) -> Result<Response, TransportError> {
    match answer.manner {
        Manner::Whole => {}
        Manner::Delay { ms } => {
            let late = Duration::from_millis(ms);
            tokio::time::sleep(late.min(timeout)).await;
            if late > timeout {
                return Err(TransportError::Lost);
            }
        }
        Manner::Hang => {
            tokio::time::sleep(timeout).await;
            return Err(TransportError::Lost);
        }
        Manner::ResetBefore
        | Manner::ResetAfter
        | Manner::Cut { .. }
        | Manner::WrongLength
        | Manner::Drip { .. } => return Err(TransportError::Lost),
    }
    let mut headers = wire::HeaderMap::new();
    for (name, value) in &answer.response.headers {
        let name = wire::HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, wire::HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    if let Some(date) = chrono::DateTime::from_timestamp_millis(now)
        .and_then(|now| wire::HeaderValue::from_str(&now.to_rfc2822()).ok())
    {
        headers.insert("date", date);
    }
    Ok(Response {
        status: wire::StatusCode::from_u16(answer.response.status)
            .map_err(|_| TransportError::Lost)?,
        headers,
        body: answer.response.body.into(),
    })
}

fn page(status: u16, body: &str) -> Response {
    Response {
        status: wire::StatusCode::from_u16(status).unwrap_or(wire::StatusCode::BAD_GATEWAY),
        headers: wire::HeaderMap::new(),
        body: body.as_bytes().to_vec().into(),
    }
}
