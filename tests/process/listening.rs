//! The webhook listener within `sync --watch`, with the sandbox sending as Tuco does: once, and signed.

use crate::theatre::Theatre;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

/// `sync --watch` at work. Dropping it ends it.
struct Watch {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Watch {
    fn begin(theatre: &Theatre, secret: &str) -> Self {
        let mut child = theatre
            .command(&["sync", "--watch", "--json"])
            .env("TUCO_WEBHOOK_SECRET", secret)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// Lines of its output, until one fits.
    fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let mut line = String::new();
            let read = self.out.read_line(&mut line).unwrap();
            assert!(read > 0, "the program ended before it was said");
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

    let mut watch = Watch::begin(&theatre, secret);
    // A quiet home says nothing of its rounds, so the test is asked until somebody listens.
    theatre.until_listening(secret);
    let before = theatre.timeline().len();
    let message = theatre.reply(&from, "Delivered, and polled later");
    let told = watch.until(|line| line.get("events_delivered").is_some());
    assert_eq!(told["events_delivered"], 1);
    let mirrored = |theatre: &Theatre| theatre.timeline().len() - before;
    while mirrored(&theatre) == 0 {
        std::thread::yield_now();
    }
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
    assert_eq!(status["counts"]["taken"], 1, "{status}");
    assert!(status["counts"]["test"].as_u64().unwrap() >= 1);
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
