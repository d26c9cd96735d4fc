//! What the page sees: plain data with camelCase names, from which `ui/src/bindings.ts` is generated.
//!
//! Conversions from the bridge's types are exhaustive matches, so that a new case there breaks the
//! build here until the page knows it. No type in here can hold a key: keys come in as arguments
//! (see [`connection::PastedKeys`], which can't be serialised) and never go out.

pub(crate) mod activity;
pub(crate) mod compose;
pub(crate) mod connection;
pub(crate) mod conversation;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod listener;
pub(crate) mod many;
pub(crate) mod mapping;
pub(crate) mod notice;
pub(crate) mod opt_outs;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod preview;
pub(crate) mod problem;
pub(crate) mod recipient;
pub(crate) mod rules;
pub(crate) mod safety;
pub(crate) mod sandbox;
pub(crate) mod send_state;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod story;
pub(crate) mod templates;
pub(crate) mod tester;
pub(crate) mod words;
