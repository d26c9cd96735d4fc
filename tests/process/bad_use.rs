//! Wrong use and wrong keys: each has its own sentence and its own exit code.

use crate::theatre::{Theatre, bare, finish};
use serde_json::json;

#[test]
fn an_address_of_another_machine_is_refused() {
    let theatre = Theatre::open();
    for address in [
        "https://api.hubapi.example",
        "http://127.0.0.1.example",
        "nonsense",
    ] {
        for name in ["HUBSPOT_API_URL", "TUCO_API_URL", "HUBSPOT_APP_URL"] {
            let run = finish(
                theatre
                    .command(&["sync", "--once", "--json"])
                    .env(name, address),
            );
            assert_eq!(run.code, 2, "{name}={address}");
            assert_eq!(run.error_code(), "bad_url");
            assert!(run.err.contains(name), "{}", run.err);
        }
    }
}

#[test]
fn one_key_alone_is_a_slip_and_no_key_needs_a_person() {
    let theatre = Theatre::open();
    let one = finish(
        theatre
            .command(&["sync", "--once", "--json"])
            .env_remove("TUCO_API_KEY"),
    );
    assert_eq!((one.code, one.error_code().as_str()), (2, "one_key"));
    let none = finish(
        theatre
            .command(&["sync", "--once", "--json"])
            .env_remove("TUCO_API_KEY")
            .env_remove("HUBSPOT_TOKEN"),
    );
    assert_eq!(
        (none.code, none.error_code().as_str()),
        (3, "not_connected")
    );
    assert!(none.err.contains("tuco-hubspot connect"), "{}", none.err);
}

#[test]
fn a_refused_key_of_either_side_is_told_apart_and_nothing_is_written() {
    let theatre = Theatre::open();
    let whole = theatre.told("hubspot_token").to_owned();
    let half: String = whole.chars().take(whole.len() / 2).collect();
    for (name, key, code) in [
        ("HUBSPOT_TOKEN", half.as_str(), "hubspot_key_refused"),
        ("HUBSPOT_TOKEN", "pat-na1-\u{e9}", "hubspot_key_unreadable"),
        ("TUCO_API_KEY", "tuco_sk_wrong", "tuco_key_refused"),
    ] {
        let run = finish(
            theatre
                .command(&["sync", "--once", "--json"])
                .env(name, key),
        );
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (3, code),
            "{}",
            run.err
        );
        assert!(
            !run.err.contains(key) && !run.out.contains(key),
            "a key is never repeated"
        );
    }
    assert_eq!(theatre.timeline().len(), 0);
}

#[test]
fn an_expired_key_says_so() {
    let theatre = Theatre::open();
    let fault = json!([{"side": "hubspot", "fault": {"named": "unauthorized_expired"}}]);
    theatre.control("POST", "faults", &fault);
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (3, "hubspot_key_expired"),
        "{}",
        run.err
    );
}

/// L7: one scope is missing, and a sync names it with what will not work.
#[test]
fn a_missing_scope_is_named_with_what_will_not_work() {
    let theatre = Theatre::open();
    let scopes = json!({"hubspot": {"scopes": ["oauth", "crm.objects.contacts.read"]}});
    theatre.control("POST", "options", &scopes);
    let sync = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(sync.code, 3, "{} {}", sync.out, sync.err);
    assert_eq!(sync.error_code(), "missing_scopes", "{}", sync.err);
    assert!(
        sync.err.contains("crm.objects.contacts.write"),
        "{}",
        sync.err
    );
    assert!(sync.err.contains("write timeline entries"), "{}", sync.err);
    assert!(
        sync.json()["events_new"].as_u64().unwrap() > 0,
        "what was reported is kept meanwhile"
    );
    let test = theatre.run(&["test"]);
    assert_eq!(test.code, 3, "{}", test.out);
    assert!(
        test.out.contains("crm.objects.contacts.write is missing"),
        "{}",
        test.out
    );

    let all = json!({"hubspot": {"scopes": [
        "oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read",
    ]}});
    theatre.control("POST", "options", &all);
    let again = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(
        theatre.timeline().len() as u64,
        again.json()["entries_written"].as_u64().unwrap()
    );
    assert_eq!(
        theatre.run(&["status", "--json"]).json()["road"],
        "ledger",
        "no right to create properties"
    );
}

#[test]
fn keys_of_another_workspace_do_not_fit_a_named_connection() {
    let theatre = Theatre::synced();
    let other = Theatre::with(&["--contacts", "5", "--seed", "77"]);
    let name = theatre.run(&["status", "--json"]).json()["connection"]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut command = other.command(&["sync", "--once", "--json", "--connection", &name]);
    let run = finish(command.env("TUCO_HUBSPOT_HOME", theatre.home()));
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        ["wrong_portal", "wrong_workspace"].contains(&run.error_code().as_str()),
        "{}",
        run.out
    );
}

#[test]
fn the_tester_likes_a_good_connection_and_writes_nothing() {
    let theatre = Theatre::open();
    let run = theatre.run(&["test", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let told = run.json();
    let checks = told["checks"].as_array().unwrap();
    let names: Vec<&str> = checks
        .iter()
        .map(|check| check["check"].as_str().unwrap())
        .collect();
    for wanted in [
        "home",
        "keychain",
        "hubspot.reachable",
        "hubspot.scope",
        "hubspot.search",
        "hubspot.road",
        "clock",
        "tuco.key",
        "tuco.line",
        "tuco.replies",
        "tuco.messages",
    ] {
        assert!(names.contains(&wanted), "{wanted} in {names:?}");
    }
    assert!(!theatre.database().exists(), "not even a data file");
    assert_eq!(theatre.timeline().len(), 0);
}

#[test]
fn help_and_completions_are_there_and_nonsense_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let help = finish(&mut bare(home.path(), &["--help"]));
    assert_eq!(help.code, 0);
    for word in [
        "sandbox", "connect", "test", "sync", "status", "settings", "log", "explain", "send",
        "parked",
    ] {
        assert!(help.out.contains(word), "{word}");
    }
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let run = finish(&mut bare(home.path(), &["completions", shell]));
        assert!(run.code == 0 && run.out.contains("tuco-hubspot"), "{shell}");
    }
    for words in [
        &["sync"][..],
        &["nonsense"],
        &["log", "--limit", "0"],
        &["sync", "--once", "--watch"],
    ] {
        assert_eq!(finish(&mut bare(home.path(), words)).code, 2, "{words:?}");
    }
}

#[test]
fn keys_in_each_others_place_are_sent_to_nobody() {
    let theatre = Theatre::open();
    let (hubspot, tuco) = (theatre.told("hubspot_token"), theatre.told("tuco_api_key"));
    for words in [
        &["sync", "--once", "--json"][..],
        &["connect", "--json"],
        &["test", "--json"],
    ] {
        let run = finish(
            theatre
                .command(words)
                .env("HUBSPOT_TOKEN", tuco)
                .env("TUCO_API_KEY", hubspot),
        );
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (3, "keys_swapped"),
            "{}",
            run.err
        );
    }
    let asked = theatre.control("GET", "requests", &serde_json::Value::Null);
    assert_eq!(asked["hubspot"]["total"], 0, "{asked}");
    assert_eq!(asked["tuco"]["total"], 0, "{asked}");
}

#[test]
fn wrong_use_is_told_to_scripts_too() {
    let home = tempfile::tempdir().unwrap();
    for words in [
        &["sync", "--json"][..],
        &["--json", "frobnicate"],
        &["log", "--json", "--reason", "bogus"],
    ] {
        let run = finish(&mut bare(home.path(), words));
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (2, "usage"),
            "{words:?} {}",
            run.out
        );
        assert!(run.err.contains("error:"), "{}", run.err);
    }
    let nothing = finish(&mut bare(home.path(), &[]));
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.err.contains("tuco-hubspot demo"),
        "the whole help: {}",
        nothing.err
    );
}

#[test]
fn keys_are_found_in_what_was_copied_with_them() {
    let theatre = Theatre::open();
    let hubspot = theatre.told("hubspot_token").to_owned();
    let tuco = theatre.told("tuco_api_key").to_owned();
    for (given_hubspot, given_tuco) in [
        (format!("Bearer {hubspot}"), format!("\"{tuco}\"")),
        (
            format!("\u{feff}Authorization: Bearer {hubspot}"),
            format!("'{tuco}'"),
        ),
    ] {
        let run = finish(
            theatre
                .command(&["sync", "--once", "--json"])
                .env("HUBSPOT_TOKEN", &given_hubspot)
                .env("TUCO_API_KEY", &given_tuco),
        );
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    }
    // In each other's place they are told apart all the same.
    let run = finish(
        theatre
            .command(&["sync", "--once", "--json"])
            .env("HUBSPOT_TOKEN", format!("Bearer {tuco}"))
            .env("TUCO_API_KEY", format!("\"{hubspot}\"")),
    );
    assert_eq!((run.code, run.error_code().as_str()), (3, "keys_swapped"));
}

#[test]
fn nothing_that_a_stranger_wrote_steers_the_terminal() {
    let theatre = Theatre::open();
    let name = format!("Evil\u{1b}[2J\n\u{202e}gnp {}", "x".repeat(5_000));
    theatre.control("POST", "options", &json!({"hubspot": {"name": name}}));
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    let run = theatre.run(&["sync", "--once"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    let status = theatre.run(&["status", "--json"]).json();
    let told = status["connection"]["name"].as_str().unwrap();
    assert!(
        told.starts_with("Evil[2J gnp x") && told.len() == 100,
        "{told}"
    );
    let words = [
        "send",
        "--to",
        "501",
        "--text",
        "x",
        "--line",
        "no\u{1b}[2J\u{202e}line",
        "--override",
        "quiet_hours",
        "--why",
        "x",
    ];
    let run = theatre.run(&words);
    assert_eq!(run.code, 1, "{} {}", run.out, run.err);
    assert!(run.err.contains("no[2Jline"), "{}", run.err);
    assert!(!run.err.chars().any(steers), "{:?}", run.err);
}
