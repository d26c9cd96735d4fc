//! Where keys are kept: the keychain, a file that a passphrase opens, or nowhere but in memory.
//!
//! A passphrase goes to the file and is forgotten with the call. Deriving its key takes a good part of a
//! second on purpose, and a keychain may ask its user, so neither happens on a task's own thread.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use bridge::running;
use bridge::store::ConnectionRow;
use bridge::vault::{FileState, Keep, Secrets, Stores, Vault, VaultError};

use super::Desk;
use super::connections::key;
use crate::view::connection::Mode;
use crate::view::keys::{KeysKept, KeysPlace};
use crate::view::notice::News;
use crate::view::problem::{Answer, Code, Problem};

/// What a passphrase should be like.
const HINT: &str = "Take at least 12 characters, such as four words.";

/// What somebody types who gives up the file with the keys.
const START_OVER: &str = "start over";

impl Desk {
    /// Of several connections the one that needs somebody most decides.
    pub(crate) async fn keys_kept(&self) -> Answer<KeysKept> {
        let stores = self.places().stores();
        let rows = match self.mode() {
            // Its keys open nothing, and nobody has to mind where they are.
            Mode::Sandbox => Vec::new(),
            Mode::Real => self.rows().await?,
        };
        let unkept = self.unkept().clone();
        off_thread(move || Ok(kept(&stores, &rows, &unkept))).await
    }

    /// Moves the keys of all connections into the file, and those of new ones to come.
    pub(crate) async fn keep_in_file(&self, passphrase: String) -> Answer<()> {
        let passphrase = key(passphrase, "The passphrase", HINT)?;
        self.refuse_sandbox()?;
        let rows = self.rows().await?;
        let engine = self.engine()?;
        let mut in_memory = BTreeMap::new();
        let unkept: Vec<i64> = self.unkept().keys().copied().collect();
        for row in rows.iter().filter(|row| unkept.contains(&row.id)) {
            let keys = engine.keys(row.id).await?;
            in_memory.insert(row.key.clone(), keys.to_secrets());
        }
        let stores = self.places().stores();
        off_thread(move || {
            stores.open_file(&passphrase)?;
            stores.prefer(Keep::File);
            move_all(&stores, Keep::File, &rows, &in_memory)
        })
        .await?;
        self.unkept().clear();
        self.hub.tell(News::Connections);
        Ok(())
    }

    /// Moves the keys of all connections into the system's keychain.
    pub(crate) async fn keep_in_keychain(&self) -> Answer<()> {
        self.refuse_sandbox()?;
        let rows = self.rows().await?;
        let stores = self.places().stores();
        off_thread(move || {
            move_all(&stores, Keep::Keychain, &rows, &BTreeMap::new())?;
            stores.prefer(Keep::Keychain);
            Ok(())
        })
        .await?;
        self.hub.tell(News::Connections);
        Ok(())
    }

    /// Opens the file. Connections that waited for their keys go on.
    pub(crate) async fn unlock_keys(&self, passphrase: String) -> Answer<()> {
        let passphrase = key(passphrase, "The passphrase", HINT)?;
        self.refuse_sandbox()?;
        let stores = self.places().stores();
        let rows = self.rows().await?;
        let freed = off_thread(move || {
            stores.file().unlock(&passphrase)?;
            stores.prefer(Keep::File);
            let mut freed = Vec::new();
            for row in rows {
                if stores.place(&row.key)? == Keep::File {
                    freed.push(row.id);
                }
            }
            Ok(freed)
        })
        .await?;
        self.hub.tell(News::Connections);
        let engine = self.engine()?;
        for id in freed {
            engine.sync_now(id).await?;
            // A listener that was opened without its secret learns it.
            if engine.listener(id).await?.on {
                let again = running::Wish::On {
                    tunnel: None,
                    port: None,
                };
                // What keeps it shut is told where the listener is shown.
                let _told_there = engine.change_listener(id, again).await;
            }
        }
        Ok(())
    }

    /// Gives up a file that nobody can open: it is deleted, and the connections whose keys were in it wait for
    /// new ones. All else of theirs stays.
    pub(crate) async fn start_keys_over(&self, typed: &str) -> Answer<()> {
        if !typed.trim().eq_ignore_ascii_case(START_OVER) {
            return Err(Problem::input(format!(
                "To delete the file with the keys, type: {START_OVER}. Nothing was changed."
            )));
        }
        self.refuse_sandbox()?;
        let stores = self.places().stores();
        let opened = off_thread(move || {
            let opened = stores.file().state() == Ok(FileState::Open);
            if !opened {
                stores.give_up_file()?;
            }
            Ok(opened)
        })
        .await?;
        if opened {
            return Err(Problem::input(
                "The file is open, so its keys need not be lost: move them to the keychain under Connections, or \
                 choose another passphrase. Nothing was changed.",
            ));
        }
        self.hub.tell(News::Connections);
        let engine = self.engine()?;
        for row in self.rows().await? {
            engine.sync_now(row.id).await?;
        }
        Ok(())
    }

    /// Seals the file under another passphrase, and leaves it open.
    pub(crate) async fn change_passphrase(&self, old: String, next: String) -> Answer<()> {
        let old = key(old, "The passphrase of now", HINT)?;
        let next = key(next, "The new passphrase", HINT)?;
        self.refuse_sandbox()?;
        let stores = self.places().stores();
        off_thread(move || stores.file().change_passphrase(&old, &next)).await?;
        self.hub.tell(News::Connections);
        Ok(())
    }

    /// Where a connection's keys are, or in whole sentences why they can't be had from there. The place is
    /// asked for them: that it once had them says nothing about the next start.
    pub(super) async fn place_of(&self, row: &ConnectionRow) -> Result<Keep, String> {
        if self.unkept().contains_key(&row.id) {
            return Ok(Keep::Session);
        }
        let (stores, entry) = (self.places().stores(), row.key.clone());
        off_thread(move || {
            let place = stores.place(&entry)?;
            stores.load(&entry)?.ok_or(VaultError::NothingKept)?;
            Ok(place)
        })
        .await
        .map_err(|problem| problem.message)
    }

    /// Remembers whether any place took the keys of a connection.
    pub(super) fn note_unkept(&self, connection: i64, why: Option<String>) {
        if self.mode() == Mode::Sandbox {
            return;
        }
        let kept = why.is_none();
        let before = match why {
            Some(why) => self.unkept().insert(connection, why),
            None => self.unkept().remove(&connection),
        };
        // Whoever asked when the keys came in was told before this was known.
        if kept == before.is_some() {
            self.hub.tell(News::Connections);
        }
    }

    fn unkept(&self) -> MutexGuard<'_, BTreeMap<i64, String>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn rows(&self) -> Answer<Vec<ConnectionRow>> {
        self.engine()?
            .read(|rows| Ok::<_, Problem>(rows.connections()?))
            .await
    }

    fn refuse_sandbox(&self) -> Answer<()> {
        match self.mode() {
            Mode::Real => Ok(()),
            Mode::Sandbox => Err(Problem::new(
                Code::WrongPlace,
                "The sandbox keeps its keys in memory. Leave it first; nothing was changed.",
            )),
        }
    }
}

fn kept(stores: &Stores, rows: &[ConnectionRow], unkept: &BTreeMap<i64, String>) -> KeysKept {
    let state = stores.file().state();
    let file = !matches!(state, Ok(FileState::Absent));
    let mut found = vec![(KeysPlace::Keychain, String::new())];
    for row in rows {
        if let Some(why) = unkept.get(&row.id) {
            found.push((KeysPlace::Session, why.clone()));
            continue;
        }
        match (stores.place(&row.key), &state) {
            (Ok(Keep::File), Ok(FileState::Locked)) => {
                found.push((KeysPlace::Locked, String::new()));
            }
            (Ok(Keep::File), _) => found.push((KeysPlace::File, String::new())),
            (Ok(Keep::Session), _) => found.push((KeysPlace::Session, String::new())),
            (Ok(Keep::Keychain), _) => {}
            (Err(error), _) => found.push((KeysPlace::Locked, error.to_string())),
        }
    }
    let (place, why) = found
        .into_iter()
        .max_by_key(|(place, _)| *place)
        .unwrap_or((KeysPlace::Keychain, String::new()));
    KeysKept { place, why, file }
}

/// Every connection is tried before the first failure is told; what could not be moved is where it was.
fn move_all(
    stores: &Stores,
    to: Keep,
    rows: &[ConnectionRow],
    in_memory: &BTreeMap<String, Secrets>,
) -> Result<(), VaultError> {
    let mut outcome = Ok(());
    for row in rows {
        let moved = match in_memory.get(&row.key) {
            Some(secrets) => stores.store_in(to, &row.key, secrets),
            None => match stores.move_to(to, &row.key) {
                Ok(moved) => moved.left_behind.map_or(Ok(()), Err),
                // A connection without keys has nothing to move.
                Err(VaultError::NothingKept) => Ok(()),
                Err(error) => Err(error),
            },
        };
        // A place that can't forget them is no reason to say that they were not kept.
        let there = stores.place(&row.key) == Ok(to);
        outcome = outcome.and(if there { Ok(()) } else { moved });
    }
    outcome
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(error) => Err(Problem::defect(error.to_string())),
    }
}
