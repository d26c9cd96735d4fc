//! Signing in to HubSpot in the browser, and ending that.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::desk::Desk;
use crate::view::connection::{SavedKeys, Unquoted};
use crate::view::problem::Answer;
use crate::view::sign_in::{SignInGuide, SignInStep, SignInWish};

/// What has to be entered in the user's own app in HubSpot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_guide(desk: State<'_, Desk>) -> Answer<SignInGuide> {
    Ok(desk.sign_in_guide())
}

/// Opens the browser, waits for HubSpot's answer for five minutes at most, and keeps what comes of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in(
    app: AppHandle,
    desk: State<'_, Desk>,
    wish: Unquoted<SignInWish>,
    steps: Channel<SignInStep>,
) -> Answer<SavedKeys> {
    let open = |link: &str| app.opener().open_url(link, None::<&str>).is_ok();
    // A page that has gone away needs no steps.
    desk.sign_in(wish.0, open, |step| drop(steps.send(step)))
        .await
}

/// The address that the browser shows, where it could not come back by itself.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_by_address(
    desk: State<'_, Desk>,
    address: Unquoted<String>,
) -> Answer<()> {
    desk.sign_in_by_address(&address.0)
}

/// Nobody is waited for any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_sign_in(desk: State<'_, Desk>) -> Answer<()> {
    desk.cancel_sign_in();
    Ok(())
}

/// Ends the sign-in at HubSpot and forgets the connection. `typed` must be its name. What it came to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn disconnect(
    desk: State<'_, Desk>,
    connection: i64,
    typed: String,
    uninstall: bool,
) -> Answer<String> {
    desk.disconnect(connection, typed, uninstall).await
}
