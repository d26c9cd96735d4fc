//! Who is in: so many connections at once, and in a crowd those that show nothing make room for others.

use super::MOST_CONNECTIONS;
use super::serve::WHOLE_LIMIT;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

/// How long a connection may show nothing before it makes room for another in a crowd. Under load a
/// sender's request may come a little after its connection.
const GRACE: Duration = Duration::from_millis(200);
/// What is left of it where one roomful after the other showed nothing: behind a thousand senders that
/// dawdle a good one waits for half a second, not for three.
const SHORTEST_GRACE: Duration = Duration::from_millis(10);

/// A connection, until it ends.
pub(super) struct Live {
    /// The door has let its request in.
    pub(super) admitted: Rc<Cell<bool>>,
    pub(super) since: Instant,
    pub(super) task: AbortHandle,
}

/// All connections, in the order in which they came.
#[derive(Default)]
pub(super) struct Room {
    live: RefCell<BTreeMap<u64, Live>>,
    freed: Notify,
    /// How many had to make room since the last good one.
    shown_out: Cell<usize>,
}

impl Room {
    /// Waits until there is room, made where need be by the oldest that has shown nothing good.
    pub(super) async fn make(&self) {
        loop {
            let grace = self.grace();
            let patience = {
                let mut live = self.live.borrow_mut();
                if live.len() < MOST_CONNECTIONS {
                    return;
                }
                let idle = live.iter().find(|(_, one)| !one.admitted.get());
                let idle = idle.map(|(number, one)| (*number, one.since.elapsed()));
                match idle {
                    Some((number, age)) if age >= grace => {
                        if let Some(one) = live.remove(&number) {
                            one.task.abort();
                        }
                        self.shown_out.set(self.shown_out.get().saturating_add(1));
                        return;
                    }
                    Some((_, age)) => grace.saturating_sub(age),
                    None => WHOLE_LIMIT,
                }
            };
            // Whichever comes first: one leaves, or the oldest has had its time.
            let _ = timeout(patience, self.freed.notified()).await;
        }
    }

    pub(super) fn enter(&self, number: u64, one: Live) {
        self.live.borrow_mut().insert(number, one);
    }

    /// Half as long after each roomful that showed nothing, and as ever after the next good one.
    fn grace(&self) -> Duration {
        let roomfuls = u32::try_from(self.shown_out.get() / MOST_CONNECTIONS).unwrap_or(u32::MAX);
        let halved = 1_u32.checked_shl(roomfuls).unwrap_or(u32::MAX);
        (GRACE / halved).max(SHORTEST_GRACE)
    }

    pub(super) fn leave(&self, number: u64) {
        let left = self.live.borrow_mut().remove(&number);
        if left.is_some_and(|one| one.admitted.get()) {
            self.shown_out.set(0);
        }
        self.freed.notify_one();
    }
}
