//! One message to many people: who they are, what each would get, and what became of it.

use super::compose::{FallbackChoice, FilledIn, LineChoice, WayChoice};
use super::recipient::Way;
use super::send_state::SendState;
use bridge::many::RowSeen;
use serde::{Deserialize, Serialize};
use specta::Type;

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "from", deny_unknown_fields)]
pub(crate) enum Audience {
    /// A list of HubSpot.
    List {
        /// Its id.
        list: String,
    },
    /// Whom words find, as in the contact finder.
    Search {
        /// The words.
        words: String,
    },
    /// A file that was chosen.
    File {
        /// Its number, from `chooseContactFile`.
        file: i64,
    },
    /// People picked by hand.
    Picked {
        /// HubSpot's ids.
        contacts: Vec<String>,
    },
}

/// What many get; the fields are filled in for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ManyDraft {
    /// Name of the run; may be empty.
    pub(crate) name: String,
    /// To whom.
    pub(crate) audience: Audience,
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
}

/// A list of HubSpot.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactList {
    /// Its id.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Members, where HubSpot says how many.
    pub(crate) size: Option<u64>,
    /// HubSpot keeps it up to date.
    pub(crate) active: bool,
}

/// A row of a file that can't be used.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BadRow {
    /// Its line, as a spreadsheet counts.
    pub(crate) row: i64,
    /// Why.
    pub(crate) why: String,
}

/// A CSV file that was chosen and checked row by row.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedFile {
    /// Its number, for the audience.
    pub(crate) file: i64,
    /// Its name.
    pub(crate) name: String,
    /// Rows in all.
    pub(crate) rows: u32,
    /// Rows that name somebody.
    pub(crate) found: u32,
    /// At most a hundred, in the order of the file.
    pub(crate) problems: Vec<BadRow>,
    /// How many problems in all.
    pub(crate) wrong: u32,
}

/// Why people are left out.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LeftOutReason {
    /// Which reason.
    pub(crate) reason: RowReason,
    /// In a few words.
    pub(crate) label: String,
    /// How many.
    pub(crate) count: u64,
}

/// Why somebody is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RowReason {
    /// The person said no more.
    OptedOut,
    /// They may have said so; a person has to read it.
    OptOutReview,
    /// The contact is not there any more.
    ContactGone,
    /// The owner asks for consent, and there is none.
    NoConsent,
    /// No usable address on this channel.
    NoAddress,
    /// It is quiet where they live.
    QuietHours,
    /// The line does not send.
    LineInactive,
    /// The line has no room left today.
    LineAtCap,
    /// The same text went to them within the last day.
    Duplicate,
    /// As many messages as are allowed a week.
    TooMany,
    /// The workspace is read-only.
    ReadOnly,
    /// The connection is not the one that is meant.
    WrongPortal,
    /// Not everything in it is known.
    Unresolved,
    /// A file can't go.
    BadAttachment,
    /// They are in it more than once.
    Again,
    /// Something else would have arrived than the dry run showed.
    Changed,
}

impl RowReason {
    /// A stored word; none for what is no reason to be left out.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "" => return None,
            "opted_out" => Self::OptedOut,
            "in_review" => Self::OptOutReview,
            "contact_gone" => Self::ContactGone,
            "no_consent" => Self::NoConsent,
            "no_address" | "bad_recipient" => Self::NoAddress,
            "quiet_hours" => Self::QuietHours,
            "line_inactive" => Self::LineInactive,
            "line_full" => Self::LineAtCap,
            "duplicate" => Self::Duplicate,
            "too_many" => Self::TooMany,
            "read_only" => Self::ReadOnly,
            "wrong_portal" => Self::WrongPortal,
            "bad_attachment" => Self::BadAttachment,
            "again" => Self::Again,
            "changed" => Self::Changed,
            _ => Self::Unresolved,
        })
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::OptedOut => "Opted out",
            Self::OptOutReview => "Waits for a decision about an opt-out",
            Self::ContactGone => "Contact gone",
            Self::NoConsent => "No consent",
            Self::NoAddress => "No usable address",
            Self::QuietHours => "Quiet hours",
            Self::LineInactive => "The line does not send",
            Self::LineAtCap => "Line at its cap",
            Self::Duplicate => "Had the same text within a day",
            Self::TooMany => "Had as many messages this week as are allowed",
            Self::ReadOnly => "Workspace read-only",
            Self::WrongPortal => "Wrong portal",
            Self::Unresolved => "A field without a value",
            Self::BadAttachment => "A file that can't go",
            Self::Again => "Named more than once",
            Self::Changed => "Changed since the dry run",
        }
    }
}

/// How a line is used by a run.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineShare {
    /// Tuco's id of it; empty for whichever has room.
    pub(crate) line: String,
    /// Its name.
    pub(crate) label: String,
    /// How many messages.
    pub(crate) messages: u64,
    /// In words: "38 today, 12 tomorrow".
    pub(crate) spread: String,
}

/// What would happen, counted. Nothing was sent.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManyDryRun {
    /// Of exactly this: what it lists is what happens.
    pub(crate) run: i64,
    /// Everybody.
    pub(crate) people: u64,
    /// Who gets it.
    pub(crate) going: u64,
    /// Who does not.
    pub(crate) left_out: u64,
    /// Why, the most frequent first.
    pub(crate) reasons: Vec<LeftOutReason>,
    /// Lines.
    pub(crate) lines: Vec<LineShare>,
    /// When the first one goes.
    pub(crate) first_at: i64,
    /// When the last one goes.
    pub(crate) last_at: i64,
    /// SMS segments in all; none where nothing goes as an SMS.
    pub(crate) segments: Option<u64>,
    /// In sentences.
    pub(crate) warnings: Vec<String>,
    /// What has to be typed to start; empty up to 25 people.
    pub(crate) type_to_start: String,
}

/// How far a dry run is.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Looked {
    /// People so far.
    pub(crate) people: u64,
    /// In all.
    pub(crate) of: Option<u64>,
}

/// One person of a dry run or of a run.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManyRow {
    /// Its place.
    pub(crate) row: i64,
    /// HubSpot's id; may be empty.
    pub(crate) contact_id: String,
    /// May be empty.
    pub(crate) name: String,
    /// Number or address.
    pub(crate) to: String,
    /// As it arrives; empty for who is left out.
    pub(crate) text: String,
    /// By which way.
    pub(crate) way: Option<Way>,
    /// Name of the line; empty where Tuco chooses.
    pub(crate) line: String,
    /// When it goes.
    pub(crate) at: Option<i64>,
    /// Why this person is left out, in a sentence; empty for who gets it.
    pub(crate) left_out: String,
    /// The same as a word.
    pub(crate) reason: Option<RowReason>,
    /// None where nothing has left yet.
    pub(crate) state: Option<SendState>,
}

impl ManyRow {
    pub(crate) fn of(row: i64, contact_id: String, seen: RowSeen) -> Self {
        Self {
            row,
            contact_id,
            name: seen.name,
            to: seen.to,
            text: seen.text,
            way: seen.channel.map(Into::into),
            line: seen.line,
            at: seen.at,
            left_out: seen.sentence,
            reason: None,
            state: None,
        }
    }
}

/// A part of the rows.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ManyPage {
    /// The rows.
    pub(crate) rows: Vec<ManyRow>,
    /// How many in all.
    pub(crate) total: u64,
}

/// Which rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ManyFilter {
    /// All.
    All,
    /// Who gets it.
    Going,
    /// Who is left out.
    LeftOut,
    /// What went out.
    Done,
    /// What waits.
    Open,
    /// What failed, or nobody knows.
    Failed,
}

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "state")]
pub(crate) enum RunState {
    /// Under way.
    Running,
    /// Those that are left wait.
    Waiting {
        /// Until when.
        until: i64,
        /// In a sentence.
        why: String,
    },
    /// Somebody said to wait.
    Paused {
        /// When.
        at: i64,
        /// Who.
        by: String,
    },
    /// Something that holds for all, such as a workspace that is read-only.
    Stopped {
        /// When.
        at: i64,
        /// In a sentence.
        why: String,
    },
    /// Everybody was reached or left out.
    Finished {
        /// When.
        at: i64,
    },
    /// Nobody who has not got it yet gets it.
    Cancelled {
        /// When.
        at: i64,
        /// Who.
        by: String,
    },
}

/// A run.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    /// Its id.
    pub(crate) run: i64,
    /// Its name; may be empty.
    pub(crate) name: String,
    /// When it was started.
    pub(crate) started_at: i64,
    /// Who started it.
    pub(crate) started_by: String,
    /// Where it stands.
    pub(crate) state: RunState,
    /// Everybody.
    pub(crate) people: u64,
    /// Handed to Tuco, delivered ones included.
    pub(crate) sent: u64,
    /// Delivered.
    pub(crate) delivered: u64,
    /// Failed.
    pub(crate) failed: u64,
    /// Of which nobody knows.
    pub(crate) unknown: u64,
    /// Left out.
    pub(crate) left_out: u64,
    /// Yet to go.
    pub(crate) waiting: u64,
    /// When the next one that waits goes.
    pub(crate) last_at: Option<i64>,
}
