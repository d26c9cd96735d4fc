//! How many contacts the conditions of a rule fit now, by one search; and the names of contacts.
//!
//! HubSpot's search knows properties of contacts and groups of and/or. What it can't be asked for (a
//! company, a deal, an end of a text) is left out of an "and", which makes the number the most that it can
//! be; left out of an "or" it would say nothing.

use super::kind_of;
use crate::by_hand::as_found;
use crate::engine::Engine;
use crate::trouble::Trouble;
use ::rules::condition::{Condition, Operator, Test};
use ::rules::field::Object;
use ::rules::rule::Rule;
use chrono::{DateTime, Days, NaiveDate, Utc};
use hubspot::{Filter, ObjectKind, Operator as Asks, Search};
use std::collections::BTreeMap;

/// A search shows ten thousand records; fewer are looked at one by one.
pub(super) const MOST_FOUND: u64 = 9_800;
/// Contacts that are read at once.
const MOST_READ: usize = 100;

/// How the number is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// So many.
    Exact,
    /// So many at most: a part of the conditions can't be asked for.
    AtMost,
    /// It can't be asked for.
    Unknown,
}

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// None where nobody knows.
    pub people: Option<u64>,
    /// How it is meant.
    pub bound: Bound,
}

impl Count {
    const UNKNOWN: Self = Self {
        people: None,
        bound: Bound::Unknown,
    };

    /// For a person.
    pub fn in_words(&self) -> String {
        let Some(people) = self.people else {
            return "HubSpot's search can't count these conditions. A dry run shows whom they fit."
                .to_owned();
        };
        let contacts = if people == 1 { "contact" } else { "contacts" };
        match self.bound {
            Bound::AtMost => format!(
                "At most {people} {contacts} fit now: a part of the conditions can't be counted by a search."
            ),
            _ => format!("{people} {contacts} fit now."),
        }
    }
}

/// Groups of a search: one of them, and everything in it.
pub(super) type Groups = Vec<Vec<Filter>>;

fn search_of(groups: &Groups) -> Search {
    groups
        .iter()
        .cloned()
        .fold(Search::new(), Search::group)
        .properties(["hs_object_id"])
}

impl Engine {
    /// See the module.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_count(&self, rule: &Rule) -> Result<Count, Trouble> {
        let today = DateTime::<Utc>::from_timestamp_millis(self.now())
            .unwrap_or_default()
            .date_naive();
        let (groups, bound) = match &rule.condition {
            None => (Vec::new(), Bound::Exact),
            Some(condition) => asked(condition, Object::Contact, today),
        };
        if bound == Bound::Unknown || search_of(&groups).check().is_err() {
            return Ok(Count::UNKNOWN);
        }
        Ok(Count {
            people: Some(self.total_of(ObjectKind::Contacts, &groups).await?),
            bound,
        })
    }

    async fn total_of(&self, kind: ObjectKind, groups: &Groups) -> Result<u64, Trouble> {
        let search = search_of(groups).limit(1);
        let hubspot = &self.outside.hubspot;
        let page = self.attempt(|| hubspot.search(kind, &search)).await?;
        Ok(page.total)
    }

    /// The search that shows the fewest records among which, or among whose contacts, are all that fit.
    pub(super) async fn smallest_search(
        &self,
        rule: &Rule,
    ) -> Result<(Object, Groups, u64), Trouble> {
        let today = DateTime::<Utc>::from_timestamp_millis(self.now())
            .unwrap_or_default()
            .date_naive();
        let everybody = self.total_of(ObjectKind::Contacts, &Groups::new()).await?;
        let mut smallest = (Object::Contact, Groups::new(), everybody);
        for object in Object::ALL {
            let (Some(kind), Some(condition)) = (kind_of(object), &rule.condition) else {
                continue;
            };
            let (groups, bound) = asked(condition, object, today);
            if bound == Bound::Unknown || search_of(&groups).check().is_err() {
                continue;
            }
            let total = self.total_of(kind, &groups).await?;
            if total < smallest.2 {
                smallest = (object, groups, total);
            }
        }
        Ok(smallest)
    }

    /// The ids of everything that such a search shows, up to [`MOST_FOUND`].
    pub(super) async fn all_found(
        &self,
        kind: ObjectKind,
        groups: &Groups,
    ) -> Result<Vec<String>, Trouble> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let search = search_of(groups)
                .ascending("hs_object_id")
                .limit(200)
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.search(kind, &search)).await?;
            all.extend(page.records.into_iter().map(|record| record.id));
            after = page.after;
            if after.is_none() || u64::try_from(all.len()).is_ok_and(|many| many >= MOST_FOUND) {
                return Ok(all);
            }
        }
    }

    /// The names of these contacts, where they have one.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn contact_names(
        &self,
        ids: impl IntoIterator<Item = String>,
    ) -> Result<BTreeMap<String, String>, Trouble> {
        let ids: Vec<String> = ids.into_iter().collect();
        let mut names = BTreeMap::new();
        let hubspot = &self.outside.hubspot;
        for some in ids.chunks(MOST_READ) {
            let asked = ["firstname", "lastname", "email", "phone"];
            let read = self
                .attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, some, &asked))
                .await?;
            for record in &read {
                let found = as_found(record);
                let other = found.email.or(found.phone).unwrap_or_default();
                let name = Some(found.name).filter(|name| !name.is_empty());
                names.insert(found.id, name.unwrap_or(other));
            }
        }
        Ok(names)
    }
}

fn asked(condition: &Condition, object: Object, today: NaiveDate) -> (Groups, Bound) {
    match condition {
        Condition::Test(test) => match filters(test, object, today) {
            Some(groups) => (groups, Bound::Exact),
            None => (Vec::new(), Bound::Unknown),
        },
        Condition::Any(inner) => {
            let (mut all, mut bound) = (Groups::new(), Bound::Exact);
            for one in inner {
                match asked(one, object, today) {
                    (_, Bound::Unknown) => return (Vec::new(), Bound::Unknown),
                    (groups, of) => {
                        all.extend(groups);
                        bound = weaker(bound, of);
                    }
                }
            }
            (all, bound)
        }
        Condition::All(inner) => {
            let (mut all, mut bound) = (None::<Groups>, Bound::Exact);
            for one in inner {
                let (groups, of) = asked(one, object, today);
                bound = weaker(bound, of);
                if of != Bound::Unknown {
                    all = Some(all.map_or_else(|| groups.clone(), |all| both(&all, &groups)));
                }
            }
            match all {
                Some(all) => (all, bound),
                None => (Vec::new(), Bound::Unknown),
            }
        }
    }
}

fn weaker(one: Bound, other: Bound) -> Bound {
    match (one, other) {
        (Bound::Exact, Bound::Exact) => Bound::Exact,
        _ => Bound::AtMost,
    }
}

/// Every group of one with every group of the other.
fn both(one: &Groups, other: &Groups) -> Groups {
    one.iter()
        .flat_map(|left| {
            other
                .iter()
                .map(move |right| left.iter().chain(right).cloned().collect())
        })
        .collect()
}

/// None where a search can't be asked for it, or means something else by it.
fn filters(test: &Test, object: Object, today: NaiveDate) -> Option<Groups> {
    if test.field.object != object || test.field.name.is_empty() {
        return None;
    }
    let name = test.field.name.as_str();
    let one = |asks| Some(vec![vec![Filter::new(name, asks)]]);
    let or_empty = |asks| {
        Some(vec![
            vec![Filter::new(name, asks)],
            vec![Filter::new(name, Asks::NotHasProperty)],
        ])
    };
    let midnight = |day: NaiveDate| {
        let at = day.and_time(chrono::NaiveTime::MIN).and_utc();
        at.timestamp_millis()
    };
    let begins = |day: NaiveDate| midnight(day).to_string();
    let ends = |day: NaiveDate| (midnight(day) + 24 * 60 * 60 * 1_000 - 1).to_string();
    let ahead = |days: u32| today.checked_add_days(Days::new(days.into()));
    let back = |days: u32| today.checked_sub_days(Days::new(days.into()));
    match &test.operator {
        Operator::Is(of) | Operator::HasAny(of) => one(Asks::In(spelled(of))),
        Operator::IsNot(of) | Operator::HasNone(of) => or_empty(Asks::NotIn(spelled(of))),
        Operator::Equals(number) => one(Asks::Eq(number.to_string())),
        Operator::Over(number) => one(Asks::Gt(number.to_string())),
        Operator::AtLeast(number) => one(Asks::Gte(number.to_string())),
        Operator::Under(number) => one(Asks::Lt(number.to_string())),
        Operator::AtMost(number) => one(Asks::Lte(number.to_string())),
        Operator::Between(low, high) => one(Asks::Between(low.to_string(), high.to_string())),
        Operator::On(day) => one(Asks::Between(begins(*day), ends(*day))),
        Operator::Before(day) => one(Asks::Lt(begins(*day))),
        Operator::After(day) => one(Asks::Gt(ends(*day))),
        Operator::WithinNext(days) => one(Asks::Between(begins(today), ends(ahead(*days)?))),
        Operator::WithinLast(days) => one(Asks::Between(begins(back(*days)?), ends(today))),
        Operator::MoreThanAgo(days) => one(Asks::Lt(begins(back(*days)?))),
        Operator::InMoreThan(days) => one(Asks::Gt(ends(ahead(*days)?))),
        Operator::Truth(true) => one(Asks::Eq("true".to_owned())),
        Operator::Truth(false) => or_empty(Asks::Eq("false".to_owned())),
        Operator::Known(true) => one(Asks::HasProperty),
        Operator::Known(false) => one(Asks::NotHasProperty),
        // A search looks for whole words.
        Operator::Contains(_)
        | Operator::ContainsNot(_)
        | Operator::StartsWith(_)
        | Operator::EndsWith(_)
        | Operator::HasAll(_) => None,
    }
}

/// As it was typed, and as HubSpot keeps texts in its index and most options by name.
fn spelled(of: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for value in of {
        let lower = value.trim().to_lowercase();
        let bare = lower.split([' ', '_']).collect();
        for one in [value.clone(), lower, bare] {
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}
