//! Being told to stop: Ctrl+C, and what a service manager sends.

use std::future::Future;
use std::pin::Pin;

/// Ends when the program is told to stop. Made once, before the work begins, so that no signal falls
/// between two waits.
pub(crate) struct Stop {
    told: Pin<Box<dyn Future<Output = ()> + Send>>,
    stopped: bool,
}

impl Stop {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut interrupt = signal(SignalKind::interrupt())?;
            let mut terminate = signal(SignalKind::terminate())?;
            let mut hangup = signal(SignalKind::hangup())?;
            Ok(Self {
                stopped: false,
                told: Box::pin(async move {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                        _ = hangup.recv() => {}
                    }
                }),
            })
        }
        #[cfg(not(unix))]
        {
            let mut interrupt = tokio::signal::windows::ctrl_c()?;
            let mut closed = tokio::signal::windows::ctrl_close()?;
            Ok(Self {
                stopped: false,
                told: Box::pin(async move {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = closed.recv() => {}
                    }
                }),
            })
        }
    }

    /// Waits for it. Once told, it stays told.
    pub(crate) async fn told(&mut self) {
        if !self.stopped {
            self.told.as_mut().await;
            self.stopped = true;
        }
    }
}
