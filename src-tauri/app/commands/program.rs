//! The program itself: what it is, and that its page has painted.

#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command its arguments by value"
)]

use serde::Serialize;
use specta::Type;
use tauri::{AppHandle, State, WebviewWindow};

use crate::desk::Desk;
use crate::smoke_test::Watch;
use crate::view::notice::Destination;
use crate::view::problem::{Answer, Problem};
use crate::window;

/// What the page says about the program itself.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    /// The version of the program, as in `0.1.0`.
    version: String,
    /// The name of the same engine without a window.
    command: String,
    /// The version of the web view that draws this page.
    web_view: String,
    /// The system and its kind of processor.
    system: String,
    /// Under which licences it may be used.
    license: String,
    /// Everything that is built in, with its version.
    parts: Vec<Part>,
}

/// Something that is built in.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Part {
    /// Its name at crates.io.
    name: String,
    /// Its version.
    version: String,
}

/// The packages of the lock file.
fn parts() -> Vec<Part> {
    const LOCK: &str = include_str!("../../../Cargo.lock");
    let value = |line: &str, key: &str| {
        let rest = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        Some(rest.trim_end_matches('"').to_owned())
    };
    LOCK.split("[[package]]")
        .filter(|package| package.contains("\nsource = "))
        .filter_map(|package| {
            Some(Part {
                name: package.lines().find_map(|line| value(line, "name"))?,
                version: package.lines().find_map(|line| value(line, "version"))?,
            })
        })
        .collect()
}

/// Tells the page what it is the window of.
#[tauri::command]
#[specta::specta]
pub(crate) fn about() -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: "tuco-hubspot".to_owned(),
        web_view: tauri::webview_version().unwrap_or_default(),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        license: env!("CARGO_PKG_LICENSE").to_owned(),
        parts: parts(),
    }
}

/// The page has drawn its first content: the window, hidden until now, is shown, unless the program
/// began in the tray.
#[tauri::command]
#[specta::specta]
pub(crate) fn content_ready(window: WebviewWindow) -> Answer<()> {
    window::drawn(&window).map_err(|error| Problem::defect(error.to_string()))
}

/// The page's first frame after that has been painted; `heading` is what it shows.
#[tauri::command]
#[specta::specta]
pub(crate) fn first_frame(window: WebviewWindow, watch: State<'_, Watch>, heading: String) {
    watch.painted(&window, &heading);
}

/// Ends the program, after at most five seconds for what is under way.
#[tauri::command]
#[specta::specta]
pub(crate) fn quit(app: AppHandle) {
    window::quit(&app);
}

/// Where a link that started the program leads; asked once, after subscribing.
#[tauri::command]
#[specta::specta]
pub(crate) fn first_destination(desk: State<'_, Desk>) -> Option<Destination> {
    desk.take_destination()
}
