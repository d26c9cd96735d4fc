//! The three places for secrets, and which of them a connection uses.
//!
//! Where secrets are kept is not written down a second time: it is where they are found. This run's
//! memory goes before the passphrase file, whose head names its connections without a passphrase, and
//! that before the keychain. So a move that is cut short leaves the secrets in one place or in both,
//! and never in none.

use super::{FileState, Keychain, PassphraseFile, Secrets, SessionOnly, Vault, VaultError};
use crate::event::words;
use crate::home::Home;
use crate::listener::registration::{entry as webhook_entry, main_entry};
use std::sync::{Arc, Mutex, PoisonError};
use wire::Secret;

words! {
    /// Where the secrets of a connection are kept.
    Keep {
        /// The keychain of the operating system.
        Keychain = "keychain",
        /// A file that a passphrase opens.
        File = "file",
        /// Nowhere: this run's memory.
        Session = "session",
    }
}

/// What came of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Where they were.
    pub from: Keep,
    /// Why they could not be taken away from there, where that is so. They are in both places.
    pub left_behind: Option<VaultError>,
}

/// See the module.
pub struct Stores {
    keychain: Arc<dyn Vault>,
    file: PassphraseFile,
    session: SessionOnly,
    preferred: Mutex<Keep>,
}

impl Stores {
    /// The places of a home. Touches none of them.
    pub fn of(home: &Home) -> Self {
        Self::over(
            Arc::new(Keychain::new()),
            PassphraseFile::in_home(home.folder()),
        )
    }

    /// With another keychain, such as a test's.
    pub fn with_keychain(home: &Home, keychain: Arc<dyn Vault>) -> Self {
        Self::over(keychain, PassphraseFile::in_home(home.folder()))
    }

    pub(super) fn over(keychain: Arc<dyn Vault>, file: PassphraseFile) -> Self {
        Self {
            keychain,
            file,
            session: SessionOnly::default(),
            preferred: Mutex::new(Keep::Keychain),
        }
    }

    /// The passphrase file: to create it, to open it, to lock it.
    pub fn file(&self) -> &PassphraseFile {
        &self.file
    }

    /// Where secrets of a connection that has none yet will be kept.
    pub fn prefer(&self, keep: Keep) {
        *self
            .preferred
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = keep;
    }

    fn preferred(&self) -> Keep {
        *self
            .preferred
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a connection's secrets are, or would be looked for. Asks no keychain.
    ///
    /// # Errors
    /// Why the passphrase file can't be looked at.
    pub fn place(&self, connection_key: &str) -> Result<Keep, VaultError> {
        if self.session.load(connection_key)?.is_some() {
            return Ok(Keep::Session);
        }
        Ok(if self.file.holds(connection_key)? {
            Keep::File
        } else {
            Keep::Keychain
        })
    }

    /// Whether a passphrase has to be given before a connection's secrets can be had.
    ///
    /// # Errors
    /// Why the passphrase file can't be looked at.
    pub fn needs_passphrase(&self, connection_key: &str) -> Result<bool, VaultError> {
        Ok(self.place(connection_key)? == Keep::File && self.file.state()? == FileState::Locked)
    }

    /// Opens the passphrase file, making it where there is none.
    ///
    /// # Errors
    /// See [`PassphraseFile::unlock`] and [`PassphraseFile::create`].
    pub fn open_file(&self, passphrase: &Secret) -> Result<(), VaultError> {
        match self.file.state()? {
            FileState::Absent => self.file.create(passphrase),
            FileState::Locked | FileState::Open => self.file.unlock(passphrase),
        }
    }

    /// Gives up the passphrase file, see [`PassphraseFile::give_up`]. Secrets that come in from now on go to the
    /// keychain, until somebody wishes for another file.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn give_up_file(&self) -> Result<(), VaultError> {
        self.file.give_up()?;
        self.prefer(Keep::Keychain);
        Ok(())
    }

    /// Keeps secrets in one place and in no other.
    ///
    /// # Errors
    /// See [`VaultError`]. What was kept before is then where it was.
    pub fn store_in(
        &self,
        keep: Keep,
        connection_key: &str,
        secrets: &Secrets,
    ) -> Result<(), VaultError> {
        self.at(keep).store(connection_key, secrets)?;
        self.take_away(connection_key, keep)
    }

    /// Moves the secrets of a connection. They are read back from the new place before the old one
    /// forgets them.
    ///
    /// # Errors
    /// See [`VaultError`]. The secrets are then where they were.
    pub fn move_to(&self, keep: Keep, connection_key: &str) -> Result<Moved, VaultError> {
        let moved = self.move_entry(keep, connection_key)?;
        match self.move_entry(keep, &webhook_entry(connection_key)) {
            Ok(_) | Err(VaultError::NothingKept) => Ok(moved),
            Err(error) => Ok(Moved {
                left_behind: moved.left_behind.or(Some(error)),
                ..moved
            }),
        }
    }

    fn move_entry(&self, keep: Keep, connection_key: &str) -> Result<Moved, VaultError> {
        let from = self.place(connection_key)?;
        let secrets = self
            .at(from)
            .load(connection_key)?
            .ok_or(VaultError::NothingKept)?;
        if from == keep {
            return Ok(Moved {
                from,
                left_behind: None,
            });
        }
        self.at(keep).store(connection_key, &secrets)?;
        let there = self.at(keep).load(connection_key)?;
        if !there.is_some_and(|there| there.same_as(&secrets)) {
            return Err(VaultError::Damaged);
        }
        let left_behind = self.take_away(connection_key, keep).err();
        Ok(Moved { from, left_behind })
    }

    fn at(&self, keep: Keep) -> &dyn Vault {
        match keep {
            Keep::Keychain => &*self.keychain,
            Keep::File => &self.file,
            Keep::Session => &self.session,
        }
    }

    /// Forgets them everywhere but in one place. All places are tried before the first failure is told.
    fn take_away(&self, connection_key: &str, but: Keep) -> Result<(), VaultError> {
        let mut outcome = Ok(());
        for keep in Keep::ALL.iter().copied().filter(|keep| *keep != but) {
            outcome = outcome.and(self.forget_in(keep, connection_key));
        }
        outcome
    }

    fn forget_in(&self, keep: Keep, connection_key: &str) -> Result<(), VaultError> {
        match self.at(keep).forget(connection_key) {
            // Nothing is kept where there is no keychain.
            Err(error) if keep == Keep::Keychain && is_absent(&error) => Ok(()),
            outcome => outcome,
        }
    }
}

/// There is no keychain that could hold anything.
fn is_absent(error: &VaultError) -> bool {
    matches!(
        error,
        VaultError::NoService | VaultError::NoDefaultCollection | VaultError::NotSupported
    )
}

impl Vault for Stores {
    fn load(&self, connection_key: &str) -> Result<Option<Secrets>, VaultError> {
        match self.place(connection_key) {
            Ok(Keep::Keychain) => match (
                self.keychain.load(connection_key),
                main_entry(connection_key),
            ) {
                // Whose keys are elsewhere needs no keychain to have no webhook yet.
                (Err(error), Some(main))
                    if is_absent(&error) && self.place(main)? != Keep::Keychain =>
                {
                    Ok(None)
                }
                (loaded, _) => loaded,
            },
            Ok(keep) => self.at(keep).load(connection_key),
            // A file that can't be looked at holds up nobody whose secrets are in the keychain.
            Err(trouble) => match self.keychain.load(connection_key) {
                Ok(Some(secrets)) => Ok(Some(secrets)),
                _ => Err(trouble),
            },
        }
    }

    /// Where they are already, else where new ones are wished.
    fn store(&self, connection_key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        let keep = match (self.place(connection_key)?, main_entry(connection_key)) {
            // A webhook's secret goes where the keys of its connection are.
            (Keep::Keychain, Some(main)) => self.place(main)?,
            (Keep::Keychain, None) => self.preferred(),
            (elsewhere, _) => elsewhere,
        };
        match keep {
            Keep::Keychain => self.keychain.store(connection_key, secrets),
            keep => self.store_in(keep, connection_key, secrets),
        }
    }

    fn forget(&self, connection_key: &str) -> Result<(), VaultError> {
        let mut outcome = Ok(());
        for keep in Keep::ALL.iter().copied() {
            outcome = outcome.and(self.forget_in(keep, connection_key));
        }
        outcome
    }
}
