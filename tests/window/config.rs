//! The walls round the window's page, kept where a change to them must be made on purpose twice.
//!
//! Reads the configuration as plain JSON, so it needs no WebKit and runs with every test run.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on must fail"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn config() -> Value {
    serde_json::from_str(&text("tauri.conf.json")).unwrap()
}

fn directives(policy: &str) -> BTreeMap<&str, Vec<&str>> {
    policy
        .split(';')
        .map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next().unwrap(), words.collect())
        })
        .collect()
}

/// All keys of a JSON value, at any depth.
fn keys(value: &Value) -> Vec<&String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(k, v)| [vec![k], keys(v)].concat())
            .collect(),
        Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_page_may_load_nothing_but_itself() {
    let config = config();
    let policy = config["app"]["security"]["csp"].as_str().unwrap();
    let expected: BTreeMap<&str, Vec<&str>> = [
        ("default-src", vec!["'none'"]),
        ("script-src", vec!["'self'"]),
        ("style-src", vec!["'self'"]),
        ("img-src", vec!["'self'", "data:"]),
        ("font-src", vec!["'self'"]),
        // Not a host on the network: this is how the web view reaches the Rust side.
        ("connect-src", vec!["ipc:", "http://ipc.localhost"]),
        ("object-src", vec!["'none'"]),
        ("base-uri", vec!["'none'"]),
        ("form-action", vec!["'none'"]),
    ]
    .into();
    assert_eq!(directives(policy), expected);
}

#[test]
fn the_looser_policy_of_development_names_this_computer_only() {
    let config = config();
    let policy = config["app"]["security"]["devCsp"].as_str().unwrap();
    for (directive, sources) in directives(policy) {
        for source in sources {
            let local = source.starts_with('\'')
                || [
                    "data:",
                    "ipc:",
                    "http://ipc.localhost",
                    "ws://127.0.0.1:5173",
                ]
                .contains(&source);
            assert!(local, "{directive} lets {source} in");
        }
    }
}

#[test]
fn the_page_is_isolated_and_holds_no_keys_to_the_rust_side() {
    let app = &config()["app"];
    assert_eq!(app["security"]["pattern"]["use"], "isolation");
    assert_eq!(app["security"]["freezePrototype"], true);
    assert_eq!(app["security"]["assetProtocol"]["enable"], false);
    assert_eq!(app["withGlobalTauri"], false);
    // With no list Tauri takes every capability file that it finds.
    assert_eq!(app["security"]["capabilities"], serde_json::json!(["main"]));
    let config = config();
    let dangerous: Vec<_> = keys(&config)
        .into_iter()
        .filter(|key| key.to_lowercase().contains("dangerous") || *key == "remote")
        .collect();
    assert!(dangerous.is_empty(), "{dangerous:?}");
}

#[test]
fn the_window_is_hidden_until_it_has_something_to_show() {
    let config = config();
    let windows = config["app"]["windows"].as_array().unwrap();
    assert_eq!(windows.len(), 1);
    assert_eq!(windows[0]["visible"], false);
    // The Rust side opens it, with its handlers against leaving the page in place.
    assert_eq!(windows[0]["create"], false);
    assert_ne!(windows[0]["devtools"], true);
}

#[test]
fn the_page_and_its_guard_come_from_this_checkout() {
    let config = config();
    assert_eq!(config["build"]["frontendDist"], "ui/dist");
    assert_eq!(config["build"]["devUrl"], "http://127.0.0.1:5173");
    for page in ["ui/index.html", "ui/isolation/index.html"] {
        let html = text(page);
        assert!(
            !html.contains("http:") && !html.contains("https:"),
            "{page} loads from outside"
        );
        assert!(
            !html.contains("style="),
            "{page} has a style that the policy would refuse"
        );
    }
}

#[test]
fn every_command_is_granted_by_name_and_nothing_else_is() {
    let capability: Value =
        serde_json::from_str(&text("src-tauri/capabilities/main.json")).unwrap();
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(
        capability["permissions"],
        serde_json::json!(["main-window"])
    );
    assert!(
        capability.get("remote").is_none(),
        "a page from elsewhere may call nothing"
    );
    let count = std::fs::read_dir(root().join("src-tauri/capabilities"))
        .unwrap()
        .count();
    assert_eq!(count, 1, "each capability is looked at here");

    let permissions = text("src-tauri/permissions/main-window.toml");
    let granted = between(&permissions, "commands.allow = [", "]");
    let shell = text("src-tauri/app/commands.rs");
    let offered = between(&shell, "collect_commands![\n", "]");
    let names = |list: &str| {
        let mut names: Vec<String> = list
            .split(',')
            .map(|name| name.trim().trim_matches('"'))
            .map(|name| name.rsplit("::").next().unwrap().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(granted), names(offered));
    assert!(!names(offered).is_empty());
}

#[test]
fn no_plugin_widens_what_a_page_could_do() {
    let manifest = text("Cargo.toml");
    for plugin in ["shell", "fs", "http", "store", "sql", "process"] {
        assert!(
            !manifest.contains(&format!("tauri-plugin-{plugin}")),
            "{plugin}"
        );
    }
    // The inspector opens every door; it belongs to development only.
    assert!(!manifest.contains("\"devtools\""));
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).unwrap().1.split_once(end).unwrap().0
}
