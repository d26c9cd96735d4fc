//! Lists, who is on them, and pipelines.

use crate::lenient;
use serde_json::Value;
use wire::Timestamp;

/// A list of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactList {
    /// Its number.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many are on it, where told.
    pub size: Option<u64>,
    /// Whether HubSpot keeps it up to date by a filter.
    pub dynamic: bool,
}

impl ContactList {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let size = value
            .get("additionalProperties")
            .and_then(|more| lenient::whole(more.get("hs_list_size")))
            .or_else(|| lenient::whole(value.get("size")));
        Some(Self {
            id: lenient::id(value.get("listId"))?,
            name: lenient::text(value.get("name")).unwrap_or_default(),
            size: size.and_then(|size| u64::try_from(size).ok()),
            dynamic: lenient::text(value.get("processingType")).as_deref() == Some("DYNAMIC"),
        })
    }
}

/// A page of lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPage {
    /// The lists.
    pub lists: Vec<ContactList>,
    /// Where the next page begins; none on the last one.
    pub next: Option<u64>,
}

/// A page of who is on a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberPage {
    /// Ids of records.
    pub ids: Vec<String>,
    /// Where the next page begins; none on the last one.
    pub after: Option<String>,
}

/// A page of who joined a list and when, the first to join first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinPage {
    /// Ids of records with the moment of joining.
    pub joined: Vec<(String, Timestamp)>,
    /// Where the next page begins; none on the last one.
    pub after: Option<String>,
}

/// A pipeline of deals or tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Its stages.
    pub stages: Vec<Stage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What is stored.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Whether a record in it is closed.
    pub closed: bool,
    /// Whether it is closed and won.
    pub won: bool,
}

impl Pipeline {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let id = lenient::id(value.get("id"))?;
        Some(Self {
            label: lenient::filled(value.get("label")).unwrap_or_else(|| id.clone()),
            stages: lenient::items(value.get("stages"))
                .iter()
                .filter_map(Stage::read)
                .collect(),
            id,
        })
    }
}

impl Stage {
    fn read(value: &Value) -> Option<Self> {
        let id = lenient::id(value.get("id"))?;
        let more = |field: &str| {
            value
                .get("metadata")
                .and_then(|more| more.get(field))
                .cloned()
        };
        let chance = lenient::text(more("probability").as_ref());
        let chance: Option<f64> = chance.and_then(|chance| chance.parse().ok());
        let ticket =
            lenient::text(more("ticketState").as_ref()).is_some_and(|state| state == "CLOSED");
        let closed = lenient::flag(more("isClosed").as_ref()).unwrap_or(ticket);
        Some(Self {
            label: lenient::filled(value.get("label")).unwrap_or_else(|| id.clone()),
            closed,
            won: closed && chance.is_some_and(|chance| chance >= 1.0),
            id,
        })
    }
}
