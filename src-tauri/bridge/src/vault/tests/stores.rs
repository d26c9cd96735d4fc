//! Three places, and moves between them.

use super::super::keychain::Keychain;
use super::super::{Keep, PassphraseFile, Stores, Vault, VaultError};
use super::file::{InMemory, passphrase};
use super::{LONG, Memory, secrets, token};
use std::sync::Arc;

struct Places {
    keychain: Arc<Memory>,
    disk: Arc<InMemory>,
    stores: Stores,
}

fn places() -> Places {
    let (keychain, disk) = (Arc::new(Memory::default()), Arc::new(InMemory::default()));
    let stores = Stores::over(
        Arc::new(Keychain::over(keychain.clone(), LONG)),
        PassphraseFile::over(disk.clone(), LONG),
    );
    Places {
        keychain,
        disk,
        stores,
    }
}

#[test]
fn secrets_move_between_all_places_and_stay_in_one() {
    let Places {
        keychain, stores, ..
    } = places();
    stores.open_file(&passphrase()).unwrap();
    let kept = secrets(4_000);
    stores.store("k", &kept).unwrap();
    assert_eq!(stores.place("k").unwrap(), Keep::Keychain);
    for to in [
        Keep::File,
        Keep::Session,
        Keep::Keychain,
        Keep::Session,
        Keep::File,
        Keep::Keychain,
        Keep::Keychain,
    ] {
        let moved = stores.move_to(to, "k").unwrap();
        assert_eq!(moved.left_behind, None);
        assert_eq!(stores.place("k").unwrap(), to);
        assert_eq!(token(&stores.load("k").unwrap().unwrap()), token(&kept));
        let in_keychain = !keychain.kept.lock().unwrap().is_empty();
        assert_eq!(in_keychain, to == Keep::Keychain);
        assert_eq!(stores.file().holds("k").unwrap(), to == Keep::File);
    }
}

#[test]
fn a_move_that_fails_leaves_the_secrets_where_they_were() {
    let Places {
        keychain,
        disk,
        stores,
    } = places();
    stores.store("k", &secrets(50)).unwrap();
    assert_eq!(
        stores.move_to(Keep::File, "k").unwrap_err(),
        VaultError::NoFile
    );
    assert_eq!(stores.place("k").unwrap(), Keep::Keychain);
    stores.open_file(&passphrase()).unwrap();
    stores.move_to(Keep::File, "k").unwrap();
    *keychain.sets_left.lock().unwrap() = Some(0);
    assert_eq!(
        stores.move_to(Keep::Keychain, "k").unwrap_err(),
        VaultError::Locked
    );
    assert_eq!(stores.place("k").unwrap(), Keep::File);
    assert_eq!(token(&stores.load("k").unwrap().unwrap()).len(), 50);
    assert!(disk.bytes.lock().unwrap().is_some());
    assert_eq!(
        stores.move_to(Keep::Session, "none").unwrap_err(),
        VaultError::NothingKept
    );
}

#[test]
fn new_secrets_go_where_they_are_wished_and_known_ones_stay() {
    let Places {
        keychain, stores, ..
    } = places();
    stores.store("old", &secrets(5)).unwrap();
    stores.open_file(&passphrase()).unwrap();
    stores.prefer(Keep::File);
    stores.store("new", &secrets(6)).unwrap();
    assert_eq!(stores.place("new").unwrap(), Keep::File);
    stores.prefer(Keep::Keychain);
    stores.store("new", &secrets(7)).unwrap();
    assert_eq!(stores.place("new").unwrap(), Keep::File);
    stores.forget("old").unwrap();
    stores.forget("new").unwrap();
    assert!(keychain.kept.lock().unwrap().is_empty());
    assert!(stores.load("new").unwrap().is_none());
}

#[test]
fn a_locked_or_broken_file_holds_up_only_those_whose_keys_are_in_it() {
    let Places { disk, stores, .. } = places();
    stores.store("outside", &secrets(5)).unwrap();
    stores.open_file(&passphrase()).unwrap();
    stores.store_in(Keep::File, "inside", &secrets(6)).unwrap();
    stores.file().lock();
    assert!(stores.needs_passphrase("inside").unwrap());
    assert_eq!(stores.load("inside").unwrap_err(), VaultError::FileLocked);
    assert_eq!(stores.forget("inside").unwrap_err(), VaultError::FileLocked);
    assert!(stores.load("outside").unwrap().is_some());
    *disk.bytes.lock().unwrap() = Some(b"something else".to_vec());
    assert_eq!(stores.load("inside").unwrap_err(), VaultError::FileDamaged);
    assert!(stores.load("outside").unwrap().is_some());
}

#[test]
fn a_load_asks_the_keychain_once() {
    let Places {
        keychain, stores, ..
    } = places();
    stores.store("k", &secrets(60)).unwrap();
    let before = *keychain.gets.lock().unwrap();
    stores.load("k").unwrap();
    assert_eq!(*keychain.gets.lock().unwrap(), before + 1);
}
