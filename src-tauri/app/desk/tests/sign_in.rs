//! Signing in in the browser, changing the way, and leaving, with and without a network.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;
use crate::view::connection::{Method, SavedKeys};
use crate::view::people::{ExtraShown, SyncChoice};
use crate::view::problem::Answer;
use crate::view::sign_in::{SignInStep, SignInWish};

const REVOKED: &str = "POST /oauth/2026-09/token/revoke";

/// One request as a browser makes it: status and `Location`.
fn fetch(method: &str, url: &str, body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let head = answer.split("\r\n\r\n").next().unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location")
            .then(|| value.trim().to_owned())
    });
    (status, location.unwrap_or_default())
}

/// Where HubSpot sends the browser after somebody has approved.
fn approve(link: &str, portal: u64) -> String {
    let consent = link.replace("/oauth/authorize", &format!("/oauth/{portal}/authorize"));
    let (status, back) = fetch("POST", &consent, "decision=approve");
    assert_eq!(status, 302);
    back
}

impl Bench {
    fn wish(&self, connection: Option<i64>) -> SignInWish {
        let endpoints = &self.launched.endpoints;
        SignInWish {
            client_id: endpoints.hubspot_client_id.clone(),
            client_secret: endpoints.hubspot_client_secret.clone(),
            tuco: endpoints.tuco_api_key.clone(),
            connection,
            name: None,
        }
    }

    /// Signs in; `then` is told the link once somebody could open it.
    async fn sign_in(
        &self,
        wish: SignInWish,
        then: impl FnOnce(String) + Send + 'static,
    ) -> Answer<SavedKeys> {
        let then = Mutex::new(Some(then));
        let told = move |step: SignInStep| {
            if let SignInStep::Waiting { link, .. } = step
                && let Some(then) = then.lock().unwrap().take()
            {
                std::thread::spawn(move || then(link));
            }
        };
        self.desk.sign_in(wish, |_| true, told).await
    }

    async fn sign_in_as(&self, connection: Option<i64>, portal: u64) -> Answer<SavedKeys> {
        self.sign_in(self.wish(connection), move |link| {
            let back = approve(&link, portal);
            assert_eq!(fetch("GET", &back, "").0, 303);
        })
        .await
    }

    fn portal(&self) -> u64 {
        self.launched.endpoints.portal_id
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_signs_in_in_the_browser_or_pastes_the_address() {
    let bench = Bench::new().await;
    let portal = bench.portal();
    let saved = bench.sign_in_as(None, portal).await.unwrap();
    assert_eq!((saved.not_kept.as_str(), saved.warning.as_str()), ("", ""));
    bench.settled(saved.connection).await;
    let one = bench.desk.snapshot().await.connections.remove(0);
    assert_eq!(one.method, Method::SignIn);

    let (desk, handle) = (bench.desk.clone(), tokio::runtime::Handle::current());
    // What was left empty is as it was kept.
    let wish = SignInWish {
        client_id: String::new(),
        client_secret: String::new(),
        tuco: String::new(),
        connection: Some(saved.connection),
        name: None,
    };
    let again = bench
        .sign_in(wish, move |link| {
            let back = approve(&link, portal);
            let _runtime = handle.enter();
            let other = desk.sign_in_by_address("https://example.com/");
            assert_eq!(other.unwrap_err().code, Code::BadInput);
            desk.sign_in_by_address(&back).unwrap();
        })
        .await
        .unwrap();
    assert_eq!(again.connection, saved.connection);
    let late = bench
        .desk
        .sign_in_by_address("http://localhost/")
        .unwrap_err();
    assert_eq!(late.code, Code::BadInput, "nothing waits any more");
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_can_be_cancelled_and_another_portal_is_refused() {
    let bench = Bench::new().await;
    let desk = bench.desk.clone();
    let cancelled = bench
        .sign_in(bench.wish(None), move |_| desk.cancel_sign_in())
        .await;
    assert_eq!(cancelled.unwrap_err().code, Code::Cancelled);
    assert!(bench.desk.snapshot().await.connections.is_empty());

    let saved = bench.sign_in_as(None, bench.portal()).await.unwrap();
    let other = bench.launched.endpoints.other_portal_id;
    let refused = bench.sign_in_as(Some(saved.connection), other).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, Code::WrongAccount);
    assert!(refused.message.contains(&other.to_string()));
    assert_eq!(bench.asked(REVOKED), 1, "what was issued is given back");
    assert_eq!(bench.desk.snapshot().await.connections.len(), 1);
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_after_the_answer_connects_nothing_and_gives_the_sign_in_back() {
    let bench = Bench::new().await;
    let (desk, portal) = (bench.desk.clone(), bench.portal());
    let told = move |step: SignInStep| match step {
        SignInStep::Waiting { link, .. } => {
            std::thread::spawn(move || fetch("GET", &approve(&link, portal), ""));
        }
        _ => desk.cancel_sign_in(),
    };
    let cancelled = bench.desk.sign_in(bench.wish(None), |_| true, told).await;
    assert_eq!(cancelled.unwrap_err().code, Code::Cancelled);
    assert!(bench.desk.snapshot().await.connections.is_empty());
    assert_eq!(bench.asked(REVOKED), 1, "what was issued is given back");
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_of_two_sign_ins_is_the_one_that_is_waited_for_and_can_be_cancelled() {
    let bench = Bench::new().await;
    let (under_way, begun) = tokio::sync::oneshot::channel();
    let (ends, over) = tokio::sync::oneshot::channel();
    let first = bench.sign_in(bench.wish(None), move |_| under_way.send(()).unwrap());
    let second = async {
        begun.await.unwrap();
        let (under_way, begun) = tokio::sync::oneshot::channel();
        let second = bench.sign_in(bench.wish(None), move |_| under_way.send(()).unwrap());
        let cancel = async {
            begun.await.unwrap();
            // The first one has ended by then, and its end leaves the second one alone.
            over.await.unwrap();
            bench.desk.cancel_sign_in();
        };
        tokio::join!(second, cancel).0
    };
    let first = async {
        let ended = first.await;
        ends.send(()).unwrap();
        ended
    };
    let both = async { tokio::join!(first, second) };
    let (first, second) = tokio::time::timeout(Duration::from_secs(60), both)
        .await
        .unwrap();
    assert_eq!(first.unwrap_err().code, Code::Cancelled);
    assert_eq!(second.unwrap_err().code, Code::Cancelled);
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_does_not_go_along_into_the_sandbox() {
    let bench = Bench::new().await;
    let (under_way, begun) = tokio::sync::oneshot::channel();
    let signing_in = bench.sign_in(bench.wish(None), move |_| under_way.send(()).unwrap());
    let entering = async {
        begun.await.unwrap();
        bench.desk.start_sandbox().await.unwrap();
    };
    let both = async { tokio::join!(signing_in, entering) };
    let (ended, ()) = tokio::time::timeout(Duration::from_secs(60), both)
        .await
        .unwrap();
    assert_eq!(ended.unwrap_err().code, Code::Cancelled);
    let one = bench.desk.snapshot().await.connections;
    let names: Vec<&str> = one.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Sandbox"]);
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_takes_the_place_of_a_sign_in_ends_it_and_keeps_the_log() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let key = bench.connect().await;
    let events = desk.snapshot().await.connections.remove(0).events;
    let signed = bench.sign_in_as(None, bench.portal()).await.unwrap();
    assert_eq!(signed.connection, key, "the portal's own connection");
    assert_eq!(bench.asked(REVOKED), 0, "a key is nothing to revoke");
    let back = desk.save_connection(bench.keys(), None).await.unwrap();
    assert_eq!((back.connection, back.warning.as_str()), (key, ""));
    assert_eq!(bench.asked(REVOKED), 1);
    let one = desk.snapshot().await.connections.remove(0);
    assert_eq!(one.method, Method::Key);
    assert!(one.events >= events && events > 0);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disconnecting_works_without_a_network_and_says_what_is_left_there() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let saved = bench.sign_in_as(None, bench.portal()).await.unwrap();
    bench.settled(saved.connection).await;
    let wrong = desk
        .disconnect(saved.connection, "Other".to_owned(), false)
        .await;
    assert_eq!(wrong.unwrap_err().code, Code::BadInput);
    bench.offline.store(true, Ordering::Relaxed);
    let told = desk
        .disconnect(saved.connection, saved.name, false)
        .await
        .unwrap();
    assert!(
        told.contains("HubSpot could not be told") && told.contains("Connected Apps"),
        "{told}"
    );
    assert!(desk.snapshot().await.connections.is_empty());
    assert_eq!(bench.asked(REVOKED), 0);

    bench.offline.store(false, Ordering::Relaxed);
    let again = bench.sign_in_as(None, bench.portal()).await.unwrap();
    let told = desk
        .disconnect(again.connection, again.name, false)
        .await
        .unwrap();
    assert!(told.contains("30 minutes"), "{told}");
    assert_eq!(bench.asked(REVOKED), 1);
    desk.close(Duration::from_secs(5)).await;
}

/// Whether a link asks for a scope.
fn asks_for(link: &str, scope: &str) -> bool {
    let (_, query) = link.split_once("optional_scope=").unwrap();
    let asked = query.split('&').next().unwrap();
    asked.split("%20").any(|one| one == scope)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_switch_that_came_after_the_sign_in_asks_for_another_one_which_asks_for_its_scope() {
    const TEXT: &str = "sales-email-read";
    let bench = Bench::new().await;
    let (desk, portal) = (&bench.desk, bench.portal());
    let sign_in = async |connection| {
        let (told, heard) = std::sync::mpsc::channel();
        let then = move |link: String| {
            fetch("GET", &approve(&link, portal), "");
            told.send(asks_for(&link, TEXT)).unwrap();
        };
        let saved = bench.sign_in(bench.wish(connection), then).await.unwrap();
        bench.settled(saved.connection).await;
        (saved.connection, heard.recv().unwrap())
    };
    let lack = async |connection| {
        let sync = desk.people_sync(connection).await.unwrap();
        let of = |one: &&ExtraShown| one.extra == "engagements";
        sync.extras.iter().find(of).unwrap().lack.clone()
    };
    let (connection, asked) = sign_in(None).await;
    assert!(!asked, "nothing is asked for that nobody chose");
    let before = desk.people_sync(connection).await.unwrap().choice;
    let choice = SyncChoice {
        engagements: true,
        ..before
    };
    desk.change_sync(connection, choice, None).await.unwrap();
    let told = lack(connection).await;
    assert!(
        told.contains(TEXT) && told.contains("sign in again"),
        "{told}"
    );

    let (again, asked) = sign_in(Some(connection)).await;
    assert_eq!(again, connection);
    assert!(asked, "the switch is on");
    assert_eq!(lack(connection).await, "", "and the scope was given");
    desk.close(Duration::from_secs(5)).await;
}
