//! The command as people and scripts run it: the real program against a real sandbox, over real
//! sockets, each test in a home of its own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds something else than it expects ends there"
)]

mod bad_luck;
mod bad_use;
mod beside;
#[cfg(target_os = "linux")]
mod canary;
mod killed;
mod ledger;
mod listening;
mod log;
mod messages;
mod parked;
mod people;
mod rotating;
mod sealed;
mod secrets;
mod sending;
mod settings;
#[cfg(target_os = "linux")]
mod signing_in;
mod sync;
mod tester;
mod theatre;
