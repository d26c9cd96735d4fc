//! Where keys are kept. A passphrase comes in once and goes nowhere but to its file.

use tauri::State;

use crate::desk::Desk;
use crate::view::connection::Unquoted;
use crate::view::keys::KeysKept;
use crate::view::problem::Answer;

/// Where the keys of all connections are, and why there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keys_kept(desk: State<'_, Desk>) -> Answer<KeysKept> {
    desk.keys_kept().await
}

/// Moves the keys of all connections into a file that only this passphrase opens.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_in_file(
    desk: State<'_, Desk>,
    passphrase: Unquoted<String>,
) -> Answer<()> {
    desk.keep_in_file(passphrase.0).await
}

/// Moves them into the system's keychain.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_in_keychain(desk: State<'_, Desk>) -> Answer<()> {
    desk.keep_in_keychain().await
}

/// Opens the file with the keys, and goes on where they were missing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock_keys(desk: State<'_, Desk>, passphrase: Unquoted<String>) -> Answer<()> {
    desk.unlock_keys(passphrase.0).await
}

/// Deletes that file, whose passphrase is forgotten. `typed` must be "start over". The keys in it are lost, and
/// nothing else.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_keys_over(desk: State<'_, Desk>, typed: String) -> Answer<()> {
    desk.start_keys_over(&typed).await
}

/// Seals that file under another passphrase. The one of now is asked for also where the file is open.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_passphrase(
    desk: State<'_, Desk>,
    old: Unquoted<String>,
    next: Unquoted<String>,
) -> Answer<()> {
    desk.change_passphrase(old.0, next.0).await
}
