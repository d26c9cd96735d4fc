//! A scene for one case: the whole engine, a world that does what the case says and nothing else, and time
//! that moves when somebody waits.
//!
//! Calls take their time on the way, by lot, and none goes wrong by itself: what goes wrong is part of the case.

use crate::dice::Dice;
use crate::network::{Network, VirtualClock};
use crate::{START, open, script};
use bridge::connect::{Access, Keys};
use bridge::engine::Engine;
use bridge::people::{PeopleTally, Reading, Setup};
use sandbox::message::HttpRequest;
use sandbox::traffic::TrafficView;
use sandbox::world::{Side, World, WorldOptions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use wire::{Clock, Origin, Secret};

/// No round takes longer, in virtual time; one that does would never end.
const ENDLESS: Duration = Duration::from_secs(48 * 3_600);

/// See the module.
pub struct Scene {
    network: Arc<Network>,
    clock: Arc<VirtualClock>,
    access: Access,
    keys: Keys,
    folder: tempfile::TempDir,
}

/// A world with so many people and no limits.
pub fn world(contacts: usize) -> WorldOptions {
    let mut options = WorldOptions {
        contacts,
        limits: false,
        ..WorldOptions::default()
    };
    options.portal.index_lag_ms = 0;
    options
}

/// Plays a story to its end.
///
/// # Errors
/// What the story ends in.
pub fn play(
    options: &WorldOptions,
    story: impl AsyncFnOnce(&Scene) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let tasks = tokio::task::LocalSet::new();
    runtime.block_on(tasks.run_until(async {
        let scene = Scene::set(options)?;
        story(&scene).await
    }))
}

impl Scene {
    fn set(options: &WorldOptions) -> anyhow::Result<Self> {
        let clock = Arc::new(VirtualClock::start(START));
        let world = World::new(options, 1, START);
        let network = Arc::new(Network::new(1, clock.clone(), world));
        network.calm();
        let (token, key) = network.credentials();
        let access = Access {
            transport: network.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Dice::new(0x5EED)),
            hubspot: Origin::loopback("http://127.0.0.1:1")?,
            tuco: Origin::loopback("http://127.0.0.1:2")?,
            waits: Arc::default(),
        };
        let keys = Keys {
            hubspot: Secret::new(token).into(),
            tuco: Secret::new(key),
        };
        Ok(Self {
            network,
            clock,
            access,
            keys,
            folder: tempfile::tempdir()?,
        })
    }

    /// The file of the connection.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("bridge.db")
    }

    /// A start of the program.
    ///
    /// # Errors
    /// Why it does not start.
    pub async fn open(&self) -> anyhow::Result<Engine> {
        open(&self.access, &self.keys, &self.file(), None).await
    }

    /// A start, with people kept in step: these ways, with records made on both sides.
    ///
    /// # Errors
    /// Why it does not start.
    pub async fn open_for_people(&self, to_tuco: bool, to_hubspot: bool) -> anyhow::Result<Engine> {
        let engine = self.open().await?;
        engine.change_setup(&Setup {
            to_tuco,
            to_hubspot,
            create_leads: to_tuco,
            create_contacts: to_hubspot,
            ..Setup::default()
        })?;
        Ok(engine)
    }

    /// HubSpot as the engine asks it.
    pub fn client(&self) -> hubspot::HubSpot {
        self.access.sign_in(&self.keys, "").hubspot
    }

    /// A round, and what it did for people.
    ///
    /// # Errors
    /// Why it ended early.
    pub async fn round(&self, engine: &Engine) -> anyhow::Result<PeopleTally> {
        self.round_reading(engine, &Reading::default()).await
    }

    /// The same, where somebody says how people are read.
    ///
    /// # Errors
    /// Why it ended early.
    pub async fn round_reading(
        &self,
        engine: &Engine,
        reading: &Reading,
    ) -> anyhow::Result<PeopleTally> {
        let round = tokio::time::timeout(ENDLESS, engine.round_reading(reading)).await?;
        match round.trouble {
            Some(trouble) => Err(trouble.into()),
            None => Ok(round.people.unwrap_or_default()),
        }
    }

    /// Time passes.
    pub async fn wait(&self, seconds: u64) {
        self.clock.sleep(Duration::from_secs(seconds)).await;
    }

    /// The time now.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Does something in the world, outside the network.
    pub fn act<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        self.network.act(act)
    }

    /// Changes switches of the world.
    pub fn switch(&self, options: &Value) {
        self.act(|world, now| script::control(world, "POST", "options", options, now));
    }

    /// Lets calls go wrong from here on, as the sandbox's faults say it.
    pub fn faults(&self, rules: &Value) {
        let body = json!({"rules": rules});
        self.act(|world, now| script::control(world, "POST", "faults", &body, now));
    }

    /// A record that somebody makes in HubSpot. Its id.
    pub fn seed(&self, kind: &str, properties: &[(&str, &str)]) -> String {
        self.act(|world, now| world.portal.seed_record(kind, owned(properties), now))
            .to_string()
    }

    /// A record that somebody changes in HubSpot; the change bears this time.
    pub fn change(&self, contact: &str, properties: &[(&str, &str)], at: i64) -> bool {
        let id = contact.parse().unwrap_or_default();
        self.act(|world, _| {
            world
                .portal
                .change_record("contacts", id, &owned(properties), at)
        })
    }

    /// A lead that somebody makes in Tuco. Its id.
    pub fn lead(&self, fields: &Value) -> String {
        let made = self.tuco("POST", "/api/leads", &json!({"leads": [fields]}));
        let id = made.get("leadId").and_then(Value::as_str);
        id.unwrap_or_default().to_owned()
    }

    /// What somebody does at Tuco, whom no fault strikes.
    pub fn tuco(&self, method: &str, target: &str, body: &Value) -> Value {
        self.act(|world, now| {
            let (_, key, _) = world.credentials();
            called(world, Side::Tuco, method, target, &key, body, now)
        })
    }

    /// What somebody does at HubSpot over its API.
    pub fn hubspot(&self, method: &str, target: &str, body: &Value) -> Value {
        self.act(|world, now| {
            let (token, ..) = world.credentials();
            called(world, Side::HubSpot, method, target, &token, body, now)
        })
    }

    /// A reply that arrives now.
    pub fn reply(&self, from: &str, text: &str) {
        let body = json!({"from": from, "text": text});
        self.act(|world, now| script::control(world, "POST", "reply", &body, now));
    }

    /// Every entry on every timeline: whose, and the text.
    pub fn timeline(&self) -> Vec<(Vec<String>, String)> {
        let told =
            self.act(|world, now| script::control(world, "GET", "timeline", &json!({}), now));
        let entries = told.get("entries").and_then(Value::as_array).cloned();
        let text = |entry: &Value| {
            let body = entry.get("body").and_then(Value::as_str);
            body.unwrap_or_default().to_owned()
        };
        let whose = |entry: &Value| {
            let ids = entry.get("contact_ids").and_then(Value::as_array);
            let ids = ids.into_iter().flatten().filter_map(Value::as_str);
            ids.map(str::to_owned).collect()
        };
        let entries = entries.unwrap_or_default();
        entries.iter().map(|one| (whose(one), text(one))).collect()
    }

    /// A property of a contact, as it stands in HubSpot.
    pub fn property(&self, contact: &str, name: &str) -> String {
        let id = contact.parse().unwrap_or_default();
        let record = self.act(|world, _| world.portal.record("contacts", id));
        let held = record.and_then(|record| record.properties.get(name).cloned());
        held.unwrap_or_default()
    }

    /// Contacts in the portal.
    pub fn contacts(&self) -> Vec<String> {
        let ids = self.act(|world, _| world.portal.ids("contacts"));
        ids.iter().map(u64::to_string).collect()
    }

    /// All leads.
    pub fn leads(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for page in 1_u32.. {
            let target = format!("/api/leads?page={page}&limit=100");
            let answer = self.tuco("GET", &target, &Value::Null);
            let some = answer.get("leads").and_then(Value::as_array).cloned();
            match some {
                Some(some) if !some.is_empty() => all.extend(some),
                _ => break,
            }
        }
        all
    }

    /// What HubSpot was asked since the last time, the scene's own calls included.
    pub fn asked(&self) -> TrafficView {
        self.act(|world, now| {
            let seen = world.traffic(Side::HubSpot);
            script::control(world, "DELETE", "requests", &json!({}), now);
            seen
        })
    }
}

fn owned(properties: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = properties.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn called(
    world: &mut World,
    side: Side,
    method: &str,
    target: &str,
    key: &str,
    body: &Value,
    now: i64,
) -> Value {
    let body = match body {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let request = HttpRequest::new(method, target, key, body);
    let answer = world.handle(side, &request, now);
    serde_json::from_slice(&answer.response.body).unwrap_or_default()
}
