//! HubSpot's official clients judge the sandbox: they know nothing of our own clients, so what they
//! can read is what HubSpot writes, as far as HubSpot's own engineers say.
//!
//! Each client is a script of its own that prints one line a check. They have to be fetched once:
//! `tests/peers/prepare.sh` does it, and so does the test command of the README.
#![expect(
    clippy::expect_used,
    reason = "the judge of a test may fail like the test itself"
)]

use sandbox::launch::Launch;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// What says that a client is there, and the fewest checks that its script has.
struct Peer {
    program: PathBuf,
    script: &'static str,
    prepared: &'static str,
    checks: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers")
}

async fn judge(peer: Peer) {
    let folder = folder();
    assert!(
        folder.join(peer.prepared).exists(),
        "HubSpot's official clients are not here yet: run tests/peers/prepare.sh once, then the test again",
    );
    let launched = Launch::default()
        .start()
        .await
        .expect("a sandbox on free ports");
    let output = Command::new(&peer.program)
        .arg(folder.join(peer.script))
        .env("HUBSPOT_API_URL", &launched.endpoints.hubspot_url)
        .env("HUBSPOT_TOKEN", &launched.endpoints.hubspot_token)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("the program of the client starts");
    launched.served.shutdown().await;
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{complained}");
    // A script that ends early with success would judge nothing.
    let held = said.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(
        held >= peer.checks,
        "only {held} checks ran:\n{said}{complained}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_node_client_finds_what_it_expects() {
    judge(Peer {
        program: PathBuf::from("node"),
        script: "node/check.mjs",
        prepared: "node/node_modules/.prepared",
        checks: 20,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_official_python_client_finds_what_it_expects() {
    let program = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    judge(Peer {
        program: folder().join("python/.venv").join(program),
        script: "python/check.py",
        prepared: "python/.venv/.prepared",
        checks: 17,
    })
    .await;
}
