//! The mapping: which HubSpot property and which Tuco lead field hold the same fact, in which direction,
//! with what becomes of the value on the way, and who wins where both sides changed it.
//!
//! Everything here is pure: no clock, no store, no network. A [`Mapping`] is data that a person can read,
//! keep in a file ([`mod@file`]), try ([`mod@trace`]) and have checked ([`mod@check`]) before anything follows it. What
//! follows it asks [`merge`] what to write. It refuses to guess: a value that a transform can't read is
//! told with the step that could not, and is never written.

pub mod address;
pub mod check;
pub mod content;
pub mod defaults;
pub mod file;
pub mod filter;
pub mod lead;
pub mod merge;
pub mod portal;
pub mod row;
pub mod source;
pub mod trace;
pub mod transform;

pub use address::{Phone, email};
pub use lead::LeadField;
pub use row::{ConflictRule, Direction, Mapping, Row};
pub use source::Source;
pub use transform::{Context, Stop, Transform};

use std::collections::BTreeMap;

/// Values of one record by name: a HubSpot [`Source`] in its written form, or a lead field. What is empty
/// and what is absent are the same.
pub type Values = BTreeMap<String, String>;

/// A value that is not empty.
pub fn value<'a>(values: &'a Values, name: &str) -> &'a str {
    values.get(name).map_or("", String::as_str)
}
