//! The engine: what becomes of an event, and the loop that does it.

pub mod effect;
pub mod event;
pub mod person;
pub mod reason;
pub mod store;
pub mod vault;
