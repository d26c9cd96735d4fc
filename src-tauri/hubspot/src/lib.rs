//! A client for the parts of the HubSpot API that keep contacts and their timelines in step.
//!
//! Every method of [`HubSpot`] makes exactly one HTTP call and never repeats it. An [`Error`] says as
//! a type what went wrong and, by its retry class, what that means for whoever thinks of trying
//! again. Reading is lenient: unknown fields are passed over, ids may be numbers, dates come in three
//! forms, and one record that can't be read never spoils the page it stands on.
//!
//! Signing in with an app of the user's own, and staying signed in, is in [`oauth`].
//!
//! What HubSpot posts to an address of ours is checked by [`signature`] and read by [`reported`].
//!
//! What it refuses to do: to retry, to follow links in answers (but to a file of the change [`Journal`],
//! which is fetched without credentials), to hide that search trails behind, and to put a value that
//! belongs to a person into an error, a log or a `Debug`.

mod batch;
mod client;
mod error;
mod history;
mod journal;
mod lenient;
pub mod oauth;
mod object_kind;
mod portal;
mod property;
mod record;
pub mod reported;
mod schema;
pub mod scopes;
mod search;
pub mod signature;
pub mod versions;

pub use batch::{BatchOutcome, MAX_INPUTS, Refusal};
pub use client::{HubSpot, Journal, MOST_CHRONICLES};
pub use error::{
    AssociationProblem, Error, ErrorKind, Ids, Misuse, Policy, Problem, PropertyCode,
    PropertyProblem, Refused, SignIn,
};
pub use history::{Chronicle, Held};
pub use journal::{Next, Subscription, Watch};
pub use lenient::instant;
pub use object_kind::ObjectKind;
pub use portal::{
    Account, ContactList, JoinPage, ListPage, MemberPage, Owner, OwnerPage, Pipeline, Stage,
    TokenInfo, until_midnight,
};
pub use property::{NewProperty, Property, PropertyGroup, PropertyOption};
pub use record::{AssociatedPage, Association, NewRecord, Record, RecordPage, RecordUpdate, Ties};
pub use schema::Schema;
pub use search::{Filter, MAX_BODY, MAX_PAGE, MAX_REACH, Operator, Search, SearchPage};
