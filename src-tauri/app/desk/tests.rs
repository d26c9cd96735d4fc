//! The whole way without a window: real SQLite, the sandbox on loopback, every group of commands.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bridge::home::Home;
use bridge::vault::{SessionOnly, Vault};
use serde_json::{Value, json};
use tempfile::TempDir;

mod cases;
mod compose;
mod guarded;
mod keys;
mod people;
mod reasons;
mod rules;
mod rules_counted;
mod services;
mod sign_in;

use super::*;
use crate::view::activity::{Filter, PageStart, Row};
use crate::view::connection::{LoopState, PastedKeys, Verdict};
use crate::view::problem::Code;
use crate::view::sandbox::{SandboxFate, SandboxFaults};
use crate::view::settings::SettingChange;
use crate::view::words::{Kind, Stage};

/// A desk whose own services are a world on loopback.
struct Bench {
    desk: Desk,
    folder: TempDir,
    launched: ::sandbox::launch::Launched,
    /// Cuts the way to both services.
    offline: Arc<AtomicBool>,
}

impl Bench {
    async fn new() -> Self {
        Self::with_keychain(Arc::new(SessionOnly::default())).await
    }

    async fn with_keychain(keychain: Arc<dyn Vault>) -> Self {
        let launch = ::sandbox::launch::Launch {
            contacts: 60,
            ..Default::default()
        };
        let launched = launch.start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let places = Places::on_loopback(
            Home::at(Some(folder.path().join("home"))).unwrap(),
            &launched.endpoints.hubspot_url,
            &launched.endpoints.tuco_url,
            keychain,
        )
        .unwrap();
        let offline = Arc::new(AtomicBool::new(false));
        let ports = free_ports();
        launched
            .world
            .lock()
            .unwrap()
            .change_oauth_options(|options| {
                options.redirect_urls = ports
                    .map(|port| format!("http://localhost:{port}/hubspot/signed-in"))
                    .to_vec();
            });
        let places = places.with_ports(ports).switched_by(offline.clone());
        Self {
            desk: Desk::open(places),
            folder,
            launched,
            offline,
        }
    }

    /// How often something was asked of the HubSpot side.
    fn asked(&self, what: &str) -> u64 {
        let traffic = self
            .launched
            .world
            .lock()
            .unwrap()
            .traffic(::sandbox::world::Side::HubSpot);
        traffic.paths.get(what).copied().unwrap_or_default()
    }

    fn keys(&self) -> PastedKeys {
        PastedKeys {
            hub_spot: format!(" {}\n", self.launched.endpoints.hubspot_token),
            tuco: self.launched.endpoints.tuco_api_key.clone(),
        }
    }

    async fn connect(&self) -> i64 {
        let saved = self.desk.save_connection(self.keys(), None).await.unwrap();
        assert_eq!(saved.not_kept, "");
        self.settled(saved.connection).await;
        saved.connection
    }

    /// Waits for a whole round.
    async fn settled(&self, connection: i64) {
        until(async || {
            let snapshot = self.desk.snapshot().await;
            let one = snapshot
                .connections
                .into_iter()
                .find(|one| one.id == connection)?;
            let idle = matches!(one.state, LoopState::Idle { .. });
            (idle && one.last_round_at.is_some()).then_some(())
        })
        .await;
    }

    async fn page(&self, connection: i64, filter: Filter, start: PageStart) -> Vec<Row> {
        let page = self.desk.activity_page(connection, filter, start, 50).await;
        page.unwrap().rows
    }
}

/// Three ports that nobody has on either family.
fn free_ports() -> [u16; 3] {
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

/// Asks again until there is an answer; the test's own time limit is the end.
async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(420), asking)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_keys_to_the_log_the_story_and_the_table() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    assert!(
        desk.snapshot().await.connections.is_empty(),
        "the first start offers to connect"
    );

    let seen = Arc::new(Mutex::new(Vec::new()));
    let ticks = seen.clone();
    let verdict = desk
        .check_keys(bench.keys(), None, move |check| {
            ticks.lock().unwrap().push(check.check);
        })
        .await
        .unwrap();
    assert_eq!(verdict, Verdict::Works);
    assert!(seen.lock().unwrap().len() > 6);

    let connection = bench.connect().await;
    let rows = bench
        .page(connection, Filter::default(), PageStart::Newest)
        .await;
    assert!(!rows.is_empty());
    let total = desk
        .activity_count(connection, Filter::default())
        .await
        .unwrap()
        .unwrap();
    let middle = desk
        .activity_page(
            connection,
            Filter::default(),
            PageStart::Position { above: total / 2 },
            5,
        )
        .await
        .unwrap();
    assert_eq!(middle.above, Some(total / 2));
    assert!(middle.more_above && middle.more_below);

    let written = Filter {
        stages: vec![Stage::Written],
        kinds: vec![Kind::Reply],
        ..Filter::default()
    };
    let reply = bench
        .page(connection, written, PageStart::Newest)
        .await
        .remove(0);
    let story = desk.event_story(connection, reply.id).await.unwrap();
    assert!(story.entry_id.is_some() && story.contact_url.is_some() && !story.can_replay);
    let refused = desk.replay(connection, reply.id).await.unwrap_err();
    assert_eq!(
        refused.code,
        Code::TooLate,
        "what is in HubSpot is never written again"
    );

    let overview = desk
        .overview(connection, "Europe/Berlin".to_owned())
        .await
        .unwrap();
    assert_eq!(overview.days.len(), 14);
    assert!(!desk.lines(connection).await.unwrap().is_empty());

    let path = bench.folder.path().join("log.csv");
    let exported = desk
        .export_csv(connection, Filter::default(), path.clone(), |_| {})
        .await
        .unwrap();
    assert_eq!(exported.rows, total);
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .contains(&reply.message_id)
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_replays_links_and_keeps_filters() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;

    let off = Filter {
        stages: vec![Stage::Skipped],
        kinds: vec![Kind::Delivered, Kind::Opened],
        ..Filter::default()
    };
    if let Some(skipped) = bench.page(connection, off, PageStart::Newest).await.pop() {
        let change = SettingChange {
            key: "mirror.delivered".to_owned(),
            value: "on".to_owned(),
        };
        desk.change_settings(connection, vec![change])
            .await
            .unwrap();
        desk.replay(connection, skipped.id).await.unwrap();
        until(async || {
            let story = desk.event_story(connection, skipped.id).await.unwrap();
            (story.row.stage != Stage::New).then_some(())
        })
        .await;
    }

    let waiting = Filter {
        stages: vec![Stage::Waiting],
        ..Filter::default()
    };
    let waits = bench.page(connection, waiting, PageStart::Newest).await;
    let contact = desk
        .contact_search(connection, "a".to_owned())
        .await
        .unwrap()
        .remove(0);
    if let Some(event) = waits.first() {
        desk.link_event(connection, event.id, contact.id.clone())
            .await
            .unwrap();
        until(async || {
            let story = desk.event_story(connection, event.id).await.unwrap();
            (story.row.stage == Stage::Written).then_some(())
        })
        .await;
        let story = desk.event_story(connection, event.id).await.unwrap();
        assert_eq!(story.row.contact_id, Some(contact.id));
    }
    let nobody = desk
        .link_event(connection, waits[1].id, "999999999".to_owned())
        .await;
    assert_eq!(nobody.unwrap_err().code, Code::NotFound);

    let search = Filter {
        search: "thanks".to_owned(),
        ..Filter::default()
    };
    desk.keep_view(connection, " Thanks ".to_owned(), search.clone())
        .await
        .unwrap();
    let views = desk.kept_views(connection).await.unwrap();
    assert_eq!(
        (views[0].name.as_str(), &views[0].filter),
        ("Thanks", &search)
    );
    desk.forget_view(connection, views[0].id).await.unwrap();
    assert!(desk.kept_views(connection).await.unwrap().is_empty());
    assert!(desk.parked(connection).await.unwrap().is_empty());
    assert!(desk.unknown_sends(connection).await.unwrap().is_empty());
    let decided = desk.settle_send(connection, 1, true).await.unwrap_err();
    assert_eq!(decided.code, Code::TooLate);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_paused_renamed_and_removed_and_wrong_keys_say_so() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let wrong = PastedKeys {
        hub_spot: "pat-na1-nonsense".to_owned(),
        tuco: "tuco_nonsense".to_owned(),
    };
    let refused = desk.save_connection(wrong, None).await.unwrap_err();
    assert_eq!(refused.code, Code::NeedsSignIn);
    let connection = bench.connect().await;
    desk.pause(connection, true).await.unwrap();
    until(async || {
        let one = desk.snapshot().await.connections.remove(0);
        (one.paused && one.state == LoopState::Paused).then_some(())
    })
    .await;
    desk.rename_connection(connection, "Shop".to_owned())
        .await
        .unwrap();
    desk.pause(connection, false).await.unwrap();
    bench.settled(connection).await;
    let one = desk.snapshot().await.connections.remove(0);
    assert!(!one.paused && one.name == "Shop");
    let kept = desk.remove_connection(connection, "Other".to_owned()).await;
    assert_eq!(kept.unwrap_err().code, Code::BadInput);
    desk.remove_connection(connection, "Shop".to_owned())
        .await
        .unwrap();
    assert!(desk.snapshot().await.connections.is_empty());
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_takes_the_place_of_the_log_and_forgetting_leaves_nothing() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let copy = bench.folder.path().join("copy.db");
    desk.back_up(copy.clone()).await.unwrap();
    assert_eq!(
        desk.back_up(copy.clone()).await.unwrap_err().code,
        Code::Taken
    );
    let before = desk.snapshot().await.connections.remove(0).events;

    desk.remove_connection(
        connection,
        desk.snapshot().await.connections[0].name.clone(),
    )
    .await
    .unwrap();
    let kept = desk.restore(copy).await.unwrap();
    assert!(
        std::path::Path::new(&kept).exists(),
        "the previous file is kept aside"
    );
    assert_eq!(desk.snapshot().await.connections.remove(0).events, before);
    let nonsense = bench.folder.path().join("nonsense.db");
    std::fs::write(&nonsense, "no data file").unwrap();
    assert_eq!(
        desk.restore(nonsense).await.unwrap_err().code,
        Code::BadInput
    );
    assert_eq!(desk.snapshot().await.connections.len(), 1);

    assert_eq!(
        desk.forget_everything("no").await.unwrap_err().code,
        Code::BadInput
    );
    desk.forget_everything("forget everything").await.unwrap();
    assert!(desk.snapshot().await.connections.is_empty());
    let left: Vec<String> = desk
        .storage()
        .unwrap()
        .files
        .into_iter()
        .map(|file| file.name)
        .collect();
    assert!(
        left.iter().all(|name| name.starts_with("bridge.")),
        "{left:?}"
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sandbox_is_a_world_apart_and_leaves_nothing_behind() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    assert_eq!(
        desk.sandbox_reply().await.unwrap_err().code,
        Code::WrongPlace
    );
    desk.start_sandbox().await.unwrap();
    let connection = desk.snapshot().await.connections[0].id;
    bench.settled(connection).await;
    assert_eq!(desk.mode(), Mode::Sandbox);
    let count = async || {
        let counted = desk.activity_count(connection, Filter::default()).await;
        counted.unwrap().unwrap()
    };
    let before = count().await;
    desk.sandbox_reply().await.unwrap();
    until(async || (count().await > before).then_some(())).await;
    desk.sandbox_send(SandboxFate::Failed).await.unwrap();
    until(async || (count().await > before + 1).then_some(())).await;

    let offline = SandboxFaults {
        offline: true,
        ..SandboxFaults::default()
    };
    desk.change_sandbox_faults(offline).await.unwrap();
    until(async || {
        let state = desk.snapshot().await.connections.remove(0).state;
        matches!(state, LoopState::Offline { .. }).then_some(())
    })
    .await;
    assert_eq!(
        desk.forget_everything("forget everything")
            .await
            .unwrap_err()
            .code,
        Code::WrongPlace
    );
    desk.leave_sandbox().await.unwrap();
    assert!(desk.snapshot().await.connections.is_empty());
    assert!(!bench.folder.path().join("home-sandbox").exists());
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_and_no_notice_holds_a_key() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let mut news = desk.hub.listen();
    let connection = bench.connect().await;
    let id = bench
        .page(connection, Filter::default(), PageStart::Newest)
        .await[0]
        .id;
    let mut answers: Vec<Value> = vec![
        json!(desk.snapshot().await),
        json!(desk.overview(connection, "UTC".to_owned()).await.unwrap()),
        json!(desk.settings(connection).await.unwrap()),
        json!(desk.storage().unwrap()),
        json!(desk.hosts()),
        json!(desk.diagnostics().await.unwrap()),
        json!(desk.event_story(connection, id).await.unwrap()),
        json!(desk.lines(connection).await.unwrap()),
        json!(desk.save_connection(bench.keys(), None).await.unwrap()),
    ];
    while let Ok(notice) = news.try_recv() {
        answers.push(json!(notice));
    }
    assert!(answers.len() > 9, "there were notices");
    let all = Value::Array(answers).to_string();
    let endpoints = &bench.launched.endpoints;
    for secret in [&endpoints.hubspot_token, &endpoints.tuco_api_key] {
        assert!(!all.contains(secret.as_str()));
    }
    let first = bench
        .page(connection, Filter::default(), PageStart::Newest)
        .await;
    let diagnostics = desk.diagnostics().await.unwrap();
    for row in first {
        for private in [row.name, row.address, Some(row.text)]
            .into_iter()
            .flatten()
        {
            assert!(
                private.len() < 4 || !diagnostics.contains(&private),
                "{private}"
            );
        }
    }
    desk.close(Duration::from_secs(5)).await;
}
