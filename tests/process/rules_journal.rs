//! HubSpot's change journal as a road of rules: with a sign-in only, and never a second time.

use crate::rules::{GOLD, contact, messages, ready, runs, set_title, turn_on};
use crate::signing_in::{Keychain, asked, sign_in};
use crate::theatre::{Run, Theatre, finish};
use serde_json::{Value, json};

const SUBSCRIBE: &str = "POST /webhooks-journal/subscriptions/2026-03";
const HOUR_MS: u64 = 3_600_000;

/// A rule is on, and somebody has signed in since.
struct Stage {
    theatre: Theatre,
    keychain: Keychain,
    contact: String,
}

impl Stage {
    fn set() -> Self {
        let theatre = ready();
        let contact = contact(&theatre);
        let every = GOLD.replace("do =", "limits = { per_person = \"every time\" }\ndo =");
        turn_on(&theatre, &every, "Gold");
        let keychain = Keychain::open();
        let portal = theatre.told_number("portal_id");
        let run = sign_in(&theatre, &[], &keychain.surroundings(), &portal);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
        let stage = Self {
            theatre,
            keychain,
            contact,
        };
        let run = stage.alone(&["settings", "set", "rules.journal", "on"]);
        assert_eq!(
            (run.code, run.err.contains("journal")),
            (0, false),
            "{}",
            run.err
        );
        stage
    }

    /// With nothing but the sign-in.
    fn alone(&self, words: &[&str]) -> Run {
        let mut command = self.theatre.command(words);
        for key in ["HUBSPOT_TOKEN", "TUCO_API_KEY"] {
            command.env_remove(key);
        }
        finish(command.envs(self.keychain.surroundings()))
    }

    fn round(&self) {
        let run = self.alone(&["sync", "--once", "--json"]);
        assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    }

    fn options(&self, of: &Value) {
        self.theatre.control("POST", "options", of);
    }

    /// No search shows anything, or all of them do.
    fn searches_show(&self, all: bool) {
        let lag = if all { 0 } else { HOUR_MS };
        self.options(&json!({"index_lag_ms": lag}));
    }

    fn gold_again(&self) {
        for title in ["silver", "gold"] {
            set_title(&self.theatre, &self.contact, title);
        }
    }

    /// How often the rule was set off. Its text is the same, so that one message goes and no second one.
    fn set_off(&self) -> usize {
        let told = runs(&self.theatre);
        assert_eq!(messages(&self.theatre), told.len().min(1), "{told:?}");
        told.len()
    }
}

#[test]
fn a_change_comes_by_the_journal_before_any_search_and_acts_once_by_both_roads() {
    let stage = Stage::set();
    stage.searches_show(false);
    stage.round();
    assert_eq!(asked(&stage.theatre, SUBSCRIBE), 1);
    stage.gold_again();
    stage.round();
    assert_eq!(stage.set_off(), 1);
    stage.gold_again();
    stage.round();
    assert_eq!(stage.set_off(), 2);

    stage.searches_show(true);
    let path = format!("/crm/objects/2026-03/contacts/{}", stage.contact);
    let touched = json!({"properties": {"company": "Acme"}});
    stage.theatre.in_hubspot("PATCH", &path, &touched);
    for _ in 0..3 {
        stage.round();
    }
    assert_eq!(stage.set_off(), 2);
    assert_eq!(asked(&stage.theatre, SUBSCRIBE), 1);

    // Where nobody asks for it any more, HubSpot is told so.
    let run = stage.alone(&["settings", "set", "rules.journal", "off"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let calls = || {
        let all = stage.theatre.control("GET", "requests", &Value::Null);
        let paths = all["hubspot"]["paths"].as_object().unwrap().clone();
        let journal = paths.iter().filter(|(path, _)| path.contains("journal"));
        journal
            .map(|(_, count)| count.as_u64().unwrap())
            .sum::<u64>()
    };
    stage.round();
    let before = calls();
    assert!(
        (1..=9).any(|id| {
            let call = format!("DELETE /webhooks-journal/subscriptions/2026-03/{id}");
            asked(&stage.theatre, &call) == 1
        }) || asked(
            &stage.theatre,
            "DELETE /webhooks-journal/subscriptions/2026-03/{id}"
        ) == 1
    );
    stage.round();
    assert_eq!(calls(), before);
}

#[test]
fn an_offset_that_ran_out_and_a_file_that_is_gone_lose_nothing() {
    let stage = Stage::set();
    stage.searches_show(true);
    stage.round();
    stage.gold_again();
    stage.round();
    assert_eq!(stage.set_off(), 1);

    let refused = || {
        let all = stage.theatre.control("GET", "requests", &Value::Null);
        all["hubspot"]["statuses"]["404"]
            .as_u64()
            .unwrap_or_default()
    };
    let before = refused();
    stage.options(&json!({"journal_keeps_ms": 0}));
    stage.gold_again();
    stage.round();
    assert_eq!(refused(), before + 1, "the offset");
    assert_eq!(stage.set_off(), 2);
    stage.options(&json!({"journal_keeps_ms": 72 * HOUR_MS, "journal_files_gone": true}));
    stage.gold_again();
    stage.round();
    assert_eq!(refused(), before + 2, "the file");
    assert_eq!(stage.set_off(), 3);

    // It goes on, with the subscription that was there.
    stage.options(&json!({"journal_files_gone": false}));
    stage.searches_show(false);
    stage.round();
    stage.gold_again();
    stage.round();
    assert_eq!(stage.set_off(), 4);
    assert_eq!(asked(&stage.theatre, SUBSCRIBE), 1);
}

#[test]
fn a_kind_that_the_app_may_not_read_does_not_close_the_journal_of_the_others() {
    let stage = Stage::set();
    let won = "[[rule]]\nname = \"Won\"\nwhen = { deal_stage = \"closedwon\" }\ndo = [{ note = \"Won\" }]\n";
    turn_on(&stage.theatre, won, "Won");
    stage.searches_show(false);
    stage.options(&json!({"journal_refuses": ["crm.objects.deals.read"]}));
    // The first round finds out, the second subscribes to the rest.
    for _ in 0..2 {
        stage.round();
    }
    assert_eq!(asked(&stage.theatre, SUBSCRIBE), 1);
    stage.gold_again();
    stage.round();
    assert_eq!(stage.set_off(), 1);

    let told = stage.alone(&["rules", "budget", "--json"]).json();
    let shared = told["shared"].as_array().unwrap();
    let journal = shared
        .iter()
        .find(|one| one["what"] == "HubSpot's change journal");
    let journal = journal.unwrap();
    assert_eq!(journal["rules"], json!(["Gold", "Won"]));
    assert_eq!(journal["while_idle"], "round");
    assert!(journal["today"]["hubspot"].as_u64().unwrap() >= 5, "{told}");
    // It, contacts and deals.
    assert_eq!(told["idle_round"], 3, "{told}");
}

#[test]
fn a_change_of_another_portal_is_nothing() {
    let stage = Stage::set();
    stage.searches_show(false);
    stage.round();
    stage.options(&json!({"journal_portal": stage.theatre.portal() + 1}));
    stage.gold_again();
    for _ in 0..2 {
        stage.round();
    }
    assert_eq!(stage.set_off(), 0);
    stage.options(&json!({"journal_portal": null}));
    stage.gold_again();
    stage.round();
    // Its history shows what was passed over, too.
    assert_eq!(stage.set_off(), 2);
}

fn journal_in(told: &Value) -> (String, String) {
    let checks = told["checks"].as_array().unwrap();
    let check = checks.iter().find(|one| one["check"] == "hubspot.journal");
    let check = check.unwrap();
    let text = |name: &str| check[name].as_str().unwrap().to_owned();
    (text("mark"), text("cause"))
}

#[test]
fn a_pasted_key_and_an_app_that_does_not_get_it_are_told_so_and_rules_go_on_by_search() {
    let theatre = ready();
    let run = theatre.run(&["settings", "set", "rules.journal", "on"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("not to a pasted key"), "{}", run.err);
    let status = theatre.run(&["status", "--json"]).json();
    let name = status["connection"]["name"].as_str().unwrap();
    let told = theatre.run(&["test", "--json", "--connection", name]);
    let (mark, why) = journal_in(&told.json());
    assert_eq!(mark, "warning");
    assert!(why.contains("pasted key"), "{why}");
    drop(theatre);

    let stage = Stage::set();
    stage.searches_show(true);
    let told = stage.alone(&["test", "--json"]).json();
    assert_eq!(journal_in(&told).0, "ok");
    stage.options(&json!({"journal_open": false}));
    let (mark, why) = journal_in(&stage.alone(&["test", "--json"]).json());
    assert_eq!(mark, "warning");
    assert!(why.contains("does not open"), "{why}");
    let tokens = || asked(&stage.theatre, "POST /oauth/2026-09/token");
    let count = |round: &dyn Fn()| {
        let before = tokens();
        round();
        tokens() - before
    };
    let first = count(&|| stage.round());
    stage.gold_again();
    let second = count(&|| stage.round());
    // For what rules watch, and by itself.
    assert_eq!(first, second + 2, "it is asked once a day");
    assert_eq!(stage.set_off(), 1);
    let status = stage.alone(&["status", "--json"]);
    assert_eq!(status.code, 0, "{}", status.out);
}
