//! Many at once: senders that dawdle, and a port that is taken.

use super::{SECRET, Stage, reply};
use crate::listener::{ListenError, Plan, open};
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use wire::SystemClock;

#[test]
fn webhooks_are_acknowledged_while_two_hundred_senders_dawdle() {
    let mut stage = Stage::new();
    let port = stage.port();
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(b"POST /tuco/").unwrap();
            stream
        })
        .collect();
    for round in 0..20 {
        // A byte now and then keeps a slow sender's connection alive elsewhere.
        for stream in &mut slow {
            let _ = stream.write_all(b"0");
        }
        assert_eq!(stage.deliver(&reply(&format!("m{round}"))), 200);
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
