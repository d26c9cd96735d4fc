//! What should be there, and whether it is.
//!
//! The workspace is asked for all its messages, without limits and without faults; from them follows
//! which timeline entries the portal has to hold. Names of promises are those of the quality goals: I1
//! exactly one entry, I2 none without an event, I3 nothing lost, I4 nobody texted twice, I5 the original
//! time, I6 an empty outbox, I8 a sound file, I10 every failure has a reason.

use crate::script::control;
use bridge::event::{Event, Kind, Stage, TextState};
use bridge::store::{PageQuery, ReadStore};
use sandbox::message::HttpRequest;
use sandbox::world::{Side, World};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One thing that happened to one message.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    message_id: String,
    kind: Kind,
    at: i64,
    text: String,
    lead_id: String,
    /// Only the messages list tells of it, which this key may not read.
    may_be_unknown: bool,
}

/// All that the workspace has to tell since the look-back began, a month before the start.
pub(crate) fn of(world: &mut World, now: i64) -> Vec<Told> {
    let options = control(world, "GET", "options", &Value::Null, now);
    let listed = options.pointer("/tuco/messages_listing") == Some(&json!("yes"));
    let within = options.pointer("/tuco/replies_range") == Some(&json!("within"));
    let open = json!({"tuco": {
        "messages_listing": "yes", "messages_include_inbound": true, "limits": false,
        "replies_range": "within",
    }});
    control(world, "POST", "options", &open, now);
    let (_, key, _) = world.credentials();
    let mut told = Vec::new();
    for page in 1_u32.. {
        let target = format!("/api/messages?page={page}&limit=100");
        let answer = world.handle(
            Side::Tuco,
            &HttpRequest::new("GET", &target, &key, Vec::new()),
            now,
        );
        let body: Value = serde_json::from_slice(&answer.response.body).unwrap_or_default();
        let messages = body
            .get("messages")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        if messages.is_empty() {
            break;
        }
        told.extend(
            messages
                .iter()
                .filter_map(|message| read(message, listed, within)),
        );
    }
    told.retain(|one| one.at >= crate::START - 29 * 24 * 3_600_000);
    told
}

fn read(message: &Value, listed: bool, within: bool) -> Option<Told> {
    let word = |name: &str| message.get(name)?.as_str().map(str::to_owned);
    let time = |name: &str| {
        let text = message.get(name)?.as_str()?;
        Some(chrono_ms(text))
    };
    let inbound = word("direction").as_deref() == Some("received");
    let status = word("status")?;
    let (kind, at) = match status.as_str() {
        _ if inbound => (Kind::Reply, time("sentAt").or(time("createdAt"))?),
        "sent" | "delivered" => (Kind::Sent, time("sentAt").or(time("createdAt"))?),
        "failed" => (Kind::Failed, time("updatedAt")?),
        "fallback" => (Kind::Fallback, time("updatedAt")?),
        _ => return None,
    };
    Some(Told {
        message_id: word("_id")?,
        kind,
        at,
        text: word("message").unwrap_or_default(),
        lead_id: word("leadId").unwrap_or_default(),
        // Replies come by their own list, unless the ten-replies trap has no way out.
        may_be_unknown: if inbound {
            !within || word("leadId").is_none()
        } else {
            !listed
        },
    })
}

fn chrono_ms(text: &str) -> i64 {
    hubspot::instant(text).unwrap_or_default()
}

/// The key of an effect, derived here a second time, so that a change of it is noticed.
fn key(workspace: &str, told_id: &str, kind: Kind) -> String {
    let parts = [
        "tuco-for-hubspot 1",
        workspace,
        told_id,
        kind.as_str(),
        "entry",
    ]
    .join("\n");
    Sha256::digest(parts)
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Broken promises, and how many entries the portal holds.
pub(crate) fn compare(
    truth: &[Told],
    world: &World,
    path: &Path,
) -> anyhow::Result<(Vec<String>, usize)> {
    let store = ReadStore::open(path)?;
    let rows = store.read();
    let mut broken = Vec::new();
    let file = rusqlite::Connection::open(path)?;
    let sound: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if sound != "ok" {
        broken.push(format!("I8: the file is damaged: {sound}"));
    }
    let connection = rows
        .connections()?
        .into_iter()
        .next()
        .ok_or_else(|| anyhow::anyhow!("no connection"))?;
    let events = all_events(&store, connection.id)?;
    let entries = entries_by_key(world);
    let workspace = connection.workspace_id.as_str();
    let unreadable: BTreeSet<&str> = events
        .values()
        .filter(|event| event.sighting.text_state == TextState::Unreadable)
        .filter_map(|event| event.sighting.lead_id.as_deref())
        .collect();
    let mut expected = BTreeSet::new();
    for told in truth {
        let key = key(workspace, &told.message_id, told.kind);
        let short: String = key.chars().take(16).collect();
        let written = entries.get(&short).map_or(&[][..], Vec::as_slice);
        let event = events.get(&(told.message_id.clone(), told.kind));
        expected.insert(short);
        match event {
            None => {
                let excused = told.may_be_unknown
                    && (told.kind != Kind::Reply
                        // Whoever is no lead stands in no list.
                        || told.lead_id.is_empty()
                        || unreadable.contains(told.lead_id.as_str()));
                if !excused {
                    broken.push(format!(
                        "I3: {} {} of {} at {} is not known",
                        told.kind, told.message_id, told.lead_id, told.at
                    ));
                }
                if !written.is_empty() {
                    broken.push(format!(
                        "I2: {} {} has an entry and no event",
                        told.kind, told.message_id
                    ));
                }
            }
            Some(event) => judge(told, event, written, &mut broken),
        }
    }
    for (key, written) in entries.iter().filter(|(key, _)| !expected.contains(*key)) {
        // Cancelled or rescheduled messages leave no truth; an entry without any event is one too many.
        let known = events.values().any(|event| {
            self::key(workspace, &event.sighting.message_id, event.sighting.kind)
                .starts_with(key.as_str())
        });
        if !known {
            broken.push(format!(
                "I2: {} entries belong to no event ({key})",
                written.len()
            ));
        }
    }
    let counts = rows.effect_counts(connection.id)?;
    if counts.open() > 0 {
        broken.push(format!("I6: {} effects are still open", counts.open()));
    }
    for effect in rows.parked_effects(connection.id, 1_000)? {
        if effect.cause.is_none() {
            broken.push(format!(
                "I10: effect {} is parked without a cause",
                effect.id
            ));
        }
    }
    broken.extend(texted_twice(world));
    Ok((broken, entries.values().map(Vec::len).sum()))
}

fn judge(told: &Told, event: &Event, written: &[Entry], broken: &mut Vec<String>) {
    let name = format!("{} {}", told.kind, told.message_id);
    match (event.stage, written) {
        (Stage::Written, [entry]) => {
            if entry.timestamp != told.at {
                broken.push(format!(
                    "I5: {name} stands at {} instead of {}",
                    entry.timestamp, told.at
                ));
            }
            if entry.contacts != 1 {
                broken.push(format!("I1: {name} is on {} contacts", entry.contacts));
            }
            let whole = event.sighting.text_state == TextState::Whole;
            let mark = told.text.rsplit(' ').next().unwrap_or_default();
            if !told.may_be_unknown && (!whole || !entry.body.contains(&escaped(mark))) {
                broken.push(format!(
                    "I3: the text of {name} is {} by {}",
                    event.sighting.text_state, event.sighting.source
                ));
            }
        }
        (Stage::Written, many) => {
            broken.push(format!("I1: {name} has {} entries", many.len()));
        }
        (Stage::Waiting | Stage::Skipped | Stage::Failed, []) => {
            if event.reason.is_none() {
                broken.push(format!("I10: {name} is {} without a reason", event.stage));
            }
        }
        (stage, []) => broken.push(format!("I6: {name} is still {stage}")),
        (stage, many) => broken.push(format!(
            "I1: {name} is {stage} and has {} entries",
            many.len()
        )),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&#39;")
}

struct Entry {
    timestamp: i64,
    contacts: usize,
    body: String,
}

/// Entries by the first sixteen characters of their key, which also stand in a text as its reference.
fn entries_by_key(world: &World) -> BTreeMap<String, Vec<Entry>> {
    let mut entries: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in world.portal.timeline() {
        let text = |name: &str| entry.properties.get(name).cloned().unwrap_or_default();
        let body = text("hs_communication_body") + &text("hs_note_body");
        let key = text("tuco_event_key");
        let mark = if key.is_empty() {
            body.split("Tuco ref ").nth(1)
        } else {
            Some(key.as_str())
        };
        let Some(mark) = mark.map(|mark| mark.chars().take(16).collect()) else {
            continue;
        };
        let contacts = entry.contact_ids.len();
        entries.entry(mark).or_default().push(Entry {
            timestamp: entry.timestamp,
            contacts,
            body,
        });
    }
    entries
}

fn all_events(
    store: &ReadStore,
    connection: i64,
) -> anyhow::Result<BTreeMap<(String, Kind), Event>> {
    let mut all = BTreeMap::new();
    let mut before = None;
    loop {
        let query = PageQuery {
            connection,
            before,
            limit: 500,
            ..PageQuery::default()
        };
        let page = store.read().page(&query)?;
        let Some(last) = page.last() else {
            return Ok(all);
        };
        before = Some((last.sighting.occurred_at, last.id));
        for event in page {
            all.insert(
                (event.sighting.message_id.clone(), event.sighting.kind),
                event,
            );
        }
    }
}

/// Every intent has a text of its own, so two messages with one text are one intent sent twice.
fn texted_twice(world: &World) -> Vec<String> {
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for send in world
        .workspace
        .sends_made()
        .iter()
        .filter(|send| send.text.starts_with("intent "))
    {
        *times.entry(send.text.clone()).or_default() += 1;
    }
    times
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(text, count)| format!("I4: \"{text}\" went out {count} times"))
        .collect()
}
