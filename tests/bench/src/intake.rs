//! Webhooks: signed deliveries from many senders at once, each verified and on the disk before its answer.
//!
//! The goal speaks of 100 connections and the listener takes 64 at once. They meet because a connection
//! carries one request: 100 senders are 100 connections that come and go, of which up to 36 wait in the
//! system's queue for the few milliseconds until one of the 64 has been answered. The times here are the
//! senders': from before the connection is asked for until the answer is read, the waiting included.

use crate::measure::{Watch, percentile};
use anyhow::{Context, ensure};
use bridge::listener::intake::{acknowledge, next, take_in};
use bridge::listener::{Open, Plan, open};
use bridge::store::{NewConnection, Store, StoreError};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use wire::{Clock, Secret, SystemClock};

const PATH: &str = "00112233445566778899aabbccddeeff";
const SECRET: &str = "5f9a1c0e2b7d4866a1b2c3d4e5f60718";

/// What so many senders measured.
pub(crate) struct Intake {
    senders: usize,
    taken: usize,
    seconds: f64,
    times: Vec<Duration>,
}

/// A listener with a store behind it.
pub(crate) struct Listening {
    listener: Open,
    owner: JoinHandle<anyhow::Result<Store>>,
    connection: i64,
    _folder: tempfile::TempDir,
}

impl Listening {
    /// On any free port.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut store = Store::open(&folder.path().join("bridge.db"), 0)?.store;
        let joined = NewConnection {
            name: "Harbor Dental".to_owned(),
            portal_id: "4400001".to_owned(),
            workspace_id: "org_1".to_owned(),
            look_back_from: 0,
        };
        let connection = store.write(|rows| rows.insert_connection(&joined, 0))?;
        let (listener, mut inbox) = open(Plan {
            port: 0,
            tunnel: String::new(),
            path: PATH.to_owned(),
            secrets: vec![Secret::new(SECRET)],
            client_secret: None,
            workspace_id: "org_1".to_owned(),
            portal_id: "4400001".to_owned(),
            clock: Arc::new(SystemClock),
        })?;
        let owner = std::thread::spawn(move || -> anyhow::Result<Store> {
            let runtime = tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(async {
                while let Some(batch) = next(&mut inbox).await {
                    let now = SystemClock.now();
                    let taken: Result<_, StoreError> =
                        store.write(|rows| take_in(rows, connection, now, &batch));
                    acknowledge(batch, taken.as_ref());
                }
            });
            Ok(store)
        });
        Ok(Self {
            listener,
            owner,
            connection,
            _folder: folder,
        })
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.port()
    }

    /// Closes it, and counts: what was acknowledged must be what is stored.
    pub(crate) fn end(self, acknowledged: usize) -> anyhow::Result<()> {
        drop(self.listener);
        let store = self.owner.join().ok().context("the owner panicked")??;
        let counts = store.read().delivery_counts(self.connection)?;
        let stored = counts.get("taken").copied().unwrap_or_default();
        ensure!(
            stored == u64::try_from(acknowledged)?,
            "{stored} stored, {acknowledged} acknowledged"
        );
        Ok(())
    }
}

/// Sends as fast as is answered, for so many seconds.
pub(crate) fn run(senders: usize, seconds: u64) -> anyhow::Result<Intake> {
    let listening = Listening::start()?;
    let port = listening.port();
    let watch = Watch::start();
    let limit = Duration::from_secs(seconds);
    let threads: Vec<_> = (0..senders)
        .map(|sender| std::thread::spawn(move || send(port, sender, limit)))
        .collect();
    let mut times = Vec::new();
    for thread in threads {
        let sent = thread.join().ok().context("a sender panicked")?;
        times.extend(sent?);
    }
    let seconds = watch.took().wall.as_secs_f64();
    listening.end(times.len())?;
    Ok(Intake {
        senders,
        taken: times.len(),
        seconds,
        times,
    })
}

fn send(port: u16, sender: usize, limit: Duration) -> anyhow::Result<Vec<Duration>> {
    let all = Watch::start();
    let mut times = Vec::new();
    while all.took().wall < limit {
        times.push(deliver(port, sender, times.len())?);
    }
    Ok(times)
}

/// One signed delivery, and how long its sender waited from before the connection to the answer.
pub(crate) fn deliver(port: u16, sender: usize, number: usize) -> anyhow::Result<Duration> {
    let body = json!({
        "event": "message.reply", "timestamp": SystemClock.now(), "workspaceId": "org_1",
        "messageId": format!("m{sender}-{number}"), "phone": format!("+1202555{sender:04}"),
        "leadId": format!("lead{sender}"), "firstName": "Ana", "message": "Sounds good, see you on Friday",
        "parentMessages": ["x".repeat(700), "y".repeat(500)],
    })
    .to_string();
    let request = format!(
        "POST /tuco/{PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Tuco-Event: message.reply\r\n\
         X-Tuco-Signature: {}\r\nContent-Length: {}\r\n\r\n{body}",
        tuco::signature::sign(body.as_bytes(), &Secret::new(SECRET)),
        body.len()
    );
    let watch = Watch::start();
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(
        answer.starts_with("HTTP/1.1 200"),
        "sender {sender} was answered {answer:?} instead of 200"
    );
    Ok(watch.took().wall)
}

/// The table.
pub(crate) fn tell(all: &[Intake]) -> String {
    let mut text = "## Webhooks\n\n\
        Signed deliveries of some 1.5 KB, each verified and on the disk before its answer, from senders that open \
        a connection for each. The listener takes 64 connections at once; the times are the senders', waiting \
        for a place included. The senders work on the same machine. None was lost: what was acknowledged is what \
        is stored.\n\n\
        | senders | deliveries | a second | p50 | p99 | slowest |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for one in all {
        let rate = if one.seconds > 0.0 {
            f64::from(u32::try_from(one.taken).unwrap_or(u32::MAX)) / one.seconds
        } else {
            0.0
        };
        text.push_str(&format!(
            "| {} | {} | {rate:.0} | {:.1} ms | {:.1} ms | {:.0} ms |\n",
            one.senders,
            one.taken,
            percentile(50, &one.times),
            percentile(99, &one.times),
            percentile(100, &one.times)
        ));
    }
    text.push_str(
        "\nGoal: 2,000 a second for a minute with p99 under 100 ms from 100 senders.\n\n",
    );
    text
}
