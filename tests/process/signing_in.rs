//! Signing in through the command line, with a browser that does what it is told: without a keychain, and
//! with a real one of the test's own.

use crate::theatre::{Run, Theatre, patiently};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Sends one request as a browser does, and reads the answer: status, `Location`, body.
fn fetch(method: &str, url: &str, body: &str) -> (u16, String, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{}\r\n{body}",
        if body.is_empty() {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        }
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location")
            .then(|| value.trim().to_owned())
    });
    (status, location.unwrap_or_default(), body.to_owned())
}

/// Picks an account, approves, and comes back.
fn approve(link: &str, portal: &str) {
    let (status, _, picker) = fetch("GET", link, "");
    assert!(
        status == 200 && picker.contains(&format!("account-{portal}")),
        "{picker}"
    );
    let consent = link.replace("/oauth/authorize", &format!("/oauth/{portal}/authorize"));
    let (status, back, page) = fetch("POST", &consent, "decision=approve");
    assert_eq!(status, 302, "{page}");
    let (status, clean, _) = fetch("GET", &back, "");
    assert_eq!((status, clean.as_str()), (303, "/hubspot/done"));
    let origin = back.split("/hubspot").next().unwrap();
    let (status, _, page) = fetch("GET", &format!("{origin}{clean}"), "");
    assert!(
        status == 200 && page.contains("HubSpot has answered"),
        "{page}"
    );
}

/// `connect --sign-in`, with somebody at the browser.
pub(crate) fn sign_in(
    theatre: &Theatre,
    words: &[&str],
    surroundings: &[(&str, &str)],
    portal: &str,
) -> Run {
    let words: Vec<&str> = ["connect", "--sign-in", "--no-browser", "--json"]
        .iter()
        .chain(words)
        .copied()
        .collect();
    let mut command = theatre.command(&words);
    command
        .env_remove("HUBSPOT_TOKEN")
        .env("HUBSPOT_CLIENT_ID", theatre.told("hubspot_client_id"))
        .env(
            "HUBSPOT_CLIENT_SECRET",
            theatre.told("hubspot_client_secret"),
        )
        .envs(surroundings.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut err = BufReader::new(running.stderr.take().unwrap());
    let mut told = String::new();
    let link = loop {
        let mut line = String::new();
        assert_ne!(err.read_line(&mut line).unwrap(), 0, "no link in {told}");
        told.push_str(&line);
        if line.starts_with("http://") {
            break line.trim().to_owned();
        }
    };
    approve(&link, portal);
    let mut out = String::new();
    running
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut out)
        .unwrap();
    err.read_to_string(&mut told).unwrap();
    Run {
        code: running.wait().unwrap().code().unwrap(),
        out,
        err: told,
    }
}

pub(crate) fn asked(theatre: &Theatre, call: &str) -> u64 {
    theatre.control("GET", "requests", &Value::Null)["hubspot"]["paths"][call]
        .as_u64()
        .unwrap_or_default()
}

/// A session bus and an unlocked keychain of the test's own, ended with it.
pub(crate) struct Keychain {
    folder: tempfile::TempDir,
    bus: Child,
    daemon: Child,
    address: String,
}

impl Keychain {
    pub(crate) fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let leashed = |program: &str| {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "TERM", program]);
            for (name, place) in [
                ("HOME", ""),
                ("XDG_DATA_HOME", "data"),
                ("XDG_RUNTIME_DIR", "run"),
                ("XDG_CONFIG_HOME", "config"),
                ("XDG_CACHE_HOME", "cache"),
            ] {
                let place = folder.path().join(place);
                std::fs::create_dir_all(&place).unwrap();
                private(&place);
                command.env(name, place);
            }
            command.stderr(Stdio::null());
            command
        };
        let mut bus = leashed("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(bus.stdout.take().unwrap())
            .read_line(&mut address)
            .unwrap();
        let address = address.trim().to_owned();
        let mut daemon = leashed("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .env("DBUS_SESSION_BUS_ADDRESS", &address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        daemon
            .stdin
            .take()
            .unwrap()
            .write_all(b"a password for tests\n")
            .unwrap();
        let keychain = Self {
            folder,
            bus,
            daemon,
            address,
        };
        patiently("the keychain daemon", || keychain.is_there());
        keychain
    }

    fn is_there(&self) -> bool {
        let asked = Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()
            .unwrap();
        String::from_utf8_lossy(&asked.stdout).contains("boolean true")
    }

    pub(crate) fn surroundings(&self) -> [(&str, &str); 2] {
        [
            ("DBUS_SESSION_BUS_ADDRESS", &self.address),
            ("HOME", self.folder.path().to_str().unwrap()),
        ]
    }
}

fn private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

impl Drop for Keychain {
    fn drop(&mut self) {
        for child in [&mut self.daemon, &mut self.bus] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn somebody_signs_in_syncs_and_signs_out_with_nothing_in_the_environment() {
    let theatre = Theatre::open();
    let portal = theatre.told_number("portal_id");
    let other = theatre.told_number("other_portal_id");

    // Without a keychain nothing could renew it: it is given back.
    let run = sign_in(&theatre, &[], &[], &portal);
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (3, "keychain"),
        "{} {}",
        run.out,
        run.err
    );
    assert_eq!(asked(&theatre, "POST /oauth/2026-09/token/revoke"), 1);

    let keychain = Keychain::open();
    let surroundings = keychain.surroundings();
    let run = sign_in(&theatre, &["--connection", "Mine"], &surroundings, &portal);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(run.json()["method"], "sign_in");
    // The connection of this portal and workspace was made before, under another name: that is said.
    assert!(run.err.contains("\"Mine\" was not made"), "{}", run.err);

    let name = run.json()["connection"].as_str().unwrap().to_owned();
    let alone = |words: &[&str]| {
        let mut command = theatre.command(words);
        for key in ["HUBSPOT_TOKEN", "TUCO_API_KEY"] {
            command.env_remove(key);
        }
        crate::theatre::finish(command.envs(surroundings))
    };
    let run = alone(&["rename", "Mine", "--json"]);
    assert_eq!(
        (run.code, run.json()["before"].as_str()),
        (0, Some(name.as_str()))
    );
    let run = alone(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert!(run.json()["entries_written"].as_u64().unwrap() > 0);
    let status = alone(&["status", "--json"]).json();
    assert_eq!(status["connection"]["method"], "sign_in");
    assert!(status["connection"]["signed_in_at"].is_string());

    // Half an hour later the sign-in renews itself, in a process of its own.
    theatre.control("POST", "clock", &json!({"advance_ms": 3_600_000}));
    assert_eq!(alone(&["sync", "--once", "--json"]).code, 0);

    assert_eq!(alone(&["pause", "--json"]).code, 0);
    assert_eq!(alone(&["sync", "--once", "--json"]).error_code(), "paused");
    assert_eq!(alone(&["resume", "--json"]).code, 0);

    // The other portal is refused for this connection, and both are named.
    let run = sign_in(&theatre, &["--connection", "Mine"], &surroundings, &other);
    assert_eq!((run.code, run.error_code().as_str()), (3, "wrong_portal"));
    assert!(
        run.out.contains("Sandbox, second account") && run.out.contains(&portal),
        "{}",
        run.out
    );
    // It is a connection of its own.
    let run = sign_in(&theatre, &["--connection", "Other"], &surroundings, &other);
    assert_eq!(
        (run.code, run.json()["connection"].as_str()),
        (0, Some("Other")),
        "{}",
        run.err
    );
    assert_eq!(
        alone(&["sync", "--once", "--json"]).error_code(),
        "which_connection"
    );
    let run = alone(&["--connection", "Other", "sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{}", run.out);

    let run = alone(&[
        "disconnect",
        "--uninstall",
        "--json",
        "--connection",
        "Other",
    ]);
    assert_eq!(
        (run.code, run.json()["ended"].as_str()),
        (0, Some("uninstalled"))
    );
    let run = alone(&["disconnect", "--json", "--connection", "Mine"]);
    assert_eq!(
        (run.code, run.json()["ended"].as_str()),
        (0, Some("revoked"))
    );
    let run = alone(&["sync", "--once", "--json", "--connection", "Mine"]);
    assert_eq!((run.code, run.error_code().as_str()), (3, "no_keys"));
    let log = alone(&["log", "--json", "--connection", "Mine"]);
    assert!(!log.json().as_array().unwrap().is_empty(), "the log stays");
}
