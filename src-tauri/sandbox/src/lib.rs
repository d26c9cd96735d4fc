//! A simulated HubSpot and a simulated Tuco, good enough to trust.
//!
//! The heart is a [`world::World`]: a seeded state machine with no sockets and no clock inside. It
//! takes a request and a time and gives an answer; the same seed and the same calls give the same
//! bytes. A simulation calls it in-process with virtual time; [`serve`] puts it on two loopback
//! ports for everybody else.
//!
//! It shares no types with the clients, so that each proves the other, and it refuses to be reached
//! from another machine.

pub mod dice;
pub mod faults;
pub mod hubspot;
pub mod launch;
pub mod message;
pub mod moment;
pub mod oauth;
pub mod serve;
pub mod traffic;
pub mod tuco;
pub mod world;

mod control;
mod names;
mod people;
