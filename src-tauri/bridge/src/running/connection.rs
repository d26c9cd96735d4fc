//! The loop of one connection: round, wait, round.
//!
//! Waiting goes by the wall clock, in short steps: a machine that slept makes one round when it wakes
//! and not one for each that it missed, and a clock that was set back makes nobody wait longer.

use super::owner::House;
use super::{Cause, HandleError, LoopState, Notice, Phase, keys};
use crate::connect::Keys;
use crate::engine::Engine;
use crate::event::{Kind, Stage};
use crate::explain;
use crate::retry::Waiting;
use crate::round::Round;
use crate::store::{LogMark, Store, StoreError};
use crate::trouble::{Outlook, Trouble};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use wire::{RetryClass, Timestamp};

/// The wall clock is looked at this often while waiting.
const STEP: Duration = Duration::from_secs(1);
/// While a round works, the log is looked at this often for what is new.
const BEAT: Duration = Duration::from_millis(250);
/// Where a person is needed, or nothing mends itself, it is tried again after this all the same.
const RARELY_MS: i64 = 10 * 60 * 1_000;
/// A round that panicked is begun anew after this.
const AFTER_PANIC_MS: i64 = 60 * 1_000;
/// So many rounds that fail in a row are told to whoever is not looking.
const ALARM_AFTER: u32 = 2;
/// A reply that is older than this when it is first seen is no news.
const NEWS_MS: i64 = 15 * 60 * 1_000;

/// A connection at work.
pub(super) struct Slot {
    pub(super) id: i64,
    state: RefCell<LoopState>,
    engine: RefCell<Option<Rc<Engine>>>,
    keys: RefCell<Option<Keys>>,
    mark: RefCell<LogMark>,
    needs: Cell<u64>,
    offline: Cell<Option<Timestamp>>,
    failed: Cell<u32>,
    wake: Notify,
    again: Cell<bool>,
    arrived: Cell<bool>,
    stale: Cell<bool>,
}

impl Slot {
    pub(super) fn new(id: i64) -> Self {
        Self {
            id,
            state: RefCell::new(LoopState::Idle { next_at: 0 }),
            engine: RefCell::default(),
            keys: RefCell::default(),
            mark: RefCell::default(),
            needs: Cell::default(),
            offline: Cell::default(),
            failed: Cell::default(),
            wake: Notify::new(),
            again: Cell::default(),
            arrived: Cell::default(),
            stale: Cell::default(),
        }
    }

    pub(super) fn state(&self) -> LoopState {
        self.state.borrow().clone()
    }

    /// A round as soon as may be, or another one after this one.
    pub(super) fn again(&self) {
        self.again.set(true);
        self.wake.notify_one();
    }

    /// A webhook brought news: it is mirrored without waiting for the next round.
    pub(super) fn arrived(&self) {
        self.arrived.set(true);
        self.wake.notify_one();
    }

    /// What was decided about waiting no longer holds.
    pub(super) fn look(&self) {
        self.wake.notify_one();
    }

    /// These keys from now on.
    pub(super) fn take_keys(&self, keys: Keys) {
        *self.keys.borrow_mut() = Some(keys);
        self.forget_engine();
        self.again();
    }

    /// The next use makes a new engine, from the row as it is then.
    pub(super) fn forget_engine(&self) {
        self.stale.set(true);
    }

    /// The engine that is there, without signing in.
    pub(super) fn standing(&self) -> Option<Rc<Engine>> {
        self.engine.borrow().clone().filter(|_| !self.stale.get())
    }

    /// The keys, read from the vault once.
    pub(super) async fn keys(&self, house: &House) -> Result<Keys, HandleError> {
        if let Some(keys) = self.keys.borrow().clone() {
            return Ok(keys);
        }
        let row = house
            .read(|rows| rows.connection(self.id))?
            .ok_or(StoreError::Missing)?;
        let loaded = keys::load(&house.ground, &row.key).await?;
        // Somebody may have been faster: there must be one session only.
        Ok(self.keys.borrow_mut().get_or_insert(loaded).clone())
    }

    /// What HubSpot signs with, of the keys that were read or given.
    pub(super) fn client_secret(&self) -> Option<wire::Secret> {
        self.keys.borrow().as_ref()?.client_secret()
    }

    /// The engine, signed in.
    pub(super) async fn engine(&self, house: &House) -> Result<Rc<Engine>, HandleError> {
        if let Some(engine) = self.standing() {
            return Ok(engine);
        }
        let row = house
            .read(|rows| rows.connection(self.id))?
            .ok_or(StoreError::Missing)?;
        let keys = self.keys(house).await?;
        let outside = house.ground.access.sign_in(&keys, &row.hubspot_region);
        let store = Store::open(&house.ground.home.database(), house.now())?.store;
        let engine = Rc::new(Engine::new(store, row, outside));
        self.stale.set(false);
        *self.engine.borrow_mut() = Some(engine.clone());
        Ok(engine)
    }

    /// Round after round, until the house closes.
    pub(super) async fn run(self: Rc<Self>, house: Rc<House>) {
        self.begin(&house);
        while !house.is_closing() {
            self.turn(&house).await;
            self.wait(&house).await;
        }
    }

    /// What is in the log already is no news.
    fn begin(&self, house: &House) {
        let id = self.id;
        if let Ok(mark) = house.read(|rows| rows.log_mark(id)) {
            *self.mark.borrow_mut() = mark;
        }
        self.needs.set(house.needs(id));
    }

    async fn turn(&self, house: &House) {
        self.again.set(false);
        let row = house.read(|rows| rows.connection(self.id));
        if matches!(&row, Ok(Some(row)) if row.paused) {
            self.go(house, LoopState::Paused);
            return;
        }
        let since = house.now();
        let running = |phase| LoopState::Running { phase, since };
        self.go(house, running(Phase::SigningIn));
        let engine = match self.engine(house).await {
            Ok(engine) => engine,
            Err(error) => {
                let next = not_signed_in(&error, house.now());
                self.count_failures(house, &next);
                self.go(house, next);
                return;
            }
        };
        self.go(house, running(Phase::Working));
        let next = match self.round(house, engine, &running(Phase::Working)).await {
            Some(round) => {
                if round
                    .people
                    .as_ref()
                    .is_some_and(|people| !people.is_quiet())
                {
                    house.tell(Notice::People {
                        connection: self.id,
                    });
                }
                self.after(house, &round)
            }
            None => self.after_panic(house),
        };
        self.count_failures(house, &next);
        self.go(house, next);
    }

    /// One round that fails may be anything; with the second the alarm is given, once until it works again.
    fn count_failures(&self, house: &House, next: &LoopState) {
        let why = match next {
            LoopState::Idle { .. } | LoopState::Paused | LoopState::Running { .. } => {
                self.failed.set(0);
                return;
            }
            LoopState::Waiting { why, .. }
            | LoopState::Offline { why, .. }
            | LoopState::NeedsSignIn { why }
            | LoopState::Stopped { why, .. } => why,
        };
        self.failed.set(self.failed.get().saturating_add(1));
        if self.failed.get() == ALARM_AFTER {
            house.tell(Notice::Stalled {
                connection: self.id,
                why: why.clone(),
            });
        }
    }

    /// None where the round panicked.
    async fn round(&self, house: &House, engine: Rc<Engine>, working: &LoopState) -> Option<Round> {
        let first = engine.connection().last_round_at == 0;
        let waits = engine.outside.waits.clone();
        let mut round = tokio::task::spawn_local(async move { engine.round().await });
        let mut beat = tokio::time::interval(BEAT);
        let ended = loop {
            tokio::select! {
                ended = &mut round => break ended,
                _ = beat.tick() => {
                    self.tell(house, first);
                    self.go(house, waits.now().as_ref().map_or_else(|| working.clone(), waited_for));
                }
            }
        };
        self.tell(house, first);
        ended.ok()
    }

    /// Tells what is new in the log.
    fn tell(&self, house: &House, first: bool) {
        let id = self.id;
        house.tell_messages(id);
        let Ok(mark) = house.read(|rows| rows.log_mark(id)) else {
            return;
        };
        let before = self.mark.replace(mark.clone());
        if mark == before {
            return;
        }
        house.tell(Notice::Log {
            connection: id,
            newest: mark.newest,
        });
        if !first {
            self.tell_replies(house, before.newest);
        }
        let needs = house.needs(id);
        let more = needs.saturating_sub(self.needs.replace(needs));
        if more > 0 {
            house.tell(Notice::NeedsPerson {
                connection: id,
                more,
            });
        }
    }

    fn tell_replies(&self, house: &House, after: i64) {
        let id = self.id;
        let Ok(arrived) = house.read(|rows| rows.arrived_after(id, after, 20)) else {
            return;
        };
        let fresh = house.now().saturating_sub(NEWS_MS);
        for event in arrived {
            let sighting = event.sighting;
            if sighting.kind == Kind::Reply && sighting.occurred_at >= fresh {
                house.tell(Notice::Reply {
                    connection: id,
                    event: event.id,
                    name: sighting.name,
                });
            }
        }
    }

    fn after(&self, house: &House, round: &Round) -> LoopState {
        let now = house.now();
        let Some(trouble) = &round.trouble else {
            let next_at = now.saturating_add(house.interval_ms(self.id));
            return LoopState::Idle { next_at };
        };
        let until = now.saturating_add(house.interval_ms(self.id).max(asked_for(trouble)));
        let why = cause(trouble);
        match trouble.outlook() {
            Outlook::NeedsPerson => LoopState::NeedsSignIn { why },
            Outlook::Broken => LoopState::Stopped {
                next_at: now.saturating_add(RARELY_MS),
                why,
            },
            Outlook::TryAgain if is_network(why.code) => LoopState::Offline {
                since: self.offline_since(now),
                next_at: until,
                why,
            },
            Outlook::TryAgain => LoopState::Waiting { until, why },
        }
    }

    fn offline_since(&self, now: Timestamp) -> Timestamp {
        self.offline.get().unwrap_or(now)
    }

    fn after_panic(&self, house: &House) -> LoopState {
        self.forget_engine();
        LoopState::Stopped {
            next_at: house.now().saturating_add(AFTER_PANIC_MS),
            why: Cause {
                code: "defect",
                message: "The last round came to an unexpected end. Nothing is lost: it is begun again \
                          from what is stored. If it stays so, please report it with the diagnostics."
                    .to_owned(),
            },
        }
    }

    fn go(&self, house: &House, state: LoopState) {
        match &state {
            LoopState::Offline { since, .. } => self.offline.set(Some(*since)),
            LoopState::Running { .. } => {}
            _ => self.offline.set(None),
        }
        if *self.state.borrow() != state {
            *self.state.borrow_mut() = state.clone();
            house.tell(Notice::Loop {
                connection: self.id,
                state,
            });
        }
    }

    async fn wait(&self, house: &House) {
        let started = house.now();
        while !self.again.get() && !house.is_closing() {
            let now = house.now();
            self.follow_interval(house, started);
            let due = match self.state() {
                LoopState::Idle { next_at }
                | LoopState::Offline { next_at, .. }
                | LoopState::Stopped { next_at, .. } => next_at,
                LoopState::Waiting { until, .. } => until,
                LoopState::NeedsSignIn { .. } => started.saturating_add(RARELY_MS),
                LoopState::Paused | LoopState::Running { .. } => i64::MAX,
            };
            if now >= due || now < started {
                return;
            }
            if self.arrived.replace(false) && matches!(self.state(), LoopState::Idle { .. }) {
                self.mirror_arrived(house).await;
            }
            tokio::select! {
                () = house.ground.access.clock.sleep(STEP) => {}
                () = self.wake.notified() => {}
            }
            if self.state() == LoopState::Paused && !house.is_paused(self.id) {
                return;
            }
            if self.state() != LoopState::Paused && house.is_paused(self.id) {
                self.go(house, LoopState::Paused);
            }
        }
    }

    /// What fails here is tried again, and told, by the next round.
    async fn mirror_arrived(&self, house: &House) {
        if let Some(engine) = self.standing() {
            let mirroring = tokio::task::spawn_local(async move {
                let _told_by_the_round = engine.mirror_arrived().await;
            });
            // A panic there is the next round's to find as well.
            let _ = mirroring.await;
        }
        self.tell(house, false);
    }

    /// Somebody looks now, or nobody does any more: the next round comes sooner or later than was said.
    fn follow_interval(&self, house: &House, started: Timestamp) {
        if let LoopState::Idle { .. } = self.state() {
            let next_at = started.saturating_add(house.interval_ms(self.id));
            self.go(house, LoopState::Idle { next_at });
        }
    }
}

fn cause(trouble: &Trouble) -> Cause {
    let told = explain::tell(trouble);
    Cause {
        code: told.code,
        message: told.message,
    }
}

/// A round that waits before it tries a call again.
fn waited_for(waiting: &Waiting) -> LoopState {
    LoopState::Waiting {
        until: waiting.until,
        why: Cause {
            code: "trying_again",
            message: format!("{}. It is tried again by itself.", waiting.why),
        },
    }
}

/// How long a service asked to be left alone.
fn asked_for(trouble: &Trouble) -> i64 {
    match trouble.retry_class() {
        RetryClass::Transient { wait: Some(wait) } => {
            i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4)
        }
        _ => 0,
    }
}

fn is_network(code: &str) -> bool {
    matches!(code, "no_network" | "no_answer" | "captive_portal")
}

fn not_signed_in(error: &HandleError, now: Timestamp) -> LoopState {
    let of = |code| Cause {
        code,
        message: error.to_string(),
    };
    match error {
        HandleError::NoKeys => LoopState::NeedsSignIn { why: of("no_keys") },
        HandleError::Vault(_) => LoopState::NeedsSignIn {
            why: of("keychain"),
        },
        HandleError::Trouble(trouble) => LoopState::Stopped {
            next_at: now.saturating_add(RARELY_MS),
            why: cause(trouble),
        },
        HandleError::Ended
        | HandleError::Hand(_)
        | HandleError::Setting(_)
        | HandleError::Order(_)
        | HandleError::People(_)
        | HandleError::Listener(_) => LoopState::Stopped {
            next_at: now.saturating_add(RARELY_MS),
            why: of("defect"),
        },
    }
}

/// Events, effects, sends, replies and rules that only a person can go on with.
pub(super) fn needs_person(rows: &crate::store::Reader<'_>, id: i64) -> Result<u64, StoreError> {
    let events = rows.event_counts(id)?;
    let ambiguous: u64 = events
        .groups
        .iter()
        .filter(|group| group.stage == Stage::Waiting && group.reason_code == "ambiguous")
        .map(|group| group.events)
        .sum();
    let unknown = u64::try_from(rows.unknown_sends(id)?.len()).unwrap_or(0);
    let reviews = u64::try_from(rows.open_reviews(id)?.len()).unwrap_or(0);
    let rules = rows.rules_to_look_at(id)?;
    Ok(ambiguous + rows.effect_counts(id)?.parked + unknown + reviews + rules)
}
