//! Writing to one person: what is written, and what became of it.

use super::preview::Preview;
use super::recipient::Way;
use super::send_state::{GuardReason, SendState};
use bridge::compose::Spelling as StoredSpelling;
use serde::{Deserialize, Serialize};
use specta::Type;

/// From which line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "line", deny_unknown_fields)]
pub(crate) enum LineChoice {
    /// The first of the preferred ones that has room, else Tuco chooses.
    Auto,
    /// The one that bears the name of the contact's owner.
    Owner,
    /// This one.
    Chosen {
        /// Tuco's id of it.
        id: String,
    },
}

/// By which way a draft is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WayChoice {
    /// By what is known.
    Auto,
    /// Apple's.
    IMessage,
    /// A text message.
    Sms,
    /// E-mail.
    Email,
}

impl WayChoice {
    pub(crate) fn way(self) -> Option<Way> {
        match self {
            Self::Auto => None,
            Self::IMessage => Some(Way::IMessage),
            Self::Sms => Some(Way::Sms),
            Self::Email => Some(Way::Email),
        }
    }
}

/// What happens where a message does not arrive: one of these, never two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FallbackChoice {
    /// Nothing.
    Nothing,
    /// Tuco's own text message.
    Tuco,
    /// A text message from here, on the same line.
    Sms,
    /// A task for the contact's owner.
    Task,
}

impl From<FallbackChoice> for bridge::fallback::Fallback {
    fn from(choice: FallbackChoice) -> Self {
        match choice {
            FallbackChoice::Nothing => Self::Nothing,
            FallbackChoice::Tuco => Self::Tuco,
            FallbackChoice::Sms => Self::Sms,
            FallbackChoice::Task => Self::Task,
        }
    }
}

/// A refusal that somebody answers for. It is logged with who and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Override {
    /// Which.
    pub(crate) reason: GuardReason,
    /// Why.
    pub(crate) why: String,
}

/// What a template asks for when it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct FilledIn {
    /// Its name.
    pub(crate) name: String,
    /// What the writer gave.
    pub(crate) value: String,
}

/// A message as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Draft {
    /// Made once by the page for this message: the same intent never goes out twice.
    pub(crate) intent: String,
    /// HubSpot's id.
    pub(crate) contact_id: String,
    /// By which way.
    pub(crate) way: WayChoice,
    /// From which line.
    pub(crate) line: LineChoice,
    /// With its places.
    pub(crate) text: String,
    /// Public addresses, at most two.
    pub(crate) attachments: Vec<String>,
    /// Not before this moment.
    pub(crate) at: Option<i64>,
    /// What happens where it does not arrive.
    pub(crate) fallback: FallbackChoice,
    /// The template that it was made of.
    pub(crate) template: Option<i64>,
    /// What was filled in for it.
    pub(crate) filled: Vec<FilledIn>,
    /// Refusals that are answered for.
    pub(crate) overrides: Vec<Override>,
}

/// What came of pressing Send.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "answer")]
#[expect(
    clippy::large_enum_variant,
    reason = "one at a time, and the page gets it as it is"
)]
pub(crate) enum Sent {
    /// Kept here; it leaves after `undoUntil`.
    #[serde(rename_all = "camelCase")]
    Accepted {
        /// Its id.
        send: i64,
        /// Until when it can be taken back.
        undo_until: i64,
    },
    /// Something else would arrive than what was seen, or it may not go: nothing was sent.
    Changed {
        /// What would arrive.
        preview: Preview,
    },
}

/// Whose a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldOf {
    /// The contact's.
    Contact,
    /// Its company's.
    Company,
    /// Its newest deal's.
    Deal,
    /// Its owner's.
    Owner,
    /// Whoever writes.
    Sender,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MergeFieldType {
    /// A text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of several.
    Choice,
    /// Yes or no.
    YesNo,
}

/// One way to write a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Spelling {
    /// As it is written.
    pub(crate) token: String,
    /// What comes of it.
    pub(crate) example: String,
}

/// A field that can stand in a text.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergeField {
    /// As in `contact.firstname`.
    pub(crate) path: String,
    /// Name to show.
    pub(crate) label: String,
    /// Whose.
    pub(crate) of: FieldOf,
    /// What it holds.
    #[serde(rename = "type")]
    pub(crate) kind: MergeFieldType,
    /// Its value for the contact at hand; none where it is empty.
    pub(crate) value: Option<String>,
    /// Every way to write it, the plain one first.
    pub(crate) written: Vec<Spelling>,
}

impl From<bridge::compose::MergeField> for MergeField {
    fn from(field: bridge::compose::MergeField) -> Self {
        Self {
            of: match field.path.split('.').next() {
                Some("company") => FieldOf::Company,
                Some("deal") => FieldOf::Deal,
                Some("owner") => FieldOf::Owner,
                Some("sender") => FieldOf::Sender,
                _ => FieldOf::Contact,
            },
            kind: match field.kind.as_str() {
                "number" => MergeFieldType::Number,
                "date" => MergeFieldType::Date,
                "datetime" => MergeFieldType::DateTime,
                "enumeration" => MergeFieldType::Choice,
                "bool" => MergeFieldType::YesNo,
                _ => MergeFieldType::Text,
            },
            path: field.path,
            label: field.label,
            value: field.value,
            written: field
                .spellings
                .into_iter()
                .map(|StoredSpelling { token, example }| Spelling { token, example })
                .collect(),
        }
    }
}

/// A message of ours that is not finished, or was lately.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnSend {
    /// Its id.
    pub(crate) send: i64,
    /// To whom.
    pub(crate) contact_id: String,
    /// May be empty.
    pub(crate) name: String,
    /// What it says.
    pub(crate) text: String,
    /// By which way.
    pub(crate) way: Way,
    /// When it was asked for.
    pub(crate) created_at: i64,
    /// Where it stands.
    pub(crate) state: SendState,
}

/// A draft that waits for its writer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptDraft {
    /// The draft.
    pub(crate) draft: Draft,
    /// Of the contact; may be empty.
    pub(crate) name: String,
    /// When it was kept.
    pub(crate) kept_at: i64,
}
