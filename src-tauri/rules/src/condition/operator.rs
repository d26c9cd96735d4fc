//! What is asked of a value.
//!
//! An empty value fits only what it truly fits: "is not", "does not contain", "has none of", "is no" and
//! "is empty". A value that is no number or no day fits no question about numbers or days.

use crate::Timestamp;
use crate::value::{self, day, day_of, number, options, plain, same, truth};
use chrono::NaiveDate;
use chrono_tz::Tz;

/// See the module. Days are those of the zone that is handed in, and today counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Operator {
    /// Text or option: one of these, however they are spaced and spelled in capitals.
    Is(Vec<String>),
    /// None of these.
    IsNot(Vec<String>),
    /// Text.
    Contains(String),
    /// Text.
    ContainsNot(String),
    /// Text.
    StartsWith(String),
    /// Text.
    EndsWith(String),
    /// Number.
    Equals(f64),
    /// Number.
    Over(f64),
    /// Number.
    AtLeast(f64),
    /// Number.
    Under(f64),
    /// Number.
    AtMost(f64),
    /// Number, both ends included.
    Between(f64, f64),
    /// Day.
    On(NaiveDate),
    /// Day.
    Before(NaiveDate),
    /// Day.
    After(NaiveDate),
    /// From today to so many days ahead.
    WithinNext(u32),
    /// From so many days ago to today.
    WithinLast(u32),
    /// Longer ago than that.
    MoreThanAgo(u32),
    /// Further ahead than that.
    InMoreThan(u32),
    /// Several options: one of these at least.
    HasAny(Vec<String>),
    /// All of these.
    HasAll(Vec<String>),
    /// None of these.
    HasNone(Vec<String>),
    /// Yes, or no; empty is no.
    Truth(bool),
    /// Something is there, or nothing.
    Known(bool),
}

impl Operator {
    pub(super) fn holds(&self, value: Option<&str>, now: Timestamp, zone: Tz) -> bool {
        match self {
            Self::Known(known) => return value.is_some() == *known,
            Self::Truth(wanted) => {
                return value.map_or(Some(false), truth) == Some(*wanted);
            }
            Self::IsNot(of) => {
                return value.is_none_or(|value| of.iter().all(|one| !same(one, value)));
            }
            Self::ContainsNot(part) => {
                return value
                    .is_none_or(|value| !value::lower(value).contains(&value::lower(part)));
            }
            Self::HasNone(of) => {
                return value.is_none_or(|value| !has(&options(value), of));
            }
            _ => {}
        }
        value.is_some_and(|value| self.fits(value, now, zone))
    }

    fn fits(&self, value: &str, now: Timestamp, zone: Tz) -> bool {
        let is_number = |fits: &dyn Fn(f64) -> bool| number(value).is_some_and(fits);
        // Days from today to the value's day.
        let ahead = || {
            let (then, today) = (day(value, zone)?, day_of(now, zone)?);
            Some((then - today).num_days())
        };
        let is_day = |fits: &dyn Fn(NaiveDate) -> bool| day(value, zone).is_some_and(fits);
        match self {
            Self::Is(of) => of.iter().any(|one| same(one, value)),
            Self::Contains(part) => value::lower(value).contains(&value::lower(part)),
            Self::StartsWith(part) => value::lower(value).starts_with(&value::lower(part)),
            Self::EndsWith(part) => value::lower(value).ends_with(&value::lower(part)),
            Self::Equals(wanted) => is_number(&|value| value == *wanted),
            Self::Over(wanted) => is_number(&|value| value > *wanted),
            Self::AtLeast(wanted) => is_number(&|value| value >= *wanted),
            Self::Under(wanted) => is_number(&|value| value < *wanted),
            Self::AtMost(wanted) => is_number(&|value| value <= *wanted),
            Self::Between(low, high) => is_number(&|value| (*low..=*high).contains(&value)),
            Self::On(wanted) => is_day(&|day| day == *wanted),
            Self::Before(wanted) => is_day(&|day| day < *wanted),
            Self::After(wanted) => is_day(&|day| day > *wanted),
            Self::WithinNext(days) => ahead().is_some_and(|d| (0..=i64::from(*days)).contains(&d)),
            Self::WithinLast(days) => ahead().is_some_and(|d| (-i64::from(*days)..=0).contains(&d)),
            Self::MoreThanAgo(days) => ahead().is_some_and(|d| d < -i64::from(*days)),
            Self::InMoreThan(days) => ahead().is_some_and(|d| d > i64::from(*days)),
            Self::HasAny(of) => has(&options(value), of),
            Self::HasAll(of) => {
                let chosen = options(value);
                of.iter().all(|one| chosen.contains(&plain(one)))
            }
            // Answered above, where empty values are.
            Self::IsNot(_)
            | Self::ContainsNot(_)
            | Self::HasNone(_)
            | Self::Truth(_)
            | Self::Known(_) => false,
        }
    }
}

fn has(chosen: &[String], of: &[String]) -> bool {
    of.iter().any(|one| chosen.contains(&plain(one)))
}
