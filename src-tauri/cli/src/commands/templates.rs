//! `templates`: texts to be used again, shared by all connections of a home.

use crate::arguments::{Global, Templates};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::given;
use crate::home;
use crate::put;
use crate::shown::{counted, cut, shown};
use crate::surroundings;
use crate::table::{cell, table};
use bridge::mirror::iso;
use bridge::store::{StoreError, TemplateRow};
use bridge::template_file::{self, FileError, Taken};
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Larger files are no templates.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

pub(super) fn run(wanted: &Templates, global: &Global, console: &Console) -> Result<Exit, Failure> {
    match wanted {
        Templates::List => list(global, console),
        Templates::Import { file } => import(file, global, console),
        Templates::Export { file, replace } => export(file, *replace, global, console),
    }
}

fn all(global: &Global) -> Result<Vec<TemplateRow>, Failure> {
    match home::open_to_read(global) {
        Ok(store) => Ok(store.read().templates()?),
        // Nothing was kept in this home yet.
        Err(failure) if failure.code == "no_database" => Ok(Vec::new()),
        Err(failure) => Err(failure),
    }
}

fn list(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let templates = all(global)?;
    let listed: Vec<_> = templates
        .iter()
        .map(|row| {
            json!({
                "id": row.id,
                "folder": row.body.folder,
                "name": row.body.name,
                "text": row.body.text,
                "favourite": row.favourite,
                "version": row.version,
                "uses": row.uses,
                "changed_at": iso(row.changed_at),
                "changed_by": row.changed_by,
            })
        })
        .collect();
    console.json(&listed);
    if templates.is_empty() {
        console.say("There are no templates yet. Take some from a file: tuco-hubspot templates import FILE.");
        return Ok(Exit::Done);
    }
    let rows = templates
        .iter()
        .map(|row| {
            vec![
                cell(&row.body.folder),
                cell(&row.body.name),
                cell(&row.version.to_string()),
                cell(&cut(&shown(&row.body.text), 60)),
            ]
        })
        .collect();
    console.say(&table(
        console,
        &["Folder", "Name", "Version", "Text"],
        rows,
    ));
    Ok(Exit::Done)
}

fn export(file: &Path, replace: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let templates = all(global)?;
    let count = templates.len();
    let bodies = templates.into_iter().map(|row| row.body).collect();
    let text =
        template_file::write(bodies).map_err(|error| Failure::failed("not_written", error))?;
    if file == Path::new("-") {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(Exit::Done);
    }
    put::text(file, &text, replace)?;
    console.json(&json!({"exported": count, "file": file}));
    console.say(&format!(
        "{} in {}.",
        counted(count, "template is", "templates are"),
        file.display()
    ));
    Ok(Exit::Done)
}

/// One of the same folder and name is changed, and keeps its earlier versions.
fn import(file: &Path, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let text = given::text(file, MOST_BYTES).map_err(|error| {
        Failure::usage(
            "bad_file",
            format!("{} could not be read: {error}.", file.display()),
        )
    })?;
    let bodies = template_file::read(&text).map_err(|error| {
        let code = match error {
            FileError::Mistake { .. } => "bad_template",
            _ => "bad_file",
        };
        Failure::usage(code, shown(&error.to_string()))
    })?;
    let mut writing = home::open_to_write(global, console)?;
    let (now, by) = (surroundings::now(), surroundings::user());
    let Taken { added, changed } = writing
        .store
        .write(|rows| template_file::take(rows, &bodies, &by, now))
        .map_err(|error: StoreError| Failure::from(error))?;
    console.json(&json!({"added": added, "changed": changed}));
    console.say(&format!("{added} added, {changed} changed."));
    drop(writing.lock);
    Ok(Exit::Done)
}
