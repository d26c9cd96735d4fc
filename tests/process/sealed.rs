//! Keys in a passphrase file: kept, used, moved and never readable.

use crate::theatre::{Run, Theatre, finish};

const PASSPHRASE: &str = "TUCO_HUBSPOT_PASSPHRASE";
const GOOD: &str = "four plain words here";

/// The command without the keys in its environment.
fn without_keys(theatre: &Theatre, words: &[&str], passphrase: Option<&str>) -> Run {
    let mut command = theatre.command(words);
    command
        .env_remove("HUBSPOT_TOKEN")
        .env_remove("TUCO_API_KEY");
    if let Some(passphrase) = passphrase {
        command.env(PASSPHRASE, passphrase);
    }
    finish(&mut command)
}

fn connected() -> Theatre {
    let theatre = Theatre::open();
    let connect = ["connect", "--keep-in", "file", "--json"];
    let run = finish(theatre.command(&connect).env(PASSPHRASE, GOOD));
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(run.json()["kept_in"], "file");
    theatre
}

#[test]
fn keys_in_the_file_serve_with_the_passphrase_and_not_without() {
    let theatre = connected();
    let sync = ["sync", "--once", "--json"];
    let run = without_keys(&theatre, &sync, Some(GOOD));
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let run = without_keys(&theatre, &sync, None);
    assert_eq!((run.code, run.error_code().as_str()), (3, "file_locked"));
    let run = without_keys(&theatre, &sync, Some("four other words here"));
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (3, "wrong_passphrase")
    );
    let run = without_keys(&theatre, &["keys", "where", "--json"], None);
    assert_eq!(run.json()["connections"][0]["kept_in"], "file");
    let sealed = std::fs::read(theatre.home().join("keys.sealed")).unwrap();
    for key in [theatre.told("hubspot_token"), theatre.told("tuco_api_key")] {
        for piece in key.as_bytes().windows(8) {
            assert!(!sealed.windows(8).any(|bytes| bytes == piece));
        }
    }
}

#[test]
fn the_passphrase_can_be_changed_and_a_short_one_is_refused() {
    let theatre = connected();
    let change = ["keys", "passphrase", "--json"];
    let new = "five other words are here";
    let run = |new: &str| {
        finish(
            theatre
                .command(&change)
                .env(PASSPHRASE, GOOD)
                .env("TUCO_HUBSPOT_NEW_PASSPHRASE", new),
        )
    };
    let short = run("short");
    assert_eq!(
        (short.code, short.error_code().as_str()),
        (3, "short_passphrase")
    );
    assert_eq!(run(new).code, 0);
    let test = ["test", "--json"];
    assert_eq!(without_keys(&theatre, &test, Some(new)).code, 0);
    assert_eq!(without_keys(&theatre, &test, Some(GOOD)).code, 3);
}

#[test]
fn keys_that_are_kept_nowhere_leave_no_trace() {
    let theatre = Theatre::open();
    let run = theatre.run(&["connect", "--keep-in", "session", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.json()["keys_kept"], false);
    assert!(!theatre.home().join("keys.sealed").exists());
}
