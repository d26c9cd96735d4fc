//! What a person has beside them in HubSpot.

use bridge::people::also::{Extra, in_want, remedy};
use bridge::people::beside::{Line, Section};
use bridge::store::Method;
use mapping::portal::Portal;
use serde::Serialize;
use specta::Type;

/// Of these HubSpot leaves the text out, where a scope is lacking.
const EMAILS: &str = "emails";

/// A switch of what is read beside people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ExtraShown {
    /// Its word, which is the name of the switch.
    pub(crate) extra: String,
    /// What it needs and costs.
    pub(crate) says: String,
    /// What it can't do for want of scopes, and what to do about that; empty where nothing is known to be
    /// lacking.
    pub(crate) lack: String,
}

impl ExtraShown {
    pub(crate) fn of(extra: Extra, portal: &Portal, method: Method) -> Self {
        let lacks = extra.lacks(portal.scopes.as_ref());
        Self {
            extra: extra.word().to_owned(),
            says: extra.says().to_owned(),
            lack: in_want(&lacks, method).unwrap_or_default(),
        }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct BesideLine {
    /// Its id.
    pub(crate) id: String,
    /// Name or subject; may be empty.
    pub(crate) title: String,
    /// Plain text; may be empty.
    pub(crate) text: String,
    /// Label of the stage; may be empty.
    pub(crate) stage: String,
    /// Whether that is an end.
    pub(crate) closed: bool,
    /// Amount and currency; may be empty.
    pub(crate) amount: String,
    /// The day on which it closes; may be empty.
    pub(crate) closes: String,
    /// Whose it is; may be empty.
    pub(crate) owner: String,
    /// What else is to be known; may be empty.
    pub(crate) note: String,
    /// When it was.
    pub(crate) at: Option<i64>,
}

impl From<Line> for BesideLine {
    fn from(line: Line) -> Self {
        Self {
            id: line.id,
            title: line.title,
            text: line.text,
            stage: line.stage,
            closed: line.closed,
            amount: line.amount,
            closes: line.closes,
            owner: line.owner,
            note: line.note,
            at: line.at,
        }
    }
}

/// Everything of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BesideSection {
    /// Of which records.
    pub(crate) kind: String,
    /// What they are called.
    pub(crate) label: String,
    /// The newest first.
    pub(crate) lines: Vec<BesideLine>,
    /// How many there are in HubSpot.
    pub(crate) total: usize,
    /// Whether they can't be read, for want of a scope.
    pub(crate) barred: bool,
    /// What to do where a scope is lacking, for these or for a part of them; empty where none is.
    pub(crate) todo: String,
    /// When it was read.
    pub(crate) read_at: i64,
}

impl BesideSection {
    pub(crate) fn of(section: Section, portal: &Portal, method: Method) -> Self {
        let barred = !section.missing_scopes.is_empty();
        let todo = if barred {
            remedy(&section.missing_scopes.join(" or "), method)
        } else if section.kind == EMAILS {
            let lacks = Extra::Engagements.lacks(portal.scopes.as_ref());
            in_want(&lacks, method).unwrap_or_default()
        } else {
            String::new()
        };
        Self {
            kind: section.kind,
            label: section.label,
            lines: section.lines.into_iter().map(Into::into).collect(),
            total: section.total,
            barred,
            todo,
            read_at: section.read_at,
        }
    }
}

/// What a person has beside them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonBeside {
    /// Whether anything of it is switched on.
    pub(crate) on: bool,
    /// What was read.
    pub(crate) sections: Vec<BesideSection>,
}
