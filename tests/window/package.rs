//! The Debian package: it installs, registers itself, starts, and leaves nothing behind.
//!
//! `cargo xtask test` packs what it has built. Everything happens under a folder of the test's own, with
//! a package database of its own, so that a copy that somebody uses on this computer is never touched.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

const NAME: &str = "tuco-for-hubspot";
const SCHEME: &str = "x-scheme-handler/tuco-hubspot";
/// From the start of the program to its first painted frame; a cold start under load takes a while.
const PATIENCE: Duration = Duration::from_secs(90);

#[test]
#[ignore = "needs the package and a display: cargo xtask test brings both"]
fn the_package_installs_registers_starts_and_leaves_nothing() {
    let package = PathBuf::from(std::env::var("TUCO_FOR_HUBSPOT_PACKAGE").expect("where it is"));
    needs_only_what_debian_has(&package);
    let system = System::new();
    system.dpkg(&[
        "--force-depends",
        "--install",
        &package.display().to_string(),
    ]);
    opens_links(&system);
    starts(&system);
    system.dpkg(&["--purge", NAME]);
    assert_eq!(system.files(), Vec::<PathBuf>::new());
}

/// A folder that takes a system's place.
struct System(PathBuf);

impl System {
    fn new() -> Self {
        let pictures = PathBuf::from(std::env::var("TUCO_FOR_HUBSPOT_PICTURES").unwrap());
        let folder = pictures.join(format!("installed-{}", std::process::id()));
        for part in ["info", "updates", "triggers"] {
            std::fs::create_dir_all(folder.join("var/lib/dpkg").join(part)).unwrap();
        }
        std::fs::write(folder.join("var/lib/dpkg/status"), "").unwrap();
        Self(folder)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.0.join(below)
    }

    /// dpkg wants to be root: without being it, one in a namespace of its own.
    fn dpkg(&self, words: &[&str]) {
        let is_root = run(Command::new("id").arg("-u")).trim() == "0";
        let mut command = Command::new(if is_root { "dpkg" } else { "unshare" });
        if !is_root {
            command.args(["--map-root-user", "dpkg"]);
        }
        let root = format!("--root={}", self.0.display());
        let log = format!("--log={}", self.path("dpkg.log").display());
        run(command.args([&root, &log]).args(words));
    }

    /// What is installed.
    fn files(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.path("usr")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// This system built the program, so whatever the package asks for is installed here.
fn needs_only_what_debian_has(package: &Path) {
    let field = |name| {
        run(Command::new("dpkg-deb")
            .arg("--field")
            .args([package])
            .arg(name))
    };
    assert_eq!(field("Package").trim(), NAME);
    assert_eq!(field("Version").trim(), env!("CARGO_PKG_VERSION"));
    let needed = field("Depends");
    assert!(needed.contains("libwebkit2gtk-4.1-0"), "{needed}");
    for alternatives in needed.split(',') {
        let there = alternatives.split('|').any(|one| {
            let name = one.split_whitespace().next().unwrap_or_default();
            let answer = Command::new("dpkg-query")
                .args(["--show", "--showformat", "${db:Status-Status}", name])
                .output()
                .unwrap();
            answer.stdout == b"installed"
        });
        assert!(there, "{alternatives} is not installed");
    }
}

/// The desktop finds the program for our links, and hands it the link.
fn opens_links(system: &System) {
    let folder = system.path("usr/share/applications");
    let entry = folder.join("Tuco for HubSpot.desktop");
    run(Command::new("desktop-file-validate").arg(&entry));
    let text = std::fs::read_to_string(&entry).unwrap();
    assert!(text.contains("Exec=tuco-for-hubspot %u"), "{text}");
    run(Command::new("update-desktop-database").arg(&folder));
    // Whoever can't be started is not offered.
    let path = std::env::join_paths(
        std::iter::once(system.path("usr/bin"))
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let found = run(Command::new("gio")
        .args(["mime", SCHEME])
        .env("PATH", path.unwrap())
        .env("XDG_DATA_DIRS", system.path("usr/share"))
        .env("XDG_DATA_HOME", system.path("nobody"))
        .env("XDG_CONFIG_HOME", system.path("nobody")));
    assert!(found.contains("Tuco for HubSpot.desktop"), "{found}");
    // The desktop's, not the package's.
    std::fs::remove_file(folder.join("mimeinfo.cache")).unwrap();
}

/// The window paints, and the engine's command is beside it.
fn starts(system: &System) {
    let version = run(Command::new(system.path("usr/bin/tuco-hubspot")).arg("--version"));
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    let mut window = Command::new(system.path("usr/bin/tuco-for-hubspot"))
        .arg("--smoke-test")
        .env("TUCO_HUBSPOT_HOME", system.path("home"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = window.stdout.take().unwrap();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let _ = sender.send(lines.any(|line| line.starts_with("painted: ")));
    });
    let painted = receiver.recv_timeout(PATIENCE);
    // It stays until its input ends.
    drop(window.stdin.take());
    if painted != Ok(true) {
        let _ = window.kill();
    }
    let ended = window.wait().unwrap();
    assert_eq!(painted, Ok(true));
    assert!(ended.success(), "{ended}");
}

fn run(command: &mut Command) -> String {
    let output: Output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}\n{complained}");
    said
}
