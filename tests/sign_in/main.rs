//! Signing in to HubSpot: the real listener and the real client against the sandbox's sign-in, over real
//! sockets, with a browser that does what it is told.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that finds something else than it expects ends there"
)]

mod cases;
mod connection;
mod door;
mod scene;
mod session;
mod unguessable;
mod waiting;
mod window;
