//! Contacts and leads kept in step, as people and scripts do it.

use crate::theatre::Theatre;
use serde_json::{Value, json};

const CONTACTS: &str = "/crm/objects/2026-09/contacts";

/// A small portal where nothing waits for a limit.
fn theatre() -> Theatre {
    let theatre = Theatre::with(&["--contacts", "40", "--no-limits"]);
    theatre.control("POST", "options", &json!({"hubspot": {"index_lag_ms": 0}}));
    theatre
}

fn people(theatre: &Theatre, words: &[&str]) -> Value {
    let words: Vec<&str> = ["sync", "--once", "--json"]
        .iter()
        .chain(words)
        .copied()
        .collect();
    let run = theatre.run(&words);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    run.json()["people"].clone()
}

fn enable(theatre: &Theatre, words: &[&str]) -> Value {
    let words: Vec<&str> = ["people", "enable", "--json"]
        .iter()
        .chain(words)
        .copied()
        .collect();
    let run = theatre.run(&words);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    run.json()
}

fn make(theatre: &Theatre, properties: &Value) -> String {
    let made = theatre.in_hubspot("POST", CONTACTS, &json!({"properties": properties}));
    made["id"].as_str().unwrap().to_owned()
}

fn lead(theatre: &Theatre, search: &str) -> Value {
    let found = theatre.tuco("GET", &format!("/api/leads?search={search}"), &Value::Null);
    let leads = found["leads"].as_array().unwrap().clone();
    assert_eq!(leads.len(), 1, "{found}");
    leads[0].clone()
}

fn contact(theatre: &Theatre, id: &str) -> Value {
    let asked = "properties=firstname,lastname,email,phone,jobtitle,company";
    theatre.hubspot("GET", &format!("{CONTACTS}/{id}?{asked}"))["properties"].clone()
}

#[test]
fn nobody_is_kept_in_step_and_nothing_is_asked_until_it_is_turned_on() {
    let theatre = Theatre::synced();
    theatre.control("DELETE", "requests", &Value::Null);
    let run = theatre.run(&["sync", "--once", "--json"]).json();
    assert_eq!(run.get("people"), None, "{run}");
    // What waits for its turn may come up for it meanwhile; nobody is read.
    let asked = theatre.control("GET", "requests", &Value::Null);
    for (side, path) in [("hubspot", CONTACTS), ("tuco", "/api/leads")] {
        let paths = asked[side]["paths"].as_object().unwrap();
        assert!(!paths.is_empty(), "{asked}");
        assert!(!paths.contains_key(&format!("GET {path}")), "{asked}");
    }
}

#[test]
fn who_is_chosen_by_what_is_not_there_is_refused_before_anybody_is_counted() {
    let theatre = theatre();
    for only in [
        "lifecyclestge=customer",
        "lifecyclestge!=customer",
        "No such list",
    ] {
        let run = theatre.run(&[
            "people",
            "enable",
            "--json",
            "--direction",
            "both",
            "--only",
            only,
        ]);
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (2, "bad_filter"),
            "{only}: {} {}",
            run.out,
            run.err
        );
    }
    let list = theatre.run(&["people", "list", "nobody-knows-this", "--json"]);
    assert_eq!(list.code, 2, "{}", list.out);
}

#[test]
fn what_the_dry_run_counts_is_what_the_first_sync_does() {
    let theatre = theatre();
    let told = enable(
        &theatre,
        &["--direction", "both", "--create", "tuco,hubspot"],
    );
    let counted = &told["dry_run"];
    let there = theatre.in_hubspot(
        "POST",
        &format!("{CONTACTS}/search"),
        &json!({"filterGroups": [], "limit": 1}),
    );
    let done = people(&theatre, &[]);
    assert_eq!(done["read"], there["total"], "{done}");
    for name in [
        "leads_created",
        "leads_updated",
        "contacts_created",
        "contacts_updated",
        "conflicts",
    ] {
        assert_eq!(done[name], counted[name], "{name}: {told} {done}");
    }
    let again = people(&theatre, &[]);
    for name in [
        "read",
        "leads_created",
        "leads_updated",
        "contacts_created",
        "contacts_updated",
        "conflicts",
    ] {
        assert_eq!(again[name], 0, "{name}: {again}");
    }
}

/// A lead that names one contact and has the address of another is counted once, for whoever has it.
#[test]
fn the_dry_run_gives_a_lead_to_one_contact_as_a_sync_does() {
    let theatre = theatre();
    let first = make(
        &theatre,
        &json!({"firstname": "Ada", "email": "ada.first@example.com"}),
    );
    make(
        &theatre,
        &json!({"firstname": "Bea", "email": "bea.second@example.com"}),
    );
    let lead = json!({"leads": [{
        "firstName": "Ada", "email": "bea.second@example.com", "hsContactId": first,
    }]});
    theatre.tuco("POST", "/api/leads", &lead);
    let told = enable(&theatre, &["--direction", "to-tuco"])["dry_run"].clone();
    let done = people(&theatre, &[]);
    assert_eq!(
        done["leads_updated"], told["leads_updated"],
        "{told} {done}"
    );
    assert_eq!(done["skipped"], told["skipped"], "{told} {done}");
    assert_eq!(told["skipped"]["shared_address"], 1, "{told}");
    let list = theatre.run(&["people", "list", "--json"]).json();
    assert_eq!(told["linked"], list["counts"]["linked"], "{told} {list}");
}

#[test]
fn a_new_contact_becomes_a_lead_and_an_edit_follows_it_once() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "to-tuco", "--create", "tuco"]);
    people(&theatre, &[]);
    let id = make(
        &theatre,
        &json!({
            "firstname": "Zelda", "lastname": "Quist", "email": "zelda.quist@example.com", "phone": "(212) 736-5127",
        }),
    );
    let made = people(&theatre, &[]);
    assert_eq!(made["leads_created"], 1, "{made}");
    let there = lead(&theatre, "zelda.quist@example.com");
    assert_eq!(there["phone"], "+12127365127", "{there}");
    assert_eq!(there["lastName"], "Quist");
    theatre.in_hubspot(
        "PATCH",
        &format!("{CONTACTS}/{id}"),
        &json!({"properties": {"jobtitle": "Pilot"}}),
    );
    let changed = people(&theatre, &[]);
    assert_eq!(
        (&changed["leads_updated"], &changed["leads_created"]),
        (&json!(1), &json!(0)),
        "{changed}"
    );
    assert_eq!(
        lead(&theatre, "zelda.quist@example.com")["jobTitle"],
        "Pilot"
    );
    let quiet = people(&theatre, &[]);
    assert_eq!(
        (&quiet["leads_updated"], &quiet["contacts_updated"]),
        (&json!(0), &json!(0)),
        "no echo: {quiet}"
    );
}

#[test]
fn a_lead_becomes_a_contact_by_its_address_and_never_two() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "both", "--create", "hubspot"]);
    people(&theatre, &[]);
    let new = json!({"leads": [{"firstName": "Otto", "email": "otto.new@example.com", "jobTitle": "Smith"}]});
    theatre.tuco("POST", "/api/leads", &new);
    let made = people(&theatre, &["--full"]);
    assert_eq!(made["contacts_created"], 1, "{made}");
    let again = people(&theatre, &["--full"]);
    assert_eq!(again["contacts_created"], 0, "{again}");
    let found = theatre.hubspot(
        "GET",
        &format!("{CONTACTS}/otto.new@example.com?idProperty=email&properties=jobtitle"),
    );
    assert_eq!(found["properties"]["jobtitle"], "Smith");
}

#[test]
fn both_sides_changed_and_the_newest_wins_with_both_values_in_the_log() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "both", "--create", "tuco"]);
    let id = make(
        &theatre,
        &json!({"firstname": "Mia", "email": "mia.both@example.com", "jobtitle": "Clerk"}),
    );
    people(&theatre, &[]);
    let there = lead(&theatre, "mia.both@example.com");
    theatre.in_hubspot(
        "PATCH",
        &format!("{CONTACTS}/{id}"),
        &json!({"properties": {"jobtitle": "Cook"}}),
    );
    theatre.control("POST", "clock", &json!({"advance_ms": 5_000}));
    let path = format!("/api/leads/{}", there["_id"].as_str().unwrap());
    theatre.tuco("PUT", &path, &json!({"jobTitle": "Judge"}));
    let done = people(&theatre, &["--full"]);
    assert_eq!(done["conflicts"], 1, "{done}");
    assert_eq!(contact(&theatre, &id)["jobtitle"], "Judge");
    let log = theatre.run(&["people", "conflicts", "--json"]).json();
    assert_eq!(
        (&log[0]["in_hubspot"], &log[0]["in_tuco"]),
        (&json!("Cook"), &json!("Judge")),
        "{log}"
    );
    let undone = theatre.run(&["people", "undo", "--json", &log[0]["id"].to_string()]);
    assert_eq!(undone.code, 0, "{}", undone.err);
    assert_eq!(
        contact(&theatre, &id)["jobtitle"],
        "Cook",
        "what lost is there again"
    );
    people(&theatre, &["--full"]);
    assert_eq!(contact(&theatre, &id)["jobtitle"], "Cook", "and stays");
}

#[test]
fn where_tuco_takes_no_change_of_a_lead_the_reason_says_so() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "to-tuco", "--create", "tuco"]);
    let id = make(
        &theatre,
        &json!({"firstname": "Nils", "email": "nils.no@example.com"}),
    );
    people(&theatre, &[]);
    theatre.control("POST", "options", &json!({"lead_update": "absent"}));
    theatre.in_hubspot(
        "PATCH",
        &format!("{CONTACTS}/{id}"),
        &json!({"properties": {"jobtitle": "Pilot"}}),
    );
    let run = people(&theatre, &[]);
    assert_eq!(run["skipped"]["lead_update_not_offered"], 1, "{run}");
    assert_eq!(run["leads_updated"], 0);
}

#[test]
fn only_who_fits_the_filter_is_kept_in_step() {
    let theatre = theatre();
    make(
        &theatre,
        &json!({"firstname": "In", "email": "in.side@example.com", "lifecyclestage": "customer"}),
    );
    make(
        &theatre,
        &json!({"firstname": "Out", "email": "out.side@example.com", "lifecyclestage": "lead"}),
    );
    enable(
        &theatre,
        &[
            "--direction",
            "to-tuco",
            "--create",
            "tuco",
            "--only",
            "lifecyclestage=customer",
        ],
    );
    let run = people(&theatre, &[]);
    assert!(
        run["skipped"]["not_in_filter"].as_u64().unwrap() >= 1,
        "{run}"
    );
    lead(&theatre, "in.side@example.com");
    let out = theatre.tuco(
        "GET",
        "/api/leads?search=out.side@example.com",
        &Value::Null,
    );
    assert_eq!(out["leads"], json!([]));
}

#[test]
fn a_mapping_is_taken_from_a_file_tried_and_undone() {
    let theatre = theatre();
    let file = theatre.home().with_extension("toml");
    let path = file.to_str().unwrap();
    assert_eq!(theatre.run(&["mapping", "export", path]).code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("{text}\n[[row]]\nhubspot = \"city\"\nlead = \"fristName\"\n"),
    )
    .unwrap();
    let refused = theatre.run(&["mapping", "check", path, "--json"]);
    assert_eq!(refused.code, 2, "{}", refused.out);
    let faults = refused.json()["error"]["faults"].clone();
    assert_eq!(faults[0]["line"], text.lines().count() + 4, "{faults}");
    std::fs::write(&file, format!("{text}\n[[row]]\nhubspot = \"city\"\nlead = \"customFields.city\"\ndirection = \"to_tuco\"\ntransforms = [\"upper\"]\n")).unwrap();
    let taken = theatre.run(&["mapping", "import", path, "--json"]);
    assert_eq!(taken.code, 0, "{} {}", taken.out, taken.err);
    assert_eq!(taken.json()["rows"], 13);
    let id = make(
        &theatre,
        &json!({"firstname": "Ute", "email": "ute.city@example.com", "city": "Bern"}),
    );
    let tried = theatre
        .run(&["mapping", "try", "--contact", &id, "--json"])
        .json();
    assert_eq!(tried["does"], "creates_lead", "{tried}");
    assert_eq!(tried["values"]["customFields.city"], "BERN");
    let gone = theatre.tuco(
        "GET",
        "/api/leads?search=ute.city@example.com",
        &Value::Null,
    );
    assert_eq!(gone["leads"], json!([]), "trying writes nothing");
    assert_eq!(theatre.run(&["mapping", "undo", "--json"]).code, 0);
    assert_eq!(
        theatre.run(&["mapping", "show", "--json"]).json()["rows"]
            .as_array()
            .unwrap()
            .len(),
        12
    );
}

/// M8: archiving changes no date, and is noticed all the same.
#[test]
fn an_archived_contact_is_noticed_and_its_lead_is_not_made_again() {
    let theatre = theatre();
    enable(
        &theatre,
        &["--direction", "both", "--create", "tuco,hubspot"],
    );
    let id = make(
        &theatre,
        &json!({"firstname": "Arno", "email": "arno.gone@example.com"}),
    );
    people(&theatre, &[]);
    theatre.hubspot("DELETE", &format!("{CONTACTS}/{id}"));
    let run = people(&theatre, &["--full"]);
    assert_eq!(run["contacts_created"], 0, "{run}");
    let found = theatre
        .run(&["people", "list", "contact_gone", "--json"])
        .json();
    assert_eq!(found["people"][0]["name"], "Arno", "{found}");
}

/// M6: the link of a contact that was merged leads to the one that it became.
#[test]
fn a_merged_contact_keeps_its_lead_under_the_new_id() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "to-tuco", "--create", "tuco"]);
    let first = make(
        &theatre,
        &json!({"firstname": "Uma", "email": "uma.one@example.com"}),
    );
    let second = make(
        &theatre,
        &json!({"firstname": "Uma", "lastname": "Two", "phone": "+14155550190"}),
    );
    people(&theatre, &[]);
    let there = lead(&theatre, "uma.one@example.com")["_id"].clone();
    let merged = theatre.in_hubspot(
        "POST",
        &format!("{CONTACTS}/merge"),
        &json!({"primaryObjectId": first, "objectIdToMerge": second}),
    );
    people(&theatre, &[]);
    let list = theatre
        .run(&["people", "list", "--limit", "500", "--json"])
        .json();
    let pair = list["people"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["lead"] == there)
        .cloned();
    assert_eq!(pair.unwrap()["contact"], merged["id"], "{list}");
}

/// R8: a gap is found by counting, and named.
#[test]
fn reconcile_names_who_is_missing_and_repairs() {
    let theatre = theatre();
    enable(&theatre, &["--direction", "to-tuco"]);
    people(&theatre, &[]);
    let id = make(
        &theatre,
        &json!({"firstname": "Lost", "lastname": "Soul", "email": "lost@example.com"}),
    );
    let told = theatre.run(&["people", "reconcile", "--json"]).json();
    assert_eq!(
        told["missing"],
        json!([{"id": id, "name": "Lost Soul"}]),
        "{told}"
    );
    assert_eq!(told["missing_in_all"], 1, "{told}");
    let leads = &told["leads"];
    assert!(leads["there"].as_u64() > Some(0), "{told}");
    assert_eq!(leads["there"], leads["here"], "{told}");
    let words = theatre.run(&["people", "reconcile"]).out;
    assert!(
        words.contains(&format!("{} leads in Tuco", leads["there"])),
        "{words}"
    );
    assert_eq!(
        theatre
            .run(&["people", "reconcile", "--repair", "--json"])
            .code,
        0
    );
    let again = theatre.run(&["people", "reconcile", "--json"]).json();
    assert_eq!(again["missing"], json!([]), "{again}");
}

#[test]
fn two_whom_somebody_parted_stay_parted_where_leads_are_made_of_contacts() {
    let theatre = theatre();
    let both = ["--direction", "both", "--create", "tuco,hubspot", "--yes"];
    enable(&theatre, &both);
    people(&theatre, &[]);
    let unlink = theatre.run(&["people", "unlink", "501", "--json"]);
    assert_eq!(unlink.code, 0, "{} {}", unlink.out, unlink.err);
    let parted = unlink.json()["unlinked"].clone();
    for words in [&[][..], &["--full"], &["--full"]] {
        // Tuco answers that the lead is there already, which is no reason to link the two again.
        let title = json!({"properties": {"jobtitle": format!("Title {}", words.len())}});
        theatre.in_hubspot("PATCH", &format!("{CONTACTS}/501"), &title);
        people(&theatre, words);
        let listed = theatre.run(&["people", "list", "linked", "--limit", "100", "--json"]);
        let listed = listed.json()["people"].as_array().unwrap().clone();
        assert!(
            !listed
                .iter()
                .any(|one| one["contact"] == parted["contact"] || one["lead"] == parted["lead"]),
            "{words:?}: {listed:#?}"
        );
    }
}
