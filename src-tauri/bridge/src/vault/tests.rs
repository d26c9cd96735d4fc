//! The vault over a stand-in for the keychain, and once over the real Secret Service.

#[cfg(all(unix, not(target_os = "macos")))]
mod faults;
mod file;
mod stores;

use super::keychain::Keychain;
use super::parts::{ENTRY_BYTES, Entries};
use super::{Secrets, SessionOnly, Vault, VaultError};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wire::Secret;
use zeroize::Zeroizing;

const LONG: Duration = Duration::from_secs(30);

/// Entries in memory; sets fail after a number of them, as when the machine goes down.
#[derive(Default)]
struct Memory {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    sets_left: Mutex<Option<u32>>,
    gets: Mutex<u32>,
}

impl Entries for Memory {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        *self.gets.lock().unwrap() += 1;
        Ok(self
            .kept
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .map(Zeroizing::new))
    }

    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        if let Some(left) = self.sets_left.lock().unwrap().as_mut() {
            *left = left.checked_sub(1).ok_or(VaultError::Locked)?;
        }
        assert!(bytes.len() <= ENTRY_BYTES, "Windows takes no more");
        self.kept
            .lock()
            .unwrap()
            .insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.kept.lock().unwrap().remove(name);
        Ok(())
    }
}

fn secrets(length: usize) -> Secrets {
    // Not one letter repeated: a part that is lost or swapped must show.
    let token: String = (0..length)
        .map(|n| char::from(b'a' + (n * 7 % 26) as u8))
        .collect();
    Secrets {
        hubspot_token: Some(Secret::new(token)),
        ..Secrets::default()
    }
}

fn token(secrets: &Secrets) -> &str {
    secrets.hubspot_token.as_ref().unwrap().expose()
}

#[test]
fn an_entry_from_before_there_was_a_sign_in_is_still_read() {
    let old = br#"{"hubspot_token":"pat-na1-word","tuco_api_key":"tuco_word"}"#;
    let read = super::from_bytes(old).unwrap();
    assert_eq!(token(&read), "pat-na1-word");
    assert!(read.hubspot_refresh_token.is_none() && read.hubspot_client_secret.is_none());
    let signed_in = Secrets {
        hubspot_client_id: Some(Secret::new("client")),
        hubspot_client_secret: Some(Secret::new("word-of-the-app")),
        hubspot_refresh_token: Some(Secret::new("na1-refresh")),
        ..read
    };
    let again = super::from_bytes(&super::to_bytes(&signed_in).unwrap()).unwrap();
    assert_eq!(again.hubspot_client_id.as_ref().unwrap().expose(), "client");
    assert_eq!(
        again.hubspot_client_secret.as_ref().unwrap().expose(),
        "word-of-the-app"
    );
    assert_eq!(
        again.hubspot_refresh_token.as_ref().unwrap().expose(),
        "na1-refresh"
    );
    let shown = format!("{again:?}");
    assert!(!shown.contains("word") && !shown.contains("na1"), "{shown}");
}

#[test]
fn secrets_of_any_length_come_back_and_leave_nothing_behind() {
    let memory = Arc::new(Memory::default());
    let vault = Keychain::over(memory.clone(), LONG);
    assert!(vault.load("k").unwrap().is_none());
    // Longer and shorter by turns: parts of the longer one must not stay behind.
    for length in [0, 1, 2_500, 2_534, 2_560, 9_000, 40, 5_200] {
        let kept = secrets(length);
        vault.store("k", &kept).unwrap();
        assert_eq!(token(&vault.load("k").unwrap().unwrap()), token(&kept));
        let entries = memory.kept.lock().unwrap().len();
        assert!(
            entries <= 1 + length.div_ceil(ENTRY_BYTES),
            "{entries} entries for {length}"
        );
    }
    vault.forget("k").unwrap();
    assert!(vault.load("k").unwrap().is_none());
    assert!(memory.kept.lock().unwrap().is_empty());
    vault.forget("k").unwrap();
}

#[test]
fn a_changed_or_missing_part_is_damage_and_can_be_replaced() {
    let memory = Arc::new(Memory::default());
    let vault = Keychain::over(memory.clone(), LONG);
    vault.store("k", &secrets(9_000)).unwrap();
    let whole = memory.kept.lock().unwrap().clone();
    for name in whole.keys() {
        memory.kept.lock().unwrap().get_mut(name).unwrap()[40] ^= 1;
        assert_eq!(
            vault.load("k").unwrap_err(),
            VaultError::Damaged,
            "{name} changed"
        );
        memory.kept.lock().unwrap().clone_from(&whole);
        if name != "k" {
            memory.kept.lock().unwrap().remove(name);
            assert_eq!(
                vault.load("k").unwrap_err(),
                VaultError::Damaged,
                "{name} gone"
            );
            memory.kept.lock().unwrap().clone_from(&whole);
        }
    }
    memory
        .kept
        .lock()
        .unwrap()
        .insert("k".to_owned(), b"somebody else's".to_vec());
    assert_eq!(vault.load("k").unwrap_err(), VaultError::Damaged);
    vault.store("k", &secrets(10)).unwrap();
    assert!(vault.load("k").unwrap().is_some());
}

#[test]
fn a_write_that_is_cut_short_leaves_the_old_secrets() {
    let memory = Arc::new(Memory::default());
    let vault = Keychain::over(memory.clone(), LONG);
    let old = secrets(6_000);
    vault.store("k", &old).unwrap();
    for sets in 0..3 {
        *memory.sets_left.lock().unwrap() = Some(sets);
        vault.store("k", &secrets(6_100)).unwrap_err();
        assert_eq!(
            token(&vault.load("k").unwrap().unwrap()),
            token(&old),
            "after {sets} parts"
        );
    }
}

/// Every call waits until the test lets it go.
struct Stuck {
    begun: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
    inner: Memory,
}

impl Stuck {
    fn wait(&self) {
        // Both ends are gone when the test is over and a thread is left behind.
        let _over = self.begun.lock().unwrap().send(());
        let _over = self.go.lock().unwrap().recv();
    }
}

impl Entries for Stuck {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.wait();
        self.inner.get(name)
    }

    fn set(&self, name: &str, bytes: &[u8]) -> Result<(), VaultError> {
        self.inner.set(name, bytes)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.inner.delete(name)
    }
}

#[test]
fn a_keychain_that_hangs_is_given_up_and_tried_afresh() {
    let (begun, has_begun) = channel();
    let (let_go, go) = channel();
    let stuck = Arc::new(Stuck {
        begun: Mutex::new(begun),
        go: Mutex::new(go),
        inner: Memory::default(),
    });
    // Shorter than a person's patience, so that the test is quick; the call itself never returns.
    let vault = Keychain::over(stuck, Duration::from_millis(50));
    let mut open_questions = 0;
    while open_questions < 2 {
        assert_eq!(vault.load("k").unwrap_err(), VaultError::NoAnswer);
        open_questions += has_begun.try_iter().count();
    }
    assert_eq!(vault.load("k").unwrap_err(), VaultError::NoAnswer);
    assert!(
        has_begun.try_recv().is_err(),
        "no third question while two are open"
    );
    // From here on every question is answered at once: each has its leave waiting.
    (0..100_000).for_each(|_| let_go.send(()).unwrap());
    // A failure that was remembered would keep this from ever ending.
    while vault.load("k").is_err() {
        std::thread::yield_now();
    }
}

#[test]
fn memory_keeps_for_this_run_and_nothing_shows_a_secret() {
    let vault = SessionOnly::default();
    let kept = secrets(20);
    vault.store("k", &kept).unwrap();
    assert_eq!(token(&vault.load("k").unwrap().unwrap()), token(&kept));
    assert!(!format!("{vault:?}{kept:?}").contains(token(&kept)));
    vault.forget("k").unwrap();
    assert!(vault.load("k").unwrap().is_none());
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn failures_of_the_bus_have_names() {
    use super::keychain::named_by_bus;
    let named = [
        (
            "zbus error: I/O error: No such file or directory (os error 2)",
            VaultError::NoService,
        ),
        (
            "zbus error: org.freedesktop.DBus.Error.ServiceUnknown: x",
            VaultError::NoService,
        ),
        (
            "zbus error: org.freedesktop.Secret.Error.IsLocked: x",
            VaultError::Locked,
        ),
        (
            "zbus error: org.freedesktop.DBus.Error.AccessDenied: x",
            VaultError::Denied,
        ),
        (
            "zbus error: org.freedesktop.DBus.Error.NoReply: x",
            VaultError::NoAnswer,
        ),
    ];
    for (text, name) in named {
        assert_eq!(named_by_bus(text), name);
    }
}

/// Runs inside the private session that the project's test command opens, never on a user's keychain.
#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_real_secret_service_keeps_long_and_short_secrets() {
    let wanted = std::env::var("TUCO_TEST_KEYCHAIN").is_ok_and(|value| value == "1")
        && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    if !wanted {
        eprintln!("skipped: TUCO_TEST_KEYCHAIN=1 and a session bus are needed");
        return;
    }
    let vault = Keychain::new();
    let key = format!("test-{}", std::process::id());
    assert!(vault.load(&key).unwrap().is_none());
    for length in [60, 7_000, 60] {
        vault.store(&key, &secrets(length)).unwrap();
        assert_eq!(token(&vault.load(&key).unwrap().unwrap()).len(), length);
    }
    vault.forget(&key).unwrap();
    assert!(vault.load(&key).unwrap().is_none());
}
