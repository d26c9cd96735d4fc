//! What can stop a round, and what a person can do about it.

use crate::store::StoreError;
use wire::RetryClass;

/// Why a step did not come to its end. Events and effects have their own reasons; this is about the
/// connection as a whole.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// HubSpot.
    #[error("HubSpot: {0}")]
    HubSpot(#[from] hubspot::Error),
    /// Tuco.
    #[error("Tuco: {0}")]
    Tuco(#[from] tuco::Error),
    /// This machine.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The key belongs to another portal than the connection.
    #[error(
        "This HubSpot key belongs to portal {found}, but the connection \"{connection}\" is for portal \
         {expected}. Use a key of portal {expected}, or connect portal {found} under another name."
    )]
    WrongPortal {
        /// Name of the connection.
        connection: String,
        /// Its portal.
        expected: String,
        /// The key's portal.
        found: String,
    },
    /// Somebody signed in to another portal than the connection's.
    #[error(
        "This sign-in is for portal {found}, but the connection \"{connection}\" is for portal {expected}. \
         Nothing was changed, and the sign-in was given back. Choose {expected} on HubSpot's page, or connect \
         {found} under another name."
    )]
    SignedInElsewhere {
        /// Name of the connection.
        connection: String,
        /// Its portal, with its name.
        expected: String,
        /// The portal of the sign-in, with its name.
        found: String,
    },
    /// The Tuco key belongs to another workspace than the connection.
    #[error(
        "This Tuco key belongs to workspace {found}, but the connection \"{connection}\" is for workspace \
         {expected}. Use a key of that workspace, or connect the other one under another name."
    )]
    WrongWorkspace {
        /// Name of the connection.
        connection: String,
        /// Its workspace.
        expected: String,
        /// The key's workspace.
        found: String,
    },
    /// Another connection joins the same portal and workspace, as has just come out.
    #[error(
        "The connections \"{connection}\" and \"{other}\" join the same portal and workspace. So that nothing is \
         written twice, \"{connection}\" does nothing. Disconnect it, and go on with \"{other}\"."
    )]
    JoinedTwice {
        /// Name of the connection.
        connection: String,
        /// Name of the one that was known as such before.
        other: String,
    },
}

/// What a failed round means to whoever started it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// Will pass: no network, a busy service. The next round tries again.
    TryAgain,
    /// A person has to sign in again, or give another key or more scopes.
    NeedsPerson,
    /// Something else, here or there, that waiting does not mend.
    Broken,
}

impl Trouble {
    /// Whether HubSpot has no record of the id that was asked for.
    pub fn is_not_there(&self) -> bool {
        matches!(self, Self::HubSpot(error) if matches!(error.kind, hubspot::ErrorKind::NotFound))
    }

    /// See [`RetryClass`].
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Self::HubSpot(error) => error.retry_class(),
            Self::Tuco(error) => error.retry_class(),
            Self::Store(_)
            | Self::WrongPortal { .. }
            | Self::SignedInElsewhere { .. }
            | Self::WrongWorkspace { .. }
            | Self::JoinedTwice { .. } => RetryClass::Permanent,
        }
    }

    /// Nothing was sent, because calls to a side that does not answer are held back for a while.
    pub(crate) fn is_held_back(&self) -> bool {
        let failure = match self {
            Self::HubSpot(hubspot::Error {
                kind: hubspot::ErrorKind::NoAnswer(failure),
                ..
            }) => failure,
            Self::Tuco(tuco::Error {
                kind: tuco::ErrorKind::Wire(failure),
                ..
            }) => failure,
            _ => return false,
        };
        matches!(failure, wire::Failure::BreakerOpen { .. })
    }

    /// No word of the service came back: there is no network, something else answered in its place, or
    /// calls are held back because of that.
    pub(crate) fn is_unreached(&self) -> bool {
        match self {
            Self::HubSpot(error) => matches!(
                error.kind,
                hubspot::ErrorKind::NotTheApi { .. }
                    | hubspot::ErrorKind::NoAnswer(
                        wire::Failure::Transport { .. } | wire::Failure::BreakerOpen { .. }
                    )
            ),
            Self::Tuco(error) => matches!(
                error.kind,
                tuco::ErrorKind::NotJson
                    | tuco::ErrorKind::Wire(
                        wire::Failure::Transport { .. } | wire::Failure::BreakerOpen { .. }
                    )
            ),
            _ => false,
        }
    }

    /// See [`Outlook`].
    pub fn outlook(&self) -> Outlook {
        match (self, self.retry_class()) {
            (
                Self::WrongPortal { .. }
                | Self::SignedInElsewhere { .. }
                | Self::WrongWorkspace { .. }
                | Self::JoinedTwice { .. },
                _,
            ) => Outlook::NeedsPerson,
            (Self::HubSpot(error), _) if crate::refusal::lacks_scopes(error) => {
                Outlook::NeedsPerson
            }
            (_, RetryClass::NeedsSignIn) => Outlook::NeedsPerson,
            (
                _,
                RetryClass::Network | RetryClass::Transient { .. } | RetryClass::UnknownOutcome,
            ) => Outlook::TryAgain,
            (_, RetryClass::Permanent) => Outlook::Broken,
        }
    }
}
