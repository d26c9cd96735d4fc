//! What becomes of an event: the decision, pure.
//!
//! An event, what is known of the contact, the settings and the road to exactly-once go in; out come
//! effects for the outbox or the reason why there are none. Nothing here reads a clock, a store or the
//! network.

use crate::effect::{EntryObject, Write};
use crate::entry;
use crate::event::{Event, Kind, TextState};
use crate::person::{Choice, How};
use crate::reason::{Candidate, Reason};
use crate::settings::Settings;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use wire::Timestamp;

/// The property on communications that holds an effect's key and may exist once only.
pub const KEY_PROPERTY: &str = "tuco_event_key";

/// Properties of a contact that are kept up to date where the owner asks for it.
pub mod kept {
    use std::collections::BTreeMap;

    /// Datetime of the last message that went out.
    pub const LAST_CONTACTED: &str = "tuco_last_contacted";
    /// Datetime of the last reply.
    pub const LAST_REPLY: &str = "tuco_last_reply";
    /// Text of the last reply.
    pub const LAST_REPLY_TEXT: &str = "tuco_last_reply_text";
    /// `true` or `false`.
    pub const IMESSAGE: &str = "tuco_imessage";

    /// What of `new` is later than what stands. The text of a reply goes with its moment.
    pub(crate) fn news<'a>(
        standing: impl Fn(&str) -> Option<&'a str>,
        new: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let later = |name: &str| match (
            standing(name).and_then(moment),
            new.get(name).and_then(|value| moment(value)),
        ) {
            (Some(standing), Some(new)) => new > standing,
            _ => true,
        };
        new.iter()
            .filter(|(name, _)| match name.as_str() {
                LAST_CONTACTED => later(LAST_CONTACTED),
                LAST_REPLY | LAST_REPLY_TEXT => later(LAST_REPLY),
                _ => true,
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// Milliseconds of a datetime as HubSpot answers it: ISO 8601 or epoch milliseconds.
    fn moment(text: &str) -> Option<i64> {
        text.parse::<i64>().ok().or_else(|| {
            chrono::DateTime::parse_from_rfc3339(text)
                .ok()
                .map(|at| at.timestamp_millis())
        })
    }
}

/// How a second entry for one event is ruled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guarantee {
    /// HubSpot refuses a second record with the same key.
    KeyProperty,
    /// We read the contact's entries back before a second write, and find ours by a reference.
    Ledger,
}

/// What the decision needs to know besides the event.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The workspace, for keys that are the same on every machine.
    pub workspace_id: &'a str,
    /// The owner's choices.
    pub settings: &'a Settings,
    /// How communications are kept unique. Notes always go by the ledger.
    pub guarantee: Guarantee,
    /// Older events stay in the log.
    pub look_back_from: Timestamp,
    /// The contact, where it was looked for.
    pub choice: Option<Choice>,
    /// What was looked for.
    pub looked_for: Vec<String>,
    /// What the message came from, where its entry is to say so.
    pub cause: Option<entry::Cause>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Stays in the log.
    Skip(Reason),
    /// Held; may be decided later.
    Wait(Reason),
    /// To be written.
    Write {
        /// On whom.
        contact_id: String,
        /// How that contact was found.
        how: How,
        /// Others that fit.
        also: Vec<Candidate>,
        /// The timeline entry's key and content.
        entry: (String, Write),
        /// Properties to bring up to date.
        upkeep: BTreeMap<String, String>,
    },
}

/// True where no contact is needed to decide: the event stays in the log whatever is found.
pub fn stays_in_log(
    event: &Event,
    settings: &Settings,
    look_back_from: Timestamp,
) -> Option<Reason> {
    let kind = event.sighting.kind;
    if event.sighting.text_state == TextState::Unreadable {
        return Some(Reason::Unreadable);
    }
    if event.sighting.occurred_at < look_back_from {
        return Some(Reason::BeforeLookBack);
    }
    (!settings.mirrored.contains(&kind)).then_some(Reason::KindOff { kind })
}

/// See the module.
pub fn decide(event: &Event, facts: &Facts<'_>) -> Decision {
    if let Some(reason) = stays_in_log(event, facts.settings, facts.look_back_from) {
        return Decision::Skip(reason);
    }
    let (contact_id, owner_id, how, also) = match facts.choice.clone() {
        Some(Choice::Found {
            contact_id,
            owner_id,
            how,
            also,
        }) => (contact_id, owner_id, how, also),
        Some(Choice::Several(candidates)) => {
            return Decision::Wait(Reason::Ambiguous { candidates });
        }
        Some(Choice::Nobody) => {
            return Decision::Wait(Reason::NoContact {
                looked_for: facts.looked_for.clone(),
            });
        }
        None => return Decision::Skip(Reason::NoAddress),
    };
    Decision::Write {
        entry: timeline_entry(event, facts, owner_id.as_deref()),
        upkeep: upkeep(event, facts.settings),
        contact_id,
        how,
        also,
    }
}

fn timeline_entry(event: &Event, facts: &Facts<'_>, owner_id: Option<&str>) -> (String, Write) {
    let object = entry::object(&event.sighting);
    let key = effect_key(facts.workspace_id, event, "entry");
    let by_key = object == EntryObject::Communication && facts.guarantee == Guarantee::KeyProperty;
    let reference = (!by_key).then(|| reference(&key));
    let body = entry::body(
        event,
        facts.settings.whole_body,
        facts.cause.as_ref(),
        reference.as_deref(),
    );
    let mut properties =
        BTreeMap::from([("hs_timestamp".to_owned(), iso(event.sighting.occurred_at))]);
    match object {
        EntryObject::Communication => {
            // A communication takes three channels only; the true one stands in the body's first line.
            properties.insert("hs_communication_channel_type".into(), "SMS".into());
            properties.insert("hs_communication_logged_from".into(), "CRM".into());
            properties.insert("hs_communication_body".into(), body);
        }
        // A message itself never becomes a task.
        EntryObject::Note | EntryObject::Task => {
            properties.insert("hs_note_body".into(), body);
        }
    }
    if by_key {
        properties.insert(KEY_PROPERTY.into(), key.clone());
    }
    if let Some(owner) = owner_id {
        properties.insert("hubspot_owner_id".into(), owner.to_owned());
    }
    (key, Write::Entry { object, properties })
}

fn upkeep(event: &Event, settings: &Settings) -> BTreeMap<String, String> {
    let keep = settings.keep;
    let at = iso(event.sighting.occurred_at);
    let mut properties = BTreeMap::new();
    match event.sighting.kind {
        Kind::Sent | Kind::Fallback => {
            if keep.last_contacted {
                properties.insert(kept::LAST_CONTACTED.to_owned(), at);
            }
            if keep.imessage && event.sighting.kind == Kind::Fallback {
                properties.insert(kept::IMESSAGE.to_owned(), "false".to_owned());
            }
        }
        Kind::Reply => {
            if keep.last_reply {
                properties.insert(kept::LAST_REPLY.to_owned(), at);
            }
            if keep.last_reply_text {
                // One line of a property, not an archive: the whole text is in the entry.
                let text: String = event.sighting.text.chars().take(1_000).collect();
                properties.insert(kept::LAST_REPLY_TEXT.to_owned(), text);
            }
        }
        Kind::Delivered => {
            if keep.imessage && event.sighting.channel == crate::event::Channel::IMessage {
                properties.insert(kept::IMESSAGE.to_owned(), "true".to_owned());
            }
        }
        Kind::Failed | Kind::Opened => {}
    }
    properties
}

/// The key of an effect: the same on every machine that sees the same message, so that a second
/// desktop's write is refused as a repeat of the first one's.
pub fn effect_key(workspace_id: &str, event: &Event, write: &str) -> String {
    let sighting = &event.sighting;
    let parts = [
        "tuco-for-hubspot 1",
        workspace_id,
        &sighting.message_id,
        sighting.kind.as_str(),
        write,
    ];
    let digest = Sha256::digest(parts.join("\n"));
    let mut key = hex::encode(digest);
    key.truncate(32);
    key
}

/// The mark in the body of an entry that has no key property.
pub fn reference(key: &str) -> String {
    let short: String = key.chars().take(16).collect();
    format!("Tuco ref {short}")
}

/// ISO 8601 in UTC with milliseconds, as HubSpot writes it.
pub fn iso(at: Timestamp) -> String {
    chrono::DateTime::from_timestamp_millis(at)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
