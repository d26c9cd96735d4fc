//! What rules do with leads, campaigns, lines and lists.

use crate::rules::{
    contact, how_many, import, messages, ready, round, rounds_until, runs, set_title, turn_on,
};
use crate::theatre::Theatre;
use serde_json::{Value, json};

fn list(theatre: &Theatre, name: &str, processing: &str) -> String {
    let body = json!({"name": name, "objectTypeId": "0-1", "processingType": processing});
    let made = theatre.in_hubspot("POST", "/crm/lists/2026-09", &body);
    made["list"]["listId"].as_str().unwrap().to_owned()
}

fn members(theatre: &Theatre, list: &str) -> Vec<String> {
    let page = theatre.hubspot("GET", &format!("/crm/lists/2026-09/{list}/memberships"));
    let all = page["results"].as_array().unwrap().iter();
    all.map(|one| one["recordId"].as_str().unwrap().to_owned())
        .collect()
}

const ONTO_AND_OFF: &str = "\
[[rule]]
name = \"Onto\"
when = { property = \"contact.jobtitle\", becomes = \"gold\" }
do = [{ add_to_list = \"Gold club\" }]

[[rule]]
name = \"And off\"
when = { joins_list = \"Gold club\" }
limits = { per_person = \"every time\" }
do = [{ remove_from_list = \"Gold club\" }, { add_to_list = \"Former gold\" }]
";

#[test]
fn a_rule_puts_somebody_on_a_list_and_another_takes_them_off() {
    let theatre = ready();
    let contact = contact(&theatre);
    let (gold, former) = (
        list(&theatre, "Gold club", "MANUAL"),
        list(&theatre, "Former gold", "MANUAL"),
    );
    turn_on(&theatre, ONTO_AND_OFF, "Onto");
    assert_eq!(theatre.run(&["rules", "enable", "And off"]).code, 0);
    crate::rules::armed(&theatre);
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 2);
    assert!(told.iter().all(|run| run["state"] == "done"), "{told:?}");
    assert_eq!(members(&theatre, &gold), Vec::<String>::new());
    assert_eq!(members(&theatre, &former), [contact.as_str()]);
    round(&theatre);
    assert_eq!(runs(&theatre).len(), 2);
}

/// The loop that a portal would see for ever: on and off the same list.
#[test]
fn a_rule_that_sends_people_round_a_list_is_stopped() {
    let theatre = ready();
    let contact = contact(&theatre);
    list(&theatre, "Carousel", "MANUAL");
    let text = "[[rule]]\nname = \"Round\"\nwhen = { joins_list = \"Carousel\" }\n\
                limits = { per_person = \"every time\" }\n\
                do = [{ remove_from_list = \"Carousel\" }, { add_to_list = \"Carousel\" }]\n\
                [[rule]]\nname = \"On\"\nwhen = { property = \"contact.jobtitle\", becomes = \"gold\" }\n\
                do = [{ add_to_list = \"Carousel\" }]\n";
    turn_on(&theatre, text, "Round");
    assert_eq!(theatre.run(&["rules", "enable", "On"]).code, 0);
    crate::rules::armed(&theatre);
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 6);
    let stopped = |runs: &[Value]| {
        runs.iter()
            .filter(|run| run["reason"] == "goes_round")
            .count()
    };
    for _ in 0..3 {
        round(&theatre);
    }
    assert_eq!(stopped(&runs(&theatre)), 1, "{told:?} {:?}", runs(&theatre));
}

#[test]
fn a_list_that_fills_itself_and_a_campaign_by_its_name_stand_against_turning_on() {
    let theatre = ready();
    list(&theatre, "By filter", "DYNAMIC");
    let text = "[[rule]]\nname = \"No\"\nwhen = { created = \"contact\" }\n\
                do = [{ add_to_list = \"By filter\" }, { enrol_in = \"Spring sale\" }]\n";
    assert_eq!(import(&theatre, text).code, 0);
    let run = theatre.run(&["rules", "enable", "No"]);
    assert_ne!(run.code, 0);
    assert!(
        run.err.contains("fills the list") && run.err.contains("no id of a campaign"),
        "{}",
        run.err
    );
}

fn campaign(theatre: &Theatre) -> String {
    let all = theatre.control("GET", "campaigns", &Value::Null);
    all[0]["id"].as_str().unwrap().to_owned()
}

fn is_in_campaign(theatre: &Theatre, lead: &str) -> bool {
    let all = theatre.control("GET", "campaigns", &Value::Null);
    all[0]["leads"].as_array().unwrap().contains(&json!(lead))
}

fn leads_of(theatre: &Theatre, address: &str) -> Vec<Value> {
    let path = format!("/api/leads?search={address}");
    let page = theatre.tuco("GET", &path, &Value::Null);
    page["leads"].as_array().unwrap().clone()
}

fn enrolment(theatre: &Theatre) -> String {
    let campaign = campaign(theatre);
    format!(
        "[[rule]]\nname = \"Enrol\"\nwhen = {{ property = \"contact.jobtitle\" }}\n\
         limits = {{ per_person = \"every time\" }}\n\
         do = [{{ upsert_lead = true }}, {{ enrol_in = \"{campaign}\" }}]\n"
    )
}

#[test]
fn somebody_without_a_lead_gets_one_enters_the_campaign_and_is_kept_up_to_date() {
    let theatre = ready();
    let body = json!({"properties": {"email": "nova@example.com", "firstname": "Nova"}});
    let made = theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
    let contact = made["id"].as_str().unwrap().to_owned();
    turn_on(&theatre, &enrolment(&theatre), "Enrol");
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 1);
    assert_eq!(told[0]["state"], "done", "{told:?}");
    let leads = leads_of(&theatre, "nova@example.com");
    assert_eq!(
        (leads.len(), &leads[0]["jobTitle"]),
        (1, &json!("gold")),
        "{leads:?}"
    );
    let lead = leads[0]["_id"].as_str().unwrap().to_owned();
    assert!(is_in_campaign(&theatre, &lead));
    let test = ["rules", "test", "Enrol", "--to", contact.as_str(), "--json"];
    let tried = theatre.run(&test);
    assert_eq!(tried.code, 0, "{} {}", tried.out, tried.err);
    set_title(&theatre, &contact, "platinum");
    let told = rounds_until(&theatre, 2);
    assert!(told.iter().all(|run| run["state"] == "done"), "{told:?}");
    let leads = leads_of(&theatre, "nova@example.com");
    assert_eq!(
        (leads.len(), &leads[0]["jobTitle"]),
        (1, &json!("platinum")),
        "{leads:?}"
    );
}

#[test]
fn somebody_who_opted_out_does_not_enter_a_campaign() {
    let theatre = ready();
    let (phone, contact) = (theatre.somebody(), contact(&theatre));
    turn_on(&theatre, &enrolment(&theatre), "Enrol");
    theatre.reply(&phone, "STOP");
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 1);
    assert_eq!(
        (&told[0]["state"], &told[0]["reason"]),
        (&json!("left_out"), &json!("opted_out")),
        "{told:?}"
    );
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let leads = leads_of(&theatre, &digits);
    let entered = leads
        .iter()
        .any(|lead| is_in_campaign(&theatre, lead["_id"].as_str().unwrap()));
    assert!(!entered && !leads.is_empty(), "{leads:?}");
}

#[test]
fn a_line_that_a_rule_assigns_is_used_by_what_is_sent_later() {
    let theatre = ready();
    let contact = contact(&theatre);
    let lines = theatre.tuco("GET", "/api/lines/by-user", &Value::Null);
    let works = |line: &&Value| line["isActive"] == true && line["phone"].is_string();
    let all: Vec<&Value> = lines["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(works)
        .collect();
    let dry = [
        "send",
        "--to",
        contact.as_str(),
        "--text",
        "x",
        "--dry-run",
        "--json",
    ];
    assert_eq!(theatre.run(&dry).json()["line"], Value::Null);
    for line in all {
        let line = line["_id"].as_str().unwrap();
        let text = format!(
            "[[rule]]\nname = \"To {line}\"\n\
             when = {{ property = \"contact.jobtitle\", becomes = \"{line}\" }}\n\
             do = [{{ assign_line = \"{line}\" }}]\n"
        );
        turn_on(&theatre, &text, &format!("To {line}"));
        let before = runs(&theatre).len();
        set_title(&theatre, &contact, line);
        let told = rounds_until(&theatre, before + 1);
        assert!(told.iter().all(|run| run["state"] == "done"), "{told:?}");
        let told = theatre.run(&dry);
        assert_eq!(told.json()["line"], line, "{}", told.out);
    }
    assert_eq!(messages(&theatre), 0);
}

#[test]
fn somebody_who_leaves_a_list_sets_a_rule_off_once_and_those_who_left_before_do_not() {
    let theatre = ready();
    let contact = contact(&theatre);
    let gold = list(&theatre, "Gold club", "MANUAL");
    let change = |verb: &str| {
        let path = format!("/crm/lists/2026-09/{gold}/memberships/{verb}");
        theatre.in_hubspot("PUT", &path, &json!([contact]));
    };
    change("add");
    let rule = |name: &str| {
        format!(
            "[[rule]]\nname = \"{name}\"\nwhen = {{ leaves_list = \"Gold club\" }}\n\
             limits = {{ per_person = \"every time\" }}\ndo = [{{ note = \"{name} left\" }}]\n"
        )
    };
    turn_on(&theatre, &rule("First"), "First");
    round(&theatre);
    change("remove");
    // A rule that is turned on now has the list read at once, and looks at nobody who is gone.
    turn_on(&theatre, &rule("Second"), "Second");
    let told = rounds_until(&theatre, 1);
    for _ in 0..3 {
        round(&theatre);
    }
    let names: Vec<_> = runs(&theatre)
        .iter()
        .map(|run| run["rule"].clone())
        .collect();
    assert_eq!(names, ["First"], "{told:?}");
    assert_eq!(how_many(&theatre, "notes", "hs_note_body", "First left"), 1);
}

#[test]
fn a_condition_on_the_lead_is_judged_by_what_tuco_has() {
    let theatre = ready();
    let body = json!({"properties": {"email": "nova@example.com", "firstname": "Nova"}});
    let made = theatre.in_hubspot("POST", "/crm/objects/2026-03/contacts", &body);
    let contact = made["id"].as_str().unwrap().to_owned();
    let lead = json!({"leads": [{"firstName": "Nova", "email": "nova@example.com", "jobTitle": "captain"}]});
    theatre.tuco("POST", "/api/leads", &lead);
    let text = "[[rule]]\nname = \"Captains\"\nwhen = { property = \"contact.jobtitle\" }\n\
                limits = { per_person = \"every time\" }\n\
                if = { field = \"lead.jobTitle\", is = \"captain\" }\n\
                do = [{ upsert_lead = true }]\n";
    turn_on(&theatre, text, "Captains");
    set_title(&theatre, &contact, "gold");
    let told = rounds_until(&theatre, 1);
    assert_eq!(told[0]["state"], "done", "{told:?}");
    // Now the lead says gold.
    set_title(&theatre, &contact, "platinum");
    let told = rounds_until(&theatre, 2);
    let refused: Vec<_> = told
        .iter()
        .filter(|run| run["state"] == "refused")
        .collect();
    assert_eq!(refused.len(), 1, "{told:?}");
    let words = refused[0]["why"].as_str().unwrap();
    assert!(
        words.contains("Job title of the lead") && words.contains("gold"),
        "{words}"
    );
}

#[test]
fn a_reply_of_somebody_whom_hubspot_does_not_have_makes_the_contact_and_the_task_once() {
    let theatre = ready();
    let lead = json!({"leads": [{"firstName": "Nova", "email": "nova@example.com", "phone": "+13125550123"}]});
    theatre.tuco("POST", "/api/leads", &lead);
    let text = "[[rule]]\nname = \"Bring in\"\nwhen = { tuco = \"reply\" }\n\
                limits = { per_person = \"every time\" }\n\
                if = { field = \"contact.firstname\", is = \"Nova\" }\n\
                do = [{ upsert_contact = true }, { task = \"Welcome Nova\" }]\n";
    turn_on(&theatre, text, "Bring in");
    theatre.reply("+13125550123", "Who are you?");
    let told = rounds_until(&theatre, 1);
    for _ in 0..2 {
        round(&theatre);
    }
    let told_later = runs(&theatre);
    assert_eq!(
        (told_later.len(), &told[0]["state"]),
        (1, &json!("done")),
        "{told:?}"
    );
    assert_eq!(
        how_many(&theatre, "contacts", "email", "nova@example.com"),
        1
    );
    assert_eq!(
        how_many(&theatre, "tasks", "hs_task_subject", "Welcome Nova"),
        1
    );
}
