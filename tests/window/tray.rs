//! The icon beside the clock, seen as the desktop sees it: a watcher on the tests' own bus takes the
//! icon in, reads its menu and presses what is in it.
//!
//! `cargo xtask test` builds the programs and brings the bus, the keychain and a display.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on must fail"
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde_json::Value;
use zbus::blocking::{Connection, Proxy, connection};
use zbus::message::Header;
use zbus::zvariant::{OwnedValue, Structure, Value as Variant};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// What a desktop with a tray has on its bus.
struct Watcher {
    came: Sender<(String, String)>,
}

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "zbus hands the header over by value"
)]
impl Watcher {
    fn register_status_notifier_item(&self, path: &str, #[zbus(header)] header: Header<'_>) {
        let sender = header.sender().map(ToString::to_string);
        let _ = self.came.send((sender.unwrap(), path.to_owned()));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// The menu of an icon.
struct Menu<'a>(Proxy<'a>);

impl Menu<'_> {
    /// Of what came: who, and where its icon is.
    fn of(bus: &Connection, came: &Receiver<(String, String)>) -> Self {
        let (name, path) = came.recv_timeout(PATIENCE).expect("an icon came");
        let icon = Proxy::new(bus, name.clone(), path, "org.kde.StatusNotifierItem").unwrap();
        let menu: zbus::zvariant::OwnedObjectPath = icon.get_property("Menu").unwrap();
        Self(Proxy::new(bus, name, menu, "com.canonical.dbusmenu").unwrap())
    }

    /// What stands in it, with the number of each.
    fn items(&self) -> Vec<(i32, String)> {
        let names: &[&str] = &[];
        let reply = self.0.call_method("GetLayout", &(0, -1, names)).unwrap();
        let (_revision, (_id, _fields, items)): Layout = reply.body().deserialize().unwrap();
        items
            .into_iter()
            .map(|item| {
                let item = Structure::try_from(Variant::from(item)).unwrap();
                let (id, fields, _): (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>) =
                    item.try_into().unwrap();
                let label = fields.get("label").cloned();
                let label = label.map(|label| String::try_from(label).unwrap());
                (id, label.unwrap_or_default())
            })
            .collect()
    }

    fn has(&self, label: &str) -> bool {
        self.items().iter().any(|(_, text)| text == label)
    }

    fn press(&self, label: &str) {
        let items = self.items();
        let (id, _) = items.iter().find(|(_, text)| text == label).unwrap();
        let event = (*id, "clicked", Variant::from(0), 0_u32);
        self.0.call_method("Event", &event).unwrap();
    }
}

type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));

/// A program, ended with the test that started it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn given(name: &str) -> PathBuf {
    PathBuf::from(std::env::var(name).expect("cargo xtask test says where it is"))
}

fn until(what: &str, mut ask: impl FnMut() -> bool) {
    let mut waited = Duration::ZERO;
    while !ask() {
        assert!(waited < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(PAUSE);
        waited += PAUSE;
    }
}

#[test]
#[ignore = "needs the built window and a display: cargo xtask test brings both"]
fn the_icon_tells_how_it_stands_and_does_what_is_pressed() {
    let (tell, came) = channel();
    let bus = connection::Builder::session()
        .unwrap()
        .serve_at("/StatusNotifierWatcher", Watcher { came: tell })
        .unwrap()
        .name("org.kde.StatusNotifierWatcher")
        .unwrap()
        .build()
        .unwrap();
    let folder = given("TUCO_FOR_HUBSPOT_PICTURES").join(format!("tray-{}", std::process::id()));
    let command = given("TUCO_HUBSPOT_PROGRAM");
    let mut services = Command::new(&command);
    services.args(["sandbox", "--json", "--contacts", "20"]);
    let mut services = Running(services.stdout(Stdio::piped()).spawn().unwrap());
    let mut line = String::new();
    let told = services.0.stdout.take().unwrap();
    BufReader::new(told).read_line(&mut line).unwrap();
    let known: Value = serde_json::from_str(&line).unwrap();
    let known = |name: &str| known[name].as_str().unwrap().to_owned();
    let surroundings = [
        ("HUBSPOT_API_URL", known("hubspot_url")),
        ("TUCO_API_URL", known("tuco_url")),
        ("TUCO_HUBSPOT_HOME", folder.to_string_lossy().into_owned()),
    ];
    let connected = Command::new(&command)
        .arg("connect")
        .envs(surroundings.clone())
        .env("HUBSPOT_TOKEN", known("hubspot_token"))
        .env("TUCO_API_KEY", known("tuco_api_key"))
        .status();
    assert!(connected.unwrap().success());

    let mut window = Command::new(given("TUCO_FOR_HUBSPOT_PROGRAM"));
    window.arg("--hidden").envs(surroundings);
    let mut window = Running(window.spawn().unwrap());
    let menu = Menu::of(&bus, &came);
    until("the first round is done", || menu.has("In step"));
    let labels: Vec<String> = menu.items().into_iter().map(|(_, text)| text).collect();
    let expected = [
        "In step",
        "Open Tuco for HubSpot",
        "Sync now",
        "Pause",
        "",
        "Quit",
    ];
    assert_eq!(labels, expected);

    menu.press("Pause");
    until("it is paused", || menu.has("Paused") && menu.has("Resume"));
    menu.press("Resume");
    until("it goes on", || menu.has("In step") && menu.has("Pause"));
    assert!(!is_seen());
    menu.press("Open Tuco for HubSpot");
    until("the window is seen", is_seen);
    menu.press("Quit");
    let mut ended = None;
    until("it has ended", || {
        ended = window.0.try_wait().unwrap();
        ended.is_some()
    });
    assert!(ended.unwrap().success());
    let _ = std::fs::remove_dir_all(folder);
}

fn is_seen() -> bool {
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--name", "^Tuco for HubSpot$"])
        .output()
        .unwrap();
    found.status.success()
}
