//! Two copies on one home.

use crate::theatre::Theatre;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A watch that has begun. It is ended when this is dropped.
struct Watch(Child);

impl Watch {
    fn begin(theatre: &Theatre) -> Self {
        let mut watch = theatre
            .command(&["sync", "--watch", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(watch.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains("Watching"), "{line}");
        // Read on, or the pipe fills up.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self(watch)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn reading_goes_on_beside_a_watch_and_writing_is_refused_by_name() {
    let theatre = Theatre::synced();
    let watch = Watch::begin(&theatre);
    for words in [
        &["status", "--json"][..],
        &["log", "--json"],
        &["settings", "show", "--json"],
    ] {
        let run = theatre.run(words);
        assert_eq!(run.code, 0, "{words:?} {}", run.err);
    }
    let pid = watch.0.id().to_string();
    for words in [
        &["sync", "--once", "--json"][..],
        &["settings", "set", "mirror.opened", "on", "--json"],
    ] {
        let run = theatre.run(words);
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (1, "busy_home"),
            "{}",
            run.err
        );
        assert!(run.err.contains(&pid), "names process {pid}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn a_watch_mirrors_and_ends_well_when_told_to() {
    let theatre = Theatre::open();
    let mut watch = theatre
        .command(&["sync", "--watch", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(watch.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        told["entries_written"].as_u64().unwrap(),
        theatre.timeline().len() as u64
    );
    let pid = watch.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(
        watch.wait().unwrap().code(),
        Some(0),
        "told to stop is not an error"
    );
}

#[cfg(unix)]
#[test]
fn a_sandbox_ends_well_when_told_to() {
    let theatre = Theatre::open();
    let mut sandbox = theatre
        .command(&["sandbox", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(sandbox.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    for name in [
        "hubspot_url",
        "tuco_url",
        "hubspot_token",
        "tuco_api_key",
        "portal_id",
    ] {
        assert!(line.contains(&format!("\"{name}\":")), "{line}");
    }
    let pid = sandbox.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(sandbox.wait().unwrap().code(), Some(0));
}
