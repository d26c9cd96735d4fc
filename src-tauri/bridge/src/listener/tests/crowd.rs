//! Many at once: senders that dawdle, and a port that is taken.

use super::{SECRET, Stage, reply};
use crate::listener::{ListenError, Plan, open};
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use wire::SystemClock;

/// What this process holds in memory, in bytes; none where the system does not say.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024)
}

/// A thousand connections are more files than many systems allow from the start.
#[cfg(target_os = "linux")]
fn may_open_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = maximum.map_or(Some(4_096), |most| Some(most.min(4_096)));
    setrlimit(Resource::Nofile, Rlimit { current, maximum }).unwrap();
}

#[cfg(not(target_os = "linux"))]
fn may_open_many() {}

#[test]
fn webhooks_are_acknowledged_while_a_thousand_senders_dawdle() {
    may_open_many();
    let mut stage = Stage::new();
    let port = stage.port();
    let dawdle = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.write_all(b"POST /tuco/").unwrap();
        stream
    };
    let mut slow: Vec<TcpStream> = (0..1_000).map(|_| dawdle()).collect();
    let before = resident();
    for round in 0..20 {
        // A byte now and then keeps a slow sender's connection alive elsewhere; one that was shown out
        // stands in the queue again.
        for stream in &mut slow {
            if stream.write_all(b"0").is_err() {
                *stream = dawdle();
            }
        }
        assert_eq!(stage.deliver(&reply(&format!("m{round}"))), 200);
    }
    if let (Some(before), Some(after)) = (before, resident()) {
        let grown = after.saturating_sub(before);
        assert!(grown < 20_000_000, "it grew by {grown} bytes");
    }
    drop(slow);
    let connection = stage.connection;
    let store = stage.end();
    assert_eq!(
        store.read().delivery_counts(connection).unwrap()["taken"],
        20
    );
}

#[test]
fn a_port_that_is_taken_is_told_with_a_way_out() {
    let stage = Stage::new();
    let refused = open(Plan {
        port: stage.port(),
        tunnel: String::new(),
        path: super::PATH.to_owned(),
        secrets: vec![wire::Secret::new(SECRET)],
        client_secret: None,
        workspace_id: String::new(),
        portal_id: String::new(),
        clock: Arc::new(SystemClock),
    });
    let Err(error) = refused else {
        unreachable!("two can't have one port");
    };
    assert!(matches!(error, ListenError::Taken { .. }));
    assert!(error.to_string().contains("another port"), "{error}");
}
