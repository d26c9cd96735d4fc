//! The page's commands: take the arguments, ask, hand the answer back. No decision is made here.
//!
//! Each one is also named in `src-tauri/permissions/main-window.toml`; without that the page's
//! call is refused.

#![expect(
    clippy::needless_pass_by_value,
    reason = "Tauri hands a command its arguments by value"
)]

use serde::Serialize;
use tauri::{State, WebviewWindow};

use crate::smoke_test::Watch;

/// What the page says about the program itself.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct About {
    /// The version of the program, as in `0.1.0`.
    version: &'static str,
    /// The engine's command, which does the work at this stage.
    command: &'static str,
}

/// Tells the page what it is the window of.
#[tauri::command]
pub(crate) fn about() -> About {
    About {
        version: env!("CARGO_PKG_VERSION"),
        command: "tuco-hubspot",
    }
}

/// The page has drawn its first content: the window, hidden until now, is shown.
#[tauri::command]
pub(crate) fn content_ready(window: WebviewWindow) -> Result<(), String> {
    window.show().map_err(|error| error.to_string())
}

/// The page's first frame after that has been painted.
#[tauri::command]
pub(crate) fn first_frame(window: WebviewWindow, watch: State<'_, Watch>, heading: String) {
    watch.painted(&window, &heading);
}
