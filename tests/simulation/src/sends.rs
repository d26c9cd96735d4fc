//! Sends without an answer, many of them: lost on the way there, on the way back, arrived after the
//! client gave up, or cut off because the process was killed, while the machine's clock jumps.
//!
//! Some of them fail at Tuco, and where their owner chose so, a text message takes their place.
//!
//! At the end the world is asked how often each message went out, and the file what it says of it: nobody
//! is texted twice, a text message follows only what failed, nothing is forgotten, and what is left to a
//! person is counted.

use crate::dice::Dice;
use crate::network::{Network, VirtualClock};
use crate::{START, open, script};
use bridge::compose::{Order, Recipient};
use bridge::connect::{Access, Keys};
use bridge::engine::Engine;
use bridge::fallback::Fallback;
use bridge::guard::{Code, Overrides};
use bridge::planted::Defect;
use bridge::store::{ReadStore, SendState};
use sandbox::tuco::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wire::{Clock, Origin, Secret};

/// Messages that somebody wants sent in one run.
const INTENTS: u64 = 40;
/// Of a hundred sends, so many get no answer.
const STRUCK: u64 = 80;
const IMESSAGE: &str = "imessage";
const HOUR_MS: i64 = 3_600_000;

/// What went out: the messages of a text and a channel at Tuco, by id, and how each stands there.
type Sent = BTreeMap<(String, &'static str), BTreeMap<String, Status>>;

/// What runs came to.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Messages that somebody wanted sent.
    pub intents: u64,
    /// Sends that got no answer.
    pub ambiguous: u64,
    /// Times the process was killed.
    pub crashes: u64,
    /// Messages that went out.
    pub went_out: u64,
    /// Text messages that took the place of an iMessage that failed.
    pub in_their_place: u64,
    /// Messages that are told never to have arrived, refused or failed.
    pub told: u64,
    /// Messages of which nobody knows whether they went out, for want of a list of messages.
    pub left_without_list: u64,
    /// The same, where Tuco lists messages.
    pub left_with_list: u64,
    /// Broken promises, in words.
    pub violations: Vec<String>,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.intents += other.intents;
        self.ambiguous += other.ambiguous;
        self.crashes += other.crashes;
        self.went_out += other.went_out;
        self.in_their_place += other.in_their_place;
        self.told += other.told;
        self.left_without_list += other.left_without_list;
        self.left_with_list += other.left_with_list;
        self.violations.extend(other.violations);
    }
}

/// Runs one seed, with a planted mistake if one is given.
pub fn run(seed: u64, defect: Option<Defect>) -> anyhow::Result<Tally> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let path = folder.path().join("bridge.db");
    runtime.block_on(tokio::task::LocalSet::new().run_until(simulate(seed, defect, &path)))
}

struct Stage<'a> {
    access: Access,
    keys: Keys,
    path: &'a Path,
    defect: Option<Defect>,
    clock: Arc<VirtualClock>,
    dice: Dice,
}

async fn simulate(seed: u64, defect: Option<Defect>, path: &Path) -> anyhow::Result<Tally> {
    let dice = Dice::new(seed ^ 0x5E4D);
    let clock = Arc::new(VirtualClock::start(START + 8 * HOUR_MS));
    let network = Arc::new(Network::new(
        seed,
        clock.clone(),
        script::world(&Dice::new(seed), seed),
    ));
    network.strike_sends(STRUCK);
    let (token, key) = network.credentials();
    let stage = Stage {
        access: Access {
            transport: network.clone(),
            clock: clock.clone(),
            entropy: Arc::new(Dice::new(seed ^ 0x5EED)),
            hubspot: Origin::loopback("http://127.0.0.1:1")?,
            tuco: Origin::loopback("http://127.0.0.1:2")?,
            waits: Arc::default(),
        },
        keys: Keys {
            hubspot: Secret::new(token).into(),
            tuco: Secret::new(key),
        },
        path,
        defect,
        clock,
        dice,
    };
    let mut tally = Tally::default();
    let mut engine = Some(stage.open().await?);
    if let Some(engine) = &engine {
        engine.round().await;
    }
    for n in 0..INTENTS {
        let order = stage.order(seed, n)?;
        stage.foretell(&network, &order);
        tally.intents += 1;
        let running = match engine.take() {
            Some(engine) => engine,
            None => stage.open().await?,
        };
        // Killed while it is being sent, at any step of it, now and then.
        let killed = stage.dice.chance(20);
        let lifetime = if killed {
            Duration::from_millis(stage.dice.between(0, 2_500))
        } else {
            Duration::from_secs(1_200)
        };
        let ended = tokio::time::timeout(lifetime, running.send(&order))
            .await
            .is_ok();
        if ended {
            engine = Some(running);
        } else {
            tally.crashes += 1;
        }
        stage.between(&mut engine, &order).await?;
    }
    drop(engine);
    network.calm();
    stage.clock.jump(0);
    stage.settle().await?;
    tally.ambiguous = network.ambiguous();
    let sent = network.act(|world, _| {
        let mut sent: Sent = BTreeMap::new();
        for send in world.workspace.sends_made() {
            if send.text.starts_with("intent ") {
                let way = sent.entry((send.text, send.channel)).or_default();
                way.insert(send.message_id, send.status);
            }
        }
        sent
    });
    let lists = network.act(|world, _| {
        world.workspace.options.messages_listing == sandbox::tuco::options::MessagesListing::Yes
    });
    judge(seed, path, &sent, lists, &mut tally)?;
    Ok(tally)
}

impl Stage<'_> {
    async fn open(&self) -> anyhow::Result<Engine> {
        open(&self.access, &self.keys, self.path, self.defect).await
    }

    fn order(&self, seed: u64, n: u64) -> anyhow::Result<Order> {
        let number = format!("+1202555{:04}", self.dice.between(0, 9_999));
        let mut order = Order::new(Recipient::Phone(number), format!("intent {seed}-{n}"));
        order.channel = Some(bridge::event::Channel::IMessage);
        order.fallback = self.dice.chance(50).then_some(Fallback::Sms);
        order.overrides = Overrides::new([Code::QuietHours, Code::LineFull])
            .map_err(|code| anyhow::anyhow!("{code} can't be set aside"))?;
        Ok(order)
    }

    /// Tuco gives up on some messages, of one channel or of both.
    fn foretell(&self, network: &Network, order: &Order) {
        let Recipient::Phone(phone) = &order.to else {
            return;
        };
        let fate = match self.dice.between(0, 9) {
            0..=2 => "failed",
            3 => "failed_now",
            _ => "sent",
        };
        network.act(|world, _| {
            let outcomes = &mut world.workspace.options.outcomes;
            outcomes.insert(phone.clone(), fate.to_owned());
        });
    }

    /// What happens between two sends: the same command again, a round, a wait, a clock that jumps.
    async fn between(&self, engine: &mut Option<Engine>, order: &Order) -> anyhow::Result<()> {
        if self.dice.chance(10) {
            let hours = [-48, -1, 1, 48];
            let off = self.dice.pick(&hours).copied().unwrap_or(0) * HOUR_MS;
            self.clock.jump(if self.dice.chance(50) { off } else { 0 });
        }
        if self.dice.chance(30) {
            let running = match engine.take() {
                Some(engine) => engine,
                None => self.open().await?,
            };
            // Somebody is not sure and gives the same command again.
            drop(running.send(order).await);
            if self.dice.chance(50) {
                running.round().await;
            }
            *engine = Some(running);
        }
        let seconds = self.dice.between(1, 90);
        self.clock.sleep(Duration::from_secs(seconds)).await;
        Ok(())
    }

    async fn settle(&self) -> anyhow::Result<()> {
        let engine = self.open().await?;
        // A night and a day more than the longest of them: what waits for the morning goes in it.
        for minutes in [0, 3, 5, 10, 15, 30, 60, 240, 720, 720, 60] {
            self.clock.sleep(Duration::from_secs(minutes * 60)).await;
            engine.round().await;
        }
        Ok(())
    }
}

/// Nobody gets a message twice, by whatever channel. What Tuco gave up reached nobody: whoever gives the same
/// command again then means it.
fn count_at_tuco(seed: u64, sent: &Sent, tally: &mut Tally) {
    let mut reached: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for ((text, channel), all) in sent {
        tally.went_out += 1;
        let given_up = |(_, status): &(&String, &Status)| **status == Status::Failed;
        let arrived = all.iter().filter(|one| !given_up(one));
        reached
            .entry(text)
            .or_default()
            .extend(arrived.map(|_| *channel));
        if *channel != IMESSAGE {
            tally.in_their_place += 1;
        }
    }
    for (text, channels) in reached {
        if channels.len() > 1 {
            tally.violations.push(format!(
                "seed {seed}: \"{text}\" went out {} times: {channels:?}",
                channels.len()
            ));
        }
    }
}

fn judge(
    seed: u64,
    path: &Path,
    sent: &Sent,
    lists: bool,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let store = ReadStore::open(path)?;
    let rows = store.read();
    let connection = rows
        .connections()?
        .into_iter()
        .next()
        .ok_or_else(|| anyhow::anyhow!("no connection"))?;
    count_at_tuco(seed, sent, tally);
    let sends = rows.newest_sends(connection.id, 10_000)?;
    let known: BTreeSet<&String> = sends
        .iter()
        .filter_map(|row| row.message_id.as_ref())
        .collect();
    for row in &sends {
        // One that nobody knows of may be any row's that does not know its own; a row whose outcome is not
        // known has the first claim on it.
        let claims = sends
            .iter()
            .filter(|one| one.id != row.id && one.state == SendState::Unknown)
            .filter(|one| one.text == row.text && one.channel == row.channel)
            .count();
        let went = sent
            .get(&(row.text.clone(), row.channel.as_str()))
            .is_some_and(|all| match &row.message_id {
                Some(id) => all.contains_key(id),
                None => all.keys().filter(|id| !known.contains(id)).count() > claims,
            });
        let text = &row.text;
        match row.state {
            SendState::Unknown if lists => tally.left_with_list += 1,
            SendState::Unknown => tally.left_without_list += 1,
            SendState::Queued | SendState::Sending => tally.violations.push(format!(
                "seed {seed}: \"{text}\" is forgotten as {} ({})",
                row.state, row.reason
            )),
            SendState::Failed | SendState::Refused if !went => tally.told += 1,
            SendState::Refused => tally.violations.push(format!(
                "seed {seed}: \"{text}\" went out and is told to be refused ({})",
                row.reason
            )),
            SendState::Failed if row.reason == "never_arrived" => tally.violations.push(format!(
                "seed {seed}: \"{text}\" went out and is told not to have arrived"
            )),
            _ if !went => tally.violations.push(format!(
                "seed {seed}: \"{text}\" is told to be {} and never went out",
                row.state
            )),
            _ => {}
        }
    }
    Ok(())
}
