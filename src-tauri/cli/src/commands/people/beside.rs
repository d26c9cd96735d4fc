//! `people show` and `people extras`: one person with what is read beside the contact, and the switches of
//! that.

use super::signed_in;
use crate::arguments::{ExtraWord, Global};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::session;
use crate::shown::{cut, shown};
use bridge::people::also::{Also, Extra, in_want, remedy};
use bridge::people::beside::{Line, Section, kept};
use bridge::people::{Setup, discovery, setup, shown as fields};
use bridge::store::people::pages::PersonEntry;
use bridge::store::{ConnectionRow, CopyRow, Method, PeopleSide, Reader};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A text is shortened to this on a terminal.
const MOST_TEXT: usize = 100;
/// Of each kind so many lines on a terminal; `--json` has all.
const MOST_LINES: usize = 10;

/// What is asked of HubSpot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// What was not read lately.
    Usual,
    /// Everything.
    Fresh,
    /// Nothing.
    Offline,
}

pub(super) async fn show(
    contact: Option<&str>,
    lead: Option<&str>,
    how: How,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    if how == How::Offline {
        let (store, connection) = session::read(global)?;
        let rows = store.read();
        let found = entry(&rows, &connection, contact, lead)?;
        return tell(&rows, &connection, contact, found.as_ref(), console);
    }
    let session = signed_in(global, console).await?;
    let engine = &session.engine;
    let connection = engine.connection();
    let found = engine.read(|rows| Ok(entry(&rows, &connection, contact, lead)))??;
    let id = contact_of(contact, found.as_ref());
    if let Some(id) = id {
        let read = engine.read_beside(&id, how == How::Fresh).await;
        engine.count_calls()?;
        if let Err(trouble) = read {
            let known = engine.read(|rows| kept(&rows, connection.id, &id))?;
            if trouble.is_not_there() {
                return Err(Failure::failed(
                    "unknown_contact",
                    "HubSpot has no contact of this id. It stands at the end of the contact's address there.",
                ));
            }
            let failure = Failure::from(trouble);
            if known.is_empty() {
                return Err(failure);
            }
            console.warn(&format!(
                "Not read now, so this is what was read last. {}",
                failure.message
            ));
        }
    }
    engine.read(|rows| Ok(tell(&rows, &connection, contact, found.as_ref(), console)))?
}

fn contact_of(asked: Option<&str>, found: Option<&PersonEntry>) -> Option<String> {
    let known = found.and_then(|entry| entry.contact.as_ref());
    known
        .map(|copy| copy.id.clone())
        .or_else(|| asked.map(str::to_owned))
}

fn entry(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    contact: Option<&str>,
    lead: Option<&str>,
) -> Result<Option<PersonEntry>, Failure> {
    let (side, id) = match (contact, lead) {
        (Some(contact), _) => (PeopleSide::Contact, contact),
        (None, Some(lead)) => (PeopleSide::Lead, lead),
        (None, None) => return Ok(None),
    };
    let found = rows.person_entry(connection.id, side, id)?;
    if found.is_none() && side == PeopleSide::Lead {
        return Err(Failure::failed(
            "unknown_person",
            "No lead of this id is known here. List who is: tuco-hubspot people list",
        ));
    }
    Ok(found)
}

fn tell(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    contact: Option<&str>,
    found: Option<&PersonEntry>,
    console: &Console,
) -> Result<Exit, Failure> {
    let of = found
        .map(|entry| fields::fields(rows, connection, entry))
        .transpose()?
        .unwrap_or_default();
    let id = contact_of(contact, found);
    let sections = match &id {
        Some(id) => kept(rows, connection.id, id)?,
        None => Vec::new(),
    };
    let also = setup(rows, connection.id)?.also;
    let side = |copy: Option<&CopyRow>| {
        copy.map(|copy| {
            json!({
                "id": copy.id, "name": copy.name, "email": copy.email(), "phone": copy.phone(),
                "read_at": bridge::mirror::iso(copy.read_at),
            })
        })
    };
    let (here, lead) = match found {
        Some(entry) => (entry.contact.as_ref(), entry.lead.as_ref()),
        None => (None, None),
    };
    let facts: Vec<Value> = of
        .iter()
        .map(|one| {
            json!({"row": one.row, "label": one.label, "in_hubspot": one.contact, "in_tuco": one.lead})
        })
        .collect();
    console.json(&json!({
        "contact": side(here).or_else(|| id.as_ref().map(|id| json!({"id": id}))),
        "lead": side(lead),
        "fields": facts,
        "beside": sections.iter().map(section_json).collect::<Vec<_>>(),
    }));
    if console.is_json() {
        return Ok(Exit::Done);
    }
    let name = here.or(lead).map_or("", |copy| copy.name.as_str());
    let number = |copy: Option<&CopyRow>| copy.map_or("none".to_owned(), |copy| copy.id.clone());
    let name = if name.is_empty() {
        "Not known here by name:"
    } else {
        name
    };
    console.say(&format!(
        "{} contact {}, lead {}",
        shown(name),
        id.as_deref().unwrap_or("none"),
        number(lead),
    ));
    for one in &of {
        console.say(&format!(
            "  {}: \"{}\" in HubSpot, \"{}\" in Tuco",
            cut(&shown(&one.label), MOST_TEXT),
            cut(&shown(&one.contact), MOST_TEXT),
            cut(&shown(&one.lead), MOST_TEXT)
        ));
    }
    if !also.any() {
        console.say("Nothing else is read of a person. What could be: tuco-hubspot people extras");
    }
    for section in &sections {
        say_section(section, connection, console);
    }
    Ok(Exit::Done)
}

fn section_json(section: &Section) -> Value {
    json!({
        "kind": section.kind,
        "label": section.label,
        "total": section.total,
        "missing_scopes": section.missing_scopes,
        "read_at": bridge::mirror::iso(section.read_at),
        "records": section.lines.iter().map(line_json).collect::<Vec<_>>(),
    })
}

fn line_json(line: &Line) -> Value {
    json!({
        "id": line.id, "title": line.title, "text": line.text, "stage": line.stage,
        "closed": line.closed, "amount": line.amount, "closes": line.closes, "owner": line.owner,
        "note": line.note, "at": line.at.map(bridge::mirror::iso),
    })
}

fn say_section(section: &Section, connection: &ConnectionRow, console: &Console) {
    let read_at = bridge::mirror::iso(section.read_at);
    if !section.missing_scopes.is_empty() {
        return console.say(&format!(
            "{}: they can't be read. {}{}",
            shown(&section.label),
            shown(&remedy(
                &section.missing_scopes.join(" or "),
                connection.method
            )),
            again(connection),
        ));
    }
    console.say(&format!(
        "{}: {}, read at {read_at}",
        shown(&section.label),
        section.total
    ));
    for line in section.lines.iter().take(MOST_LINES) {
        let closes = match line.closes.as_str() {
            "" => String::new(),
            day => format!("closes {day}"),
        };
        let day = line.at.map(bridge::mirror::iso);
        let day = day
            .as_deref()
            .and_then(|iso| iso.get(..10))
            .unwrap_or("no date");
        let parts = [
            &line.title,
            &line.stage,
            &line.amount,
            &closes,
            &line.note,
            &line.owner,
            &line.text,
        ];
        let parts: Vec<String> = parts
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(|part| cut(&shown(part), MOST_TEXT))
            .collect();
        console.say(&format!("  {day}  {}", parts.join(" · ")));
    }
    if section.total > MOST_LINES {
        console.say(&format!(
            "  and {} more; --json has the newest {}",
            section.total - MOST_LINES,
            section.lines.len()
        ));
    }
}

impl From<ExtraWord> for Extra {
    fn from(word: ExtraWord) -> Self {
        match word {
            ExtraWord::Companies => Self::Companies,
            ExtraWord::Deals => Self::Deals,
            ExtraWord::Tickets => Self::Tickets,
            ExtraWord::Engagements => Self::Engagements,
            ExtraWord::Objects => Self::Objects,
        }
    }
}

pub(super) async fn extras(
    on: &[ExtraWord],
    off: &[ExtraWord],
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    if let Some(both) = on.iter().find(|word| off.contains(word)) {
        return Err(Failure::usage(
            "on_and_off",
            format!(
                "{} can't be turned on and off at once.",
                Extra::from(*both).word()
            ),
        ));
    }
    let (also, connection, portal) = if on.is_empty() && off.is_empty() {
        let (store, connection) = session::read(global)?;
        let rows = store.read();
        let (portal, _) = discovery::kept(&rows, connection.id)?;
        (setup(&rows, connection.id)?.also, connection, portal)
    } else {
        let session = signed_in(global, console).await?;
        let engine = &session.engine;
        let before = engine.read(|rows| setup(&rows, engine.connection().id))?;
        let mut also = before.also;
        for (words, turned) in [(on, true), (off, false)] {
            for word in words {
                also.turn((*word).into(), turned);
            }
        }
        let more = Extra::ALL
            .into_iter()
            .any(|extra| also.has(extra) && !before.also.has(extra));
        engine.change_setup(&Setup { also, ..before })?;
        // Which custom objects there are is known from now on, and what may be read.
        let read = engine.portal_fields(more).await;
        engine.count_calls()?;
        (also, engine.connection(), read?)
    };
    told(also, &connection, portal.scopes.as_ref(), console);
    Ok(Exit::Done)
}

fn told(
    also: Also,
    connection: &ConnectionRow,
    scopes: Option<&BTreeSet<String>>,
    console: &Console,
) {
    let lacking = |extra: Extra| {
        let lacks = extra.lacks(scopes);
        let lacks = if also.has(extra) { lacks } else { Vec::new() };
        in_want(&lacks, connection.method).map(|told| format!("{told}{}", again(connection)))
    };
    let all: Vec<Value> = Extra::ALL
        .into_iter()
        .map(|extra| {
            let lacks = extra.lacks(scopes);
            json!({
                "extra": extra.word(), "on": also.has(extra), "scopes": extra.scopes(),
                "says": extra.says(), "todo": lacking(extra),
                "lacks": lacks.iter().map(|one| one.scope()).collect::<Vec<_>>(),
            })
        })
        .collect();
    console.json(&json!({"extras": all}));
    for extra in Extra::ALL {
        let on = if also.has(extra) { "on " } else { "off" };
        console.say(&format!("{:<12} {on}  {}", extra.word(), extra.says()));
        if let Some(told) = lacking(extra) {
            console.warn(&format!("{}: {told}", extra.word()));
        }
    }
}

/// The command that signs in anew, where that is the way.
fn again(connection: &ConnectionRow) -> String {
    match connection.method {
        Method::Key => String::new(),
        Method::SignIn => format!(
            " tuco-hubspot connect --sign-in --connection \"{}\"",
            shown(&connection.name)
        ),
    }
}
