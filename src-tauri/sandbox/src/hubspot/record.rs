//! One record of the portal and the shelf that records of its kind stand on: the strongly consistent
//! view. Uniqueness is decided here; searching looks at the index instead, which trails.

use super::index::Index;
use super::kind::Kind;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A property's present value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// The value; empty if it was cleared.
    pub(crate) text: Box<str>,
    /// Since when it is so, ms UTC.
    pub(crate) since: i64,
}

/// A value that a property once had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) name: Arc<str>,
    pub(crate) text: Box<str>,
    pub(crate) since: i64,
}

/// One record. Only what was written, and what costs too much to work out again, is held; the rest
/// is computed when somebody reads it.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) values: BTreeMap<Arc<str>, Held>,
    pub(crate) past: Vec<Past>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) archived_at: Option<i64>,
    /// Ids that were merged into this record.
    pub(crate) merged: Vec<u64>,
}

impl Record {
    /// A record without values.
    pub(crate) const fn new(kind: Kind, id: u64, now: i64) -> Self {
        Self {
            id,
            kind,
            values: BTreeMap::new(),
            past: Vec::new(),
            created_at: now,
            updated_at: now,
            archived_at: None,
            merged: Vec::new(),
        }
    }

    /// What a property holds; nothing if it was never set or is cleared.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(|held| &*held.text)
            .filter(|text| !text.is_empty())
    }

    /// Sets a value, or clears it with an empty one, and keeps the one before.
    pub(crate) fn set(&mut self, name: &Arc<str>, text: &str, now: i64) {
        if let Some(held) = self.values.get_mut(name) {
            if &*held.text == text {
                return;
            }
            let before = std::mem::replace(
                held,
                Held {
                    text: text.into(),
                    since: now,
                },
            );
            self.past.push(Past {
                name: Arc::clone(name),
                text: before.text,
                since: before.since,
            });
        } else {
            self.values.insert(
                Arc::clone(name),
                Held {
                    text: text.into(),
                    since: now,
                },
            );
        }
    }

    /// All addresses of a contact, lower-cased: the primary one first.
    pub(crate) fn emails(&self) -> impl Iterator<Item = &str> {
        self.text("email").into_iter().chain(
            self.text("hs_additional_emails")
                .into_iter()
                .flat_map(|text| text.split(';')),
        )
    }
}

/// What happened to a record: for the change journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) id: u64,
    pub(crate) at: i64,
    pub(crate) created: bool,
    /// What changed, and to what.
    pub(crate) values: BTreeMap<String, String>,
}

impl Change {
    fn between(before: Option<&Record>, now: &Record, at: i64) -> Self {
        let held = |name: &str| {
            let held = before.and_then(|before| before.values.get(name));
            held.map(|held| held.text.clone())
        };
        let values = now.values.iter();
        let values = values.filter(|(name, new)| held(name).as_ref() != Some(&new.text));
        Self {
            kind: now.kind,
            id: now.id,
            at,
            created: before.is_none(),
            values: values
                .map(|(name, held)| (name.to_string(), held.text.to_string()))
                .collect(),
        }
    }
}

/// The records of one kind.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) live: BTreeMap<u64, Arc<Record>>,
    pub(crate) archived: BTreeMap<u64, Arc<Record>>,
    /// From an id that was merged away to the one that survived.
    pub(crate) merged: BTreeMap<u64, u64>,
    /// By unique property, from value to owner. `email` stands here for contacts.
    pub(crate) taken: BTreeMap<Arc<str>, HashMap<Box<str>, u64>>,
    pub(crate) index: Index,
    /// What changed since somebody asked, once somebody did.
    changes: Option<Vec<Change>>,
    next_id: u64,
}

impl Shelf {
    /// An empty shelf.
    pub(crate) fn new(kind: Kind) -> Self {
        let mut taken = BTreeMap::new();
        if kind == Kind::Contact {
            taken.insert(Arc::from("email"), HashMap::new());
        }
        Self {
            live: BTreeMap::new(),
            archived: BTreeMap::new(),
            merged: BTreeMap::new(),
            taken,
            index: Index::new(kind),
            changes: None,
            next_id: kind.first_id(),
        }
    }

    /// The next free id.
    pub(crate) const fn take_id(&mut self, gap: u64) -> u64 {
        let id = self.next_id;
        self.next_id += 1 + gap;
        id
    }

    /// The record of this id, or of the one that it was merged into.
    pub(crate) fn resolve(&self, id: u64) -> Option<&Arc<Record>> {
        let id = self.merged.get(&id).copied().unwrap_or(id);
        self.live.get(&id)
    }

    /// Who holds this value of a unique property.
    pub(crate) fn owner_of(&self, property: &str, value: &str) -> Option<u64> {
        self.taken.get(property)?.get(value).copied()
    }

    /// Puts a record in the place of what stood there, and tells the index.
    pub(crate) fn put(&mut self, record: Record, now: i64) {
        let before = self.live.remove(&record.id);
        if let Some(changes) = &mut self.changes {
            changes.push(Change::between(before.as_deref(), &record, now));
        }
        if let Some(before) = before {
            self.release(&before);
        }
        self.claim(&record);
        let record = Arc::new(record);
        self.index.note(now, record.id, Some(Arc::clone(&record)));
        self.live.insert(record.id, record);
    }

    /// What changed since the last time; nothing the first time, from which on it is noted.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        self.changes.replace(Vec::new()).unwrap_or_default()
    }

    /// Takes a live record off the shelf, with its unique values freed.
    pub(crate) fn take(&mut self, id: u64, now: i64) -> Option<Arc<Record>> {
        let record = self.live.remove(&id)?;
        self.release(&record);
        self.index.note(now, id, None);
        Some(record)
    }

    fn claim(&mut self, record: &Record) {
        for (name, owners) in &mut self.taken {
            if &**name == "email" {
                for email in record.emails() {
                    owners.insert(email.into(), record.id);
                }
            } else if let Some(text) = record.text(name) {
                owners.insert(text.into(), record.id);
            }
        }
    }

    fn release(&mut self, record: &Record) {
        for (name, owners) in &mut self.taken {
            if &**name == "email" {
                for email in record.emails() {
                    owners.remove(email);
                }
            } else if let Some(text) = record.text(name) {
                owners.remove(text);
            }
        }
    }
}
