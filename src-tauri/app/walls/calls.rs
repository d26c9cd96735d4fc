//! Every command with arguments that it takes.

mod rules;

use serde_json::{Value, json};

use super::Stage;

/// How a command may be tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sort {
    /// Here alone.
    Local,
    /// It asks one of the services, at their pace.
    Asks,
    /// It opens a dialog of the system, or ends the program: it is called only where that is refused.
    Heavy,
}

/// One command.
pub(super) struct Call {
    pub(super) name: &'static str,
    pub(super) sort: Sort,
    pub(super) arguments: Value,
}

/// All of them.
pub(super) fn all(stage: &Stage) -> Vec<Call> {
    let (connection, event) = (stage.connection, stage.event);
    let filter = json!({
        "search": "price", "kinds": ["reply"], "stages": ["written"], "reasons": ["no_address"],
        "line": "l", "contact": "501", "from": 0, "to": 9_999_999_999_999_i64
    });
    let draft = json!({
        "intent": "one", "contactId": "999", "way": "auto",
        "line": {"line": "chosen", "id": "l"}, "text": "Hi {{contact.firstname|there}}",
        "attachments": ["https://files.example.com/a.png"], "at": 1, "fallback": "sms",
        "template": 999, "filled": [{"name": "time", "value": "9:00"}],
        "overrides": [{"reason": "quietHours", "why": "a test"}]
    });
    let of = json!({"connection": connection});
    let with = |more: Value| {
        let mut both = of.clone();
        both.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        both
    };
    let channel = "__CHANNEL__:77";
    let call = |name, sort, arguments| Call {
        name,
        sort,
        arguments,
    };
    use Sort::{Asks, Heavy, Local};
    let mut all = vec![
        call("about", Local, json!({})),
        call("content_ready", Local, json!({})),
        call("first_frame", Local, json!({"heading": "Overview"})),
        call("first_destination", Local, json!({})),
        call("quit", Heavy, json!({})),
        call("snapshot", Local, json!({})),
        call("subscribe", Local, json!({"page": channel})),
        call(
            "overview",
            Local,
            with(json!({"timeZone": "Europe/Berlin"})),
        ),
        call("lines", Asks, of.clone()),
        call(
            "activity_page",
            Local,
            with(json!({
                "filter": filter, "limit": 50,
                "start": {"from": "below", "place": {"at": 9_999_999_999_999_i64, "id": event}}
            })),
        ),
        call("activity_count", Local, with(json!({"filter": filter}))),
        call("event_story", Local, with(json!({"event": event}))),
        call("event_of_message", Local, with(json!({"message": "m"}))),
        call("replay", Local, with(json!({"event": event}))),
        call("contact_search", Asks, with(json!({"words": "ana"}))),
        call("known_contacts", Local, with(json!({"words": "ana"}))),
        call(
            "link_event_to_contact",
            Asks,
            with(json!({"event": event, "contact": "999999999"})),
        ),
        call("parked", Local, of.clone()),
        call("retry_parked", Local, with(json!({"effect": 999}))),
        call("drop_parked", Local, with(json!({"effect": 999}))),
        call("unknown_sends", Local, of.clone()),
        call(
            "settle_send",
            Local,
            with(json!({"send": 999, "wentOut": true})),
        ),
        call("kept_views", Local, of.clone()),
        call(
            "keep_view",
            Local,
            with(json!({"name": "Replies", "filter": filter})),
        ),
        call("forget_view", Local, with(json!({"view": 999}))),
        call("open_contact", Local, with(json!({"contact": "no number"}))),
        call("recipient", Asks, with(json!({"contact": "999"}))),
        call(
            "thread",
            Local,
            with(json!({"contact": "501", "before": 9_999_999_999_999_i64})),
        ),
        call("merge_fields", Asks, with(json!({"contact": "999"}))),
        call("lists_of_contact", Asks, with(json!({"contact": "999"}))),
        call("preview_message", Asks, with(json!({"draft": draft}))),
        call(
            "send_message",
            Asks,
            with(json!({"draft": draft, "seen": "something else"})),
        ),
        call("undo_send", Local, with(json!({"send": 999}))),
        call("cancel_send", Local, with(json!({"send": 999}))),
        call("look_up_send", Local, with(json!({"send": 999}))),
        call("own_sends", Local, of.clone()),
        call("kept_messages", Local, of.clone()),
        call("keep_message", Local, with(json!({"draft": draft}))),
        call("forget_message", Local, with(json!({"contact": "501"}))),
        call("templates", Local, json!({})),
        call(
            "save_template",
            Local,
            json!({"id": 999, "basedOn": 1, "body": {
                "name": "Hello", "folder": "First", "text": "Hi {{contact.firstname|there}}",
                "variables": [{"name": "time", "label": "Time", "type": "choice",
                               "choices": ["9:00"], "initial": ""}]
            }}),
        ),
        call(
            "favourite_template",
            Local,
            json!({"id": 999, "favourite": true}),
        ),
        call("remove_template", Local, json!({"id": 999})),
        call("bring_back_template", Local, json!({"id": 999})),
        call("template_versions", Local, json!({"id": 999})),
        call("import_templates", Heavy, json!({})),
        call("export_templates", Heavy, json!({})),
        call(
            "opt_outs",
            Local,
            with(json!({"words": "ana", "from": 0, "limit": 50})),
        ),
        call(
            "add_opt_out",
            Asks,
            with(json!({"who": "nobody", "why": "asked"})),
        ),
        call(
            "lift_opt_out",
            Asks,
            with(json!({"id": 999, "why": "asked"})),
        ),
        call("opt_out_reviews", Local, of.clone()),
        call(
            "decide_review",
            Asks,
            with(json!({"id": 999, "optedOut": true})),
        ),
        call("contact_lists", Asks, with(json!({"words": "a"}))),
        call("choose_contact_file", Heavy, of.clone()),
        call("count_contacts", Asks, with(json!({"words": "ana"}))),
        call(
            "dry_run",
            Asks,
            with(json!({"told": channel, "draft": {
                "name": "One", "audience": {"from": "picked", "contacts": ["999"]}, "way": "sms",
                "line": {"line": "owner"}, "text": "Hi", "attachments": [], "at": null,
                "fallback": "nothing", "template": null, "filled": []
            }})),
        ),
        call(
            "many_rows",
            Local,
            with(json!({"run": 999, "filter": "leftOut", "from": 0, "limit": 50})),
        ),
        call(
            "start_run",
            Local,
            with(json!({"run": 999, "typed": "send to 1"})),
        ),
        call("runs", Local, of.clone()),
        call("pause_run", Local, with(json!({"run": 999}))),
        call("resume_run", Local, with(json!({"run": 999}))),
        call("cancel_run", Local, with(json!({"run": 999}))),
        call("export_run", Heavy, with(json!({"run": 999}))),
        call(
            "export_csv",
            Heavy,
            with(json!({"filter": filter, "progress": channel})),
        ),
        call("cancel_export", Local, json!({})),
        call(
            "check_keys",
            Asks,
            json!({"keys": {"hubSpot": "pat-wrong", "tuco": "tuco_wrong"}, "connection": null, "checks": channel}),
        ),
        call("check_connection", Asks, with(json!({"checks": channel}))),
        call(
            "test_writing",
            Asks,
            with(json!({"contact": "no number", "checks": channel})),
        ),
        call("kept_runs", Local, of.clone()),
        call(
            "save_connection",
            Asks,
            json!({"keys": {"hubSpot": "pat-wrong", "tuco": "tuco_wrong"}, "name": "Shop"}),
        ),
        call(
            "replace_keys",
            Asks,
            with(json!({"keys": {"hubSpot": "pat-wrong", "tuco": "tuco_wrong"}})),
        ),
        call("forget_pasted", Local, json!({})),
        call("rename_connection", Local, with(json!({"name": "Shop"}))),
        call(
            "remove_connection",
            Local,
            with(json!({"typed": "not its name"})),
        ),
        call("sign_in_guide", Local, json!({})),
        // It opens a browser.
        call(
            "sign_in",
            Heavy,
            json!({"wish": {"clientId": "a", "clientSecret": "b", "tuco": "c", "connection": null,
                            "name": null}, "steps": channel}),
        ),
        call(
            "sign_in_by_address",
            Local,
            json!({"address": "http://localhost:17845/hubspot/signed-in?code=a&state=b"}),
        ),
        call("cancel_sign_in", Local, json!({})),
        call(
            "disconnect",
            Asks,
            with(json!({"typed": "not its name", "uninstall": false})),
        ),
        call("pause", Local, of.clone()),
        call("resume", Local, json!({"connection": 999})),
        call("sync_now", Local, json!({"connection": 999})),
        call("refresh_fields", Asks, of.clone()),
        call("links", Local, json!({})),
        // It writes to the lists of the system, and to the one port that other tests want too.
        call("register_links", Heavy, json!({})),
        call("change_link_page", Heavy, json!({"on": true})),
        call("keys_kept", Local, json!({})),
        // What fits moves the keys, and a passphrase takes its time.
        call("keep_in_file", Heavy, json!({"passphrase": "short"})),
        call("keep_in_keychain", Local, json!({})),
        call("unlock_keys", Local, json!({"passphrase": "of no file"})),
        call(
            "start_keys_over",
            Local,
            json!({"typed": "nothing of the kind"}),
        ),
        call(
            "change_passphrase",
            Local,
            json!({"old": "of no file", "next": "of no file either"}),
        ),
        call("listener", Local, of.clone()),
        // Without a tunnel nothing is ever registered.
        call(
            "change_listener",
            Asks,
            with(json!({"on": false, "tunnel": "", "port": null})),
        ),
        call("register_listener", Asks, of.clone()),
        call("rotate_listener_secret", Asks, of.clone()),
        call("end_listener_rotation", Asks, of.clone()),
        call("send_listener_test", Asks, of.clone()),
        call("settings", Local, of.clone()),
        call(
            "change_settings",
            Local,
            with(json!({"changes": [
                {"key": "mirror.delivered", "value": "on"}, {"key": "mirror.reply", "value": "maybe"}
            ]})),
        ),
        call("missing_properties", Asks, of.clone()),
        call("create_properties", Asks, of.clone()),
        call("preferences", Local, json!({})),
        call(
            "change_preferences",
            Local,
            json!({"preferences": {
                "notifications": "off", "theme": "dark", "density": "compact", "trayTold": true
            }}),
        ),
        call("starts_at_login", Local, json!({})),
        call("start_at_login", Local, json!({"start": false})),
        call("mapping", Local, of.clone()),
        call("mapping_fields", Asks, of.clone()),
        call("read_mapping_fields", Asks, of.clone()),
        call(
            "create_mapping_property",
            Asks,
            with(
                json!({"property": {"object": "contact", "name": "NOT A NAME", "label": "", "description": "", "group": "", "type": "text", "options": []}}),
            ),
        ),
        call(
            "keep_mapping_draft",
            Local,
            with(
                json!({"rows": [{"id": -1, "source": {"of": "contact", "property": "city"}, "lead": "customFields.city", "direction": "toTuco", "transforms": [{"kind": "trim"}], "conflict": "newest", "required": false}]}),
            ),
        ),
        call("preview_mapping_draft", Local, of.clone()),
        call(
            "apply_mapping_draft",
            Local,
            with(json!({"typed": "no name"})),
        ),
        call("discard_mapping_draft", Local, of.clone()),
        call("mapping_versions", Local, of.clone()),
        call(
            "draft_mapping_version",
            Local,
            with(json!({"version": 999})),
        ),
        call("mapping_presets", Local, of.clone()),
        call(
            "draft_mapping_preset",
            Local,
            with(json!({"preset": "none"})),
        ),
        call("keep_mapping_preset", Local, with(json!({"name": ""}))),
        call(
            "forget_mapping_preset",
            Local,
            with(json!({"preset": "preset:none"})),
        ),
        call("draft_mapping_copy", Local, with(json!({"from": 999}))),
        call("import_mapping", Heavy, of.clone()),
        call("export_mapping", Heavy, of.clone()),
        call(
            "sample_mapping_rows",
            Local,
            with(
                json!({"rows": [{"id": -1, "source": {"of": "contact", "property": "city"}, "lead": "customFields.city", "direction": "toTuco", "transforms": [{"kind": "trim"}], "conflict": "newest", "required": false}], "record": null}),
            ),
        ),
        call("find_records", Asks, with(json!({"words": "ana"}))),
        call(
            "try_mapping",
            Asks,
            with(
                json!({"rows": [{"id": -1, "source": {"of": "contact", "property": "city"}, "lead": "customFields.city", "direction": "toTuco", "transforms": [{"kind": "trim"}], "conflict": "newest", "required": false}], "record": {"of": "contact", "id": "999999999"}}),
            ),
        ),
        call(
            "write_one",
            Asks,
            with(
                json!({"rows": [{"id": -1, "source": {"of": "contact", "property": "city"}, "lead": "customFields.city", "direction": "toTuco", "transforms": [{"kind": "trim"}], "conflict": "newest", "required": false}], "record": {"of": "contact", "id": "999999999"}, "side": "lead"}),
            ),
        ),
        call("people_counts", Local, of.clone()),
        call(
            "people_page",
            Local,
            with(
                json!({"filter": {"list": "linked", "words": "", "side": "both", "ignored": false}, "start": {"from": "first"}, "limit": 50}),
            ),
        ),
        call("person", Local, with(json!({"person": 999}))),
        call("read_person", Local, with(json!({"person": 999}))),
        call("person_beside", Local, with(json!({"person": 999}))),
        call(
            "read_person_beside",
            Local,
            with(json!({"person": 999, "now": true})),
        ),
        call(
            "person_of",
            Local,
            with(json!({"of": "contact", "id": "999999999"})),
        ),
        call(
            "search_side",
            Asks,
            with(json!({"of": "lead", "words": "ana"})),
        ),
        call(
            "open_beside",
            Local,
            with(json!({"person": 999, "kind": "deals", "id": "1"})),
        ),
        call(
            "open_record",
            Local,
            with(json!({"of": "lead", "id": "none"})),
        ),
        call(
            "link_people",
            Asks,
            with(json!({"contact": "999999999", "lead": "none"})),
        ),
        call("unlink_person", Local, with(json!({"person": 999}))),
        call(
            "move_entries",
            Local,
            with(json!({"person": 999, "contact": "999999999"})),
        ),
        call(
            "ignore_person",
            Local,
            with(json!({"person": 999, "ignored": true})),
        ),
        call(
            "refuse_suggestion",
            Local,
            with(json!({"person": 999, "of": "lead", "id": "none"})),
        ),
        call(
            "settle_conflict",
            Asks,
            with(json!({"conflict": 999, "keep": "lead"})),
        ),
        call("undo_conflict", Asks, with(json!({"conflict": 999}))),
        call("people_sync", Asks, of.clone()),
        call(
            "dry_run_sync",
            Asks,
            with(
                json!({"choice": {"toTuco": true, "toHubSpot": false, "createLeads": false, "createContacts": false, "which": {"who": "everybody"}, "companies": false, "deals": false, "tickets": false, "engagements": false, "objects": false}}),
            ),
        ),
        call(
            "change_sync",
            Asks,
            with(
                json!({"choice": {"toTuco": true, "toHubSpot": false, "createLeads": false, "createContacts": false, "which": {"who": "everybody"}, "companies": false, "deals": false, "tickets": false, "engagements": false, "objects": false}, "typed": "no name"}),
            ),
        ),
        call("reconcile_people", Asks, of.clone()),
        call("repair_people", Asks, of.clone()),
        call("storage", Local, json!({})),
        call("back_up", Heavy, json!({})),
        call("restore", Heavy, json!({})),
        call("forget_everything", Local, json!({"typed": "no"})),
        call("diagnostics", Local, json!({})),
        call("save_diagnostics", Heavy, json!({})),
        call("hosts", Local, json!({})),
        call("start_sandbox", Heavy, json!({})),
        call("leave_sandbox", Local, json!({})),
        call("sandbox_reply", Local, json!({})),
        call("sandbox_send", Local, json!({"fate": "sent"})),
        call("sandbox_faults", Local, json!({})),
        call(
            "change_sandbox_faults",
            Local,
            json!({"faults": {"offline": false, "rateLimit": false, "keyRefused": false}}),
        ),
    ];
    all.extend(rules::all(connection));
    all
}
