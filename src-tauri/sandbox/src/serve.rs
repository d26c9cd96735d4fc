//! A world on two loopback ports: HubSpot on one, Tuco on the next.
//!
//! Thin on purpose. It reads a request, asks the world while it holds the lock, and then does on the
//! socket what the world said: answer, answer late, drip, cut off, reset, or never answer at all. It
//! listens on this machine only, and holds at most 256 connections and bodies of 8 MiB.

mod body;
mod connection;
mod post;

use crate::moment::SECOND;
use crate::world::{Side, World};
use connection::Service;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Connections at once, of both sides together.
const MOST_CONNECTIONS: usize = 256;

/// Where to listen.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServeOptions {
    /// HubSpot on this port and Tuco on the next; `None` or 0: any two free ones.
    pub port: Option<u16>,
}

/// A served world. Dropping it stops it.
#[derive(Debug)]
pub struct Served {
    /// Address of the HubSpot side, without a slash at the end.
    pub hubspot_url: String,
    /// Address of the Tuco side.
    pub tuco_url: String,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Served {
    /// Stops listening and ends all connections.
    pub async fn shutdown(mut self) {
        // Nobody may be listening any more, which is what is wanted.
        let _ = self.stop.send(true);
        self.tasks.shutdown().await;
    }
}

/// Serves a world until the returned value is dropped or told to stop.
///
/// # Errors
///
/// If a port is taken.
pub async fn serve(world: Arc<Mutex<World>>, options: ServeOptions) -> std::io::Result<Served> {
    let port = options.port.unwrap_or(0);
    let next = if port == 0 {
        0
    } else {
        port.checked_add(1).unwrap_or(0)
    };
    let (hubspot, hubspot_six, hubspot_port) = listen(port).await?;
    let (tuco, tuco_six, tuco_port) = listen(next).await?;
    let (stop, stopped) = watch::channel(false);
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let (deliveries, waiting) = tokio::sync::mpsc::channel(1_024);
    let mut tasks = JoinSet::new();
    let sides = [(Side::HubSpot, hubspot), (Side::Tuco, tuco)];
    let sixes = [(Side::HubSpot, hubspot_six), (Side::Tuco, tuco_six)];
    let sixes = sixes
        .into_iter()
        .filter_map(|(side, listener)| Some((side, listener?)));
    for (side, listener) in sides.into_iter().chain(sixes) {
        let service = Service {
            world: Arc::clone(&world),
            side,
            deliveries: deliveries.clone(),
        };
        tasks.spawn(accept(
            listener,
            service,
            Arc::clone(&room),
            stopped.clone(),
        ));
    }
    tasks.spawn(post::post_all(Arc::clone(&world), waiting));
    tasks.spawn(tick(world, deliveries));
    Ok(Served {
        hubspot_url: format!("http://127.0.0.1:{hubspot_port}"),
        tuco_url: format!("http://127.0.0.1:{tuco_port}"),
        stop,
        tasks,
    })
}

/// Listens on 127.0.0.1, and on `::1` at the same port where the machine has it.
async fn listen(port: u16) -> std::io::Result<(TcpListener, Option<TcpListener>, u16)> {
    let four = TcpListener::bind(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await?;
    let port = four.local_addr()?.port();
    let six = TcpListener::bind(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port))
        .await
        .ok();
    Ok((four, six, port))
}

async fn accept(
    listener: TcpListener,
    service: Service,
    room: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
) {
    // Aborted with the set when the accepting ends, so that nothing is left running.
    let mut connections = JoinSet::new();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        tokio::select! {
            _ = stopped.changed() => return,
            accepted = listener.accept() => {
                let Ok((stream, peer)) = accepted else { continue };
                if !peer.ip().is_loopback() {
                    continue;
                }
                connections.spawn(connection::run(stream, service.clone(), permit));
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Lets what is due happen even while nobody asks, so that webhooks fire in time.
async fn tick(
    world: Arc<Mutex<World>>,
    deliveries: tokio::sync::mpsc::Sender<crate::tuco::Delivery>,
) {
    let mut beat = tokio::time::interval(std::time::Duration::from_millis(500));
    loop {
        beat.tick().await;
        let due = {
            let mut world = lock(&world);
            let now = wall_clock() + world.clock_offset();
            world.advance(now);
            world.take_deliveries()
        };
        for delivery in due {
            if deliveries.send(delivery).await.is_err() {
                return;
            }
        }
    }
}

/// The world, also after a panic in another task: a test wants to see that one, not a second.
pub(crate) fn lock(world: &Mutex<World>) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the served sandbox is where real time comes in"
)]
pub(crate) fn wall_clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 counts as 1970.
    i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX / SECOND)
}
