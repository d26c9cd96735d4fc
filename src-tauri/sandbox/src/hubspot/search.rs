//! Search: looks at the index, which trails. What can be answered from an index of values is; the
//! rest looks at every record once.

mod filter;

use super::Portal;
use super::computed;
use super::errors::Refusal;
use super::index::Index;
use super::kind::Kind;
use super::objects::paging;
use super::record::Record;
use super::render::{self, Wanted};
use super::route::{Answer, Call};
use super::validation::moment;
use crate::message::HttpResponse;
use filter::Filter;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

const MOST_GROUPS: usize = 5;
const MOST_IN_A_GROUP: usize = 6;
const MOST_FILTERS: usize = 18;
const LONGEST_BODY: usize = 3_000;
const LARGEST_PAGE: usize = 200;
const WINDOW: usize = 10_000;

/// `POST …/{type}/search`.
pub(crate) fn answer(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let until = call.now.saturating_sub(portal.options.index_lag_ms);
    portal.shelf_mut(kind).index.advance(until);
    let text = String::from_utf8_lossy(&call.request.body);
    if text.chars().count() > LONGEST_BODY {
        return Err(Refusal::validation(format!(
            "The request body must not be longer than {LONGEST_BODY} characters."
        )));
    }
    let query = Query::read(portal, kind, &call.json()?)?;
    let portal = &*portal;
    let mut found = query.find(portal, kind);
    query.sort(portal, &mut found);
    let total = found.len();
    let end = query.after.saturating_add(query.limit).min(total);
    let page = found.get(query.after..end).unwrap_or_default();
    let results: Vec<Value> = page
        .iter()
        .map(|record| Value::Object(render::record(portal, record, &query.wanted)))
        .collect();
    let mut body = json!({"total": total, "results": results});
    if let (true, Value::Object(body)) = (end < total, &mut body) {
        body.insert(
            "paging".to_owned(),
            paging(&call.request.path, &end.to_string()),
        );
    }
    Ok(HttpResponse::json(200, &body))
}

/// A request for a search, read and checked.
#[derive(Debug)]
struct Query {
    words: Vec<String>,
    groups: Vec<Vec<Filter>>,
    sort: Option<(String, bool)>,
    wanted: Wanted,
    limit: usize,
    after: usize,
    additional_emails: bool,
}

impl Query {
    fn read(portal: &Portal, kind: Kind, body: &Value) -> Result<Self, Refusal> {
        let list = |field: &str| {
            body.get(field)
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let mut raw_groups: Vec<&[Value]> = Vec::new();
        for group in list("filterGroups") {
            let filters = group.get("filters").and_then(Value::as_array);
            raw_groups.push(filters.map(Vec::as_slice).unwrap_or_default());
        }
        if !list("filters").is_empty() {
            raw_groups.push(list("filters"));
        }
        check_counts(&raw_groups)?;
        let groups = raw_groups
            .into_iter()
            .map(|group| {
                group
                    .iter()
                    .map(|one| Filter::read(portal, kind, one))
                    .collect()
            })
            .collect::<Result<Vec<Vec<Filter>>, Refusal>>()?;
        let words = body
            .get("query")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let names = list("properties")
            .iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned);
        let limit = number(body.get("limit"), 10)?;
        let after = number(body.get("after"), 0)?;
        if limit == 0 || limit > LARGEST_PAGE {
            return Err(Refusal::validation(format!(
                "Invalid limit: {limit}. The limit must be between 1 and {LARGEST_PAGE}."
            )));
        }
        if after.saturating_add(limit) > WINDOW {
            return Err(Refusal::validation(format!(
                "The search would go beyond {WINDOW} results: after is {after}, limit is {limit}."
            )));
        }
        Ok(Self {
            words: words
                .to_lowercase()
                .split_whitespace()
                .map(ToOwned::to_owned)
                .collect(),
            groups,
            sort: read_sort(portal, kind, list("sorts"))?,
            wanted: Wanted::named(names.collect()),
            limit,
            after,
            additional_emails: portal.options.email_eq_matches_additional,
        })
    }

    fn find(&self, portal: &Portal, kind: Kind) -> Vec<Arc<Record>> {
        let index = &portal.shelf(kind).index;
        if self.groups.is_empty() {
            return index
                .entries
                .values()
                .filter(|entry| has_words(&entry.words, &self.words))
                .map(|entry| Arc::clone(&entry.record))
                .collect();
        }
        let mut ids: BTreeSet<u64> = BTreeSet::new();
        let mut slow: Vec<&Vec<Filter>> = Vec::new();
        for group in &self.groups {
            match self.candidates(index, group) {
                Some(some) => ids.extend(some.into_iter().filter(|id| {
                    index
                        .entries
                        .get(id)
                        .is_some_and(|entry| self.fits(portal, group, &entry.record))
                })),
                None => slow.push(group),
            }
        }
        if !slow.is_empty() {
            for (id, entry) in &index.entries {
                if slow
                    .iter()
                    .any(|group| self.fits(portal, group, &entry.record))
                {
                    ids.insert(*id);
                }
            }
        }
        ids.into_iter()
            .filter_map(|id| index.entries.get(&id))
            .filter(|entry| has_words(&entry.words, &self.words))
            .map(|entry| Arc::clone(&entry.record))
            .collect()
    }

    /// Who may fit a group, by the filter that an index answers with the fewest; nothing if no index
    /// helps.
    fn candidates(&self, index: &Index, group: &[Filter]) -> Option<Vec<u64>> {
        group
            .iter()
            .filter_map(|filter| filter.candidates(index, self.additional_emails))
            .min_by_key(Vec::len)
    }

    fn fits(&self, portal: &Portal, group: &[Filter], record: &Record) -> bool {
        group
            .iter()
            .all(|filter| filter.fits(portal, record, self.additional_emails))
    }

    fn sort(&self, portal: &Portal, found: &mut [Arc<Record>]) {
        let Some((name, descending)) = &self.sort else {
            found.sort_by_key(|record| (record.created_at, record.id));
            return;
        };
        found.sort_by_cached_key(|record| (Key::of(portal, record, name, *descending), record.id));
    }
}

/// What records are ordered by. Those without a value come last.
#[derive(Debug, PartialEq)]
struct Key {
    number: Option<f64>,
    text: Option<String>,
    descending: bool,
}

impl Key {
    fn of(portal: &Portal, record: &Record, name: &str, descending: bool) -> Self {
        let kind = record.kind;
        let whole = |number: i64| Self {
            number: Some(to_float(number)),
            text: None,
            descending,
        };
        if name == kind.created_property() {
            return whole(record.created_at);
        }
        if name == kind.modified_property() {
            return whole(record.updated_at);
        }
        if name == "hs_object_id" {
            return whole(i64::try_from(record.id).unwrap_or(i64::MAX));
        }
        let text = computed::text(portal, record, name);
        let Some(text) = text.as_deref().or_else(|| record.text(name)) else {
            return Self {
                number: None,
                text: None,
                descending,
            };
        };
        let number = match portal
            .catalogue(kind)
            .get(name)
            .map(|found| found.type_name.as_str())
        {
            Some("number") => text.parse::<f64>().ok(),
            Some("date" | "datetime") => moment(text).map(to_float),
            _ => None,
        };
        let text = number.is_none().then(|| text.to_lowercase());
        Self {
            number,
            text,
            descending,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "times and ids lie far below 2^53"
)]
const fn to_float(number: i64) -> f64 {
    number as f64
}

impl Eq for Key {}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let empty = |key: &Self| key.number.is_none() && key.text.is_none();
        match (empty(self), empty(other)) {
            (false, false) => {
                let order = match (self.number, other.number) {
                    (Some(one), Some(two)) => one.total_cmp(&two),
                    _ => self.text.cmp(&other.text),
                };
                if self.descending {
                    order.reverse()
                } else {
                    order
                }
            }
            (one, two) => one.cmp(&two),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn check_counts(groups: &[&[Value]]) -> Result<(), Refusal> {
    let total: usize = groups.iter().map(|group| group.len()).sum();
    let message = if groups.len() > MOST_GROUPS {
        format!(
            "A search may have at most {MOST_GROUPS} filter groups; this one has {}.",
            groups.len()
        )
    } else if groups.iter().any(|group| group.len() > MOST_IN_A_GROUP) {
        format!("A filter group may have at most {MOST_IN_A_GROUP} filters.")
    } else if total > MOST_FILTERS {
        format!("A search may have at most {MOST_FILTERS} filters; this one has {total}.")
    } else {
        return Ok(());
    };
    Err(Refusal::validation(message))
}

/// A number that may be written as text.
fn number(value: Option<&Value>, default: usize) -> Result<usize, Refusal> {
    let read = match value {
        None | Some(Value::Null) => return Ok(default),
        Some(Value::String(text)) if text.is_empty() => return Ok(default),
        Some(Value::String(text)) => text.parse::<usize>().ok(),
        Some(Value::Number(number)) => number.as_u64().and_then(|one| usize::try_from(one).ok()),
        Some(_) => None,
    };
    read.ok_or_else(|| Refusal::validation("Paging must be given in whole numbers."))
}

/// One rule at most, as an object or as text: `-createdate` is descending.
fn read_sort(
    portal: &Portal,
    kind: Kind,
    sorts: &[Value],
) -> Result<Option<(String, bool)>, Refusal> {
    let [sort] = sorts else {
        return if sorts.is_empty() {
            Ok(None)
        } else {
            Err(Refusal::validation("A search takes one sort only."))
        };
    };
    let (name, descending) = match sort {
        Value::String(text) => (
            text.trim_start_matches('-').to_owned(),
            text.starts_with('-'),
        ),
        other => {
            let name = other
                .get("propertyName")
                .and_then(Value::as_str)
                .unwrap_or_default();
            let direction = other
                .get("direction")
                .and_then(Value::as_str)
                .unwrap_or_default();
            (name.to_owned(), direction == "DESCENDING")
        }
    };
    if portal.catalogue(kind).get(&name).is_none() {
        return Err(Refusal::new(400, "There was a problem with the request."));
    }
    Ok(Some((name, descending)))
}

/// Whether every word begins a word of the text.
fn has_words(text: &str, words: &[String]) -> bool {
    words.iter().all(|word| {
        text.match_indices(word.as_str()).any(|(place, _)| {
            let before = text
                .get(..place)
                .and_then(|before| before.chars().next_back());
            !before.is_some_and(char::is_alphanumeric)
        })
    })
}
