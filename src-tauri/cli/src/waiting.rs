//! Says what a silent command is waiting for: no network, or a service that asks for patience.
//!
//! Each thing is said once, on stderr, while the waiting goes on. What came of it is said at the end by
//! whoever waited.

use crate::console::Console;
use crate::surroundings;
use bridge::explain::in_words;
use bridge::retry::Waits;
use std::future::Future;
use std::time::Duration;

/// How often it is looked at.
pub(crate) const BEAT: Duration = Duration::from_millis(250);

/// What was said already.
#[derive(Debug, Default)]
pub(crate) struct Notices {
    said: Option<String>,
}

impl Notices {
    /// Something new to say, if there is.
    pub(crate) fn news(&mut self, waits: &Waits) -> Option<String> {
        let waiting = waits.now()?;
        if self.said.as_ref() == Some(&waiting.why) {
            return None;
        }
        let left = waiting.until.saturating_sub(surroundings::now()).max(0);
        let left = in_words(Duration::from_millis(left.unsigned_abs()));
        let news = format!("{}. Trying again for up to {left}.", waiting.why);
        self.said = Some(waiting.why);
        Some(news)
    }

    /// What was said no longer holds; the next time it is said again.
    pub(crate) fn forget(&mut self) {
        self.said = None;
    }
}

/// Does the work, and says what it waits for.
pub(crate) async fn beside<T>(
    work: impl Future<Output = T>,
    waits: &Waits,
    console: &Console,
) -> T {
    let mut notices = Notices::default();
    let mut beat = tokio::time::interval(BEAT);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = beat.tick() => {
                if let Some(news) = notices.news(waits) {
                    console.warn(&news);
                }
            }
        }
    }
}
