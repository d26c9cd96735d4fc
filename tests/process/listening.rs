//! The webhook listener within `sync --watch`, with the sandbox sending as Tuco does: once, and signed.

use crate::theatre::{PATIENCE, Theatre, patiently};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// Posts as HubSpot does. The status.
pub(crate) fn post(address: &str, body: &str, signature: &str) -> u16 {
    let (host, path) = address
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nX-HubSpot-Signature: {signature}\r\n\
         X-HubSpot-Signature-Version: v2\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// Posts as HubSpot does, which reports again where a busy machine had no time to store what came.
pub(crate) fn reported(address: &str, body: &str, signature: &str) {
    patiently("what HubSpot reports", || {
        let status = post(address, body, signature);
        assert!([200, 503].contains(&status), "{status}");
        status == 200
    });
}

/// `sync --watch` at work. Dropping it ends it.
pub(crate) struct Watch {
    child: Child,
    lines: Receiver<String>,
}

impl Watch {
    fn begin(theatre: &Theatre, secret: &str) -> Self {
        Self::begin_with(theatre, secret, &[])
    }

    pub(crate) fn begin_with(theatre: &Theatre, secret: &str, more: &[(&str, &str)]) -> Self {
        let mut child = theatre
            .command(&["sync", "--watch", "--json"])
            .env("TUCO_WEBHOOK_SECRET", secret)
            .envs(more.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (say, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    /// Lines of its output, until one fits.
    fn until(&self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).unwrap();
            let value: Value = serde_json::from_str(&line).unwrap();
            if fits(&value) {
                return value;
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_reply_that_is_delivered_and_polled_later_is_one_entry() {
    let theatre = Theatre::synced();
    let from = theatre.somebody();
    // As a person does it at Tuco: Add Webhook, and the secret is shown once.
    let on = theatre.listener(&["on", "--port", "0"], "unused");
    assert_eq!(on.code, 2, "port 0 is none that a tunnel could lead to");
    let port = theatre.free_port().to_string();
    let on = theatre.listener(&["on", "--port", &port], "unused");
    assert_eq!(on.code, 0, "{} {}", on.out, on.err);
    let address = on.json()["address"].as_str().unwrap().to_owned();
    let made = theatre.tuco(
        "POST",
        "/api/webhooks",
        &json!({"url": address, "name": "by hand", "events":
            ["message.sent", "message.failed", "message.fallback", "message.reply", "message.opened"]}),
    );
    let secret = made["secret"].as_str().unwrap();

    let watch = Watch::begin(&theatre, secret);
    // A quiet home says nothing of its rounds, so the test is asked until somebody listens.
    theatre.until_listening(secret);
    let before = theatre.timeline().len();
    let message = theatre.reply(&from, "Delivered, and polled later");
    let mirrored = |theatre: &Theatre| theatre.timeline().len() - before;
    patiently("the reply on the timeline", || mirrored(&theatre) > 0);
    drop(watch);

    // Polled later: the same event, and no second entry.
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(mirrored(&theatre), 1);
    let of_message: Vec<Value> = theatre
        .log(&["--limit", "5"])
        .into_iter()
        .filter(|event| event["message_id"] == message.as_str())
        .collect();
    assert_eq!(of_message.len(), 1);
    assert_eq!(of_message[0]["stage"], "written");

    // Lost while nobody listened: found by polling.
    theatre.reply(&from, "Lost on the way");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(mirrored(&theatre), 2);

    let status = theatre.listener(&["status"], secret).json();
    // The round at the start may have asked for replies first; then what is delivered is known already.
    let count = |verdict: &str| status["counts"][verdict].as_u64().unwrap_or(0);
    assert_eq!(count("taken") + count("again"), 1, "{status}");
    assert!(status["counts"]["test"].as_u64().unwrap() >= 1);
    assert!(!status.to_string().contains(secret));
}

/// Keys and the webhook's secret in a passphrase file.
fn with_file(theatre: &Theatre, words: &[&str]) -> crate::theatre::Run {
    let mut command = theatre.command(words);
    command
        .env_remove("HUBSPOT_TOKEN")
        .env_remove("TUCO_API_KEY")
        .env("TUCO_HUBSPOT_PASSPHRASE", "four plain words here");
    crate::theatre::finish(&mut command)
}

#[test]
fn whoever_disconnects_leaves_no_webhook_at_tuco_and_no_secret_here() {
    let theatre = Theatre::open();
    let connect = ["connect", "--keep-in", "file", "--json"];
    let mut command = theatre.command(&connect);
    let run =
        crate::theatre::finish(command.env("TUCO_HUBSPOT_PASSPHRASE", "four plain words here"));
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let port = theatre.free_port().to_string();
    let on = with_file(&theatre, &["listener", "on", "--port", &port, "--json"]);
    assert_eq!(on.code, 0, "{} {}", on.out, on.err);
    assert_eq!(on.json()["registered"], true);
    let listed = || theatre.tuco("GET", "/api/webhooks", &Value::Null)["webhooks"].clone();
    assert_eq!(listed().as_array().unwrap().len(), 1);

    let run = with_file(&theatre, &["disconnect", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(run.json()["webhook"], "removed");
    assert_eq!(listed(), json!([]));
    let status = with_file(&theatre, &["listener", "status", "--json"]).json();
    assert_eq!(status["on"], false);
    let places = with_file(&theatre, &["keys", "where", "--json"]).json();
    assert_ne!(
        places["connections"][0]["kept_in"], "file",
        "nothing is left in it: {places}"
    );
    // Again: the file holds nothing any more, and whether a keychain does can't be known without one.
    let run = with_file(&theatre, &["disconnect", "--json"]);
    assert_eq!(run.code, 3, "{} {}", run.out, run.err);
    assert!(run.err.contains("keychain"), "{}", run.err);
}

#[test]
fn a_workflow_of_hubspot_is_heard_by_a_watched_sync() {
    let theatre = Theatre::synced();
    let port = theatre.free_port();
    let on = theatre.listener(&["on", "--port", &port.to_string()], "unused");
    assert_eq!(on.code, 0, "{} {}", on.out, on.err);
    let address = on.json()["hubspot_address"].as_str().unwrap().to_owned();
    let secret = "the client secret of an own app";
    let watch = Watch::begin_with(&theatre, "unused", &[("HUBSPOT_CLIENT_SECRET", secret)]);
    theatre.until_listening("unused");
    let body = json!({
        "callbackId": "ap-1", "origin": {"portalId": theatre.portal()},
        "context": {"workflowId": 77}, "object": {"objectId": 501, "objectType": "CONTACT"},
    })
    .to_string();
    let signed = |secret: &str| hex::encode(Sha256::digest(format!("{secret}POST{address}{body}")));
    let post = |signature: &str| post(&address, &body, signature);
    assert_eq!(post(&signed("another")), 401);
    assert_eq!(post(&signed(secret)), 200);
    assert_eq!(post(&signed(secret)), 200);
    let told = watch.until(|line| line.get("events_delivered").is_some());
    assert_eq!(told["events_delivered"], 1);
    drop(watch);
    let status = theatre.listener(&["status"], "unused").json();
    let events = status["hubspot_events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{status}");
    assert_eq!(
        (&events[0]["kind"], &events[0]["workflow_id"]),
        (&json!("action"), &json!("77"))
    );
    assert!(!status.to_string().contains(secret));
}

#[test]
fn without_a_keychain_no_webhook_is_left_at_tuco() {
    let theatre = Theatre::synced();
    let port = theatre.free_port().to_string();
    let mut command = theatre.command(&["listener", "on", "--port", &port, "--json"]);
    let refused = crate::theatre::finish(&mut command);
    assert_eq!(refused.code, 3, "{} {}", refused.out, refused.err);
    assert_eq!(refused.error_code(), "keychain");
    let left = theatre.tuco("GET", "/api/webhooks", &Value::Null);
    assert_eq!(left["webhooks"], json!([]));
}
