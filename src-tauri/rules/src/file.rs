//! The file that people write rules in by hand: TOML, one `[[rule]]` each.
//!
//! [`read()`] tells every rule, or every mistake with its line; a key that nobody knows is a mistake, so
//! that a misspelt condition is never left out in silence. [`print()`] writes what [`read()`] reads. A draft
//! that lacks something can be read; [`crate::check`] says what it lacks.

mod action;
mod condition;
mod node;
mod printed;
mod read;
#[cfg(test)]
mod tests;

pub use printed::{print, print_all};
pub use read::read;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Mistake {
    /// Counted from one.
    pub line: usize,
    /// For a person.
    pub reason: String,
}
