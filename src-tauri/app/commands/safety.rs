//! Files. Each is chosen in a dialog of the system that is opened here; the page names none.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use crate::desk::Desk;
use crate::dialog;
use crate::view::activity::Filter;
use crate::view::problem::Answer;
use crate::view::safety::{ContactedHost, ExportProgress, Exported, Storage, WrittenFile};

/// Writes what the filter lets through as a table for a spreadsheet. Cancelling the dialog, or
/// `cancelExport`, answers with the code `cancelled`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_csv(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    filter: Filter,
    progress: Channel<ExportProgress>,
) -> Answer<Exported> {
    let path = dialog::save(&app, "tuco-activity.csv", "csv").await?;
    let told = move |far| drop(progress.send(far));
    desk.export_csv(connection, filter, path, told).await
}

/// Stops the export that is under way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_export(desk: State<'_, Desk>) -> Answer<()> {
    desk.cancel_export();
    Ok(())
}

/// What this program keeps on this computer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn storage(desk: State<'_, Desk>) -> Answer<Storage> {
    desk.storage()
}

/// A copy of the data file, proved by opening it. Keys are not in it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(app: AppHandle, desk: State<'_, Desk>) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-for-hubspot-backup.db", "db").await?;
    desk.back_up(path).await
}

/// Puts a copy in the data file's place. The answer says where the old file is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore(app: AppHandle, desk: State<'_, Desk>) -> Answer<String> {
    let copy = dialog::open(&app).await?;
    desk.restore(copy).await
}

/// Removes keys, log, copies and preferences from this computer. `typed` must be "forget everything".
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_everything(desk: State<'_, Desk>, typed: String) -> Answer<()> {
    desk.forget_everything(&typed).await
}

/// What a support desk may see, to be read before it is sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn diagnostics(desk: State<'_, Desk>) -> Answer<String> {
    desk.diagnostics().await
}

/// The same into a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_diagnostics(app: AppHandle, desk: State<'_, Desk>) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-for-hubspot-diagnostics.txt", "txt").await?;
    desk.save_diagnostics(path).await
}

/// Every computer that this program talks to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn hosts(desk: State<'_, Desk>) -> Answer<Vec<ContactedHost>> {
    Ok(desk.hosts())
}
