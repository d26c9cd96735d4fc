//! What was turned away, counted in memory and written together.
//!
//! Anybody who finds the port can send requests that are refused, as fast as a computer can. A write for each
//! would wear the disk and keep the engine from its work, so they go into the data file with what is good, or
//! else every few seconds. The first one after a quiet while is written at once, so that whoever tries a tunnel
//! sees what came of it.

use super::Verdict;
use super::intake::{Arrived, Inbox, listed, next};
use crate::store::{DeliveryRow, StoreError, Writer};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;
use wire::{Clock, Timestamp};

/// Between two writes of refusals alone.
const EVERY_MS: i64 = 3_000;
/// More of the last ones are not shown.
const MOST_LISTED: usize = 50;

/// See the module.
#[derive(Debug, Default)]
pub struct Refusals {
    counts: BTreeMap<Verdict, u64>,
    last: VecDeque<DeliveryRow>,
    tried_at: Option<Timestamp>,
}

impl Refusals {
    /// Notes what was refused, and hands on what was not.
    pub fn note(&mut self, batch: Vec<Arrived>) -> Vec<Arrived> {
        let mut good = Vec::new();
        for arrived in batch {
            let Err(verdict) = arrived.what else {
                good.push(arrived);
                continue;
            };
            *self.counts.entry(verdict).or_default() += 1;
            if !verdict.is_at_the_door() {
                self.last.push_back(listed(&arrived, verdict));
                if self.last.len() > MOST_LISTED {
                    self.last.pop_front();
                }
            }
        }
        good
    }

    /// How long they may wait yet; none where nothing waits.
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        if self.counts.is_empty() {
            return None;
        }
        let since = self.tried_at.map_or(EVERY_MS, |at| now.saturating_sub(at));
        // A clock that was set back is no reason to wait for longer.
        let left = if since < 0 {
            0
        } else {
            EVERY_MS.saturating_sub(since)
        };
        Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }

    /// Whether they are to be written now.
    pub fn are_due(&self, now: Timestamp) -> bool {
        self.wait(now).is_some_and(|wait| wait.is_zero())
    }

    /// Writes them, in the transaction that is handed in.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn write(&self, rows: &Writer<'_>, connection: i64) -> Result<(), StoreError> {
        for row in &self.last {
            rows.add_delivery(connection, row)?;
        }
        rows.trim_deliveries(connection)?;
        self.counts
            .iter()
            .try_for_each(|(verdict, count)| rows.count_deliveries(connection, *verdict, *count))
    }

    /// They were written, or could not be: then they stay for the next time.
    pub fn tried(&mut self, written: bool, now: Timestamp) {
        self.tried_at = Some(now);
        if written {
            self.counts.clear();
            self.last.clear();
        }
    }
}

/// The next batch without what was refused; an empty one where nothing came but refusals are due. None once the
/// listener is closed.
pub async fn next_good(
    inbox: &mut Inbox,
    refusals: &RefCell<Refusals>,
    clock: &dyn Clock,
) -> Option<Vec<Arrived>> {
    loop {
        let wait = refusals.borrow().wait(clock.now());
        let due = async {
            match wait {
                Some(wait) => clock.sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        let batch = tokio::select! {
            biased;
            batch = next(inbox) => batch?,
            () = due => return Some(Vec::new()),
        };
        let good = refusals.borrow_mut().note(batch);
        if !good.is_empty() || refusals.borrow().are_due(clock.now()) {
            return Some(good);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{NewConnection, Store};
    use tokio::time::Instant;

    fn refused(verdict: Verdict, at: Timestamp) -> Arrived {
        Arrived {
            at,
            started: Instant::now(),
            event: "message.reply".to_owned(),
            bytes: 7,
            what: Err(verdict),
            answer: None,
        }
    }

    #[test]
    fn a_flood_of_refusals_is_written_once_in_a_while_and_counted_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bridge.db"), 0)
            .unwrap()
            .store;
        let joined = NewConnection {
            name: "Harbor Dental".to_owned(),
            portal_id: "4400001".to_owned(),
            workspace_id: "org_1".to_owned(),
            look_back_from: 0,
        };
        let id = store
            .write(|rows| rows.insert_connection(&joined, 0))
            .unwrap();
        let mut refusals = Refusals::default();
        assert_eq!(refusals.wait(0), None);
        let mut writes = 0;
        // Ten seconds, a thousand a second.
        for at in 0..10_000 {
            let verdict = if at % 2 == 0 {
                Verdict::BadSignature
            } else {
                Verdict::WrongPath
            };
            assert!(refusals.note(vec![refused(verdict, at)]).is_empty());
            if refusals.are_due(at) {
                store.write(|rows| refusals.write(rows, id)).unwrap();
                refusals.tried(true, at);
                writes += 1;
            }
        }
        assert_eq!(writes, 4, "at once, and then every three seconds");
        store.write(|rows| refusals.write(rows, id)).unwrap();
        let rows = store.read();
        let counts = rows.delivery_counts(id).unwrap();
        assert_eq!(
            (counts["bad_signature"], counts["wrong_path"]),
            (5_000, 5_000)
        );
        let last = rows.deliveries(id, 500).unwrap();
        assert_eq!(
            last.first().map(|one| one.at),
            Some(9_998),
            "the newest is shown"
        );
        assert!(last.iter().all(|one| one.verdict == Verdict::BadSignature));
        assert!(last.len() <= 200);
    }

    #[test]
    fn what_could_not_be_written_waits_for_the_next_time() {
        let mut refusals = Refusals::default();
        refusals.note(vec![refused(Verdict::BadSignature, 0)]);
        assert!(refusals.are_due(0));
        refusals.tried(false, 0);
        assert_eq!(refusals.wait(1_000), Some(Duration::from_secs(2)));
        assert!(refusals.are_due(EVERY_MS));
        assert!(refusals.are_due(-5), "the clock was set back");
    }
}
