//! The sandbox. Everything here but the first refuses to work outside it.

use tauri::State;

use crate::desk::Desk;
use crate::view::problem::Answer;
use crate::view::sandbox::{SandboxFate, SandboxFaults};

/// Opens the sandbox. The page is told `mode` and begins anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_sandbox(desk: State<'_, Desk>) -> Answer<()> {
    desk.start_sandbox().await
}

/// Leaves it and removes everything of it. The page is told `mode` and begins anew.
#[tauri::command]
#[specta::specta]
pub(crate) async fn leave_sandbox(desk: State<'_, Desk>) -> Answer<()> {
    desk.leave_sandbox().await
}

/// Somebody in the sandbox writes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sandbox_reply(desk: State<'_, Desk>) -> Answer<()> {
    desk.sandbox_reply().await
}

/// A message goes out from Tuco's own pages, with this fate.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sandbox_send(desk: State<'_, Desk>, fate: SandboxFate) -> Answer<()> {
    desk.sandbox_send(fate).await
}

/// What goes wrong in the sandbox now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sandbox_faults(desk: State<'_, Desk>) -> Answer<SandboxFaults> {
    desk.sandbox_faults()
}

/// What goes wrong from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_sandbox_faults(
    desk: State<'_, Desk>,
    faults: SandboxFaults,
) -> Answer<()> {
    desk.change_sandbox_faults(faults).await
}
