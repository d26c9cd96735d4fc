//! Connections.

use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;
use crate::view::connection::{Check, PastedKeys, SavedKeys, Unquoted, Verdict};
use crate::view::problem::Answer;

/// Tries keys without keeping them. Each check is sent as soon as it is known.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_keys(
    desk: State<'_, Desk>,
    keys: Unquoted<PastedKeys>,
    checks: Channel<Check>,
) -> Answer<Verdict> {
    // A page that has gone away needs no checks.
    let tell = move |check| drop(checks.send(check));
    desk.check_keys(keys.0, tell).await
}

/// Tries the keys that a connection has.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_connection(
    desk: State<'_, Desk>,
    connection: i64,
    checks: Channel<Check>,
) -> Answer<Verdict> {
    let tell = move |check| drop(checks.send(check));
    desk.check_connection(connection, tell).await
}

/// Keeps keys, for a new connection or for the one of that portal and workspace.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_connection(
    desk: State<'_, Desk>,
    keys: Unquoted<PastedKeys>,
    name: Option<String>,
) -> Answer<SavedKeys> {
    desk.save_connection(keys.0, name).await
}

/// Another name for a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_connection(
    desk: State<'_, Desk>,
    connection: i64,
    name: String,
) -> Answer<()> {
    desk.rename_connection(connection, name).await
}

/// Forgets a connection, its log and its keys. `typed` must be its name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_connection(
    desk: State<'_, Desk>,
    connection: i64,
    typed: String,
) -> Answer<()> {
    desk.remove_connection(connection, typed).await
}

/// No rounds until told otherwise.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause(desk: State<'_, Desk>, connection: i64) -> Answer<()> {
    desk.pause(connection, true).await
}

/// Rounds again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume(desk: State<'_, Desk>, connection: i64) -> Answer<()> {
    desk.pause(connection, false).await
}

/// A round now; during one: another one after it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_now(desk: State<'_, Desk>, connection: i64) -> Answer<()> {
    desk.sync_now(connection).await
}
