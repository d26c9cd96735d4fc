//! One message to many people.

use tauri::ipc::Channel;
use tauri::{AppHandle, State};

use bridge::store::RunState;

use crate::desk::Desk;
use crate::dialog;
use crate::view::conversation::CountedContacts;
use crate::view::many::{
    CheckedFile, ContactList, Looked, ManyDraft, ManyDryRun, ManyFilter, ManyPage, Run,
};
use crate::view::problem::Answer;
use crate::view::safety::WrittenFile;

/// Lists of contacts in HubSpot whose name holds these words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn contact_lists(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
) -> Answer<Vec<ContactList>> {
    desk.contact_lists(connection, words).await
}

/// Asks for a file and reads it. Cancelling answers with the code `cancelled`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_contact_file(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<CheckedFile> {
    let _of_all_connections = connection;
    let path = dialog::open(&app).await?;
    desk.check_contact_file(path).await
}

/// Whom words find: the first twenty and how many.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count_contacts(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
) -> Answer<CountedContacts> {
    desk.count_contacts(connection, words).await
}

/// Reads everybody and asks the guard for each; nothing is sent. `told` says how many were looked at.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dry_run(
    desk: State<'_, Desk>,
    connection: i64,
    draft: ManyDraft,
    told: Channel<Looked>,
) -> Answer<ManyDryRun> {
    let tell = move |looked| drop(told.send(looked));
    desk.dry_run(connection, draft, tell).await
}

/// Rows of a dry run or of a run; at most 500.
#[tauri::command]
#[specta::specta]
pub(crate) async fn many_rows(
    desk: State<'_, Desk>,
    connection: i64,
    run: i64,
    filter: ManyFilter,
    from: u32,
    limit: u32,
) -> Answer<ManyPage> {
    desk.many_rows(connection, run, filter, from, limit).await
}

/// Starts exactly what a dry run lists. `typed` is what it asked for; nothing is started twice.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_run(
    desk: State<'_, Desk>,
    connection: i64,
    run: i64,
    typed: String,
) -> Answer<Run> {
    desk.start_run(connection, run, typed).await
}

/// Runs, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn runs(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<Run>> {
    desk.runs(connection).await
}

/// Nobody more gets it for now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_run(desk: State<'_, Desk>, connection: i64, run: i64) -> Answer<Run> {
    desk.set_run(connection, run, RunState::Paused).await
}

/// Goes on where it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_run(desk: State<'_, Desk>, connection: i64, run: i64) -> Answer<Run> {
    desk.set_run(connection, run, RunState::Running).await
}

/// Nobody who has not got it yet gets it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn cancel_run(desk: State<'_, Desk>, connection: i64, run: i64) -> Answer<Run> {
    desk.set_run(connection, run, RunState::Cancelled).await
}

/// What became of everybody, as a table. Asks where to.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_run(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    run: i64,
) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-run.csv", "csv").await?;
    desk.export_run(connection, run, path).await
}
