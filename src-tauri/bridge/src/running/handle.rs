//! What everybody but the thread holds.

use super::keys::Whose;
use super::request::{Reply, Request};
use super::{Fields, ListenerState, LoopState, Notice, Saved, Wish};
use crate::by_hand::{FoundContact, HandError};
use crate::compose::OrderError;
use crate::connect::Keys;
use crate::listener::registration::RegistrationError;
use crate::people::by_hand::PeopleError;
use crate::settings::SettingError;
use crate::sign_in::Signed;
use crate::store::{DeliveryRow, ReadStore, Reader, StoreError};
use crate::tester::Check;
use crate::trouble::Trouble;
use crate::vault::VaultError;
use hubspot::NewProperty;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};
use tuco::Line;

/// Readers that are kept open for the next question.
const READERS: usize = 4;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// The thread has ended.
    #[error("The engine has stopped. Start the program again.")]
    Ended,
    /// The services or the data file.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// What a person wished can't be done.
    #[error(transparent)]
    Hand(#[from] HandError),
    /// A setting does not take the value.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The webhook listener.
    #[error(transparent)]
    Listener(#[from] RegistrationError),
    /// The keychain.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// What was written is no message.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// What a person wished about people can't be done.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// The keychain holds no keys of this connection.
    #[error(
        "The keychain holds no keys of this connection. Give both keys again under Connections."
    )]
    NoKeys,
}

impl From<StoreError> for HandleError {
    fn from(error: StoreError) -> Self {
        Self::Trouble(Trouble::Store(error))
    }
}

/// See [`super`]. Cheap to clone; the thread ends when the last one is dropped.
#[derive(Clone)]
pub struct Handle {
    pub(super) requests: mpsc::Sender<Request>,
    pub(super) notices: broadcast::Sender<Notice>,
    pub(super) readers: Arc<Readers>,
}

/// Readers of the data file, opened when they are needed.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<ReadStore>>,
}

impl Readers {
    pub(super) fn of(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::default(),
        }
    }

    fn with<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let store = match kept {
            Some(store) => store,
            None => ReadStore::open(&self.path)?,
        };
        let done = store.snapshot(work);
        let mut idle = idle();
        if idle.len() < READERS {
            idle.push(store);
        }
        done
    }
}

impl Handle {
    /// Reads rows of one moment on a thread for blocking work, beside whatever is being written.
    ///
    /// # Errors
    /// What the work answers, or why there is no reader.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let readers = self.readers.clone();
        match tokio::task::spawn_blocking(move || readers.with(work)).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(E::from(StoreError::Missing)),
            },
        }
    }

    /// The data file.
    pub fn database(&self) -> &Path {
        &self.readers.path
    }

    /// Everything that happens from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    pub(super) async fn ask<T>(
        &self,
        request: impl FnOnce(Reply<T>) -> Request,
    ) -> Result<T, HandleError> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(request(reply))
            .await
            .map_err(|_| HandleError::Ended)?;
        answer.await.map_err(|_| HandleError::Ended)?
    }

    /// The state of every loop, by connection.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn states(&self) -> Result<BTreeMap<i64, LoopState>, HandleError> {
        self.ask(Request::States).await
    }

    /// Whether somebody looks: rounds come more often then.
    pub async fn watched(&self, watched: bool) {
        // A thread that has ended makes no rounds at all.
        let _ = self.requests.send(Request::Watched(watched)).await;
    }

    /// A round as soon as may be; during one: another one after it.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn sync_now(&self, connection: i64) -> Result<(), HandleError> {
        self.ask(|reply| Request::SyncNow(connection, reply)).await
    }

    /// Stops making rounds of a connection, or goes on.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn pause(&self, connection: i64, paused: bool) -> Result<(), HandleError> {
        self.ask(|reply| Request::Pause(connection, paused, reply))
            .await
    }

    /// Gives a connection another name.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn rename(&self, connection: i64, name: String) -> Result<(), HandleError> {
        self.ask(|reply| Request::Rename(connection, name, reply))
            .await
    }

    /// Forgets a connection, its rows and its keys. What stands in HubSpot and Tuco stays.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn remove(&self, connection: i64) -> Result<(), HandleError> {
        self.ask(|reply| Request::Remove(connection, reply)).await
    }

    /// Asks whose the keys are, makes or finds their connection and keeps the keys in the vault.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn save_keys(&self, keys: Keys, name: Option<String>) -> Result<Saved, HandleError> {
        let whose = Whose::Anybodys(name);
        self.ask(|reply| Request::SaveKeys { keys, whose, reply })
            .await
    }

    /// Keeps new keys of a connection in the place of its old ones. Those of another portal or workspace
    /// are refused.
    ///
    /// # Errors
    /// See [`HandleError`]. The old ones are then kept as they were.
    pub async fn replace_keys(&self, connection: i64, keys: Keys) -> Result<Saved, HandleError> {
        let whose = Whose::Of(connection);
        self.ask(|reply| Request::SaveKeys { keys, whose, reply })
            .await
    }

    /// Keeps a sign-in that has just come about, for the connection of its portal and workspace.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn adopt(&self, signed: Signed, name: Option<String>) -> Result<Saved, HandleError> {
        let signed = Box::new(signed);
        self.ask(|reply| Request::Adopt {
            signed,
            name,
            reply,
        })
        .await
    }

    /// The keys that a connection works with, for testing them. A sign-in among them is the very one that
    /// the rounds use, so that it is renewed once for both.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keys(&self, connection: i64) -> Result<Keys, HandleError> {
        self.ask(|reply| Request::Keys(connection, reply)).await
    }

    /// Changes settings of a connection, all of them or none.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn change_settings(
        &self,
        connection: i64,
        changes: Vec<(String, String)>,
    ) -> Result<(), HandleError> {
        self.ask(|reply| Request::Settings(connection, changes, reply))
            .await
    }

    /// Which properties the settings ask for and the portal lacks.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn missing_properties(
        &self,
        connection: i64,
    ) -> Result<Vec<NewProperty>, HandleError> {
        self.ask(|reply| Request::MissingProperties(connection, reply))
            .await
    }

    /// Makes the properties that are missing. Those that were made.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn create_properties(
        &self,
        connection: i64,
    ) -> Result<Vec<NewProperty>, HandleError> {
        self.ask(|reply| Request::CreateProperties(connection, reply))
            .await
    }

    /// Looks at an event afresh.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn replay(&self, connection: i64, event: i64) -> Result<(), HandleError> {
        self.ask(|reply| Request::Replay(connection, event, reply))
            .await
    }

    /// Says whose an event is.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn link(
        &self,
        connection: i64,
        event: i64,
        contact: String,
    ) -> Result<(), HandleError> {
        self.ask(|reply| Request::Link {
            connection,
            event,
            contact,
            reply,
        })
        .await
    }

    /// Contacts in HubSpot by words.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn contacts(
        &self,
        connection: i64,
        words: String,
    ) -> Result<Vec<FoundContact>, HandleError> {
        self.ask(|reply| Request::Contacts(connection, words, reply))
            .await
    }

    /// Tries a given-up entry again, or lets it go.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn settle_parked(
        &self,
        connection: i64,
        effect: i64,
        retry: bool,
    ) -> Result<(), HandleError> {
        self.ask(|reply| Request::Parked {
            connection,
            effect,
            retry,
            reply,
        })
        .await
    }

    /// Says how an unknown send ended.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn settle_send(
        &self,
        connection: i64,
        send: i64,
        went_out: bool,
    ) -> Result<(), HandleError> {
        self.ask(|reply| Request::SettleSend {
            connection,
            send,
            went_out,
            reply,
        })
        .await
    }

    /// The workspace's lines, asked for now.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn lines(&self, connection: i64) -> Result<Vec<Line>, HandleError> {
        self.ask(|reply| Request::Lines(connection, reply)).await
    }

    /// Reads anew what the portal and the workspace have, and has the next round find out afresh what
    /// the keys may do.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn refresh_fields(&self, connection: i64) -> Result<Fields, HandleError> {
        self.ask(|reply| Request::Fields(connection, reply)).await
    }

    /// Keeps a filter of the log under a name. Its id.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keep_view(
        &self,
        connection: i64,
        name: String,
        filter: String,
    ) -> Result<i64, HandleError> {
        self.ask(|reply| Request::KeepView {
            connection,
            name,
            filter,
            reply,
        })
        .await
    }

    /// Forgets a kept filter.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn forget_view(&self, connection: i64, view: i64) -> Result<(), HandleError> {
        self.ask(|reply| Request::ForgetView(connection, view, reply))
            .await
    }

    /// How the webhook listener of a connection stands. Its last deliveries are read with
    /// [`Reader::deliveries`], and how many ended how with [`Reader::delivery_counts`].
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn listener(&self, connection: i64) -> Result<ListenerState, HandleError> {
        self.ask(|reply| Request::Listener(connection, reply)).await
    }

    /// Turns the listener on or off, registers it at Tuco, or replaces its secret.
    ///
    /// # Errors
    /// See [`HandleError`]. No webhook is left at Tuco without its secret here.
    pub async fn change_listener(
        &self,
        connection: i64,
        wish: Wish,
    ) -> Result<ListenerState, HandleError> {
        self.ask(|reply| Request::ChangeListener(connection, wish, reply))
            .await
    }

    /// Sends a signed test to the listener of this computer. What it made of it; nothing is written to
    /// HubSpot.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn test_listener(&self, connection: i64) -> Result<DeliveryRow, HandleError> {
        self.ask(|reply| Request::TestListener(connection, reply))
            .await
    }

    /// Keeps a run of the connection tester, so that the next one can be compared with it. The kept ones
    /// are read with [`Reader::test_runs`].
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keep_test(&self, connection: i64, checks: Vec<Check>) -> Result<(), HandleError> {
        self.ask(|reply| Request::KeepTest(connection, checks, reply))
            .await
    }

    /// Lets what is on its way come to its end, for at most so long, and ends the thread. True where
    /// it has ended and let go of the home.
    pub async fn stop(&self, patience: Duration) -> bool {
        let (done, ended) = oneshot::channel();
        if self
            .requests
            .send(Request::Stop(patience, done))
            .await
            .is_err()
        {
            return true;
        }
        // The thread answers by dropping its end, after the lock.
        let ended = tokio::time::timeout(patience + Duration::from_secs(1), ended).await;
        self.readers
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        ended.is_ok()
    }
}
