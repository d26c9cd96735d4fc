//! What went wrong with a call, as a type.
//!
//! Every field of a HubSpot error body is optional, and three generations of bodies are about. The
//! [`answer`] module reads whatever of them is there, [`classify`] decides what it means. Codes and
//! ids are taken out before a text is cut; the texts that are kept are masked, and what stood in
//! quotation marks is left out, since that is where HubSpot repeats what a person has typed. Neither
//! `Display` nor `Debug` shows a value that came from a person.

mod answer;
mod classify;
mod property_problem;
mod words;

pub use property_problem::{PropertyCode, PropertyProblem};

pub(crate) use classify::{correlation_header, of_response, refusal};

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;
use wire::{Failure, RetryClass};

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// HubSpot's name for the call, for its support.
    pub correlation_id: Option<String>,
    /// The call's name, such as `contacts.search`.
    pub call: &'static str,
}

impl Error {
    /// What it means for whoever thinks of trying again.
    pub fn retry_class(&self) -> RetryClass {
        self.kind.retry_class()
    }

    pub(crate) fn new(kind: ErrorKind, call: &'static str) -> Self {
        Self {
            kind,
            correlation_id: None,
            call,
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.call, self.kind)?;
        match &self.correlation_id {
            Some(id) => write!(formatter, " (correlation id {id})"),
            None => Ok(()),
        }
    }
}

/// What went wrong. The same words serve a whole call and one input of a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    /// No answer came, and nothing can have happened on the other side that matters.
    #[error("{0}")]
    NoAnswer(Failure),
    /// A write left that must not happen twice, and nothing says whether it did.
    #[error("no clear answer came back, so the change may or may not have been made{}", status_words(*.status))]
    UnknownOutcome {
        /// The status of the answer, where one came.
        status: Option<u16>,
    },
    /// The answer was not HubSpot's: a proxy, a hotel's sign-in page, or half a body.
    #[error("the answer did not come from HubSpot, or only half of it did (status {status})")]
    NotTheApi {
        /// The status of the answer.
        status: u16,
    },
    /// The request would be refused, so it was not sent.
    #[error("not sent: {0}")]
    Misuse(Misuse),
    /// The credentials are refused.
    #[error("{0}")]
    NeedsSignIn(SignIn),
    /// The portal lives in another region than the one that was asked.
    #[error("the portal lives in another region{}", .region.as_ref().map(|r| format!(", {r}")).unwrap_or_default())]
    WrongRegion {
        /// Where it lives, such as `eu1`.
        region: Option<String>,
    },
    /// The token lacks scopes.
    #[error("the token lacks {} of these scopes: {}", if *.all { "one or more" } else { "every one" }, list(.scopes))]
    MissingScopes {
        /// The scopes that HubSpot names.
        scopes: BTreeSet<String>,
        /// Whether all of them are needed, or any one is enough.
        all: bool,
    },
    /// The user behind the token lacks a permission.
    #[error("the permission is missing: {permission}")]
    MissingPermission {
        /// The permission, in HubSpot's words.
        permission: String,
    },
    /// Refused for another reason of rights.
    #[error("HubSpot forbids this: {message}")]
    Forbidden {
        /// HubSpot's words, masked.
        message: String,
    },
    /// The portal's plan or a limit of it forbids this.
    #[error("a limit of the portal's plan is reached: {message}")]
    PlanLimit {
        /// HubSpot's words, masked.
        message: String,
    },
    /// There is no such thing.
    #[error("there is no such record or definition")]
    NotFound,
    /// Something else already has this unique value or name.
    #[error("it already exists{}", .existing_id.as_ref().map(|id| format!(" with id {id}")).unwrap_or_default())]
    Conflict {
        /// The record that has it, where HubSpot says so. It does not always.
        existing_id: Option<String>,
        /// The property that must be unique, where HubSpot says so.
        property: Option<String>,
    },
    /// Values are refused.
    #[error("HubSpot refuses these values: {}", list(.0))]
    InvalidProperties(Vec<PropertyProblem>),
    /// Ties to other records are refused. Nothing was written.
    #[error("{0}")]
    InvalidAssociations(AssociationProblem),
    /// The same id stands twice in one batch. Nothing was written.
    #[error("an id stands twice in one batch")]
    DuplicateIds {
        /// Which. May be the values of an id property: not for showing.
        ids: Ids,
    },
    /// The property that should identify the records is not unique.
    #[error("records can't be found by a property that is not unique")]
    NotUnique {
        /// Which.
        property: Option<String>,
    },
    /// Too many calls.
    #[error("HubSpot's {policy} limit is reached")]
    RateLimited {
        /// Which limit.
        policy: Policy,
        /// How long to wait; nothing where only the portal's midnight tells.
        wait: Option<Duration>,
    },
    /// Locked for a moment by a bulk change.
    #[error("the record is locked for a moment")]
    Locked {
        /// How long to wait at least.
        wait: Duration,
    },
    /// The portal is being moved to another data centre.
    #[error("the portal is being moved to another data centre")]
    Migrating {
        /// How long to wait, where HubSpot says so; up to a day.
        wait: Option<Duration>,
    },
    /// The address or the body is too long.
    #[error("the request is too long (status {status})")]
    TooLong {
        /// 413 or 414.
        status: u16,
    },
    /// HubSpot, or what stands before it, has trouble of its own.
    #[error("HubSpot has trouble of its own (status {status})")]
    Trouble {
        /// The status.
        status: u16,
        /// How long to wait, where it says so.
        wait: Option<Duration>,
    },
    /// Refused for a reason that has no type here.
    #[error("HubSpot refuses this (status {status}, {category}): {message}")]
    Refused {
        /// The status; 0 for one input of a batch.
        status: u16,
        /// HubSpot's category and subcategory, or a dash.
        category: String,
        /// HubSpot's words, masked.
        message: String,
    },
}

/// [`ErrorKind`] where it is one input of a batch that is meant.
pub type Problem = ErrorKind;

impl ErrorKind {
    /// What it means for whoever thinks of trying again.
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::NoAnswer(failure) => failure.retry_class(),
            Self::UnknownOutcome { .. } => RetryClass::UnknownOutcome,
            Self::NotTheApi { .. } => RetryClass::Network,
            Self::NeedsSignIn(_) | Self::WrongRegion { .. } => RetryClass::NeedsSignIn,
            Self::RateLimited { wait, .. }
            | Self::Migrating { wait }
            | Self::Trouble { wait, .. } => RetryClass::Transient { wait: *wait },
            Self::Locked { wait } => RetryClass::Transient { wait: Some(*wait) },
            Self::Misuse(_)
            | Self::MissingScopes { .. }
            | Self::MissingPermission { .. }
            | Self::Forbidden { .. }
            | Self::PlanLimit { .. }
            | Self::NotFound
            | Self::Conflict { .. }
            | Self::InvalidProperties(_)
            | Self::InvalidAssociations(_)
            | Self::DuplicateIds { .. }
            | Self::NotUnique { .. }
            | Self::TooLong { .. }
            | Self::Refused { .. } => RetryClass::Permanent,
        }
    }
}

/// Why credentials are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum SignIn {
    /// They were good once.
    #[error("the token has expired")]
    Expired,
    /// Nobody knows them: revoked, rotated or mistyped.
    #[error("HubSpot does not know this token")]
    Invalid,
    /// They are not even readable; half of them was copied, perhaps.
    #[error("HubSpot can't read this token; part of it may be missing")]
    Undecodable,
    /// The access token of a sign-in, before its time was over: the app was uninstalled, perhaps.
    #[error("HubSpot does not take this sign-in any more")]
    Session,
    /// By a token endpoint.
    #[error("{0}")]
    Refused(Refused),
}

/// What a token endpoint refused. Only these mean that somebody has to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refused {
    /// The refresh token: revoked, or the app was uninstalled.
    #[error("the sign-in has ended: it was revoked, or the app was uninstalled")]
    RefreshToken,
    /// The code: used already, too old, or of another app.
    #[error("the code of the sign-in is used up or too old")]
    Code,
    /// One of these two, without saying which.
    #[error("the sign-in is not valid any more")]
    Grant,
    /// No app has this client id.
    #[error("HubSpot knows no app with this client id")]
    ClientId,
    /// The client secret is another app's, or an old one.
    #[error("the client secret does not belong to the client id")]
    ClientSecret,
    /// The redirect address is not the one of the link.
    #[error("the redirect URL is not one of the app's")]
    RedirectUrl,
    /// The proof that the link was ours.
    #[error("the code verifier does not fit the link")]
    CodeVerifier,
    /// The account can't give the scopes.
    #[error("the account can't give the scopes")]
    Scopes,
    /// The portal is gone, or has shut the app out.
    #[error("the portal is gone or has shut the app out")]
    Portal,
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Policy {
    /// Calls in a second; searches have one of their own.
    Secondly,
    /// Calls in ten seconds.
    TenSecondly,
    /// Calls in a day, shared by all apps of the portal. Counted anew at the portal's midnight: see
    /// [`crate::Account::until_midnight`].
    Daily,
    /// HubSpot didn't say.
    Unnamed,
}

impl fmt::Display for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Secondly => "secondly",
            Self::TenSecondly => "ten-secondly",
            Self::Daily => "daily",
            Self::Unnamed => "rate",
        })
    }
}

/// Which ties are refused, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssociationProblem {
    /// Contacts that don't exist, by id.
    pub contacts: Vec<String>,
    /// Other records that don't exist, by id.
    pub others: Vec<String>,
    /// Whether the type of a tie is wrong.
    pub wrong_type: bool,
    /// Whether a record has all the ties that it can have.
    pub limit: bool,
}

impl fmt::Display for AssociationProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ties to other records are refused")?;
        if !self.contacts.is_empty() {
            write!(formatter, "; no such contacts: {}", list(&self.contacts))?;
        }
        if !self.others.is_empty() {
            write!(formatter, "; no such records: {}", list(&self.others))?;
        }
        if self.wrong_type {
            formatter.write_str("; the type of a tie is wrong")?;
        }
        if self.limit {
            formatter.write_str("; a record has all the ties it can have")?;
        }
        Ok(())
    }
}

/// Ids that may be values of people, such as addresses. `Debug` only counts them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Ids(pub Vec<String>);

impl fmt::Debug for Ids {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ids", self.0.len())
    }
}

/// A request that HubSpot would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misuse {
    /// More inputs than a batch takes.
    #[error("{given} inputs in one batch, {most} at most")]
    TooManyInputs {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// More alternatives than a search takes.
    #[error("{given} groups in one search, {most} at most")]
    TooManyGroups {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// More conditions than a group, or a search, takes.
    #[error("{given} conditions together, {most} at most")]
    TooManyFilters {
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// A group without a condition, or a list of no values.
    #[error("a condition of a search is empty")]
    EmptyFilter,
    /// Results that paging can't reach.
    #[error("a search shows its first {most} results only")]
    BeyondReach {
        /// The last result that can be reached.
        most: u64,
    },
    /// A body that is too long.
    #[error("the body of a search is {given} long, {most} at most")]
    BodyTooLong {
        /// How long it is.
        given: usize,
        /// How long it may be.
        most: usize,
    },
}

fn status_words(status: Option<u16>) -> String {
    status
        .map(|status| format!(" (status {status})"))
        .unwrap_or_default()
}

/// At most ten, with a word for the rest.
fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    const SHOWN: usize = 10;
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let shown = items
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    match items.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
