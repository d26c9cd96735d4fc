//! The tester of a connection.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::deep_link;
use crate::desk::Desk;
use crate::view::connection::{Check, PastedKeys, Unquoted, Verdict};
use crate::view::problem::Answer;
use crate::view::tester::KeptRun;

/// Tries keys without keeping them; they wait for being kept. With a connection they have to be of its portal and
/// workspace. Each check is sent as soon as it is known.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_keys(
    desk: State<'_, Desk>,
    keys: Unquoted<PastedKeys>,
    connection: Option<i64>,
    checks: Channel<Check>,
) -> Answer<Verdict> {
    // A page that has gone away needs no checks.
    let tell = move |check| drop(checks.send(check));
    desk.check_keys(keys.0, connection, tell).await
}

/// Tries everything that a connection needs. The run is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_connection(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    checks: Channel<Check>,
) -> Answer<Verdict> {
    let tell = move |check| drop(checks.send(check));
    let links = deep_link::registered(&app);
    desk.check_connection(connection, &links, tell).await
}

/// The same, and a trial entry on a contact that somebody chose, which is taken away again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_writing(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
    checks: Channel<Check>,
) -> Answer<Verdict> {
    let tell = move |check| drop(checks.send(check));
    let links = deep_link::registered(&app);
    desk.test_writing(connection, contact, &links, tell).await
}

/// Earlier tests of a connection, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn kept_runs(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<KeptRun>> {
    desk.kept_runs(connection).await
}
