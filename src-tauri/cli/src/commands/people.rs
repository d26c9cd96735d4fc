//! `people`: keeping contacts and leads in step, and who belongs to whom.

mod beside;

use crate::arguments::{Global, PeopleCommand, SideWord, Toward};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::session::{self, Session};
use crate::shown::{counted, shown};
use crate::table::{cell, tall_table};
use bridge::engine::Engine;
use bridge::people::also::Also;
use bridge::people::reasons::words;
use bridge::people::shown::held_words;
use bridge::people::{DryRun, Setup};
use bridge::store::people::PersonLine;
use mapping::filter::Which;
use mapping::portal::Portal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal};

pub(super) async fn run(
    wanted: &PeopleCommand,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    match wanted {
        PeopleCommand::Enable {
            direction,
            create,
            only,
            lead_list,
            dry_run,
            yes,
        } => {
            let which = match only {
                Some(text) => Which::parse(text)
                    .map_err(|error| Failure::usage("bad_filter", format!("{error}.")))?,
                None => Which::Everybody,
            };
            let setup = Setup {
                to_tuco: matches!(direction, Toward::ToTuco | Toward::Both),
                to_hubspot: matches!(direction, Toward::ToHubspot | Toward::Both),
                create_leads: create.contains(&SideWord::Tuco),
                create_contacts: create.contains(&SideWord::Hubspot),
                which,
                lead_list: lead_list.clone(),
                ..Setup::default()
            };
            enable(setup, *dry_run, *yes, global, console).await
        }
        PeopleCommand::Disable => disable(global, console).await,
        PeopleCommand::Show {
            contact,
            lead,
            fresh,
            offline,
        } => {
            let how = match (fresh, offline) {
                (_, true) => beside::How::Offline,
                (true, _) => beside::How::Fresh,
                _ => beside::How::Usual,
            };
            beside::show(contact.as_deref(), lead.as_deref(), how, global, console).await
        }
        PeopleCommand::Extras { on, off } => beside::extras(on, off, global, console).await,
        PeopleCommand::List { which, limit } => list(which.as_deref(), *limit, global, console),
        PeopleCommand::Conflicts { limit } => conflicts(*limit, global, console),
        PeopleCommand::Undo { conflict } => {
            let session = signed_in(global, console).await?;
            let undone = session.engine.undo_conflict(*conflict).await?;
            session.engine.count_calls()?;
            console.json(&json!({"undone": undone.id, "row": undone.row_key}));
            console.say(
                "What lost is there again. The two sides differ now, until one of them changes.",
            );
            Ok(Exit::Done)
        }
        PeopleCommand::Link { contact, lead } => {
            let session = signed_in(global, console).await?;
            session.engine.link_people(contact, lead).await?;
            session.engine.count_calls()?;
            console.json(&json!({"linked": {"contact": contact, "lead": lead}}));
            console.say("Linked. The next sync compares the two.");
            Ok(Exit::Done)
        }
        PeopleCommand::Unlink { id } => {
            let session = signed_in(global, console).await?;
            let pair = session.engine.unlink_people(id)?;
            console.json(&json!({"unlinked": {"contact": pair.contact_id, "lead": pair.lead_id}}));
            console.say("Not linked any more, and not linked again by itself.");
            Ok(Exit::Done)
        }
        PeopleCommand::Move {
            event,
            contact,
            thread,
            yes,
        } => move_entries(*event, contact, *thread, *yes, global, console).await,
        PeopleCommand::Reconcile { repair } => reconcile(*repair, global, console).await,
    }
}

async fn signed_in(global: &Global, console: &Console) -> Result<Session, Failure> {
    session::prepare(global, console)?
        .sign_in(console)
        .await
        .map_err(|(_, failure)| failure)
}

fn counts(run: &DryRun) -> Value {
    json!({
        "read": run.counts.read,
        "linked": run.linked,
        "leads_created": run.counts.leads_created,
        "leads_updated": run.counts.leads_updated,
        "contacts_created": run.counts.contacts_created,
        "contacts_updated": run.counts.contacts_updated,
        "conflicts": run.counts.conflicts,
        "skipped": run.counts.skipped,
    })
}

async fn enable(
    setup: Setup,
    dry_run: bool,
    yes: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let engine = &session.engine;
    let also = also_of(engine)?;
    let setup = Setup { also, ..setup };
    if known(&setup.which, &engine.portal_fields(false).await?).is_err() {
        // It may have been made since the portal was read.
        known(&setup.which, &engine.portal_fields(true).await?)?;
    }
    console.note("Reading both sides; nothing is written.");
    let run = engine.dry_run(setup.clone()).await?;
    engine.count_calls()?;
    console.say(&format!(
        "{} read, {} linked. It would make {} and change {}, make {} and change {}; {} in conflict.",
        counted(run.counts.read, "contact", "contacts"),
        counted(run.linked, "person", "people"),
        counted(run.counts.leads_created, "lead", "leads"),
        run.counts.leads_updated,
        counted(run.counts.contacts_created, "contact", "contacts"),
        run.counts.contacts_updated,
        counted(run.counts.conflicts, "fact is", "facts are"),
    ));
    say_skipped(&run.counts.skipped, console);
    let asks = !yes && !dry_run && std::io::stdin().is_terminal() && console.is_watched();
    let agreed = !dry_run && (!asks || confirmed(console));
    if agreed {
        engine.change_setup(&setup)?;
    }
    console.json(&json!({"enabled": agreed, "dry_run": counts(&run)}));
    console.say(if agreed {
        "People are kept in step from the next sync on. Off again: tuco-hubspot people disable"
    } else {
        "Nothing was changed."
    });
    Ok(Exit::Done)
}

/// Who was left as they are, by reason, each in words.
pub(super) fn say_skipped(skipped: &BTreeMap<String, u64>, console: &Console) {
    for (reason, number) in skipped {
        console.say(&format!(
            "  {number} left as is ({reason}): {}",
            words(reason)
        ));
    }
}

/// What is read beside people stays as it is, whatever is done about keeping them in step.
fn also_of(engine: &Engine) -> Result<Also, Failure> {
    let id = engine.connection().id;
    Ok(engine.read(|rows| bridge::people::setup(&rows, id))?.also)
}

/// Whom nobody can be is told before anybody is counted: a property that is misspelt has no value for
/// anybody, and with `!=` would choose everybody.
fn known(which: &Which, portal: &Portal) -> Result<(), Failure> {
    let wrong = match which {
        Which::Everybody => None,
        Which::List { list } => {
            let mut all = portal.lists.iter();
            // Where lists may not be read, HubSpot says so.
            let readable = portal.scopes.as_ref();
            let readable = readable.is_some_and(|scopes| scopes.contains("crm.lists.read"));
            let there = all.any(|one| one.name == *list || one.id == *list)
                || (portal.lists.is_empty() && !readable);
            (!there).then(|| {
                format!(
                    "This portal has no list \"{}\". It takes a list's name or number, or a filter such as \
                     lifecyclestage=customer.",
                    shown(list)
                )
            })
        }
        Which::Where { conditions } => {
            let contacts = portal.objects.get("contacts");
            let contacts = contacts.filter(|contacts| !contacts.properties.is_empty());
            contacts.and_then(|contacts| {
                let missing = conditions
                    .iter()
                    .find(|one| !contacts.properties.contains_key(&one.property))?;
                Some(format!(
                    "Contacts of this portal have no property \"{}\". It takes the internal name, which HubSpot \
                     shows under Settings, Properties.",
                    shown(&missing.property)
                ))
            })
        }
    };
    wrong.map_or(Ok(()), |says| Err(Failure::usage("bad_filter", says)))
}

fn confirmed(console: &Console) -> bool {
    console.note("Go on? Type yes:");
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.is_ok() && line.trim().eq_ignore_ascii_case("yes")
}

async fn disable(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let also = also_of(&session.engine)?;
    session.engine.change_setup(&Setup {
        also,
        ..Setup::default()
    })?;
    console.json(&json!({"enabled": false}));
    console.say("Nobody is kept in step any more. Links and what was written stay.");
    Ok(Exit::Done)
}

fn line(person: &PersonLine, says: &str) -> Value {
    json!({
        "contact": person.contact_id,
        "lead": person.lead_id,
        "name": person.name,
        "linked_by": person.how,
        "reason": person.held,
        "says": says,
    })
}

fn list(
    which: Option<&str>,
    limit: usize,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let rows = store.read();
    let all = rows.people_counts(connection.id)?;
    let people = match which {
        None | Some("linked") => rows.linked_people(connection.id, "", limit)?,
        Some("unmatched") => rows.held_people(connection.id, "creation_off", limit)?,
        Some("held") => rows.held_people(connection.id, "", limit)?,
        Some(reason) if words(reason) == words("no such reason") => {
            return Err(Failure::usage(
                "unknown_list",
                format!(
                    "There is no list \"{}\". It takes linked, unmatched, held, or a reason such as ambiguous.",
                    shown(reason)
                ),
            ));
        }
        Some(reason) => rows.held_people(connection.id, reason, limit)?,
    };
    let mut told = Vec::new();
    for one in &people {
        let (contact, lead) = (one.contact_id.as_deref(), one.lead_id.as_deref());
        let reason = one.held.as_deref().unwrap_or_default();
        let says = held_words(&rows, connection.id, reason, contact, lead)?;
        told.push(line(one, &says));
    }
    console.json(&json!({
        "counts": {
            "contacts": all.contacts, "leads": all.leads, "linked": all.linked,
            "conflicts": all.conflicts, "held": all.held,
        },
        "people": told,
    }));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    console.say(&format!(
        "{} and {} known, {} linked, {}.",
        counted(all.contacts, "contact", "contacts"),
        counted(all.leads, "lead", "leads"),
        all.linked,
        counted(all.conflicts, "conflict", "conflicts"),
    ));
    for (reason, number) in &all.held {
        console.say(&format!(
            "  {number} in step with nobody ({reason}): {}",
            words(reason)
        ));
    }
    let lines = people
        .iter()
        .map(|person| {
            vec![
                cell(&shown(&person.name)),
                cell(person.contact_id.as_deref().unwrap_or_default()),
                cell(person.lead_id.as_deref().unwrap_or_default()),
                cell(
                    person
                        .how
                        .as_deref()
                        .or(person.held.as_deref())
                        .unwrap_or_default(),
                ),
            ]
        })
        .collect();
    console.say(&tall_table(
        console,
        &["Name", "Contact", "Lead", "Why"],
        lines,
    ));
    Ok(Exit::Done)
}

fn conflicts(limit: usize, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let found = store.read().conflicts(connection.id, None, limit)?;
    let told: Vec<Value> = found
        .iter()
        .map(|one| {
            json!({
                "id": one.id, "contact": one.contact_id, "lead": one.lead_id, "row": one.row_key,
                "in_hubspot": one.contact, "in_tuco": one.lead, "winner": one.winner, "rule": one.rule,
                "at": bridge::mirror::iso(one.at), "undone": one.undone_at.is_some(),
            })
        })
        .collect();
    console.json(&Value::Array(told));
    for one in &found {
        console.say(&format!(
            "{}  {}  {}: \"{}\" in HubSpot, \"{}\" in Tuco; {}",
            one.id,
            one.contact_id,
            shown(&one.row_key),
            shown(&one.contact),
            shown(&one.lead),
            one.winner.as_deref().unwrap_or("both stay"),
        ));
    }
    Ok(Exit::Done)
}

/// From one timeline to another, named and agreed to first.
async fn move_entries(
    event: i64,
    contact: &str,
    thread: bool,
    yes: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let engine = &session.engine;
    let wish = engine.plan_move(event, contact, thread).await?;
    engine.count_calls()?;
    let connection = engine.connection();
    let entries = counted(wish.count(), "entry", "entries");
    console.say(&format!(
        "{entries} from contact {} to contact {} ({}), in portal {}.",
        wish.from,
        wish.to,
        shown(&wish.name),
        connection.portal_id
    ));
    let asks = !yes && std::io::stdin().is_terminal() && console.is_watched();
    if asks && !confirmed(console) {
        console.json(&json!({"moved": 0, "waiting": 0, "from": wish.from, "to": wish.to}));
        console.say("Nothing was changed.");
        return Ok(Exit::Done);
    }
    let begun = engine.begin_move(&wish)?;
    let left = engine.finish_moves().await?;
    engine.count_calls()?;
    let moved = begun.saturating_sub(left);
    console.json(&json!({"moved": moved, "waiting": left, "from": wish.from, "to": wish.to}));
    console.say(&if left == 0 {
        format!("Moved: {moved}.")
    } else {
        format!(
            "Moved: {moved}. {left} wait for the next sync, or stand in: tuco-hubspot parked list"
        )
    });
    Ok(Exit::Done)
}

async fn reconcile(repair: bool, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let session = signed_in(global, console).await?;
    let told = session.engine.reconcile_people(repair).await?;
    session.engine.count_calls()?;
    let named = |people: &[(String, String)]| -> Vec<Value> {
        people
            .iter()
            .map(|(id, name)| json!({"id": id, "name": name}))
            .collect()
    };
    console.json(&json!({
        "contacts": {"there": told.contacts_there, "here": told.contacts_here},
        "leads": {"there": told.leads_there, "here": told.leads_here},
        "missing": named(&told.missing),
        "missing_in_all": told.missing_in_all,
        "surplus": named(&told.surplus),
        "surplus_in_all": told.surplus_in_all,
        "repaired": repair,
    }));
    console.say(&format!(
        "{} in HubSpot, {} here.",
        counted(told.contacts_there, "contact", "contacts"),
        told.contacts_here,
    ));
    console.say(&match told.leads_there {
        Some(there) => format!(
            "{} in Tuco, {} here.",
            counted(there, "lead", "leads"),
            told.leads_here
        ),
        None => format!(
            "{} here; Tuco does not tell how many it has.",
            counted(told.leads_here, "lead", "leads")
        ),
    });
    for (id, name) in &told.missing {
        console.say(&format!("  not here: {id} {}", shown(name)));
    }
    for (id, name) in &told.surplus {
        console.say(&format!("  not there any more: {id} {}", shown(name)));
    }
    let contacts = told.missing_in_all + told.surplus_in_all;
    let named = (told.missing.len() + told.surplus.len()) as u64;
    if contacts > named {
        console.say(&format!("  and {} more", contacts - named));
    }
    let complete = contacts == 0
        && told
            .leads_there
            .is_none_or(|there| there == told.leads_here);
    console.say(match (complete, repair) {
        (true, _) => "Both sides have the same.",
        (false, false) => "Mend it: tuco-hubspot people reconcile --repair",
        (false, true) => "Mended. Compare again: tuco-hubspot people reconcile",
    });
    Ok(Exit::Done)
}
