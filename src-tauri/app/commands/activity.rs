//! The log.

use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::desk::Desk;
use crate::view::activity::{Filter, FoundContact, KeptView, Page, PageStart};
use crate::view::problem::{Answer, Problem};
use crate::view::story::{ParkedEntry, Story, UnknownSend};

/// A part of the list, newest first; at most 500 rows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activity_page(
    desk: State<'_, Desk>,
    connection: i64,
    filter: Filter,
    start: PageStart,
    limit: u32,
) -> Answer<Page> {
    desk.activity_page(connection, filter, start, limit).await
}

/// How many events the filter lets through. None for words, of which nobody counts all matches.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activity_count(
    desk: State<'_, Desk>,
    connection: i64,
    filter: Filter,
) -> Answer<Option<u64>> {
    desk.activity_count(connection, filter).await
}

/// The whole story of an event.
#[tauri::command]
#[specta::specta]
pub(crate) async fn event_story(
    desk: State<'_, Desk>,
    connection: i64,
    event: i64,
) -> Answer<Story> {
    desk.event_story(connection, event).await
}

/// The first event of a message, by Tuco's id of it; none where it is not known here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn event_of_message(
    desk: State<'_, Desk>,
    connection: i64,
    message: String,
) -> Answer<Option<i64>> {
    desk.event_of_message(connection, message).await
}

/// Looks at an event afresh, under the settings of now. What is in HubSpot is never written again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn replay(desk: State<'_, Desk>, connection: i64, event: i64) -> Answer<()> {
    desk.replay(connection, event).await
}

/// Contacts in HubSpot by a name, an address, a number or an id; the best twenty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn contact_search(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
) -> Answer<Vec<FoundContact>> {
    desk.contact_search(connection, words).await
}

/// Contacts that the log knows by a name, an address or a number; asks nobody outside.
#[tauri::command]
#[specta::specta]
pub(crate) async fn known_contacts(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
) -> Answer<Vec<FoundContact>> {
    desk.known_contacts(connection, words).await
}

/// Says whose an event is, for this one and for what else of that person is not in HubSpot yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn link_event_to_contact(
    desk: State<'_, Desk>,
    connection: i64,
    event: i64,
    contact: String,
) -> Answer<()> {
    desk.link_event(connection, event, contact).await
}

/// Entries that were given up, oldest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn parked(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<ParkedEntry>> {
    desk.parked(connection).await
}

/// Tries a given-up entry again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn retry_parked(
    desk: State<'_, Desk>,
    connection: i64,
    effect: i64,
) -> Answer<()> {
    desk.settle_parked(connection, effect, true).await
}

/// Lets a given-up entry go. The event stays in the log, and Replay brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn drop_parked(desk: State<'_, Desk>, connection: i64, effect: i64) -> Answer<()> {
    desk.settle_parked(connection, effect, false).await
}

/// Messages of which nobody knows whether they went out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unknown_sends(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<UnknownSend>> {
    desk.unknown_sends(connection).await
}

/// A person looked in Tuco and says whether the message went out.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_send(
    desk: State<'_, Desk>,
    connection: i64,
    send: i64,
    went_out: bool,
) -> Answer<()> {
    desk.settle_send(connection, send, went_out).await
}

/// Filters that were kept under a name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn kept_views(desk: State<'_, Desk>, connection: i64) -> Answer<Vec<KeptView>> {
    desk.kept_views(connection).await
}

/// Keeps a filter under a name; one of the same name is replaced. Its id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_view(
    desk: State<'_, Desk>,
    connection: i64,
    name: String,
    filter: Filter,
) -> Answer<i64> {
    desk.keep_view(connection, name, filter).await
}

/// Forgets a kept filter.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_view(desk: State<'_, Desk>, connection: i64, view: i64) -> Answer<()> {
    desk.forget_view(connection, view).await
}

/// Opens a contact's page of HubSpot in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_contact(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
) -> Answer<()> {
    let page = desk.contact_page(connection, &contact).await?;
    app.opener()
        .open_url(page, None::<&str>)
        .map_err(|error| Problem::defect(format!("The browser did not open: {error}.")))
}
