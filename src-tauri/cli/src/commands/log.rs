//! `log`: events, newest first.

use crate::arguments::{Global, KindWord, Log, StageWord};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::shown::{cut, shown};
use crate::table::{cell, table_with_whole, toned};
use crate::zone::{moment, since, zone};
use crate::{session, surroundings};
use bridge::event::{Channel, Event, Kind, Stage};
use bridge::explain::in_short;
use bridge::mirror::iso;
use bridge::store::{ConnectionRow, PageQuery};
use comfy_table::Cell;
use serde_json::{Value, json};

/// Longest text of a row; the table cuts it further where the terminal is narrow.
const MOST_TEXT: usize = 160;

pub(super) fn run(wanted: &Log, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let query = query(wanted, &connection)?;
    let events = store.read().page(&query)?;
    if console.is_json() {
        let lines: Vec<Value> = events
            .iter()
            .map(|event| as_json(event, &connection))
            .collect();
        console.json(&Value::Array(lines));
    } else if events.is_empty() {
        console.say(if is_filtered(wanted) {
            "No event in the log is like this."
        } else {
            "There is nothing to show. `tuco-hubspot sync --once` looks for what is new."
        });
    } else {
        console.say(&events_table(&events, &connection, console));
        let more = if events.len() == query.limit {
            format!("The newest {} are shown; --limit shows more. ", query.limit)
        } else {
            String::new()
        };
        console.note(&format!(
            "{more}Why is one, or is it not, in HubSpot? tuco-hubspot explain NUMBER"
        ));
    }
    Ok(Exit::Done)
}

fn query(wanted: &Log, connection: &ConnectionRow) -> Result<PageQuery, Failure> {
    let zone = zone(&connection.time_zone);
    let since = match &wanted.since {
        None => None,
        Some(text) => Some(since(text, surroundings::now(), zone).ok_or_else(|| {
            Failure::usage(
                "bad_since",
                "--since takes a span such as 2h or 7d, a day such as 2026-01-31, or a moment such as \
                 \"2026-01-31 14:00\".",
            )
        })?),
    };
    Ok(PageQuery {
        connection: connection.id,
        limit: usize::try_from(wanted.limit).unwrap_or(usize::MAX),
        search: wanted.search.clone(),
        since,
        kind: wanted.kind.map(kind),
        stage: wanted.stage.map(stage),
        reason: wanted.reason.clone(),
        ..PageQuery::default()
    })
}

fn kind(word: KindWord) -> Kind {
    match word {
        KindWord::Sent => Kind::Sent,
        KindWord::Delivered => Kind::Delivered,
        KindWord::Failed => Kind::Failed,
        KindWord::Fallback => Kind::Fallback,
        KindWord::Opened => Kind::Opened,
        KindWord::Reply => Kind::Reply,
    }
}

fn stage(word: StageWord) -> Stage {
    match word {
        StageWord::New => Stage::New,
        StageWord::Queued => Stage::Queued,
        StageWord::Written => Stage::Written,
        StageWord::Waiting => Stage::Waiting,
        StageWord::Skipped => Stage::Skipped,
        StageWord::Failed => Stage::Failed,
    }
}

fn is_filtered(wanted: &Log) -> bool {
    wanted.search.is_some()
        || wanted.since.is_some()
        || wanted.kind.is_some()
        || wanted.stage.is_some()
        || wanted.reason.is_some()
}

/// The nice table, also for `demo`.
pub(super) fn events_table(
    events: &[Event],
    connection: &ConnectionRow,
    console: &Console,
) -> String {
    let zone = zone(&connection.time_zone);
    let heading = format!("When ({zone})");
    let rows = events
        .iter()
        .map(|event| row(event, &moment(event.sighting.occurred_at, zone)))
        .collect();
    // The number is what `explain` takes, and the state is what one looks for.
    table_with_whole(
        console,
        &["No.", &heading, "", "Who", "What", "Contact", "State"],
        rows,
        &[0, 1, 6],
    )
}

fn row(event: &Event, when: &str) -> Vec<Cell> {
    let sighting = &event.sighting;
    let (state, tone) = state(event);
    vec![
        cell(&event.id.to_string()),
        cell(when),
        cell(if sighting.kind == Kind::Reply {
            "←"
        } else {
            "→"
        }),
        cell(&cut(&who(event), 32)),
        cell(&cut(&what(event), MOST_TEXT)),
        cell(event.contact_id.as_deref().unwrap_or("")),
        toned(&state, tone),
    ]
}

fn who(event: &Event) -> String {
    let sighting = &event.sighting;
    let name = sighting
        .name
        .as_deref()
        .map(shown)
        .filter(|name| !name.is_empty());
    let address = sighting
        .phone
        .as_deref()
        .or(sighting.email.as_deref())
        .map(shown);
    name.or(address).unwrap_or_else(|| "unknown".to_owned())
}

fn what(event: &Event) -> String {
    let sighting = &event.sighting;
    let way = match sighting.channel {
        Channel::IMessage => "iMessage",
        Channel::Sms => "SMS",
        Channel::Email => "email",
        Channel::Unknown => "",
    };
    let head = match (sighting.kind, way) {
        (Kind::Reply, "") => String::new(),
        (Kind::Reply, way) => format!("{way}: "),
        (kind, "") => format!("{kind}: "),
        (kind, way) => format!("{way} {kind}: "),
    };
    // A text of 100 kB needs no more looking at than a row can show.
    let text: String = sighting.text.chars().take(4 * MOST_TEXT).collect();
    let text = shown(&text);
    let files = match sighting.attachments.len() {
        0 => String::new(),
        1 => " [1 file]".to_owned(),
        more => format!(" [{more} files]"),
    };
    format!("{head}{text}{files}")
}

fn state(event: &Event) -> (String, Tone) {
    let why = event.reason.as_ref().map(in_short).unwrap_or_default();
    match event.stage {
        Stage::New => ("new".to_owned(), Tone::Quiet),
        Stage::Queued => ("next".to_owned(), Tone::Quiet),
        Stage::Written => ("in HubSpot".to_owned(), Tone::Good),
        Stage::Waiting => (format!("waits: {why}"), Tone::Warn),
        Stage::Skipped => (format!("log only: {why}"), Tone::Quiet),
        Stage::Failed => (format!("given up: {why}"), Tone::Bad),
    }
}

pub(super) fn as_json(event: &Event, connection: &ConnectionRow) -> Value {
    let sighting = &event.sighting;
    let page = event.contact_id.as_deref().and_then(|contact| {
        surroundings::contact_page(&connection.ui_domain, &connection.portal_id, contact)
    });
    json!({
        "id": event.id,
        "message_id": sighting.message_id,
        "kind": sighting.kind,
        "channel": sighting.channel,
        "direction": if sighting.kind == Kind::Reply { "in" } else { "out" },
        "occurred_at": iso(sighting.occurred_at),
        "seen_at": iso(event.seen_at),
        "source": sighting.source,
        "lead_id": sighting.lead_id,
        "line_id": sighting.line_id,
        "name": sighting.name,
        "phone": sighting.phone,
        "email": sighting.email,
        "text": sighting.text,
        "text_state": sighting.text_state,
        "attachments": sighting.attachments,
        "detail": sighting.detail,
        "stage": event.stage,
        "reason": event.reason,
        "looks": event.looks,
        "look_at": event.look_at.map(iso),
        "contact_id": event.contact_id,
        "contact_url": page,
        "how": event.how,
    })
}
