//! Why a command did nothing: a code that the page decides by, words for a person, and what stands
//! behind it for whoever wants to know more.

use bridge::by_hand::HandError;
use bridge::compose::OrderError;
use bridge::explain::{Told, tell};
use bridge::home::HomeError;
use bridge::listener::registration::RegistrationError;
use bridge::people::by_hand::PeopleError;
use bridge::running::{HandleError, StartError};
use bridge::settings::SettingError;
use bridge::store::{BackupError, StoreError};
use bridge::trouble::{Outlook, Trouble};
use bridge::vault::VaultError;
use serde::Serialize;
use specta::Type;

/// What the page can act on. A code is added only where the page does something else for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Code {
    /// A key is wrong, expired or lacks a scope: give another one.
    NeedsSignIn,
    /// The keys belong to another portal or workspace than the connection.
    WrongAccount,
    /// No network.
    Offline,
    /// A service asks for patience or has trouble of its own: try again.
    TryAgain,
    /// A service says no.
    Refused,
    /// What was typed does not fit.
    BadInput,
    /// The name is in use.
    Taken,
    /// Somebody changed it since it was read.
    ChangedMeanwhile,
    /// It is not there, or not any more.
    NotFound,
    /// It is in HubSpot already, or on its way, or decided.
    TooLate,
    /// There is no keychain to keep keys in.
    NoKeychain,
    /// The keychain is there and did not do it.
    KeychainFailed,
    /// The disk is full, or may not be written.
    Disk,
    /// The data file is damaged, of a newer version or not ours.
    DataFile,
    /// Another copy of the program works on the same folder.
    OtherCopy,
    /// Somebody pressed Cancel.
    Cancelled,
    /// Only in the sandbox, or only outside it.
    WrongPlace,
    /// A defect of this program.
    Defect,
}

/// See the module.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// What to decide by.
    pub(crate) code: Code,
    /// Whole sentences: what happened, what it means, what to do.
    pub(crate) message: String,
    /// A stable word, or an id for a support desk; empty where there is none.
    pub(crate) detail: String,
}

/// What every command answers.
pub(crate) type Answer<T> = Result<T, Problem>;

impl Problem {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            detail: String::new(),
        }
    }

    fn of(code: Code, told: Told) -> Self {
        Self {
            code,
            message: told.message,
            detail: told.code.to_owned(),
        }
    }

    /// Nothing was chosen in a dialog, or the work was stopped.
    pub(crate) fn cancelled() -> Self {
        Self::new(Code::Cancelled, "Cancelled. Nothing was changed.")
    }

    /// What was typed does not fit.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        Self::new(Code::BadInput, message)
    }

    /// A defect of this program, in words without data.
    pub(crate) fn defect(message: impl Into<String>) -> Self {
        Self::new(Code::Defect, message)
    }
}

fn store_code(error: &StoreError) -> Code {
    match error {
        StoreError::Damaged
        | StoreError::NewerFile { .. }
        | StoreError::Foreign { .. }
        | StoreError::NoFile { .. }
        | StoreError::Unreadable { .. } => Code::DataFile,
        StoreError::Missing => Code::NotFound,
        StoreError::DiskFull
        | StoreError::ReadOnly
        | StoreError::Permission
        | StoreError::Disk(_) => Code::Disk,
        StoreError::Locked => Code::OtherCopy,
        StoreError::Taken => Code::Taken,
        StoreError::Other(_) => Code::Defect,
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Self::from(Trouble::Store(error))
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let told = tell(&trouble);
        let code = match &trouble {
            Trouble::Store(error) => store_code(error),
            Trouble::WrongPortal { .. }
            | Trouble::SignedInElsewhere { .. }
            | Trouble::WrongWorkspace { .. }
            | Trouble::JoinedTwice { .. } => Code::WrongAccount,
            Trouble::HubSpot(_) | Trouble::Tuco(_) => match trouble.outlook() {
                Outlook::NeedsPerson => Code::NeedsSignIn,
                Outlook::TryAgain => match told.code {
                    "no_network" | "no_answer" | "captive_portal" => Code::Offline,
                    _ => Code::TryAgain,
                },
                Outlook::Broken => Code::Refused,
            },
        };
        Self::of(code, told)
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let code = match error {
            VaultError::NoService
            | VaultError::NoDefaultCollection
            | VaultError::NotSupported
            | VaultError::NotEntitled => Code::NoKeychain,
            VaultError::WrongPassphrase | VaultError::ShortPassphrase => Code::BadInput,
            VaultError::Locked
            | VaultError::Denied
            | VaultError::NoAnswer
            | VaultError::TooLong
            | VaultError::Full
            | VaultError::Ambiguous
            | VaultError::Damaged
            | VaultError::NothingKept
            | VaultError::FileLocked
            | VaultError::FileExists
            | VaultError::NoFile
            | VaultError::FileDamaged
            | VaultError::FileDenied
            | VaultError::FileNoAnswer
            | VaultError::Other(_) => Code::KeychainFailed,
        };
        Self {
            detail: error.code().to_owned(),
            ..Self::new(code, error.to_string())
        }
    }
}

impl From<SettingError> for Problem {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Unknown { .. } | SettingError::BadValue { .. } => {
                Self::input(error.to_string())
            }
        }
    }
}

impl From<RegistrationError> for Problem {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::Trouble(trouble) => trouble.into(),
            RegistrationError::Vault(error) => error.into(),
            RegistrationError::NotKept(_) => Self::new(Code::KeychainFailed, error.to_string()),
            RegistrationError::Tunnel
            | RegistrationError::NoTunnel
            | RegistrationError::Off
            | RegistrationError::Listen(_) => Self::input(error.to_string()),
        }
    }
}

impl From<HandError> for Problem {
    fn from(error: HandError) -> Self {
        let code = match error {
            HandError::Trouble(trouble) => return trouble.into(),
            HandError::AlreadyWritten
            | HandError::OnItsWay
            | HandError::NotParked
            | HandError::NotThereYet
            | HandError::NotUnknown => Code::TooLate,
            HandError::Nobody | HandError::SameContact => Code::BadInput,
            HandError::NoSuchContact(_) => Code::NotFound,
        };
        Self::new(code, error.to_string())
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        let code = match error {
            PeopleError::Trouble(trouble) => return trouble.into(),
            PeopleError::NoContact(_) | PeopleError::NoLead(_) => Code::NotFound,
            PeopleError::NotLinked(_) | PeopleError::NoConflict(_) => Code::TooLate,
        };
        Self::new(code, error.to_string())
    }
}

impl From<HandleError> for Problem {
    fn from(error: HandleError) -> Self {
        match error {
            HandleError::Ended => Self::defect(error.to_string()),
            HandleError::Trouble(trouble) => trouble.into(),
            HandleError::Hand(error) => error.into(),
            HandleError::Setting(error) => error.into(),
            HandleError::Listener(error) => error.into(),
            HandleError::Vault(error) => error.into(),
            HandleError::Order(OrderError::Trouble(trouble)) => trouble.into(),
            HandleError::Order(error) => Self::new(Code::BadInput, error.to_string()),
            HandleError::People(error) => error.into(),
            HandleError::NoKeys => Self::new(Code::NeedsSignIn, error.to_string()),
        }
    }
}

impl From<HomeError> for Problem {
    fn from(error: HomeError) -> Self {
        let code = match error {
            HomeError::Busy { .. } => Code::OtherCopy,
            HomeError::NoPlace { .. }
            | HomeError::NotAFolder { .. }
            | HomeError::NotWritable { .. }
            | HomeError::DiskFull { .. }
            | HomeError::Other { .. } => Code::Disk,
        };
        Self::new(code, error.to_string())
    }
}

impl From<StartError> for Problem {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Home(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Thread(_) => Self::defect(error.to_string()),
        }
    }
}

impl From<BackupError> for Problem {
    fn from(error: BackupError) -> Self {
        let code = match error {
            BackupError::Exists(_) => Code::Taken,
            BackupError::NotUsable(_) => Code::BadInput,
            BackupError::Store(error) => return error.into(),
        };
        Self::new(code, error.to_string())
    }
}
