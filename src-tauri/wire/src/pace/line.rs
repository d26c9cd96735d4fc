//! Who waits, and whose turn it is.

use super::window::{Daily, Window, millis};
use super::{DAILY_RETRY, Priority, Turn};
use crate::surroundings::Timestamp;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Sorts interactive ones before background ones, then by arrival.
type Rank = (Reverse<Priority>, u64);

/// A place in the line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    rank: Rank,
    /// A bit for each window that the call counts against.
    pub(super) windows: u32,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) windows: Vec<Window>,
    pub(super) daily: Option<Daily>,
    pub(super) utc_offset_minutes: Option<i32>,
    /// Who waits: the windows of each, and how it is woken.
    waiting: BTreeMap<Rank, (u32, Arc<Notify>)>,
    /// The same, by windows. Only the first of each can be the next to start, so only that one needs
    /// to look again when something changes or time passes.
    queues: BTreeMap<u32, BTreeSet<Rank>>,
    sequence: u64,
    /// Last reading of the clock, and what was added to it because it had been set back.
    last: Timestamp,
    added: i64,
}

impl Line {
    pub(super) fn new(mut windows: Vec<Window>) -> Self {
        windows.truncate(32);
        Self {
            windows,
            daily: None,
            utc_offset_minutes: None,
            waiting: BTreeMap::new(),
            queues: BTreeMap::new(),
            sequence: 0,
            last: Timestamp::MIN,
            added: 0,
        }
    }

    /// The wall clock without its steps back.
    pub(super) fn steady(&mut self, wall: Timestamp) -> Timestamp {
        if self.last > Timestamp::MIN && wall.saturating_add(self.added) < self.last {
            self.added = self.last.saturating_sub(wall);
        }
        self.last = wall.saturating_add(self.added);
        self.last
    }

    /// The windows of a call. A name without a window counts nowhere.
    pub(super) fn mask(&self, groups: &[&'static str]) -> u32 {
        self.numbered()
            .filter(|(_, window)| window.name == "all" || groups.contains(&window.name))
            .fold(0, |mask, (bit, _)| mask | bit)
    }

    /// The windows with their bits.
    fn numbered(&self) -> impl Iterator<Item = (u32, &Window)> {
        self.windows
            .iter()
            .enumerate()
            .map(|(at, window)| (1 << at, window))
    }

    pub(super) fn of(&mut self, mask: u32) -> impl Iterator<Item = &mut Window> {
        let numbered = self.windows.iter_mut().enumerate();
        numbered
            .filter(move |(at, _)| mask & (1 << at) != 0)
            .map(|(_, window)| window)
    }

    pub(super) fn enter(&mut self, priority: Priority, windows: u32) -> (Place, Arc<Notify>) {
        self.sequence += 1;
        let rank = (Reverse(priority), self.sequence);
        let wake = Arc::new(Notify::new());
        self.waiting.insert(rank, (windows, wake.clone()));
        self.queues.entry(windows).or_default().insert(rank);
        (Place { rank, windows }, wake)
    }

    pub(super) fn leave(&mut self, place: Place) {
        self.waiting.remove(&place.rank);
        if let Some(queue) = self.queues.get_mut(&place.windows) {
            queue.remove(&place.rank);
            if queue.is_empty() {
                self.queues.remove(&place.windows);
            }
        }
    }

    /// Whether nobody with the same windows is before it.
    pub(super) fn is_head(&self, place: Place) -> bool {
        self.queues.get(&place.windows).and_then(BTreeSet::first) == Some(&place.rank)
    }

    /// Has the first of each queue look again.
    pub(super) fn wake_heads(&self) {
        let heads = self.queues.values().filter_map(BTreeSet::first);
        heads
            .filter_map(|rank| self.waiting.get(rank))
            .for_each(|(_, wake)| wake.notify_one());
    }

    /// Whether the call may start now; if not, how long until it is worth to look again.
    ///
    /// Those before it in the line are given their places first. A window without room for one of
    /// them has none for those after it either; calls that don't need it pass by.
    pub(super) fn may_start(&self, place: Place, now: Timestamp) -> Result<(), Duration> {
        let mut room: Vec<u32> = self.windows.iter().map(|window| window.room(now)).collect();
        for (rank, (windows, _)) in self.waiting.range(..=place.rank) {
            let counted = |at: usize| windows & (1 << at) != 0;
            let fits = room
                .iter()
                .enumerate()
                .all(|(at, room)| !counted(at) || *room > 0);
            if *rank == place.rank {
                return if fits {
                    Ok(())
                } else {
                    Err(self.next_look(place, now))
                };
            }
            if fits {
                let taken = room.iter_mut().enumerate().filter(|(at, _)| counted(*at));
                taken.for_each(|(_, room)| *room -= 1);
            }
        }
        Ok(())
    }

    /// Whatever frees a place without a word (time alone) does it at one of these moments; the rest
    /// is told to everybody who waits.
    fn next_look(&self, place: Place, now: Timestamp) -> Duration {
        let mine = self.numbered().filter(|(bit, _)| place.windows & bit != 0);
        let next = mine.filter_map(|(_, window)| window.next_change(now)).min();
        next.map_or(Duration::from_secs(1), |next| {
            Duration::from_millis(next.abs_diff(now).max(1))
        })
    }

    /// How long the server's own word holds the call back.
    pub(super) fn held_for(&self, windows: u32, now: Timestamp) -> Option<Duration> {
        let mine = self.numbered().filter(|(bit, _)| windows & bit != 0);
        let until = mine.map(|(_, window)| window.held_until).max()?;
        (until > now).then(|| Duration::from_millis(until.abs_diff(now)))
    }

    /// How long what can wait has to, because the day's limit is nearly used up. A limit whose day is
    /// over is forgotten: the next answer tells the new one.
    pub(super) fn daily_wait(&mut self, wall: Timestamp) -> Option<Duration> {
        let daily = self.daily.filter(Daily::is_short)?;
        if wall >= daily.until {
            self.daily = None;
            return None;
        }
        Some(Duration::from_millis(daily.until.abs_diff(wall)))
    }

    /// When the account's day ends, or, with no time zone, when it is worth to ask again.
    pub(super) fn day_ends(&self, wall: Timestamp) -> Timestamp {
        const DAY: i64 = 24 * 60 * 60 * 1000;
        match self.utc_offset_minutes {
            Some(minutes) => {
                let ahead = i64::from(minutes) * 60_000;
                wall + DAY - (wall + ahead).rem_euclid(DAY)
            }
            None => wall + millis(DAILY_RETRY),
        }
    }

    pub(super) fn start(&mut self, place: Place, now: Timestamp) -> Turn {
        self.leave(place);
        self.sequence += 1;
        let sequence = self.sequence;
        self.of(place.windows)
            .for_each(|window| window.start(Some(sequence), now));
        let named = self.numbered().filter(|(_, window)| window.name != "all");
        let named = named.fold(0, |mask, (bit, _)| mask | bit) & place.windows;
        let blamed = if named == 0 { place.windows } else { named };
        Turn {
            sequence,
            windows: place.windows,
            blamed,
            started: now,
        }
    }

    pub(super) fn finish(&mut self, turn: &Turn, answered: bool, now: Timestamp) {
        self.of(turn.windows)
            .for_each(|window| window.finish(turn.sequence, answered, now));
    }
}
