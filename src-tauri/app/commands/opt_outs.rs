//! Who must not be written to.

use tauri::State;

use crate::desk::Desk;
use crate::view::opt_outs::{OptOut, OptOutPage, OptOutReview};
use crate::view::problem::Answer;

/// By name, number or address, newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn opt_outs(
    desk: State<'_, Desk>,
    connection: i64,
    words: String,
    from: u32,
    limit: u32,
) -> Answer<OptOutPage> {
    desk.opt_outs(connection, words, from, limit).await
}

/// `who` is a contact's id, an e-mail address or a number. It holds here before this answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_opt_out(
    desk: State<'_, Desk>,
    connection: i64,
    who: String,
    why: String,
) -> Answer<OptOut> {
    desk.add_opt_out(connection, who, why).await
}

/// Ends it here, in Tuco and in HubSpot; the answer says in a sentence what could not be told yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lift_opt_out(
    desk: State<'_, Desk>,
    connection: i64,
    id: i64,
    why: String,
) -> Answer<String> {
    desk.lift_opt_out(connection, id, why).await
}

/// What somebody wrote that a person has to read, oldest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn opt_out_reviews(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<OptOutReview>> {
    desk.opt_out_reviews(connection).await
}

/// Says what a reply meant: opted out from now on, or the held sends go their way again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn decide_review(
    desk: State<'_, Desk>,
    connection: i64,
    id: i64,
    opted_out: bool,
) -> Answer<()> {
    desk.decide_review(connection, id, opted_out).await
}
