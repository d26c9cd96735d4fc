//! The commands about rules.

use serde_json::{Value, json};

use super::Call;
use super::Sort::{Asks, Heavy, Local};

/// All of them.
pub(super) fn all(connection: i64) -> Vec<Call> {
    let rule = json!({
        "name": "One", "about": "", "order": 0, "stop": false,
        "trigger": {"on": "created", "object": "contact"},
        "condition": {"is": "all", "of": [
            {"is": "test", "field": {"object": "contact", "name": "city"}, "operator": "is",
             "values": ["Berlin"]}
        ]},
        "timing": {"waitMinutes": 60, "from": "09:00", "until": "17:00", "days": ["mon"],
                   "expiresMinutes": null},
        "actions": [{"does": "addNote", "text": "Hello"}],
        "limits": {"perPerson": "onceInDays", "days": 30, "mostADay": 5}
    });
    let of = json!({"connection": connection});
    let with = |more: Value| {
        let mut both = of.clone();
        both.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        both
    };
    let call = |name, sort, arguments| Call {
        name,
        sort,
        arguments,
    };
    vec![
        call("rules", Local, of.clone()),
        call("pause_rules", Local, with(json!({"paused": true}))),
        call("rule", Local, with(json!({"rule": 999}))),
        call(
            "check_rule",
            Asks,
            with(json!({"draft": rule, "ask": true})),
        ),
        call(
            "read_rule_text",
            Local,
            json!({"text": "[[rule]]\nname = \"One\""}),
        ),
        call(
            "save_rule",
            Local,
            with(json!({"rule": 999, "draft": rule, "basedOn": 1})),
        ),
        call("remove_rule", Local, with(json!({"rule": 999}))),
        call("bring_back_rule", Local, with(json!({"rule": 999}))),
        call(
            "turn_on_rule",
            Asks,
            with(json!({"rule": 999, "typed": 30})),
        ),
        call("turn_off_rule", Local, with(json!({"rule": 999}))),
        call("rule_fitting", Asks, with(json!({"rule": 999}))),
        call(
            "backfill_rule",
            Asks,
            with(json!({"rule": 999, "typed": 30})),
        ),
        call("stop_backfill", Local, with(json!({"rule": 999}))),
        call("order_rules", Local, with(json!({"rules": [999]}))),
        call("count_rule", Asks, with(json!({"draft": rule}))),
        call(
            "dry_run_rule",
            Asks,
            with(json!({"draft": rule, "days": 1})),
        ),
        call(
            "test_rule",
            Asks,
            with(json!({"draft": rule, "to": "999999999"})),
        ),
        call("rule_versions", Local, with(json!({"rule": 999}))),
        call(
            "put_back_rule",
            Local,
            with(json!({"rule": 999, "version": 1})),
        ),
        call(
            "rule_runs",
            Local,
            with(json!({"rule": null, "before": 999, "limit": 50})),
        ),
        call("rule_budget", Local, of.clone()),
        call("rule_examples", Local, of.clone()),
        call("take_rules", Local, with(json!({"text": "no rule"}))),
        call("import_rules", Heavy, of.clone()),
        call("export_rules", Heavy, of.clone()),
        call("rule_workflow", Asks, of.clone()),
        // It would make properties in the portal.
        call("create_rule_workflow", Asks, json!({"connection": 999})),
    ]
}
