//! Links that lead into the window.

use tauri::{AppHandle, State};
use tauri_plugin_deep_link::DeepLinkExt;

use crate::deep_link;
use crate::desk::Desk;
use crate::view::links::Links;
use crate::view::problem::{Answer, Code, Problem};

/// How links lead here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn links(app: AppHandle, desk: State<'_, Desk>) -> Answer<Links> {
    Ok(desk.links(deep_link::registered(&app)))
}

/// Has the system open our links with this program.
#[tauri::command]
#[specta::specta]
pub(crate) async fn register_links(app: AppHandle) -> Answer<()> {
    app.deep_link().register_all().map_err(|error| {
        Problem::new(
            Code::Refused,
            format!("The system did not take it: {error}. Install the package, which brings it."),
        )
    })
}

/// The page on this computer that leads on to our links: on or off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_link_page(desk: State<'_, Desk>, on: bool) -> Answer<()> {
    desk.change_link_page(on)
}
