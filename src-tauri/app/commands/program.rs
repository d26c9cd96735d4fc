//! The program itself: what it is, and that its page has painted.

use serde::Serialize;
use specta::Type;
use tauri::{State, WebviewWindow};

use crate::smoke_test::Watch;
use crate::view::problem::{Answer, Problem};

/// What the page says about the program itself.
#[derive(Debug, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    /// The version of the program, as in `0.1.0`.
    version: String,
    /// The name of the same engine without a window.
    command: String,
}

/// Tells the page what it is the window of.
#[tauri::command]
#[specta::specta]
pub(crate) fn about() -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        command: "tuco-hubspot".to_owned(),
    }
}

/// The page has drawn its first content: the window, hidden until now, is shown.
#[tauri::command]
#[specta::specta]
pub(crate) fn content_ready(window: WebviewWindow) -> Answer<()> {
    window
        .show()
        .map_err(|error| Problem::defect(error.to_string()))
}

/// The page's first frame after that has been painted; `heading` is what it shows.
#[tauri::command]
#[specta::specta]
pub(crate) fn first_frame(window: WebviewWindow, watch: State<'_, Watch>, heading: String) {
    watch.painted(&window, &heading);
}
