//! Rules at work while people change records, join lists and opt out, calls go wrong, the process is killed
//! at any step, the machine sleeps for hours, and rules are turned off, changed and turned on.
//!
//! Promises that are judged at the end, by what the story knows and HubSpot and Tuco hold: nothing that a round
//! could have seen while a rule was on is lost, nothing sets a rule off twice, nor from before it was
//! turned on, nobody who had opted out is written to, and every run says what became of it.
//!
//! Things happen between rounds, and not before what the last round sent can have arrived: a message that
//! lies on the wire while somebody opts out can't be called back by anybody.

mod judge;
mod story;

use crate::dice::Dice;
use crate::network::{Network, VirtualClock};
use crate::{START, open};
use bridge::connect::{Access, Keys};
use bridge::engine::Engine;
use bridge::planted::Defect;
use bridge::store::{Store, StoreError, Writer};
use sandbox::world::{World, WorldOptions};
use serde_json::json;
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use story::Story;
use wire::{Clock, Origin, Secret};

const ROUNDS: u32 = 12;
/// A call that was given up has arrived by then.
const ARRIVED: Duration = Duration::from_secs(60);
/// No round takes longer, in virtual time.
const ENDLESS: Duration = Duration::from_secs(3_600);
const HOUR_MS: i64 = 3_600_000;

/// What runs came to.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// What happened to people.
    pub events: u64,
    /// What rules said to it.
    pub runs: u64,
    /// Runs that did what the rule says.
    pub done: u64,
    /// Runs of which nobody knows whether they did.
    pub unknown: u64,
    /// Messages that rules sent.
    pub sent: u64,
    /// People who opted out.
    pub opted_out: u64,
    /// Times a rule was turned off, changed or turned on.
    pub switched: u64,
    /// Times the process was killed.
    pub crashes: u64,
    /// Calls that went wrong.
    pub faults: u64,
    /// Broken promises, in words.
    pub violations: Vec<String>,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.runs += other.runs;
        self.done += other.done;
        self.unknown += other.unknown;
        self.sent += other.sent;
        self.opted_out += other.opted_out;
        self.switched += other.switched;
        self.crashes += other.crashes;
        self.faults += other.faults;
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

/// Everything that a story is played on.
struct Stage<'a> {
    access: Access,
    keys: Keys,
    path: &'a Path,
    defect: Option<Defect>,
    clock: Arc<VirtualClock>,
    network: Arc<Network>,
    dice: Dice,
    /// Open from its first use on: opening takes longer than what is done with it.
    hand: RefCell<Option<Store>>,
}

async fn simulate(seed: u64, defect: Option<Defect>, path: &Path) -> anyhow::Result<Tally> {
    let dice = Dice::new(seed ^ 0x0052_554C_4553);
    let clock = Arc::new(VirtualClock::start(START));
    let network = Arc::new(Network::new(seed, clock.clone(), world(&dice, seed)));
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
        network,
        dice,
        hand: RefCell::default(),
    };
    stage.clock.sleep(ARRIVED).await;
    // Somebody's clock is wrong, and stays so.
    let off = [0, 0, 0, -HOUR_MS, 25 * HOUR_MS];
    let off = stage.dice.pick(&off).copied().unwrap_or(0);
    stage.clock.jump(off);
    let mut story = Story::begin(&stage, off);
    let mut tally = Tally::default();
    stage.play(&mut story, &mut tally).await?;
    tally.faults = stage.network.faults();
    stage.network.calm();
    stage.settle(&mut story).await?;
    tally.violations.append(&mut story.trouble);
    stage
        .network
        .act(|world, _| judge::judge(world, path, &story, &mut tally))?;
    for words in &mut tally.violations {
        *words = format!("seed {seed}: {words}");
    }
    Ok(tally)
}

/// Nobody but those whom the story brings. Tuco sends to whoever opted out: the guard is alone.
fn world(dice: &Dice, seed: u64) -> World {
    let options = WorldOptions {
        contacts: 0,
        limits: false,
        ..WorldOptions::default()
    };
    let mut world = World::new(&options, seed, START);
    let listing = if dice.chance(80) {
        "yes"
    } else {
        "session_only"
    };
    let switches = json!({
        "tuco": {"messages_listing": listing, "blocked_send": "sent"},
        "hubspot": {
            "shuffle_batches": dice.chance(50),
            "index_lag_ms": dice.between(0, story::MOST_LAG_MS),
        },
    });
    crate::script::control(&mut world, "POST", "options", &switches, START);
    world
}

impl Stage<'_> {
    async fn open(&self) -> anyhow::Result<Engine> {
        open(&self.access, &self.keys, self.path, self.defect).await
    }

    /// What a person does with the program beside its rounds.
    fn by_hand<T>(
        &self,
        work: impl FnOnce(&Writer<'_>, i64) -> Result<T, StoreError>,
    ) -> anyhow::Result<T> {
        let now = self.clock.now();
        let mut hand = self.hand.borrow_mut();
        let mut store = match hand.take() {
            Some(store) => store,
            None => Store::open_for_simulation(self.path, now)?.store,
        };
        let done = store.write(|rows| work(rows, now));
        *hand = Some(store);
        Ok(done?)
    }

    /// The time of the services.
    fn now(&self) -> i64 {
        self.network.act(|_, now| now)
    }

    async fn play(&self, story: &mut Story, tally: &mut Tally) -> anyhow::Result<()> {
        let mut engine: Option<Engine> = None;
        let mut set_up = false;
        for _ in 0..ROUNDS {
            story.something_happens(self).await;
            let running = match engine.take() {
                Some(engine) => engine,
                None => match self.open().await {
                    Ok(engine) => engine,
                    Err(_) => {
                        self.pause().await;
                        continue;
                    }
                },
            };
            if !set_up {
                story.set_up(self)?;
                set_up = true;
            } else if self.dice.chance(30) {
                story.switch(self)?;
                tally.switched += 1;
            }
            // Killed in the middle of a round: nothing of the process is left but its file.
            let lifetime = if self.dice.chance(35) {
                Duration::from_millis(self.dice.between(1, 6_000))
            } else {
                ENDLESS
            };
            let began = self.now();
            match tokio::time::timeout(lifetime, running.round()).await {
                Ok(round) => {
                    if round.trouble.is_none() {
                        story.clean.push(began);
                    }
                    engine = Some(running);
                }
                Err(_) => tally.crashes += 1,
            }
            self.pause().await;
        }
        if !set_up {
            drop(self.open_at_last().await?);
            story.set_up(self)?;
        }
        Ok(())
    }

    async fn open_at_last(&self) -> anyhow::Result<Engine> {
        self.network.calm();
        self.open().await
    }

    /// A minute, or hours: what waits becomes due meanwhile.
    async fn pause(&self) {
        let seconds = match self.dice.between(0, 9) {
            0 => self.dice.between(14_400, 200_000),
            1..=3 => self.dice.between(1_800, 9_000),
            _ => self.dice.between(0, 120),
        };
        let pause = ARRIVED + Duration::from_secs(seconds);
        self.clock.sleep(pause).await;
    }

    /// Faults are over and all rules are on: what waits is done.
    async fn settle(&self, story: &mut Story) -> anyhow::Result<()> {
        story.turn_all_on(self)?;
        let engine = self.open().await?;
        let mut trouble = None;
        for minutes in [1, 1, 5 * 60, 26 * 60] {
            self.clock.sleep(Duration::from_secs(minutes * 60)).await;
            let began = self.now();
            trouble = match tokio::time::timeout(ENDLESS, engine.round()).await {
                Ok(round) => round.trouble.map(|trouble| trouble.to_string()),
                Err(_) => Some("it does not end at all".to_owned()),
            };
            if trouble.is_none() {
                story.clean.push(began);
            }
        }
        let words = trouble.map(|words| format!("the last round ended early: {words}"));
        story.trouble.extend(words);
        Ok(())
    }
}
