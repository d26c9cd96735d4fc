//! Settings by hand and by file.

use crate::theatre::Theatre;
use serde_json::json;

#[test]
fn a_setting_holds_from_the_next_sync_on_and_a_bad_one_is_refused_in_words() {
    let theatre = Theatre::synced();
    let set = theatre.run(&["settings", "set", "mirror.reply", "off", "--json"]);
    assert_eq!(set.json(), json!({"settings": {"mirror.reply": "off"}}));
    let phone = theatre.somebody();
    theatre.reply(&phone, "not mirrored");
    let run = theatre.run(&["sync", "--once", "--json"]).json();
    assert_eq!(
        (&run["entries_written"], &run["skipped"]["kind_off"]),
        (&json!(0), &json!(1)),
        "{run}"
    );
    let bad = theatre.run(&["settings", "set", "mirror.body", "half"]);
    assert_eq!(bad.code, 2);
    assert!(bad.err.contains("full or summary"), "{}", bad.err);
}

#[test]
fn a_file_brings_all_settings_or_none() {
    let theatre = Theatre::synced();
    let file = theatre.home().join("settings.toml");
    let path = file.to_str().unwrap();
    assert_eq!(
        theatre
            .run(&["settings", "set", "mirror.opened", "on"])
            .code,
        0
    );
    assert_eq!(theatre.run(&["settings", "export", path]).code, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("\"mirror.opened\" = \"on\""), "{text}");
    std::fs::write(
        &file,
        "\"mirror.opened\" = \"off\"\n\"mirror.body\" = \"half\"\n",
    )
    .unwrap();
    assert_eq!(theatre.run(&["settings", "import", path]).code, 2);
    let shown = theatre.run(&["settings", "show", "--json"]).json();
    assert_eq!(
        shown["settings"]["mirror.opened"], "on",
        "none of the file was taken"
    );
    std::fs::write(
        &file,
        text.replace(
            "\"mirror.body\" = \"full\"",
            "\"mirror.body\" = \"summary\"",
        ),
    )
    .unwrap();
    assert_eq!(theatre.run(&["settings", "import", path]).code, 0);
    let shown = theatre.run(&["settings", "show", "--json"]).json();
    assert_eq!(shown["settings"]["mirror.body"], "summary");
}

#[test]
fn properties_are_listed_first_and_created_only_when_asked_for() {
    let theatre = Theatre::synced();
    let none = theatre.run(&["settings", "create-properties", "--json"]);
    assert_eq!(none.json()["created"], json!([]));
    assert_eq!(
        theatre
            .run(&["settings", "set", "keep.last_reply", "on"])
            .code,
        0
    );
    let dry = theatre
        .run(&["settings", "create-properties", "--dry-run", "--json"])
        .json();
    assert_eq!(dry, json!({"created": [], "missing": ["tuco_last_reply"]}));
    let made = theatre
        .run(&["settings", "create-properties", "--json"])
        .json();
    assert_eq!(made["created"], json!(["tuco_last_reply"]));
    let again = theatre
        .run(&["settings", "create-properties", "--json"])
        .json();
    assert_eq!(again["missing"], json!([]));
    let phone = theatre.somebody();
    theatre.reply(&phone, "this moment is kept");
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(
        (run.code, &run.json()["failed"]),
        (0, &json!(0)),
        "{}",
        run.out
    );
}
