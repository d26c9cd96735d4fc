//! The real transport against sockets on this machine.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;
use wire::transport::HeaderMap;
use wire::*;

/// Takes one connection after the other, reads a request's head and writes the bytes, then hangs up.
fn server(answer: &'static [u8]) -> (Origin, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::loopback(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let taken = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        let mut part = [0; 1024];
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            let read = stream.read(&mut part).unwrap();
            head.extend_from_slice(part.get(..read).unwrap());
        }
        stream.write_all(answer).unwrap();
        // Nobody else is served: a second request, such as one after a redirect, would be refused.
        head
    });
    (origin, taken)
}

fn request(url: url::Url) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("authorization", "Bearer word".parse().unwrap());
    let timeout = Duration::from_secs(10);
    Request {
        method: Method::POST,
        url,
        headers,
        body: bytes::Bytes::from_static(b"{}"),
        timeout,
    }
}

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let (origin, taken) =
        server(b"HTTP/1.1 201 Created\r\nx-a: b\r\ncontent-length: 4\r\n\r\nbody");
    let transport = ReqwestTransport::new().unwrap();
    let url = origin.url("/api", &[("q", "+1")]);
    let answer = transport.send(request(url)).await.unwrap();
    assert_eq!((answer.status.as_u16(), &*answer.body), (201, &b"body"[..]));
    assert_eq!(answer.headers.get("x-a").unwrap(), "b");
    let head = String::from_utf8(taken.join().unwrap())
        .unwrap()
        .to_lowercase();
    assert!(head.starts_with("post /api?q=%2b1 http/1.1"), "{head}");
    assert!(
        head.contains("user-agent: tuco-for-hubspot/0.1.0"),
        "{head}"
    );
    assert!(head.contains("gzip"), "{head}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_no_way() {
    let (origin, taken) = server(
        b"HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\n\r\n",
    );
    let transport = ReqwestTransport::new().unwrap();
    let answer = transport.send(request(origin.url("/", &[]))).await.unwrap();
    assert_eq!(answer.status.as_u16(), 302);
    taken.join().unwrap();
}

#[tokio::test]
async fn a_cut_answer_is_lost_and_a_shut_door_is_not_sent() {
    let (origin, taken) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":");
    let transport = ReqwestTransport::new().unwrap();
    let url = origin.url("/", &[]);
    let lost = transport.send(request(url.clone())).await.unwrap_err();
    assert_eq!(lost, TransportError::Lost);
    taken.join().unwrap();
    // The listener is gone with its thread.
    assert_eq!(
        transport.send(request(url)).await.unwrap_err(),
        TransportError::NotSent
    );
}

#[tokio::test]
async fn a_connection_that_is_dropped_without_a_word_is_lost() {
    let (origin, taken) = server(b"");
    let transport = ReqwestTransport::new().unwrap();
    let lost = transport
        .send(request(origin.url("/", &[])))
        .await
        .unwrap_err();
    assert_eq!(lost, TransportError::Lost, "the request may have arrived");
    taken.join().unwrap();
}

#[tokio::test]
async fn a_key_never_leaves_unprotected() {
    let transport = ReqwestTransport::new().unwrap();
    for url in [
        "http://example.com/",
        "ftp://127.0.0.1/",
        "http://127.0.0.2:1/",
        "ws://localhost",
    ] {
        let refused = transport
            .send(request(url.parse().unwrap()))
            .await
            .unwrap_err();
        assert_eq!(refused, TransportError::NotSent, "{url}");
    }
}

#[tokio::test]
async fn connections_that_wait_are_closed_when_a_key_is_forgotten() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = Origin::loopback(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let served = std::thread::spawn(move || {
        let mut parts = [0; 1024];
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            // Everything is read until the other side closes; each head is answered once.
            let mut head = Vec::new();
            loop {
                let read = stream.read(&mut parts).unwrap();
                if read == 0 {
                    break;
                }
                head.extend_from_slice(parts.get(..read).unwrap());
                if head.ends_with(b"{}") {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(answer).unwrap();
                    head.clear();
                }
            }
        }
    });
    let transport = ReqwestTransport::new().unwrap();
    for _ in 0..2 {
        // A clone is the same transport, and a second request goes over the connection of the first.
        for _ in 0..2 {
            let url = origin.url("/", &[]);
            let answer = transport.clone().send(request(url)).await.unwrap();
            assert_eq!(answer.status.as_u16(), 200);
        }
        transport.close_idle();
    }
    // Both connections have come to their end, or this would wait for ever.
    tokio::task::spawn_blocking(|| served.join().unwrap())
        .await
        .unwrap();
}
