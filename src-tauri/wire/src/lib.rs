//! HTTP for both clients.
//!
//! Everything that leaves this machine goes through here: a [`Transport`] moves one request, a
//! [`Gateway`] decides when it may go (pace, breaker), what a failure means ([`RetryClass`]) and what
//! a log may say about it. Nothing here knows what HubSpot or Tuco are, and nothing here retries: a
//! call is made once, and the one retry loop above reads the class of its failure.

pub mod backoff;
pub mod breaker;
pub mod failure;
pub mod gateway;
pub mod origin;
pub mod pace;
pub mod plain;
pub mod redact;
pub mod reqwest_transport;
pub mod secret;
pub mod surroundings;
pub mod transport;
pub mod unique;

pub use backoff::Backoff;
pub use failure::{Failure, RetryClass};
pub use gateway::{Call, Gateway, Repeat};
pub use origin::{Origin, OriginError};
pub use pace::{Pace, Priority, Window};
pub use reqwest_transport::ReqwestTransport;
pub use secret::Secret;
pub use surroundings::{Clock, Entropy, SystemClock, SystemEntropy, Timestamp};
pub use transport::{
    BoxFuture, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    Transport, TransportError,
};
pub use unique::unique_json;
