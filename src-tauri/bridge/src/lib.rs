//! The engine: what becomes of an event, and the loop that does it.
//!
//! Decisions are pure ([`person`], [`entry`], [`mirror`], [`optout`], [`settings`]); effects are rows in
//! an outbox. [`engine::Engine`] holds one connection and runs its rounds; the clock, the dice, the
//! transport and the keychain are handed in. Nothing here knows of a window or a terminal.

mod belonging;
pub mod by_hand;
mod changes;
pub mod compose;
pub mod connect;
pub mod conversation;
pub mod days;
mod decide;
pub mod effect;
pub mod engine;
pub mod entry;
pub mod event;
pub mod explain;
pub mod export;
pub mod fallback;
mod find;
pub mod guard;
pub mod hardened;
pub mod home;
pub mod kept_properties;
mod keys;
pub mod links;
pub mod listener;
pub mod many;
pub mod mirror;
pub mod optout;
mod outbox;
pub mod people;
pub mod person;
pub mod planted;
mod poll;
pub mod reason;
mod refusal;
pub mod region;
pub mod restored;
pub mod retry;
pub mod round;
pub mod rules;
pub mod running;
pub mod settings;
pub mod sign_in;
pub mod store;
pub mod template_file;
pub mod tester;
pub mod trouble;
pub mod vault;
