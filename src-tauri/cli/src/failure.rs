//! Why a command ends early: an exit code, a stable word and whole sentences.

use bridge::by_hand::HandError;
use bridge::explain;
use bridge::people::mappings::ApplyError;
use bridge::store::StoreError;
use bridge::trouble::{Outlook, Trouble};
use serde::Serialize;
use std::process::ExitCode;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done,
    /// Something failed.
    Failed,
    /// Wrong use.
    Usage,
    /// A person is needed: sign in again, give scopes, look at an unknown outcome.
    NeedsPerson,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::NeedsPerson => 3,
        })
    }
}

/// See the module.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Failure {
    #[serde(skip)]
    pub(crate) exit: Exit,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn failed(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn usage(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            code,
            message: message.into(),
        }
    }

    pub(crate) fn needs_person(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::NeedsPerson,
            code,
            message: message.into(),
        }
    }

    /// A trouble that is borrowed from a round's answer.
    pub(crate) fn of_trouble(trouble: &Trouble) -> Self {
        let told = explain::tell(trouble);
        let exit = match trouble.outlook() {
            Outlook::NeedsPerson => Exit::NeedsPerson,
            Outlook::TryAgain | Outlook::Broken => Exit::Failed,
        };
        Self {
            exit,
            code: told.code,
            message: told.message,
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::of_trouble(&trouble)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Store(error) => error.into(),
            ApplyError::Unwritable(_) => Self::failed("bad_mapping", error.to_string()),
        }
    }
}

impl From<HandError> for Failure {
    fn from(error: HandError) -> Self {
        let code = match error {
            HandError::Trouble(trouble) => return trouble.into(),
            HandError::NoSuchContact(_) => "no_contact",
            HandError::OnItsWay => "on_its_way",
            HandError::NotThereYet => "not_there_yet",
            HandError::SameContact => "same_contact",
            _ => "too_late",
        };
        Self::failed(code, error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of_trouble(&Trouble::Store(error))
    }
}
