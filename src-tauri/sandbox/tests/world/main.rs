//! The world as a caller sees it: in-process with handed-in time, and over real sockets.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "in a test a missing value is the failure"
)]

mod calls;
mod faults;
mod replies;
mod sends;
mod served;
mod whole;
