//! Writing to one person.

use tauri::State;

use crate::desk::Desk;
use crate::view::compose::{Draft, KeptDraft, MergeField, OwnSend, Sent};
use crate::view::conversation::Thread;
use crate::view::preview::Preview;
use crate::view::problem::Answer;
use crate::view::recipient::{OnLists, Recipient};
use crate::view::send_state::SendState;

/// Asks HubSpot, and answers with what is known here where HubSpot does not answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recipient(
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
) -> Answer<Recipient> {
    desk.recipient(connection, contact).await
}

/// The newest fifty messages with a contact, or the fifty before this moment.
#[tauri::command]
#[specta::specta]
pub(crate) async fn thread(
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
    before: Option<i64>,
) -> Answer<Thread> {
    desk.thread(connection, contact, before).await
}

/// The fields that can stand in a text, with a contact's values.
#[tauri::command]
#[specta::specta]
pub(crate) async fn merge_fields(
    desk: State<'_, Desk>,
    connection: i64,
    contact: Option<String>,
) -> Answer<Vec<MergeField>> {
    desk.merge_fields(connection, contact).await
}

/// The lists that a contact is on in HubSpot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lists_of_contact(
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
) -> Answer<OnLists> {
    desk.lists_of_contact(connection, contact).await
}

/// What would arrive. Sends nothing; quick enough for each pause in typing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_message(
    desk: State<'_, Desk>,
    connection: i64,
    draft: Draft,
) -> Answer<Preview> {
    desk.preview_message(connection, draft).await
}

/// Sends what was seen, after the seconds in which it can be taken back. The same intent again answers
/// with the same send.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_message(
    desk: State<'_, Desk>,
    connection: i64,
    draft: Draft,
    seen: String,
) -> Answer<Sent> {
    desk.send_message(connection, draft, seen).await
}

/// Takes a message back within ten seconds; later it answers `tooLate`. The draft comes back as it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_send(desk: State<'_, Desk>, connection: i64, send: i64) -> Answer<Draft> {
    desk.undo_send(connection, send).await
}

/// Stops what is scheduled or waits, here and at Tuco. Answers in a sentence what was stopped.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_send(
    desk: State<'_, Desk>,
    connection: i64,
    send: i64,
) -> Answer<String> {
    desk.cancel_send(connection, send).await
}

/// Looks at Tuco now for a send without an answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn look_up_send(
    desk: State<'_, Desk>,
    connection: i64,
    send: i64,
) -> Answer<SendState> {
    desk.look_up_send(connection, send).await
}

/// What is under way and what ended within a day, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn own_sends(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<OwnSend>> {
    desk.own_sends(connection).await
}

/// Drafts, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn kept_messages(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<KeptDraft>> {
    desk.kept_messages(connection).await
}

/// Keeps a draft, one for a contact: another one takes its place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_message(
    desk: State<'_, Desk>,
    connection: i64,
    draft: Draft,
) -> Answer<()> {
    desk.keep_message(connection, draft).await
}

/// Forgets the draft for a contact.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_message(
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
) -> Answer<()> {
    desk.forget_message(connection, contact).await
}
