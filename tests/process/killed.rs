//! The process is killed at random moments while everything else goes wrong as well. In the end every
//! reply stands on a timeline exactly once.

use crate::theatre::Theatre;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Kills in each of the two tests: two hundred in all.
const KILLS: u64 = 100;

/// A fixed sequence that looks like dice (Marsaglia's xorshift64): a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % (most + 1)
    }
}

#[test]
fn a_hundred_kills_where_the_portal_keeps_keys_unique() {
    killed_at_random(true);
}

#[test]
fn a_hundred_kills_where_only_the_ledger_knows() {
    killed_at_random(false);
}

fn killed_at_random(unique: bool) {
    let theatre = Theatre::with(&["--contacts", "60"]);
    let switches = json!({
        "hubspot": {"unique_on_communications": unique, "rate_per_10s": 0, "index_lag_ms": 200},
        "tuco": {"limits": false},
    });
    theatre.control("POST", "options", &switches);
    assert_eq!(theatre.run(&["sync", "--once", "--json"]).code, 0);
    let somebody = theatre.somebody();
    let faults = json!({"random": {"seed": 7, "rate": 0.06, "side": "hubspot"}});
    theatre.control("POST", "faults", &faults);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut marks = Vec::new();
    for kill in 0..KILLS {
        let mark = format!("mark-{kill:03}-{unique}");
        theatre.reply(&somebody, &mark);
        marks.push(mark);
        let mut running = watch(&theatre);
        // Long enough for some to get far, short enough for most to be cut in the middle.
        std::thread::sleep(Duration::from_millis(40 + dice.up_to(700)));
        running.kill().unwrap();
        running.wait().unwrap();
    }
    theatre.control("DELETE", "faults", &Value::Null);
    assert_eq!(settled(&theatre), 0, "the last sync ends well");
    let mut times: BTreeMap<&str, usize> = marks.iter().map(|mark| (mark.as_str(), 0)).collect();
    for entry in theatre.timeline() {
        let body = entry["body"].as_str().unwrap_or_default();
        for (mark, count) in &mut times {
            if body.contains(mark) {
                *count += 1;
            }
        }
    }
    let wrong: Vec<_> = times.iter().filter(|(_, count)| **count != 1).collect();
    assert!(wrong.is_empty(), "not exactly once: {wrong:?}");
}

fn watch(theatre: &Theatre) -> Child {
    theatre
        .command(&["sync", "--watch"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Syncs until nothing is pending: a lost write is looked for only when it can no longer arrive.
fn settled(theatre: &Theatre) -> i32 {
    let mut code = -1;
    for _ in 0..3 {
        code = theatre.run(&["sync", "--once", "--json"]).code;
        let status = theatre.run(&["status", "--json"]).json();
        if code == 0 && status["queue"] == json!(0) {
            break;
        }
    }
    code
}
