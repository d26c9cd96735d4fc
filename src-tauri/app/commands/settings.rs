//! Settings and preferences.

use tauri::{AppHandle, State};
use tauri_plugin_autostart::ManagerExt;

use crate::desk::Desk;
use crate::view::problem::{Answer, Problem};
use crate::view::settings::{MissingProperty, Preferences, Setting, SettingChange};

/// All settings of a connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settings(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<Setting>> {
    desk.settings(connection).await
}

/// Changes settings, all of these or none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_settings(
    desk: State<'_, Desk>,
    connection: i64,
    changes: Vec<SettingChange>,
) -> Answer<()> {
    desk.change_settings(connection, changes).await
}

/// Properties that the settings ask for and the portal lacks.
#[tauri::command]
#[specta::specta]
pub(crate) async fn missing_properties(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<MissingProperty>> {
    desk.missing_properties(connection).await
}

/// Makes them. Those that were made.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_properties(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<MissingProperty>> {
    desk.create_properties(connection).await
}

/// What the program remembers of its user.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preferences(desk: State<'_, Desk>) -> Answer<Preferences> {
    Ok(desk.preferences())
}

/// Changes it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_preferences(
    desk: State<'_, Desk>,
    preferences: Preferences,
) -> Answer<()> {
    desk.change_preferences(preferences)
}

/// Whether the program starts with the desktop.
#[tauri::command]
#[specta::specta]
pub(crate) async fn starts_at_login(app: AppHandle) -> Answer<bool> {
    app.autolaunch()
        .is_enabled()
        .map_err(|error| Problem::defect(error.to_string()))
}

/// Whether it does from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_at_login(app: AppHandle, start: bool) -> Answer<()> {
    let autostart = app.autolaunch();
    let done = if start {
        autostart.enable()
    } else {
        autostart.disable()
    };
    done.map_err(|error| Problem::defect(format!("The desktop did not take it: {error}.")))
}
