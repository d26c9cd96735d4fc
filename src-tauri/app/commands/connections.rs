//! Connections.

use tauri::State;

use crate::desk::Desk;
use crate::view::connection::{PastedKeys, SavedKeys, Unquoted};
use crate::view::problem::Answer;

/// Keeps keys, for a new connection or for the one of that portal and workspace. An empty one is the one
/// that was tried before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_connection(
    desk: State<'_, Desk>,
    keys: Unquoted<PastedKeys>,
    name: Option<String>,
) -> Answer<SavedKeys> {
    desk.save_connection(keys.0, name).await
}

/// Keeps new keys of a connection. Those of another portal or workspace are refused, and nothing is changed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replace_keys(
    desk: State<'_, Desk>,
    connection: i64,
    keys: Unquoted<PastedKeys>,
) -> Answer<SavedKeys> {
    desk.replace_keys(connection, keys.0).await
}

/// Forgets keys that were pasted and not kept: whoever pasted them has left the form.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_pasted(desk: State<'_, Desk>) -> Answer<()> {
    desk.forget_pasted();
    Ok(())
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

/// Reads anew what the portal and the workspace have. What was found, in words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refresh_fields(desk: State<'_, Desk>, connection: i64) -> Answer<String> {
    desk.refresh_fields(connection).await
}
