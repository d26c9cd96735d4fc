//! People.

use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

use crate::desk::Desk;
use crate::view::mapping::RecordSide;
use crate::view::people::{
    DryRunShown, PeopleCountsShown, PeopleFilterWish, PeoplePage, PeopleStartWish, Person,
    PersonBeside, PersonSide, ReconciledShown, SyncChoice, SyncStateShown,
};
use crate::view::problem::{Answer, Problem};

/// How many people each list holds.
#[tauri::command]
#[specta::specta]
pub(crate) async fn people_counts(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<PeopleCountsShown> {
    desk.people_counts(connection).await
}

/// A page of a list; at most 500 rows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn people_page(
    desk: State<'_, Desk>,
    connection: i64,
    filter: PeopleFilterWish,
    start: PeopleStartWish,
    limit: u32,
) -> Answer<PeoplePage> {
    desk.people_page(connection, filter, start, limit).await
}

/// One person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn person(desk: State<'_, Desk>, connection: i64, person: i64) -> Answer<Person> {
    desk.person(connection, person).await
}

/// Reads both records of a person afresh.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_person(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
) -> Answer<Person> {
    desk.read_person(connection, person).await
}

/// What a person has beside them in HubSpot, as it was read last.
#[tauri::command]
#[specta::specta]
pub(crate) async fn person_beside(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
) -> Answer<PersonBeside> {
    desk.person_beside(connection, person).await
}

/// Reads it anew where that was not done in the last minutes, or `now`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_person_beside(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
    now: bool,
) -> Answer<PersonBeside> {
    desk.read_person_beside(connection, person, now).await
}

/// The person who has a contact or a lead; none where nobody here has.
#[tauri::command]
#[specta::specta]
pub(crate) async fn person_of(
    desk: State<'_, Desk>,
    connection: i64,
    of: RecordSide,
    id: String,
) -> Answer<Option<i64>> {
    desk.person_of(connection, of, id).await
}

/// Contacts or leads by words, for linking by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search_side(
    desk: State<'_, Desk>,
    connection: i64,
    of: RecordSide,
    words: String,
) -> Answer<Vec<PersonSide>> {
    desk.search_side(connection, of, words).await
}

/// Shows a record that stands beside a person in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_beside(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
    kind: String,
    id: String,
) -> Answer<()> {
    let page = desk.beside_page(connection, person, &kind, &id).await?;
    app.opener()
        .open_url(page, None::<&str>)
        .map_err(|error| Problem::defect(format!("The browser did not open: {error}.")))
}

/// Shows a record in the browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_record(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
    of: RecordSide,
    id: String,
) -> Answer<()> {
    let page = desk.record_page(connection, of, &id).await?;
    app.opener()
        .open_url(page, None::<&str>)
        .map_err(|error| Problem::defect(format!("The browser did not open: {error}.")))
}

/// A lead is a contact, because somebody says so.
#[tauri::command]
#[specta::specta]
pub(crate) async fn link_people(
    desk: State<'_, Desk>,
    connection: i64,
    contact: String,
    lead: String,
) -> Answer<Person> {
    desk.link_people(connection, contact, lead).await
}

/// A contact and its lead are not the same person.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlink_person(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
) -> Answer<Person> {
    desk.unlink_person(connection, person).await
}

/// Begins to move a person's timeline entries to another contact. How many there are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn move_entries(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
    contact: String,
) -> Answer<u32> {
    desk.move_entries(connection, person, contact).await
}

/// Puts a person aside, or takes them up again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ignore_person(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
    ignored: bool,
) -> Answer<Person> {
    desk.ignore_person(connection, person, ignored).await
}

/// Not the same person: this suggestion is not made again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn refuse_suggestion(
    desk: State<'_, Desk>,
    connection: i64,
    person: i64,
    of: RecordSide,
    id: String,
) -> Answer<Person> {
    desk.refuse_suggestion(connection, person, of, id).await
}

/// Settles a conflict by hand, also one that a rule has settled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_conflict(
    desk: State<'_, Desk>,
    connection: i64,
    conflict: i64,
    keep: RecordSide,
) -> Answer<Person> {
    desk.settle_conflict(connection, conflict, keep).await
}

/// Puts back what was there before the conflict was settled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_conflict(
    desk: State<'_, Desk>,
    connection: i64,
    conflict: i64,
) -> Answer<Person> {
    desk.undo_conflict(connection, conflict).await
}

/// How people are kept in step.
#[tauri::command]
#[specta::specta]
pub(crate) async fn people_sync(desk: State<'_, Desk>, connection: i64) -> Answer<SyncStateShown> {
    desk.people_sync(connection).await
}

/// What a choice would do, without doing it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dry_run_sync(
    desk: State<'_, Desk>,
    connection: i64,
    choice: SyncChoice,
) -> Answer<DryRunShown> {
    desk.dry_run_sync(connection, choice).await
}

/// Turns the switches. `typed` is the portal's name, where anything is written.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_sync(
    desk: State<'_, Desk>,
    connection: i64,
    choice: SyncChoice,
    typed: Option<String>,
) -> Answer<SyncStateShown> {
    desk.change_sync(connection, choice, typed).await
}

/// The portal's and the workspace's totals beside ours.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reconcile_people(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<ReconciledShown> {
    desk.reconcile_people(connection).await
}

/// Reads what is missing and forgets what is gone. What was done, in words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn repair_people(desk: State<'_, Desk>, connection: i64) -> Answer<String> {
    desk.repair_people(connection).await
}
