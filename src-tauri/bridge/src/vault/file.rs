//! Secrets in a file that a passphrase opens, for computers without a keychain and people who ask.
//!
//! The passphrase is kept nowhere; while the file is open its key is in memory. Every change seals the
//! whole file anew and puts it in the old one's place, so that a crash leaves the one or the other. A
//! file that can't be read is never written over. Who writes holds the home's lock: two programs that
//! write at once would each drop what the other added.

use super::actor::Actor;
use super::disk::{Disk, OnDisk};
use super::sealed::{self, Key, Records};
use super::{LIMIT, Secrets, Vault, VaultError, from_bytes, to_bytes};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wire::Secret;

/// Its name in the home.
pub const FILE_NAME: &str = "keys.sealed";
/// Shorter passphrases are guessed whatever the work; four words are longer.
pub const SHORTEST_PASSPHRASE: usize = 12;

/// Where the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// There is none.
    Absent,
    /// There is one, and its passphrase was not given.
    Locked,
    /// Its passphrase was given.
    Open,
}

/// See the module.
pub struct PassphraseFile {
    actor: Actor<dyn Disk>,
    key: Mutex<Option<Key>>,
}

impl PassphraseFile {
    /// The file of a home. Touches nothing.
    pub fn in_home(folder: &Path) -> Self {
        Self::over(Arc::new(OnDisk::at(folder.join(FILE_NAME))), LIMIT)
    }

    pub(super) fn over(disk: Arc<dyn Disk>, limit: Duration) -> Self {
        Self {
            actor: Actor::new(disk, limit),
            key: Mutex::default(),
        }
    }

    /// Where it stands.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn state(&self) -> Result<FileState, VaultError> {
        let there = self.read()?.is_some();
        Ok(match (there, self.key().is_some()) {
            (_, true) => FileState::Open,
            (true, false) => FileState::Locked,
            (false, false) => FileState::Absent,
        })
    }

    /// Makes the file, under a new passphrase, and leaves it open.
    ///
    /// # Errors
    /// [`VaultError::FileExists`] where there is one, [`VaultError::ShortPassphrase`], and those of the
    /// disk.
    pub fn create(&self, passphrase: &Secret) -> Result<(), VaultError> {
        refuse_short(passphrase)?;
        if self.read()?.is_some() {
            return Err(VaultError::FileExists);
        }
        let key = Key::new(passphrase)?;
        let file = sealed::seal(&Records::new(), &key)?;
        self.ask(move |disk| disk.replace(&file))?;
        *self.key() = Some(key);
        Ok(())
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`VaultError::WrongPassphrase`], [`VaultError::NoFile`], and those of the disk.
    pub fn unlock(&self, passphrase: &Secret) -> Result<(), VaultError> {
        let file = self.read()?.ok_or(VaultError::NoFile)?;
        let key = Key::of_file(passphrase, &file)?;
        sealed::open(&file, &key)?;
        *self.key() = Some(key);
        Ok(())
    }

    /// Forgets the key, so that the passphrase is needed again.
    pub fn lock(&self) {
        *self.key() = None;
    }

    /// Gives the file up with all that is in it, for whoever has forgotten its passphrase; also one that is
    /// damaged. There is none afterwards.
    ///
    /// # Errors
    /// [`VaultError::NoFile`], and those of the disk. It is then where it was.
    pub fn give_up(&self) -> Result<(), VaultError> {
        self.ask(|disk| match disk.read() {
            Ok(None) => Err(VaultError::NoFile),
            _ => disk.remove(),
        })?;
        self.lock();
        Ok(())
    }

    /// Seals the file under another passphrase, and leaves it open.
    ///
    /// # Errors
    /// As [`Self::unlock`] for the old one and [`Self::create`] for the new one. The file is then as it
    /// was.
    pub fn change_passphrase(&self, old: &Secret, new: &Secret) -> Result<(), VaultError> {
        refuse_short(new)?;
        let file = self.read()?.ok_or(VaultError::NoFile)?;
        // The old one is asked for also where the file is open: somebody may have left the desk.
        let old = Key::of_file(old, &file)?;
        sealed::open(&file, &old)?;
        let new = Key::new(new)?;
        let kept = new.clone();
        self.ask(move |disk| {
            let file = disk.read()?.ok_or(VaultError::NoFile)?;
            disk.replace(&sealed::seal(&sealed::open(&file, &old)?, &new)?)
        })?;
        *self.key() = Some(kept);
        Ok(())
    }

    /// Whether it holds secrets of a connection; needs no passphrase.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub fn holds(&self, connection_key: &str) -> Result<bool, VaultError> {
        let Some(file) = self.read()? else {
            return Ok(false);
        };
        let names = sealed::names(&file)?;
        Ok(names.iter().any(|name| name == connection_key))
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&(dyn Disk + 'static)) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        self.actor.ask(work).map_err(|error| match error {
            VaultError::NoAnswer => VaultError::FileNoAnswer,
            VaultError::Damaged => VaultError::FileDamaged,
            other => other,
        })
    }

    fn read(&self) -> Result<Option<Vec<u8>>, VaultError> {
        self.ask(Disk::read)
    }

    fn key(&self) -> MutexGuard<'_, Option<Key>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_key(&self) -> Result<Key, VaultError> {
        self.key().clone().ok_or(VaultError::FileLocked)
    }

    /// Changes the records in one go on the file's own thread, so that no two changes cross.
    fn change(&self, change: impl FnOnce(&mut Records) + Send + 'static) -> Result<(), VaultError> {
        let Ok(key) = self.open_key() else {
            return Err(match self.read()? {
                Some(_) => VaultError::FileLocked,
                None => VaultError::NoFile,
            });
        };
        self.ask(move |disk| {
            let mut records = records(disk, &key)?;
            change(&mut records);
            disk.replace(&sealed::seal(&records, &key)?)
        })
    }
}

impl Vault for PassphraseFile {
    fn load(&self, connection_key: &str) -> Result<Option<Secrets>, VaultError> {
        if self.key().is_none() && !self.holds(connection_key)? {
            return Ok(None);
        }
        let key = self.open_key()?;
        let mut records = self.ask(move |disk| records(disk, &key))?;
        let record = records.remove(connection_key);
        let secrets = record.map(|record| from_bytes(&record)).transpose();
        secrets.map_err(|_| VaultError::FileDamaged)
    }

    fn store(&self, connection_key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        let record = to_bytes(secrets)?;
        let name = connection_key.to_owned();
        self.change(move |records| drop(records.insert(name, record)))
    }

    fn forget(&self, connection_key: &str) -> Result<(), VaultError> {
        if !self.holds(connection_key)? {
            return Ok(());
        }
        let name = connection_key.to_owned();
        self.change(move |records| drop(records.remove(&name)))
    }
}

/// A file that was sealed anew elsewhere, under another passphrase, is locked to us.
fn records(disk: &dyn Disk, key: &Key) -> Result<Records, VaultError> {
    match disk.read()? {
        None => Ok(Records::new()),
        Some(file) if sealed::is_of(&file, key)? => {
            // The key fits, so what does not open was changed.
            sealed::open(&file, key).map_err(|_| VaultError::FileDamaged)
        }
        Some(_) => Err(VaultError::FileLocked),
    }
}

fn refuse_short(passphrase: &Secret) -> Result<(), VaultError> {
    if passphrase.expose().chars().count() < SHORTEST_PASSPHRASE {
        return Err(VaultError::ShortPassphrase);
    }
    Ok(())
}
