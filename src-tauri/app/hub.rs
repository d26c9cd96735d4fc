//! What happened, numbered, for the page and for the tray.
//!
//! Every notice gets the next number here, whichever engine it comes from, so that the page sees one
//! row of numbers and knows when one is missing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge::running;
use tauri::ipc::Channel;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::view::connection::Mode;
use crate::view::notice::{News, Notice};

/// Notices that a slow page may be behind before it is told that it missed some.
const KEPT: usize = 1_024;
/// Batches reach the page no closer than this, so at most ten a second.
const BEAT: Duration = Duration::from_millis(100);

/// See the module.
#[derive(Clone)]
pub(crate) struct Hub {
    last: Arc<Mutex<u64>>,
    shown: Arc<Mutex<Mode>>,
    notices: broadcast::Sender<Notice>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            last: Arc::default(),
            shown: Arc::new(Mutex::new(Mode::Real)),
            notices: broadcast::channel(KEPT).0,
        }
    }

    /// The number of the last notice.
    pub(crate) fn sequence(&self) -> u64 {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody. The lock is held while it is sent, so that numbers arrive in order.
    pub(crate) fn tell(&self, news: News) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        // Nobody may be listening, which is no fault.
        let _ = self.notices.send(Notice {
            sequence: *last,
            news,
        });
    }

    /// Everything from now on.
    pub(crate) fn listen(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// The page sees the engine of this mode from now on.
    pub(crate) fn show(&self, mode: Mode) {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = mode;
    }

    /// Passes on what an engine tells while its mode is the one that is shown, until it ends.
    pub(crate) async fn follow(self, mode: Mode, mut told: broadcast::Receiver<running::Notice>) {
        loop {
            let news = match told.recv().await {
                Ok(notice) => notice.into(),
                Err(RecvError::Lagged(_)) => News::Missed,
                Err(RecvError::Closed) => return,
            };
            let shown = *self.shown.lock().unwrap_or_else(PoisonError::into_inner);
            if shown == mode {
                self.tell(news);
            }
        }
    }

    /// Sends batches to the page, until it is gone.
    pub(crate) async fn push(self, page: Channel<Vec<Notice>>) {
        let mut told = self.listen();
        loop {
            let mut batch = Vec::new();
            match told.recv().await {
                Ok(notice) => batch.push(notice),
                Err(RecvError::Lagged(_)) => batch.push(self.missed()),
                Err(RecvError::Closed) => return,
            }
            tokio::time::sleep(BEAT).await;
            loop {
                match told.try_recv() {
                    Ok(notice) => batch.push(notice),
                    Err(broadcast::error::TryRecvError::Lagged(_)) => batch.push(self.missed()),
                    Err(_) => break,
                }
            }
            if page.send(batch).is_err() {
                return;
            }
        }
    }

    fn missed(&self) -> Notice {
        Notice {
            sequence: self.sequence(),
            news: News::Missed,
        }
    }
}
