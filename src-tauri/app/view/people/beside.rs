//! What a person has beside them in HubSpot.

use bridge::people::also::Extra;
use bridge::people::beside::{Line, Section};
use serde::Serialize;
use specta::Type;

/// A switch of what is read beside people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ExtraShown {
    /// Its word, which is the name of the switch.
    pub(crate) extra: String,
    /// What it needs and costs.
    pub(crate) says: String,
    /// Scopes that the key is known to lack; any one of them may be enough.
    pub(crate) lacks: Vec<String>,
}

impl ExtraShown {
    pub(crate) fn of(extra: Extra, portal: &mapping::portal::Portal) -> Self {
        let has = |scope: &&&str| {
            let known = portal.scopes.as_ref();
            known.is_none_or(|scopes| scopes.contains(**scope))
        };
        let scopes = extra.scopes().iter();
        let lacks: Vec<String> = if extra == Extra::Tickets && scopes.clone().any(|one| has(&one)) {
            Vec::new()
        } else {
            scopes
                .filter(|one| !has(one))
                .map(|one| (*one).to_owned())
                .collect()
        };
        Self {
            extra: extra.word().to_owned(),
            says: extra.says().to_owned(),
            lacks,
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
    /// Scopes that the key lacks.
    pub(crate) missing_scopes: Vec<String>,
    /// When it was read.
    pub(crate) read_at: i64,
}

impl From<Section> for BesideSection {
    fn from(section: Section) -> Self {
        Self {
            kind: section.kind,
            label: section.label,
            lines: section.lines.into_iter().map(Into::into).collect(),
            total: section.total,
            missing_scopes: section.missing_scopes,
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
