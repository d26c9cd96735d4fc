//! The listener over real sockets, into a real store.

pub(crate) mod at_tuco;
mod awkward;
mod crowd;
mod matrix;
mod mutated;
#[cfg(target_os = "linux")]
mod outside;
mod registering;
mod reported;
mod taken;

use super::intake::{acknowledge, next, take_in};
use super::{Open, Plan, open};
use crate::store::{NewConnection, Store};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wire::{Clock, Secret, SystemClock};

const CLIENT_SECRET: &str = "0d8a1f6c-5b3e-4c77-9a51-6f2d8e9b1a30";
const SECRET: &str = "5f9a1c0e2b7d4866a1b2c3d4e5f60718";
const PATH: &str = "00112233445566778899aabbccddeeff";
pub(crate) const WORKSPACE: &str = "org_EXAMPLE1";

/// A listener with a store behind it, and a thread that owns the store.
struct Stage {
    folder: tempfile::TempDir,
    connection: i64,
    client_secret: Option<&'static str>,
    open: Option<Open>,
    owner: Option<std::thread::JoinHandle<Store>>,
}

impl Stage {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bridge.db"), 0)
            .unwrap()
            .store;
        let joined = NewConnection {
            name: "Harbor Dental".to_owned(),
            portal_id: "4400001".to_owned(),
            workspace_id: WORKSPACE.to_owned(),
            look_back_from: SystemClock.now(),
        };
        let connection = store
            .write(|rows| rows.insert_connection(&joined, 0))
            .unwrap();
        let mut stage = Self {
            folder,
            connection,
            client_secret: Some(CLIENT_SECRET),
            open: None,
            owner: None,
        };
        stage.begin(store, &[SECRET]);
        stage
    }

    fn begin(&mut self, mut store: Store, secrets: &[&str]) {
        let (open, mut inbox) = open(Plan {
            port: 0,
            tunnel: "https://hooks.example".to_owned(),
            path: PATH.to_owned(),
            secrets: secrets.iter().map(|secret| Secret::new(*secret)).collect(),
            client_secret: self.client_secret.map(Secret::new),
            workspace_id: WORKSPACE.to_owned(),
            portal_id: "4400001".to_owned(),
            clock: Arc::new(SystemClock),
        })
        .unwrap();
        let connection = self.connection;
        self.open = Some(open);
        self.owner = Some(std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            runtime.block_on(async {
                while let Some(batch) = next(&mut inbox).await {
                    let now = SystemClock.now();
                    let taken = store.write(|rows| take_in(rows, connection, now, &batch));
                    acknowledge(batch, taken.as_ref());
                }
            });
            store
        }));
    }

    /// Closes the listener and hands the store back.
    fn end(&mut self) -> Store {
        drop(self.open.take());
        self.owner.take().unwrap().join().unwrap()
    }

    /// As a program that is started again: the file is opened afresh.
    fn restart(&mut self, secrets: &[&str]) {
        drop(self.end());
        let store = Store::open(&self.database(), 0).unwrap().store;
        self.begin(store, secrets);
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("bridge.db")
    }

    fn port(&self) -> u16 {
        self.open.as_ref().unwrap().port()
    }

    /// A signed delivery, as Tuco sends it.
    fn deliver(&self, body: &[u8]) -> u16 {
        let event: Value = serde_json::from_slice(body).unwrap();
        let signature = sign(SECRET, body);
        self.send(&Sent {
            headers: vec![
                ("X-Tuco-Signature", signature.into_bytes()),
                ("X-Tuco-Event", event["event"].as_str().unwrap().into()),
                ("X-Tuco-Timestamp", b"2026-06-02T16:10:03.000Z".to_vec()),
            ],
            body: body.to_vec(),
            ..Sent::to(self.port())
        })
    }

    fn send(&self, sent: &Sent) -> u16 {
        sent.send(self.port())
    }
}

/// A request, in every part of which something can be wrong.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) host: Option<String>,
    pub(crate) headers: Vec<(&'static str, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) chunked: bool,
}

impl Sent {
    pub(crate) fn to(port: u16) -> Self {
        Self {
            method: "POST",
            target: format!("/tuco/{PATH}"),
            host: Some(format!("127.0.0.1:{port}")),
            headers: Vec::new(),
            body: Vec::new(),
            chunked: false,
        }
    }

    /// The status; 0 where the connection was ended without one.
    pub(crate) fn send(&self, port: u16) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        if let Some(host) = &self.host {
            head.extend(format!("Host: {host}\r\n").into_bytes());
        }
        for (name, value) in &self.headers {
            head.extend(name.as_bytes());
            head.extend(b": ");
            head.extend(value);
            head.extend(b"\r\n");
        }
        let length = if self.chunked {
            "Transfer-Encoding: chunked\r\n\r\n".to_owned()
        } else {
            format!("Content-Length: {}\r\n\r\n", self.body.len())
        };
        head.extend(length.into_bytes());
        // Whoever is refused early may find the connection closed while it still writes.
        let _ = stream.write_all(&head);
        if self.chunked {
            for piece in self.body.chunks(97) {
                let _ = write!(stream, "{:x}\r\n", piece.len());
                let _ = stream.write_all(piece);
                let _ = stream.write_all(b"\r\n");
            }
            let _ = stream.write_all(b"0\r\n\r\n");
        } else {
            let _ = stream.write_all(&self.body);
        }
        status(&mut stream)
    }
}

fn status(stream: &mut TcpStream) -> u16 {
    let mut answer = Vec::new();
    let mut piece = [0; 1_024];
    while let Ok(read) = stream.read(&mut piece) {
        answer.extend(&piece[..read]);
        if read == 0 || answer.windows(4).any(|four| four == b"\r\n\r\n") {
            break;
        }
    }
    let text = String::from_utf8_lossy(&answer);
    let told = text
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    told.unwrap_or(0)
}

pub(crate) fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

pub(crate) fn reply(message_id: &str) -> Vec<u8> {
    json!({
        "event": "message.reply", "timestamp": "2026-06-02T16:10:03.000Z", "workspaceId": WORKSPACE,
        "messageId": message_id, "leadId": "6b1f00000000000000000a01", "phone": "+12025550143",
        "firstName": "Ana", "lastName": "Ruiz", "message": "Sounds good \u{e9}",
        "repliedAtUtc": "2026-06-02T16:10:00.000Z", "campaignId": null,
    })
    .to_string()
    .into_bytes()
}
