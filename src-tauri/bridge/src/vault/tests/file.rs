//! The passphrase file: what opens it, what does not, and what is left after misfortune.

use super::super::disk::{Disk, OnDisk};
use super::super::{FILE_NAME, FileState, PassphraseFile, Vault, VaultError};
use super::{LONG, secrets, token};
use std::sync::{Arc, Mutex};
use wire::Secret;

/// A file in memory.
#[derive(Default)]
pub(super) struct InMemory {
    pub(super) bytes: Mutex<Option<Vec<u8>>>,
}

impl Disk for InMemory {
    fn read(&self) -> Result<Option<Vec<u8>>, VaultError> {
        Ok(self.bytes.lock().unwrap().clone())
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), VaultError> {
        *self.bytes.lock().unwrap() = Some(bytes.to_vec());
        Ok(())
    }

    fn remove(&self) -> Result<(), VaultError> {
        *self.bytes.lock().unwrap() = None;
        Ok(())
    }
}

pub(super) fn passphrase() -> Secret {
    Secret::new("four plain words here")
}

fn open_file(disk: &Arc<InMemory>) -> PassphraseFile {
    let file = PassphraseFile::over(disk.clone(), LONG);
    file.create(&passphrase()).unwrap();
    file
}

#[test]
fn it_opens_with_its_passphrase_and_with_no_other() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    file.store("k", &secrets(3_000)).unwrap();
    file.lock();
    assert_eq!(file.state().unwrap(), FileState::Locked);
    assert!(file.holds("k").unwrap(), "known without a passphrase");
    assert_eq!(file.load("k").unwrap_err(), VaultError::FileLocked);
    assert!(file.load("other").unwrap().is_none());
    let wrong = Secret::new("four plain words HERE");
    assert_eq!(
        file.unlock(&wrong).unwrap_err(),
        VaultError::WrongPassphrase
    );
    assert_eq!(file.state().unwrap(), FileState::Locked);
    file.unlock(&passphrase()).unwrap();
    assert_eq!(token(&file.load("k").unwrap().unwrap()).len(), 3_000);
    file.forget("k").unwrap();
    assert!(!file.holds("k").unwrap());
}

#[test]
fn nothing_of_a_secret_and_no_nonce_twice_is_in_the_file() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    let kept = secrets(64);
    file.store("k", &kept).unwrap();
    let one = disk.bytes.lock().unwrap().clone().unwrap();
    file.store("k", &kept).unwrap();
    let two = disk.bytes.lock().unwrap().clone().unwrap();
    assert_ne!(one, two, "sealed with a new nonce each time");
    for piece in token(&kept).as_bytes().windows(8) {
        assert!(!one.windows(8).any(|bytes| bytes == piece));
    }
}

#[test]
fn every_changed_byte_and_every_shorter_file_is_refused_and_left_as_it_is() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    file.store("k", &secrets(40)).unwrap();
    let whole = disk.bytes.lock().unwrap().clone().unwrap();
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1;
        refused(&file, &disk, changed, &format!("byte {place} changed"));
        refused(&file, &disk, whole[..place].to_vec(), "cut short");
    }
    *disk.bytes.lock().unwrap() = Some(whole);
    assert!(file.load("k").unwrap().is_some());
}

fn refused(file: &PassphraseFile, disk: &InMemory, bytes: Vec<u8>, what: &str) {
    *disk.bytes.lock().unwrap() = Some(bytes.clone());
    let error = file.load("k").unwrap_err();
    // A changed salt reads as a file that was sealed anew elsewhere.
    let expected = matches!(error, VaultError::FileDamaged | VaultError::FileLocked);
    assert!(expected, "{what}: {error}");
    file.store("k", &secrets(10)).unwrap_err();
    assert_eq!(*disk.bytes.lock().unwrap(), Some(bytes), "{what}");
}

#[test]
fn a_file_that_asks_for_too_little_or_too_much_work_is_refused_before_any_is_done() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    let whole = disk.bytes.lock().unwrap().clone().unwrap();
    // Memory, passes and lanes stand after the mark and the format.
    for (place, value) in [(5, 8_u32), (5, u32::MAX), (9, 1), (9, 1 << 20), (13, 0)] {
        let mut changed = whole.clone();
        changed[place..place + 4].copy_from_slice(&value.to_be_bytes());
        *disk.bytes.lock().unwrap() = Some(changed);
        let error = file.unlock(&passphrase()).unwrap_err();
        assert_eq!(error, VaultError::FileDamaged, "{place}: {value}");
    }
}

#[test]
fn another_passphrase_takes_the_old_ones_place() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    file.store("k", &secrets(30)).unwrap();
    let elsewhere = PassphraseFile::over(disk.clone(), LONG);
    elsewhere.unlock(&passphrase()).unwrap();
    let new = Secret::new("five other words are here");
    assert_eq!(
        file.change_passphrase(&new, &new).unwrap_err(),
        VaultError::WrongPassphrase
    );
    let short = Secret::new("short");
    assert_eq!(
        file.change_passphrase(&passphrase(), &short).unwrap_err(),
        VaultError::ShortPassphrase
    );
    file.change_passphrase(&passphrase(), &new).unwrap();
    assert!(file.load("k").unwrap().is_some());
    assert_eq!(
        elsewhere.load("k").unwrap_err(),
        VaultError::FileLocked,
        "whoever had it open needs the new one"
    );
    assert_eq!(
        elsewhere.unlock(&passphrase()).unwrap_err(),
        VaultError::WrongPassphrase
    );
    elsewhere.unlock(&new).unwrap();
    assert!(elsewhere.load("k").unwrap().is_some());
}

#[test]
fn a_file_is_made_once_and_never_over_another() {
    let disk = Arc::new(InMemory::default());
    let file = PassphraseFile::over(disk.clone(), LONG);
    assert_eq!(file.state().unwrap(), FileState::Absent);
    assert_eq!(file.unlock(&passphrase()).unwrap_err(), VaultError::NoFile);
    assert_eq!(
        file.store("k", &secrets(9)).unwrap_err(),
        VaultError::NoFile
    );
    file.create(&passphrase()).unwrap();
    assert_eq!(
        file.create(&passphrase()).unwrap_err(),
        VaultError::FileExists
    );
}

#[cfg(unix)]
#[test]
fn on_a_disk_it_is_private_replaced_as_a_whole_and_leaves_nothing_beside_it() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let disk = OnDisk::at(path.clone());
    assert!(disk.read().unwrap().is_none());
    // Somebody laid a link where the new file is written.
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "mine").unwrap();
    symlink(&victim, folder.path().join(format!("{FILE_NAME}.writing"))).unwrap();
    disk.replace(b"one").unwrap();
    disk.replace(b"two").unwrap();
    assert_eq!(disk.read().unwrap().unwrap(), b"two");
    assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "the file and the victim");
}

#[test]
fn a_file_that_nobody_can_open_is_given_up_and_another_one_made() {
    let disk = Arc::new(InMemory::default());
    let file = open_file(&disk);
    file.store("k", &secrets(40)).unwrap();
    file.lock();
    file.give_up().unwrap();
    assert_eq!(file.state().unwrap(), FileState::Absent);
    assert!(!file.holds("k").unwrap() && file.load("k").unwrap().is_none());
    assert_eq!(file.give_up().unwrap_err(), VaultError::NoFile);
    // One that is damaged as well.
    *disk.bytes.lock().unwrap() = Some(b"no file of ours".to_vec());
    assert_eq!(file.holds("k").unwrap_err(), VaultError::FileDamaged);
    file.give_up().unwrap();
    file.create(&Secret::new("another four of them")).unwrap();
    file.store("k", &secrets(40)).unwrap();
    assert!(file.load("k").unwrap().is_some());
}
