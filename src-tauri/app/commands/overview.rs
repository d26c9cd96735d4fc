//! The frame of the window and its first screen.

use tauri::State;
use tauri::ipc::Channel;

use crate::desk::Desk;
use crate::view::connection::{Line, Snapshot};
use crate::view::notice::Notice;
use crate::view::overview::Overview;
use crate::view::problem::Answer;

/// Everything that the frame needs at once. Subscribe first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn snapshot(desk: State<'_, Desk>) -> Answer<Snapshot> {
    Ok(desk.snapshot().await)
}

/// Everything that happens from now on, in batches, at most ten a second.
#[tauri::command]
#[specta::specta]
pub(crate) async fn subscribe(desk: State<'_, Desk>, page: Channel<Vec<Notice>>) -> Answer<()> {
    desk.subscribe(page);
    Ok(())
}

/// What happened in the last fourteen days of a time zone, and what needs a person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn overview(
    desk: State<'_, Desk>,
    connection: i64,
    time_zone: String,
) -> Answer<Overview> {
    desk.overview(connection, time_zone).await
}

/// The workspace's lines and what each may still send today, asked of Tuco now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lines(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<Line>> {
    desk.lines(connection).await
}
