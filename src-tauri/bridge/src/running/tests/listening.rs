//! Listeners of the running engine: on and off, registered and replaced, and what arrives.

use crate::connect::Access;
use crate::home::Home;
use crate::listener::Verdict;
use crate::listener::registration;
use crate::listener::tests::at_tuco::Webhooks;
use crate::listener::tests::{Sent, WORKSPACE, reply, sign};
use crate::running::{Ground, Handle, HandleError, ListenerState, Notice, Wish, start};
use crate::store::{NewConnection, Reader, Store, StoreError};
use crate::vault::{Secrets, SessionOnly, Vault};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use wire::{BoxFuture, Clock, Method, Origin, Secret, SystemClock, SystemEntropy, Timestamp};

const PATIENCE: Duration = Duration::from_secs(5);

/// This computer's clock, which somebody may have set ahead.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now() + self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, wait: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(wait)
    }
}

/// A running engine with one connection, and Tuco's webhooks behind it.
struct Play {
    handle: Handle,
    id: i64,
    key: String,
    tuco: Arc<Webhooks>,
    vault: Arc<SessionOnly>,
    clock: Arc<Ahead>,
    folder: tempfile::TempDir,
}

impl Play {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(Some(folder.path().join("home"))).unwrap();
        let vault = Arc::new(SessionOnly::default());
        let row = {
            let _lock = home.lock_for_writing().unwrap();
            let mut store = Store::open(&home.database(), SystemClock.now())
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
            store.read().connection(id).unwrap().unwrap()
        };
        let secrets = Secrets {
            hubspot_token: Some(Secret::new("pat-na1-made-up")),
            tuco_api_key: Some(Secret::new("tuco_made_up")),
            ..Secrets::default()
        };
        vault.store(&row.key, &secrets).unwrap();
        let (tuco, clock) = (Arc::<Webhooks>::default(), Arc::<Ahead>::default());
        Self {
            handle: begin(home, &tuco, &vault, &clock),
            id: row.id,
            key: row.key,
            tuco,
            vault,
            clock,
            folder,
        }
    }

    /// Ended and started again, as the program is.
    async fn restart(&mut self) {
        assert!(self.handle.stop(PATIENCE).await);
        let home = Home::at(Some(self.folder.path().join("home"))).unwrap();
        self.handle = begin(home, &self.tuco, &self.vault, &self.clock);
    }

    async fn wish(&self, wish: Wish) -> Result<ListenerState, HandleError> {
        self.handle.change_listener(self.id, wish).await
    }

    async fn on(&self, port: u16) -> ListenerState {
        let tunnel = Some("https://hooks.example".to_owned());
        let wish = Wish::On {
            tunnel,
            port: Some(port),
        };
        self.wish(wish).await.unwrap()
    }

    /// A request that is refused at once and was let in after those before it.
    async fn at_the_door(&self, state: &ListenerState) {
        let (_, place) = state.local.split_once("127.0.0.1:").unwrap();
        let (port, target) = place.split_once('/').unwrap();
        let port: u16 = port.parse().unwrap();
        let unsigned = Sent {
            target: format!("/{target}"),
            ..Sent::to(port)
        };
        let status = tokio::task::spawn_blocking(move || unsigned.send(port));
        assert_eq!(status.await.unwrap(), 401);
    }

    fn kept(&self) -> Vec<String> {
        let kept = registration::load_secrets(&*self.vault, &self.key).unwrap();
        kept.iter().map(|one| one.expose().to_owned()).collect()
    }

    /// A delivery that is signed with this secret. Its status.
    async fn deliver(&self, state: &ListenerState, secret: &str, message: &str) -> u16 {
        let body = reply(message);
        let (_, place) = state.local.split_once("127.0.0.1:").unwrap();
        let (port, target) = place.split_once('/').unwrap();
        let port: u16 = port.parse().unwrap();
        let sent = Sent {
            target: format!("/{target}"),
            headers: vec![
                ("X-Tuco-Signature", sign(secret, &body).into_bytes()),
                ("X-Tuco-Event", b"message.reply".to_vec()),
            ],
            body,
            ..Sent::to(port)
        };
        tokio::task::spawn_blocking(move || sent.send(port))
            .await
            .unwrap()
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.handle.read(read).await.unwrap()
    }

    /// The state once it fits; every notice is a reason to look.
    async fn state_that(&self, fits: impl Fn(&ListenerState) -> bool) -> ListenerState {
        let mut news = self.handle.notices();
        let waiting = async {
            loop {
                let state = self.handle.listener(self.id).await.unwrap();
                if fits(&state) {
                    return state;
                }
                let _ = news.recv().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), waiting)
            .await
            .unwrap()
    }
}

fn begin(home: Home, tuco: &Arc<Webhooks>, vault: &Arc<SessionOnly>, clock: &Arc<Ahead>) -> Handle {
    let nowhere = || Origin::loopback("http://127.0.0.1:9").unwrap();
    start(Ground {
        home,
        access: Access {
            transport: tuco.clone(),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            hubspot: nowhere(),
            tuco: nowhere(),
            waits: Arc::default(),
        },
        vault: vault.clone(),
    })
    .unwrap()
}

/// A port of this computer that was free a moment ago.
fn free_port() -> u16 {
    let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_is_stored_before_it_is_answered_and_told() {
    let play = Play::new();
    let off = play.handle.listener(play.id).await.unwrap();
    assert!(!off.on && !off.open && off.local.is_empty() && off.address.is_empty());
    let refused = play.wish(Wish::Register).await;
    assert!(
        matches!(refused, Err(HandleError::Listener(_))),
        "{refused:?}"
    );

    let state = play.on(free_port()).await;
    assert!(state.on && state.open && !state.registered, "{state:?}");
    assert_eq!(
        play.deliver(&state, "secret-1", "m0").await,
        503,
        "nothing is taken before there is a secret"
    );
    let state = play.wish(Wish::Register).await.unwrap();
    assert!(state.registered && !state.rotating);
    assert!(state.address.starts_with("https://hooks.example/tuco/"));
    assert_eq!(play.kept(), ["secret-1"]);

    let test = play.handle.test_listener(play.id).await.unwrap();
    assert_eq!(test.verdict, Verdict::Test);
    assert_eq!(play.deliver(&state, "another", "m1").await, 401);
    assert_eq!(play.deliver(&state, "secret-1", "m1").await, 200);
    // Answered, so it is there: nothing is waited for.
    let id = play.id;
    let events = play
        .read(move |rows| rows.events_of_message(id, "m1"))
        .await;
    assert_eq!(events.len(), 1);
    assert_eq!(play.deliver(&state, "secret-1", "m1").await, 200);
    let counts = play.read(move |rows| rows.delivery_counts(id)).await;
    for (verdict, count) in [
        ("no_secret", 1),
        ("test", 1),
        ("bad_signature", 1),
        ("taken", 1),
        ("again", 1),
    ] {
        assert_eq!(counts.get(verdict), Some(&count), "{verdict}: {counts:?}");
    }
    assert!(play.handle.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_secret_holds_until_the_new_one_is_used_and_a_minute_has_gone() {
    let play = Play::new();
    play.on(free_port()).await;
    play.wish(Wish::Register).await.unwrap();
    let state = play.wish(Wish::Register).await.unwrap();
    assert!(state.rotating);
    assert_eq!(play.kept(), ["secret-2", "secret-1"]);
    assert_eq!(play.tuco.ids(), ["w2"], "one webhook is left at Tuco");
    assert_eq!(play.deliver(&state, "secret-1", "m1").await, 200);
    assert_eq!(play.deliver(&state, "secret-2", "m2").await, 200);
    assert!(
        play.handle.listener(play.id).await.unwrap().rotating,
        "something may still be on its way"
    );
    play.clock.0.store(120_000, Ordering::SeqCst);
    // The old one alone is no proof that the new one is in use.
    assert_eq!(play.deliver(&state, "secret-1", "m3").await, 200);
    assert!(play.handle.listener(play.id).await.unwrap().rotating);
    assert_eq!(play.deliver(&state, "secret-2", "m4").await, 200);
    play.state_that(|state| !state.rotating).await;
    assert_eq!(play.kept(), ["secret-2"]);
    assert_eq!(play.deliver(&state, "secret-1", "m5").await, 401);
    assert_eq!(play.deliver(&state, "secret-2", "m6").await, 200);

    // By hand it goes at once.
    let state = play.wish(Wish::Register).await.unwrap();
    assert!(state.rotating);
    let state = play.wish(Wish::EndRotation).await.unwrap();
    assert!(!state.rotating);
    assert_eq!(play.kept(), ["secret-3"]);
    assert_eq!(play.deliver(&state, "secret-2", "m7").await, 401);
    assert!(play.handle.stop(PATIENCE).await);
}

/// Tuco signs with the new secret before its answer is here, and with the old one until its webhook is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_delivery_is_lost_while_a_secret_takes_the_place_of_another() {
    let play = Play::new();
    let state = play.on(free_port()).await;
    for (new, old) in [("secret-1", None), ("secret-2", Some("secret-1"))] {
        let gate = play.tuco.hold(Method::POST);
        let registering = play.wish(Wish::Register);
        let delivering = async {
            gate.reached().await;
            let message = format!("early {new}");
            let early = play.deliver(&state, new, &message);
            let answering = async {
                // The delivery is at the door first, and Tuco's answer comes after it.
                play.at_the_door(&state).await;
                gate.open();
            };
            futures_util::future::join(early, answering).await.0
        };
        let (registered, early) = futures_util::future::join(registering, delivering).await;
        registered.unwrap();
        assert_eq!(early, 200, "{new}");
        if let Some(old) = old {
            assert_eq!(play.deliver(&state, old, "late").await, 200);
        }
    }
    // Between the answer and the end of the old webhook both hold.
    let gate = play.tuco.hold(Method::DELETE);
    let registering = play.wish(Wish::Register);
    let delivering = async {
        gate.reached().await;
        let mut statuses = Vec::new();
        for (secret, message) in [("secret-3", "new"), ("secret-2", "old")] {
            statuses.push(play.deliver(&state, secret, message).await);
        }
        gate.open();
        statuses
    };
    let (registered, statuses) = futures_util::future::join(registering, delivering).await;
    assert!(registered.unwrap().rotating);
    assert_eq!(statuses, [200, 200]);
    assert!(play.handle.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_is_taken_up_at_the_next_start_and_what_was_cut_short_is_undone() {
    let mut play = Play::new();
    let before = play.on(free_port()).await;
    play.wish(Wish::Register).await.unwrap();
    assert!(play.handle.stop(PATIENCE).await);
    // As a program leaves it that is killed while it registers once more.
    let stranger = ("w9".to_owned(), before.address.clone());
    play.tuco.standing.lock().unwrap().push(stranger);
    {
        let database = play.folder.path().join("home").join("bridge.db");
        let mut store = Store::open(&database, 0).unwrap().store;
        let mut row = store.read().webhook(play.id).unwrap().unwrap();
        row.pending = true;
        store.write(|rows| rows.put_webhook(&row, 1)).unwrap();
    }
    let home = Home::at(Some(play.folder.path().join("home"))).unwrap();
    play.handle = begin(home, &play.tuco, &play.vault, &play.clock);
    let state = play.state_that(|state| state.open).await;
    assert_eq!(
        state.local, before.local,
        "the address is the same for good"
    );
    assert_eq!(play.deliver(&state, "secret-1", "m1").await, 200);
    let mut news = play.handle.notices();
    let settled = async {
        while play.tuco.ids() != ["w1"] {
            let _ = news.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), settled)
        .await
        .unwrap();
    assert!(play.handle.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_is_taken_is_told_and_is_no_harm_to_the_rest() {
    let mut play = Play::new();
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    let wish = Wish::On {
        tunnel: None,
        port: Some(port),
    };
    let refused = play.wish(wish).await.unwrap_err();
    assert!(refused.to_string().contains("another port"), "{refused}");
    play.restart().await;
    let state = play.state_that(|state| !state.trouble.is_empty()).await;
    assert!(state.on && !state.open, "{state:?}");
    assert!(state.trouble.contains(&port.to_string()), "{state:?}");
    drop(other);
    let state = play.on(port).await;
    assert!(state.open && state.trouble.is_empty(), "{state:?}");
    assert!(play.handle.stop(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_and_removed_leave_nothing_open_nothing_at_tuco_and_no_secret() {
    let play = Play::new();
    let port = free_port();
    play.on(port).await;
    play.wish(Wish::Register).await.unwrap();
    let state = play.wish(Wish::Off).await.unwrap();
    assert!(!state.on && !state.open && !state.registered, "{state:?}");
    assert!(play.tuco.ids().is_empty() && play.kept().is_empty());
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());

    play.on(port).await;
    play.wish(Wish::Register).await.unwrap();
    assert_eq!(play.tuco.ids().len(), 1);
    let mut news = play.handle.notices();
    play.handle.remove(play.id).await.unwrap();
    assert!(play.tuco.ids().is_empty() && play.kept().is_empty());
    assert!(play.vault.load(&play.key).unwrap().is_none());
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    let told = async { while news.recv().await.unwrap() != Notice::Connections {} };
    tokio::time::timeout(PATIENCE, told).await.unwrap();
    let left = play.read(|rows| Ok(rows.webhooks()?.len())).await;
    assert_eq!(left, 0);
    assert!(play.handle.stop(PATIENCE).await);
}
