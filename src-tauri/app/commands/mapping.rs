//! The mapping.

use tauri::{AppHandle, State};

use crate::desk::Desk;
use crate::dialog;
use crate::view::mapping::{
    ApplyPreview, ImportedMapping, MappingFields, MappingPreset, MappingRow, MappingSamples,
    MappingState, MappingTrial, MappingVersionShown, NewMappingProperty, PersonFound, PersonName,
    RecordSide, RowProblem,
};
use crate::view::problem::Answer;
use crate::view::safety::WrittenFile;

/// What holds, and what somebody changed and has not applied.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mapping(desk: State<'_, Desk>, connection: i64) -> Answer<MappingState> {
    desk.mapping(connection).await
}

/// Both sides as they were last read; the portal is asked where it never was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mapping_fields(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<MappingFields> {
    desk.mapping_fields(connection).await
}

/// Asks the portal again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_mapping_fields(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<MappingFields> {
    desk.read_mapping_fields(connection).await
}

/// Makes a property in HubSpot.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_mapping_property(
    desk: State<'_, Desk>,
    connection: i64,
    property: NewMappingProperty,
) -> Answer<MappingFields> {
    desk.create_mapping_property(connection, property).await
}

/// Keeps the draft and answers with its problems. Rows that are new have ids below zero.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_mapping_draft(
    desk: State<'_, Desk>,
    connection: i64,
    rows: Vec<MappingRow>,
) -> Answer<Vec<RowProblem>> {
    desk.keep_mapping_draft(connection, rows).await
}

/// Forgets the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn discard_mapping_draft(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<MappingState> {
    desk.discard_mapping_draft(connection).await
}

/// What applying the draft would do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_mapping_draft(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<ApplyPreview> {
    desk.preview_mapping_draft(connection).await
}

/// Applies the draft. `typed` is the portal's name, where many people change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_mapping_draft(
    desk: State<'_, Desk>,
    connection: i64,
    typed: Option<String>,
) -> Answer<MappingState> {
    desk.apply_mapping_draft(connection, typed).await
}

/// Versions that held or hold, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mapping_versions(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<MappingVersionShown>> {
    desk.mapping_versions(connection).await
}

/// Makes an earlier version the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_mapping_version(
    desk: State<'_, Desk>,
    connection: i64,
    version: i64,
) -> Answer<MappingState> {
    desk.draft_mapping_version(connection, version).await
}

/// Mappings to begin with.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mapping_presets(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<MappingPreset>> {
    desk.mapping_presets(connection).await
}

/// Makes one of them the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_mapping_preset(
    desk: State<'_, Desk>,
    connection: i64,
    preset: String,
) -> Answer<MappingState> {
    desk.draft_mapping_preset(connection, preset).await
}

/// Keeps the draft, else what holds, under a name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn keep_mapping_preset(
    desk: State<'_, Desk>,
    connection: i64,
    name: String,
) -> Answer<Vec<MappingPreset>> {
    desk.keep_mapping_preset(connection, name).await
}

/// Forgets one that somebody kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_mapping_preset(
    desk: State<'_, Desk>,
    connection: i64,
    preset: String,
) -> Answer<Vec<MappingPreset>> {
    desk.forget_mapping_preset(connection, preset).await
}

/// Makes what holds in another connection the draft of this one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn draft_mapping_copy(
    desk: State<'_, Desk>,
    connection: i64,
    from: i64,
) -> Answer<MappingState> {
    desk.draft_mapping_copy(connection, from).await
}

/// Asks for a file and makes it the draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_mapping(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<ImportedMapping> {
    let path = dialog::open(&app).await?;
    desk.import_mapping(connection, path).await
}

/// Writes the draft, else what holds, to a file that is asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_mapping(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-mapping.toml", "toml").await?;
    desk.export_mapping(connection, path).await
}

/// The values of rows for one person that is known here; without one a good one is taken.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sample_mapping_rows(
    desk: State<'_, Desk>,
    connection: i64,
    rows: Vec<MappingRow>,
    record: Option<PersonName>,
) -> Answer<MappingSamples> {
    desk.sample_mapping_rows(connection, rows, record).await
}

/// Contacts and leads by words; the best twenty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_records(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
) -> Answer<Vec<PersonFound>> {
    desk.find_records(connection, words).await
}

/// Reads a record afresh on both sides and tries the rows on it; writes nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn try_mapping(
    desk: State<'_, Desk>,
    connection: i64,
    rows: Vec<MappingRow>,
    record: PersonName,
) -> Answer<MappingTrial> {
    desk.try_mapping(connection, rows, record).await
}

/// Writes what the trial showed, to this one person. What was done, in words.
#[tauri::command]
#[specta::specta]
pub(crate) async fn write_one(
    desk: State<'_, Desk>,
    connection: i64,
    rows: Vec<MappingRow>,
    record: PersonName,
    side: RecordSide,
) -> Answer<String> {
    desk.write_one(connection, rows, record, side).await
}
