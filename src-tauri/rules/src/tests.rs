//! What a rule says to what happened.

mod circles;
mod times;
mod triggers;
