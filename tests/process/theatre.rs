//! The sandbox as a child process, and the command run against it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than anything here takes on a busy machine; what is not there by then never comes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Waits until it is so, and fails with what was awaited where that is never.
#[expect(
    clippy::disallowed_methods,
    reason = "processes live by the real clock"
)]
pub(crate) fn patiently(awaited: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < PATIENCE, "{awaited} never came");
        std::thread::yield_now();
    }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_tuco-hubspot");

/// A sandbox and an empty home. Dropping it ends the one and removes the other.
pub(crate) struct Theatre {
    sandbox: Child,
    told: Value,
    home: TempDir,
}

/// What a run of the command left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one line of JSON on stdout.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(
            self.out.lines().count(),
            1,
            "one line on stdout: {:?} {}",
            self.out,
            self.err
        );
        serde_json::from_str(&self.out).unwrap()
    }

    /// The code of the error in the JSON.
    pub(crate) fn error_code(&self) -> String {
        self.json()
            .pointer("/error/code")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }
}

impl Theatre {
    pub(crate) fn open() -> Self {
        Self::with(&["--contacts", "80"])
    }

    pub(crate) fn with(options: &[&str]) -> Self {
        let mut sandbox = Command::new(PROGRAM)
            .args(["sandbox", "--json"])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(sandbox.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let told = serde_json::from_str(&line).unwrap();
        Self {
            sandbox,
            told,
            home: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn told(&self, name: &str) -> &str {
        self.told[name].as_str().unwrap()
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn told_number(&self, name: &str) -> String {
        self.told[name].as_u64().unwrap().to_string()
    }

    /// The portal's number.
    pub(crate) fn portal(&self) -> u64 {
        self.told["portal_id"].as_u64().unwrap()
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().join("home")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.home().join("bridge.db")
    }

    /// The command with the sandbox's addresses and keys, to be changed further.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = bare(&self.home(), words);
        command
            .env("HUBSPOT_API_URL", self.told("hubspot_url"))
            .env("TUCO_API_URL", self.told("tuco_url"))
            .env("HUBSPOT_TOKEN", self.told("hubspot_token"))
            .env("TUCO_API_KEY", self.told("tuco_api_key"));
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Run {
        finish(&mut self.command(words))
    }

    /// A first sync that has to go well.
    pub(crate) fn synced() -> Self {
        let theatre = Self::open();
        let run = theatre.run(&["sync", "--once", "--json"]);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
        theatre
    }

    /// Syncs that are killed, from before the first read to long after the last write of a round.
    pub(crate) fn killed_early_and_late(&self) {
        for delay in (40..900).step_by(60) {
            let mut running = self
                .command(&["sync", "--watch"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(delay));
            running.kill().unwrap();
            running.wait().unwrap();
        }
    }

    /// One of the sandbox's control calls.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, &format!("/_sandbox/{path}"), body)
    }

    /// Something that a person does in HubSpot.
    pub(crate) fn hubspot(&self, method: &str, path: &str) -> Value {
        self.call(method, path, &Value::Null)
    }

    /// The same, with something to say.
    pub(crate) fn in_hubspot(&self, method: &str, path: &str, body: &Value) -> Value {
        self.call(method, path, body)
    }

    /// Something that a person does in Tuco.
    pub(crate) fn tuco(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask("tuco_url", "tuco_api_key", method, path, body)
    }

    /// The command `listener` with a secret of the environment.
    pub(crate) fn listener(&self, words: &[&str], secret: &str) -> Run {
        let words: Vec<&str> = ["listener", "--json"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        finish(self.command(&words).env("TUCO_WEBHOOK_SECRET", secret))
    }

    /// Asks until somebody listens.
    pub(crate) fn until_listening(&self, secret: &str) {
        patiently("a listener that answers", || {
            self.listener(&["test"], secret).code == 0
        });
    }

    /// A port that nobody has, at this moment.
    pub(crate) fn free_port(&self) -> u16 {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.local_addr().unwrap().port()
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask("hubspot_url", "hubspot_token", method, path, body)
    }

    fn ask(&self, url: &str, key: &str, method: &str, path: &str, body: &Value) -> Value {
        let host = self.told(url).strip_prefix("http://").unwrap();
        let token = self.told(key);
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Authorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{head} {body}");
        if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(body).unwrap()
        }
    }

    /// Every entry on every timeline.
    pub(crate) fn timeline(&self) -> Vec<Value> {
        let answer = self.control("GET", "timeline", &Value::Null);
        answer["entries"].as_array().unwrap().clone()
    }

    /// A reply that has just come in. Its message id.
    pub(crate) fn reply(&self, from: &str, text: &str) -> String {
        let body = serde_json::json!({"from": from, "text": text});
        self.control("POST", "reply", &body)["messageId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The log as the command tells it.
    pub(crate) fn log(&self, words: &[&str]) -> Vec<Value> {
        let words: Vec<&str> = ["log", "--json"].iter().chain(words).copied().collect();
        self.run(&words).json().as_array().unwrap().clone()
    }

    /// Somebody whose messages reach HubSpot: a phone number that a mirrored reply came from.
    pub(crate) fn somebody(&self) -> String {
        let log = self.log(&["--kind", "reply", "--limit", "500"]);
        let known = |event: &&Value| event["stage"] == "written" && event["phone"].is_string();
        log.iter().find(known).unwrap()["phone"]
            .as_str()
            .unwrap()
            .to_owned()
    }
}

impl Drop for Theatre {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

/// The command in a home, with nothing else from the environment of whoever runs the tests.
pub(crate) fn bare(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    for name in [
        "HUBSPOT_API_URL",
        "TUCO_API_URL",
        "HUBSPOT_APP_URL",
        "HUBSPOT_TOKEN",
        "TUCO_API_KEY",
        "HUBSPOT_CLIENT_ID",
        "HUBSPOT_CLIENT_SECRET",
    ] {
        command.env_remove(name);
    }
    // No keychain of whoever runs the tests is asked.
    command.env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
        .env("TUCO_HUBSPOT_HOME", home)
        .args(words)
        .stdin(Stdio::null());
    command
}

pub(crate) fn finish(command: &mut Command) -> Run {
    Run::of(command.output().unwrap())
}
