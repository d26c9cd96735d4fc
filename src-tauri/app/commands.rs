//! The page's commands, one file a screen: take the arguments, ask the desk, hand the answer back.
//!
//! Each one is also named in `src-tauri/permissions/main-window.toml`; without that the page's call
//! is refused. [`all`] is the one list of them, from which `ui/src/bindings.ts` is generated.

pub(crate) mod activity;
pub(crate) mod compose;
pub(crate) mod connections;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod listener;
pub(crate) mod many;
pub(crate) mod mapping;
pub(crate) mod opt_outs;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod program;
pub(crate) mod rules;
pub(crate) mod safety;
pub(crate) mod sandbox;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod templates;
pub(crate) mod tester;

use tauri_specta::{Builder, collect_commands};

/// Every command, with its types.
pub(crate) fn all() -> Builder<tauri::Wry> {
    // Numbers on this road are row ids, counts and milliseconds: all far below 2^53.
    Builder::new()
        .dangerously_cast_bigints_to_number()
        // One type for both ways: what is left out and what is null mean the same to serde.
        .disable_serde_phases()
        .constant("hubspotScopes", crate::view::sign_in::scope_uses())
        .commands(collect_commands![
            program::about,
            program::content_ready,
            program::first_frame,
            program::first_destination,
            program::quit,
            overview::snapshot,
            overview::subscribe,
            overview::overview,
            overview::lines,
            activity::activity_page,
            activity::activity_count,
            activity::event_story,
            activity::event_of_message,
            activity::replay,
            activity::contact_search,
            activity::known_contacts,
            activity::link_event_to_contact,
            activity::parked,
            activity::retry_parked,
            activity::drop_parked,
            activity::unknown_sends,
            activity::settle_send,
            activity::kept_views,
            activity::keep_view,
            activity::forget_view,
            activity::open_contact,
            compose::recipient,
            compose::thread,
            compose::merge_fields,
            compose::lists_of_contact,
            compose::preview_message,
            compose::send_message,
            compose::undo_send,
            compose::cancel_send,
            compose::look_up_send,
            compose::own_sends,
            compose::kept_messages,
            compose::keep_message,
            compose::forget_message,
            templates::templates,
            templates::save_template,
            templates::favourite_template,
            templates::remove_template,
            templates::bring_back_template,
            templates::template_versions,
            templates::import_templates,
            templates::export_templates,
            opt_outs::opt_outs,
            opt_outs::add_opt_out,
            opt_outs::lift_opt_out,
            opt_outs::opt_out_reviews,
            opt_outs::decide_review,
            many::contact_lists,
            many::choose_contact_file,
            many::count_contacts,
            many::dry_run,
            many::many_rows,
            many::start_run,
            many::runs,
            many::pause_run,
            many::resume_run,
            many::cancel_run,
            many::export_run,
            safety::export_csv,
            safety::cancel_export,
            tester::check_keys,
            tester::check_connection,
            tester::test_writing,
            tester::kept_runs,
            connections::save_connection,
            connections::replace_keys,
            connections::forget_pasted,
            connections::rename_connection,
            connections::remove_connection,
            sign_in::sign_in_guide,
            sign_in::sign_in,
            sign_in::sign_in_by_address,
            sign_in::cancel_sign_in,
            sign_in::disconnect,
            connections::pause,
            connections::resume,
            connections::sync_now,
            connections::refresh_fields,
            links::links,
            links::register_links,
            links::change_link_page,
            keys::keys_kept,
            keys::keep_in_file,
            keys::keep_in_keychain,
            keys::unlock_keys,
            keys::start_keys_over,
            keys::change_passphrase,
            listener::listener,
            listener::change_listener,
            listener::register_listener,
            listener::rotate_listener_secret,
            listener::end_listener_rotation,
            listener::send_listener_test,
            settings::settings,
            settings::change_settings,
            settings::missing_properties,
            settings::create_properties,
            settings::preferences,
            settings::change_preferences,
            settings::starts_at_login,
            settings::start_at_login,
            mapping::mapping,
            mapping::mapping_fields,
            mapping::read_mapping_fields,
            mapping::create_mapping_property,
            mapping::keep_mapping_draft,
            mapping::discard_mapping_draft,
            mapping::preview_mapping_draft,
            mapping::apply_mapping_draft,
            mapping::mapping_versions,
            mapping::draft_mapping_version,
            mapping::mapping_presets,
            mapping::draft_mapping_preset,
            mapping::keep_mapping_preset,
            mapping::forget_mapping_preset,
            mapping::draft_mapping_copy,
            mapping::import_mapping,
            mapping::export_mapping,
            mapping::sample_mapping_rows,
            mapping::find_records,
            mapping::try_mapping,
            mapping::write_one,
            people::people_counts,
            people::people_page,
            people::person,
            people::read_person,
            people::person_beside,
            people::read_person_beside,
            people::person_of,
            people::search_side,
            people::open_beside,
            people::open_record,
            people::link_people,
            people::unlink_person,
            people::move_entries,
            people::ignore_person,
            people::refuse_suggestion,
            people::settle_conflict,
            people::undo_conflict,
            people::people_sync,
            people::dry_run_sync,
            people::change_sync,
            people::reconcile_people,
            people::repair_people,
            rules::rules,
            rules::pause_rules,
            rules::rule,
            rules::check_rule,
            rules::read_rule_text,
            rules::save_rule,
            rules::remove_rule,
            rules::bring_back_rule,
            rules::turn_on_rule,
            rules::turn_off_rule,
            rules::rule_fitting,
            rules::backfill_rule,
            rules::stop_backfill,
            rules::order_rules,
            rules::count_rule,
            rules::dry_run_rule,
            rules::test_rule,
            rules::rule_versions,
            rules::put_back_rule,
            rules::rule_runs,
            rules::rule_budget,
            rules::rule_examples,
            rules::take_rules,
            rules::import_rules,
            rules::export_rules,
            rules::rule_workflow,
            rules::create_rule_workflow,
            safety::storage,
            safety::back_up,
            safety::restore,
            safety::forget_everything,
            safety::diagnostics,
            safety::save_diagnostics,
            safety::hosts,
            sandbox::start_sandbox,
            sandbox::leave_sandbox,
            sandbox::sandbox_reply,
            sandbox::sandbox_send,
            sandbox::sandbox_faults,
            sandbox::change_sandbox_faults,
        ])
}

#[cfg(test)]
mod tests {
    use super::all;
    use specta_typescript::Typescript;
    use std::path::Path;

    const HEADER: &str = "// Generated from the commands of the Rust side; change those, not this.\n\
                          // UPDATE_BINDINGS=1 cargo test -p tuco-for-hubspot bindings writes it anew.\n\
                          /* eslint-disable */\n";

    #[test]
    fn the_committed_bindings_are_those_of_the_commands() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/bindings.ts");
        let folder = tempfile::tempdir().unwrap();
        let fresh = folder.path().join("bindings.ts");
        all()
            .export(Typescript::default().header(HEADER), &fresh)
            .unwrap();
        let fresh = std::fs::read_to_string(fresh).unwrap();
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            std::fs::write(&committed, fresh).unwrap();
            return;
        }
        let standing = std::fs::read_to_string(&committed).unwrap_or_default();
        assert!(
            standing == fresh,
            "ui/src/bindings.ts is not what the commands say. Write it anew with \
             UPDATE_BINDINGS=1 cargo test -p tuco-for-hubspot --lib bindings"
        );
    }
}
