//! What may be sent, and what it says: everything about a message that can be decided without a clock, a
//! store or the network.
//!
//! [`guard`] decides whether a message may leave and is the only place that makes a
//! [`guard::Cleared`], which is all that the Tuco client takes. [`template`] renders, [`segments`]
//! counts, [`words`] hears an opt-out, [`quiet`] and [`zone`] know what time it is where a person
//! lives. Nothing here reads anything: whoever asks hands in every fact, the time included.
//!
//! What can go wrong: a person's time zone is guessed from a number that moved with them. A guess is
//! told as one, and where several zones are possible it is quiet as soon as it is quiet in one of them.

pub mod guard;
pub mod quiet;
pub mod segments;
pub mod template;
pub mod words;
pub mod zone;

/// Milliseconds since 1970-01-01T00:00:00Z, as everywhere in the house.
pub type Timestamp = i64;
