//! The connection tester: each thing that can be missing is told by name, with what follows from it.

use crate::theatre::Theatre;
use serde_json::{Value, json};

const SCOPES: [&str; 16] = [
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.schemas.contacts.write",
    "crm.schemas.contacts.read",
    "crm.objects.owners.read",
    "crm.lists.read",
    "crm.objects.companies.read",
    "crm.objects.companies.write",
    "crm.objects.deals.read",
    "crm.objects.deals.write",
    "crm.objects.tickets.read",
    "crm.objects.tickets.write",
    "crm.lists.write",
    "crm.schemas.custom.read",
    "crm.objects.custom.read",
    "sales-email-read",
];

fn checks(told: &Value, name: &str) -> Vec<Value> {
    let all = told["checks"].as_array().unwrap().iter();
    all.filter(|check| check["check"] == name)
        .cloned()
        .collect()
}

fn one(told: &Value, name: &str) -> Value {
    checks(told, name).into_iter().next().unwrap()
}

/// L7: one scope is missing, and the tester names it with what will not work.
#[test]
fn each_missing_scope_is_told_by_the_feature_that_it_serves() {
    let theatre = Theatre::open();
    for missing in SCOPES {
        let left: Vec<&str> = SCOPES.into_iter().filter(|one| *one != missing).collect();
        theatre.control("POST", "options", &json!({"scopes": left}));
        let run = theatre.run(&["test", "--json"]);
        let told = run.json();
        let scopes = checks(&told, "hubspot.scope");
        let of_missing: Vec<&Value> = scopes
            .iter()
            .filter(|check| check["mark"] != "ok")
            .collect();
        let [check] = of_missing.as_slice() else {
            panic!("{missing}: {scopes:#?}");
        };
        assert!(check["found"].as_str().unwrap().contains(missing));
        let (mark, code) = match missing {
            "crm.objects.contacts.read" | "crm.objects.contacts.write" => ("failed", 3),
            "crm.schemas.contacts.write" | "crm.schemas.contacts.read" => ("warning", 0),
            _ => ("not_needed", 0),
        };
        assert_eq!((check["mark"].as_str().unwrap(), run.code), (mark, code));
        if mark != "not_needed" {
            for field in ["cause", "consequence", "advice"] {
                assert!(!check[field].as_str().unwrap().is_empty(), "{field}");
            }
        }
    }
}

#[test]
fn companies_deals_and_tickets_are_read_where_the_key_may_and_else_not_needed() {
    let theatre = Theatre::open();
    for mark in ["ok", "not_needed"] {
        let run = theatre.run(&["test", "--json"]);
        let told = run.json();
        for check in ["hubspot.companies", "hubspot.deals", "hubspot.tickets"] {
            assert_eq!(one(&told, check)["mark"], mark, "{check}");
        }
        assert_eq!(run.code, 0);
        theatre.control("POST", "options", &json!({"scopes": SCOPES[..6]}));
    }
}

/// A rule that looks at deals, one that watches a list and is off, and a template with a place for the owner.
#[test]
fn a_scope_is_needed_as_soon_as_something_uses_it() {
    let theatre = Theatre::synced();
    let name = theatre.run(&["status", "--json"]).json();
    let name = name["connection"]["name"].as_str().unwrap().to_owned();
    let of = |told: &Value, scope: &str| {
        let all = checks(told, "hubspot.scope").into_iter();
        let mut of_scope = all.filter(|check| check["found"].as_str().unwrap().contains(scope));
        of_scope.next().unwrap()["mark"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let test = ["test", "--json", "--connection", &name];
    let rules = "[[rule]]\nname = \"Won\"\nwhen = { property = \"deal.dealstage\", becomes = \"won\" }\n\
                 do = [{ note = \"Well done\" }]\n\
                 [[rule]]\nname = \"Joined\"\nwhen = { joins_list = \"7\" }\ndo = [{ note = \"Hello\" }]\n";
    let template = "[[template]]\nname = \"From me\"\ntext = \"This is {{owner.firstname|us}}\"\n";
    for (command, text) in [("rules", rules), ("templates", template)] {
        let path = theatre.home().join(format!("{command}.toml"));
        std::fs::write(&path, text).unwrap();
        let run = theatre.run(&[command, "import", path.to_str().unwrap()]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let run = theatre.run(&["rules", "enable", "Won"]);
    assert_eq!(run.code, 0, "{}", run.err);
    theatre.control("POST", "options", &json!({"scopes": SCOPES[..4]}));
    // Refused by HubSpot: told with the scope and with what it is for.
    let refused = theatre.run(&["rules", "enable", "Joined"]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains("crm.lists.read") && refused.err.contains("read lists"));
    let run = theatre.run(&test);
    let told = run.json();
    for (scope, mark) in [
        ("crm.lists.read", "not_needed"),
        ("crm.objects.deals.read", "failed"),
        ("crm.objects.deals.write", "not_needed"),
        ("crm.objects.owners.read", "warning"),
        ("crm.objects.tickets.read", "not_needed"),
    ] {
        assert_eq!(of(&told, scope), mark, "{scope}");
    }
    assert_eq!(
        (one(&told, "hubspot.deals")["mark"].as_str(), run.code),
        (Some("failed"), 3)
    );
}

#[test]
fn a_failed_call_bears_its_correlation_id_in_a_field_of_its_own() {
    let theatre = Theatre::open();
    theatre.control(
        "POST",
        "options",
        &json!({"scopes": ["crm.objects.contacts.write"]}),
    );
    let told = theatre.run(&["test", "--json"]).json();
    let contacts = one(&told, "hubspot.contacts");
    let id = contacts["correlation_id"].as_str().unwrap();
    assert!(!id.is_empty());
    assert!(!contacts["found"].as_str().unwrap().contains(id));
}

#[test]
fn a_trial_entry_is_written_and_taken_away_only_where_somebody_agrees() {
    let theatre = Theatre::open();
    let contact = theatre.hubspot("GET", "/crm/v3/objects/contacts?limit=1")["results"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let refused = theatre.run(&["test", "--write-to", &contact, "--json"]);
    assert_eq!(
        (refused.code, refused.error_code().as_str()),
        (2, "not_confirmed")
    );
    let run = theatre.run(&["test", "--write-to", &contact, "--yes", "--json"]);
    assert_eq!(run.code, 0, "{}", run.out);
    assert_eq!(one(&run.json(), "hubspot.write")["mark"], "ok");
    assert_eq!(theatre.timeline().len(), 0, "taken away again");
    let gone = theatre.run(&["test", "--write-to", "999999999", "--yes", "--json"]);
    assert_eq!(gone.code, 1, "{}", gone.out);
    assert_eq!(one(&gone.json(), "hubspot.write")["mark"], "failed");
    let without = theatre.run(&["test", "--json"]).json();
    assert_eq!(one(&without, "hubspot.write")["mark"], "not_needed");
}

#[test]
fn tucos_states_each_have_a_sentence_of_their_own() {
    let theatre = Theatre::open();
    theatre.control("POST", "options", &json!({"no_workspace": true}));
    let run = theatre.run(&["test", "--json"]);
    let key = one(&run.json(), "tuco.key");
    assert_eq!(run.code, 3);
    let found = key["found"].as_str().unwrap();
    assert!(
        found.contains("no active workspace") && !found.contains("does not accept"),
        "{found}"
    );
    theatre.control(
        "POST",
        "options",
        &json!({"no_workspace": false, "key_revoked": true}),
    );
    let run = theatre.run(&["test", "--json"]);
    assert_eq!(run.code, 3);
    let found = one(&run.json(), "tuco.key")["found"].to_string();
    assert!(found.contains("does not accept"), "{found}");
}

#[test]
fn runs_are_kept_and_two_can_be_compared() {
    let theatre = Theatre::synced();
    let name = theatre.run(&["status", "--json"]).json();
    let name = name["connection"]["name"].as_str().unwrap().to_owned();
    let words = ["test", "--compare", "--json", "--connection", &name];
    let first = theatre.run(&words).json();
    assert!(first["changes"].is_null(), "{first}");
    assert_eq!(theatre.run(&words).json()["changes"], json!([]));
    theatre.control("POST", "options", &json!({"key_revoked": true}));
    let worse = theatre.run(&words).json();
    let changes = worse["changes"].as_array().unwrap();
    let key = changes
        .iter()
        .find(|change| change["check"] == "tuco.key")
        .unwrap();
    assert_eq!(
        (&key["before"], &key["after"]),
        (&json!("ok"), &json!("failed"))
    );
}
