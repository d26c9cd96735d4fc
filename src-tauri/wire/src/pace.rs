//! Keeps one account within a service's limits.
//!
//! Every call counts against sliding [`Window`]s and starts only when each of them has room. A server
//! counts arrivals, we count departures; between the two lies the way there. How long that is does not
//! matter, only by how much one call's way can be longer than another's. So a place is given back one
//! span after the start, plus the time by which the answer came later than the quickest of the last
//! hundred did, or [`WAY_THERE`] where that is sooner, plus a hundredth of the span for clocks that
//! tick differently. Whatever window the server lays over time, it sees no more than the limit as long
//! as no call is under way for longer than that; and a server far away that answers evenly is used as
//! fully as a near one. Until twenty answers have shown what is quick, the whole time to the answer is
//! taken for the way.
//!
//! It refuses to send early, to let a later call take the place of an earlier one of its rank, and to
//! retry. What can go wrong: the wall clock is set forward, which looks like time that has passed and
//! can let one burst through; set back does no harm.

mod headers;
mod line;
mod window;

#[cfg(test)]
mod tests;

pub use headers::retry_after;
pub use window::Window;

use crate::failure::Failure;
use crate::surroundings::{Clock, Timestamp};
use crate::transport::Response;
use line::{Line, Place};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The longest way to a server that the windows allow for.
pub const WAY_THERE: Duration = Duration::from_millis(150);

/// A wait that a server asked for is waited out in line up to this; a longer one fails the call, so
/// that whoever made it knows. In HubSpot's case this is exactly its rolling window.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Without the account's time zone, the daily limit is asked for again after this.
const DAILY_RETRY: Duration = Duration::from_secs(60 * 60);

/// Who waits for a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The loop's own work.
    Background,
    /// A person waits.
    Interactive,
}

/// Which limit headers a service sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// Only `Retry-After`.
    Plain,
    /// `X-HubSpot-RateLimit-…` as well.
    HubSpot,
}

/// See the module.
#[derive(Debug)]
pub struct Pace {
    dialect: Dialect,
    line: Mutex<Line>,
}

/// What is left, for showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// Per window: its name, its limit and how many places are taken now.
    pub windows: Vec<(&'static str, u32, u32)>,
    /// The daily limit and what is left of it, where the service said.
    pub daily: Option<(u64, u64)>,
}

/// The right to make one call now. To be handed back with [`Pace::finished`].
#[derive(Debug)]
pub struct Turn {
    sequence: u64,
    windows: u32,
    /// The windows that a refusal speaks about: the named ones, or `all` where none is named.
    blamed: u32,
    started: Timestamp,
}

impl Pace {
    /// Paces by the windows given; none at all means no pacing. At most 32.
    pub fn new(windows: Vec<Window>) -> Self {
        Self::speaking(Dialect::Plain, windows)
    }

    /// HubSpot: 100 in 10 s until the headers say otherwise, searches 5 a second.
    pub fn hubspot() -> Self {
        Self::speaking(
            Dialect::HubSpot,
            vec![
                Window::new("all", Duration::from_secs(10), 100),
                Window::new("search", Duration::from_secs(1), 5),
            ],
        )
    }

    /// HubSpot's headers understood over windows of one's own; `all` is the one that they set.
    pub fn hubspot_with(windows: Vec<Window>) -> Self {
        Self::speaking(Dialect::HubSpot, windows)
    }

    /// Tuco, per workspace and minute: 60 sends, 120 questions for replies, and, as nothing is said
    /// about the rest, 120 of those.
    pub fn tuco() -> Self {
        let minute = Duration::from_secs(60);
        Self::new(vec![
            Window::new("send", minute, 60),
            Window::new("replies", minute, 120),
            Window::new("other", minute, 120),
        ])
    }

    fn speaking(dialect: Dialect, windows: Vec<Window>) -> Self {
        Self {
            dialect,
            line: Mutex::new(Line::new(windows)),
        }
    }

    /// Tells how far the account's clock is ahead of UTC, for the daily limit, which is counted from
    /// the account's midnight.
    pub fn set_utc_offset_minutes(&self, minutes: i32) {
        self.lock().utc_offset_minutes = Some(minutes);
    }

    /// What is left.
    pub fn budget(&self, now: Timestamp) -> Budget {
        let mut line = self.lock();
        let now = line.steady(now);
        Budget {
            windows: line
                .windows
                .iter()
                .map(|w| (w.name, w.limit, w.taken(now)))
                .collect(),
            daily: line.daily.map(|daily| (daily.limit, daily.remaining)),
        }
    }

    /// Waits until a call that counts against the named windows (beside `all`) may start.
    ///
    /// Calls start in the order in which they came, interactive ones first. Dropping the future gives
    /// the place in the line up.
    pub async fn turn(
        &self,
        groups: &[&'static str],
        priority: Priority,
        clock: &dyn Clock,
    ) -> Result<Turn, Failure> {
        let (place, wake) = {
            let mut line = self.lock();
            let windows = line.mask(groups);
            line.enter(priority, windows)
        };
        let mut waiting = Waiting {
            pace: self,
            place: Some(place),
        };
        loop {
            match self.look(place, priority, clock)? {
                Look::Start(turn) => {
                    waiting.place = None;
                    return Ok(turn);
                }
                Look::Again(Some(wait)) => tokio::select! {
                    biased;
                    () = wake.notified() => {}
                    () = clock.sleep(wait) => {}
                },
                Look::Again(None) => wake.notified().await,
            }
        }
    }

    /// One look at the line from a place in it.
    fn look(&self, place: Place, priority: Priority, clock: &dyn Clock) -> Result<Look, Failure> {
        let mut line = self.lock();
        let wall = clock.now();
        let now = line.steady(wall);
        if priority == Priority::Background
            && let Some(wait) = line.daily_wait(wall)
        {
            return Err(Failure::DailyLimit { wait });
        }
        if let Some(wait) = line
            .held_for(place.windows, now)
            .filter(|wait| *wait > PATIENCE)
        {
            return Err(Failure::Held { wait });
        }
        if !line.is_head(place) {
            return Ok(Look::Again(None));
        }
        Ok(match line.may_start(place, now) {
            Ok(()) => {
                let turn = line.start(place, now);
                line.wake_heads();
                Look::Start(turn)
            }
            Err(wait) => Look::Again(Some(wait)),
        })
    }

    /// Hands a turn back, with the answer where one came: its limits are learnt from it.
    pub fn finished(&self, turn: &Turn, response: Option<&Response>, now: Timestamp) {
        let mut line = self.lock();
        let steady = line.steady(now);
        line.finish(turn, response.is_some(), steady);
        if let Some(response) = response {
            if self.dialect == Dialect::HubSpot {
                headers::learn(&mut line, turn, response, steady, now);
            }
            headers::heed(&mut line, turn, response, steady);
        }
        line.wake_heads();
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a look at the line brought.
enum Look {
    /// It is the call's turn.
    Start(Turn),
    /// To look again when woken, or after this time.
    Again(Option<Duration>),
}

/// Gives a place in the line up when the wait for it is dropped.
struct Waiting<'a> {
    pace: &'a Pace,
    place: Option<Place>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take() {
            let mut line = self.pace.lock();
            line.leave(place);
            line.wake_heads();
        }
    }
}
