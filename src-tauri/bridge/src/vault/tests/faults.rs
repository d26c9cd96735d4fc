//! Sixteen misfortunes in each of the three places: forty-eight cases, each told by name with a way on,
//! none that hangs, and none after which a secret that was kept is gone.

use super::super::disk::Disk;
use super::super::keychain::{Keychain, named, named_by_number};
use super::super::parts::Entries;
use super::super::{LIMIT, PassphraseFile, Secrets, SessionOnly, Vault, VaultError};
use super::file::{InMemory, passphrase};
use super::{Memory, secrets, token};
use keyring_core::Error as Library;
use secret_service::Error as Service;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wire::Secret;
use zeroize::Zeroizing;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    ServiceAbsent,
    Locked,
    PromptDismissed,
    PromptForEver,
    BusRestarts,
    TimedOut,
    NoDefaultCollection,
    TooLong,
    Ambiguous,
    DeletedOutside,
    WrongType,
    NotUtf8,
    FiftyThreads,
    PartOfAValue,
    StoreFull,
    NotEntitled,
}

use Fault::*;

/// What a place does under a fault.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// It says so.
    Told(VaultError),
    /// Nothing is there, and that is no failure.
    Nothing,
    /// It works all the same.
    Works,
}

use Outcome::*;

/// By fault: keychain, file, memory.
fn table() -> Vec<(Fault, [Outcome; 3])> {
    let told = |error| Told(error);
    vec![
        (
            ServiceAbsent,
            [told(VaultError::NoService), told(VaultError::NoFile), Works],
        ),
        (
            Locked,
            [
                told(VaultError::Locked),
                told(VaultError::FileLocked),
                Works,
            ],
        ),
        (
            PromptDismissed,
            [
                told(VaultError::Denied),
                told(VaultError::WrongPassphrase),
                Works,
            ],
        ),
        // A file asks nobody, so no question of its own can stay open.
        (PromptForEver, [told(VaultError::NoAnswer), Works, Works]),
        (BusRestarts, [told(VaultError::NoService), Works, Works]),
        (
            TimedOut,
            [
                told(VaultError::NoAnswer),
                told(VaultError::FileNoAnswer),
                Works,
            ],
        ),
        (
            NoDefaultCollection,
            [
                told(VaultError::NoDefaultCollection),
                told(VaultError::FileDenied),
                Works,
            ],
        ),
        (
            TooLong,
            [told(VaultError::TooLong), told(VaultError::TooLong), Works],
        ),
        (
            Ambiguous,
            [
                told(VaultError::Ambiguous),
                told(VaultError::FileLocked),
                Works,
            ],
        ),
        (DeletedOutside, [Nothing, Nothing, Nothing]),
        (
            WrongType,
            [
                told(VaultError::Damaged),
                told(VaultError::FileDamaged),
                Works,
            ],
        ),
        (
            NotUtf8,
            [
                told(VaultError::Damaged),
                told(VaultError::FileDamaged),
                Works,
            ],
        ),
        (FiftyThreads, [Works, Works, Works]),
        (
            PartOfAValue,
            [
                told(VaultError::Damaged),
                told(VaultError::FileDamaged),
                Works,
            ],
        ),
        (
            StoreFull,
            [told(VaultError::Full), told(VaultError::Full), Works],
        ),
        (
            NotEntitled,
            [
                told(VaultError::NotEntitled),
                told(VaultError::FileDenied),
                Works,
            ],
        ),
    ]
}

#[test]
fn all_forty_eight_cases_have_a_name_and_a_way_on_and_lose_nothing() {
    assert!(LIMIT <= Duration::from_secs(3));
    let table = table();
    let mut cases = 0;
    for (fault, expected) in table {
        let outcomes = [in_keychain(fault), in_file(fault), in_memory(fault)];
        for (outcome, expected) in outcomes.into_iter().zip(expected) {
            assert_eq!(outcome, expected, "{fault:?}");
            if let Told(error) = outcome {
                let words = error.to_string();
                let sentences = words.matches(['.', ':']).count();
                assert!(sentences >= 2, "what and what to do: {words}");
                assert!(!error.code().is_empty());
                // Every next step is one that the window has a button for.
                let _closed = error.next_step();
            }
            cases += 1;
        }
    }
    assert_eq!(cases, 48);
}

/// Keeps something, lets the fault strike, asks and keeps again, takes the fault away, and looks.
fn strike(vault: &dyn Vault, fault: Fault, set: &dyn Fn(Option<Fault>)) -> Outcome {
    let kept = secrets(5_000);
    vault.store("k", &kept).unwrap();
    set(Some(fault));
    let outcome = match fault {
        // Only writing meets these.
        StoreFull | TooLong => match vault.store("k", &secrets(6_000)) {
            Ok(()) => {
                vault.store("k", &kept).unwrap();
                Works
            }
            Err(error) => Told(error),
        },
        FiftyThreads => fifty_threads(vault, &kept),
        _ => match vault.load("k") {
            Ok(Some(found)) => {
                assert_eq!(token(&found), token(&kept), "{fault:?}");
                Works
            }
            Ok(None) => Nothing,
            Err(error) => Told(error),
        },
    };
    set(None);
    if fault != DeletedOutside {
        let after = vault.load("k").unwrap();
        assert_eq!(
            after.as_ref().map(token),
            Some(token(&kept)),
            "{fault:?} lost a secret"
        );
    }
    vault.store("k", &kept).unwrap();
    outcome
}

/// Half of them write and half read: each reads something whole.
fn fifty_threads(vault: &dyn Vault, kept: &Secrets) -> Outcome {
    std::thread::scope(|scope| {
        for number in 0..50 {
            scope.spawn(move || {
                if number % 2 == 0 {
                    vault.store("k", kept).unwrap();
                } else {
                    let found = vault.load("k").unwrap().unwrap();
                    assert_eq!(token(&found), token(kept));
                }
            });
        }
    });
    Works
}

#[derive(Default)]
struct FaultyKeychain {
    inner: Memory,
    aside: Mutex<std::collections::BTreeMap<String, Vec<u8>>>,
    fault: Mutex<Option<Fault>>,
}

impl FaultyKeychain {
    fn strike(&self, writing: Option<usize>) -> Result<(), VaultError> {
        let fault = *self.fault.lock().unwrap();
        let of_service = |error: Service| Err(named(Library::PlatformFailure(Box::new(error))));
        match fault {
            Some(ServiceAbsent) => of_service(Service::Unavailable),
            Some(BusRestarts) => {
                // The one call that meets it fails; the next one finds the new bus.
                *self.fault.lock().unwrap() = None;
                of_service(Service::Unavailable)
            }
            Some(Locked) => of_service(Service::Locked),
            Some(PromptDismissed) => of_service(Service::Prompt),
            Some(NoDefaultCollection) => of_service(Service::NoResult),
            Some(TimedOut) => of_service(Service::PromptDisconnected),
            Some(PromptForEver) => {
                // Until the fault is taken away, as a question that nobody answers.
                while *self.fault.lock().unwrap() == Some(PromptForEver) {
                    std::thread::yield_now();
                }
                Ok(())
            }
            Some(TooLong) if writing.is_some_and(|length| length > 1_280) => {
                Err(named(Library::TooLong("secret".to_owned(), 1_280)))
            }
            Some(StoreFull) if writing.is_some() => Err(super::super::keychain::named_by_bus(
                "zbus error: org.freedesktop.DBus.Error.LimitsExceeded: x",
            )),
            Some(Ambiguous) => Err(named(Library::Ambiguous(Vec::new()))),
            Some(WrongType) => Err(named(Library::BadDataFormat(Vec::new(), "x".into()))),
            Some(NotEntitled) => Err(named_by_number(
                "A required entitlement isn't present (-34018)",
            )),
            _ => Ok(()),
        }
    }

    fn set(&self, fault: Option<Fault>) {
        let mut kept = self.inner.kept.lock().unwrap();
        match fault {
            Some(DeletedOutside) => kept.clear(),
            Some(NotUtf8) => {
                self.aside.lock().unwrap().clone_from(&kept);
                kept.values_mut().for_each(|bytes| bytes.fill(0xff));
            }
            Some(PartOfAValue) => {
                self.aside.lock().unwrap().clone_from(&kept);
                let last = kept.keys().next_back().cloned().unwrap();
                kept.remove(&last);
            }
            None => {
                let mut aside = self.aside.lock().unwrap();
                if !aside.is_empty() {
                    *kept = std::mem::take(&mut *aside);
                }
            }
            Some(_) => {}
        }
        drop(kept);
        *self.fault.lock().unwrap() = fault;
    }
}

impl Entries for FaultyKeychain {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.strike(None)?;
        self.inner.get(name)
    }

    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        self.strike(Some(bytes.len()))?;
        self.inner.set(name, bytes)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.strike(None)?;
        self.inner.delete(name)
    }
}

/// Shorter than a person's patience where the test waits for it to end.
fn limit(fault: Fault) -> Duration {
    match fault {
        PromptForEver | TimedOut => Duration::from_millis(300),
        _ => super::LONG,
    }
}

fn in_keychain(fault: Fault) -> Outcome {
    let entries = Arc::new(FaultyKeychain::default());
    let vault = Keychain::over(entries.clone(), limit(fault));
    strike(&vault, fault, &|fault| entries.set(fault))
}

#[derive(Default)]
struct FaultyDisk {
    inner: InMemory,
    aside: Mutex<Option<Vec<u8>>>,
    fault: Mutex<Option<Fault>>,
}

impl FaultyDisk {
    fn set(&self, fault: Option<Fault>) {
        let mut bytes = self.inner.bytes.lock().unwrap();
        let mut aside = self.aside.lock().unwrap();
        match fault {
            None => {
                if aside.is_some() {
                    *bytes = aside.take();
                }
            }
            Some(DeletedOutside) => *bytes = None,
            Some(NotUtf8) => {
                aside.clone_from(&bytes);
                *bytes = Some(vec![0xff; 300]);
            }
            Some(PartOfAValue) => {
                aside.clone_from(&bytes);
                let half = bytes.as_ref().unwrap().len() / 2;
                bytes.as_mut().unwrap().truncate(half);
            }
            // Another program's file of the same name.
            Some(Ambiguous) => {
                aside.clone_from(&bytes);
                let other = Arc::new(InMemory::default());
                let theirs = PassphraseFile::over(other.clone(), super::LONG);
                theirs.create(&passphrase()).unwrap();
                *bytes = other.bytes.lock().unwrap().clone();
            }
            Some(_) => {}
        }
        drop((bytes, aside));
        *self.fault.lock().unwrap() = fault;
    }

    fn strike(&self, writing: Option<usize>) -> Result<(), VaultError> {
        let fault = *self.fault.lock().unwrap();
        match fault {
            Some(TimedOut) => {
                while *self.fault.lock().unwrap() == Some(TimedOut) {
                    std::thread::yield_now();
                }
                Ok(())
            }
            Some(NoDefaultCollection | NotEntitled) => Err(VaultError::FileDenied),
            Some(WrongType) => Err(VaultError::FileDamaged),
            Some(StoreFull) if writing.is_some() => Err(VaultError::Full),
            Some(TooLong) if writing.is_some_and(|length| length > 5_500) => {
                Err(VaultError::TooLong)
            }
            _ => Ok(()),
        }
    }
}

impl Disk for FaultyDisk {
    fn read(&self) -> Result<Option<Vec<u8>>, VaultError> {
        self.strike(None)?;
        self.inner.read()
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), VaultError> {
        self.strike(Some(bytes.len()))?;
        self.inner.replace(bytes)
    }

    fn remove(&self) -> Result<(), VaultError> {
        self.strike(None)?;
        self.inner.remove()
    }
}

fn in_file(fault: Fault) -> Outcome {
    let disk = Arc::new(FaultyDisk::default());
    let vault = PassphraseFile::over(disk.clone(), limit(fault));
    match fault {
        ServiceAbsent => return Told(vault.store("k", &secrets(10)).unwrap_err()),
        PromptDismissed => {
            vault.create(&passphrase()).unwrap();
            vault.store("k", &secrets(10)).unwrap();
            vault.lock();
            let told = Told(vault.unlock(&Secret::new("")).unwrap_err());
            vault.unlock(&passphrase()).unwrap();
            assert!(vault.load("k").unwrap().is_some());
            return told;
        }
        _ => vault.create(&passphrase()).unwrap(),
    }
    strike(&vault, fault, &|fault| {
        disk.set(fault);
        match fault {
            Some(Locked) => vault.lock(),
            None if vault.state().unwrap() == super::super::FileState::Locked => {
                vault.unlock(&passphrase()).unwrap();
            }
            _ => {}
        }
    })
}

fn in_memory(fault: Fault) -> Outcome {
    let vault = SessionOnly::default();
    strike(&vault, fault, &|fault| {
        if fault == Some(DeletedOutside) {
            vault.forget("k").unwrap();
        }
    })
}

#[test]
fn lengths_at_the_edges_of_what_windows_takes_are_kept_everywhere() {
    let keychain = Keychain::over(Arc::new(Memory::default()), super::LONG);
    let file = PassphraseFile::over(Arc::new(InMemory::default()), super::LONG);
    file.create(&passphrase()).unwrap();
    let memory = SessionOnly::default();
    let places: [&dyn Vault; 3] = [&keychain, &file, &memory];
    for vault in places {
        for length in [1_280, 1_281, 2_560, 2_561, 8_192] {
            vault.store("k", &secrets(length)).unwrap();
            assert_eq!(token(&vault.load("k").unwrap().unwrap()).len(), length);
        }
    }
}
