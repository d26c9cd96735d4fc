//! `send`: one message, once.

use crate::arguments::{ChannelWord, Global, Send};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::session;
use crate::waiting::beside;
use crate::zone::{exact, zone};
use bridge::compose::{Recipient, Sending};
use bridge::event::Channel;
use bridge::guard::Refusal;
use bridge::mirror::iso;
use bridge::store::{SendRow, SendState};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::io::Read;

/// Longer texts are no messages.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) async fn run(
    wanted: &Send,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let to = Recipient::parse(&wanted.to).ok_or_else(|| {
        Failure::usage(
            "bad_recipient",
            "--to takes a contact's id in HubSpot (digits), a phone number beginning with +, or an e-mail address.",
        )
    })?;
    let text = text(&wanted.text)?;
    let channel = wanted.channel.map(|word| match word {
        ChannelWord::Imessage => Channel::IMessage,
        ChannelWord::Sms => Channel::Sms,
        ChannelWord::Email => Channel::Email,
    });
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    let session = beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)?;
    let engine = &session.engine;
    let sending = engine.send(&to, &text, channel, wanted.line.clone());
    let sending = beside(sending, &waits, console).await;
    engine.count_calls()?;
    let zone = zone(&engine.connection().time_zone);
    let (value, told) = match sending? {
        Sending::Row(row) => of_row(&row, zone),
        Sending::Refused {
            refusal,
            contact_id,
        } => of_refusal(&refusal, &to, contact_id.as_deref(), zone),
    };
    console.json(&value);
    match told.exit {
        Exit::Done => console.say(&console.paint(&told.message, Tone::Good)),
        _ => console.explain(&told),
    }
    drop(session.writing);
    Ok(told.exit)
}

fn text(given: &str) -> Result<String, Failure> {
    let mut text = given.to_owned();
    if given == "-" {
        text.clear();
        std::io::stdin()
            .take(MOST_BYTES)
            .read_to_string(&mut text)
            .map_err(|error| {
                Failure::usage("bad_text", format!("The text could not be read: {error}."))
            })?;
    }
    if text.trim().is_empty() {
        return Err(Failure::usage(
            "no_text",
            "There is nothing to send: the text is empty.",
        ));
    }
    Ok(text)
}

fn told(exit: Exit, code: &'static str, message: impl Into<String>) -> Failure {
    Failure {
        exit,
        code,
        message: message.into(),
    }
}

fn of_row(row: &SendRow, zone: Tz) -> (Value, Failure) {
    let value = json!({
        "state": row.state,
        "reason": row.reason,
        "message_id": row.message_id,
        "lead_id": row.lead_id,
        "contact_id": row.contact_id,
        "channel": row.channel,
        "scheduled_at": row.scheduled_at.map(iso),
        "key": row.key,
        "id": row.id,
    });
    let id = row
        .message_id
        .as_deref()
        .map(|id| format!(" (message {id})"))
        .unwrap_or_default();
    let told = match row.state {
        SendState::Sent | SendState::Delivered => told(
            Exit::Done,
            "sent",
            format!("Sent{id}. The next sync puts it on the timeline."),
        ),
        SendState::Fallback => told(
            Exit::Done,
            "fallback",
            format!("iMessage does not reach this person; Tuco takes the other way{id}."),
        ),
        SendState::Pending => told(
            Exit::Done,
            "pending",
            format!("Tuco has it and sends it as soon as the line may{id}."),
        ),
        SendState::Scheduled => {
            let at = row
                .scheduled_at
                .map(|at| format!(" for {}", exact(at, zone)))
                .unwrap_or_default();
            told(
                Exit::Done,
                "scheduled",
                format!("Tuco has scheduled it{at}{id}."),
            )
        }
        SendState::Queued | SendState::Sending => told(
            Exit::Done,
            "queued",
            "Tuco can't take it right now. It is kept here and goes out with the next sync, once.",
        ),
        SendState::Unknown => told(
            Exit::NeedsPerson,
            "unknown",
            format!(
                "No answer came, so it may or may not have gone out. It is not sent again blindly: each sync looks \
                 for it at Tuco. If it is not found, look in Tuco and say what became of it: tuco-hubspot parked \
                 settle {} sent, or not-sent.",
                row.id
            ),
        ),
        SendState::Failed => told(
            Exit::Failed,
            "failed",
            format!(
                "Tuco did not take it: {}. Nothing went out.",
                crate::shown::shown(in_words(&row.reason))
            ),
        ),
        SendState::Cancelled => told(
            Exit::Failed,
            "cancelled",
            "It was withdrawn in Tuco. Nothing went out.",
        ),
        SendState::Refused => told(
            Exit::Failed,
            "refused",
            format!(
                "It was refused: {}. Nothing went out.",
                crate::shown::shown(&row.reason)
            ),
        ),
    };
    (value, told)
}

/// A refusal of Tuco's for people; what has no words of its own is shown as it is.
fn in_words(reason: &str) -> &str {
    match reason {
        "workspace_read_only" => {
            "the workspace is read-only for billing, which its owner can settle in Tuco"
        }
        "no_active_line" => "the workspace has no active line to send from",
        "fallback_not_configured" => "the workspace has no other way set up for this person",
        "forbidden" => "the key may not send to this person, or from this line",
        "not_found" => "it knows neither this person nor this line",
        "refused" => "it refuses and does not say why",
        other => other,
    }
}

fn of_refusal(
    refusal: &Refusal,
    to: &Recipient,
    contact_id: Option<&str>,
    zone: Tz,
) -> (Value, Failure) {
    let value = json!({"state": "refused", "refusal": refusal, "contact_id": contact_id});
    let message = match refusal {
        Refusal::OptedOut { since, source } => {
            let by = match source.as_str() {
                "reply" => "said so in a reply",
                "tuco" => "is on Tuco's do-not-contact list",
                _ => "was opted out by hand",
            };
            format!(
                "Not sent: this person does not want messages and {by} ({}). That holds on every way of sending.",
                exact(*since, zone)
            )
        }
        Refusal::NoAddress if matches!(to, Recipient::Contact(_)) && contact_id.is_none() => {
            "Not sent: this portal has no such contact; it may have been deleted. The id stands in the address of \
             the contact's page in HubSpot."
                .to_owned()
        }
        Refusal::NoAddress => "Not sent: there is no usable address for this person on this channel. Check the number \
                               or address in HubSpot, or choose another --channel."
            .to_owned(),
        Refusal::Duplicate { at, state } => format!(
            "Not sent: the same text went to this person {} (it is {state}). Change the text if it is meant to go \
             again.",
            exact(*at, zone)
        ),
    };
    (value, told(Exit::Failed, refusal.code(), message))
}
