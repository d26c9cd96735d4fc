//! The log as a list.

use super::words::{Kind, MessageChannel, ReasonCode, Stage};
use bridge::event::Event;
use bridge::explain::in_short;
use bridge::store::{ActivityFilter, ActivityPage, Start};
use serde::{Deserialize, Serialize};
use specta::Type;

/// A row shows one line; more of a text than this is in the story.
const MOST_TEXT: usize = 280;

/// Which events. Empty lists and empty words let everything through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Filter {
    /// Words in the text, the name, the number or the address; the last may be a beginning. Found
    /// events come in the order of arrival.
    pub(crate) search: String,
    /// Any of these kinds.
    pub(crate) kinds: Vec<Kind>,
    /// Any of these states.
    pub(crate) stages: Vec<Stage>,
    /// Any of these reasons.
    pub(crate) reasons: Vec<ReasonCode>,
    /// Only of this line: Tuco's id of it.
    pub(crate) line: Option<String>,
    /// Only of this contact: HubSpot's id of it.
    pub(crate) contact: Option<String>,
    /// Not before this moment, in milliseconds.
    pub(crate) from: Option<i64>,
    /// Before this moment.
    pub(crate) to: Option<i64>,
}

impl Filter {
    pub(crate) fn of(self, connection: i64) -> ActivityFilter {
        ActivityFilter {
            connection,
            search: self.search,
            kinds: self.kinds.into_iter().map(Into::into).collect(),
            stages: self.stages.into_iter().map(Into::into).collect(),
            reasons: self
                .reasons
                .into_iter()
                .map(|code| code.stored().to_owned())
                .collect(),
            line: self.line,
            contact: self.contact,
            from: self.from,
            to: self.to,
        }
    }
}

/// A place in the list: that of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowPlace {
    /// `occurredAt` of the row.
    pub(crate) at: i64,
    /// Its id.
    pub(crate) id: i64,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "from")]
pub(crate) enum PageStart {
    /// At the newest.
    Newest,
    /// Older than this row.
    Below {
        /// The last row that is there.
        place: RowPlace,
    },
    /// Newer than this row: those nearest to it.
    Above {
        /// The first row that is there.
        place: RowPlace,
    },
    /// At the newest event that is not after this moment. Not for words.
    Time {
        /// In milliseconds.
        at: i64,
    },
    /// So many rows from the top, as a scroll bar says. Not for words.
    Position {
        /// From 0.
        above: u64,
    },
}

impl From<PageStart> for Start {
    fn from(start: PageStart) -> Self {
        match start {
            PageStart::Newest => Self::Newest,
            PageStart::Below { place } => Self::Below((place.at, place.id)),
            PageStart::Above { place } => Self::Above((place.at, place.id)),
            PageStart::Time { at } => Self::At(at),
            PageStart::Position { above } => Self::Position(above),
        }
    }
}

/// One event as a row.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    /// Grows with the order of arrival.
    pub(crate) id: i64,
    /// Tuco's id of the message.
    pub(crate) message_id: String,
    /// What happened.
    pub(crate) kind: Kind,
    /// How it travelled.
    pub(crate) channel: MessageChannel,
    /// The other side's name, as Tuco has it.
    pub(crate) name: Option<String>,
    /// The other side's number, else address.
    pub(crate) address: Option<String>,
    /// The beginning of the text.
    pub(crate) text: String,
    /// Whether the text goes on.
    pub(crate) text_goes_on: bool,
    /// How many files came with it.
    pub(crate) files: u32,
    /// Where it stands.
    pub(crate) stage: Stage,
    /// Why, where there is a reason.
    pub(crate) reason: Option<ReasonCode>,
    /// The reason in a few words; empty where there is none.
    pub(crate) reason_text: String,
    /// HubSpot's id of the contact, once it is known.
    pub(crate) contact_id: Option<String>,
    /// Tuco's id of the line.
    pub(crate) line_id: Option<String>,
    /// When it happened, by Tuco's clock.
    pub(crate) occurred_at: i64,
    /// When it was first seen here.
    pub(crate) seen_at: i64,
}

impl From<&Event> for Row {
    fn from(event: &Event) -> Self {
        let sighting = &event.sighting;
        let text: String = sighting.text.chars().take(MOST_TEXT).collect();
        Self {
            id: event.id,
            message_id: sighting.message_id.clone(),
            kind: sighting.kind.into(),
            channel: sighting.channel.into(),
            name: sighting.name.clone(),
            address: sighting.phone.clone().or_else(|| sighting.email.clone()),
            text_goes_on: text.len() < sighting.text.len(),
            text,
            files: u32::try_from(sighting.attachments.len()).unwrap_or(u32::MAX),
            stage: event.stage.into(),
            reason: event.reason.as_ref().map(Into::into),
            reason_text: event.reason.as_ref().map(in_short).unwrap_or_default(),
            contact_id: event.contact_id.clone(),
            line_id: sighting.line_id.clone(),
            occurred_at: sighting.occurred_at,
            seen_at: event.seen_at,
        }
    }
}

/// A part of the list, newest first.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Page {
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// Whether there are newer ones.
    pub(crate) more_above: bool,
    /// Whether there are older ones.
    pub(crate) more_below: bool,
    /// How many rows are above the first one, after a jump.
    pub(crate) above: Option<u64>,
}

impl From<ActivityPage> for Page {
    fn from(page: ActivityPage) -> Self {
        Self {
            rows: page.events.iter().map(Row::from).collect(),
            more_above: page.more_above,
            more_below: page.more_below,
            above: page.above,
        }
    }
}

/// A filter that was kept under a name.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeptView {
    /// Its id.
    pub(crate) id: i64,
    /// Its name.
    pub(crate) name: String,
    /// What it lets through.
    pub(crate) filter: Filter,
}

/// A contact of HubSpot to choose from.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundContact {
    /// HubSpot's id.
    pub(crate) id: String,
    /// May be empty.
    pub(crate) name: String,
    /// E-mail address.
    pub(crate) email: Option<String>,
    /// Number.
    pub(crate) phone: Option<String>,
    /// Company.
    pub(crate) company: Option<String>,
}

impl From<bridge::by_hand::FoundContact> for FoundContact {
    fn from(found: bridge::by_hand::FoundContact) -> Self {
        let bridge::by_hand::FoundContact {
            id,
            name,
            email,
            phone,
            company,
        } = found;
        Self {
            id,
            name,
            email,
            phone,
            company,
        }
    }
}

impl From<bridge::store::KnownContact> for FoundContact {
    fn from(known: bridge::store::KnownContact) -> Self {
        Self {
            id: known.contact_id,
            name: known.name.unwrap_or_default(),
            email: known.email,
            phone: known.phone,
            company: None,
        }
    }
}
