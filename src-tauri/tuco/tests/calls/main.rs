//! The client over a scripted transport: each trap of the API, and answers that make no sense.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may fail loudly"
)]

mod errors;
mod messages;
mod nonsense;
mod replies;
mod rest;
mod send;
mod support;
