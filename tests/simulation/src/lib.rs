//! The whole engine in a simulated world with virtual time.
//!
//! A seed decides everything: what people write and when, how long each call takes, which calls go
//! wrong and how, when the process is killed, how long the machine sleeps. At the end the faults stop,
//! the engine is given time to finish, and what HubSpot holds is compared with what Tuco knows. One
//! seed twice gives the same trace, byte for byte.

pub mod bodies;
pub mod dice;
mod network;
pub mod people;
pub mod rules;
pub mod scene;
mod script;
pub mod sends;
mod truth;

use bridge::connect::{Access, Keys, establish, identify};
use bridge::engine::Engine;
use bridge::planted::Defect;
use bridge::store::Store;
use dice::Dice;
use network::{Network, VirtualClock};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wire::{Origin, Secret};

/// 2026-03-02T08:00:00Z: a Monday, a week before the clocks of the portal's zone change.
pub const START: i64 = 1_772_438_400_000;

/// No round takes longer, in virtual time; one that does would never end.
const ENDLESS: Duration = Duration::from_secs(1_200);

/// What a run came to.
#[derive(Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// Events that the workspace had to tell.
    pub events: usize,
    /// Timeline entries that the portal holds for them.
    pub entries: usize,
    /// Times the process was killed.
    pub crashes: u32,
    /// Calls that went wrong on purpose.
    pub faults: u64,
    /// SHA-256 over every call and the final state.
    pub trace: String,
    /// Broken promises, in words; none in a sound engine.
    pub violations: Vec<String>,
}

/// Runs one seed, with a planted mistake if one is given.
pub fn run(seed: u64, defect: Option<Defect>) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir()?;
    // One thread and paused time: the runtime moves the clock only when nothing else can happen.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let path = folder.path().join("bridge.db");
    runtime.block_on(tokio::task::LocalSet::new().run_until(simulate(seed, defect, &path)))
}

async fn simulate(seed: u64, defect: Option<Defect>, path: &Path) -> anyhow::Result<Report> {
    let dice = Dice::new(seed);
    let clock = Arc::new(VirtualClock::start(START));
    let network = Arc::new(Network::new(
        seed,
        clock.clone(),
        script::world(&dice, seed),
    ));
    let access = Access {
        transport: network.clone(),
        clock: clock.clone(),
        entropy: Arc::new(Dice::new(seed ^ 0x5EED)),
        hubspot: Origin::loopback("http://127.0.0.1:1")?,
        tuco: Origin::loopback("http://127.0.0.1:2")?,
        waits: Arc::default(),
    };
    let (token, key) = network.credentials();
    let keys = Keys {
        hubspot: Secret::new(token).into(),
        tuco: Secret::new(key),
    };
    let mut crashes = 0;
    let mut engine = None;
    for _ in 0..script::ROUNDS {
        network.act(|world, now| script::something_happens(world, &dice, now));
        let running = match engine.take() {
            Some(engine) => engine,
            None => match open(&access, &keys, path, defect).await {
                Ok(engine) => engine,
                Err(_) => {
                    script::sleep(&dice, clock.as_ref()).await;
                    continue;
                }
            },
        };
        // Killed in the middle of a round: nothing of the process is left but its file.
        let lifetime = if dice.chance(25) {
            Duration::from_millis(dice.between(1, 20_000))
        } else {
            ENDLESS
        };
        let survived = tokio::time::timeout(lifetime, script::work(&running, &dice))
            .await
            .is_ok();
        if survived {
            engine = Some(running);
        } else {
            crashes += 1;
        }
        script::sleep(&dice, clock.as_ref()).await;
    }
    drop(engine);
    network.calm();
    let violations = settle(&access, &keys, path, defect).await?;
    let truth = network.act(truth::of);
    let (mut broken, entries) = network.act(|world, _| truth::compare(&truth, world, path))?;
    broken.extend(violations);
    Ok(Report {
        seed,
        events: truth.len(),
        entries,
        crashes,
        faults: network.faults(),
        trace: network.trace(&broken, entries),
        violations: broken,
    })
}

/// A start of the process: the file is opened, the keys are checked, the connection is found again.
async fn open(
    access: &Access,
    keys: &Keys,
    path: &Path,
    defect: Option<Defect>,
) -> anyhow::Result<Engine> {
    let (outside, identity) = identify(access, keys, "").await?;
    let mut store = Store::open_for_simulation(path, access.clock.now())?.store;
    let connection = establish(&mut store, &identity, None, access)?;
    Ok(Engine::new(store, connection, outside).with_planted(defect))
}

/// Faults are over: the engine gets the time that a patient person would give it.
async fn settle(
    access: &Access,
    keys: &Keys,
    path: &Path,
    defect: Option<Defect>,
) -> anyhow::Result<Vec<String>> {
    let mut engine = open(access, keys, path, defect).await?;
    let mut trouble = None;
    // Hours between the rounds, so that everything with a time of its own becomes due.
    for hours in [0, 0, 1, 1, 3, 6, 12, 24, 24, 72] {
        access.clock.sleep(Duration::from_secs(hours * 3_600)).await;
        trouble = match tokio::time::timeout(ENDLESS, engine.round()).await {
            Ok(round) => round.trouble.map(|trouble| trouble.to_string()),
            Err(_) => Some("it does not end at all".to_owned()),
        };
        // A restart now and then, which must change nothing.
        if hours == 3 {
            drop(engine);
            engine = open(access, keys, path, defect).await?;
        }
    }
    drop(engine);
    Ok(trouble
        .into_iter()
        .map(|words| format!("the last round ended early: {words}"))
        .collect())
}
