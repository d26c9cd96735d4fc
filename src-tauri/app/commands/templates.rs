//! Texts to be used again.

use tauri::{AppHandle, State};

use crate::desk::Desk;
use crate::dialog;
use crate::view::problem::Answer;
use crate::view::safety::WrittenFile;
use crate::view::templates::{ImportedTemplates, Template, TemplateBody, TemplateVersion};

/// All, by folder and name.
#[tauri::command]
#[specta::specta]
pub(crate) async fn templates(desk: State<'_, Desk>) -> Answer<Vec<Template>> {
    desk.templates().await
}

/// A new one without an id. `basedOn` is the version that was changed: where it is not the newest any
/// more the answer is `taken`, and nothing is lost.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_template(
    desk: State<'_, Desk>,
    id: Option<i64>,
    body: TemplateBody,
    based_on: i64,
) -> Answer<Template> {
    desk.save_template(id, body, based_on).await
}

/// Marks one to be shown first, or no longer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn favourite_template(
    desk: State<'_, Desk>,
    id: i64,
    favourite: bool,
) -> Answer<()> {
    desk.favourite_template(id, favourite).await
}

/// Takes one off the list; `bringBackTemplate` brings it back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_template(desk: State<'_, Desk>, id: i64) -> Answer<()> {
    desk.remove_template(id, true).await
}

/// Brings one back that was taken off the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back_template(desk: State<'_, Desk>, id: i64) -> Answer<()> {
    desk.remove_template(id, false).await
}

/// Every version, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn template_versions(
    desk: State<'_, Desk>,
    id: i64,
) -> Answer<Vec<TemplateVersion>> {
    desk.template_versions(id).await
}

/// Takes all templates of a file, which is asked for here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_templates(
    app: AppHandle,
    desk: State<'_, Desk>,
) -> Answer<ImportedTemplates> {
    let path = dialog::open(&app).await?;
    desk.import_templates(path).await
}

/// Writes all templates to a file, which is asked for here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_templates(app: AppHandle, desk: State<'_, Desk>) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-templates.toml", "toml").await?;
    desk.export_templates(path).await
}
