//! `send`: one message, once.

use super::many;
use crate::arguments::{ChannelWord, FallbackWord, Global, Send};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::given::whole;
use crate::session;
use crate::shown::shown;
use crate::surroundings;
use crate::waiting::beside;
use crate::zone::{exact, since, zone};
use bridge::compose::{Order, OrderError, Preview, Recipient, Sending};
use bridge::event::Channel;
use bridge::fallback::Fallback;
use bridge::guard::{Code, Overrides, Refusal};
use bridge::mirror::iso;
use bridge::store::{Reader, SendRow, SendState};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// Longer texts are no messages.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) async fn run(
    wanted: &Send,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let overrides = overrides(wanted)?;
    if let Some(list) = &wanted.list {
        return many::run(list, wanted, overrides, global, console).await;
    }
    let Some(to) = &wanted.to else {
        return Err(Failure::usage(
            "bad_recipient",
            "Say to whom: --to, or --list FILE for many.",
        ));
    };
    let to = Recipient::parse(to).ok_or_else(|| {
        Failure::usage(
            "bad_recipient",
            "--to takes a contact's id in HubSpot (digits), a phone number beginning with +, or an e-mail address.",
        )
    })?;
    let given = wanted.text.as_deref().map(text).transpose()?;
    let prepared = session::prepare(global, console)?;
    let waits = prepared.waits();
    let session = beside(prepared.sign_in(console), &waits, console)
        .await
        .map_err(|(_, failure)| failure)?;
    let engine = &session.engine;
    let zone = zone(&engine.connection().time_zone);
    let text = match (given, &wanted.template) {
        (Some(text), _) => text,
        (None, Some(name)) => engine.read(|rows| Ok(template(&rows, name)))??,
        (None, None) => return Err(no_text()),
    };
    let order = Order {
        channel: wanted.channel.map(channel),
        line_id: wanted.line.clone(),
        attachments: wanted.attach.clone(),
        at: wanted
            .at
            .as_deref()
            .map(|at| moment(at, zone))
            .transpose()?,
        fallback: wanted.fallback.map(fallback),
        overrides,
        why: wanted.why.clone().unwrap_or_default(),
        who: surroundings::user(),
        template: wanted.template.clone(),
        ..Order::new(to, text)
    };
    let told = if wanted.dry_run {
        let preview = beside(engine.preview(&order), &waits, console).await;
        engine.count_calls()?;
        of_preview(&preview.map_err(failure)?, zone)
    } else {
        let sending = beside(engine.send(&order), &waits, console).await;
        engine.count_calls()?;
        match sending.map_err(failure)? {
            Sending::Row(row) => of_row(&row, zone),
            Sending::Refused { refusal, preview } => of_refusal(refusal.as_ref(), &preview, zone),
            // Only told to whoever has seen something before.
            Sending::Changed(preview) => of_refusal(None, &preview, zone),
        }
    };
    let (value, told) = told;
    console.json(&value);
    match told.exit {
        Exit::Done => console.say(&console.paint(&told.message, Tone::Good)),
        _ => console.explain(&told),
    }
    drop(session.writing);
    Ok(told.exit)
}

/// The reasons that are set aside, and why: one is no use without the other.
fn overrides(wanted: &Send) -> Result<Overrides, Failure> {
    let mut codes = Vec::new();
    for word in &wanted.overrides {
        let code = Code::parse(word.trim()).ok_or_else(|| {
            let known: Vec<&str> = Code::ALL
                .iter()
                .filter(|code| code.can_be_overridden())
                .map(|code| code.as_str())
                .collect();
            Failure::usage(
                "bad_override",
                format!(
                    "There is no reason \"{}\" to set aside. There are: {}.",
                    shown(word),
                    known.join(", ")
                ),
            )
        })?;
        codes.push(code);
    }
    if !codes.is_empty()
        && wanted
            .why
            .as_deref()
            .is_none_or(|why| why.trim().is_empty())
    {
        return Err(Failure::usage(
            "no_why",
            "Setting a reason aside needs --why TEXT: it is kept with who and when.",
        ));
    }
    Overrides::new(codes).map_err(|code| {
        Failure::usage(
            "bad_override",
            format!("\"{code}\" holds for everybody and can't be set aside."),
        )
    })
}

pub(super) fn channel(word: ChannelWord) -> Channel {
    match word {
        ChannelWord::Imessage => Channel::IMessage,
        ChannelWord::Sms => Channel::Sms,
        ChannelWord::Email => Channel::Email,
    }
}

pub(super) fn fallback(word: FallbackWord) -> Fallback {
    match word {
        FallbackWord::None => Fallback::Nothing,
        FallbackWord::Tuco => Fallback::Tuco,
        FallbackWord::Sms => Fallback::Sms,
        FallbackWord::Task => Fallback::Task,
    }
}

/// The text of a template, by its name or as `folder/name`.
pub(super) fn template(rows: &Reader<'_>, name: &str) -> Result<String, Failure> {
    let found = rows.templates_named(name)?;
    match found.as_slice() {
        [one] => Ok(one.body.text.clone()),
        [] => Err(Failure::usage(
            "no_such_template",
            format!(
                "There is no template \"{}\". `tuco-hubspot templates list` shows them.",
                shown(name)
            ),
        )),
        _ => Err(Failure::usage(
            "which_template",
            format!(
                "Several folders have a template \"{}\". Name it as FOLDER/NAME.",
                shown(name)
            ),
        )),
    }
}

/// A moment ahead, as `--at` takes it.
fn moment(text: &str, zone: Tz) -> Result<wire::Timestamp, Failure> {
    let now = surroundings::now();
    let is_span = text.ends_with(|c: char| "smhdw".contains(c));
    let at = if is_span {
        since(text, now, zone).map(|back| now.saturating_add(now.saturating_sub(back)))
    } else {
        since(text, now, zone)
    };
    at.filter(|at| *at > now).ok_or_else(|| {
        Failure::usage(
            "bad_time",
            "--at takes a time ahead: 2h, 2026-01-31 14:00 (the portal's time), or RFC 3339.",
        )
    })
}

fn no_text() -> Failure {
    Failure::usage(
        "no_text",
        "There is nothing to send: give --text or --template.",
    )
}

pub(super) fn text(given: &str) -> Result<String, Failure> {
    let text = if given == "-" {
        whole(std::io::stdin().lock(), MOST_BYTES).map_err(|error| {
            Failure::usage("bad_text", format!("The text could not be read: {error}."))
        })?
    } else {
        given.to_owned()
    };
    if text.trim().is_empty() {
        return Err(Failure::usage(
            "no_text",
            "There is nothing to send: the text is empty.",
        ));
    }
    Ok(text)
}

pub(super) fn failure(error: OrderError) -> Failure {
    match error {
        OrderError::Template(mistake) => Failure::usage("bad_template", mistake.to_string()),
        OrderError::Attachment(error) => Failure::usage("bad_attachment", error.to_string()),
        OrderError::Trouble(trouble) => Failure::from(trouble),
    }
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
        "text": row.text,
        "line": row.line_id,
        "channel": row.channel,
        "scheduled_at": row.scheduled_at.map(iso),
        "overridden": row.asked.overrides,
        "key": row.key,
        "id": row.id,
    });
    (value, words_of(row, zone))
}

fn words_of(row: &SendRow, zone: Tz) -> Failure {
    let id = row
        .message_id
        .as_deref()
        .map(|id| format!(" (message {id})"))
        .unwrap_or_default();
    match row.state {
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
                shown(in_words(&row.reason))
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
            format!("It was refused: {}. Nothing went out.", shown(&row.reason)),
        ),
    }
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
        "never_arrived" => "the call never reached it, which its list of messages proves",
        "refused" => "it refuses and does not say why",
        other => other,
    }
}

fn of_refusal(refusal: Option<&Refusal>, preview: &Preview, zone: Tz) -> (Value, Failure) {
    let code = refusal.map_or("unresolved", |refusal| refusal.code().as_str());
    let mut value = of(preview);
    if let Value::Object(object) = &mut value {
        object.insert("state".into(), json!("refused"));
        object.insert("reason".into(), json!(code));
        object.insert("refusal".into(), json!(refusal));
    }
    let message = match refusal {
        Some(Refusal::NoAddress) if preview.contact_id.is_none() && preview.phone.is_none() && preview.email.is_none() => {
            "Not sent: this portal has no such contact, or it has no usable address on this channel; it may have been \
             deleted. The id stands in the address of the contact's page in HubSpot."
                .to_owned()
        }
        Some(refusal) => format!("Not sent: {}", refusal.sentence(|at| exact(at, zone))),
        None => {
            let open: Vec<&str> = preview.open.iter().map(|open| open.path.as_str()).collect();
            format!(
                "Not sent: nothing is known for {}. Write what is to stand there instead, such as \
                 {{{{contact.firstname|there}}}}.",
                shown(&open.join(", "))
            )
        }
    };
    (value, told(Exit::Failed, code, message))
}

fn of(preview: &Preview) -> Value {
    let open: Vec<&str> = preview.open.iter().map(|open| open.path.as_str()).collect();
    json!({
        "state": "would_send",
        "reason": "",
        "message_id": null,
        "lead_id": null,
        "contact_id": preview.contact_id,
        "text": preview.text,
        "line": preview.line_id,
        "channel": preview.channel,
        "scheduled_at": preview.at.map(iso),
        "unresolved": open,
        "warnings": preview.warnings,
        "overridden": preview.overridden_codes(),
        "segments": preview.segments.map(|segments| segments.segments),
        "time_zone": preview.whereabouts.in_words(),
    })
}

/// A dry run: what would happen, with all that stands against it.
fn of_preview(preview: &Preview, zone: Tz) -> (Value, Failure) {
    let first = preview.refusals.first();
    if first.is_some() || !preview.open.is_empty() {
        let (mut value, mut told) = of_refusal(first, preview, zone);
        for more in preview.refusals.iter().skip(1) {
            told.message.push_str("\nAlso: ");
            told.message.push_str(&more.sentence(|at| exact(at, zone)));
        }
        told.message.push_str("\nThe text: ");
        told.message.push_str(&shown(&preview.text));
        if let Value::Object(object) = &mut value {
            object.insert("state".into(), json!("would_refuse"));
            object.insert("refusals".into(), json!(preview.refusals));
        }
        return (value, told);
    }
    let to = preview.phone.as_deref().or(preview.email.as_deref());
    let mut message = format!(
        "Nothing was sent. This would go to {}:\n{}",
        shown(to.unwrap_or_default()),
        shown(&preview.text)
    );
    for warning in &preview.warnings {
        message.push_str("\nNote: ");
        message.push_str(warning.sentence());
    }
    (of(preview), told(Exit::Done, "would_send", message))
}
