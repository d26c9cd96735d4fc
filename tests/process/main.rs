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
mod cases;
mod extras;
mod fallback;
mod killed;
mod ledger;
mod listening;
mod log;
mod messages;
mod moving;
mod parked;
mod people;
mod people_reported;
mod rotating;
mod rules;
mod rules_asked;
mod rules_at_tuco;
mod rules_backfill;
mod rules_causes;
mod rules_done;
#[cfg(target_os = "linux")]
mod rules_journal;
mod rules_lead_named;
mod rules_leads;
mod rules_merged;
mod rules_named;
mod rules_reported;
mod rules_told;
mod sealed;
mod secrets;
mod sending;
mod settings;
#[cfg(target_os = "linux")]
mod signing_in;
mod sync;
mod tester;
mod theatre;
