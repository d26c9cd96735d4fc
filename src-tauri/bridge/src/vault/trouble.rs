//! Why secrets could not be kept or had, and what to do next.

/// A closed list; each case says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Linux: no Secret Service is running.
    #[error(
        "No keychain is running, so keys can't be kept. Install and start gnome-keyring or kwallet, \
         keep the keys in a passphrase file, or give them for this run only with HUBSPOT_TOKEN and \
         TUCO_API_KEY."
    )]
    NoService,
    /// Linux: the service has no collection to put entries into.
    #[error(
        "The keychain has no default collection yet. Open \"Passwords and Keys\" (or KWallet) once and \
         create a default keyring, then try again."
    )]
    NoDefaultCollection,
    /// It is locked and was not unlocked.
    #[error("The keychain is locked. Unlock it and try again.")]
    Locked,
    /// The user, or a rule of the system, said no.
    #[error(
        "The keychain did not allow it. Try again and confirm when it asks, or allow this program in \
         the keychain's own settings."
    )]
    Denied,
    /// macOS: this copy of the program is not signed for the keychain.
    #[error(
        "The keychain refuses this copy of the program, because it is not signed as it should be. \
         Install the program anew from its installer, or keep the keys in a passphrase file."
    )]
    NotEntitled,
    /// No answer in three seconds.
    #[error(
        "The keychain did not answer. It may be waiting for you in another window: answer there and \
         try again."
    )]
    NoAnswer,
    /// The keychain takes even less than we assume.
    #[error("The keychain refuses an entry of this length. Use a shorter key.")]
    TooLong,
    /// There is no more room.
    #[error(
        "There is no room left to keep keys in. Free some space and try again; nothing was changed."
    )]
    Full,
    /// Two entries of one name, neither of which can be trusted.
    #[error(
        "The keychain holds several entries of this name. Remove those of \"tuco-for-hubspot\" in the \
         keychain's own window, then connect again."
    )]
    Ambiguous,
    /// What was read is not what was kept.
    #[error("The keys in the keychain are damaged. Connect again with the keys.")]
    Damaged,
    /// There are no secrets to be moved.
    #[error("No keys are kept for this connection. Connect again with the keys.")]
    NothingKept,
    /// This system has no keychain that we know.
    #[error(
        "This system has no keychain that the program can use. Keep the keys in a passphrase file, or \
         give them for this run only with HUBSPOT_TOKEN and TUCO_API_KEY."
    )]
    NotSupported,
    /// The passphrase file was not opened.
    #[error(
        "The keys are in the passphrase file, which is locked. Give its passphrase, in the window or \
         with TUCO_HUBSPOT_PASSPHRASE for one run."
    )]
    FileLocked,
    /// It opens with another one.
    #[error(
        "The passphrase file does not open with this passphrase. Try again. Without the passphrase \
         nothing can be had from the file: then start over, which deletes it, and give the keys again."
    )]
    WrongPassphrase,
    /// Too easy to guess.
    #[error("The passphrase is too short. Take at least 12 characters, such as four words.")]
    ShortPassphrase,
    /// There is a file already.
    #[error("There is a passphrase file already. Unlock it, or change its passphrase.")]
    FileExists,
    /// There is none.
    #[error("There is no passphrase file yet. Choose a passphrase for a new one.")]
    NoFile,
    /// It is not what we wrote. It is left as it is.
    #[error(
        "The passphrase file keys.sealed is damaged and was left as it is. Put a copy of it back, or \
         start over, which deletes it, and give the keys again."
    )]
    FileDamaged,
    /// It may not be read or written.
    #[error(
        "The passphrase file keys.sealed can't be read or written. Give yourself the right to it and \
         try again."
    )]
    FileDenied,
    /// Its disk gave no answer in three seconds.
    #[error(
        "The disk with the passphrase file keys.sealed did not answer. Look whether the drive can be \
         reached, and try again."
    )]
    FileNoAnswer,
    /// Anything else.
    #[error("The keychain failed ({0}). Try again; if it stays so, restart the keychain.")]
    Other(String),
}

/// What a person can do about it, for whoever draws a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NextStep {
    /// Begin a keychain, or choose another place.
    ChoosePlace,
    /// Make a default keyring.
    CreateKeyring,
    /// Unlock the keychain.
    UnlockKeychain,
    /// Confirm in the keychain's own window.
    AnswerKeychain,
    /// Give the passphrase.
    GivePassphrase,
    /// Think of a longer one, or of one at all.
    ChoosePassphrase,
    /// Give the keys once more.
    ConnectAgain,
    /// Make room, or give rights.
    MendDisk,
    /// Just again.
    TryAgain,
}

impl VaultError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoService => "no_service",
            Self::NoDefaultCollection => "no_default_collection",
            Self::Locked => "locked",
            Self::Denied => "denied",
            Self::NotEntitled => "not_entitled",
            Self::NoAnswer => "no_answer",
            Self::TooLong => "too_long",
            Self::Full => "full",
            Self::Ambiguous => "ambiguous",
            Self::Damaged => "damaged",
            Self::NothingKept => "nothing_kept",
            Self::NotSupported => "not_supported",
            Self::FileLocked => "file_locked",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::ShortPassphrase => "short_passphrase",
            Self::FileExists => "file_exists",
            Self::NoFile => "no_file",
            Self::FileDamaged => "file_damaged",
            Self::FileDenied => "file_denied",
            Self::FileNoAnswer => "file_no_answer",
            Self::Other(_) => "other",
        }
    }

    /// See [`NextStep`].
    pub fn next_step(&self) -> NextStep {
        match self {
            Self::NoService | Self::NotSupported | Self::NotEntitled => NextStep::ChoosePlace,
            Self::NoDefaultCollection => NextStep::CreateKeyring,
            Self::Locked => NextStep::UnlockKeychain,
            Self::Denied | Self::NoAnswer => NextStep::AnswerKeychain,
            Self::FileLocked | Self::WrongPassphrase | Self::FileExists => NextStep::GivePassphrase,
            Self::ShortPassphrase | Self::NoFile => NextStep::ChoosePassphrase,
            Self::TooLong
            | Self::Ambiguous
            | Self::Damaged
            | Self::NothingKept
            | Self::FileDamaged => NextStep::ConnectAgain,
            Self::Full | Self::FileDenied | Self::FileNoAnswer => NextStep::MendDisk,
            Self::Other(_) => NextStep::TryAgain,
        }
    }
}
