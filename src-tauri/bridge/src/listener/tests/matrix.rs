//! Who may come in: every combination of host, origin, method and path.

use super::{PATH, Sent, Stage, reply, sign};
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn of_1680_requests_exactly_the_four_allowed_ones_succeed() {
    let stage = Stage::new();
    let port = stage.port();
    let other = port.wrapping_add(1);
    let hosts = [
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("LocalHost:{port}"),
        "hooks.example".to_owned(),
        "127.0.0.1".to_owned(),
        format!("127.0.0.1:{other}"),
        "localhost".to_owned(),
        format!("hooks.example:{port}"),
        format!("evil.example:{port}"),
        format!("localhost.evil.example:{port}"),
        format!("0.0.0.0:{port}"),
        String::new(),
    ];
    let own = format!("http://127.0.0.1:{port}").into_bytes();
    let origins: [Vec<(&'static str, Vec<u8>)>; 5] = [
        vec![],
        vec![("Origin", b"null".to_vec())],
        vec![("Origin", b"https://evil.example".to_vec())],
        vec![("origin", own)],
        vec![("Sec-Fetch-Site", b"none".to_vec())],
    ];
    let methods = ["POST", "GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let paths = [
        format!("/tuco/{PATH}"),
        format!("/tuco/{PATH}/"),
        format!("/tuco/{PATH}?x=1"),
        "/".to_owned(),
    ];
    let body = reply("m1");
    let signature = sign(super::SECRET, &body);
    let (mut sent, mut allowed) = (0, Vec::new());
    for host in &hosts {
        for origin in &origins {
            for method in methods {
                for target in &paths {
                    let mut headers = origin.clone();
                    headers.push(("X-Tuco-Signature", signature.clone().into_bytes()));
                    headers.push(("X-Tuco-Event", b"message.reply".to_vec()));
                    let status = stage.send(&Sent {
                        method,
                        target: target.clone(),
                        host: Some(host.clone()),
                        headers,
                        body: body.clone(),
                        chunked: false,
                    });
                    sent += 1;
                    if status == 200 {
                        allowed.push((host.clone(), origin.len(), method, target.clone()));
                    } else {
                        assert!(
                            matches!(status, 400 | 403 | 404 | 405),
                            "{status} {host} {method} {target}"
                        );
                    }
                }
            }
        }
    }
    assert_eq!(sent, 1_680);
    let wanted: Vec<_> = hosts
        .iter()
        .take(4)
        .map(|host| (host.clone(), 0, "POST", paths[0].clone()))
        .collect();
    assert_eq!(allowed, wanted);
}

/// What stands in the head about the body's length, against what the signature is.
#[test]
fn a_body_is_taken_only_where_its_length_and_its_signature_are_right() {
    let stage = Stage::new();
    let port = stage.port();
    let mut tried = 0;
    for length in ["right", "in pieces", "short", "nought", "huge", "no number"] {
        for signature in ["right", "another's", "missing", "malformed", "twice"] {
            let body = reply("m1");
            let right = sign(super::SECRET, &body);
            let signatures = match signature {
                "right" => vec![right],
                "another's" => vec![sign("another", &body)],
                "missing" => vec![],
                "malformed" => vec![format!("sha256={right}")],
                _ => vec![right.clone(), right],
            };
            let mut head = format!(
                "POST /tuco/{PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Tuco-Event: message.reply\r\n"
            );
            for one in signatures {
                head.push_str(&format!("X-Tuco-Signature: {one}\r\n"));
            }
            let mut sent = body.clone();
            match length {
                "right" => head.push_str(&format!("Content-Length: {}\r\n", body.len())),
                "in pieces" => {
                    head.push_str("Transfer-Encoding: chunked\r\n");
                    sent = format!("{:x}\r\n", body.len()).into_bytes();
                    sent.extend(&body);
                    sent.extend(b"\r\n0\r\n\r\n");
                }
                "short" => head.push_str(&format!("Content-Length: {}\r\n", body.len() - 1)),
                "nought" => head.push_str("Content-Length: 0\r\n"),
                "huge" => {
                    head.push_str("Content-Length: 1048577\r\n");
                    sent.resize(1_048_577, b' ');
                }
                _ => head.push_str("Content-Length: all\r\n"),
            }
            head.push_str("\r\n");
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            let limit = Some(Duration::from_secs(20));
            stream.set_read_timeout(limit).unwrap();
            // Whoever is refused early may find the connection closed while it still writes.
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&sent);
            let status = super::status(&mut stream);
            let good = matches!(length, "right" | "in pieces") && signature == "right";
            assert_eq!(status == 200, good, "{length} {signature}: {status}");
            tried += 1;
        }
    }
    assert_eq!(tried, 30);
}

#[test]
fn a_request_that_is_two_things_at_once_is_refused() {
    let stage = Stage::new();
    let port = stage.port();
    let body = reply("m1");
    let signed = || {
        vec![
            ("X-Tuco-Signature", sign(super::SECRET, &body).into_bytes()),
            ("X-Tuco-Event", b"message.reply".to_vec()),
        ]
    };
    let with = |more: (&'static str, &[u8])| {
        let mut headers = signed();
        headers.push((more.0, more.1.to_vec()));
        stage.send(&Sent {
            headers,
            body: body.clone(),
            ..Sent::to(port)
        })
    };
    assert_ne!(with(("Host", b"evil.example")), 200);
    assert_ne!(with(("Content-Length", b"3")), 200);
    assert_ne!(with(("Transfer-Encoding", b"chunked")), 200);
    assert_ne!(with(("Transfer-Encoding", b"xchunked")), 200);
    assert_ne!(with(("Transfer-Encoding", b"chunked, identity")), 200);
    let proxied = stage.send(&Sent {
        target: format!("http://evil.example/tuco/{PATH}"),
        headers: signed(),
        body: body.clone(),
        ..Sent::to(port)
    });
    assert_eq!(proxied, 403);
    let nowhere = stage.send(&Sent {
        host: None,
        headers: signed(),
        body: body.clone(),
        ..Sent::to(port)
    });
    assert_eq!(nowhere, 403);
    let whole = stage.send(&Sent {
        headers: signed(),
        body: body.clone(),
        ..Sent::to(port)
    });
    assert_eq!(whole, 200);
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let stage = Stage::new();
    let status = stage.send(&Sent {
        headers: vec![("X-Long", vec![b'x'; 20 << 10])],
        ..Sent::to(stage.port())
    });
    assert!(matches!(status, 0 | 431), "{status}");
}
