//! The outbox: effects are performed here, a HubSpot batch at a time, and what came back is recorded.
//!
//! An effect is marked as sending in its own transaction before the first byte leaves. Found like that
//! at the start, or left without an answer, its outcome is unknown, and it is looked up before anything
//! is written again. Where communications have our unique key, a repeat is refused by name and counts
//! as done; elsewhere the contact's entries are read back and searched for our reference.

mod entries;
mod look_up;
mod moving;
mod upkeep;

use crate::effect::{Effect, EntryObject, Progress, Write};
use crate::engine::Engine;
use crate::mirror::KEY_PROPERTY;
use crate::planted::Defect;
use crate::reason::Reason;
use crate::refusal;
use crate::trouble::Trouble;
use std::time::Duration;
use wire::{RetryClass, Timestamp};

/// Refusals by name after which an effect waits for a person.
const MOST_REFUSALS: u32 = 5;
/// A lost write may still be under way on the other side; reading back sooner could miss it. The call
/// itself takes 30 s at most.
const GRACE_MS: i64 = 58_000;
/// So many turns without anything done end a round: a service that answers "in a second" for hours would
/// keep it from its end, from whatever else there is to hear, and from being told.
const MOST_STUCK: u32 = 4;
/// How many effects are taken up in one turn.
const TURN: usize = 1_000;

/// Which rule rules out a second write of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Road {
    /// Communications with our unique key.
    Keyed,
    /// Communications without.
    Plain,
    /// Notes.
    Note,
    /// Tasks.
    Task,
    /// Properties of contacts, which may be written any number of times.
    Upkeep,
    /// Ties of entries to contacts, which may be written any number of times.
    Move,
}

fn road(effect: &Effect) -> Road {
    match &effect.write {
        Write::Entry {
            object: EntryObject::Note,
            ..
        } => Road::Note,
        Write::Entry {
            object: EntryObject::Task,
            ..
        } => Road::Task,
        Write::Entry { properties, .. } if properties.contains_key(KEY_PROPERTY) => Road::Keyed,
        Write::Entry { .. } => Road::Plain,
        Write::Upkeep { .. } => Road::Upkeep,
        Write::Move { .. } => Road::Move,
    }
}

impl Engine {
    /// At the start: what was on its way when the last run ended has an unknown outcome.
    pub(crate) fn recover(&self) -> Result<(), Trouble> {
        let id = self.id();
        let first_round = self.is_first_round();
        self.write(|rows| {
            if first_round {
                rows.hurry_effects(id, self.now())?;
            }
            for effect in rows.effects_in_flight(id)? {
                if effect.progress == Progress::Sending {
                    rows.effect_unknown(effect.id, self.unknown_due(&effect))?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    /// When an unknown outcome may be looked up: at once where the key decides, else after the grace.
    pub(crate) fn unknown_due(&self, effect: &Effect) -> Timestamp {
        let now = self.now();
        match road(effect) {
            Road::Keyed | Road::Upkeep | Road::Move => now,
            Road::Plain | Road::Note | Road::Task if self.planted(Defect::NoGrace) => now,
            Road::Plain | Road::Note | Road::Task => {
                // A clock that was set back must not make the wait longer than the grace.
                let sent_at = effect.sent_at.unwrap_or(now).min(now);
                sent_at.saturating_add(GRACE_MS).max(now)
            }
        }
    }

    /// Performs what is due. The number of effects that were taken up.
    pub(crate) async fn deliver_some(&self) -> Result<usize, Trouble> {
        let (id, now) = (self.id(), self.now());
        let unknown: Vec<Effect> = self
            .read(|rows| rows.effects_in_flight(id))?
            .into_iter()
            .filter(|effect| effect.progress == Progress::Unknown && effect.due_at <= now)
            .collect();
        if !unknown.is_empty() {
            self.look_up(&unknown).await?;
            return Ok(unknown.len());
        }
        let mut due = self.read(|rows| rows.due_effects(id, now, TURN))?;
        let count = due.len();
        due.sort_by_key(|effect| (road(effect), effect.id));
        for same_road in due.chunk_by(|a, b| road(a) == road(b)) {
            for batch in same_road.chunks(hubspot::MAX_INPUTS) {
                match batch.first().map(road) {
                    Some(Road::Upkeep) => self.bring_up_to_date(batch).await?,
                    Some(Road::Move) => self.move_entries(batch).await?,
                    Some(_) => self.write_entries(batch).await?,
                    None => {}
                }
            }
        }
        self.with_tally(|tally| {
            if std::mem::take(&mut tally.held) > 0 {
                tally.stuck += 1;
            }
        });
        Ok(count)
    }

    /// Performs moves that are due, and nothing else. How many are left.
    pub(crate) async fn deliver_moves(&self) -> Result<usize, Trouble> {
        let id = self.id();
        for effect in self.read(|rows| rows.effects_in_flight(id))? {
            if road(&effect) == Road::Move {
                self.write(|rows| rows.effect_unknown(effect.id, self.now()))?;
                self.look_up(&[effect]).await?;
            }
        }
        let due = self.read(|rows| rows.due_effects(id, self.now(), usize::MAX / 2))?;
        let moves: Vec<Effect> = due
            .into_iter()
            .filter(|effect| road(effect) == Road::Move)
            .collect();
        self.move_entries(&moves).await?;
        let mut left = 0;
        for effect in &moves {
            let now = self.read(|rows| rows.effect(effect.id))?;
            left += usize::from(now.is_some_and(|now| now.progress != Progress::Done));
        }
        Ok(left)
    }

    /// A whole batch failed for a reason that is not its content: try again later, and leave it to the
    /// caller if a person is needed.
    fn put_off(&self, batch: &[Effect], trouble: Trouble) -> Result<(), Trouble> {
        let now = self.now();
        let class = trouble.retry_class();
        // "Why is this not in HubSpot?" is answered for what waits, too.
        let held = match &trouble {
            Trouble::HubSpot(error) => Some(refusal::reason(
                &error.kind,
                error.correlation_id.as_deref(),
            )),
            _ => None,
        };
        let delay_of = |effect: &Effect| -> Duration {
            self.retry
                .delay(effect.attempts.saturating_add(1), class)
                .unwrap_or(Duration::ZERO)
        };
        self.write(|rows| {
            for effect in batch {
                let due =
                    now.saturating_add(delay_of(effect).as_millis().try_into().unwrap_or(i64::MAX));
                let attempts = effect.attempts.saturating_add(1);
                rows.requeue(
                    effect.id,
                    due,
                    attempts,
                    effect.refusals,
                    held.as_ref().or(effect.cause.as_ref()),
                )?;
            }
            Ok(())
        })?;
        let mut stuck = 0;
        self.with_tally(|tally| {
            tally.held += 1;
            stuck = tally.stuck;
        });
        match class {
            RetryClass::Network | RetryClass::Transient { .. } if stuck < MOST_STUCK => Ok(()),
            _ => Err(trouble),
        }
    }

    /// HubSpot refuses this one by name. Five times park it; a refusal that names a cause which cannot
    /// pass parks it at once.
    fn refused(&self, effect: &Effect, reason: &Reason, for_good: bool) -> Result<(), Trouble> {
        let refusals = effect.refusals.saturating_add(1);
        let attempts = effect.attempts.saturating_add(1);
        self.write(|rows| {
            if for_good || refusals >= MOST_REFUSALS {
                rows.park(effect.id, reason)
            } else {
                let wait = 1_000_i64.saturating_mul(1 << refusals.min(10));
                rows.requeue(
                    effect.id,
                    self.now().saturating_add(wait),
                    attempts,
                    refusals,
                    Some(reason),
                )
            }
        })?;
        Ok(())
    }
}
