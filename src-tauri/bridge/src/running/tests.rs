//! The thread itself, where something goes wrong that nobody foresaw.

mod listening;

use super::{Ground, LoopState, start};
use crate::connect::Access;
use crate::home::Home;
use crate::store::{NewConnection, Store};
use crate::vault::{Secrets, SessionOnly, Vault, VaultError};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wire::{
    Clock, Origin, Request, Response, Secret, SystemClock, SystemEntropy, Transport, TransportError,
};

/// A mistake in the program the first time, and no network from then on.
#[derive(Default)]
struct Breaks {
    broke: AtomicBool,
}

impl Transport for Breaks {
    fn send(&self, _: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        assert!(
            self.broke.swap(true, Ordering::SeqCst),
            "planted: the first call of the first round panics"
        );
        Box::pin(async { Err(TransportError::NotSent) })
    }
}

async fn state_that(handle: &super::Handle, id: i64, fits: fn(&LoopState) -> bool) -> LoopState {
    let mut news = handle.notices();
    let waiting = async {
        loop {
            let state = handle.states().await.unwrap().remove(&id);
            if let Some(state) = state.filter(fits) {
                return state;
            }
            // Lagging behind is news as well.
            let _ = news.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting)
        .await
        .unwrap()
}

/// A keychain that can't be told to forget, the first time.
#[derive(Default)]
struct Holds {
    inner: SessionOnly,
    let_go: AtomicBool,
}

impl Vault for Holds {
    fn load(&self, key: &str) -> Result<Option<Secrets>, VaultError> {
        self.inner.load(key)
    }

    fn store(&self, key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        self.inner.store(key, secrets)
    }

    fn forget(&self, key: &str) -> Result<(), VaultError> {
        if self.let_go.swap(true, Ordering::SeqCst) {
            return self.inner.forget(key);
        }
        Err(VaultError::Locked)
    }
}

/// One connection with keys, and the thread at work on it.
fn begun(folder: &tempfile::TempDir, vault: Arc<dyn Vault>) -> (super::Handle, i64) {
    let home = Home::at(Some(folder.path().join("home"))).unwrap();
    let id = {
        let _lock = home.lock_for_writing().unwrap();
        let now = SystemClock.now();
        let mut store = Store::open(&home.database(), now).unwrap().store;
        let joined = NewConnection {
            name: "Harbor Dental".to_owned(),
            portal_id: "4400001".to_owned(),
            workspace_id: "org_1".to_owned(),
            look_back_from: 0,
        };
        let id = store
            .write(|rows| rows.insert_connection(&joined, now))
            .unwrap();
        let row = store.read().connection(id).unwrap().unwrap();
        let secrets = Secrets {
            hubspot_token: Some(Secret::new("pat-na1-made-up".to_owned())),
            tuco_api_key: Some(Secret::new("tuco_made_up".to_owned())),
            ..Secrets::default()
        };
        vault.store(&row.key, &secrets).unwrap();
        id
    };
    let nowhere = || Origin::loopback("http://127.0.0.1:9").unwrap();
    let handle = start(Ground {
        home,
        access: Access {
            transport: Arc::new(Breaks::default()),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            hubspot: nowhere(),
            tuco: nowhere(),
            waits: Arc::default(),
        },
        vault,
    });
    (handle.unwrap(), id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_whose_keys_could_not_be_forgotten_goes_on_and_can_be_removed_again() {
    let folder = tempfile::tempdir().unwrap();
    let (handle, id) = begun(&folder, Arc::new(Holds::default()));
    assert!(handle.remove(id).await.is_err());
    handle.sync_now(id).await.unwrap();
    state_that(&handle, id, |state| {
        matches!(state, LoopState::Offline { .. } | LoopState::Waiting { .. })
    })
    .await;
    handle.remove(id).await.unwrap();
    assert!(handle.states().await.unwrap().is_empty());
    assert!(handle.stop(Duration::from_secs(5)).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_that_panics_is_said_and_the_next_one_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (handle, id) = begun(&folder, Arc::new(SessionOnly::default()));

    let stopped = state_that(&handle, id, |state| {
        matches!(state, LoopState::Stopped { .. })
    })
    .await;
    let LoopState::Stopped { why, next_at } = stopped else {
        unreachable!("it was waited for");
    };
    assert_eq!(why.code, "defect");
    assert!(why.message.contains("Nothing is lost"), "{}", why.message);
    assert!(next_at > SystemClock.now(), "it is tried again by itself");

    // The thread still answers, and the next round has an engine of its own.
    handle.sync_now(id).await.unwrap();
    let next = state_that(&handle, id, |state| {
        matches!(state, LoopState::Offline { .. } | LoopState::Waiting { .. })
    })
    .await;
    assert!(!matches!(next, LoopState::Stopped { .. }));
    assert!(handle.stop(Duration::from_secs(5)).await);
}
