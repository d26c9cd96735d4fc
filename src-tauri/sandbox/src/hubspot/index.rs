//! The search index of one kind: a second view that trails the first by a delay, in both directions.
//! A new value is not found yet, an old one still is, and a deleted record still answers.

use super::kind::Kind;
use super::record::Record;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A record as the index knows it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) record: Arc<Record>,
    /// What a free-text query looks through, in lower case.
    pub(crate) words: Box<str>,
}

#[derive(Debug)]
struct Pending {
    at: i64,
    id: u64,
    record: Option<Arc<Record>>,
}

/// Ids in ascending order, by lower-cased value.
type Values = BTreeMap<Box<str>, Vec<u64>>;

/// The index of one kind.
#[derive(Debug)]
pub(crate) struct Index {
    kind: Kind,
    pub(crate) entries: BTreeMap<u64, Entry>,
    values: BTreeMap<Arc<str>, Values>,
    pending: VecDeque<Pending>,
}

impl Index {
    /// An empty index.
    pub(crate) fn new(kind: Kind) -> Self {
        let values = kind
            .indexed_properties()
            .iter()
            .map(|name| (Arc::from(*name), Values::new()))
            .collect();
        Self {
            kind,
            entries: BTreeMap::new(),
            values,
            pending: VecDeque::new(),
        }
    }

    /// Makes values of one more property quick to find.
    pub(crate) fn cover(&mut self, name: &Arc<str>) {
        if self.values.contains_key(name) {
            return;
        }
        let mut values = Values::new();
        for (id, entry) in &self.entries {
            if let Some(text) = entry.record.text(name) {
                values
                    .entry(text.to_lowercase().into())
                    .or_default()
                    .push(*id);
            }
        }
        self.values.insert(Arc::clone(name), values);
    }

    /// Something was written; it will show once the delay has passed.
    pub(crate) fn note(&mut self, at: i64, id: u64, record: Option<Arc<Record>>) {
        self.pending.push_back(Pending { at, id, record });
    }

    /// Takes in what was written at or before `until`, ms UTC.
    pub(crate) fn advance(&mut self, until: i64) {
        while self
            .pending
            .front()
            .is_some_and(|pending| pending.at <= until)
        {
            let Some(pending) = self.pending.pop_front() else {
                break;
            };
            self.remove(pending.id);
            if let Some(record) = pending.record {
                self.insert(record);
            }
        }
    }

    /// Takes in all that was written.
    pub(crate) fn settle(&mut self) {
        self.advance(i64::MAX);
    }

    /// Whether values of this property are held here.
    pub(crate) fn covers(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Who has this lower-cased value.
    pub(crate) fn with_value(&self, name: &str, lower: &str) -> &[u64] {
        self.values
            .get(name)
            .and_then(|values| values.get(lower))
            .map_or(&[], Vec::as_slice)
    }

    /// Every value of a covered property with who has it.
    pub(crate) fn all_values(&self, name: &str) -> impl Iterator<Item = (&str, &[u64])> {
        self.values
            .get(name)
            .into_iter()
            .flat_map(|values| values.iter().map(|(text, ids)| (&**text, ids.as_slice())))
    }

    fn insert(&mut self, record: Arc<Record>) {
        for (name, values) in &mut self.values {
            if let Some(text) = record.text(name) {
                let ids = values.entry(text.to_lowercase().into()).or_default();
                if let Err(place) = ids.binary_search(&record.id) {
                    ids.insert(place, record.id);
                }
            }
        }
        let mut words = String::new();
        for text in self
            .kind
            .query_properties()
            .iter()
            .filter_map(|name| record.text(name))
        {
            words.push_str(&text.to_lowercase());
            words.push('\n');
        }
        let id = record.id;
        self.entries.insert(
            id,
            Entry {
                record,
                words: words.into(),
            },
        );
    }

    fn remove(&mut self, id: u64) {
        let Some(entry) = self.entries.remove(&id) else {
            return;
        };
        for (name, values) in &mut self.values {
            let Some(text) = entry.record.text(name) else {
                continue;
            };
            let lower = text.to_lowercase();
            if let Some(ids) = values.get_mut(lower.as_str()) {
                ids.retain(|other| *other != id);
                if ids.is_empty() {
                    values.remove(lower.as_str());
                }
            }
        }
    }
}
