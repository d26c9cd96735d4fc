//! A key that is replaced at HubSpot or at Tuco: the old one stops, the new one takes its place, and
//! nothing else changes.

use crate::theatre::{Run, Theatre, finish};
use serde_json::{Value, json};

const PASSPHRASE: &str = "four plain words here";

/// The command with the keys of its file, or with new ones.
fn run(theatre: &Theatre, words: &[&str], keys: &[(&str, &str)]) -> Run {
    let mut command = theatre.command(words);
    command
        .env_remove("HUBSPOT_TOKEN")
        .env_remove("TUCO_API_KEY")
        .env("TUCO_HUBSPOT_PASSPHRASE", PASSPHRASE)
        .envs(keys.iter().copied());
    finish(&mut command)
}

/// What must be the same with another key, by the command that tells it.
fn kept(theatre: &Theatre) -> Vec<(&'static str, Value)> {
    let commands: [(&str, &[&str]); 5] = [
        ("settings", &["settings", "show", "--json"]),
        ("mapping", &["mapping", "show", "--json"]),
        ("versions", &["mapping", "versions", "--json"]),
        ("links", &["people", "list", "--json"]),
        ("log", &["log", "--json", "--limit", "100000"]),
    ];
    let told = commands.map(|(name, words)| {
        let run = run(theatre, words, &[]);
        assert_eq!(run.code, 0, "{name}: {}", run.err);
        let told = run.json();
        let empty = told.as_array().is_some_and(Vec::is_empty);
        assert!(!empty, "{name} has something to lose");
        (name, told)
    });
    told.into()
}

#[test]
fn a_key_that_was_replaced_stops_and_the_new_one_finds_everything_as_it_was() {
    let theatre = Theatre::with(&["--contacts", "60", "--no-limits"]);
    let index = json!({"hubspot": {"index_lag_ms": 0}});
    theatre.control("POST", "options", &index);
    let mut keys = [
        ("HUBSPOT_TOKEN", theatre.told("hubspot_token").to_owned()),
        ("TUCO_API_KEY", theatre.told("tuco_api_key").to_owned()),
    ];
    let connect = |keys: &[(&str, String); 2]| {
        let keys = keys.each_ref().map(|(name, key)| (*name, key.as_str()));
        run(&theatre, &["connect", "--keep-in", "file", "--json"], &keys)
    };
    assert_eq!(connect(&keys).code, 0);
    let sync = || run(&theatre, &["sync", "--once", "--json"], &[]);
    for words in [
        &["settings", "set", "mirror.opened", "on"][..],
        &["mapping", "preset", "from_hubspot", "--json"],
        &["people", "enable", "--direction", "both", "--json"],
    ] {
        let done = run(&theatre, words, &[]);
        assert_eq!(done.code, 0, "{words:?}: {} {}", done.out, done.err);
    }
    let first = sync();
    assert_eq!(first.code, 0, "{} {}", first.out, first.err);
    assert_eq!(sync().code, 0);
    let everybody = first.json()["people"]["read"].as_u64().unwrap();

    for (at, side) in ["hubspot", "tuco"].into_iter().enumerate() {
        let before = kept(&theatre);
        let entries = theatre.timeline().len();
        let answer = theatre.control("POST", "rotate", &json!({"side": side}));
        let next = answer.as_object().unwrap().values().next().unwrap();
        let words = format!("Said while the key of {side} was not the right one.");
        theatre.control("POST", "reply", &json!({"from": "501", "text": words}));

        let refused = sync();
        assert_eq!(refused.code, 3, "{side}: {} {}", refused.out, refused.err);
        let replaced = std::mem::replace(&mut keys[at].1, next.as_str().unwrap().to_owned());
        assert!(!refused.out.contains(&replaced) && !refused.err.contains(&replaced));
        assert_eq!(theatre.timeline().len(), entries, "{side}");

        let run = connect(&keys);
        assert_eq!(run.code, 0, "{side}: {} {}", run.out, run.err);
        for ((name, was), (_, is)) in before.iter().zip(kept(&theatre)) {
            let grown = |all: &Value| all.as_array().map(Vec::len);
            // What came in meanwhile may be in the log already; nothing else may have changed.
            if *name == "log" {
                assert!(grown(&is) >= grown(was), "{side}: {name}");
            } else {
                assert_eq!(*was, is, "{side}: {name}");
            }
        }
        let caught_up = sync();
        assert_eq!(caught_up.code, 0, "{side}: {}", caught_up.err);
        let timeline = theatre.timeline();
        let told = |entry: &&Value| {
            entry["body"]
                .as_str()
                .is_some_and(|body| body.contains(&words))
        };
        assert_eq!(timeline.iter().filter(told).count(), 1, "{side}");
        assert_eq!(timeline.len(), entries + 1, "{side}: nothing twice");
        let read = caught_up.json()["people"]["read"].as_u64().unwrap();
        assert!(
            read * 4 < everybody,
            "{side}: only what changed, not {read} of {everybody}"
        );
    }
}
