//! A page on this computer that leads on to a link of ours, for places that take no address but one of
//! the web: a property in HubSpot, a mail, a chat.
//!
//! It is off unless somebody chose it. It binds loopback only, answers a browser that was led there and
//! nothing that a page fetches, frames or posts, takes what the grammar of our links takes and nothing
//! else, and does nothing itself: the browser asks before it opens the program. No script, no style,
//! nothing from elsewhere, and nothing of a request is kept or logged.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener as Bound};
use std::sync::Arc;
use std::time::Duration;

use tauri::async_runtime::JoinHandle;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::deep_link;

/// Always the same, since it stands in links that were written down.
pub(crate) const PORT: u16 = 17_848;
/// Requests at once; more are hung up on.
const MOST: usize = 8;
/// A request is said within this time and this many bytes.
const LIMIT: Duration = Duration::from_secs(2);
const MOST_BYTES: usize = 4_096;

/// The page, for as long as this is held.
pub(crate) struct LinkPage {
    port: u16,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for LinkPage {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl LinkPage {
    /// Begins to answer. Port 0 takes any that is free.
    pub(crate) fn open(port: u16) -> io::Result<Self> {
        let four = Bound::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = four.local_addr()?.port();
        // Not every computer has the newer family.
        let six = Bound::bind((Ipv6Addr::LOCALHOST, port)).ok();
        let room = Arc::new(Semaphore::new(MOST));
        let mut tasks = Vec::new();
        for bound in [Some(four), six].into_iter().flatten() {
            bound.set_nonblocking(true)?;
            tasks.push(tauri::async_runtime::spawn(serve(
                bound,
                port,
                room.clone(),
            )));
        }
        Ok(Self { port, tasks })
    }

    /// What a link begins with.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }
}

async fn serve(bound: Bound, port: u16, room: Arc<Semaphore>) {
    let Ok(listener) = TcpListener::from_std(bound) else {
        return;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, say: others need a moment too.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        if let Ok(seat) = room.clone().try_acquire_owned() {
            tauri::async_runtime::spawn(async move {
                // Who says nothing is hung up on.
                let _ = tokio::time::timeout(LIMIT, talk(stream, port)).await;
                drop(seat);
            });
        }
    }
}

async fn talk(mut stream: TcpStream, port: u16) -> io::Result<()> {
    let mut said = Vec::new();
    let mut part = [0; 1_024];
    let head = loop {
        let read = stream.read(&mut part).await?;
        said.extend(part.iter().take(read));
        if said.windows(4).any(|end| end == b"\r\n\r\n") {
            break std::str::from_utf8(&said).ok();
        }
        if read == 0 || said.len() > MOST_BYTES {
            break None;
        }
    };
    let answer = head.map_or_else(|| refused(400), |head| answer(head, port));
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// What a request gets.
fn answer(head: &str, port: u16) -> String {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1" | "HTTP/1.0"), None) =
        (first.next(), first.next(), first.next(), first.next())
    else {
        return refused(400);
    };
    if method != "GET" {
        return refused(405);
    }
    let headers: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let all = |wanted: &str| -> Vec<&str> {
        headers
            .iter()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| *value)
            .collect()
    };
    let ours = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ];
    // A name of somebody else's that leads here would let their page read the answer.
    let hosts = all("host");
    if !matches!(hosts.as_slice(), [host] if ours.iter().any(|one| one == host)) {
        return refused(403);
    }
    // Browsers say what for; whoever says nothing is none.
    let led = |name: &str, wanted: &str| all(name).iter().all(|value| *value == wanted);
    let fetched = !led("sec-fetch-dest", "document") || !led("sec-fetch-mode", "navigate");
    if fetched || !all("origin").is_empty() {
        return refused(403);
    }
    let link = target
        .strip_prefix('/')
        .filter(|rest| plain(rest))
        .and_then(|rest| deep_link::parse(&format!("{}://{rest}", bridge::links::SCHEME)));
    link.map_or_else(
        || refused(404),
        |to| page(200, &led_on(&deep_link::link(&to))),
    )
}

/// One word and a question, so that nothing is brought into shape on the way.
fn plain(rest: &str) -> bool {
    let word = rest.split('?').next().unwrap_or_default();
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn refused(status: u16) -> String {
    page(
        status,
        "<title>Not a link</title><h1>This is not a link of Tuco for HubSpot</h1>\
         <p>Copy it again from the program: Settings, Links.</p>",
    )
}

fn led_on(link: &str) -> String {
    // The grammar of links leaves nothing else to escape.
    let link = link.replace('&', "&amp;");
    format!(
        "<meta http-equiv=\"refresh\" content=\"0; url={link}\"><title>To Tuco for HubSpot</title>\
         <h1>To Tuco for HubSpot</h1><p>Your browser asks whether it may open the program.</p>\
         <p><a href=\"{link}\">Open it</a> if it did not ask. You can close this tab then.</p>"
    )
}

fn page(status: u16, body: &str) -> String {
    let reason = match status {
        200 => "OK",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        _ => "Bad Request",
    };
    let body = format!("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">{body}</html>");
    format!(
        "HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
         X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n\
         Cache-Control: no-store\r\nCross-Origin-Opener-Policy: same-origin\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    const GOOD: &str = "/compose?portal=12&contact=501&template=Quote%20follow-up";

    fn ask(target: &str, headers: &str) -> String {
        answer(
            &format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.1:17848\r\n{headers}\r\n\r\n"),
            PORT,
        )
    }

    #[test]
    fn a_browser_that_was_led_here_is_led_on_and_nothing_else_is_in_the_page() {
        let led = ask(GOOD, "Sec-Fetch-Dest: document\r\nSec-Fetch-Mode: navigate");
        assert!(led.starts_with("HTTP/1.1 200 OK"), "{led}");
        let link = "tuco-hubspot://compose?portal=12&amp;contact=501&amp;template=Quote+follow-up";
        assert!(led.contains(&format!("content=\"0; url={link}\"")), "{led}");
        assert!(!led.contains("<script") && !led.contains("style"));
        assert!(led.contains("default-src 'none'"));
        for target in ["/open", "/activity?message=66a1", "/connection?portal=1"] {
            assert!(ask(target, "").starts_with("HTTP/1.1 200"), "{target}");
        }
    }

    #[test]
    fn whatever_else_asks_is_refused() {
        for (target, headers, status) in [
            (GOOD, "Sec-Fetch-Dest: iframe", 403),
            (
                GOOD,
                "Sec-Fetch-Dest: image\r\nSec-Fetch-Mode: no-cors",
                403,
            ),
            (GOOD, "Sec-Fetch-Mode: cors", 403),
            (GOOD, "Origin: https://evil.test", 403),
            (GOOD, "Host: evil.test:17848", 403),
            ("/", "", 404),
            ("/send?to=1", "", 404),
            ("//evil.test/", "", 404),
            ("/open/../..", "", 404),
            ("/compose?portal=12&contact=%22%3E%3Cscript%3E", "", 404),
            ("/compose?portal=12&contact=501&then=send", "", 404),
            ("http://evil.test/open", "", 404),
        ] {
            let answer = ask(target, headers);
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{target} {headers}: {answer}"
            );
            assert!(!answer.contains("tuco-hubspot://"), "{target} {headers}");
        }
        for head in [
            "POST /open HTTP/1.1\r\nHost: 127.0.0.1:17848\r\n\r\n",
            "GET /open HTTP/2\r\nHost: 127.0.0.1:17848\r\n\r\n",
            "GET /open HTTP/1.1\r\n\r\n",
            "GET  /open HTTP/1.1\r\nHost: 127.0.0.1:17848\r\n\r\n",
            "\r\n\r\n",
        ] {
            assert!(!answer(head, PORT).starts_with("HTTP/1.1 200"), "{head}");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_listens_on_loopback_while_it_is_held_and_hangs_up_on_a_crowd() {
        let page = LinkPage::open(0).unwrap();
        let port = page.port;
        let ask = move || {
            let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
            write!(
                stream,
                "GET /open HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"
            )
            .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        };
        let answer = tokio::task::spawn_blocking(ask).await.unwrap().unwrap();
        assert!(answer.contains("tuco-hubspot://open"), "{answer}");

        // Who says nothing keeps its place for two seconds, and no more than eight places are given.
        let silent: Vec<_> = (0..20)
            .map(|_| std::net::TcpStream::connect(("127.0.0.1", port)).unwrap())
            .collect();
        let hung_up = tokio::task::spawn_blocking(move || {
            silent
                .into_iter()
                .map(|mut stream| stream.read(&mut [0; 16]).unwrap_or(0))
                .collect::<Vec<_>>()
        });
        assert!(hung_up.await.unwrap().iter().all(|read| *read == 0));
        let answer = tokio::task::spawn_blocking(ask).await.unwrap().unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

        drop(page);
        let gone = async {
            while std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone)
            .await
            .unwrap();
    }
}
