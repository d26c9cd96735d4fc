//! A thread that calls the keychain or a disk, so that a call which never returns holds up nobody.
//!
//! Whoever asks waits for a limited time. A call that has not begun when its asker gives up is left
//! out, so that nothing old is done late. A thread that is stuck is left behind and the next call gets
//! a new one, but there are never more than [`MOST_STUCK`]: each may be a question on somebody's
//! screen.

use super::VaultError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const MOST_STUCK: usize = 2;

type Job<P> = Box<dyn FnOnce(&P) + Send>;

/// See the head of this file.
pub(super) struct Actor<P: ?Sized> {
    place: Arc<P>,
    limit: Duration,
    jobs: Mutex<Option<Sender<Job<P>>>>,
    stuck: Arc<AtomicUsize>,
}

/// How far a call has come; its asker and its thread agree on it here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Waiting,
    Running,
    Finished,
    GivenUp,
}

impl<P: ?Sized + Send + Sync + 'static> Actor<P> {
    pub(super) fn new(place: Arc<P>, limit: Duration) -> Self {
        Self {
            place,
            limit,
            jobs: Mutex::new(None),
            stuck: Arc::default(),
        }
    }

    /// Has something done, and waits for it up to the limit.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&P) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, VaultError> {
        if self.stuck.load(Ordering::Acquire) >= MOST_STUCK {
            return Err(VaultError::NoAnswer);
        }
        let (answer, answered) = mpsc::channel();
        let turn = Arc::new(Mutex::new(Turn::Waiting));
        let (their_turn, stuck) = (turn.clone(), self.stuck.clone());
        self.give(Box::new(move |place| {
            if !begin(&their_turn) {
                return;
            }
            let done = work(place);
            let mut turn = lock(&their_turn);
            if *turn == Turn::GivenUp {
                stuck.fetch_sub(1, Ordering::AcqRel);
            } else {
                *turn = Turn::Finished;
                // The asker may be gone with its thread; then nobody wants to know.
                let _unwanted = answer.send(done);
            }
        }))?;
        match answered.recv_timeout(self.limit) {
            Ok(done) => done,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                Err(VaultError::Other("its thread ended".to_owned()))
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                let mut turn = lock(&turn);
                match *turn {
                    // It came in this very moment.
                    Turn::Finished => answered.try_recv().unwrap_or(Err(VaultError::NoAnswer)),
                    began => {
                        *turn = Turn::GivenUp;
                        if began == Turn::Running {
                            self.stuck.fetch_add(1, Ordering::AcqRel);
                            *lock(&self.jobs) = None;
                        }
                        Err(VaultError::NoAnswer)
                    }
                }
            }
        }
    }

    /// Hands a call to the thread, beginning one where there is none or it has ended.
    fn give(&self, job: Job<P>) -> Result<(), VaultError> {
        let mut jobs = lock(&self.jobs);
        let refused = match jobs.as_ref() {
            Some(thread) => thread.send(job).err().map(|mpsc::SendError(job)| job),
            None => Some(job),
        };
        let Some(job) = refused else { return Ok(()) };
        let thread = jobs.insert(self.begin_thread()?);
        thread
            .send(job)
            .map_err(|_| VaultError::Other("its thread ended".to_owned()))
    }

    fn begin_thread(&self) -> Result<Sender<Job<P>>, VaultError> {
        let (sender, receiver) = mpsc::channel::<Job<P>>();
        let place = self.place.clone();
        std::thread::Builder::new()
            .name("vault".to_owned())
            .spawn(move || receiver.into_iter().for_each(|job| job(&*place)))
            .map_err(|error| VaultError::Other(error.kind().to_string()))?;
        Ok(sender)
    }
}

fn begin(turn: &Mutex<Turn>) -> bool {
    let mut turn = lock(turn);
    let waiting = *turn == Turn::Waiting;
    if waiting {
        *turn = Turn::Running;
    }
    waiting
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
