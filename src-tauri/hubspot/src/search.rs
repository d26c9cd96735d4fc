//! A search, built with types and checked before it is sent.
//!
//! HubSpot's index trails the records by seconds, in both directions: a new value is not found yet,
//! an old one still is. Nothing here hides that. Results past the ten-thousandth are refused; page by
//! `hs_object_id` with [`Operator::Gt`] instead.

use crate::error::Misuse;
use crate::lenient;
use crate::record::Record;
use serde_json::{Map, Value, json};
use std::fmt;

/// The longest body that HubSpot takes, in characters. [`Search::body_len`] counts bytes, which are
/// never fewer.
pub const MAX_BODY: usize = 3_000;
/// The most results on a page.
pub const MAX_PAGE: u32 = 200;
/// The last result that paging can reach.
pub const MAX_REACH: u64 = 10_000;
const MAX_GROUPS: usize = 5;
const MAX_FILTERS_IN_GROUP: usize = 6;
const MAX_FILTERS: usize = 18;

/// How a property is compared. Dates are milliseconds since 1970, written out.
#[derive(Clone, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Eq(String),
    /// Not the same, or not set.
    Neq(String),
    /// One of these.
    In(Vec<String>),
    /// None of these.
    NotIn(Vec<String>),
    /// Holds this word; `*` at either end stands for anything.
    ContainsToken(String),
    /// Does not hold this word.
    NotContainsToken(String),
    /// Has any value.
    HasProperty,
    /// Has no value.
    NotHasProperty,
    /// From the first to the second, both included.
    Between(String, String),
    /// More.
    Gt(String),
    /// More or the same.
    Gte(String),
    /// Less.
    Lt(String),
    /// Less or the same.
    Lte(String),
}

/// One condition.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter {
    property: String,
    operator: Operator,
}

impl Filter {
    /// A condition of any sort, its values as they are.
    pub fn new(property: impl Into<String>, operator: Operator) -> Self {
        Self {
            property: property.into(),
            operator,
        }
    }

    /// The property is this.
    pub fn eq(property: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(property, Operator::Eq(value.into()))
    }

    /// A text property is one of these, whatever their case: HubSpot compares the values of a list
    /// with its own lower-cased ones, so they are lower-cased here.
    pub fn one_of(
        property: impl Into<String>,
        values: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Self {
        let values = values
            .into_iter()
            .map(|value| value.as_ref().to_lowercase());
        Self::new(property, Operator::In(lenient::without_repetitions(values)))
    }

    /// An enumeration is one of these. Its values are compared in exact case.
    pub fn one_option_of(
        property: impl Into<String>,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let values = values.into_iter().map(Into::into);
        Self::new(property, Operator::In(lenient::without_repetitions(values)))
    }

    /// The property holds this word.
    pub fn contains_token(property: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(property, Operator::ContainsToken(value.into()))
    }

    /// The property has any value.
    pub fn has(property: impl Into<String>) -> Self {
        Self::new(property, Operator::HasProperty)
    }

    /// The property lies between these, both included.
    pub fn between(
        property: impl Into<String>,
        low: impl Into<String>,
        high: impl Into<String>,
    ) -> Self {
        Self::new(property, Operator::Between(low.into(), high.into()))
    }

    /// The property is more than this.
    pub fn gt(property: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(property, Operator::Gt(value.into()))
    }

    /// The property is this or more.
    pub fn gte(property: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(property, Operator::Gte(value.into()))
    }

    fn to_json(&self) -> Value {
        let property = &self.property;
        let with = |operator: &str, value: &str| json!({"propertyName": property, "operator": operator, "value": value});
        let among = |operator: &str, values: &[String]| json!({"propertyName": property, "operator": operator, "values": values});
        let bare = |operator: &str| json!({"propertyName": property, "operator": operator});
        match &self.operator {
            Operator::Eq(value) => with("EQ", value),
            Operator::Neq(value) => with("NEQ", value),
            Operator::In(values) => among("IN", values),
            Operator::NotIn(values) => among("NOT_IN", values),
            Operator::ContainsToken(value) => with("CONTAINS_TOKEN", value),
            Operator::NotContainsToken(value) => with("NOT_CONTAINS_TOKEN", value),
            Operator::HasProperty => bare("HAS_PROPERTY"),
            Operator::NotHasProperty => bare("NOT_HAS_PROPERTY"),
            Operator::Between(low, high) => json!({
                "propertyName": property,
                "operator": "BETWEEN",
                "value": low,
                "highValue": high,
            }),
            Operator::Gt(value) => with("GT", value),
            Operator::Gte(value) => with("GTE", value),
            Operator::Lt(value) => with("LT", value),
            Operator::Lte(value) => with("LTE", value),
        }
    }

    /// A list of nothing would match nothing on a good day and is refused on others.
    fn is_empty_list(&self) -> bool {
        matches!(&self.operator, Operator::In(values) | Operator::NotIn(values) if values.is_empty())
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values are names, numbers and addresses of people.
        write!(formatter, "Filter({})", self.property)
    }
}

/// A search. Groups are alternatives; the conditions of a group must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    groups: Vec<Vec<Filter>>,
    sort: Option<(String, Direction)>,
    properties: Vec<String>,
    limit: u32,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

impl Default for Search {
    fn default() -> Self {
        Self::new()
    }
}

impl Search {
    /// Everything, a full page, in HubSpot's own order (oldest first).
    pub fn new() -> Self {
        Self {
            groups: vec![],
            sort: None,
            properties: vec![],
            limit: MAX_PAGE,
            after: None,
        }
    }

    /// Adds an alternative: records for which all of these hold.
    #[must_use]
    pub fn group(mut self, filters: impl IntoIterator<Item = Filter>) -> Self {
        self.groups.push(filters.into_iter().collect());
        self
    }

    /// Smallest first. HubSpot takes one sort only; the last one said here holds.
    #[must_use]
    pub fn ascending(mut self, property: impl Into<String>) -> Self {
        self.sort = Some((property.into(), Direction::Ascending));
        self
    }

    /// Largest first. See [`Search::ascending`].
    #[must_use]
    pub fn descending(mut self, property: impl Into<String>) -> Self {
        self.sort = Some((property.into(), Direction::Descending));
        self
    }

    /// Which properties to bring.
    #[must_use]
    pub fn properties<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.properties = names.into_iter().map(str::to_owned).collect();
        self
    }

    /// How many results on a page, from 1 to [`MAX_PAGE`].
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.clamp(1, MAX_PAGE);
        self
    }

    /// Goes on where an earlier page ended.
    #[must_use]
    pub fn after(mut self, after: Option<String>) -> Self {
        self.after = after;
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        let groups: Vec<Value> = self
            .groups
            .iter()
            .map(|filters| {
                json!({"filters": filters.iter().map(Filter::to_json).collect::<Vec<_>>()})
            })
            .collect();
        let mut body = Map::new();
        body.insert("filterGroups".into(), Value::Array(groups));
        if let Some((property, direction)) = &self.sort {
            let direction = match direction {
                Direction::Ascending => "ASCENDING",
                Direction::Descending => "DESCENDING",
            };
            let sort = json!([{"propertyName": property, "direction": direction}]);
            body.insert("sorts".into(), sort);
        }
        body.insert("properties".into(), json!(self.properties));
        body.insert("limit".into(), json!(self.limit));
        if let Some(after) = &self.after {
            body.insert("after".into(), json!(after));
        }
        Value::Object(body)
    }

    /// Bytes of the body as it will be sent.
    pub fn body_len(&self) -> usize {
        self.to_json().to_string().len()
    }

    /// Whether HubSpot would take it: groups, filters, length and reach.
    pub fn check(&self) -> Result<(), Misuse> {
        let filters: usize = self.groups.iter().map(Vec::len).sum();
        let reach = self
            .after
            .as_ref()
            .and_then(|after| after.parse::<u64>().ok())
            .unwrap_or(0);
        let body_len = self.body_len();
        if self.groups.len() > MAX_GROUPS {
            Err(Misuse::TooManyGroups {
                given: self.groups.len(),
                most: MAX_GROUPS,
            })
        } else if let Some(group) = self.groups.iter().find(|g| g.len() > MAX_FILTERS_IN_GROUP) {
            Err(Misuse::TooManyFilters {
                given: group.len(),
                most: MAX_FILTERS_IN_GROUP,
            })
        } else if filters > MAX_FILTERS {
            Err(Misuse::TooManyFilters {
                given: filters,
                most: MAX_FILTERS,
            })
        } else if self
            .groups
            .iter()
            .any(|g| g.is_empty() || g.iter().any(Filter::is_empty_list))
        {
            Err(Misuse::EmptyFilter)
        } else if reach.saturating_add(u64::from(self.limit)) > MAX_REACH {
            Err(Misuse::BeyondReach { most: MAX_REACH })
        } else if body_len > MAX_BODY {
            Err(Misuse::BodyTooLong {
                given: body_len,
                most: MAX_BODY,
            })
        } else {
            Ok(())
        }
    }

    /// As few searches as cover all values, each of which HubSpot takes; for long lists of
    /// addresses or numbers. `build` makes the search for some of the values.
    ///
    /// # Errors
    /// Where even a single value makes a search that is refused.
    pub fn split<T>(values: &[T], build: impl Fn(&[T]) -> Self) -> Result<Vec<Self>, Misuse> {
        let mut searches = Vec::new();
        let mut rest = values;
        while !rest.is_empty() {
            // The longest part that fits, by halving: a body grows with its values.
            let (mut fits, mut too_long) = (1, rest.len() + 1);
            let mut search = build(part(rest, fits));
            search.check()?;
            while too_long - fits > 1 {
                let middle = fits.midpoint(too_long);
                let attempt = build(part(rest, middle));
                if attempt.check().is_ok() {
                    (fits, search) = (middle, attempt);
                } else {
                    too_long = middle;
                }
            }
            searches.push(search);
            rest = rest.get(fits..).unwrap_or_default();
        }
        Ok(searches)
    }
}

fn part<T>(values: &[T], len: usize) -> &[T] {
    values.get(..len).unwrap_or(values)
}

/// A page of results.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// How many there are in all, also beyond what paging can reach.
    pub total: u64,
    /// The records of this page.
    pub records: Vec<Record>,
    /// Where the next page starts; nothing on the last one.
    pub after: Option<String>,
}

impl SearchPage {
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let results = body.get("results")?.as_array()?;
        let total = lenient::whole(body.get("total")).and_then(|total| u64::try_from(total).ok());
        Some(Self {
            total: total.unwrap_or(results.len() as u64),
            records: Record::read_all(results),
            after: lenient::next_page(body),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_split_covers_every_value_in_order_and_each_part_is_taken(
            values in prop::collection::vec("[a-zü\"]{0,60}", 0..300),
        ) {
            let build = |part: &[String]| Search::new().properties(part.iter().map(String::as_str));
            let searches = Search::split(&values, build).unwrap();
            for search in &searches {
                prop_assert_eq!(search.check(), Ok(()));
            }
            let covered: Vec<String> =
                searches.into_iter().flat_map(|search| search.properties).collect();
            prop_assert_eq!(covered, values);
        }
    }
}
