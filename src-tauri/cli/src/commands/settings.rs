//! `settings`: what is mirrored and how.

use crate::arguments::{Global, Settings};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::given;
use crate::home;
use crate::put;
use crate::session;
use crate::shown::shown;
use crate::surroundings;
use crate::table::{cell, tall_table, toned};
use bridge::kept_properties;
use bridge::settings::{SETTINGS, Setting, SettingError, check};
use bridge::store::{Method, StoreError};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// A settings file has some twenty short lines.
const MOST_BYTES: u64 = 256 * 1024;

pub(super) async fn run(
    wanted: &Settings,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        Settings::Show => show(global, console),
        Settings::Set { key, value } => {
            let change = check(key, value).map_err(|error| unfit(&error))?;
            store_all(&[change], global, console)
        }
        Settings::Export { file, replace } => export(file, *replace, global, console),
        Settings::Import { file } => import(file, global, console),
        Settings::CreateProperties { dry_run } => {
            create_properties(*dry_run, global, console).await
        }
    }
}

fn unfit(error: &SettingError) -> Failure {
    Failure::usage("bad_setting", error.to_string())
}

fn stored(global: &Global) -> Result<BTreeMap<String, String>, Failure> {
    let (store, connection) = session::read(global)?;
    Ok(store.read().settings(connection.id)?)
}

/// The value in force: what is stored if it still fits, else the default.
fn value_of(setting: &Setting, stored: &BTreeMap<String, String>) -> String {
    let kept = stored
        .get(setting.key)
        .and_then(|value| check(setting.key, value).ok());
    kept.map_or_else(|| setting.default.to_owned(), |(_, value)| value)
}

fn show(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let stored = stored(global)?;
    let values: Map<String, Value> = SETTINGS
        .iter()
        .map(|setting| (setting.key.to_owned(), json!(value_of(setting, &stored))))
        .collect();
    console.json(&json!({"settings": values}));
    if !console.is_json() {
        let rows = SETTINGS
            .iter()
            .map(|setting| {
                let value = value_of(setting, &stored);
                let tone = if value == setting.default {
                    Tone::Quiet
                } else {
                    Tone::Strong
                };
                vec![
                    cell(setting.key),
                    toned(&value, tone),
                    cell(&setting.allowed.in_words()),
                    cell(setting.meaning),
                ]
            })
            .collect();
        console.say(&tall_table(
            console,
            &["Setting", "Value", "It takes", "What it means"],
            rows,
        ));
        console.say("Change one: tuco-hubspot settings set mirror.delivered on");
    }
    Ok(Exit::Done)
}

/// All of these in one transaction.
fn store_all(
    changes: &[(&'static Setting, String)],
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let mut writing = home::open_to_write(global, console)?;
    let connection = session::choose(&writing.store.read(), global)?;
    let now = surroundings::now();
    writing
        .store
        .write(|rows| {
            changes.iter().try_for_each(|(setting, value)| {
                rows.set_setting(connection.id, setting.key, value, now)
            })
        })
        .map_err(|error: StoreError| Failure::from(error))?;
    let values: Map<String, Value> = changes
        .iter()
        .map(|(setting, value)| (setting.key.to_owned(), json!(value)))
        .collect();
    console.json(&json!({"settings": values}));
    for (setting, value) in changes {
        console.say(&format!(
            "{} is {value} now. {}",
            setting.key, setting.meaning
        ));
    }
    if changes
        .iter()
        .any(|(setting, value)| setting.key.starts_with("keep.") && value == "on")
    {
        console.note(
            "If HubSpot does not have the property yet: tuco-hubspot settings create-properties --dry-run shows \
             what would be created.",
        );
    }
    let journal = |(setting, value): &(&'static Setting, String)| {
        setting.key == "rules.journal" && value == "on"
    };
    if connection.method != Method::SignIn && changes.iter().any(journal) {
        console.note(bridge::rules::JOURNAL_NEEDS_OWN_APP);
    }
    drop(writing.lock);
    Ok(Exit::Done)
}

fn export(file: &Path, replace: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let stored = stored(global)?;
    let mut text = String::from(
        "# Settings of Tuco for HubSpot. Take them in with: tuco-hubspot settings import FILE\n",
    );
    for setting in SETTINGS {
        text.push_str(&format!(
            "\n# {} It takes {}.\n\"{}\" = \"{}\"\n",
            setting.meaning,
            setting.allowed.in_words(),
            setting.key,
            value_of(setting, &stored)
        ));
    }
    if file == Path::new("-") {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(Exit::Done);
    }
    put::text(file, &text, replace)?;
    console.json(&json!({"exported": SETTINGS.len(), "file": file.display().to_string()}));
    console.say(&format!(
        "{} settings are in {} now. It holds no keys.",
        SETTINGS.len(),
        file.display()
    ));
    Ok(Exit::Done)
}

fn import(file: &Path, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let text = given::text(file, MOST_BYTES).map_err(|error| {
        Failure::usage(
            "file",
            format!("{} could not be read: {error}.", file.display()),
        )
    })?;
    store_all(&parse(&text)?, global, console)
}

/// Every line fits, or none is taken.
fn parse(text: &str) -> Result<Vec<(&'static Setting, String)>, Failure> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let message = error.message().to_owned();
        Failure::usage(
            "bad_settings_file",
            format!("This is not a settings file: {}.", shown(&message)),
        )
    })?;
    table
        .iter()
        .map(|(key, value)| {
            let value = match value {
                toml::Value::String(text) => text.clone(),
                toml::Value::Boolean(flag) => if *flag { "on" } else { "off" }.to_owned(),
                toml::Value::Integer(number) => number.to_string(),
                _ => String::new(),
            };
            check(key, &value).map_err(|error| unfit(&error))
        })
        .collect()
}

async fn create_properties(
    dry_run: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let session = session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)?;
    let engine = &session.engine;
    let wanted = kept_properties::wanted(engine.settings()?.keep);
    if wanted.is_empty() {
        console.json(&json!({"created": [], "missing": []}));
        console.say(
            "No setting asks for a property: keep.last_contacted, keep.last_reply, keep.last_reply_text and \
             keep.imessage are off. Nothing was created.",
        );
        return Ok(Exit::Done);
    }
    let missing = engine.missing_kept_properties().await?;
    for (setting, property) in &wanted {
        let lacks = missing.iter().any(|one| one.name == property.name);
        let word = match (lacks, dry_run) {
            (false, _) => "is there already",
            (true, true) => "would be created",
            (true, false) => "is being created",
        };
        console.say(&format!(
            "contacts: {} \"{}\" ({}), for {setting}: {word}",
            property.name, property.label, property.value_type
        ));
    }
    if !dry_run {
        engine.create_kept_properties(&missing).await?;
    }
    engine.count_calls()?;
    let names: Vec<&str> = missing
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    console.json(
        &json!({"created": if dry_run { Vec::new() } else { names.clone() }, "missing": names}),
    );
    drop(session.writing);
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_settings_of_a_file_fit_or_none_is_taken() {
        let good = parse(
            "\"mirror.opened\" = true\n\"mirror.body\" = \"summary\"\n\"poll.idle_seconds\" = 90",
        )
        .unwrap();
        assert_eq!(good.len(), 3);
        for bad in [
            "\"mirror.body\" = \"half\"",
            "\"mirror.bdoy\" = \"full\"",
            "[a]\nb = 1",
            "nonsense",
        ] {
            assert_eq!(parse(bad).unwrap_err().exit, Exit::Usage, "{bad}");
        }
    }
}
