//! The webhook at Tuco and its secret: never one without the other, wherever the program is killed.

use super::at_tuco::Webhooks;
use super::{PATH, WORKSPACE};
use crate::connect::{Access, Keys};
use crate::engine::Engine;
use crate::listener::registration::{Registrar, RegistrationError};
use crate::store::{NewConnection, Store, WebhookRow};
use crate::vault::{Secrets, SessionOnly, Vault, VaultError};
use hubspot::oauth::Token;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use wire::{Method, Origin, Secret, SystemClock, SystemEntropy};

/// A vault that may fail to keep.
#[derive(Default)]
struct MayFail {
    inner: SessionOnly,
    fails: AtomicBool,
}

impl Vault for MayFail {
    fn load(&self, key: &str) -> Result<Option<Secrets>, VaultError> {
        self.inner.load(key)
    }

    fn store(&self, key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(VaultError::Locked);
        }
        self.inner.store(key, secrets)
    }

    fn forget(&self, key: &str) -> Result<(), VaultError> {
        self.inner.forget(key)
    }
}

struct Play {
    engine: Engine,
    tuco: Arc<Webhooks>,
    vault: Arc<MayFail>,
    _folder: tempfile::TempDir,
}

impl Play {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bridge.db"), 0)
            .unwrap()
            .store;
        let joined = NewConnection {
            name: "Harbor Dental".to_owned(),
            portal_id: "4400001".to_owned(),
            workspace_id: WORKSPACE.to_owned(),
            look_back_from: 0,
        };
        let id = store
            .write(|rows| rows.insert_connection(&joined, 0))
            .unwrap();
        let row = store.read().connection(id).unwrap().unwrap();
        let tuco = Arc::new(Webhooks::default());
        let nowhere = || Origin::loopback("http://127.0.0.1:9").unwrap();
        let access = Access {
            transport: tuco.clone(),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            hubspot: nowhere(),
            tuco: nowhere(),
            waits: Arc::default(),
        };
        let keys = Keys {
            hubspot: Token::Fixed(Secret::new("pat-na1-made-up")),
            tuco: Secret::new("tuco_made_up"),
        };
        let outside = access.sign_in(&keys, "");
        let play = Self {
            engine: Engine::new(store, row, outside),
            tuco,
            vault: Arc::default(),
            _folder: folder,
        };
        play.registrar()
            .turn_on(Some("https://hooks.example"), None)
            .unwrap();
        play
    }

    fn registrar(&self) -> Registrar<'_> {
        Registrar::new(&self.engine, self.vault.clone())
    }

    fn row(&self) -> WebhookRow {
        let id = self.engine.id();
        self.engine.read(|rows| rows.webhook(id)).unwrap().unwrap()
    }

    async fn secrets(&self) -> Vec<String> {
        let kept = self.registrar().secrets().await.unwrap();
        kept.iter().map(|one| one.expose().to_owned()).collect()
    }

    /// Something is begun, and the program killed after Tuco has done the first request of a method.
    async fn killed_in(&self, method: Method, work: impl Future) {
        *self.tuco.killed_at.lock().unwrap() = Some(method);
        let ended = tokio::time::timeout(Duration::from_millis(300), work).await;
        assert!(ended.is_err(), "it was killed before its end");
    }
}

#[tokio::test]
async fn a_webhook_is_told_of_when_its_secret_is_kept() {
    let play = Play::new();
    let row = play.registrar().register(|_| ()).await.unwrap();
    assert!(row.enabled && !row.pending && row.rotating_since == 0);
    assert_eq!(play.tuco.ids(), [row.webhook_id.as_str()]);
    assert_eq!(play.secrets().await, ["secret-1"]);
    assert_eq!((row.path.len(), row.port), (PATH.len(), 27_800));
    let address = play.registrar().address(&row).unwrap();
    assert_eq!(address, format!("https://hooks.example/tuco/{}", row.path));
    let off = play.registrar().turn_off().await.unwrap();
    assert!(!off.enabled && !off.pending && off.webhook_id.is_empty());
    assert!(play.tuco.ids().is_empty() && play.secrets().await.is_empty());
    assert!(matches!(
        play.registrar().register(|_| ()).await,
        Err(RegistrationError::Off)
    ));
}

#[tokio::test]
async fn where_the_secret_cant_be_kept_the_webhook_is_deleted_again() {
    let play = Play::new();
    play.vault.fails.store(true, Ordering::SeqCst);
    let refused = play.registrar().register(|_| ()).await;
    assert!(matches!(refused, Err(RegistrationError::NotKept(_))));
    assert!(play.tuco.ids().is_empty());
    assert!(play.row().webhook_id.is_empty() && !play.row().pending);
}

#[tokio::test]
async fn where_the_answer_is_lost_the_webhook_is_found_by_its_address_and_deleted() {
    let play = Play::new();
    play.tuco.answer_lost.store(true, Ordering::SeqCst);
    play.registrar().register(|_| ()).await.unwrap_err();
    assert!(play.tuco.ids().is_empty());
}

#[tokio::test]
async fn wherever_it_is_killed_no_webhook_is_left_without_its_secret() {
    // Tuco has made it, and nobody has heard.
    let play = Play::new();
    play.killed_in(Method::POST, play.registrar().register(|_| ()))
        .await;
    assert_eq!(play.tuco.ids(), ["w1"]);
    play.registrar().settle().await.unwrap();
    assert!(play.tuco.ids().is_empty() && play.secrets().await.is_empty());

    // Its secret is kept, and the row does not name it yet.
    let entry = crate::listener::registration::entry(&play.engine.connection().key);
    let kept = Secrets {
        webhook_secrets: vec![Secret::new("secret-2")],
        ..Secrets::default()
    };
    play.vault.store(&entry, &kept).unwrap();
    let url = play.registrar().address(&play.row()).unwrap();
    let left = ("w2".to_owned(), url);
    play.tuco.standing.lock().unwrap().push(left);
    let id = play.engine.id();
    play.engine
        .write(|rows| {
            let mut row = rows.webhook(id)?.unwrap();
            row.pending = true;
            rows.put_webhook(&row, 1)
        })
        .unwrap();
    play.registrar().settle().await.unwrap();
    assert!(play.tuco.ids().is_empty() && play.secrets().await.is_empty());

    // It is registered, and the look for older ones has not come back.
    play.killed_in(Method::GET, play.registrar().register(|_| ()))
        .await;
    play.registrar().settle().await.unwrap();
    let row = play.row();
    assert_eq!(play.tuco.ids(), [row.webhook_id]);
    assert_eq!(play.secrets().await.len(), 1);

    // The old one is being deleted, in a rotation.
    play.killed_in(Method::DELETE, play.registrar().register(|_| ()))
        .await;
    play.registrar().settle().await.unwrap();
    let row = play.row();
    assert_eq!(play.tuco.ids(), [row.webhook_id]);
    assert_eq!(play.secrets().await.len(), 2);

    // It is being taken away.
    play.killed_in(Method::DELETE, play.registrar().turn_off())
        .await;
    assert!(!play.row().enabled);
    play.registrar().settle().await.unwrap();
    assert!(play.tuco.ids().is_empty() && play.secrets().await.is_empty());
}

#[tokio::test]
async fn in_a_rotation_both_secrets_hold_until_the_old_one_is_dropped() {
    let play = Play::new();
    play.registrar().register(|_| ()).await.unwrap();
    // A rotation that fails leaves what stood.
    play.vault.fails.store(true, Ordering::SeqCst);
    play.registrar().register(|_| ()).await.unwrap_err();
    assert_eq!(play.tuco.ids(), ["w1"]);
    assert_eq!(play.secrets().await, ["secret-1"]);
    play.vault.fails.store(false, Ordering::SeqCst);
    let row = play.registrar().register(|_| ()).await.unwrap();
    assert!(row.rotating_since > 0);
    assert_eq!(play.secrets().await, ["secret-3", "secret-1"]);
    assert_eq!(play.tuco.ids(), [row.webhook_id]);
    let row = play.registrar().end_rotation().await.unwrap();
    assert_eq!(row.rotating_since, 0);
    assert_eq!(play.secrets().await, ["secret-3"]);
}
