//! `mapping`: which property and which field hold the same fact, as a table, as a file, and tried on a person.

mod trial;

use crate::arguments::{Global, MappingCommand};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::given;
use crate::put;
use crate::session;
use crate::shown::{counted, shown};
use crate::table::{cell, tall_table, toned};
use bridge::people::mappings;
use bridge::people::{by_hand::PeopleError, discovery};
use bridge::store::PeopleSide;
use mapping::check::{Problem, check};
use mapping::file::{self, Fault};
use mapping::{Mapping, defaults};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use trial::{say_trial, trial_json};

/// A mapping of a thousand rows is smaller.
const MOST_BYTES: u64 = 1024 * 1024;

pub(super) async fn run(
    wanted: &MappingCommand,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        MappingCommand::Show => show(global, console),
        MappingCommand::Export { file, replace } => export(file, *replace, global, console),
        MappingCommand::Check { file } => check_file(file, global, console),
        MappingCommand::Import { file } => import(file, global, console).await,
        MappingCommand::Versions => versions(global, console),
        MappingCommand::Undo { version } => undo(*version, global, console).await,
        MappingCommand::Preset { name } => preset(name.as_deref(), global, console).await,
        MappingCommand::Refresh => refresh(global, console).await,
        MappingCommand::Try {
            contact,
            lead,
            file,
            write,
        } => {
            let (side, id) = match (contact, lead) {
                (Some(id), _) => (PeopleSide::Contact, id),
                (None, Some(id)) => (PeopleSide::Lead, id),
                (None, None) => {
                    return Err(Failure::usage(
                        "nobody",
                        "Say whom: --contact ID or --lead ID.",
                    ));
                }
            };
            try_on(side, id, file.as_deref(), *write, global, console).await
        }
    }
}

impl From<PeopleError> for Failure {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Trouble(trouble) => Self::from(trouble),
            PeopleError::NoContact(_) => Self::failed("no_contact", error.to_string()),
            PeopleError::NoLead(_) => Self::failed("no_lead", error.to_string()),
            PeopleError::NotLinked(_) => Self::failed("not_linked", error.to_string()),
            PeopleError::NoConflict(_) => Self::failed("no_conflict", error.to_string()),
        }
    }
}

/// The mapping that holds. Before there is a connection it is the one from the start.
fn current(global: &Global) -> Result<(Mapping, Vec<Problem>), Failure> {
    match session::read(global) {
        Ok((store, connection)) => {
            let rows = store.read();
            let mapping = mappings::current(&rows, connection.id)?;
            let problems = mappings::problems(&rows, connection.id, &mapping)?;
            Ok((mapping, problems))
        }
        Err(failure) if failure.code == "not_connected" => {
            Ok((defaults::from_the_start(), Vec::new()))
        }
        Err(failure) => Err(failure),
    }
}

fn problem_json(problem: &Problem) -> Value {
    json!({
        "row": problem.row + 1,
        "code": problem.wrong.code(),
        "says": problem.wrong.to_string(),
        "todo": problem.wrong.todo(),
        "blocks": problem.wrong.blocks(),
    })
}

fn show(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (mapping, problems) = current(global)?;
    let rows: Vec<Value> = mapping
        .rows
        .iter()
        .map(|row| {
            json!({
                "hubspot": row.hubspot.to_string(),
                "lead": row.lead.as_str(),
                "direction": row.direction.word(),
                "conflict": row.conflict.word(),
                "required": row.required,
                "transforms": row.transforms,
            })
        })
        .collect();
    let told: Vec<Value> = problems.iter().map(problem_json).collect();
    console.json(&json!({"rows": rows, "problems": told}));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    let lines = mapping
        .rows
        .iter()
        .enumerate()
        .map(|(place, row)| {
            let arrow = match row.direction.word() {
                "both" => "<->",
                "to_tuco" => "-->",
                "to_hubspot" => "<--",
                _ => "off",
            };
            let steps: Vec<&str> = row
                .transforms
                .iter()
                .map(mapping::Transform::word)
                .collect();
            let wrong: Vec<String> = problems
                .iter()
                .filter(|problem| problem.row == place)
                .map(|problem| problem.wrong.to_string())
                .collect();
            vec![
                cell(&(place + 1).to_string()),
                cell(&row.hubspot.to_string()),
                cell(arrow),
                cell(row.lead.as_str()),
                cell(&steps.join(", ")),
                cell(row.conflict.word()),
                toned(&wrong.join("; "), Tone::Bad),
            ]
        })
        .collect();
    console.say(&tall_table(
        console,
        &[
            "",
            "HubSpot",
            "",
            "Tuco lead",
            "Transforms",
            "Conflict",
            "Problem",
        ],
        lines,
    ));
    console.say("Change it: tuco-hubspot mapping export FILE, edit the file, tuco-hubspot mapping import FILE");
    Ok(Exit::Done)
}

fn export(to: &Path, replace: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (mapping, _) = current(global)?;
    let text = file::print(&mapping);
    if to == Path::new("-") {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
        return Ok(Exit::Done);
    }
    put::text(to, &text, replace)?;
    console.json(&json!({"exported": mapping.rows.len(), "file": to.display().to_string()}));
    console.say(&format!(
        "{} in {} now.",
        counted(mapping.rows.len(), "row is", "rows are"),
        to.display()
    ));
    Ok(Exit::Done)
}

/// The mapping of a file, or everything that is wrong with it by line.
fn read(from: &Path, console: &Console) -> Result<Option<Mapping>, Failure> {
    let text = given::text(from, MOST_BYTES).map_err(|error| {
        Failure::usage(
            "file",
            format!("{} could not be read: {error}.", from.display()),
        )
    })?;
    match file::parse(&text) {
        Ok(mapping) => Ok(Some(mapping)),
        Err(faults) => {
            refuse(from, &faults, console);
            Ok(None)
        }
    }
}

fn refuse(from: &Path, faults: &[Fault], console: &Console) {
    let told: Vec<Value> = faults
        .iter()
        .map(|fault| json!({"line": fault.line, "text": fault.text, "reason": fault.reason}))
        .collect();
    console.json(&json!({"error": {
        "code": "bad_mapping_file",
        "message": format!("{} is refused; nothing was changed.", from.display()),
        "faults": told,
    }}));
    console.note(&format!(
        "{} is refused; nothing was changed:",
        from.display()
    ));
    for fault in faults {
        console.note(&format!(
            "  line {}: {} ({})",
            fault.line,
            shown(&fault.reason),
            shown(&fault.text)
        ));
    }
}

/// Tells what is wrong; true where it can't be applied.
fn tell(problems: &[Problem], console: &Console) -> bool {
    for problem in problems {
        console.note(&format!(
            "  row {}: {}. {}",
            problem.row + 1,
            shown(&problem.wrong.to_string()),
            problem.wrong.todo()
        ));
    }
    problems.iter().any(|problem| problem.wrong.blocks())
}

fn check_file(from: &Path, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let Some(mapping) = read(from, console)? else {
        return Ok(Exit::Usage);
    };
    let portal = match session::read(global) {
        Ok((store, connection)) => discovery::kept(&store.read(), connection.id)?.0,
        Err(failure) if failure.code == "not_connected" => mapping::portal::Portal::default(),
        Err(failure) => return Err(failure),
    };
    let problems = check(&mapping, &portal);
    let told: Vec<Value> = problems.iter().map(problem_json).collect();
    let blocked = problems.iter().any(|problem| problem.wrong.blocks());
    console.json(&json!({"rows": mapping.rows.len(), "problems": told, "fits": !blocked}));
    if problems.is_empty() {
        console.say(&format!(
            "{}, and nothing is wrong.",
            counted(mapping.rows.len(), "row", "rows")
        ));
    } else {
        tell(&problems, console);
    }
    Ok(if blocked { Exit::Failed } else { Exit::Done })
}

async fn import(from: &Path, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let Some(mapping) = read(from, console)? else {
        return Ok(Exit::Usage);
    };
    let says = format!("Imported from {}", from.display());
    apply(&mapping, &says, global, console).await
}

async fn apply(
    mapping: &Mapping,
    says: &str,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let session = session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)?;
    let portal = session.engine.portal_fields(false).await?;
    let problems = check(mapping, &portal);
    if tell(&problems, console) {
        let told: Vec<Value> = problems.iter().map(problem_json).collect();
        console.json(&json!({"error": {
            "code": "mapping_problems",
            "message": "The mapping has problems; nothing was changed.",
            "problems": told,
        }}));
        console.note("The mapping has problems; nothing was changed.");
        return Ok(Exit::Failed);
    }
    let number = session.engine.apply_mapping(mapping, says)?;
    session.engine.count_calls()?;
    console.json(&json!({"version": number, "rows": mapping.rows.len()}));
    console.say(&format!(
        "{} now, as version {number}. Back to an earlier one: tuco-hubspot mapping undo",
        counted(mapping.rows.len(), "row holds", "rows hold")
    ));
    drop(session.writing);
    Ok(Exit::Done)
}

fn versions(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let versions = store.read().mapping_versions(connection.id, 100)?;
    let told: Vec<Value> = versions
        .iter()
        .map(|version| json!({"version": version.id, "at": bridge::mirror::iso(version.at), "says": version.says}))
        .collect();
    console.json(&Value::Array(told));
    for version in &versions {
        console.say(&format!(
            "{}  {}  {}",
            version.id,
            bridge::mirror::iso(version.at),
            shown(&version.says)
        ));
    }
    if versions.is_empty() {
        console.say("The mapping is as from the start.");
    }
    Ok(Exit::Done)
}

async fn undo(version: Option<i64>, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let mapping = {
        let (store, connection) = session::read(global)?;
        let versions = store.read().mapping_versions(connection.id, 10_000)?;
        let found = match version {
            Some(number) => versions.iter().find(|version| version.id == number),
            None => versions.get(1),
        };
        match (found, version) {
            (Some(version), _) => mappings::of_version(version)?,
            (None, Some(0) | None) if version.is_some() || versions.len() == 1 => {
                defaults::from_the_start()
            }
            _ => {
                return Err(Failure::usage(
                    "no_such_version",
                    "There is no such version. See them with: tuco-hubspot mapping versions",
                ));
            }
        }
    };
    let says = match version {
        Some(number) => format!("Back to version {number}"),
        None => "Back to the version before".to_owned(),
    };
    apply(&mapping, &says, global, console).await
}

async fn preset(name: Option<&str>, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let Some(name) = name else {
        let told: Vec<Value> = defaults::PRESETS
            .iter()
            .map(|one| json!({"id": one.id, "name": one.name, "about": one.about}))
            .collect();
        console.json(&Value::Array(told));
        for one in defaults::PRESETS {
            console.say(&format!("{:<14} {}", one.id, one.about));
        }
        return Ok(Exit::Done);
    };
    let Some(mapping) = defaults::preset(name) else {
        return Err(Failure::usage(
            "no_such_preset",
            "There is no such preset. See them with: tuco-hubspot mapping preset",
        ));
    };
    apply(&mapping, &format!("Preset {name}"), global, console).await
}

async fn refresh(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let session = session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)?;
    let portal = session.engine.portal_fields(true).await?;
    session.engine.count_calls()?;
    let counts: serde_json::Map<String, Value> = portal
        .objects
        .iter()
        .map(|(name, object)| (name.clone(), json!(object.properties.len())))
        .collect();
    console.json(&json!({
        "properties": counts,
        "owners": portal.owners.len(),
        "lists": portal.lists.len(),
        "pipelines": portal.pipelines.values().map(Vec::len).sum::<usize>(),
    }));
    for (name, object) in &portal.objects {
        if object.missing_scopes.is_empty() {
            console.say(&format!("{name}: {} properties", object.properties.len()));
        } else {
            console.say(&format!(
                "{name}: the key lacks {}",
                object.missing_scopes.join(" or ")
            ));
        }
    }
    drop(session.writing);
    Ok(Exit::Done)
}

async fn try_on(
    side: PeopleSide,
    id: &str,
    from: Option<&Path>,
    write: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let mapping = match from {
        Some(from) => match read(from, console)? {
            Some(mapping) => Some(mapping),
            None => return Ok(Exit::Usage),
        },
        None => None,
    };
    let session = session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)?;
    if write {
        let tally = session.engine.write_one(None, side, id, None).await?;
        session.engine.count_calls()?;
        console.json(&json!({"written": tally}));
        console.say("Written for this one person.");
        return Ok(Exit::Done);
    }
    let trial = session.engine.try_mapping(mapping, side, id).await?;
    session.engine.count_calls()?;
    console.json(&trial_json(&trial));
    if !console.is_json() {
        say_trial(&trial, console);
    }
    drop(session.writing);
    Ok(Exit::Done)
}
