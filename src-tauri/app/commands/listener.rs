//! The webhook listener of a connection.

use tauri::State;

use crate::desk::Desk;
use crate::view::listener::{Delivery, Listener};
use crate::view::problem::Answer;

/// How it stands, with the last requests.
#[tauri::command]
#[specta::specta]
pub(crate) async fn listener(desk: State<'_, Desk>, connection: i64) -> Answer<Listener> {
    desk.listener(connection).await
}

/// Turns it on, with the address of a tunnel or none and at a port of this computer, or off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_listener(
    desk: State<'_, Desk>,
    connection: i64,
    on: bool,
    tunnel: String,
    port: Option<u16>,
) -> Answer<Listener> {
    desk.change_listener(connection, on, tunnel, port).await
}

/// Makes a webhook at Tuco; its secret is kept before this answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn register_listener(desk: State<'_, Desk>, connection: i64) -> Answer<Listener> {
    desk.register_listener(connection).await
}

/// Gives it a new secret; the old one holds beside it for a while.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rotate_listener_secret(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Listener> {
    desk.rotate_listener_secret(connection).await
}

/// The old secret is good no more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn end_listener_rotation(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Listener> {
    desk.end_listener_rotation(connection).await
}

/// Sends it a signed test, of which nothing is written. What it made of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_listener_test(desk: State<'_, Desk>, connection: i64) -> Answer<Delivery> {
    desk.send_listener_test(connection).await
}
