//! One record as a line: what is asked for of it, and how it is told.

use super::{Line, readable};
use hubspot::{ObjectKind, Record};
use mapping::portal::{OwnObject, Portal};

/// What is asked for.
pub(super) fn properties(kind: ObjectKind) -> &'static [&'static str] {
    match kind {
        ObjectKind::Companies => &[
            "name",
            "domain",
            "industry",
            "hubspot_owner_id",
            "createdate",
        ],
        ObjectKind::Deals => &[
            "dealname",
            "amount",
            "deal_currency_code",
            "dealstage",
            "closedate",
            "createdate",
            "hubspot_owner_id",
        ],
        ObjectKind::Tickets => &[
            "subject",
            "content",
            "hs_pipeline_stage",
            "hs_ticket_priority",
            "createdate",
            "closed_date",
            "hubspot_owner_id",
        ],
        ObjectKind::Emails => &[
            "hs_timestamp",
            "hs_email_subject",
            "hs_email_text",
            "hs_email_html",
            "hs_email_direction",
            "hs_email_status",
            "hubspot_owner_id",
        ],
        ObjectKind::Calls => &[
            "hs_timestamp",
            "hs_call_title",
            "hs_call_body",
            "hs_call_direction",
            "hs_call_duration",
            "hs_call_status",
            "hs_call_disposition",
            "hubspot_owner_id",
        ],
        ObjectKind::Meetings => &[
            "hs_timestamp",
            "hs_meeting_title",
            "hs_meeting_body",
            "hs_meeting_outcome",
            "hs_meeting_start_time",
            "hs_meeting_location",
            "hubspot_owner_id",
        ],
        ObjectKind::Notes => &["hs_timestamp", "hs_note_body", "hubspot_owner_id"],
        _ => &[],
    }
}

/// What is asked for of a custom object: what its records are known by, and whose they are.
pub(super) fn own_properties(own: &OwnObject) -> Vec<String> {
    let primary = own.primary.iter().map(String::as_str);
    primary
        .chain(["hs_object_id", "hs_createdate", "hubspot_owner_id"])
        .map(str::to_owned)
        .collect()
}

/// A record as it is told.
pub(super) fn of(kind: &str, record: &Record, portal: &Portal) -> Line {
    let text = |name: &str| record.text(name).unwrap_or_default();
    let plain = |name: &str| readable::text(text(name));
    let choice = |name: &str| label(portal, kind, name, text(name));
    let (stage, closed) = stage(kind, record, portal);
    let mut line = Line {
        id: record.id.clone(),
        stage,
        closed,
        owner: owner(portal, text("hubspot_owner_id")),
        at: moment(text("hs_timestamp")).or(record.created_at),
        ..Line::default()
    };
    match kind {
        "companies" => {
            line.title = plain("name");
            line.note = joined(&[text("domain").to_owned(), choice("industry")]);
        }
        "deals" => {
            line.title = plain("dealname");
            line.amount = joined_by(
                " ",
                &[
                    text("amount").to_owned(),
                    text("deal_currency_code").to_owned(),
                ],
            );
            if text("amount").is_empty() {
                line.amount.clear();
            }
            line.closes = day(text("closedate"));
        }
        "tickets" => {
            line.title = plain("subject");
            line.text = plain("content");
            line.note = choice("hs_ticket_priority");
            line.closes = day(text("closed_date"));
        }
        "emails" => {
            line.title = plain("hs_email_subject");
            line.text = plain("hs_email_html");
            if line.text.is_empty() {
                line.text = plain("hs_email_text");
            }
            let direction = match text("hs_email_direction") {
                "INCOMING_EMAIL" => "Incoming",
                "FORWARDED_EMAIL" => "Forwarded",
                "DRAFT_EMAIL" => "Draft",
                _ => "Sent",
            };
            let failed = ["BOUNCED", "FAILED", "SCHEDULED"].contains(&text("hs_email_status"));
            let status = if failed {
                spoken(text("hs_email_status"))
            } else {
                String::new()
            };
            line.note = joined(&[direction.to_owned(), status]);
        }
        "calls" => {
            line.title = plain("hs_call_title");
            line.text = plain("hs_call_body");
            let direction = match text("hs_call_direction") {
                "INBOUND" => "Incoming",
                "OUTBOUND" => "Outgoing",
                _ => "",
            };
            let outcome = outcome(text("hs_call_disposition"))
                .map_or_else(|| spoken(text("hs_call_status")), str::to_owned);
            line.note = joined(&[
                direction.to_owned(),
                lasted(text("hs_call_duration")),
                outcome,
            ]);
        }
        "meetings" => {
            line.title = plain("hs_meeting_title");
            line.text = plain("hs_meeting_body");
            line.note = joined(&[
                spoken(text("hs_meeting_outcome")),
                plain("hs_meeting_location"),
            ]);
            line.at = moment(text("hs_meeting_start_time")).or(line.at);
        }
        "notes" => line.text = plain("hs_note_body"),
        _ => {
            let own = portal.own().find(|(_, own)| own.type_id == kind);
            let primary = own.and_then(|(_, own)| own.primary.as_deref());
            line.title = plain(primary.unwrap_or("hs_object_id"));
        }
    }
    line
}

fn stage(kind: &str, record: &Record, portal: &Portal) -> (String, bool) {
    let name = match kind {
        "deals" => "dealstage",
        "tickets" => "hs_pipeline_stage",
        _ => return (String::new(), false),
    };
    let id = record.text(name).unwrap_or_default();
    match portal.stage(kind, id) {
        Some(stage) => (stage.label.clone(), stage.closed),
        None => (id.to_owned(), false),
    }
}

fn owner(portal: &Portal, id: &str) -> String {
    let found = portal.owners.iter().find(|owner| owner.id == id);
    let named = found.map(|owner| match owner.name.as_str() {
        "" => owner.email.clone(),
        name => name.to_owned(),
    });
    named.unwrap_or_default()
}

/// The label of an option, where the portal's definitions were read; else the value in words.
fn label(portal: &Portal, kind: &str, name: &str, value: &str) -> String {
    let options = portal.options(kind, name);
    let found = options.into_iter().find(|(one, _)| one == value);
    found.map_or_else(|| spoken(value), |(_, label)| label)
}

/// HubSpot's own outcomes of calls, which are the same in every portal.
fn outcome(id: &str) -> Option<&'static str> {
    Some(match id {
        "9d9162e7-6cf3-4944-bf63-4dff82258764" => "Busy",
        "f240bbac-87c9-4f6e-bf70-924b57d47db7" => "Connected",
        "a4c4c377-d246-4b32-a13b-75a56a4cd0ff" => "Left live message",
        "b2cf5968-551e-4856-9783-52b3da59a7d0" => "Left voicemail",
        "73a0d17f-1163-4015-bdd5-ec830791da20" => "No answer",
        "17b47fee-58de-441e-a44c-c6300d46f273" => "Wrong number",
        _ => return None,
    })
}

/// Milliseconds as minutes, or as seconds where it was not one.
fn lasted(milliseconds: &str) -> String {
    match milliseconds.parse::<u64>().unwrap_or_default() / 1_000 {
        0 => String::new(),
        seconds @ 1..60 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.saturating_add(30) / 60),
    }
}

/// `NO_ANSWER` as `No answer`.
fn spoken(word: &str) -> String {
    let words = word.replace('_', " ").to_lowercase();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn joined(parts: &[String]) -> String {
    joined_by(", ", parts)
}

fn joined_by(between: &str, parts: &[String]) -> String {
    let filled: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    filled.join(between)
}

fn moment(text: &str) -> Option<wire::Timestamp> {
    if text.is_empty() {
        None
    } else {
        hubspot::instant(text)
    }
}

fn day(text: &str) -> String {
    moment(text)
        .and_then(chrono::DateTime::from_timestamp_millis)
        .map(|at| at.format("%Y-%m-%d").to_string())
        .unwrap_or_default()
}
