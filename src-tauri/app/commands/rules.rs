//! Rules: what follows when something happens to a person.

use tauri::{AppHandle, State};

use crate::desk::Desk;
use crate::dialog;
use crate::view::problem::Answer;
use crate::view::rules::budget::RuleBudget;
use crate::view::rules::draft::RuleDraft;
use crate::view::rules::fitting::{RuleBackfilled, RuleFitting};
use crate::view::rules::looked::{RuleCount, RuleDryRun, RuleTest};
use crate::view::rules::runs::RuleRuns;
use crate::view::rules::{
    RuleChecked, RuleExample, RuleOpened, RuleTextRead, RuleTurnedOn, RuleVersion, RuleWorkflow,
    RulesShown, RulesTaken,
};
use crate::view::safety::WrittenFile;

/// All, in the order in which they look.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rules(desk: State<'_, Desk>, connection: i64) -> Answer<RulesShown> {
    desk.rules(connection).await
}

/// Pauses every rule that is on; without `paused` those that were paused so go on. What happened
/// meanwhile sets nothing off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_rules(
    desk: State<'_, Desk>,
    connection: i64,
    paused: bool,
) -> Answer<()> {
    desk.pause_rules(connection, paused).await
}

/// One of them, to be edited.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule(desk: State<'_, Desk>, connection: i64, rule: i64) -> Answer<RuleOpened> {
    desk.rule(connection, rule).await
}

/// What a draft says and what is wrong with it. With `ask` HubSpot and Tuco are asked whether what it
/// names is there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_rule(
    desk: State<'_, Desk>,
    connection: i64,
    draft: RuleDraft,
    ask: bool,
) -> Answer<RuleChecked> {
    desk.check_rule(connection, draft, ask).await
}

/// Reads a text of the file of rules. Keeps nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_rule_text(desk: State<'_, Desk>, text: String) -> Answer<RuleTextRead> {
    Ok(desk.read_rule_text(&text))
}

/// Keeps a rule, a new one without a number. It is off, and so is one that was changed. `basedOn` is the
/// version that was edited: where it is not the newest any more the answer is `taken`, and nothing is lost.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: Option<i64>,
    draft: RuleDraft,
    based_on: i64,
) -> Answer<RuleOpened> {
    desk.save_rule(connection, rule, draft, based_on).await
}

/// Takes one off the list; `bringBackRule` brings it back, off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_rule(desk: State<'_, Desk>, connection: i64, rule: i64) -> Answer<()> {
    desk.remove_rule(connection, rule).await
}

/// Brings one back that was taken off the list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bring_back_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
) -> Answer<()> {
    desk.bring_back_rule(connection, rule).await
}

/// Turns one on. `typed` is the number of people a day, where it was asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn turn_on_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
    typed: Option<u32>,
) -> Answer<RuleTurnedOn> {
    desk.turn_on_rule(connection, rule, typed).await
}

/// Turns one off. How many runs that waited are not done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn turn_off_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
) -> Answer<i64> {
    desk.turn_off_rule(connection, rule).await
}

/// Who fits a rule now, and what stands against each. Nothing is kept or sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_fitting(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
) -> Answer<RuleFitting> {
    desk.rule_fitting(connection, rule).await
}

/// Runs one that is on on those who fit it now, each once. `typed` is their number, where it was asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn backfill_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
    typed: Option<u32>,
) -> Answer<RuleBackfilled> {
    desk.backfill_rule(connection, rule, typed).await
}

/// Whoever was not looked at yet is not. How many that were.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_backfill(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
) -> Answer<i64> {
    desk.stop_backfill(connection, rule).await
}

/// All of them in another order; those that are on stay on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn order_rules(
    desk: State<'_, Desk>,
    connection: i64,
    rules: Vec<i64>,
) -> Answer<RulesShown> {
    desk.order_rules(connection, rules).await
}

/// How many contacts the conditions fit now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn count_rule(
    desk: State<'_, Desk>,
    connection: i64,
    draft: RuleDraft,
) -> Answer<RuleCount> {
    desk.count_rule(connection, draft).await
}

/// What it would have done in the last 1 to 30 days. Nothing is kept or sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn dry_run_rule(
    desk: State<'_, Desk>,
    connection: i64,
    draft: RuleDraft,
    days: u16,
) -> Answer<RuleDryRun> {
    desk.dry_run_rule(connection, draft, days).await
}

/// What it says to one person now: a contact's id, a number or an address. Nothing is kept or sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_rule(
    desk: State<'_, Desk>,
    connection: i64,
    draft: RuleDraft,
    to: String,
) -> Answer<RuleTest> {
    desk.test_rule(connection, draft, to).await
}

/// Every version, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_versions(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
) -> Answer<Vec<RuleVersion>> {
    desk.rule_versions(connection, rule).await
}

/// Puts an earlier version back, as the newest one, and off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_back_rule(
    desk: State<'_, Desk>,
    connection: i64,
    rule: i64,
    version: i64,
) -> Answer<RuleOpened> {
    desk.put_back_rule(connection, rule, version).await
}

/// What rules said and did, of one or of all, the newest first; at most 200. `before` is the `next` of
/// the page before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_runs(
    desk: State<'_, Desk>,
    connection: i64,
    rule: Option<i64>,
    before: Option<i64>,
    limit: u32,
) -> Answer<RuleRuns> {
    desk.rule_runs(connection, rule, before, limit).await
}

/// What rules asked HubSpot and Tuco for, by rule. Reads what is kept; asks nobody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_budget(desk: State<'_, Desk>, connection: i64) -> Answer<RuleBudget> {
    desk.rule_budget(connection).await
}

/// Rules to start from.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_examples(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<Vec<RuleExample>> {
    desk.rule_examples(connection).await
}

/// Keeps every rule of a text; what is new or changed is off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn take_rules(
    desk: State<'_, Desk>,
    connection: i64,
    text: String,
) -> Answer<RulesTaken> {
    desk.take_rules(connection, &text).await
}

/// The same of a file, which is asked for here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_rules(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<RulesTaken> {
    let path = dialog::open(&app).await?;
    desk.import_rules(connection, path).await
}

/// Writes all rules to a file, which is asked for here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_rules(
    app: AppHandle,
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<WrittenFile> {
    let path = dialog::save(&app, "tuco-rules.toml", "toml").await?;
    desk.export_rules(connection, path).await
}

/// How the road by workflows in HubSpot stands.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_workflow(desk: State<'_, Desk>, connection: i64) -> Answer<RuleWorkflow> {
    desk.rule_workflow(connection, false).await
}

/// Makes the properties that are missing, and keeps the rule that answers, off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_rule_workflow(
    desk: State<'_, Desk>,
    connection: i64,
) -> Answer<RuleWorkflow> {
    desk.rule_workflow(connection, true).await
}
