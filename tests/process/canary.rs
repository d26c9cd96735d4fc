//! Everything secret that a person can give the program, and everything that HubSpot gives it, looked for
//! in whatever it prints or writes down: whole, in pieces of ten letters, and in six spellings.

use crate::signing_in::sign_in;
use crate::theatre::{Run, Theatre, finish, patiently};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

const PASSPHRASE: &str = "zebra quilt lantern orbit";
const NEXT_PASSPHRASE: &str = "walnut spiral compass ferry";
const WRONG_PASSPHRASE: &str = "umber canyon thistle dream";
const WEBHOOK_SECRET: &str = "whsec-5b0d9c7e6f3a4182";
const WRONG_HUBSPOT: &str = "pat-na1-0f4b2e9a-77d1-4c3e-8a65-d2c9e1b7f034";
const WRONG_TUCO: &str = "tuco_9e8d7c6b5a4f3e2d1c0b";

/// Pieces are so long: a shorter one could stand somewhere by chance.
const PIECE: usize = 10;

type Piece = [u8; PIECE];

/// What must not be found, by its pieces.
#[derive(Default)]
struct Canaries {
    pieces: BTreeMap<Piece, &'static str>,
}

impl Canaries {
    /// `told` is what may be said of it, such as how such keys begin.
    fn add(&mut self, what: &'static str, secret: &str, told: &str) {
        let secret = secret.strip_prefix(told).unwrap_or(secret);
        assert!(
            secret.len() >= PIECE,
            "{what} is too short to be looked for"
        );
        let mut spellings = vec![
            secret.as_bytes().to_vec(),
            hex::encode(secret).into_bytes(),
            hex::encode_upper(secret).into_bytes(),
            secret.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            secret.replace(' ', "%20").into_bytes(),
            secret.replace(' ', "+").into_bytes(),
        ];
        // In Base64 the letters depend on what stands before.
        for before in 0..3 {
            let shifted = [&vec![b'x'; before], secret.as_bytes()].concat();
            for spelt in [
                STANDARD_NO_PAD.encode(&shifted),
                URL_SAFE_NO_PAD.encode(&shifted),
            ] {
                let own = spelt.get(4..spelt.len() - 2).unwrap_or_default();
                spellings.push(own.as_bytes().to_vec());
            }
        }
        for spelling in spellings {
            for piece in spelling.windows(PIECE) {
                self.pieces.insert(piece.try_into().unwrap(), what);
            }
        }
    }

    fn found_in(&self, bytes: &[u8]) -> Option<&'static str> {
        bytes.windows(PIECE).find_map(|window| {
            let window: &Piece = window.try_into().unwrap();
            self.pieces.get(window).copied()
        })
    }

    fn refuse(&self, place: &str, bytes: &[u8]) {
        let found = self.found_in(bytes);
        assert!(found.is_none(), "{} is in {place}", found.unwrap_or(""));
    }

    fn refuse_in_folder(&self, folder: &Path) -> usize {
        let mut files = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files += self.refuse_in_folder(&path);
            } else if path.is_file() {
                self.refuse(&path.display().to_string(), &std::fs::read(&path).unwrap());
                files += 1;
            }
        }
        files
    }
}

/// What goes between the program and HubSpot, written down on the way: nobody else knows the tokens.
struct Ear {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Ear {
    fn before(target: &str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let (target, all) = (
            target.strip_prefix("http://").unwrap().to_owned(),
            heard.clone(),
        );
        std::thread::spawn(move || {
            for one in socket.incoming() {
                let (Ok(one), Ok(other)) = (one, TcpStream::connect(&target)) else {
                    return;
                };
                let back = (other.try_clone().unwrap(), one.try_clone().unwrap());
                for (from, to) in [(one, other), back] {
                    let all = all.clone();
                    std::thread::spawn(move || pass_on(from, to, &all));
                }
            }
        });
        Self { address, heard }
    }

    /// Everything that was heard between `before` and `after`.
    fn all(&self, before: &str, after: &[char]) -> Vec<String> {
        let heard = String::from_utf8_lossy(&self.heard.lock().unwrap()).into_owned();
        let mut all: Vec<String> = heard
            .split(before)
            .skip(1)
            .map(|rest| rest.split(after).next().unwrap().to_owned())
            .filter(|secret| secret.len() >= PIECE)
            .collect();
        all.sort();
        all.dedup();
        all
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, all: &Mutex<Vec<u8>>) {
    let mut piece = [0; 4_096];
    while let Ok(read) = from.read(&mut piece) {
        let Some(read) = piece.get(..read).filter(|read| !read.is_empty()) else {
            break;
        };
        let mut all = all.lock().unwrap();
        all.extend(read);
        // What is heard in the other direction begins a line of its own.
        all.push(b'\r');
        drop(all);
        if to.write_all(read).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

/// A home whose connection is signed in by OAuth, with everything in a passphrase file.
struct Play {
    theatre: Theatre,
    ear: Ear,
    said: Vec<(String, Vec<u8>)>,
}

impl Play {
    fn surroundings(&self) -> [(&str, &str); 3] {
        [
            ("HUBSPOT_API_URL", self.ear.address.as_str()),
            ("TUCO_HUBSPOT_PASSPHRASE", PASSPHRASE),
            ("TUCO_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ]
    }

    /// Runs the command with nothing but what was kept, and notes what it says.
    fn run(&mut self, words: &[&str], more: &[(&str, &str)]) -> Run {
        let mut command = self.theatre.command(words);
        for key in ["HUBSPOT_TOKEN", "TUCO_API_KEY"] {
            command.env_remove(key);
        }
        let run = finish(command.envs(self.surroundings()).envs(more.iter().copied()));
        self.note(words, &run);
        run
    }

    fn note(&mut self, words: &[&str], run: &Run) {
        let said = [run.out.as_bytes(), run.err.as_bytes()].concat();
        self.said.push((words.join(" "), said));
    }
}

/// The link for the browser holds the state, and is shown for that.
fn without_links(said: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(said);
    let lines = text.lines().filter(|line| !line.starts_with("http://"));
    lines.collect::<Vec<_>>().join("\n").into_bytes()
}

#[test]
fn nothing_secret_is_ever_printed_or_written_down() {
    let theatre = Theatre::open();
    let mut play = Play {
        ear: Ear::before(theatre.told("hubspot_url")),
        theatre,
        said: Vec::new(),
    };
    let words = ["--connection", "Canary", "--keep-in", "file", "-vv"];
    let portal = play.theatre.portal().to_string();
    let run = sign_in(&play.theatre, &words, &play.surroundings(), &portal);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    play.note(&["connect --sign-in"], &run);

    // Work, with the longest log.
    assert_eq!(play.run(&["sync", "--once", "-vv", "--json"], &[]).code, 0);
    let hour = json!({"advance_ms": 3_600_000});
    play.theatre.control("POST", "clock", &hour);
    assert_eq!(play.run(&["sync", "--once", "-vv"], &[]).code, 0);
    assert_eq!(play.run(&["test", "-vv", "--json"], &[]).code, 0);
    play.run(&["test"], &[]);
    for words in [
        &["status", "--json"][..],
        &["status"],
        &["log", "--json"],
        &["keys", "where", "--json"],
        &["settings", "--json"],
        &["listener", "status", "--json"],
        &["send", "--to", "501", "--text", "Hello", "-vv", "--json"],
        &["parked", "--json"],
    ] {
        play.run(words, &[]);
    }
    let csv = play.theatre.home().join("export.csv").display().to_string();
    assert_eq!(play.run(&["export", "--csv", &csv], &[]).code, 0);
    let port = play.theatre.free_port().to_string();
    play.run(&["listener", "on", "--port", &port, "-vv", "--json"], &[]);
    play.run(&["listener", "test", "-vv", "--json"], &[]);

    // What goes wrong is said in words of its own.
    let wrong = [
        ("HUBSPOT_TOKEN", WRONG_HUBSPOT),
        ("TUCO_API_KEY", WRONG_TUCO),
    ];
    let swapped = [
        ("HUBSPOT_TOKEN", WRONG_TUCO),
        ("TUCO_API_KEY", WRONG_HUBSPOT),
    ];
    for more in [&wrong, &swapped] {
        for words in [
            &["connect", "--connection", "Other", "-vv", "--json"][..],
            &["sync", "--once", "-vv", "--json"],
            &["test", "-vv", "--json"],
        ] {
            assert_ne!(play.run(words, more).code, 0);
        }
    }
    let mistyped = [("TUCO_HUBSPOT_PASSPHRASE", WRONG_PASSPHRASE)];
    assert_ne!(play.run(&["sync", "--once", "-vv"], &mistyped).code, 0);
    let faults = json!({"oauth": {"gone_portals": [play.theatre.portal()]}});
    play.theatre.control("POST", "options", &faults);
    play.theatre.control("POST", "clock", &hour);
    assert_ne!(play.run(&["sync", "--once", "-vv", "--json"], &[]).code, 0);
    let next = [("TUCO_HUBSPOT_NEW_PASSPHRASE", NEXT_PASSPHRASE)];
    assert_eq!(play.run(&["keys", "passphrase", "--json"], &next).code, 0);
    let opened = [("TUCO_HUBSPOT_PASSPHRASE", NEXT_PASSPHRASE)];
    play.run(&["disconnect", "-vv", "--json"], &opened);

    let mut canaries = Canaries::default();
    let told = |name: &str| play.theatre.told(name).to_owned();
    canaries.add("HubSpot's key", &told("hubspot_token"), "pat-na1-");
    canaries.add("Tuco's key", &told("tuco_api_key"), "tuco_");
    canaries.add("the client secret", &told("hubspot_client_secret"), "");
    canaries.add("a wrong HubSpot key", WRONG_HUBSPOT, "pat-na1-");
    canaries.add("a wrong Tuco key", WRONG_TUCO, "tuco_");
    canaries.add("the passphrase", PASSPHRASE, "");
    canaries.add("the next passphrase", NEXT_PASSPHRASE, "");
    canaries.add("a wrong passphrase", WRONG_PASSPHRASE, "");
    canaries.add("the webhook's secret", WEBHOOK_SECRET, "whsec-");
    for (what, before, after, least) in [
        ("an access token", "\"access_token\":\"", ['"', '\\'], 2),
        ("a refresh token", "\"refresh_token\":\"", ['"', '\\'], 1),
        ("a code", "code=na1-", ['&', '\r'], 1),
        ("a verifier", "code_verifier=", ['&', '\r'], 1),
    ] {
        let heard = play.ear.all(before, &after);
        assert!(heard.len() >= least, "{what}: {} were heard", heard.len());
        for secret in heard {
            canaries.add(what, &secret, "na1-");
        }
    }

    // They would be found.
    for sure in [
        format!("key {WRONG_HUBSPOT}"),
        STANDARD_NO_PAD.encode(format!("  {PASSPHRASE}.")),
        hex::encode(told("hubspot_client_secret")),
    ] {
        assert!(canaries.found_in(sure.as_bytes()).is_some(), "{sure}");
    }
    assert!(play.said.len() > 20);
    for (words, said) in &play.said {
        canaries.refuse(words, &without_links(said));
    }
    // The data file with its log and copies, the sealed keys, the export.
    let files = canaries.refuse_in_folder(&play.theatre.home());
    assert!(files >= 3, "{files} files");
}

#[test]
fn a_program_that_holds_keys_leaves_no_picture_of_its_memory() {
    let theatre = Theatre::synced();
    let mut child = theatre
        .command(&["sync", "--watch", "--json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The first thing that it does; until then it is still the one that starts it.
    let limits = format!("/proc/{}/limits", child.id());
    let none = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("Max core file"));
        line.is_some_and(|line| line.split_whitespace().filter(|word| *word == "0").count() == 2)
    };
    patiently("the refusal of core files", || {
        assert!(child.try_wait().unwrap().is_none(), "it has ended");
        none(&std::fs::read_to_string(&limits).unwrap())
    });
    let pid = child.id().to_string();
    let aborted = std::process::Command::new("kill")
        .args(["-ABRT", &pid])
        .status();
    assert!(aborted.unwrap().success());
    let ended = child.wait().unwrap();
    assert!(
        !ended.core_dumped() && ended.signal().is_some(),
        "{ended:?}"
    );
}
