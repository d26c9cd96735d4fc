//! One round: check the keys, read Tuco, mirror what is new, empty the outbox.
//!
//! Reading and mirroring run side by side in one task, so that a long backlog is written while it is
//! still being read. A failure on one side lets the other finish what it can: events go on being stored
//! while HubSpot is away, and what is stored goes on being written while Tuco is.

use crate::engine::Engine;
use crate::event::Stage;
use crate::people::{PeopleTally, Reading};
use crate::planted::Defect;
use crate::poll::Found;
use crate::store::StoreError;
use crate::trouble::Trouble;
use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use wire::Timestamp;

/// While the loop runs, keys are checked this often; a single round always checks.
const CHECK_EVERY_MS: i64 = 10 * 60 * 1_000;

/// Cursor that keeps what HubSpot last said of its daily limit, as `left/limit`.
pub const DAILY_BUDGET: &str = "hubspot.daily";

/// Due is due, but never in a tight circle.
const SHORTEST_WAIT_MS: i64 = 250;
/// How often one round goes back to sends that wait; then they are left to the next one.
const MOST_SEND_LOOKS: u32 = 8;

/// What the engine has done since the round began.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Timeline entries that are in HubSpot now.
    pub entries_written: u64,
    /// Events that were decided to stay in the log, by the reason's code.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Whether a round has begun since the engine was made.
    pub begun: bool,
    /// When the keys were last found good.
    pub checked_at: Option<Timestamp>,
    /// Calls to HubSpot and to Tuco that are in the day's count already.
    pub counted: (u64, u64),
    /// What was done for people, where they are kept in step.
    pub people: Option<PeopleTally>,
    /// Calls that rules caused and that are not kept yet, by what was read.
    pub(crate) rule_calls: BTreeMap<String, crate::rules::Calls>,
    /// Batches that were put off in this turn of the outbox.
    pub(crate) held: u32,
    /// Turns in a row in which something was put off and nothing was done.
    pub(crate) stuck: u32,
}

/// What a round did and what is left.
#[derive(Debug)]
pub struct Round {
    /// Events that were not known before.
    pub events_new: u64,
    /// Timeline entries written.
    pub entries_written: u64,
    /// Events that stay in the log, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Events that wait for a contact, or for a person to choose one.
    pub waiting: u64,
    /// Effects that were given up and wait for a person.
    pub failed: u64,
    /// Calls made to HubSpot.
    pub hubspot_calls: u64,
    /// Calls made to Tuco.
    pub tuco_calls: u64,
    /// From start to end, in milliseconds.
    pub duration_ms: i64,
    /// What was done for people; none where nobody is kept in step.
    pub people: Option<PeopleTally>,
    /// Why it ended early, if it did.
    pub trouble: Option<Trouble>,
}

impl Engine {
    /// Runs one round to its end. Never fails as a whole: what went wrong stands in the answer.
    pub async fn round(&self) -> Round {
        self.round_reading(&Reading::default()).await
    }

    /// The same, where somebody says how people are read.
    pub async fn round_reading(&self, reading: &Reading) -> Round {
        let started = self.now();
        self.reset_tally();
        self.retry.begin();
        let found = Found::default();
        let trouble = self.round_steps(&found, reading).await.err();
        let (hubspot_calls, tuco_calls) = self.uncounted_calls();
        let closing = self.close_round(started, hubspot_calls, tuco_calls, trouble.as_ref());
        let (waiting, failed) = self.left().unwrap_or_default();
        let tally = self.tally();
        Round {
            events_new: found.new_events(),
            entries_written: tally.entries_written,
            skipped: tally
                .skipped
                .iter()
                .map(|(code, count)| ((*code).to_owned(), *count))
                .collect(),
            waiting,
            failed,
            hubspot_calls,
            tuco_calls,
            duration_ms: self.now().saturating_sub(started),
            people: tally.people,
            trouble: trouble.or(closing.err().map(Trouble::Store)),
        }
    }

    async fn round_steps(&self, found: &Found, people: &Reading) -> Result<(), Trouble> {
        self.recover()?;
        self.check().await?;
        self.begin_look_back()?;
        let reading = AtomicBool::new(true);
        let heard = AtomicBool::new(false);
        let wake = Notify::new();
        let read = async {
            let result = self.hear_and_send(found, &wake, &heard).await;
            reading.store(false, Ordering::Release);
            wake.notify_one();
            result
        };
        let mirroring = self.mirror(&reading, &heard, &wake);
        let (read, mirrored) = futures_util::future::join(read, mirroring).await;
        // Messages first; where HubSpot or Tuco is away, people would find it so too.
        let people = match (&mirrored, &read) {
            (Ok(()), Ok(())) => self.sync_people(people).await.map(drop),
            _ => Ok(()),
        };
        // A person is needed before a network: that is the message worth showing.
        mirrored.and(read).and(people)
    }

    /// Nothing is sent before everything that was said has been heard, and told on.
    async fn hear_and_send(
        &self,
        found: &Found,
        wake: &Notify,
        heard: &AtomicBool,
    ) -> Result<(), Trouble> {
        if self.planted(Defect::RulesFirst) {
            self.follow_rules().await?;
        }
        self.poll(found, &|| wake.notify_one()).await?;
        self.read_dnc_list().await?;
        self.read_opted_out_contacts().await?;
        self.carry_opt_outs().await?;
        let ruled = self.follow_rules().await;
        // What takes the place of a message that did not arrive is sent like any other.
        let taken = self.take_fallbacks().await;
        let sent = self.follow_sends().await;
        heard.store(true, Ordering::Release);
        sent.and(taken).and(ruled)
    }

    /// Mirrors what a webhook brought, between two rounds and without asking Tuco.
    ///
    /// # Errors
    /// See [`Trouble`]. The next round tries again.
    pub async fn mirror_arrived(&self) -> Result<(), Trouble> {
        if self.connection().last_round_at == 0 {
            // The first round decides how far back this connection looks, and all else.
            return Ok(());
        }
        self.recover()?;
        self.check().await?;
        self.carry_opt_outs().await?;
        let followed = self.follow_reported_contacts().await;
        let ruled = self.follow_reports().await;
        let (reading, heard) = (AtomicBool::new(false), AtomicBool::new(true));
        let mirrored = self.mirror(&reading, &heard, &Notify::new()).await;
        self.count_calls()?;
        mirrored.and(ruled).and(followed)
    }

    /// Decides and writes until nothing that is due is left and nothing more is being read.
    async fn mirror(
        &self,
        reading: &AtomicBool,
        heard: &AtomicBool,
        wake: &Notify,
    ) -> Result<(), Trouble> {
        self.wake_for_changed_contacts().await?;
        let (mut sends, mut looks) = (Ok(()), 0);
        loop {
            // Searches and writes have limits of their own: neither waits for the other's.
            let (looked, delivered) =
                futures_util::future::join(self.look_at_some(), self.deliver_some()).await;
            let decided = self.decide_on(&looked?)?;
            if decided + delivered? > 0 {
                continue;
            }
            let next_send = match sends {
                Ok(()) if looks < MOST_SEND_LOOKS && heard.load(Ordering::Acquire) => {
                    self.read(|rows| rows.next_send_due(self.id()))?
                }
                _ => None,
            };
            if next_send.is_some_and(|due| due <= self.now()) {
                looks += 1;
                sends = self.follow_sends().await;
                continue;
            }
            let next = self.next_due()?.into_iter().chain(next_send).min();
            let soon = next.map(|due| {
                let wait = due.saturating_sub(self.now()).max(SHORTEST_WAIT_MS);
                Duration::from_millis(wait.unsigned_abs())
            });
            let soon = soon.filter(|wait| *wait <= self.retry.longest_wait());
            let woken = wake.notified();
            match (reading.load(Ordering::Acquire), soon) {
                (true, None) => woken.await,
                (true, Some(wait)) => {
                    let sleep = self.outside.clock.sleep(wait);
                    futures_util::future::select(Box::pin(woken), sleep).await;
                }
                (false, Some(wait)) => self.outside.clock.sleep(wait).await,
                (false, None) => return sends,
            }
        }
    }

    fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let id = self.id();
        self.read(|rows| {
            let effect = rows.next_effect_due(id)?;
            let event = rows.next_look_at(id)?;
            Ok(effect.into_iter().chain(event).min())
        })
    }

    /// Whether both keys are good and belong here.
    async fn check(&self) -> Result<(), Trouble> {
        self.check_lately().await?;
        self.settle_road().await
    }

    /// Asks whose the keys are, where that was not asked lately.
    pub(crate) async fn check_lately(&self) -> Result<(), Trouble> {
        let now = self.now();
        let fresh = self
            .tally()
            .checked_at
            .is_some_and(|at| (at..at.saturating_add(CHECK_EVERY_MS)).contains(&now));
        if !fresh {
            self.check_keys().await?;
            self.with_tally(|tally| tally.checked_at = Some(now));
        }
        Ok(())
    }

    /// Whoever made the engine has just asked both sides whose keys these are: the first round need not
    /// ask again.
    pub fn keys_checked(&self) {
        let now = self.now();
        self.with_tally(|tally| tally.checked_at = Some(now));
    }

    /// Calls that no round has counted yet, those made before the first round included.
    fn uncounted_calls(&self) -> (u64, u64) {
        let made = (self.outside.hubspot.calls(), self.outside.tuco.calls());
        let mut counted = made;
        self.with_tally(|tally| std::mem::swap(&mut tally.counted, &mut counted));
        (
            made.0.saturating_sub(counted.0),
            made.1.saturating_sub(counted.1),
        )
    }

    /// Counts, for the day, calls that were made outside a round.
    ///
    /// # Errors
    /// Why they could not be kept.
    pub fn count_calls(&self) -> Result<(), StoreError> {
        let (hubspot, tuco) = self.uncounted_calls();
        self.add_calls(self.now(), hubspot, tuco)
    }

    fn add_calls(&self, at: Timestamp, hubspot: u64, tuco: u64) -> Result<(), StoreError> {
        if (hubspot, tuco) == (0, 0) {
            return Ok(());
        }
        let id = self.id();
        let day: String = crate::mirror::iso(at).chars().take(10).collect();
        let daily = self.outside.hubspot.budget(at).daily;
        self.write(|rows| {
            rows.add_calls(id, &day, "hubspot", hubspot)?;
            rows.add_calls(id, &day, "tuco", tuco)?;
            match daily {
                Some((limit, left)) => {
                    rows.set_cursor(id, DAILY_BUDGET, &format!("{left}/{limit}"), at)
                }
                None => Ok(()),
            }
        })
    }

    /// The first round decides how far back the connection looks.
    fn begin_look_back(&self) -> Result<(), Trouble> {
        if self.connection().last_round_at != 0 {
            return Ok(());
        }
        let days = i64::from(self.settings()?.look_back_days);
        let from = self.now().saturating_sub(days * 24 * 60 * 60 * 1_000);
        self.change_connection(|connection| connection.look_back_from = from)?;
        Ok(())
    }

    fn close_round(
        &self,
        started: Timestamp,
        hubspot_calls: u64,
        tuco_calls: u64,
        trouble: Option<&Trouble>,
    ) -> Result<(), StoreError> {
        self.add_calls(started, hubspot_calls, tuco_calls)?;
        self.change_connection(|connection| {
            connection.last_error = trouble.map(ToString::to_string).unwrap_or_default();
            if trouble.is_none() {
                connection.last_round_at = started;
            }
        })
    }

    fn left(&self) -> Result<(u64, u64), StoreError> {
        let id = self.id();
        self.read(|rows| {
            let waiting = rows.event_counts(id)?.of_stage(Stage::Waiting);
            Ok((waiting, rows.effect_counts(id)?.parked))
        })
    }

    fn tally(&self) -> Tally {
        self.tally
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn with_tally(&self, change: impl FnOnce(&mut Tally)) {
        change(&mut self.tally.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// True once in the life of an engine: in its first round.
    pub(crate) fn is_first_round(&self) -> bool {
        let mut first = false;
        self.with_tally(|tally| first = !std::mem::replace(&mut tally.begun, true));
        first
    }

    fn reset_tally(&self) {
        self.with_tally(|tally| {
            let Tally {
                checked_at,
                counted,
                begun,
                ..
            } = *tally;
            *tally = Tally {
                checked_at,
                counted,
                begun,
                ..Tally::default()
            };
        });
    }
}
