//! Rules: when something happens to a person, and what is known of them is so, something follows.
//!
//! Everything about a rule that can be decided without a clock, a store or the network: what it is
//! ([`rule`]), what happened ([`happening`]), whether what is known fits ([`condition`]), whether it was
//! done before ([`limits`]), when it is due ([`timing`]), what may be turned on ([`check`]), which rules
//! would set each other off ([`circle`]), how one reads in plain words ([`words`]) and in the file that
//! people write by hand ([`mod@file`]).
//!
//! Nothing here sends, and nothing here reads: whoever asks hands in every fact, the time included. What
//! can go wrong is a fact that is not known: it never fits a condition by accident, and the verdict
//! says what was seen instead.

pub mod check;
pub mod circle;
pub mod condition;
pub mod examples;
pub mod field;
pub mod file;
pub mod happening;
pub mod limits;
pub mod rule;
#[cfg(test)]
mod tests;
pub mod timing;
mod value;
pub mod verdict;
pub mod words;

/// Milliseconds since 1970-01-01T00:00:00Z, as everywhere in the house.
pub type Timestamp = i64;
