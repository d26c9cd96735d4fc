//! A sandbox, a way to it, three free ports, and a browser.

use bridge::connect::{Access, Keys};
use bridge::sign_in::{App, Attempt, SignInError, Signed, Wish, finish};
use bridge::store::{ConnectionRow, Opened, Store};
use bridge::vault::Vault;
use sandbox::launch::{Launch, Launched};
use sandbox::oauth::OauthOptions;
use sandbox::world::{Side, World};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::Duration;
use tokio::sync::watch;
use url::Url;
use wire::{BoxFuture, Clock, Origin, ReqwestTransport, Secret, SystemClock, SystemEntropy};

/// The machine's clock, moved by hand; waits of ten seconds and more end when the test says so.
pub(crate) struct Hand {
    ahead: AtomicI64,
    long_waits_end: watch::Sender<bool>,
}

impl Default for Hand {
    fn default() -> Self {
        Self {
            ahead: AtomicI64::default(),
            long_waits_end: watch::Sender::new(false),
        }
    }
}

impl Hand {
    pub(crate) fn forward(&self, ms: i64) {
        self.ahead.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn end_long_waits(&self) {
        self.long_waits_end.send_replace(true);
    }
}

impl Clock for Hand {
    fn now(&self) -> i64 {
        SystemClock.now() + self.ahead.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration < Duration::from_secs(10) {
            return SystemClock.sleep(duration);
        }
        let mut ends = self.long_waits_end.subscribe();
        Box::pin(async move {
            let _ = ends.wait_for(|end| *end).await;
        })
    }
}

pub(crate) struct Scene {
    pub(crate) sandbox: Launched,
    pub(crate) access: Access,
    pub(crate) clock: Arc<Hand>,
    pub(crate) ports: [u16; 3],
}

impl Scene {
    pub(crate) async fn set() -> Self {
        let sandbox = Launch {
            contacts: 20,
            ..Launch::default()
        }
        .start()
        .await
        .unwrap();
        let clock = Arc::new(Hand::default());
        let access = Access {
            transport: Arc::new(ReqwestTransport::new().unwrap()),
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
            hubspot: Origin::loopback(&sandbox.endpoints.hubspot_url).unwrap(),
            tuco: Origin::loopback(&sandbox.endpoints.tuco_url).unwrap(),
            waits: Arc::default(),
        };
        let ports = free_ports();
        let scene = Self {
            sandbox,
            access,
            clock,
            ports,
        };
        scene.change(|options| {
            options.redirect_urls = ports
                .map(|port| format!("http://localhost:{port}/hubspot/signed-in"))
                .to_vec();
        });
        scene
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.sandbox.world.lock().unwrap()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut OauthOptions)) {
        self.world().change_oauth_options(change);
    }

    /// A fault of the token endpoint.
    pub(crate) fn fault(&self, fault: &str) {
        let rule = format!(r#"[{{"path": "/oauth/2026-09/token", "fault": {fault}}}]"#);
        let plan = sandbox::faults::FaultPlan::parse(rule.as_bytes()).unwrap();
        self.world().add_faults(plan);
    }

    /// How often something was asked of the HubSpot side.
    pub(crate) fn asked(&self, what: &str) -> u64 {
        let traffic = self.world().traffic(Side::HubSpot);
        traffic.paths.get(what).copied().unwrap_or_default()
    }

    pub(crate) fn tuco(&self) -> Secret {
        Secret::new(self.sandbox.endpoints.tuco_api_key.clone())
    }

    pub(crate) fn app(&self) -> App {
        App {
            client_id: Secret::new(self.sandbox.endpoints.hubspot_client_id.clone()),
            client_secret: Secret::new(self.sandbox.endpoints.hubspot_client_secret.clone()),
        }
    }

    pub(crate) async fn begin(&self) -> Result<Attempt, SignInError> {
        let wish = Wish {
            app: self.app(),
            uses: BTreeSet::new(),
            pages: None,
            ports: self.ports,
        };
        Attempt::begin(&self.access, wish).await
    }

    /// Where HubSpot sends the browser after somebody has approved.
    pub(crate) async fn approve(&self, link: &Url, portal: u64) -> Url {
        let consent = link
            .as_str()
            .replace("/oauth/authorize", &format!("/oauth/{portal}/authorize"));
        let answer = browser()
            .post(consent)
            .body("decision=approve")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 302);
        Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap()
    }

    pub(crate) fn portal(&self) -> u64 {
        self.sandbox.endpoints.portal_id
    }

    pub(crate) fn other_portal(&self) -> u64 {
        self.sandbox.endpoints.other_portal_id
    }
}

/// A store in a folder of its own.
pub(crate) fn store(folder: &tempfile::TempDir) -> Store {
    let Opened { store, .. } = Store::open(&folder.path().join("bridge.db"), 1).unwrap();
    store
}

/// A browser that goes nowhere by itself.
pub(crate) fn browser() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// Three ports that nobody has on either family.
pub(crate) fn free_ports() -> [u16; 3] {
    let mut held = Vec::new();
    while held.len() < 3 {
        let four = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = four.local_addr().unwrap().port();
        if let Ok(six) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            held.push((four, six, port));
        }
    }
    [held[0].2, held[1].2, held[2].2]
}

/// What the listener answers to these bytes: all of it, until it ends the connection.
pub(crate) async fn raw(port: u16, request: String) -> String {
    let answered = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A reset after the answer is an end too.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    });
    answered.await.unwrap()
}

/// A GET as a browser makes it.
pub(crate) fn get(port: u16, target: &str, more: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n{more}\r\n")
}

/// Whether anybody listens there, on either family.
pub(crate) fn is_open(port: u16) -> bool {
    let here: [SocketAddr; 2] = [
        (Ipv4Addr::LOCALHOST, port).into(),
        (Ipv6Addr::LOCALHOST, port).into(),
    ];
    here.iter()
        .any(|address| TcpStream::connect_timeout(address, Duration::from_secs(1)).is_ok())
}

/// The local addresses that listen on a port, by the kernel's own tables, as `ss` shows them.
#[cfg(target_os = "linux")]
pub(crate) fn listening(port: u16) -> Vec<String> {
    let mut found = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, state) = (fields[1], fields[3]);
            let (host, number) = address.split_once(':').unwrap();
            if state == "0A" && u16::from_str_radix(number, 16).unwrap() == port {
                found.push(host.to_owned());
            }
        }
    }
    found.sort_unstable();
    found
}

/// Somebody who has signed in, with what is kept of it.
pub(crate) struct Member {
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) row: ConnectionRow,
    pub(crate) keys: Keys,
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
}

impl Scene {
    /// The whole way through the browser.
    pub(crate) async fn sign_in(&self, portal: u64) -> Signed {
        let attempt = self.begin().await.unwrap();
        let back = self.approve(attempt.link(), portal).await;
        attempt.control().paste(back.as_str()).unwrap();
        let answer = attempt.answer(|_| {}).await.unwrap();
        finish(&self.access, answer, self.tuco(), None)
            .await
            .unwrap()
    }

    pub(crate) async fn member(&self, vault: Arc<dyn Vault>) -> Member {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let signed = self.sign_in(self.portal()).await;
        let (row, keys) = signed
            .adopt(&mut store, Some("Mine"), &self.access, &vault)
            .unwrap();
        vault.store(&row.key, &keys.to_secrets()).unwrap();
        Member {
            vault,
            row,
            keys,
            store,
            folder,
        }
    }
}

impl Member {
    /// What a program finds that is started now.
    pub(crate) fn after_restart(&self, access: &Access) -> Keys {
        let kept = self.vault.load(&self.row.key).unwrap().unwrap();
        Keys::from_secrets(kept, access, &self.vault, &self.row.key).unwrap()
    }
}
